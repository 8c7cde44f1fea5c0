//! The planning line: manual node "Deadlines and Scheduling", `org-element-planning-parser`.

use super::line::{Line, skip_blanks, starts_with_ignore_case};
use super::scan::Span;

const WORDS: [&str; 3] = ["CLOSED", "DEADLINE", "SCHEDULED"];

/// How a line looks that may be a planning line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// `CLOSED:`, `DEADLINE:` or `SCHEDULED:` as Org writes them.
    Written,
    /// The same in another case: Org skips it in its search for the drawer, else it is text.
    OtherCase,
    No,
}

/// Whether the line starts with one of the three keywords.
pub(super) fn looks(bytes: &[u8], line: Line) -> Looks {
    let start = skip_blanks(bytes, line.start, line.end);
    match bytes.get(start) {
        Some(b'C' | b'D' | b'S' | b'c' | b'd' | b's') => {}
        _ => return Looks::No,
    }
    for word in WORDS {
        if starts_with_ignore_case(&bytes[..line.end], start, word.as_bytes())
            && bytes[..line.end].get(start + word.len()) == Some(&b':')
        {
            let exact = &bytes[start..start + word.len()] == word.as_bytes();
            return if exact { Looks::Written } else { Looks::OtherCase };
        }
    }
    Looks::No
}

/// A keyword on a planning line with its timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp<'a> {
    pub word: &'a str,
    /// From the keyword to the end of the timestamp.
    pub span: Span,
    /// The timestamp with its brackets, a range with both.
    pub time: Span,
}

/// The stamps on the planning line `line` (a span with or without its line break), from left to right.
pub(super) fn stamps(text: &str, line: Span) -> Vec<Stamp<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = line.start;
    while at < line.end {
        let Some(colon) = memchr::memchr(b':', &bytes[at..line.end]).map(|c| at + c) else { break };
        at = colon + 1;
        let word = WORDS.into_iter().find(|word| {
            let start = colon.checked_sub(word.len());
            start.is_some_and(|start| {
                start >= line.start
                    && bytes[start..colon].eq_ignore_ascii_case(word.as_bytes())
                    && (start == line.start || !bytes[start - 1].is_ascii_alphanumeric())
            })
        });
        let Some(word) = word else { continue };
        let start = colon - word.len();
        let open = skip_blanks(bytes, at, line.end);
        let Some(mut end) = timestamp(bytes, open, line.end) else { continue };
        if bytes[end..line.end].starts_with(b"--") {
            end = timestamp(bytes, end + 2, line.end).unwrap_or(end);
        }
        found.push(Stamp { word, span: start..end, time: open..end });
        at = end;
    }
    found
}

/// The end of the timestamp that starts at `open`.
fn timestamp(bytes: &[u8], open: usize, limit: usize) -> Option<usize> {
    if open >= limit || !matches!(bytes[open], b'[' | b'<') {
        return None;
    }
    let inner = &bytes[open + 1..limit];
    let close = inner.iter().position(|b| matches!(b, b']' | b'>' | b'\n' | b'\r'))?;
    (close > 0 && matches!(inner[close], b']' | b'>')).then_some(open + close + 2)
}
