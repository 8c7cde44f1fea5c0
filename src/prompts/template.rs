//! Prompts to use again, with `{placeholders}`.
//!
//! A placeholder is `{name}`: a letter or `_`, then letters, digits, `_` and `-`, in braces. Prompts are full of code, so every other
//! brace stands for itself: `{}`, `{ x }`, `{0}`, `\d{3}`, `{"a": 1}`, and all braces right behind a `$`, as in `${HOME}`.
//! `{{name}}` is a literal `{name}`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::library::{Library, no_such_prompt};
use super::prompt::Prompt;
use super::query::{Order, Query};
use super::similar::similarity;
use crate::error::{Error, Result};

/// A text with `{placeholders}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Its name: letters, digits, `-` and `_`.
    pub name: String,
    /// The text; `{name}` is a placeholder, `{{name}}` a literal `{name}`, and every other brace stands for itself.
    pub text: String,
    /// Its placeholders, in the order of the text, each once.
    pub placeholders: Vec<String>,
    /// The prompt that it was made of, where that is still there.
    pub prompt: Option<i64>,
    /// When it was saved, in seconds since 1970.
    pub created: i64,
    /// How often it was filled in.
    pub used: i64,
}

/// A longer name is no name.
const NAME: usize = 64;
/// Rated so or better, a prompt is worth being used again.
const BEST: u8 = 4;
/// Prompts that are as much alike as this would be one template.
const ALIKE: f64 = 0.5;

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Placeholder(&'t str),
}

/// The pieces of a template, in their order.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['{', '$']) {
        at += found;
        let rest = &text[at..];
        if let Some(behind) = rest.strip_prefix('$') {
            at += 1 + (behind.len() - behind.trim_start_matches('{').len());
        } else if let Some(name) =
            rest.strip_prefix("{{").and_then(braced).filter(|name| rest[name.len() + 3..].starts_with('}'))
        {
            // Without the outer pair.
            pieces.extend([Piece::Text(&text[from..at]), Piece::Text(&rest[1..name.len() + 3])]);
            at += name.len() + 4;
            from = at;
        } else if let Some(name) = braced(&rest[1..]) {
            pieces.extend([Piece::Text(&text[from..at]), Piece::Placeholder(name)]);
            at += name.len() + 2;
            from = at;
        } else {
            at += 1;
        }
    }
    pieces.push(Piece::Text(&text[from..]));
    pieces
}

/// The name that `rest` starts with, where a brace closes it.
fn braced(rest: &str) -> Option<&str> {
    let name = &rest[..rest.find('}')?];
    is_placeholder(name).then_some(name)
}

fn is_placeholder(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(is_in_name)
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// The names of a template's placeholders, in the order of the text, each once.
fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Placeholder(name) if !names.iter().any(|known| known == name) => names.push(name.to_owned()),
            _ => {}
        }
    }
    names
}

/// The text as a template that is filled in to just that text: for code in which `{name}` is no placeholder.
///
/// ```
/// assert_eq!(memento::prompts::literal("print(f\"{name} ${HOME} {}\")"), "print(f\"{{name}} ${HOME} {}\")");
/// ```
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '$']) {
        out.push_str(&text[at..at + found]);
        at += found;
        let rest = &text[at..];
        if let Some(behind) = rest.strip_prefix('$') {
            let end = 1 + (behind.len() - behind.trim_start_matches('{').len());
            out.push_str(&rest[..end]);
            at += end;
        } else if let Some(name) = braced(&rest[1..]) {
            out.push_str(&format!("{{{{{name}}}}}"));
            at += name.len() + 2;
        } else {
            out.push('{');
            at += 1;
        }
    }
    out.push_str(&text[at..]);
    out
}

impl Library {
    /// All templates, the most used first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn templates(&self) -> Result<Vec<Template>> {
        self.read(|db| {
            let mut rows = db.prepare(&format!("{SELECT} ORDER BY used DESC, name"))?;
            rows.query_map([], template)?.collect()
        })
    }

    /// One template.
    ///
    /// # Errors
    /// [`Error::NotFound`] naming those that there are.
    pub fn template(&self, name: &str) -> Result<Template> {
        self.read(|db| one(db, name))?.ok_or_else(|| self.no_template(name))
    }

    /// Saves a template, in the place of one of the same name only where `replace` says so: that keeps when it was first saved
    /// and how often it was used. For a prompt's text in which `{name}` is code there is [`literal`].
    ///
    /// # Errors
    /// [`Error::Conflict`] where the name is taken, [`Error::Invalid`] for what is no name and for an empty text,
    /// [`Error::NotFound`] where there is no such prompt.
    pub fn save_template(&self, name: &str, text: &str, prompt: Option<i64>, replace: bool) -> Result<Template> {
        if name.is_empty() || name.chars().count() > NAME || !name.chars().all(is_in_name) {
            let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NAME).collect();
            return Err(Error::Invalid(format!(
                "\"{name}\": a template's name has letters, digits, - and _, at most {NAME} of them"
            )));
        }
        if text.trim().is_empty() {
            return Err(Error::Invalid(format!("the template {name} would be empty: give it a text")));
        }
        self.transact(|tx| {
            let identity = match prompt {
                None => None,
                Some(id) => {
                    let found = tx
                        .query_row("SELECT identity FROM prompt WHERE id = ?1", [id], |row| row.get::<_, i64>(0))
                        .optional()?;
                    Some(found.ok_or_else(|| no_such_prompt(id))?)
                }
            };
            if one(tx, name)?.is_some() {
                if !replace {
                    let taken = format!("there is a template {name} already: replace it, or choose another name");
                    return Err(Error::Conflict(taken).into());
                }
                tx.execute(
                    "UPDATE prompt_template SET text = ?2, identity = ?3 WHERE name = ?1",
                    params![name, text, identity],
                )?;
            } else {
                tx.execute(
                    "INSERT INTO prompt_template (name, text, identity, created, used) VALUES (?1, ?2, ?3, ?4, 0)",
                    params![name, text, identity, Utc::now().timestamp()],
                )?;
            }
            one(tx, name)?.ok_or_else(|| Error::NotFound(name.to_owned()).into())
        })
    }

    /// Fills a template in.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] naming the placeholders that have no value and the values that have no
    /// placeholder.
    pub fn fill_template(&self, name: &str, values: &BTreeMap<String, String>) -> Result<String> {
        let template = self.template(name)?;
        let text = fill(&template.text, values).map_err(|why| {
            let takes = match &template.placeholders[..] {
                [] => "it has no placeholders".to_owned(),
                names => format!("it takes {}", names.join(", ")),
            };
            Error::Invalid(format!("{name}: {why}; {takes}"))
        })?;
        self.transact(|tx| Ok(tx.execute("UPDATE prompt_template SET used = used + 1 WHERE name = ?1", [name])?))?;
        Ok(text)
    }

    /// Deletes a template and returns it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_template(&self, name: &str) -> Result<Template> {
        let template = self.template(name)?;
        self.transact(|tx| Ok(tx.execute("DELETE FROM prompt_template WHERE name = ?1", [name])?))?;
        Ok(template)
    }

    /// The best rated prompts (4 and 5) that no template was made of yet, the best and newest first. Of those that ask alike
    /// only the first is there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn propose_templates(&self, limit: usize) -> Result<Vec<Prompt>> {
        let best = Query { min_rating: Some(BEST), order: Order::Rating, ..Query::default() };
        let best = self.list(&best)?.prompts;
        let used: BTreeSet<i64> = self.templates()?.into_iter().filter_map(|template| template.prompt).collect();
        let (used, fresh): (Vec<Prompt>, Vec<Prompt>) = best.into_iter().partition(|prompt| used.contains(&prompt.id));
        let mut proposed: Vec<Prompt> = Vec::new();
        for prompt in fresh {
            if proposed.len() >= limit {
                break;
            }
            if !used.iter().chain(&proposed).any(|other| similarity(&other.text, &prompt.text) >= ALIKE) {
                proposed.push(prompt);
            }
        }
        Ok(proposed)
    }

    fn no_template(&self, name: &str) -> Error {
        let known = self.templates().unwrap_or_default();
        let known = known.iter().map(|template| template.name.as_str()).take(20).collect::<Vec<_>>().join(", ");
        Error::NotFound(match known.as_str() {
            "" => format!("there is no template {name}, nor any other"),
            known => format!("there is no template {name}: there are {known}"),
        })
    }
}

const SELECT: &str = "SELECT name, text, (SELECT id FROM prompt WHERE prompt.identity = prompt_template.identity), created, \
                      used FROM prompt_template";

fn one(db: &Connection, name: &str) -> rusqlite::Result<Option<Template>> {
    db.query_row(&format!("{SELECT} WHERE name = ?1"), [name], template).optional()
}

fn template(row: &Row<'_>) -> rusqlite::Result<Template> {
    let text: String = row.get(1)?;
    let placeholders = placeholders(&text);
    Ok(Template { name: row.get(0)?, text, placeholders, prompt: row.get(2)?, created: row.get(3)?, used: row.get(4)? })
}

/// The template with its values in it; else what is wrong with them. A value's own braces are no placeholders.
fn fill(text: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let names = placeholders(text);
    let missing: Vec<&str> = names.iter().filter(|name| !values.contains_key(*name)).map(String::as_str).collect();
    let extra: Vec<&str> = values.keys().filter(|name| !names.contains(name)).map(String::as_str).collect();
    let missing = if missing.is_empty() { None } else { Some(format!("there is no value for {}", missing.join(", "))) };
    let extra = if extra.is_empty() { None } else { Some(format!("there is no placeholder {}", extra.join(", "))) };
    let wrong: Vec<String> = missing.into_iter().chain(extra).collect();
    if !wrong.is_empty() {
        return Err(wrong.join(" and "));
    }
    let piece = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => (*text).to_owned(),
        Piece::Placeholder(name) => values.get(*name).cloned().unwrap_or_default(),
    };
    Ok(pieces(text).iter().map(piece).collect())
}

#[cfg(test)]
mod tests;
