//! The proof of an edit: two outlines, and whether they differ in what was meant and nowhere else.

use std::ops::Range;

use super::headline::Headline;
use super::scan::{Outline, Span};
use crate::error::{Error, Result};

/// A part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Todo,
    Title,
    Tags,
    Planning,
    Drawer,
    Body,
}

/// What an edit is meant to change.
#[derive(Debug)]
pub(super) enum Change<'c> {
    /// These parts of headline `i`.
    Entry(usize, &'c [Part]),
    /// So many headlines more, the first of which gets this index.
    Insert(usize, usize),
    /// These headlines go.
    Remove(Range<usize>),
    /// What stands before the first headline; what in it, the edit proves itself.
    File,
    /// The body of this headline, or what stands before the first one; and so many headlines more, the first of which gets
    /// this index.
    Section(Option<usize>, usize, usize),
}

/// Whether `after` is `before` but for `change`; the error names the line and the remedy.
pub(super) fn prove(before: &Outline<'_>, after: &Outline<'_>, change: &Change<'_>) -> Result<()> {
    if before.todo_keywords() != after.todo_keywords() {
        return Err(unmeant(before, change, "the file's TODO keywords; change its #+TODO: line by hand first"));
    }
    let (old, new) = (before.headlines().len(), after.headlines().len());
    let (first, gone, come) = match change {
        Change::Entry(i, _) => (*i, 1, 1),
        Change::Insert(at, count) => (*at, 0, *count),
        Change::Remove(range) => (range.start, range.len(), 0),
        Change::File => (0, 0, 0),
        Change::Section(_, at, count) => (*at, 0, *count),
    };
    let (body, preamble) = match change {
        Change::Section(i, ..) => (*i, i.is_none()),
        change => (None, matches!(change, Change::File)),
    };
    if old + come != new + gone {
        return Err(unmeant(before, change, "the number of headlines; indent lines that start with stars and a space"));
    }
    let same = |x: Span, y: Span| before.text()[x] == after.text()[y];
    if !preamble && !same(before.preamble(), after.preamble()) {
        return Err(unmeant(before, change, "the text before the first headline"));
    }
    let untouched = (0..first).map(|i| (i, i)).chain((first + gone..old).map(|i| (i, i + come - gone)));
    for (i, j) in untouched {
        let alike = if body == Some(i) {
            alike(before, i, after, j, &[Part::Body])
        } else {
            same(before.entry(i), after.entry(j)) && alike(before, i, after, j, &[])
        };
        if !alike {
            return Err(unmeant(
                before,
                change,
                &format!("the entry at line {}", before.line_of(before.entry(i).start)),
            ));
        }
    }
    if let Change::Entry(i, parts) = change
        && !alike(before, *i, after, *i, parts)
    {
        return Err(unmeant(
            before,
            change,
            "other parts of the entry; tidy its headline, planning line and drawer first",
        ));
    }
    Ok(())
}

/// Whether two headlines are the same but for `parts`.
fn alike(before: &Outline<'_>, i: usize, after: &Outline<'_>, j: usize, parts: &[Part]) -> bool {
    let (old, new) = (&before.headlines()[i], &after.headlines()[j]);
    let may = |part| parts.contains(&part);
    let same = |a: Option<&Span>, b: Option<&Span>| {
        a.map(|span| &before.text()[span.clone()]) == b.map(|span| &after.text()[span.clone()])
    };
    let drawer = |headline: &Headline| headline.drawer.as_ref().map(|drawer| drawer.span.clone());
    old.level == new.level
        && old.priority == new.priority
        && old.comment == new.comment
        && (may(Part::Title) || before.title(i) == after.title(j))
        && (may(Part::Todo) || (before.todo(i) == after.todo(j) && old.done == new.done))
        && (may(Part::Tags) || same(old.tags.as_ref(), new.tags.as_ref()))
        && (may(Part::Planning) || same(old.planning.as_ref(), new.planning.as_ref()))
        && (may(Part::Drawer) || same(drawer(old).as_ref(), drawer(new).as_ref()))
        && (may(Part::Body) || before.body(i) == after.body(j))
}

/// The error for a change that would do more than it is meant to.
pub(super) fn unmeant(before: &Outline<'_>, change: &Change<'_>, what: &str) -> Error {
    let i = match change {
        Change::Entry(i, _) => *i,
        Change::Insert(at, _) => *at,
        Change::Remove(range) => range.start,
        Change::File => 0,
        Change::Section(i, ..) => i.unwrap_or(0),
    };
    let start = before.headlines().get(i).map_or(before.text().len(), |headline| headline.line.start);
    Error::Invalid(format!(
        "line {}: nothing was changed, for the edit would also change {what}",
        before.line_of(start)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The edits of this crate do not get so far as to fail here by more than one way; so the proof is put to the test itself.
    #[test]
    fn only_what_is_meant_may_differ() {
        let before = "x\n* TODO a  :t:\nSCHEDULED: <2026-01-01 Thu>\n:PROPERTIES:\n:ID: 1\n:END:\nb\n* c\n";
        let proven =
            |after: &str, change: &Change<'_>| prove(&Outline::scan(before), &Outline::scan(after), change).is_ok();
        for (from, to, part) in [
            ("TODO a", "DONE a", Part::Todo),
            (":t:", ":u:", Part::Tags),
            ("SCHEDULED", "DEADLINE", Part::Planning),
            (":ID: 1", ":ID: 2", Part::Drawer),
            ("\nb\n", "\nd\n", Part::Body),
        ] {
            let after = before.replace(from, to);
            assert!(proven(&after, &Change::Entry(0, &[part])), "{part:?}");
            let others = [Part::Todo, Part::Tags, Part::Planning, Part::Drawer, Part::Body].map(|other| vec![other]);
            for other in others.iter().filter(|other| other[0] != part) {
                assert!(!proven(&after, &Change::Entry(0, other)), "{part:?} is no {other:?}");
            }
            assert!(!proven(&after, &Change::Entry(1, &[part])), "{part:?} of another entry");
        }
        let all = [Part::Todo, Part::Tags, Part::Planning, Part::Drawer, Part::Body];
        for (from, to) in [
            ("x\n", "y\n"),
            (" a ", " b "),
            ("* TODO", "** TODO"),
            ("\nb\n", "\n* b\n"),
            ("* c\n", ""),
            ("x\n", "#+TODO: A\n"),
        ] {
            assert!(!proven(&before.replace(from, to), &Change::Entry(0, &all)), "{from:?} to {to:?}");
        }
        assert!(proven(&format!("{before}* d\n"), &Change::Insert(2, 1)));
        assert!(!proven(&format!("{before}* d\n"), &Change::Insert(1, 1)));
        assert!(proven("x\n* c\n", &Change::Remove(0..1)));
        assert!(!proven("x\n* c\n", &Change::Remove(1..2)));
    }
}
