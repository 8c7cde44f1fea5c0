//! A home of its own for every test: nothing of the person's can be reached from it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A home with an empty repository.
    pub(crate) fn with_repository() -> Self {
        let home = Self::new();
        std::fs::create_dir(home.repository()).unwrap();
        home.git(&["init", "-q", "-b", "main"]);
        home.git(&["config", "core.autocrlf", "false"]);
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.path("repository")
    }

    /// A command with nothing of the outer environment but `PATH`.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.dir.path())
            .env("USER", "ann")
            .env("TZ", "UTC")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ann")
            .env("GIT_AUTHOR_EMAIL", "ann@example.org")
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.org")
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    /// What git says in `directory`; it must succeed.
    pub(crate) fn git_in(&self, directory: &Path, args: &[&str]) -> Vec<u8> {
        let output = self.command("git").arg("-C").arg(directory).args(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The same in the home's repository.
    pub(crate) fn git(&self, args: &[&str]) -> Vec<u8> {
        self.git_in(&self.repository(), args)
    }

    /// `git ARGS` in the home's repository with `input`.
    pub(crate) fn git_with(&self, args: &[&str], input: &[u8]) -> Output {
        let mut command = self.command("git");
        command.arg("-C").arg(self.repository()).args(args).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A git that does not read to the end has its reasons, and tells them.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a change"]);
    }
}

/// The library's side of a review.
impl Home {
    pub(crate) fn config(&self) -> memento::Config {
        let env = [format!("HOME={}", self.dir.path().display()), "USER=ann".to_owned()];
        memento::Config::load(memento::config::Env::from_pairs(env)).unwrap()
    }

    /// The queue as the person sees it.
    pub(crate) fn queue(&self) -> memento::diff::Queue {
        memento::diff::Queue::open(&self.config()).unwrap()
    }

    /// What a session asks for in the home's repository.
    pub(crate) fn ask(&self, session: &str) -> memento::diff::Ask {
        let (session, title) = (session.to_owned(), "a change".to_owned());
        memento::diff::Ask { directory: self.repository(), session, title, ..memento::diff::Ask::default() }
    }

    /// Writes a file of the repository.
    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.repository().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Reads a file of the repository.
    pub(crate) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.repository().join(name)).unwrap()
    }

    /// What git says, as text.
    pub(crate) fn git_text(&self, args: &[&str]) -> String {
        String::from_utf8(self.git(args)).unwrap()
    }
}

/// So many numbered lines, those in `changed` with another text.
pub(crate) fn numbered(lines: usize, changed: &[usize]) -> String {
    let line = |n: usize| if changed.contains(&n) { format!("changed {n}\n") } else { format!("line {n}\n") };
    (1..=lines).map(line).collect()
}
