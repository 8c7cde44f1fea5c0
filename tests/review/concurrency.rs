//! Many processes, one log.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::home::Home;

const WRITERS: usize = 20;
const REMARKS: usize = 50;
const CLAIMERS: usize = 5;

/// Every line that starts an entry, and every drawer, is whole.
fn check_parseable(text: &str) {
    let starts = text.lines().filter(|l| l.starts_with("** ")).count();
    let drawers = text.lines().filter(|l| l.trim() == ":PROPERTIES:").count();
    let ends = text.lines().filter(|l| l.trim() == ":END:").count();
    assert!(starts == drawers && drawers == ends, "{starts} entries, {drawers} drawers, {ends} ends");
}

/// Lowers a flag at the end, also that of a panic.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[test]
fn nothing_is_lost_and_nothing_is_taken_twice() {
    let home = Home::new();
    let lines: String = (0..WRITERS).map(|i| format!("line {i}\n")).collect();
    home.repository("app", &[("a.txt", &lines), ("Makefile", "test:\n\t@true\n")]);
    let (home, writing) = (&home, &AtomicBool::new(true));
    let closed: Vec<(String, String)> = std::thread::scope(|scope| {
        // When one thread fails, the others stop instead of waiting for what will not come.
        let _stop = Stop(writing);
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while writing.load(Ordering::Relaxed) {
                check_parseable(&home.log_text());
                reads += 1;
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            reads
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|w| {
                scope.spawn(move || {
                    for n in 0..REMARKS {
                        let place = format!("app/a.txt:{}", w + 1);
                        let run = home.run(&["review", "add", &place, "--comment", &format!("remark {w}/{n}")]);
                        assert_eq!(run.code(), 0, "{}", run.err());
                    }
                })
            })
            .collect();
        let claimers: Vec<_> = (0..CLAIMERS)
            .map(|c| {
                scope.spawn(move || {
                    let session = format!("claimer-{c}");
                    let mut taken = Vec::new();
                    while taken.len() < 8 && writing.load(Ordering::Relaxed) {
                        let run = home.run(&["review", "next", "--json", "--session", &session]);
                        let entry: serde_json::Value = serde_json::from_str(&run.out()).unwrap();
                        let Some(id) = entry["id"].as_str() else { continue };
                        assert_eq!(entry["claimed_by"], session.as_str());
                        let done = home.run(&["review", "done", id, "--session", &session]);
                        assert_eq!(done.code(), 0, "{}", done.err());
                        taken.push((id.to_owned(), session.clone()));
                    }
                    taken
                })
            })
            .collect();
        writers.into_iter().for_each(|w| w.join().unwrap());
        let closed = claimers.into_iter().flat_map(|c| c.join().unwrap()).collect();
        writing.store(false, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 10);
        closed
    });
    let all = home.json(&["list", "--state", "all"]);
    let all = all.as_array().unwrap();
    let comments: BTreeSet<&str> = all.iter().map(|e| e["comment"].as_str().unwrap()).collect();
    assert_eq!((all.len(), comments.len()), (WRITERS * REMARKS, WRITERS * REMARKS));
    let ids: BTreeSet<&str> = all.iter().map(|e| e["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
    let expected: BTreeMap<&str, &str> = closed.iter().map(|(id, s)| (id.as_str(), s.as_str())).collect();
    assert_eq!(expected.len(), closed.len(), "one remark was closed twice");
    let done = all.iter().filter(|e| e["done"] == true);
    let done: BTreeMap<&str, &str> =
        done.map(|e| (e["id"].as_str().unwrap(), e["resolved_by"].as_str().unwrap())).collect();
    assert_eq!(done, expected);
}

#[test]
fn a_killed_writer_leaves_the_old_or_the_new_text() {
    let home = Home::new();
    home.repository("app", &[("a.txt", "one\n")]);
    home.add("app/a.txt:1", "the first", &[]);
    // How long a whole one takes, on this machine as it is now.
    let start = std::time::Instant::now();
    (0..3).for_each(|_| _ = home.run(&["review", "list"]));
    home.add("app/a.txt:1", "the second", &[]);
    let whole = start.elapsed() / 2;
    let mut acknowledged = 2;
    let mut landed = 2;
    for round in 0..200_u64 {
        let before = home.log_text();
        let mut command = home.memento(&["review", "add", "app/a.txt:1", "--comment", "again", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // From before it has read anything to after it has written all; the order is mixed by the factor.
        std::thread::sleep(whole * (round * 7919 % 200) as u32 / 150);
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        let after = home.log_text();
        check_parseable(&after);
        let entries = after.matches("\n** TODO [[").count();
        let new = after.starts_with(&before) && entries == landed + 1;
        assert!(after == before || new, "neither the old nor the new text:\n{after}");
        landed = entries;
        if serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok() {
            assert!(new, "a write was acknowledged and lost");
            acknowledged += 1;
        }
    }
    // Both ends of the range were hit: some were killed before they had written, some after.
    assert!(acknowledged < 202 && landed > 2, "{acknowledged} acknowledged, {landed} landed");
    home.add("app/a.txt:1", "the lock of a dead writer is free", &[]);
}
