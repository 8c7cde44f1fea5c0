//! Text that fits a terminal.

use std::io::IsTerminal;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::output::printable;

/// How wide lines are where no terminal says it.
const WIDTH: usize = 120;
/// How many columns there are: those of the terminal; else what `COLUMNS` says.
pub(crate) fn width() -> usize {
    let out = std::io::stdout();
    let terminal = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out).ok()).flatten();
    let terminal = terminal.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    let named = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    terminal.or_else(named).unwrap_or(WIDTH)
}

/// The text on one line of at most so many columns.
pub(crate) fn line(text: &str, most: usize) -> String {
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
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
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

/// A bar in eighths of a column, `width` columns long where `n` is `most`; whatever is not nothing shows.
pub(crate) fn bar(n: usize, most: usize, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (n * width * 8 / most).max(usize::from(n > 0));
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// Text for a pipe as it is, and for a terminal as [`plain`] has it.
pub(crate) fn exact(text: String) -> String {
    if std::io::stdout().is_terminal() { plain(&text) } else { text }
}

/// Text that a terminal shows as it is.
pub(crate) fn plain(text: &str) -> String {
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

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        assert_eq!(bar(10, 10, 30), "█".repeat(30));
        assert_eq!(bar(5, 10, 30), "█".repeat(15));
        assert_eq!((bar(0, 10, 30).as_str(), bar(1, 1_000_000, 30).as_str()), ("", "▏"));
    }
}
