//! Answers, the queue, changes and what they lead to.

use std::time::Duration;

use memento::cards::{Asked, Card, Change, Collection, Confidence, Filter, NewCard, Query, Queue, State};

use crate::home::Home;

pub(crate) fn card(question: &str) -> NewCard {
    NewCard { question: question.into(), answer: format!("answer to {question}"), ..NewCard::default() }
}

pub(crate) fn answer(cards: &Collection, id: &str, confidence: u8) -> Card {
    cards.answer(id, Confidence::new(confidence).unwrap(), Some(Duration::from_secs(3))).unwrap().card
}

fn queue(cards: &Collection) -> Queue {
    cards.queue(&Filter::default(), 100).unwrap()
}

fn questions(queue: &Queue) -> Vec<(Asked, &str)> {
    queue.cards.iter().map(|(asked, card)| (*asked, card.question.as_str())).collect()
}

fn with(algorithm: &str, question: &str) -> NewCard {
    NewCard { algorithm: Some(algorithm.parse().unwrap()), ..card(question) }
}

#[test]
fn an_answer_is_stored_and_taken_back() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let made = cards.create(with("sm2", "one")).unwrap();
    assert_eq!((made.state, made.schedule.is_none()), (State::Active, true));
    let answered = cards.answer(&made.id[..8], Confidence::new(4).unwrap(), Some(Duration::from_millis(2500))).unwrap();
    let schedule = answered.card.schedule.unwrap();
    assert_eq!((schedule.due.to_string().as_str(), schedule.interval, schedule.answers), ("2026-01-06", 1, 1));
    assert_eq!((answered.before, answered.again, answered.review.duration), (None, false, Some(2500)));
    // Another process, at once.
    let again = home.on("2026-01-05");
    assert_eq!(again.get(&made.id).unwrap().schedule.unwrap().answers, 1);
    let undone = again.undo(None).unwrap();
    assert_eq!((undone.card.schedule, undone.review.time), (None, answered.review.time));
    assert!(again.undo(None).is_err());
    // The same moment has room for another answer.
    assert_eq!(answer(&cards, &made.id, 5).schedule.unwrap().answers, 1);
    assert_eq!(cards.reviews(&made.id).unwrap().len(), 1);
}

#[test]
fn below_three_comes_again_until_it_is_known() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let ids: Vec<String> = (0..9).map(|i| cards.create(with("sm2", &format!("q{i}"))).unwrap().id).collect();
    answer(&cards, &ids[0], 1);
    let now = queue(&cards);
    assert_eq!((now.counts.again, now.counts.new, now.cards.len()), (1, 8, 9));
    assert_eq!(questions(&now)[8], (Asked::Again, "q0"), "it was asked just now");
    for id in &ids[1..8] {
        answer(&cards, id, 4);
    }
    assert_eq!(questions(&queue(&cards))[0], (Asked::Again, "q0"), "seven others later");
    answer(&cards, &ids[0], 2);
    answer(&cards, &ids[8], 4);
    assert_eq!(questions(&queue(&cards)), [(Asked::Again, "q0")], "nothing else is left");
    answer(&cards, &ids[0], 3);
    let end = queue(&cards);
    assert_eq!((end.cards.len(), end.counts.left(), end.counts.done), (0, 0, 9));
}

#[test]
fn what_was_left_unknown_is_asked_first_on_the_next_day() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let long = cards.create(with("fixed:30,60", "long")).unwrap().id;
    answer(&cards, &long, 1);
    let later = home.on("2026-01-06");
    assert_eq!(later.get(&long).unwrap().schedule.unwrap().due.to_string(), "2026-02-04");
    assert_eq!(questions(&queue(&later)), [(Asked::Due, "long")]);
    answer(&later, &long, 4);
    assert_eq!(questions(&queue(&later)), []);
}

#[test]
fn the_most_overdue_for_its_interval_comes_first() {
    let home = Home::new();
    let cards = home.on("2026-01-01");
    let short = cards.create(with("fixed:2,2", "short")).unwrap().id;
    let long = cards.create(with("fixed:10,10", "long")).unwrap().id;
    answer(&cards, &short, 4);
    answer(&cards, &long, 4);
    // Both are due; short by 10 of 2 days, long by 2 of 10.
    let later = home.on("2026-01-13");
    assert_eq!(questions(&queue(&later)), [(Asked::Due, "short"), (Asked::Due, "long")]);
    assert_eq!(queue(&home.on("2026-01-10")).counts.due, 1);
}

#[test]
fn new_cards_come_up_to_the_limit_of_the_day() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    for i in 0..30 {
        cards.create(card(&format!("q{i}"))).unwrap();
    }
    let now = queue(&cards);
    assert_eq!((now.counts.new, now.counts.waiting, now.cards[0].1.question.as_str()), (20, 10, "q0"));
    for (_, card) in &now.cards[..5] {
        answer(&cards, &card.id, 4);
    }
    assert_eq!((queue(&cards).counts.new, queue(&cards).counts.waiting), (15, 10));
    let more = Filter { new_limit: Some(30), ..Filter::default() };
    assert_eq!(cards.queue(&more, 0).unwrap().counts.new, 25);
    assert_eq!(queue(&home.on("2026-01-06")).counts.new, 20);
}

#[test]
fn of_siblings_one_a_day_is_asked() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let new = |question: &str| NewCard { entry: Some("word".into()), ..with("sm2", question) };
    let one = cards.create(new("Hund")).unwrap().id;
    let other = cards.create(new("dog")).unwrap().id;
    assert_eq!(questions(&queue(&cards)), [(Asked::New, "Hund")]);
    assert_eq!(queue(&cards).counts.resting, 1);
    answer(&cards, &one, 1);
    // The one that was not known is asked again, and the other one rests.
    assert_eq!(questions(&queue(&cards)), [(Asked::Again, "Hund")]);
    answer(&cards, &one, 4);
    assert_eq!((queue(&cards).cards.len(), queue(&cards).counts.resting), (0, 1));
    let next = home.on("2026-01-06");
    // Both may be asked: the due one, and then the new one rests.
    assert_eq!(questions(&queue(&next)), [(Asked::Due, "Hund")]);
    answer(&next, &one, 4);
    assert_eq!(questions(&queue(&home.on("2026-01-07"))), [(Asked::New, "dog")]);
    assert_eq!(cards.get(&other).unwrap().schedule, None);
}

#[test]
fn eight_lapses_make_a_leech_that_may_start_anew() {
    let home = Home::new();
    let id = home.on("2026-01-01").create(with("fixed:1", "hard")).unwrap().id;
    for day in 1..=8 {
        let cards = home.on(&format!("2026-01-{day:02}"));
        answer(&cards, &id, 4);
        let answered = cards.answer(&id, Confidence::new(1).unwrap(), None).unwrap();
        assert_eq!((answered.leech, answered.again), (day == 8, day < 8), "day {day}");
    }
    let cards = home.on("2026-01-09");
    let leech = cards.get(&id).unwrap();
    assert_eq!((leech.leech, leech.state, leech.schedule.unwrap().lapses), (true, State::Suspended, 8));
    assert!(queue(&cards).cards.is_empty());
    assert!(cards.answer(&id, Confidence::new(4).unwrap(), None).is_err());
    assert_eq!(cards.list(&Query { leech: true, ..Query::default() }).unwrap().total, 1);
    cards.set_state(std::slice::from_ref(&id), State::Active).unwrap();
    assert_eq!(questions(&queue(&cards)), [(Asked::Due, "hard")]);
    answer(&cards, &id, 4);
    assert!(!cards.answer(&id, Confidence::new(1).unwrap(), None).unwrap().leech);
    // An undo of the eighth lapse takes the suspension back too.
    let other = home.on("2026-02-01").create(with("fixed:1", "undone")).unwrap().id;
    let cards = home.on("2026-02-01");
    for _ in 0..8 {
        answer(&cards, &other, 3);
        cards.answer(&other, Confidence::new(2).unwrap(), None).unwrap();
    }
    assert!(cards.get(&other).unwrap().leech);
    assert!(!cards.undo(Some(&other)).unwrap().card.leech);
}

#[test]
fn another_algorithm_replays_the_past() {
    let home = Home::new();
    let id = home.on("2026-01-01").create(NewCard { project: "rust".into(), ..card("q") }).unwrap().id;
    for (day, confidence) in [("2026-01-01", 4), ("2026-01-03", 5), ("2026-01-20", 2), ("2026-01-21", 4)] {
        answer(&home.on(day), &id, confidence);
    }
    let cards = home.on("2026-01-21");
    let fsrs = cards.get(&id).unwrap();
    assert_eq!(fsrs.algorithm.name(), "fsrs");
    let mut calls = Vec::new();
    let moved = cards
        .set_algorithm("rust", Some("leitner:1,3,9".parse().unwrap()), &mut |done, of| calls.push((done, of)))
        .unwrap();
    let leitner = cards.get(&id).unwrap();
    assert_eq!((leitner.algorithm.to_string().as_str(), leitner.own_algorithm), ("leitner:1,3,9", false));
    assert_eq!((leitner.schedule.as_ref().unwrap().interval, leitner.schedule.unwrap().strength), (3, 2.0));
    assert_eq!((moved, calls.last()), (usize::from(fsrs.schedule.as_ref().unwrap().interval != 3), Some(&(1, 1))));
    // Its own wins over that of its project.
    let change = Change { algorithm: Some(Some("sm2".parse().unwrap())), ..Change::default() };
    let own = cards.update(&id, &change).unwrap();
    assert_eq!((own.own_algorithm, own.schedule.unwrap().interval), (true, 1));
    cards.set_algorithm("rust", None, &mut |_, _| ()).unwrap();
    let back = cards.update(&id, &Change { algorithm: Some(None), ..Change::default() }).unwrap();
    assert_eq!(back.schedule, fsrs.schedule);
    assert_eq!(cards.replay(&mut |_, _| ()).unwrap(), 0);
}

#[test]
fn a_reset_card_starts_anew_and_that_can_be_undone() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let id = cards.create(with("sm2", "q")).unwrap().id;
    answer(&cards, &id, 4);
    let before = answer(&cards, &id, 4);
    assert_eq!(cards.reset(std::slice::from_ref(&id)).unwrap()[0].schedule, None);
    assert_eq!(questions(&queue(&cards)), [(Asked::New, "q")]);
    assert_eq!(answer(&cards, &id, 4).schedule.unwrap().interval, 1);
    cards.undo(Some(&id)).unwrap();
    assert_eq!(cards.undo(Some(&id)).unwrap().card.schedule, before.schedule);
}

#[test]
fn what_is_deleted_comes_back_until_it_is_purged() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let id = cards.create(card("secret plan")).unwrap().id;
    let before = answer(&cards, &id, 4);
    let ids = vec![id.clone()];
    cards.delete(&ids).unwrap();
    assert!(cards.get(&id).is_err() && queue(&cards).cards.is_empty());
    assert_eq!(cards.list(&Query::default()).unwrap().total, 0);
    assert_eq!(cards.list(&Query { deleted: true, ..Query::default() }).unwrap().total, 1);
    assert_eq!(cards.restore(&ids).unwrap()[0], before);
    cards.delete(&ids).unwrap();
    assert_eq!((cards.purge().unwrap(), cards.purge().unwrap()), (1, 0));
    assert!(cards.restore(&ids).is_err());
    // Its words are in none of the files, at once: who purges may have the program run on for days.
    for file in ["data/memento.db", "data/memento.db-wal"] {
        let bytes = std::fs::read(home.path(file)).unwrap_or_default();
        assert!(!bytes.windows(11).any(|window| window == b"secret plan"), "{file}");
    }
}

#[test]
fn words_find_cards_in_any_script() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    for question in ["What does Rust's borrow checker prove?", "Wie heißt der Größte?", "检查API接口", "ما هي الشجرة"]
    {
        cards.create(card(question)).unwrap();
    }
    let find = |text: &str| {
        let found = cards.list(&Query { text: Some(text.into()), ..Query::default() }).unwrap();
        found.cards.iter().map(|card| card.question.clone()).collect::<Vec<_>>()
    };
    assert_eq!(find("borrow prove"), ["What does Rust's borrow checker prove?"]);
    assert_eq!(find("grosste").len() + find("größte").len(), 1);
    assert_eq!(find("接口"), ["检查API接口"]);
    assert_eq!(find("الشجرة").len(), 1);
    assert_eq!(find("answer -API").len(), 3);
    let id = cards.list(&Query { text: Some("borrow".into()), ..Query::default() }).unwrap().cards[0].id.clone();
    cards.update(&id, &Change { question: Some("Lifetimes?".into()), ..Change::default() }).unwrap();
    assert_eq!((find("borrow checker").len(), find("lifetimes borrow").len()), (1, 1), "the answer still says it");
    let past = cards.past(&id).unwrap();
    assert_eq!((past.len(), past[0].question.as_str()), (1, "What does Rust's borrow checker prove?"));
}

#[test]
fn the_other_direction_of_a_word_changes_with_it() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    let new = |question: &str, answer: &str| NewCard {
        question: question.into(),
        answer: answer.into(),
        entry: Some("word".into()),
        ..NewCard::default()
    };
    let one = cards.create(new("Hnud", "dog")).unwrap().id;
    let other = cards.create(new("dog", "Hnud")).unwrap().id;
    let change = Change { question: Some("Hund".into()), tags: Some(vec!["noun".into()]), ..Change::default() };
    cards.update(&one, &change).unwrap();
    let other = cards.get(&other).unwrap();
    assert_eq!((other.answer.as_str(), other.tags), ("Hund", vec!["noun".to_owned()]));
}

#[test]
fn going_west_does_not_take_a_day_back() {
    let home = Home::new();
    let id = home.on("2026-01-05").create(with("sm2", "q")).unwrap().id;
    let ahead = home.on("2026-01-06");
    answer(&ahead, &id, 4);
    let behind = home.on("2026-01-05");
    assert_eq!(behind.today().unwrap().to_string(), "2026-01-06");
    // A clock that was wrong by more than that is not believed.
    answer(&home.on("2031-01-01"), &id, 4);
    assert_eq!(home.on("2026-01-06").today().unwrap().to_string(), "2026-01-06");
    let wrong = home.on("2026-01-06").answer(&id, Confidence::new(4).unwrap(), None).unwrap_err();
    assert!(wrong.to_string().contains("yet to come"), "{wrong}");
}
