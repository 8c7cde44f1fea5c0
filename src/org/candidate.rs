//! Whether a stretch of text can have a link or a citation in it at all: most have none and need not be parsed.

use memchr::memchr2_iter;

use super::link::TYPES;
use super::scan::Span;

/// Whether `span` has `[[`, `[cite`, or a colon behind the name of a link type.
pub(super) fn within(bytes: &[u8], span: &Span, more: &[&str]) -> bool {
    let run = &bytes[span.clone()];
    memchr2_iter(b'[', b':', run).any(|at| match run[at] {
        b'[' => run.get(at + 1) == Some(&b'[') || run[at + 1..].starts_with(b"cite"),
        _ => ends_with_type(&run[..at], more),
    })
}

fn ends_with_type(before: &[u8], more: &[&str]) -> bool {
    let ends = |kind: &&str| {
        before.len().checked_sub(kind.len()).is_some_and(|at| before[at..].eq_ignore_ascii_case(kind.as_bytes()))
    };
    before.last().is_some_and(u8::is_ascii_alphabetic) && TYPES.iter().chain(more).any(ends)
}
