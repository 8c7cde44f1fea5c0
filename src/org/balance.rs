//! Blocks and drawers that have no end, ends that have no start, and property drawers that are none where they stand: text that
//! means something else once other text is put before or behind it.

use super::keyword::{block_name, literal_block};
use super::line::{Line, lines, skip_blanks, starts_with_ignore_case};
use super::scan::{Outline, PieceKind};

/// A line that lacks its counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbalanced {
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there, such as `#+begin_src`.
    pub what: String,
    /// The line that it needs.
    pub needs: String,
}

/// A line that opens or closes something.
enum Edge {
    /// What stands there, what ends it, and whether nothing else opens in it.
    Open(String, String, bool),
    /// What stands there, and what starts it.
    Close(String, String),
}

/// The first block or drawer in `text` that does not end in its section, the first end of one that did not start there, or the
/// first property drawer that belongs to nothing.
///
/// ```
/// use memento::org::unbalanced;
///
/// let text = "* A\n#+begin_src sh\nls\n* B\n";
/// let found = unbalanced(text).unwrap();
/// assert_eq!((found.line, found.what.as_str(), found.needs.as_str()), (2, "#+begin_src", "#+end_src"));
/// assert_eq!(unbalanced("#+begin_quote\n- a\n#+end_quote\n"), None);
/// ```
pub fn unbalanced(text: &str) -> Option<Unbalanced> {
    let outline = Outline::scan(text);
    let bytes = text.as_bytes();
    // The drawers of headlines are pieces of their own.
    let sections = outline.pieces().filter(|piece| matches!(piece.kind, PieceKind::Preamble | PieceKind::Body));
    for section in sections {
        let mut open: Vec<(usize, String, String, bool)> = Vec::new();
        for line in lines(bytes, section.span.start, section.span.end) {
            let last = open.last().map(|(_, _, end, literal)| (end.as_str(), *literal));
            match edge(text, line) {
                None => {}
                Some(Edge::Close(end, _)) if last.is_some_and(|(needed, _)| needed.eq_ignore_ascii_case(&end)) => {
                    open.pop();
                }
                Some(_) if last.is_some_and(|(_, literal)| literal) => {}
                // A property without a value.
                Some(Edge::Open(_, end, _)) if end == DRAWER_END && last.is_some_and(|(end, _)| end == DRAWER_END) => {}
                Some(Edge::Open(what, ..)) if what.eq_ignore_ascii_case(":PROPERTIES:") => {
                    let needs = "a headline right above it, and nothing but properties in it".to_owned();
                    return Some(Unbalanced { line: outline.line_of(line.start), what, needs });
                }
                Some(Edge::Open(what, end, literal)) => open.push((line.start, what, end, literal)),
                Some(Edge::Close(what, needs)) => {
                    return Some(Unbalanced { line: outline.line_of(line.start), what, needs });
                }
            }
        }
        if let Some((start, what, needs, _)) = open.into_iter().next() {
            return Some(Unbalanced { line: outline.line_of(start), what, needs });
        }
    }
    None
}

const DRAWER_END: &str = ":END:";

fn edge(text: &str, line: Line) -> Option<Edge> {
    let bytes = text.as_bytes();
    let start = skip_blanks(bytes, line.start, line.end);
    let content = text[start..line.end].trim_end_matches([' ', '\t', '\r']);
    if content.starts_with("#+") {
        if let Some(name) = block_name(bytes, start, line.end) {
            let name = &text[name];
            let literal = literal_block(bytes, start, line.end).is_some();
            return Some(Edge::Open(format!("#+begin_{name}"), format!("#+end_{name}"), literal));
        }
        let name = content.get(6..).filter(|_| starts_with_ignore_case(bytes, start, b"#+end_"));
        if let Some(name) = name.filter(|name| !name.is_empty() && !name.contains([' ', '\t'])) {
            return Some(Edge::Close(format!("#+end_{name}"), format!("#+begin_{name}")));
        }
        if starts_with_ignore_case(bytes, start, b"#+begin:") {
            return Some(Edge::Open("#+begin:".into(), "#+end:".into(), false));
        }
        return content.eq_ignore_ascii_case("#+end:").then(|| Edge::Close("#+end:".into(), "#+begin:".into()));
    }
    let name = content.strip_prefix(':')?.strip_suffix(':')?;
    let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(word) {
        return None;
    }
    Some(if name.eq_ignore_ascii_case("END") {
        Edge::Close(DRAWER_END.into(), "the line that opens the drawer".into())
    } else {
        Edge::Open(content.to_owned(), DRAWER_END.into(), false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_at_the_end_of_its_section_is_found() {
        for (text, line, what) in [
            ("a\n#+begin_src sh\n", 2, "#+begin_src"),
            ("#+BEGIN_SRC\n* A\n#+END_SRC\n", 1, "#+begin_SRC"),
            ("* A\n#+begin_quote\n#+begin_src\n#+end_quote\n", 2, "#+begin_quote"),
            ("#+begin_quote\n#+begin_center\n#+end_quote\n#+end_center\n", 3, "#+end_quote"),
            ("a\n#+end_src\n", 2, "#+end_src"),
            ("#+end_x", 1, "#+end_x"),
            ("#+begin: clocktable\n", 1, "#+begin:"),
            ("#+end:\n", 1, "#+end:"),
            (":LOGBOOK:\nx\n* A\n:END:\n", 1, ":LOGBOOK:"),
            ("  :END:  \n", 1, ":END:"),
            ("* A\n:PROPERTIES:\n:ID: 1\nx\n", 2, ":PROPERTIES:"),
            ("a\n:properties:\n:END:\n", 2, ":properties:"),
            (":smile:\r\n", 1, ":smile:"),
        ] {
            let found = unbalanced(text).map(|found| (found.line, found.what));
            assert_eq!(found, Some((line, what.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn what_is_closed_is_not() {
        for text in [
            "",
            "#+begin_src sh\n:x:\n#+end_quote\n#+begin_quote\n#+end_src\n",
            "  #+Begin_Quote\r\n#+begin_verse\r\n#+end_verse\r\n  #+END_QUOTE  \r\n",
            "#+begin: x\n| a |\n#+end:\n",
            ":PROPERTIES:\n:ID: 1\n:X:\n:END:\n* A\n:PROPERTIES:\n:END:\n:LOGBOOK:\n:x:\n:END:",
            "#+end_src x\n#+end_\n#+title: x\n: a\n:a b:\n::\n",
        ] {
            assert_eq!(unbalanced(text), None, "{text:?}");
        }
    }
}
