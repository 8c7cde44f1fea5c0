//! One error type for the whole crate.

use std::path::{Path, PathBuf};

/// A result with memento's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, by what a caller can do about it.
///
/// Every message names the thing and the remedy, and none carries the text of a note.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing answers to that name.
    #[error("{0}")]
    NotFound(String),
    /// Somebody else holds it or has changed it; nothing was done.
    #[error("{0}")]
    Conflict(String),
    /// The arguments or a file's content make no sense.
    #[error("{0}")]
    Invalid(String),
    /// Another process is writing; try again.
    #[error("{0}")]
    Locked(String),
    /// A check said no: the tests failed or took too long.
    #[error("{message}")]
    Failed {
        /// What failed, in one line.
        message: String,
        /// The last lines of its output.
        output: String,
        /// The file with all of its output.
        log: PathBuf,
    },
    /// The operating system said no.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Git said no.
    #[error("git {command}: {message}")]
    Git {
        /// The arguments it was called with.
        command: String,
        /// What it wrote on standard error.
        message: String,
    },
    /// SQLite said no.
    #[error("{path}: {source}", path = path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What it said.
        source: rusqlite::Error,
    },
}

impl Error {
    /// Names the file in an operating system's error.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_path_buf(), source }
    }

    /// Names the database in one of SQLite's errors.
    pub fn database(path: &Path) -> impl FnOnce(rusqlite::Error) -> Self + '_ {
        move |source| Self::Database { path: path.to_path_buf(), source }
    }

    /// The kind as one word: the same in JSON and, after `memento-`, in Lisp.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Conflict(_) => "conflict",
            Self::Invalid(_) => "invalid",
            Self::Locked(_) => "locked",
            Self::Failed { .. } => "failed",
            Self::Io { .. } => "io",
            Self::Git { .. } => "git",
            Self::Database { .. } => "database",
        }
    }
}
