//! Flashcards for Lisp.

mod record;
mod request;

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use emacs::{Env, Value, defun};

use super::channel::{Channel, error_event};
use super::failure::{Failure, guard};
use super::lisp::{Lisp, Plist, list_of_strings};
use super::store::{collection, config};
use crate::cards::{Algorithm, Collection, exchange};
use crate::error::{Error, Result};

/// Returns what to ask now of the cards that PLIST asks for, at most LIMIT, in this order: a plist of `:cards` and `:counts`.
///
/// PLIST has `:project` (the empty one is that of no project), `:tags`, `:algorithm`, and `:new-limit`, how many new cards a day in the
/// place of what the configuration says.
#[defun]
fn card_queue<'e>(env: &'e Env, store: String, plist: Value<'e>, limit: usize) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let collection = collection(&store)?;
        let queue = collection.queue(&request::read_filter(Plist(plist))?, limit)?;
        Ok(record::queue(&queue, collection.today()?).build(env)?)
    })
}

/// Stores the answer CONFIDENCE, 1 to 5, to the card ID, which took DURATION milliseconds, if that is not nil; returns what came
/// of it.
#[defun]
fn card_answer(
    env: &Env,
    store: String,
    id: String,
    confidence: i64,
    duration: Option<i64>,
) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let collection = collection(&store)?;
        let confidence = request::read_confidence(confidence)?;
        let answered = collection.answer(&id, confidence, request::read_duration(duration))?;
        Ok(record::answered(&answered, collection.today()?).build(env)?)
    })
}

/// Takes back the last answer to the card ID, or where that is nil the last one of today; returns a plist of `:card` and
/// `:review`.
#[defun]
fn card_undo(env: &Env, store: String, id: Option<String>) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let collection = collection(&store)?;
        let undone = collection.undo(id.as_deref())?;
        let card = record::card(&undone.card, collection.today()?);
        Ok(Lisp::plist([("card", card), ("review", record::review(&undone.review))]).build(env)?)
    })
}

/// Lists the intervals, in days, that the answers 1 to 5 to the card ID would lead to.
#[defun]
fn card_preview(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let preview = collection(&store)?.preview(&id)?;
        Ok(Lisp::List(preview.intervals.iter().map(|&days| Lisp::Int(days.into())).collect()).build(env)?)
    })
}

/// Lists the cards that PLIST asks for: a plist of `:cards` and `:total`.
///
/// PLIST has what `card_queue` takes, and `:text`, `:live` (whether the text is still being typed), `:state` (`draft`, `active`,
/// `suspended`), `:due` (a day), `:new` (`yes` or `no`), `:leech`, `:deleted`, `:order` (without it what fits the text best, else `newest`, `oldest`, `due`, `lapses`), `:limit`
/// and `:offset`.
#[defun]
fn card_list<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let collection = collection(&store)?;
        let found = collection.list(&request::read_query(Plist(plist))?)?;
        let cards = record::cards(&found.cards, collection.today()?);
        Ok(Lisp::plist([("cards", cards), ("total", found.total.into())]).build(env)?)
    })
}

/// Returns the card ID.
#[defun]
fn card_show(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let collection = collection(&store)?;
        Ok(record::card(&collection.get(&id)?, collection.today()?).build(env)?)
    })
}

/// Makes a card of PLIST and returns it: `:question`, `:answer`, `:notes`, `:tags`, `:project`, `:algorithm`, `:state`, and where it
/// comes from as `:note` or `:file` and `:line`.
#[defun]
fn card_create<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let collection = collection(&store)?;
        let card = collection.create(request::read_card(Plist(plist))?)?;
        Ok(record::card(&card, collection.today()?).build(env)?)
    })
}

/// Changes the card ID by PLIST, as for `card_create`, and returns it. What is nil stays; the empty string takes notes, project
/// and algorithm away, and `:no-tags` the tags.
#[defun]
fn card_update<'e>(env: &'e Env, store: String, id: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let collection = collection(&store)?;
        let card = collection.update(&id, &request::read_change(Plist(plist))?)?;
        Ok(record::card(&card, collection.today()?).build(env)?)
    })
}

/// Does something to the cards of a list of ids and returns them.
fn change<'e>(
    env: &'e Env,
    store: &str,
    ids: Value<'e>,
    work: impl FnOnce(&Collection, &[String]) -> Result<Vec<crate::cards::Card>>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let collection = collection(store)?;
        let cards = work(&collection, &list_of_strings(ids)?)?;
        Ok(record::cards(&cards, collection.today()?).build(env)?)
    })
}

/// Accepts the drafts IDS and returns them.
#[defun]
fn card_accept<'e>(env: &'e Env, store: String, ids: Value<'e>) -> emacs::Result<Value<'e>> {
    change(env, &store, ids, Collection::accept)
}

/// Deletes the cards IDS and returns them.
#[defun]
fn card_delete<'e>(env: &'e Env, store: String, ids: Value<'e>) -> emacs::Result<Value<'e>> {
    change(env, &store, ids, Collection::delete)
}

/// Brings the deleted cards IDS back and returns them.
#[defun]
fn card_restore<'e>(env: &'e Env, store: String, ids: Value<'e>) -> emacs::Result<Value<'e>> {
    change(env, &store, ids, Collection::restore)
}

/// Has the cards IDS start anew and returns them.
#[defun]
fn card_reset<'e>(env: &'e Env, store: String, ids: Value<'e>) -> emacs::Result<Value<'e>> {
    change(env, &store, ids, Collection::reset)
}

/// Puts the cards IDS into STATE, `draft`, `active` or `suspended`, and returns them.
#[defun]
fn card_set_state<'e>(env: &'e Env, store: String, ids: Value<'e>, state: String) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let collection = collection(&store)?;
        let cards = collection.set_state(&list_of_strings(ids)?, request::read_state(&state)?)?;
        Ok(record::cards(&cards, collection.today()?).build(env)?)
    })
}

/// Lists the answers to the card ID, the oldest first.
#[defun]
fn card_reviews(env: &Env, store: String, id: String) -> emacs::Result<Value<'_>> {
    guard(env, || Ok(record::reviews(&collection(&store)?.reviews(&id)?).build(env)?))
}

/// Lists the projects.
#[defun]
fn card_projects(env: &Env, store: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let projects = collection(&store)?.projects()?;
        Ok(Lisp::List(projects.iter().map(record::project).collect()).build(env)?)
    })
}

/// Lists the tags, the most used first.
#[defun]
fn card_tags(env: &Env, store: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let tags = collection(&store)?.tags()?;
        Ok(Lisp::List(tags.iter().map(record::tag).collect()).build(env)?)
    })
}

/// Returns what the cards of PROJECT are scheduled by, such as "fsrs:0.9".
#[defun]
fn card_algorithm(env: &Env, store: String, project: String) -> emacs::Result<String> {
    guard(env, || Ok(collection(&store)?.algorithm(&project)?.to_string()))
}

/// Returns the day of learning, as "2026-01-31".
#[defun]
fn card_today(env: &Env, store: String) -> emacs::Result<String> {
    guard(env, || Ok(collection(&store)?.today()?.to_string()))
}

/// Runs `work` on a thread with a collection of its own, so that nothing that Emacs asks for meanwhile waits for it. Its event
/// is the last one that PIPE gets; or else one with `:event` `error`.
fn in_background<'e>(
    env: &'e Env,
    store: &str,
    pipe: Value<'e>,
    work: impl FnOnce(&Collection, &Channel) -> Result<()> + Send + 'static,
) -> std::result::Result<Value<'e>, Failure> {
    let config = config(store)?;
    let channel = Channel::open(env, pipe)?;
    let job = move |channel: &Channel| {
        if let Err(error) = Collection::open(&config).and_then(|collection| work(&collection, channel)) {
            channel.send(&error_event(error.kind(), &error.to_string()));
        }
    };
    channel.spawn(job).map_err(Error::io(Path::new("a thread for the cards")))?;
    Ok(env.intern("t")?)
}

/// Tells how it goes in PERIOD (`today`, `week`, `month`, `all`) with the cards that PLIST asks for, as for `card_queue`, on a
/// thread that reports to PIPE.
///
/// The line that PIPE gets is a plist: `:event` is `done`, with the numbers in `:stats`, or `error`.
#[defun]
fn card_stats<'e>(
    env: &'e Env,
    store: String,
    plist: Value<'e>,
    period: String,
    pipe: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let filter = request::read_filter(Plist(plist))?;
        let period = request::read_period(&period)?;
        in_background(env, &store, pipe, move |collection, channel| {
            let stats = collection.stats(&filter, period)?;
            channel.send(&Lisp::plist([("event", Lisp::Symbol("done")), ("stats", record::stats(&stats))]));
            Ok(())
        })
    })
}

/// Has the cards of PROJECT be scheduled by ALGORITHM, or where that is nil by the default, on a thread that reports to PIPE.
///
/// Each line that PIPE gets is a plist: `:event` is `progress`, with `:done` and `:total`, or as the last one `done`, with how many
/// cards are due on another day in `:changed`, or `error`.
#[defun]
fn card_set_algorithm<'e>(
    env: &'e Env,
    store: String,
    project: String,
    algorithm: Option<String>,
    pipe: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let algorithm = algorithm.map(|name| name.parse::<Algorithm>()).transpose()?;
        in_background(env, &store, pipe, move |collection, channel| {
            let mut told = std::time::Instant::now();
            let mut tell = |done: usize, total: usize| {
                if told.elapsed() >= BETWEEN_REPORTS {
                    told = std::time::Instant::now();
                    let event = [("event", Lisp::Symbol("progress")), ("done", done.into()), ("total", total.into())];
                    channel.send(&Lisp::plist(event));
                }
            };
            let changed = collection.set_algorithm(&project, algorithm, &mut tell)?;
            channel.send(&Lisp::plist([("event", Lisp::Symbol("done")), ("changed", changed.into())]));
            Ok(())
        })
    })
}

/// How often a report says how far a job is.
const BETWEEN_REPORTS: std::time::Duration = std::time::Duration::from_millis(100);

/// Reads cards from a file, on a thread that reports to PIPE.
///
/// PLIST has `:file`, `:format` (`json`, `jsonl`, `csv`, `org`, `anki`; else its name tells), `:project`, `:tags`, `:state`, `:direction`
/// (`forward`, `reverse`, `both`), `:on-duplicate` (`skip`, `merge`, `add`, `refuse`), `:partial` and `:dry-run`. The line that PIPE
/// gets is a plist: `:event` is `done`, with what was done in `:imported`, or `error`.
#[defun]
fn card_import<'e>(env: &'e Env, store: String, plist: Value<'e>, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let from = request::read_exchange(Plist(plist))?;
        let options = request::read_import(Plist(plist))?;
        in_background(env, &store, pipe, move |collection, channel| {
            let bytes = fs::read(&from.file).map_err(Error::io(&from.file))?;
            let name = from.file.display().to_string();
            let imported = exchange::import(collection, from.format, &name, &bytes, &options)?;
            let event = [("event", Lisp::Symbol("done")), ("imported", record::imported(&imported))];
            channel.send(&Lisp::plist(event));
            Ok(())
        })
    })
}

/// Writes cards to a file, whose old text is replaced, on a thread that reports to PIPE.
///
/// PLIST has `:file` and `:format`, as for `card_import`, what `card_queue` takes, and `:drafts`. The line that PIPE gets is a plist:
/// `:event` is `done`, with how many cards there were in `:cards`, or `error`.
#[defun]
fn card_export<'e>(env: &'e Env, store: String, plist: Value<'e>, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let to = request::read_exchange(Plist(plist))?;
        let options = request::read_export(Plist(plist))?;
        in_background(env, &store, pipe, move |collection, channel| {
            let failed = |error| Error::io(&to.file)(error);
            // Beside it and then renamed: who looks meanwhile, or after a crash, sees the old file or the new one.
            let dir = to.file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut out = BufWriter::new(tempfile::NamedTempFile::new_in(dir).map_err(failed)?);
            let cards = exchange::export(collection, to.format, &options, &mut out)?;
            out.flush().map_err(failed)?;
            let temp = out.into_inner().map_err(|error| failed(error.into_error()))?;
            temp.as_file().sync_all().map_err(failed)?;
            temp.persist(&to.file).map_err(|error| failed(error.error))?;
            channel.send(&Lisp::plist([("event", Lisp::Symbol("done")), ("cards", cards.into())]));
            Ok(())
        })
    })
}
