//! What looks like a key or token: found, named, masked.
//!
//! A text goes once through an automaton of all patterns' hints, short words of which a pattern cannot do without one. Most
//! texts have none and that is all; the expressions of the others are run one by one.

mod judge;
mod pattern;
mod table;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;

use pattern::Pattern;
use table::TABLES;

/// The table, ready to be searched with.
struct Finder {
    patterns: Vec<&'static Pattern>,
    /// Of each pattern, made when a text first has its hint.
    regexes: Vec<OnceLock<Regex>>,
    hints: AhoCorasick,
    /// Of each hint the pattern, and how it is written where case matters.
    hint_of: Vec<(usize, Option<&'static str>)>,
    markers: AhoCorasick,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let patterns: Vec<&'static Pattern> = TABLES.iter().copied().flatten().collect();
    let hints: Vec<(usize, &'static str)> =
        patterns.iter().enumerate().flat_map(|(i, pattern)| pattern.hints.iter().map(move |hint| (i, *hint))).collect();
    let markers: Vec<String> = patterns.iter().map(|pattern| format!("[{}]", pattern.kind)).collect();
    Finder {
        regexes: patterns.iter().map(|_| OnceLock::new()).collect(),
        hints: AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(hints.iter().map(|(_, hint)| hint))
            .expect("the table's hints are few and short"),
        hint_of: hints.iter().map(|&(i, hint)| (i, (!patterns[i].folds()).then_some(hint))).collect(),
        markers: AhoCorasick::new(&markers).expect("the table's kinds are few and short"),
        patterns,
    }
});

/// So often in a text what was refused is looked into, so that no text takes long.
const REFUSED: usize = 1000;

/// A stretch of text that looks like a key or token.
struct Secret {
    range: Range<usize>,
    /// The index of its pattern; the first in the table tells most about it.
    pattern: usize,
}

impl Finder {
    /// Which patterns have a hint in the text, in the order of the table.
    fn hinted(&self, text: &str) -> Vec<usize> {
        let mut hinted = Vec::new();
        for hint in self.hints.find_overlapping_iter(text) {
            let (pattern, exact) = self.hint_of[hint.pattern().as_usize()];
            let is_it = || exact.is_none_or(|exact| text.as_bytes()[hint.span()] == *exact.as_bytes());
            if !hinted.contains(&pattern) && is_it() {
                hinted.push(pattern);
            }
        }
        hinted.sort_unstable();
        hinted
    }

    fn regex(&self, pattern: usize) -> &Regex {
        self.regexes[pattern].get_or_init(|| self.patterns[pattern].regex())
    }

    /// The secrets of one pattern.
    fn secrets<'t>(&'t self, pattern: usize, text: &'t str) -> impl Iterator<Item = Secret> + 't {
        let judge = self.patterns[pattern].judge;
        let (mut at, mut refused) = (0, 0);
        std::iter::from_fn(move || {
            while at <= text.len() {
                let found = self.regex(pattern).captures_at(text, at)?;
                let whole = found.get_match();
                // The first group that took part; without groups all of it.
                let secret = found.iter().skip(1).flatten().next().unwrap_or(whole).range();
                let (range, is_secret) = judge.judge(text, secret);
                if is_secret && !self.markers.is_match(&text[range.clone()]) {
                    at = range.end;
                    return Some(Secret { range, pattern });
                }
                refused += 1;
                // A secret may stand within what was refused: `password=f(password=...)`.
                let inside = text[range.clone()].find(['(', '[', '{', ',', '?']).filter(|_| refused < REFUSED);
                at = inside.map_or(range.end, |i| range.start + i).max(whole.start() + 1);
                while !text.is_char_boundary(at) {
                    at += 1;
                }
            }
            None
        })
    }

    /// All of them, in the order of the text, those that overlap made one.
    fn all(&self, text: &str) -> Vec<Secret> {
        let mut found: Vec<Secret> =
            self.hinted(text).into_iter().flat_map(|pattern| self.secrets(pattern, text)).collect();
        found.sort_by_key(|secret| secret.range.start);
        let mut apart: Vec<Secret> = Vec::with_capacity(found.len());
        for secret in found {
            match apart.last_mut() {
                Some(last) if secret.range.start < last.range.end => {
                    last.range.end = last.range.end.max(secret.range.end);
                    last.pattern = last.pattern.min(secret.pattern);
                }
                _ => apart.push(secret),
            }
        }
        apart
    }
}

/// The names of the patterns that `text` has something of, in the order of the table.
pub(super) fn kinds(text: &str) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    let finder = &*FINDER;
    let hinted = finder.hinted(text);
    if hinted.is_empty() || !hinted.iter().any(|&pattern| finder.secrets(pattern, text).next().is_some()) {
        return kinds;
    }
    // A key that is assigned to a name matches by itself and by the name: it is one, and of the kind that tells most.
    let mut found: Vec<usize> = finder.all(text).iter().map(|secret| secret.pattern).collect();
    found.sort_unstable();
    for pattern in found {
        let kind = finder.patterns[pattern].kind;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// The text with everything that looks like a key or token replaced by `[its kind]`. What is masked stays as it is.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    // What stood beside a secret may look like one without it. It ends, for each round leaves less to mask.
    loop {
        let secrets = FINDER.all(&masked);
        if secrets.is_empty() {
            return masked;
        }
        let mut out = String::with_capacity(masked.len());
        let mut end = 0;
        for secret in &secrets {
            out.push_str(&masked[end..secret.range.start]);
            out.push('[');
            out.push_str(FINDER.patterns[secret.pattern].kind);
            out.push(']');
            end = secret.range.end;
        }
        out.push_str(&masked[end..]);
        masked = Cow::Owned(out);
    }
}

#[cfg(test)]
mod tests;
