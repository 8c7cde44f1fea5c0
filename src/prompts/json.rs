//! JSON as other programs write it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::new_prompt::LATEST;

/// Reads a line; where it is none that Rust takes, as [`mend`] leaves it, or else `plainer`. `mended` holds what is read then.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn read<'a, T: Deserialize<'a>>(
    bytes: &'a [u8],
    mended: &'a mut String,
    plainer: impl Fn(&[u8]) -> Option<String>,
) -> Result<T, String> {
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    *mended = mend(bytes).or_else(|| plainer(bytes)).ok_or_else(|| reason(&error))?;
    serde_json::from_str(mended).map_err(|_| reason(&error))
}

/// What is wrong, in one line of a file whose lines are counted elsewhere.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or(&said);
    format!("column {}: {what}", error.column())
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
