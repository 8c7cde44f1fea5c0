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
    /// The cards of an entry whose word is the question and whose translation is the answer. Two of them are siblings: they
    /// share [`NewCard::entry`]. Not a character of the texts is changed, so that words of any script, also from right to
    /// left, are what they were.
    ///
    /// ```
    /// use memento::cards::{Direction, NewCard};
    ///
    /// let word = NewCard { question: "כלב".into(), answer: "dog".into(), ..NewCard::default() };
    /// let both = word.directions(Direction::Both);
    /// assert_eq!((both[1].question.as_str(), both[1].answer.as_str()), ("dog", "כלב"));
    /// assert_eq!(both[0].entry, both[1].entry);
    /// ```
    pub fn directions(self, direction: Direction) -> Vec<Self> {
        let turned = |card: &Self| Self {
            id: None,
            question: card.answer.clone(),
            answer: card.question.clone(),
            ..card.clone()
        };
        match direction {
            Direction::Forward => vec![self],
            Direction::Reverse => vec![turned(&self)],
            Direction::Both => {
                let entry = self.entry.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
                let card = Self { entry: Some(entry), ..self };
                let other = turned(&card);
                vec![card, other]
            }
        }
    }
}
