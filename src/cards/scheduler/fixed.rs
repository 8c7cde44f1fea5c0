//! Fixed.

use super::{Memory, Scheduler};
use crate::cards::grade::Confidence;

/// The days where nothing else is said.
pub(super) const DEFAULT: &[u32] = &[1, 2, 4, 8, 16];

/// Fixed.
#[derive(Debug, Clone)]
pub struct Fixed(Vec<u32>);

impl Fixed {
    /// With these days.
    pub fn new(days: Vec<u32>) -> Self {
        Self(days)
    }
}

impl Scheduler for Fixed {
    fn next(&self, before: Option<&Memory>, _answer: Confidence, _elapsed: u32) -> Memory {
        before.copied().unwrap_or(Memory { interval: self.0[0], repetitions: 0, strength: 1.0, difficulty: 0.0 })
    }
}
