//! The tools that find cards.

use memento::cards::{Order, Query, State};
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::seen::{Seen, audited};
use super::{facts, row};
use crate::card::{place, short};
use crate::mcp::call::Call;
use crate::mcp::render::{BUDGET, list as paged, page};

/// How many cards come at once.
const LIMIT: usize = 20;
const MOST: usize = 200;

#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Wanted {
    Draft,
    Active,
    Suspended,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListArgs {
    /// This card whole, instead of a list: its id or the start of it
    id: Option<String>,
    /// Of this project; empty: of none
    project: Option<String>,
    /// With all of these tags
    tags: Option<Vec<String>>,
    /// In this state [default: any]
    state: Option<Wanted>,
    /// Due today or before [default: false]
    due: Option<bool>,
    /// How many to leave out at the start; with id, where to go on in a long one [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

pub(super) fn list(call: &Call, args: ListArgs) -> Result<String> {
    let subject = args.id.clone().or_else(|| args.project.clone()).unwrap_or_default();
    audited(call, "flashcard_list", &subject, |seen, _| {
        let offset = args.offset.unwrap_or(0);
        if let Some(id) = &args.id {
            args.nothing_else()?;
            return Ok((whole(id, offset, seen, call)?, 1));
        }
        let today = seen.collection().today()?;
        let due = args.due.unwrap_or(false);
        let query = Query {
            filter: seen.filter(args.project.clone(), args.tags.clone().unwrap_or_default()),
            state: args.state.map(|state| match state {
                Wanted::Draft => State::Draft,
                Wanted::Active => State::Active,
                Wanted::Suspended => State::Suspended,
            }),
            due: due.then_some(today),
            new: due.then_some(false),
            order: if due { Order::Due } else { Order::Newest },
            limit: Some(args.limit.unwrap_or(LIMIT).clamp(1, MOST)),
            offset,
            ..Query::default()
        };
        found(&query, seen, "No card fits.")
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchArgs {
    /// The words
    query: String,
    /// Of this project; empty: of none
    project: Option<String>,
    /// With all of these tags
    tags: Option<Vec<String>>,
    /// How many to leave out at the start [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

pub(super) fn search(call: &Call, args: SearchArgs) -> Result<String> {
    audited(call, "flashcard_search", &args.query, |seen, _| {
        let query = Query {
            filter: seen.filter(args.project.clone(), args.tags.clone().unwrap_or_default()),
            text: Some(args.query.clone()),
            limit: Some(args.limit.unwrap_or(LIMIT).clamp(1, MOST)),
            offset: args.offset.unwrap_or(0),
            ..Query::default()
        };
        found(&query, seen, "No card fits. Fewer words, or prefix*, find more.")
    })
}

fn found(query: &Query, seen: &Seen, none: &str) -> Result<(String, usize)> {
    let found = seen.collection().list(query)?;
    if found.cards.is_empty() {
        let text = if query.offset > 0 && found.total > 0 { "There are no more." } else { none };
        return Ok((text.to_owned(), 0));
    }
    let today = seen.collection().today()?;
    let text = paged(found.cards.iter().map(|card| row(card, today)), query.offset, found.total);
    Ok((text, found.cards.len()))
}

/// A card whole; a long one comes in pages.
fn whole(id: &str, offset: usize, seen: &Seen, call: &Call) -> Result<String> {
    let card = seen.card(id)?;
    let today = seen.collection().today()?;
    let mut head = format!("card {} ({})\n", short(&card.id), facts(&card, today).join("; "));
    if let Some(source) = &card.source {
        head.push_str(&format!("source: {}\n", place(source, &call.config.env)));
    }
    let mut text = format!("{}\n\n[answer]\n{}", card.question, card.answer);
    if !card.notes.is_empty() {
        text.push_str(&format!("\n\n[notes]\n{}", card.notes));
    }
    let page = page(&text, offset, BUDGET);
    let part = match (offset, page.next) {
        (0, None) => String::new(),
        (_, None) => format!("part: the last of {} bytes\n", text.len()),
        (_, Some(next)) => format!("part: of {} bytes; for the next: offset {next}\n", text.len()),
    };
    Ok(format!("{head}{part}\n{}\n", page.text))
}

impl ListArgs {
    /// Whether there is no more than an id and an offset.
    fn nothing_else(&self) -> Result<()> {
        let given = [
            ("project", self.project.is_some()),
            ("tags", self.tags.is_some()),
            ("state", self.state.is_some()),
            ("due", self.due.is_some()),
            ("limit", self.limit.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((name, _)) => {
                Err(Error::Invalid(format!("flashcard_list: with id there is no {name}: leave one of them out")))
            }
            None => Ok(()),
        }
    }
}
