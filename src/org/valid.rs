//! What an edit accepts: the headline, keyword, timestamp, key and text that it is given.

use super::headline::Headline;
use super::line::is_space;
use super::scan::Outline;
use crate::error::{Error, Result};

pub(super) fn headline<'o>(outline: &'o Outline<'_>, i: usize) -> Result<&'o Headline> {
    let count = outline.headlines().len();
    outline.headlines().get(i).ok_or_else(|| Error::NotFound(format!("no headline {i}: the text has {count}")))
}

pub(super) fn invalid(outline: &Outline<'_>, i: usize, what: &str) -> Error {
    Error::Invalid(format!("line {}: {what}", outline.line_of(outline.headlines()[i].line.start)))
}

pub(super) fn known_keyword(outline: &Outline<'_>, i: usize, keyword: &str) -> Result<()> {
    let (open, done) = outline.todo_keywords();
    if open.contains(&keyword) || done.contains(&keyword) {
        return Ok(());
    }
    let all = [open, done].concat().join(", ");
    Err(invalid(outline, i, &format!("{keyword:?} is no TODO keyword of this file; it has {all}")))
}

/// `[YYYY-MM-DD ...]`
pub(super) fn inactive_timestamp(outline: &Outline<'_>, i: usize, stamp: &str) -> Result<()> {
    let inner = stamp.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or("");
    let date = inner.bytes().zip(*b"0000-00-00").filter(|(b, like)| match like {
        b'0' => b.is_ascii_digit(),
        _ => b == like,
    });
    if date.count() == 10 && !inner.contains(['[', ']', '<', '>', '\n', '\r']) {
        return Ok(());
    }
    Err(invalid(outline, i, "CLOSED takes a timestamp such as [2026-11-21 Sat 10:00]"))
}

pub(super) fn valid_key(outline: &Outline<'_>, i: usize, key: &str) -> Result<()> {
    property_key(key).map_err(|what| invalid(outline, i, &what))
}

/// What is wrong with a property's key.
pub(super) fn property_key(key: &str) -> Result<(), String> {
    let reserved = ["END", "PROPERTIES"].iter().any(|word| key.eq_ignore_ascii_case(word));
    let blank = |c: char| c.is_whitespace() || c.is_control() || u8::try_from(c).is_ok_and(is_space);
    if key.is_empty() || reserved || key.ends_with('+') || key.contains(blank) {
        return Err(format!(
            "no property: {key:?}; a key has no blanks, no + at its end, and is not END or PROPERTIES"
        ));
    }
    Ok(())
}

/// What is wrong with the value of property `key`.
pub(super) fn property_value(key: &str, value: &str) -> Result<(), String> {
    if value.contains(['\n', '\r']) || value.trim_matches([' ', '\t']) != value {
        return Err(format!("property {key} takes one line without blanks at its ends"));
    }
    Ok(())
}

pub(super) fn no_headlines(outline: &Outline<'_>, i: usize, body: &str) -> Result<()> {
    let inner = Outline::scan(body);
    match inner.headlines().first() {
        None => Ok(()),
        Some(first) => {
            let what = format!(
                "line {} of the new text starts with stars and would be a headline; put a space or a comma before it",
                inner.line_of(first.line.start)
            );
            Err(invalid(outline, i, &what))
        }
    }
}

/// The levels of the headlines of a new entry.
pub(super) fn entry_levels(entry: &str) -> Result<Vec<usize>> {
    let outline = Outline::scan(entry);
    match outline.headlines().first() {
        Some(first) if first.line.start == 0 => Ok(outline.headlines().iter().map(|h| h.level).collect()),
        _ => Err(Error::Invalid("line 1 of the new entry is no headline; start it with stars and a space".into())),
    }
}
