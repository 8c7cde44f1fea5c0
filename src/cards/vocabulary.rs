//! Vocabularies: two cards from one entry, one for each direction.

use serde::{Deserialize, Serialize};

use super::card::NewCard;

/// Which of an entry's directions are asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The word is the question.
    Forward,
    /// The translation is the question.
    Reverse,
    /// Both, as two cards that are siblings.
    #[default]
    Both,
}

impl NewCard {
    /// The cards of an entry whose word is the question and whose translation is the answer.
    pub fn directions(self, _direction: Direction) -> Vec<Self> {
        vec![self]
    }
}
