//! `memento prompt rate`, `note`, `tag`, `delete` and `publish`: what a person says of prompts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use memento::prompts::{Library, Marked, Prompt, Published};
use memento::{Error, Result};
use serde::Serialize;

use super::display::{rows, short, stars};
use super::{say, shown};
use crate::args::Output;
use crate::args::prompt::Tag;
use crate::editor;
use crate::output::{Answer, confirmed, table};
use crate::review::{count, read_stdin};
use crate::screen::{line, plain};

pub(super) fn rate(numbers: &[i64], output: Output, library: &Library) -> Result<Answer> {
    let [ids @ .., rating] = numbers else {
        return Err(Error::Invalid("give the prompt's number and a rating".to_owned()));
    };
    let wrong = || Error::Invalid(format!("{rating} is no rating: the last number is one, 1 to 5, or 0 for none"));
    let rating = u8::try_from(*rating).ok().filter(|rating| *rating <= 5).ok_or_else(wrong)?;
    let marked = library.rate(ids, rating)?;
    Ok(answer(&marked, output, |marked| {
        let was = marked.before.rating;
        let before = if was == rating || was == 0 { String::new() } else { format!(" (was {})", stars(was)) };
        match rating {
            0 => format!("not rated{before}"),
            _ => format!("{}{before}", stars(rating)),
        }
    }))
}

/// The prompts as they are now: as JSON one as an object and more as an array, else a line each.
fn answer(marked: &[Marked], output: Output, state: impl Fn(&Marked) -> String) -> Answer {
    let after: Vec<Prompt> = marked.iter().map(|marked| shown(marked.after.clone(), false)).collect();
    match &after[..] {
        [one] if output.json => Answer::data(output, one, String::new),
        _ => Answer::data(output, &after, || {
            let rows: Vec<String> =
                marked.iter().map(|marked| format!("{}: {}\n", short(&marked.after), plain(&state(marked)))).collect();
            rows.concat()
        }),
    }
}

pub(super) fn note(id: i64, text: Vec<String>, clear: bool, output: Output, library: &Library) -> Result<Answer> {
    let text = match (clear, text.join(" ")) {
        (true, _) => String::new(),
        (false, text) if text == "-" => read_stdin()?,
        (false, text) if text.trim().is_empty() => edit(&library.get(id)?)?,
        (false, text) => text,
    };
    let marked = library.note(id, &text)?;
    Ok(answer(std::slice::from_ref(&marked), output, |marked| match &marked.after.note {
        Some(note) => format!("noted: {}", line(note, 60)),
        None => "no note".to_owned(),
    }))
}

/// Has the person write the note in an editor.
fn edit(prompt: &Prompt) -> Result<String> {
    let id = prompt.id;
    let else_say = format!("give the note: memento prompt note {id} TEXT, or - for standard input, or --clear");
    editor::edit(prompt.note.as_deref().unwrap_or_default(), "note", ".txt", &else_say)
}

pub(super) fn tag(tag: Tag, library: &Library) -> Result<Answer> {
    let Tag { words, add, remove, output } = tag.sorted().map_err(Error::Invalid)?;
    let ids: Vec<i64> =
        words.iter().map_while(|word| word.parse().ok().filter(|id| *id > 0 && !word.starts_with('+'))).collect();
    let (mut add, mut remove): (BTreeSet<String>, BTreeSet<String>) =
        (add.into_iter().collect(), remove.into_iter().collect());
    for word in &words[ids.len()..] {
        match word.strip_prefix('-') {
            Some(tag) => remove.insert(tag.to_owned()),
            None => add.insert(word.strip_prefix('+').unwrap_or(word).to_owned()),
        };
    }
    if ids.is_empty() {
        return Err(Error::Invalid(format!(
            "{} is no prompt's number: numbers come first, as in 42 +good -draft",
            words[0]
        )));
    }
    if add.is_empty() && remove.is_empty() {
        return Err(Error::Invalid("name a tag: +good adds one, -good takes it away".to_owned()));
    }
    if let Some(both) = add.intersection(&remove).next() {
        return Err(Error::Invalid(format!("{both} is to be added and removed: name it once")));
    }
    let marked = library.tag(&ids, &add, &remove)?;
    Ok(answer(&marked, output, |marked| match &marked.after.tags[..] {
        [] => "no tags".to_owned(),
        tags => format!(":{}:", tags.join(":")),
    }))
}

pub(super) fn delete(ids: &[i64], dry_run: bool, yes: bool, output: Output, library: &Library) -> Result<Answer> {
    let ids: BTreeSet<i64> = ids.iter().copied().collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let found: Vec<Prompt> = ids.iter().map(|&id| Ok(shown(library.get(id)?, false))).collect::<Result<_>>()?;
    let list = || rows(&found, |_| None);
    let what = count(found.len(), "prompt");
    if dry_run {
        return Ok(Answer::data(output, &found, list).note(format!("{what} would be deleted")));
    }
    if !yes && !confirmed(&format!("Delete {what}?"), "deleted", &list())? {
        return Ok(Answer::text(String::new()).note("nothing was deleted").fail_if(true));
    }
    library.delete(&ids)?;
    let back = "memento prompt sync --restore brings back what the history still has";
    Ok(Answer::data(output, &found, list).note(format!("{what} deleted; {back}")))
}

pub(super) fn publish(ids: &[i64], dry_run: bool, secrets: bool, output: Output, library: &Library) -> Result<Answer> {
    // What does not exist stops all of it, not a half of it.
    for &id in ids {
        library.get(id)?;
    }
    let mut published = Vec::with_capacity(ids.len());
    for &id in ids {
        let note = Note::of(publish_one(library, id, secrets, dry_run)?);
        if !dry_run {
            let place = note.file.as_ref().map(|file| format!(" in {}", library.config().env.abbreviate(file)));
            let done = if note.new { "made" } else { "brought up to date" };
            say(&format!("{done} {}{}", note.title, place.unwrap_or_default()));
        }
        published.push(note);
    }
    let text = || match dry_run {
        true => plain(&published.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join("\n")),
        false => table(&published.iter().map(|note| vec![note.id.clone()]).collect::<Vec<_>>()),
    };
    let answer = match &published[..] {
        [one] if output.json => Answer::data(output, one, String::new),
        _ => Answer::data(output, &published, text),
    };
    Ok(if dry_run { answer.note("nothing is written: this is what would be") } else { answer })
}

/// Publishes a prompt; an error names no file in the notes directory, since that may be a private one.
pub(crate) fn publish_one(library: &Library, id: i64, secrets: bool, dry_run: bool) -> Result<Published> {
    let notes = &library.config().notes_dir;
    let within =
        |path: &Path| path.starts_with(notes) || notes.canonicalize().is_ok_and(|notes| path.starts_with(notes));
    library.publish(id, secrets, dry_run).map_err(|error| match error {
        Error::Io { path, source } if within(&path) => Error::Io { path: notes.clone(), source },
        other => other,
    })
}

/// What is told of a note. Where the person has had it in hands it may have private parts, or stand in a private file, and an
/// assistant can run this command: then only what comes from the prompt is shown.
#[derive(Serialize)]
struct Note {
    id: String,
    title: String,
    new: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    text: String,
}

impl Note {
    fn of(note: Published) -> Self {
        let text = if note.new { note.text } else { between(&note.text, &note.id) };
        Self { file: note.new.then_some(note.file), id: note.id, title: note.title, new: note.new, text }
    }
}

/// What publishing writes, with the lines around it.
fn between(text: &str, id: &str) -> String {
    let is = |line: &str, word: &str| {
        let rest = line.trim_start().strip_prefix(word).and_then(|rest| rest.strip_prefix(id));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    let lines = text.lines().skip_while(|line| !is(line, "# begin "));
    let mut out = String::new();
    for line in lines {
        out.push_str(line);
        out.push('\n');
        if is(line, "# end ") {
            return out;
        }
    }
    // Without its end all else would be shown.
    String::new()
}
