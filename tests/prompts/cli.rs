//! `memento prompt` and `prompt-tracker`: exit codes, streams, and the JSON of every command.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::home::{Home, T, append, line};

/// A key of the kind that documentation shows.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

struct Ran {
    out: String,
    err: String,
    code: i32,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
}

impl Home {
    /// The program with nothing of the outer environment.
    fn program(&self, program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .env("HOME", self.dir.path())
            .env("USER", "ann")
            .env("TZ", "UTC")
            .env("COLUMNS", "80")
            .env("MEMENTO_CLAUDE_DIR", self.path(".claude"))
            .env("MEMENTO_DATA_DIR", self.path("data"))
            .env("MEMENTO_NOTES_DIR", self.path("notes"))
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    fn memento(&self, args: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_memento"), &[&["prompt"], args].concat())
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.memento(args).output().unwrap())
    }

    fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran
    }

    fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.memento(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }
}

/// Five prompts of two projects, a slash command, a key, something pasted, and a line that is none.
fn filled() -> Home {
    let home = Home::new();
    let pasted = json!({"display": "why? [Pasted text #1]", "timestamp": T + 90_000_000, "project": "/r/shop",
        "pastedContents": {"1": {"id": 1, "type": "text", "content": "Traceback\nboom"}}});
    home.append(&[
        line("add a test for the parser", T, "/r/app", "s1"),
        line("/model opus", T + 1000, "/r/app", "s1"),
        "no JSON".to_owned(),
        line(&format!("deploy with {KEY}"), T + 2000, "/r/app", "s1"),
        pasted.to_string(),
        line("add a test for the parser, please 漢字 \u{1b}[31m", T + 180_000_000, "/r/shop", "s2"),
        line("a long one: ".to_owned().as_str(), T + 180_001_000, "/r/shop", "s2"),
    ]);
    let ran = home.run(&["sync"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    home
}

#[test]
fn the_json_of_every_command() {
    let home = Home::new();
    let snapshot = |name: &str, ran: Ran| {
        let text = ran.out.replace(home.dir.path().to_str().unwrap(), "HOME");
        let text = regex::Regex::new(r"notes/\d{14}-").unwrap().replace_all(&text, "notes/[time]-");
        let mut value: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}: {text}{}", ran.err));
        let first = if value.is_array() { &mut value[0] } else { &mut value };
        if let Some(created) = first.get_mut("created") {
            *created = "[created]".into();
        }
        insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!(name, value) });
    };
    home.append(&[
        line("add a test for the parser", T, "/r/app", "s1"),
        "no JSON".to_owned(),
        line(&format!("deploy with {KEY}"), T + 2000, "/r/app", "s1"),
        line("add a test for the parser, please", T + 90_000_000, "/r/shop", "s2"),
    ]);
    snapshot("prompt_sync", home.run(&["sync", "--json"]));
    snapshot("prompt_rate", home.run(&["rate", "1", "5", "--json"]));
    snapshot("prompt_rate_more", home.run(&["rate", "1", "2", "4", "--json"]));
    snapshot("prompt_note", home.run(&["note", "1", "short", "and", "clear", "--json"]));
    snapshot("prompt_tag", home.run(&["tag", "1", "+good", "-bad", "--json"]));
    snapshot("prompt_list", home.run(&["list", "--json"]));
    snapshot("prompt_show", home.run(&["show", "2", "--json"]));
    snapshot("prompt_similar", home.run(&["similar", "1", "--json"]));
    snapshot("prompt_template_save", home.run(&["template", "save", "t", "look at {file}", "--json"]));
    snapshot("prompt_template_list", home.run(&["template", "list", "--json"]));
    snapshot("prompt_template_fill", home.run(&["template", "fill", "t", "file=a", "--json"]));
    snapshot("prompt_template_propose", home.run(&["template", "propose", "--json"]));
    snapshot("prompt_template_delete", home.run(&["template", "delete", "t", "--json"]));
    snapshot("prompt_delete", home.run(&["delete", "3", "--dry-run", "--json"]));
    snapshot("prompt_stats", home.run(&["stats", "--until", "2025-10-31", "--json"]));
    snapshot("prompt_publish", home.run(&["publish", "1", "--json"]));
    snapshot("prompt_export", home.run(&["export", "-o", "x.org", "--json"]));
    snapshot("prompt_error", home.run(&["show", "99", "--json"]));
}

#[test]
fn an_empty_library_says_what_to_do() {
    let home = Home::new();
    for args in [&["list"][..], &["stats"], &["similar", "--text", "x"], &["export"], &["template", "propose"]] {
        let ran = home.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{args:?}: {}", ran.err);
        assert_eq!(ran.err, "memento: nothing imported yet: memento prompt sync\n", "{args:?}");
    }
    let ran = home.run(&["sync"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "0 new prompts\n"));
    assert!(ran.err.contains("there is nothing to read in ~/.claude: --history names a file"), "{}", ran.err);
    assert_eq!(home.run(&["sync", "--history", "none.jsonl"]).code, 2);
}

#[test]
fn bad_lines_are_named_and_counted_and_no_error() {
    let home = Home::new();
    home.append(&["no JSON".to_owned(), line("one", T, "/r/app", "s1"), "{\"display\": 5}".to_owned()]);
    let ran = home.ok(&["sync"]);
    assert_eq!(ran.out, "1 new prompt, 2 lines that cannot be read\n");
    let named: Vec<&str> = ran.err.lines().collect();
    assert!(named[0].starts_with("~/.claude/history.jsonl:1: ") && named[1].starts_with("~/.claude/history.jsonl:3: "));
    assert_eq!(named.len(), 2, "{}", ran.err);
    assert_eq!(home.ok(&["sync"]).out, "0 new prompts\n");
    assert_eq!(home.ok(&["sync", "--all"]).out, "0 new prompts, 1 known already, 2 lines that cannot be read\n");
    let other = home.path("other.jsonl");
    append(&other, &format!("{}\n", line("two", T + 5, "/r/app", "s1")));
    assert_eq!(home.ok(&["sync", "--history", "other.jsonl"]).out, "1 new prompt\n");
}

#[test]
fn a_list_is_a_table_that_fits() {
    let home = filled();
    let ran = home.ok(&["list"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 5, "{}", ran.out);
    assert!(lines[1].starts_with("5  2025-10-04 13:04  shop  "), "{}", ran.out);
    assert!(lines[1].ends_with("please 漢字 \u{fffd}[31m"), "{}", ran.out);
    assert!(lines[3].contains("  !  deploy with [") && !ran.out.contains(KEY), "{}", ran.out);
    assert!(ran.err.contains("1 prompt with a key or token, masked"), "{}", ran.err);
    assert!(home.ok(&["list", "--secrets"]).out.contains(KEY));
    assert!(home.ok(&["list", "--commands"]).out.contains("/model opus"));
    let more = home.ok(&["list", "-n", "2"]);
    assert!(more.out.lines().count() == 2 && more.err.contains("the first 2; --limit 0 shows all"), "{}", more.err);
    let narrow = Ran::of(home.memento(&["list"]).env("COLUMNS", "50").output().unwrap());
    assert!(narrow.out.lines().any(|line| line.ends_with('…')), "{}", narrow.out);
}

#[test]
fn filters_narrow_a_list() {
    let home = filled();
    home.ok(&["rate", "1", "5"]);
    home.ok(&["rate", "3", "2"]);
    home.ok(&["note", "1", "good"]);
    home.ok(&["tag", "1", "4", "+keep"]);
    let ids = |args: &[&str]| {
        let ran = home.run(&[&["list", "--format", "json"], args].concat());
        let found = ran.json();
        assert_eq!(ran.code, i32::from(found.as_array().unwrap().is_empty()), "{args:?}: {}", ran.err);
        found.as_array().unwrap().iter().map(|prompt| prompt["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let cases: &[(&[&str], &[i64])] = &[
        (&[], &[6, 5, 4, 3, 1]),
        (&["--commands", "--order", "oldest"], &[1, 2, 3, 4, 5, 6]),
        (&["parser", "test"], &[5, 1]),
        (&["--search", "\"parser please\""], &[5]),
        (&["pars*", "--", "-please"], &[1]),
        (&["traceback"], &[4]),
        (&["漢字"], &[5]),
        (&["--project", "shop"], &[6, 5, 4]),
        (&["--project", "/r/app"], &[3, 1]),
        (&["--session", "s2"], &[6, 5]),
        (&["--since", "2025-10-03"], &[6, 5, 4]),
        (&["--date-from", "2025-10-03", "--date-to", "2025-10-03"], &[4]),
        (&["--date", "2025-10-02"], &[3, 1]),
        (&["--date", "oct 2025", "--until", "2025-10-02"], &[]),
        (&["--until", "2025-10-02"], &[3, 1]),
        (&["--since", "3d"], &[]),
        (&["--rating", "5"], &[1]),
        (&["--rating", "0"], &[6, 5, 4]),
        (&["--min-rating", "2"], &[3, 1]),
        (&["--max-rating", "4"], &[3]),
        (&["--rated", "--order", "rating"], &[1, 3]),
        (&["--unrated"], &[6, 5, 4]),
        (&["--has-note"], &[1]),
        (&["--tag", "keep"], &[4, 1]),
        (&["--has-secrets"], &[3]),
        (&["--order", "length", "-n", "1"], &[5]),
    ];
    for (args, want) in cases {
        if args.contains(&"--date") && args.contains(&"--until") {
            assert_eq!(home.run(&[&["list"], *args].concat()).code, 2, "{args:?}");
        } else {
            assert_eq!(ids(args), *want, "{args:?}");
        }
    }
    let wrong = home.run(&["list", "--since", "2025-10-03", "--until", "2025-10-02"]);
    assert!(wrong.code == 2 && wrong.err.contains("--until is before --since"), "{}", wrong.err);
    let wrong = home.run(&["list", "--since", "soon"]);
    assert!(wrong.code == 2 && wrong.err.contains("type 2025-10-02, "), "{}", wrong.err);
}

#[test]
fn marks_say_how_it_is_now() {
    let home = filled();
    assert_eq!(home.ok(&["rate", "1", "4"]).out, "1 \"add a test for the parser\": ★★★★\n");
    assert_eq!(home.ok(&["rate", "1", "5"]).out, "1 \"add a test for the parser\": ★★★★★ (was ★★★★)\n");
    assert_eq!(home.ok(&["rate", "1", "4", "0"]).out.lines().count(), 2);
    for (args, code, words) in [
        (&["rate", "1", "6"][..], 2, "6 is no rating"),
        (&["rate", "1", "99", "5"], 1, "there is no prompt 99"),
        (&["rate", "1"], 2, "2 values required"),
        (&["tag", "good"], 2, "numbers come first"),
        (&["tag", "1"], 2, "name a tag"),
        (&["tag", "1", "a b"], 2, "is no tag"),
        (&["tag", "1", "+a", "-a"], 2, "name it once"),
        (&["note", "1"], 2, "or - for standard input"),
        (&["similar"], 2, "required"),
        (&["similar", "1", "--least", "7"], 2, "give 0 to 1"),
        (&["template", "show", "x"], 1, "there is no template x"),
        (&["template", "save", "a b", "x"], 2, "letters, digits"),
        (&["delete", "1"], 2, "nothing is deleted without --yes"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.code, code, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
    assert_eq!(home.run(&["list", "--rated"]).out, "", "an error rates nothing");
}

#[test]
fn notes_come_from_words_standard_input_and_an_editor() {
    let home = filled();
    home.ok(&["note", "1", "it", "worked"]);
    assert_eq!(home.ok(&["show", "1", "--json"]).json()["note"], "it worked");
    assert_eq!(home.run_with(&["note", "1", "-"], "two\nlines\n").code, 0);
    assert_eq!(home.ok(&["show", "1", "--json"]).json()["note"], "two\nlines");
    home.ok(&["note", "1", "--clear"]);
    assert!(home.ok(&["show", "1", "--json"]).json().get("note").is_none());
}

#[test]
fn show_gives_all_of_it_and_raw_the_text_alone() {
    let home = filled();
    let shown = home.ok(&["show", "4"]).out;
    assert!(shown.contains("why? [Pasted text #1]") && shown.contains("-- pasted 1 --\nTraceback\nboom"), "{shown}");
    assert_eq!(home.ok(&["show", "1", "--raw"]).out, "add a test for the parser\n");
    let masked = home.ok(&["show", "3", "--raw"]);
    assert!(!masked.out.contains(KEY) && masked.err.contains("--secrets shows it"), "{}", masked.err);
    assert_eq!(home.ok(&["show", "3", "--raw", "--secrets"]).out, format!("deploy with {KEY}\n"));
    assert!(!home.ok(&["show", "5"]).out.contains('\u{1b}'));
    assert_eq!(home.ok(&["show", "1", "3", "--json"]).json().as_array().unwrap().len(), 2);
}

#[test]
fn an_export_is_read_back_with_what_the_person_said() {
    let home = filled();
    home.ok(&["rate", "1", "5"]);
    home.ok(&["note", "1", "a note\nof two lines"]);
    home.ok(&["tag", "1", "+good"]);
    assert_eq!(home.ok(&["export", "--commands", "--secrets", "-o", "all.jsonl"]).out, "6 prompts in ~/all.jsonl\n");
    let mode = std::os::unix::fs::PermissionsExt::mode(&home.path("all.jsonl").metadata().unwrap().permissions());
    assert_eq!(mode & 0o77, 0);
    let other = Home::new();
    std::fs::copy(home.path("all.jsonl"), other.path("all.jsonl")).unwrap();
    let ran = other.run(&["import", "all.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "6 new prompts\n"), "{}", ran.err);
    let without = |home: &Home| {
        let mut all = home.ok(&["list", "--json", "--commands", "--secrets", "--order", "oldest"]).json();
        for prompt in all.as_array_mut().unwrap() {
            let prompt = prompt.as_object_mut().unwrap();
            prompt.remove("id");
            prompt.remove("source");
        }
        all
    };
    assert_eq!(without(&home), without(&other));
    assert!(other.ok(&["list", "traceback"]).out.contains("why?"));
    assert!(other.run(&["import", "all.jsonl"]).out.starts_with("0 new prompts"));
}

#[test]
fn exports_mask_and_go_through_pipes() {
    let home = filled();
    for format in ["json", "jsonl", "csv", "org"] {
        let ran = home.ok(&["export", "--format", format]);
        assert!(ran.out.contains("deploy with [") && !ran.out.contains(KEY), "{format}: {}", ran.out);
        assert!(home.ok(&["export", "--format", format, "--secrets"]).out.contains(KEY), "{format}");
    }
    assert_eq!(home.ok(&["export", "-f", "json"]).json().as_array().unwrap().len(), 5);
    assert!(home.run(&["export", "--tag", "none", "-o", "none.csv"]).code == 1);
    let texts: Vec<String> =
        (0..20_000).map(|i| line(&format!("prompt {i} {}", "x".repeat(100)), T + i, "/r/x", "s3")).collect();
    home.append(&texts);
    home.ok(&["sync"]);
    let mut child = home.memento(&["export"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "a reader that has enough is no error");
}

#[test]
fn deleting_asks_and_can_be_taken_back() {
    let home = filled();
    home.ok(&["rate", "1", "5"]);
    let dry = home.ok(&["delete", "1", "4", "--dry-run"]);
    assert!(dry.out.lines().count() == 2 && dry.err.contains("2 prompts would be deleted"), "{}", dry.err);
    assert_eq!(home.run(&["delete", "1", "99", "--yes"]).code, 1);
    home.ok(&["show", "1"]);
    let done = home.ok(&["delete", "1", "1", "--yes"]);
    assert!(done.err.contains("1 prompt deleted") && done.err.contains("--restore"), "{}", done.err);
    assert_eq!(home.run(&["show", "1"]).code, 1);
    assert!(home.ok(&["sync", "--all"]).out.contains("1 deleted before"));
    assert!(home.ok(&["sync", "--restore"]).out.starts_with("1 new prompt"));
    assert_eq!(home.ok(&["list", "--rating", "5", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn a_directory_named_after_a_key_is_masked_in_numbers_too() {
    let home = Home::new();
    home.append(&[line("build it", T, &format!("/r/{KEY}"), "s1")]);
    home.ok(&["sync"]);
    for args in [&["stats"][..], &["stats", "--json"], &["list"], &["list", "--json"], &["export"]] {
        let out = home.ok(args).out;
        assert!(!out.contains(KEY) && !out.is_empty(), "{args:?}: {out}");
    }
}

#[test]
fn templates_are_made_of_prompts() {
    let home = filled();
    home.ok(&["rate", "1", "4"]);
    home.ok(&["rate", "5", "5"]);
    let proposed = home.ok(&["template", "propose", "--json"]).json();
    assert_eq!(home.ok(&["template", "from", "rated", "--json"]).json(), proposed);
    assert_eq!(proposed.as_array().unwrap().len(), 1, "one of two that ask alike: {proposed}");
    let saved = home.ok(&["template", "save", "test", "--from", "5", "--placeholder", "what=the parser"]);
    assert_eq!(saved.out, "test: test takes what\n");
    assert_eq!(home.run(&["template", "propose"]).code, 1);
    let filled = home.ok(&["template", "fill", "test", "what=x"]).out;
    assert!(filled.starts_with("add a test for x, please"), "{filled}");
    let missing = home.run(&["template", "fill", "test", "whom=x"]);
    assert!(
        missing.code == 2 && missing.err.contains("no value for what and there is no placeholder whom"),
        "{}",
        missing.err
    );
    assert!(home.ok(&["template", "fill", "test", "--keep"]).out.contains("{what}"));
    assert_eq!(
        home.run_with(&["template", "fill", "test", "what=-"], "stdin\n").out.lines().next(),
        Some("add a test for stdin, please 漢字 \u{1b}[31m")
    );
    assert_eq!(home.run(&["template", "save", "test", "x"]).code, 1);
    home.ok(&["template", "save", "test", "f(|{x}| {})", "--literal", "--replace"]);
    assert_eq!(home.ok(&["template", "fill", "test"]).out, "f(|{x}| {})\n");
    home.ok(&["template", "delete", "test", "--dry-run"]);
    home.ok(&["template", "delete", "test"]);
    assert_eq!(home.run(&["template", "list"]).code, 1);
}

#[test]
fn publishing_makes_a_note_that_assistants_read() {
    let home = filled();
    home.ok(&["rate", "3", "5"]);
    let dry = home.ok(&["publish", "3", "--dry-run"]);
    assert!(dry.out.contains("deploy with [") && !dry.out.contains(KEY), "{}", dry.out);
    assert_eq!(std::fs::read_dir(home.path("notes")).unwrap().count(), 0);
    let id = home.ok(&["publish", "3"]).out.trim_end().to_owned();
    assert!(id.starts_with("prompt-20251002-"), "{id}");
    let note = Ran::of(home.program(env!("CARGO_BIN_EXE_memento"), &["note", "get", &id]).output().unwrap());
    assert!(
        note.code == 0 && note.out.contains("deploy with [") && !note.out.contains(KEY),
        "{}{}",
        note.out,
        note.err
    );
    assert_eq!(home.ok(&["publish", "3"]).out.trim_end(), id);
    // What the person wrote into it since may be private.
    let file = std::fs::read_dir(home.path("notes")).unwrap().next().unwrap().unwrap().path();
    append(&file, "\n* Mine  :PRIVATE:\ncanary\n");
    for args in [&["publish", "3"][..], &["publish", "3", "--dry-run"], &["publish", "3", "--json"]] {
        let ran = home.ok(args);
        assert!(!ran.out.contains("canary") && !ran.out.contains("Mine"), "{args:?}: {}", ran.out);
    }
    assert!(home.ok(&["publish", "3", "--dry-run"]).out.contains("deploy with ["));
    assert!(std::fs::read_to_string(&file).unwrap().contains("canary"));
    assert_eq!(home.run(&["publish", "3", "99"]).code, 1);
}

#[test]
fn called_by_its_old_name_it_is_the_same() {
    let home = filled();
    let tracker = home.path("prompt-tracker");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_memento"), &tracker).unwrap();
    let run = |args: &[&str]| Ran::of(home.program(&tracker, args).output().unwrap());
    assert_eq!(run(&["rate", "4", "5"]).code, 0);
    let args = ["list", "--min-rating", "4", "--search", "why", "--date-from", "2025-10-01", "--format", "json"];
    assert_eq!(run(&args).json()[0]["id"], 4);
    assert_eq!(run(&["sync"]).out, "0 new prompts\n");
    let missing = run(&["show", "99"]);
    assert_eq!(missing.err, "prompt-tracker: there is no prompt 99: prompt-tracker list shows the numbers\n");
    let help = run(&["--help"]).out;
    assert!(help.contains("prompt-tracker rate 42 5") && help.contains("Usage: prompt-tracker <COMMAND>"), "{help}");
    let help = run(&["list", "--help"]).out;
    assert!(help.contains("Usage: prompt-tracker list") && help.contains("  prompt-tracker list -n 5"), "{help}");
    let wrong = run(&["list", "--nonsense"]);
    assert!(wrong.code == 2 && wrong.err.contains("Usage: prompt-tracker list"), "{}", wrong.err);
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell]).out.contains("prompt-tracker"));
    }
    assert_eq!(run(&["timeline", "2025-10-02", "--no-open", "--json"]).code, 0);
}

#[test]
fn watching_follows_the_history_until_it_is_interrupted() {
    let home = filled();
    let mut child =
        home.memento(&["sync", "--watch", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["new"], 0);
    home.append(&[line("a new one", T + 300_000_000, "/r/app", "s9")]);
    assert_eq!(next()["new"], 1);
    std::thread::sleep(Duration::from_millis(100));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(home.ok(&["list", "-n", "1"]).out.contains("a new one"));
}

#[test]
fn every_command_has_examples() {
    let home = Home::new();
    for command in [
        "sync", "import", "list", "show", "rate", "note", "tag", "similar", "export", "delete", "stats", "publish",
        "timeline", "serve",
    ] {
        let help = home.ok(&[command, "--help"]).out;
        assert!(help.contains("Example") && help.contains(&format!("memento prompt {command}")), "{command}: {help}");
    }
    for command in ["save", "fill", "propose"] {
        assert!(home.ok(&["template", command, "--help"]).out.contains("Example"), "{command}");
    }
}
