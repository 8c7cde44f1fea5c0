//! What is done to every prompt.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use memento::prompts::mask;

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

criterion_group!(benches, secrets);
criterion_main!(benches);
