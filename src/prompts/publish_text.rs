//! The text of a prompt's note.

use chrono::{DateTime, Local};

use super::export::pasted_texts;
use super::prompt::Prompt;
use crate::error::{Error, Result};
use crate::org::{escape_block, from_markdown};

/// A title has about so many characters.
const TITLE: usize = 72;
/// Of what was pasted so many lines and characters are published.
const LINES: usize = 60;
const CHARACTERS: usize = 4_000;

/// The first line, cut at a word.
pub(super) fn title(prompt: &Prompt, note: &str) -> String {
    let line = prompt.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return match DateTime::from_timestamp_millis(prompt.time).filter(|_| prompt.time != 0) {
            Some(time) => format!("Prompt of {}", time.with_timezone(&Local).format("%Y-%m-%d %H:%M")),
            None => note.to_owned(),
        };
    }
    let Some((end, _)) = words.char_indices().nth(TITLE) else { return words };
    let cut = &words[..end];
    // Scripts that do not part words are cut anywhere.
    let cut = cut.rfind(' ').filter(|&at| at > end / 2).map_or(cut, |at| &cut[..at]);
    format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '.', '-']))
}

fn begin(note: &str) -> String {
    format!("# begin {note}:")
}

fn end(note: &str) -> String {
    format!("# end {note}")
}

/// What is written anew each time, between two comments that say so.
pub(super) fn body(prompt: &Prompt, note: &str) -> String {
    let mut out = format!("{} memento prompt publish writes what stands up to the end anew\n", begin(note));
    if !prompt.text.trim().is_empty() {
        out.push_str(&block(&prompt.text));
    }
    let pasted = prompt.pasted.as_ref().map(pasted_texts).unwrap_or_default();
    for (i, text) in pasted.iter().enumerate() {
        out.push_str(&format!("\nPasted text {}:\n{}", i + 1, block(&cut(text))));
    }
    if let Some(text) = prompt.note.as_deref().filter(|text| !text.trim().is_empty()) {
        out.push_str(&format!("\n{}\n", prose(text)));
    }
    out.push_str(&end(note));
    out.push('\n');
    out
}

/// The text with what was published before in it replaced by `content`.
pub(super) fn rewritten(text: &str, note: &str, content: &str) -> Result<String> {
    let line = |start: &str, from: usize| {
        let mut at = from;
        text[from..].split_inclusive('\n').find_map(|line| {
            let span = at..at + line.len();
            at = span.end;
            line.trim_end().starts_with(start).then_some(span)
        })
    };
    let first = line(&begin(note), 0);
    let last = first.clone().and_then(|first| line(&end(note), first.end));
    let (Some(first), Some(last)) = (first, last) else {
        return Err(Error::Conflict(format!(
            "the note {note} lacks the lines \"{}\" and \"{}\" between which it is written: put them back, or give it another \
             ID to have a new one made",
            begin(note),
            end(note)
        )));
    };
    let content = if text[last.clone()].ends_with('\n') { content } else { content.trim_end() };
    Ok(format!("{}{content}{}", &text[..first.start], &text[last.end..]))
}

/// A text in a block, where Org sees neither headings nor keywords in it.
fn block(text: &str) -> String {
    let text = printable(text);
    format!("#+begin_example\n{}\n#+end_example\n", escape_block(text.trim_matches('\n')))
}

/// Signs instead of control characters, which are no text, and no settings for Emacs.
fn printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out: String = text
        .chars()
        .map(|c| match u32::from(c) {
            _ if matches!(c, '\n' | '\t') => c,
            // The pictures of control characters.
            code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
            0x7f => '\u{2421}',
            _ if c.is_control() => '\u{fffd}',
            _ => c,
        })
        .collect();
    let mut from = 0;
    while let Some(at) = out[from..].to_ascii_lowercase().find("local variables:").map(|at| from + at) {
        from = at + "local variables".len();
        out.insert(from, '\u{200b}');
    }
    out
}

/// What was pasted, as far as it is published.
fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = lines[..lines.len().min(LINES)].join("\n");
    let more = lines.len().saturating_sub(LINES);
    if let Some((end, _)) = out.char_indices().nth(CHARACTERS) {
        out.truncate(end);
        return format!("{out}…\n[{} characters more]", text.chars().count() - CHARACTERS);
    }
    if more > 0 { format!("{out}\n[{more} lines more]") } else { out }
}

/// What the person wrote about the prompt: read as Markdown, without headings, so that what follows does not go below one.
fn prose(text: &str) -> String {
    let text = printable(text);
    let plain: Vec<String> = text
        .lines()
        .map(|line| {
            let bare = line.trim_start();
            let underlines = |sign: char| bare.len() > 1 && bare.trim_end().chars().all(|c| c == sign);
            if bare.starts_with('#') || underlines('=') || underlines('-') {
                line.replacen(bare, &format!("\\{bare}"), 1)
            } else {
                line.to_owned()
            }
        })
        .collect();
    let org = from_markdown(&plain.join("\n"));
    let org = org.trim_matches('\n');
    // Nobody's note may do more than to stand there.
    let outline = crate::org::Outline::scan(org);
    if !outline.headlines().is_empty() || crate::org::unbalanced(org).is_some() {
        return block(&text).trim_end().to_owned();
    }
    org.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_the_persons_sets_nothing() {
        for text in [
            "# a\n* b\n#+filetags: :PRIVATE:",
            "a\n===\nb\n---",
            ":PROPERTIES:\n:ID: x\n:END:",
            "```\n* a",
            "\u{1b}[0m\r\nx",
        ] {
            let org = prose(text);
            let outline = crate::org::Outline::scan(&org);
            assert!(outline.headlines().is_empty() && outline.keywords().is_empty(), "{org}");
            assert!(outline.file_drawer().is_none(), "{org}");
        }
    }

    #[test]
    fn what_is_cut_says_how_much() {
        assert_eq!(cut("a\nb"), "a\nb");
        assert!(cut(&"x\n".repeat(100)).ends_with("x\n[40 lines more]"));
        assert!(cut(&"ü".repeat(5_000)).ends_with("ü…\n[1000 characters more]"));
    }

    #[test]
    fn emacs_finds_no_settings() {
        assert_eq!(printable("# Local Variables:\n\u{1b}[0m\r\n"), "# Local Variables\u{200b}:\n\u{241b}[0m\n");
    }
}
