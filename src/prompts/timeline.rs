//! Days of prompts as a picture that each front end draws in its way: lanes of bubbles.

use chrono::NaiveDate;
use serde::Serialize;

use super::library::Library;
use super::prompt::Prompt;
use crate::error::Result;

/// The prompts of some days, in lanes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The beginning of the first day in the local time zone, in milliseconds since 1970.
    pub start: i64,
    /// The end of the last day; a day may have 23 or 25 hours.
    pub end: i64,
    /// A lane per project, the one with the first prompt first.
    pub lanes: Vec<Lane>,
    /// The day before with prompts.
    pub previous: Option<NaiveDate>,
    /// The day after with prompts.
    pub next: Option<NaiveDate>,
}

/// What was asked in one project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lane {
    /// The directory.
    pub project: String,
    /// What people call it: the last part of the directory, with as much before it as tells it from other lanes.
    pub name: String,
    /// Its prompts, the oldest first.
    pub bubbles: Vec<Bubble>,
}

/// A prompt in a lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bubble {
    /// The prompt.
    pub prompt: Prompt,
    /// How far from the left it is, from 0, the start, to 1, the end.
    pub x: f64,
    /// How big it is, from 0 to 1: its area grows with the logarithm of the length.
    pub size: f64,
    /// The row within the lane in which it covers no other, from 0.
    pub row: usize,
}

impl Library {
    /// The prompts from the day `from` to the day `to`, in local time.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) where `to` is before `from`, [`Error::Database`](crate::Error::Database).
    pub fn timeline(&self, from: NaiveDate, to: NaiveDate, commands: bool) -> Result<Timeline> {
        let _ = commands;
        Ok(Timeline { from, to, start: 0, end: 0, lanes: Vec::new(), previous: None, next: None })
    }
}
