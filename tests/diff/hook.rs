//! `memento hook stop`, called as Claude Code calls it. What it sends is in `tests/data/hook`.

use std::io::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use memento::diff::{Decision, Query, Request, State, Submission};
use serde_json::{Value, json};

use super::cli::Ran;
use super::home::{Home, numbered};
use super::queue::{reviewer, submission, three_hunks};

fn sample(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hook").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

impl Home {
    /// A sample as it would come from this home's repository.
    fn input(&self, name: &str) -> Value {
        let mut input = sample(name);
        input["cwd"] = json!(self.repository());
        input["transcript_path"] = json!(self.path("transcript.jsonl"));
        input
    }

    fn transcript(&self, text: &str) {
        std::fs::File::create(self.path("transcript.jsonl")).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn configure(&self, text: &str) {
        let dir = self.path(".config/memento");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::File::create(dir.join("config.toml")).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// The hook, running.
    fn hook(&self, input: &str) -> Child {
        self.hook_with(input, &[])
    }

    fn hook_with(&self, input: &str, variables: &[(&str, &str)]) -> Child {
        let mut command = self.memento(&["hook", "stop"]);
        command.envs(variables.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child
    }

    /// The hook, to its end.
    fn stop(&self, input: &Value) -> Ran {
        Ran::of(self.hook(&input.to_string()).wait_with_output().unwrap())
    }

    fn requests(&self) -> Vec<Request> {
        self.queue().list(&Query { all: true, ..Query::default() }).unwrap()
    }

    /// The hook while a person judges what it asks.
    fn stop_and_judge(&self, input: &Value, reason: Option<&str>) -> Ran {
        let child = self.hook(&input.to_string());
        self.judge(&self.asked().id, reason);
        Ran::of(child.wait_with_output().unwrap())
    }
}

#[track_caller]
fn lets_stop(ran: &Ran) {
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
}

#[track_caller]
fn sends_back(ran: &Ran, reason: &str) {
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["decision"], "block");
    assert_eq!(answer.as_object().unwrap().len(), 2);
    let told = answer["reason"].as_str().unwrap();
    assert!(told.contains(reason), "{told}");
}

#[track_caller]
fn fails(ran: &Ran, words: &str) {
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(ran.err.starts_with("memento hook: ") && ran.err.contains(words), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn changes_that_are_requested_send_the_assistant_back() {
    let home = three_hunks();
    let child = home.hook(&home.input("stop.json").to_string());
    let request = home.asked();
    assert_eq!((request.session.as_str(), request.title.as_str()), ("claude-1f3c9a52", "a.txt"));
    assert_eq!(request.summary.as_deref(), Some("The bounds are checked now.\n\nAll tests pass."));
    home.judge(&request.id, Some("too loud"));
    let ran = Ran::of(child.wait_with_output().unwrap());
    sends_back(&ran, "too loud");
    sends_back(&ran, &format!("CHANGES REQUESTED: {}", request.id));
    // The assistant does nothing about it: it may stop.
    lets_stop(&home.stop(&home.input("stop-again.json")));
    lets_stop(&home.stop(&home.input("stop.json")));
    assert_eq!(home.requests().len(), 1);
    // It does something: that is the next round.
    home.put("a.txt", &numbered(40, &[6, 20, 35]));
    lets_stop(&home.stop_and_judge(&home.input("stop-again.json"), None));
    let rounds: Vec<_> = home.requests().iter().map(|request| (request.round, request.decision)).collect();
    assert_eq!(rounds, [(2, Some(Decision::Approved)), (1, Some(Decision::ChangesRequested))]);
}

#[test]
fn an_approval_lets_it_stop_and_is_not_asked_for_again() {
    let home = three_hunks();
    lets_stop(&home.stop_and_judge(&home.input("stop-newer.json"), None));
    let start = Instant::now();
    lets_stop(&home.stop(&home.input("stop.json")));
    // Less of it, or in a commit, is nothing new either.
    home.put("a.txt", &numbered(40, &[5, 20]));
    lets_stop(&home.stop(&home.input("stop.json")));
    home.commit();
    lets_stop(&home.stop(&home.input("stop.json")));
    assert!(start.elapsed() < Duration::from_secs(5), "it waits for nobody");
    assert_eq!(home.requests().len(), 1);
}

#[test]
fn an_attempt_that_is_to_be_dropped_is_said_to_be() {
    let home = three_hunks();
    let child = home.hook(&home.input("stop.json").to_string());
    let id = home.asked().id;
    let queue = home.queue();
    queue.begin(&id, &reviewer(), false).unwrap();
    let remark = Some("wrong way".to_owned());
    queue.submit(&id, &reviewer(), &Submission { remark, ..submission(Decision::Abandoned) }).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    sends_back(&ran, "wrong way");
    sends_back(&ran, "Drop this attempt");
}

#[test]
fn where_nothing_is_to_review_nothing_is_said() {
    let home = three_hunks();
    let mut elsewhere = home.input("stop.json");
    elsewhere["cwd"] = json!(home.path(""));
    lets_stop(&home.stop(&elsewhere));
    elsewhere["cwd"] = json!(home.path("not/there"));
    lets_stop(&home.stop(&elsewhere));
    home.git(&["checkout", "-q", "."]);
    lets_stop(&home.stop(&home.input("stop.json")));
    // Notes are read through their gate alone.
    let notes = home.path(".roam");
    std::fs::create_dir(&notes).unwrap();
    home.git_in(&notes, &["init", "-q"]);
    std::fs::File::create(notes.join("diary.org")).unwrap().write_all(b"a secret\n").unwrap();
    elsewhere["cwd"] = json!(notes);
    lets_stop(&home.stop(&elsewhere));
    assert!(home.requests().is_empty());
}

#[test]
fn what_was_changed_before_the_session_is_not_its_work() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    let at = |year: i32| {
        let time = format!("{year}-01-01T00:00:00.000Z");
        home.transcript(&format!("{{\"type\":\"summary\"}}\n{{\"type\":\"user\",\"timestamp\":\"{time}\"}}\n"));
    };
    at(2999);
    lets_stop(&home.stop(&home.input("stop.json")));
    assert!(home.requests().is_empty());
    at(1999);
    lets_stop(&home.stop(&home.input("stop.json")));
    let asked = home.asked();
    home.judge(&asked.id, None);
    // Nor is it where other things were judged before.
    home.put("a.txt", &numbered(40, &[7]));
    at(2999);
    lets_stop(&home.stop(&home.input("stop.json")));
    assert_eq!(home.requests().len(), 1);
    // A file that is gone has no time: that it went is asked about.
    std::fs::remove_file(home.repository().join("a.txt")).unwrap();
    lets_stop(&home.stop(&home.input("stop.json")));
    assert_eq!(home.requests().len(), 2);
}

#[test]
fn what_is_committed_in_the_session_is_its_work() {
    let home = Home::with_repository();
    let commit = |date: &str| {
        home.git(&["add", "-A"]);
        let mut git = home.command("git");
        git.arg("-C").arg(home.repository()).args(["commit", "-q", "-m", "a change"]);
        assert!(git.env("GIT_COMMITTER_DATE", date).status().unwrap().success());
    };
    home.put("old.txt", "of yesterday\n");
    commit("2026-01-01T10:00:00Z");
    home.put("old.txt", "of this morning\n");
    commit("2026-01-02T10:00:00Z");
    home.transcript("{\"type\":\"user\",\"timestamp\":\"2026-01-02T12:00:00.000Z\"}\n");
    let before = home.git_text(&["rev-parse", "HEAD"]);
    lets_stop(&home.stop(&home.input("stop.json")));
    home.put("new.txt", "committed\n");
    commit("2026-01-02T13:00:00Z");
    home.put("other.txt", "not yet committed\n");
    let child = home.hook(&home.input("stop.json").to_string());
    let request = home.asked();
    assert_eq!((request.files, request.title.as_str()), (2, "new.txt, other.txt"));
    assert_eq!((request.base.as_str(), request.scope.as_str()), (before.trim(), &*format!("since {}", &before[..10])));
    home.judge(&request.id, None);
    lets_stop(&Ran::of(child.wait_with_output().unwrap()));
    commit("2026-01-02T14:00:00Z");
    lets_stop(&home.stop(&home.input("stop.json")));
    assert_eq!(home.requests().len(), 1, "what was judged is committed now, which is nothing new");
}

#[test]
fn an_answer_that_comes_late_is_told_at_the_next_stop_and_once() {
    let home = three_hunks();
    home.configure("hook_wait = 1\n");
    let start = Instant::now();
    lets_stop(&home.stop(&home.input("stop.json")));
    assert!(start.elapsed() >= Duration::from_secs(1));
    let asked = home.asked();
    // It stops again, and the person has it open meanwhile: the same request is waited for.
    home.queue().begin(&asked.id, &reviewer(), false).unwrap();
    lets_stop(&home.stop(&home.input("stop.json")));
    assert_eq!((home.requests().len(), home.asked().state), (1, State::InReview));
    home.judge(&asked.id, Some("too late?"));
    sends_back(&home.stop(&home.input("stop.json")), "too late?");
    lets_stop(&home.stop(&home.input("stop.json")));
    lets_stop(&home.stop(&home.input("stop-again.json")));
    assert_eq!(home.requests().len(), 1);
}

#[test]
fn a_verdict_that_the_assistant_has_fetched_is_not_told_again() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    lets_stop(&home.stop(&home.input("stop.json")));
    let id = home.asked().id;
    home.judge(&id, Some("no"));
    assert_eq!(home.run(&["diff", "wait", &id, "--session", "claude-1f3c9a52"]).code, 1);
    lets_stop(&home.stop(&home.input("stop.json")));
    // Where somebody else has looked at it, it is.
    home.put("a.txt", &numbered(40, &[6]));
    lets_stop(&home.stop(&home.input("stop.json")));
    let id = home.asked().id;
    home.judge(&id, Some("not this either"));
    assert_eq!(home.run(&["diff", "verdict", &id]).code, 0);
    sends_back(&home.stop(&home.input("stop.json")), "not this either");
}

#[test]
fn what_waits_already_is_not_asked_twice() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    let id = home.run(&["diff", "request", "--session", "claude-code-42"]).out.trim_end().to_owned();
    lets_stop(&home.stop(&home.input("stop.json")));
    home.configure("hook_wait = 30\n");
    let child = home.hook(&home.input("stop.json").to_string());
    // It has to find the request before that is judged.
    std::thread::sleep(Duration::from_secs(2));
    home.judge(&id, Some("asked over MCP"));
    sends_back(&Ran::of(child.wait_with_output().unwrap()), "asked over MCP");
    assert_eq!(home.requests().len(), 1);
    // That it gave up waiting makes no difference.
    home.put("a.txt", &numbered(40, &[6]));
    home.configure("hook_wait = 0\n");
    for (session, fetched) in [("claude-code-42", false), ("claude-code-43", true)] {
        let id = home.run(&["diff", "request", "--session", session]).out.trim_end().to_owned();
        lets_stop(&home.stop(&home.input("stop.json")));
        home.judge(&id, Some("asked again"));
        if fetched {
            home.run(&["diff", "wait", &id, "--session", session]);
            lets_stop(&home.stop(&home.input("stop.json")));
        } else {
            sends_back(&home.stop(&home.input("stop.json")), "asked again");
            lets_stop(&home.stop(&home.input("stop.json")));
        }
        home.put("a.txt", &numbered(40, &[7]));
    }
    assert_eq!(home.requests().len(), 3);
}

#[test]
fn it_never_sends_back_for_ever() {
    let home = three_hunks();
    home.configure("hook_wait = 30\nhook_rounds = 2\n");
    sends_back(&home.stop_and_judge(&home.input("stop.json"), Some("one")), "one");
    home.put("a.txt", &numbered(40, &[6]));
    sends_back(&home.stop_and_judge(&home.input("stop-again.json"), Some("two")), "two");
    home.put("a.txt", &numbered(40, &[7]));
    let start = Instant::now();
    lets_stop(&home.stop(&home.input("stop-again.json")));
    assert!(start.elapsed() < Duration::from_secs(10), "it asks and does not wait");
    let asked = home.asked();
    assert_eq!(asked.round, 3);
    // Nor is the answer told while it goes on by itself.
    home.judge(&asked.id, Some("three"));
    lets_stop(&home.stop(&home.input("stop-again.json")));
    // Somebody has spoken to it: a new start.
    sends_back(&home.stop(&home.input("stop.json")), "three");
    // Another session has its own count.
    home.put("a.txt", &numbered(40, &[8]));
    let mut other = home.input("stop-again.json");
    other["session_id"] = json!("another");
    sends_back(&home.stop_and_judge(&other, Some("four")), "four");
}

#[test]
fn with_no_rounds_it_only_asks() {
    let home = three_hunks();
    home.configure("hook_rounds = 0\n");
    lets_stop(&home.stop(&home.input("stop.json")));
    assert_eq!(home.asked().round, 1);
}

#[test]
fn sessions_have_the_name_that_they_were_given() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    let input = home.input("stop-older.json").to_string();
    home.transcript(include_str!("../data/hook/transcript.jsonl"));
    let child = home.hook_with(&input, &[("MEMENTO_SESSION", "alice")]);
    lets_stop(&Ran::of(child.wait_with_output().unwrap()));
    let asked = home.asked();
    assert_eq!(asked.session, "alice");
    assert_eq!(asked.summary.as_deref(), Some("Bounds are checked in the transcript."));
}

#[test]
fn what_is_not_claude_codes_is_refused_in_one_line() {
    let home = three_hunks();
    let without = |field: &str| {
        let mut input = home.input("stop.json");
        input.as_object_mut().unwrap().remove(field);
        input.to_string()
    };
    let with = |field: &str, value: Value| {
        let mut input = home.input("stop.json");
        input[field] = value;
        input.to_string()
    };
    for (input, words) in [
        (String::new(), "EOF while parsing"),
        ("{".to_owned(), "EOF while parsing"),
        ("[]".to_owned(), "invalid"),
        ("null".to_owned(), "invalid type: null"),
        (format!("{}x", home.input("stop.json")), "trailing characters"),
        (without("session_id"), "missing field `session_id`"),
        (without("transcript_path"), "missing field `transcript_path`"),
        (without("cwd"), "missing field `cwd`"),
        (without("hook_event_name"), "missing field `hook_event_name`"),
        (without("stop_hook_active"), "missing field `stop_hook_active`"),
        (with("stop_hook_active", json!("true")), "expected a boolean"),
        (with("session_id", json!(7)), "expected a string"),
        (with("session_id", json!("")), "session_id is empty"),
        (with("cwd", json!("app")), "cwd is app, which is not absolute"),
        (with("cwd", Value::Null), "expected path string"),
        (with("last_assistant_message", json!(["x"])), "expected a string"),
        (with("hook_event_name", json!("stop")), "hook_event_name is \"stop\""),
        (home.input("subagent-stop.json").to_string(), "hook_event_name is \"SubagentStop\""),
        (home.input("session-end.json").to_string(), "missing field `stop_hook_active`"),
    ] {
        let ran = Ran::of(home.hook(&input).wait_with_output().unwrap());
        fails(&ran, words);
    }
    let binary = std::fs::File::open(env!("CARGO_BIN_EXE_memento")).unwrap();
    fails(&Ran::of(home.memento(&["hook", "stop"]).stdin(binary).output().unwrap()), "standard input");
    assert!(home.requests().is_empty());
}

#[test]
fn a_wrong_command_never_ends_with_two() {
    let home = three_hunks();
    for args in [&["hook", "stop", "--frob"][..], &["hook", "strop"], &["hook", "stop", "now"]] {
        fails(&home.run(args), "error: ");
    }
    assert_eq!(home.run(&["hook"]).code, 1);
    assert_eq!(home.run(&["hook", "stop", "--help"]).code, 0);
}

#[test]
fn what_is_broken_lets_it_stop() {
    let home = three_hunks();
    let input = home.input("stop.json").to_string();
    let run = |variables: &[(&str, &str)]| Ran::of(home.hook_with(&input, variables).wait_with_output().unwrap());
    fails(&run(&[("PATH", "/nowhere")]), "install git");
    fails(&run(&[("HOME", "")]), "HOME is not set");
    home.configure("hook_wait = \"long\"\n");
    fails(&run(&[]), "config.toml:1: ");
}

#[test]
fn a_broken_repository_or_database_lets_it_stop() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    let head = home.repository().join(".git/HEAD");
    let text = std::fs::read(&head).unwrap();
    std::fs::File::create(&head).unwrap().write_all(b"nothing\n").unwrap();
    fails(&home.stop(&home.input("stop.json")), "git ");
    std::fs::File::create(&head).unwrap().write_all(&text).unwrap();
    let home = three_hunks();
    std::fs::create_dir_all(home.config().data_dir.join("memento.db")).unwrap();
    fails(&home.stop(&home.input("stop.json")), "memento.db");
}

#[test]
fn a_locked_database_does_not_hang_it() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    drop(home.queue());
    let lock = home.lock_for(Duration::from_secs(3));
    lets_stop(&home.stop(&home.input("stop.json")));
    lock.join().unwrap();
    assert_eq!(home.asked().round, 1);
    home.put("a.txt", &numbered(40, &[6]));
    let lock = home.lock_for(Duration::from_secs(12));
    let start = Instant::now();
    fails(&home.stop(&home.input("stop.json")), "locked");
    assert!(start.elapsed() < Duration::from_secs(11), "{:?}", start.elapsed());
    lock.join().unwrap();
}

#[test]
fn a_git_that_hangs_does_not_hang_it() {
    let home = three_hunks();
    home.configure("hook_wait = 0\n");
    let git = home.path("bin/git");
    std::fs::create_dir(home.path("bin")).unwrap();
    std::fs::File::create(&git).unwrap().write_all(b"#!/bin/sh\nexec sleep 40\n").unwrap();
    std::fs::set_permissions(&git, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    let start = Instant::now();
    let mut child = home.hook_with(&home.input("stop.json").to_string(), &[("PATH", &path)]);
    // Its pipes are the hanging git's too: only its own end counts.
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
}

#[test]
fn what_could_not_be_said_is_said_the_next_time() {
    let home = three_hunks();
    home.configure("hook_wait = 30\n");
    let mut child = home.hook(&home.input("stop.json").to_string());
    drop(child.stdout.take());
    home.judge(&home.asked().id, Some("nobody heard it"));
    let ran = Ran::of(child.wait_with_output().unwrap());
    fails(&ran, "standard output");
    sends_back(&home.stop(&home.input("stop.json")), "nobody heard it");
}

#[test]
fn a_hook_that_is_killed_loses_nothing() {
    let home = three_hunks();
    let mut child = home.hook(&home.input("stop.json").to_string());
    let id = home.asked().id;
    child.kill().unwrap();
    child.wait().unwrap();
    home.judge(&id, Some("still here"));
    sends_back(&home.stop(&home.input("stop.json")), "still here");
}
