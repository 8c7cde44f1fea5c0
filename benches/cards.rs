//! What is done at every answer, and what a collection is asked: 10,000 cards with 200,000 answers. With `MEMENTO_BENCH_DATA`, a data
//! directory, it is the collection there, a copy of which should be given since answers are stored: see `tests/bench/cards.py`.

use std::fmt::Write as _;
use std::hint::black_box;

use chrono::{DateTime, NaiveTime};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use memento::Config;
use memento::cards::exchange::{Format, ReadOptions, import};
use memento::cards::{Algorithm, Clock, Collection, Confidence, Day, Filter, Period};
use memento::config::Env;

const CARDS: usize = 10_000;
const ANSWERS: usize = 20;

/// A collection in a home of its own, which lives as long as the directory; its clock stands on the evening of 2026-01-31.
fn collection(data: Option<String>) -> (tempfile::TempDir, Collection) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let home = dir.path().display();
    let data = data.unwrap_or_else(|| format!("{home}/data"));
    let pairs = [format!("HOME={home}"), format!("MEMENTO_DATA_DIR={data}"), format!("MEMENTO_NOTES_DIR={home}/notes")];
    let config = Config::load(Env::from_pairs(&pairs)).expect("a configuration");
    let now = DateTime::parse_from_rfc3339("2026-01-31T20:00:00Z").expect("a time").to_utc();
    let clock = Clock::at(now, NaiveTime::from_hms_opt(4, 0, 0).unwrap_or_default());
    let collection = Collection::open_at(&config, clock).expect("a collection");
    (dir, collection)
}

/// Cards with their answers in the form in which machines share them.
fn log() -> String {
    let mut text = String::from("{\"type\":\"memento-cards\",\"version\":1}\n");
    let mut line = |line: std::fmt::Arguments<'_>| writeln!(text, "{line}").expect("memory");
    let last: Day = "2026-01-31".parse().expect("a day");
    for card in 0..CARDS {
        let id = format!("00000000-0000-4000-8000-{card:012}");
        line(format_args!(
            "{{\"type\":\"card\",\"id\":\"{id}\",\"question\":\"question {card}\",\"answer\":\"answer {card}\",\
             \"project\":\"project {}\",\"created\":1,\"edited\":1}}",
            card % 20
        ));
        line(format_args!("{{\"type\":\"state\",\"card\":\"{id}\",\"state\":\"active\",\"changed\":1}}"));
        let mut day = last.number() - 700 + (card % 97) as i32;
        for answer in 0..ANSWERS {
            let confidence = [4, 4, 5, 3, 4, 1, 4][(card + answer) % 7];
            let time = i64::from(day) * 86_400_000 + 36_000_000 + card as i64;
            line(format_args!(
                "{{\"type\":\"answer\",\"card\":\"{id}\",\"time\":{time},\"day\":\"{}\",\"confidence\":{confidence},\
                 \"duration\":4000,\"before\":{answer},\"after\":{}}}",
                Day::from_number(day),
                answer + 1
            ));
            day += 1 + (answer * answer / 12) as i32 + (card % 3) as i32;
        }
    }
    text
}

fn schedulers(c: &mut Criterion) {
    let mut group = c.benchmark_group("a history of 20 answers");
    group.throughput(Throughput::Elements(20));
    for name in ["sm2", "leitner", "fixed", "fsrs"] {
        let scheduler = name.parse::<Algorithm>().and_then(|it| it.scheduler(None)).expect("an algorithm");
        let answers: Vec<Confidence> =
            (0..20).map(|n| Confidence::new([4, 5, 3, 4, 1][n % 5]).expect("a confidence")).collect();
        group.bench_function(name, |b| {
            b.iter(|| {
                let start = black_box(None);
                answers.iter().fold(start, |before, answer| {
                    let elapsed =
                        before.as_ref().map_or(0, |before: &memento::cards::scheduler::Memory| before.interval);
                    Some(scheduler.next(before.as_ref(), *answer, elapsed))
                })
            });
        });
    }
}

fn questions(c: &mut Criterion) {
    let data = std::env::var("MEMENTO_BENCH_DATA").ok();
    let (_dir, collection) = collection(data.clone());
    if data.is_none() {
        import(&collection, Format::Jsonl, "the log", log().as_bytes(), &ReadOptions::default()).expect("an import");
    }
    let mut group = c.benchmark_group("collection");
    group.sample_size(20);
    let all = Filter::default();
    group
        .bench_function("due queue", |b| b.iter(|| collection.queue(black_box(&all), 1).expect("a queue").cards.len()));
    let project = Filter { project: Some("project 3".into()), ..Filter::default() };
    group.bench_function("due queue of a project", |b| {
        b.iter(|| collection.queue(black_box(&project), 1).expect("a queue").cards.len());
    });
    let asked = collection.queue(&all, 1000).expect("a queue").cards;
    let mut next = asked.iter().map(|(_, card)| card.id.as_str()).cycle();
    let good = Confidence::new(4).expect("a confidence");
    group.bench_function("an answer", |b| {
        b.iter(|| {
            collection.answer(next.next().expect("something is due"), good, None).expect("an answer").review.after
        });
    });
    for period in [Period::Today, Period::Month, Period::All] {
        group.bench_function(format!("statistics, {period:?}"), |b| {
            b.iter(|| collection.stats(&all, black_box(period)).expect("statistics").answers);
        });
    }
    group.bench_function("statistics of a project", |b| {
        b.iter(|| collection.stats(black_box(&project), Period::All).expect("statistics").answers);
    });
    group.sample_size(10);
    group.bench_function("replay", |b| b.iter(|| collection.replay(&mut |_, _| {}).expect("a replay")));
    group.finish();
}

fn imports(c: &mut Criterion) {
    let deck: Vec<serde_json::Value> = (0..CARDS)
        .map(|n| serde_json::json!({"question": format!("question {n}"), "answer": format!("answer {n}"), "tags": ["a", "b"]}))
        .collect();
    let deck = serde_json::Value::from(deck).to_string();
    let mut group = c.benchmark_group("import");
    group.sample_size(10);
    group.throughput(Throughput::Elements(CARDS as u64));
    group.bench_function("10,000 cards", |b| {
        b.iter_batched(
            || collection(None),
            |(dir, collection)| {
                import(&collection, Format::Json, "deck.json", deck.as_bytes(), &ReadOptions::default())
                    .expect("an import");
                (dir, collection)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, schedulers, questions, imports);
criterion_main!(benches);
