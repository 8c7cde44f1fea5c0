//! 10,000 random histories of each algorithm against implementations that memento has no part in: see judge.py.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use memento::cards::scheduler::Memory;
use memento::cards::{Algorithm, Confidence};

use crate::random::Random;

const HISTORIES: usize = 10_000;

/// The Python that has anki, fsrs and supermemo2.
pub(crate) fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let python = target.join("cards-venv/bin/python");
    assert!(python.exists(), "{} is not there. Run this, then the tests again:\n  make test", python.display());
    python
}

/// FSRS's parameters, each up to a half more or less than the authors', within what both implementations take.
fn parameters(random: &mut Random) -> Vec<f32> {
    let most = [
        100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5, 5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8,
        0.8,
    ];
    let least = [
        0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001, 0.001, 0.001, 0.001, 0.0, 0.0, 1.0, 0.0,
        0.0, 0.0, 0.1,
    ];
    let around = fsrs::DEFAULT_PARAMETERS.iter().zip(least).zip(most);
    around.map(|((value, least), most)| (value * (0.5 + random.share() as f32)).clamp(least, most)).collect()
}

/// A history of this algorithm as a line of JSON: some that know nearly all, some that forget much, answers that are late and early
/// and on the same day.
fn history(random: &mut Random, algorithm: &Algorithm, own: bool) -> String {
    let parameters = own.then(|| parameters(random));
    let scheduler = algorithm.scheduler(parameters.as_deref()).unwrap();
    let knows = random.share();
    let mut memory: Option<Memory> = None;
    let mut answers = Vec::new();
    for _ in 0..random.up_to(30) + 1 {
        let confidence = if random.share() < knows { 3 + random.up_to(3) } else { 1 + random.up_to(5) } as u8;
        let due = memory.map_or(0, |memory| memory.interval);
        let elapsed = match random.up_to(6) {
            0 => 0,
            1 => random.up_to(400) as u32,
            2 => random.up_to(u64::from(due) + 1) as u32,
            3 => due + random.up_to(u64::from(due) + 1) as u32,
            _ => due,
        };
        let now = scheduler.next(memory.as_ref(), Confidence::new(confidence).unwrap(), elapsed);
        answers.push((confidence, elapsed, now.interval, now.repetitions, now.strength, now.difficulty));
        memory = Some(now);
    }
    serde_json::json!({"algorithm": algorithm, "parameters": parameters, "answers": answers}).to_string()
}

fn judge(histories: &str) -> Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cards/judge.py");
    let mut child = Command::new(python()).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Where it has seen a difference it reads no more.
    let _ = child.stdin.take().unwrap().write_all(histories.as_bytes());
    child.wait_with_output().unwrap()
}

fn judged(algorithm: impl Fn(&mut Random) -> Algorithm) -> String {
    let mut random = Random::new(6);
    let mut histories = String::new();
    for number in 0..HISTORIES {
        let algorithm = algorithm(&mut random);
        let own = number % 2 == 1 && matches!(algorithm, Algorithm::Fsrs(_));
        writeln!(histories, "{}", history(&mut random, &algorithm, own)).unwrap();
    }
    let output = judge(&histories);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains(&format!("{HISTORIES} ")), "{said}");
    println!("{said}");
    said
}

#[test]
fn sm2_is_that_of_the_1990_text_and_of_supermemo2_where_that_follows_it() {
    let said = judged(|_| Algorithm::Sm2);
    // What the judge lets pass it names; that it lets nothing else pass is its business.
    assert!(said.contains("supermemo2 changes the E-factor below 3"), "{said}");
}

#[test]
fn leitner_moves_cards_between_boxes() {
    judged(|random| {
        let mut days: Vec<u32> = (0..3 + random.up_to(8)).map(|_| 1 + random.up_to(200) as u32).collect();
        days.sort_unstable();
        Algorithm::Leitner(days)
    });
}

#[test]
fn fixed_intervals_follow_their_list() {
    judged(|random| Algorithm::Fixed((0..1 + random.up_to(9)).map(|_| 1 + random.up_to(200) as u32).collect()));
}

#[test]
fn fsrs_is_that_of_the_python_package() {
    judged(|random| Algorithm::Fsrs(700 + random.up_to(291) as u16));
}

#[test]
fn the_judge_sees_a_day_too_many() {
    for algorithm in ["sm2", "leitner:1,2,4", "fixed:1,3,7", "fsrs:0.9"] {
        let right = history(&mut Random::new(1), &algorithm.parse().unwrap(), false);
        assert!(judge(&right).status.success(), "{algorithm}");
        let mut wrong: serde_json::Value = serde_json::from_str(&right).unwrap();
        let interval = &mut wrong["answers"][0][2];
        *interval = (interval.as_u64().unwrap() + 1).into();
        let output = judge(&wrong.to_string());
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{algorithm}: {said}");
        assert!(said.contains("history 1") && said.contains("answer 0: the interval is"), "{said}");
    }
}
