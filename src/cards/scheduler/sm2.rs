//! SM-2: the E-factor and the intervals of "Optimization of learning".

use super::{LONGEST, Memory, Scheduler};
use crate::cards::grade::Confidence;

/// The E-factor of a new card, in hundredths.
const FIRST: u32 = 250;

/// No E-factor is lower, in hundredths.
const LEAST: u32 = 130;

/// SM-2 as P. A. Wozniak gives it in "Optimization of learning" (master's thesis, Poznan 1990, chapter 3.2).
///
/// The intervals after the first and second success are 1 and 6 days, then the last one times the E-factor, rounded up. After each
/// success of quality q the E-factor changes by 0.1 - (5 - q)(0.08 + (5 - q) 0.02), to no less than 1.3: by +0.10 for 5, by
/// nothing for 4, by -0.14 for 3. Below 3 the repetitions start over and the E-factor stays ("without changing the E-Factor").
/// The steps are taken in the order of the text: the interval first, then the E-factor.
///
/// [`Memory::strength`] is the E-factor. It is counted in hundredths, in which all of its changes are whole, so that no rounding of
/// a float ever lifts an interval by a day.
#[derive(Debug, Clone, Copy)]
pub struct Sm2;

/// The E-factor in hundredths; whatever the number is, one that SM-2 knows.
fn factor(memory: &Memory) -> u32 {
    // The cast takes what is no number, or too much of one, to 0 or to the most that there is.
    ((memory.strength * 100.0).round() as u32).clamp(LEAST, 100_000)
}

impl Scheduler for Sm2 {
    fn next(&self, before: Option<&Memory>, answer: Confidence, _elapsed: u32) -> Memory {
        let factor = before.map_or(FIRST, factor);
        if !answer.passed() {
            return Memory { interval: 1, repetitions: 0, strength: f64::from(factor) / 100.0, difficulty: 0.0 };
        }
        let (interval, repetitions) = before.map_or((0, 0), |before| (before.interval, before.repetitions));
        let interval = match repetitions {
            0 => 1,
            1 => 6,
            _ => (u64::from(interval) * u64::from(factor)).div_ceil(100).clamp(1, u64::from(LONGEST)) as u32,
        };
        let factor = match answer.get() {
            3 => (factor - 14).max(LEAST),
            4 => factor,
            _ => factor + 10,
        };
        let repetitions = repetitions.saturating_add(1);
        Memory { interval, repetitions, strength: f64::from(factor) / 100.0, difficulty: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answer, anything, replay};
    use super::*;

    /// Interval and E-factor in hundredths after each answer.
    fn course(answers: &[u8]) -> Vec<(u32, u32)> {
        replay(&Sm2, answers).iter().map(|memory| (memory.interval, (memory.strength * 100.0).round() as u32)).collect()
    }

    #[test]
    fn the_intervals_are_1_and_6_and_then_grow_by_the_factor() {
        assert_eq!(course(&[4, 4, 4, 4, 4]), [(1, 250), (6, 250), (15, 250), (38, 250), (95, 250)]);
    }

    #[test]
    fn the_factor_changes_after_the_interval() {
        assert_eq!(course(&[5, 5, 5, 3, 3]), [(1, 260), (6, 270), (17, 280), (48, 266), (128, 252)]);
    }

    #[test]
    fn the_factor_is_no_less_than_130() {
        let course = course(&[3; 12]);
        assert_eq!(course[8], (course[8].0, 130));
        assert_eq!(course[11].1, 130);
        assert_eq!(course[11].0, (course[10].0 * 130).div_ceil(100));
    }

    #[test]
    fn below_3_it_starts_over_with_the_factor_it_had() {
        for forgot in [1, 2] {
            assert_eq!(
                course(&[5, 5, 5, forgot, 4, 4, 4]),
                [(1, 260), (6, 270), (17, 280), (1, 280), (1, 280), (6, 280), (17, 280)]
            );
        }
        assert_eq!(replay(&Sm2, &[4, 4, 1])[2].repetitions, 0);
    }

    #[test]
    fn a_product_that_is_whole_is_not_rounded_up() {
        // 15 times 2.6 is 39; in floats some such products are a hair more, and a day longer.
        let before = Memory { interval: 15, repetitions: 3, strength: 2.6, difficulty: 0.0 };
        assert_eq!(Sm2.next(Some(&before), answer(4), 15).interval, 39);
        for interval in 1..=2000_u32 {
            for hundredths in LEAST..=400 {
                let strength = f64::from(hundredths) / 100.0;
                let before = Memory { interval, repetitions: 2, strength, difficulty: 0.0 };
                let whole = (interval * hundredths).div_ceil(100);
                assert_eq!(Sm2.next(Some(&before), answer(4), 1).interval, whole);
            }
        }
    }

    #[test]
    fn nothing_makes_it_fail_or_longer_than_the_longest() {
        anything(&Sm2);
        assert_eq!(replay(&Sm2, &[5; 200])[199].interval, LONGEST);
    }
}
