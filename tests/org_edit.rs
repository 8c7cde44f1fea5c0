//! What each edit makes of a text, by example.

use memento::Error;
use memento::org::{Outline, edit};

const STAMP: &str = "[2026-11-21 Sat 10:00]";

#[test]
fn a_keyword_is_set_replaced_and_removed() {
    for (before, keyword, after) in [
        ("* a", Some("TODO"), "* TODO a"),
        ("*   a  :x:\n", Some("DONE"), "*   DONE a  :x:\n"),
        ("* ", Some("TODO"), "* TODO"),
        ("* \n", Some("TODO"), "* TODO\n"),
        ("* [#A] a\r\n", Some("TODO"), "* TODO [#A] a\r\n"),
        ("* COMMENT a", Some("TODO"), "* TODO COMMENT a"),
        ("* TODO  a", Some("DONE"), "* DONE  a"),
        ("* TODO  a", None, "* a"),
        ("* TODO", None, "* "),
        ("* TODO :x:", None, "* :x:"),
        ("\u{feff}* TODO a", Some("DONE"), "\u{feff}* DONE a"),
        ("#+TODO: A(a) | B(b@)\n* A a", Some("B"), "#+TODO: A(a) | B(b@)\n* B a"),
    ] {
        assert_eq!(edit::set_keyword(before, 0, keyword, None).unwrap(), after, "{before:?}");
    }
}

#[test]
fn closed_shares_the_planning_line() {
    for (before, closed, after) in [
        ("* TODO a", Some(STAMP), "* TODO a\nCLOSED: [2026-11-21 Sat 10:00]\n"),
        ("* TODO a\r\nb\r\n", Some(STAMP), "* TODO a\r\nCLOSED: [2026-11-21 Sat 10:00]\r\nb\r\n"),
        (
            "* TODO a\n  :PROPERTIES:\n  :ID: 1\n  :END:\n",
            Some(STAMP),
            "* TODO a\n  CLOSED: [2026-11-21 Sat 10:00]\n  :PROPERTIES:\n  :ID: 1\n  :END:\n",
        ),
        (
            "* TODO a\n  SCHEDULED: <2026-01-01 Thu>\n",
            Some(STAMP),
            "* TODO a\n  CLOSED: [2026-11-21 Sat 10:00] SCHEDULED: <2026-01-01 Thu>\n",
        ),
        (
            "* TODO a\nDEADLINE: <2026-01-01 Thu> CLOSED: [2025-01-01 Wed]  \nb",
            Some(STAMP),
            "* TODO a\nDEADLINE: <2026-01-01 Thu> CLOSED: [2026-11-21 Sat 10:00]  \nb",
        ),
        (
            "* TODO a\nDEADLINE: <2026-01-01 Thu> CLOSED: [2025-01-01 Wed]\nb",
            None,
            "* TODO a\nDEADLINE: <2026-01-01 Thu>\nb",
        ),
        ("* TODO a\nCLOSED: [2025-01-01 Wed] DEADLINE: <2026-01-01 Thu>", None, "* TODO a\nDEADLINE: <2026-01-01 Thu>"),
        ("* TODO a\n  CLOSED: [2025-01-01 Wed]\n  b", None, "* TODO a\n  b"),
        ("* TODO a\nCLOSED: [2025-01-01 Wed]", None, "* TODO a\n"),
        (
            "* TODO a\nCLOSED: [2025-01-01 Wed] CLOSED: [2025-01-02 Thu] SCHEDULED: <2026-01-01 Thu>\n",
            Some(STAMP),
            "* TODO a\nCLOSED: [2026-11-21 Sat 10:00] SCHEDULED: <2026-01-01 Thu>\n",
        ),
    ] {
        assert_eq!(edit::set_keyword(before, 0, Some("TODO"), closed).unwrap(), after, "{before:?}");
    }
}

#[test]
fn a_keyword_that_cannot_be_is_refused() {
    for (before, keyword, closed) in [
        ("x\n* a", Some("WAIT"), None),
        ("x\n* a", Some(""), None),
        ("x\n* a", Some("TODO"), Some("<2026-01-01 Thu>")),
        ("x\n* a", Some("TODO"), Some("[]")),
        ("x\n* a", Some("TODO"), Some("[2026-01-01 Thu]\n* b]")),
        // The title would become the keyword.
        ("x\n* TODO DONE", None, None),
        // The text below would become the drawer.
        ("x\n* TODO a\nCLOSED: [2025-01-01 Wed] b\n:PROPERTIES:\n:ID: 1\n:END:\n", Some("TODO"), None),
    ] {
        match edit::set_keyword(before, 0, keyword, closed) {
            Err(Error::Invalid(message)) => assert!(message.starts_with("line 2: "), "{message}"),
            other => panic!("{before:?}: {other:?}"),
        }
    }
    assert!(matches!(edit::set_keyword("* a", 1, None, None), Err(Error::NotFound(_))));
}

#[test]
fn a_property_is_set_where_it_stands_or_last() {
    for (before, value, after) in [
        ("* a", "1", "* a\n:PROPERTIES:\n:ID: 1\n:END:\n"),
        ("* a\r\nb", "1", "* a\r\n:PROPERTIES:\r\n:ID: 1\r\n:END:\r\nb"),
        ("* a\n\u{20}SCHEDULED: <x>\nb", "1", "* a\n SCHEDULED: <x>\n :PROPERTIES:\n :ID: 1\n :END:\nb"),
        ("* a\n:PROPERTIES:\n:END:", "1", "* a\n:PROPERTIES:\n:ID: 1\n:END:"),
        ("* a\n:PROPERTIES:\n   :X:   y\n :END:  \n", "1", "* a\n:PROPERTIES:\n   :X:   y\n   :ID: 1\n :END:  \n"),
        ("* a\n:PROPERTIES:\n :id:   2  \r\n:END:\n", "1", "* a\n:PROPERTIES:\n :id:   1  \r\n:END:\n"),
        ("* a\n:PROPERTIES:\n:ID:\n:END:\n", "1", "* a\n:PROPERTIES:\n:ID: 1\n:END:\n"),
        ("* a\n:PROPERTIES:\n:ID: 2\n:END:\n", "", "* a\n:PROPERTIES:\n:ID:\n:END:\n"),
        ("* a\n:PROPERTIES:\n:ID+: 3\n:ID: 2\n:id+: 4\n:END:\n", "1", "* a\n:PROPERTIES:\n:ID: 1\n:END:\n"),
        ("* a\n:PROPERTIES:\n:ID+: 3\n:X: 2\n:END:\n", "1", "* a\n:PROPERTIES:\n:X: 2\n:ID: 1\n:END:\n"),
        // A malformed drawer is text.
        (
            "* a\n:PROPERTIES:\ntext\n:ID: 2\n:END:\n",
            "1",
            "* a\n:PROPERTIES:\n:ID: 1\n:END:\n:PROPERTIES:\ntext\n:ID: 2\n:END:\n",
        ),
    ] {
        let set = edit::set_property(before, 0, "ID", value).unwrap();
        assert_eq!(set, after, "{before:?}");
        assert_eq!(Outline::scan(&set).property(0, "ID").as_deref(), Some(value));
    }
}

#[test]
fn a_property_that_cannot_be_is_refused() {
    for (key, value) in [
        ("", "1"),
        ("END", ""),
        ("properties", "1"),
        ("A B", "1"),
        ("A+", "1"),
        ("A\n", "1"),
        ("A\u{a0}B", "1"),
        ("ID", "a\nb"),
        ("ID", "a\r"),
        ("ID", " a"),
        ("ID", "a\t"),
    ] {
        let refused = edit::set_property("* a\n", 0, key, value);
        assert!(matches!(refused, Err(Error::Invalid(_))), "{key:?} {value:?} {refused:?}");
    }
}

#[test]
fn a_property_goes_with_all_its_lines() {
    let text = "* a\n:PROPERTIES:\n:ID: 1\n:X: 2\n:id+: 3\n:END:\nb\n";
    let without = edit::remove_property(text, 0, "Id").unwrap();
    assert_eq!(without, "* a\n:PROPERTIES:\n:X: 2\n:END:\nb\n");
    assert_eq!(edit::remove_property(&without, 0, "X").unwrap(), "* a\nb\n");
    assert_eq!(edit::remove_property(&without, 0, "Y").unwrap(), without);
    let twice = "* a\n:PROPERTIES:\n:ID: 1\n:END:\n:PROPERTIES:\n:ID: 2\n:END:\n";
    assert!(matches!(edit::remove_property(twice, 0, "ID"), Err(Error::Invalid(_))));
}

#[test]
fn a_body_is_added_to_and_replaced() {
    for (before, added, after) in [
        ("* a", "b", "* a\nb\n"),
        ("* a\n\n\n* c\n", "b\n", "* a\nb\n\n\n* c\n"),
        ("* a\r\nx\r\n\r\n** c\r\n", "b\nd", "* a\r\nx\r\nb\r\nd\r\n\r\n** c\r\n"),
        ("* a\nx\r\n", "b\r\n", "* a\nx\r\nb\n"),
        ("* a\nx", "", "* a\nx"),
    ] {
        assert_eq!(edit::append_body(before, 0, added).unwrap(), after, "{before:?}");
    }
    assert_eq!(edit::replace_body("* a\nx\n* b\n", 0, "y").unwrap(), "* a\ny\n* b\n");
    assert_eq!(edit::replace_body("* a", 0, "y").unwrap(), "* a\ny\n");
    assert_eq!(edit::replace_body("* a\nx\n", 0, "").unwrap(), "* a\n");
    for bad in ["* b", "x\n** b\n", ":PROPERTIES:\n:ID: 1\n:END:\n", "SCHEDULED: <2026-01-01 Thu>\n", "#+TODO: A | B\n"]
    {
        for refused in [edit::append_body("* a\n", 0, bad), edit::replace_body("* a\n", 0, bad)] {
            match refused {
                Err(Error::Invalid(message)) => assert!(message.starts_with("line 1: "), "{message}"),
                other => panic!("{bad:?}: {other:?}"),
            }
        }
    }
    assert_eq!(edit::append_body("* a\n", 0, ",* b").unwrap(), "* a\n,* b\n");
}

#[test]
fn tags_are_set_in_place() {
    for (before, tags, after) in [
        ("* a", &["x"][..], "* a  :x:"),
        ("* a  \t\r\n", &["x", "ü"], "* a  :x:ü:\r\n"),
        ("* a       :y:\n", &["x"], "* a       :x:\n"),
        ("* a       :y:\n", &[], "* a\n"),
        ("* a\n", &[], "* a\n"),
        ("* \n", &["x"], "* :x:\n"),
        ("* :x:\n", &[], "* \n"),
        ("* TODO\n", &["x"], "* TODO  :x:\n"),
    ] {
        assert_eq!(edit::set_tags(before, 0, tags).unwrap(), after, "{before:?}");
    }
    for bad in ["", "a b", "a:b", "a-b", "a\n"] {
        assert!(matches!(edit::set_tags("* a", 0, &[bad]), Err(Error::Invalid(_))), "{bad:?}");
    }
    // Below the tags others would come to light.
    assert!(matches!(edit::set_tags("* a :x: :y:", 0, &[]), Err(Error::Invalid(_))));
}

#[test]
fn entries_come_and_go() {
    assert_eq!(edit::insert_under("* a\n** b\nx", 0, "** c").unwrap(), "* a\n** b\nx\n** c\n");
    assert_eq!(edit::insert_under("* a\r\n* b\r\n", 0, "*** c\nd\n").unwrap(), "* a\r\n*** c\r\nd\r\n* b\r\n");
    assert_eq!(edit::insert_at_end("", "* a").unwrap(), "* a\n");
    assert_eq!(edit::insert_at_end("\u{feff}", "* a").unwrap(), "\u{feff}* a\n");
    assert_eq!(edit::insert_at_end("x\r\ny", "* a\n** b").unwrap(), "x\r\ny\r\n* a\r\n** b\r\n");
    for bad in ["", "a", " * a", "x\n* a", "\u{feff}* a"] {
        assert!(matches!(edit::insert_at_end("* a", bad), Err(Error::Invalid(_))), "{bad:?}");
        assert!(matches!(edit::insert_under("* a", 0, bad), Err(Error::Invalid(_))), "{bad:?}");
    }
    assert!(matches!(edit::insert_under("* a", 0, "* b"), Err(Error::Invalid(_))));
    assert!(matches!(edit::insert_under("* a", 0, "** b\n* c"), Err(Error::Invalid(_))));
    assert!(matches!(edit::insert_at_end("* TODO a", "* b\n#+TODO: A | B"), Err(Error::Invalid(_))));

    assert_eq!(edit::remove_subtree("x\n* a\n** b\n* c\n", 0).unwrap(), "x\n* c\n");
    assert_eq!(edit::remove_subtree("x\n* a\n** b\n* c\n", 1).unwrap(), "x\n* a\n* c\n");
    assert!(matches!(edit::remove_subtree("* A a\n* b\n#+TODO: A | B", 1), Err(Error::Invalid(_))));
}
