//! Claude Code's history of prompts: a line of JSON each, `{"display", "timestamp", "project", "pastedContents",
//! "sessionId"}`, of which older lines lack some.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::feed::Lines;
use super::json::{self, milliseconds};
use super::new_prompt::{NewPrompt, Prepared};
use super::prompt::Source;

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
    let mut mended = String::new();
    let line: Line<'_> = json::read(bytes, &mut mended, plainer)?;
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
