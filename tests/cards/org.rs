//! Org, ours and that of others.

use memento::cards::exchange::Format;
use memento::cards::{Card, NewCard, Query, Source, State};
use proptest::prelude::*;

use crate::home::Home;
use crate::import::read;
use crate::json::written;

fn texts(card: &Card) -> impl PartialEq + std::fmt::Debug + use<> {
    let card = card.clone();
    let rest =
        (card.tags, card.project, card.source, card.entry, card.state, card.own_algorithm.then_some(card.algorithm));
    (card.id, card.question, card.answer, card.notes, rest)
}

fn comes_back(new: Vec<NewCard>) -> String {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    for card in new {
        cards.create(card).unwrap();
    }
    let out = String::from_utf8(written(&cards, Format::Org)).unwrap();
    let other = Home::new();
    let there = other.on("2026-01-05");
    read(&there, Format::Org, &out).unwrap_or_else(|error| panic!("{error}\n{out}"));
    for card in cards.list(&Query::default()).unwrap().cards {
        assert_eq!(texts(&there.get(&card.id).unwrap()), texts(&card), "{out}");
    }
    assert_eq!(String::from_utf8(written(&there, Format::Org)).unwrap(), out);
    out
}

#[test]
fn a_heading_for_each_card() {
    let out = comes_back(vec![
        NewCard {
            id: Some("11111111-1".into()),
            question: "What is ownership?".into(),
            answer: "A rule.\n\n#+begin_src rust\nlet a = b;\n#+end_src".into(),
            notes: "See the book.".into(),
            tags: vec!["rust".into()],
            project: "lang::rust".into(),
            source: Some(Source::File { path: "src/a b.rs".into(), line: Some(12) }),
            ..NewCard::default()
        },
        NewCard {
            id: Some("22222222-2".into()),
            question: "* not a heading\n:PROPERTIES:\nand :x:".into(),
            answer: "* nor this\n#+TODO: NOW\n,* nor that".into(),
            notes: "two\nlines".into(),
            state: State::Suspended,
            algorithm: Some("fixed:1,2".parse().unwrap()),
            ..NewCard::default()
        },
    ]);
    let want = "#+title: Flashcards\n#+memento: flashcards 1\n\n* What is ownership?  :rust:\n:PROPERTIES:\n:ID: 11111111-1\n:PROJECT: lang::rust\n\
        :NOTES: See the book.\n:SOURCE_FILE: src/a b.rs::12\n:END:\nA rule.\n\n#+begin_src rust\nlet a = b;\n#+end_src\n\n\
        * Card: * not a heading\n:PROPERTIES:\n:ID: 22222222-2\n:STATE: suspended\n:ALGORITHM: fixed:1,2\n:END:\n\
        ** Question\n,* not a heading\n,:PROPERTIES:\nand :x:\n** Answer\n,* nor this\n,#+TODO: NOW\n,,* nor that\n** Notes\ntwo\nlines\n";
    assert_eq!(out, want);
}

#[test]
fn questions_that_org_would_obey() {
    let questions = [
        "TODO write",
        "[#A] first",
        "COMMENT out",
        "a :tag:",
        ":x:",
        "DONE",
        "Answer",
        "**",
        "b  ",
        "\ta",
        "# x",
        "[1/2]",
    ];
    comes_back(
        questions
            .iter()
            .map(|question| NewCard {
                question: (*question).into(),
                answer: "SCHEDULED: <2026-01-01>\n\n\n:END:".into(),
                ..NewCard::default()
            })
            .collect(),
    );
}

#[test]
fn what_people_have() {
    let text = "#+title: Deck\n#+filetags: :deck:\n#+PROPERTY: ANKI_DECK Lang\n\n* Verbs :verb:\n\
        ** TODO What is /go/?  :x:\n:PROPERTIES:\n:ID: note-1\n:END:\n\n  to go\n\n\
        ** Capital of France?\n*** Answer\nParis\n*** Notes\nA city.\n";
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let done = read(&cards, Format::Org, text).unwrap();
    let got: Vec<_> =
        done.added.iter().map(|card| (card.question.as_str(), card.answer.as_str(), card.notes.as_str())).collect();
    assert_eq!(got, [("What is /go/?", "  to go", ""), ("Capital of France?", "Paris", "A city.")]);
    assert_eq!((done.added[0].tags.join(" "), done.added[0].project.as_str()), ("deck verb x".into(), "Lang"));
    assert_eq!(done.added[0].source, Some(Source::Note("note-1".into())));
    // Where org-drill or org-fc have marked cards, the other headings are none.
    let text = "* Introduction\nwords\n* Item :drill:\nWho wrote it?\n** The Answer\nHe did.\n* Front text :fc:suspended:\n\
        :PROPERTIES:\n:FC_TYPE: normal\n:END:\n** Back\nBack text\n";
    let done = read(&cards, Format::Org, text).unwrap();
    let got: Vec<_> =
        done.added.iter().map(|card| (card.question.as_str(), card.answer.as_str(), card.state)).collect();
    assert_eq!(
        got,
        [("Item\n\nWho wrote it?", "He did.", State::Active), ("Front text", "Back text", State::Suspended)]
    );
    let error = read(&cards, Format::Org, "* Empty\n* Full\nx\n").unwrap_err().to_string();
    assert!(error.contains("card 0 (line 1): the answer is empty"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn texts_come_back(texts in prop::collection::vec(("([*#+:,a-zA-Z_ \t\n\r]|TODO |:END:\n|:PROPERTIES:\n|\n\\* |\n,\\* |#\\+TODO: ){0,12}q", "([*#+:,a-z \n\r]|\n\\*\\* |:a:|CLOSED: ){0,12}a", "([*:,a-z \n]|\n\\* ){0,6}"), 1..4)) {
        let new = texts.into_iter().enumerate().map(|(at, (question, answer, notes))| NewCard { question: format!("{question}{at}"), answer, notes, ..NewCard::default() });
        comes_back(new.collect());
    }
}
