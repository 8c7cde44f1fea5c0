//! Machines that share cards through lines of JSON.

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, NaiveTime, Utc};
use memento::cards::exchange::{ExportOptions, Format, ReadOptions, export, import};
use memento::cards::{Card, Change, Clock, Collection, Confidence, ImportOptions, Imported, NewCard, Query, State};
use memento::file;
use proptest::prelude::*;

use crate::home::{Home, noon};
use crate::import::read;
use crate::json::{full, written};
use crate::library::answer;

pub(crate) fn lines(cards: &Collection) -> String {
    String::from_utf8(written(cards, Format::Jsonl)).unwrap()
}

pub(crate) fn take(cards: &Collection, text: &str) -> Imported {
    read(cards, Format::Jsonl, text).unwrap()
}

pub(crate) fn new(question: &str) -> NewCard {
    NewCard { question: question.into(), answer: "a".into(), ..NewCard::default() }
}

#[test]
fn reviews_of_both_sides_and_the_last_writers_texts() {
    let (left, right) = (Home::new(), Home::new());
    let (mut here, mut there) = (left.on("2026-01-05"), right.on("2026-01-05"));
    let one = here.create(new("one")).unwrap();
    let two = here.create(new("two")).unwrap();
    let done = take(&there, &lines(&here));
    assert_eq!((done.added.len(), done.reviews), (2, 0));
    answer(&here, &one.id, 4);
    there.set_clock(noon("2026-01-06"));
    answer(&there, &one.id, 5);
    here.update(&two.id, &Change { answer: Some("of here".into()), ..Change::default() }).unwrap();
    there.update(&two.id, &Change { answer: Some("of there".into()), ..Change::default() }).unwrap();
    there.set_state(std::slice::from_ref(&two.id), State::Suspended).unwrap();
    here.set_clock(noon("2026-01-06"));
    let done = take(&here, &lines(&there));
    assert_eq!((done.updated, done.unchanged, done.reviews), (1, 1, 1));
    let done = take(&there, &lines(&here));
    assert_eq!((done.updated, done.unchanged, done.reviews), (0, 2, 1));
    assert_eq!(lines(&here), lines(&there));
    for card in here.list(&Query::default()).unwrap().cards {
        assert_eq!(there.get(&card.id).unwrap(), card);
    }
    let card = here.get(&two.id).unwrap();
    assert_eq!((card.answer.as_str(), card.state), ("of there", State::Suspended));
    assert_eq!(here.get(&one.id).unwrap().schedule.unwrap().answers, 2);
    // What is deleted there is deleted here; what is purged never comes back.
    there.delete(std::slice::from_ref(&one.id)).unwrap();
    assert_eq!(take(&here, &lines(&there)).deleted, 1);
    let before = lines(&here);
    there.purge().unwrap();
    assert_eq!(take(&there, &before).added.len(), 0);
    here.restore(std::slice::from_ref(&one.id)).unwrap();
    let done = take(&here, &lines(&there));
    assert_eq!((done.deleted, here.get(&one.id).is_err()), (1, true));
    assert_eq!(lines(&here), lines(&there));
}

#[test]
fn a_long_log_is_read_at_once_and_a_second_time_changes_nothing() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let mut text = "{\"type\":\"memento-cards\",\"version\":1}\n".to_owned();
    for card in 0..100_i64 {
        let id = format!("card-{card:03}");
        text += &format!(
            "{{\"type\":\"card\",\"id\":\"{id}\",\"question\":\"q {card}\",\"answer\":\"a\",\"created\":1,\"edited\":1}}\n\
             {{\"type\":\"state\",\"card\":\"{id}\",\"state\":\"active\",\"changed\":1}}\n"
        );
        for answer in 0..205_i64 {
            // 2026-01-05 is the day 20,458; the last of the answers are of that day.
            let (day, time) = (20_254 + answer, (20_254 + answer) * 86_400_000 + 30_000_000 + card);
            let day = memento::cards::Day::from_number(i32::try_from(day).unwrap());
            text += &format!(
                "{{\"type\":\"answer\",\"card\":\"{id}\",\"time\":{time},\"day\":\"{day}\",\"confidence\":4,\"before\":1,\"after\":1}}\n"
            );
        }
    }
    let done = take(&cards, &text);
    assert_eq!((done.added.len(), done.reviews), (100, 20_500));
    assert!(done.added.iter().all(|card| card.schedule.as_ref().is_some_and(|schedule| schedule.answers == 205)));
    // These are read by the index that was made anew.
    let stats = cards.stats(&memento::cards::Filter::default(), memento::cards::Period::Today).unwrap();
    assert_eq!((stats.answers, stats.counts.done), (100, 100));
    assert_eq!(cards.replay(&mut |_, _| {}).unwrap(), 0);
    let done = take(&cards, &lines(&cards));
    assert_eq!((done.unchanged, done.reviews), (100, 0));
}

#[test]
fn files_that_are_not_whole_say_so() {
    let home = Home::new();
    let text = lines(&full(&home));
    let count = text.lines().count();
    let refused = |text: &str| {
        let empty = Home::new();
        let cards = empty.on("2026-01-05");
        let error = read(&cards, Format::Jsonl, text).unwrap_err().to_string();
        assert_eq!(cards.list(&Query::default()).unwrap().total, 0);
        error
    };
    let torn = refused(&text[..text.len() - 9]);
    assert!(torn.contains(&format!("line {count}): the file is cut off here")), "{torn}");
    let header = text.lines().next().unwrap();
    let after = |line: &str| refused(&format!("{header}\n{line}\n"));
    for (error, part) in [
        (refused(&text.replace('\n', "\n<<<<<<< HEAD\n")), "line 2: git left a conflict here"),
        (refused(&text.replacen("\"version\":1", "\"version\":2", 1)), "line 1: it has version 2"),
        (refused(text.split_once('\n').unwrap().1), "line 1: the first line has to say"),
        (refused(""), "the file is empty"),
        (after(r#"{"type":"card2"}"#), "(line 2): \"card2\" is no type of line: there are project, card, state"),
        (after(r#"{"type":"undone","card":"x"}"#), "(line 2): a line of type undone: missing field `time`"),
        (after(r#"{"type":"undone","card":"x y","time":1}"#), "(line 2): \"x y\" is no id"),
        (after(r#"{"type":"undone","card":"x","time":1}"#), "the file tells of card x"),
        (
            after(r#"{"type":"answer","card":"x","time":1,"day":"2026-01-01","confidence":6,"before":0,"after":1}"#),
            "6 is no confidence",
        ),
        (
            after(r#"{"type":"card","id":"x","question":"q","answer":"a","created":1,"edited":9e99}"#),
            "a line of type card",
        ),
        (
            after(r#"{"type":"card","id":"x","question":"q","answer":"a","created":1,"edited":999999999999999}"#),
            "is no time",
        ),
        (after(r#"{"type":"project","name":"","parameters":[1.0],"changed":1}"#), "(line 2)"),
        (after("nonsense"), "(line 2): it is no JSON"),
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    // With --partial what is good is taken.
    let partial =
        ReadOptions { import: ImportOptions { partial: true, ..ImportOptions::default() }, ..ReadOptions::default() };
    let empty = Home::new();
    let cards = empty.on("2026-01-05");
    let done = import(&cards, Format::Jsonl, "x", format!("{text}nonsense\n").as_bytes(), &partial).unwrap();
    assert_eq!((done.added.len(), done.bad[0].line), (4, Some(count + 1)));
    // Lines of plain cards are read as well.
    let plain = "{\"question\":\"p\",\"answer\":\"a\"}\n\n{\"front\":\"q\",\"back\":\"a\"}\n";
    assert_eq!(read(&cards, Format::Jsonl, plain).unwrap().added.len(), 2);
}

#[test]
fn a_part_of_the_cards() {
    let home = Home::new();
    let cards = full(&home);
    let mut out = Vec::new();
    let mut options = ExportOptions::default();
    options.filter.project = Some("rust".into());
    assert_eq!(export(&cards, Format::Jsonl, &options, &mut out).unwrap(), 1);
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("\"type\":\"card\"")).count(), 1);
    assert_eq!(text.lines().filter(|line| line.contains("\"type\":\"answer\"")).count(), 2);
    assert_eq!(text.lines().filter(|line| line.contains("\"type\":\"project\"")).count(), 1);
}

/// The texts that lost are not gone.
#[test]
fn what_lost_is_kept() {
    let (left, right) = (Home::new(), Home::new());
    let (here, mut there) = (left.on("2026-01-05"), right.on("2026-01-05"));
    let card = here.create(new("one")).unwrap();
    take(&there, &lines(&here));
    here.update(&card.id, &Change { answer: Some("of here".into()), ..Change::default() }).unwrap();
    there.set_clock(noon("2026-01-06"));
    there.update(&card.id, &Change { answer: Some("of there".into()), ..Change::default() }).unwrap();
    let (mine, yours) = (lines(&here), lines(&there));
    for _ in 0..2 {
        take(&here, &yours);
        take(&there, &mine);
    }
    drop((here, there));
    for (home, want) in [(&left, ["a", "of here"]), (&right, ["a", "of here"])] {
        let db = rusqlite::Connection::open(home.path("data/memento.db")).unwrap();
        let mut sql = db.prepare("SELECT answer FROM card_past ORDER BY answer").unwrap();
        let kept: Vec<String> = sql.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(kept, want);
    }
}

fn git(dir: &Path, args: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.current_dir(dir).args(["-c", "user.name=x", "-c", "user.email=x@example.org"]).args(args);
    command.env("HOME", dir).env("GIT_CONFIG_NOSYSTEM", "1");
    command.output().unwrap().status.success()
}

/// Two machines with a repository each, as people have it: export, commit, pull, import.
#[test]
fn git_merges_what_two_machines_wrote() {
    let (left, right, repository) = (Home::new(), Home::new(), Home::new());
    let dir = repository.dir.path();
    let file = dir.join("cards.jsonl");
    let save = |cards: &Collection| {
        let before = std::fs::read_to_string(&file).ok();
        file::replace(&file, before.as_deref(), &lines(cards)).unwrap();
    };
    let commit = |message: &str| assert!(git(dir, &["add", "-A"]) && git(dir, &["commit", "-qm", message]));
    let (mut here, mut there) = (left.on("2026-01-05"), right.on("2026-01-05"));
    assert!(git(dir, &["init", "-q", "-b", "here"]));
    file::replace(&dir.join(".gitattributes"), None, "*.jsonl merge=union\n").unwrap();
    let made: Vec<Card> = (0..20).map(|i| here.create(new(&format!("card {i}"))).unwrap()).collect();
    save(&here);
    commit("first");
    take(&there, &lines(&here));
    // Both answer, both edit, also the same card, both add.
    for (cards, day, confidence) in [(&mut here, "2026-01-06", 4), (&mut there, "2026-01-07", 2)] {
        cards.set_clock(noon(day));
        for card in made.iter().step_by(if confidence == 4 { 2 } else { 3 }) {
            answer(cards, &card.id, confidence);
        }
        cards.update(&made[5].id, &Change { answer: Some(day.into()), ..Change::default() }).unwrap();
        cards.create(new(&format!("new on {day}"))).unwrap();
    }
    assert!(git(dir, &["checkout", "-qb", "there"]));
    save(&there);
    commit("there");
    assert!(git(dir, &["checkout", "-q", "here"]));
    save(&here);
    commit("here");
    assert!(git(dir, &["merge", "-q", "there", "-m", "merge"]), "git asked something");
    let both = std::fs::read_to_string(&file).unwrap();
    take(&here, &both);
    take(&there, &both);
    assert_eq!(lines(&here), lines(&there));
    assert_eq!(here.list(&Query::default()).unwrap().total, 22);
    assert_eq!(here.get(&made[5].id).unwrap().answer, "2026-01-07");
    assert_eq!(here.get(&made[0].id).unwrap().schedule.unwrap().answers, 2);
}

/// Something that somebody does on a machine.
#[derive(Debug, Clone)]
enum Act {
    Create(u8),
    Answer(u8, u8),
    Undo,
    Edit(u8, u8),
    Suspend(u8),
    Accept(u8),
    Algorithm(u8, u8),
    Delete(u8),
    Restore(u8),
    Purge,
    Reset(u8),
    /// Takes over what another machine wrote.
    Take(u8),
}

fn acts() -> impl Strategy<Value = Vec<(u8, Act)>> {
    let n = 0..5_u8;
    let act = prop_oneof![
        3 => n.clone().prop_map(Act::Create),
        6 => (n.clone(), 1..=5_u8).prop_map(|(card, confidence)| Act::Answer(card, confidence)),
        1 => Just(Act::Undo),
        6 => (n.clone(), n.clone()).prop_map(|(card, text)| Act::Edit(card, text)),
        1 => n.clone().prop_map(Act::Suspend),
        1 => n.clone().prop_map(Act::Accept),
        1 => (n.clone(), n.clone()).prop_map(|(card, which)| Act::Algorithm(card, which)),
        1 => n.clone().prop_map(Act::Delete),
        1 => n.clone().prop_map(Act::Restore),
        1 => Just(Act::Purge),
        1 => n.clone().prop_map(Act::Reset),
        3 => n.prop_map(Act::Take),
    ];
    prop::collection::vec((0..3_u8, act), 0..40)
}

/// What it leads to may be an error, such as an answer to a draft; then nothing has happened.
fn act(machines: &mut [Collection], ids: &mut Vec<String>, at: usize, which: &Act, hour: i64) {
    let time = DateTime::<Utc>::from_timestamp(1_767_600_000 + hour / 15 * 10_000, 0).unwrap();
    machines[at].set_clock(Clock::at(time, NaiveTime::from_hms_opt(4, 0, 0).unwrap()));
    let id = |n: &u8| ids.get(usize::from(*n)).cloned().unwrap_or_else(|| "none".into());
    let cards = &machines[at];
    let _ = match which {
        Act::Create(n) => {
            let state = if n % 3 == 0 { State::Draft } else { State::Active };
            let project = if n % 2 == 0 { "p" } else { "" };
            let card = NewCard { state, project: project.into(), ..new(&format!("card {}", ids.len())) };
            return ids.extend(cards.create(card).map(|card| card.id));
        }
        Act::Answer(n, confidence) => cards.answer(&id(n), Confidence::new(*confidence).unwrap(), None).map(drop),
        Act::Undo => cards.undo(None).map(drop),
        Act::Edit(n, text) => {
            let tags = Some(vec![format!("t{}", text % 2)]);
            cards.update(&id(n), &Change { answer: Some(format!("text {text}")), tags, ..Change::default() }).map(drop)
        }
        Act::Suspend(n) => cards.set_state(&[id(n)], State::Suspended).map(drop),
        Act::Accept(n) => cards.accept(&[id(n)]).map(drop),
        Act::Algorithm(n, which) => {
            let algorithm = ["sm2", "leitner", "fixed"][usize::from(which % 3)].parse().ok();
            if n % 2 == 0 {
                cards.set_algorithm("p", algorithm, &mut |_, _| {}).map(drop)
            } else {
                cards.update(&id(n), &Change { algorithm: Some(algorithm), ..Change::default() }).map(drop)
            }
        }
        Act::Delete(n) => cards.delete(&[id(n)]).map(drop),
        Act::Restore(n) => cards.restore(&[id(n)]).map(drop),
        Act::Purge => cards.purge().map(drop),
        Act::Reset(n) => cards.reset(&[id(n)]).map(drop),
        Act::Take(n) => {
            let other = lines(&machines[usize::from(n % 3)]);
            take(cards, &other);
            Ok(())
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn three_machines_agree_in_the_end(acts in acts(), order in Just([0_usize, 1, 2]).prop_shuffle()) {
        let homes = [Home::new(), Home::new(), Home::new()];
        let mut machines: Vec<Collection> = homes.iter().map(|home| home.on("2026-01-05")).collect();
        // All begin with the same cards, so that they speak of the same ones at the same time.
        let mut ids: Vec<String> = (0..3).map(|i| machines[0].create(new(&format!("first {i}"))).unwrap().id).collect();
        let first = lines(&machines[0]);
        machines.iter().for_each(|machine| drop(take(machine, &first)));
        for (hour, (at, which)) in acts.iter().enumerate() {
            act(&mut machines, &mut ids, usize::from(*at), which, hour as i64);
        }
        let files: Vec<String> = machines.iter().map(lines).collect();
        // In whatever order, one by one or through each other, and twice.
        for (at, machine) in machines.iter().enumerate() {
            for step in 0..3 {
                take(machine, &files[order[(at + step) % 3]]);
            }
        }
        let end = lines(&machines[0]);
        for machine in &machines {
            prop_assert_eq!(&lines(machine), &end);
            let done = take(machine, &files[order[0]]);
            prop_assert_eq!((done.added.len(), done.updated, done.deleted, done.reviews), (0, 0, 0, 0));
            prop_assert_eq!(&lines(machine), &end);
        }
        // Cards stand where they stand elsewhere, and where a replay puts them.
        for card in machines[0].list(&Query::default()).unwrap().cards {
            prop_assert_eq!(&machines[1].get(&card.id).unwrap(), &card);
        }
        prop_assert_eq!(machines[2].replay(&mut |_, _| {}).unwrap(), 0);
        // An empty machine that has only the end has all of it; so has one that has the lines in another order, some twice.
        let fresh = Home::new();
        let last = fresh.on("2026-01-05");
        let header = end.lines().next().unwrap();
        let mixed: String = [header].into_iter().chain(end.lines().rev()).chain(files[1].lines()).map(|line| format!("{line}\n")).collect();
        take(&last, &mixed);
        prop_assert_eq!(&lines(&last), &end);
    }
}
