//! `memento diff`: an assistant's side of diff review. What a person judges is judged in Emacs.

use std::io::{IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;

use memento::config::Env;
use memento::diff::patch::{Change, FileDiff};
use memento::diff::{Ask, Decision, Query, Queue, Request, Review, State, Verdict, Waited};
use memento::{Config, Result};
use serde::Serialize;

use crate::args::Output;
use crate::args::diff::{Diff, What};
use crate::output::{Answer, printable, table};
use crate::review::{absolute, age, cancel_on_signal, clock, count, now, read_stdin, session_name};

/// As good as for ever, and no clock overflows.
const FOR_EVER: Duration = Duration::from_secs(u32::MAX as u64);

/// Ended by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(command: Diff, config: &Config) -> Result<Answer> {
    let env = &config.env;
    let (session, output) = command.common();
    let named = session.session.as_deref().or_else(|| env.get("MEMENTO_SESSION")).map(str::to_owned);
    let session = session_name(session.session.as_deref(), env);
    let queue = Queue::for_assistants(config)?;
    match command {
        Diff::Request { title, summary, what, wait, .. } => {
            let summary = if summary.as_deref() == Some("-") { Some(read_stdin()?) } else { summary };
            let request = queue.request(&ask(what, session.clone(), title, summary)?)?;
            let asked = format!("{}: {}", request.id, outline(&request));
            match wait {
                None => {
                    let next = format!("{asked}; memento diff wait {} waits for the verdict", request.id);
                    Ok(Answer::data(output, &request, || format!("{}\n", request.id)).note(next))
                }
                Some(seconds) => {
                    say(&asked);
                    wait_for(&queue, &request.id, seconds, &session, output)
                }
            }
        }
        Diff::List { all, mine, here, .. } => {
            let directory = here.then(|| absolute(".")).transpose()?;
            let found = queue.list(&Query { all, session: mine.then_some(session), directory })?;
            let answer = Answer::data(output, &found, || rows(&found));
            Ok(match (found.is_empty(), all) {
                (false, _) => answer,
                (true, true) => answer.note("there are no requests: memento diff request makes one").fail_if(true),
                (true, false) => answer.note("nothing waits for an answer: --all lists closed ones too").fail_if(true),
            })
        }
        Diff::Show { id, patch, .. } => {
            let review = queue.review(&id)?;
            let verdict = queue.verdict(&review.request.id)?;
            if patch && !output.json {
                let bytes = review.patch.to_bytes();
                // A terminal would obey what is in it.
                let shown = std::io::stdout().is_terminal().then(|| printable(&String::from_utf8_lossy(&bytes)));
                return Ok(shown.map_or_else(|| Answer::bytes(bytes), Answer::text));
            }
            let value = Shown {
                request: &review.request,
                files: review.patch.files.iter().map(File::of).collect(),
                verdict: verdict.as_ref(),
                patch: patch.then(|| String::from_utf8_lossy(&review.patch.to_bytes()).into_owned()),
            };
            Ok(Answer::data(output, &value, || whole(&review, verdict.as_ref(), env)))
        }
        Diff::Wait { id, timeout, .. } => wait_for(&queue, &id, timeout, &session, output),
        Diff::Verdict { id, .. } => {
            let verdict = queue.verdict(&id)?;
            verdict.as_ref().map(|verdict| got(&queue, verdict, &session)).transpose()?;
            let answer = Answer::data(output, &verdict, || verdict.as_ref().map_or_else(String::new, told));
            Ok(if verdict.is_some() { answer } else { answer.note(standing(&queue.get(&id)?)).fail_if(true) })
        }
        Diff::Abandon { id, .. } => {
            let request = queue.abandon(&id, named.as_deref())?;
            let note = format!("{} is taken back", request.id);
            Ok(Answer::data(output, &request, || rows(std::slice::from_ref(&request))).note(note))
        }
    }
}

fn ask(what: What, session: String, title: Option<String>, summary: Option<String>) -> Result<Ask> {
    Ok(Ask {
        directory: absolute(&what.directory)?,
        session,
        title: title.unwrap_or_default(),
        summary,
        base: what.base,
        staged: what.staged,
        range: what.range,
        no_untracked: what.no_untracked,
        own: false,
    })
}

/// A request with what is in it, as data.
#[derive(Serialize)]
struct Shown<'a> {
    request: &'a Request,
    files: Vec<File>,
    verdict: Option<&'a Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<String>,
}

#[derive(Serialize)]
struct File {
    path: String,
    old_path: Option<String>,
    change: &'static str,
    binary: bool,
    hunks: usize,
    added: usize,
    removed: usize,
}

impl File {
    fn of(file: &FileDiff) -> Self {
        let (added, removed) = file_lines(file);
        let moved = matches!(file.change, Change::Renamed | Change::Copied);
        Self {
            path: file.path(),
            old_path: moved.then(|| String::from_utf8_lossy(&file.old_path).into_owned()),
            change: change(file.change),
            binary: file.binary,
            hunks: file.hunks.len(),
            added,
            removed,
        }
    }
}

/// What waiting brought, as data.
#[derive(Serialize)]
struct Told {
    request: Request,
    verdict: Option<Verdict>,
}

/// Waits and says on standard error for what.
fn wait_for(queue: &Queue, id: &str, seconds: Option<u64>, session: &str, output: Output) -> Result<Answer> {
    let cancel = cancel_on_signal();
    let timeout = seconds.map_or(FOR_EVER, Duration::from_secs).min(FOR_EVER);
    let mut tell = |request: &Request| {
        if request.state.is_open() {
            say(&standing(request));
        }
    };
    let waited = queue.wait(id, timeout, &|| cancel.load(Ordering::Relaxed), &mut tell)?;
    let interrupted = cancel.load(Ordering::Relaxed);
    let (request, verdict) = match waited {
        Waited::Decided(verdict) => (got(queue, &verdict, session)?, Some(*verdict)),
        Waited::Pending(request) | Waited::Closed(request) => (request, None),
    };
    let note = match (&verdict, request.state.is_open()) {
        (Some(_), _) => None,
        (None, false) => Some(standing(&request)),
        (None, true) => {
            let id = &request.id;
            Some(format!("no answer yet: {id} stays in the queue, and memento diff wait {id} waits on"))
        }
    };
    let approved = verdict.as_ref().is_some_and(|verdict| verdict.decision == Decision::Approved);
    let told = Told { request, verdict };
    let answer = Answer::data(output, &told, || told.verdict.as_ref().map_or_else(String::new, crate::diff::told));
    let answer = answer.fail_if(!approved);
    Ok(match note {
        None => answer,
        Some(note) if interrupted && told.request.state.is_open() => answer.note(note).code(INTERRUPTED),
        Some(note) => answer.note(note),
    })
}

/// The request of a verdict that a session has got: where it is its own, nobody need tell it again.
pub(crate) fn got(queue: &Queue, verdict: &Verdict, session: &str) -> Result<Request> {
    let request = queue.get(&verdict.request)?;
    if request.session == session {
        queue.deliver(&request.id)?;
    }
    Ok(request)
}

/// A word on the way.
fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "memento: {}", printable(what));
}

fn told(verdict: &Verdict) -> String {
    let mut text = printable(&verdict.text());
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Where a request stands, in a sentence.
pub(crate) fn standing(request: &Request) -> String {
    let id = &request.id;
    let standing = match request.state {
        State::Waiting => format!("{id} is waiting: nobody has opened it yet"),
        State::InReview => match &request.reviewer {
            Some(reviewer) => format!("{id} is in review: {reviewer} has it open"),
            None => format!("{id} is in review"),
        },
        State::Decided => format!("{id} is decided: {}", request.decision.map_or("", decision)),
        State::Superseded => match &request.next {
            Some(next) => format!("{id} is superseded: {next} took its place, so wait for that one"),
            None => format!("{id} is superseded by a later request"),
        },
        State::Abandoned => format!("{id} was taken back: there will be no answer"),
        State::Expired => format!("{id} has expired without an answer: ask again if it still matters"),
    };
    // The name of a machine or a folder may hold anything.
    printable(&standing)
}

pub(crate) fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "approved",
        Decision::ChangesRequested => "changes requested",
        Decision::Abandoned => "to be dropped",
    }
}

/// What is in a request, in a line: `3 files (+10 -2) of memento on main, staged; round 2: 1 of 5 items new`.
pub(crate) fn outline(request: &Request) -> String {
    let branch = request.branch.as_ref().map_or_else(String::new, |branch| format!(" on {branch}"));
    let scope = if request.scope == "HEAD" { String::new() } else { format!(", {}", request.scope) };
    let round = match request.round {
        0 | 1 => String::new(),
        round => format!("; round {round}: {} of {} new", request.unmarked, count(request.items, "item")),
    };
    let files = count(request.files, "file");
    printable(&format!("{files} {} of {}{branch}{scope}{round}", lines(request), request.project))
}

fn lines(request: &Request) -> String {
    format!("(+{} -{})", request.added, request.removed)
}

/// One line a request.
fn rows(found: &[Request]) -> String {
    let now = now();
    let row = |request: &Request| {
        let state = match (request.state, request.decision, &request.reviewer) {
            (State::Decided, Some(made), _) => decision(made).to_owned(),
            (State::InReview, _, Some(reviewer)) => format!("in-review by {reviewer}"),
            (state, ..) => state.as_str().to_owned(),
        };
        let branch = request.branch.as_ref().map_or_else(String::new, |branch| format!(":{branch}"));
        vec![
            request.id.clone(),
            state,
            age(now - request.created),
            request.session.clone(),
            format!("{}{branch}", request.project),
            format!("{} {}", count(request.files, "file"), lines(request)),
            request.title.clone(),
        ]
    };
    printable(&table(&found.iter().map(row).collect::<Vec<_>>()))
}

/// A request with its files.
fn whole(review: &Review, verdict: Option<&Verdict>, env: &Env) -> String {
    let request = &review.request;
    let rounds = [
        Some(request.round.to_string()),
        request.previous.as_ref().map(|id| format!("after {id}")),
        request.next.as_ref().map(|id| format!("before {id}")),
    ];
    let base: String = request.base.chars().take(12).collect();
    let facts = [
        ("title", Some(request.title.clone())),
        ("state", Some(standing(request))),
        ("session", Some(request.session.clone())),
        ("in", Some(env.abbreviate(&request.repository))),
        ("branch", request.branch.clone()),
        ("compares", Some(format!("{} (from {base})", request.scope))),
        ("asked", Some(clock(request.created))),
        ("round", Some(rounds.into_iter().flatten().collect::<Vec<_>>().join(", "))),
        ("items", Some(format!("{}, {} without a mark", request.items, request.unmarked))),
    ];
    let mut out = format!("{} {}\n", request.id, request.state.as_str());
    for (name, value) in facts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        out.push_str(&format!("  {name:<9} {value}\n"));
    }
    if let Some(summary) = &request.summary {
        out.push_str(&format!("\n{}\n", summary.trim_end()));
    }
    let files: Vec<_> = review.patch.files.iter().map(file_row).collect();
    out.push_str(&format!("\n{}", table(&files)));
    if let Some(verdict) = verdict {
        out.push_str(&format!("\n{}", verdict.text()));
    }
    printable(&out)
}

fn file_row(file: &FileDiff) -> Vec<String> {
    let (added, removed) = file_lines(file);
    let moved = matches!(file.change, Change::Renamed | Change::Copied);
    let from = if moved { format!(" (from {})", String::from_utf8_lossy(&file.old_path)) } else { String::new() };
    let content = if file.binary { "binary".to_owned() } else { format!("+{added} -{removed}") };
    vec![format!("  {}", change(file.change)), content, format!("{}{from}", file.path())]
}

fn file_lines(file: &FileDiff) -> (usize, usize) {
    file.hunks.iter().map(|hunk| hunk.counts()).fold((0, 0), |sum, hunk| (sum.0 + hunk.0, sum.1 + hunk.1))
}

fn change(change: Change) -> &'static str {
    match change {
        Change::Modified => "modified",
        Change::Added => "added",
        Change::Deleted => "deleted",
        Change::Renamed => "renamed",
        Change::Copied => "copied",
    }
}
