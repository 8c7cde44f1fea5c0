//! Answers: stored at once, and taken back.

use std::time::Duration;

use serde::Serialize;

use super::card::{Card, Schedule};
use super::clock::Day;
use super::collection::Collection;
use super::grade::Confidence;
use crate::error::{Error, Result};

/// An entry of the log of answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// The card's id.
    pub card: String,
    /// When, in milliseconds since 1970: of one card no two are the same.
    pub time: i64,
    /// The day that it counts for.
    pub day: Day,
    /// The answer; none: the card was reset, and starts anew from here.
    pub confidence: Option<Confidence>,
    /// How long it took, in milliseconds, where that is known.
    pub duration: Option<u32>,
    /// The interval before, in days; 0: the card was new.
    pub before: u32,
    /// The interval that came of it when it was given, in days.
    pub after: u32,
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answered {
    /// The card as it is now: with its answer, and when it is due.
    pub card: Card,
    /// Where it stood before.
    pub before: Option<Schedule>,
    /// What is in the log.
    pub review: Review,
    /// Whether the card is asked again today.
    pub again: bool,
    /// Whether this answer made a leech of it, so that it is suspended.
    pub leech: bool,
}

/// What each answer would lead to: the day and the interval in days, for confidence 1 to 5 in this order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// The interval in days; an answer below 3 is asked again today besides.
    pub intervals: [u32; 5],
}

/// An answer that was taken back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Undone {
    /// The card as it is again.
    pub card: Card,
    /// The answer that no longer counts.
    pub review: Review,
}

impl Collection {
    /// Stores an answer and says what came of it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a draft, a suspended card and one that is deleted.
    pub fn answer(&self, _id: &str, _confidence: Confidence, _duration: Option<Duration>) -> Result<Answered> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Several answers, all of them or none, in this order.
    ///
    /// # Errors
    /// As [`Collection::answer`].
    pub fn answer_all(&self, _answers: &[(String, Confidence, Option<Duration>)]) -> Result<Vec<Answered>> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Takes back the last answer: of this card, or with none the last one of all, if it was given today.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn undo(&self, _id: Option<&str>) -> Result<Undone> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// What each answer to this card would lead to now.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn preview(&self, _id: &str) -> Result<Preview> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// The log of a card, the oldest entry first, without those that were taken back.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn reviews(&self, _id: &str) -> Result<Vec<Review>> {
        Err(Error::Invalid("not built yet".into()))
    }
}
