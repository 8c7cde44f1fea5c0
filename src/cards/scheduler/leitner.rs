//! Leitner's boxes.

use super::{LONGEST, Memory, Scheduler};
use crate::cards::grade::Confidence;

/// The days of the boxes where nothing else is said: five of them as in the book, each asked half as often as the one before.
pub(super) const DEFAULT: &[u32] = &[1, 2, 4, 8, 16];

/// The boxes of S. Leitner ("So lernt man lernen", Freiburg 1972): a new card is in the first box; what is known moves one box up,
/// and from the last one nowhere; what is not known goes back to the first, however far it had come.
///
/// Leitner asks a box when it is full; here each has a number of days instead, and a card is due those of the box that it is in
/// after its last answer. [`Memory::strength`] is the box, from 1.
#[derive(Debug, Clone)]
pub struct Leitner(Vec<u32>);

impl Leitner {
    /// With boxes of these days; with none there is one box of a day.
    pub fn new(mut days: Vec<u32>) -> Self {
        days.iter_mut().for_each(|days| *days = (*days).clamp(1, LONGEST));
        if days.is_empty() {
            days.push(1);
        }
        Self(days)
    }
}

impl Scheduler for Leitner {
    fn next(&self, before: Option<&Memory>, answer: Confidence, _elapsed: u32) -> Memory {
        let at = before.map_or(1, |before| (before.strength as usize).clamp(1, self.0.len()));
        let (place, repetitions) = if answer.passed() {
            let repetitions = before.map_or(0, |before| before.repetitions);
            ((at + 1).min(self.0.len()), repetitions.saturating_add(1))
        } else {
            (1, 0)
        };
        Memory { interval: self.0[place - 1], repetitions, strength: place as f64, difficulty: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anything, replay};
    use super::*;

    fn course(days: &[u32], answers: &[u8]) -> Vec<(u32, u32, u32)> {
        let course = replay(&Leitner::new(days.to_vec()), answers);
        course.iter().map(|memory| (memory.strength as u32, memory.interval, memory.repetitions)).collect()
    }

    #[test]
    fn what_is_known_moves_up_to_the_last_box() {
        let course = course(&[1, 3, 9], &[3, 4, 5, 3]);
        assert_eq!(course, [(2, 3, 1), (3, 9, 2), (3, 9, 3), (3, 9, 4)]);
    }

    #[test]
    fn what_is_not_known_goes_back_to_the_first() {
        let course = course(DEFAULT, &[4, 4, 4, 2, 1, 5]);
        assert_eq!(course, [(2, 2, 1), (3, 4, 2), (4, 8, 3), (1, 1, 0), (1, 1, 0), (2, 2, 1)]);
    }

    #[test]
    fn nothing_makes_it_fail_or_longer_than_the_longest() {
        anything(&Leitner::new(DEFAULT.to_vec()));
        anything(&Leitner::new(Vec::new()));
        anything(&Leitner::new(vec![0, u32::MAX, 5]));
    }
}
