//! The library of prompts, in `memento.db`: opened, listed, looked up.

use std::path::PathBuf;
use std::sync::Mutex;

use rusqlite::Connection;

use super::prompt::Prompt;
use super::query::{Found, ProjectCount, Query, TagCount};
use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};

/// The library of prompts.
#[derive(Debug)]
pub struct Library {
    pub(super) config: Config,
    pub(super) path: PathBuf,
    pub(super) db: Mutex<Connection>,
}

impl Library {
    /// Opens the library of this configuration; it is made where there is none.
    ///
    /// # Errors
    /// Those of [`db::open`].
    pub fn open(config: &Config) -> Result<Self> {
        let path = config.data_dir.join("memento.db");
        let db = db::open(&path, db::STATE_MIGRATIONS)?;
        Ok(Self { config: config.clone(), path, db: Mutex::new(db) })
    }

    /// The prompts that `query` asks for.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text without a word in it, [`Error::Database`].
    pub fn list(&self, query: &Query) -> Result<Found> {
        let _ = query;
        Ok(Found::default())
    }

    /// One prompt, without what was pasted.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn get(&self, id: i64) -> Result<Prompt> {
        Err(Error::NotFound(format!("no prompt {id}")))
    }

    /// One prompt, with what was pasted.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn show(&self, id: i64) -> Result<Prompt> {
        self.get(id)
    }

    /// All projects, the one with most prompts first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn projects(&self) -> Result<Vec<ProjectCount>> {
        Ok(Vec::new())
    }

    /// All tags, the most used first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        Ok(Vec::new())
    }
}
