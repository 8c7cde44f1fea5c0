//! The vault as the person sees it.

use std::path::Path;

use super::node::{Backlink, Found, Node, Problem};
use super::public::AuditRow;
use crate::Config;
use crate::error::Result;

/// What an assistant would see of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The node's ID.
    pub id: String,
    /// Its title as an assistant would see it.
    pub title: String,
    /// Its text as an assistant would see it.
    pub text: String,
}

/// All notes.
#[derive(Debug, Clone)]
pub struct Vault {}

impl Vault {
    /// Opens the vault of `config`.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn open(config: &Config) -> Result<Self> {
        let _ = config;
        unimplemented!()
    }

    /// Brings the index up to date with the disk. `progress` gets the number of changed files read so far and of all that
    /// changed, and says whether to go on; what was read before it said no is kept.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) where there is no notes directory.
    pub fn sync(&self, progress: &mut dyn FnMut(usize, usize) -> bool) -> Result<()> {
        let _ = progress;
        unimplemented!()
    }

    /// Reads one file again that is known to have changed, without a look at the others.
    ///
    /// # Errors
    /// Those of [`Vault::sync`].
    pub fn file_changed(&self, file: &Path) -> Result<()> {
        let _ = file;
        unimplemented!()
    }

    /// All nodes, those of the files changed last first. Of what is indexed: call [`Vault::sync`] before.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn nodes(&self) -> Result<Vec<Node>> {
        unimplemented!()
    }

    /// The nodes of this ID: more than one where a person has copied it.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn with_id(&self, id: &str) -> Result<Vec<Node>> {
        let _ = id;
        unimplemented!()
    }

    /// Full text search; `live`: the last word may be the start of one. Of what is indexed.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn search(&self, query: &str, limit: usize, live: bool) -> Result<Found<Node>> {
        let _ = (query, limit, live);
        unimplemented!()
    }

    /// The links by ID to the node.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn backlinks(&self, id: &str) -> Result<Vec<Backlink<Node>>> {
        let _ = id;
        unimplemented!()
    }

    /// The links and citations that lead to a ref of the node.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn reflinks(&self, id: &str) -> Result<Vec<Backlink<Node>>> {
        let _ = id;
        unimplemented!()
    }

    /// The places where other notes have the node's title or alias in their text without a link to it.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn unlinked(&self, id: &str, limit: usize) -> Result<Vec<Backlink<Node>>> {
        let _ = (id, limit);
        unimplemented!()
    }

    /// Makes a private note with this title and returns it.
    ///
    /// # Errors
    /// Those of [`file::replace`](crate::file::replace).
    pub fn create(&self, title: &str) -> Result<Node> {
        let _ = title;
        unimplemented!()
    }

    /// What assistants would see of `text`, if the notes' file `file` had it.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn preview(&self, file: &Path, text: &str) -> Result<Vec<Preview>> {
        let _ = (file, text);
        unimplemented!()
    }

    /// The last calls of assistants, the last one first, each with whether it asked by name for a note that is private today.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn audit(&self, limit: usize) -> Result<Vec<(AuditRow, bool)>> {
        let _ = limit;
        unimplemented!()
    }

    /// What is wrong with the notes: files that cannot be read, IDs that two nodes have, drawers that are malformed.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn problems(&self) -> Result<Vec<Problem>> {
        unimplemented!()
    }
}
