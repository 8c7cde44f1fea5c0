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
    let mut at = section.start;
    let lines: Vec<Span> = text[section.clone()]
        .split_inclusive('\n')
        .map(|line| {
            at += line.len();
            at - line.len()..at
        })
        .collect();
    let here = lines.partition_point(|line| line.end <= offset).min(lines.len().saturating_sub(1));
    let goes_on = |line: &Span| !text[line.clone()].trim().is_empty();
    let (mut first, mut last) = (here, here);
    while first > 0 && goes_on(&lines[first - 1]) && lines[here].start - lines[first].start < MOST / 2 {
        first -= 1;
    }
    while last + 1 < lines.len() && goes_on(&lines[last + 1]) && lines[last].end - lines[here].end < MOST / 2 {
        last += 1;
    }
    lines.get(first).map_or(section.start, |line| line.start)..lines.get(last).map_or(section.end, |line| line.end)
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
    fn of_a_long_paragraph_the_lines_near_the_place() {
        let text = format!("{}HERE\n{}", "0123456789\n".repeat(1000), "0123456789\n".repeat(1000));
        let span = around(&Outline::scan(&text), 11_000);
        assert!(span.len() < 2 * MOST && span.contains(&11_000), "{span:?}");
    }
}
