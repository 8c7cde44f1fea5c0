//! The library of prompts for Lisp.

mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{Local, NaiveDate};
use emacs::{Env, Value, defun};

use super::channel::{Channel, error_event};
use super::failure::{Failure, guard};
use super::lisp::{Lisp, Plist, list_of_strings};
use super::store::{config, library};
use crate::error::Error;
use crate::prompts::{Library, Progress, SyncOptions, when};

/// Lists the prompts that PLIST asks for: a plist of `:prompts` and `:more`, whether there are others behind them.
///
/// PLIST has `:text`, `:live` (whether the text is still being typed), `:project`, `:session`, `:since`, `:until` (both in
/// milliseconds), `:hour`, `:weekday` (from Monday, 0), `:min-rating`, `:max-rating`, `:rated` and `:note` (`yes` or `no`), `:tag`, `:secrets`, `:commands`,
/// `:order` (`newest`, `oldest`, `rating`, `length`), `:limit` and `:offset`. The texts are masked, and cut where they are long.
#[defun]
fn prompt_list<'e>(env: &'e Env, store: String, plist: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let found = library(&store)?.list(&record::read_query(Plist(plist))?)?;
        let prompts = Lisp::List(found.prompts.iter().map(record::row).collect());
        Ok(Lisp::plist([("prompts", prompts), ("more", Lisp::bool(found.more))]).build(env)?)
    })
}

/// Returns the prompt ID with all its text and what was pasted; keys and tokens are masked unless SECRETS.
#[defun]
fn prompt_show<'e>(env: &'e Env, store: String, id: i64, secrets: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let prompt = library(&store)?.show(id)?;
        Ok(record::whole(&prompt, secrets.is_not_nil()).build(env)?)
    })
}

/// Rates the prompts IDS and returns for each a plist of it `:before` and `:after`.
#[defun]
fn prompt_rate<'e>(env: &'e Env, store: String, ids: Value<'e>, rating: u8) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let marked = library(&store)?.rate(&record::read_ids(ids)?, rating)?;
        Ok(record::marked(&marked).build(env)?)
    })
}

/// Gives the prompt ID the note TEXT, or with an empty one none, and returns it in a list, as `prompt_rate` does.
#[defun]
fn prompt_note(env: &Env, store: String, id: i64, text: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let marked = library(&store)?.note(id, &text)?;
        Ok(record::marked(&[marked]).build(env)?)
    })
}

/// Adds the tags ADD to the prompts IDS and takes REMOVE from them; returns them as `prompt_rate` does.
#[defun]
fn prompt_tag<'e>(
    env: &'e Env,
    store: String,
    ids: Value<'e>,
    add: Value<'e>,
    remove: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let set = |value| list_of_strings(value).map(|tags| tags.into_iter().collect::<BTreeSet<_>>());
        let marked = library(&store)?.tag(&record::read_ids(ids)?, &set(add)?, &set(remove)?)?;
        Ok(record::marked(&marked).build(env)?)
    })
}

/// Deletes the prompts IDS and returns them.
#[defun]
fn prompt_delete<'e>(env: &'e Env, store: String, ids: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let deleted = library(&store)?.delete(&record::read_ids(ids)?)?;
        Ok(Lisp::List(deleted.iter().map(record::row).collect()).build(env)?)
    })
}

/// Returns at most LIMIT prompts that are like the prompt ID, the most alike first, down to the similarity LEAST.
#[defun]
fn prompt_similar(env: &Env, store: String, id: i64, least: f64, limit: usize) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let library = library(&store)?;
        let text = library.get(id)?.text;
        let similar = library.similar(&text, Some(id), least, limit)?;
        Ok(Lisp::List(similar.iter().map(record::similar).collect()).build(env)?)
    })
}

/// Counts the prompts that PLIST asks for, as for `prompt_list`, on a thread that reports to PIPE.
///
/// The line that PIPE gets is a plist: `:event` is `done`, with the numbers in `:stats`, or `error`.
#[defun]
fn prompt_stats<'e>(env: &'e Env, store: String, plist: Value<'e>, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let query = record::read_query(Plist(plist))?;
        let config = config(&store)?;
        let channel = Channel::open(env, pipe)?;
        let count = move |channel: &Channel| {
            match Library::open(&config).and_then(|library| library.stats(&query)) {
                Ok(stats) => {
                    let event = [("event", Lisp::Symbol("done")), ("stats", record::stats(&stats))];
                    channel.send(&Lisp::plist(event))
                }
                Err(error) => channel.send(&error_event(error.kind(), &error.to_string())),
            };
        };
        channel.spawn(count).map_err(Error::io(Path::new("a thread that counts the prompts")))?;
        Ok(env.intern("t")?)
    })
}

/// Returns the prompts from the day FROM to the day TO, both as `YYYY-MM-DD`, in lanes; with COMMANDS slash commands too.
#[defun]
fn prompt_timeline<'e>(
    env: &'e Env,
    store: String,
    from: String,
    to: String,
    commands: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let timeline = library(&store)?.timeline(day(&from)?, day(&to)?, commands.is_not_nil())?;
        Ok(record::timeline(&timeline).build(env)?)
    })
}

fn day(text: &str) -> Result<NaiveDate, Failure> {
    let wrong = |_| Error::Invalid(format!("{text} is no day: give one as 2025-10-02"));
    Ok(NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(wrong)?)
}

/// Reads the date TEXT, such as "yesterday" or "3d": a plist of `:from` and `:to`, in milliseconds.
#[defun]
fn prompt_when(env: &Env, text: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let when = when(&text, Local::now())?;
        Ok(Lisp::plist([("from", when.from.into()), ("to", when.to.into())]).build(env)?)
    })
}

/// Lists the projects, the one with most prompts first: plists of `:project` and `:prompts`.
#[defun]
fn prompt_projects(env: &Env, store: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let projects = library(&store)?.projects()?;
        let records =
            projects.iter().map(|p| Lisp::plist([("project", (&p.project).into()), ("prompts", p.prompts.into())]));
        Ok(Lisp::List(records.collect()).build(env)?)
    })
}

/// Lists the tags, the most used first: plists of `:tag` and `:prompts`.
#[defun]
fn prompt_tags(env: &Env, store: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let tags = library(&store)?.tags()?;
        let records = tags.iter().map(|t| Lisp::plist([("tag", (&t.tag).into()), ("prompts", t.prompts.into())]));
        Ok(Lisp::List(records.collect()).build(env)?)
    })
}

/// Lists the templates, the most used first.
#[defun]
fn prompt_templates(env: &Env, store: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let templates = library(&store)?.templates()?;
        Ok(Lisp::List(templates.iter().map(record::template).collect()).build(env)?)
    })
}

/// Saves TEXT as the template NAME, made of the prompt ID if that is not nil, and returns it; REPLACE says whether in the
/// place of one of the same name.
#[defun]
fn prompt_save_template<'e>(
    env: &'e Env,
    store: String,
    name: String,
    text: String,
    id: Option<i64>,
    replace: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let template = library(&store)?.save_template(&name, &text, id, replace.is_not_nil())?;
        Ok(record::template(&template).build(env)?)
    })
}

/// Returns the text of the template NAME with VALUES, an alist of strings, in the place of its placeholders.
#[defun]
fn prompt_fill_template(env: &Env, store: String, name: String, values: Value<'_>) -> emacs::Result<String> {
    guard(env, || {
        let values: BTreeMap<String, String> = record::read_pairs(values)?;
        Ok(library(&store)?.fill_template(&name, &values)?)
    })
}

/// Deletes the template NAME and returns it.
#[defun]
fn prompt_delete_template(env: &Env, store: String, name: String) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let template = library(&store)?.delete_template(&name)?;
        Ok(record::template(&template).build(env)?)
    })
}

/// Lists at most LIMIT well rated prompts that could be templates.
#[defun]
fn prompt_propose_templates(env: &Env, store: String, limit: usize) -> emacs::Result<Value<'_>> {
    guard(env, || {
        let prompts = library(&store)?.propose_templates(limit)?;
        Ok(Lisp::List(prompts.iter().map(record::row).collect()).build(env)?)
    })
}

/// Makes a note of the prompt ID that assistants see, or with DRY-RUN only tells what it would be. Keys and tokens are masked
/// unless SECRETS.
///
/// Returns a plist of `:id`, `:file`, `:title`, `:new` and `:text`.
#[defun]
fn prompt_publish<'e>(
    env: &'e Env,
    store: String,
    id: i64,
    secrets: Value<'e>,
    dry_run: Value<'e>,
) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let published = library(&store)?.publish(id, secrets.is_not_nil(), dry_run.is_not_nil())?;
        Ok(record::published(&published).build(env)?)
    })
}

/// Reads what is new in the assistant's history and transcripts, on a thread that reports to PIPE and ends when that is
/// closed. With PLIST's `:all` it reads everything again, with `:restore` it brings back what was deleted.
///
/// Each line that PIPE gets is a plist: `:event` is `progress`, with `:done` and `:total` bytes and `:new`, or `done`, or `error`;
/// one of the latter two is the last.
#[defun]
fn prompt_sync<'e>(env: &'e Env, store: String, plist: Value<'e>, pipe: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let plist = Plist(plist);
        let options =
            SyncOptions { all: plist.flag("all")?, restore: plist.flag("restore")?, ..SyncOptions::default() };
        let config = config(&store)?;
        let channel = Channel::open(env, pipe)?;
        let sync = move |channel: &Channel| {
            // A library of its own, so that nothing that Emacs asks for meanwhile waits for the thread.
            let mut tell = |progress: &Progress| channel.send(&record::progress(progress));
            match Library::open(&config).and_then(|library| library.sync(&options, &mut tell)) {
                Ok(synced) => channel.send(&record::synced(&synced)),
                Err(error) => channel.send(&error_event(error.kind(), &error.to_string())),
            };
        };
        channel.spawn(sync).map_err(Error::io(Path::new("a thread that reads the prompts")))?;
        Ok(env.intern("t")?)
    })
}
