//! A prompt as a note that assistants can read.

use std::path::PathBuf;

use chrono::{DateTime, Local};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::library::{Library, find, no_such_prompt};
use super::prompt::Prompt;
use super::publish_text::{body, rewritten, title};
use crate::db::Stop;
use crate::error::{Error, Result};
use crate::notes::{Draft, Markup, Vault};
use crate::org::edit;

/// The note that a prompt became, or would become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Its ID: `prompt-YYYYmmdd-HHMMSS`.
    pub id: String,
    /// Its file.
    pub file: PathBuf,
    /// The title that it is given; one that the person gave it since stays.
    pub title: String,
    /// Whether there was none before.
    pub new: bool,
    /// The file's text.
    pub text: String,
}

/// The property that tells a note of one prompt from that of another.
const PROMPT: &str = "PROMPT";

impl Library {
    /// Makes a PUBLIC note of a prompt, or brings the one up to date that it has: what was published before is replaced, what
    /// the person wrote around it stays. Keys and tokens are masked unless `secrets` says otherwise; `dry_run` writes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the person made the note private or took out the lines between which
    /// it is written; [`Error::Invalid`] for a prompt with the tag PRIVATE; those of [`crate::file::update`].
    pub fn publish(&self, id: i64, secrets: bool, dry_run: bool) -> Result<Published> {
        let mut prompt = self.show(id)?;
        let identity = self.read(|db| Ok(find(db, id)?.map(|(_, identity)| identity)))?;
        let identity = identity.ok_or_else(|| no_such_prompt(id))?;
        if !secrets {
            prompt = super::masked(prompt);
        }
        if prompt.tags.iter().any(|tag| tag == "PRIVATE") {
            return Err(Error::Invalid(format!(
                "prompt {id} has the tag PRIVATE and a note that assistants read is public: take the tag off first"
            )));
        }
        let vault = Vault::open(&self.config)?;
        vault.sync(&mut |_, _| true)?;
        let name = format!("{:016x}", identity.cast_unsigned());
        let note = self.note_of(&vault, &prompt, identity, &name)?;
        let title = title(&prompt, &note);
        let content = body(&prompt, &note);
        let tags = std::iter::once("prompt".to_owned()).chain(prompt.tags.iter().cloned()).collect();
        let draft = Draft { id: None, title: title.clone(), tags, body: content.clone(), markup: Markup::Org };
        let change = |text: &str, headline: Option<usize>| {
            let text = rewritten(text, &note, &content)?;
            properties(&prompt, &name).into_iter().try_fold(text, |text, (key, value)| match (headline, value) {
                (Some(i), Some(value)) => edit::set_property(&text, i, key, &value),
                (Some(i), None) => edit::remove_property(&text, i, key),
                (None, Some(value)) => edit::set_file_property(&text, key, &value),
                (None, None) => Ok(without_file_property(&text, key)),
            })
        };
        let put = vault.put(&draft, &note, &change, dry_run);
        // A note that could not be committed is written all the same.
        if !dry_run && matches!(put, Ok(_) | Err(Error::Git { .. })) {
            self.transact(|tx| {
                let sql = "INSERT OR REPLACE INTO prompt_published (identity, note) VALUES (?1, ?2)";
                tx.execute(sql, params![identity, note]).map_err(Stop::from).map(drop)
            })?;
        }
        let put = put?;
        Ok(Published { id: note, file: put.file, title, new: put.new, text: put.text })
    }

    /// The ID of the prompt's note: the one it was published as, else the first of its second that no other note has.
    fn note_of(&self, vault: &Vault, prompt: &Prompt, identity: i64, name: &str) -> Result<String> {
        let published = |sql: &'static str, key: &dyn rusqlite::ToSql| {
            self.read(|db| db.query_row(sql, [key], |row| row.get::<_, String>(0)).optional())
        };
        if let Some(note) = published("SELECT note FROM prompt_published WHERE identity = ?1", &identity)? {
            return Ok(note);
        }
        let time = DateTime::from_timestamp_millis(prompt.time).filter(|_| prompt.time != 0);
        let first = match time {
            Some(time) => format!("prompt-{}", time.with_timezone(&Local).format("%Y%m%d-%H%M%S")),
            None => format!("prompt-undated-{}", &name[..8]),
        };
        let others = (2..).map(|n| format!("{first}-{n}"));
        for note in std::iter::once(first.clone()).chain(others) {
            if published("SELECT note FROM prompt_published WHERE note = ?1", &note)?.is_some() {
                continue;
            }
            // Published from another machine, or before the library was made anew.
            let own = vault.property(&note, PROMPT)?.is_some_and(|of| of == name);
            if own || vault.with_id(&note)?.is_empty() {
                return Ok(note);
            }
        }
        Ok(first)
    }
}

/// What stands in the note's drawer; `None`: it does not.
fn properties(prompt: &Prompt, name: &str) -> Vec<(&'static str, Option<String>)> {
    let one_line = |text: &str| {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Some(line.trim().to_owned()).filter(|line| !line.is_empty())
    };
    vec![
        (PROMPT, Some(name.to_owned())),
        ("RATING", (prompt.rating > 0).then(|| prompt.rating.to_string())),
        ("PROJECT", one_line(&prompt.project)),
        ("SESSION", prompt.session.as_deref().and_then(one_line)),
    ]
}

fn without_file_property(text: &str, key: &str) -> String {
    let outline = crate::org::Outline::scan(text);
    let properties = outline.file_drawer().map(|drawer| drawer.properties.as_slice()).unwrap_or_default();
    match properties.iter().find(|property| text[property.key.clone()].eq_ignore_ascii_case(key)) {
        Some(property) => format!("{}{}", &text[..property.line.start], &text[property.line.end..]),
        None => text.to_owned(),
    }
}
