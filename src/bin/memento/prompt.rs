//! `memento prompt`: the library of prompts on the command line.

mod display;
mod export;
mod find;
mod mark;
mod stats;
mod sync;
mod template;

use std::io::Write;

use chrono::{DateTime, Local};
use memento::prompts::{self, Library, masked};
use memento::{Config, Error, Result};

use crate::args::prompt::{Filter, Prompt};
use crate::output::{Answer, printable};
use crate::review::{absolute, count};
use crate::timeline;

pub(crate) use mark::publish_one;

pub(crate) fn run(command: Prompt, config: &Config) -> Result<Answer> {
    let library = || Library::open(config);
    match command {
        Prompt::Timeline(args) => timeline::timeline(args, config),
        Prompt::Serve(args) => timeline::serve(args, config),
        Prompt::Sync(args) => sync::sync(&args, &library()?),
        Prompt::Import { file, output } => sync::import(&file, output, &library()?),
        Prompt::List { filter, order, limit, format, secrets, output } => find::list(
            filter,
            order,
            limit,
            if output.json { crate::args::prompt::Format::Json } else { format },
            secrets,
            &library()?,
        ),
        Prompt::Show { ids, raw, secrets, output } => find::show(&ids, raw, secrets, output, &library()?),
        Prompt::Similar { id, text, least, limit, secrets, output } => {
            find::similar(id, text, least, limit, secrets, output, &library()?)
        }
        Prompt::Rate { numbers, output } => mark::rate(&numbers, output, &library()?),
        Prompt::Note { id, text, clear, output } => mark::note(id, text, clear, output, &library()?),
        Prompt::Tag(tag) => mark::tag(tag, &library()?),
        Prompt::Delete { ids, dry_run, yes, output } => mark::delete(&ids, dry_run, yes, output, &library()?),
        Prompt::Publish { ids, dry_run, secrets, output } => mark::publish(&ids, dry_run, secrets, output, &library()?),
        Prompt::Export { filter, format, file, secrets, json } => {
            export::export(filter, format, file.as_deref(), secrets, json, &library()?)
        }
        Prompt::Stats { filter, output } => stats::stats(filter, output, &library()?),
        Prompt::Template(template) => template::run(template, &library()?),
    }
}

impl Filter {
    /// What it asks the library for.
    fn query(self) -> Result<prompts::Query> {
        let words: Vec<String> = self.search.into_iter().chain(self.query).collect();
        let now = Local::now();
        let (since, until) = match &self.date {
            Some(date) => prompts::when(date, now).map(|when| (Some(when.from), Some(when.to)))?,
            None => (
                self.since.as_deref().map(|since| prompts::since(since, now)).transpose()?,
                self.until.as_deref().map(|until| prompts::until(until, now)).transpose()?,
            ),
        };
        if since.zip(until).is_some_and(|(since, until)| since >= until) {
            return Err(Error::Invalid("--until is before --since: there is nothing between them".to_owned()));
        }
        let just = self.rating.filter(|rating| *rating > 0);
        let rated = match (self.rated, self.unrated || self.rating == Some(0)) {
            (_, true) => Some(false),
            (true, _) => Some(true),
            _ => None,
        };
        // A directory as a shell has it is a path; all else is a name.
        let directory = |name: &str| matches!(name, "." | "..") || name.starts_with("./") || name.starts_with("../");
        let project = match self.project {
            Some(name) if directory(&name) => Some(absolute(&name)?.display().to_string()),
            other => other,
        };
        Ok(prompts::Query {
            text: Some(words.join(" ")).filter(|text| !text.trim().is_empty()),
            project,
            session: self.session,
            since,
            until,
            min_rating: just.or(self.min_rating),
            max_rating: just.or(self.max_rating),
            rated,
            has_note: self.has_note.then_some(true),
            tag: self.tag,
            secrets: self.has_secrets,
            commands: self.commands,
            ..prompts::Query::default()
        })
    }
}

/// Why nothing was found.
fn nothing(library: &Library, else_say: &str) -> Result<String> {
    Ok(match library.count()? {
        0 => "nothing imported yet: memento prompt sync".to_owned(),
        all => format!("{else_say} ({} in all)", count(all, "prompt")),
    })
}

/// Prompts as they may be shown.
fn shown(prompt: prompts::Prompt, secrets: bool) -> prompts::Prompt {
    if secrets { prompt } else { masked(prompt) }
}

/// `2025-10-02 14:30`, in the local time zone.
fn clock(time: i64, form: &str) -> Option<String> {
    let time = DateTime::from_timestamp_millis(time).filter(|_| time != 0)?;
    Some(time.with_timezone(&Local).format(form).to_string())
}

/// A word on the way.
fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{}: {}", crate::output::name(), printable(what));
}
