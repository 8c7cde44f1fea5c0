//! The headline: manual node "Headlines", `org-element-headline-parser`.

use std::sync::LazyLock;

use regex::Regex;

use super::drawer::Drawer;
use super::keyword::TodoKeywords;
use super::line::{Line, is_blank, skip_blanks, trim, trim_end};
use super::planning::{self, Looks};
use super::scan::Span;

/// A headline with what belongs to it alone; its children are headlines of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// How many stars.
    pub level: usize,
    /// The headline's line with its line break.
    pub line: Span,
    /// The TODO keyword.
    pub todo: Option<Span>,
    /// Whether the keyword is one of those that mean "done".
    pub done: bool,
    /// The letter of the priority cookie `[#A]`.
    pub priority: Option<char>,
    /// Without keyword, priority, `COMMENT` and tags, and without blanks at either end.
    pub title: Span,
    /// `:a:b:`, colons included.
    pub tags: Option<Span>,
    /// Whether `COMMENT` stands before the title.
    pub comment: bool,
    /// The planning line with its line break.
    pub planning: Option<Span>,
    /// The property drawer.
    pub drawer: Option<Drawer>,
    /// What follows headline, planning and drawer, up to the next headline.
    pub body: Span,
}

impl Headline {
    /// The headline whose stars are `start..stars`, in an entry that ends at `end`.
    pub(super) fn parse(text: &str, start: usize, stars: usize, end: usize, keywords: &TodoKeywords) -> Self {
        let bytes = text.as_bytes();
        let line = Line::at(bytes, start);
        let mut at = skip_blanks(bytes, stars, line.end);

        let todo =
            word(bytes, at, line.end).and_then(|span| keywords.done(&text[span.clone()]).map(|done| (span, done)));
        let done = todo.as_ref().is_some_and(|(_, done)| *done);
        let todo = todo.map(|(span, _)| span);
        if let Some(span) = &todo {
            at = skip_blanks(bytes, span.end, line.end);
        }

        let priority = priority(&text[at..line.end]);
        if let Some(letter) = priority {
            at = skip_blanks(bytes, at + "[#]".len() + letter.len_utf8(), line.end);
        }

        let comment = word(bytes, at, line.end).filter(|span| &text[span.clone()] == "COMMENT");
        if let Some(span) = &comment {
            at = skip_blanks(bytes, span.end, line.end);
        }

        let tags = tags(text, at, line.end);
        let title_end = tags.as_ref().map_or(line.end, |span| span.start);
        let title = trim(bytes, at, title_end);

        let (planning, drawer, body) = meta(bytes, line.next, end);
        Self {
            level: stars - start,
            line: line.span(),
            todo,
            done,
            priority,
            title,
            tags,
            comment: comment.is_some(),
            planning,
            drawer,
            body: body..end,
        }
    }
}

/// What is at `at` up to a space or the end of the line: where Org 9.7 looks for a TODO keyword and for `COMMENT`.
fn word(bytes: &[u8], at: usize, end: usize) -> Option<Span> {
    let length = memchr::memchr(b' ', &bytes[at..end]).unwrap_or(end - at);
    (length > 0).then_some(at..at + length)
}

fn priority(rest: &str) -> Option<char> {
    let mut inner = rest.strip_prefix("[#")?.chars();
    let letter = inner.next()?;
    inner.as_str().starts_with(']').then_some(letter)
}

/// The tags at the end of `from..end`, with a blank before them unless they are all there is (`org-tag-line-re`).
fn tags(text: &str, from: usize, end: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let end = trim_end(bytes, from, end);
    if end < from + ":a:".len() || bytes[end - 1] != b':' {
        return None;
    }
    let start = bytes[from..end].iter().rposition(|&b| is_blank(b)).map_or(from, |at| from + at + 1);
    let run = text[start..end].strip_prefix(':')?.strip_suffix(':')?;
    (!run.is_empty() && run.split(':').all(is_tag_text)).then_some(start..end)
}

/// Whether `text` can be a tag: `[[:alnum:]_@#%]+`, with alphanumeric as Emacs has it.
///
/// ```
/// assert!(memento::org::is_tag("größe_2") && !memento::org::is_tag("a-b") && !memento::org::is_tag(""));
/// ```
pub fn is_tag(text: &str) -> bool {
    !text.is_empty() && is_tag_text(text)
}

/// `[[:alnum:]_@#%]*`, with alphanumeric as Emacs has it.
pub(super) fn is_tag_text(text: &str) -> bool {
    static BEYOND_ASCII: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A[\p{L}\p{M}\p{Nl}\p{Nd}_@#%]*\z").expect("the pattern is a constant that compiles")
    });
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@' | b'#' | b'%');
    text.bytes().all(plain) || (!text.is_ascii() && BEYOND_ASCII.is_match(text))
}

/// Planning line, drawer and where the body starts.
fn meta(bytes: &[u8], start: usize, end: usize) -> (Option<Span>, Option<Drawer>, usize) {
    if start >= end {
        return (None, None, end);
    }
    let first = Line::at(bytes, start);
    let looks = planning::looks(bytes, first);
    let after = if looks == Looks::No { start } else { first.next };
    match (Drawer::parse(bytes, after, end), looks) {
        (Some(drawer), looks) => {
            let body = drawer.span.end;
            ((looks != Looks::No).then_some(first.span()), Some(drawer), body)
        }
        (None, Looks::Written) => (Some(first.span()), None, after),
        (None, _) => (None, None, start),
    }
}
