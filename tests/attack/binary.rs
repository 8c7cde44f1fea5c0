//! The command line: the same gate, and nothing besides it.

use std::process::Output;

use crate::home::{Home, SECRETS, assert_clean};
use crate::names::home;

pub(crate) fn run(home: &Home, args: &[&str]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_memento"));
    command.args(args).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(home.variables());
    command.current_dir(home.path("")).stdin(std::process::Stdio::null()).output().unwrap()
}

/// Code, standard output and standard error.
fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{:?}\n{}\n{}", output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Calls that name a note.
const BY_NAME: &[&[&str]] = &[
    &["note", "get", "NAME"],
    &["note", "get", "NAME", "--json"],
    &["note", "get", "NAME", "--format", "markdown"],
    &["note", "get", "NAME", "--section", "Plan"],
    &["note", "get", "open", "--section", "NAME"],
    &["note", "links", "NAME"],
    &["note", "links", "NAME", "--json"],
    &["note", "append", "NAME", "--revision", "0", "--text", "x"],
    &["note", "append", "NAME", "--revision", "0", "--section", "Plan", "--text", "x", "--json"],
    &["note", "list", "--tag", "NAME"],
    &["note", "list", "--tag", "NAME", "--json"],
    &["note", "search", "NAME"],
    &["note", "search", "NAME", "--json", "--limit", "99999"],
];

const NAMES: &[&str] = &[
    "s3cr3t",
    "Canary title",
    "Canary alias",
    "s3cr3t-inner",
    "s3cr3t-diary",
    "s3cr3t-both",
    "s3cr3t-dot",
    "s3cr3t-outside",
    "s3cr3t-plan.org",
    "canarytag",
];

#[test]
fn every_command_answers_for_a_private_note_as_for_none() {
    let home = home();
    let before = home.files();
    for args in BY_NAME {
        let with = |name: &str| {
            said(&run(
                &home,
                &args
                    .iter()
                    .map(|arg| arg.replace("NAME", name))
                    .collect::<Vec<_>>()
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>(),
            ))
        };
        let absent = with("n0wh3r3");
        for name in NAMES {
            assert_eq!(with(name), absent.replace("n0wh3r3", name), "{args:?} {name}");
        }
    }
    let create =
        |id: &str| said(&run(&home, &["note", "create", "--title", "New", "--id", id, "--json"])).replace(id, "ID");
    for id in ["s3cr3t", "s3cr3t-inner", "s3cr3t-diary"] {
        assert_eq!(create(id), create("open"), "{id}");
    }
    assert_eq!(home.files(), before);
}

#[test]
fn no_command_says_anything_of_a_private_note() {
    let home = home();
    for args in [
        &["note", "get", "open"][..],
        &["note", "get", "open", "--json"],
        &["note", "get", "open", "--format", "markdown"],
        &["note", "get", "recipe"],
        &["note", "get", "granted", "--json"],
        &["note", "links", "open"],
        &["note", "links", "open", "--json"],
        &["note", "list"],
        &["note", "list", "--json"],
        &["note", "list", "--recent", "--json"],
        &["note", "tags"],
        &["note", "tags", "--json"],
        &["note", "search", "text"],
        &["note", "search", "text", "--json"],
        &["note", "search", "open text -nothing"],
        &["note", "doctor"],
        &["note", "doctor", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["doctor", "--privacy"],
        &["doctor", "--privacy", "--json"],
        &["audit"],
        &["audit", "--json"],
        &["review", "list", "--json"],
    ] {
        let output = run(&home, args);
        assert_clean(&args.join(" "), &said(&output));
        assert!(!output.stdout.is_empty() || !output.stderr.is_empty(), "{args:?}");
    }
    let privacy = said(&run(&home, &["doctor", "--privacy"]));
    assert!(privacy.contains("4 notes: this is all"), "{privacy}");
}

/// A remark quotes the line that it is about: not one of a note.
#[test]
fn a_remark_on_a_private_note_does_not_read_it() {
    let home = home();
    let place = home.note("s3cr3t-plan.org").display().to_string();
    for line in 1..12 {
        let said = said(&run(&home, &["review", "add", &format!("{place}:{line}"), "-m", "x", "--json"]));
        assert!(!said.replace("s3cr3t-plan", "").to_lowercase().contains("canary"), "{said}");
    }
    for args in [&["review", "list", "--json"][..], &["review", "next", "--json"], &["review", "prompt"]] {
        let said = said(&run(&home, args));
        assert!(!said.to_lowercase().contains("canary"), "{args:?} {said}");
    }
}

#[test]
fn the_program_opens_the_public_vault_alone() {
    for (path, text) in crate::home::files_below(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin")) {
        let text = String::from_utf8(text).unwrap();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        assert!(
            !words.into_iter().any(|word| word == "Vault"),
            "{} has the vault that sees everything",
            path.display()
        );
    }
    assert_eq!(SECRETS.len(), 2);
}
