//! What to ask now.

use serde::Serialize;

use super::card::Card;
use super::collection::Collection;
use super::list::Filter;
use crate::error::{Error, Result};

/// How many cards there are to ask today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Answered below 3 today, and to be asked again.
    pub again: usize,
    /// Due, and not asked today.
    pub due: usize,
    /// New, up to what is left of today's limit.
    pub new: usize,
    /// Due or new, but a sibling was asked today or a word was asked lately: they rest.
    pub resting: usize,
    /// How many different cards were answered today, with 3 or more in the end.
    pub done: usize,
}

impl Counts {
    /// How many are left to ask.
    pub fn left(&self) -> usize {
        self.again + self.due + self.new
    }
}

/// Why a card is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// It was answered below 3 today.
    Again,
    /// It is due.
    Due,
    /// It is new.
    New,
}

/// What to ask now, in this order.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Queue {
    /// The cards, with why each is asked.
    pub cards: Vec<(Asked, Card)>,
    /// How many there are today, whatever the limit.
    pub counts: Counts,
}

impl Collection {
    /// What to ask now: what was answered below 3 some cards ago, then what is due by how much it is overdue for its
    /// interval, then new cards up to the day's limit, then what was answered below 3 just now. Of siblings one a day.
    ///
    /// Ask for it anew after each answer: it is a function of the log, so that leaving and coming back, here or in another
    /// front end, goes on where it was.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn queue(&self, _filter: &Filter, _limit: usize) -> Result<Queue> {
        Err(Error::Invalid("not built yet".into()))
    }
}
