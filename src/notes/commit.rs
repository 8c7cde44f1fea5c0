//! A written note in the history of its repository: `git_commit = true` in `config.toml`.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::Config;
use crate::error::{Error, Result};
use crate::file::{LOCK_TIMEOUT, Lock, canonical};
use crate::git::Repository;

/// How long the lock of another git may last: that of a `git add` is gone in an instant, a forgotten one stays.
const LOCKED: Duration = Duration::from_secs(2);

/// Commits `file`, and nothing else, where the configuration asks for it. What somebody has staged of other files stays
/// staged. A file that git ignores, and one that is as it was, is none to commit. Hooks run; nothing is signed, since that
/// may ask for a passphrase.
///
/// # Errors
/// [`Error::Git`] where there is no repository, a hook says no, somebody holds the lock, or git cannot commit now; its text
/// says that the note is written all the same.
pub(crate) fn commit(config: &Config, file: &Path, message: &str) -> Result<()> {
    if !config.git_commit {
        return Ok(());
    }
    let file = canonical(file);
    let failed = |command: &str, what: &str| Error::Git {
        command: command.to_owned(),
        message: format!("{what}\nThe note is written, but not committed: {}", file.display()),
    };
    let repository = file.parent().and_then(Repository::enclosing);
    let Some(repository) = repository else {
        return Err(failed("commit", "no repository: run git init there, or set git_commit = false"));
    };
    let root = canonical(&repository.root);
    let Some(path) = file.strip_prefix(&root).ok().and_then(Path::to_str) else {
        return Err(failed("commit", "the file's name is no UTF-8: give it another"));
    };
    let run = |args: &[&str]| {
        let args = [&["--literal-pathspecs"], args].concat();
        let start = Instant::now();
        loop {
            match repository.run(&args) {
                Err(Error::Git { message, .. }) if is_lock(&message) && start.elapsed() < LOCKED => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(Error::Git { command, message }) => return Err(failed(&command, &message)),
                other => return other,
            }
        }
    };
    let directory = run(&["rev-parse", "--absolute-git-dir"])?;
    let lock = Lock::acquire(&Path::new(directory.trim_end_matches('\n')).join("index"), LOCK_TIMEOUT);
    let _lock = lock.map_err(|e| failed("commit", &e.to_string()))?;
    let state = run(&["status", "--porcelain", "--untracked-files=all", "--no-renames", "--", path])?;
    if state.is_empty() {
        return Ok(());
    }
    let new = state.starts_with("??");
    if new {
        // Without an entry in the index the commit would not find it.
        run(&["add", "--intent-to-add", "--", path])?;
    }
    let message = format!("--message={message}");
    let commit = ["commit", "--quiet", "--no-gpg-sign", "--cleanup=whitespace", &message, "--only", "--", path];
    let committed = run(&commit);
    if new && committed.is_err() {
        // Left in the index the entry would be somebody else's to wonder about; the error above says more than this one's.
        let _ = run(&["update-index", "--force-remove", "--", path]);
    }
    committed.map(|_| ())
}

/// Whether another git was at work: on the index, or on the branch.
fn is_lock(message: &str) -> bool {
    message.contains(".lock': File exists") || message.contains("cannot lock ref")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;
    use crate::config::Env;
    use crate::file;

    struct Vault {
        dir: tempfile::TempDir,
        config: Config,
    }

    impl Vault {
        /// A repository of its own with one commit of `a.org` and `b.org`.
        fn new() -> Self {
            let vault = Self::without_commits();
            vault.write("a.org", "a\n");
            vault.write("b.org", "b\n");
            vault.git(&["add", "."]);
            vault.git(&["commit", "-qm", "first"]);
            vault
        }

        fn without_commits() -> Self {
            let vault = Self::without_repository();
            vault.git(&["init", "-q", "-b", "main"]);
            vault.git(&["config", "user.name", "Ann"]);
            vault.git(&["config", "user.email", "ann@example.org"]);
            vault
        }

        fn without_repository() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let mut config = Config::load(Env::from_pairs([format!("HOME={}", dir.path().display())])).unwrap();
            config.git_commit = true;
            Self { dir, config }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.path(name);
            let before = fs::read_to_string(&path).ok();
            file::replace(&path, before.as_deref(), text).unwrap();
        }

        fn hook(&self, name: &str, script: &str) {
            let name = format!(".git/hooks/{name}");
            self.write(&name, &format!("#!/bin/sh\n{script}\n"));
            fs::set_permissions(self.path(&name), fs::Permissions::from_mode(0o755)).unwrap();
        }

        fn git(&self, args: &[&str]) -> String {
            Repository { root: self.dir.path().to_path_buf() }.run(args).unwrap()
        }

        fn commit(&self, name: &str) -> Result<()> {
            commit(&self.config, &self.path(name), "Update a note\n\nSession: s")
        }

        /// What the commit on top says and has.
        fn last(&self) -> String {
            self.git(&["log", "-1", "--format=%s|%b", "--name-only"]).split_whitespace().collect::<Vec<_>>().join(" ")
        }

        fn status(&self) -> String {
            self.git(&["status", "--porcelain", "--untracked-files=all"])
        }

        fn count(&self) -> String {
            self.git(&["rev-list", "--count", "--all"]).trim().to_owned()
        }
    }

    const LAST_A: &str = "Update a note|Session: s a.org";

    #[test]
    fn what_somebody_staged_or_changed_stays_as_it_is() {
        let vault = Vault::new();
        vault.write("b.org", "staged\n");
        vault.write("c.org", "staged\n");
        vault.git(&["add", "b.org", "c.org"]);
        vault.write("b.org", "changed\n");
        vault.write("d.org", "untracked\n");
        let index = vault.git(&["ls-files", "--stage", "b.org", "c.org"]);
        vault.write("a.org", "new\n");
        vault.commit("a.org").unwrap();
        assert_eq!(vault.last(), LAST_A);
        assert_eq!(vault.status(), "MM b.org\nA  c.org\n?? d.org\n");
        assert_eq!(vault.git(&["ls-files", "--stage", "b.org", "c.org"]), index);
        assert_eq!(vault.git(&["show", "HEAD:a.org"]), "new\n");
        assert_eq!(vault.git(&["show", "HEAD:b.org"]), "b\n");
    }

    #[test]
    fn a_new_file_is_committed_alone() {
        let vault = Vault::new();
        vault.write("b.org", "staged\n");
        vault.git(&["add", "b.org"]);
        for name in ["sub/new note.org", "-x[a]*.org", ":(top)ü.org"] {
            vault.write(name, "new\n");
            vault.commit(name).unwrap();
            assert_eq!(vault.git(&["log", "-1", "--format=", "--name-only"]).trim(), name);
            assert_eq!(vault.status(), "M  b.org\n");
        }
    }

    #[test]
    fn nothing_is_committed_that_git_ignores_or_that_is_as_it_was() {
        let vault = Vault::new();
        vault.write(".git/info/exclude", "*.secret.org\n");
        vault.write("x.secret.org", "x\n");
        vault.commit("x.secret.org").unwrap();
        vault.commit("a.org").unwrap();
        assert_eq!(vault.count(), "1");
        assert_eq!(vault.status(), "");
    }

    #[test]
    fn nothing_is_committed_where_nobody_asked_for_it() {
        let mut vault = Vault::new();
        vault.config.git_commit = false;
        vault.write("a.org", "new\n");
        vault.commit("a.org").unwrap();
        assert_eq!(vault.status(), " M a.org\n");
    }

    fn assert_reported(result: Result<()>, because: &str) {
        let Err(Error::Git { message, .. }) = result else { panic!("{result:?}") };
        assert!(message.contains(because) && message.contains("The note is written, but not committed"), "{message}");
    }

    #[test]
    fn a_failing_hook_is_reported_and_leaves_the_index_as_it_was() {
        let vault = Vault::new();
        vault.hook("pre-commit", "echo no more notes >&2; exit 1");
        vault.write("b.org", "staged\n");
        vault.git(&["add", "b.org"]);
        vault.write("a.org", "new\n");
        vault.write("c.org", "new\n");
        for name in ["a.org", "c.org"] {
            assert_reported(vault.commit(name), "no more notes");
        }
        assert_eq!(vault.status(), " M a.org\nM  b.org\n?? c.org\n");
        assert_eq!(vault.count(), "1");
        assert_eq!(fs::read_to_string(vault.path("a.org")).unwrap(), "new\n");
    }

    #[test]
    fn a_hook_sees_the_note_alone() {
        let vault = Vault::new();
        vault.hook("pre-commit", "git diff --cached --name-only > seen.txt");
        vault.write("b.org", "staged\n");
        vault.git(&["add", "b.org"]);
        vault.write("c.org", "new\n");
        vault.commit("c.org").unwrap();
        assert_eq!(fs::read_to_string(vault.path("seen.txt")).unwrap(), "c.org\n");
    }

    #[test]
    fn a_lock_that_stays_is_reported_and_one_that_goes_is_waited_for() {
        let vault = Vault::new();
        vault.write("a.org", "new\n");
        vault.write("c.org", "new\n");
        vault.write(".git/index.lock", "");
        assert_reported(vault.commit("a.org"), "index.lock");
        assert_reported(vault.commit("c.org"), "index.lock");
        assert!(vault.path(".git/index.lock").exists());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                fs::remove_file(vault.path(".git/index.lock")).unwrap();
            });
            vault.commit("a.org").unwrap();
        });
        assert_eq!(vault.last(), LAST_A);
    }

    #[test]
    fn many_writers_lose_no_commit() {
        let vault = Vault::new();
        std::thread::scope(|scope| {
            for n in 0..6 {
                let vault = &vault;
                scope.spawn(move || {
                    let name = format!("n{n}.org");
                    vault.write(&name, "new\n");
                    vault.commit(&name).unwrap();
                });
            }
        });
        assert_eq!((vault.count().as_str(), vault.status().as_str()), ("7", ""));
    }

    #[test]
    fn without_a_repository_the_remedy_is_named() {
        let vault = Vault::without_repository();
        vault.write("a.org", "a\n");
        assert_reported(vault.commit("a.org"), "git init");
    }

    #[test]
    fn a_detached_head_and_a_repository_without_commits_are_committed_to() {
        let vault = Vault::new();
        vault.git(&["checkout", "-q", "--detach"]);
        vault.write("a.org", "new\n");
        vault.commit("a.org").unwrap();
        assert_eq!(vault.git(&["log", "-1", "--format=%s"]), "Update a note\n");
        assert_eq!(vault.git(&["log", "-1", "--format=%s", "main"]), "first\n");

        let vault = Vault::without_commits();
        vault.write("a.org", "a\n");
        vault.write("b.org", "b\n");
        vault.git(&["add", "b.org"]);
        vault.commit("a.org").unwrap();
        assert_eq!(vault.last(), LAST_A);
        assert_eq!(vault.status(), "A  b.org\n");
    }

    #[test]
    fn a_merge_that_is_not_done_is_left_alone() {
        let vault = Vault::new();
        vault.git(&["checkout", "-q", "-b", "other"]);
        vault.write("b.org", "theirs\n");
        vault.git(&["commit", "-qam", "theirs"]);
        vault.git(&["checkout", "-q", "main"]);
        vault.write("b.org", "ours\n");
        vault.git(&["commit", "-qam", "ours"]);
        let merge = Repository { root: vault.dir.path().to_path_buf() }.run(&["merge", "other"]);
        assert!(merge.is_err());
        vault.write("a.org", "new\n");
        assert_reported(vault.commit("a.org"), "merge");
        assert_eq!(vault.status(), " M a.org\nUU b.org\n");
    }

    #[test]
    fn nothing_is_signed() {
        let vault = Vault::new();
        vault.git(&["config", "commit.gpgSign", "true"]);
        vault.git(&["config", "gpg.program", "false"]);
        vault.write("a.org", "new\n");
        vault.commit("a.org").unwrap();
        assert_eq!(vault.last(), LAST_A);
    }

    #[test]
    fn a_note_behind_a_link_is_committed_where_it_lies() {
        let vault = Vault::new();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(vault.dir.path(), elsewhere.path().join("roam")).unwrap();
        vault.write("a.org", "new\n");
        commit(&vault.config, &elsewhere.path().join("roam/a.org"), "Update a note\n\nSession: s").unwrap();
        assert_eq!(vault.last(), LAST_A);
    }
}
