//! A home of a test's own.

use std::io::Write;
use std::path::{Path, PathBuf};

use memento::Config;
use memento::config::Env;
use memento::prompts::{Library, Prompt, Query, SyncOptions, Synced};
use serde_json::{Value, json};

/// A moment in October 2025, in milliseconds.
pub(crate) const T: i64 = 1_759_403_045_000;

pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(home.path(".claude")).unwrap();
        std::fs::create_dir_all(home.path("notes")).unwrap();
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn config(&self) -> Config {
        let at = |name: &str, path: &str| format!("{name}={}", self.path(path).display());
        let pairs = [
            format!("HOME={}", self.dir.path().display()),
            at("MEMENTO_CLAUDE_DIR", ".claude"),
            at("MEMENTO_DATA_DIR", "data"),
            at("MEMENTO_NOTES_DIR", "notes"),
        ];
        Config::load(Env::from_pairs(&pairs)).unwrap()
    }

    pub(crate) fn library(&self) -> Library {
        Library::open(&self.config()).unwrap()
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.path(".claude/history.jsonl")
    }

    /// Adds lines to the history.
    pub(crate) fn append(&self, lines: &[String]) {
        append(&self.history(), &lines.iter().map(|line| format!("{line}\n")).collect::<String>());
    }

    /// A library with these texts, a second apart, in the project `/r/app` and the session `s1`.
    pub(crate) fn with(texts: &[&str]) -> (Self, Library) {
        let home = Self::new();
        let lines: Vec<String> =
            texts.iter().enumerate().map(|(i, text)| line(text, T + 1000 * i as i64, "/r/app", "s1")).collect();
        home.append(&lines);
        let library = home.library();
        sync(&library);
        (home, library)
    }
}

pub(crate) fn append(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Writes a file anew in its place, as a program does that cuts it first.
pub(crate) fn overwrite(path: &Path, text: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).write(true).truncate(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// A line of the history.
pub(crate) fn line(text: &str, time: i64, project: &str, session: &str) -> String {
    let value: Value =
        json!({"display": text, "timestamp": time, "project": project, "pastedContents": {}, "sessionId": session});
    value.to_string()
}

pub(crate) fn sync(library: &Library) -> Synced {
    library.sync(&SyncOptions::default(), &mut |_| true).unwrap()
}

pub(crate) fn all(library: &Library) -> Vec<Prompt> {
    library.list(&Query { commands: true, order: memento::prompts::Order::Oldest, ..Query::default() }).unwrap().prompts
}

pub(crate) fn texts(prompts: &[Prompt]) -> Vec<&str> {
    prompts.iter().map(|prompt| prompt.text.as_str()).collect()
}
