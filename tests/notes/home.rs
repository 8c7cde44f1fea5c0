//! A home of its own for every test: nothing of the person's can be reached from it.

use std::path::PathBuf;

use memento::Config;
use memento::config::Env;
use memento::notes::{Caller, PublicVault, Vault};

pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("notes")).unwrap();
        Self { dir }
    }

    /// A home with these notes.
    pub(crate) fn with(notes: &[(&str, &str)]) -> Self {
        let home = Self::new();
        notes.iter().for_each(|(name, text)| _ = home.write(name, text));
        home
    }

    /// A file in the notes directory.
    pub(crate) fn note(&self, name: &str) -> PathBuf {
        self.dir.path().join("notes").join(name)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A test may write as it likes: no reader depends on it.
    #[allow(clippy::disallowed_methods)]
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.note(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn config(&self) -> Config {
        let home = self.dir.path().display();
        let pairs = [
            format!("HOME={home}"),
            format!("MEMENTO_NOTES_DIR={home}/notes"),
            format!("MEMENTO_DATA_DIR={home}/data"),
        ];
        Config::load(Env::from_pairs(pairs)).unwrap()
    }

    pub(crate) fn vault(&self) -> Vault {
        let vault = Vault::open(&self.config()).unwrap();
        vault.sync(&mut |_, _| true).unwrap();
        vault
    }

    pub(crate) fn public(&self) -> PublicVault {
        PublicVault::open(&self.config(), Caller { front_end: "cli", session: "test".to_owned() }).unwrap()
    }
}

/// A note of its own file.
pub(crate) fn note(id: &str, title: &str, body: &str) -> String {
    format!(":PROPERTIES:\n:ID: {id}\n:END:\n#+title: {title}\n\n{body}\n")
}

/// The same, marked PUBLIC.
pub(crate) fn public_note(id: &str, title: &str, body: &str) -> String {
    format!(":PROPERTIES:\n:ID: {id}\n:END:\n#+title: {title}\n#+filetags: :PUBLIC:\n\n{body}\n")
}
