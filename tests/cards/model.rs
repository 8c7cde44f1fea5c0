//! Random lives of a collection: where its cards stand is always what a replay gives, and an undo undoes.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use memento::cards::{Change, Clock, Collection, Confidence, Filter, NewCard, Query, State};
use proptest::prelude::*;

use crate::home::Home;
use crate::library::card;

#[derive(Debug, Clone)]
enum Act {
    Create(u8),
    Answer(usize, u8),
    Undo(usize),
    Reset(usize),
    Suspend(usize),
    Activate(usize),
    Delete(usize),
    Restore(usize),
    Own(usize, u8),
    Project(u8),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..4u8).prop_map(Act::Create),
        12 => (any::<usize>(), 1..=5u8).prop_map(|(card, confidence)| Act::Answer(card, confidence)),
        2 => any::<usize>().prop_map(Act::Undo),
        1 => any::<usize>().prop_map(Act::Reset),
        1 => any::<usize>().prop_map(Act::Suspend),
        1 => any::<usize>().prop_map(Act::Activate),
        1 => any::<usize>().prop_map(Act::Delete),
        1 => any::<usize>().prop_map(Act::Restore),
        1 => (any::<usize>(), 0..5u8).prop_map(|(card, algorithm)| Act::Own(card, algorithm)),
        1 => (0..5u8).prop_map(Act::Project),
        4 => (0..60 * 24 * 40i64).prop_map(Act::Wait),
    ]
}

fn algorithm(number: u8) -> Option<memento::cards::Algorithm> {
    ["sm2", "leitner", "fixed", "fsrs"].get(usize::from(number)).map(|name| name.parse().unwrap())
}

fn clock(time: DateTime<Utc>) -> Clock {
    Clock::at(time, NaiveTime::from_hms_opt(4, 0, 0).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn where_cards_stand_is_what_a_replay_gives(acts in proptest::collection::vec(act(), 1..80)) {
        let home = Home::new();
        let mut now = DateTime::parse_from_rfc3339("2026-03-01T10:00:00Z").unwrap().to_utc();
        let mut cards = Collection::open_at(&home.config(), clock(now)).unwrap();
        let mut ids: Vec<String> = Vec::new();
        for (step, act) in acts.into_iter().enumerate() {
            now += TimeDelta::seconds(30);
            cards.set_clock(clock(now));
            let of = |card: usize| ids.get(card % ids.len().max(1)).cloned();
            match act {
                Act::Create(project) => {
                    let new = NewCard { project: format!("p{project}"), ..card(&format!("question {step}")) };
                    ids.push(cards.create(new).unwrap().id);
                }
                Act::Answer(card, confidence) => {
                    let Some(id) = of(card) else { continue };
                    let before = cards.get(&id).ok();
                    let preview = cards.preview(&id).ok();
                    match cards.answer(&id, Confidence::new(confidence).unwrap(), None) {
                        Ok(answered) => {
                            let schedule = answered.card.schedule.clone().unwrap();
                            let told = preview.unwrap().intervals[usize::from(confidence) - 1];
                            prop_assert_eq!((schedule.interval, answered.review.after), (told, told));
                            prop_assert_eq!(answered.review.before, before.clone().unwrap().schedule.map_or(0, |s| s.interval));
                            prop_assert!(schedule.strength.is_finite() && schedule.interval >= 1);
                            // Every third is taken back, which leaves nothing of it, and given again.
                            if step % 3 == 0 {
                                let undone = cards.undo(None).unwrap();
                                prop_assert_eq!(Some(undone.card), before);
                                let again = cards.answer(&id, Confidence::new(confidence).unwrap(), None).unwrap();
                                prop_assert_eq!(again.card.schedule.map(|s| s.due), Some(schedule.due));
                            }
                        }
                        // A draft, a suspended card, a leech or a deleted one.
                        Err(_) => prop_assert!(before.is_none_or(|card| card.state != State::Active)),
                    }
                }
                Act::Undo(card) => _ = of(card).map(|id| cards.undo(Some(&id))),
                Act::Reset(card) => _ = of(card).map(|id| cards.reset(&[id])),
                Act::Suspend(card) => _ = of(card).map(|id| cards.set_state(&[id], State::Suspended)),
                Act::Activate(card) => _ = of(card).map(|id| cards.set_state(&[id], State::Active)),
                Act::Delete(card) => _ = of(card).map(|id| cards.delete(&[id])),
                Act::Restore(card) => _ = of(card).map(|id| cards.restore(&[id])),
                Act::Own(card, number) => {
                    let change = Change { algorithm: Some(algorithm(number)), ..Change::default() };
                    _ = of(card).map(|id| cards.update(&id, &change));
                }
                Act::Project(number) => {
                    cards.set_algorithm(&format!("p{}", number % 4), algorithm(number), &mut |_, _| ()).unwrap();
                }
                Act::Wait(minutes) => now += TimeDelta::minutes(minutes),
            }
        }
        let all = || cards.list(&Query::default()).unwrap().cards;
        let before = all();
        let queue = cards.queue(&Filter::default(), 1000).unwrap();
        prop_assert_eq!(cards.replay(&mut |_, _| ()).unwrap(), 0);
        prop_assert_eq!(&all(), &before);
        // All that is asked may be answered, and counts are what they count.
        prop_assert_eq!(queue.cards.len(), queue.counts.left());
        prop_assert!(queue.cards.iter().all(|(_, card)| card.state == State::Active));
        let projects = cards.projects().unwrap();
        prop_assert_eq!(projects.iter().map(|project| project.cards).sum::<usize>(), before.len());
    }
}

#[test]
fn many_may_answer_at_once() {
    let home = Home::new();
    let id = home.on("2026-01-05").create(card("q")).unwrap().id;
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let cards = home.on("2026-01-05");
                for _ in 0..20 {
                    cards.answer(&id, Confidence::new(4).unwrap(), None).unwrap();
                }
            });
        }
    });
    let cards = home.on("2026-01-05");
    assert_eq!((cards.reviews(&id).unwrap().len(), cards.get(&id).unwrap().schedule.unwrap().answers), (120, 120));
    assert_eq!(cards.replay(&mut |_, _| ()).unwrap(), 0);
}
