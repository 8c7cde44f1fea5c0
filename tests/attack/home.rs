//! A home of its own for every test, with notes of which a part is private.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use memento::Config;
use memento::config::Env;
use memento::notes::{Caller, ListQuery, Markup, Note, PublicVault};
use serde::Serialize;

pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("notes")).unwrap();
        Self { dir }
    }

    pub(crate) fn with<N: AsRef<str>, T: AsRef<[u8]>>(notes: impl IntoIterator<Item = (N, T)>) -> Self {
        let home = Self::new();
        notes.into_iter().for_each(|(name, text)| _ = home.write(name.as_ref(), text));
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

    pub(crate) fn variables(&self) -> [(&'static str, PathBuf); 3] {
        [("HOME", self.path("")), ("MEMENTO_NOTES_DIR", self.path("notes")), ("MEMENTO_DATA_DIR", self.path("data"))]
    }

    pub(crate) fn config(&self) -> Config {
        let pairs = self.variables().map(|(name, path)| format!("{name}={}", path.display()));
        Config::load(Env::from_pairs(pairs)).unwrap()
    }

    pub(crate) fn public(&self) -> PublicVault {
        PublicVault::open(&self.config(), Caller { front_end: "cli", session: "test".to_owned() }).unwrap()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.note(name)).unwrap()
    }

    /// Every file of the notes directory with its bytes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files_below(&self.path("notes"))
    }
}

/// Every file below a directory with its bytes; links are not followed.
pub(crate) fn files_below(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap()) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.append(&mut files_below(&entry.path()));
        } else if kind.is_file() {
            files.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// A note of its own file, without a mark.
pub(crate) fn note(id: &str, title: &str, body: &str) -> String {
    format!(":PROPERTIES:\n:ID: {id}\n:END:\n#+title: {title}\n\n{body}\n")
}

/// The same, marked PUBLIC.
pub(crate) fn public_note(id: &str, title: &str, body: &str) -> String {
    format!(":PROPERTIES:\n:ID: {id}\n:END:\n#+title: {title}\n#+filetags: :PUBLIC:\n\n{body}\n")
}

/// The words that stand in private places and nowhere else.
pub(crate) const SECRETS: [&str; 2] = ["canary", "s3cr3t"];

/// Says no where one of [`SECRETS`] is in `out`.
pub(crate) fn assert_clean(attempt: &str, out: &str) {
    let small = out.to_lowercase();
    for secret in SECRETS {
        assert!(!small.contains(secret), "{attempt}: {secret} comes out:\n{out}");
    }
}

/// A result as an assistant could get it, errors included.
pub(crate) fn told<T: Serialize>(result: &memento::Result<T>) -> String {
    match result {
        Ok(value) => serde_json::to_string_pretty(value).unwrap(),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

/// All that can be read of the notes that are listed, whichever call tells it.
pub(crate) fn everything(vault: &PublicVault) -> String {
    let mut out = String::new();
    let listed = vault.list(&ListQuery::default());
    out.push_str(&told(&listed));
    out.push_str(&told(&vault.list(&ListQuery { recent: true, ..ListQuery::default() })));
    out.push_str(&told(&vault.tags()));
    out.push_str(&told(&vault.doubled()));
    for node in listed.unwrap().0 {
        let note: memento::Result<Note> = vault.get(&node.id, None);
        out.push_str(&told(&note));
        let note = note.unwrap();
        out.push_str(&memento::org::entry::markdown(&note.text));
        note.sections.iter().for_each(|section| out.push_str(&told(&vault.get(&node.id, Some(section)))));
        out.push_str(&told(&vault.get(&node.id, Some("no such section"))));
        out.push_str(&told(&vault.links(&node.id)));
        out.push_str(&told(&vault.search(&node.title, 500).or_else(|_| vault.search("text", 500))));
    }
    out
}

/// Every call that takes the name of a note, as its answer.
pub(crate) fn by_name(vault: &PublicVault, name: &str, revision: &str) -> Vec<(&'static str, String)> {
    vec![
        ("get", told(&vault.get(name, None))),
        ("get a section", told(&vault.get(name, Some("Plan")))),
        ("links", told(&vault.links(name))),
        ("append", told(&vault.append(name, revision, None, "more", Markup::Org))),
        ("append to a section", told(&vault.append(name, revision, Some("Plan"), "more", Markup::Org))),
        ("replace", told(&vault.replace(name, revision, None, "instead", Markup::Markdown))),
        ("replace a section", told(&vault.replace(name, revision, Some("Plan"), "instead", Markup::Org))),
        ("set_tags", told(&vault.set_tags(name, revision, &["tag".to_owned()]))),
        ("rename", told(&vault.rename(name, revision, "Another"))),
        ("link", told(&vault.link(name, revision, None, "open"))),
    ]
}
