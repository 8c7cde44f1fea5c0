//! `memento card`: flashcards on the command line.

mod change;
mod display;
mod exchange;
mod find;
mod form;
mod make;
mod quiz;
mod review;
mod settings;
mod stats;

use std::collections::BTreeSet;

use memento::cards::{self, Collection, NewCard, Query, Source};
use memento::{Config, Error, Result};

use crate::args::Output;
use crate::args::card::{Card, Chosen, Direction, Filter, State};
use crate::output::Answer;
use crate::review::{absolute, count, read_stdin};

pub(crate) use display::{asked_again, in_days, place, short, time, why};

pub(crate) fn run(command: Card, config: &Config) -> Result<Answer> {
    let collection = &Collection::open(config)?;
    match command {
        Card::Create(args) => make::create(args, collection),
        Card::BulkCreate(args) => exchange::read(&args.file, &args.many, args.output, collection),
        Card::Accept { chosen, output } => change::accept(&chosen, output, collection),
        Card::List(list) => find::list(None, list, collection),
        Card::Search { query, list } => find::list(Some(query.join(" ")), list, collection),
        Card::Show { ids, output } => find::show(&ids, output, collection),
        Card::Update(args) => make::update(args, collection),
        Card::Suspend { chosen, output } => change::set_state(&chosen, cards::State::Suspended, output, collection),
        Card::Unsuspend { chosen, output } => change::set_state(&chosen, cards::State::Active, output, collection),
        Card::Delete(args) => change::delete(&args, collection),
        Card::Restore { ids, output } => change::restore(&ids, output, collection),
        Card::Purge { dry_run, yes, output } => change::purge(dry_run, yes, output, collection),
        Card::Reset(args) => change::reset(&args, collection),
        Card::Quiz(args) => quiz::quiz(&args, collection),
        Card::Review { id, confidence, duration, output } => {
            review::review(&id, confidence, duration, output, collection)
        }
        Card::BulkReview { file, output } => review::bulk_review(&file, output, collection),
        Card::Undo { id, output } => review::undo(id.as_deref(), output, collection),
        Card::Stats { filter, period, output } => stats::stats(filter, period, output, collection),
        Card::Projects { output } => settings::projects(output, collection),
        Card::Tags { output } => settings::tags(output, collection),
        Card::Algorithm { algorithm, project, card, output } => {
            settings::algorithm(algorithm.as_deref(), project.as_deref(), card.as_deref(), output, collection)
        }
        Card::Optimize { project, dry_run, output } => {
            settings::optimize(project.as_deref(), dry_run, output, collection)
        }
        Card::Replay { output } => settings::replay(output, collection),
        Card::Export(args) => exchange::export(args, collection),
        Card::Import(args) => exchange::read(&args.file, &args.many, args.output, collection),
    }
}

impl Filter {
    /// What it asks the collection for.
    fn filter(self) -> Result<cards::Filter> {
        const NAMES: [&str; 4] = ["sm2", "leitner", "fixed", "fsrs"];
        let algorithm = self.algorithm.map(|name| name.to_ascii_lowercase());
        if let Some(name) = algorithm.as_deref().filter(|name| !NAMES.contains(name)) {
            return Err(Error::Invalid(format!("--algorithm {name}: there are sm2, leitner, fixed and fsrs")));
        }
        Ok(cards::Filter { project: self.project, tags: self.tag, algorithm, ..cards::Filter::default() })
    }

    /// A part of it that is as good for another question.
    fn again(&self) -> Self {
        Self { project: self.project.clone(), tag: self.tag.clone(), algorithm: self.algorithm.clone() }
    }
}

impl Chosen {
    /// Whether one card is named.
    fn alone(&self) -> bool {
        self.ids.len() == 1
    }

    /// The cards that are meant, each once; of those that only fit those in this state.
    fn cards(&self, state: Option<cards::State>, collection: &Collection) -> Result<Vec<cards::Card>> {
        if !self.ids.is_empty() {
            let mut seen = BTreeSet::new();
            let found: Vec<cards::Card> = self.ids.iter().map(|id| collection.get(id)).collect::<Result<_>>()?;
            return Ok(found.into_iter().filter(|card| seen.insert(card.id.clone())).collect());
        }
        let query = Query { filter: self.filter.again().filter()?, state, ..Query::default() };
        Ok(collection.list(&query)?.cards)
    }
}

impl From<State> for cards::State {
    fn from(state: State) -> Self {
        match state {
            State::Draft => Self::Draft,
            State::Active => Self::Active,
            State::Suspended => Self::Suspended,
        }
    }
}

fn ids(cards: &[cards::Card]) -> Vec<String> {
    cards.iter().map(|card| card.id.clone()).collect()
}

/// Why nothing was found.
fn nothing(collection: &Collection, else_say: &str) -> Result<String> {
    let of = |state| Query { state, limit: Some(1), ..Query::default() };
    Ok(match collection.list(&of(None))?.total {
        0 => "there are no cards yet: memento card create makes one, memento card import reads a deck".to_owned(),
        all => match collection.list(&of(Some(cards::State::Draft)))?.total {
            drafts if drafts == all => {
                format!("{else_say} ({}, not accepted yet: memento card accept --all)", count(drafts, "draft"))
            }
            0 => format!("{else_say} ({} in all)", count(all, "card")),
            drafts => format!("{else_say} ({} in all, {})", count(all, "card"), count(drafts, "draft")),
        },
    })
}

/// A text that may come from standard input.
fn text(given: &str) -> Result<String> {
    if given == "-" { Ok(read_stdin()?.trim_end_matches('\n').to_owned()) } else { Ok(given.to_owned()) }
}

/// `src/lease.rs:42`, `src/lease.rs` or `id:NOTE`.
fn source(given: &str) -> Result<Source> {
    if let Some(id) = given.strip_prefix("id:") {
        let id = id.trim();
        let empty = || Error::Invalid("--source id: names no note: give its ID, as in id:20250102T1030".to_owned());
        return if id.is_empty() { Err(empty()) } else { Ok(Source::Note(id.to_owned())) };
    }
    let (path, line) = match given.rsplit_once(':').map(|(path, line)| (path, line.parse::<u32>())) {
        Some((path, Ok(line))) if line > 0 => (path, Some(line)),
        _ => (given, None),
    };
    Ok(Source::File { path: absolute(path)?.display().to_string(), line })
}

/// Tags with commas between them.
fn tags(given: &str) -> Vec<String> {
    given.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// Cards as an array; one that was named alone as an object.
fn cards_or_one(cards: &[cards::Card], alone: bool, output: Output, text: impl FnOnce() -> String) -> Answer {
    match cards {
        [one] if alone && output.json => Answer::data(output, one, String::new),
        _ => Answer::data(output, &cards, text),
    }
}

/// Cards that are to be made from one that was typed.
fn entries(card: NewCard, direction: Direction) -> Vec<NewCard> {
    card.directions(direction.into())
}

impl From<Direction> for cards::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Forward => Self::Forward,
            Direction::Reverse => Self::Reverse,
            Direction::Both => Self::Both,
        }
    }
}
