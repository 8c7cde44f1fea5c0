//! How text reaches the disk: read, replaced atomically under a lock, never overwritten unseen.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::{Error, Result};

/// How long a writer waits for others: on a slow disk each of two dozen takes its time.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// A path without symbolic links, as far as it exists; what does not exist is kept as it is.
pub fn canonical(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|dir| Some((dir, dir.canonicalize().ok()?)));
    match existing.and_then(|(dir, real)| Some((path.strip_prefix(dir).ok()?, real))) {
        Some((rest, real)) if rest.as_os_str().is_empty() => real,
        Some((rest, real)) => real.join(rest),
        None => path.to_path_buf(),
    }
}

/// Whether two paths lead to one file, whatever links they go through.
pub fn same(a: &Path, b: &Path) -> bool {
    a == b || (a.file_name() == b.file_name() || a.is_symlink() || b.is_symlink()) && canonical(a) == canonical(b)
}

/// Asked while something is waited for: `true` gives up.
type Interrupt = Rc<dyn Fn() -> bool>;

thread_local! {
    static INTERRUPT: RefCell<Option<Interrupt>> = const { RefCell::new(None) };
}

/// Runs `work`; while it waits for a lock or for git on this thread, `interrupt` may end the wait. In Emacs that is how C-g
/// comes through.
pub fn interruptible<T>(interrupt: impl Fn() -> bool + 'static, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<Interrupt>);
    impl Drop for Restore {
        fn drop(&mut self) {
            INTERRUPT.set(self.0.take());
        }
    }
    let _restore = Restore(INTERRUPT.replace(Some(Rc::new(interrupt))));
    work()
}

fn interrupted() -> bool {
    let interrupt = INTERRUPT.with_borrow(Clone::clone);
    interrupt.is_some_and(|asked| asked())
}

/// Waits for a process to end. Where the wait is given up the process is killed.
pub(crate) fn wait(child: &mut Child) -> std::io::Result<ExitStatus> {
    if INTERRUPT.with_borrow(Option::is_none) {
        return child.wait();
    }
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if interrupted() {
            child.kill()?;
            child.wait()?;
            return Err(std::io::Error::new(std::io::ErrorKind::Interrupted, "interrupted"));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

const EXCLUSIVE: FlockOperation = FlockOperation::NonBlockingLockExclusive;

/// Reads a text file.
///
/// # Errors
/// [`Error::Invalid`] with the line where it is not UTF-8, [`Error::Io`] where it cannot be read.
pub fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(Error::io(path))?;
    String::from_utf8(bytes).map_err(|e| {
        let line = memchr::memchr_iter(b'\n', &e.as_bytes()[..e.utf8_error().valid_up_to()]).count() + 1;
        Error::Invalid(format!("{}:{line}: not UTF-8: save the file in that coding system", path.display()))
    })
}

/// Replaces a text file atomically, under its lock: temporary file beside it, fsync, rename, fsync of the directory.
///
/// Permissions stay, a symbolic link stays one and its target is replaced. `expected` is what the caller read; `None`
/// expects no file.
///
/// # Errors
/// [`Error::Conflict`] where the file is not what was expected any more, [`Error::Io`] where the disk says no, those of
/// [`Lock::acquire`]. In all cases the file is as it was.
pub fn replace(path: &Path, expected: Option<&str>, text: &str) -> Result<()> {
    let _lock = Lock::acquire(path, LOCK_TIMEOUT)?;
    replace_locked(path, expected, text)
}

fn replace_locked(path: &Path, expected: Option<&str>, text: &str) -> Result<()> {
    let target = resolve(path)?;
    let dir = target.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(dir).map_err(Error::io(dir))?;
    let before = match fs::metadata(&target) {
        Ok(meta) => Some(meta),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(Error::io(&target)(e)),
    };
    if let Some(meta) = &before {
        // A rename would go through on a file that its owner made read-only: that mark is the person's word.
        if meta.permissions().readonly() {
            let denied = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "the file is read-only");
            return Err(Error::io(&target)(denied));
        }
    }
    let mode = before.as_ref().map_or(0o600, |m| m.permissions().mode() & 0o7777);
    // Always of the same name: what a killed writer left behind goes with the next write.
    let name = format!(".{}.memento-new", target.file_name().unwrap_or_default().to_string_lossy());
    match fs::remove_file(dir.join(&name)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io(&target)(e)),
        _ => {}
    }
    let mut temp = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempfile_in(dir).map_err(Error::io(&target))?;
    temp.write_all(text.as_bytes()).map_err(Error::io(&target))?;
    temp.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(Error::io(&target))?;
    if let Some(meta) = &before {
        // Only root can give a file away; for everybody else the owner is the same already.
        let _ = std::os::unix::fs::chown(temp.path(), Some(meta.uid()), Some(meta.gid()));
    }
    temp.as_file().sync_all().map_err(Error::io(&target))?;
    let now = match fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(Error::io(&target)(e)),
    };
    if now.as_deref() != expected.map(str::as_bytes) {
        return Err(Error::Conflict(format!("{} changed while it was being edited: try again", path.display())));
    }
    temp.persist(&target).map_err(|e| Error::io(&target)(e.error))?;
    File::open(dir).and_then(|d| d.sync_all()).map_err(Error::io(dir))
}

/// Reads, edits and replaces a file under its lock; where another program changed it meanwhile, it is read and edited again.
///
/// `edit` gets the text (`""` where there is no file) and returns the new one with its own result; `None` writes nothing.
///
/// # Errors
/// What `edit` says, [`Error::Locked`] where the lock or Emacs's own lock is held too long, and those of [`replace`].
pub fn update<T>(path: &Path, edit: impl FnMut(&str) -> Result<(Option<String>, T)>) -> Result<T> {
    update_within(path, LOCK_TIMEOUT, edit)
}

/// [`update`] that waits for other writers no longer than `timeout`.
///
/// # Errors
/// Those of [`update`].
pub fn update_within<T>(
    path: &Path,
    timeout: Duration,
    mut edit: impl FnMut(&str) -> Result<(Option<String>, T)>,
) -> Result<T> {
    let _lock = Lock::acquire(path, timeout)?;
    for _ in 0..50 {
        let before = if path.exists() { Some(read(path)?) } else { None };
        let (after, result) = edit(before.as_deref().unwrap_or(""))?;
        let Some(after) = after else { return Ok(result) };
        if Some(after.as_str()) == before.as_deref() {
            return Ok(result);
        }
        match replace_locked(path, before.as_deref(), &after) {
            Ok(()) => return Ok(result),
            Err(Error::Conflict(_)) => std::thread::sleep(Duration::from_millis(10)),
            Err(e) => return Err(e),
        }
    }
    Err(Error::Locked(format!(
        "{} is being rewritten all the time by another program: try again later",
        path.display()
    )))
}

/// An advisory lock on a file, held until it is dropped.
///
/// It is on the file's directory: the file itself is replaced by every write, and a lock would stay on the old one.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock, and for Emacs where it has unsaved changes to the file.
    ///
    /// # Errors
    /// [`Error::Locked`] after `timeout`, naming who holds it.
    pub fn acquire(path: &Path, timeout: Duration) -> Result<Self> {
        let target = resolve(path)?;
        let dir = target.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(dir).map_err(Error::io(dir))?;
        let mut file = File::open(dir).map_err(Error::io(dir))?;
        if !matches!(flock(&file, EXCLUSIVE), Ok(()) | Err(Errno::WOULDBLOCK)) {
            // A network file system that cannot lock a directory can lock a file.
            let name = format!(".{}.memento-lock", target.file_name().unwrap_or_default().to_string_lossy());
            let beside = dir.join(name);
            let open = OpenOptions::new().create(true).truncate(false).write(true).open(&beside);
            file = open.map_err(Error::io(&beside))?;
        }
        let start = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            // Locking once more what this very file has locked succeeds.
            let locked = flock(&file, EXCLUSIVE).is_ok();
            let editor = if locked { emacs_lock(&target) } else { None };
            if locked && editor.is_none() {
                return Ok(Self { _file: file });
            }
            if locked {
                // Others need not wait for this editor.
                let _ = flock(&file, FlockOperation::Unlock);
            }
            // Emacs's lock may stand for hours; the person is told sooner.
            let limit = if editor.is_some() { timeout.min(Duration::from_secs(3)) } else { timeout };
            if start.elapsed() >= limit {
                return Err(Error::Locked(match editor {
                    Some(who) => format!(
                        "{} has unsaved changes in Emacs ({who}): save the buffer there, then try again",
                        path.display()
                    ),
                    None => format!("{} is being written by another memento: try again", path.display()),
                }));
            }
            if interrupted() {
                return Err(Error::Locked(format!("gave up waiting for {}", path.display())));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

/// Who has unsaved changes to `path` in Emacs: the target of the link `.#NAME`, `user@host.pid:boot`
/// (Emacs manual, node "Interlocking"). The link of an Emacs on this host that is gone counts as none.
pub(crate) fn emacs_lock(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let target = fs::read_link(path.with_file_name(format!(".#{name}"))).ok()?;
    let owner = target.to_string_lossy().into_owned();
    let (user_host, rest) = owner.rsplit_once('.')?;
    let host = user_host.rsplit_once('@')?.1;
    let pid: i32 = rest.split(':').next()?.parse().ok()?;
    runs(host, pid).then_some(owner)
}

/// The name of this machine.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether a process of that machine may still run; of another machine nobody here can say that it does not.
pub(crate) fn runs(on: &str, process: i32) -> bool {
    let gone = |pid| matches!(rustix::process::test_kill_process(pid), Err(Errno::SRCH));
    on != host() || !rustix::process::Pid::from_raw(process).is_some_and(gone)
}

/// Follows symbolic links, also one whose target does not exist yet.
fn resolve(path: &Path) -> Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("/")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(Error::Invalid(format!("{}: too many symbolic links", path.display())))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_replaced_file_keeps_its_mode_and_its_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        replace(&real, None, "a").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", &link).unwrap();
        replace(&link, Some("a"), "b").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "b");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().mode() & 0o777, 0o640);
    }

    #[test]
    fn what_was_not_read_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        replace(&path, None, "theirs").unwrap();
        assert!(matches!(replace(&path, Some("mine"), "new"), Err(Error::Conflict(_))));
        assert!(matches!(replace(&path, None, "new"), Err(Error::Conflict(_))));
        assert_eq!(read(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "a temporary file was left behind");
    }

    #[test]
    fn an_update_whose_file_changed_meanwhile_is_done_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let mut rounds = 0;
        update(&path, |text| {
            rounds += 1;
            if rounds == 1 {
                OpenOptions::new().create(true).append(true).open(&path).unwrap().write_all(b"theirs\n").unwrap();
            }
            Ok((Some(format!("{text}mine\n")), ()))
        })
        .unwrap();
        assert_eq!((read(&path).unwrap().as_str(), rounds), ("theirs\nmine\n", 2));
    }

    #[test]
    fn a_read_only_file_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        replace(&path, None, "a").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(matches!(replace(&path, Some("a"), "b"), Err(Error::Io { .. })));
        assert_eq!(read(&path).unwrap(), "a");
    }

    #[test]
    fn the_lock_of_a_live_emacs_is_respected_and_a_dead_one_s_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log.org");
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let link = dir.path().join(".#log.org");
        symlink(format!("ann@{host}.{}:17", std::process::id()), &link).unwrap();
        let e = Lock::acquire(&path, Duration::from_millis(5)).unwrap_err();
        assert!(e.to_string().contains("unsaved changes in Emacs (ann@"), "{e}");
        fs::remove_file(&link).unwrap();
        symlink(format!("ann@{host}.999999999:17"), &link).unwrap();
        Lock::acquire(&path, Duration::from_millis(5)).unwrap();
    }

    #[test]
    fn a_wait_can_be_interrupted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let _held = Lock::acquire(&path, Duration::ZERO).unwrap();
        let start = Instant::now();
        let waited = interruptible(move || start.elapsed().as_millis() > 30, || Lock::acquire(&path, LOCK_TIMEOUT));
        assert!(matches!(waited, Err(Error::Locked(_))));
        assert!(start.elapsed() < LOCK_TIMEOUT / 2);
    }

    #[test]
    fn a_process_that_nobody_waits_for_is_killed() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let start = Instant::now();
        let waited = interruptible(move || start.elapsed().as_millis() > 30, || wait(&mut child));
        assert_eq!(waited.unwrap_err().kind(), std::io::ErrorKind::Interrupted);
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn one_file_has_many_paths() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("real")).unwrap();
        symlink("real", dir.path().join("link")).unwrap();
        assert!(same(&dir.path().join("link/gone.rs"), &dir.path().join("real/gone.rs")));
        assert!(!same(&dir.path().join("link/a.rs"), &dir.path().join("real/b.rs")));
    }

    #[test]
    fn bytes_that_are_no_text_are_named_with_their_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        File::create(&path).unwrap().write_all(b"one\ntwo\n\xff\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("f:3: not UTF-8"));
    }
}
