//! Cards that change: edited, accepted, suspended, deleted, started anew.

use super::card::{Card, Change, State};
use super::collection::Collection;
use crate::error::{Error, Result};

impl Collection {
    /// Changes a card. The other direction of a word changes with it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for an empty question or answer and for what is no tag.
    pub fn update(&self, _id: &str, _change: &Change) -> Result<Card> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Accepts drafts: they are learnt from now on. What is no draft stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is accepted then.
    pub fn accept(&self, ids: &[String]) -> Result<Vec<Card>> {
        let _ = ids;
        Err(Error::Invalid("not built yet".into()))
    }

    /// Puts cards into a state; `Active` gives a leech a new start.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is changed then.
    pub fn set_state(&self, _ids: &[String], _state: State) -> Result<Vec<Card>> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Deletes cards and returns them. Their texts and answers are kept until [`Collection::purge`]: [`Collection::restore`] brings
    /// them back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is deleted then.
    pub fn delete(&self, _ids: &[String]) -> Result<Vec<Card>> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Brings deleted cards back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them was not deleted; none is brought back then.
    pub fn restore(&self, _ids: &[String]) -> Result<Vec<Card>> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Removes what is left of deleted cards, texts and answers; returns how many there were. That they were deleted stays
    /// known, so that no other machine brings them back.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn purge(&self) -> Result<usize> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Has cards start anew, as if never answered; the log keeps what was, and [`Collection::undo`] with the id takes it back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is reset then.
    pub fn reset(&self, _ids: &[String]) -> Result<Vec<Card>> {
        Err(Error::Invalid("not built yet".into()))
    }
}
