//! FSRS, fitted to a log of which it is known what it came of.

use std::collections::BTreeMap;
use std::time::Duration;

use fsrs::{FSRS, FSRSItem, FSRSReview, current_retrievability};
use memento::cards::{Collection, Confidence, Day, NewCard};

use crate::home::{Home, noon};
use crate::library::card;
use crate::random::Random;

/// Somebody who forgets sooner than most at first, and keeps what they know for long.
fn somebody() -> Vec<f32> {
    let mut parameters = fsrs::DEFAULT_PARAMETERS.to_vec();
    parameters[..4].copy_from_slice(&[0.1, 0.3, 0.7, 2.0]);
    parameters[8] = 2.6;
    parameters[20] = 0.35;
    parameters
}

/// What somebody answers to a card that was answered so before, `elapsed` days after the last time.
fn recall(model: &FSRS, parameters: &[f32], past: &[FSRSReview], elapsed: u32, random: &mut Random) -> u8 {
    if past.is_empty() {
        return [1, 3, 4, 4, 4, 5][random.up_to(6) as usize];
    }
    let state = model.memory_state(FSRSItem { reviews: past.to_vec() }, None).unwrap();
    let known =
        elapsed == 0 || random.share() < f64::from(current_retrievability(state, elapsed as f32, parameters[20]));
    if known { [3, 4, 4, 4, 5][random.up_to(5) as usize] } else { 1 }
}

fn grade(confidence: u8) -> u32 {
    Confidence::new(confidence).unwrap().grade() as u32
}

/// Somebody learns these cards from the first of January on, whenever they are due.
fn learn(cards: &mut Collection, project: &str, number: usize, days: i32, random: &mut Random) {
    let parameters = somebody();
    let model = FSRS::new(&parameters).unwrap();
    let first: Day = "2026-01-01".parse().unwrap();
    let mut due: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for n in 0..number {
        let made = cards.create(NewCard { project: project.into(), ..card(&format!("{project} {n}")) }).unwrap();
        due.entry((n % 20) as i32).or_default().push(made.id);
    }
    let mut past: BTreeMap<String, (i32, Vec<FSRSReview>)> = BTreeMap::new();
    for day in 0..days {
        cards.set_clock(noon(&Day::from_number(first.number() + day).to_string()));
        let mut asked = due.remove(&day).unwrap_or_default();
        while !asked.is_empty() {
            let mut answers = Vec::new();
            for id in &asked {
                let (last, history) = past.entry(id.clone()).or_insert((day, Vec::new()));
                let elapsed = (day - *last) as u32;
                let confidence = recall(&model, &parameters, history, elapsed, random);
                history.push(FSRSReview { rating: grade(confidence), delta_t: elapsed });
                *last = day;
                answers.push((id.clone(), Confidence::new(confidence).unwrap(), Some(Duration::from_secs(4))));
            }
            asked.clear();
            for answered in cards.answer_all(&answers).unwrap() {
                if answered.again {
                    asked.push(answered.card.id);
                } else {
                    let next = answered.card.schedule.unwrap().due.number() - first.number();
                    due.entry(next).or_default().push(answered.card.id);
                }
            }
        }
    }
}

/// Answers of somebody that no parameters were fitted to.
fn others(random: &mut Random) -> Vec<FSRSItem> {
    let parameters = somebody();
    let model = FSRS::new(&parameters).unwrap();
    let mut items = Vec::new();
    for _ in 0..400 {
        let mut reviews: Vec<FSRSReview> = Vec::new();
        for n in 0..8 {
            let elapsed = if n == 0 { 0 } else { 1 + random.up_to(1 << n) as u32 };
            let confidence = recall(&model, &parameters, &reviews, elapsed, random);
            reviews.push(FSRSReview { rating: grade(confidence), delta_t: elapsed });
            if n > 0 {
                items.push(FSRSItem { reviews: reviews.clone() });
            }
        }
    }
    items
}

/// A collection that asks whatever was forgotten how often.
fn collection(home: &Home) -> Collection {
    let mut config = home.config();
    config.cards.leech_lapses = 0;
    Collection::open_at(&config, noon("2026-01-01")).unwrap()
}

#[test]
fn what_is_fitted_foretells_better_than_what_was_there() {
    let home = Home::new();
    let mut cards = collection(&home);
    let mut random = Random::new(3);
    learn(&mut cards, "rust", 200, 90, &mut random);
    let before: Vec<_> = cards.list(&Default::default()).unwrap().cards;

    let mut told = Vec::new();
    let stopped = cards.optimize(None, false, &mut |_| false).unwrap_err();
    assert_eq!(stopped.to_string(), "stopped: nothing has changed");
    let tried = cards.optimize(None, true, &mut |_| true).unwrap();
    assert!(!tried.adopted && tried.after < tried.before, "{tried:?}");
    assert_eq!(cards.list(&Default::default()).unwrap().cards, before, "nothing changes until it is adopted");

    let found = cards
        .optimize(None, false, &mut |part| {
            told.push(part);
            true
        })
        .unwrap();
    assert!(found.adopted && found.parameters.len() == 21 && found.reviews > 500, "{found:?}");
    assert!(told.is_sorted() && told.len() > 3 && told.last() == Some(&1.0), "{told:?}");
    // Answers that it has not seen tell whether it has learnt anything.
    let others = others(&mut random);
    let loss = |parameters: &[f32]| FSRS::new(parameters).unwrap().evaluate(others.clone(), |_| true).unwrap().log_loss;
    let (fitted, default, true_one) = (loss(&found.parameters), loss(&[]), loss(&somebody()));
    assert!(fitted < default - (default - true_one) * 0.5, "{fitted}, {default}, best {true_one}");

    // The cards stand where the new parameters have them, and what is fitted once more starts from those.
    let after: Vec<_> = cards.list(&Default::default()).unwrap().cards;
    assert_ne!(before, after);
    cards.replay(&mut |_, _| {}).unwrap();
    assert_eq!(cards.list(&Default::default()).unwrap().cards, after);
    let again = cards.optimize(None, false, &mut |_| true).unwrap();
    assert_eq!((again.before, again.adopted), (found.after, false), "they are no better than themselves");
    let error = cards.optimize(Some("go"), false, &mut |_| true).unwrap_err().to_string();
    assert!(error.contains("no project go"), "{error}");
}

#[test]
fn a_project_has_parameters_of_its_own() {
    let home = Home::new();
    let mut cards = collection(&home);
    let mut random = Random::new(5);
    learn(&mut cards, "rust", 60, 60, &mut random);
    learn(&mut cards, "go", 12, 20, &mut random);
    let go = |cards: &Collection| {
        let filter = memento::cards::Filter { project: Some("go".into()), ..Default::default() };
        cards.list(&memento::cards::Query { filter, ..Default::default() }).unwrap().cards
    };
    let before = go(&cards);
    let found = cards.optimize(Some("rust"), false, &mut |_| true).unwrap();
    assert!(found.adopted && found.project.as_deref() == Some("rust"), "{found:?}");
    assert_eq!(go(&cards), before);
    let all = cards.optimize(None, false, &mut |_| true).unwrap();
    assert!(all.adopted && all.reviews > found.reviews, "{all:?}");
    assert_ne!(go(&cards), before);
}

#[test]
fn too_few_answers_are_an_error_that_says_how_many_it_takes() {
    let home = Home::new();
    let mut cards = home.on("2026-01-01");
    let empty = cards.optimize(None, false, &mut |_| true).unwrap_err().to_string();
    assert!(empty.starts_with("there are 0 answers to learn from, and it takes 64"), "{empty}");
    learn(&mut cards, "rust", 10, 8, &mut Random::new(9));
    let few = cards.optimize(None, false, &mut |_| true).unwrap_err().to_string();
    assert!(few.contains("and it takes 64") && !few.starts_with("there are 0 "), "{few}");
}
