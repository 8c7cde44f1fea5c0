//! Claude Code's history of prompts: a line of JSON each, `{"display", "timestamp", "project", "pastedContents",
//! "sessionId"}`, of which older lines lack some.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::feed::Lines;
use super::prompt::Source;
use super::store::{LATEST, NewPrompt, Prepared};

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    display: Option<Cow<'a, str>>,
    timestamp: Option<Value>,
    #[serde(borrow)]
    project: Option<Cow<'a, str>>,
    #[serde(rename = "pastedContents")]
    pasted: Option<Value>,
    #[serde(borrow, rename = "sessionId")]
    session: Option<Cow<'a, str>>,
}

/// Reads the lines of a history.
pub(super) struct History;

impl Lines for History {
    type Item = Prepared;

    fn line(&mut self, bytes: &[u8]) -> Result<Option<Prepared>, String> {
        Ok(read(bytes)?.map(Prepared::from))
    }
}

/// The prompt of a line; `None` where nothing was typed or pasted.
fn read(bytes: &[u8]) -> Result<Option<NewPrompt>, String> {
    let mended;
    let line: Line<'_> = match serde_json::from_slice(bytes) {
        Ok(line) => line,
        Err(error) => {
            mended = mend(bytes).or_else(|| plainer(bytes)).ok_or_else(|| error.to_string())?;
            serde_json::from_str(&mended).map_err(|_| error.to_string())?
        }
    };
    let text = line.display.ok_or("it has no \"display\"")?.into_owned();
    let pasted = line.pasted.filter(holds_something).map(|value| value.to_string());
    if text.trim().is_empty() && pasted.is_none() {
        return Ok(None);
    }
    Ok(Some(NewPrompt {
        time: line.timestamp.map_or(Ok(0), |value| milliseconds(&value))?,
        project: line.project.unwrap_or_default().into_owned(),
        session: line.session.filter(|session| !session.is_empty()).map(Cow::into_owned),
        source: Source::History,
        text,
        pasted,
    }))
}

/// The line without what is no text where one belongs that a prompt can do without; a number is one. `None` where it is no
/// object, or has no such thing.
fn plainer(bytes: &[u8]) -> Option<String> {
    let mut line: serde_json::Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    for name in ["project", "sessionId"] {
        if let Some(value) = line.get_mut(name).filter(|value| !value.is_string()) {
            *value = if value.is_number() { Value::String(value.to_string()) } else { Value::Null };
        }
    }
    serde_json::to_string(&line).ok()
}

fn holds_something(pasted: &Value) -> bool {
    match pasted {
        Value::Object(entries) => !entries.is_empty(),
        Value::Array(entries) => !entries.is_empty(),
        Value::Null => false,
        _ => true,
    }
}

/// A time as programs write it: milliseconds since 1970 as a number or in a string, or RFC 3339.
pub(super) fn milliseconds(value: &Value) -> Result<i64, String> {
    let number = match value {
        Value::Null => Some(0),
        // A fraction of a millisecond says nothing.
        #[allow(clippy::cast_possible_truncation)]
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|n| n as i64)),
        Value::String(text) => text.trim().parse().ok().or_else(|| {
            let time = chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?;
            Some(time.timestamp_millis())
        }),
        _ => None,
    };
    match number {
        Some(number) if (0..=LATEST).contains(&number) => Ok(number),
        _ => Err(format!("{value} is no time: milliseconds since 1970")),
    }
}

/// A line that Rust does not take for text and JavaScript does: half a surrogate pair, where a text was cut in an emoji, or
/// bytes that are no UTF-8. What cannot be written becomes U+FFFD. `None` where there is no such thing in it.
pub(super) fn mend(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut changed = matches!(text, Cow::Owned(_));
    let mut rest = text.as_ref();
    let unit = |text: &str| {
        let hex = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(hex, 16).ok()
    };
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let take = match unit(rest) {
            Some(0xd800..=0xdbff) if matches!(unit(&rest[6..]), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str("\\ufffd");
                changed = true;
                rest = &rest[6..];
                continue;
            }
            Some(_) => 6,
            // The backslash and what it stands before.
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..take]);
        rest = &rest[take..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> Result<Option<String>, String> {
        read(line.as_bytes()).map(|prompt| prompt.map(|prompt| prompt.text))
    }

    #[test]
    fn a_line_is_read_with_what_it_has() {
        let line =
            r#"{"display":"fix it","timestamp":1759403045123,"project":"/r/app","pastedContents":{},"sessionId":"s1"}"#;
        let want = NewPrompt {
            time: 1_759_403_045_123,
            project: "/r/app".into(),
            session: Some("s1".into()),
            source: Source::History,
            text: "fix it".into(),
            pasted: None,
        };
        assert_eq!(read(line.as_bytes()).unwrap().unwrap(), want);
        let old = read(br#"{"display":"fix it"}"#).unwrap().unwrap();
        assert_eq!((old.time, old.project.as_str(), old.session), (0, "", None));
        let pasted = read(br#"{"display":"[Pasted text #1]","pastedContents":{"1":{"id":1,"content":"x"}}}"#).unwrap();
        assert_eq!(pasted.unwrap().pasted.as_deref(), Some(r#"{"1":{"content":"x","id":1}}"#));
        assert_eq!(text(r#"{"display":"  ","timestamp":1}"#), Ok(None));
    }

    #[test]
    fn what_is_no_prompt_is_said() {
        for (line, reason) in [
            ("{", "EOF"),
            ("[]", "invalid"),
            ("{\"timestamp\":1}", "no \"display\""),
            ("{\"display\":\"x\",\"timestamp\":-1}", "is no time"),
            ("{\"display\":\"x\",\"timestamp\":\"soon\"}", "is no time"),
            ("{\"display\":\"x\",\"timestamp\":1e30}", "is no time"),
        ] {
            let error = text(line).unwrap_err();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }

    #[test]
    fn half_an_emoji_does_not_lose_the_rest() {
        assert_eq!(text(r#"{"display":"a \ud83d b"}"#).unwrap().unwrap(), "a \u{fffd} b");
        assert_eq!(text(r#"{"display":"a \ud83d\ude00 \udc00 \\ud83d"}"#).unwrap().unwrap(), "a 😀 \u{fffd} \\ud83d");
        assert_eq!(read(b"{\"display\":\"a \xff b\"}").unwrap().unwrap().text, "a \u{fffd} b");
    }
}
