//! Scanning, finding links and editing: `cargo bench --no-default-features --bench org`.

#![allow(missing_docs, clippy::unwrap_used, reason = "criterion's macros make undocumented items; a panic has said so")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use memento::org::{Outline, edit};

#[path = "../tests/common/stress.rs"]
mod stress;

/// About 5 MB of remarks as the review log has them.
fn log() -> String {
    let mut log = String::from("#+title: Code review\n\n");
    let mut i = 0;
    while log.len() < 5 << 20 {
        let (state, closed) = if i % 3 == 0 { ("TODO", "") } else { ("DONE", "   CLOSED: [2026-11-20 Fri 09:12]\n") };
        log.push_str(&format!(
            "** {state} [[file:~/repos/memento/src/file{}.rs::{i}][file{}.rs:{i}]]  :correctness:\n{closed}   :PROPERTIES:\n   :ID: \
             3e969e14-b902-47b8-984a-{i:012x}\n   :PROJECT: memento\n   :TIMESTAMP: [2026-11-19 Thu 14:23]\n   :COMMIT: \
             c1af2b8d0d4b1b6c7d6c2f0e4a1c9b8d7e6f5a4b\n   :ANCHOR: let value = map.get(&key).unwrap();\n   :END:\n   This panics \
             where the key is missing: return the error to the caller, who knows what to do about it.\n   #+begin_src rust\n   \
             let value = map.get(&key).unwrap();\n   #+end_src\n",
            i % 97,
            i % 97,
        ));
        i += 1;
    }
    log
}

/// The corpora in one text for each file.
fn corpora() -> Vec<String> {
    let root = std::env::var_os("MEMENTO_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"), PathBuf::from);
    let (mut texts, mut dirs) = (Vec::new(), vec![root]);
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|extension| extension == "org") {
                texts.extend(fs::read_to_string(path).ok());
            }
        }
    }
    texts
}

fn scan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scan");
    let log = log();
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.bench_function("log", |bench| bench.iter(|| Outline::scan(black_box(&log)).headlines().len()));
    let corpora = corpora();
    if !corpora.is_empty() {
        group.throughput(Throughput::Bytes(corpora.iter().map(|text| text.len() as u64).sum()));
        group.bench_function("corpora", |bench| {
            bench.iter(|| corpora.iter().map(|text| Outline::scan(black_box(text)).headlines().len()).sum::<usize>());
        });
    }
    group.finish();
}

fn links(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("links");
    let log = log();
    let outline = Outline::scan(&log);
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.bench_function("log", |bench| bench.iter(|| outline.links(black_box(0..log.len())).len()));
    let corpora = corpora();
    if !corpora.is_empty() {
        group.throughput(Throughput::Bytes(corpora.iter().map(|text| text.len() as u64).sum()));
        group.bench_function("scan and links of corpora", |bench| {
            bench.iter(|| {
                let links = |text: &String| Outline::scan(black_box(text)).links(0..text.len()).len();
                corpora.iter().map(links).sum::<usize>()
            });
        });
    }
    group.finish();
}

fn edits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("edit");
    let log = log();
    let last = Outline::scan(&log).headlines().len() - 1;
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.bench_function("set_property in log", |bench| {
        bench.iter(|| edit::set_property(black_box(&log), last, "CLAIMED_BY", "a").unwrap().len());
    });
    group.finish();
}

/// Each of these is to take less than 50 ms.
fn stress(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stress");
    group.sample_size(10).warm_up_time(std::time::Duration::from_millis(20));
    group.measurement_time(std::time::Duration::from_millis(100));
    for (name, text) in stress::texts(1 << 20) {
        group.bench_function(format!("scan {name}"), |bench| {
            bench.iter(|| Outline::scan(black_box(&text)).headlines().len())
        });
        let text = stress::with_links(&text);
        let outline = Outline::scan(&text);
        group.bench_function(format!("links {name}"), |bench| {
            bench.iter(|| outline.links(black_box(0..text.len())).len());
        });
    }
    group.finish();
}

criterion_group!(benches, scan, links, edits, stress);
criterion_main!(benches);
