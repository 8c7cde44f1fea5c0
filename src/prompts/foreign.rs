//! A line of JSON that another tool wrote about a prompt, or another library.

use std::collections::BTreeSet;

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use serde_json::{Map, Value};

use super::json;
use super::new_prompt::{LATEST, NewPrompt};
use super::prompt::{Source, Turn};
use crate::org::is_tag;

/// A prompt with what was said of it there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Foreign {
    pub(super) prompt: NewPrompt,
    pub(super) said: Said,
}

/// What a person or a transcript said of a prompt elsewhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Said {
    /// 1 to 5.
    pub(super) rating: Option<u8>,
    pub(super) note: Option<String>,
    pub(super) tags: BTreeSet<String>,
    pub(super) turn: Option<Turn>,
}

const TEXT: &[&str] = &["text", "prompt", "display", "content", "message", "input", "query"];
const TIME: &[&str] = &["timestamp", "time", "date", "created_at", "createdAt"];
const PROJECT: &[&str] = &["project", "cwd", "directory", "workspace"];
const SESSION: &[&str] = &["session", "sessionId", "session_id", "conversation_id", "conversationId"];
const NOTE: &[&str] = &["note", "notes", "comment"];
const PASTED: &[&str] = &["pasted", "pastedContents"];

/// What a line says; `None` where it is an answer, or empty.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Foreign>, String> {
    // Some programs put it before the first line.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = json::read(bytes, &mut String::new(), |_| None)?;
    let Value::Object(fields) = value else { return Err("it is no JSON object".to_owned()) };
    let role = field(&fields, &["role"]).or_else(|| fields.get("message")?.get("role")).and_then(Value::as_str);
    if role.is_some_and(|role| !matches!(role, "user" | "human")) {
        return Ok(None);
    }
    let text = match field(&fields, TEXT) {
        Some(value) => typed(value).ok_or("its text is none")?,
        None => return Err(format!("it has none of {}", TEXT.join(", "))),
    };
    let pasted = field(&fields, PASTED).filter(|value| !is_empty(value)).map(Value::to_string);
    if text.trim().is_empty() && pasted.is_none() {
        return Ok(None);
    }
    // What a library exported has this field, and its times are milliseconds whatever their size.
    let own = fields.contains_key("characters");
    let name = |names: &[&str]| field(&fields, names).and_then(Value::as_str).unwrap_or_default().to_owned();
    let source = match fields.get("source").and_then(Value::as_str) {
        Some("history") if own => Source::History,
        Some("transcript") if own => Source::Transcript,
        _ => Source::Import,
    };
    Ok(Some(Foreign {
        prompt: NewPrompt {
            time: field(&fields, TIME).map_or(Ok(0), |value| time(value, own))?,
            project: name(PROJECT),
            session: Some(name(SESSION)).filter(|session| !session.is_empty()),
            source,
            text,
            pasted,
        },
        said: Said {
            rating: fields.get("rating").map_or(Ok(None), rating)?,
            note: Some(name(NOTE).trim_end().to_owned()).filter(|note| !note.trim().is_empty()),
            tags: fields.get("tags").map(tags).unwrap_or_default(),
            turn: fields.get("turn").and_then(|turn| serde_json::from_value(turn.clone()).ok()),
        },
    }))
}

/// The first of these fields that there is.
fn field<'v>(fields: &'v Map<String, Value>, names: &[&str]) -> Option<&'v Value> {
    names.iter().find_map(|name| fields.get(*name).filter(|value| !value.is_null()))
}

/// A text, one in blocks, or one in a message.
fn typed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(blocks) => {
            let texts = blocks.iter().filter_map(|block| block.as_str().or_else(|| block.get("text")?.as_str()));
            Some(texts.collect::<Vec<_>>().join("\n"))
        }
        Value::Object(message) => field(message, &["content", "text", "parts"]).and_then(typed),
        _ => None,
    }
}

fn is_empty(pasted: &Value) -> bool {
    match pasted {
        Value::Object(entries) => entries.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Milliseconds since 1970. What a number counts, from seconds to nanoseconds, its size tells: all of them are about now.
fn time(value: &Value, milliseconds: bool) -> Result<i64, String> {
    #[allow(clippy::cast_possible_truncation)]
    let scaled = |number: f64| match number.abs() {
        _ if milliseconds => number as i64,
        n if n < 1e11 => (number * 1e3).round() as i64,
        n if n < 1e14 => number as i64,
        n if n < 1e17 => (number / 1e3) as i64,
        _ => (number / 1e6) as i64,
    };
    let read = match value {
        Value::Number(number) => number.as_f64().map(scaled),
        Value::String(text) if text.trim().is_empty() => Some(0),
        Value::String(text) => text.trim().parse().ok().map(scaled).or_else(|| written(text.trim())),
        _ => None,
    };
    match read {
        Some(time) if (0..=LATEST).contains(&time) => Ok(time),
        _ => Err(format!("{value} is no time: give seconds or milliseconds since 1970, or 2025-10-02T11:04:05Z")),
    }
}

/// A date as ISO 8601 and its relatives write it; one without a zone is local.
fn written(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    if let Ok(time) = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z") {
        return Some(time.timestamp_millis());
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let naive = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let naive = naive.or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN)))?;
    // An hour that the clock left out is the one after it.
    let local = |time: NaiveDateTime| Local.from_local_datetime(&time).earliest();
    local(naive).or_else(|| local(naive + chrono::Duration::hours(1))).map(|time| time.timestamp_millis())
}

fn rating(value: &Value) -> Result<Option<u8>, String> {
    let number = match value {
        Value::Null => Some(0.0),
        Value::String(text) if text.trim().is_empty() => Some(0.0),
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    match number.map(|number| (1..=5_u8).find(|&n| f64::from(n) == number)) {
        _ if number == Some(0.0) => Ok(None),
        Some(Some(rating)) => Ok(Some(rating)),
        _ => Err(format!("the rating {value} is none: give 1 to 5, or 0 for none")),
    }
}

/// The tags, as far as Org can have them: `needs-work` becomes `needs_work`.
fn tags(value: &Value) -> BTreeSet<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split([',', ' ', ':']).collect(),
        Value::Array(tags) => tags.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    texts.into_iter().map(|tag| tag.trim().replace(['-', ' ', '.', '/'], "_")).filter(|tag| is_tag(tag)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Foreign {
        read(line.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn names_of_other_tools_are_known() {
        for line in [
            r#"{"text":"fix it","time":1759403045123,"project":"/r/app","session":"s"}"#,
            r#"{"prompt":"fix it","timestamp":1759403045.123,"cwd":"/r/app","sessionId":"s"}"#,
            r#"{"display":"fix it","timestamp":"2025-10-02T11:04:05.123Z","directory":"/r/app","session_id":"s"}"#,
            r#"{"role":"user","content":[{"type":"text","text":"fix it"}],"created_at":1759403045123000,"workspace":"/r/app","conversation_id":"s"}"#,
            r#"{"message":{"role":"user","content":"fix it"},"date":"2025-10-02 11:04:05.123 +0000","project":"/r/app","session":"s"}"#,
            "\u{feff}{\"text\":\"fix it\",\"time\":\"1759403045123\",\"project\":\"/r/app\",\"session\":\"s\"}",
        ] {
            let prompt = one(line).prompt;
            let want = NewPrompt {
                time: 1_759_403_045_123,
                project: "/r/app".into(),
                session: Some("s".into()),
                source: Source::Import,
                text: "fix it".into(),
                pasted: None,
            };
            assert_eq!(prompt, want, "{line}");
        }
        let bare = one(r#"{"text":"x"}"#);
        assert_eq!((bare.prompt.time, bare.said), (0, Said::default()));
    }

    #[test]
    fn marks_come_along() {
        let all = one(
            r#"{"text":"x","rating":"4","note":"good","tags":["a","needs-work","?"],"pasted":{"1":{"content":"y"}}}"#,
        );
        assert_eq!((all.said.rating, all.said.note.as_deref()), (Some(4), Some("good")));
        assert_eq!(all.said.tags, ["a", "needs_work"].map(str::to_owned).into());
        assert_eq!(all.prompt.pasted.as_deref(), Some(r#"{"1":{"content":"y"}}"#));
        assert_eq!(one(r#"{"text":"x","rating":0,"tags":"a, b"}"#).said.tags.len(), 2);
        // Of a library's own, whose times are what they are.
        let own = one(r#"{"text":"x","time":5000,"characters":1,"source":"history","rating":0}"#);
        assert_eq!((own.prompt.time, own.prompt.source), (5000, Source::History));
    }

    #[test]
    fn local_times_survive_the_change_of_clocks() {
        assert!(written("2025-03-30T02:30:00").is_some());
        assert!(written("2025-10-26 02:30").is_some());
        assert!(written("2025-10-02").is_some() && written("soon").is_none());
    }

    #[test]
    fn what_is_no_prompt_is_said_or_passed_over() {
        for line in [r#"{"role":"assistant","content":"x"}"#, r#"{"text":"  "}"#] {
            assert_eq!(read(line.as_bytes()), Ok(None), "{line}");
        }
        for (line, reason) in [
            ("[1]", "no JSON object"),
            ("{", "EOF"),
            ("{\"a\":1}", "none of text"),
            (r#"{"text":5}"#, "text is none"),
            (r#"{"text":"x","time":"soon"}"#, "is no time"),
            (r#"{"text":"x","rating":7}"#, "rating 7"),
        ] {
            assert!(read(line.as_bytes()).unwrap_err().contains(reason), "{line}");
        }
    }
}
