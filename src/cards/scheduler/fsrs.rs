//! FSRS.

use ::fsrs::{FSRS, FSRSItem, FSRSReview, MemoryState};

use super::{LONGEST, Memory, Scheduler};
use crate::cards::grade::Confidence;
use crate::error::{Error, Result};

/// The retention where nothing else is said.
pub(super) const DEFAULT: f64 = 0.9;

/// How many parameters FSRS-6 has.
pub(in crate::cards) const PARAMETERS: usize = 21;

/// FSRS-6 by the crate of its authors (J. Ye, J. Su, Y. Cao, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition
/// Scheduling", KDD 2022; the formulas of version 6 stand in the wiki of open-spaced-repetition under "The Algorithm").
///
/// [`Memory::strength`] is the stability, the days after which nine of ten such cards are still known, and [`Memory::difficulty`] the
/// difficulty, 1 to 10. The interval is that after which the desired share is still known, as a whole number of days and at least
/// one. A second answer on the same day is one of the formulas for short-term memory.
#[derive(Debug)]
pub struct Fsrs {
    model: FSRS,
    retention: f32,
}

impl Fsrs {
    /// With this desired retention and these parameters; none: those that its authors found.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a retention that is not between 0 and 1, and for other than 21 parameters that are numbers.
    pub fn new(retention: f32, parameters: Option<&[f32]>) -> Result<Self> {
        if !(retention > 0.0 && retention < 1.0) {
            return Err(Error::Invalid(format!(
                "{retention} is no share of cards to know when they are due: give 0.7 to 0.99"
            )));
        }
        Ok(Self { model: model(parameters)?, retention })
    }
}

/// The model of these parameters; the crate moves each into the range that it is known to work in.
///
/// # Errors
/// [`Error::Invalid`] for other than 21 parameters that are numbers.
pub(in crate::cards) fn model(parameters: Option<&[f32]>) -> Result<FSRS> {
    let wrong = || {
        Error::Invalid(format!(
            "FSRS takes {PARAMETERS} parameters, all of them numbers: memento card optimize finds some"
        ))
    };
    match parameters {
        None => Ok(FSRS::default()),
        // The crate would take those of older versions too; no log of ours has any.
        Some(parameters) if parameters.len() == PARAMETERS => FSRS::new(parameters).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

impl Scheduler for Fsrs {
    fn next(&self, before: Option<&Memory>, answer: Confidence, elapsed: u32) -> Memory {
        let rating = answer.grade() as u32;
        // Of all that the crate offers the one that computes what comes of this answer alone, and not of the other three too.
        let after = |state: Option<MemoryState>| {
            let item = FSRSItem { reviews: vec![FSRSReview { rating, delta_t: elapsed }] };
            self.model.memory_state(item, state).ok()
        };
        let known = before
            .map(|before| MemoryState { stability: before.strength as f32, difficulty: before.difficulty as f32 });
        // Where there is no number before, or none comes of it, the card is as a new one.
        let state = after(known).or_else(|| after(None)).unwrap_or(MemoryState { stability: 1.0, difficulty: 5.0 });
        let interval = self.model.next_interval(Some(state.stability), self.retention, rating);
        let repetitions = before.map_or(0, |before| before.repetitions);
        Memory {
            // The cast takes what is no number to 0 and what is too much to the most that there is.
            interval: (interval.round() as u32).clamp(1, LONGEST),
            repetitions: if answer.passed() { repetitions.saturating_add(1) } else { 0 },
            strength: f64::from(state.stability),
            difficulty: f64::from(state.difficulty),
        }
    }

    fn fuzzes(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{answer, anything, replay};
    use super::*;

    fn fsrs(retention: f32) -> Fsrs {
        Fsrs::new(retention, None).expect("the default parameters are valid")
    }

    #[test]
    fn the_first_answer_has_the_first_four_parameters_for_its_stability() {
        let first = |confidence| replay(&fsrs(0.9), &[confidence])[0];
        assert_eq!([1, 2, 3, 4, 5].map(|confidence| first(confidence).interval), [1, 1, 1, 2, 8]);
        assert_eq!([1, 3, 4, 5].map(|confidence| first(confidence).strength as f32), [0.212, 1.2931, 2.3065, 8.2956]);
    }

    #[test]
    fn it_does_what_the_four_states_of_the_crate_do() {
        let (ours, model) = (fsrs(0.85), FSRS::default());
        let mut before: Option<Memory> = None;
        for step in 0..1000_u32 {
            let elapsed = [0, 1, 3, 20, 400][(step % 5) as usize];
            let state = before
                .map(|before| MemoryState { stability: before.strength as f32, difficulty: before.difficulty as f32 });
            let theirs = model.next_states(state, 0.85, elapsed).expect("states that are numbers");
            let confidence = [4, 5, 3, 1, 4, 4, 2][(step % 7) as usize];
            let ours = ours.next(before.as_ref(), answer(confidence), elapsed);
            let theirs = match confidence {
                1 | 2 => theirs.again,
                3 => theirs.hard,
                4 => theirs.good,
                _ => theirs.easy,
            };
            assert_eq!(
                (ours.strength as f32, ours.difficulty as f32),
                (theirs.memory.stability, theirs.memory.difficulty)
            );
            assert_eq!(ours.interval, (theirs.interval.round() as u32).clamp(1, LONGEST));
            before = Some(ours);
        }
    }

    #[test]
    fn who_wants_to_know_more_is_asked_earlier() {
        let interval = |retention| replay(&fsrs(retention), &[4, 4, 4])[2].interval;
        assert!(interval(0.99) < interval(0.9) && interval(0.9) < interval(0.7));
    }

    #[test]
    fn parameters_that_it_cannot_use_are_refused() {
        for parameters in [&[][..], &[1.0; 17], &[f32::NAN; PARAMETERS], &[f32::INFINITY; PARAMETERS]] {
            let error = Fsrs::new(0.9, Some(parameters)).expect_err("they are no parameters").to_string();
            assert!(error.contains("21 parameters"), "{error}");
        }
        for retention in [0.0, 1.0, -1.0, f32::NAN] {
            assert!(Fsrs::new(retention, None).is_err(), "{retention}");
        }
    }

    #[test]
    fn nothing_makes_it_fail_or_longer_than_the_longest() {
        anything(&fsrs(0.9));
        anything(&fsrs(0.7));
        anything(&fsrs(0.99));
        anything(&fsrs(f32::MIN_POSITIVE));
    }

    proptest! {
        // Each case is 20,000 answers.
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn no_parameters_make_it_fail(parameters in prop::collection::vec(-1e30_f32..1e30, PARAMETERS), retention in 0.01_f32..0.999) {
            anything(&Fsrs::new(retention, Some(&parameters)).expect("all of them are numbers"));
        }
    }
}
