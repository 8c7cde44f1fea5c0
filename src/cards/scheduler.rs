//! When to ask a card again: one algorithm a file, all of them pure functions of what was before and what was answered.

mod fixed;
mod fsrs;
mod fuzz;
mod leitner;
mod sm2;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::grade::Confidence;
use crate::error::{Error, Result};

pub use fixed::Fixed;
pub use fsrs::Fsrs;
pub(super) use fsrs::model;
pub use fuzz::fuzz;
pub use leitner::Leitner;
pub use sm2::Sm2;

/// No interval is longer, in days: a hundred years.
pub const LONGEST: u32 = 36_500;

/// An algorithm with what a person can set of it. Written as `sm2`, `leitner:1,2,4,8,16`, `fixed:1,3,7,14,30,90`, `fsrs:0.9`;
/// the name alone has the defaults.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Algorithm {
    /// SM-2 (P. A. Wozniak, "Optimization of learning", 1990).
    Sm2,
    /// Boxes (S. Leitner, "So lernt man lernen", 1972), each with its interval in days: 3 to 10 of them.
    Leitner(Vec<u32>),
    /// A fixed list of intervals in days; the last one repeats.
    Fixed(Vec<u32>),
    /// FSRS-6 with a desired retention in thousandths (700 to 990).
    Fsrs(u16),
}

/// What an algorithm remembers of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// The days until it is due, before any fuzz.
    pub interval: u32,
    /// How many answers in a row were 3 or more.
    pub repetitions: u32,
    /// See [`Schedule::strength`](super::Schedule::strength).
    pub strength: f64,
    /// See [`Schedule::difficulty`](super::Schedule::difficulty).
    pub difficulty: f64,
}

/// What an algorithm does.
pub trait Scheduler: std::fmt::Debug + Send + Sync {
    /// What comes of an answer, `elapsed` days of learning after the last one (0: on the same day; of no meaning where there was
    /// none).
    fn next(&self, before: Option<&Memory>, answer: Confidence, elapsed: u32) -> Memory;

    /// Whether its intervals are estimates, which may be spread a little so that cards that were learnt together part.
    fn fuzzes(&self) -> bool {
        false
    }
}

impl Algorithm {
    /// The word that it begins with: `sm2`, `leitner`, `fixed`, `fsrs`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sm2 => "sm2",
            Self::Leitner(_) => "leitner",
            Self::Fixed(_) => "fixed",
            Self::Fsrs(_) => "fsrs",
        }
    }

    /// What does its work; `parameters` are those of FSRS, 21 of them, and none its defaults.
    ///
    /// # Errors
    /// [`Error::Invalid`] where FSRS does not take the parameters.
    pub fn scheduler(&self, parameters: Option<&[f32]>) -> Result<Box<dyn Scheduler>> {
        Ok(match self {
            Self::Sm2 => Box::new(Sm2),
            Self::Leitner(intervals) => Box::new(Leitner::new(intervals.clone())),
            Self::Fixed(days) => Box::new(Fixed::new(days.clone())),
            Self::Fsrs(retention) => Box::new(Fsrs::new(f32::from(*retention) / 1000.0, parameters)?),
        })
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days = |days: &[u32]| days.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        match self {
            Self::Sm2 => f.write_str("sm2"),
            Self::Leitner(intervals) => write!(f, "leitner:{}", days(intervals)),
            Self::Fixed(list) => write!(f, "fixed:{}", days(list)),
            Self::Fsrs(retention) => write!(f, "fsrs:{}", f64::from(*retention) / 1000.0),
        }
    }
}

impl From<Algorithm> for String {
    fn from(algorithm: Algorithm) -> Self {
        algorithm.to_string()
    }
}

impl TryFrom<String> for Algorithm {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, rest) = match text.trim().split_once(':') {
            Some((name, rest)) => (name, Some(rest)),
            None => (text.trim(), None),
        };
        let days = |rest: Option<&str>, default: &[u32]| match rest {
            None => Some(default.to_vec()),
            Some(rest) => rest.split(',').map(|n| n.trim().parse().ok()).collect::<Option<Vec<u32>>>(),
        };
        let wrong = |what: &str| Err(Error::Invalid(format!("{text}: {what}")));
        let in_days = |list: &[u32]| list.iter().all(|days| (1..=LONGEST).contains(days));
        let rising = |list: &[u32]| list.windows(2).all(|pair| pair[0] <= pair[1]);
        match name.to_ascii_lowercase().as_str() {
            "sm2" | "sm-2" => match rest {
                None => Ok(Self::Sm2),
                Some(_) => wrong("SM-2 has nothing to set: write sm2"),
            },
            "leitner" => match days(rest, leitner::DEFAULT) {
                Some(list) if (3..=10).contains(&list.len()) && in_days(&list) && rising(&list) => {
                    Ok(Self::Leitner(list))
                }
                _ => wrong("give the days of 3 to 10 boxes, none less than the one before, as leitner:1,2,4,8,16"),
            },
            "fixed" => match days(rest, fixed::DEFAULT) {
                Some(list) if (1..=100).contains(&list.len()) && in_days(&list) => Ok(Self::Fixed(list)),
                _ => wrong("give the days between the answers, as fixed:1,3,7,14,30,90"),
            },
            "fsrs" => {
                let retention = rest.map_or(Some(fsrs::DEFAULT), |rest| rest.trim().parse().ok());
                match retention {
                    Some(retention) if (0.7..=0.99).contains(&retention) => {
                        Ok(Self::Fsrs((retention * 1000.0_f64).round() as u16))
                    }
                    _ => wrong(
                        "give the share of cards that you want to know when they are due, 0.7 to 0.99, as fsrs:0.9",
                    ),
                }
            }
            _ => wrong("no such algorithm: there are sm2, leitner, fixed and fsrs"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn answer(confidence: u8) -> Confidence {
        Confidence::new(confidence).expect("1 to 5")
    }

    /// What comes of each of these answers, each given when the card was due.
    pub(super) fn replay(scheduler: &dyn Scheduler, answers: &[u8]) -> Vec<Memory> {
        let mut course: Vec<Memory> = Vec::new();
        for confidence in answers {
            let before = course.last();
            let elapsed = before.map_or(0, |before| before.interval);
            course.push(scheduler.next(before, answer(*confidence), elapsed));
        }
        course
    }

    /// Whatever a card is said to stand at, and however long ago that was, what comes of an answer can be stored and asked again.
    pub(super) fn anything(scheduler: &dyn Scheduler) {
        let numbers = [f64::NAN, f64::INFINITY, -1e300, -1.0, 0.0, 1e-30, 0.5, 1.3, 5.0, 1e9, 1e300];
        let counts = [0, 1, 2, 5, LONGEST, u32::MAX];
        for (strength, difficulty) in numbers.iter().flat_map(|one| numbers.iter().map(move |other| (*one, *other))) {
            for (count, elapsed) in counts.iter().flat_map(|one| counts.iter().map(move |other| (*one, *other))) {
                let before = Memory { interval: count, repetitions: count, strength, difficulty };
                for confidence in 1..=5 {
                    let after = scheduler.next(Some(&before), answer(confidence), elapsed);
                    let what = format!("{before:?}, {confidence} after {elapsed} days: {after:?}");
                    assert!((1..=LONGEST).contains(&after.interval), "{what}");
                    assert!(after.strength.is_finite() && after.difficulty.is_finite(), "{what}");
                    assert_eq!(after.repetitions > 0, confidence >= 3, "{what}");
                }
            }
        }
    }

    #[test]
    fn an_algorithm_is_read_as_it_is_written() {
        for text in ["sm2", "leitner:1,2,4,8,16", "leitner:1,1,1", "fixed:1,3,7,14,30,90", "fsrs:0.9", "fsrs:0.705"] {
            assert_eq!(text.parse::<Algorithm>().expect(text).to_string(), text);
        }
        for (name, whole) in [
            ("SM-2", "sm2"),
            ("leitner", "leitner:1,2,4,8,16"),
            ("fixed", "fixed:1,3,7,14,30,90"),
            (" FSRS ", "fsrs:0.9"),
            ("leitner: 1, 2, 3", "leitner:1,2,3"),
        ] {
            assert_eq!(name.parse::<Algorithm>().expect(name).to_string(), whole);
        }
    }

    #[test]
    fn what_is_no_algorithm_is_refused_with_an_example() {
        for text in [
            "",
            "sm5",
            "sm2:3",
            "leitner:1,2",
            "leitner:3,2,1",
            "leitner:0,1,2",
            "leitner:1,2,3,4,5,6,7,8,9,10,11",
            "fixed:",
            "fixed:0",
            "fixed:1,x",
            "fixed:36501",
            "fsrs:",
            "fsrs:0.5",
            "fsrs:1",
            "fsrs:nan",
            "fsrs:90",
        ] {
            let error = text.parse::<Algorithm>().expect_err(text).to_string();
            assert!(error.contains("as ") || error.contains("write ") || error.contains("there are "), "{error}");
        }
    }
}
