//! Cards for other programs and for other machines.

mod anki;
mod csv;
mod fact;
mod gather;
mod json;
mod jsonl;
mod merge;
mod org;
mod own;
mod plain;

use std::io::{BufWriter, Write};
use std::path::Path;

use super::card::State;
use super::collection::Collection;
use self::fact::Facts;
use super::import::{BadCard, ImportOptions, Imported, Incoming, refused};
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
    collection: &Collection,
    format: Format,
    options: &ExportOptions,
    out: &mut dyn Write,
) -> Result<usize> {
    let io = |error| Error::Io { path: "the file to write".into(), source: error };
    let mut out = BufWriter::new(out);
    let count = match format {
        Format::Json | Format::Jsonl => {
            let facts = gather::facts(collection, options)?;
            if format == Format::Json { json::write(&facts, &mut out) } else { jsonl::write(&facts, &mut out) }
                .map_err(io)?;
            facts.cards.values().filter(|fact| fact.mark.as_ref().is_some_and(|mark| !mark.deleted)).count()
        }
        Format::Csv | Format::Org => {
            let cards = gather::cards(collection, options)?;
            if format == Format::Csv { csv::write(&cards, &mut out) } else { org::write(&cards, &mut out) }.map_err(io)?;
            cards.len()
        }
        Format::Anki => {
            let cards = gather::cards(collection, options)?;
            let package = anki::write(collection, &cards)?;
            out.write_all(&package).map_err(io)?;
            cards.len()
        }
    };
    out.flush().map_err(io)?;
    Ok(count)
}

/// Reads cards. Our own forms, JSON with a version and JSONL, are merged: answers of both sides, of texts the last writer's, and what is
/// known changes nothing; of `options` these need [`ImportOptions::partial`] and [`ImportOptions::dry_run`] alone. So are Anki's
/// cards, which a second import therefore does not double.
///
/// # Errors
/// [`Error::Invalid`] that names `name` and the line or the index; nothing is imported then.
pub fn import(
    collection: &Collection,
    format: Format,
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<Imported> {
    let named = |error| match error {
        Error::Invalid(reason) => Error::Invalid(format!("{name}: {reason}")),
        Error::Conflict(reason) => Error::Conflict(format!("{name}: {reason}")),
        other => other,
    };
    let invalid = |reason: String| named(Error::Invalid(reason));
    match read(collection, format, bytes, options).map_err(invalid)? {
        Content::Own(facts, bad) => {
            if !bad.is_empty() && !options.import.partial {
                return Err(named(refused(&bad)));
            }
            let imported = Imported { bad, ..Imported::default() };
            merge::merge(collection, facts, options.import.dry_run, imported).map_err(named)
        }
        Content::Anki(package) => anki::import(collection, package, options).map_err(named),
        Content::Plain(cards) => {
            let cards = cards.into_iter().flat_map(|card| prepared(card, options)).collect();
            collection.import_all(cards, options.import).map_err(named)
        }
    }
}

/// What a file holds.
enum Content {
    /// Facts of our own, and the lines or cards that are not good.
    Own(Facts, Vec<BadCard>),
    /// Cards with nothing that names them elsewhere.
    Plain(Vec<Incoming>),
    /// What Anki wrote.
    Anki(anki::Package),
}

fn read(collection: &Collection, format: Format, bytes: &[u8], options: &ReadOptions) -> Result<Content, String> {
    if format == Format::Anki {
        return anki::read(collection, bytes).map(Content::Anki);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() + 1;
        format!("line {line}: not UTF-8: save the file in that coding system")
    })?;
    match format {
        Format::Json => json::read(text, options.state),
        Format::Jsonl => jsonl::read(text, options.state),
        Format::Csv => csv::read(text, options.state).map(Content::Plain),
        _ => Ok(Content::Plain(org::read(text, options.state))),
    }
}

/// A card with what the options say of all of them, in the directions that are asked for.
fn prepared(incoming: Incoming, options: &ReadOptions) -> Vec<Incoming> {
    let Incoming { index, line, card } = incoming;
    let mut card = match card {
        Ok(card) => card,
        Err(reason) => return vec![Incoming { index, line, card: Err(reason) }],
    };
    if card.project.trim().is_empty() {
        card.project = options.project.clone().unwrap_or_default();
    }
    card.tags.extend(options.tags.iter().cloned());
    let cards = match options.direction {
        Some(direction) => card.directions(direction),
        None => vec![card],
    };
    cards.into_iter().map(|card| Incoming { index, line, card: Ok(card) }).collect()
}
