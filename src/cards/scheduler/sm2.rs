//! SM-2.

use super::{Memory, Scheduler};
use crate::cards::grade::Confidence;

/// SM-2.
#[derive(Debug, Clone, Copy)]
pub struct Sm2;

impl Scheduler for Sm2 {
    fn next(&self, before: Option<&Memory>, _answer: Confidence, _elapsed: u32) -> Memory {
        before.copied().unwrap_or(Memory { interval: 1, repetitions: 0, strength: 2.5, difficulty: 0.0 })
    }
}
