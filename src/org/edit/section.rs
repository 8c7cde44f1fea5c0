//! Edits of a section: the text that an entry, or the file, has of its own.

use super::finish;
use crate::error::{Error, Result};
use crate::org::keyword::is_comment;
use crate::org::line::{Line, is_blank_line, line_is, lines, starts_with_ignore_case};
use crate::org::prove::Change;
use crate::org::scan::{BOM, Outline, Span};
use crate::org::splice::Splices;
use crate::org::valid;

/// Keywords that belong to what follows them or stand for text, in capitals: `org-element-affiliated-keywords` and others.
const NOT_OF_THE_FILE: [&str; 15] = [
    "CAPTION",
    "DATA",
    "HEADER",
    "HEADERS",
    "LABEL",
    "NAME",
    "PLOT",
    "RESNAME",
    "RESULT",
    "RESULTS",
    "SOURCE",
    "SRCNAME",
    "TBLNAME",
    "INCLUDE",
    "TRANSCLUDE",
];

/// The text of headline `i` itself: behind headline, planning line, property drawer and logbook, before its first child. `None`
/// is the file: behind its drawer and the `#+keyword:` lines at its top. Blank lines at both ends belong to it.
///
/// # Panics
/// Where there is no headline `i`.
///
/// ```
/// use memento::org::{Outline, edit::own_section};
///
/// let text = "#+title: A\n\nOne.\n* B\n:PROPERTIES:\n:ID: 7\n:END:\n:LOGBOOK:\n:END:\nTwo.\n** C\n";
/// let outline = Outline::scan(text);
/// assert_eq!(&text[own_section(&outline, None)], "\nOne.\n");
/// assert_eq!(&text[own_section(&outline, Some(0))], "Two.\n");
/// ```
pub fn own_section(outline: &Outline<'_>, i: Option<usize>) -> Span {
    match i {
        Some(i) => {
            let body = outline.headlines()[i].body.clone();
            after_logbooks(outline.text().as_bytes(), &body)..body.end
        }
        None => {
            let end = outline.preamble().end;
            after_keywords(outline)..end
        }
    }
}

/// Shifts the headings of `fragment` so that the highest of them has one star more than `base`, which has so many (0: the file).
///
/// ```
/// assert_eq!(memento::org::edit::shift_headings("a\n* b\n*** c\n", 2), "a\n*** b\n***** c\n");
/// ```
pub fn shift_headings(fragment: &str, base: usize) -> String {
    let outline = Outline::scan(fragment);
    let highest = outline.headlines().iter().map(|headline| headline.level).min().unwrap_or(1);
    let mut splices = Splices::default();
    for headline in outline.headlines() {
        let stars = headline.line.start..headline.line.start + headline.level;
        splices.replace(stars, &"*".repeat(headline.level - highest + base + 1));
    }
    splices.apply(fragment)
}

/// Adds text to the section of headline `i`, or of the file: what stands before the first heading of `addition` at the end of
/// the section itself, before its first child, and the headings with what is below them as its last children. A blank line
/// goes before the text, unless it goes on with a list or a table.
///
/// # Errors
/// [`Error::Invalid`]: a heading in the addition has no more stars than headline `i` ([`shift_headings`] gives it more), or the
/// text would be read as a planning line or a drawer.
///
/// ```
/// let text = memento::org::edit::append_section("* A\nOne.\n** B\n", Some(0), "Two.\n** C\n").unwrap();
/// assert_eq!(text, "* A\nOne.\n\nTwo.\n** B\n** C\n");
/// ```
pub fn append_section(text: &str, i: Option<usize>, addition: &str) -> Result<String> {
    let outline = Outline::scan(text);
    let addition = addition.strip_prefix(BOM).unwrap_or(addition);
    let added = Outline::scan(addition);
    let level = match i {
        Some(i) => valid::headline(&outline, i)?.level,
        None => 0,
    };
    if let Some(heading) = added.headlines().iter().find(|heading| heading.level <= level) {
        let line = added.line_of(heading.line.start);
        let what = format!("line {line} of the new text: a heading here needs {} stars or more", level + 1);
        return Err(Error::Invalid(what));
    }
    let section = own_section(&outline, i);
    let whole = i.map_or(text.len(), |i| outline.subtree(i).end);
    let bytes = text.as_bytes();
    let (own, mut headings) = addition.split_at(added.preamble().end);
    let own = own.trim_matches(['\r', '\n']);
    let last = lines(bytes, section.start, section.end).filter(|line| !is_blank_line(bytes, *line)).last();
    let at = last.map_or(section.start, |line| line.next);
    // Between the keywords of a file and its text there is a blank line, too.
    let before = last.or_else(|| i.is_none().then(|| line_before(bytes, section.start)).flatten());
    let gap = before.is_some_and(|line| !goes_on(&text[line.start..line.end], own));
    let like =
        i.map_or(0..text.find('\n').map_or(text.len(), |newline| newline + 1), |i| outline.headlines()[i].line.clone());
    let mut own = match (own.trim().is_empty(), gap) {
        (true, _) => String::new(),
        (false, true) => format!("\n{own}\n"),
        (false, false) => format!("{own}\n"),
    };
    let mut splices = Splices::default();
    if at == whole {
        own.push_str(headings);
        headings = "";
    }
    for (at, part) in [(at, own.as_str()), (whole, headings)] {
        if !part.is_empty() {
            splices.insert_lines(text, &like, at, part);
        }
    }
    let first = outline.headlines().partition_point(|headline| headline.line.start < whole);
    let count = added.headlines().len();
    finish(&outline, &splices, &Change::Section(i, first, count), |after| {
        let new = &after.headlines()[first..first + count];
        let above = |outline: &Outline<'_>| outline.text()[..own_section(outline, i).start].trim_end().to_owned();
        let keywords = outline.keywords().len() + added.keywords().len();
        above(&outline) == above(after)
            && after.keywords().len() == keywords
            && new.iter().zip(added.headlines()).all(|(new, old)| new.level == old.level)
    })
}

/// Whether the line `next` is one more item or row behind the line `last`.
fn goes_on(last: &str, next: &str) -> bool {
    let (last_text, next) = (last.trim_start(), next.trim_start());
    let item = |line: &str| {
        let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let bullet =
            if number.len() < line.len() { number.strip_prefix(['.', ')']) } else { line.strip_prefix(['-', '+']) };
        bullet.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    // What is indented may be the rest of an item.
    let in_list = item(last_text) || last_text.len() < last.len();
    (in_list && item(next)) || (last_text.starts_with('|') && next.starts_with('|'))
}

/// The line that ends at `at`.
fn line_before(bytes: &[u8], at: usize) -> Option<Line> {
    let end = at.checked_sub(1)?;
    let start = memchr::memrchr(b'\n', &bytes[..end]).map_or(0, |newline| newline + 1);
    Some(Line::at(bytes, start)).filter(|line| !is_blank_line(bytes, *line) && &bytes[..at] != BOM.as_bytes())
}

/// Where the text starts that is behind the logbooks at the start of `body`.
fn after_logbooks(bytes: &[u8], body: &Span) -> usize {
    let mut start = body.start;
    let mut inside = false;
    for line in lines(bytes, body.start, body.end) {
        if inside && line_is(bytes, line, b":END:") {
            (inside, start) = (false, line.next);
        } else if !inside {
            inside = line_is(bytes, line, b":LOGBOOK:");
            if !inside {
                break;
            }
        }
    }
    start
}

/// Where the file's own text starts: behind the last of the keyword lines at its top, comments and blank lines between them.
fn after_keywords(outline: &Outline<'_>) -> usize {
    let text = outline.text();
    let bytes = text.as_bytes();
    let top = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let top = outline.file_drawer().map_or(top, |drawer| drawer.span.end);
    let mut start = top;
    let mut keywords = outline.keywords().iter().filter(|keyword| keyword.line.start >= top).peekable();
    for line in lines(bytes, top, outline.preamble().end) {
        if keywords.next_if(|keyword| keyword.line.start == line.start && of_the_file(bytes, &keyword.key)).is_some() {
            start = line.next;
        } else if !is_blank_line(bytes, line) && !is_comment(bytes, line) {
            break;
        }
    }
    start
}

fn of_the_file(bytes: &[u8], key: &Span) -> bool {
    let name = &bytes[key.clone()];
    // `#+caption[short]:` has an option.
    let name = &name[..memchr::memchr(b'[', name).unwrap_or(name.len())];
    !starts_with_ignore_case(name, 0, b"ATTR_")
        && !NOT_OF_THE_FILE.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}
