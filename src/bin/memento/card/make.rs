//! `memento card create` and `update`.

use std::io::IsTerminal;

use memento::cards::{Algorithm, Card, Change, Collection, ImportOptions, NewCard, OnDuplicate, State};
use memento::{Error, Result};

use super::display::{in_days, named, rows, short};
use super::form::Form;
use super::{cards_or_one, entries, source, tags, text};
use crate::args::card::{Create, Update};
use crate::output::Answer;

pub(super) fn create(args: Create, collection: &Collection) -> Result<Answer> {
    if args.question.as_deref() == Some("-") && args.answer.as_deref() == Some("-") {
        return Err(Error::Invalid("--question and --answer are both -: standard input is there once".to_owned()));
    }
    let typed = NewCard {
        question: args.question.as_deref().map(text).transpose()?.unwrap_or_default(),
        answer: args.answer.as_deref().map(text).transpose()?.unwrap_or_default(),
        notes: args.notes.unwrap_or_default(),
        tags: args.tag,
        project: args.project.unwrap_or_default(),
        ..NewCard::default()
    };
    let typed = if args.question.is_some() { typed } else { edited(typed)? };
    let card = NewCard {
        source: args.source.as_deref().map(source).transpose()?,
        algorithm: args.algorithm.as_deref().map(str::parse).transpose()?,
        state: if args.draft { State::Draft } else { State::Active },
        ..typed
    };
    let mut cards = entries(card, args.direction);
    let made = match cards.len() {
        1 => vec![collection.create(cards.remove(0))?],
        _ => {
            let options = ImportOptions { on_duplicate: OnDuplicate::Refuse, ..ImportOptions::default() };
            collection.import(cards.into_iter().map(Ok).collect(), options)?.added
        }
    };
    let today = collection.today()?;
    let next = if args.draft { "memento card accept has it learnt" } else { "memento card quiz asks it" };
    Ok(cards_or_one(&made, true, args.output, || rows(&made, today)).note(format!("made; {next}")))
}

/// A card that the person writes in an editor.
fn edited(typed: NewCard) -> Result<NewCard> {
    let NewCard { notes, tags, project, .. } = typed;
    let empty = Form { notes, tags, project, ..Form::default() };
    let form = empty.edited("give --question and --answer: there is no $EDITOR here, or nobody to use it")?;
    if form.question.is_empty() && form.answer.is_empty() {
        return Err(Error::Invalid("the question and the answer are empty: no card was made".to_owned()));
    }
    Ok(form.card())
}

pub(super) fn update(args: Update, collection: &Collection) -> Result<Answer> {
    let before = collection.get(&args.id)?;
    let output = args.output;
    let change = change(args, &before)?;
    let change = if change == Change::default() {
        let form = Form::of(&before);
        let hint = format!("give what to change, as in memento card update {} --answer TEXT", short(&before.id));
        match form.edited(&hint)?.change(&form) {
            Some(change) => change,
            None => return Ok(Answer::data(output, &before, String::new).note("nothing was changed")),
        }
    } else {
        change
    };
    let after = collection.update(&before.id, &change)?;
    let today = collection.today()?;
    let moved = match (before.schedule.as_ref().map(|at| at.due), after.schedule.as_ref().map(|at| at.due)) {
        (Some(old), Some(new)) if old != new => format!("; due {} now, not {old}", in_days(new, today)),
        _ => String::new(),
    };
    Ok(Answer::data(output, &after, || rows(std::slice::from_ref(&after), today))
        .note(format!("{} changed{moved}", named(&after))))
}

/// What the options say.
fn change(args: Update, before: &Card) -> Result<Change> {
    if args.question.as_deref() == Some("-") && args.answer.as_deref() == Some("-") {
        return Err(Error::Invalid("--question and --answer are both -: standard input is there once".to_owned()));
    }
    if let Some(both) = args.add_tag.iter().find(|tag| args.remove_tag.contains(tag)) {
        return Err(Error::Invalid(format!("{both} is to be added and removed: name it once")));
    }
    let tags = if args.add_tag.is_empty() && args.remove_tag.is_empty() {
        args.tags.as_deref().map(tags)
    } else {
        let kept = before.tags.iter().filter(|tag| !args.remove_tag.contains(tag)).cloned();
        let new = args.add_tag.iter().filter(|tag| !before.tags.contains(tag)).cloned();
        Some(kept.chain(new).collect())
    };
    Ok(Change {
        question: args.question.as_deref().map(text).transpose()?,
        answer: args.answer.as_deref().map(text).transpose()?,
        notes: args.notes.as_deref().map(text).transpose()?,
        tags,
        project: args.project,
        source: args
            .source
            .as_deref()
            .map(|given| if given.is_empty() { Ok(None) } else { source(given).map(Some) })
            .transpose()?,
        algorithm: args.algorithm.as_deref().map(own_algorithm).transpose()?,
        state: args.state.map(Into::into),
    })
}

/// An algorithm, or `default` for none of its own.
pub(super) fn own_algorithm(given: &str) -> Result<Option<Algorithm>> {
    if given.eq_ignore_ascii_case("default") { Ok(None) } else { given.parse().map(Some) }
}

/// Has the person change a card in an editor: for the quiz, which has the terminal.
pub(super) fn edit(card: &Card, collection: &Collection) -> Result<Option<Card>> {
    debug_assert!(std::io::stdin().is_terminal(), "a quiz with keys has a terminal");
    let form = Form::of(card);
    let change = form.edited("there is no editor: set $EDITOR")?.change(&form);
    change.map(|change| collection.update(&card.id, &change)).transpose()
}
