//! The lines around a place in a text.

use crate::org::Outline;
use crate::org::scan::Span;

/// As much as a screen shows of a paragraph.
const MOST: usize = 800;

/// The paragraph around `offset`: from the empty line or headline before it to the one after it. Of a long one the lines
/// near the place.
pub(super) fn around(outline: &Outline<'_>, offset: usize) -> Span {
    let text = outline.text();
    let section = match outline.headline_at(offset) {
        None => outside(outline.preamble(), outline.file_drawer().map(|drawer| drawer.span.end), offset),
        Some(i) => {
            let headline = &outline.headlines()[i];
            if headline.line.contains(&offset) {
                return headline.line.clone();
            }
            outside(headline.line.end..headline.body.end, Some(headline.body.start), offset)
        }
    };
    let bytes = text.as_bytes();
    // A section may have any number of lines, of which a few are looked at.
    let line = |at: usize| {
        let start = memchr::memrchr(b'\n', &bytes[section.start..at]).map_or(section.start, |n| section.start + n + 1);
        start..memchr::memchr(b'\n', &bytes[at..section.end]).map_or(section.end, |n| at + n + 1)
    };
    let goes_on = |line: &Span| !text[line.clone()].trim().is_empty();
    let here = line(offset.min(section.end.saturating_sub(1)).max(section.start));
    let (mut start, mut end) = (here.start, here.end);
    while start > section.start && here.start - start < MOST / 2 {
        let before = line(start - 1);
        if !goes_on(&before) {
            break;
        }
        start = before.start;
    }
    while end < section.end && end - here.end < MOST / 2 {
        let after = line(end);
        if !goes_on(&after) {
            break;
        }
        end = after.end;
    }
    start..end
}

/// Of a paragraph with a line of any length what is near `offset`. It may start or end inside of a link, so that it is not for
/// eyes that are not to see all of them.
pub(super) fn near(text: &str, paragraph: Span, offset: usize) -> Span {
    if paragraph.len() <= 2 * MOST {
        return paragraph;
    }
    let boundary = |at: usize| (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let start = boundary(offset.saturating_sub(MOST / 2)).max(paragraph.start);
    start..boundary(offset + MOST).clamp(start, paragraph.end)
}

/// The part of `section` that `offset` is in: what has properties, which ends at `properties`, or the text after that.
fn outside(section: Span, properties: Option<usize>, offset: usize) -> Span {
    match properties {
        Some(end) if offset < end => section.start..end,
        Some(end) => end..section.end,
        None => section,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraph_is_between_empty_lines() {
        let text = "* A\none\n\ntwo\nthree HERE four\nfive\n\nsix\n* B\nseven\n";
        let outline = Outline::scan(text);
        let here = text.find("HERE").unwrap();
        assert_eq!(&text[around(&outline, here)], "two\nthree HERE four\nfive\n");
        assert_eq!(&text[around(&outline, text.find("seven").unwrap())], "seven\n");
        assert_eq!(&text[around(&outline, text.find("B").unwrap())], "* B\n");
    }

    #[test]
    fn properties_are_no_part_of_the_paragraph_after_them() {
        let text = ":PROPERTIES:\n:ID: a\n:END:\nTOP\n* A\n:PROPERTIES:\n:ID: b\n:END:\nHERE\n";
        let outline = Outline::scan(text);
        let paragraph = |what| &text[around(&outline, text.find(what).unwrap())];
        assert_eq!((paragraph("TOP"), paragraph("HERE")), ("TOP\n", "HERE\n"));
        assert_eq!(paragraph(":ID: b"), ":PROPERTIES:\n:ID: b\n:END:\n");
    }

    #[test]
    fn a_first_line_and_an_only_line() {
        let text = "HERE";
        assert_eq!(around(&Outline::scan(text), 2), 0..4);
        let text = "a\nHERE\n";
        assert_eq!(&text[around(&Outline::scan(text), 2)], "a\nHERE\n");
    }

    #[test]
    fn of_a_long_line_what_is_near_the_place() {
        let text = format!("one\n{}HERE{}\n\ntwo", "ü".repeat(10_000), "ü".repeat(10_000));
        let here = text.find("HERE").unwrap();
        let span = near(&text, around(&Outline::scan(&text), here), here);
        assert!(span.len() < 2 * MOST && text[span.clone()].contains("HERE"), "{span:?}");
        assert_eq!(near(&text, 0..4, 1), 0..4);
    }

    #[test]
    fn of_a_long_paragraph_the_lines_near_the_place() {
        let text = format!("{}HERE\n{}", "0123456789\n".repeat(1000), "0123456789\n".repeat(1000));
        let span = around(&Outline::scan(&text), 11_000);
        assert!(span.len() < 2 * MOST && span.contains(&11_000), "{span:?}");
    }
}
