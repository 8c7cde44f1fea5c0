//! What is done to every prompt, and what is asked of a library of 10,000. With `MEMENTO_BENCH_DATA`, a data directory, the
//! questions go to the library there instead: see `tests/bench/prompts.py`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use memento::Config;
use memento::config::Env;
use memento::prompts::{Library, Query, SyncOptions, mask};

/// A megabyte of prompts as people type them, with words in them that may come before a secret.
fn ordinary() -> Vec<String> {
    let texts = [
        "fix the failing test in src/parser.rs, it panics on an empty line",
        "Explain how the tokenizer splits keywords; the token count is off by one. Then write a test for it.",
        "Warum bricht der Build seit gestern ab? Die Meldung nennt `foo_bar` und eine Zeile in main.rs:120.",
        "add a primary key to the table and rename key_id to id everywhere, also in the migrations",
        "よくわからないので、このエラーの原因を調べてください。ログは下にあります。",
        "refactor the UserService so that getUserById returns an Option and none of the callers unwrap it",
        "run the tests again and show me what is left to do before we can merge this branch",
        "please make the password reset page look like the login page, and keep the wording short",
    ];
    let mut all = Vec::new();
    let mut size = 0;
    while size < 1_000_000 {
        let text = format!("{} ({})", texts[all.len() % texts.len()], all.len());
        size += text.len();
        all.push(text);
    }
    all
}

fn secrets(c: &mut Criterion) {
    let prompts = ordinary();
    let pasted = prompts.join("\n");
    let mut group = c.benchmark_group("secrets");
    group.throughput(Throughput::Bytes(prompts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("ordinary prompts", |b| {
        b.iter(|| prompts.iter().map(|text| mask(black_box(text)).len()).sum::<usize>())
    });
    group.bench_function("one long text", |b| b.iter(|| mask(black_box(&pasted)).len()));
    let key = format!("export GH_TOKEN=gh{}", "p_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2");
    group.throughput(Throughput::Bytes(key.len() as u64));
    group.bench_function("a secret masked", |b| b.iter(|| mask(black_box(&key)).len()));
    group.finish();
}

/// A library of 10,000 prompts in a home of its own, which lives as long as the directory.
fn library() -> (tempfile::TempDir, Library) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = std::env::var("MEMENTO_BENCH_DATA").unwrap_or_else(|_| dir.path().join("data").display().to_string());
    let home = dir.path().display();
    let pairs = [
        format!("HOME={home}"),
        format!("MEMENTO_CLAUDE_DIR={home}/claude"),
        format!("MEMENTO_DATA_DIR={data}"),
        format!("MEMENTO_NOTES_DIR={home}/notes"),
    ];
    let config = Config::load(Env::from_pairs(&pairs)).expect("a configuration");
    let lines: String = ordinary()
        .iter()
        .take(10_000)
        .enumerate()
        .map(|(i, text)| {
            let text = format!("{text}, {}", i * 7919 % 10_007);
            let (time, project) = (1_735_689_600_000_i64 + i as i64 * 500_000, i % 40);
            format!(
                "{{\"display\":{text:?},\"timestamp\":{time},\"project\":\"/r/p{project}\",\"sessionId\":\"s{}\"}}\n",
                i / 20
            )
        })
        .collect();
    std::fs::create_dir_all(&config.claude_dir).expect("a directory");
    memento::file::replace(&config.claude_dir.join("history.jsonl"), None, &lines).expect("a history");
    let library = Library::open(&config).expect("a library");
    if std::env::var_os("MEMENTO_BENCH_DATA").is_none() {
        library.sync(&SyncOptions::default(), &mut |_| true).expect("a sync");
    }
    (dir, library)
}

fn questions(c: &mut Criterion) {
    let (_dir, library) = library();
    let mut group = c.benchmark_group("library");
    let page = Query { limit: Some(20), ..Query::default() };
    group.bench_function("a page", |b| b.iter(|| library.list(black_box(&page)).expect("a list").prompts.len()));
    for text in ["tokenizer", "primary key", "\"login page\"", "migrat*", "parser -test", "エラー"] {
        let query = Query { text: Some(text.to_owned()), ..page.clone() };
        group.bench_function(format!("search {text}"), |b| {
            b.iter(|| library.list(black_box(&query)).expect("a list").prompts.len());
        });
    }
    let like = "add a primary key to the tables and rename key_id everywhere";
    group
        .bench_function("similar", |b| b.iter(|| library.similar(black_box(like), None, 0.3, 10).expect("some").len()));
    group.sample_size(10);
    group.bench_function("stats", |b| b.iter(|| library.stats(black_box(&Query::default())).expect("numbers").prompts));
    group.finish();
}

criterion_group!(benches, secrets, questions);
criterion_main!(benches);
