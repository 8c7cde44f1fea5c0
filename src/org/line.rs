//! Lines and blanks, the way Org's regular expressions see them.

use super::scan::Span;

/// A line: its text without the line break, and where the next one starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub start: usize,
    /// Before `\n` or `\r\n`.
    pub end: usize,
    /// After the line break.
    pub next: usize,
}

impl Line {
    /// The line that starts at `start`, which is below `bytes.len()`.
    pub(super) fn at(bytes: &[u8], start: usize) -> Self {
        match memchr::memchr(b'\n', &bytes[start..]) {
            Some(at) => {
                let newline = start + at;
                let carriage_return = newline > start && bytes[newline - 1] == b'\r';
                Self { start, end: newline - usize::from(carriage_return), next: newline + 1 }
            }
            None => Self { start, end: bytes.len(), next: bytes.len() },
        }
    }

    pub(super) fn span(self) -> Span {
        self.start..self.next
    }
}

/// The lines from `start` to `end`, which both are line starts or the end of the text.
pub(super) fn lines(bytes: &[u8], start: usize, end: usize) -> impl Iterator<Item = Line> + '_ {
    let mut at = start;
    std::iter::from_fn(move || {
        (at < end).then(|| {
            let line = Line::at(bytes, at);
            at = line.next;
            line
        })
    })
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// What `\S-` does not match under Org mode's syntax table, as far as it is ASCII.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// The first offset in `from..to` that holds neither space nor tab, else `to`.
pub(super) fn skip_blanks(bytes: &[u8], from: usize, to: usize) -> usize {
    bytes[from..to].iter().position(|&b| !is_blank(b)).map_or(to, |at| from + at)
}

/// The end of `from..to` without spaces and tabs.
pub(super) fn trim_end(bytes: &[u8], from: usize, to: usize) -> usize {
    bytes[from..to].iter().rposition(|&b| !is_blank(b)).map_or(from, |at| from + at + 1)
}

/// `from..to` without spaces and tabs at both ends.
pub(super) fn trim(bytes: &[u8], from: usize, to: usize) -> Span {
    let start = skip_blanks(bytes, from, to);
    start..trim_end(bytes, start, to)
}

/// Whether `bytes[at..]` starts with `word`, case ignored.
pub(super) fn starts_with_ignore_case(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether the line is `word` with nothing but blanks around it, case ignored.
pub(super) fn line_is(bytes: &[u8], line: Line, word: &[u8]) -> bool {
    let start = skip_blanks(bytes, line.start, line.end);
    starts_with_ignore_case(&bytes[..line.end], start, word)
        && skip_blanks(bytes, start + word.len(), line.end) == line.end
}

/// Whether nothing but blanks stands on the line.
pub(super) fn is_blank_line(bytes: &[u8], line: Line) -> bool {
    bytes[line.start..line.end].iter().all(|&b| is_blank(b) || b == b'\r')
}
