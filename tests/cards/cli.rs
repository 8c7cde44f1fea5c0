//! `memento card` and `flashcards`: exit codes, streams, and the JSON of every command.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::home::Home;

/// The deck that assistants write.
const DECK: &str = r#"[
    {"question": "What does ? do on None?", "answer": "Returns None", "tags": ["syntax"], "notes": "In a function that returns Option"},
    {"question": "Who owns a moved value?", "answer": "Where it was moved to"}
]"#;

pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
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
    /// The program with nothing of the outer environment, in the morning of 10 January 2026.
    pub(crate) fn program(&self, program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .env("HOME", self.dir.path())
            .env("TZ", "UTC")
            .env("COLUMNS", "80")
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("MEMENTO_CLAUDE_DIR", self.path(".claude"))
            .env("MEMENTO_DATA_DIR", self.path("data"))
            .env("MEMENTO_NOTES_DIR", self.path("notes"))
            .env("MEMENTO_NOW", "2026-01-10T09:00")
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    fn memento(&self, args: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_memento"), &[&["card"], args].concat())
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.memento(args).output().unwrap())
    }

    pub(crate) fn run_on(&self, day: &str, args: &[&str]) -> Ran {
        Ran::of(self.memento(args).env("MEMENTO_NOW", day).output().unwrap())
    }

    pub(crate) fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        ran
    }

    fn run_with(&self, args: &[&str], input: &str) -> Ran {
        Ran::of(fed(self.memento(args), input))
    }

    /// Makes a card and returns its id.
    pub(crate) fn card(&self, question: &str, answer: &str, project: &str) -> String {
        let ran = self.ok(&["create", "-q", question, "-a", answer, "-p", project, "--json"]);
        ran.json()["id"].as_str().unwrap().to_owned()
    }

    fn save(&self, name: &str, text: &str) {
        memento::file::replace(&self.path(name), None, text).unwrap();
    }
}

fn fed(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// A home with one card of each of two projects, in this order.
fn two() -> (Home, String, String) {
    let home = Home::new();
    let one = home.card("Capital of France?", "Paris", "geography");
    let other = home.card("Who owns a moved value?", "Where it was moved to", "rust");
    (home, one, other)
}

#[test]
fn the_json_of_every_command() {
    let home = Home::new();
    let ids = regex::Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let snapshot = |name: &str, ran: Ran| {
        let text = ran.out.replace(home.dir.path().to_str().unwrap(), "HOME");
        let text = ids.replace_all(&text, "[id]");
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}: {text}{}", ran.err));
        insta::with_settings!({ omit_expression => true }, { insta::assert_json_snapshot!(name, value) });
    };
    home.save("deck.json", DECK);
    snapshot("card_algorithm_project", home.run(&["algorithm", "--project", "rust", "sm2", "--json"]));
    let args = ["create", "-q", "Capital of France?", "-a", "Paris", "-t", "cities", "--source", "a.org:3", "--json"];
    snapshot("card_create", home.run(&args));
    snapshot("card_bulk_create", home.run(&["bulk-create", "-f", "deck.json", "-p", "rust", "--draft", "--json"]));
    snapshot("card_bulk_create_again", home.run(&["bulk-create", "-f", "deck.json", "-p", "rust", "--json"]));
    snapshot("card_accept", home.run(&["accept", "--project", "rust", "--json"]));
    snapshot("card_list", home.run(&["list", "--project", "rust", "--order", "oldest", "--json"]));
    snapshot("card_search", home.run(&["search", "moved", "--json"]));
    snapshot("card_quiz", home.run(&["quiz", "--project", "rust", "--limit", "1", "--json"]));
    snapshot("card_quiz_answers", home.run(&["quiz", "--project", "rust", "--limit", "1", "--json", "--answers"]));
    let id = home.run(&["list", "--tag", "syntax", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    snapshot("card_review", home.run(&["review", &id, "--confidence", "4", "--duration", "2.5", "--json"]));
    let answers = json!([{ "id": id, "confidence": 1 }]).to_string();
    snapshot("card_bulk_review", home.run_with(&["bulk-review", "--json"], &answers));
    snapshot("card_undo", home.run(&["undo", "--json"]));
    snapshot("card_update", home.run(&["update", &id, "--add-tag", "option", "--notes", "", "--json"]));
    snapshot("card_show", home.run(&["show", &id, "--json"]));
    snapshot("card_stats", home.run(&["stats", "--project", "rust", "--period", "week", "--json"]));
    snapshot("card_projects", home.run(&["projects", "--json"]));
    snapshot("card_tags", home.run(&["tags", "--json"]));
    snapshot("card_algorithm", home.run(&["algorithm", "--json"]));
    snapshot("card_algorithm_card", home.run(&["algorithm", "--card", &id, "leitner:1,3,9", "--json"]));
    snapshot("card_suspend", home.run(&["suspend", &id, "--json"]));
    snapshot("card_unsuspend", home.run(&["unsuspend", "--all", "--json"]));
    snapshot("card_reset", home.run(&["reset", &id, "--yes", "--json"]));
    snapshot("card_replay", home.run(&["replay", "--json"]));
    snapshot("card_delete", home.run(&["delete", &id, "--yes", "--json"]));
    snapshot("card_restore", home.run(&["restore", &id, "--json"]));
    snapshot("card_purge", home.run(&["purge", "--yes", "--json"]));
    snapshot("card_export", home.run(&["export", "-o", "cards.jsonl", "--json"]));
    snapshot("card_import", home.run(&["import", "cards.jsonl", "--json"]));
    snapshot("card_error", home.run(&["show", "nothing", "--json"]));
}

#[test]
fn called_as_flashcards_it_takes_the_spelling_that_people_have() {
    let home = Home::new();
    let flashcards = home.path("flashcards");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_memento"), &flashcards).unwrap();
    let run = |args: &[&str]| Ran::of(home.program(&flashcards, args).output().unwrap());
    home.save("cards.json", DECK);
    let made = run(&["create", "--question", "Q", "--answer", "A", "--project", "P"]);
    assert_eq!((made.code, made.err.as_str()), (0, "flashcards: made; flashcards quiz asks it\n"));
    let asked = run(&["quiz", "--limit", "1"]);
    assert!(asked.code == 0 && asked.out.contains("  new  P\nQ\n") && !asked.out.contains('A'), "{}", asked.out);
    let id = asked.out.split(' ').next().unwrap();
    let stored = run(&["review", id, "--confidence", "5"]);
    assert!(stored.code == 0 && stored.out.starts_with(&format!("{id} \"Q\": 5, due ")), "{}", stored.out);
    let piped = Ran::of(fed(home.program(&flashcards, &["bulk-create", "--project", "P"]), DECK));
    assert!(piped.code == 0 && piped.out.ends_with("2 cards added\n"), "{}{}", piped.out, piped.err);
    let file = run(&["bulk-create", "--file", "cards.json", "--project", "rust"]);
    assert!(file.code == 0 && file.out.ends_with("2 cards added\n"), "{}{}", file.out, file.err);
    assert_eq!(run(&["list"]).out.lines().count(), 5);
    assert!(run(&["stats", "--project", "rust"]).out.starts_with("cards    2: 2 new\n"));
    let missing = run(&["show", "nothing"]);
    assert_eq!(missing.err, "flashcards: there is no card nothing: flashcards list shows their ids\n");
    let help = run(&["--help"]).out;
    assert!(help.contains("Usage: flashcards <COMMAND>") && help.contains("  flashcards quiz --limit 1\n"), "{help}");
    assert!(help.contains("MEMENTO_NOW"), "{help}");
    let wrong = run(&["review", "x"]);
    assert!(wrong.code == 2 && wrong.err.contains("Usage: flashcards review --confidence"), "{}", wrong.err);
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell]).out.contains("flashcards"));
    }
    assert_eq!(run(&["doctor"]).code, 2);
}

#[test]
fn an_empty_collection_says_what_to_do() {
    let home = Home::new();
    for args in [&["list"][..], &["search", "x"], &["quiz"], &["stats"], &["projects"], &["tags"]] {
        let ran = home.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with("memento: there are no cards yet: memento card create"), "{args:?}: {}", ran.err);
    }
    let exported = home.run(&["export"]);
    assert!(exported.code == 1 && exported.err.contains("there are no cards yet"), "{}", exported.err);
    home.ok(&["create", "-q", "q", "-a", "a", "--draft"]);
    let ran = home.run(&["quiz"]);
    assert!(ran.code == 1 && ran.err.contains("1 draft, not accepted yet: memento card accept --all"), "{}", ran.err);
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let (home, id, _) = two();
    home.save("bad.json", r#"[{"question": "good?", "answer": "yes"}, {"question": "bad?"}]"#);
    home.save(
        "answers.json",
        &json!([{ "id": id, "confidence": 4 }, { "id": "nothing", "confidence": 4 }]).to_string(),
    );
    let draft =
        home.ok(&["create", "-q", "q", "-a", "a", "--draft", "--json"]).json()["id"].as_str().unwrap().to_owned();
    for (args, code, words) in [
        (&["show", "nothing"][..], 1, "there is no card nothing: memento card list shows their ids"),
        (&["create", "-q", "Capital of France?", "-a", "x", "-p", "geography"], 1, "has a card with this question"),
        (&["create", "-q", " ", "-a", "x"], 2, "empty"),
        (&["create", "-q", "-", "-a", "-"], 2, "standard input is there once"),
        (&["create"], 2, "give --question and --answer"),
        (&["create", "-q", "x"], 2, "--answer"),
        (&["create", "-q", "x", "-a", "y", "--algorithm", "sm3"], 2, "there are sm2, leitner, fixed and fsrs"),
        (&["update", &id], 2, "give what to change"),
        (&["update", &id, "--add-tag", "a", "--remove-tag", "a"], 2, "name it once"),
        (&["update", &id, "--add-tag", "a b"], 2, "is no tag"),
        (&["review", &id, "--confidence", "0"], 2, "1..=5"),
        (&["review", &id, "-c", "5", "--duration", "nan"], 2, "give seconds"),
        (&["review", &draft, "-c", "5"], 2, "is a draft: accept it first"),
        (&["bulk-review", "-f", "answers.json"], 1, "there is no card nothing"),
        (&["bulk-review", "-f", "none.json"], 2, "none.json: there is no such file"),
        (&["bulk-create", "-f", "bad.json"], 2, "answer"),
        (&["accept", &id], 1, "there is no draft among them"),
        (&["delete"], 2, "required"),
        (&["delete", &id], 2, "nothing is deleted without --yes"),
        (&["reset", "--all"], 2, "nothing is reset without --yes"),
        (&["restore", &id], 1, "deleted"),
        (&["list", "--algorithm", "sm3"], 2, "there are sm2, leitner, fixed and fsrs"),
        (&["list", "--tag", "none"], 1, "no card fits (3 cards in all, 1 draft)"),
        (&["search", "-", "--project", "rust"], 2, ""),
        (&["algorithm", "sm2"], 2, "--project NAME or --card ID"),
        (&["algorithm", "--project", "rust", "leitner:1"], 2, "3 to 10 boxes"),
        (&["undo", &id], 1, "nothing to undo"),
        (&["undo"], 1, "nothing was answered today"),
        (&["import", "none.apkg"], 2, "there is no such file"),
        (&["export", "--json"], 2, "--output"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.code, code, "{args:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(words) && ran.out.is_empty(), "{args:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(home.ok(&["list", "--json"]).json().as_array().unwrap().len(), 3, "an error makes nothing");
    let ran = home.run_on("soon", &["list"]);
    assert!(
        ran.code == 2 && ran.err.contains("MEMENTO_NOW is \"soon\": give a time as 2026-01-31T09:00"),
        "{}",
        ran.err
    );
}

#[test]
fn cards_come_from_options_standard_input_and_an_editor() {
    let home = Home::new();
    let ran = home.run_with(&["create", "-q", "Two lines?", "-a", "-", "--json"], "one\ntwo\n");
    assert_eq!(ran.json()["answer"], "one\ntwo");
    let both = home.ok(&["create", "-q", "perro", "-a", "dog", "-p", "spanish", "--direction", "both"]);
    assert_eq!(both.out.lines().count(), 2, "{}", both.out);
    assert_eq!(home.run(&["create", "-q", "perro", "-a", "dog", "-p", "spanish", "--direction", "both"]).code, 1);
    let card = home.ok(&["create", "-q", "q", "-a", "a", "--source", "src/x.rs:42", "-t", "b,a", "--json"]).json();
    assert_eq!(card["source"], json!({ "file": { "path": home.path("src/x.rs"), "line": 42 } }));
    assert_eq!(card["tags"], json!(["a", "b"]));
    let id = card["id"].as_str().unwrap();
    let changed = home.ok(&["update", id, "--source", "id:note-1", "--tags", "", "--project", "p", "--json"]).json();
    assert_eq!(
        (&changed["source"], &changed["tags"], &changed["project"]),
        (&json!({ "note": "note-1" }), &json!([]), &json!("p"))
    );
    assert!(home.ok(&["update", id, "--source", "", "--json"]).json()["source"].is_null());
}

#[test]
fn a_list_is_a_table_that_fits() {
    let (home, id, _) = two();
    home.ok(&["create", "-q", "漢字 \u{1b}[31m".repeat(20).as_str(), "-a", "x", "-t", "kanji", "--draft"]);
    home.ok(&["review", &id, "-c", "4"]);
    let ran = home.ok(&["list"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.out);
    assert!(lines[0].contains("  draft ") && lines[0].contains(":kanji: 漢字 \u{fffd}[31m") && lines[0].ends_with('…'));
    assert!(lines[2].starts_with(&id[..8]) && lines[2].contains("geography  Capital of France?"), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}'));
    let narrow = Ran::of(home.memento(&["list"]).env("COLUMNS", "40").output().unwrap());
    assert!(narrow.out.lines().all(|line| unicode_columns(line) <= 50), "{}", narrow.out);
    let more = home.ok(&["list", "-n", "2"]);
    assert!(more.err.contains("the first 2 of 3; --limit 0 shows all"), "{}", more.err);
    let rest = home.ok(&["list", "-n", "2", "--offset", "2"]);
    assert_eq!((rest.out.lines().count(), rest.err.as_str()), (1, ""));
    assert!(home.run(&["list", "--offset", "9"]).err.contains("there are only 3"));
}

/// Wide characters take two columns.
fn unicode_columns(line: &str) -> usize {
    line.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{9fff}') { 2 } else { 1 }).sum()
}

#[test]
fn filters_narrow_a_list() {
    let (home, paris, moved) = two();
    home.ok(&["update", &moved, "--add-tag", "ownership,book"]);
    let draft = home.ok(&["create", "-q", "draft?", "-a", "yes", "-p", "rust", "--draft", "--json"]).json();
    let draft = draft["id"].as_str().unwrap();
    home.ok(&["review", &paris, "-c", "1"]);
    home.ok(&["algorithm", "--project", "rust", "sm2"]);
    let cases: &[(&[&str], &[&str])] = &[
        (&["list"], &[draft, &moved, &paris]),
        (&["list", "--order", "oldest"], &[&paris, &moved, draft]),
        (&["list", "--project", "rust"], &[draft, &moved]),
        (&["list", "--project", ""], &[]),
        (&["list", "--tag", "book", "--tag", "ownership"], &[&moved]),
        (&["list", "--algorithm", "SM2"], &[draft, &moved]),
        (&["list", "--state", "draft"], &[draft]),
        (&["list", "--state", "active", "--new"], &[&moved]),
        (&["search", "move*"], &[&moved]),
        (&["search", "--", "-france", "capital"], &[]),
        (&["search", "paris", "--project", "geography"], &[&paris]),
    ];
    for (args, want) in cases {
        let ran = home.run(&[args[0], "--json"].iter().chain(&args[1..]).copied().collect::<Vec<_>>());
        let found = ran.json();
        let found: Vec<&str> = found.as_array().unwrap().iter().map(|card| card["id"].as_str().unwrap()).collect();
        assert_eq!(found, *want, "{args:?}");
        assert_eq!(ran.code, i32::from(want.is_empty()), "{args:?}");
    }
    let due = home.run_on("2026-02-01", &["list", "--due", "--json"]).json();
    assert_eq!(due.as_array().unwrap().len(), 1);
}

#[test]
fn a_deck_is_made_whole_or_not_at_all() {
    let home = Home::new();
    let bad = r#"[{"question": "good?", "answer": "yes"}, {"question": "bad?"}, {"question": "", "answer": "no"}]"#;
    let ran = home.run_with(&["bulk-create"], bad);
    assert!(ran.code == 2 && ran.err.contains('1') && ran.err.contains("answer"), "{}", ran.err);
    assert_eq!(home.run(&["list"]).code, 1);
    let ran = home.run_with(&["bulk-create", "--partial"], bad);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.ends_with("1 card added, 2 left out as not good\n"), "{}", ran.out);
    assert!(ran.err.contains("card 1") && ran.err.contains("card 2"), "{}", ran.err);
    let dry = home.run_with(&["bulk-create", "--dry-run", "-p", "rust"], DECK);
    assert!(
        dry.out.ends_with("2 cards would be added\n") && dry.err.contains("nothing is written"),
        "{}{}",
        dry.out,
        dry.err
    );
    assert_eq!(home.run_with(&["bulk-create", "-p", "rust"], DECK).code, 0);
    let again = home.run_with(&["bulk-create", "-p", "rust"], DECK);
    assert_eq!((again.code, again.out.as_str()), (0, "0 cards added, 2 known already\n"));
    assert!(again.err.contains("card 0 is known as "), "{}", again.err);
    assert_eq!(home.run_with(&["bulk-create", "-p", "rust", "--on-duplicate", "refuse"], DECK).code, 1);
    let more = r#"[{"question": "Who owns a moved value?", "answer": "Where it was moved to", "tags": ["new"]}]"#;
    let merged = home.run_with(&["bulk-create", "-p", "rust", "--on-duplicate", "merge"], more);
    assert_eq!(merged.out, "0 cards added, 1 merged\n", "{}", merged.err);
    assert_eq!(home.ok(&["list", "--tag", "new", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn a_quiz_through_a_pipe_prints_questions_and_no_answers() {
    let (home, paris, moved) = two();
    let ran = home.ok(&["quiz"]);
    let want = format!(
        "{}  new  geography\nCapital of France?\n\n{}  new  rust\nWho owns a moved value?\n",
        &paris[..8],
        &moved[..8]
    );
    assert_eq!(ran.out, want);
    assert!(ran.err.contains("memento card review ID --confidence 1 to 5"), "{}", ran.err);
    assert!(home.ok(&["quiz", "--limit", "1"]).err.contains("1 more to ask"));
    assert!(home.ok(&["quiz", "--answers"]).out.contains("-- answer --\nParis\n"));
    assert!(
        !home.ok(&["quiz", "--json"]).out.contains("Paris")
            && home.ok(&["quiz", "--json", "--answers"]).out.contains("Paris")
    );
    assert!(home.ok(&["quiz", "--project", "rust"]).out.starts_with(&moved[..8]));
    assert_eq!(home.ok(&["quiz", "--new", "1", "--json"]).json()["cards"].as_array().unwrap().len(), 1);
    assert!(home.ok(&["review", &paris, "-c", "2"]).out.contains("again today"));
    assert!(home.ok(&["quiz"]).out.contains("  again  geography\n"));
    for id in [&paris, &moved] {
        assert!(home.ok(&["review", &id[..8], "-c", "5"]).out.contains(": 5, due "));
    }
    home.ok(&["create", "-q", "perro", "-a", "dog", "-p", "spanish", "--direction", "both"]);
    assert_eq!(home.ok(&["quiz", "--json"]).json()["cards"].as_array().unwrap().len(), 1, "siblings part");
    let word = home.ok(&["quiz", "--json"]).json()["cards"][0]["id"].as_str().unwrap().to_owned();
    home.ok(&["review", &word, "-c", "4"]);
    let rests = home.run(&["quiz", "--project", "spanish"]);
    assert!(rests.code == 1 && rests.err.contains("1 rests, as its sibling was asked; the next card"), "{}", rests.err);
    home.card("one too many?", "yes", "late");
    let waits = home.run(&["quiz", "--new", "3"]);
    assert!(waits.code == 1 && waits.err.contains("for other days (3 a day: --new N asks more)"), "{}", waits.err);
    assert_eq!(home.ok(&["quiz", "--limit", "0", "--json"]).json()["cards"].as_array().unwrap().len(), 1);
    home.ok(&["delete", "--project", "late", "--yes"]);
    home.ok(&["delete", "--project", "spanish", "--yes"]);
    let done = home.run(&["quiz"]);
    assert!(done.code == 1 && done.err.contains("done for today, 2 cards; the next card is due "), "{}", done.err);
}

#[test]
fn answers_are_stored_all_or_none_and_taken_back() {
    let (home, paris, moved) = two();
    let lines = format!(
        "{{\"id\": \"{paris}\", \"confidence\": 4, \"duration\": 3}}\n{{\"id\": \"{}\", \"confidence\": 1}}\n",
        &moved[..8]
    );
    let bad = lines.replace("\"confidence\": 1", "\"confidence\": 9");
    let ran = home.run_with(&["bulk-review"], &bad);
    assert!(ran.code == 2 && ran.err.contains("standard input:2: 9 is no confidence"), "{}", ran.err);
    assert_eq!(home.ok(&["show", &paris, "--json"]).json()["reviews"], json!([]));
    let ran = home.run_with(&["bulk-review"], &lines);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2), "{}", ran.err);
    assert!(ran.err.contains("2 answers stored"), "{}", ran.err);
    assert_eq!(home.ok(&["show", &paris, "--json"]).json()["reviews"][0]["duration"], 3000);
    let undone = home.ok(&["undo"]);
    assert!(undone.out.starts_with(&moved[..8]) && undone.out.contains("new again"), "{}", undone.out);
    assert!(home.ok(&["undo", &paris[..8]]).out.contains("the answer 4 is taken back, new again"));
    assert_eq!(home.run_with(&["bulk-review"], "").code, 1);
}

#[test]
fn what_destroys_asks_and_can_be_taken_back() {
    let (home, paris, moved) = two();
    home.ok(&["review", &paris, "-c", "4"]);
    let dry = home.ok(&["delete", &paris, &paris, "--dry-run"]);
    assert!(dry.out.lines().count() == 1 && dry.err.contains("1 card would be deleted"), "{}{}", dry.out, dry.err);
    assert_eq!(home.run(&["delete", &paris, "nothing", "--yes"]).code, 1);
    home.ok(&["show", &paris]);
    let done = home.ok(&["delete", "--project", "geography", "--yes"]);
    assert!(done.err.contains("1 card deleted; memento card restore ID"), "{}", done.err);
    assert_eq!(home.run(&["show", &paris]).code, 1);
    assert!(home.ok(&["list", "--deleted"]).out.starts_with(&paris[..8]));
    home.ok(&["restore", &paris[..8]]);
    assert_eq!(home.ok(&["show", &paris, "--json"]).json()["reviews"].as_array().unwrap().len(), 1);
    let dry = home.ok(&["reset", "--all", "--dry-run"]);
    assert!(dry.err.contains("2 cards would be reset"), "{}", dry.err);
    home.ok(&["reset", &paris, "--yes"]);
    assert!(home.ok(&["show", &paris, "--json"]).json()["schedule"].is_null());
    assert!(home.ok(&["undo", &paris]).out.contains("the reset is taken back, due in "));
    home.ok(&["delete", &paris, "--yes"]);
    assert!(home.ok(&["purge", "--dry-run"]).err.contains("1 deleted card would be removed"));
    assert_eq!(home.run(&["purge"]).code, 2);
    home.ok(&["purge", "--yes"]);
    assert_eq!(home.run(&["restore", &paris]).code, 1);
    assert_eq!(home.ok(&["list", "--json"]).json()[0]["id"], json!(moved));
}

#[test]
fn drafts_are_accepted_and_cards_suspended() {
    let home = Home::new();
    assert_eq!(home.run_with(&["bulk-create", "-p", "rust", "--draft"], DECK).code, 0);
    assert_eq!(home.run(&["quiz"]).code, 1);
    assert!(home.ok(&["accept", "--tag", "syntax"]).err.contains("1 card accepted"));
    assert_eq!(home.ok(&["accept", "--all"]).out.lines().count(), 1);
    assert_eq!(home.ok(&["suspend", "--tag", "syntax"]).out.lines().count(), 1);
    assert_eq!(home.ok(&["quiz", "--json"]).json()["cards"].as_array().unwrap().len(), 1);
    assert_eq!(home.ok(&["unsuspend", "--all"]).out.lines().count(), 1);
    assert_eq!(home.run(&["unsuspend", "--all"]).code, 1);
    assert_eq!(home.ok(&["quiz", "--json"]).json()["cards"].as_array().unwrap().len(), 2);
}

#[test]
fn an_algorithm_is_set_for_a_project_or_a_card_and_moves_them() {
    let (home, paris, _) = two();
    home.ok(&["review", &paris, "-c", "5"]);
    let set = home.ok(&["algorithm", "--project", "geography", "fixed:3,9"]);
    assert_eq!(
        (set.out.as_str(), set.err.as_str()),
        ("geography: fixed:3,9\n", "memento: 1 card is due on another day now\n")
    );
    assert_eq!(home.ok(&["algorithm", "--project", "geography"]).out, "fixed:3,9 (its own)\n");
    let card = home.ok(&["algorithm", "--card", &paris, "leitner:1,2,4"]);
    assert!(card.err.contains("it is due in 2 days now, on 2026-01-12"), "{}", card.err);
    assert_eq!(home.ok(&["algorithm", "--card", &paris]).out, "leitner:1,2,4 (its own)\n");
    home.ok(&["algorithm", "--card", &paris, "default"]);
    assert_eq!(home.ok(&["algorithm", "--card", &paris]).out, "fixed:3,9 (its project's)\n");
    home.ok(&["algorithm", "--project", "geography", "default"]);
    assert_eq!(home.ok(&["algorithm", "--project", "geography"]).out, "fsrs:0.9 (the default)\n");
    assert_eq!(home.ok(&["replay"]).out, "0 cards stand elsewhere now\n");
}

#[test]
fn numbers_and_charts_fit_the_terminal() {
    let (home, paris, moved) = two();
    home.run_on("2026-01-08T09:00", &["review", &paris, "-c", "4", "--duration", "5"]);
    home.ok(&["review", &moved, "-c", "3", "--duration", "90"]);
    for columns in ["40", "80", "200"] {
        let ran = Ran::of(home.memento(&["stats"]).env("COLUMNS", columns).output().unwrap());
        let widest = ran.out.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(
            ran.code == 0 && widest <= columns.parse::<usize>().unwrap().max(60),
            "{columns}: {widest}\n{}",
            ran.out
        );
        assert!(
            ran.out.contains("cards    2: 2 young\n") && ran.out.contains("Due: ") && ran.out.contains('█'),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("time     1 min, 47.5 s an answer\n"), "{}", ran.out);
    }
    assert!(home.ok(&["stats", "--period", "today"]).out.contains("answers  1 today\n"));
    assert_eq!(home.run(&["stats", "--project", "none"]).code, 1);
}

#[test]
fn what_is_exported_is_imported_on_another_machine() {
    let (home, paris, _) = two();
    home.ok(&["review", &paris, "-c", "4"]);
    home.ok(&["create", "-q", "draft?", "-a", "yes", "--draft"]);
    assert_eq!(home.ok(&["export", "-o", "cards.jsonl", "--drafts"]).out, "3 cards in ~/cards.jsonl\n");
    let mode = std::os::unix::fs::PermissionsExt::mode(&home.path("cards.jsonl").metadata().unwrap().permissions());
    assert_eq!(mode & 0o77, 0, "cards are for their owner");
    assert_eq!(home.ok(&["export"]).out.lines().filter(|line| line.contains("draft?")).count(), 0);
    let other = Home::new();
    let text = std::fs::read_to_string(home.path("cards.jsonl")).unwrap();
    let ran = other.run_with(&["import", "-"], &text);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let shown = |home: &Home| home.ok(&["show", &paris, "--json"]).json();
    assert_eq!(shown(&home), shown(&other));
    let again = other.run_with(&["import", "-", "--format", "jsonl"], &text);
    assert!(again.code == 0 && again.out.starts_with("0 cards added"), "{}", again.out);
    for (name, from) in [("x.json", "json"), ("x.csv", "csv"), ("x.org", "org"), ("x.apkg", "anki")] {
        home.ok(&["export", "-o", name]);
        let third = Home::new();
        third.ok(&["import", home.path(name).to_str().unwrap()]);
        let found = third.ok(&["list", "--json", "--order", "oldest"]).json();
        let found: Vec<_> = found.as_array().unwrap().iter().map(|card| card["question"].as_str().unwrap()).collect();
        assert!(found.contains(&"Capital of France?") && found.len() == 2, "{from}: {found:?}");
    }
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let home = Home::new();
    let many: Vec<Value> =
        (0..3000).map(|i| json!({ "question": format!("question {i}?"), "answer": "x".repeat(200) })).collect();
    assert_eq!(home.run_with(&["bulk-create"], &json!(many).to_string()).code, 0);
    for args in [&["export"][..], &["list", "--limit", "0"], &["list", "--json"]] {
        let mut child = home.memento(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn every_command_has_examples() {
    let home = Home::new();
    let help = home.ok(&["--help"]).out;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.filter(|line| !line.starts_with("   "));
    let commands: Vec<&str> =
        commands.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 22, "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let help = home.ok(&[command, "--help"]).out;
        assert!(help.contains("Example") && help.contains(&format!("memento card {command}")), "{command}: {help}");
    }
}
