//! The review log at the size of a long life: 10,000 remarks, about 5 MB.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use memento::Config;
use memento::config::Env;
use memento::review::{Log, Query, Remark, State};

const ENTRIES: usize = 10_000;

/// A log in a home of its own.
struct Home {
    dir: tempfile::TempDir,
    log: Log,
}

impl Home {
    fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        memento::file::replace(&dir.path().join("code_review.org"), None, text).expect("a log");
        memento::file::replace(&dir.path().join("a.rs"), None, "one\ntwo\n").expect("a file");
        let env = Env::from_pairs([format!("HOME={}", dir.path().display())]);
        Self { log: Log::new(Config::load(env).expect("a configuration")), dir }
    }

    fn remark(&self) -> Remark {
        Remark { file: self.dir.path().join("a.rs"), line: 1, comment: "a remark".into(), ..Remark::default() }
    }
}

/// Ten projects, one remark in three open.
fn log_text() -> String {
    let mut text = String::from("#+title: Code review\n\n");
    for project in 0..10 {
        text.push_str(&format!("* project-{project}\n"));
        for n in 0..ENTRIES / 10 {
            let id = project * 10_000 + n;
            let (keyword, closed) =
                if n % 3 == 0 { ("TODO", "") } else { ("DONE", "   CLOSED: [2026-02-03 Tue 10:00]\n") };
            text.push_str(&format!(
                "** {keyword} [[file:~/src/project-{project}/src/module_{n}.rs::{n}][module_{n}.rs:{n}]]  :security:\n{closed}   \
                 :PROPERTIES:\n   :ID: cr-{id:08}\n   :PROJECT: project-{project}\n   :TIMESTAMP: [2025-09-30 Tue 14:23]\n   \
                 :COMMIT: 0123456789abcdef0123456789abcdef01234567\n   :ANCHOR: let value = compute(&input, n);\n   :END:\n   \
                 This error handling is too generic: catch specific exceptions and say what the caller can do\n   about it, \
                 or let it pass. The same holds for the three functions below this one.\n"
            ));
        }
    }
    text
}

fn review(c: &mut Criterion) {
    let text = log_text();
    println!("log: {} remarks, {:.1} MB", ENTRIES, text.len() as f64 / 1e6);
    let home = Home::new(&text);
    let all = Query { state: State::All, ..Query::default() };
    let mut group = c.benchmark_group("review");
    group.sample_size(20);
    group.bench_function("list 10,000", |b| b.iter(|| black_box(home.log.list(&all).expect("a list"))));
    group.bench_function("show one of 10,000", |b| {
        b.iter(|| black_box(home.log.show("cr-00050005").expect("an entry")))
    });
    group.bench_function("add to 10,000", |b| {
        b.iter_batched(
            || Home::new(&text),
            |home| black_box(home.log.add(home.remark()).expect("added")),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("next of 10,000", |b| {
        b.iter_batched(
            || Home::new(&text),
            |home| black_box(home.log.next("bench", &Query::default()).expect("taken")),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("add to an empty log", |b| {
        b.iter_batched(
            || Home::new(""),
            |home| black_box(home.log.add(home.remark()).expect("added")),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, review);
criterion_main!(benches);
