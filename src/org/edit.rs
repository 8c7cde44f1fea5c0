//! Edits: text in, text out. Each is a splice of bytes, followed by a second scan that proves that nothing else has changed.
//!
//! A headline is named by its place in [`Outline::headlines`]. What an edit adds has the line endings of the headline it
//! works on, and a text without a final newline gets one where lines are added behind it. An edit that cannot be made
//! without touching more than it is meant to is [`Error::Invalid`](crate::Error::Invalid), and the message names the line; a headline that does
//! not exist is [`Error::NotFound`](crate::Error::NotFound).
//!
//! Those of this file are on one headline, with `property.rs`; `file.rs` has those on the file's own keywords and properties,
//! `section.rs` those on the text between the headlines.

mod file;
mod property;
mod section;

pub use file::{set_file_keyword, set_file_property, set_filetags};
pub use property::{remove_property, set_property};
pub use section::{append_section, own_section, shift_headings};

use super::headline::is_tag_text;
use super::line::{Line, is_blank_line, lines, skip_blanks, trim_end};
use super::planning;
use super::prove::{Change, Part, prove, unmeant};
use super::scan::{Outline, Span};
use super::splice::{Splices, added_lines, indentation};
use super::valid::{entry_levels, headline, inactive_timestamp, invalid, known_keyword, no_headlines};
use crate::error::Result;

/// Sets the TODO keyword of headline `i` (`None` removes it) and the `CLOSED` timestamp, such as `[2026-11-21 Sat 10:00]`
/// (`None` removes it, and the planning line with it where nothing else is on that).
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the file has no such keyword, or `closed` is no timestamp in square brackets.
///
/// ```
/// use memento::org::edit::set_keyword;
///
/// let text = "* TODO Read\n";
/// let done = set_keyword(text, 0, Some("DONE"), Some("[2026-11-21 Sat 10:00]")).unwrap();
/// assert_eq!(done, "* DONE Read\nCLOSED: [2026-11-21 Sat 10:00]\n");
/// assert_eq!(set_keyword(&done, 0, Some("TODO"), None).unwrap(), text);
/// ```
pub fn set_keyword(text: &str, i: usize, keyword: Option<&str>, closed: Option<&str>) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    if let Some(keyword) = keyword {
        known_keyword(&outline, i, keyword)?;
    }
    if let Some(stamp) = closed {
        inactive_timestamp(&outline, i, stamp)?;
    }
    let mut splices = Splices::default();
    match (&headline.todo, keyword) {
        (Some(span), Some(keyword)) => splices.replace(span.clone(), keyword),
        (Some(span), None) => {
            let line = Line::at(text.as_bytes(), headline.line.start);
            splices.replace(span.start..skip_blanks(text.as_bytes(), span.end, line.end), "");
        }
        (None, Some(keyword)) => {
            let line = Line::at(text.as_bytes(), headline.line.start);
            let at = skip_blanks(text.as_bytes(), headline.line.start + headline.level, line.end);
            splices.replace(at..at, &format!("{keyword}{}", if at < line.end { " " } else { "" }));
        }
        (None, None) => {}
    }
    match &headline.planning {
        Some(line) => set_closed(&mut splices, text, line.clone(), closed),
        None => {
            if let Some(stamp) = closed {
                let indent = headline.drawer.as_ref().map_or("", |drawer| indentation(text, drawer.span.start));
                splices.insert_lines(text, &headline.line, headline.line.end, &format!("{indent}CLOSED: {stamp}\n"));
            }
        }
    }
    finish(&outline, &splices, &Change::Entry(i, &[Part::Todo, Part::Planning]), |after| {
        let others =
            |outline: &Outline<'_>| ["DEADLINE", "SCHEDULED"].map(|word| outline.planning(i, word).map(str::to_owned));
        after.todo(i) == keyword && after.planning(i, "CLOSED") == closed && others(&outline) == others(after)
    })
}

/// Adds text to the body of headline `i`: behind its last line that is not blank, before its children.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the addition has a headline in it, or would be read as planning line or drawer.
///
/// ```
/// let text = memento::org::edit::append_body("* Read\nOne.\n\n* Write\n", 0, "Two.").unwrap();
/// assert_eq!(text, "* Read\nOne.\nTwo.\n\n* Write\n");
/// ```
pub fn append_body(text: &str, i: usize, addition: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    no_headlines(&outline, i, addition)?;
    if addition.is_empty() {
        return Ok(text.to_owned());
    }
    let full = lines(text.as_bytes(), headline.body.start, headline.body.end)
        .filter(|line| !is_blank_line(text.as_bytes(), *line))
        .last();
    let at = full.map_or(headline.body.start, |line| line.next);
    let mut splices = Splices::default();
    splices.insert_lines(text, &headline.line, at, addition);
    finish(&outline, &splices, &Change::Entry(i, &[Part::Body]), |_| true)
}

/// Puts `body` in place of the body of headline `i`; an empty one removes it.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the body has a headline in it, or would be read as planning line or drawer.
///
/// ```
/// let text = memento::org::edit::replace_body("* Read\nOne.\n* Write\n", 0, "Two.").unwrap();
/// assert_eq!(text, "* Read\nTwo.\n* Write\n");
/// ```
pub fn replace_body(text: &str, i: usize, body: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    no_headlines(&outline, i, body)?;
    let mut splices = Splices::default();
    if body.is_empty() {
        splices.replace(headline.body.clone(), "");
    } else {
        let lines = added_lines(text, &headline.line, headline.body.start, body);
        splices.replace(headline.body.clone(), &lines);
    }
    finish(&outline, &splices, &Change::Entry(i, &[Part::Body]), |_| true)
}

/// Puts `title` in place of the title of headline `i`.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the title has a line break in it, or would be read as something else too.
///
/// ```
/// let text = memento::org::edit::set_title("* TODO Read :a:\n", 0, "Write").unwrap();
/// assert_eq!(text, "* TODO Write :a:\n");
/// ```
pub fn set_title(text: &str, i: usize, title: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    if title.is_empty() || title.trim() != title || title.contains(['\n', '\r']) || headline.title.is_empty() {
        return Err(invalid(&outline, i, "a title takes words on one line, in place of words"));
    }
    let mut splices = Splices::default();
    splices.replace(headline.title.clone(), title);
    finish(&outline, &splices, &Change::Entry(i, &[Part::Title]), |after| after.title(i) == title)
}

/// Gives headline `i` these tags and no other; an empty list removes them.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): a tag is not made of letters, digits, `_`, `@`, `#` and `%`.
///
/// ```
/// let text = memento::org::edit::set_tags("* Read\n", 0, &["work", "urgent"]).unwrap();
/// assert_eq!(text, "* Read  :work:urgent:\n");
/// ```
pub fn set_tags(text: &str, i: usize, tags: &[&str]) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, i)?;
    if let Some(bad) = tags.iter().find(|tag| tag.is_empty() || !is_tag_text(tag)) {
        return Err(invalid(&outline, i, &format!("no tag: {bad:?}; letters, digits, and the signs _@#% make one")));
    }
    let bytes = text.as_bytes();
    let line = Line::at(bytes, headline.line.start);
    let title = headline.line.start + headline.level + 1;
    let written = format!(":{}:", tags.join(":"));
    let mut splices = Splices::default();
    match (&headline.tags, tags) {
        (Some(span), []) => splices.replace(trim_end(bytes, title, span.start)..span.end, ""),
        (Some(span), _) => splices.replace(span.clone(), &written),
        (None, []) => {}
        (None, _) => {
            let end = trim_end(bytes, title, line.end);
            splices.replace(end..line.end, &if end == title { written } else { format!("  {written}") });
        }
    }
    finish(&outline, &splices, &Change::Entry(i, &[Part::Tags]), |after| after.tags(i).eq(tags.iter().copied()))
}

/// Adds an entry as the last child of headline `parent`.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the entry does not start with a headline, or has one with no more stars than `parent`.
///
/// ```
/// let text = memento::org::edit::insert_under("* Read\n* Write\n", 0, "** A book\n").unwrap();
/// assert_eq!(text, "* Read\n** A book\n* Write\n");
/// ```
pub fn insert_under(text: &str, parent: usize, entry: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let headline = headline(&outline, parent)?;
    let levels = entry_levels(entry)?;
    if levels.iter().any(|level| *level <= headline.level) {
        let what = format!("the new entry needs {} stars or more on each headline", headline.level + 1);
        return Err(invalid(&outline, parent, &what));
    }
    let at = outline.subtree(parent).end;
    insert(&outline, at, &headline.line, entry, &levels)
}

/// Adds an entry at the end of the text.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): the entry does not start with a headline.
///
/// ```
/// let text = memento::org::edit::insert_at_end("* Read", "* Write").unwrap();
/// assert_eq!(text, "* Read\n* Write\n");
/// ```
pub fn insert_at_end(text: &str, entry: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let levels = entry_levels(entry)?;
    let end = text.len();
    insert(&outline, end, &(end..end), entry, &levels)
}

/// Removes headline `i` with everything below it.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid): a `#+TODO:` line in it sets the keywords of the whole file.
///
/// ```
/// let text = memento::org::edit::remove_subtree("* Read\n** A book\n* Write\n", 0).unwrap();
/// assert_eq!(text, "* Write\n");
/// ```
pub fn remove_subtree(text: &str, i: usize) -> Result<String> {
    let outline = Outline::scan(text);
    headline(&outline, i)?;
    let span = outline.subtree(i);
    let next = outline.headlines().partition_point(|headline| headline.line.start < span.end);
    let mut splices = Splices::default();
    splices.replace(span, "");
    finish(&outline, &splices, &Change::Remove(i..next), |_| true)
}

fn insert(outline: &Outline<'_>, at: usize, like: &Span, entry: &str, levels: &[usize]) -> Result<String> {
    let first = outline.headlines().partition_point(|headline| headline.line.start < at);
    let mut splices = Splices::default();
    splices.insert_lines(outline.text(), like, at, entry);
    finish(outline, &splices, &Change::Insert(first, levels.len()), |after| {
        after.headlines()[first..].iter().zip(levels).all(|(headline, level)| headline.level == *level)
    })
}

/// Puts or removes `CLOSED` on the planning line that is there.
fn set_closed(splices: &mut Splices, text: &str, line: Span, closed: Option<&str>) {
    let (mut written, mut at, mut set) = (String::new(), line.start, false);
    for stamp in planning::stamps(text, line.clone()).iter().filter(|stamp| stamp.word == "CLOSED") {
        let (upto, resume) = match closed {
            Some(_) if !set => (stamp.time.start, stamp.time.end),
            _ => (stamp.span.start, skip_blanks(text.as_bytes(), stamp.span.end, line.end)),
        };
        written.push_str(&text[at..upto]);
        if !set {
            written.push_str(closed.unwrap_or(""));
        }
        (at, set) = (resume, true);
    }
    let rest = &text[at..line.end];
    match closed {
        // Org puts it first.
        Some(stamp) if !set => {
            let indent = indentation(text, line.start);
            splices.replace(line.start + indent.len()..line.start + indent.len(), &format!("CLOSED: {stamp} "));
        }
        _ if !set => {}
        _ => {
            if rest.trim_end_matches(['\r', '\n']).is_empty() {
                written.truncate(written.trim_end_matches([' ', '\t']).len());
            }
            written.push_str(rest);
            splices.replace(line, if written.trim().is_empty() { "" } else { &written });
        }
    }
}

/// Applies the splices and proves the result: what `change` says and `check` asks for, nothing else.
fn finish(
    before: &Outline<'_>,
    splices: &Splices,
    change: &Change<'_>,
    check: impl Fn(&Outline<'_>) -> bool,
) -> Result<String> {
    let text = splices.apply(before.text());
    let after = Outline::scan(&text);
    match splices.completion(before.text()) {
        None => prove(before, &after, change)?,
        Some(ending) => prove(&Outline::scan(&format!("{}{ending}", before.text())), &after, change)?,
    }
    if !check(&after) {
        return Err(unmeant(before, change, "what the entry means; tidy its headline, planning line and drawer first"));
    }
    Ok(text)
}
