//! Org: a heading for each card.
//!
//! The question is the heading, where it can be one, and the answer is below it, with the rest as properties. A text that has
//! to stand apart, such as a question of several lines, has a heading of its own below that. Lines that Org would take for
//! a heading or the like have a comma in front, as Org itself does it in blocks.

mod escape;
mod read;

use std::io::{self, Write};

use super::gather::Logged;
use crate::cards::card::{Source, State};
use crate::cards::scheduler::Algorithm;
use crate::cards::store::Record;
use crate::org::Outline;
use escape::escape;

pub(super) use read::read;

/// What says that a file is ours, so that texts are taken as they stand.
const MARK: (&str, &str) = ("MEMENTO", "flashcards 1");

/// How long a heading may be that is not the question itself, in characters.
const TITLE: usize = 80;

/// Writes cards.
pub(super) fn write(cards: &[Logged], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "#+title: Flashcards\n#+{}: {}\n", MARK.0.to_lowercase(), MARK.1)?;
    cards.iter().try_for_each(|logged| out.write_all(entry(&logged.card).as_bytes()))
}

/// A card as a heading with all that is below it.
fn entry(card: &Record) -> String {
    let notes = if is_value(&card.notes) { card.notes.as_str() } else { "" };
    let properties = properties(card, notes);
    let tags = if card.tags.is_empty() { String::new() } else { format!("  :{}:", card.tags.join(":")) };
    let of = |title: &str| format!("\n* {title}{tags}\n:PROPERTIES:\n{properties}:END:\n");
    let mut out = of(&card.question);
    let plain = is_title(&out, &card.question, &card.tags);
    if !plain {
        out = of(&title(&card.question));
        out.push_str(&section("Question", &card.question));
    }
    let more = !plain || card.notes.len() != notes.len();
    out.push_str(&if more { section("Answer", &card.answer) } else { format!("{}\n", escape(&card.answer)) });
    if card.notes.len() != notes.len() {
        out.push_str(&section("Notes", &card.notes));
    }
    out
}

fn section(name: &str, text: &str) -> String {
    format!("** {name}\n{}\n", escape(text))
}

/// Whether Org reads the heading of this entry as it is meant.
fn is_title(entry: &str, title: &str, tags: &[String]) -> bool {
    if title.trim() != title || title.contains(char::is_control) || title.starts_with("COMMENT") {
        return false;
    }
    let outline = Outline::scan(entry);
    outline.headlines().len() == 1
        && outline.title(0) == title
        && outline.todo(0).is_none()
        && outline.headlines()[0].priority.is_none()
        && outline.tags(0).eq(tags.iter().map(String::as_str))
}

/// A heading for a question that cannot be one.
fn title(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let plain: String = line.chars().filter(|c| !c.is_control()).take(TITLE).collect();
    let title = format!("Card: {}", plain.trim());
    // Colons at the end are tags: a space of no width parts them.
    if title.ends_with(':') { format!("{title}\u{200b}") } else { title }
}

fn properties(card: &Record, notes: &str) -> String {
    let (note, file) = match &card.source {
        None => (String::new(), String::new()),
        Some(Source::Note(id)) => (id.clone(), String::new()),
        Some(Source::File { path, line: Some(line) }) => (String::new(), format!("{path}::{line}")),
        Some(Source::File { path, line: None }) => (String::new(), path.clone()),
    };
    let state = if card.state == State::Active { "" } else { card.state.as_str() };
    let algorithm = card.algorithm.as_ref().map(Algorithm::to_string).unwrap_or_default();
    let all = [
        ("ID", card.id.as_str()),
        ("PROJECT", &card.project),
        ("NOTES", notes),
        ("STATE", state),
        ("ALGORITHM", &algorithm),
        ("ENTRY", card.entry.as_deref().unwrap_or_default()),
        ("SOURCE_NOTE", &note),
        ("SOURCE_FILE", &file),
    ];
    let set = all.iter().filter(|(_, value)| is_value(value));
    set.map(|(name, value)| format!(":{name}: {value}\n")).collect()
}

/// Whether it can be the value of a property.
fn is_value(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(char::is_control)
}
