//! `memento diff`: exit codes, streams, and the JSON of every command. The person's part is the library's.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use memento::diff::{Ask, Decision, Request, Submission};
use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::home::{Home, numbered};
use super::queue::{approve, reject, reviewer, submission, three_hunks};

impl Home {
    /// `memento ARGS` in the home's repository.
    pub(crate) fn memento(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_memento"));
        command.args(args).current_dir(self.repository());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.memento(args).output().unwrap())
    }

    /// `memento diff ARGS` in a process of its own.
    fn start(&self, args: &[&str]) -> Child {
        let mut command = self.memento(&[&["diff"], args].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The request of `memento diff request`.
    fn ask_by(&self, session: &str) -> String {
        let ran = self.run(&["diff", "request", "--session", session]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.trim_end().to_owned()
    }

    /// Rejects the first item for a reason and approves the others, or approves all.
    pub(crate) fn judge(&self, id: &str, reason: Option<&str>) {
        let queue = self.queue();
        let items = queue.begin(id, &reviewer(), false).unwrap().items.len();
        let mut marks: Vec<_> = (0..items).map(approve).collect();
        if let Some(reason) = reason {
            marks[0] = reject(0, reason);
        }
        queue.mark(id, &reviewer(), &marks).unwrap();
        let decision = if reason.is_some() { Decision::ChangesRequested } else { Decision::Approved };
        queue.submit(id, &reviewer(), &submission(decision)).unwrap();
    }

    /// The request that waits, once there is one.
    pub(crate) fn asked(&self) -> Request {
        let start = Instant::now();
        loop {
            if let Some(request) = self.queue().list(&memento::diff::Query::default()).unwrap().pop() {
                return request;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "nobody asks");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn scrub(home: &Home, text: &str) -> String {
    let mut text = text.replace(&home.path("").display().to_string(), "HOME/");
    for (pattern, instead) in
        [(r"\bd-[0-9a-z]{4}\b", "d-ID"), (r"\b[0-9a-f]{40}\b", "HASH"), (r#""(created|decided)": \d+"#, r#""$1": 0"#)]
    {
        text = Regex::new(pattern).unwrap().replace_all(&text, instead).into_owned();
    }
    text
}

#[test]
fn the_json_of_every_command() {
    let home = three_hunks();
    home.put("new.txt", "new\n");
    let snapshot = |name: &str, args: &[&str]| {
        let ran = home.run(&[&["diff"], args, &["--json", "--session", "alice"]].concat());
        insta::assert_snapshot!(name, format!("exit code {}\n{}", ran.code, scrub(&home, &ran.out)));
    };
    snapshot("list_empty", &["list"]);
    snapshot("request", &["request", "--title", "Three lines", "--summary", "They were\ndull."]);
    let id = home.asked().id;
    snapshot("list", &["list"]);
    snapshot("show", &["show", &id, "--patch"]);
    snapshot("wait_pending", &["wait", &id, "--timeout", "0"]);
    snapshot("verdict_none", &["verdict", &id]);
    home.judge(&id, Some("too loud"));
    snapshot("wait_decided", &["wait", &id]);
    snapshot("verdict", &["verdict", &id]);
    home.put("a.txt", &numbered(40, &[20, 35]));
    snapshot("request_again", &["request"]);
    snapshot("abandon", &["abandon", &home.asked().id]);
    snapshot("abandon_decided", &["abandon", &id]);
    snapshot("not_found", &["show", "d-zzzz"]);
}

#[test]
fn a_request_prints_its_id_alone_and_says_the_rest() {
    let home = three_hunks();
    let ran = home.run(&["diff", "request", "-t", "Three lines"]);
    assert!(Regex::new(r"^d-[0-9a-z]{4}\n$").unwrap().is_match(&ran.out), "{}", ran.out);
    let id = ran.out.trim_end();
    let said =
        format!("memento: {id}: 1 file (+3 -3) of repository on main; memento diff wait {id} waits for the verdict\n");
    assert_eq!((ran.code, ran.err), (0, said));
    assert_eq!(home.asked().session, format!("ann@{}", rustix::system::uname().nodename().to_str().unwrap()));
    // From elsewhere, under a name of the environment.
    let elsewhere = home.memento(&["diff", "request", "-C", "repository"]).current_dir(home.path("")).output();
    assert!(Ran::of(elsewhere.unwrap()).err.contains("; round 2: 3 of 3 items new;"));
    let named = home.memento(&["diff", "request"]).env("MEMENTO_SESSION", "alice").output().unwrap();
    assert!(Ran::of(named).out.starts_with("d-") && home.run(&["diff", "list"]).out.contains(" alice "));
}

#[test]
fn waiting_ends_with_the_verdict() {
    let home = three_hunks();
    let id = home.ask_by("alice");
    let mut child = home.start(&["wait", &id]);
    let mut err = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut heard = || err.next().unwrap().unwrap();
    assert_eq!(heard(), format!("memento: {id} is waiting: nobody has opened it yet"));
    let queue = home.queue();
    queue.begin(&id, &reviewer(), false).unwrap();
    assert_eq!(heard(), format!("memento: {id} is in review: ann has it open"));
    queue.put_back(&id, &reviewer()).unwrap();
    assert_eq!(heard(), format!("memento: {id} is waiting: nobody has opened it yet"));
    home.judge(&id, Some("why this?"));
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with(&format!("CHANGES REQUESTED: {id}, by ann.")), "{}", ran.out);
    assert!(ran.out.contains("why this?") && ran.out.contains("   | +changed 5\n"), "{}", ran.out);
    // As often as one likes.
    for args in [["diff", "wait", &id], ["diff", "verdict", &id]] {
        assert_eq!(home.run(&args).out, ran.out);
    }
}

#[test]
fn the_exit_code_says_how_it_went() {
    let home = three_hunks();
    let wait = |id: &str| home.run(&["diff", "wait", id, "--timeout", "0"]);
    let id = home.ask_by("alice");
    let pending = wait(&id);
    assert_eq!((pending.code, pending.out.as_str()), (1, ""));
    assert!(pending.err.ends_with(&format!(": {id} stays in the queue, and memento diff wait {id} waits on\n")));
    let none = home.run(&["diff", "verdict", &id]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    let next = home.ask_by("alice");
    let superseded = wait(&id);
    assert_eq!((superseded.code, superseded.out.as_str()), (1, ""));
    assert_eq!(superseded.err, format!("memento: {id} is superseded: {next} took its place, so wait for that one\n"));
    home.judge(&next, None);
    let approved = wait(&next);
    assert_eq!((approved.code, approved.err.as_str()), (0, ""));
    assert!(approved.out.starts_with("APPROVED: "), "{}", approved.out);
    assert_eq!(home.run(&["diff", "verdict", &next]).code, 0);

    let dropped = home.ask_by("bob");
    let queue = home.queue();
    queue.begin(&dropped, &reviewer(), false).unwrap();
    queue
        .submit(&dropped, &reviewer(), &Submission { approve_rest: false, ..submission(Decision::Abandoned) })
        .unwrap();
    let told = wait(&dropped);
    assert!(told.code == 1 && told.out.starts_with("ABANDONED: "), "{}", told.out);
    let taken_back = home.ask_by("carol");
    home.run(&["diff", "abandon", &taken_back]);
    assert_eq!((wait(&taken_back).code, wait(&taken_back).out.as_str()), (1, ""));
    assert_eq!(wait("d-zzzz").code, 2, "1 would be an answer");
    assert_eq!(home.run(&["diff", "request", "--staged", "--wait"]).code, 2);
    assert_eq!(home.run(&["diff", "request", "--staged"]).code, 1, "nothing found");
    assert_eq!(home.run(&["diff", "wait", &next, "--timeout", "soon"]).code, 2);
}

#[test]
fn asking_and_waiting_may_be_one() {
    let home = three_hunks();
    let child = home.start(&["request", "--wait", "--title", "Three lines"]);
    let id = home.asked().id;
    home.judge(&id, None);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert!(ran.code == 0 && ran.out.starts_with(&format!("APPROVED: {id}")), "{}", ran.out);
    assert!(ran.err.starts_with(&format!("memento: {id}: 1 file (+3 -3)")), "{}", ran.err);
    home.put("a.txt", &numbered(40, &[6]));
    let ran = home.run(&["diff", "request", "--wait", "0", "--json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &told["request"]["state"], &told["verdict"]), (1, &"waiting".into(), &Value::Null));
}

#[test]
fn an_interrupt_ends_the_wait_and_nothing_else() {
    let home = three_hunks();
    let id = home.ask_by("alice");
    for signal in [Signal::INT, Signal::TERM] {
        let mut child = home.start(&["wait", &id]);
        let mut err = BufReader::new(child.stderr.take().unwrap()).lines();
        err.next().unwrap().unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        let last = err.next().unwrap().unwrap();
        assert_eq!(
            last,
            format!("memento: no answer yet: {id} stays in the queue, and memento diff wait {id} waits on")
        );
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.out.as_str()), (130, ""));
    }
    assert_eq!(home.asked().id, id);
    // Killed outright, too.
    let mut child = home.start(&["wait", &id]);
    child.kill().unwrap();
    child.wait().unwrap();
    home.judge(&id, None);
    assert_eq!(home.run(&["diff", "wait", &id]).code, 0);
}

#[test]
fn what_is_reviewed_can_be_chosen() {
    let home = three_hunks();
    home.git(&["add", "a.txt"]);
    home.put("a.txt", &numbered(40, &[5]));
    home.put("new.txt", "new\n");
    let shown = |args: &[&str]| {
        let ran = home.run(&[&["diff", "request", "--session", "alice"], args].concat());
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        let id = ran.out.trim_end().to_owned();
        let patch = home.memento(&["diff", "show", &id, "--patch"]).output().unwrap().stdout;
        (String::from_utf8(patch).unwrap(), home.asked().scope)
    };
    let (tree, scope) = shown(&[]);
    assert!(
        tree.contains("+changed 5\n") && tree.contains("+new\n") && !tree.contains("changed 20") && scope == "HEAD"
    );
    assert!(!shown(&["--no-untracked"]).0.contains("+new\n"));
    let (staged, scope) = shown(&["--staged"]);
    assert!(staged.contains("+changed 20\n") && !staged.contains("+new\n") && scope == "staged");
    home.git(&["commit", "-q", "-m", "another"]);
    let (range, scope) = shown(&["--range", "HEAD~1..HEAD"]);
    assert!(range.contains("+changed 35\n") && scope == "HEAD~1..HEAD");
    let flags = ["diff", "--full-index", "--binary", "HEAD~1", "HEAD"];
    assert_eq!(range, home.git_text(&flags), "byte for byte");
    let (based, _) = shown(&["--base", "HEAD~1"]);
    assert!(based.contains("+changed 5\n") && !based.contains("changed 35"));
    for args in [
        &["--staged", "--range", "a..b"][..],
        &["--staged", "--base", "HEAD"],
        &["--staged", "--no-untracked"],
        &["--base", "HEAD", "--range", "a..b"],
        &["--base", "nowhere"],
        &["--range", "HEAD"],
        &["--frobnicate"],
    ] {
        let ran = home.run(&[&["diff", "request"], args].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_summary_may_come_from_a_pipe() {
    let home = three_hunks();
    let mut child = home
        .memento(&["diff", "request", "--summary", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"from\na pipe\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(home.asked().summary.as_deref(), Some("from\na pipe"));
}

#[test]
fn lists_are_of_those_that_are_asked_for() {
    let home = three_hunks();
    let alice = home.ask_by("alice");
    let bob = home.ask_by("bob");
    let list = |args: &[&str]| home.run(&[&["diff", "list", "--session", "bob"], args].concat());
    assert!(list(&[]).out.starts_with(&alice), "the oldest first");
    assert!(list(&["--mine"]).out.starts_with(&bob) && !list(&["--mine"]).out.contains(&alice));
    home.judge(&alice, Some("no"));
    assert!(!list(&[]).out.contains(&alice) && list(&["--all"]).out.contains("changes requested"));
    assert!(list(&["--here"]).out.contains(&bob));
    let elsewhere = home.memento(&["diff", "list", "--here"]).current_dir(home.path("")).output().unwrap();
    let elsewhere = Ran::of(elsewhere);
    assert!(elsewhere.code == 1 && elsewhere.err.contains("is in no git repository"), "{}", elsewhere.err);
    // Terminals obey no title.
    home.run(&["diff", "request", "--session", "eve", "--title", "a\u{1b}[2Jb"]);
    assert!(list(&[]).out.contains("a\u{fffd}[2Jb"));
}

#[test]
fn a_session_takes_back_its_own() {
    let home = three_hunks();
    let id = home.ask_by("alice");
    let refused = home.run(&["diff", "abandon", &id, "--session", "bob"]);
    assert!(refused.code == 1 && refused.err.contains("is alice's"), "{}", refused.err);
    let done = home.run(&["diff", "abandon", &id, "--session", "alice"]);
    assert_eq!((done.code, done.err), (0, format!("memento: {id} is taken back\n")));
}

#[test]
fn what_is_the_persons_own_is_not_there() {
    let home = three_hunks();
    let own = home.queue().request(&Ask { own: true, ..home.ask("ann") }).unwrap().id;
    for (verb, code) in [("show", 1), ("wait", 2), ("verdict", 1), ("abandon", 1)] {
        let ran = home.run(&["diff", verb, &own]);
        assert!(
            ran.code == code && ran.err.contains(&format!("there is no diff request {own}")),
            "{verb}: {}",
            ran.err
        );
    }
    assert_eq!(home.run(&["diff", "list", "--all"]).out, "");
}

#[test]
fn notes_are_no_code() {
    let home = Home::with_repository();
    let notes = home.path(".roam");
    std::fs::create_dir(&notes).unwrap();
    home.git_in(&notes, &["init", "-q"]);
    std::fs::File::create(notes.join("diary.org")).unwrap().write_all(b"a secret\n").unwrap();
    let ran = home.run(&["diff", "request", "-C", notes.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.err.contains("this is in the notes directory"), "{}", ran.err);
    assert!(!ran.err.contains("secret") && ran.err.lines().count() == 1);
}

#[test]
fn a_repository_that_is_gone_takes_nothing_with_it() {
    let home = three_hunks();
    let id = home.ask_by("alice");
    std::fs::remove_dir_all(home.repository()).unwrap();
    let run = |args: &[&str]| Ran::of(home.memento(args).current_dir(home.path("")).output().unwrap());
    assert_eq!(run(&["diff", "list"]).code, 0);
    assert!(run(&["diff", "show", &id, "-p"]).out.contains("+changed 5\n"));
    home.judge(&id, Some("no"));
    assert!(run(&["diff", "wait", &id]).out.contains("please revert or change it"));
}

#[test]
fn a_database_that_is_locked_for_three_seconds_is_waited_for() {
    let home = three_hunks();
    let id = home.ask_by("alice");
    let lock = home.lock_for(Duration::from_secs(3));
    let start = Instant::now();
    let ran = home.run(&["diff", "request", "--session", "bob"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(start.elapsed() > Duration::from_secs(2));
    lock.join().unwrap();
    home.judge(&id, None);
    assert_eq!(home.run(&["diff", "wait", &id]).code, 0);
}

impl Home {
    /// Has the database written by another connection for so long.
    pub(crate) fn lock_for(&self, time: Duration) -> std::thread::JoinHandle<()> {
        let path = self.config().data_dir.join("memento.db");
        let (locked, is_locked) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let db = rusqlite::Connection::open(path).unwrap();
            db.execute_batch("BEGIN IMMEDIATE").unwrap();
            locked.send(()).unwrap();
            std::thread::sleep(time);
            db.execute_batch("ROLLBACK").unwrap();
        });
        is_locked.recv().unwrap();
        thread
    }
}

#[test]
fn help_has_examples() {
    let home = Home::with_repository();
    for verb in ["request", "list", "show", "wait", "verdict", "abandon"] {
        let ran = home.run(&["diff", verb, "--help"]);
        assert!(
            ran.code == 0 && ran.out.contains("Example") && ran.out.contains("memento diff "),
            "{verb}: {}",
            ran.out
        );
    }
    assert!(home.run(&["hook", "stop", "--help"]).out.contains("\"command\": \"memento hook stop\""));
}
