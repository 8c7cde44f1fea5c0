//! FSRS, fitted to a person's own log.

use serde::Serialize;

use super::collection::Collection;
use crate::error::{Error, Result};

/// What an optimisation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Optimized {
    /// The project; none: all of them.
    pub project: Option<String>,
    /// How many answers it was made from.
    pub reviews: usize,
    /// The 21 parameters.
    pub parameters: Vec<f32>,
    /// How well the parameters before foretold the log (log loss, less is better).
    pub before: f32,
    /// And these.
    pub after: f32,
    /// Whether they are better, and in use from now on.
    pub adopted: bool,
}

impl Collection {
    /// Fits the parameters of FSRS to the answers of one project, or of all, and where they foretell the log better than
    /// those in use has all its FSRS cards use them. `progress` is told what part is done, 0 to 1, and stops it with `false`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are too few answers to learn from, or it was stopped: nothing changes then.
    pub fn optimize(
        &self,
        _project: Option<&str>,
        _dry_run: bool,
        _progress: &mut dyn FnMut(f32) -> bool,
    ) -> Result<Optimized> {
        Err(Error::Invalid("not built yet".into()))
    }
}
