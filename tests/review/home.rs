//! A home of its own for every test: nothing of the person's can be reached from it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path("code_review.org")
    }

    pub(crate) fn log_text(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        put(&path, text);
        path
    }

    pub(crate) fn write_log(&self, text: &str) {
        put(&self.log(), text);
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

    /// `memento ARGS`.
    pub(crate) fn memento(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_memento"));
        command.args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run(self.memento(args).output().unwrap())
    }

    /// `memento review ARGS --json` that must succeed.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let run = self.run(&[&["review"], args, &["--json"]].concat());
        assert_eq!(run.code(), 0, "memento review {args:?}: {}", run.err());
        serde_json::from_str(&run.out()).unwrap()
    }

    /// Adds a remark and returns its ID.
    pub(crate) fn add(&self, place: &str, comment: &str, more: &[&str]) -> String {
        let entry = self.json(&[&["add", place, "--comment", comment], more].concat());
        entry["id"].as_str().unwrap().to_owned()
    }

    /// Status and line of a remark's place.
    pub(crate) fn place(&self, id: &str) -> (String, u64, PathBuf) {
        let place = self.json(&["show", id])["place"].clone();
        let file = PathBuf::from(place["file"].as_str().unwrap());
        (place["status"].as_str().unwrap().to_owned(), place["line"].as_u64().unwrap(), file)
    }

    pub(crate) fn git(&self, repository: &str, args: &[&str]) -> String {
        let output = self.command("git").arg("-C").arg(self.path(repository)).args(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A repository with one commit of these files.
    pub(crate) fn repository(&self, name: &str, files: &[(&str, &str)]) {
        std::fs::create_dir_all(self.path(name)).unwrap();
        self.git(name, &["init", "-q", "-b", "main"]);
        for (file, text) in files {
            self.write(&format!("{name}/{file}"), text);
        }
        self.commit(name);
    }

    pub(crate) fn commit(&self, repository: &str) -> String {
        self.git(repository, &["add", "-A"]);
        self.git(repository, &["commit", "-q", "-m", "a change"]);
        self.git(repository, &["rev-parse", "HEAD"])
    }
}

/// A test may write as it likes: no reader depends on it.
#[allow(clippy::disallowed_methods)]
pub(crate) fn put(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

pub(crate) struct Run(pub(crate) Output);

impl Run {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }
}
