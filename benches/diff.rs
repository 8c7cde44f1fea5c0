//! Diff review at its largest: 5,000 hunks in 500 files.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use memento::Config;
use memento::config::Env;
use memento::diff::patch::{Direction, Patch};
use memento::diff::{Ask, Judgement, Mark, Queue, Reviewer, shown};

const FILES: usize = 500;
const HUNKS: usize = 10;

/// A repository whose working tree has 5,000 changed hunks, and a database beside it.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().expect("a temporary directory") };
        std::fs::create_dir(home.repository()).expect("a directory");
        home.git(&["init", "-q"]);
        home.write("");
        home.git(&["add", "-A"]);
        home.git(&["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-q", "-m", "x"]);
        home.write("changed ");
        home
    }

    fn repository(&self) -> std::path::PathBuf {
        self.dir.path().join("repository")
    }

    /// A bench may write as it likes: no reader depends on it.
    #[allow(clippy::disallowed_methods)]
    fn write(&self, change: &str) {
        for file in 0..FILES {
            let path = self.repository().join(format!("module_{file}.rs"));
            let line = |n: usize| {
                let change = if n % 20 == 10 { change } else { "" };
                format!("    let value_{n} = {change}compute(&input_{file}, {n})?;\n")
            };
            let text: String = (0..20 * HUNKS).map(line).collect();
            std::fs::write(&path, text).expect("a file");
        }
    }

    fn git(&self, args: &[&str]) -> Vec<u8> {
        git(&self.repository(), args)
    }

    fn queue(&self) -> Queue {
        let env = Env::from_pairs([format!("HOME={}", self.dir.path().display())]);
        Queue::open(&Config::load(env).expect("a configuration")).expect("a queue")
    }
}

fn git(dir: &Path, args: &[&str]) -> Vec<u8> {
    let output = Command::new("git").arg("-C").arg(dir).args(args).output().expect("git");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn diff(c: &mut Criterion) {
    let home = Home::new();
    let bytes = home.git(&["diff", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"]);
    let patch = Patch::parse(&bytes).expect("a diff");
    let hunks: usize = patch.files.iter().map(|file| file.hunks.len()).sum();
    assert_eq!(hunks, FILES * HUNKS);
    println!("diff: {hunks} hunks, {:.1} MB", bytes.len() as f64 / 1e6);
    let mut group = c.benchmark_group("diff");
    group.sample_size(20);
    group.bench_function("parse 5,000 hunks", |b| b.iter(|| black_box(Patch::parse(&bytes))));
    group.bench_function("write 5,000 hunks", |b| b.iter(|| black_box(patch.to_bytes())));
    group.bench_function("show 5,000 hunks", |b| b.iter(|| black_box(shown(&patch))));
    group.bench_function("select 2,500 of 5,000 hunks", |b| {
        b.iter(|| black_box(patch.select(Direction::Reverse, |file, _| file % 2 == 0)))
    });

    let ask = |session: String| Ask { directory: home.repository(), session, title: "x".into(), ..Ask::default() };
    let reviewer = Reviewer { name: "ann".into(), host: "host".into(), process: std::process::id().cast_signed() };
    let queue = home.queue();
    group.sample_size(10);
    let mut session = 0;
    group.bench_function("request 5,000 hunks", |b| {
        b.iter_batched(
            || {
                session += 1;
                ask(format!("session {session}"))
            },
            |ask| queue.request(&ask).expect("a request"),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("next round of 5,000 hunks", |b| {
        b.iter(|| queue.request(&ask("rounds".into())).expect("a request"));
    });
    let id = queue.request(&ask("judged".into())).expect("a request").id;
    group.bench_function("begin 5,000 hunks", |b| {
        b.iter(|| black_box(queue.begin(&id, &reviewer, false)).expect("a review"));
    });
    group.bench_function("mark a hunk of 5,000", |b| {
        let mark = Mark { item: 2500, judgement: Some(Judgement::Reject), reason: Some("no".into()) };
        b.iter(|| queue.mark(&id, &reviewer, std::slice::from_ref(&mark)).expect("a mark"));
    });
    group.finish();
}

criterion_group!(benches, diff);
criterion_main!(benches);
