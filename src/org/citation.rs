//! Citations: manual node "Citations", `org-element-citation-parser`.

use super::object::Objects;
use super::scan::Span;

/// One key of a citation: `[cite:see @key p. 7]` has one, `[cite:@this;@that]` has two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// With what stands before and behind the key, up to the semicolon.
    pub span: Span,
    /// Without the `@`.
    pub key: Span,
}

impl Objects<'_> {
    /// The end of the citation that opens at `at`.
    pub(super) fn citation(&mut self, at: usize, limit: usize) -> Option<usize> {
        let prefix = prefix(&self.text[at..limit])?;
        let close = self.pair(at).filter(|&close| close < limit)?;
        let start = at + prefix;
        if start > close {
            return None;
        }
        let first = self.key(start, close)?;
        let mut begin =
            memchr::memrchr(b';', &self.bytes[start..first.start]).map_or(start, |semicolon| start + semicolon + 1);
        let end = close - self.bytes[first.end..close].iter().rev().take_while(|b| b" \t\r\n".contains(b)).count();
        let mut key = Some(first);
        while let Some(found) = key {
            let next =
                memchr::memchr(b';', &self.bytes[found.end..end]).map_or(end, |semicolon| found.end + semicolon + 1);
            key = self.key(next, end);
            self.cited.push(Citation { span: begin..next, key: found });
            begin = next;
        }
        Some(close + 1)
    }

    /// The first key in `start..end`.
    fn key(&self, start: usize, end: usize) -> Option<Span> {
        memchr::memchr_iter(b'@', &self.bytes[start..end]).find_map(|sign| {
            let from = start + sign + 1;
            let run = &self.text[from..end];
            let length = run.find(|c: char| !is_key(c)).unwrap_or(run.len());
            (length > 0).then_some(from..from + length)
        })
    }
}

/// The length of `[cite:` or `[cite/style:`, blanks behind it included.
fn prefix(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("[cite")?;
    let rest = match rest.strip_prefix('/') {
        Some(style) => {
            let end = style.find(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '_' | '-'))?;
            if end == 0 {
                return None;
            }
            &style[end..]
        }
        None => rest,
    };
    let rest = rest.strip_prefix(':')?.trim_start_matches([' ', '\t', '\n', '\r']);
    Some(text.len() - rest.len())
}

fn is_key(c: char) -> bool {
    c.is_alphanumeric() || "-.:?!`'/*@+|(){}<>&_^$#%~".contains(c)
}

/// The square brackets of `run` that pair, in the order of the opening ones.
pub(super) fn pairs(bytes: &[u8], run: Span) -> Vec<(usize, usize)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for at in memchr::memchr2_iter(b'[', b']', &bytes[run.clone()]).map(|at| run.start + at) {
        if bytes[at] == b'[' {
            open.push(at);
        } else if let Some(partner) = open.pop() {
            pairs.push((partner, at));
        }
    }
    pairs.sort_unstable();
    pairs
}
