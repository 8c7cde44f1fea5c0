//! How it goes: against what a list of all that happened gives when it is gone through the plain way.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use memento::cards::{
    Algorithm, Collection, Confidence, Day, Filter, NewCard, Period, Query, Retention, State, Stats, Streak,
};

use crate::home::{Home, noon};
use crate::library::{answer, card};
use crate::random::Random;

fn stats(cards: &Collection, period: Period) -> Stats {
    cards.stats(&Filter::default(), period).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn of_an_empty_collection_there_is_nothing_to_tell() {
    let home = Home::new();
    let cards = home.on("2026-01-05");
    for period in [Period::Today, Period::Week, Period::Month, Period::All] {
        let stats = stats(&cards, period);
        assert_eq!((stats.cards, stats.answers, stats.retention.share()), (0, 0, None));
        assert_eq!((stats.streak, stats.forecast.len()), (Streak::default(), 30));
        let days = match period {
            Period::Today => 1,
            Period::Week => 7,
            Period::Month => 30,
            Period::All => 0,
        };
        assert_eq!((stats.days.len(), stats.from.is_none()), (days, days == 0), "{period:?}");
    }
}

#[test]
fn a_first_week() {
    let home = Home::new();
    let mut cards = home.on("2026-01-05");
    let one = cards.create(NewCard { algorithm: Some(Algorithm::Sm2), ..card("one") }).unwrap().id;
    let two =
        cards.create(NewCard { algorithm: Some(Algorithm::Sm2), project: "rust".into(), ..card("two") }).unwrap().id;
    cards.create(NewCard { state: State::Draft, ..card("three") }).unwrap();
    answer(&cards, &one, 4);
    answer(&cards, &two, 5);
    cards.set_clock(noon("2026-01-06"));
    // Asked again on the same day: of the two answers the first is the one that tells.
    answer(&cards, &one, 1);
    answer(&cards, &one, 4);
    answer(&cards, &two, 3);
    cards.undo(None).unwrap();
    let now = stats(&cards, Period::Today);
    assert_eq!((now.cards, now.drafts, now.new, now.young), (3, 1, 0, 2));
    assert_eq!((now.answers, now.confidences, now.time, now.timed), (2, [1, 0, 0, 1, 0], 6000, 2));
    assert_eq!(now.retention, Retention { answers: 1, passed: 0 });
    assert_eq!(now.algorithms.iter().map(|band| band.name.as_str()).collect::<Vec<_>>(), ["sm2"]);
    assert_eq!(now.projects.iter().map(|band| band.name.as_str()).collect::<Vec<_>>(), [""]);
    assert_eq!((now.ages[0].retention.answers, now.ages[1].retention.answers), (1, 0));
    assert_eq!(
        now.hardest.iter().map(|hard| (hard.card.id.as_str(), hard.lapses)).collect::<Vec<_>>(),
        [(one.as_str(), 1)]
    );
    assert_eq!(now.streak, Streak { current: 2, longest: 2 });
    // The second is due today, the first after its lapse tomorrow.
    assert_eq!(now.forecast[..3].iter().map(|day| day.count).collect::<Vec<_>>(), [1, 1, 0]);
    assert_eq!((now.forecast[0].day, now.counts.due, now.counts.done), (day("2026-01-06"), 1, 1));

    cards.set_clock(noon("2026-01-07"));
    assert_eq!(stats(&cards, Period::Today).streak, Streak { current: 2, longest: 2 }, "today is not over");
    cards.set_clock(noon("2026-01-08"));
    let later = stats(&cards, Period::Week);
    assert_eq!(later.streak, Streak { current: 0, longest: 2 });
    assert_eq!((later.from, later.today), (Some(day("2026-01-02")), day("2026-01-08")));
    assert_eq!(later.days.iter().map(|day| day.count).collect::<Vec<_>>(), [0, 0, 0, 2, 2, 0, 0]);
    assert_eq!(stats(&cards, Period::All).from, Some(day("2026-01-05")));
    let rust = Filter { project: Some("rust".into()), ..Filter::default() };
    let rust = cards.stats(&rust, Period::All).unwrap();
    assert_eq!((rust.cards, rust.answers, rust.streak.longest, rust.forecast[0].count), (1, 1, 1, 1));
}

/// An answer as the plain way keeps it.
#[derive(Clone)]
struct Given {
    card: usize,
    time: i64,
    day: Day,
    confidence: u8,
    duration: Option<u32>,
    before: u32,
}

const PROJECTS: [&str; 3] = ["", "rust", "lang::de"];
const ALGORITHMS: [&str; 4] = ["sm2", "leitner", "fixed", "fsrs"];

/// What the answers to these cards tell, gone through the plain way.
fn expect(log: &[Given], cards: &HashSet<usize>, from: Option<Day>, stats: &Stats) {
    let mut asked = HashSet::new();
    let (mut retention, mut ages) = (Retention::default(), [Retention::default(); 2]);
    let mut projects: BTreeMap<&str, Retention> = BTreeMap::new();
    let mut algorithms: BTreeMap<&str, Retention> = BTreeMap::new();
    let (mut confidences, mut time, mut timed) = ([0; 5], 0, 0);
    let mut days: BTreeMap<Day, usize> = BTreeMap::new();
    let mut learnt = BTreeSet::new();
    let mut log: Vec<&Given> = log.iter().filter(|given| cards.contains(&given.card)).collect();
    log.sort_by_key(|given| given.time);
    for given in log {
        learnt.insert(given.day);
        if from.is_some_and(|from| given.day < from) {
            continue;
        }
        *days.entry(given.day).or_default() += 1;
        confidences[usize::from(given.confidence) - 1] += 1;
        time += u64::from(given.duration.unwrap_or(0));
        timed += usize::from(given.duration.is_some());
        if asked.insert((given.card, given.day)) && given.before > 0 {
            let counted = [
                &mut retention,
                &mut ages[usize::from(given.before >= 21)],
                projects.entry(PROJECTS[given.card % 3]).or_default(),
                algorithms.entry(ALGORITHMS[given.card % 4]).or_default(),
            ];
            for retention in counted {
                retention.answers += 1;
                retention.passed += usize::from(given.confidence > 2);
            }
        }
    }
    assert_eq!(stats.confidences, confidences);
    assert_eq!((stats.answers, stats.time, stats.timed), (confidences.iter().sum(), time, timed));
    assert_eq!(stats.retention, retention);
    assert_eq!([stats.ages[0].retention, stats.ages[1].retention], ages);
    let named = |bands: &[memento::cards::Band]| -> Vec<(String, Retention)> {
        bands.iter().map(|band| (band.name.clone(), band.retention)).collect()
    };
    let of =
        |map: BTreeMap<&str, Retention>| map.into_iter().map(|(name, of)| (name.to_owned(), of)).collect::<Vec<_>>();
    assert_eq!(named(&stats.projects), of(projects));
    assert_eq!(named(&stats.algorithms), of(algorithms));
    for counted in &stats.days {
        assert_eq!(counted.count, days.get(&counted.day).copied().unwrap_or(0), "{}", counted.day);
    }
    assert_eq!(stats.days.iter().map(|day| day.count).sum::<usize>(), stats.answers);
    let run = |last: Day| (0..).take_while(|back| learnt.contains(&Day::from_number(last.number() - back))).count();
    let yesterday = Day::from_number(stats.today.number() - 1);
    let current = if learnt.contains(&stats.today) { run(stats.today) } else { run(yesterday) };
    let longest = learnt.iter().map(|day| run(*day)).max().unwrap_or(0);
    assert_eq!(stats.streak, Streak { current, longest });
}

#[test]
fn a_season_is_counted_as_the_plain_way_counts_it() {
    let home = Home::new();
    let mut cards = home.on("2026-01-01");
    let mut random = Random::new(11);
    let made: Vec<String> = (0..24)
        .map(|number| {
            let new = NewCard {
                project: PROJECTS[number % 3].into(),
                algorithm: Some(ALGORITHMS[number % 4].parse().unwrap()),
                tags: if number % 5 == 0 { vec!["hard".into()] } else { Vec::new() },
                ..card(&format!("q{number}"))
            };
            cards.create(new).unwrap().id
        })
        .collect();
    let mut log: Vec<Given> = Vec::new();
    let mut deleted = HashSet::new();
    for number in 0..90 {
        // Some days have no answer.
        if random.up_to(6) == 0 {
            continue;
        }
        let today = Day::from_number(day("2026-01-01").number() + number);
        cards.set_clock(noon(&today.to_string()));
        for _ in 0..random.up_to(12) {
            let card = random.up_to(24) as usize;
            if deleted.contains(&card) || random.up_to(80) == 0 {
                if deleted.insert(card) {
                    cards.delete(&[made[card].clone()]).unwrap();
                }
                continue;
            }
            let confidence = 1 + (random.up_to(5).max(random.up_to(5))) as u8;
            let duration = (random.up_to(3) > 0).then(|| Duration::from_millis(random.up_to(9000)));
            let confidence = Confidence::new(confidence).unwrap();
            let review = cards.answer(&made[card], confidence, duration).map(|answered| answered.review);
            // A leech is not asked.
            let Ok(review) = review else { continue };
            match random.up_to(10) {
                0 => _ = cards.undo(Some(&made[card])).unwrap(),
                1 => {
                    cards.reset(&[made[card].clone()]).unwrap();
                    log.push(given(card, &review));
                }
                _ => log.push(given(card, &review)),
            }
        }
    }
    assert!(log.len() > 200 && !deleted.is_empty(), "{} answers, {deleted:?}", log.len());

    let today = cards.today().unwrap();
    let all: HashSet<usize> = (0..24).collect();
    let filters = [
        (Filter::default(), all.clone()),
        (
            Filter { project: Some("rust".into()), ..Filter::default() },
            all.iter().copied().filter(|n| n % 3 == 1).collect(),
        ),
        (
            Filter { project: Some("lang".into()), ..Filter::default() },
            all.iter().copied().filter(|n| n % 3 == 2).collect(),
        ),
        (
            Filter { algorithm: Some("fsrs".into()), ..Filter::default() },
            all.iter().copied().filter(|n| n % 4 == 3).collect(),
        ),
        (
            Filter { tags: vec!["hard".into()], ..Filter::default() },
            all.iter().copied().filter(|n| n % 5 == 0).collect(),
        ),
        (Filter { tags: vec!["no".into()], ..Filter::default() }, HashSet::new()),
    ];
    for (filter, chosen) in filters {
        for (period, days) in [(Period::Today, 0), (Period::Week, 6), (Period::Month, 29), (Period::All, 10_000)] {
            let stats = cards.stats(&filter, period).unwrap();
            let from = (days < 10_000).then(|| Day::from_number(today.number() - days));
            expect(&log, &chosen, from, &stats);

            let listed = cards.list(&Query { filter: filter.clone(), ..Query::default() }).unwrap().cards;
            assert_eq!(stats.cards, listed.len());
            assert_eq!(stats.cards, chosen.difference(&deleted).count());
            let active = listed.iter().filter(|card| card.state == State::Active);
            let schedules: Vec<_> = active.clone().filter_map(|card| card.schedule.as_ref()).collect();
            assert_eq!(stats.new, active.count() - schedules.len());
            assert_eq!(stats.young, schedules.iter().filter(|schedule| schedule.interval < 21).count());
            assert_eq!(stats.young + stats.mature, schedules.len());
            assert_eq!(stats.leeches, listed.iter().filter(|card| card.leech).count());
            assert_eq!(stats.suspended, listed.iter().filter(|card| card.state == State::Suspended).count());
            let due = |day: Day| if day < today { today } else { day };
            for forecast in &stats.forecast {
                let of_day = |day: Day| {
                    schedules.iter().filter(|at| (if at.again() { today } else { due(at.due) }) == day).count()
                };
                assert_eq!(forecast.count, of_day(forecast.day), "{}", forecast.day);
            }
            let mut lapses: Vec<u32> = listed
                .iter()
                .filter_map(|card| card.schedule.as_ref())
                .map(|at| at.lapses)
                .filter(|lapses| *lapses > 0)
                .collect();
            lapses.sort_unstable_by(|a, b| b.cmp(a));
            lapses.truncate(10);
            assert_eq!(stats.hardest.iter().map(|hard| hard.lapses).collect::<Vec<_>>(), lapses);
        }
    }
}

fn given(card: usize, review: &memento::cards::Review) -> Given {
    Given {
        card,
        time: review.time,
        day: review.day,
        confidence: review.confidence.unwrap().get(),
        duration: review.duration,
        before: review.before,
    }
}
