//! A fixed list of intervals.

use super::{LONGEST, Memory, Scheduler};
use crate::cards::grade::Confidence;

/// The days where nothing else is said.
pub(super) const DEFAULT: &[u32] = &[1, 3, 7, 14, 30, 90];

/// A fixed list of days: the nth success in a row is followed by the nth interval, and when there are no more by the last one. What
/// is not known starts over, with the first. [`Memory::strength`] is the place in the list, from 1.
#[derive(Debug, Clone)]
pub struct Fixed(Vec<u32>);

impl Fixed {
    /// With these days; with none it is one day each time.
    pub fn new(mut days: Vec<u32>) -> Self {
        days.iter_mut().for_each(|days| *days = (*days).clamp(1, LONGEST));
        if days.is_empty() {
            days.push(1);
        }
        Self(days)
    }
}

impl Scheduler for Fixed {
    fn next(&self, before: Option<&Memory>, answer: Confidence, _elapsed: u32) -> Memory {
        let before = before.map_or(0, |before| before.repetitions);
        let repetitions = if answer.passed() { before.saturating_add(1) } else { 0 };
        let step = (repetitions as usize).clamp(1, self.0.len());
        Memory { interval: self.0[step - 1], repetitions, strength: step as f64, difficulty: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anything, replay};
    use super::*;

    fn course(days: &[u32], answers: &[u8]) -> Vec<(u32, u32, u32)> {
        let course = replay(&Fixed::new(days.to_vec()), answers);
        course.iter().map(|memory| (memory.strength as u32, memory.interval, memory.repetitions)).collect()
    }

    #[test]
    fn each_success_has_the_next_interval_and_the_last_one_repeats() {
        assert_eq!(course(&[2, 5, 4], &[3, 4, 5, 3]), [(1, 2, 1), (2, 5, 2), (3, 4, 3), (3, 4, 4)]);
    }

    #[test]
    fn what_is_not_known_starts_over() {
        let course = course(DEFAULT, &[1, 4, 4, 4, 2, 5, 5]);
        assert_eq!(course, [(1, 1, 0), (1, 1, 1), (2, 3, 2), (3, 7, 3), (1, 1, 0), (1, 1, 1), (2, 3, 2)]);
    }

    #[test]
    fn nothing_makes_it_fail_or_longer_than_the_longest() {
        anything(&Fixed::new(DEFAULT.to_vec()));
        anything(&Fixed::new(Vec::new()));
        anything(&Fixed::new(vec![0, u32::MAX, 5]));
    }
}
