//! Dates as people type them.

use chrono::{DateTime, Local};

use crate::error::{Error, Result};

/// A stretch of time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Its first millisecond.
    pub from: i64,
    /// The first one after it.
    pub to: i64,
}

/// Reads a date: `2025-10-02`, `2025-10-02 14:30`, `2025-10`, `today`, `yesterday`, `last week`, `this month`, `monday`, and
/// `3d`, `2w`, `12h`, `1m`, `1y` back from `now`, which last until `now`.
///
/// # Errors
/// [`Error::Invalid`] with what can be typed.
pub fn when(text: &str, now: DateTime<Local>) -> Result<When> {
    let _ = now;
    Err(Error::Invalid(text.to_owned()))
}
