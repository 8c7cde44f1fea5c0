//! Where the links of a text start and end, read so that nothing of one is left when it is cut out.

use super::redact::LOCAL;
use crate::org::scan::Span;

/// The target of the bracket link that starts at `at`: what is between `[[` and the first `]` that no backslash precedes
/// and that a `]` or a `[` follows.
pub(super) fn bracket_target(bytes: &[u8], at: usize, end: usize) -> Option<Span> {
    if bytes.get(at + 1) != Some(&b'[') {
        return None;
    }
    let start = at + 2;
    let mut i = start;
    while i < end {
        match bytes[i] {
            b'\\' => i += 1,
            b'[' => return None,
            b']' => return (i > start && i + 1 < end && matches!(bytes[i + 1], b']' | b'[')).then_some(start..i),
            // Org lets a target go over a line end, not over an empty line.
            b'\n' if bytes.get(i + 1) == Some(&b'\n') => return None,
            _ => {}
        }
        i += 1;
    }
    None
}

/// Where a link goes to whose target ends at `at`: behind the `]]` that closes it. Links in its description are part of it;
/// where that never closes, the whole paragraph is.
pub(super) fn bracket_end(bytes: &[u8], at: usize, end: usize) -> usize {
    if bytes.get(at + 1) == Some(&b']') {
        return at + 2;
    }
    let (mut i, mut depth) = (at + 2, 1);
    while i + 1 < end {
        match &bytes[i..i + 2] {
            b"[[" => (depth, i) = (depth + 1, i + 2),
            b"]]" => {
                (depth, i) = (depth - 1, i + 2);
                if depth == 0 {
                    return i;
                }
            }
            b"\n\n" => return i,
            _ => i += 1,
        }
    }
    end
}

/// Where the target of the link at `at` ends, of whatever kind it is.
pub(super) fn target_end(text: &str, at: usize, end: usize) -> usize {
    let rest = &text[at..end];
    let length = if rest.starts_with("[[") {
        bracket_target(text.as_bytes(), at, end).map(|target| target.end - at).or_else(|| rest.find("]]"))
    } else if rest.starts_with('[') {
        rest.find(']')
    } else if rest.starts_with('<') {
        rest.find('>')
    } else {
        rest.find(char::is_whitespace)
    };
    at + length.unwrap_or(rest.len())
}

/// A plain or angle link.
pub(super) struct Plain {
    /// With the brackets of an angle link.
    pub(super) all: Span,
    pub(super) target: Span,
}

/// The plain or angle link of a local type whose type ends at the colon.
pub(super) fn plain(text: &str, colon: usize, span: Span) -> Option<Plain> {
    let bytes = text.as_bytes();
    let word = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'+';
    let length = bytes[span.start..colon].iter().rev().take(16).take_while(word).count();
    let start = colon - length;
    let kind = &text[start..colon];
    if !LOCAL.iter().any(|local| kind.eq_ignore_ascii_case(local)) {
        return None;
    }
    let angle = start > span.start && bytes[start - 1] == b'<';
    if angle {
        // It may go over line ends, and not over an empty line.
        let rest = &text[colon..span.end];
        let empty = |at: usize| rest[at + 1..].lines().next().is_none_or(|line| line.trim().is_empty());
        let paragraph = rest.match_indices('\n').map(|(at, _)| at).find(|&at| empty(at)).unwrap_or(rest.len());
        if let Some(close) = rest[..paragraph].find('>').map(|at| colon + at) {
            return Some(Plain { all: start - 1..close + 1, target: start..close });
        }
    }
    let rest = &text[colon + 1..span.end];
    let stop = |c: char| c.is_whitespace() || "()<>[]\"'`{}|,;".contains(c);
    let run = &rest[..rest.find(stop).unwrap_or(rest.len())];
    let run = run.trim_end_matches(['.', ':', '!', '?', '=', '~', '*', '/', '_']);
    (!run.is_empty()).then(|| {
        let end = colon + 1 + run.len();
        Plain { all: start..end.max(colon + 1 + path(rest).len()), target: start..end }
    })
}

/// The longest that Org could take for the path of a plain link at the start of `rest`: parentheses in pairs, and no sign
/// at the end.
fn path(rest: &str) -> &str {
    let mut depth = 0_usize;
    let end = rest.find(|c: char| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' => match depth.checked_sub(1) {
            Some(less) => {
                depth = less;
                false
            }
            None => true,
        },
        c => c.is_whitespace() || "<>[]".contains(c),
    });
    rest[..end.unwrap_or(rest.len())].trim_end_matches(|c: char| c.is_ascii_punctuation() && c != ')' && c != '/')
}
