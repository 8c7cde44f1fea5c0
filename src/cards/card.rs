//! A card.

use serde::{Deserialize, Serialize};

use super::clock::Day;
use super::grade::Confidence;
use super::scheduler::Algorithm;

/// What becomes of a card.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// An assistant wrote it, and the person has not said yes to it yet.
    Draft,
    /// It is learnt.
    #[default]
    Active,
    /// It is not asked: the person said so, or it was forgotten too often.
    Suspended,
}

/// Where a card comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A note, by its ID.
    Note(String),
    /// A place in a file.
    File {
        /// The file.
        path: String,
        /// The line, from 1; none where it is the whole file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
}

/// A card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Its name on every machine: a UUID, or of an imported card what its origin calls it. The start of one will do where it
    /// is the only such.
    pub id: String,
    /// What is asked; Org, Markdown or plain text.
    pub question: String,
    /// What to know.
    pub answer: String,
    /// What else there is to say, shown with the answer; empty: nothing.
    pub notes: String,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
    /// The project; empty: none.
    pub project: String,
    /// Where it comes from.
    pub source: Option<Source>,
    /// What it is scheduled by: its own algorithm, or its project's.
    pub algorithm: Algorithm,
    /// Whether the algorithm is its own.
    pub own_algorithm: bool,
    /// What becomes of it.
    pub state: State,
    /// Whether it is suspended because it was forgotten too often.
    pub leech: bool,
    /// What it has in common with its siblings, such as the other direction of a word: they are not asked on one day.
    pub entry: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
    /// When its texts, tags, project or source were last written, in milliseconds since 1970.
    pub edited: i64,
    /// Where it stands; none: it was never answered.
    pub schedule: Option<Schedule>,
}

/// Where a card stands: what replaying its answers gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schedule {
    /// The day that it is due on.
    pub due: Day,
    /// How many days lie between its last answer and that day.
    pub interval: u32,
    /// How many answers there were.
    pub answers: u32,
    /// How many of them, the last ones, were 3 or more.
    pub repetitions: u32,
    /// How often it was forgotten after it had been known.
    pub lapses: u32,
    /// The day of the last answer.
    pub last: Day,
    /// Its time, in milliseconds since 1970.
    pub last_time: i64,
    /// The last answer.
    pub confidence: Confidence,
    /// What the algorithm makes of it: with SM-2 the E-factor, with Leitner the box (from 1), with fixed intervals the
    /// step (from 1), with FSRS the stability in days.
    pub strength: f64,
    /// With FSRS the difficulty, 1 to 10; else 0.
    pub difficulty: f64,
}

impl Schedule {
    /// Whether the last answer was below 3, so that it is to be asked again on that day.
    pub fn again(&self) -> bool {
        !self.confidence.passed()
    }
}

/// A card to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCard {
    /// Its id; none: it gets one.
    pub id: Option<String>,
    /// What is asked.
    pub question: String,
    /// What to know.
    pub answer: String,
    /// What else there is to say; empty: nothing.
    pub notes: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// The project; empty: none.
    pub project: String,
    /// Where it comes from.
    pub source: Option<Source>,
    /// Its own algorithm; none: its project's.
    pub algorithm: Option<Algorithm>,
    /// What becomes of it.
    pub state: State,
    /// What it has in common with its siblings.
    pub entry: Option<String>,
}

/// What to change in a card; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Another question.
    pub question: Option<String>,
    /// Another answer.
    pub answer: Option<String>,
    /// Other notes; empty: none.
    pub notes: Option<String>,
    /// These tags in the place of those it has.
    pub tags: Option<Vec<String>>,
    /// Another project; empty: none.
    pub project: Option<String>,
    /// Another source; `Some(None)`: none.
    pub source: Option<Option<Source>>,
    /// Another algorithm of its own; `Some(None)`: its project's.
    pub algorithm: Option<Option<Algorithm>>,
    /// Another state; `Active` gives a leech a new start.
    pub state: Option<State>,
}
