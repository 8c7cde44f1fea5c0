//! Prompts as JSON, lines of JSON, CSV and Org, one at a time.
//!
//! JSON and lines of JSON are exact. CSV is made to be opened in a spreadsheet, which takes a text that starts with `=`, `+`, `-`
//! or `@` for a formula, and runs it: such a cell gets a `'` in front, which spreadsheets do not show. What was pasted is in
//! all formats but CSV.

mod org;

use std::io::{self, Write};

use chrono::{DateTime, Local};
use serde_json::Value;

use super::library::Library;
use super::prompt::Prompt;
use super::query::Query;
use super::secret::mask;
use crate::error::Result;

/// A format to export to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One array.
    Json,
    /// One object a line; [`Library::import`](super::Library::import) reads it back.
    Jsonl,
    /// RFC 4180, with a line of names.
    Csv,
    /// A heading each.
    Org,
}

/// Writes prompts to `out`; what looks like a key or token is masked unless `secrets` says otherwise.
///
/// # Errors
/// Those of `out`.
pub fn export(prompts: &[Prompt], format: Format, secrets: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut exporter = Exporter::new(format, secrets, out)?;
    prompts.iter().try_for_each(|prompt| exporter.write(prompt.clone()))?;
    exporter.finish()
}

impl Library {
    /// Writes the prompts that `query` asks for to `out`, with what was pasted, and returns how many; memory is that of one
    /// prompt. What looks like a key or token is masked unless `secrets` says otherwise.
    ///
    /// # Errors
    /// Those of [`Library::list`]; within, those of `out`.
    pub fn export(
        &self,
        query: &Query,
        format: Format,
        secrets: bool,
        out: &mut dyn Write,
    ) -> Result<io::Result<usize>> {
        let mut exporter = match Exporter::new(format, secrets, out) {
            Ok(exporter) => exporter,
            Err(error) => return Ok(Err(error)),
        };
        let mut count = 0;
        let mut written = Ok(());
        self.each(query, &mut |prompt| {
            written = exporter.write(prompt);
            count += 1;
            written.is_ok()
        })?;
        Ok(written.and_then(|()| exporter.finish()).map(|()| count))
    }
}

/// The prompt with everything masked that looks like a key or token.
pub fn masked(mut prompt: Prompt) -> Prompt {
    prompt.text = mask(&prompt.text).into_owned();
    prompt.note = prompt.note.map(|note| mask(&note).into_owned());
    prompt.project = mask(&prompt.project).into_owned();
    prompt.session = prompt.session.map(|session| mask(&session).into_owned());
    if let Some(turn) = &mut prompt.turn {
        turn.branch = turn.branch.take().map(|branch| mask(&branch).into_owned());
    }
    if let Some(pasted) = &mut prompt.pasted {
        mask_strings(pasted);
    }
    prompt
}

fn mask_strings(value: &mut Value) {
    match value {
        Value::String(text) => *text = mask(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(mask_strings),
        Value::Object(fields) => {
            for (name, mut value) in std::mem::take(fields) {
                mask_strings(&mut value);
                fields.insert(mask(&name).into_owned(), value);
            }
        }
        _ => {}
    }
}

/// What was pasted, as text, in the order in which it was.
pub fn pasted_texts(pasted: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    let entries: Vec<&Value> = match pasted {
        Value::Object(fields) => {
            // Claude Code numbers them, and text sorts 10 before 2.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.parse::<u64>().unwrap_or(u64::MAX));
            fields.into_iter().map(|(_, value)| value).collect()
        }
        Value::Array(values) => values.iter().collect(),
        other => vec![other],
    };
    for entry in entries {
        match entry.get("content").unwrap_or(entry) {
            Value::String(text) => texts.push(text.clone()),
            Value::Null => {}
            other => texts.push(other.to_string()),
        }
    }
    texts
}

/// The time in the local time zone; `None` where it is not known.
fn local(time: i64) -> Option<DateTime<Local>> {
    DateTime::from_timestamp_millis(time).filter(|_| time != 0).map(|time| time.with_timezone(&Local))
}

/// Writes prompts one by one.
struct Exporter<'o> {
    out: Out<'o>,
    secrets: bool,
    first: bool,
}

enum Out<'o> {
    Json(&'o mut dyn Write),
    Jsonl(&'o mut dyn Write),
    Csv(Box<csv::Writer<&'o mut dyn Write>>),
    Org(&'o mut dyn Write),
}

const COLUMNS: [&str; 12] = [
    "id",
    "date",
    "project",
    "session",
    "source",
    "command",
    "rating",
    "note",
    "tags",
    "secrets",
    "characters",
    "text",
];

impl<'o> Exporter<'o> {
    fn new(format: Format, secrets: bool, out: &'o mut dyn Write) -> io::Result<Self> {
        let out = match format {
            Format::Json => Out::Json(out),
            Format::Jsonl => Out::Jsonl(out),
            Format::Csv => {
                let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
                csv.write_record(COLUMNS)?;
                Out::Csv(Box::new(csv))
            }
            Format::Org => {
                out.write_all(b"#+title: Prompts\n")?;
                Out::Org(out)
            }
        };
        Ok(Self { out, secrets, first: true })
    }

    fn write(&mut self, prompt: Prompt) -> io::Result<()> {
        let prompt = if self.secrets { prompt } else { masked(prompt) };
        let first = std::mem::replace(&mut self.first, false);
        match &mut self.out {
            Out::Json(out) => {
                // No string of JSON holds the end of a line.
                let text = serde_json::to_string_pretty(&prompt)?.replace('\n', "\n  ");
                write!(out, "{}  {text}", if first { "[\n" } else { ",\n" })
            }
            Out::Jsonl(out) => {
                serde_json::to_writer(&mut *out, &prompt)?;
                out.write_all(b"\n")
            }
            Out::Csv(csv) => csv.write_record(record(&prompt)).map_err(io::Error::from),
            Out::Org(out) => out.write_all(org::entry(&prompt).as_bytes()),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self.out {
            Out::Json(out) => out.write_all(if self.first { b"[]\n" } else { b"\n]\n" }),
            Out::Csv(mut csv) => csv.flush(),
            Out::Jsonl(_) | Out::Org(_) => Ok(()),
        }
    }
}

fn record(prompt: &Prompt) -> [String; 12] {
    [
        prompt.id.to_string(),
        local(prompt.time).map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Millis, false)).unwrap_or_default(),
        cell(&prompt.project),
        cell(prompt.session.as_deref().unwrap_or_default()),
        prompt.source.as_str().to_owned(),
        prompt.command.to_string(),
        if prompt.rating == 0 { String::new() } else { prompt.rating.to_string() },
        cell(prompt.note.as_deref().unwrap_or_default()),
        cell(&prompt.tags.join(" ")),
        prompt.secrets.join(" "),
        prompt.characters.to_string(),
        cell(&prompt.text),
    ]
}

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if formula || text.starts_with(['\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
