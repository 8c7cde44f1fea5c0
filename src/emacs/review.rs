//! The review log for Lisp.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use emacs::{Env, Value, defun};

use super::channel::{Channel, error_event};
use super::failure::guard;
use super::lisp::{Lisp, Plist};
use super::store::log;
use crate::error::Error;
use crate::review::{CATEGORIES, Closing, Entry, Located, Locator, Place, Progress, Project, Query, Remark, State};

fn path(path: &Path) -> Lisp<'static> {
    Lisp::string(path.display().to_string())
}

fn entry_pairs<'a>(entry: &'a Entry, now: i64) -> Vec<(&'static str, Lisp<'a>)> {
    let holder = entry.holder(now);
    vec![
        ("id", (&entry.id).into()),
        ("keyword", (&entry.keyword).into()),
        ("done", Lisp::bool(entry.done)),
        ("category", entry.category.as_ref().into()),
        ("project", (&entry.project).into()),
        ("file", path(&entry.file)),
        ("path", (&entry.path).into()),
        ("line", entry.line.into()),
        ("end-line", entry.end_line.into()),
        ("timestamp", entry.timestamp.as_ref().into()),
        ("created", entry.created.into()),
        ("comment", (&entry.comment).into()),
        ("region", entry.region.as_ref().into()),
        ("anchor", entry.anchor.as_ref().into()),
        ("commit", entry.commit.as_ref().into()),
        ("author", entry.author.as_ref().into()),
        ("session", holder.map_or(Lisp::Nil, Lisp::string)),
        ("claimed-until", holder.and(entry.claimed_until).into()),
        ("closed", entry.closed.as_ref().into()),
        ("resolved-by", entry.resolved_by.as_ref().into()),
        ("tested", entry.tested.as_ref().into()),
        ("fix-commit", entry.fix_commit.as_ref().into()),
        ("summary", entry.summary.as_ref().into()),
        ("log-line", entry.log_line.into()),
    ]
}

fn now() -> i64 {
    chrono::Local::now().timestamp()
}

pub(super) fn record(entry: &Entry) -> Lisp<'_> {
    Lisp::Plist(entry_pairs(entry, now()))
}

fn located_record(located: &Located, now: i64) -> Lisp<'_> {
    let mut pairs = entry_pairs(&located.entry, now);
    if let Some(place) = &located.place {
        pairs.push(("place-file", path(&place.file)));
        pairs.push(("place-line", place.line.into()));
        pairs.push(("place-end-line", place.end_line.into()));
        pairs.push(("status", Lisp::Symbol(place.status.as_str())));
    }
    Lisp::Plist(pairs)
}

fn place_record(place: &Place) -> Lisp<'static> {
    Lisp::plist([
        ("file", path(&place.file)),
        ("line", place.line.into()),
        ("end-line", place.end_line.into()),
        ("status", Lisp::Symbol(place.status.as_str())),
    ])
}

/// Adds the remark PLIST (`:file`, `:line`, `:end-line`, `:text`, `:comment`, `:category`, `:author`) and returns its entry.
#[defun]
fn review_add<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let remark = Remark {
            file: PathBuf::from(plist.need::<String>("file")?),
            line: plist.line("line")?.unwrap_or(0),
            end_line: plist.line("end-line")?,
            text: plist.get("text")?,
            comment: plist.need("comment")?,
            category: plist.get("category")?,
            author: plist.get("author")?,
        };
        let entry = log(&store)?.add(remark)?;
        Ok(record(&entry).build(env)?)
    })
}

/// What a list shows of a remark: a third less to build than all of it.
fn brief_pairs<'a>(entry: &'a Entry, now: i64) -> Vec<(&'static str, Lisp<'a>)> {
    const BRIEF: [&str; 13] = [
        "id",
        "keyword",
        "done",
        "category",
        "project",
        "file",
        "path",
        "line",
        "end-line",
        "created",
        "comment",
        "session",
        "claimed-until",
    ];
    let mut pairs = entry_pairs(entry, now);
    pairs.retain(|(key, _)| BRIEF.contains(key));
    pairs
}

/// Lists the remarks that PLIST (`:state`, `:project`, `:file`, `:locate`, `:brief`) asks for.
///
/// With `:locate` each has its place; with `:brief` it has only what a list shows.
#[defun]
fn review_list<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let state = match plist.get::<String>("state")?.as_deref() {
            None | Some("todo") => State::Todo,
            Some("done") => State::Done,
            Some("all") => State::All,
            Some(other) => {
                return Err(Error::Invalid(format!("{other} is no state: give todo, done or all")).into());
            }
        };
        let query = Query {
            state,
            project: plist.get("project")?,
            file: plist.get::<String>("file")?.map(PathBuf::from),
            ..Query::default()
        };
        let log = log(&store)?;
        if plist.get::<Value<'_>>("locate")?.is_some() {
            let found = log.list_located(&query)?;
            Ok(located_list(&found).build(env)?)
        } else {
            let (found, now) = (log.list(&query)?, now());
            let pairs = if plist.get::<Value<'_>>("brief")?.is_some() { brief_pairs } else { entry_pairs };
            Ok(Lisp::List(found.iter().map(|e| Lisp::Plist(pairs(e, now))).collect()).build(env)?)
        }
    })
}

fn located_list(found: &[Located]) -> Lisp<'_> {
    let now = now();
    Lisp::List(found.iter().map(|l| located_record(l, now)).collect())
}

/// Lists the open remarks whose code is in FILE today, with their places.
#[defun]
fn review_locate_file<'e>(env: &'e Env, store: String, file: String) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let found = log(&store)?.in_file(Path::new(&file))?;
        Ok(located_list(&found).build(env)?)
    })
}

/// Returns where the code of the remark ID is today.
#[defun]
fn review_locate<'e>(env: &'e Env, store: String, id: String) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let entry = log(&store)?.show(&id)?;
        Ok(place_record(&Locator::new().place(&entry)).build(env)?)
    })
}

/// Returns the entry of the remark ID.
#[defun]
fn review_show<'e>(env: &'e Env, store: String, id: String) -> emacs::Result<Value<'e>> {
    guard(env, || Ok(record(&log(&store)?.show(&id)?).build(env)?))
}

/// Changes the remark ID: PLIST has `:comment`, `:category` or both; an empty category clears it.
#[defun]
fn review_edit<'e>(env: &'e Env, store: String, id: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let (comment, category) = (plist.get::<String>("comment")?, plist.get::<String>("category")?);
        let entry = log(&store)?.edit(&id, comment.as_deref(), category.as_deref())?;
        Ok(record(&entry).build(env)?)
    })
}

/// Opens the closed remark ID again.
#[defun]
fn review_reopen<'e>(env: &'e Env, store: String, id: String) -> emacs::Result<Value<'e>> {
    guard(env, || Ok(record(&log(&store)?.reopen(&id)?).build(env)?))
}

/// Gives the remark ID back, whoever holds it.
#[defun]
fn review_release<'e>(env: &'e Env, store: String, id: String) -> emacs::Result<Value<'e>> {
    guard(env, || Ok(record(&log(&store)?.release(&id, None)?).build(env)?))
}

/// Takes the remark ID out of the log and returns its text.
#[defun]
fn review_delete(env: &Env, store: String, id: String) -> emacs::Result<String> {
    guard(env, || Ok(log(&store)?.delete(&id)?))
}

/// Closes the remark ID if the tests pass, on a thread that reports to PIPE.
///
/// PLIST has `:session`, `:test`, `:no-test`, `:commit` and `:summary`. Each line that PIPE gets is a plist: `:event` is
/// `output`, or `waiting` where the tests have passed and an Emacs has unsaved changes to the log, then one of `done`,
/// `failed` and `error`.
#[defun]
fn review_done<'e>(
    env: &'e Env,
    store: String,
    id: String,
    plist: Value<'e>,
    pipe: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let closing = Closing {
            session: plist.need("session")?,
            test: plist.get("test")?,
            no_test: plist.get("no-test")?,
            commit: plist.get("commit")?,
            summary: plist.get("summary")?,
        };
        let log = log(&store)?;
        let channel = Channel::open(env, pipe)?;
        let work = move |channel: &Channel| {
            // Where Emacs has closed the pipe, nobody waits for the tests any more.
            let cancel = AtomicBool::new(false);
            let result = {
                let mut report = |progress: Progress<'_>| {
                    let (event, key, text) = match progress {
                        Progress::Line(line) => ("output", "text", line),
                        Progress::Waiting(why) => ("waiting", "message", why),
                    };
                    let event = Lisp::plist([("event", Lisp::Symbol(event)), (key, Lisp::string(text))]);
                    if !channel.send(&event) {
                        cancel.store(true, Ordering::Relaxed);
                    }
                };
                log.done(&id, &closing, &mut report, &cancel)
            };
            match &result {
                Ok(entry) => channel.send(&Lisp::plist([("event", Lisp::Symbol("done")), ("entry", record(entry))])),
                Err(Error::Failed { message, output, log }) => channel.send(&Lisp::plist([
                    ("event", Lisp::Symbol("failed")),
                    ("message", message.into()),
                    ("output", output.into()),
                    ("log", path(log)),
                ])),
                Err(error) => channel.send(&error_event(error.kind(), &error.to_string())),
            };
        };
        channel.spawn(work).map_err(Error::io(Path::new("a thread for the tests")))?;
        Ok(env.intern("t")?)
    })
}

/// Returns what an assistant needs to work off the open remarks of PROJECT, or of all projects where that is nil.
#[defun]
fn review_prompt(env: &Env, store: String, project: Option<String>) -> emacs::Result<String> {
    guard(env, || Ok(log(&store)?.prompt(&Query { project, ..Query::default() })?))
}

/// Returns the project of FILE, or of a directory whose name ends in a slash, as a plist: `:project`, `:root`, `:git`.
#[defun]
fn project<'e>(env: &'e Env, store: String, file: String) -> emacs::Result<Value<'e>> {
    guard(env, || {
        log(&store)?;
        let project = match file.strip_suffix('/') {
            Some(dir) => Project::of_dir(Path::new(if dir.is_empty() { "/" } else { dir })),
            None => Project::of_file(Path::new(&file)),
        };
        let record = Lisp::plist([
            ("project", (&project.name).into()),
            ("root", path(&project.root)),
            ("git", Lisp::bool(project.git)),
        ]);
        Ok(record.build(env)?)
    })
}

/// Returns the categories that have a place of their own in the order of work.
#[defun]
fn review_categories(env: &Env) -> emacs::Result<Value<'_>> {
    guard(env, || Ok(Lisp::List(CATEGORIES.iter().map(|c| Lisp::string(*c)).collect()).build(env)?))
}
