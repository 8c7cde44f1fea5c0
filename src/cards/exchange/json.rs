//! JSON: the array that assistants write, and the full form with the log of answers.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Content;
use super::fact::{Fact, Facts};
use super::own::{OwnAnswer, OwnMark, OwnSetting, OwnTexts, TYPE, VERSION, id, time, version};
use super::plain;
use crate::cards::card::State;
use crate::cards::import::{BadCard, Incoming};

/// The full form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    #[serde(rename = "type")]
    _type: String,
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default)]
    projects: Vec<OwnSetting>,
    #[serde(default)]
    cards: Vec<Value>,
    #[serde(default)]
    purged: Vec<String>,
}

/// A card of the full form.
#[derive(Debug, Serialize, Deserialize)]
struct FullCard {
    #[serde(flatten)]
    texts: Value,
    #[serde(flatten)]
    log: FullLog,
}

/// What becomes of a card, and its log.
#[derive(Debug, Serialize, Deserialize)]
struct FullLog {
    becomes: OwnMark,
    #[serde(default)]
    answers: Vec<OwnAnswer>,
    /// The times of answers that were taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undone: Vec<i64>,
}

/// Writes facts: a card a line.
pub(super) fn write(facts: &Facts, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"type\":\"{TYPE}\",\"version\":{VERSION},\n\"projects\":")?;
    list(out, facts.projects.iter().map(|(name, setting)| OwnSetting::of(name, setting)))?;
    out.write_all(b",\n\"cards\":")?;
    list(out, facts.cards.iter().filter_map(|(id, fact)| full(id, fact)))?;
    out.write_all(b",\n\"purged\":")?;
    list(out, facts.cards.iter().filter(|(_, fact)| fact.purged).map(|(id, _)| id))?;
    out.write_all(b"}\n")
}

fn list<T: Serialize>(out: &mut dyn Write, items: impl Iterator<Item = T>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, item) in items.enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &item)?;
    }
    out.write_all(b"]")
}

fn full(id: &str, fact: &Fact) -> Option<FullCard> {
    let texts = OwnTexts::of(id, fact.created, fact.texts.as_ref()?);
    Some(FullCard {
        texts: serde_json::to_value(texts).ok()?,
        log: FullLog {
            becomes: OwnMark::of(fact.mark.as_ref()?),
            answers: fact.answers.iter().map(|(time, answer)| OwnAnswer::of(*time, answer)).collect(),
            undone: fact.undone.iter().copied().collect(),
        },
    })
}

/// The names under which other programs have the list of cards.
const LISTS: &[&str] = &["cards", "flashcards", "notes"];

/// Reads a file; `default` is the state of plain cards that name none.
///
/// # Errors
/// What makes all of it unreadable, with line and column where it is no JSON.
pub(super) fn read(text: &str, default: State) -> Result<Content, String> {
    let text = unfenced(text.strip_prefix('\u{feff}').unwrap_or(text));
    let value: Value = serde_json::from_str(&text).map_err(|error| explained(&text, &error))?;
    match &value {
        Value::Array(cards) => Ok(Content::Plain(plain_cards(cards, default))),
        Value::Object(fields) if fields.get("type").and_then(Value::as_str) == Some(TYPE) => {
            version(fields.get("version").and_then(Value::as_u64).unwrap_or(0))?;
            own(value)
        }
        Value::Object(fields) => match LISTS.iter().find_map(|name| Some((name, fields.get(*name)?.as_array()?))) {
            Some((name, cards)) => {
                let all = fields.keys().filter(|key| key != name);
                let unknown: Vec<&String> = all.filter(|key| !PER_FILE.contains(&key.as_str())).collect();
                if let Some(unknown) = unknown.first() {
                    return Err(format!("{unknown:?} is nothing that a file of cards has: give {}", PER_FILE.join(", ")));
                }
                let common: Vec<(&String, &Value)> = fields.iter().filter(|(key, _)| key != name).collect();
                Ok(Content::Plain(plain_cards(&with_common(cards, &common), default)))
            }
            // A single card.
            None => Ok(Content::Plain(plain_cards(std::slice::from_ref(&value), default))),
        },
        _ => Err("it is no list of cards: give [{\"question\": \"...\", \"answer\": \"...\"}, ...]".to_owned()),
    }
}

/// What a file may say of all its cards.
const PER_FILE: &[&str] = &["project", "deck", "tags", "algorithm"];

/// The cards with what the file says of all of them, where they do not say it themselves.
fn with_common(cards: &[Value], common: &[(&String, &Value)]) -> Vec<Value> {
    let mut cards = cards.to_vec();
    for card in cards.iter_mut().filter_map(Value::as_object_mut) {
        for (key, value) in common {
            card.entry(key.as_str()).or_insert_with(|| (*value).clone());
        }
    }
    cards
}

fn plain_cards(cards: &[Value], default: State) -> Vec<Incoming> {
    let card = |(index, value)| Incoming { index, line: None, card: plain::card(value, default) };
    cards.iter().enumerate().map(card).collect()
}

/// Without the fence in which assistants put what they write; the lines stay where they are.
fn unfenced(text: &str) -> std::borrow::Cow<'_, str> {
    let body = text.trim();
    let Some(rest) = body.strip_prefix("```") else { return text.into() };
    let Some((_, rest)) = rest.split_once('\n') else { return text.into() };
    let rest = rest.strip_suffix("```").unwrap_or(rest);
    let above = text[..text.len() - text.trim_start().len()].matches('\n').count() + 1;
    format!("{}{rest}", "\n".repeat(above)).into()
}

/// What is wrong with JSON, where, and what to do.
fn explained(text: &str, error: &serde_json::Error) -> String {
    if text.trim().is_empty() {
        return "the file is empty: give [{\"question\": \"...\", \"answer\": \"...\"}, ...]".to_owned();
    }
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    let remedy = if error.is_eof() {
        "the end is missing"
    } else {
        "look for a comma that is missing or too many, a quote inside a text without \\ in front, or a line break inside a text"
    };
    format!("line {}, column {}: it is no JSON: {what}: {remedy}", error.line(), error.column())
}

fn own(value: Value) -> Result<Content, String> {
    let full: Full = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let mut facts = Facts::default();
    let mut bad = Vec::new();
    for setting in full.projects {
        let (name, setting) = setting.check()?;
        facts.project(name, setting);
    }
    for (index, card) in full.cards.into_iter().enumerate() {
        match own_card(card) {
            Ok((id, fact)) => facts.card(&id).join(fact),
            Err(reason) => bad.push(BadCard { index, line: None, reason }),
        }
    }
    for card in full.purged {
        id(&card)?;
        facts.card(&card).join(Fact { purged: true, ..Fact::default() });
    }
    Ok(Content::Own(facts, bad))
}

fn own_card(card: Value) -> Result<(String, Fact), String> {
    let Value::Object(mut fields) = card else { return Err("it is no object".to_owned()) };
    let mut log = serde_json::Map::new();
    for name in ["becomes", "answers", "undone"] {
        log.extend(fields.remove(name).map(|value| (name.to_owned(), value)));
    }
    let texts: OwnTexts = serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())?;
    let log: FullLog = serde_json::from_value(Value::Object(log)).map_err(|error| error.to_string())?;
    let (id, created, texts) = texts.check()?;
    let mut fact = Fact { created: Some(created), texts: Some(texts), mark: Some(log.becomes.check()?), ..Fact::default() };
    for answer in &log.answers {
        let (time, answer) = answer.check()?;
        let known = fact.answers.entry(time).or_insert(answer);
        *known = answer.max(*known);
    }
    for at in log.undone {
        fact.undone.insert(time(at)?);
    }
    Ok((id, fact))
}
