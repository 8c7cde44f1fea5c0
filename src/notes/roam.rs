//! org-roam's rules about single strings: lists in double quotes, refs, titles.

use memchr::memmem;

use crate::org::Outline;

/// The list is not closed: a double quote opens and no other one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unbalanced;

/// A list the way a shell would split it, with double quotes alone (`split-string-and-unquote`).
pub(super) fn list(value: &str) -> Result<Vec<String>, Unbalanced> {
    let mut items = Vec::new();
    let mut rest = value;
    loop {
        let Some(quote) = rest.find('"') else {
            items.extend(words(rest));
            return Ok(items);
        };
        items.extend(words(&rest[..quote]));
        let (item, after) = unquote(&rest[quote + 1..]).ok_or(Unbalanced)?;
        items.push(item);
        rest = after;
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split([' ', '\t', '\n', '\r', '\u{c}', '\u{b}']).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// What stands before the closing quote, backslashes taken out, and what comes after it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut item = String::new();
    let mut from = 0;
    loop {
        let at = from + text[from..].find(['"', '\\'])?;
        item.push_str(&text[from..at]);
        if text[at..].starts_with('"') {
            return Some((item, &text[at + 1..]));
        }
        let escaped = text[at + 1..].chars().next()?;
        item.push(escaped);
        from = at + 1 + escaped.len_utf8();
    }
}

/// A text in which links are replaced by what they show (`org-link-display-format`).
pub(super) fn display(text: &str) -> String {
    // Before the last `]]` every link that has begun has an end: the search stays linear.
    let last = text.rfind("]]").unwrap_or(0);
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    while let Some(open) = text[done..].find("[[").map(|at| done + at).filter(|&open| open < last) {
        let (end, label) = bracket(text, open).unwrap_or((open + 1, &text[open..open + 1]));
        shown.push_str(&text[done..open]);
        shown.push_str(label);
        done = end;
    }
    shown.push_str(&text[done..]);
    shown
}

/// The end of the bracket link at `open`, and what it shows (`org-link-bracket-re`).
fn bracket(text: &str, open: usize) -> Option<(usize, &str)> {
    let bytes = text.as_bytes();
    let start = open + 2;
    let mut close = start;
    loop {
        close += bytes[close..].iter().position(|b| matches!(b, b'[' | b']' | b'\\'))?;
        match bytes[close] {
            b'\\' => {
                let slashes = bytes[close..].iter().take_while(|&&b| b == b'\\').count();
                close += slashes;
                close += usize::from(slashes % 2 == 1 && matches!(bytes.get(close), Some(b'[' | b']')));
            }
            b']' if close > start => break,
            _ => return None,
        }
    }
    match bytes.get(close + 1)? {
        b']' => Some((close + 2, &text[start..close])),
        b'[' => {
            let label = close + 2;
            let end = label + 1 + memmem::find(bytes.get(label + 1..)?, b"]]")?;
            Some((end + 2, &text[label..end]))
        }
        _ => None,
    }
}

/// The title of a headline in an outline path: without statistics cookies (`[2/3]`, `[66%]`), links by what they show.
pub(super) fn path_title(title: &str) -> String {
    let mut rest = title;
    let mut plain = String::new();
    while let Some(open) = rest.find('[') {
        let cookie = cookie(&rest[open..]).unwrap_or(0);
        plain.push_str(&rest[..open + usize::from(cookie == 0)]);
        rest = &rest[open + cookie.max(1)..];
    }
    plain.push_str(rest);
    display(&plain).trim().to_owned()
}

/// The length of the statistics cookie that `text` starts with.
fn cookie(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text.get(1..)?);
    let after = &text[1 + first..];
    let second = match after.strip_prefix('/') {
        Some(more) => 1 + digits(more),
        None if after.starts_with('%') => 1,
        None => return None,
    };
    let well_formed = first > 0 && (second > 1 || after.starts_with('%')) && after[second..].starts_with(']');
    well_formed.then_some(first + second + 2)
}

/// What one item of `ROAM_REFS` stands for: `@key` for each key of a citation, else the path of a link, its type dropped and
/// its host in lower case. Nothing where it is none of these.
pub(super) fn refs(item: &str) -> Vec<String> {
    if item.starts_with('@') {
        return if item.len() > 1 { vec![item.to_owned()] } else { Vec::new() };
    }
    let outline = Outline::scan(item);
    if item.starts_with("[cite:") {
        let citations = outline.references(0..item.len(), TYPES).citations;
        return citations.into_iter().map(|citation| format!("@{}", &item[citation.key])).collect();
    }
    // A link in quotes may have blanks in it.
    let whole = item.replace(' ', "x");
    let found = [whole.as_str(), item].into_iter().find_map(|text| {
        let links = Outline::scan(text).value_links(std::iter::once((0..text.len(), false)), TYPES);
        links.into_iter().next().map(|link| link.target)
    });
    let path = found.and_then(|target| item[target].split_once(':')).map(|(_, path)| lower_host(path));
    path.into_iter().collect()
}

fn lower_host(path: &str) -> String {
    let Some(rest) = path.strip_prefix("//") else { return path.to_owned() };
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    format!("//{}{}", rest[..host].to_lowercase(), &rest[host..])
}

/// Link types that org-roam and org-attach add to Org's own.
pub(super) const TYPES: &[&str] = &["roam", "attachment"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_at_blanks_outside_of_quotes() {
        assert_eq!(list(" a\t\"b c\"d \"\" ").unwrap(), ["a", "b c", "d", ""]);
        assert_eq!(list(r#""a \" \\ b""#).unwrap(), [r#"a " \ b"#]);
        assert_eq!(list("").unwrap(), [""; 0]);
        for open in ["\"", "a \"b", "\"a\" \"", "\"a\\\""] {
            assert_eq!(list(open), Err(Unbalanced), "{open}");
        }
    }

    #[test]
    fn links_are_displayed_by_their_descriptions() {
        for (text, shown) in [
            ("a [[b]] c", "a b c"),
            ("[[a][b]] [[c][d]]", "b d"),
            ("[[a][ü]]", "ü"),
            ("[[a][b]c]]", "b]c"),
            ("[[a\\]b][c]]", "c"),
            ("[[]] [[a [[b]]", "[[]] [[a b"),
            ("[[a][b", "[[a][b"),
        ] {
            assert_eq!(display(text), shown, "{text}");
        }
    }

    #[test]
    fn a_path_has_no_statistics_cookies() {
        for (title, shown) in [
            ("A [1/2]", "A"),
            ("[50%] A [/] [%]", "A [/] [%]"),
            ("A [1] [a/b] [1/2", "A [1] [a/b] [1/2"),
            ("[1/2]", ""),
        ] {
            assert_eq!(path_title(title), shown, "{title}");
        }
    }

    #[test]
    fn a_ref_is_a_key_or_a_path() {
        let none: &[&str] = &[];
        for (item, expected) in [
            ("@key", &["@key"][..]),
            ("@", none),
            ("word", none),
            ("cite:key", none),
            ("[cite:@a;see @b]", &["@a", "@b"]),
            ("https://Üb.ER/Path?Q#F", &["//üb.er/Path?Q#F"]),
            ("doi:10.1/X", &["10.1/X"]),
            ("[[https://a.org][b]]", &["//a.org"]),
        ] {
            assert_eq!(refs(item), expected, "{item}");
        }
    }
}
