//! What [`memento::notes::read`] makes of a text, rule by rule, and what holds for any text. `tests/roam_oracle.rs` proves the
//! rules against org-roam; these say them.

#![allow(clippy::unwrap_used, reason = "a test that panics has said so")]

use std::time::{Duration, Instant};

use memento::notes::{FileNotes, RawNode};
use memento::org::Outline;
use proptest::prelude::*;

#[path = "common/stress.rs"]
mod stress;

fn read(text: &str) -> FileNotes {
    memento::notes::read(&Outline::scan(text), "dir/name")
}

/// A drawer with an ID and `more`.
fn drawer(id: &str, more: &str) -> String {
    format!(":PROPERTIES:\n:ID: {id}\n{more}:END:\n")
}

/// The only node of a headline with these lines in its drawer.
fn node(headline: &str, more: &str) -> RawNode {
    let mut nodes = read(&format!("{headline}\n{}", drawer("a", more))).nodes;
    assert_eq!(nodes.len(), 1);
    nodes.remove(0)
}

fn ids(text: &str) -> Vec<String> {
    read(text).nodes.into_iter().map(|node| node.id).collect()
}

/// The ID of the source, the type and the target of each link.
fn links(text: &str) -> Vec<(String, String, String)> {
    let FileNotes { nodes, links, .. } = read(text);
    links.into_iter().map(|link| (nodes[link.source].id.clone(), link.kind, link.target)).collect()
}

fn link(source: &str, kind: &str, target: &str) -> (String, String, String) {
    (source.into(), kind.into(), target.into())
}

#[test]
fn a_file_with_a_drawer_at_its_top_is_a_node() {
    assert_eq!(ids(&drawer("a", "")), ["a"]);
    assert_eq!(ids(&format!("# comment\n{}", drawer("a", ""))), ["a"]);
    assert_eq!(ids(&format!("\n{}", drawer("a", ""))), [""; 0]);
    assert_eq!(ids(&format!("#+title: T\n{}", drawer("a", ""))), [""; 0]);
    let node = &read(&format!("\u{feff}{}#+title: T\n", drawer("a", ""))).nodes[0];
    assert_eq!((node.headline, node.level, node.offset, node.position, node.line), (None, 0, 0, 1, 1));
}

#[test]
fn a_headline_with_a_drawer_below_it_is_a_node() {
    assert_eq!(ids(&format!("* H\nSCHEDULED: <2026-01-01 Thu>\n{}", drawer("a", ""))), ["a"]);
    assert_eq!(ids(&format!("* H\n\n{}", drawer("a", ""))), [""; 0]);
    assert_eq!(ids("* H\n:PROPERTIES:\n:ID: a\ntext\n:END:\n"), [""; 0]);
    assert_eq!(ids(&drawer("nil", "")), [""; 0]);
    assert_eq!(ids(&drawer("", "")), [""; 0]);
}

#[test]
fn positions_are_characters_from_one() {
    let text = format!("\u{feff}{}ü\n** H\n{}\n漢 [[id:b]]\n", drawer("a", ""), drawer("b", ""));
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let notes = read(&text);
        assert_eq!((notes.nodes[1].position, notes.nodes[1].line, notes.nodes[1].level), (29, 5, 2));
        assert_eq!((notes.links[0].position, &text[notes.links[0].offset..][..2]), (63, "[["));
    }
}

#[test]
fn a_file_is_called_by_its_titles_or_its_name() {
    assert_eq!(read("#+title: One\n* H\n#+TITLE: [[id:x][Two]]\n").title, "One Two");
    assert_eq!(read("#+title:\n").title, "dir/name");
    assert_eq!(read("#+begin_src org\n#+title: T\n#+end_src\n").title, "dir/name");
    assert_eq!(read(&format!("{}#+title: T *b*\n", drawer("a", ""))).nodes[0].title, "T *b*");
}

#[test]
fn a_headline_is_called_by_what_is_behind_keyword_and_priority() {
    let is = |headline: &str, todo: Option<&str>, priority: Option<char>, title: &str| {
        let node = node(headline, "");
        assert_eq!((node.todo.as_deref(), node.priority, node.title.as_str()), (todo, priority, title), "{headline}");
    };
    is("* TODO [#A] H [1/2] :tag:", Some("TODO"), Some('A'), "H [1/2]");
    is("* COMMENT H", None, None, "COMMENT H");
    is("* DONE [#B] COMMENT H", Some("DONE"), Some('B'), "COMMENT H");
    is("* [#A]H", None, None, "[#A]H");
    is("* See [[id:x][this]] and [[id:y]]", None, None, "See this and id:y");
}

#[test]
fn a_headline_without_title_is_reported() {
    let notes = read(&format!("{}* \n{}[[id:b]]\n", drawer("a", ""), drawer("c", "")));
    assert_eq!(notes.nodes.len(), 1);
    assert_eq!((notes.links[0].source, notes.problems[0].0), (0, 4));
}

#[test]
fn the_path_has_the_titles_above() {
    let text = format!("* [[id:x][A]] [1/2]\n*** B\n** TODO C\n*** H\n{}", drawer("a", ""));
    assert_eq!(read(&text).nodes[0].path, ["A", "C"]);
}

#[test]
fn tags_are_inherited_and_of_doubles_the_nearest_stays() {
    let text = format!("#+filetags: :f:a: g\n* A :a:b:\n** B\n*** C :c:f:\n{}", drawer("x", ""));
    assert_eq!(read(&text).nodes[0].tags, ["g", "a", "b", "c", "f"]);
    assert_eq!(read(&format!("{}#+filetags: :a:b:a:\n", drawer("x", ""))).nodes[0].tags, ["a", "b", "a"]);
}

#[test]
fn what_is_excluded_is_no_node_and_leaves_its_links_to_the_node_above() {
    let text = |value: &str| {
        format!("* A\n{}** B\n{}[[id:x]]\n", drawer("a", ""), drawer("b", &format!(":ROAM_EXCLUDE:{value}\n")))
    };
    assert_eq!(links(&text(" t")), [link("a", "id", "x")]);
    assert_eq!(links(&text("")), [link("a", "id", "x")]);
    assert_eq!(links(&text(" nil")), [link("b", "id", "x")]);
    // The property is not inherited.
    assert_eq!(ids(&format!("{}* B\n{}", drawer("a", ":ROAM_EXCLUDE: t\n"), drawer("b", ""))), ["b"]);
}

#[test]
fn aliases_are_split_as_in_a_shell() {
    assert_eq!(node("* H", ":ROAM_ALIASES: a \"b c\" \"d \\\"e\\\"\"\n").aliases, ["a", "b c", "d \"e\""]);
    assert_eq!(node("* H", ":ROAM_ALIASES+: c\n:roam_aliases: a\n:ROAM_ALIASES+: b\n").aliases, ["a", "c", "b"]);
    assert_eq!(node("* H", ":ROAM_ALIASES: first\n:ROAM_ALIASES: second\n").aliases, ["first"]);
    assert_eq!(node("* H", ":ROAM_ALIASES: nil\n:ROAM_ALIASES+: b\n").aliases, ["b"]);
}

#[test]
fn a_quote_too_few_is_reported_and_costs_only_that_list() {
    let notes = read(&format!("#+title: T\n* H\n{}", drawer("a", ":ROAM_ALIASES: \"b\n:ROAM_REFS: @c\n")));
    assert_eq!((notes.nodes[0].aliases.len(), notes.nodes[0].refs.len()), (0, 1));
    let (line, problem) = &notes.problems[0];
    assert!(*line == 5 && problem.starts_with("ROAM_ALIASES "), "{line}: {problem}");
}

#[test]
fn refs_are_paths_and_keys() {
    let refs = |value: &str| node("* H", &format!(":ROAM_REFS: {value}\n")).refs;
    assert_eq!(refs("https://A.org/B http://c.org"), ["//a.org/B", "//c.org"]);
    assert_eq!(refs("@a [cite:@b;@c]"), ["@a", "@b", "@c"]);
    assert_eq!(refs("[[https://a.org][A]] \"https://a.org/b c\""), ["//a.org", "//a.org/b c"]);
    let notes = read(&drawer("a", ":ROAM_REFS: word https://a.org\n"));
    assert_eq!(notes.nodes[0].refs, ["//a.org"]);
    assert!(notes.problems[0].1.contains("`word`"), "{:?}", notes.problems);
}

#[test]
fn links_have_a_type_and_a_target() {
    let of =
        |text: &str| links(&format!("{}{text}\n", drawer("a", ""))).into_iter().map(|(_, kind, target)| (kind, target));
    let is = |text: &str, kind: &str, target: &str| {
        assert_eq!(of(text).collect::<Vec<_>>(), [(kind.to_owned(), target.to_owned())], "{text}");
    };
    is("[[id:b::*c][d]]", "id", "b");
    is("[[file:b.org::*c]]", "file", "b.org");
    is("[[file:///b]]", "file", "/b");
    is("[[./b]]", "file", "./b");
    is("[[https://b.org/c::d]]", "https", "//b.org/c::d");
    is("<https://b.org>", "https", "//b.org");
    is("https://b.org.", "https", "//b.org");
    is("[[roam:B c]]", "roam", "B c");
    is("[[b:c]]", "fuzzy", "b:c");
    is("[[#b]]", "custom-id", "b");
    is("[[(b)]]", "coderef", "b");
    is("[[id:b\n  c]]", "id", "b c");
    is("[[file:b\\]c]]", "file", "b]c");
    is("#+link: b ./%s.org\n\n[[b:d]]", "file", "./d.org");
    is("#+link: \"b\" file:\n\n[[b:d]]", "file", "d");
    is("[cite:see @b p. 3]", "cite", "b");
}

#[test]
fn links_in_titles_properties_and_keywords_count() {
    let text = format!(
        "{}#+author: [[id:b]]\n#+transclude: [[id:c]]\n* [[id:d]]\n{}#+name: [[id:e]]\ntext\n\n#+caption: ~[[id:f]]~ [[id:g]]\n| h |\n",
        drawer("a", ":UP: [[id:i]]\n:ROAM_REFS: https://j.org\n"),
        drawer("k", ":UP: <https://l.org>\n"),
    );
    let expected = [
        link("a", "id", "i"),
        link("a", "id", "b"),
        link("k", "id", "d"),
        link("k", "https", "//l.org"),
        link("k", "id", "g"),
    ];
    assert_eq!(links(&text), expected);
}

#[test]
fn links_in_comments_source_and_verbatim_do_not_count() {
    let text =
        "# [[id:b]]\n#+begin_src c\n[[id:b]]\n[cite:@b]\n#+end_src\n: [[id:b]]\n=[[id:b]]= ~[cite:@b]~ [[id:c]]\n";
    assert_eq!(links(&format!("{}{text}", drawer("a", ""))), [link("a", "id", "c")]);
}

#[test]
fn links_outside_of_nodes_are_left_out() {
    assert_eq!(links(&format!("[[id:x]]\n* A\n[[id:x]]\n** B\n{}[[id:y]]\n", drawer("b", ""))), [link("b", "id", "y")]);
}

#[test]
fn every_key_of_a_citation_counts() {
    let text = format!("{}[cite/t:also; see @a p. 1; @b;c;@d; all] [cite:none] [cite:@e [f]]\n", drawer("x", ""));
    let keys: Vec<_> = links(&text).into_iter().map(|(_, _, key)| key).collect();
    assert_eq!(keys, ["a", "b", "d", "e"]);
}

#[test]
fn reading_is_linear() {
    let mut texts = stress::texts(1 << 16);
    let title = "t ".repeat(1 << 16);
    let children = format!("** H\n{}", drawer("a", "")).repeat(10_000);
    texts.push(("notes below a long title".into(), format!("* {title}\n{children}")));
    texts.push(("notes below many tags".into(), format!("#+filetags: {title}\n{children}")));
    texts.push(("many refs".into(), drawer("a", &":ROAM_REFS+: a https://b.org\n".repeat(20_000))));
    texts
        .push(("a long replacement".into(), format!("#+link: a {title}\n{}[[a:b]]\n", drawer("a", "").repeat(10_000))));
    for (name, text) in texts {
        for text in [stress::with_links(&text), text] {
            let text = drawer("file", "") + &text;
            let start = Instant::now();
            let notes = read(&text);
            let took = start.elapsed();
            assert!(took < Duration::from_secs(5), "{name} took {took:?}");
            let size: usize =
                notes.nodes.iter().flat_map(|node| node.path.iter().chain(&node.tags)).map(String::len).sum();
            assert!(size <= 10 * text.len() + (2 << 20), "{name}: {size}");
        }
    }
}

/// What notes are made of.
const PARTS: &[&str] = &[
    "\n",
    "\n",
    "\r\n",
    "\n\n",
    "* ",
    "\n* ",
    "\n** ",
    "\n**** ",
    "TODO ",
    "COMMENT ",
    "[#A] ",
    "[#A]",
    " :a:b:",
    " ",
    "\n:PROPERTIES:\n",
    ":PROPERTIES:\r\n",
    ":ID: 1\n",
    ":ID: ü\n",
    ":ID+: 3\n",
    ":ID: nil\n",
    ":END:\n",
    ":END:",
    ":ROAM_ALIASES: ",
    ":ROAM_ALIASES+: nil\n",
    ":ROAM_REFS: ",
    ":ROAM_EXCLUDE: ",
    ":UP: ",
    "\"",
    "\\",
    "\"a b\" ",
    "#+title: ",
    "#+filetags: :a:b:",
    "#+link: a b%sc\n",
    "#+caption: ",
    "#+name: x\n",
    "#+begin_src\n",
    "#+end_src\n",
    "[[id:a][b]]",
    "[[",
    "]]",
    "][",
    "[",
    "]",
    "[cite:",
    "[cite/ü:",
    "@k",
    "@",
    ";",
    "https://a.b/",
    "file:",
    "::",
    ":",
    "file:///C:/x",
    "[1/2]",
    "[50%]",
    "[/",
    "roam:",
    "<",
    ">",
    "(",
    ")",
    "=",
    "~",
    "ü",
    "漢",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "word",
];

fn any_text() -> impl Strategy<Value = String> {
    let notes = prop::collection::vec(prop::sample::select(PARTS), 0..50).prop_map(|parts| parts.concat());
    prop_oneof![4 => notes, 1 => any::<String>(), 1 => "[*: \r\n#+\\[\\]@;a-cA-C]{0,80}"]
}

/// Characters before `offset`, slowly.
fn position(text: &str, offset: usize) -> usize {
    text[..offset].trim_start_matches('\u{feff}').replace("\r\n", "\n").chars().count() + 1
}

proptest! {
    // A failure prints its input; nothing is written beside the source.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_read(text in any_text()) {
        let text = text.trim_start_matches('\u{feff}');
        let notes = read(text);
        let lines = text.lines().count().max(1);
        prop_assert!(notes.nodes.is_sorted_by_key(|node| node.offset));
        prop_assert!(notes.links.is_sorted_by_key(|link| link.offset));
        for node in &notes.nodes {
            prop_assert!(!node.id.is_empty() && (1..=lines).contains(&node.line));
            prop_assert_eq!(node.position, position(text, node.offset));
            prop_assert_eq!(node.line, text[..node.offset].matches('\n').count() + 1);
        }
        for link in &notes.links {
            prop_assert!(link.source < notes.nodes.len() && !link.kind.is_empty());
            prop_assert!(notes.nodes[link.source].offset <= link.offset);
            prop_assert_eq!(link.position, position(text, link.offset));
        }
        for (line, _) in &notes.problems {
            prop_assert!((1..=lines).contains(line));
        }
    }
}
