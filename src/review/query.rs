//! Which remarks are asked for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::entry::Entry;
use crate::file;
use crate::git::Repository;

/// Which remarks by their state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Those that are not done.
    #[default]
    Todo,
    /// Those that are.
    Done,
    /// Both.
    All,
}

/// Which remarks are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// By state.
    pub state: State,
    /// Only those of the project of this name.
    pub project: Option<String>,
    /// Only those whose file lies in this directory.
    pub root: Option<PathBuf>,
    /// Only those on this file.
    pub file: Option<PathBuf>,
    /// Only those that this session holds.
    pub held_by: Option<String>,
}

/// Holds entries against a query. Paths are compared as the file system has them, whatever links they were written through;
/// what was found out about a directory is remembered.
pub(super) struct Matcher<'q> {
    query: &'q Query,
    now: i64,
    root: Option<Root>,
}

/// A directory whose files are asked for; those of a repository within it belong to that one.
struct Root {
    path: PathBuf,
    repository: bool,
    known: HashMap<PathBuf, bool>,
}

impl Matcher<'static> {
    /// Admits the open remarks on files of one directory or repository.
    pub(super) fn dir(root: &Path) -> Self {
        static OPEN: Query = Query { state: State::Todo, project: None, root: None, file: None, held_by: None };
        Self { query: &OPEN, now: 0, root: Some(Root::new(root)) }
    }
}

impl<'q> Matcher<'q> {
    pub(super) fn new(query: &'q Query, now: i64) -> Self {
        Self { query, now, root: query.root.as_deref().map(Root::new) }
    }

    pub(super) fn admits(&mut self, entry: &Entry) -> bool {
        let query = self.query;
        let state = match query.state {
            State::Todo => !entry.done,
            State::Done => entry.done,
            State::All => true,
        };
        state
            && query.project.as_ref().is_none_or(|p| *p == entry.project)
            && query.held_by.as_ref().is_none_or(|session| entry.holder(self.now) == Some(session))
            && query.file.as_ref().is_none_or(|file| file::same(&entry.file, file))
            && self.root.as_mut().is_none_or(|root| root.has(&entry.file))
    }
}

impl Root {
    fn new(root: &Path) -> Self {
        let path = file::canonical(root);
        Self { repository: Repository::enclosing(&path).is_some(), path, known: HashMap::new() }
    }

    fn has(&mut self, file: &Path) -> bool {
        let dir = file.parent().unwrap_or(Path::new("/"));
        if let Some(known) = self.known.get(dir) {
            return *known;
        }
        let real = file::canonical(dir);
        let inside = real.starts_with(&self.path)
            && (!self.repository || Repository::enclosing(&real).is_some_and(|r| self.path.starts_with(r.root)));
        self.known.insert(dir.to_path_buf(), inside);
        inside
    }
}
