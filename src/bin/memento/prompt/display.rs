//! Prompts as lines that fit a terminal.

use std::io::IsTerminal;

use memento::prompts::Prompt;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::clock;
use crate::output::printable;

/// How wide lines are where no terminal says it.
const WIDTH: usize = 120;
/// How wide the name of a project may be.
const PROJECT: usize = 20;

/// How many columns there are: those of the terminal; else what `COLUMNS` says.
pub(super) fn width() -> usize {
    let out = std::io::stdout();
    let terminal = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out).ok()).flatten();
    let terminal = terminal.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    let named = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    terminal.or_else(named).unwrap_or(WIDTH)
}

/// The text on one line of at most so many columns.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut columns = 0;
    let mut gap = false;
    // Some kilobytes fill the widest terminal: a prompt may have megabytes.
    let cut = text.char_indices().nth(most * 8 + 64).map_or(text.len(), |(at, _)| at);
    let whole = cut == text.len();
    for c in text[..cut].trim_end().chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        let c = if hidden(c) { '\u{fffd}' } else { c };
        let wide = c.width().unwrap_or(0);
        let needed = wide + usize::from(gap);
        if columns + needed > most {
            return shorten(out, most);
        }
        if gap {
            out.push(' ');
        }
        out.push(c);
        columns += needed;
        gap = false;
    }
    if whole { out } else { shorten(out, most) }
}

/// What a terminal would obey, or show in another order than it is in.
fn hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// With an ellipsis at the end, for which it may have to get shorter.
fn shorten(mut text: String, most: usize) -> String {
    while text.width() + 1 > most {
        if text.pop().is_none() {
            return text;
        }
    }
    text.truncate(text.trim_end().len());
    text + "…"
}

/// Rows with their columns aligned, as wide as they are on a terminal.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

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

/// Text for a pipe as it is, and for a terminal as [`plain`] has it.
pub(super) fn exact(text: String) -> String {
    if std::io::stdout().is_terminal() { plain(&text) } else { text }
}

/// Text that a terminal shows as it is.
pub(super) fn plain(text: &str) -> String {
    printable(text).chars().map(|c| if hidden(c) && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_no_wider_than_it_may_be() {
        assert_eq!(line("  a\n\n b\tc  ", 80), "a b c");
        assert_eq!(line("abcdef", 6), "abcdef");
        assert_eq!(line("abcdefg", 6), "abcde…");
        assert_eq!(line("abcde fgh", 6), "abcde…");
        assert_eq!(line("漢字漢字", 8), "漢字漢字");
        assert_eq!(line("漢字漢字", 7), "漢字漢…");
        assert_eq!(line("漢字漢字", 6), "漢字…");
        assert_eq!(line("a\u{1b}[2Jb\u{202e}c", 80), "a\u{fffd}[2Jb\u{fffd}c");
        let long = line(&"😀 ".repeat(1_000_000), 40);
        assert!(long.width() <= 40 && long.ends_with('…'), "{long}");
        assert_eq!(line("abc", 0), "");
    }

    #[test]
    fn columns_stand_below_each_other_whatever_script_they_have() {
        let rows = [["漢字", "x"], ["abc", "y"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows), "漢字  x\nabc   y\n");
    }
}
