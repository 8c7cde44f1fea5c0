//! The vault: index, sweep, search.
//!
//! The notes are those of `../shared/corpora/braindump`, or of `$MEMENTO_CORPUS`, copied with fresh IDs until there are
//! 10,000 of them; without such a directory, notes are made up.

// A benchmark that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use memento::Config;
use memento::config::Env;
use memento::notes::{Caller, PublicVault, Vault};
use regex::Regex;

const NOTES: usize = 10_000;

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Names and texts of the notes to copy.
fn originals() -> Vec<(String, String)> {
    let root =
        std::env::var_os("MEMENTO_CORPUS").map_or_else(|| PathBuf::from("../shared/corpora/braindump"), PathBuf::from);
    let files =
        ignore::WalkBuilder::new(&root).build().flatten().filter(|e| e.path().extension().is_some_and(|x| x == "org"));
    let read =
        |path: &Path| Some((path.strip_prefix(&root).ok()?.display().to_string(), fs::read_to_string(path).ok()?));
    let found: Vec<_> = files.filter_map(|entry| read(entry.path())).collect();
    if !found.is_empty() {
        return found;
    }
    let words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
    let made = |n: usize| {
        let id = |n: usize| format!("00000000-0000-0000-0000-{n:012x}");
        let text: Vec<&str> = (0..400).map(|w| words[(n * 31 + w * w) % words.len()]).collect();
        let link = id((n + 7) % 500);
        let body = format!(
            ":PROPERTIES:\n:ID: {}\n:END:\n#+title: Note {n}\n\n{}\n[[id:{link}][on]]\n",
            id(n),
            text.join(" ")
        );
        (format!("{n}.org"), body)
    };
    (0..500).map(made).collect()
}

/// Writes `notes` files below `dir`.
fn replicate(dir: &Path, notes: usize) {
    let uuid = Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})").unwrap();
    let originals = originals();
    for n in 0..notes {
        let (name, text) = &originals[n % originals.len()];
        let replica = n / originals.len();
        let fresh = uuid.replace_all(text, |found: &regex::Captures<'_>| format!("{}{replica:04x}", &found[0][..32]));
        put(&dir.join(format!("{replica}/{name}")), &fresh);
    }
}

struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new(notes: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        replicate(&dir.path().join("notes"), notes);
        // What was written a moment ago is read again by every sweep.
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        Self { dir }
    }

    fn config(&self, data: &Path) -> Config {
        let home = self.dir.path().display();
        let pairs = [
            format!("HOME={home}"),
            format!("MEMENTO_NOTES_DIR={home}/notes"),
            format!("MEMENTO_DATA_DIR={}", data.display()),
        ];
        Config::load(Env::from_pairs(pairs)).unwrap()
    }
}

static HOME: LazyLock<Home> = LazyLock::new(|| Home::new(NOTES));

fn sync(vault: &Vault) {
    vault.sync(&mut |_, _| true).unwrap();
}

fn notes(c: &mut Criterion) {
    let mut group = c.benchmark_group("notes");
    group.sample_size(10);
    group.bench_function("index 10,000 notes with full text", |b| {
        b.iter_batched(
            || tempfile::tempdir().unwrap(),
            |data| sync(&Vault::open(&HOME.config(data.path())).unwrap()),
            BatchSize::PerIteration,
        );
    });
    let data = tempfile::tempdir().unwrap();
    let config = HOME.config(data.path());
    let vault = Vault::open(&config).unwrap();
    sync(&vault);
    group.bench_function("sweep, nothing changed", |b| b.iter(|| sync(&vault)));
    let edited = HOME.dir.path().join("notes/0/main/ear_training.org");
    let edited = if edited.exists() { edited } else { HOME.dir.path().join("notes/0/1.org") };
    let mut n = 0;
    let mut edit = || {
        n += 1;
        let text = fs::read_to_string(&edited).unwrap();
        put(&edited, &format!("{}\nedit {n}\n", text.split("\nedit ").next().unwrap()));
    };
    group.bench_function("one file edited, with the sweep", |b| {
        b.iter_batched(&mut edit, |()| sync(&vault), BatchSize::PerIteration)
    });
    group.bench_function("one file edited, known which", |b| {
        b.iter_batched(&mut edit, |()| vault.file_changed(&edited).unwrap(), BatchSize::PerIteration);
    });
    for query in ["neural", "neural network", "\"machine learning\" -deep", "lea*", "the"] {
        group.bench_function(format!("search {query}, 20 hits with snippets"), |b| {
            b.iter(|| vault.search(query, 20, false).unwrap())
        });
    }
    group.bench_function("all nodes", |b| b.iter(|| vault.nodes().unwrap()));
    let caller = Caller { front_end: "cli", session: "bench".to_owned() };
    let public = PublicVault::open(&config, caller).unwrap();
    group.bench_function("a call of an assistant, sweep and audit included", |b| {
        b.iter(|| public.search("neural", 20).unwrap())
    });
    group.finish();
}

criterion_group!(benches, notes);
criterion_main!(benches);
