//! Cards for other programs and for other machines.

mod anki;
mod csv;
mod json;
mod jsonl;
mod org;

use std::io::Write;
use std::path::Path;

use super::card::State;
use super::collection::Collection;
use super::import::{ImportOptions, Imported};
use super::list::Filter;
use super::vocabulary::Direction;
use crate::error::{Error, Result};

/// A form that cards are written and read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An object with a version, the cards and the log of answers, or to read also the array of `{question, answer, tags,
    /// notes}` that assistants write.
    Json,
    /// A line for each card, answer and deletion, sorted, so that git merges them: the form in which machines share.
    Jsonl,
    /// Question, answer, notes, tags, project with a line of names.
    Csv,
    /// A heading for each card.
    Org,
    /// Anki's package, `.apkg`.
    Anki,
}

/// What to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// Which cards.
    pub filter: Filter,
    /// Whether drafts too.
    pub drafts: bool,
}

/// How to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// What becomes of bad cards and of duplicates.
    pub import: ImportOptions,
    /// The project of cards that name none.
    pub project: Option<String>,
    /// Tags that all of them get.
    pub tags: Vec<String>,
    /// The state of cards that name none.
    pub state: State,
    /// Whether each entry becomes two cards.
    pub direction: Option<Direction>,
}

impl Format {
    /// The form that a file's name tells of.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            "org" => Some(Self::Org),
            "apkg" | "colpkg" => Some(Self::Anki),
            _ => None,
        }
    }
}

/// Writes cards, with their answers where the form has a place for them; returns how many cards there were.
///
/// # Errors
/// [`Error::Io`] on `out`, [`Error::Database`].
pub fn export(
    _collection: &Collection,
    _format: Format,
    _options: &ExportOptions,
    _out: &mut dyn Write,
) -> Result<usize> {
    Err(Error::Invalid("not built yet".into()))
}

/// Reads cards. Our own forms, JSON with a version and JSONL, are merged: answers of both sides, of texts the last writer's, and what is
/// known changes nothing.
///
/// # Errors
/// [`Error::Invalid`] that names `name` and the line or the index; nothing is imported then.
pub fn import(
    _collection: &Collection,
    _format: Format,
    _name: &str,
    _bytes: &[u8],
    _options: &ReadOptions,
) -> Result<Imported> {
    Err(Error::Invalid("not built yet".into()))
}
