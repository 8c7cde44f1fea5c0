//! `memento card export`, `import` and `bulk-create`.

use std::io::{BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;

use memento::cards::exchange::{self, ExportOptions, Format, ReadOptions};
use memento::cards::{Collection, ImportOptions, Imported, OnDuplicate, State};
use memento::{Error, Result};
use serde_json::json;

use super::display::{rows, short};
use super::nothing;
use crate::args::Output;
use crate::args::card::{self, Export, Form, Many};
use crate::files::{self, into_file};
use crate::meter::Waiting;
use crate::output::{Answer, name};
use crate::review::{absolute, count};
use crate::screen::line;

/// How many bad cards and duplicates are named.
const NAMED: usize = 20;

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Json => Self::Json,
            Form::Jsonl => Self::Jsonl,
            Form::Csv => Self::Csv,
            Form::Org => Self::Org,
            Form::Anki => Self::Anki,
        }
    }
}

pub(super) fn export(args: Export, collection: &Collection) -> Result<Answer> {
    let file = args.file.as_deref().filter(|file| *file != "-");
    let by_name = file.and_then(|file| Format::of(Path::new(file)));
    let format = args.format.map(Format::from).or(by_name).unwrap_or(Format::Jsonl);
    let options = ExportOptions { filter: args.filter.filter()?, drafts: args.drafts };
    let Some(file) = file else {
        if format == Format::Anki && std::io::stdout().is_terminal() {
            return Err(Error::Invalid("a package is no text for a terminal: -o cards.apkg writes a file".to_owned()));
        }
        let mut out = BufWriter::new(std::io::stdout().lock());
        let written = exchange::export(collection, format, &options, &mut out)
            .and_then(|n| out.flush().map(|()| n).map_err(Error::io(Path::new("standard output"))));
        return match written {
            Ok(0) => Ok(Answer::text(String::new()).note(nothing(collection, "no card fits")?).fail_if(true)),
            Ok(_) => Ok(Answer::text(String::new())),
            // The reader has what it wanted.
            Err(Error::Io { source, .. }) if source.kind() == ErrorKind::BrokenPipe => Ok(Answer::text(String::new())),
            Err(error) => Err(error),
        };
    };
    let path = absolute(file)?;
    let waiting = Waiting::new("writing");
    let n = into_file(&path, |out| exchange::export(collection, format, &options, out).map(Ok))?;
    drop(waiting);
    let value = json!({ "file": path, "cards": n });
    let place = collection.config().env.abbreviate(&path);
    let answer = Answer::data(Output { json: args.json }, &value, || format!("{} in {place}\n", count(n, "card")));
    Ok(if n == 0 { answer.note(nothing(collection, "no card fits")?).fail_if(true) } else { answer })
}

pub(super) fn read(file: &str, many: &Many, output: Output, collection: &Collection) -> Result<Answer> {
    if file == "-" && std::io::stdin().is_terminal() {
        let _ = writeln!(std::io::stderr(), "{}: reading cards from the terminal; C-d ends them", name());
    }
    let (called, bytes) = files::read(file)?;
    let by_name = (file != "-").then(|| Format::of(Path::new(file))).flatten();
    let format = many.format.map(Format::from).or(by_name).unwrap_or_else(|| by_content(&bytes));
    let options = ReadOptions {
        import: ImportOptions {
            on_duplicate: match many.on_duplicate {
                card::OnDuplicate::Skip => OnDuplicate::Skip,
                card::OnDuplicate::Merge => OnDuplicate::Merge,
                card::OnDuplicate::Add => OnDuplicate::Add,
                card::OnDuplicate::Refuse => OnDuplicate::Refuse,
            },
            partial: many.partial,
            dry_run: many.dry_run,
        },
        project: many.project.clone(),
        tags: many.tag.clone(),
        state: if many.draft { State::Draft } else { State::Active },
        direction: many.direction.map(Into::into),
    };
    let waiting = Waiting::new(&format!("reading {}", line(&called, 40)));
    let imported = exchange::import(collection, format, &called, &bytes, &options);
    drop(waiting);
    let imported = imported?;
    name_the_rest(&imported);
    let today = collection.today()?;
    let text = || {
        let few = if imported.added.len() <= NAMED { rows(&imported.added, today) } else { String::new() };
        format!("{few}{}\n", summary(&imported, many.dry_run))
    };
    let answer = Answer::data(output, &imported, text);
    let next = match imported.added.first().map(|card| card.state) {
        _ if many.dry_run => "nothing is written: this is what would be",
        Some(State::Draft) => "memento card accept has drafts learnt",
        _ => return Ok(answer),
    };
    Ok(answer.note(next))
}

/// The form of what has no name that tells it: a package, an object a line, or JSON.
fn by_content(bytes: &[u8]) -> Format {
    if bytes.starts_with(b"PK\x03\x04") {
        return Format::Anki;
    }
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    let object = serde_json::from_slice::<serde_json::Value>(first).is_ok_and(|value| value.is_object());
    // A single object is of both forms; JSON says more of what is wrong with it.
    let header = first.windows(13).any(|piece| piece == b"memento-cards");
    if object && (header || lines.next().is_some()) { Format::Jsonl } else { Format::Json }
}

/// On standard error: what was not good, what was known, and what could not be taken over.
fn name_the_rest(imported: &Imported) {
    let mut err = std::io::stderr().lock();
    let mut say = |text: String| drop(writeln!(err, "{}: {}", name(), line(&text, 400)));
    for bad in imported.bad.iter().take(NAMED) {
        let place = bad.line.map_or_else(String::new, |line| format!(" (line {line})"));
        say(format!("card {}{place}: {}", bad.index, bad.reason));
    }
    for known in imported.duplicates.iter().filter(|known| !known.merged).take(NAMED) {
        say(format!("card {} is known as {}: {}", known.index, short(&known.id), line(&known.question, 60)));
    }
    let unnamed = |all: usize| all.saturating_sub(NAMED);
    let skipped = imported.duplicates.iter().filter(|known| !known.merged).count();
    let more = unnamed(imported.bad.len()) + unnamed(skipped);
    if more > 0 {
        say(format!("and {}; --json has all", count(more, "more card").replace("more cards", "more")));
    }
    for warning in imported.warnings.iter().take(NAMED) {
        say(warning.clone());
    }
}

/// `3 added, 1 merged, 2 known already, 1 not good`.
fn summary(imported: &Imported, dry_run: bool) -> String {
    let merged = imported.duplicates.iter().filter(|known| known.merged).count();
    let skipped = imported.duplicates.len() - merged;
    // A duplicate that is left out leaves a card as it was.
    let unchanged = imported.unchanged.saturating_sub(skipped);
    let added = if dry_run { "would be added" } else { "added" };
    let some = [
        (merged, format!("{merged} merged")),
        (imported.updated.saturating_sub(merged), format!("{} changed", imported.updated.saturating_sub(merged))),
        (skipped, format!("{skipped} known already")),
        (unchanged, format!("{unchanged} as they were")),
        (imported.deleted, format!("{} deleted, as on the other machine", imported.deleted)),
        (imported.reviews, count(imported.reviews, "new answer")),
        (imported.bad.len(), format!("{} left out as not good", imported.bad.len())),
    ];
    let some = some.into_iter().filter(|(n, _)| *n > 0).map(|(_, what)| what);
    std::iter::once(format!("{} {added}", count(imported.added.len(), "card")))
        .chain(some)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_without_a_name_is_known_by_what_it_is() {
        let cases: [(&[u8], Format); 8] = [
            (b"PK\x03\x04...", Format::Anki),
            (b"[{\"question\": \"q\", \"answer\": \"a\"}]", Format::Json),
            (b"\n[\n{\"question\": \"q\"}]", Format::Json),
            (b"{\n \"type\": \"memento-cards\"}", Format::Json),
            (b"{\"type\":\"memento-cards\",\"version\":1}\n", Format::Jsonl),
            (b"{\"question\": \"q\", \"answer\": \"a\"}\n{\"question\": \"r\", \"answer\": \"b\"}\n", Format::Jsonl),
            (b"{\"type\":\"memento-cards\",\"version\":1,\n\"projects\":[]}", Format::Json),
            (b"", Format::Json),
        ];
        for (bytes, format) in cases {
            assert_eq!(by_content(bytes), format, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
