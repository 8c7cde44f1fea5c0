//! The tools that write cards.

use memento::cards::{BadCard, Card, Change, Direction, ImportOptions, Imported, NewCard, OnDuplicate, Source, State};
use memento::notes::PublicVault;
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::seen::{Seen, audited};
use crate::card::short;
use crate::mcp::call::Call;
use crate::mcp::render::{count, cut, quoted};

/// How many cards one call may bring.
const MOST: usize = 1000;
/// How many of them are named in the answer.
const NAMED: usize = 50;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateArgs {
    /// What is asked: one fact, with all the context that it needs
    question: String,
    /// What to know: as short as it can be
    answer: String,
    /// What else there is to say, shown with the answer
    notes: Option<String>,
    /// The project [default: none]
    project: Option<String>,
    /// Tags: letters, digits, _, @, # and %
    tags: Option<Vec<String>>,
    /// The id of the note that it comes from
    note: Option<String>,
    /// The file that it comes from
    file: Option<String>,
    /// The line of that file, from 1
    line: Option<u32>,
}

// A card of many: what a client is told of it. It is read by hand, so that what is wrong is said with its index.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Item {
    /// What is asked
    question: String,
    /// What to know
    answer: String,
    /// What else there is to say
    notes: Option<String>,
    /// Its tags
    tags: Option<Vec<String>>,
    /// Its project, if another than that of all
    project: Option<String>,
    /// The id of the note that it comes from
    note: Option<String>,
    /// The file that it comes from
    file: Option<String>,
    /// The line of that file
    line: Option<u32>,
}

#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Way {
    Forward,
    Reverse,
    Both,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkArgs {
    /// The cards: objects with question and answer, and if need be notes, tags, project, note, file, line
    #[schemars(with = "Vec<Item>")]
    cards: Vec<Value>,
    /// The project of those that name none
    project: Option<String>,
    /// Tags that all of them get
    tags: Option<Vec<String>>,
    /// Which directions are asked; both makes two cards of each, for vocabularies [default: forward]
    direction: Option<Way>,
    /// Make the good ones where others are bad [default: false]
    partial: Option<bool>,
}

pub(super) fn create(call: &Call, args: CreateArgs) -> Result<String> {
    let CreateArgs { question, answer, notes, project, tags, note, file, line } = args;
    let subject = question.clone();
    let item = Item { question, answer, notes, tags, project, note, file, line };
    audited(call, "flashcard_create", &subject, |seen, vault| {
        let card = item.card(&Shared { project: None, tags: &[] }, seen, vault).map_err(Error::Invalid)?;
        // What is wrong with the one card is said without an index.
        let imported = import(seen, vec![Ok(card)], true)?;
        match (imported.added.first(), imported.duplicates.first()) {
            (Some(card), _) => {
                let warnings: String = imported.warnings.iter().map(|warning| format!("\n{warning}")).collect();
                Ok((format!("Made {} as a draft. {ACCEPT}{warnings}", short(&card.id)), 1))
            }
            (None, Some(known)) => Err(Error::Conflict(format!(
                "the project has a card with this question, {}: change it with flashcard_update, or ask something else",
                short(&known.id)
            ))),
            (None, None) => Err(Error::Invalid(match imported.bad.into_iter().next() {
                Some(bad) => bad.reason,
                None => "no card came of it: ask something else".to_owned(),
            })),
        }
    })
}

const ACCEPT: &str = "The person accepts drafts in Emacs (memento-cards-accept) or with `memento card accept`.";

pub(super) fn bulk_create(call: &Call, args: BulkArgs) -> Result<String> {
    let what = count(args.cards.len(), "card");
    let subject = args.project.as_ref().map_or_else(|| what.clone(), |project| format!("{what} for {project}"));
    if args.cards.is_empty() || args.cards.len() > MOST {
        return Err(Error::Invalid(format!("flashcard_bulk_create: cards has {}: send 1 to {MOST}", args.cards.len())));
    }
    audited(call, "flashcard_bulk_create", &subject, |seen, vault| {
        let tags = args.tags.unwrap_or_default();
        let shared = Shared { project: args.project.as_deref(), tags: &tags };
        let direction = args.direction.map(|way| match way {
            Way::Forward => Direction::Forward,
            Way::Reverse => Direction::Reverse,
            Way::Both => Direction::Both,
        });
        let mut cards = Vec::with_capacity(args.cards.len());
        let mut places = Vec::with_capacity(args.cards.len());
        for (index, value) in args.cards.into_iter().enumerate() {
            let card = serde_json::from_value::<Item>(value).map_err(|error| error.to_string());
            let card = card.and_then(|item| item.card(&shared, seen, vault));
            let made = match (card, direction) {
                (Ok(card), Some(direction)) => card.directions(direction).into_iter().map(Ok).collect(),
                (Ok(card), None) => vec![Ok(card)],
                (Err(reason), _) => vec![Err(BadCard { index, line: None, reason })],
            };
            places.extend(std::iter::repeat_n(index, made.len()));
            cards.extend(made);
        }
        let mut imported = import(seen, cards, args.partial.unwrap_or(false))?;
        // Two cards of one entry are at one index.
        let place = |index: &mut usize| *index = places.get(*index).copied().unwrap_or(*index);
        imported.duplicates.iter_mut().for_each(|known| place(&mut known.index));
        Ok((told(&imported), imported.added.len()))
    })
}

/// What holds for all the cards of a call.
struct Shared<'a> {
    project: Option<&'a str>,
    tags: &'a [String],
}

impl Item {
    /// The draft that it describes.
    fn card(self, shared: &Shared<'_>, seen: &Seen, vault: &PublicVault) -> Result<NewCard, String> {
        let source = match (self.note, self.file) {
            (Some(_), Some(_)) => return Err("give note or file, not both".to_owned()),
            (Some(id), None) => match vault.not_public(vec![id.clone()]) {
                Ok(hidden) if hidden.is_empty() => Some(Source::Note(id)),
                Ok(_) => return Err(format!("there is no note {id}: note_search finds ids")),
                Err(error) => return Err(error.to_string()),
            },
            (None, Some(path)) if seen.among_notes(&path) => {
                return Err(format!("{path} is among the notes: give the note's id as note"));
            }
            (None, Some(path)) => Some(Source::File { path, line: self.line.filter(|line| *line > 0) }),
            (None, None) if self.line.is_some() => return Err("a line is one of a file: name the file".to_owned()),
            (None, None) => None,
        };
        let mut tags = shared.tags.to_vec();
        tags.extend(self.tags.unwrap_or_default());
        Ok(NewCard {
            question: self.question,
            answer: self.answer,
            notes: self.notes.unwrap_or_default(),
            tags,
            project: self.project.or_else(|| shared.project.map(str::to_owned)).unwrap_or_default(),
            source,
            state: State::Draft,
            ..NewCard::default()
        })
    }
}

/// Imports drafts. A card that is a duplicate only of one that the assistant may not know of is made all the same: that it is
/// left out would tell.
fn import(seen: &Seen, cards: Vec<Result<NewCard, BadCard>>, partial: bool) -> Result<Imported> {
    let options = ImportOptions { on_duplicate: OnDuplicate::Skip, partial, dry_run: false };
    let given: Vec<Option<NewCard>> = cards.iter().map(|card| card.as_ref().ok().cloned()).collect();
    let collection = seen.collection();
    let mut imported = collection.import(cards, options)?;
    let hidden = |known: &memento::cards::Duplicate| seen.card(&known.id).is_err();
    let (left_out, known): (Vec<_>, Vec<_>) = imported.duplicates.into_iter().partition(hidden);
    imported.duplicates = known;
    for mut known in left_out {
        let Some(card) = given.get(known.index).cloned().flatten() else { continue };
        // One at a time: it may be a duplicate of the one before, or of one that was made the last time.
        match collection.duplicate_of(&card, &seen.filter(None, Vec::new()))? {
            Some(id) => {
                known.id = id;
                imported.duplicates.push(known);
            }
            None => {
                let options = ImportOptions { on_duplicate: OnDuplicate::Add, ..ImportOptions::default() };
                imported.added.extend(collection.import(vec![Ok(card)], options)?.added);
            }
        }
    }
    imported.duplicates.sort_by_key(|known| known.index);
    Ok(imported)
}

fn told(imported: &Imported) -> String {
    let mut out = match imported.added.len() {
        0 => "No card was made.\n".to_owned(),
        n => format!("Made {} as drafts. {ACCEPT}\n", count(n, "card")),
    };
    for card in imported.added.iter().take(NAMED) {
        out.push_str(&format!("- {} {}\n", short(&card.id), quoted(&cut_line(&card.question))));
    }
    if imported.added.len() > NAMED {
        out.push_str(&format!("  and {} more: flashcard_list\n", imported.added.len() - NAMED));
    }
    for known in imported.duplicates.iter().take(NAMED) {
        let question = quoted(&cut_line(&known.question));
        out.push_str(&format!("card {} was left out: {} has the question {question}\n", known.index, short(&known.id)));
    }
    for bad in imported.bad.iter().take(NAMED) {
        out.push_str(&format!("card {} is not good: {}\n", bad.index, bad.reason));
    }
    let unnamed = imported.duplicates.len().saturating_sub(NAMED) + imported.bad.len().saturating_sub(NAMED);
    if unnamed > 0 {
        out.push_str(&format!("and {unnamed} more like these\n"));
    }
    for warning in &imported.warnings {
        out.push_str(&format!("{warning}\n"));
    }
    out
}

fn cut_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateArgs {
    /// The card's id, or the start of it
    id: String,
    /// Another question
    question: Option<String>,
    /// Another answer
    answer: Option<String>,
    /// Other notes; empty: none
    notes: Option<String>,
    /// These tags in the place of those it has
    tags: Option<Vec<String>>,
    /// Another project; empty: none
    project: Option<String>,
}

pub(super) fn update(call: &Call, args: UpdateArgs) -> Result<String> {
    audited(call, "flashcard_update", &args.id, |seen, _| {
        let before = seen.card(&args.id)?;
        let change = Change {
            question: args.question,
            answer: args.answer,
            notes: args.notes,
            tags: args.tags,
            project: args.project,
            ..Change::default()
        };
        if change == Change::default() {
            return Err(Error::Invalid(
                "flashcard_update: nothing to change: give question, answer, notes, tags or project".to_owned(),
            ));
        }
        let after = seen.collection().update(&before.id, &change)?;
        let id = short(&after.id);
        let texts = |card: &Card| (card.question.clone(), card.answer.clone(), card.notes.clone());
        let kept = match (after.state, texts(&before) != texts(&after)) {
            (State::Draft, _) | (_, false) => String::new(),
            (_, true) => format!(
                " The person has accepted this card: tell them what you changed. What it said before is kept: `memento card show {id}` has it."
            ),
        };
        let now = cut(&format!("{}\n{}", after.question, after.answer), 2000, &format!("flashcard_list with id {id}"));
        Ok((format!("Changed {id}.{kept}\n\n{now}\n"), 1))
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteArgs {
    /// The ids of the cards, or the starts of them
    ids: Vec<String>,
}

pub(super) fn delete(call: &Call, args: DeleteArgs) -> Result<String> {
    if args.ids.is_empty() {
        return Err(Error::Invalid("flashcard_delete: ids is empty: name the cards".to_owned()));
    }
    audited(call, "flashcard_delete", &args.ids.join(" "), |seen, _| {
        let mut ids: Vec<String> = Vec::with_capacity(args.ids.len());
        for id in &args.ids {
            let id = seen.card(id)?.id;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let deleted = seen.collection().delete(&ids)?;
        let names: Vec<&str> = deleted.iter().map(|card| short(&card.id)).collect();
        let back = cut(&names.join(" "), 600, "the ids that you sent");
        let what = count(deleted.len(), "card");
        Ok((format!("Deleted {what}. The person brings them back with `memento card restore {back}`."), deleted.len()))
    })
}
