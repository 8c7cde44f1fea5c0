//! Anki's packages, judged by Anki's own library: see packages.py.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

use memento::cards::exchange::{Format, ReadOptions, import};
use memento::cards::{Card, Change, Collection, Confidence, ImportOptions, NewCard, OnDuplicate, Query, Source, State};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::home::{Home, noon};
use crate::json::written;
use crate::library::answer;
use crate::oracle::python;

fn anki(args: &[&Path]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cards/packages.py");
    let ran = Command::new(python()).arg(script).args(args).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

fn taken(cards: &Collection, bytes: &[u8], options: &ReadOptions) -> memento::Result<memento::cards::Imported> {
    import(cards, Format::Anki, "deck.apkg", bytes, options)
}

fn all(cards: &Collection) -> Vec<Card> {
    cards.list(&Query::default()).unwrap().cards
}

#[test]
fn what_anki_writes_is_read() {
    let home = Home::new();
    let dir = home.path("made");
    std::fs::create_dir(&dir).unwrap();
    let made = anki(&[Path::new("make"), &dir]);
    let mut ends = Vec::new();
    for file in ["new.apkg", "legacy.apkg", "all.colpkg"] {
        let bytes = std::fs::read(dir.join(file)).unwrap();
        let home = Home::new();
        let cards = Collection::open(&home.config()).unwrap();
        let done = taken(&cards, &bytes, &ReadOptions::default()).unwrap();
        assert_eq!(done.added.len(), made["cards"].as_array().unwrap().len(), "{file}");
        assert_eq!(done.bad.len(), 0);
        assert!(done.warnings.iter().any(|w| w.contains("2 pictures and sounds were left out")), "{:?}", done.warnings);
        assert!(done.warnings.iter().any(|w| w.contains("a::b is a__b")), "{:?}", done.warnings);
        let by_question: BTreeMap<String, Card> =
            all(&cards).into_iter().map(|card| (card.question.clone(), card)).collect();
        let basic = &by_question["*andare*\n1 < 2"];
        assert_eq!((basic.answer.as_str(), basic.project.as_str()), ("to go [x.jpg][y.mp3]", "Lang::Italian"));
        assert_eq!(basic.tags, ["a__b", "verb"]);
        let (there, back) = (&by_question["cane"], &by_question["dog"]);
        assert_eq!((there.answer.as_str(), back.answer.as_str(), there.project.as_str()), ("dog", "cane", "Lang"));
        assert!(there.entry.is_some() && there.entry == back.entry && basic.entry.is_none());
        let (uno, one) = (&by_question["uno"], &by_question["one"]);
        assert_eq!((uno.state, one.state, uno.project.as_str()), (State::Suspended, State::Active, ""));
        assert_eq!(by_question["due"].answer, "two");
        let (first, second) =
            (&by_question["The [what] of France is [...]"], &by_question["The capital of [...] is Paris"]);
        assert_eq!(first.answer, "The *capital* of France is *Paris*\n\\(x^2\\)");
        assert_eq!(second.answer, "The capital of *France* is Paris\n\\(x^2\\)");
        // Every answer, when it was and what it was.
        for (card, question) in made["cards"].as_array().unwrap().iter().zip(["*andare*\n1 < 2", "cane", "dog", "uno"])
        {
            let log = cards.reviews(&by_question[question].id).unwrap();
            let of = |at: usize| {
                card["log"].as_array().unwrap().iter().map(|entry| entry[at].as_i64().unwrap()).collect::<Vec<_>>()
            };
            assert_eq!(log.iter().map(|entry| entry.time).collect::<Vec<_>>(), of(0), "{question}");
            let ease: Vec<i64> = log.iter().map(|entry| entry.confidence.unwrap().grade() as i64).collect();
            assert_eq!(ease, of(1), "{question}");
            assert_eq!(
                by_question[question].schedule.as_ref().map_or(0, |schedule| schedule.answers as usize),
                log.len()
            );
        }
        assert_eq!(done.reviews, 7);
        // A second time nothing changes, also after the person has changed a card.
        cards
            .update(
                &basic.id,
                &Change { answer: Some("mine".into()), state: Some(State::Suspended), ..Change::default() },
            )
            .unwrap();
        let before = written(&cards, Format::Jsonl);
        let done = taken(&cards, &bytes, &ReadOptions::default()).unwrap();
        assert_eq!((done.added.len(), done.updated, done.reviews, done.duplicates.len()), (0, 0, 0, 0), "{file}");
        assert_eq!(written(&cards, Format::Jsonl), before);
        ends.push(
            all(&cards).into_iter().map(|card| (card.id, card.question, card.answer, card.created)).collect::<Vec<_>>(),
        );
    }
    assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "all three forms say the same");
}

#[test]
fn options_hold_for_anki_too() {
    let home = Home::new();
    let dir = home.path("made");
    std::fs::create_dir(&dir).unwrap();
    anki(&[Path::new("make"), &dir]);
    let bytes = std::fs::read(dir.join("new.apkg")).unwrap();
    let cards = Collection::open(&home.config()).unwrap();
    let known = NewCard { question: "uno".into(), answer: "1".into(), project: "p".into(), ..NewCard::default() };
    let known = cards.create(known).unwrap();
    let options = |on_duplicate| ReadOptions {
        import: ImportOptions { on_duplicate, ..ImportOptions::default() },
        project: Some("p".into()),
        tags: vec!["from-anki".into()],
        state: State::Draft,
        ..ReadOptions::default()
    };
    assert!(taken(&cards, &bytes, &options(OnDuplicate::Refuse)).is_err());
    assert_eq!(all(&cards).len(), 1);
    let mut dry = options(OnDuplicate::Merge);
    dry.import.dry_run = true;
    assert_eq!(taken(&cards, &bytes, &dry).unwrap().added.len(), 7);
    assert_eq!((all(&cards).len(), cards.get(&known.id).unwrap().answer.as_str()), (1, "1"));
    let done = taken(&cards, &bytes, &options(OnDuplicate::Merge)).unwrap();
    assert_eq!((done.added.len(), done.duplicates.len()), (7, 1));
    assert!(done.duplicates[0].merged && cards.get(&known.id).unwrap().answer == "1\n\none");
    assert!(done.added.iter().all(|card| card.tags.contains(&"from_anki".to_owned()) && !card.project.is_empty()));
    assert!(done.added.iter().all(|card| card.state == State::Draft));
    // Drafts that were accepted stay so.
    let ids: Vec<String> = done.added.iter().map(|card| card.id.clone()).collect();
    cards.accept(&ids).unwrap();
    assert_eq!(taken(&cards, &bytes, &options(OnDuplicate::Skip)).unwrap().updated, 0);
    assert!(all(&cards).iter().all(|card| card.state == State::Active));
}

/// A collection with what there can be, of some days of learning.
fn learnt(home: &Home) -> Collection {
    // The day of learning, which Anki begins at 04:00 too.
    let now = chrono::Utc::now() - chrono::TimeDelta::hours(4);
    let day = |ago: i64| noon(&(now - chrono::TimeDelta::days(ago)).format("%Y-%m-%d").to_string());
    let mut cards = Collection::open_at(&home.config(), day(40)).unwrap();
    let mut ids = Vec::new();
    for (at, algorithm) in ["fsrs", "sm2", "leitner", "fixed", "fsrs", "sm2", "fsrs"].into_iter().enumerate() {
        let card = NewCard {
            question: format!("<b>q{at}</b> & \"quoted\"\n    indented כלב &lt; \\(x\\) [sound:no.mp3]"),
            answer: "line one\n\n#+begin_src rust\nfn f() -> Vec<u8> {}\n#+end_src".into(),
            notes: if at % 2 == 0 { "a note\n* with stars".into() } else { String::new() },
            tags: vec!["a".into(), format!("t{at}")],
            project: ["", "lang::it", "lang", "räder"][at % 4].into(),
            source: Some(Source::Note("n".into())),
            algorithm: Some(algorithm.parse().unwrap()),
            ..NewCard::default()
        };
        ids.push(cards.create(card).unwrap().id);
    }
    // The last one is new.
    for (ago, which, confidence) in [
        (40, 0..6, 4),
        (39, 0..3, 4),
        (39, 3..4, 1),
        (39, 3..4, 3),
        (33, 0..2, 5),
        (20, 1..5, 4),
        (3, 0..2, 3),
        (2, 4..5, 1),
        (2, 4..5, 4),
    ] {
        cards.set_clock(day(ago));
        for id in &ids[which] {
            answer(&cards, id, confidence);
        }
    }
    cards.reset(std::slice::from_ref(&ids[5])).unwrap();
    cards.set_state(std::slice::from_ref(&ids[2]), State::Suspended).unwrap();
    cards.set_clock(day(0));
    cards
}

#[test]
fn what_we_write_anki_reads() {
    let home = Home::new();
    let cards = learnt(&home);
    let package = home.path("ours.apkg");
    let bytes = written(&cards, Format::Anki);
    std::fs::File::create(&package).unwrap().write_all(&bytes).unwrap();
    let shown = anki(&[Path::new("show"), &package, home.dir.path()]);
    let theirs: BTreeMap<&str, &Value> =
        shown["cards"].as_array().unwrap().iter().map(|card| (card["guid"].as_str().unwrap(), card)).collect();
    let ours = all(&cards);
    assert_eq!((shown["notes"].as_u64(), theirs.len()), (Some(7), ours.len()));
    let today = cards.today().unwrap();
    let mut scheduled = 0;
    for card in &ours {
        let their = theirs[card.id.as_str()];
        assert_eq!(their["type"], "memento");
        let tags: Vec<&str> = their["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
        assert_eq!(tags, card.tags);
        let deck = if card.project.is_empty() { "Default" } else { &card.project };
        assert_eq!(their["deck"], deck);
        let unescape = |at: usize| {
            let text = their["fields"][at].as_str().unwrap().replace("<br>", "\n").replace("&#115;", "s");
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        };
        assert_eq!(
            (unescape(0), unescape(1), unescape(2)),
            (card.question.clone(), card.answer.clone(), card.notes.clone())
        );
        assert!(their["question"].as_str().unwrap().contains("&lt;b&gt;q"), "shown as it is written");
        let log = cards.reviews(&card.id).unwrap();
        let entries = their["log"].as_array().unwrap();
        assert_eq!(entries.len(), log.len());
        for (entry, review) in entries.iter().zip(&log) {
            let ease = review.confidence.map_or(0, |confidence: Confidence| confidence.grade() as i64);
            assert_eq!((entry[1].as_i64(), entry[2].as_i64()), (Some(ease), Some(i64::from(review.after))));
        }
        match &card.schedule {
            None => assert_eq!((&their["kind"], &their["queue"]), (&0.into(), &0.into())),
            Some(schedule) => {
                scheduled += 1;
                let due = i64::from(schedule.due.number()) - i64::from(today.number());
                assert_eq!((their["kind"].as_i64(), their["due"].as_i64()), (Some(2), Some(due)), "{card:?}");
                assert_eq!(their["interval"].as_u64(), Some(schedule.interval.into()));
                assert_eq!(their["reps"].as_u64(), Some(schedule.answers.into()));
                let queue = if card.state == State::Suspended { -1 } else { 2 };
                assert_eq!(their["queue"], queue);
                if card.algorithm.name() == "sm2" {
                    assert_eq!(their["factor"].as_f64(), Some((schedule.strength * 1000.0).round()));
                }
                if card.algorithm.name() == "fsrs" {
                    let stability = their["stability"].as_f64().unwrap();
                    assert!((stability - schedule.strength).abs() < 0.02, "{stability} {}", schedule.strength);
                }
            }
        }
    }
    assert_eq!(scheduled, 5);
}

#[test]
fn what_we_write_we_read() {
    let home = Home::new();
    let cards = learnt(&home);
    let bytes = written(&cards, Format::Anki);
    let other = Home::new();
    let there = Collection::open(&other.config()).unwrap();
    let done = taken(&there, &bytes, &ReadOptions::default()).unwrap();
    assert_eq!((done.added.len(), done.warnings.len()), (7, 0), "{:?}", done.warnings);
    for card in all(&cards) {
        let same = there.get(&card.id).unwrap();
        assert_eq!((&same.question, &same.answer, &same.notes), (&card.question, &card.answer, &card.notes));
        assert_eq!((&same.tags, &same.project, same.state), (&card.tags, &card.project, card.state));
        let log = |cards: &Collection| {
            cards
                .reviews(&card.id)
                .unwrap()
                .iter()
                .map(|r| (r.day, r.confidence.map(Confidence::grade), r.after, r.before))
                .collect::<Vec<_>>()
        };
        assert_eq!(log(&there), log(&cards));
    }
    // Here they are all known.
    let before = written(&cards, Format::Jsonl);
    let done = taken(&cards, &bytes, &ReadOptions::default()).unwrap();
    assert_eq!((done.added.len(), done.updated, done.reviews), (0, 0, 0), "{done:?}");
    assert_eq!(written(&cards, Format::Jsonl), before);
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn database(sql: &str) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn hostile_packages_are_refused_in_one_line() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let good = written(&learnt(&Home::new()), Format::Anki);
    let mut archive = zip::ZipArchive::new(Cursor::new(&good)).unwrap();
    let mut collection = Vec::new();
    std::io::copy(&mut archive.by_name("collection.anki2").unwrap(), &mut collection).unwrap();
    drop(archive);
    let mut torn = collection.clone();
    torn[4096..20_000].fill(0xff);
    let endless = "CREATE TABLE col (crt, models, decks); CREATE TABLE cards (x); CREATE TABLE revlog (x);\
                   CREATE VIEW notes AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x AS id FROM n;";
    for (bytes, part) in [
        (b"not a zip".to_vec(), "it is no package of Anki's"),
        (good[..good.len() - 40].to_vec(), "it is no package of Anki's"),
        (zipped(&[("media", b"{}")]), "there is no collection in it"),
        (zipped(&[("../collection.anki2", &collection)]), "there is no collection in it"),
        (zipped(&[("collection.anki2", b"SQLite format 3\0 and no more")]), "is damaged"),
        (zipped(&[("collection.anki21b", b"no zstd")]), "is damaged"),
        (zipped(&[("collection.anki2", &torn)]), "damaged"),
        (zipped(&[("collection.anki2", &database("CREATE TABLE col (crt)"))]), "it has no table notes"),
        (zipped(&[("collection.anki2", &database(endless))]), "it has no table notes"),
        (zipped(&[("collection.anki2", &collection[..collection.len() / 2])]), "damaged"),
    ] {
        let error = taken(&cards, &bytes, &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with("deck.apkg: ") && error.contains(part) && !error.contains('\n'), "{part}: {error}");
    }
    assert_eq!(all(&cards).len(), 0);
}

/// 2 GiB of nothing fit into 2 MB.
#[test]
fn a_bomb_does_not_go_off() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("collection.anki21", SimpleFileOptions::default().large_file(true)).unwrap();
    let nothing = vec![0; 1 << 20];
    for _ in 0..1030 {
        zip.write_all(&nothing).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 << 20);
    let home = Home::new();
    let error = taken(&home.on("2026-01-05"), &bomb, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("it is larger than 1 GiB"), "{error}");
}
