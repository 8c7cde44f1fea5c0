//! Prompts and what is told of them as Lisp, and what Lisp asks for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use emacs::Value;
use serde_json::Value as Json;

use super::super::failure::Failure;
use super::super::lisp::{Lisp, Plist};
use crate::error::Error;
use crate::prompts::{
    Band, Bubble, Lane, Marked, Order, Progress, ProjectStats, Prompt, Published, Query, Similar, Stats, Synced,
    Template, Timeline, Turn, WordCount, mask,
};

/// How much of a text goes into a row of a list, in characters.
const ROW: usize = 4000;

fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.char_indices().nth(ROW) {
        None => text,
        Some((end, _)) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
            Cow::Owned(mut text) => {
                text.truncate(end);
                Cow::Owned(text)
            }
        },
    }
}

/// The text, masked where it has something to hide.
fn shown<'a>(prompt: &Prompt, text: &'a str, secrets: bool) -> Cow<'a, str> {
    if secrets || prompt.secrets.is_empty() { Cow::Borrowed(text) } else { mask(text) }
}

fn strings(strings: &[String]) -> Lisp<'_> {
    if strings.is_empty() { Lisp::Nil } else { Lisp::List(strings.iter().map(Into::into).collect()) }
}

fn fields<'a>(prompt: &'a Prompt, text: Cow<'a, str>) -> Vec<(&'static str, Lisp<'a>)> {
    let rating = if prompt.rating == 0 { Lisp::Nil } else { Lisp::Int(prompt.rating.into()) };
    vec![
        ("id", prompt.id.into()),
        ("time", if prompt.time == 0 { Lisp::Nil } else { prompt.time.into() }),
        ("project", if prompt.project.is_empty() { Lisp::Nil } else { (&prompt.project).into() }),
        ("name", if prompt.project.is_empty() { Lisp::Nil } else { Lisp::string(prompt.project_name()) }),
        ("session", prompt.session.as_ref().into()),
        ("source", Lisp::Symbol(prompt.source.as_str())),
        ("command", Lisp::bool(prompt.command)),
        ("secrets", strings(&prompt.secrets)),
        ("characters", prompt.characters.into()),
        ("text", Lisp::Str(text)),
        ("rating", rating),
        ("note", prompt.note.as_ref().into()),
        ("tags", strings(&prompt.tags)),
        ("turn", prompt.turn.as_ref().map_or(Lisp::Nil, turn)),
    ]
}

/// A prompt in a list: its text is masked, and cut where it is long.
pub(super) fn row(prompt: &Prompt) -> Lisp<'_> {
    Lisp::plist(fields(prompt, cut(shown(prompt, &prompt.text, false))))
}

/// A prompt with all its text and what was pasted.
pub(super) fn whole(prompt: &Prompt, secrets: bool) -> Lisp<'_> {
    let mut all = fields(prompt, shown(prompt, &prompt.text, secrets));
    all.push(("pasted", pasted(prompt, secrets)));
    Lisp::plist(all)
}

/// What was pasted, by the numbers that the text has for it.
fn pasted(prompt: &Prompt, secrets: bool) -> Lisp<'_> {
    let Some(Json::Object(contents)) = &prompt.pasted else { return Lisp::Nil };
    let mut pasted: Vec<(u64, &str, &Json)> =
        contents.iter().map(|(key, value)| (key.parse().unwrap_or(u64::MAX), key.as_str(), value)).collect();
    pasted.sort_by_key(|&(number, key, _)| (number, key));
    let one = |(_, key, value): (u64, &'_ str, &'_ Json)| {
        let content = value.get("content").unwrap_or(value);
        let text = match content.as_str() {
            Some(text) => shown(prompt, text, secrets).into_owned(),
            None => shown(prompt, &content.to_string(), secrets).into_owned(),
        };
        let kind = value.get("type").and_then(Json::as_str).unwrap_or("text").to_owned();
        Lisp::plist([
            ("name", Lisp::string(key.to_owned())),
            ("type", Lisp::string(kind)),
            ("text", Lisp::string(text)),
        ])
    };
    if pasted.is_empty() { Lisp::Nil } else { Lisp::List(pasted.into_iter().map(one).collect()) }
}

fn count(n: u64) -> Lisp<'static> {
    Lisp::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn turn(turn: &Turn) -> Lisp<'_> {
    Lisp::plist([
        ("branch", turn.branch.as_ref().into()),
        ("model", turn.model.as_ref().into()),
        ("input", count(turn.input)),
        ("output", count(turn.output)),
        ("cache-read", count(turn.cache_read)),
        ("cache-written", count(turn.cache_written)),
        ("context-before", count(turn.context_before)),
        ("context-after", count(turn.context_after)),
    ])
}

pub(super) fn marked(marked: &[Marked]) -> Lisp<'_> {
    Lisp::List(marked.iter().map(|m| Lisp::plist([("before", row(&m.before)), ("after", row(&m.after))])).collect())
}

pub(super) fn similar(similar: &Similar) -> Lisp<'_> {
    let mut all = fields(&similar.prompt, cut(shown(&similar.prompt, &similar.prompt.text, false)));
    all.push(("similarity", similar.similarity.into()));
    Lisp::plist(all)
}

fn counts(counts: &[usize]) -> Lisp<'static> {
    Lisp::List(counts.iter().map(|&n| n.into()).collect())
}

fn words(words: &[WordCount]) -> Lisp<'_> {
    Lisp::List(words.iter().map(|w| Lisp::plist([("word", (&w.word).into()), ("prompts", w.prompts.into())])).collect())
}

fn project(project: &ProjectStats) -> Lisp<'_> {
    Lisp::plist([
        ("project", (&project.project).into()),
        ("prompts", project.prompts.into()),
        ("rated", project.rated.into()),
        ("average", project.average.into()),
    ])
}

pub(super) fn stats(stats: &Stats) -> Lisp<'_> {
    let band = |band: &Band| {
        Lisp::plist([
            ("from", band.from.into()),
            ("to", band.to.into()),
            ("prompts", band.prompts.into()),
            ("rated", band.rated.into()),
            ("average", band.average.into()),
        ])
    };
    Lisp::plist([
        ("prompts", stats.prompts.into()),
        ("commands", stats.commands.into()),
        ("secrets", stats.secrets.into()),
        ("rated", stats.rated.into()),
        ("average", stats.average.into()),
        ("ratings", counts(&stats.ratings)),
        ("projects", Lisp::List(stats.projects.iter().map(project).collect())),
        ("hours", counts(&stats.hours)),
        ("weekdays", counts(&stats.weekdays)),
        ("lengths", Lisp::List(stats.lengths.iter().map(band).collect())),
        ("rating-by-length", stats.rating_by_length.into()),
        ("streak", stats.streak.current.into()),
        ("longest-streak", stats.streak.longest.into()),
        ("longest-from", stats.streak.longest_from.as_ref().into()),
        ("days", stats.days.into()),
        ("sessions", stats.sessions.into()),
        ("sessions-per-day", stats.sessions_per_day.into()),
        ("first", stats.first.into()),
        ("last", stats.last.into()),
        ("words", words(&stats.words)),
        ("terms", words(&stats.terms)),
    ])
}

fn bubble(bubble: &Bubble) -> Lisp<'_> {
    let mut all = fields(&bubble.prompt, cut(shown(&bubble.prompt, &bubble.prompt.text, false)));
    all.push(("size", bubble.size.into()));
    Lisp::plist(all)
}

fn lane(lane: &Lane) -> Lisp<'_> {
    Lisp::plist([
        ("project", (&lane.project).into()),
        ("name", (&lane.name).into()),
        ("prompts", Lisp::List(lane.bubbles.iter().map(bubble).collect())),
    ])
}

pub(super) fn timeline(timeline: &Timeline) -> Lisp<'_> {
    let day = |day: chrono::NaiveDate| Lisp::string(day.to_string());
    Lisp::plist([
        ("from", day(timeline.from)),
        ("to", day(timeline.to)),
        ("start", timeline.start.into()),
        ("end", timeline.end.into()),
        ("previous", timeline.previous.map_or(Lisp::Nil, day)),
        ("next", timeline.next.map_or(Lisp::Nil, day)),
        ("lanes", Lisp::List(timeline.lanes.iter().map(lane).collect())),
    ])
}

pub(super) fn template(template: &Template) -> Lisp<'_> {
    Lisp::plist([
        ("name", (&template.name).into()),
        ("text", (&template.text).into()),
        ("placeholders", strings(&template.placeholders)),
        ("prompt", template.prompt.into()),
        ("created", template.created.into()),
        ("used", template.used.into()),
    ])
}

pub(super) fn published(published: &Published) -> Lisp<'_> {
    Lisp::plist([
        ("id", (&published.id).into()),
        ("file", Lisp::string(published.file.display().to_string())),
        ("title", (&published.title).into()),
        ("new", Lisp::bool(published.new)),
        ("text", (&published.text).into()),
    ])
}

pub(super) fn progress(progress: &Progress) -> Lisp<'static> {
    Lisp::plist([
        ("event", Lisp::Symbol("progress")),
        ("done", count(progress.done)),
        ("total", count(progress.total)),
        ("new", progress.new.into()),
    ])
}

pub(super) fn synced(synced: &Synced) -> Lisp<'_> {
    let bad = synced.bad_lines.first().map_or(Lisp::Nil, |line| {
        Lisp::plist([
            ("file", Lisp::string(line.file.display().to_string())),
            ("line", line.line.into()),
            ("reason", (&line.reason).into()),
        ])
    });
    Lisp::plist([
        ("event", Lisp::Symbol("done")),
        ("files", synced.files.into()),
        ("new", synced.new.into()),
        ("turns", synced.turns.into()),
        ("secrets", synced.secrets.into()),
        ("bad", synced.bad.into()),
        ("bad-line", bad),
        ("stopped", Lisp::bool(synced.stopped)),
    ])
}

/// `yes`, `no` or nothing.
fn yes_or_no(plist: Plist<'_>, key: &str) -> Result<Option<bool>, Failure> {
    match plist.get::<String>(key)?.as_deref() {
        None => Ok(None),
        Some("yes") => Ok(Some(true)),
        Some("no") => Ok(Some(false)),
        Some(other) => Err(Error::Invalid(format!(":{key} is yes or no, not {other}")).into()),
    }
}

/// What a plist asks for; nil is all prompts but slash commands.
pub(super) fn read_query(plist: Plist<'_>) -> Result<Query, Failure> {
    let order = match plist.get::<String>("order")?.as_deref() {
        None | Some("newest") => Order::Newest,
        Some("oldest") => Order::Oldest,
        Some("rating") => Order::Rating,
        Some("length") => Order::Length,
        Some(other) => {
            return Err(Error::Invalid(format!("{other} is no order: give newest, oldest, rating or length")).into());
        }
    };
    Ok(Query {
        text: plist.get("text")?,
        live: plist.flag("live")?,
        project: plist.get("project")?,
        session: plist.get("session")?,
        since: plist.get("since")?,
        until: plist.get("until")?,
        hour: plist.get("hour")?,
        weekday: plist.get("weekday")?,
        min_rating: plist.get("min-rating")?,
        max_rating: plist.get("max-rating")?,
        rated: yes_or_no(plist, "rated")?,
        has_note: yes_or_no(plist, "note")?,
        tag: plist.get("tag")?,
        public: false,
        secrets: plist.flag("secrets")?,
        commands: plist.flag("commands")?,
        order,
        limit: plist.get("limit")?,
        offset: plist.get("offset")?.unwrap_or(0),
    })
}

/// The numbers of prompts in a list.
pub(super) fn read_ids(list: Value<'_>) -> emacs::Result<Vec<i64>> {
    let vector: emacs::Vector<'_> = list.env.call("vconcat", (list,))?.into_rust()?;
    (0..vector.len()).map(|i| vector.get(i)).collect()
}

/// An alist of strings.
pub(super) fn read_pairs(alist: Value<'_>) -> emacs::Result<BTreeMap<String, String>> {
    let env = alist.env;
    let vector: emacs::Vector<'_> = env.call("vconcat", (alist,))?.into_rust()?;
    let pair = |i| {
        let pair: Value<'_> = vector.get(i)?;
        Ok((env.call("car", (pair,))?.into_rust()?, env.call("cdr", (pair,))?.into_rust()?))
    };
    (0..vector.len()).map(pair).collect()
}
