//! The notes for Lisp: the person's view of them, private ones included.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use emacs::{Env, Value, defun};

use super::channel::{Channel, error_event};
use super::failure::guard;
use super::lisp::Lisp;
use super::names;
use super::store::{config, vault};
use crate::error::{Error, Result};
use crate::notes::{Access, Backlink, Node, Vault};

/// How long a person waits without being shown why.
const UNSEEN: Duration = Duration::from_millis(150);

/// How often progress is reported.
const BETWEEN_REPORTS: Duration = Duration::from_millis(50);

fn path(path: &Path) -> Lisp<'static> {
    Lisp::string(path.display().to_string())
}

/// `a:b`; nil where there are none. One string is built much faster than a list.
fn tags(tags: &[String]) -> Lisp<'static> {
    if tags.is_empty() { Lisp::Nil } else { Lisp::string(tags.join(":")) }
}

/// What every list shows of a node; `name` is one that no other node in the list has.
fn brief<'a>(node: &'a Node, name: &'a str) -> Vec<(&'static str, Lisp<'a>)> {
    vec![
        ("name", Lisp::string(name)),
        ("id", (&node.id).into()),
        // The name mostly is the title.
        ("title", if node.title == name { Lisp::Nil } else { (&node.title).into() }),
        ("file", path(&node.file)),
        ("line", node.line.into()),
        ("tags", tags(&node.tags)),
        ("public", Lisp::bool(node.access == Access::Public)),
    ]
}

fn record(node: &Node) -> Vec<(&'static str, Lisp<'_>)> {
    let mut pairs = brief(node, &node.title);
    pairs.push(("level", node.level.into()));
    pairs.push(("path", strings(&node.path)));
    pairs
}

fn strings(texts: &[String]) -> Lisp<'_> {
    if texts.is_empty() { Lisp::Nil } else { Lisp::List(texts.iter().map(Lisp::from).collect()) }
}

fn backlink(link: &Backlink<Node>) -> Lisp<'_> {
    let mut pairs = record(&link.node);
    pairs.push(("context", (&link.context).into()));
    pairs.push(("link-path", strings(&link.path)));
    pairs.push(("link-line", link.line.into()));
    Lisp::Plist(pairs)
}

/// Brings the index up to date, if that takes no longer than one waits without a word.
///
/// Returns t when it is up to date, nil when there is more to do: then call `memento-core-notes-sync`.
#[defun]
fn notes_refresh(env: &Env, store: String) -> emacs::Result<bool> {
    let quit = super::lisp::quit_check(env);
    guard(env, || {
        let start = Instant::now();
        let mut finished = true;
        vault(&store)?.sync(&mut |_, _| {
            finished = start.elapsed() < UNSEEN && !quit();
            finished
        })?;
        Ok(finished)
    })
}

/// Brings the index up to date on a thread that reports to PIPE.
///
/// Each line that PIPE gets is a plist: `:event` is `progress`, with `:done` of `:total` files, then one of `done` and
/// `error`. Where PIPE is closed it stops; what was read until then is kept.
#[defun]
fn notes_sync<'e>(env: &'e Env, store: String, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    in_background(env, &store, pipe, |vault, channel| {
        let mut told = Instant::now();
        vault.sync(&mut |done, total| {
            if told.elapsed() < BETWEEN_REPORTS {
                return true;
            }
            told = Instant::now();
            let event = [("event", Lisp::Symbol("progress")), ("done", done.into()), ("total", total.into())];
            channel.send(&Lisp::plist(event))
        })
    })
}

/// Reads FILE again, which is known to have changed, on a thread that reports `done` or `error` to PIPE.
#[defun]
fn notes_file_changed<'e>(env: &'e Env, store: String, file: String, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    in_background(env, &store, pipe, move |vault, _| vault.file_changed(Path::new(&file)))
}

/// Runs `work` on a thread, with a vault of its own: nothing that Emacs asks for meanwhile waits for it.
fn in_background<'e>(
    env: &'e Env,
    store: &str,
    pipe: Value<'e>,
    work: impl FnOnce(&Vault, &Channel) -> Result<()> + Send + 'static,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let config = config(store)?;
        let channel = Channel::open(env, pipe)?;
        let job = move |channel: &Channel| {
            match Vault::open(&config).and_then(|vault| work(&vault, channel)) {
                Ok(()) => channel.send(&Lisp::plist([("event", Lisp::Symbol("done"))])),
                Err(error) => channel.send(&error_event(error.kind(), &error.to_string())),
            };
        };
        channel.spawn(job).map_err(Error::io(Path::new("a thread for the notes")))?;
        Ok(env.intern("t")?)
    })
}

/// Lists all nodes under their titles and aliases, those changed last first; with PUBLIC those that assistants see, by file
/// and each once.
///
/// Each is a plist: `:name`, which no other has, `:id`, `:title` (where that is not the name), `:file`, `:line`, `:tags` and
/// `:public`; under an alias it has `:alias`, that alias.
#[defun]
fn notes_list<'e>(env: &'e Env, store: String, public: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let vault = vault(&store)?;
        let public = public.is_not_nil();
        let nodes = if public { vault.public()? } else { vault.nodes()? };
        let named = if public { names::of_titles(&nodes) } else { names::of_all(&nodes) };
        let records = named.iter().map(|named| {
            let mut pairs = brief(named.node, &named.name);
            pairs.push(("alias", named.alias.map_or(Lisp::Nil, Lisp::string)));
            Lisp::Plist(pairs)
        });
        Ok(Lisp::List(records.collect()).build(env)?)
    })
}

/// Searches the text of the notes for QUERY, which is still being typed; at most LIMIT hits, the best first.
///
/// Returns a plist of `:total` and `:hits`; a hit is a node as of `memento-core-notes-list` with `:snippet` and
/// `:snippet-line`.
#[defun]
fn notes_search(env: &Env, store: String, query: String, limit: usize) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let found = vault(&store)?.search(&query, limit, true)?;
        let nodes: Vec<Node> = found.hits.iter().map(|hit| hit.node.clone()).collect();
        let named = names::of_titles(&nodes);
        let hits = named.iter().zip(&found.hits).map(|(named, hit)| {
            let mut pairs = brief(named.node, &named.name);
            pairs.push(("snippet", (&hit.snippet).into()));
            pairs.push(("snippet-line", hit.line.into()));
            Lisp::Plist(pairs)
        });
        let hits = Lisp::List(hits.collect());
        Ok(Lisp::plist([("total", found.total.into()), ("hits", hits)]).build(env)?)
    })
}

/// Lists the places that lead to the node ID: KIND is `links`, `refs`, or `unlinked` for its name in a text without a link.
///
/// Each is the node that the place is in, with `:context`, `:link-path`, the headings between the two, and `:link-line`.
#[defun]
fn notes_backlinks(env: &Env, store: String, id: String, kind: String, limit: usize) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let vault = vault(&store)?;
        let mut found = match kind.as_str() {
            "links" => vault.backlinks(&id)?,
            "refs" => vault.reflinks(&id)?,
            "unlinked" => vault.unlinked(&id, limit)?,
            other => return Err(Error::Invalid(format!("{other} is no kind of link: links, refs, unlinked")).into()),
        };
        found.truncate(limit);
        Ok(Lisp::List(found.iter().map(backlink).collect()).build(env)?)
    })
}

/// Lists the nodes of this ID: more than one where it was copied.
#[defun]
fn notes_with_id(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let nodes = vault(&store)?.with_id(&id)?;
        Ok(Lisp::List(nodes.iter().map(|node| Lisp::Plist(record(node))).collect()).build(env)?)
    })
}

/// Makes a private note with this TITLE and returns it.
#[defun]
fn notes_create(env: &Env, store: String, title: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let node = vault(&store)?.create(&title)?;
        Ok(Lisp::Plist(record(&node)).build(env)?)
    })
}

/// Lists what assistants would see of TEXT if the notes' file FILE had it: plists of `:id`, `:title` and `:text`.
#[defun]
fn notes_preview(env: &Env, store: String, file: String, text: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let seen = vault(&store)?.preview(&PathBuf::from(file), &text)?;
        let seen = seen.iter().map(|preview| {
            Lisp::plist([
                ("id", (&preview.id).into()),
                ("title", (&preview.title).into()),
                ("text", (&preview.text).into()),
            ])
        });
        Ok(Lisp::List(seen.collect()).build(env)?)
    })
}

/// Returns t if the marks in TEXT, an Org file's, let assistants see what is on LINE.
#[defun]
fn notes_public_p(env: &Env, text: String, line: usize) -> emacs::Result<bool> {
    guard(env, || Ok(crate::notes::access_at(&text, line) == Access::Public))
}

/// Lists the last LIMIT calls of assistants, the last one first.
///
/// Each is a plist: `:time`, `:front-end`, `:session`, `:call`, `:subject`, `:outcome`, `:notes`, and `:private` where it
/// asked by name for a note that is private today.
#[defun]
fn notes_audit(env: &Env, store: String, limit: usize) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let rows = vault(&store)?.audit(limit)?;
        let rows = rows.iter().map(|(row, private)| {
            Lisp::plist([
                ("time", row.time.into()),
                ("front-end", (&row.front_end).into()),
                ("session", (&row.session).into()),
                ("call", (&row.call).into()),
                ("subject", (&row.subject).into()),
                ("outcome", (&row.outcome).into()),
                ("notes", row.notes.into()),
                ("private", Lisp::bool(*private)),
            ])
        });
        Ok(Lisp::List(rows.collect()).build(env)?)
    })
}

/// Lists what is wrong with the notes: plists of `:file`, `:line` and `:message`.
#[defun]
fn notes_problems(env: &Env, store: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let problems = vault(&store)?.problems()?;
        let problems = problems.iter().map(|problem| {
            let message = (&problem.message).into();
            Lisp::plist([("file", path(&problem.file)), ("line", problem.line.into()), ("message", message)])
        });
        Ok(Lisp::List(problems.collect()).build(env)?)
    })
}
