//! What holds for any text: the pieces are the text, and an edit changes what it is meant to change and nothing else.
//!
//! `PROPTEST_CASES=100000 cargo test --test org_properties` is the long run.

#![allow(clippy::unwrap_used, reason = "a test that panics has said so")]

use std::ops::Range;

use memento::org::{Outline, PieceKind, edit};
use proptest::prelude::*;

/// What org files are made of.
const PARTS: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\n\n",
    "* ",
    "\n* ",
    "\n** ",
    "\n*** ",
    "TODO ",
    "DONE ",
    "TODO",
    "COMMENT ",
    "[#A] ",
    " :a:b:",
    " :ü:",
    ":PROPERTIES:\n",
    "\n:PROPERTIES:\n",
    "  :PROPERTIES:\n",
    ":properties:\r\n",
    ":ID: 1\n",
    "  :ID: 2\n",
    ":ID+: 3\n",
    ":KEY:\n",
    ":key: v  \n",
    ":Key+: w\r\n",
    ":END:\n",
    "  :END:  \n",
    ":end:\r\n",
    ":END:",
    "SCHEDULED: <2026-01-01 Thu>\n",
    "  CLOSED: [2026-01-01 Thu]\n",
    "CLOSED: [2026-01-01 Thu] ",
    "DEADLINE: <2026-01-01 Thu>",
    "closed: [2026-01-01 Thu]\n",
    "#+TODO: A B | C\n",
    "#+begin_src\n",
    "#+end_src\n",
    "#+BEGIN_QUOTE\n",
    "#+end_quote\n",
    "# comment\n",
    "#+title: t\n",
    ",* ",
    "word",
    " ",
    "\t",
    "[[id:a][b]]",
    "[[",
    "]]",
    "https://a.b/",
    "<",
    ">",
    "*",
    "/",
    "_",
    "=",
    "~",
    "^",
    "$",
    "\\",
    "{",
    "}",
    "|",
    "- ",
    ":",
    "ü",
    "漢",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "A ",
    "C ",
];

fn org_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS), 0..40).prop_map(|parts| parts.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => org_text(), 1 => any::<String>(), 1 => "[*: \r\n#+\\[\\]a-cA-C]{0,80}"]
}

/// A text with a headline, and which one.
fn headline() -> impl Strategy<Value = (String, usize)> {
    (org_text(), org_text(), any::<prop::sample::Index>()).prop_map(|(before, after, index)| {
        let text = format!("{before}\n* TODO x{after}");
        let count = Outline::scan(&text).headlines().len();
        (text, index.index(count))
    })
}

/// The text before and after `part` of the old one has stayed; gives what is there now.
fn only(old: &str, part: Range<usize>, new: &str) -> String {
    let (before, after) = (&old[..part.start], &old[part.end..]);
    assert!(new.len() >= before.len() + after.len(), "{old:?} became {new:?}");
    assert!(new.starts_with(before) && new.ends_with(after), "{old:?} became {new:?}");
    new[before.len()..new.len() - after.len()].to_owned()
}

/// The lines of the old text that the new one lacks, and the other way round; both in order.
fn changed_lines<'t>(old: &'t str, new: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let (mut old, mut new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    while !old.is_empty() && old.first() == new.first() {
        old.remove(0);
        new.remove(0);
    }
    while !old.is_empty() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    (old, new)
}

proptest! {
    // A failure prints its input; nothing is written beside the source.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pieces_are_the_text(text in any_text()) {
        let outline = Outline::scan(&text);
        let mut at = 0;
        for piece in outline.pieces() {
            prop_assert_eq!(piece.span.start, at);
            prop_assert!(piece.span.end > at);
            at = piece.span.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn what_is_read_lies_where_it_belongs(text in any_text()) {
        let outline = Outline::scan(&text);
        for (i, headline) in outline.headlines().iter().enumerate() {
            let line = &text[headline.line.clone()];
            let stars = line.len() - line.trim_start_matches('*').len();
            prop_assert_eq!(headline.level, stars);
            prop_assert!(line[stars..].starts_with(' '));
            let at_line_start = headline.line.start == 0 || text[..headline.line.start].ends_with(['\n', '\u{feff}']);
            prop_assert!(at_line_start);
            prop_assert_eq!(outline.headline_at(headline.line.start), Some(i));
            prop_assert_eq!(outline.line_of(headline.line.start), 1 + text[..headline.line.start].matches('\n').count());
            if let Some(parent) = outline.parent(i) {
                prop_assert!(parent < i && outline.headlines()[parent].level < headline.level);
                prop_assert!(outline.subtree(parent).end >= outline.subtree(i).end);
            }
        }
        let count = text.trim_start_matches('\u{feff}').split('\n').filter(|line| {
            let rest = line.trim_start_matches('*');
            rest.len() < line.len() && rest.starts_with(' ')
        }).count();
        // Only one byte order mark is none of the text.
        prop_assume!(!text.starts_with("\u{feff}\u{feff}"));
        prop_assert_eq!(outline.headlines().len(), count);
    }

    #[test]
    fn links_lie_in_titles_bodies_and_the_preamble(text in any_text()) {
        let outline = Outline::scan(&text);
        let mut end = 0;
        for link in outline.links(0..text.len()) {
            prop_assert!(link.span.start >= end && link.target.start >= link.span.start && link.target.end <= link.span.end);
            end = link.span.end;
            let piece = outline.pieces().find(|piece| piece.span.contains(&link.span.start)).unwrap();
            prop_assert!(matches!(piece.kind, PieceKind::Headline | PieceKind::Body | PieceKind::Preamble));
            prop_assert!(link.span.end <= piece.span.end);
        }
        let whole = outline.links(0..text.len());
        let mut by_entry = outline.links(outline.preamble());
        by_entry.extend((0..outline.headlines().len()).flat_map(|i| outline.links(outline.entry(i))));
        prop_assert_eq!(whole, by_entry);
    }

    #[test]
    fn a_keyword_changes_its_word_and_the_planning_line(
        (text, i) in headline(),
        keyword in prop::sample::select(&[None, Some("TODO"), Some("DONE"), Some("A"), Some("C"), Some("NONE")][..]),
        closed in prop::sample::select(&[None, Some("[2026-11-21 Sat 10:00]")][..]),
    ) {
        let outline = Outline::scan(&text);
        let Ok(new) = edit::set_keyword(&text, i, keyword, closed) else { return Ok(()) };
        let after = Outline::scan(&new);
        prop_assert_eq!(after.todo(i), keyword);
        prop_assert_eq!(after.planning(i, "CLOSED"), closed);
        let headline = &outline.headlines()[i];
        let lines = headline.line.start..headline.planning.as_ref().map_or(headline.line.end, |line| line.end);
        let now = only(&text, lines.clone(), &new);
        // The first line is the headline, of which only the word has changed.
        let line = now.lines().next().unwrap();
        let rest = |line: &str, todo: Option<&str>| {
            let line = line.trim_start_matches('*').trim_start_matches([' ', '\t']);
            todo.map_or(line, |todo| line.strip_prefix(todo).unwrap()).trim_start_matches([' ', '\t']).to_owned()
        };
        let old = text[headline.line.clone()].trim_end_matches('\n').trim_end_matches('\r');
        prop_assert_eq!(rest(line, keyword), rest(old, outline.todo(i)));
        // The second is the planning line, of which only CLOSED has changed.
        prop_assert!(now.lines().count() <= 2, "{:?}", now);
        for word in ["SCHEDULED", "DEADLINE"] {
            prop_assert_eq!(outline.planning(i, word), after.planning(i, word));
        }
    }

    #[test]
    fn a_property_changes_its_lines(
        (text, i) in headline(),
        key in prop::sample::select(&["ID", "key", "NEW", "Ö", "a:b"][..]),
        value in prop::sample::select(&["", "x", "a b:", ":END:", "7"][..]),
    ) {
        let outline = Outline::scan(&text);
        let Ok(new) = edit::set_property(&text, i, key, value) else { return Ok(()) };
        let after = Outline::scan(&new);
        let read = after.property(i, key);
        prop_assert_eq!(read.as_deref(), Some(value));
        let headline = &outline.headlines()[i];
        let planned = headline.planning.as_ref().map_or(headline.line.end, |line| line.end);
        let drawer = headline.drawer.as_ref().map_or(planned..planned, |drawer| drawer.span.clone());
        let now = only(&text, drawer.clone(), &new);
        let (gone, come) = changed_lines(&text[drawer], &now);
        let of_key = |line: &str| {
            let line = line.trim_start_matches([' ', '\t']);
            let name = |end: &str| {
                let start = format!(":{key}{end}");
                line.get(..start.len()).is_some_and(|line| line.eq_ignore_ascii_case(&start))
            };
            name(":") || name("+:")
        };
        if headline.drawer.is_some() {
            prop_assert!(come.iter().filter(|line| of_key(line)).count() <= 2, "{:?}", come);
            let others = |lines: &[&str]| lines.iter().filter(|line| !of_key(line)).map(|l| (*l).to_owned()).collect::<Vec<_>>();
            prop_assert_eq!(others(&gone), others(&come));
        } else {
            prop_assert_eq!(come.iter().filter(|line| !line.is_empty()).count(), 3, "{:?}", come);
        }

        let without = edit::remove_property(&new, i, key);
        if let Ok(without) = without {
            prop_assert_eq!(Outline::scan(&without).property(i, key), None);
        }
    }

    #[test]
    fn a_removed_property_takes_only_its_lines((text, i) in headline(), key in prop::sample::select(&["ID", "key"][..])) {
        let outline = Outline::scan(&text);
        let Ok(new) = edit::remove_property(&text, i, key) else { return Ok(()) };
        prop_assert_eq!(Outline::scan(&new).property(i, key), None);
        let Some(drawer) = &outline.headlines()[i].drawer else {
            prop_assert_eq!(new, text);
            return Ok(());
        };
        let now = only(&text, drawer.span.clone(), &new);
        let same = |name: &str| name.eq_ignore_ascii_case(key);
        let gone: Vec<_> = drawer.properties.iter().filter(|p| same(&text[p.key.clone()])).collect();
        let mut expected = text[drawer.span.clone()].to_owned();
        for property in gone.iter().rev() {
            expected.replace_range(property.line.start - drawer.span.start..property.line.end - drawer.span.start, "");
        }
        if !gone.is_empty() && gone.len() == drawer.properties.len() {
            expected.clear();
        }
        prop_assert_eq!(now, expected);
    }

    #[test]
    fn a_body_changes_alone((text, i) in headline(), body in org_text()) {
        let outline = Outline::scan(&text);
        let span = outline.headlines()[i].body.clone();
        if let Ok(new) = edit::append_body(&text, i, &body) {
            let now = only(&text, span.clone(), &new);
            let before = text[span.clone()].trim_end_matches([' ', '\t', '\r', '\n']);
            prop_assert!(now.starts_with(before), "{:?}", now);
            let unix = |text: &str| text.replace("\r\n", "\n");
            prop_assert!(unix(&now).contains(unix(&body).trim_end()), "{:?}", now);
        }
        if let Ok(new) = edit::replace_body(&text, i, &body) {
            let now = only(&text, span, &new);
            let unix = |text: &str| text.replace("\r\n", "\n").trim_matches(['\r', '\n']).to_owned();
            prop_assert_eq!(unix(&now), unix(&body));
            let after = Outline::scan(&new);
            prop_assert_eq!(after.headlines().len(), outline.headlines().len());
        }
    }

    #[test]
    fn tags_change_the_end_of_their_line(
        (text, i) in headline(),
        tags in prop::sample::subsequence(vec!["work", "a", "ü", "x_1", "@home"], 0..4),
    ) {
        let outline = Outline::scan(&text);
        let Ok(new) = edit::set_tags(&text, i, &tags) else { return Ok(()) };
        prop_assert_eq!(Outline::scan(&new).tags(i).collect::<Vec<_>>(), tags);
        let headline = &outline.headlines()[i];
        // Behind the last of stars, keyword and title.
        let stars = headline.line.start + headline.level + 1;
        let start = stars + text[stars..headline.title.end.max(stars)].trim_end_matches([' ', '\t']).len();
        let end = headline.line.start + text[headline.line.clone()].trim_end_matches('\n').trim_end_matches('\r').len();
        let now = only(&text, start.min(end)..end, &new);
        prop_assert!(now.trim().is_empty() || now.trim().starts_with(':'), "{:?}", now);
    }

    #[test]
    fn an_insertion_is_all_there_is_more((text, i) in headline(), more in org_text(), level in 1usize..6) {
        let outline = Outline::scan(&text);
        let entry = format!("{} new{more}", "*".repeat(level));
        let spot = outline.subtree(i).end;
        for (at, new) in [(spot, edit::insert_under(&text, i, &entry)), (text.len(), edit::insert_at_end(&text, &entry))] {
            let Ok(new) = new else { continue };
            let now = only(&text, at..at, &new);
            let unix = |text: &str| text.replace("\r\n", "\n").trim_matches(['\r', '\n']).to_owned();
            prop_assert_eq!(unix(&now), unix(&entry));
            let count = Outline::scan(&entry).headlines().len();
            prop_assert_eq!(Outline::scan(&new).headlines().len(), outline.headlines().len() + count);
        }
        if let Ok(new) = edit::insert_under(&text, i, &entry) {
            let after = Outline::scan(&new);
            let first = after.headline_at(spot + 2).unwrap();
            prop_assert!((0..=first).rev().any(|j| j == i) && after.subtree(i).end > spot);
        }
    }

    #[test]
    fn a_removed_subtree_is_all_that_goes((text, i) in headline()) {
        let outline = Outline::scan(&text);
        let Ok(new) = edit::remove_subtree(&text, i) else { return Ok(()) };
        let span = outline.subtree(i);
        prop_assert_eq!(new, format!("{}{}", &text[..span.start], &text[span.end..]));
    }

    #[test]
    fn an_edit_of_the_wrong_headline_or_of_any_text_is_an_error_and_no_panic(text in any_text(), more in any_text(), i in 0usize..9) {
        let count = Outline::scan(&text).headlines().len();
        let edits = [
            edit::set_keyword(&text, i, Some(&more), Some(&more)),
            edit::set_keyword(&text, i, None, None),
            edit::set_property(&text, i, &more, "x"),
            edit::set_property(&text, i, "X", &more),
            edit::remove_property(&text, i, &more),
            edit::append_body(&text, i, &more),
            edit::replace_body(&text, i, &more),
            edit::set_tags(&text, i, &[&more]),
            edit::insert_under(&text, i, &more),
            edit::remove_subtree(&text, i),
        ];
        prop_assert!(i < count || edits.iter().all(Result::is_err));
        let _ = edit::insert_at_end(&text, &more);
    }
}
