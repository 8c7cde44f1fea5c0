//! A card as assistants and other programs write it: an object with a question and an answer.

use serde_json::{Map, Value};

use crate::cards::card::{NewCard, Source, State};

/// The names that each field goes by; the first is ours.
const QUESTION: &[&str] = &["question", "front", "q", "term", "prompt"];
const ANSWER: &[&str] = &["answer", "back", "a", "definition"];
const NOTES: &[&str] = &["notes", "note", "extra", "explanation", "hint"];
const TAGS: &[&str] = &["tags", "tag", "labels"];
const PROJECT: &[&str] = &["project", "deck"];
const SOURCE: &[&str] = &["source"];
const ALGORITHM: &[&str] = &["algorithm"];
const STATE: &[&str] = &["state"];
const ENTRY: &[&str] = &["entry"];
/// What our own lists show of a card besides: nothing that an import takes over.
const SHOWN: &[&str] = &["id", "own_algorithm", "leech", "created", "edited", "schedule"];

const ALL: &[&[&str]] = &[QUESTION, ANSWER, NOTES, TAGS, PROJECT, SOURCE, ALGORITHM, STATE, ENTRY, SHOWN];

/// The field that a name means, by our name for it.
pub(super) fn field_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    ALL.iter().flat_map(|names| names.iter().map(move |known| (known, names[0]))).find_map(|(known, ours)| {
        let ours = if SHOWN.contains(known) { known } else { ours };
        (*known == name).then_some(ours)
    })
}

/// Our names for what an import takes over.
pub(super) fn known_fields() -> String {
    ALL[..ALL.len() - 2].iter().map(|names| names[0]).collect::<Vec<_>>().join(", ")
}

/// Reads a card; `default` is its state where it names none.
pub(super) fn card(value: &Value, default: State) -> Result<NewCard, String> {
    let Value::Object(fields) = value else {
        return Err(format!("it is {} and no object: give {{\"question\": \"...\", \"answer\": \"...\"}}", kind(value)));
    };
    if let Some(unknown) = fields.keys().find(|key| field_of(key).is_none()) {
        return Err(format!("{unknown:?} is no field of a card: there are {}", known_fields()));
    }
    let own_algorithm = get(fields, &["own_algorithm"]).is_none_or(|own| own != &Value::Bool(false));
    let algorithm = text(fields, ALGORITHM)?.filter(|text| own_algorithm && !text.trim().is_empty());
    Ok(NewCard {
        id: None,
        question: text(fields, QUESTION)?.ok_or_else(|| missing("question", QUESTION))?,
        answer: text(fields, ANSWER)?.ok_or_else(|| missing("answer", ANSWER))?,
        notes: text(fields, NOTES)?.unwrap_or_default(),
        tags: get(fields, TAGS).map_or_else(|| Ok(Vec::new()), tags)?,
        project: text(fields, PROJECT)?.unwrap_or_default(),
        source: get(fields, SOURCE).map(source).transpose()?.flatten(),
        algorithm: algorithm.map(|text| text.parse()).transpose().map_err(|error: crate::Error| error.to_string())?,
        state: get(fields, STATE).map_or(Ok(default), state)?,
        entry: text(fields, ENTRY)?.filter(|entry| !entry.trim().is_empty()),
    })
}

fn state(value: &Value) -> Result<State, String> {
    serde_json::from_value(value.clone()).map_err(|_| format!("{value} is no state: give draft, active or suspended"))
}

fn get<'v>(fields: &'v Map<String, Value>, names: &[&str]) -> Option<&'v Value> {
    let exact = names.iter().find_map(|name| fields.get(*name));
    let other = || fields.iter().find(|(key, _)| field_of(key) == Some(names[0])).map(|(_, value)| value);
    exact.or_else(other).filter(|value| !value.is_null())
}

fn missing(what: &str, names: &[&str]) -> String {
    format!("it has no {what}: give \"{}\" (or \"{}\")", names[0], names[1])
}

fn text(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, String> {
    match get(fields, names) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        // Lines, or the points of an answer.
        Some(Value::Array(lines)) if !lines.is_empty() && lines.iter().all(Value::is_string) && names != PROJECT => {
            Ok(Some(lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")))
        }
        Some(other) => Err(format!("its {} is {}: give a text", names[0], kind(other))),
    }
}

fn tags(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::String(text) => Ok(split_tags(text)),
        Value::Array(tags) => tags
            .iter()
            .map(|tag| match tag {
                Value::String(tag) => Ok(tag.clone()),
                Value::Number(number) => Ok(number.to_string()),
                other => Err(format!("a tag of it is {}: give texts", kind(other))),
            })
            .collect(),
        other => Err(format!("its tags are {}: give a list of texts", kind(other))),
    }
}

/// The tags of a text: with commas between them, or blanks.
pub(super) fn split_tags(text: &str) -> Vec<String> {
    let by_comma = text.contains([',', ';']);
    let parts = text.split(|c: char| if by_comma { c == ',' || c == ';' } else { c.is_whitespace() });
    parts.map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// A note by its ID, or a file with its line.
fn source(value: &Value) -> Result<Option<Source>, String> {
    match value {
        Value::String(text) => Ok(source_of(text)),
        other => serde_json::from_value(other.clone())
            .map(Some)
            .map_err(|_| "its source is none: give \"id:NOTE\" or \"FILE:LINE\"".to_owned()),
    }
}

/// `id:NOTE`, `FILE:LINE`, `FILE::LINE` or `FILE`; none where it is empty.
pub(super) fn source_of(text: &str) -> Option<Source> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(id) = text.strip_prefix("id:") {
        return Some(Source::Note(id.trim().to_owned()));
    }
    let with_line = text.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<u32>().ok()?)));
    Some(match with_line {
        Some((path, line)) if line > 0 && !path.trim_end_matches(':').is_empty() => {
            Source::File { path: path.trim_end_matches(':').to_owned(), line: Some(line) }
        }
        _ => Source::File { path: text.to_owned(), line: None },
    })
}

/// What kind of value it is.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
