//! Lines of JSON: the form in which machines share cards through git.
//!
//! The first line says what the file is. Each of the others is a fact of its own (see [`fact`](super::fact)): the setting of
//! a project, a card's texts, what becomes of it, an answer, an answer that was taken back, that a card was purged. They are
//! sorted, so that what two machines add lies apart, and the same card may stand in several lines: with `merge=union` for
//! the file in `.gitattributes` git never asks anything.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Content;
use super::fact::Facts;
use super::own::{OwnAnswer, OwnMark, OwnSetting, OwnTexts, TYPE, VERSION, id, time, version};
use super::plain;
use crate::cards::card::State;
use crate::cards::clock::Day;
use crate::cards::import::{BadCard, Incoming};

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Project(OwnSetting),
    Card(OwnTexts),
    State {
        card: String,
        #[serde(flatten)]
        mark: OwnMark,
    },
    Answer {
        card: String,
        #[serde(flatten)]
        answer: OwnAnswer,
    },
    Undone {
        card: String,
        time: i64,
    },
    Purged {
        card: String,
    },
}

/// A line of the most frequent type by itself: to read it as one of [`Line`] takes several times as long, and there are millions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerLine<'l> {
    #[serde(rename = "type")]
    _type: AnswerType,
    #[serde(borrow)]
    card: Cow<'l, str>,
    time: i64,
    day: Day,
    confidence: u8,
    duration: Option<u32>,
    before: u32,
    after: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AnswerType {
    Answer,
}

/// The types of lines.
const TYPES: &[&str] = &["project", "card", "state", "answer", "undone", "purged"];

/// What git writes where it could not merge.
const MARKERS: &[&str] = &["<<<<<<<", "=======", ">>>>>>>", "|||||||"];

/// Writes facts.
pub(super) fn write(facts: &Facts, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\"type\":\"{TYPE}\",\"version\":{VERSION}}}")?;
    let mut line = |line: &Line| {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")
    };
    for (name, setting) in &facts.projects {
        line(&Line::Project(OwnSetting::of(name, setting)))?;
    }
    for (id, fact) in &facts.cards {
        let card = || id.clone();
        if let Some(texts) = &fact.texts {
            line(&Line::Card(OwnTexts::of(id, fact.created, texts)))?;
        }
        if let Some(mark) = &fact.mark {
            line(&Line::State { card: card(), mark: OwnMark::of(mark) })?;
        }
        for (time, answer) in &fact.answers {
            line(&Line::Answer { card: card(), answer: OwnAnswer::of(*time, answer) })?;
        }
        for time in &fact.undone {
            line(&Line::Undone { card: card(), time: *time })?;
        }
        if fact.purged {
            line(&Line::Purged { card: card() })?;
        }
    }
    Ok(())
}

/// Reads a file; `default` is the state of plain cards that name none.
///
/// # Errors
/// What makes all of it unreadable, with the line.
pub(super) fn read(text: &str, default: State) -> Result<Content, String> {
    let lines = || {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        text.split('\n').enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty())
    };
    let Some((first, header)) = lines().next() else { return Err("the file is empty".to_owned()) };
    if let Some((at, _)) = lines().find(|(_, line)| MARKERS.iter().any(|marker| line.starts_with(marker))) {
        return Err(format!(
            "line {at}: git left a conflict here: remove the lines that begin with <<<<<<<, ======= and >>>>>>> and keep all \
             others, then import again (`*.jsonl merge=union` in .gitattributes spares you that)"
        ));
    }
    let header: Value = match serde_json::from_str(header) {
        Ok(header) => header,
        Err(error) => return Err(format!("line {first}: {}", explained(&error, first == text.lines().count()))),
    };
    if header.get("type").is_none() {
        return Ok(Content::Plain(
            lines().enumerate().map(|(index, (at, line))| plain_line(index, at, line, default)).collect(),
        ));
    }
    let mut facts = Facts::default();
    let mut bad = Vec::new();
    let mut headed = false;
    let last = text.split('\n').count();
    for (at, line) in lines() {
        if let Some(header) = header_of(line) {
            version(header).map_err(|reason| format!("line {at}: {reason}"))?;
            headed = true;
            continue;
        }
        if !headed {
            return Err(format!(
                "line {at}: the first line has to say what the file is: {{\"type\":\"{TYPE}\",\"version\":{VERSION}}}"
            ));
        }
        // A file ends with the end of a line: where the last one does not, the rest of it is missing.
        let torn = at == last;
        if let Err(reason) = read_line(line, torn, &mut facts) {
            bad.push(BadCard { index: at - 1, line: Some(at), reason });
        }
    }
    Ok(Content::Own(facts, bad))
}

/// The version, where the line is a header. It is looked for in the text, since most lines are none.
fn header_of(line: &str) -> Option<u64> {
    if !line.contains(TYPE) {
        return None;
    }
    let value: Value = serde_json::from_str(line).ok()?;
    if value.get("type")?.as_str()? != TYPE {
        return None;
    }
    Some(value.get("version").and_then(Value::as_u64).unwrap_or(0))
}

fn read_line(text: &str, torn: bool, facts: &mut Facts) -> Result<(), String> {
    // What is wrong with a line is said by the other reader.
    if let Ok(AnswerLine { card, time, day, confidence, duration, before, after, .. }) = serde_json::from_str(text) {
        return answer(&card, &OwnAnswer { time, day, confidence, duration, before, after }, facts);
    }
    let line: Line = serde_json::from_str(text).map_err(|error| {
        let value: Option<Value> = serde_json::from_str(text).ok();
        match value.as_ref().map(|value| value.get("type").and_then(Value::as_str)) {
            None => explained(&error, torn),
            Some(None) => format!("it has no type: give one of {}", TYPES.join(", ")),
            Some(Some(kind)) if !TYPES.contains(&kind) => {
                format!(
                    "{kind:?} is no type of line: there are {}; was the file written by a newer memento?",
                    TYPES.join(", ")
                )
            }
            Some(Some(kind)) => format!("a line of type {kind}: {}", bare(&error)),
        }
    })?;
    match line {
        Line::Project(setting) => {
            let (name, setting) = setting.check()?;
            facts.project(name, setting);
        }
        Line::Card(texts) => {
            let (id, created, texts) = texts.check()?;
            let fact = facts.card(&id);
            fact.created = Some(fact.created.map_or(created, |known| known.min(created)));
            fact.texts = fact.texts.take().max(Some(texts));
        }
        Line::State { card, mark } => {
            id(&card)?;
            let mark = mark.check()?;
            let fact = facts.card(&card);
            fact.mark = fact.mark.take().max(Some(mark));
        }
        Line::Answer { card, answer: given } => answer(&card, &given, facts)?,
        Line::Undone { card, time: at } => {
            id(&card)?;
            facts.card(&card).undone.insert(time(at)?);
        }
        Line::Purged { card } => {
            id(&card)?;
            facts.card(&card).purged = true;
        }
    }
    Ok(())
}

fn answer(card: &str, given: &OwnAnswer, facts: &mut Facts) -> Result<(), String> {
    id(card)?;
    let (time, answer) = given.check()?;
    let known = facts.card(card).answers.entry(time).or_insert(answer);
    *known = answer.max(*known);
    Ok(())
}

/// An error of the JSON reader without its line, which is always 1 here.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(text, _)| text.to_owned())
}

fn explained(error: &serde_json::Error, torn: bool) -> String {
    if error.is_eof() && torn {
        return "the file is cut off here: export or copy it anew".to_owned();
    }
    format!("it is no JSON: {} at column {}", bare(error), error.column())
}

fn plain_line(index: usize, at: usize, line: &str, default: State) -> Incoming {
    let card = serde_json::from_str(line).map_err(|error: serde_json::Error| explained(&error, false));
    Incoming { index, line: Some(at), card: card.and_then(|value: Value| plain::card(&value, default)) }
}
