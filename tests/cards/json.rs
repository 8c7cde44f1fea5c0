//! JSON as assistants write it, and the full form.

use memento::cards::exchange::{ExportOptions, Format, ReadOptions, export, import};
use memento::cards::{Change, Collection, ImportOptions, NewCard, Query, Source, State};
use proptest::prelude::*;

use crate::home::Home;
use crate::import::read;
use crate::library::answer;

pub(crate) fn all() -> ExportOptions {
    ExportOptions { drafts: true, ..ExportOptions::default() }
}

pub(crate) fn written(cards: &Collection, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    export(cards, format, &all(), &mut out).unwrap();
    out
}

fn refused(text: &str) -> String {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let error = read(&cards, Format::Json, text).unwrap_err().to_string();
    assert_eq!(cards.list(&Query::default()).unwrap().total, 0);
    error
}

#[test]
fn what_assistants_write() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let text = r#"Here they are?"#;
    assert!(read(&cards, Format::Json, text).is_err());
    for (text, want) in [
        (r#"[{"question":"1","answer":"a","tags":["x","y-z"],"notes":"n"}]"#, (1, "x y_z", "n", "")),
        (
            "\u{feff}{\"cards\":[{\"front\":\"2\",\"back\":\"a\",\"deck\":\"d\",\"tags\":\"x, y\"}]}",
            (1, "x y", "", "d"),
        ),
        ("```json\n[{\"Question\":\"3\",\"Answer\":\"a\",\"id\":7}]\n```\n", (1, "", "", "")),
        (r#"{"question":"4","answer":["a","b"],"notes":null}"#, (1, "", "", "")),
        (
            r#"{"project":"p","tags":["t"],"flashcards":[{"q":"5","a":"x"},{"q":"6","a":"x","project":"o"}]}"#,
            (2, "t", "", "p"),
        ),
    ] {
        let done = read(&cards, Format::Json, text).unwrap();
        let card = &done.added[0];
        let got = (done.added.len(), card.tags.join(" "), card.notes.as_str(), card.project.as_str());
        assert_eq!((got.0, got.1.as_str(), got.2, got.3), want, "{text}");
    }
    let text = r#"[{"question":"s1","answer":"a","source":"id:abc","algorithm":"sm2","state":"suspended"},
                   {"question":"s2","answer":"a","source":"src/a.rs:7"},
                   {"question":"s3","answer":"a","source":{"file":{"path":"b.rs"}}}]"#;
    let done = read(&cards, Format::Json, text).unwrap();
    assert_eq!(done.added[0].source, Some(Source::Note("abc".into())));
    assert_eq!((done.added[0].algorithm.to_string().as_str(), done.added[0].state), ("sm2", State::Suspended));
    assert_eq!(done.added[1].source, Some(Source::File { path: "src/a.rs".into(), line: Some(7) }));
    assert_eq!(done.added[2].source, Some(Source::File { path: "b.rs".into(), line: None }));
    // What a list shows is read too.
    let home = Home::new();
    let other = home.on("2026-01-05");
    let shown = serde_json::to_string(&cards.list(&Query::default()).unwrap().cards).unwrap();
    let done = read(&other, Format::Json, &shown).unwrap();
    assert_eq!(done.added.len(), 9);
    assert_eq!(done.added.iter().filter(|card| card.own_algorithm).count(), 1);
}

#[test]
fn what_is_wrong_is_named() {
    for (text, parts) in [
        ("[{\"question\":\"a\" \"answer\":\"b\"}]", &["the file: line 1, column 18", "comma"][..]),
        ("[\n{\"question\":\"a\",\n", &["line 3", "the end is missing"]),
        ("", &["empty"]),
        ("7", &["no list of cards"]),
        ("[7]", &["card 0: it is a number and no object"]),
        ("[{\"question\":\"a\",\"answer\":\"b\"},{\"answer\":\"b\"}]", &["card 1: it has no question"]),
        (
            "[{\"question\":\"a\",\"answer\":\"b\",\"difficulty\":3}]",
            &["card 0: \"difficulty\" is no field", "question, answer, notes, tags"],
        ),
        ("[{\"question\":true,\"answer\":\"b\"}]", &["its question is true or false: give a text"]),
        ("[{\"question\":\"a\",\"answer\":\"b\",\"tags\":[[]]}]", &["a tag of it is a list"]),
        ("[{\"question\":\"a\",\"answer\":\"b\",\"algorithm\":\"sm9\"}]", &["no such algorithm"]),
        ("[{\"question\":\"a\",\"answer\":\"b\",\"state\":\"x\"}]", &["draft, active or suspended"]),
        ("{\"type\":\"memento-cards\",\"version\":9}", &["version 9", "install the newer version"]),
    ] {
        let error = refused(text);
        for part in parts {
            assert!(error.contains(part), "{text}: {part}: {error}");
        }
    }
    let home = Home::new();
    let error =
        import(&home.on("2026-01-05"), Format::Json, "x", b"[\n\"\xff\"]", &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("x: line 2: not UTF-8"), "{error}");
}

/// A collection with everything in it.
pub(crate) fn full(home: &Home) -> Collection {
    let cards = home.on("2026-01-05");
    let new = |question: &str| NewCard {
        question: question.into(),
        answer: "an *answer*\n\n#+begin_src rust\nfn f() {}\n#+end_src".into(),
        ..NewCard::default()
    };
    let one =
        cards.create(NewCard { project: "rust".into(), tags: vec!["b".into(), "a".into()], ..new("one") }).unwrap();
    let two = cards.create(NewCard {
        state: State::Draft,
        source: Some(Source::Note("n".into())),
        ..new("\"two\"\u{2028}\r\n2")
    });
    let three =
        cards.create(NewCard { algorithm: Some("leitner".parse().unwrap()), notes: "tab\t".into(), ..new("three") });
    let four = cards.create(new("four")).unwrap();
    let five = cards.create(new("five")).unwrap();
    cards.set_algorithm("rust", Some("sm2".parse().unwrap()), &mut |_, _| {}).unwrap();
    answer(&cards, &one.id, 2);
    answer(&cards, &one.id, 4);
    let three = three.unwrap();
    answer(&cards, &three.id, 5);
    cards.undo(Some(&three.id)).unwrap();
    answer(&cards, &four.id, 3);
    cards.reset(std::slice::from_ref(&four.id)).unwrap();
    let source = Some(Source::File { path: "a b.rs".into(), line: Some(3) });
    cards.update(&two.unwrap().id, &Change { source: Some(source), ..Change::default() }).unwrap();
    cards.set_state(std::slice::from_ref(&four.id), State::Suspended).unwrap();
    cards.delete(std::slice::from_ref(&five.id)).unwrap();
    cards.purge().unwrap();
    cards.delete(std::slice::from_ref(&three.id)).unwrap();
    cards
}

#[test]
fn the_full_form_comes_back_byte_for_byte() {
    for format in [Format::Json, Format::Jsonl] {
        let home = Home::new();
        let cards = full(&home);
        let out = written(&cards, format);
        let other = Home::new();
        let there = other.on("2026-02-01");
        let done = import(&there, format, "x", &out, &ReadOptions::default()).unwrap();
        assert_eq!((done.added.len(), done.reviews), (4, 4), "{format:?}");
        assert_eq!(String::from_utf8(written(&there, format)).unwrap(), String::from_utf8(out.clone()).unwrap());
        // A second time nothing changes, and the cards stand where they stood.
        let done = import(&there, format, "x", &out, &ReadOptions::default()).unwrap();
        assert_eq!((done.added.len(), done.updated, done.reviews, done.deleted, done.unchanged), (0, 0, 0, 0, 5));
        assert_eq!(written(&there, format), out);
        for card in cards.list(&Query::default()).unwrap().cards {
            assert_eq!(there.get(&card.id).unwrap(), card);
        }
        let dry = ReadOptions {
            import: ImportOptions { dry_run: true, ..ImportOptions::default() },
            ..ReadOptions::default()
        };
        let empty = Home::new();
        let there = empty.on("2026-02-01");
        assert_eq!(import(&there, format, "x", &out, &dry).unwrap().added.len(), 4);
        assert_eq!(there.list(&Query::default()).unwrap().total, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), form in 0..5_usize) {
        let home = Home::new();
        let formats = [Format::Json, Format::Jsonl, Format::Csv, Format::Org, Format::Anki];
        let _ = import(&home.on("2026-01-05"), formats[form], "x", &bytes, &ReadOptions::default());
    }

    #[test]
    fn nor_what_is_nearly_right(cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), byte in any::<u8>(), form in 0..5_usize) {
        let home = Home::new();
        let format = [Format::Json, Format::Jsonl, Format::Csv, Format::Org, Format::Anki][form];
        let mut bytes = written(&full(&home), format);
        let at = flip.index(bytes.len());
        bytes[at] = byte;
        if byte % 2 == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        let other = Home::new();
        let _ = import(&other.on("2026-01-05"), format, "x", &bytes, &ReadOptions::default());
    }
}
