//! Replacing byte ranges of a text.

use super::scan::Span;

/// Replacements of ranges of one text that do not overlap; at one place they come in the order they were made.
#[derive(Debug, Default)]
pub(super) struct Splices(Vec<(Span, String)>);

impl Splices {
    pub(super) fn replace(&mut self, span: Span, by: &str) {
        self.0.push((span, by.to_owned()));
    }

    /// Inserts whole lines at `at`, a line start or the end of the text; see [`added_lines`].
    pub(super) fn insert_lines(&mut self, text: &str, like: &Span, at: usize, lines: &str) {
        self.0.push((at..at, added_lines(text, like, at, lines)));
    }

    /// The line break that lines at the end of the text put behind its last line.
    pub(super) fn completion(&self, text: &str) -> Option<&str> {
        let mut at_end = self.0.iter().filter(|(span, _)| *span == (text.len()..text.len()));
        at_end.find_map(|(_, by)| ["\r\n", "\n"].into_iter().find(|ending| by.starts_with(ending)))
    }

    /// The text with everything replaced.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut splices: Vec<_> = self.0.iter().collect();
        splices.sort_by_key(|(span, _)| span.start);
        let mut result = String::with_capacity(text.len() + splices.iter().map(|(_, by)| by.len()).sum::<usize>());
        let mut at = 0;
        for (span, by) in splices {
            result.push_str(&text[at..span.start]);
            result.push_str(by);
            at = span.end;
        }
        result.push_str(&text[at..]);
        result
    }
}

/// `lines` as they can stand at `at`: with the line breaks that the line `like` has, one at the end, and one before where
/// the text ends in the middle of a line.
pub(super) fn added_lines(text: &str, like: &Span, at: usize, lines: &str) -> String {
    let ending = ending(text, like);
    let mut result = String::with_capacity(lines.len() + 2 * ending.len());
    if !matches!(text[..at].chars().next_back(), None | Some('\n' | '\u{feff}')) {
        result.push_str(ending);
    }
    for line in lines.split_inclusive('\n') {
        let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        result.push_str(line);
        result.push_str(ending);
    }
    result
}

/// The line break of `line`; where it has none, that of the line before it.
fn ending(text: &str, line: &Span) -> &'static str {
    let until = if text[line.clone()].ends_with('\n') { line.end } else { line.start };
    let newline = text[..until].rfind('\n').map(|at| &text[..at]);
    if newline.is_some_and(|before| before.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// The spaces and tabs at `line`, a line start.
pub(super) fn indentation(text: &str, line: usize) -> &str {
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}
