//! How well a card was known.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How sure a person was of an answer, 1 to 5.
///
/// | confidence | meaning | grade (FSRS, Anki) | quality (SM-2) | Leitner, fixed |
/// |---|---|---|---|---|
/// | 1 | no idea | again | 1 | back to the start |
/// | 2 | wrong, but it rang a bell | again | 2 | back to the start |
/// | 3 | right, with effort | hard | 3 | one on |
/// | 4 | right | good | 4 | one on |
/// | 5 | right at once | easy | 5 | one on |
///
/// Below 3 the card comes again on the same day until it is answered with 3 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Confidence(u8);

/// What a confidence is in the terms of FSRS and Anki.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Not known.
    Again = 1,
    /// Known with effort.
    Hard = 2,
    /// Known.
    Good = 3,
    /// Known at once.
    Easy = 4,
}

impl Confidence {
    /// A confidence of this number.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not 1 to 5.
    pub fn new(number: u8) -> Result<Self> {
        match number {
            1..=5 => Ok(Self(number)),
            _ => Err(Error::Invalid(format!("{number} is no confidence: give 1 (no idea) to 5 (at once)"))),
        }
    }

    /// The number, 1 to 5.
    pub fn get(self) -> u8 {
        self.0
    }

    /// The grade.
    pub fn grade(self) -> Grade {
        match self.0 {
            1 | 2 => Grade::Again,
            3 => Grade::Hard,
            4 => Grade::Good,
            _ => Grade::Easy,
        }
    }

    /// Whether the card was known.
    pub fn passed(self) -> bool {
        self.0 >= 3
    }
}

impl From<Grade> for Confidence {
    /// The confidence that stands for a grade of Anki's: again is 1.
    fn from(grade: Grade) -> Self {
        Self(match grade {
            Grade::Again => 1,
            Grade::Hard => 3,
            Grade::Good => 4,
            Grade::Easy => 5,
        })
    }
}

impl TryFrom<u8> for Confidence {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self> {
        Self::new(number)
    }
}

impl From<Confidence> for u8 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

impl std::fmt::Display for Confidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds() {
        let table = [
            (1, Grade::Again, false),
            (2, Grade::Again, false),
            (3, Grade::Hard, true),
            (4, Grade::Good, true),
            (5, Grade::Easy, true),
        ];
        for (number, grade, passed) in table {
            let confidence = Confidence::new(number).expect("1 to 5");
            assert_eq!((confidence.get(), confidence.grade(), confidence.passed()), (number, grade, passed));
            // There and back: what Anki calls "again" was a 1 or a 2, and the grade is the same.
            assert_eq!(Confidence::from(grade).grade(), grade);
            assert_eq!(serde_json::to_string(&confidence).expect("a number"), number.to_string());
        }
        // As FSRS and Anki count them.
        assert_eq!([Grade::Again, Grade::Hard, Grade::Good, Grade::Easy].map(|grade| grade as u32), [1, 2, 3, 4]);
    }

    #[test]
    fn there_is_nothing_below_1_and_above_5() {
        for number in [0, 6, 255] {
            let error = Confidence::new(number).expect_err("no confidence").to_string();
            assert!(error.contains("give 1 (no idea) to 5 (at once)"), "{error}");
            assert!(serde_json::from_str::<Confidence>(&number.to_string()).is_err());
        }
    }
}
