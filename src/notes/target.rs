//! Where a link leads: its type and path (`org-element-link-parser`).

use std::borrow::Cow;
use std::collections::HashMap;

use super::roam::TYPES;
use crate::org::{LinkKind, Outline, link};

/// Longer replacements are not made: they would be repeated for every link.
const LONGEST: usize = 1024;

/// The abbreviations that the file sets with `#+link: key replacement`.
pub(super) struct Abbreviations<'a>(HashMap<&'a str, &'a str>);

impl<'a> Abbreviations<'a> {
    pub(super) fn of(outline: &Outline<'a>) -> Self {
        let pair = |value: &'a str| {
            let (key, replacement) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => value.split_once([' ', '\t'])?,
            };
            let replacement = replacement.trim_matches([' ', '\t']);
            (1..=LONGEST).contains(&replacement.len()).then_some((key, replacement))
        };
        let mut pairs = HashMap::new();
        for (key, replacement) in outline.keyword_values("link").filter_map(pair) {
            pairs.entry(key).or_insert(replacement);
        }
        Self(pairs)
    }

    /// Whether `target` starts with an abbreviation.
    pub(super) fn have(&self, target: &str) -> bool {
        let key = target.split(':').next().unwrap_or(target);
        self.0.iter().any(|(known, _)| *known == key)
    }

    /// `target` with its abbreviation replaced (`org-link-expand-abbrev`); functions are not called.
    pub(super) fn expand<'t>(&self, target: Cow<'t, str>) -> Cow<'t, str> {
        if self.0.is_empty() {
            return target;
        }
        let (key, tag) = target.split_once(':').unwrap_or((&target, ""));
        let Some(replacement) = self.0.get(key) else { return target };
        let tag = tag.strip_prefix(':').unwrap_or(tag);
        let expanded = if replacement.contains("%(") {
            return target;
        } else if replacement.contains("%s") {
            replacement.replacen("%s", tag, 1)
        } else if replacement.contains("%h") {
            replacement.replacen("%h", &hexify(tag), 1)
        } else {
            format!("{replacement}{tag}")
        };
        Cow::Owned(expanded)
    }
}

/// Percent-encoding of all but unreserved characters (`url-hexify-string`).
fn hexify(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The type and the path of a link whose target is written as `written`.
pub(super) fn resolve(written: &str, kind: LinkKind, abbreviations: &Abbreviations<'_>) -> (String, String) {
    let joined = join_lines(written, if kind == LinkKind::Bracket { " " } else { "" });
    if kind != LinkKind::Bracket {
        let (kind, path) = joined.split_once(':').unwrap_or(("", &joined));
        return typed(kind, path);
    }
    let target = abbreviations.expand(unescape(joined));
    if target.starts_with(['/', '~']) || target.starts_with("./") || target.starts_with("../") {
        return typed("file", &target);
    }
    if let Some((kind, path)) = target.split_once(':')
        && link::TYPES.iter().chain(TYPES).any(|known| known.eq_ignore_ascii_case(kind))
    {
        return typed(kind, path);
    }
    if let Some(name) = target.strip_prefix('(').and_then(|target| target.strip_suffix(')')) {
        return ("coderef".into(), name.into());
    }
    match target.strip_prefix('#') {
        Some(id) => ("custom-id".into(), id.into()),
        None => ("fuzzy".into(), target.into_owned()),
    }
}

/// A link of a known type. A file's or a node's is cut at `::`, where the place in it starts.
fn typed(kind: &str, path: &str) -> (String, String) {
    let file = kind.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("file"));
    let cut = file || kind.eq_ignore_ascii_case("id");
    let path = if cut { path.split_once("::").map_or(path, |(path, _)| path) } else { path };
    if !file {
        return (kind.to_owned(), path.to_owned());
    }
    let slashes = path.len() - path.trim_start_matches('/').len();
    let drive =
        slashes > 1 && path[slashes..].chars().nth(1) == Some(':') && path[slashes..].chars().nth(2) == Some('/');
    let path = if drive || slashes > 2 { &path[slashes - usize::from(!drive)..] } else { path };
    ("file".to_owned(), path.to_owned())
}

/// A line break and the blanks around it become `by`.
fn join_lines<'t>(written: &'t str, by: &str) -> Cow<'t, str> {
    if !written.contains('\n') {
        return Cow::Borrowed(written);
    }
    let blank = [' ', '\t', '\r'];
    let (first, rest) = written.split_once('\n').unwrap_or((written, ""));
    let mut joined = first.trim_end_matches(blank).to_owned();
    let mut lines = rest.split('\n').peekable();
    while let Some(line) = lines.next() {
        joined.push_str(by);
        let line = line.trim_start_matches(blank);
        // The blanks at the end of the last line are no part of a break.
        joined.push_str(if lines.peek().is_some() { line.trim_end_matches(blank) } else { line });
    }
    Cow::Owned(joined)
}

/// Backslashes before a bracket or at the end are halved (`org-link-unescape`).
fn unescape(target: Cow<'_, str>) -> Cow<'_, str> {
    if !target.contains('\\') {
        return target;
    }
    let mut plain = String::with_capacity(target.len());
    let mut rest = &*target;
    while let Some(at) = rest.find('\\') {
        let slashes = rest[at..].bytes().take_while(|&b| b == b'\\').count();
        let after = &rest[at + slashes..];
        let escapes = after.is_empty() || after.starts_with(['[', ']']);
        plain.push_str(&rest[..at + if escapes { slashes / 2 } else { slashes }]);
        rest = after;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_is_replaced() {
        let outline = Outline::scan(
            "#+link: plain https://a.org/\n#+link: s https://a.org/?q=%s&b\n#+link: h https://a.org/%h\n\
             #+link: \"two words\" file:\n#+link: call %(shell)\n#+link: empty\n#+link: plain https://second.org/\n",
        );
        let abbreviations = Abbreviations::of(&outline);
        for (target, expected) in [
            ("plain:b", "https://a.org/b"),
            ("plain::b", "https://a.org/b"),
            ("plain", "https://a.org/"),
            ("s:b", "https://a.org/?q=b&b"),
            ("h:ü b", "https://a.org/%C3%BC%20b"),
            ("two words:b", "file:b"),
            ("call:b", "call:b"),
            ("empty:b", "empty:b"),
            ("Plain:b", "Plain:b"),
        ] {
            assert_eq!(abbreviations.expand(Cow::Borrowed(target)), expected, "{target}");
        }
    }

    #[test]
    fn lines_are_joined_without_the_blanks_around_the_break() {
        for (written, joined) in [(" a b ", " a b "), (" a \r\n\t b ", " a b "), ("a\n\nb", "a  b")] {
            assert_eq!(join_lines(written, " "), joined, "{written:?}");
        }
    }

    #[test]
    fn backslashes_before_brackets_are_halved() {
        for (written, plain) in [("a\\]", "a]"), ("a\\\\", "a\\"), ("a\\b", "a\\b"), ("\\\\\\[ü", "\\[ü")] {
            assert_eq!(unescape(Cow::Borrowed(written)), plain, "{written}");
        }
    }

    #[test]
    fn slashes_before_a_path_become_one() {
        for (path, expected) in
            [("///a", "/a"), ("//host/a", "//host/a"), ("/a", "/a"), ("//c:/a", "c:/a"), ("///c:/a", "c:/a")]
        {
            assert_eq!(typed("file", path).1, expected, "{path}");
        }
    }
}
