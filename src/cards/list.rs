//! Finding cards.

use serde::Serialize;

use super::card::{Card, State};
use super::clock::Day;
use super::collection::Collection;
use crate::error::{Error, Result};

/// Which cards are meant. The default is all that are not deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this project; empty: of none.
    pub project: Option<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// Scheduled by an algorithm of this name.
    pub algorithm: Option<String>,
    /// From none of these notes: those that an assistant is not to know of.
    pub hidden_notes: Vec<String>,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest.
    #[default]
    Newest,
    /// The oldest.
    Oldest,
    /// What is due first; what was never answered last.
    Due,
    /// What was forgotten most often.
    Lapses,
}

/// Which cards to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Which are meant.
    pub filter: Filter,
    /// Words, `"phrases"`, `prefix*` and `-without`, in question, answer and notes.
    pub text: Option<String>,
    /// Whether `text` is still being typed: its last word may be the start of one.
    pub live: bool,
    /// In this state.
    pub state: Option<State>,
    /// Due on this day or before.
    pub due: Option<Day>,
    /// Never answered, or answered.
    pub new: Option<bool>,
    /// Suspended because they were forgotten too often.
    pub leech: bool,
    /// Those that were deleted instead of the others.
    pub deleted: bool,
    /// What comes first.
    pub order: Order,
    /// At most so many; none: all.
    pub limit: Option<usize>,
    /// So many less from the front.
    pub offset: usize,
}

/// What a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// The cards.
    pub cards: Vec<Card>,
    /// How many there are without the limit.
    pub total: usize,
}

/// A project with how many cards it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectCount {
    /// The name; empty: none.
    pub project: String,
    /// What its cards are scheduled by.
    pub algorithm: super::scheduler::Algorithm,
    /// Whether it has said so itself.
    pub own_algorithm: bool,
    /// How many cards it has.
    pub cards: usize,
    /// How many of them are drafts.
    pub drafts: usize,
    /// How many are suspended.
    pub suspended: usize,
    /// How many were never answered, of the active ones.
    pub new: usize,
    /// How many are due, of the active ones.
    pub due: usize,
}

/// A tag with how many cards bear it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// How many.
    pub cards: usize,
}

impl Collection {
    /// Finds cards.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a query without a word to look for.
    pub fn list(&self, _query: &Query) -> Result<Found> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// All projects, in alphabetical order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn projects(&self) -> Result<Vec<ProjectCount>> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// All tags, the most used first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// The IDs of all notes that cards come from.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn source_notes(&self) -> Result<Vec<String>> {
        Err(Error::Invalid("not built yet".into()))
    }
}
