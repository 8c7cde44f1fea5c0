//! Edits of what a file says about itself: its `#+keyword:` lines and its property drawer.

use super::finish;
use super::property::{added_property, set_in_drawer};
use crate::error::{Error, Result};
use crate::org::headline::is_tag_text;
use crate::org::keyword::is_comment;
use crate::org::line::lines;
use crate::org::prove::Change;
use crate::org::scan::{BOM, Keyword, Outline, Span};
use crate::org::splice::Splices;
use crate::org::valid::{property_key, property_value};

/// Sets the keyword `key` of the file to `value`: of the `#+key:` lines before the first headline the first gets it and the
/// others go, for Org and org-roam would join them. A new line comes behind `#+title`, a new title at the top, both behind
/// the drawer.
///
/// # Errors
/// [`Error::Invalid`]: the key is empty or has a blank or a colon in it, the value is more than a line or has blanks at its
/// ends, the keyword sets the TODO keywords, or it stands below a headline too, where it counts as well.
///
/// ```
/// use memento::org::edit::set_file_keyword;
///
/// let text = set_file_keyword(":PROPERTIES:\n:ID: 7\n:END:\n#+TITLE: Read\n", "title", "Write").unwrap();
/// assert_eq!(text, ":PROPERTIES:\n:ID: 7\n:END:\n#+TITLE: Write\n");
/// assert_eq!(set_file_keyword("Text\n", "title", "Read").unwrap(), "#+title: Read\nText\n");
/// ```
pub fn set_file_keyword(text: &str, key: &str, value: &str) -> Result<String> {
    if value.contains(['\n', '\r']) || value.trim_matches([' ', '\t']) != value {
        return Err(Error::Invalid(format!("#+{key}: takes one line without blanks at its ends")));
    }
    file_keyword(text, key, Some(value))
}

/// Gives the file these `#+filetags` and no other; an empty list removes them.
///
/// # Errors
/// [`Error::Invalid`]: a tag is not made of letters, digits, `_`, `@`, `#` and `%`, or there are `#+filetags` below a
/// headline too, where they count as well.
///
/// ```
/// use memento::org::edit::set_filetags;
///
/// let text = set_filetags("#+title: Read\nText\n", &["work", "urgent"]).unwrap();
/// assert_eq!(text, "#+title: Read\n#+filetags: :work:urgent:\nText\n");
/// assert_eq!(set_filetags(&text, &[]).unwrap(), "#+title: Read\nText\n");
/// ```
pub fn set_filetags(text: &str, tags: &[&str]) -> Result<String> {
    if let Some(bad) = tags.iter().find(|tag| tag.is_empty() || !is_tag_text(tag)) {
        return Err(Error::Invalid(format!("no tag: {bad:?}; letters, digits, and the signs _@#% make one")));
    }
    let value = format!(":{}:", tags.join(":"));
    file_keyword(text, "filetags", (!tags.is_empty()).then_some(&value))
}

/// Sets property `key` of the file to `value`, on one line: the first `:KEY:` line gets it, `:KEY+:` lines go; a new property
/// comes last in the drawer, a new drawer at the top of the file, where only comment lines may stand before it.
///
/// # Errors
/// [`Error::Invalid`]: the key is empty, `END` or `PROPERTIES`, has a blank in it or ends with `+`; the value has a line
/// break in it or a blank at either end.
///
/// ```
/// let text = memento::org::edit::set_file_property("#+title: Read\n", "ID", "7").unwrap();
/// assert_eq!(text, ":PROPERTIES:\n:ID: 7\n:END:\n#+title: Read\n");
/// ```
pub fn set_file_property(text: &str, key: &str, value: &str) -> Result<String> {
    let outline = Outline::scan(text);
    property_key(key).and_then(|()| property_value(key, value)).map_err(Error::Invalid)?;
    let first = first_line(text);
    let mut splices = Splices::default();
    match outline.file_drawer() {
        Some(drawer) => set_in_drawer(&mut splices, text, drawer, &first, key, value),
        None => {
            let drawer = format!(":PROPERTIES:\n{}:END:\n", added_property("", key, value));
            splices.insert_lines(text, &first, after_comments(&outline), &drawer);
        }
    }
    let others = |outline: &Outline<'_>| {
        let properties = outline.file_drawer().map_or(&[][..], |drawer| &drawer.properties);
        let text = |span: &Span| outline.text()[span.clone()].to_owned();
        let others = properties.iter().filter(|property| !text(&property.key).eq_ignore_ascii_case(key));
        others.map(|property| (text(&property.key), text(&property.value), property.append)).collect::<Vec<_>>()
    };
    finish(&outline, &splices, &Change::File, |after| {
        let drawer = after.file_drawer();
        let set = drawer.and_then(|drawer| after.drawer_property(drawer, key));
        set.as_deref() == Some(value) && others(&outline) == others(after) && same_keywords(&outline, after, "")
    })
}

/// Sets a keyword before the first headline, or removes it.
fn file_keyword(text: &str, key: &str, value: Option<&str>) -> Result<String> {
    if key.is_empty() || key.contains(|c: char| c.is_whitespace() || c.is_control() || c == ':') {
        return Err(Error::Invalid(format!("no keyword: {key:?}; it has neither blanks nor a colon")));
    }
    let outline = Outline::scan(text);
    let mut same = outline.keywords().iter().filter(|keyword| is(&outline, keyword, key)).peekable();
    if let Some(below) = same.clone().find(|keyword| keyword.line.start >= outline.preamble().end) {
        let line = outline.line_of(below.line.start);
        let what = format!(
            "line {line}: nothing was changed, for #+{key}: stands below a headline and counts too; move it up"
        );
        return Err(Error::Invalid(what));
    }
    let mut splices = Splices::default();
    if let Some(value) = value {
        match same.next() {
            Some(first) => {
                let gap = if first.value.is_empty() && !value.is_empty() { " " } else { "" };
                let at = if first.value.is_empty() { first.key.end + ":".len() } else { first.value.start };
                splices.replace(at..first.value.end.max(at), &format!("{gap}{value}"));
            }
            None => {
                let title = outline.keywords().iter().find(|keyword| is(&outline, keyword, "title"));
                let title = title.filter(|title| title.line.end <= outline.preamble().end);
                let top = outline.file_drawer().map_or_else(|| after_comments(&outline), |drawer| drawer.span.end);
                let gap = if value.is_empty() { "" } else { " " };
                let line = format!("#+{key}:{gap}{value}\n");
                splices.insert_lines(text, &first_line(text), title.map_or(top, |title| title.line.end), &line);
            }
        }
    }
    same.for_each(|other| splices.replace(other.line.clone(), ""));
    finish(&outline, &splices, &Change::File, |after| {
        after.keyword_values(key).eq(value)
            && file_drawer(&outline) == file_drawer(after)
            && same_keywords(&outline, after, key)
    })
}

/// The file's drawer without the line break at its end.
fn file_drawer<'a>(outline: &Outline<'a>) -> Option<&'a str> {
    outline.file_drawer().map(|drawer| outline.text()[drawer.span.clone()].trim_end_matches(['\r', '\n']))
}

fn is(outline: &Outline<'_>, keyword: &Keyword, key: &str) -> bool {
    outline.text()[keyword.key.clone()].eq_ignore_ascii_case(key)
}

/// Whether the keywords but `key` are the same.
fn same_keywords(before: &Outline<'_>, after: &Outline<'_>, key: &str) -> bool {
    let others = |outline: &Outline<'_>| {
        let others = outline.keywords().iter().filter(|keyword| !is(outline, keyword, key));
        others.map(|keyword| outline.text()[keyword.key.start..keyword.value.end].to_owned()).collect::<Vec<_>>()
    };
    others(before) == others(after)
}

fn first_line(text: &str) -> Span {
    0..text.find('\n').map_or(text.len(), |newline| newline + 1)
}

/// Where a drawer may stand that is not there: a first line such as `# -*- mode: org -*-` must stay the first.
fn after_comments(outline: &Outline<'_>) -> usize {
    let text = outline.text();
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let comments = lines(text.as_bytes(), start, outline.preamble().end);
    comments.take_while(|line| is_comment(text.as_bytes(), *line)).last().map_or(start, |last| last.next)
}
