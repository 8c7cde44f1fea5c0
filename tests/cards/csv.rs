//! CSV, with names and without.

use memento::cards::exchange::Format;
use memento::cards::{NewCard, Query};
use proptest::prelude::*;

use crate::home::Home;
use crate::import::read;
use crate::json::written;

#[test]
fn columns_in_any_order_and_none_named() {
    for text in [
        "tags,Back,Front,notes,project\nx y,b,a,n,p\n",
        "a,b,n,x y,p\n",
        "a\tb\tn\tx y\tp\r\n",
        "\u{feff}a;b;n;x y;p",
        "#separator:tab\n#html:false\na\tb\tn\tx y\tp\n",
        "question,answer,notes,tags,project\n\n\"a\",\"b\",n,\"x,y\",p\n,,,,\n",
    ] {
        let home = Home::new();
        let cards = home.on("2026-01-05");
        let done = read(&cards, Format::Csv, text).unwrap();
        assert_eq!(done.added.len(), 1, "{text:?}");
        let card = &done.added[0];
        let got = (card.question.as_str(), card.answer.as_str(), card.notes.as_str(), card.project.as_str());
        assert_eq!((got, card.tags.join(" ").as_str()), (("a", "b", "n", "p"), "x y"), "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    for (text, part) in [
        ("a,b\n\"c\nd\",\n", "card 1 (line 2): it has no answer"),
        ("question,answer,when\na,b,c\n", "line 1: \"when\" is no field of a card"),
        ("question,answer\na,b,c\n", "card 0 (line 2): it has 3 columns where there are 2"),
    ] {
        let error = read(&cards, Format::Csv, text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    assert_eq!(cards.list(&Query::default()).unwrap().total, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn texts_come_back(texts in prop::collection::vec(("[ -~\n\r\t'\"=+@;,\u{feff}é狗]{0,20}x", "[ -~\n\r\"',]{0,20}y", "[ -~\n\"]{0,9}"), 1..5)) {
        let home = Home::new();
        let cards = home.on("2026-01-05");
        for (at, (question, answer, notes)) in texts.iter().enumerate() {
            let card = NewCard {
                question: format!("{question}{at}"),
                answer: answer.clone(),
                notes: notes.clone(),
                project: "p".into(),
                tags: vec!["t".into(), "u".into()],
                ..NewCard::default()
            };
            cards.create(card).unwrap();
        }
        let out = String::from_utf8(written(&cards, Format::Csv)).unwrap();
        let other = Home::new();
        let there = other.on("2026-01-05");
        let done = read(&there, Format::Csv, &out).unwrap();
        let texts = |cards: Vec<memento::cards::Card>| cards.into_iter().map(|card| (card.question, card.answer, card.notes, card.tags, card.project)).collect::<std::collections::BTreeSet<_>>();
        prop_assert_eq!(texts(done.added), texts(cards.list(&Query::default()).unwrap().cards));
    }
}
