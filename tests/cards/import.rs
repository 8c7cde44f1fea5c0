//! Cards in, one by one and by the thousand.

use memento::cards::exchange::{Format, ReadOptions, import};
use memento::cards::{BadCard, Collection, Direction, ImportOptions, Imported, NewCard, OnDuplicate, Query, State};
use memento::{Error, Result};

use crate::home::Home;

pub(crate) fn read(cards: &Collection, format: Format, text: &str) -> Result<Imported> {
    import(cards, format, "the file", text.as_bytes(), &ReadOptions::default())
}

fn new(question: &str, answer: &str) -> NewCard {
    NewCard { question: question.into(), answer: answer.into(), ..NewCard::default() }
}

fn count(cards: &Collection) -> usize {
    cards.list(&Query::default()).unwrap().total
}

fn with(on_duplicate: OnDuplicate) -> ImportOptions {
    ImportOptions { on_duplicate, ..ImportOptions::default() }
}

#[test]
fn none_or_all_or_the_good_ones() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let deck = || {
        let mut deck: Vec<std::result::Result<NewCard, BadCard>> =
            vec![Ok(new("one", "1")), Ok(new(" ", "2")), Ok(new("three", "3"))];
        deck.push(Err(BadCard { index: 3, line: Some(9), reason: "it is torn".into() }));
        deck.push(Ok(NewCard { tags: vec!["++".into()], ..new("five", "5") }));
        deck
    };
    let error = cards.import(deck(), ImportOptions::default()).unwrap_err().to_string();
    for part in [
        "card 1: the question is empty",
        "card 3 (line 9): it is torn",
        "card 4: \"++\" is no tag",
        "nothing was imported",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(count(&cards), 0);
    let dry = ImportOptions { partial: true, dry_run: true, ..ImportOptions::default() };
    assert_eq!((cards.import(deck(), dry).unwrap().added.len(), count(&cards)), (2, 0));
    let done = cards.import(deck(), ImportOptions { dry_run: false, ..dry }).unwrap();
    assert_eq!((done.added.len(), done.bad.len(), count(&cards)), (2, 3, 2));
    assert_eq!(done.bad.iter().map(|bad| bad.index).collect::<Vec<_>>(), [1, 3, 4]);
    assert_eq!(done.bad[1].line, Some(9));
}

#[test]
fn tags_are_spelt_as_org_can() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let tagged = NewCard {
        tags: ["async-await", "#rust", "two words", "größe", " "].map(String::from).into(),
        ..new("q", "a")
    };
    assert_eq!(cards.create(tagged.clone()).unwrap().tags, ["async_await", "größe", "rust", "two_words"]);
    let done = cards.import(vec![Ok(NewCard { question: "r".into(), ..tagged })], ImportOptions::default()).unwrap();
    assert!(done.warnings[0].contains("async-await is async_await"), "{:?}", done.warnings);
}

#[test]
fn duplicates_are_as_one_says() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let first = cards.create(NewCard { tags: vec!["a".into()], ..new("What is caf\u{e9}?", "coffee") }).unwrap();
    assert!(matches!(cards.create(new("What  is cafe\u{301}?\n", "x")), Err(Error::Conflict(_))));
    let deck = || {
        vec![
            Ok(NewCard { tags: vec!["b".into()], notes: "n".into(), ..new("What is\ncafe\u{301}?", "a place") }),
            Ok(new("what is café?", "another spelling")),
            Ok(NewCard { project: "p".into(), ..new("What is café?", "another project") }),
            Ok(new("new", "1")),
            Ok(new("new", "1")),
        ]
    };
    let error = cards.import(deck(), with(OnDuplicate::Refuse)).unwrap_err().to_string();
    assert!(
        error.contains(&format!("card 0 has the question of {}", &first.id[..8])) && error.contains("card 4"),
        "{error}"
    );
    assert_eq!(count(&cards), 1);
    let done = cards.import(deck(), with(OnDuplicate::Skip)).unwrap();
    assert_eq!((done.added.len(), done.unchanged, count(&cards)), (3, 0, 4));
    let of: Vec<_> = done.duplicates.iter().map(|d| (d.index, d.id.clone(), d.merged)).collect();
    assert_eq!(of, [(0, first.id.clone(), false), (4, done.added[2].id.clone(), false)]);
    let done = cards.import(deck(), with(OnDuplicate::Merge)).unwrap();
    assert_eq!((done.added.len(), done.duplicates.iter().filter(|known| known.merged).count()), (0, 1));
    let merged = cards.get(&first.id).unwrap();
    assert_eq!((merged.answer.as_str(), merged.notes.as_str()), ("coffee\n\na place", "n"));
    assert_eq!(merged.tags, ["a", "b"]);
    // A second time there is nothing to add.
    let again = cards.import(deck(), with(OnDuplicate::Merge)).unwrap();
    assert!(again.duplicates.iter().all(|known| !known.merged));
    assert_eq!(cards.import(deck(), with(OnDuplicate::Add)).unwrap().added.len(), 5);
}

#[test]
fn a_deleted_card_is_no_duplicate() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let made = cards.create(NewCard { id: Some("abcdefgh-1".into()), ..new("q", "a") }).unwrap();
    cards.delete(std::slice::from_ref(&made.id)).unwrap();
    let again = NewCard { id: Some("abcdefgh-1".into()), ..new("q", "a") };
    let done = cards.import(vec![Ok(again)], ImportOptions::default()).unwrap();
    assert_eq!(done.added.len(), 1);
    assert_ne!(done.added[0].id, made.id);
}

#[test]
fn ten_thousand_at_once() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let deck: Vec<_> = (0..10_000)
        .map(|i| {
            Ok(NewCard {
                tags: vec![format!("t{}", i % 50)],
                ..new(&format!("What is the number {i}?"), "a number of some length")
            })
        })
        .collect();
    let done = cards.import(deck, ImportOptions::default()).unwrap();
    assert_eq!(done.added.len(), 10_000);
    let last = Query { text: Some("9999".into()), ..Query::default() };
    assert_eq!(cards.list(&last).unwrap().cards[0].tags, ["t49"]);
}

#[test]
fn a_vocabulary_in_two_directions() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    // Hebrew with a mark of its own, Arabic, Chinese, a combining accent.
    let words = [("כֶּלֶב\u{200f}", "dog"), ("كلب", "dog (ar)"), ("狗", "dog (zh)"), ("e\u{301}t", "zz")];
    let csv: String = words.iter().map(|(word, meaning)| format!("{word},{meaning}\n")).collect();
    let options = ReadOptions { direction: Some(Direction::Both), state: State::Draft, ..ReadOptions::default() };
    let done = import(&cards, Format::Csv, "words.csv", format!("word,x\n{csv}").as_bytes(), &options);
    assert_eq!(done.unwrap().added.len(), 10, "a first line that names nothing known is a card");
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let done = import(&cards, Format::Csv, "words.csv", csv.as_bytes(), &options).unwrap();
    assert_eq!(done.added.len(), 8);
    for (pair, (word, meaning)) in done.added.chunks(2).zip(words) {
        assert_eq!((pair[0].question.as_str(), pair[0].answer.as_str()), (word, meaning));
        assert_eq!((pair[1].question.as_str(), pair[1].answer.as_str()), (meaning, word));
        assert!(pair[0].entry.is_some() && pair[0].entry == pair[1].entry && pair[0].state == State::Draft);
    }
    let json = r#"[{"front":"un","back":"one"}]"#;
    let reverse = ReadOptions { direction: Some(Direction::Reverse), ..ReadOptions::default() };
    let done = import(&cards, Format::Json, "x", json.as_bytes(), &reverse).unwrap();
    assert_eq!((done.added[0].question.as_str(), done.added[0].entry.as_deref()), ("one", None));
}
