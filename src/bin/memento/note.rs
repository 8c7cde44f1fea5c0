//! `memento note` and `memento audit`. They see what is PUBLIC and nothing else.

use chrono::{Local, TimeZone};
use memento::notes::{AuditRow, Backlink, Caller, Draft, ListQuery, Markup, PublicLinks, PublicNode, PublicVault};
use memento::{Config, Result, org};
use serde_json::json;

use crate::args::note::{Format, Note};
use crate::args::{Output, Session};
use crate::output::{Answer, printable, table};
use crate::review::{count, read_stdin, session_name};

/// Opens the vault for a session.
pub(crate) fn open(config: &Config, session: &Session) -> Result<PublicVault> {
    let session = session_name(session.session.as_deref(), &config.env);
    PublicVault::open(config, Caller { front_end: "cli", session })
}

pub(crate) fn run(command: Note, config: &Config) -> Result<Answer> {
    let (session, output) = command.common();
    let vault = open(config, session)?;
    match command {
        Note::Get { name, section, format, .. } => {
            let mut note = vault.get(&name, section.as_deref())?;
            if format == Format::Markdown {
                note.text = org::entry::markdown(&note.text);
            }
            let revision = format!("{} is at revision {}", note.node.id, note.revision);
            Ok(Answer::data(output, &note, || printable(&note.text)).note(revision))
        }
        Note::Search { query, limit, .. } => {
            let query = query.join(" ");
            let found = vault.search(&query, limit)?;
            let answer = Answer::data(output, &found, || {
                let rows: Vec<Vec<String>> = found
                    .hits
                    .iter()
                    .map(|hit| vec![hit.node.id.clone(), name(&hit.node), short(&hit.snippet, 100)])
                    .collect();
                printable(&table(&rows))
            });
            Ok(match (found.hits.len(), found.total) {
                (_, 0) => answer.note(nothing(config, &format!("no public note has {query}"))).fail_if(true),
                (shown, all) if shown < all && shown < limit => {
                    answer.note(format!("{shown} of {all}: more words find the others"))
                }
                (shown, all) if shown < all => answer.note(format!("{shown} of {all}: --limit {all} shows the rest")),
                _ => answer,
            })
        }
        Note::List { tags, recent, limit, .. } => {
            let (notes, total) = vault.list(&ListQuery { tags, recent, offset: 0, limit })?;
            let answer =
                Answer::data(output, &json!({ "notes": notes, "total": total }), || printable(&table(&rows(&notes))));
            Ok(match (notes.len(), total) {
                (_, 0) => answer
                    .note(nothing(config, "no public note fits: a note is PUBLIC by its tag or property PUBLIC"))
                    .fail_if(true),
                (shown, all) if shown < all => answer.note(format!("{shown} of {all}: --limit {all} shows the rest")),
                _ => answer,
            })
        }
        Note::Links { name, .. } => {
            let links = vault.links(&name)?;
            let none = links.forward.is_empty() && links.back.is_empty() && links.reflinks.is_empty();
            let answer = Answer::data(output, &links, || printable(&links_text(&links)));
            Ok(if none { answer.note("no public links") } else { answer })
        }
        Note::Create { title, id, tags, body, format, .. } => {
            let body = if body == "-" { read_stdin()? } else { body };
            let note = vault.create(&Draft { id, title, tags, body, markup: markup(format) })?;
            let place = note.node.file.as_deref().unwrap_or("");
            let made = format!("made {} at revision {}, in {place}", note.node.id, note.revision);
            Ok(Answer::data(output, &note, || format!("{}\n", note.node.id)).note(made))
        }
        Note::Append { name, revision, section, text, format, .. } => {
            let text = if text == "-" { read_stdin()? } else { text };
            let note = vault.append(&name, &revision, section.as_deref(), &text, markup(format))?;
            let written = format!("{} is at revision {} now", note.node.id, note.revision);
            Ok(Answer::data(output, &note, String::new).note(written))
        }
        Note::Tags { .. } => {
            let tags = vault.tags()?;
            let rows: Vec<_> = tags.iter().map(|tag| vec![tag.notes.to_string(), tag.tag.clone()]).collect();
            Ok(Answer::data(output, &tags, || printable(&table(&rows))))
        }
        Note::Doctor { .. } => {
            let doubled = vault.doubled()?;
            let problems: Vec<_> = doubled.iter().map(|(id, files)| json!({ "id": id, "files": files })).collect();
            let text = || printable(&doubled.iter().map(|found| doubled_text(found) + "\n").collect::<String>());
            let answer = Answer::data(output, &problems, text).fail_if(!doubled.is_empty());
            Ok(answer.note("this looked at public notes: M-x memento-notes-problems in Emacs looks at all"))
        }
    }
}

/// `memento audit`.
pub(crate) fn audit(limit: usize, output: Output, config: &Config) -> Result<Answer> {
    let trail = open(config, &Session { session: None })?.audit(limit)?;
    let row = |row: &AuditRow| {
        let what = match row.call.split('_').next() {
            Some("prompt") => "prompt",
            Some("flashcard" | "quiz") => "card",
            _ => "note",
        };
        let answer = if row.outcome == "ok" { count(row.notes, what) } else { row.outcome.clone() };
        vec![clock(row.time), row.front_end.clone(), row.session.clone(), row.call.clone(), answer, row.subject.clone()]
    };
    let answer = Answer::data(output, &trail, || printable(&table(&trail.iter().map(row).collect::<Vec<_>>())));
    Ok(if trail.is_empty() { answer.note("no assistant has asked for notes yet") } else { answer })
}

/// All that assistants can see, one line a note.
pub(crate) fn privacy(vault: &PublicVault, output: Output) -> Result<Answer> {
    let (notes, total) = vault.list(&ListQuery::default())?;
    let answer = Answer::data(output, &notes, || printable(&table(&rows(&notes))));
    Ok(answer.note(format!("{}: this is all that assistants can see through memento", count(total, "note"))))
}

/// Why nothing was found.
fn nothing(config: &Config, else_say: &str) -> String {
    if config.notes_dir.is_dir() {
        return else_say.to_owned();
    }
    let dir = config.env.abbreviate(&config.notes_dir);
    format!("{dir} does not exist: make it, or set notes_dir in config.toml to where your notes are")
}

/// What is wrong with an ID that several notes have.
pub(crate) fn doubled_text((id, files): &(String, Vec<String>)) -> String {
    format!("the ID {id} is that of several notes: give each its own: {}", files.join(", "))
}

fn markup(format: Format) -> Markup {
    match format {
        Format::Org => Markup::Org,
        Format::Markdown => Markup::Markdown,
    }
}

/// The title with what is above it.
fn name(node: &PublicNode) -> String {
    node.path.iter().chain([&node.title]).map(String::as_str).collect::<Vec<_>>().join(" > ")
}

fn rows(notes: &[PublicNode]) -> Vec<Vec<String>> {
    let row = |node: &PublicNode| {
        let day = Local
            .timestamp_opt(node.changed, 0)
            .single()
            .map_or_else(String::new, |t| t.format("%Y-%m-%d").to_string());
        let tags: Vec<&str> = node.tags.iter().map(String::as_str).filter(|tag| *tag != "PUBLIC").collect();
        vec![node.id.clone(), day, name(node), tags.join(" ")]
    };
    notes.iter().map(row).collect()
}

fn links_text(links: &PublicLinks) -> String {
    let mut out = String::new();
    if !links.forward.is_empty() {
        let rows: Vec<Vec<String>> = links
            .forward
            .iter()
            .map(|link| {
                let shown = link.title.clone().or_else(|| link.description.clone()).unwrap_or_default();
                vec![format!("  {}:{}", link.kind, link.target), shown]
            })
            .collect();
        out.push_str(&format!("Links to\n{}", table(&rows)));
    }
    for (title, links) in [("Linked from", &links.back), ("Its refs are linked or cited in", &links.reflinks)] {
        if !links.is_empty() {
            out.push_str(&format!("{}{title}\n", if out.is_empty() { "" } else { "\n" }));
            links.iter().for_each(|link| out.push_str(&backlink(link)));
        }
    }
    out
}

fn backlink(link: &Backlink<PublicNode>) -> String {
    let place: Vec<&str> =
        std::iter::once(link.node.title.as_str()).chain(link.path.iter().map(String::as_str)).collect();
    let context: String = link.context.lines().map(|line| format!("    {line}\n")).collect();
    format!("  {}  {}\n{context}", link.node.id, place.join(" > "))
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

fn clock(time: i64) -> String {
    let time = Local.timestamp_opt(time, 0).single();
    time.map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
}
