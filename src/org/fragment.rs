//! Objects that hide links: inline source and calls, LaTeX, macros, export snippets.

use super::line::is_space;
use super::object::Objects;
use super::scan::Span;

impl Objects<'_> {
    /// `src_lang{...}` and `call_name(...)`, both also with `[...]` before; their `_` is at `at`.
    pub(super) fn code(&mut self, at: usize, inner: &Span) -> Option<usize> {
        let floor = inner.start.max(self.done);
        let (start, open, close) =
            [(&b"src"[..], b'{', b'}'), (b"call", b'(', b')')].iter().find_map(|(word, open, close)| {
                let start = at.checked_sub(word.len()).filter(|&start| start >= floor)?;
                self.bytes[start..at].eq_ignore_ascii_case(word).then_some((start, *open, *close))
            })?;
        if start > inner.start && self.word_before(start) {
            return None;
        }
        let name = self.bytes[at + 1..inner.end].iter().position(|&b| is_space(b) || b == b'[' || b == open)?;
        if name == 0 {
            return None;
        }
        let closing: &[u8] = if close == b'}' { b"}" } else { b")" };
        self.find(closing, at, inner.end)?;
        let mut from = at + 1 + name;
        if self.bytes[from] == b'[' {
            from = self.balanced(from, inner.end, b'[', b']')?;
        }
        self.balanced(from, inner.end, open, close)
    }

    /// The end of what is between brackets; what is longer than 256 bytes is not looked at, so that the search stays linear.
    fn balanced(&self, at: usize, limit: usize, open: u8, close: u8) -> Option<usize> {
        let mut depth = 0usize;
        for (i, &byte) in self.bytes[..limit].iter().enumerate().skip(at).take(256) {
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth = depth.checked_sub(1)?;
            }
            if depth == 0 {
                return (i > at).then_some(i + 1);
            }
        }
        None
    }

    /// `\(...\)`, `\[...\]` and `\name{...}`.
    pub(super) fn latex(&mut self, at: usize, limit: usize) -> Option<usize> {
        match self.bytes[..limit].get(at + 1)? {
            b'(' => self.find(b"\\)", at + 2, limit).map(|end| end + 2),
            b'[' => self.find(b"\\]", at + 2, limit).map(|end| end + 2),
            byte if byte.is_ascii_alphabetic() => {
                let letters = self.bytes[at + 1..limit].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                let mut end = at + 1 + letters;
                end += usize::from(self.bytes[..limit].get(end) == Some(&b'*'));
                while let Some(close) = self.argument(end, limit) {
                    end = close;
                }
                Some(end)
            }
            _ => None,
        }
    }

    /// The end of `[...]` or `{...}` on one line without others in it.
    fn argument(&self, at: usize, limit: usize) -> Option<usize> {
        let close = match self.bytes[..limit].get(at)? {
            b'[' => b']',
            b'{' => b'}',
            _ => return None,
        };
        let inner = &self.bytes[at + 1..limit];
        let end = inner.iter().position(|b| matches!(b, b'[' | b']' | b'{' | b'}' | b'\n'))?;
        (inner[end] == close).then_some(at + end + 2)
    }

    /// `$...$` and `$$...$$`.
    pub(super) fn dollar(&mut self, at: usize, inner: &Span) -> Option<usize> {
        let next = *self.bytes[..inner.end].get(at + 1)?;
        if next == b'$' {
            return self.find(b"$$", at + 2, inner.end).map(|end| end + 2);
        }
        let opens = at == inner.start || self.bytes[at - 1] != b'$';
        if !opens || matches!(next, b' ' | b'\t' | b'\n' | b',' | b'.' | b';') {
            return None;
        }
        let end = self.find(b"$", at + 2, inner.end)?;
        let after = self.text[end + 1..inner.end].chars().next();
        let closes = !matches!(self.bytes[end - 1], b' ' | b'\t' | b'\n' | b',' | b'.')
            && after.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '@' | '~' | '\\' | '$' | '%'));
        closes.then_some(end + 1)
    }

    /// `{{{name(arguments)}}}`
    pub(super) fn macro_call(&mut self, at: usize, limit: usize) -> Option<usize> {
        let name = self.bytes[at..limit].strip_prefix(b"{{{")?;
        let length = name.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
        let called = name.first()?.is_ascii_alphabetic() && matches!(name.get(length)?, b'(' | b'}');
        called.then(|| self.find(b"}}}", at + 3 + length, limit)).flatten().map(|end| end + 3)
    }

    /// `@@backend:...@@`
    pub(super) fn snippet(&mut self, at: usize, limit: usize) -> Option<usize> {
        let name = self.bytes[at..limit].strip_prefix(b"@@")?;
        let length = name.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
        let backend = length > 0 && name.get(length) == Some(&b':');
        backend.then(|| self.find(b"@@", at + 3 + length, limit)).flatten().map(|end| end + 2)
    }
}
