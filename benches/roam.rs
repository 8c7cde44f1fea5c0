//! Reading notes as org-roam does: `cargo bench --no-default-features --bench roam`.

#![allow(missing_docs, clippy::unwrap_used, reason = "criterion's macros make undocumented items; a panic has said so")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use memento::notes;
use memento::org::Outline;

/// The corpora, repeated to about 28 MB, one text for each file.
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
    let size: usize = texts.iter().map(String::len).sum();
    let copies = (28_usize << 20).checked_div(size).unwrap_or(0);
    (0..copies).flat_map(|_| texts.clone()).collect()
}

fn read(criterion: &mut Criterion) {
    let texts = corpora();
    if texts.is_empty() {
        return;
    }
    let mut group = criterion.benchmark_group("roam");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    let outlines: Vec<_> = texts.iter().map(|text| Outline::scan(text)).collect();
    group.bench_function("scan", |bench| {
        bench.iter(|| texts.iter().map(|text| Outline::scan(black_box(text)).headlines().len()).sum::<usize>());
    });
    group.bench_function("read", |bench| {
        bench.iter(|| outlines.iter().map(|outline| notes::read(black_box(outline), "a").links.len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
