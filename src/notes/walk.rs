//! The files of the notes directory, and whether they are as they were.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::error::{Error, Result};
use crate::file;

/// What the disk says of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    /// When it was last changed, in nanoseconds since 1970.
    pub(super) mtime: i64,
    /// In bytes.
    pub(super) size: i64,
    pub(super) inode: i64,
}

/// How long after a write another one may leave the same time stamp: the clock of file systems ticks every 4 to 10 ms, that
/// of FAT every 2 s.
const TICK: i64 = 2_000_000_000;

/// The inode of no file.
const UNSETTLED: i64 = -1;

impl Stat {
    pub(super) fn of(meta: &std::fs::Metadata) -> Self {
        Self {
            mtime: meta.mtime().wrapping_mul(1_000_000_000).wrapping_add(meta.mtime_nsec()),
            size: i64::try_from(meta.size()).unwrap_or(i64::MAX),
            // Only compared.
            inode: meta.ino().cast_signed(),
        }
    }

    /// Whether it says for certain that the file is as it was.
    pub(super) fn is_settled(self) -> bool {
        self.inode != UNSETTLED
    }

    /// As it should be remembered: a file that was written a moment ago may be written once more within the same tick of the
    /// clock, and is read again the next time.
    pub(super) fn settled(self) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as i64);
        if now.saturating_sub(self.mtime) > TICK { self } else { self.unsettled() }
    }

    /// As it should be remembered of a file that is to be read again the next time whatever the disk says.
    pub(super) fn unsettled(self) -> Self {
        Self { inode: UNSETTLED, ..self }
    }
}

/// A file of the notes directory.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Relative to the notes directory.
    pub(super) path: String,
    pub(super) stat: Stat,
}

/// Whether a file of this name is a note: `.org`, or `.org.gpg` and `.org.age`, which are listed and never decrypted.
pub(super) fn is_note(name: &str) -> bool {
    name.ends_with(".org") || is_encrypted(name)
}

/// Whether this is an encrypted note.
pub(super) fn is_encrypted(name: &str) -> bool {
    name.ends_with(".org.gpg") || name.ends_with(".org.age")
}

/// The notes files below `root`, in the order of their paths. Hidden files and directories are none; symbolic links are
/// not followed: one that stays in the directory leads to what is there anyway, and one that leaves it is no note.
///
/// # Errors
/// [`Error::NotFound`] where there is no such directory, [`Error::Io`] where it cannot be read.
pub(super) fn walk(root: &Path) -> Result<Vec<Entry>> {
    std::fs::read_dir(root).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound(format!(
            "{} does not exist: make it, or set notes_dir in config.toml to where your notes are",
            root.display()
        )),
        _ => Error::io(root)(e),
    })?;
    let found = Mutex::new(Vec::new());
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .threads(threads())
        .build_parallel();
    walker.run(|| {
        let mut batch = Batch { found: &found, entries: Vec::new() };
        Box::new(move |entry| {
            // What cannot be read is not there; the directory itself was looked at before.
            if let Some(entry) = entry.ok().and_then(|entry| note(root, &entry)) {
                batch.entries.push(entry);
            }
            WalkState::Continue
        })
    });
    let mut found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// One file, where that is a note in the directory; `root` has no symbolic links in it.
pub(super) fn look(root: &Path, path: &str) -> Option<Entry> {
    let whole = root.join(path);
    let meta = std::fs::symlink_metadata(&whole).ok()?;
    let note = meta.is_file() && is_note(path) && is_inside(&whole);
    note.then(|| Entry { path: path.to_owned(), stat: Stat::of(&meta) })
}

/// The text of a note. A directory on the way that has become a link leads to no note.
///
/// # Errors
/// [`Error::NotFound`], those of [`file::read`].
pub(super) fn read(root: &Path, path: &str) -> Result<String> {
    let whole = root.join(path);
    if whole.exists() && !is_inside(&whole) {
        return Err(Error::NotFound(format!("{} is no file of the notes directory", whole.display())));
    }
    file::read(&whole)
}

/// Whether no part of the path is a link.
fn is_inside(whole: &Path) -> bool {
    std::fs::canonicalize(whole).is_ok_and(|real| real == whole)
}

fn note(root: &Path, entry: &DirEntry) -> Option<Entry> {
    if !entry.file_type()?.is_file() || !is_note(entry.file_name().to_str()?) {
        return None;
    }
    let path = entry.path().strip_prefix(root).ok()?.to_str()?.to_owned();
    Some(Entry { path, stat: Stat::of(&entry.metadata().ok()?) })
}

/// More threads than this wait for the same directory.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(4))
}

/// What one thread of the walk has found; given away once, when the thread ends.
struct Batch<'a> {
    found: &'a Mutex<Vec<Entry>>,
    entries: Vec<Entry>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut self.entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_org_files_that_are_neither_hidden_nor_linked() {
        let dir = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        let put = |path: &Path| file::replace(path, None, "x").unwrap();
        let root = &dir.path().canonicalize().unwrap();
        for name in
            ["a.org", "sub/b.org", "c.org.gpg", "sub/d.org.age", "e.txt", ".f.org", ".git/g.org", "h.ORG", "ü x.org"]
        {
            put(&root.join(name));
        }
        put(&out.path().join("secret.org"));
        std::os::unix::fs::symlink(out.path().join("secret.org"), root.join("link.org")).unwrap();
        std::os::unix::fs::symlink(out.path(), root.join("away")).unwrap();
        std::os::unix::fs::symlink(root.join("sub"), root.join("again")).unwrap();
        let found: Vec<String> = walk(root).unwrap().into_iter().map(|entry| entry.path).collect();
        assert_eq!(found, ["a.org", "c.org.gpg", "sub/b.org", "sub/d.org.age", "ü x.org"]);
        assert!(look(root, "link.org").is_none() && look(root, "a.org").is_some());
        for linked in ["link.org", "away/secret.org", "again/b.org"] {
            assert!(look(root, linked).is_none() && read(root, linked).is_err(), "{linked}");
        }
        assert_eq!(read(root, "sub/b.org").unwrap(), "x");
        let e = walk(&root.join("none")).unwrap_err();
        assert!(e.to_string().contains("does not exist: make it, or set notes_dir"), "{e}");
    }
}
