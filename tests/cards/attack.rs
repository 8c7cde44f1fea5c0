//! What a person would suffer from.

use std::os::unix::fs::symlink;

use chrono::{DateTime, NaiveTime, Utc};
use memento::cards::exchange::{Format, ReadOptions, import};
use memento::cards::{Change, Clock, Collection, Confidence, Direction, NewCard, Query, Source, State};

use crate::cli::Ran;
use crate::home::{Home, noon};
use crate::json::written;
use crate::library::answer;
use crate::merge::{lines, new, take};
use crate::random::Random;

/// A machine whose cards are leeches soon.
fn machine(home: &Home) -> Collection {
    let mut config = home.config();
    config.cards.leech_lapses = 2;
    Collection::open_at(&config, noon("2026-01-05")).unwrap()
}

/// Weeks on two machines whose clocks do not agree, with words in both directions, leeches, projects that change, and files that
/// come late: in the end both know the same, and cards stand where a replay puts them.
#[test]
fn two_machines_with_words_and_leeches_agree() {
    for seed in 0..15 {
        let mut random = Random::new(seed);
        let homes = [Home::new(), Home::new()];
        let mut machines = [machine(&homes[0]), machine(&homes[1])];
        let mut old: Vec<String> = Vec::new();
        let mut ids: Vec<String> = Vec::new();
        for step in 0..70 {
            let mut pick = |end: u64| random.up_to(end);
            let at = pick(2) as usize;
            let late = pick(3) as i64 * 40_000_000 * at as i64;
            let time = DateTime::<Utc>::from_timestamp(1_767_600_000 + step / 3 * 100_000 - late, 0).unwrap();
            machines[at].set_clock(Clock::at(time, NaiveTime::from_hms_opt(4, 0, 0).unwrap()));
            let cards = &machines[at];
            let id = ids.get(pick(8) as usize).cloned().unwrap_or_else(|| "none".to_owned());
            let _ = match pick(16) {
                0 | 1 => {
                    let word = NewCard { project: format!("p{}", pick(3)), ..new(&format!("word {step}")) };
                    let both = word.directions(Direction::Both).into_iter().map(Ok).collect();
                    let added = cards.import(both, memento::cards::ImportOptions::default()).unwrap().added;
                    ids.extend(added.into_iter().map(|card| card.id));
                    Ok(())
                }
                2..=7 => {
                    let confidence = if pick(2) == 0 { 1 } else { 4 };
                    cards.answer(&id, Confidence::new(confidence).unwrap(), None).map(drop)
                }
                8 => cards.undo(Some(&id)).map(drop),
                9 => {
                    let change = Change { answer: Some(format!("meaning {}", pick(3))), ..Change::default() };
                    cards.update(&id, &change).map(drop)
                }
                10 => {
                    let change = Change { project: Some(format!("p{}", pick(4))), ..Change::default() };
                    cards.update(&id, &change).map(drop)
                }
                11 => cards.set_state(&[id], if pick(3) == 0 { State::Suspended } else { State::Active }).map(drop),
                12 => {
                    let name = ["sm2", "leitner", "fixed", "fsrs:0.9", "fsrs:0.8"][pick(5) as usize];
                    cards.set_algorithm(&format!("p{}", pick(4)), name.parse().ok(), &mut |_, _| {}).map(drop)
                }
                13 => {
                    old.push(lines(cards));
                    Ok(())
                }
                14 if !old.is_empty() => {
                    take(cards, &old[pick(old.len() as u64) as usize]);
                    Ok(())
                }
                _ => cards.reset(&[id]).map(drop),
            };
        }
        let files = [lines(&machines[0]), lines(&machines[1])];
        take(&machines[0], &files[1]);
        take(&machines[1], &files[0]);
        assert_eq!(lines(&machines[0]), lines(&machines[1]), "seed {seed}");
        for card in machines[0].list(&Query::default()).unwrap().cards {
            assert_eq!(machines[1].get(&card.id).unwrap(), card, "seed {seed}");
        }
        let before = machines[0].list(&Query::default()).unwrap();
        for machine in &machines {
            assert_eq!(machine.replay(&mut |_, _| {}).unwrap(), 0, "seed {seed}");
        }
        assert_eq!(machines[0].list(&Query::default()).unwrap(), before, "seed {seed}: replayed");
    }
}

/// The collection of before there were cards: the prompts stay, and cards can be made.
#[test]
fn a_database_of_before_gets_its_cards() {
    let home = Home::new();
    drop(home.on("2026-01-05"));
    let path = home.path("data/memento.db");
    let tables = |db: &rusqlite::Connection, like: &str| -> Vec<String> {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE ?1 ORDER BY name";
        let mut statement = db.prepare(sql).unwrap();
        statement.query_map([like], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let before = {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute("DROP TABLE card_words", []).unwrap();
        for table in tables(&db, "card%") {
            db.execute_batch(&format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}")).unwrap();
        }
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        db.pragma_update(None, "user_version", version - 1).unwrap();
        db.execute(
            "INSERT INTO audit (time, front_end, session, call, subject, outcome, notes) VALUES (1, 'x', 'y', 'get', 's', 'ok', 1)",
            [],
        )
        .unwrap();
        tables(&db, "%")
    };
    assert!(!before.iter().any(|name| name.starts_with("card")));
    let cards = home.on("2026-01-05");
    cards.create(new("one")).unwrap();
    assert_eq!(cards.list(&Query::default()).unwrap().total, 1);
    let db = rusqlite::Connection::open(&path).unwrap();
    assert!(before.iter().all(|name| tables(&db, "%").contains(name)));
    let calls: i64 = db.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap();
    assert_eq!(calls, 1);
}

/// What was saved on Windows has lines that end otherwise: no front end is to show `^M`.
#[test]
fn lines_end_as_lines_end_here() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let card = NewCard { answer: "a\r\nb\r\n".into(), notes: "c\r\nd".into(), ..new("x\r\ny") };
    let card = cards.create(card).unwrap();
    assert_eq!((card.question.as_str(), card.answer.as_str(), card.notes.as_str()), ("x\ny", "a\nb", "c\nd"));
    let change = Change { answer: Some("e\r\nf".into()), ..Change::default() };
    assert_eq!(cards.update(&card.id, &change).unwrap().answer, "e\nf");
}

/// A correction and the answer that it is in the place of: both or neither.
#[test]
fn an_answer_is_corrected_whole_or_not_at_all() {
    let home = Home::new();
    let mut cards = home.on("2026-01-05");
    let id = cards.create(new("one")).unwrap().id;
    let good = Confidence::new(4).unwrap();
    assert!(cards.answer_instead(&id, good, None).unwrap_err().to_string().contains("was not answered today"));
    answer(&cards, &id, 2);
    assert_eq!(cards.answer_instead(&id, good, None).unwrap().review.before, 0);
    cards.set_state(std::slice::from_ref(&id), State::Suspended).unwrap();
    cards.answer_instead(&id, good, None).unwrap_err();
    cards.set_state(std::slice::from_ref(&id), State::Active).unwrap();
    cards.set_clock(noon("2026-01-06"));
    cards.answer_instead(&id, good, None).unwrap_err();
    let log = cards.reviews(&id).unwrap();
    assert_eq!(log.iter().map(|review| review.confidence).collect::<Vec<_>>(), [Some(good)]);
}

/// Who calls it `flashcards` is told of commands of that name.
#[test]
fn what_flashcards_says_can_be_typed() {
    let home = Home::new();
    let link = home.path("flashcards");
    symlink(env!("CARGO_BIN_EXE_memento"), &link).unwrap();
    let id = home.card("q", "a", "");
    home.ok(&["algorithm", "--card", &id, "sm2"]);
    let mut last = String::new();
    for month in 1..=8 {
        for (day, confidence) in [(10, "4"), (20, "1")] {
            let mut command = home.program(&link, &["review", &id, "-c", confidence]);
            last = Ran::of(command.env("MEMENTO_NOW", format!("2026-{month:02}-{day}T09:00")).output().unwrap()).out;
        }
    }
    assert!(last.contains("flashcards unsuspend") && !last.contains("memento card"), "{last}");
    let stats = Ran::of(home.program(&link, &["stats"]).output().unwrap()).out;
    assert!(stats.contains("flashcards list --leech") && !stats.contains("memento card"), "{stats}");
}

/// Both machines read the deck that an assistant wrote: nothing of either is lost, and it is said which cards are double.
#[test]
fn decks_that_both_machines_read_are_named() {
    let (left, right) = (Home::new(), Home::new());
    let (here, there) = (left.on("2026-01-05"), right.on("2026-01-05"));
    let one = here.create(new("one")).unwrap().id;
    let other = there.create(new("one")).unwrap().id;
    there.create(NewCard { project: "p".into(), ..new("one") }).unwrap();
    answer(&there, &other, 4);
    let done = take(&here, &lines(&there));
    assert_eq!((done.added.len(), done.reviews, done.warnings.len()), (2, 1, 1));
    let pair = format!("{} and {}", &one[..8], &other[..8]);
    assert!(
        done.warnings[0].starts_with("these ask the same") && done.warnings[0].contains(&pair),
        "{:?}",
        done.warnings
    );
    assert!(take(&here, &lines(&there)).warnings.is_empty(), "they are here now");
    let empty = Home::new();
    assert!(take(&empty.on("2026-01-05"), &lines(&here)).warnings.is_empty(), "none was there before");
}

/// What an edit lets through an export has to be read from again.
#[test]
fn an_edit_is_checked_as_a_new_card_is() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let id = cards.create(new("one")).unwrap().id;
    for change in [
        Change { project: Some("a\u{1b}b".into()), ..Change::default() },
        Change { project: Some("a\nb".into()), ..Change::default() },
        Change { notes: Some("a\0b".into()), ..Change::default() },
    ] {
        let error = cards.update(&id, &change).unwrap_err().to_string();
        assert!(error.contains("control character") || error.contains("NUL"), "{error}");
    }
    let error = cards.set_algorithm("a\nb", "sm2".parse().ok(), &mut |_, _| {}).unwrap_err().to_string();
    assert!(error.contains("control character"), "{error}");
    cards.set_algorithm(" p ", "sm2".parse().ok(), &mut |_, _| {}).unwrap();
    cards.update(&id, &Change { project: Some("p".into()), ..Change::default() }).unwrap();
    assert_eq!(cards.get(&id).unwrap().algorithm.to_string(), "sm2");
    let empty = Home::new();
    assert_eq!(take(&empty.on("2026-01-05"), &lines(&cards)).added.len(), 1);
}

/// Anki knows neither sources nor siblings nor algorithms: what comes back from there edited keeps those that it has, else the
/// cards of a private note would be shown to assistants.
#[test]
fn what_anki_does_not_know_stays() {
    let (left, right) = (Home::new(), Home::new());
    let (here, mut there) = (left.on("2026-01-05"), right.on("2026-01-05"));
    let word = NewCard {
        source: Some(Source::Note("diary".into())),
        algorithm: "leitner".parse().ok(),
        entry: Some("word".into()),
        ..new("one")
    };
    let card = here.create(word).unwrap();
    take(&there, &lines(&here));
    there.set_clock(noon("2026-01-06"));
    there.update(&card.id, &Change { answer: Some("edited".into()), source: Some(None), ..Change::default() }).unwrap();
    there.set_state(std::slice::from_ref(&card.id), State::Suspended).unwrap();
    let package = written(&there, Format::Anki);
    import(&here, Format::Anki, "x.apkg", &package, &ReadOptions::default()).unwrap();
    let after = here.get(&card.id).unwrap();
    assert_eq!((after.answer.as_str(), after.state), ("edited", State::Suspended));
    assert_eq!((after.source, after.entry, after.algorithm), (card.source, card.entry, card.algorithm));
}
