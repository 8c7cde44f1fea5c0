//! The objects of a paragraph, as far as they are links or hide links: `org-element--object-lex`.
//!
//! One pass from left to right. What has to be searched for ahead (the end of an emphasis, `]]`) is remembered, so that a
//! thousand openings without an end cost one search.

use memchr::memmem;

use super::candidate;
use super::citation::{self, Citation};
use super::line::{is_space, starts_with_ignore_case};
use super::link::{Link, LinkKind, TYPES};
use super::scan::Span;

/// Finds links, run by run; a run is a paragraph or another part of the text whose objects do not reach beyond it.
pub(super) struct Objects<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// Link types beyond [`TYPES`].
    more: &'static [&'static str],
    pub found: Vec<Link>,
    pub cited: Vec<Citation>,
    /// The run.
    run: Span,
    /// Where the last object ended.
    pub(super) done: usize,
    /// For what was searched ahead in this run: from where, and where it is.
    ahead: Vec<(&'static [u8], usize, Option<usize>)>,
    /// The same for the ends of emphasis.
    closing: Vec<(u8, usize, Option<usize>)>,
    /// The square brackets of the run that pair, if they were asked for.
    pairs: Option<Vec<(usize, usize)>>,
}

/// Bytes that an object may start with, or that a plain link has after its type.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let special = b"[<:*/_^+=~$\\{@";
    let mut i = 0;
    while i < special.len() {
        table[special[i] as usize] = true;
        i += 1;
    }
    table
};

impl<'a> Objects<'a> {
    /// `more` are link types beyond Org's own.
    pub(super) fn new(text: &'a str, more: &'static [&'static str]) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            more,
            found: Vec::new(),
            cited: Vec::new(),
            run: 0..0,
            done: 0,
            ahead: Vec::new(),
            closing: Vec::new(),
            pairs: None,
        }
    }

    /// Finds the links of a run.
    pub(super) fn search(&mut self, run: Span) {
        if !candidate::within(self.bytes, &run, self.more) {
            return;
        }
        self.enter(run.clone());
        let mut at = run.start;
        // Emphasis is a container: no object reaches beyond it.
        let mut open = vec![run];
        while let Some(inner) = open.last().cloned() {
            let next = self.bytes[at.min(inner.end)..inner.end].iter().position(|&b| SPECIAL[usize::from(b)]);
            let Some(next) = next else {
                open.pop();
                at = inner.end + 1;
                continue;
            };
            at += next;
            let end = match self.bytes[at] {
                b'*' | b'/' | b'+' | b'_' => match self.emphasis(at, &inner) {
                    Some(close) => {
                        open.push(at + 1..close);
                        None
                    }
                    None if self.bytes[at] == b'_' => self.code(at, &inner).or_else(|| self.script(at, &inner)),
                    None => None,
                },
                b'^' => self.script(at, &inner),
                b'=' | b'~' => self.emphasis(at, &inner).map(|close| close + 1),
                b':' => self.plain(at, &inner),
                b'[' => self.bracket(at, inner.end).or_else(|| self.citation(at, inner.end)),
                b'<' => self.angle(at, inner.end),
                b'\\' => self.latex(at, inner.end),
                b'$' => self.dollar(at, &inner),
                b'{' => self.macro_call(at, inner.end),
                _ => self.snippet(at, inner.end),
            };
            if let Some(end) = end {
                self.done = end;
            }
            at = end.unwrap_or(at + 1);
        }
    }

    /// Finds what looks like a link in a run without objects: the value of a property or a keyword.
    pub(super) fn search_value(&mut self, run: Span) {
        if !candidate::within(self.bytes, &run, self.more) {
            return;
        }
        self.enter(run.clone());
        let mut at = run.start;
        while let Some(next) = self.bytes[at..run.end].iter().position(|b| matches!(b, b':' | b'[' | b'<')) {
            at += next;
            let end = match self.bytes[at] {
                b':' => self.plain(at, &run),
                b'[' => self.bracket(at, run.end),
                _ => self.angle(at, run.end),
            };
            if let Some(end) = end {
                self.done = end;
            }
            at = end.unwrap_or(at + 1);
        }
    }

    fn enter(&mut self, run: Span) {
        self.ahead.clear();
        self.closing.clear();
        self.pairs = None;
        self.done = run.start;
        self.run = run;
    }

    /// The bracket that closes the one at `open`.
    pub(super) fn pair(&mut self, open: usize) -> Option<usize> {
        let (bytes, run) = (self.bytes, self.run.clone());
        let pairs = self.pairs.get_or_insert_with(|| citation::pairs(bytes, run));
        let found = pairs.binary_search_by_key(&open, |(open, _)| *open).ok()?;
        Some(pairs[found].1)
    }

    pub(super) fn find(&mut self, needle: &'static [u8], from: usize, limit: usize) -> Option<usize> {
        let known = self.ahead.iter().position(|(known, ..)| *known == needle);
        if let Some((_, since, found)) = known.map(|known| self.ahead[known])
            && since <= from
            && found.is_none_or(|found| found >= from)
        {
            return found.filter(|found| found + needle.len() <= limit);
        }
        let start = from.min(self.run.end);
        let found = memmem::find(&self.bytes[start..self.run.end], needle).map(|found| start + found);
        match known {
            Some(known) => self.ahead[known] = (needle, from, found),
            None => self.ahead.push((needle, from, found)),
        }
        found.filter(|found| found + needle.len() <= limit)
    }

    /// Where the emphasis that opens at `at` closes (`org-element--parse-generic-emphasis`).
    fn emphasis(&mut self, at: usize, inner: &Span) -> Option<usize> {
        let opens =
            at == inner.start || matches!(self.bytes[at - 1], b'-' | b'(' | b'\'' | b'"' | b'{') || self.space(at - 1);
        if !opens || at + 2 >= inner.end || self.space(at + 1) {
            return None;
        }
        let mark = self.bytes[at];
        let known = self.closing.iter().position(|(known, ..)| *known == mark);
        let usable = known
            .map(|known| self.closing[known])
            .filter(|(_, since, found)| *since <= at + 2 && found.is_none_or(|found| found >= at + 2));
        let found = match usable {
            Some((.., found)) => found,
            None => {
                let found = (at + 2..self.run.end).find(|&i| self.closes(i, mark));
                match known {
                    Some(known) => self.closing[known] = (mark, at + 2, found),
                    None => self.closing.push((mark, at + 2, found)),
                }
                found
            }
        };
        let last = inner.end - 1;
        let at_end = (self.bytes[last] == mark && !self.space(last - 1)).then_some(last);
        found.filter(|&found| found < last).or(at_end)
    }

    fn closes(&self, at: usize, mark: u8) -> bool {
        self.bytes[at] == mark
            && !self.space(at - 1)
            && (at + 1 == self.run.end
                || matches!(
                    self.bytes[at + 1],
                    b'-' | b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'"' | b')' | b'}' | b'\\' | b'['
                )
                || self.space(at + 1))
    }

    fn space(&self, at: usize) -> bool {
        is_space(self.bytes[at])
    }

    /// `[[target][description]]`; the end is that of the link, here and below.
    fn bracket(&mut self, at: usize, limit: usize) -> Option<usize> {
        if !self.bytes[at..limit].starts_with(b"[[") {
            return None;
        }
        let start = at + 2;
        let mut close = start;
        loop {
            close += self.bytes[close..limit].iter().position(|b| matches!(b, b'[' | b']' | b'\\'))?;
            match self.bytes[close] {
                b'\\' => {
                    let slashes = self.bytes[close..limit].iter().take_while(|&&b| b == b'\\').count();
                    close += slashes;
                    // An odd number of backslashes escapes a bracket.
                    if slashes % 2 == 1 && close < limit && matches!(self.bytes[close], b'[' | b']') {
                        close += 1;
                    }
                }
                b']' => break,
                _ => return None,
            }
        }
        if close == start {
            return None;
        }
        let (end, description) = match self.bytes[..limit].get(close + 1)? {
            b']' => (close + 2, None),
            b'[' => {
                let end = self.find(b"]]", close + 3, limit)?;
                (end + 2, Some(close + 2..end))
            }
            _ => return None,
        };
        self.found.push(Link { span: at..end, target: start..close, description, kind: LinkKind::Bracket });
        Some(end)
    }

    /// `<type:target>`, and `<<target>>` and `<<<radio target>>>`, in which there are no links.
    fn angle(&mut self, at: usize, limit: usize) -> Option<usize> {
        if self.bytes[at..limit].starts_with(b"<<") {
            let end = self.find(b">>", at + 2, limit)?;
            let inner = &self.bytes[at + 2..end];
            let plain = !inner.is_empty() && !inner.iter().any(|b| matches!(b, b'<' | b'>' | b'\n'));
            return plain.then_some(end + 2);
        }
        let kind = TYPES.iter().chain(self.more).find(|kind| {
            let after = at + 1 + kind.len();
            after < limit && self.bytes[after] == b':' && starts_with_ignore_case(self.bytes, at + 1, kind.as_bytes())
        })?;
        let end = self.find(b">", at + 2 + kind.len(), limit)?;
        self.found.push(Link { span: at..end + 1, target: at + 1..end, description: None, kind: LinkKind::Angle });
        Some(end + 1)
    }

    /// `type:path`, whose colon is at `colon` (`org-link-plain-re`).
    fn plain(&mut self, colon: usize, inner: &Span) -> Option<usize> {
        let floor = inner.start.max(self.done);
        let before = &self.bytes[floor..colon];
        if !before.last()?.is_ascii_alphabetic() {
            return None;
        }
        let start = TYPES.iter().chain(self.more).filter(|kind| before.len() >= kind.len()).find_map(|kind| {
            let start = colon - kind.len();
            let fits = self.bytes[start..colon].eq_ignore_ascii_case(kind.as_bytes());
            (fits && (start == inner.start || !self.word_before(start))).then_some(start)
        })?;
        let end = self.path_end(colon + 1, inner.end)?;
        self.found.push(Link { span: start..end, target: start..end, description: None, kind: LinkKind::Plain });
        Some(end)
    }

    /// Whether the character before `at` belongs to the same word: in Org's syntax table `$`, `%` and `'` do, and a word
    /// ends where the script changes.
    pub(super) fn word_before(&self, at: usize) -> bool {
        self.text[..at].chars().next_back().is_some_and(|c| {
            let latin = matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c.is_alphanumeric();
            latin || matches!(c, '$' | '%' | '\'')
        })
    }

    /// `a_b` and `a^b` without braces, in which `b` is not the type of a link; those with braces are containers.
    fn script(&self, at: usize, inner: &Span) -> Option<usize> {
        if at == inner.start || self.space(at - 1) {
            return None;
        }
        let rest = &self.text[at + 1..inner.end];
        if rest.starts_with('*') {
            return Some(at + 2);
        }
        let sign = usize::from(rest.starts_with(['-', '+']));
        let run = rest[sign..].find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ',' | '\\'));
        let run = &rest[..run.map_or(rest.len(), |run| sign + run)];
        let last = run.char_indices().rfind(|(_, c)| c.is_alphanumeric());
        last.map(|(i, c)| at + 1 + i + c.len_utf8())
    }

    /// The end of the path: characters and bracketed parts, the last of which is no punctuation but `/` or a bracketed part.
    fn path_end(&self, start: usize, limit: usize) -> Option<usize> {
        let (mut at, mut count, mut end) = (start, 0, None);
        while let Some(c) = self.text[at..limit].chars().next() {
            let solid = match c {
                '(' | '<' | '[' => match self.bracketed(at, limit) {
                    Some(close) => {
                        at = close;
                        true
                    }
                    None => break,
                },
                ')' | '>' | ']' | ' ' | '\t' | '\n' => break,
                c => {
                    at += c.len_utf8();
                    c == '/' || c.is_alphanumeric() || c.is_control()
                }
            };
            count += 1;
            if solid && count > 1 {
                end = Some(at);
            }
        }
        end
    }

    /// The end of a bracketed part of a path, which may have others in it, but those no more.
    fn bracketed(&self, open: usize, limit: usize) -> Option<usize> {
        let mut depth = 0;
        for (at, byte) in self.bytes[..limit].iter().enumerate().skip(open) {
            match byte {
                b'(' | b'<' | b'[' if depth == 2 => return None,
                b'(' | b'<' | b'[' => depth += 1,
                b')' | b'>' | b']' => depth -= 1,
                b' ' | b'\t' | b'\n' => return None,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }
}
