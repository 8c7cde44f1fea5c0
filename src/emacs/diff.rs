//! Diff review for Lisp: the person's side of the queue.

mod record;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use emacs::{Env, Value, defun};

use super::channel::{Channel, error_event};
use super::failure::{Failure, guard};
use super::lisp::{Lisp, Plist};
use super::store::{config, queue};
use crate::diff::{Ask, Query, Queue, Reviewer, Verdict};
use crate::error::Error;
use crate::file;

/// How long the watching thread sleeps at most.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// This Emacs.
fn reviewer(store: &str) -> Result<Reviewer, Failure> {
    let config = config(store)?;
    let user = config.env.get("USER").or_else(|| config.env.get("LOGNAME")).unwrap_or("user");
    let name = format!("{user}@{}, Emacs {}", file::host(), std::process::id());
    Ok(Reviewer::here(name))
}

/// Lists the open requests, the one that has waited longest first; with PLIST's `:all` closed ones after them.
#[defun]
fn diff_list<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let query = Query { all: Plist(plist).flag("all")?, ..Query::default() };
        let found = queue(&store)?.list(&query)?;
        Ok(record::requests(&found).build(env)?)
    })
}

/// Puts the person's own changes into the queue, where no assistant sees them, and returns the request.
///
/// PLIST has `:directory`, `:session`, `:title`, `:base`, `:staged`, `:range` and `:no-untracked`.
#[defun]
fn diff_request<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let ask = Ask {
            directory: PathBuf::from(plist.need::<String>("directory")?),
            session: plist.need("session")?,
            title: plist.get("title")?.unwrap_or_default(),
            summary: None,
            base: plist.get("base")?,
            staged: plist.flag("staged")?,
            range: plist.get("range")?,
            no_untracked: plist.flag("no-untracked")?,
            own: true,
        };
        let request = queue(&store)?.request(&ask)?;
        Ok(record::request(&request).build(env)?)
    })
}

/// Gives the review of the request ID to this Emacs and returns it; TAKE-OVER takes it from another one.
#[defun]
fn diff_begin<'e>(env: &'e Env, store: String, id: String, take_over: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let review = queue(&store)?.begin(&id, &reviewer(&store)?, take_over.is_not_nil())?;
        Ok(record::with_review(&review, |record| record.build(env))?)
    })
}

/// Returns the review of the request ID, whoever has it.
#[defun]
fn diff_review(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let review = queue(&store)?.review(&id)?;
        Ok(record::with_review(&review, |record| record.build(env))?)
    })
}

/// Stores MARKS, plists of `:item`, `:judgement` and `:reason`, and returns what was there before in the same form.
#[defun]
fn diff_mark<'e>(env: &'e Env, store: String, id: String, marks: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let marks = record::read_marks(marks)?;
        let before = queue(&store)?.mark(&id, &reviewer(&store)?, &marks)?;
        Ok(record::marks(&before).build(env)?)
    })
}

/// Stores the comment PLIST (`:id` to change one, `:item`, `:first`, `:last`, `:text`) and returns it.
#[defun]
fn diff_comment<'e>(env: &'e Env, store: String, id: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let comment = record::read_comment(Plist(plist))?;
        let comment = queue(&store)?.comment(&id, &reviewer(&store)?, &comment)?;
        Ok(record::comment(&comment).build(env)?)
    })
}

/// Removes the comment COMMENT-ID and returns it.
#[defun]
fn diff_remove_comment(env: &Env, store: String, id: String, comment_id: i64) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let comment = queue(&store)?.remove_comment(&id, &reviewer(&store)?, comment_id)?;
        Ok(record::comment(&comment).build(env)?)
    })
}

fn build_verdict<'e>(env: &'e Env, verdict: &Verdict) -> Result<Value<'e>, Failure> {
    Ok(record::verdict(verdict, &verdict.text()).build(env)?)
}

/// Makes the verdict on the request ID and returns it.
///
/// PLIST has `:decision` (`approved`, `changes-requested`, `abandoned`), `:remark`, `:approve-rest`, `:revert` and `:stage`.
#[defun]
fn diff_submit<'e>(env: &'e Env, store: String, id: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let submission = record::read_submission(Plist(plist))?;
        let verdict = queue(&store)?.submit(&id, &reviewer(&store)?, &submission)?;
        build_verdict(env, &verdict)
    })
}

/// Returns the verdict on the request ID, or nil before there is one.
#[defun]
fn diff_verdict(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || match queue(&store)?.verdict(&id)? {
        Some(verdict) => build_verdict(env, &verdict),
        None => Ok(Lisp::Nil.build(env)?),
    })
}

/// Puts the request ID back to waiting, with its marks, and returns it.
#[defun]
fn diff_put_back(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let request = queue(&store)?.put_back(&id, &reviewer(&store)?)?;
        Ok(record::request(&request).build(env)?)
    })
}

/// Returns where the line LINE, from 0, of the hunk ITEM stands today: a plist of `:file` and `:line`.
#[defun]
fn diff_place(env: &Env, store: String, id: String, item: usize, line: usize) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let (file, line) = queue(&store)?.place(&id, item, line)?;
        let file = Lisp::string(file.display().to_string());
        Ok(Lisp::plist([("file", file), ("line", line.into())]).build(env)?)
    })
}

/// Logs PLIST's `:comment` with `:category` on the lines `:first` to `:last` of the hunk ITEM; returns the entry.
#[defun]
fn diff_log<'e>(env: &'e Env, store: String, id: String, item: usize, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let lines = (record::index(plist, "first")?, record::index(plist, "last")?);
        let (comment, category) = (plist.need::<String>("comment")?, plist.get::<String>("category")?);
        let entry = queue(&store)?.log(&id, item, lines, &comment, category.as_deref())?;
        Ok(super::review::record(&entry).build(env)?)
    })
}

/// Reports the open requests to PIPE, at once and whenever they change, from a thread that ends when PIPE is closed.
///
/// Each line that PIPE gets is a plist: `:event` is `requests`, with `:requests`, the one that has waited longest first, or
/// `error`, which is the last one.
#[defun]
fn diff_watch<'e>(env: &'e Env, store: String, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let config = config(&store)?;
        let channel = Channel::open(env, pipe)?;
        let watch = move |channel: &Channel| {
            // A queue of its own, so that nothing that Emacs asks for meanwhile waits for the thread.
            let closed = Cell::new(false);
            let pause = |time: Duration| {
                if !closed.get() && channel.closed_within(time.min(LONGEST_PAUSE)) {
                    closed.set(true);
                }
                !closed.get()
            };
            let mut tell = |requests: &[_]| {
                let event = [("event", Lisp::Symbol("requests")), ("requests", record::requests(requests))];
                if !channel.send(&Lisp::plist(event)) {
                    closed.set(true);
                }
            };
            if let Err(error) = Queue::open(&config).and_then(|queue| queue.watch(&pause, &mut tell)) {
                channel.send(&error_event(error.kind(), &error.to_string()));
            }
        };
        channel.spawn(watch).map_err(Error::io(Path::new("a thread that watches the requests")))?;
        Ok(env.intern("t")?)
    })
}
