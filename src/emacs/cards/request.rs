//! What Lisp asks of the cards.

use std::path::PathBuf;
use std::time::Duration;

use emacs::Value;

use super::super::failure::Failure;
use super::super::lisp::{Plist, list_of_strings};
use crate::cards::exchange::{ExportOptions, Format, ReadOptions};
use crate::cards::{
    Algorithm, Change, Confidence, Direction, Filter, ImportOptions, NewCard, OnDuplicate, Order, Period, Query,
    Source, State,
};
use crate::error::Error;

fn wrong<T>(message: String) -> Result<T, Failure> {
    Err(Error::Invalid(message).into())
}

pub(super) fn read_state(name: &str) -> Result<State, Failure> {
    match name {
        "draft" => Ok(State::Draft),
        "active" => Ok(State::Active),
        "suspended" => Ok(State::Suspended),
        other => wrong(format!("{other} is no state: give draft, active or suspended")),
    }
}

pub(super) fn read_period(name: &str) -> Result<Period, Failure> {
    match name {
        "today" => Ok(Period::Today),
        "week" => Ok(Period::Week),
        "month" => Ok(Period::Month),
        "all" => Ok(Period::All),
        other => wrong(format!("{other} is no period: give today, week, month or all")),
    }
}

pub(super) fn read_format(name: &str) -> Result<Format, Failure> {
    match name {
        "json" => Ok(Format::Json),
        "jsonl" => Ok(Format::Jsonl),
        "csv" => Ok(Format::Csv),
        "org" => Ok(Format::Org),
        "anki" => Ok(Format::Anki),
        other => wrong(format!("{other} is no format: give json, jsonl, csv, org or anki")),
    }
}

pub(super) fn read_confidence(number: i64) -> Result<Confidence, Failure> {
    Ok(Confidence::new(u8::try_from(number).unwrap_or(0))?)
}

pub(super) fn read_duration(milliseconds: Option<i64>) -> Option<Duration> {
    milliseconds.and_then(|n| u64::try_from(n).ok()).map(Duration::from_millis)
}

fn read_strings(plist: Plist<'_>, key: &str) -> Result<Option<Vec<String>>, Failure> {
    Ok(plist.get::<Value<'_>>(key)?.map(list_of_strings).transpose()?)
}

/// `:project` (the empty one is that of no project), `:tags`, `:algorithm`, and for the queue `:new-limit`.
pub(super) fn read_filter(plist: Plist<'_>) -> Result<Filter, Failure> {
    Ok(Filter {
        project: plist.get("project")?,
        tags: read_strings(plist, "tags")?.unwrap_or_default(),
        algorithm: plist.get("algorithm")?,
        new_limit: plist.get("new-limit")?,
        hidden_notes: Vec::new(),
        hidden_files: Vec::new(),
    })
}

/// What a plist asks for; nil is all that were not deleted.
pub(super) fn read_query(plist: Plist<'_>) -> Result<Query, Failure> {
    let order = match plist.get::<String>("order")?.as_deref() {
        None => Order::Best,
        Some("newest") => Order::Newest,
        Some("oldest") => Order::Oldest,
        Some("due") => Order::Due,
        Some("lapses") => Order::Lapses,
        Some(other) => return wrong(format!("{other} is no order: give newest, oldest, due or lapses")),
    };
    let new = match plist.get::<String>("new")?.as_deref() {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(other) => return wrong(format!(":new is yes or no, not {other}")),
    };
    Ok(Query {
        filter: read_filter(plist)?,
        text: plist.get("text")?,
        live: plist.flag("live")?,
        state: plist.get::<String>("state")?.map(|name| read_state(&name)).transpose()?,
        due: plist.get::<String>("due")?.map(|day| day.parse()).transpose()?,
        new,
        leech: plist.flag("leech")?,
        deleted: plist.flag("deleted")?,
        order,
        limit: plist.get("limit")?,
        offset: plist.get("offset")?.unwrap_or(0),
    })
}

/// The place that a card is from: `:note`, or `:file` and `:line`.
fn read_source(plist: Plist<'_>) -> Result<Option<Source>, Failure> {
    if let Some(id) = plist.get("note")? {
        return Ok(Some(Source::Note(id)));
    }
    let Some(path) = plist.get("file")? else { return Ok(None) };
    let line = plist.line("line")?.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
    Ok(Some(Source::File { path, line }))
}

fn read_algorithm(plist: Plist<'_>) -> Result<Option<Algorithm>, Failure> {
    Ok(plist.get::<String>("algorithm")?.map(|name| name.parse()).transpose()?)
}

/// A card to be made, of a plist with the keys of a card and of its source.
pub(super) fn read_card(plist: Plist<'_>) -> Result<NewCard, Failure> {
    Ok(NewCard {
        question: plist.need("question")?,
        answer: plist.need("answer")?,
        notes: plist.get("notes")?.unwrap_or_default(),
        tags: read_strings(plist, "tags")?.unwrap_or_default(),
        project: plist.get("project")?.unwrap_or_default(),
        source: read_source(plist)?,
        algorithm: read_algorithm(plist)?,
        state: plist.get::<String>("state")?.map_or(Ok(State::Active), |name| read_state(&name))?,
        ..NewCard::default()
    })
}

/// What to change. What is nil stays: the empty string takes notes, project and algorithm away, and `:no-tags` the tags.
pub(super) fn read_change(plist: Plist<'_>) -> Result<Change, Failure> {
    let tags = if plist.flag("no-tags")? { Some(Vec::new()) } else { read_strings(plist, "tags")? };
    let algorithm = match plist.get::<String>("algorithm")? {
        Some(name) if name.is_empty() => Some(None),
        Some(name) => Some(Some(name.parse()?)),
        None => None,
    };
    Ok(Change {
        question: plist.get("question")?,
        answer: plist.get("answer")?,
        notes: plist.get("notes")?,
        tags,
        project: plist.get("project")?,
        source: read_source(plist)?.map(Some),
        algorithm,
        state: None,
    })
}

/// Where to read or write, and how.
pub(super) struct Exchange {
    pub(super) file: PathBuf,
    pub(super) format: Format,
}

/// `:file` and `:format`; without the latter the name of the file tells.
pub(super) fn read_exchange(plist: Plist<'_>) -> Result<Exchange, Failure> {
    let file = PathBuf::from(plist.need::<String>("file")?);
    let format = match plist.get::<String>("format")? {
        Some(name) => read_format(&name)?,
        None => match Format::of(&file) {
            Some(format) => format,
            None => return wrong(format!("{} does not tell its format: name one", file.display())),
        },
    };
    Ok(Exchange { file, format })
}

pub(super) fn read_export(plist: Plist<'_>) -> Result<ExportOptions, Failure> {
    Ok(ExportOptions { filter: read_filter(plist)?, drafts: plist.flag("drafts")? })
}

pub(super) fn read_import(plist: Plist<'_>) -> Result<ReadOptions, Failure> {
    let on_duplicate = match plist.get::<String>("on-duplicate")?.as_deref() {
        None | Some("skip") => OnDuplicate::Skip,
        Some("merge") => OnDuplicate::Merge,
        Some("add") => OnDuplicate::Add,
        Some("refuse") => OnDuplicate::Refuse,
        Some(other) => return wrong(format!("{other} is not for duplicates: give skip, merge, add or refuse")),
    };
    let direction = match plist.get::<String>("direction")?.as_deref() {
        None => None,
        Some("forward") => Some(Direction::Forward),
        Some("reverse") => Some(Direction::Reverse),
        Some("both") => Some(Direction::Both),
        Some(other) => return wrong(format!("{other} is no direction: give forward, reverse or both")),
    };
    Ok(ReadOptions {
        import: ImportOptions { on_duplicate, partial: plist.flag("partial")?, dry_run: plist.flag("dry-run")? },
        project: plist.get("project")?,
        tags: read_strings(plist, "tags")?.unwrap_or_default(),
        state: plist.get::<String>("state")?.map_or(Ok(State::Active), |name| read_state(&name))?,
        direction,
    })
}
