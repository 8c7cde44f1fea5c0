//! What projects are scheduled by.

use super::collection::Collection;
use super::scheduler::Algorithm;
use crate::error::{Error, Result};

impl Collection {
    /// What the cards of a project are scheduled by.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn algorithm(&self, _project: &str) -> Result<Algorithm> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Has the cards of a project that have no algorithm of their own be scheduled by this one, or by the default; their answers
    /// are replayed. Returns how many cards are due on another day now. `progress` is told how many of how many are done.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn set_algorithm(
        &self,
        _project: &str,
        _algorithm: Option<Algorithm>,
        _progress: &mut dyn FnMut(usize, usize),
    ) -> Result<usize> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// Replays all answers; returns how many cards stand elsewhere now. Nothing but a change of the program or of its settings
    /// makes that necessary.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn replay(&self, _progress: &mut dyn FnMut(usize, usize)) -> Result<usize> {
        Err(Error::Invalid("not built yet".into()))
    }
}
