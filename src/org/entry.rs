//! One entry for readers that do not know Org: as Markdown.
//!
//! What orgize is asked to parse is one section at a time and within caps, for it is cubic on long lines and recurses.

use super::line::{lines, starts_with_ignore_case};
use super::markdown;
use super::scan::{Outline, PieceKind};

/// A longer text is not parsed.
const TEXT_CAP: usize = 256 * 1024;
/// A section with a longer line is not parsed.
const LINE_CAP: usize = 1024;
/// A section nested deeper is not parsed.
const NESTING_CAP: usize = 200;
/// A section nested deeper is parsed on a stack of its own.
const SHALLOW: usize = 20;
/// Bytes; only those in use cost memory.
const STACK: usize = 64 << 20;

/// Renders an entry, with or without its children, as Markdown.
///
/// Property drawers are left out; TODO keywords, tags, planning lines and timestamps stay as they are written. A section
/// with a line of more than 1 kB or with more than 200 levels of nesting, or a text of more than 256 kB, comes as the Org
/// text it is.
///
/// ```
/// let text = "* TODO Read /this/ :work:\n:PROPERTIES:\n:ID: 7\n:END:\n- a [[https://a.org][link]]\n";
/// assert_eq!(memento::org::entry::markdown(text), "# TODO Read *this* :work:\n\n- a [link](https://a.org)\n");
/// ```
pub fn markdown(text: &str) -> String {
    let outline = Outline::scan(text);
    let mut result = String::with_capacity(text.len());
    for piece in outline.pieces() {
        let part = &text[piece.span.clone()];
        match piece.kind {
            PieceKind::Bom | PieceKind::Drawer => {}
            PieceKind::Headline => {
                let i = outline.headline_at(piece.span.start).expect("a headline's piece starts at a headline");
                start_block(&mut result);
                result.push_str(&heading(&outline, i));
                result.push_str("\n\n");
            }
            PieceKind::Planning => {
                result.push_str(part.trim());
                result.push_str("\n\n");
            }
            PieceKind::Preamble | PieceKind::Body => result.push_str(&rendered(text, part, markdown::section)),
        }
    }
    result.truncate(result.trim_end().len());
    if !result.is_empty() {
        result.push('\n');
    }
    result
}

/// The headline's line: hashes, and all but the title as it is written.
fn heading(outline: &Outline<'_>, i: usize) -> String {
    let headline = &outline.headlines()[i];
    let text = outline.text();
    let before = text[headline.line.start + headline.level..headline.title.start].trim_start();
    let after = text[headline.title.end..headline.line.end].trim_end();
    let title = outline.title(i);
    let title = rendered(text, title, markdown::title);
    format!("{} {before}{title}{after}", "#".repeat(headline.level.min(6)))
}

/// A blank line before what comes next.
fn start_block(result: &mut String) {
    result.truncate(result.trim_end().len());
    if !result.is_empty() {
        result.push_str("\n\n");
    }
}

/// How deep `section` nests, if orgize may parse it.
fn within_caps(text: &str, section: &str) -> Option<usize> {
    let fits = text.len() <= TEXT_CAP
        && lines(section.as_bytes(), 0, section.len()).all(|line| line.end - line.start <= LINE_CAP);
    if !fits {
        return None;
    }
    Some(nesting(section)).filter(|nesting| *nesting <= NESTING_CAP)
}

/// What `render` makes of `part`; `part` itself where it is over a cap, or where orgize panics.
fn rendered(text: &str, part: &str, render: fn(&str) -> String) -> String {
    let markdown = || std::panic::catch_unwind(|| render(part)).ok();
    let markdown = match within_caps(text, part) {
        None => None,
        Some(nesting) if nesting <= SHALLOW => markdown(),
        // Threads come with 2 MB of stack, or less.
        Some(_) => std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, markdown);
            thread.ok().and_then(|thread| thread.join().ok()).flatten()
        }),
    };
    markdown.unwrap_or_else(|| part.to_owned())
}

/// No less than how deep orgize nests when it parses `section`: by indentation and bullets, by blocks and drawers (all of
/// them counted, for it searches the rest of the section for the end of each), and by brackets.
fn nesting(section: &str) -> usize {
    const BRACKETS: [(u8, u8); 4] = [(b'[', b']'), (b'{', b'}'), (b'(', b')'), (b'<', b'>')];
    let bytes = section.as_bytes();
    let (mut deepest, mut blocks, mut indents, mut depth) = (0, 0, Vec::new(), [0usize; BRACKETS.len()]);
    for line in lines(bytes, 0, bytes.len()) {
        let text = section[line.start..line.end].trim_start();
        if text.is_empty() {
            depth = [0; BRACKETS.len()];
            continue;
        }
        let indent = line.end - line.start - text.len();
        while indents.last().is_some_and(|last| *last >= indent) {
            indents.pop();
        }
        indents.push(indent);
        let opens = starts_with_ignore_case(text.as_bytes(), 0, b"#+begin")
            || text.starts_with("\\begin")
            || (text.starts_with(':') && text[1..].trim_end().ends_with(':'));
        blocks += usize::from(opens);
        let mut line_deepest = 0;
        for byte in text.bytes() {
            for (kind, (open, close)) in BRACKETS.into_iter().enumerate() {
                if byte == open {
                    depth[kind] += 1;
                    line_deepest = line_deepest.max(depth.iter().sum());
                } else if byte == close {
                    depth[kind] = depth[kind].saturating_sub(1);
                }
            }
        }
        deepest = deepest.max(indents.len() + bullets(text) + line_deepest);
    }
    deepest + blocks
}

/// How many list items start at the start of a line: `- 1. + text` has three.
fn bullets(text: &str) -> usize {
    text.split_ascii_whitespace().take_while(|word| is_bullet(word)).count()
}

fn is_bullet(word: &str) -> bool {
    matches!(word, "-" | "+" | "*") || {
        let number = word.trim_end_matches(['.', ')']);
        !number.is_empty() && number.len() < word.len() && number.bytes().all(|b| b.is_ascii_alphanumeric())
    }
}
