//! Real histories, read and written again.

use std::path::{Path, PathBuf};

use memento::diff::patch::Patch;

use crate::home::Home;

/// What git may be asked for.
const FORMS: [&[&str]; 5] = [
    &["-M"],
    &["-M", "-C", "--find-copies-harder", "--binary", "--full-index"],
    &["-U0", "--no-renames", "-c", "core.quotePath=false"],
    &["-U10", "-B", "-M", "--abbrev=40"],
    &["--no-renames", "--function-context", "--patience"],
];

/// This repository, if it was cloned with its history.
pub(crate) fn own_history(home: &Home) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let deep = home.command("git").arg("-C").arg(root).args(["rev-parse", "--is-shallow-repository"]).output().unwrap();
    if deep.stdout == b"false\n" {
        return Some(root.to_owned());
    }
    eprintln!("SKIPPED: {} is no clone of this repository with its history", root.display());
    None
}

/// Reads and writes all commits, in all forms; returns how many bytes that were.
fn round_trip(home: &Home, repository: &Path) -> usize {
    let mut bytes = 0;
    for form in FORMS {
        let (form, config) = form.split_at(form.iter().position(|arg| *arg == "-c").unwrap_or(form.len()));
        let args = [config, &["log", "-p", "--format=", "--first-parent", "-m", "--root"], form].concat();
        let diff = home.git_in(repository, &args);
        let patch = Patch::parse(&diff).unwrap_or_else(|error| panic!("git {args:?}: {error}"));
        assert!(patch.to_bytes() == diff, "git {args:?} is not written again as it was");
        bytes += diff.len();
    }
    bytes
}

#[test]
fn this_repository() {
    let home = Home::new();
    let Some(repository) = own_history(&home) else { return };
    let bytes = round_trip(&home, &repository);
    assert!(bytes > 1_000_000, "only {bytes} bytes");
}

/// `MEMENTO_HISTORIES=DIR:DIR cargo test --test diff -- --ignored other_repositories`
#[test]
#[ignore = "needs MEMENTO_HISTORIES, the repositories to read"]
fn other_repositories() {
    let home = Home::new();
    for repository in std::env::split_paths(&std::env::var_os("MEMENTO_HISTORIES").unwrap()) {
        let bytes = round_trip(&home, &repository);
        eprintln!("{}: {bytes} bytes", repository.display());
    }
}
