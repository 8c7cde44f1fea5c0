//! Keyword lines, the blocks that hide them, and the TODO keywords that they set: manual nodes "In-buffer Settings",
//! "Per-file keywords" and "Literal Examples".

use memchr::memmem;

use super::line::{Line, is_blank, is_space, line_is, skip_blanks, starts_with_ignore_case, trim};
use super::scan::Span;

/// A `#+KEY: value` line, affiliated keywords such as `#+NAME:` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    /// Without `#+` and colon, in the file's case.
    pub key: Span,
    /// Without blanks at either end.
    pub value: Span,
    /// The whole line with its line break.
    pub line: Span,
}

/// The blocks whose content is not Org (`verse` has objects in it, yet no elements).
const LITERAL: [&[u8]; 5] = [b"SRC", b"EXAMPLE", b"EXPORT", b"COMMENT", b"VERSE"];

/// The place of `VERSE` in [`LITERAL`].
pub(super) const VERSE: usize = 4;

/// Finds the keywords of `text` after `start`; `headlines` are the starts of the headlines, ascending.
pub(super) fn keywords(text: &str, start: usize, headlines: impl Iterator<Item = usize>) -> Vec<Keyword> {
    let bytes = text.as_bytes();
    let mut headlines = headlines.peekable();
    let mut ends = BlockEnds::default();
    let mut found = Vec::new();
    let mut resume = start;
    for hit in memmem::find_iter(&bytes[start..], b"#+") {
        let hit = start + hit;
        if hit < resume {
            continue;
        }
        // Blanks before this hit were not looked at for any other.
        let blanks = bytes[resume..hit].iter().rposition(|&b| !is_blank(b)).map_or(resume, |at| resume + at + 1);
        if blanks != start && bytes[blanks - 1] != b'\n' {
            resume = hit + 2;
            continue;
        }
        while headlines.next_if(|&headline| headline <= hit).is_some() {}
        let limit = headlines.peek().copied().unwrap_or(bytes.len());
        let line = Line::at(bytes, blanks);
        resume = match literal_block(bytes, hit, line.end) {
            Some(name) => ends.after(bytes, name, line.next, limit).unwrap_or(line.next),
            None => {
                found.extend(keyword(bytes, hit, line));
                line.next
            }
        };
    }
    found
}

/// Which literal block, by its place in [`LITERAL`], the line whose `#+` is at `hit` opens.
pub(super) fn literal_block(bytes: &[u8], hit: usize, end: usize) -> Option<usize> {
    let name = block_name(bytes, hit, end)?;
    LITERAL.iter().position(|literal| bytes[name.clone()].eq_ignore_ascii_case(literal))
}

/// The name in `#+begin_NAME`.
pub(super) fn block_name(bytes: &[u8], hit: usize, end: usize) -> Option<Span> {
    if !starts_with_ignore_case(&bytes[..end], hit, b"#+BEGIN_") {
        return None;
    }
    let start = hit + b"#+BEGIN_".len();
    let length = bytes[start..end].iter().position(|&b| is_space(b)).unwrap_or(end - start);
    (length > 0).then_some(start..start + length)
}

/// Where blocks end, remembered, so that a thousand blocks without an end cost one search for each kind and section.
#[derive(Debug, Default)]
pub(super) struct BlockEnds {
    /// For each kind what was searched, and the `#+end_NAME` line that was found there.
    known: [Option<(Span, Option<Span>)>; LITERAL.len()],
}

impl BlockEnds {
    /// Where the block goes on after its `#+end_NAME` line, if there is one in `from..limit`.
    pub(super) fn after(&mut self, bytes: &[u8], kind: usize, from: usize, limit: usize) -> Option<usize> {
        let holds = |(searched, found): &&(Span, Option<Span>)| {
            searched.start <= from && searched.end == limit && found.as_ref().is_none_or(|line| line.start >= from)
        };
        if let Some((_, found)) = self.known[kind].as_ref().filter(holds) {
            return found.as_ref().map(|line| line.end);
        }
        let found = Self::search(&bytes[..limit], LITERAL[kind], from);
        self.known[kind] = Some((from..limit, found.clone()));
        found.map(|line| line.end)
    }

    fn search(bytes: &[u8], name: &[u8], from: usize) -> Option<Span> {
        let mut word = b"#+END_".to_vec();
        word.extend_from_slice(name);
        let mut blanks_from = from;
        for hit in memmem::find_iter(bytes.get(from..)?, b"#+") {
            let hit = from + hit;
            let blanks = bytes[blanks_from..hit].iter().rposition(|&b| !is_blank(b));
            let start = blanks.map_or(blanks_from, |at| blanks_from + at + 1);
            blanks_from = hit + 2;
            if (start != from && bytes[start - 1] != b'\n') || !starts_with_ignore_case(bytes, hit, &word) {
                continue;
            }
            let line = Line::at(bytes, start);
            if line_is(bytes, line, &word) {
                return Some(line.span());
            }
        }
        None
    }
}

/// `[ \t]*#\+\(\S-*\):`, greedy, and neither a block nor a call.
fn keyword(bytes: &[u8], hit: usize, line: Line) -> Option<Keyword> {
    let start = hit + 2;
    let run = &bytes[start..line.end];
    let run = &run[..run.iter().position(|&b| is_space(b)).unwrap_or(run.len())];
    let colon = start + memchr::memrchr(b':', run)?;
    let block = [&b"BEGIN_"[..], b"BEGIN:", b"CALL:"].iter().any(|word| starts_with_ignore_case(bytes, start, word));
    if colon == start || block {
        return None;
    }
    Some(Keyword { key: start..colon, value: trim(bytes, colon + 1, line.end), line: line.span() })
}

/// The TODO keywords in effect.
#[derive(Debug)]
pub(super) struct TodoKeywords<'a> {
    pub open: Vec<&'a str>,
    pub done: Vec<&'a str>,
    /// All of them and whether they mean "done", in the order of the alphabet.
    known: Vec<(&'a str, bool)>,
}

impl<'a> TodoKeywords<'a> {
    /// Those that the file sets, else `TODO | DONE`. `#+SETUPFILE` is not followed.
    pub(super) fn collect(text: &'a str, keywords: &[Keyword]) -> Self {
        let mut all = Self { open: Vec::new(), done: Vec::new(), known: Vec::new() };
        let mut set = false;
        for keyword in keywords {
            let key = &text[keyword.key.clone()];
            let value = &text[keyword.value.clone()];
            let sets = ["TODO", "SEQ_TODO", "TYP_TODO"].iter().any(|name| key.eq_ignore_ascii_case(name));
            if sets && !value.is_empty() {
                set = true;
                all.sequence(value);
            }
        }
        if !set {
            (all.open, all.done) = (vec!["TODO"], vec!["DONE"]);
        }
        all.known.extend(all.done.iter().map(|word| (*word, true)));
        all.known.extend(all.open.iter().map(|word| (*word, false)));
        // Where a word is both it means "done"; the sort is stable.
        all.known.sort_by_key(|(word, _)| *word);
        all.known.dedup_by_key(|(word, _)| *word);
        all
    }

    /// One sequence: what stands after `|` means done; without a `|` it is the last.
    fn sequence(&mut self, value: &'a str) {
        let words = || value.split_ascii_whitespace();
        match words().position(|word| word == "|") {
            Some(bar) => {
                self.open.extend(words().take(bar).map(without_key));
                self.done.extend(words().skip(bar).filter(|&word| word != "|").map(without_key));
            }
            None => {
                let last = words().count().saturating_sub(1);
                self.open.extend(words().take(last).map(without_key));
                self.done.extend(words().skip(last).map(without_key));
            }
        }
    }

    /// Whether `word` means "done", if it is one of them.
    pub(super) fn done(&self, word: &str) -> Option<bool> {
        let at = self.known.binary_search_by_key(&word, |(known, _)| known).ok()?;
        Some(self.known[at].1)
    }
}

/// `WAIT(w@/!)` is the keyword `WAIT`.
fn without_key(word: &str) -> &str {
    match word.find('(') {
        Some(at) if word.ends_with(')') => &word[..at],
        _ => word,
    }
}

/// Whether the line is one of Org's comments: `[ \t]*#\(?: \|$\)`.
pub(super) fn is_comment(bytes: &[u8], line: Line) -> bool {
    let start = skip_blanks(bytes, line.start, line.end);
    start < line.end && bytes[start] == b'#' && (start + 1 == line.end || bytes[start + 1] == b' ')
}
