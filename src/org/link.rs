//! Links: manual node "Link Format". This file knows which lines have links in them, `object.rs` where.
//!
//! Unlike Org it does not ask whether the end of a quote, a drawer or the like is there: such a line ends a paragraph anyway.
//! Links that radio targets make, and those of types that other packages add, are not found unless they are in brackets.

use std::collections::HashMap;

use memchr::memmem;

use super::candidate;
use super::citation::Citation;
use super::keyword::{BlockEnds, VERSE, is_comment, literal_block};
use super::line::{Line, is_blank_line, is_space, skip_blanks, starts_with_ignore_case, trim_end};
use super::object::Objects;
use super::scan::{BOM, Outline, Span};

/// How a link is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// `[[target][description]]` or `[[target]]`.
    Bracket,
    /// `<https://orgmode.org>`.
    Angle,
    /// `https://orgmode.org`.
    Plain,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// All of it.
    pub span: Span,
    /// Where it leads, as written: a type such as `file:` included, escapes of `org-link-escape` not undone.
    pub target: Span,
    /// What a bracket link shows instead.
    pub description: Option<Span>,
    /// How it is written.
    pub kind: LinkKind,
}

/// The link types that Org 9.5 to 9.7 have with their default modules and org-id.
pub(crate) const TYPES: [&str; 23] = [
    "https",
    "http",
    "id",
    "file",
    "mailto",
    "doi",
    "ftp",
    "news",
    "shell",
    "elisp",
    "help",
    "info",
    "irc",
    "eww",
    "gnus",
    "bbdb",
    "bibtex",
    "docview",
    "mhe",
    "rmail",
    "w3m",
    "file+sys",
    "file+emacs",
];

/// Links and citations, each in the order of the text.
#[derive(Debug, Default)]
pub struct References {
    /// The links.
    pub links: Vec<Link>,
    /// The keys of the citations.
    pub citations: Vec<Citation>,
}

/// Those in `within`, which starts at a line start: in titles and bodies, not in drawers of properties and keywords.
pub(super) fn references(outline: &Outline<'_>, within: Span, more: &'static [&'static str]) -> References {
    let text = outline.text();
    let mut finder = Finder { bytes: text.as_bytes(), more, objects: Objects::new(text, more), run: None };
    let preamble = outline.preamble();
    if within.start < preamble.end {
        let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
        let drawer = outline.file_drawer().map_or(start..start, |drawer| drawer.span.clone());
        finder.section(start..drawer.start, &within);
        finder.section(drawer.end..preamble.end, &within);
    }
    let first = outline.headline_at(within.start).unwrap_or(0);
    let inside = outline.headlines().iter().skip(first).take_while(|headline| headline.line.start < within.end);
    for headline in inside {
        if headline.line.start >= within.start {
            finder.objects.search(headline.title.clone());
        }
        finder.section(headline.body.clone(), &within);
    }
    References { links: finder.objects.found, citations: finder.objects.cited }
}

/// The links in each of `values`, the values of properties and keywords, which Org itself does not parse; those marked
/// `true` it does.
pub(super) fn values(
    text: &str,
    values: impl Iterator<Item = (Span, bool)>,
    more: &'static [&'static str],
) -> Vec<Link> {
    let mut objects = Objects::new(text, more);
    for (value, parsed) in values {
        if parsed { objects.search(value) } else { objects.search_value(value) }
    }
    objects.found
}

/// Goes through the lines of a section and hands paragraphs, cells and the like to [`Objects`].
struct Finder<'a> {
    bytes: &'a [u8],
    more: &'static [&'static str],
    objects: Objects<'a>,
    /// The paragraph that the last line belongs to.
    run: Option<Span>,
}

impl Finder<'_> {
    fn section(&mut self, section: Span, within: &Span) {
        if !candidate::within(self.bytes, &section, self.more) {
            return;
        }
        let limit = section.end;
        let mut at = section.start.max(within.start);
        let mut blocks = BlockEnds::default();
        let mut environments = None;
        while at < limit.min(within.end) {
            let line = Line::at(self.bytes, at);
            at = line.next;
            match self.line(line) {
                LineKind::Text => self.run = Some(self.run.take().map_or(line.start, |run| run.start)..line.end),
                LineKind::Start => {
                    self.flush();
                    self.run = Some(line.start..line.end);
                }
                LineKind::Separator => self.flush(),
                LineKind::Row => {
                    self.flush();
                    self.row(line);
                }
                LineKind::Block(VERSE) => {
                    self.flush();
                    // All of it is one paragraph, whatever its lines look like.
                    if let Some(end) = blocks.after(self.bytes, VERSE, line.next, limit) {
                        self.objects.search(line.next..end);
                        at = end;
                    }
                }
                LineKind::Block(kind) => {
                    self.flush();
                    at = blocks.after(self.bytes, kind, line.next, limit).unwrap_or(line.next);
                }
                LineKind::Environment(name) => {
                    let ends = environments.get_or_insert_with(|| environment_ends(self.bytes, line.start..limit));
                    let end = ends.get_mut(&self.bytes[name]).and_then(|ends| {
                        while ends.last().is_some_and(|end| *end < line.start) {
                            ends.pop();
                        }
                        ends.last().copied()
                    });
                    match end {
                        Some(end) => {
                            self.flush();
                            at = Line::at(self.bytes, end).next;
                        }
                        None => self.run = Some(self.run.take().map_or(line.start, |run| run.start)..line.end),
                    }
                }
            }
        }
        self.flush();
    }

    fn flush(&mut self) {
        if let Some(run) = self.run.take() {
            self.objects.search(run);
        }
    }

    /// The cells of a table's row are searched one by one.
    fn row(&mut self, line: Line) {
        let mut start = line.start;
        for bar in memchr::memchr_iter(b'|', &self.bytes[line.start..line.end]).map(|bar| line.start + bar) {
            self.objects.search(start..bar);
            start = bar + 1;
        }
        self.objects.search(start..line.end);
    }

    fn line(&self, line: Line) -> LineKind {
        let bytes = &self.bytes[..line.end];
        let first = skip_blanks(bytes, line.start, line.end);
        match bytes.get(first) {
            None => LineKind::Separator,
            Some(b'\r') if is_blank_line(self.bytes, line) => LineKind::Separator,
            Some(b'#') if is_comment(bytes, line) => LineKind::Separator,
            Some(b'#') if bytes.get(first + 1) == Some(&b'+') => match literal_block(bytes, first, line.end) {
                Some(kind) => LineKind::Block(kind),
                None => keyword_like(bytes, first + 2),
            },
            Some(b':') => {
                let end = trim_end(bytes, first, line.end);
                let name = |&b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b == b'-' || b == b'_';
                let drawer = end - first > 2 && bytes[end - 1] == b':' && bytes[first + 1..end - 1].iter().all(name);
                let fixed_width = bytes.get(first + 1).is_none_or(|&b| b == b' ');
                if drawer || fixed_width { LineKind::Separator } else { LineKind::Text }
            }
            Some(b'|') => LineKind::Row,
            Some(b'[') if first == line.start && bytes[first..].starts_with(b"[fn:") => LineKind::Start,
            Some(b'%') if first == line.start && bytes[first..].starts_with(b"%%(") => LineKind::Separator,
            Some(b'\\') => match bytes[first..].strip_prefix(b"\\begin{") {
                Some(rest) => {
                    let length = rest.iter().position(|&b| !is_environment(b)).unwrap_or(rest.len());
                    let start = first + b"\\begin{".len();
                    let named = length > 0 && rest.get(length) == Some(&b'}');
                    if named { LineKind::Environment(start..start + length) } else { LineKind::Text }
                }
                None => LineKind::Text,
            },
            Some(b'-') if is_rule(&bytes[first..]) => LineKind::Separator,
            Some(_) if is_item(bytes, first) => LineKind::Start,
            Some(_) => LineKind::Text,
        }
    }
}

enum LineKind {
    /// Goes on with the paragraph, or starts one.
    Text,
    /// Starts a paragraph.
    Start,
    /// Ends a paragraph and has no links.
    Separator,
    /// A row of a table.
    Row,
    /// Opens a literal block, by its place in the list of those.
    Block(usize),
    /// Opens a LaTeX environment of this name.
    Environment(Span),
}

/// A line that starts with `#+`, a block's lines included.
fn keyword_like(bytes: &[u8], start: usize) -> LineKind {
    let run = &bytes[start..];
    let run = &run[..run.iter().position(|&b| is_space(b)).unwrap_or(run.len())];
    let block = [&b"BEGIN_"[..], b"END_"].iter().any(|word| starts_with_ignore_case(bytes, start, word));
    if block || run[1.min(run.len())..].contains(&b':') { LineKind::Separator } else { LineKind::Text }
}

/// `[-+*][ \t\n]` or `[0-9]+[.)][ \t\n]`
fn is_item(bytes: &[u8], first: usize) -> bool {
    let digits = bytes[first..].iter().take_while(|b| b.is_ascii_digit()).count();
    let bullet = match bytes.get(first + digits) {
        Some(b'-' | b'+' | b'*') => digits == 0,
        Some(b'.' | b')') => digits > 0,
        _ => false,
    };
    bullet && bytes.get(first + digits + 1).is_none_or(|&b| is_space(b))
}

/// `-----` or longer.
fn is_rule(line: &[u8]) -> bool {
    let dashes = line.iter().take_while(|&&b| b == b'-').count();
    dashes >= 5 && trim_end(line, dashes, line.len()) == dashes
}

fn is_environment(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'*'
}

/// For each name the places of `\end{NAME}` at the end of a line, the last first.
fn environment_ends(bytes: &[u8], section: Span) -> HashMap<&[u8], Vec<usize>> {
    let mut ends: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let hits: Vec<_> = memmem::find_iter(&bytes[section.clone()], b"\\end{").map(|hit| section.start + hit).collect();
    for hit in hits.into_iter().rev() {
        let start = hit + b"\\end{".len();
        let length = bytes[start..section.end].iter().take_while(|b| is_environment(**b)).count();
        let line = Line::at(bytes, hit);
        if bytes.get(start + length) == Some(&b'}') && trim_end(bytes, start, line.end) == start + length + 1 {
            ends.entry(&bytes[start..start + length]).or_default().push(hit);
        }
    }
    ends
}
