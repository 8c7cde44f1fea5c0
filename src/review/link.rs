//! The link of a remark: `[[file:PATH::LINE][NAME:LINE]]`, written and read as Org does.

/// What a remark's headline points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// The path as written, `~` included.
    pub(super) path: String,
    /// The line, counted from 1; none where the link is to the whole file.
    pub(super) line: Option<usize>,
    /// What stands after the link, without blanks at either end.
    pub(super) rest: &'a str,
}

/// Writes the link; `lines` is `12` or `12-20`.
pub(super) fn format(path: &str, line: usize, lines: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    // `]]` would end the description: Org itself puts a zero-width space between (org-link-make-string).
    let name = name.replace("]]", "]\u{200b}]");
    format!("[[file:{}::{line}][{name}:{lines}]]", escape(path))
}

/// Reads the link at the start of a headline's title, with the rest of the title. As for Org, a link to an absolute path or
/// one that starts with a dot needs no `file:`.
pub(super) fn parse(title: &str) -> Option<Target<'_>> {
    let inner = title.trim_start().strip_prefix("[[")?;
    let inner = match inner.strip_prefix("file:") {
        Some(path) => path,
        None => ["/", "~/", "./", "../"].iter().any(|start| inner.starts_with(start)).then_some(inner)?,
    };
    let mut target = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            // Only before a bracket, or before more backslashes that stand before one, does a backslash escape.
            '\\' if escapes(&inner[at..]) => target.push(chars.next()?.1),
            ']' => {
                let rest = inner[at..].find("]]").map_or("", |end| inner[at + end + 2..].trim());
                let (path, line) = split(&target);
                return (!path.is_empty()).then(|| Target { path: path.to_owned(), line, rest });
            }
            '[' => return None,
            _ => target.push(c),
        }
    }
    None
}

/// Whether a run of backslashes is followed by a bracket.
fn escapes(text: &str) -> bool {
    matches!(text.trim_start_matches('\\').chars().next(), Some('[' | ']'))
}

/// Splits `PATH::LINE` at the last `::`, so that a file name may hold one.
fn split(target: &str) -> (&str, Option<usize>) {
    match target.rsplit_once("::") {
        Some((path, option)) => match option.trim().parse() {
            Ok(line) if line > 0 => (path, Some(line)),
            _ => (path, None),
        },
        None => (target, None),
    }
}

/// Escapes brackets, and the backslashes before one or at the end, as `org-link-escape` does.
fn escape(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    let mut backslashes = 0;
    for c in target.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        let bracket = matches!(c, '[' | ']');
        out.extend(std::iter::repeat_n('\\', if bracket { 2 * backslashes + 1 } else { backslashes }));
        backslashes = 0;
        out.push(c);
    }
    out.extend(std::iter::repeat_n('\\', backslashes));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_format_of_the_log() {
        assert_eq!(format("~/r/src/cli.py", 127, "127"), "[[file:~/r/src/cli.py::127][cli.py:127]]");
        assert_eq!(format("~/a[b].py", 3, "3-9"), r"[[file:~/a\[b\].py::3][a[b].py:3-9]]");
        let t = parse("[[file:~/a::b.py::3][x]] more").unwrap();
        assert_eq!((t.path.as_str(), t.line, t.rest), ("~/a::b.py", Some(3), "more"));
        assert_eq!(parse("[[~/x.py::2]]").unwrap().path, "~/x.py");
        assert_eq!(parse("[[*Heading]]"), None);
        assert_eq!(parse("[[file:~/x.py]]").unwrap().line, None);
        assert_eq!(parse("[[https://x]]"), None);
        assert_eq!(parse("buy milk"), None);
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in r"[a-z \[\]\\:é]{1,12}\.rs", line in 1usize..9999) {
            let written = format(&path, line, "1");
            let t = parse(&written).unwrap();
            prop_assert_eq!((t.path, t.line), (path, Some(line)));
        }
    }
}
