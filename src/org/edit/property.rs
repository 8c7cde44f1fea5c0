//! Edits of the properties of a headline.

use super::finish;
use crate::error::Result;
use crate::org::drawer::Drawer;
use crate::org::line::{is_blank_line, lines};
use crate::org::prove::{Change, Part};
use crate::org::scan::{Outline, Span};
use crate::org::splice::{Splices, indentation};
use crate::org::valid::{headline, invalid, property_value, valid_key};

/// Sets property `key` of headline `i` to `value`, on one line: the first `:KEY:` line gets it, `:KEY+:` lines go; a new
/// property comes last in the drawer, a new drawer after the planning line.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the key is empty, `END` or `PROPERTIES`, has a blank in it or ends with `+`; the value has a line
/// break in it or a blank at either end.
///
/// ```
/// let text = memento::org::edit::set_property("* Read\n", 0, "ID", "7").unwrap();
/// assert_eq!(text, "* Read\n:PROPERTIES:\n:ID: 7\n:END:\n");
/// ```
pub fn set_property(text: &str, i: usize, key: &str, value: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    valid_key(&outline, i, key)?;
    property_value(key, value).map_err(|what| invalid(&outline, i, &what))?;
    let mut splices = Splices::default();
    match &headline.drawer {
        None => {
            let at = headline.planning.as_ref().map_or(headline.line.end, |line| line.end);
            // Where nothing else is indented, the body says how the person indents.
            let body = || lines(text.as_bytes(), headline.body.start, headline.body.end);
            let first = || body().find(|line| !is_blank_line(text.as_bytes(), *line)).map(|line| line.start);
            let like = headline.planning.as_ref().map(|line| line.start).or_else(first);
            let indent = like.map_or("", |line| indentation(text, line));
            let drawer = format!("{indent}:PROPERTIES:\n{}{indent}:END:\n", added_property(indent, key, value));
            splices.insert_lines(text, &headline.line, at, &drawer);
        }
        Some(drawer) => set_in_drawer(&mut splices, text, drawer, &headline.line, key, value),
    }
    finish(&outline, &splices, &Change::Entry(i, &[Part::Drawer]), |after| {
        after.property(i, key).as_deref() == Some(value) && others(&outline, i, key).eq(others(after, i, key))
    })
}

/// Removes every line of property `key` from headline `i`, and the drawer where that was its last property. Without such a
/// property the text stays as it is.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the key cannot be one, or text below the drawer would become one.
///
/// ```
/// let text = "* Read\n:PROPERTIES:\n:ID: 7\n:END:\n";
/// assert_eq!(memento::org::edit::remove_property(text, 0, "id").unwrap(), "* Read\n");
/// ```
pub fn remove_property(text: &str, i: usize, key: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    valid_key(&outline, i, key)?;
    let mut splices = Splices::default();
    if let Some(drawer) = &headline.drawer {
        let same = |found: &Span| text[found.clone()].eq_ignore_ascii_case(key);
        let (gone, kept): (Vec<_>, Vec<_>) = drawer.properties.iter().partition(|property| same(&property.key));
        if gone.is_empty() {
            return Ok(text.to_owned());
        }
        if kept.is_empty() {
            splices.replace(drawer.span.clone(), "");
        } else {
            gone.iter().for_each(|property| splices.replace(property.line.clone(), ""));
        }
    }
    finish(&outline, &splices, &Change::Entry(i, &[Part::Drawer]), |after| {
        after.property(i, key).is_none() && others(&outline, i, key).eq(others(after, i, key))
    })
}

/// Sets a property in a drawer; `like` is a line whose line break is to be used.
pub(super) fn set_in_drawer(splices: &mut Splices, text: &str, drawer: &Drawer, like: &Span, key: &str, value: &str) {
    let same = |found: &Span| text[found.clone()].eq_ignore_ascii_case(key);
    let mut set = false;
    for property in drawer.properties.iter().filter(|property| same(&property.key)) {
        if property.append {
            splices.replace(property.line.clone(), "");
        } else if !set {
            set = true;
            let after_key = property.key.end + ":".len();
            match (property.value.is_empty(), value.is_empty()) {
                (true, true) => {}
                (true, false) => splices.replace(after_key..after_key, &format!(" {value}")),
                (false, true) => splices.replace(after_key..property.value.end, ""),
                (false, false) => splices.replace(property.value.clone(), value),
            }
        }
    }
    if !set {
        let last = drawer.properties.last().map_or(drawer.span.start, |last| last.line.start);
        let line = added_property(indentation(text, last), key, value);
        splices.insert_lines(text, like, drawer_end_line(text, &drawer.span), &line);
    }
}

pub(super) fn added_property(indent: &str, key: &str, value: &str) -> String {
    let gap = if value.is_empty() { "" } else { " " };
    format!("{indent}:{key}:{gap}{value}\n")
}

/// The start of the `:END:` line of a drawer.
fn drawer_end_line(text: &str, drawer: &Span) -> usize {
    let inner = text[drawer.clone()].trim_end_matches(['\r', '\n']);
    drawer.start + inner.rfind('\n').map_or(0, |newline| newline + 1)
}

/// The properties of headline `i` that are not `key`.
fn others<'o>(outline: &'o Outline<'_>, i: usize, key: &'o str) -> impl Iterator<Item = (&'o str, &'o str, bool)> + 'o {
    outline.properties(i).filter(move |(found, ..)| !found.eq_ignore_ascii_case(key))
}
