//! Exit codes, streams, and the JSON of every command.

use std::process::Stdio;

use crate::home::Home;
use regex::Regex;

/// Takes out what differs from run to run.
fn scrub(home: &Home, text: &str) -> String {
    let mut text =
        text.replace(&home.path("").display().to_string(), "HOME/").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    for (pattern, instead) in [
        ("cr-[0-9a-hj-km-np-tv-z]{8}", "cr-ID"),
        (r"\[\d{4}-\d\d-\d\d \w{3} \d\d:\d\d\]", "[TIME]"),
        (r"\b[0-9a-f]{40}\b", "COMMIT"),
        (r#""(created|claimed_until|median|mean|longest)": \d+"#, r#""$1": 0"#),
        (r"passed in \d+\.\d s", "passed in 0.0 s"),
        (r#""git": "[^"]*""#, r#""git": "GIT""#),
        (r#"(?s)"module": \{.*?\}"#, r#""module": {}"#),
        ("ann@[^\\s\"]+", "ann@HOST"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, instead).into_owned();
    }
    text
}

fn app() -> Home {
    let home = Home::new();
    home.repository("app", &[("src/main.rs", "fn main() {\n    go();\n}\n"), ("Makefile", "test:\n\ttest -f ok\n")]);
    home
}

#[test]
fn the_json_of_every_command() {
    let home = app();
    let snapshot = |name: &str, args: &[&str]| {
        let output = home.memento(args).arg("--json").current_dir(home.path("app")).output().unwrap();
        let code = output.status.code().unwrap();
        let text = scrub(&home, &String::from_utf8(output.stdout).unwrap());
        insta::assert_snapshot!(name, format!("exit code {code}\n{text}"));
    };
    snapshot("list_empty", &["review", "list"]);
    snapshot("check_empty", &["review", "check"]);
    snapshot("next_empty", &["review", "next"]);
    snapshot("add", &["review", "add", "src/main.rs:2", "-m", "go where?", "-c", "correctness", "--author", "Ann"]);
    snapshot("add_region", &["review", "add", "src/main.rs:1-3", "-m", "too short"]);
    snapshot("list", &["review", "list"]);
    snapshot("next", &["review", "next"]);
    let id = home.json(&["list"])[0]["id"].as_str().unwrap().to_owned();
    snapshot("show", &["review", "show", &id]);
    snapshot("release", &["review", "release", &id]);
    snapshot("done_failed", &["review", "done", &id]);
    snapshot("not_found", &["review", "show", "cr-zzz"]);
    snapshot("check", &["review", "check"]);
    home.write("app/ok", "");
    home.commit("app");
    snapshot("done", &["review", "done", &id, "--summary", "home"]);
    snapshot("stats", &["review", "stats"]);
    snapshot("prompt", &["review", "prompt"]);
    snapshot("reopen", &["review", "reopen", &id]);
    snapshot("doctor", &["doctor"]);
}

#[test]
fn text_goes_to_stdout_and_words_to_stderr() {
    let home = app();
    let run = home.run(&["review", "add", "app/src/main.rs:2", "--comment", "go where?"]);
    assert!(
        run.out().starts_with("cr-") && run.out().ends_with("~/app/src/main.rs:2 (exact)  go where?\n"),
        "{}",
        run.out()
    );
    assert!(
        run.err().starts_with("memento: logged cr-") && run.err().ends_with(" in ~/code_review.org\n"),
        "{}",
        run.err()
    );
    let empty = home.run(&["review", "list", "--project", "none"]);
    assert_eq!((empty.code(), empty.out().as_str()), (1, ""));
}

#[test]
fn bad_places_and_words_are_refused_with_a_remedy() {
    let home = app();
    for (args, words) in [
        (&["app/src/main.rs", "-m", "x"][..], "give FILE:LINE"),
        (&["app/src/main.rs:0", "-m", "x"], "counted from 1"),
        (&["app/src/main.rs:9", "-m", "x"], "the file has 3 lines"),
        (&["app/src/main.rs:3-2", "-m", "x"], "the first of a region first"),
        (&["app/src/none.rs:1", "-m", "x"], "no such file"),
        (&["app/src/main.rs:1", "-m", " \n"], "the remark is empty"),
        (&["app/src/main.rs:1", "-m", "say\n#+TODO: A | B"], "would set the log's keywords"),
        (&["app/src/main.rs:1", "-m", "x", "-c", "two words"], "cannot be a category"),
    ] {
        let run = home.run(&[&["review", "add"], args].concat());
        assert_ne!(run.code(), 0, "{args:?}");
        assert!(run.err().contains(words) && run.err().lines().count() == 1, "{args:?}: {}", run.err());
        assert!(!home.log().exists());
    }
}

#[test]
fn odd_file_names_are_linked_and_found_again() {
    let home = Home::new();
    for name in ["with space.rs", "a[b].rs", "c::d.rs", "käse 日本.rs", "e:7.rs", "]].rs", "\\b\\.rs", "-x.rs"] {
        home.write(&format!("dir [1]/{name}"), "one\ntwo\n");
        let id = home.add(&format!("dir [1]/{name}:2"), "odd", &[]);
        assert_eq!(home.place(&id), ("exact".into(), 2, home.path(&format!("dir [1]/{name}"))), "{name}");
    }
}

#[test]
fn the_start_of_an_id_is_enough() {
    let home = app();
    let id = home.add("app/src/main.rs:1", "x", &[]);
    for start in [&id[..], &id[..7], &id[3..7], &id.to_uppercase()] {
        assert_eq!(home.json(&["show", start])["id"], id, "{start}");
    }
    assert_eq!(home.run(&["review", "show", &id[3..5]]).code(), 1, "two letters name nothing");
    assert_eq!(home.run(&["review", "show", ""]).code(), 1);
}

#[test]
fn the_remark_may_come_from_standard_input() {
    let home = app();
    let mut child = home
        .memento(&["review", "add", "app/src/main.rs:1", "--comment", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"from\na pipe\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let entry: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(entry["comment"], "from\na pipe");
}

#[test]
fn check_is_for_one_repository() {
    let home = app();
    home.repository("other", &[("a.txt", "1\n")]);
    home.add("app/src/main.rs:1", "x", &[]);
    let check = |dir: &str| home.memento(&["review", "check"]).current_dir(home.path(dir)).output().unwrap();
    assert_eq!(check("app/src").status.code(), Some(1));
    assert_eq!(check("other").status.code(), Some(0));
    assert_eq!(home.run(&["review", "check", "--project", "app"]).code(), 1);
    // As git calls it: with its own variables set, in the root.
    home.write(
        "app/.git/hooks/pre-commit",
        &format!("#!/bin/sh\nexec {} review check\n", env!("CARGO_BIN_EXE_memento")),
    );
    let hook = home.path("app/.git/hooks/pre-commit");
    std::fs::set_permissions(hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    home.write("app/new.txt", "");
    home.git("app", &["add", "-A"]);
    let commit = home.command("git").args(["-C", "app", "commit", "-qm", "x"]).output().unwrap();
    assert!(!commit.status.success());
    home.json(&["done", home.json(&["list"])[0]["id"].as_str().unwrap(), "--no-test", "x"]);
    home.git("app", &["commit", "-qm", "x"]);
}

#[test]
fn links_on_the_way_to_a_file_make_no_difference() {
    let home = Home::new();
    home.repository("real/app", &[("a.txt", "1\n2\n")]);
    std::os::unix::fs::symlink("real/app", home.path("work")).unwrap();
    let id = home.add("work/a.txt:1", "through the link", &[]);
    for dir in ["work", "real/app"] {
        let check = home.memento(&["review", "check"]).current_dir(home.path(dir)).env("PWD", home.path(dir)).output();
        assert_eq!(check.unwrap().status.code(), Some(1), "{dir}");
        assert_eq!(home.json(&["list", "--file", &format!("{dir}/a.txt")])[0]["id"], id, "{dir}");
        let prompt = home.memento(&["review", "prompt"]).current_dir(home.path(dir)).output().unwrap();
        assert!(String::from_utf8(prompt.stdout).unwrap().contains(&id), "{dir}");
    }
    // The home itself may be a link.
    std::os::unix::fs::symlink(home.path(""), home.path("home")).unwrap();
    let add = home
        .memento(&["review", "add", "real/app/a.txt:2", "-m", "x"])
        .env("HOME", home.path("home"))
        .status()
        .unwrap();
    assert!(add.success() && home.log_text().contains("[[file:~/real/app/a.txt::2]"), "{}", home.log_text());
}

#[test]
fn a_renamed_file_is_found_under_both_names() {
    let home = app();
    let id = home.add("app/src/main.rs:2", "x", &[]);
    home.git("app", &["mv", "src/main.rs", "src/other.rs"]);
    home.commit("app");
    for file in ["app/src/main.rs", "app/src/other.rs"] {
        assert_eq!(home.json(&["list", "--file", file])[0]["id"], id, "{file}");
    }
}

#[test]
fn a_repository_within_another_has_its_own_remarks() {
    let home = app();
    home.repository("app/inner", &[("a.txt", "1\n")]);
    home.add("app/inner/a.txt:1", "x", &[]);
    let check = |dir: &str| home.memento(&["review", "check"]).current_dir(home.path(dir)).status().unwrap().code();
    assert_eq!((check("app"), check("app/inner")), (Some(0), Some(1)));
}

#[test]
fn escape_sequences_are_shown_and_not_obeyed() {
    let home = app();
    home.add("app/src/main.rs:2", "\u{1b}[31mred", &[]);
    let run = home.run(&["review", "list"]);
    assert!(!run.out().contains('\u{1b}') && run.out().contains("\u{fffd}[31mred"), "{}", run.out());
}

#[test]
fn a_template_of_one_s_own_is_used_and_its_errors_have_a_line() {
    let home = app();
    home.add("app/src/main.rs:2", "go where?", &[]);
    home.write(".config/memento/config.toml", "review_prompt = '~/mine.md'\n");
    home.write("mine.md", "Work on {{ project }}: {{count}}, test with {{test}}\n{{remarks}}\n");
    let run = home.run(&["review", "prompt", "--project", "app"]);
    assert!(run.out().starts_with("Work on app: 1 open remark, test with `make test`\n- cr-"), "{}", run.out());
    home.write("mine.md", "ok\n{{remark}}\n");
    let run = home.run(&["review", "prompt"]);
    assert_eq!(run.code(), 2);
    assert!(run.err().contains("mine.md:2: there is no field {{remark}}"), "{}", run.err());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let home = app();
    home.add("app/src/main.rs:2", &"long ".repeat(20_000), &[]);
    let mut child = home.memento(&["review", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn doctor_names_what_is_wrong() {
    let home = app();
    assert_eq!(home.run(&["doctor"]).code(), 0);
    home.write(".config/memento/config.toml", "review_lgo = 1\n");
    let run = home.run(&["doctor"]);
    assert_eq!(run.code(), 1);
    assert!(run.out().contains("config.toml:1: unknown field `review_lgo`"), "{}", run.out());
    let list = home.run(&["review", "list"]);
    assert_eq!((list.code(), list.err().contains("config.toml:1:")), (2, true));
}

#[test]
fn doctor_compares_the_module_s_version() {
    let home = app();
    let doctor = |module: &str| {
        let module = home.write(module, "");
        let output = home.memento(&["doctor", "--json"]).env("MEMENTO_MODULE", module).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report["module"]["version"].clone(), report["module"]["same_version"].clone())
    };
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(doctor(&format!("memento-core-{version}.so")), (Some(0), version.into(), true.into()));
}

#[test]
fn help_has_examples_and_completions_are_scripts() {
    let home = app();
    for command in ["add", "list", "show", "next", "done", "release", "reopen", "stats", "check", "prompt"] {
        let run = home.run(&["review", command, "--help"]);
        assert_eq!((run.code(), run.out().contains("Example")), (0, true), "{command}");
    }
    assert_eq!(home.run(&["review", "nonsense"]).code(), 2);
    let script = home.run(&["completions", "bash"]).out();
    let mut bash = home.command("bash");
    let checked = bash.arg("-n").stdin(Stdio::piped()).spawn().and_then(|mut child| {
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), script.as_bytes())?;
        child.wait()
    });
    assert!(checked.unwrap().success() && script.contains("review"));
}

#[test]
fn timestamps_are_org_s_in_english_whatever_the_locale() {
    let home = app();
    let mut command = home.memento(&["review", "add", "app/src/main.rs:1", "-m", "x"]);
    assert!(command.env("LC_ALL", "de_DE.UTF-8").env("TZ", "Asia/Tokyo").status().unwrap().success());
    let text = home.log_text();
    let stamp = Regex::new(r":TIMESTAMP: \[(\d{4}-\d\d-\d\d) (Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d:\d\d)\]\n").unwrap();
    let found = stamp.captures(&text).unwrap_or_else(|| panic!("{text}"));
    let tokyo = chrono::Utc::now().naive_utc() + chrono::TimeDelta::hours(9);
    let written =
        chrono::NaiveDateTime::parse_from_str(&format!("{} {}", &found[1], &found[3]), "%Y-%m-%d %H:%M").unwrap();
    assert!((tokyo - written).num_minutes() < 5, "{written} is not local time");
    assert_eq!(written.format("%a").to_string(), found[2]);
}
