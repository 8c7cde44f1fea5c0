//! Edits on a file's own keywords, properties and text, and on sections.

#![allow(clippy::unwrap_used, reason = "a test that panics has said so")]

use memento::Error;
use memento::org::Outline;
use memento::org::edit::{
    append_section, own_section, set_file_keyword, set_file_property, set_filetags, shift_headings,
};
use proptest::prelude::*;

#[test]
fn a_keyword_of_the_file_is_set_where_it_stands_or_at_the_top() {
    for (before, after) in [
        ("", "#+title: A\n"),
        ("\u{feff}text", "\u{feff}#+title: A\ntext"),
        ("* H", "#+title: A\n* H"),
        ("text\r\n", "#+title: A\r\ntext\r\n"),
        ("# -*- mode: org -*-\n\n* H", "# -*- mode: org -*-\n#+title: A\n\n* H"),
        (":PROPERTIES:\n:END:", ":PROPERTIES:\n:END:\n#+title: A\n"),
        ("# c\n:PROPERTIES:\n:END:\n\nb", "# c\n:PROPERTIES:\n:END:\n#+title: A\n\nb"),
        ("#+filetags: :x:\n", "#+title: A\n#+filetags: :x:\n"),
        ("x\n  #+TITLE:   old  \r\ny", "x\n  #+TITLE:   A  \r\ny"),
        ("#+Title:\ny", "#+Title: A\ny"),
        ("#+title:  \ny", "#+title: A\ny"),
        ("#+title: 1\n#+author: a\n#+TITLE: 2\n#+title: 3\n* H", "#+title: A\n#+author: a\n* H"),
        ("#+begin_src org\n#+title: x\n#+end_src\n", "#+title: A\n#+begin_src org\n#+title: x\n#+end_src\n"),
    ] {
        assert_eq!(set_file_keyword(before, "title", "A").unwrap(), after, "{before:?}");
    }
    assert_eq!(set_file_keyword("#+title: a\n", "title", "").unwrap(), "#+title: \n");
    assert_eq!(set_file_keyword("#+title: a\nb", "Author", "x").unwrap(), "#+title: a\n#+Author: x\nb");
}

#[test]
fn a_keyword_of_the_file_that_cannot_be_is_refused() {
    for (text, key, value) in [
        ("", "", "a"),
        ("", "a b", "a"),
        ("", "a:b", "a"),
        ("", "begin_src", "a"),
        ("", "title", "a\n* b"),
        ("", "title", " a"),
        ("", "title", "a\t"),
        // It sets the words that make a TODO keyword.
        ("* A b\n", "todo", "A | B"),
        ("#+seq_todo: A | B\n* A b\n", "seq_todo", "B | C"),
        ("#+title: a\n* H\n#+title: b\n", "title", "c"),
    ] {
        match set_file_keyword(text, key, value) {
            Err(Error::Invalid(message)) => assert!(!message.is_empty()),
            other => panic!("{text:?} {key:?} {value:?}: {other:?}"),
        }
    }
    let message = set_filetags("a\n* H\n#+filetags: :x:\n", &["y"]).unwrap_err().to_string();
    assert!(message.starts_with("line 3: "), "{message}");
}

#[test]
fn filetags_are_set_and_removed() {
    for (before, tags, after) in [
        ("#+title: a\nb", &["x", "ü"][..], "#+title: a\n#+filetags: :x:ü:\nb"),
        ("#+FILETAGS: :a:\n#+filetags: b\nc\n", &["x"], "#+FILETAGS: :x:\nc\n"),
        ("#+filetags: :a:\r\n#+filetags: b\r\nc\r\n", &[], "c\r\n"),
        ("#+title: a", &["x"], "#+title: a\n#+filetags: :x:\n"),
        ("c\n", &[], "c\n"),
    ] {
        assert_eq!(set_filetags(before, tags).unwrap(), after, "{before:?}");
    }
    for bad in ["", "a b", "a:b", "a-b", "a\n"] {
        assert!(matches!(set_filetags("", &[bad]), Err(Error::Invalid(_))), "{bad:?}");
    }
}

#[test]
fn a_property_of_the_file_is_set() {
    for (before, after) in [
        ("", ":PROPERTIES:\n:ID: 1\n:END:\n"),
        ("\u{feff}a\r\n", "\u{feff}:PROPERTIES:\r\n:ID: 1\r\n:END:\r\na\r\n"),
        ("# -*- x -*-\n\na", "# -*- x -*-\n:PROPERTIES:\n:ID: 1\n:END:\n\na"),
        ("# c", "# c\n:PROPERTIES:\n:ID: 1\n:END:\n"),
        ("* H", ":PROPERTIES:\n:ID: 1\n:END:\n* H"),
        (":PROPERTIES:\n:id:  2\n:ID+: 3\n:X: y\n:END:\n* H", ":PROPERTIES:\n:id:  1\n:X: y\n:END:\n* H"),
        ("  :PROPERTIES:\n  :X: y\n  :END:", "  :PROPERTIES:\n  :X: y\n  :ID: 1\n  :END:"),
    ] {
        assert_eq!(set_file_property(before, "ID", "1").unwrap(), after, "{before:?}");
    }
    for (key, value) in [("", "1"), ("END", "1"), ("A B", "1"), ("A+", "1"), ("A", "1\n"), ("A", " 1")] {
        assert!(matches!(set_file_property("", key, value), Err(Error::Invalid(_))), "{key:?} {value:?}");
    }
}

#[test]
fn a_section_is_what_an_entry_has_of_its_own() {
    for (text, i, expected) in [
        ("* H\nSCHEDULED: <x>\n:PROPERTIES:\n:ID: 1\n:END:\na\n** B\nb\n", Some(0), "a\n"),
        ("* H\n:LOGBOOK:\n- x\n:END:\n  :logbook:  \n:END:\na", Some(0), "a"),
        ("* H\n:LOGBOOK:\n- not closed\n", Some(0), ":LOGBOOK:\n- not closed\n"),
        ("* H\na\n:LOGBOOK:\n:END:\n", Some(0), "a\n:LOGBOOK:\n:END:\n"),
        ("* H\n* J", Some(1), ""),
        ("\u{feff}a\n* H", None, "a\n"),
        (
            ":PROPERTIES:\n:ID: 1\n:END:\n#+title: a\n# c\n\n#+filetags: :b:\n\n# d\ne\n#+x: y\n* H",
            None,
            "\n# d\ne\n#+x: y\n",
        ),
        ("#+title: a\n#+caption: b\n| c |\n", None, "#+caption: b\n| c |\n"),
        ("#+caption[x]: b\nc", None, "#+caption[x]: b\nc"),
        ("#+attr_html: b\nc", None, "#+attr_html: b\nc"),
        ("#+title: a\n#+include: b\n", None, "#+include: b\n"),
        ("#+begin_src\n#+title: a\n#+end_src\n", None, "#+begin_src\n#+title: a\n#+end_src\n"),
        ("#+title: a", None, ""),
    ] {
        let outline = Outline::scan(text);
        assert_eq!(&text[own_section(&outline, i)], expected, "{text:?}");
    }
}

#[test]
fn headings_are_shifted_together() {
    for (fragment, base, expected) in [
        ("** a\n* b\n*** c\n", 0, "** a\n* b\n*** c\n"),
        ("*** a\r\n**** b", 0, "* a\r\n** b"),
        ("\u{feff}* a\nx\n** b", 3, "\u{feff}**** a\nx\n***** b"),
        ("no heading", 3, "no heading"),
    ] {
        assert_eq!(shift_headings(fragment, base), expected);
    }
}

#[test]
fn an_addition_goes_to_the_end_of_its_section_and_its_headings_below() {
    for (before, i, addition, after) in [
        ("* A\n* B\n", Some(0), "x", "* A\nx\n* B\n"),
        ("* A\na\n\n** C\nc\n* B\n", Some(0), "x\n** D\nd", "* A\na\n\nx\n\n** C\nc\n** D\nd\n* B\n"),
        ("* A\na", Some(0), "x\n** D", "* A\na\n\nx\n** D\n"),
        ("* A", Some(0), "** D", "* A\n** D\n"),
        ("* A\r\na\r\n* B\r\n", Some(0), "x\ny\n** D\n", "* A\r\na\r\n\r\nx\r\ny\r\n** D\r\n* B\r\n"),
        ("* A\n- a\n", Some(0), "- b", "* A\n- a\n- b\n"),
        ("* A\n1. a\n   b\n", Some(0), "2. b", "* A\n1. a\n   b\n2. b\n"),
        ("* A\n| a |\n", Some(0), "| b |", "* A\n| a |\n| b |\n"),
        ("* A\na\n", Some(0), "- b", "* A\na\n\n- b\n"),
        ("* A\n:LOGBOOK:\n:END:\n** B", Some(0), "x", "* A\n:LOGBOOK:\n:END:\nx\n** B"),
        ("", None, "x", "x\n"),
        ("a", None, "x\n* B", "a\n\nx\n* B\n"),
        ("#+title: a", None, "x", "#+title: a\n\nx\n"),
        ("#+title: a\n\n* B\nb", None, "x\n* C\n", "#+title: a\n\nx\n\n* B\nb\n* C\n"),
        ("\u{feff}* B\n", None, "x", "\u{feff}x\n* B\n"),
        ("* A\na\n", Some(0), "\n\n", "* A\na\n"),
    ] {
        assert_eq!(append_section(before, i, addition).unwrap(), after, "{before:?}");
    }
}

#[test]
fn an_addition_that_would_be_more_than_text_is_refused() {
    for (before, i, addition) in [
        ("* A\n** B\n", Some(1), "x\n** C"),
        ("* A\n", Some(0), "* C"),
        ("* A\n", Some(0), "SCHEDULED: <2026-01-01 Thu>"),
        ("* A\n", Some(0), ":PROPERTIES:\n:ID: 1\n:END:"),
        ("", None, ":PROPERTIES:\n:ID: 1\n:END:"),
        ("* A\n", Some(0), "#+todo: A | B"),
        ("#+title: a\n", None, "#+author: b"),
        ("* A\n:LOGBOOK:\na\n", Some(0), ":END:"),
    ] {
        assert!(matches!(append_section(before, i, addition), Err(Error::Invalid(_))), "{before:?} {addition:?}");
    }
    assert!(matches!(append_section("* A\n", Some(1), "x"), Err(Error::NotFound(_))));
}

const PARTS: &[&str] = &[
    "\n",
    "\n",
    "\r\n",
    "\n\n",
    "* ",
    "\n* ",
    "\n** ",
    "\n*** a\n",
    "TODO ",
    " :a:",
    ":PROPERTIES:\n",
    "\n:PROPERTIES:\n",
    ":ID: 1\n",
    ":END:\n",
    "\n:LOGBOOK:\n",
    "SCHEDULED: <x>\n",
    "#+title: t\n",
    "\n#+TITLE: u\r\n",
    "#+filetags: :x:\n",
    "  #+FileTags: y\n",
    "#+todo: A | B\n",
    "#+begin_src\n",
    "#+end_src\n",
    "# c\n",
    "- a\n",
    "| b |\n",
    "word",
    " ",
    "ü",
    "\u{feff}",
    "#+caption: x\n",
];

fn org() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS), 0..25).prop_map(|parts| parts.concat())
}

/// The lines without their line breaks, and without those that are blank, and no byte order mark.
fn full_lines(text: &str) -> Vec<&str> {
    text.trim_start_matches('\u{feff}')
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// Whether `all` has `some` in it, in its order.
fn holds(all: &[&str], some: &[&str]) -> bool {
    let mut all = all.iter();
    some.iter().all(|line| all.any(|other| other == line))
}

proptest! {
    // A failure prints its input; nothing is written beside the source.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_keyword_changes_its_lines(text in org(), key in prop::sample::select(&["title", "filetags", "NEW"][..]), value in "[a-z:]{0,3}") {
        let Ok(new) = set_file_keyword(&text, key, &value) else { return Ok(()) };
        let outline = Outline::scan(&text);
        let after = Outline::scan(&new);
        prop_assert_eq!(after.keyword_values(key).collect::<Vec<_>>(), vec![value.as_str()]);
        let others = |outline: &Outline<'_>| {
            let mut rest = outline.text().to_owned();
            for keyword in outline.keywords().iter().rev() {
                if outline.text()[keyword.key.clone()].eq_ignore_ascii_case(key) {
                    rest.replace_range(keyword.line.clone(), "");
                }
            }
            rest
        };
        let (old, now) = (others(&outline), others(&after));
        // A last line without its end gets one where a line comes behind it.
        prop_assert!(now == old || now == format!("{old}\n") || now == format!("{old}\r\n"), "{:?} became {:?}", text, new);
    }

    #[test]
    fn a_property_changes_its_line(text in org(), key in prop::sample::select(&["ID", "NEW"][..])) {
        let Ok(new) = set_file_property(&text, key, "v") else { return Ok(()) };
        let (outline, after) = (Outline::scan(&text), Outline::scan(&new));
        let drawer = after.file_drawer().unwrap();
        let value = after.drawer_property(drawer, key);
        prop_assert_eq!(value.as_deref(), Some("v"));
        let old = outline.file_drawer().map_or(drawer.span.start..drawer.span.start, |drawer| drawer.span.clone());
        prop_assert_eq!(&new[..drawer.span.start].trim_end(), &text[..old.start].trim_end());
        prop_assert_eq!(&new[drawer.span.end..], &text[old.end..]);
    }

    #[test]
    fn an_addition_is_all_there_is_more(text in org(), i in prop::option::of(0usize..3), own in org(), headings in org()) {
        let outline = Outline::scan(&text);
        let own = own.replace(['*', '\u{feff}'], "x");
        let level = i.and_then(|i| Some(outline.headlines().get(i)?.level)).unwrap_or(0);
        let headings = shift_headings(&format!("\n* {headings}"), level);
        let Ok(new) = append_section(&text, i, &format!("{own}{headings}")) else { return Ok(()) };
        let after = Outline::scan(&new);
        let old = full_lines(&text);
        let now = full_lines(&new);
        let more = full_lines(&own).len() + full_lines(&headings).len();
        prop_assert_eq!(now.len(), old.len() + more);
        prop_assert!(holds(&now, &old), "{:?} became {:?}", text, new);
        let section = own_section(&after, i);
        prop_assert!(full_lines(&new[section]).ends_with(&full_lines(&own)), "{:?} became {:?}", text, new);
        let subtree = i.map_or(0..new.len(), |i| after.subtree(i));
        prop_assert!(full_lines(&new[subtree]).ends_with(&full_lines(&headings)), "{:?} became {:?}", text, new);
    }

    #[test]
    fn sections_lie_in_their_bodies(text in org()) {
        let outline = Outline::scan(&text);
        let section = own_section(&outline, None);
        prop_assert!(section.start <= section.end && section.end == outline.preamble().end);
        for (i, headline) in outline.headlines().iter().enumerate() {
            let section = own_section(&outline, Some(i));
            prop_assert!(section.start >= headline.body.start && section.start <= section.end && section.end == headline.body.end);
        }
    }

    #[test]
    fn shifting_keeps_depths(text in org(), base in 0usize..5) {
        let shifted = shift_headings(&text, base);
        let (before, after) = (Outline::scan(&text), Outline::scan(&shifted));
        let levels = |outline: &Outline<'_>| outline.headlines().iter().map(|headline| headline.level).collect::<Vec<_>>();
        let (old, new) = (levels(&before), levels(&after));
        prop_assert_eq!(new.iter().min().copied(), old.iter().min().map(|_| base + 1));
        let steps = |levels: &[usize]| levels.windows(2).map(|two| two[1].cast_signed() - two[0].cast_signed()).collect::<Vec<_>>();
        prop_assert_eq!(steps(&old), steps(&new));
        let bare = |text: &str| text.replace('*', "");
        prop_assert_eq!(bare(&text), bare(&shifted));
    }
}
