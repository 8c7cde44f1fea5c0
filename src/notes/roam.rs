//! org-roam's rules about single strings: lists in double quotes, refs, titles.

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
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("[[") {
        let Some((length, label)) = bracket(&rest[open..]) else {
            shown.push_str(&rest[..open + 1]);
            rest = &rest[open + 1..];
            continue;
        };
        shown.push_str(&rest[..open]);
        shown.push_str(label);
        rest = &rest[open + length..];
    }
    shown.push_str(rest);
    shown
}

/// The length of the bracket link that `text` starts with, and what it shows (`org-link-bracket-re`).
fn bracket(text: &str) -> Option<(usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 2;
    let close = loop {
        match bytes.get(at)? {
            b'[' => return None,
            b']' => break at,
            b'\\' => {
                let slashes = bytes[at..].iter().take_while(|&&b| b == b'\\').count();
                at += slashes;
                at += usize::from(slashes % 2 == 1 && matches!(bytes.get(at), Some(b'[' | b']')));
            }
            _ => at += 1,
        }
    };
    if close == 2 {
        return None;
    }
    match bytes.get(close + 1)? {
        b']' => Some((close + 2, &text[2..close])),
        b'[' => {
            let start = close + 2;
            let end = start + 1 + text.get(start + 1..)?.find("]]")?;
            Some((end + 2, &text[start..end]))
        }
        _ => None,
    }
}
