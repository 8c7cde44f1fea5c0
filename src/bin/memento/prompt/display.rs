//! Prompts as lines that fit a terminal.

use memento::prompts::Prompt;
use unicode_width::UnicodeWidthStr;

use super::clock;
use crate::screen::{columns, line, width};

/// How wide the name of a project may be.
const PROJECT: usize = 20;

/// One line a prompt: what is known of it, then its text as far as the line goes. `first` goes in front.
pub(super) fn rows(prompts: &[Prompt], first: impl Fn(usize) -> Option<String>) -> String {
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(prompts.len());
    for (i, prompt) in prompts.iter().enumerate() {
        let mut row: Vec<String> = first(i).into_iter().collect();
        row.extend([
            prompt.id.to_string(),
            clock(prompt.time, "%Y-%m-%d %H:%M").unwrap_or_else(|| "undated".to_owned()),
            stars(prompt.rating),
            line(prompt.project_name(), PROJECT),
            marks(prompt),
        ]);
        rows.push(row);
    }
    // A column that says nothing takes no room.
    for column in (0..rows.first().map_or(0, Vec::len)).rev() {
        if rows.iter().all(|row| row[column].is_empty()) {
            rows.iter_mut().for_each(|row| drop(row.remove(column)));
        }
    }
    let known: Vec<usize> = (0..rows.first().map_or(0, Vec::len))
        .map(|i| rows.iter().map(|row| row[i].width()).max().unwrap_or(0) + 2)
        .collect();
    let room = width().saturating_sub(known.iter().sum()).max(20);
    for (row, prompt) in rows.iter_mut().zip(prompts) {
        row.push(line(&tagged(prompt), room));
    }
    columns(&rows)
}

fn tagged(prompt: &Prompt) -> String {
    let tags: String = prompt.tags.iter().map(|tag| format!(":{tag}")).collect();
    // The text may be long, and a line of it is all that is shown.
    if tags.is_empty() { prompt.text.clone() } else { format!("{tags}: {}", prompt.text) }
}

pub(super) fn stars(rating: u8) -> String {
    "★".repeat(usize::from(rating))
}

fn marks(prompt: &Prompt) -> String {
    let note = if prompt.note.is_some() { "n" } else { "" };
    let secrets = if prompt.secrets.is_empty() { "" } else { "!" };
    format!("{note}{secrets}")
}

/// A prompt in a few words, for an answer: `42 "add a test for…"`.
pub(super) fn short(prompt: &Prompt) -> String {
    format!("{} \"{}\"", prompt.id, line(&memento::prompts::mask(&prompt.text), 50))
}
