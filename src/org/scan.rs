//! The outline of an Org text, with byte offsets into it.
//!
//! One pass finds the headlines and the lines that start with `#+`, a second reads each headline with its planning line and
//! drawer. Time and memory are linear, nothing recurses, and every string has an outline: what Org would not recognise is
//! body text.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr_iter, memmem};

pub use super::drawer::{Drawer, Property};
pub use super::headline::Headline;
pub use super::keyword::Keyword;
use super::keyword::{self, TodoKeywords};
use super::line::Line;
use super::link::{self, Link, References};
use super::planning;

/// Byte offsets into the source.
pub type Span = Range<usize>;

pub(super) const BOM: &str = "\u{feff}";
const NO_PARENT: usize = usize::MAX;

/// The outline of one text.
#[derive(Debug)]
pub struct Outline<'a> {
    text: &'a str,
    headlines: Vec<Headline>,
    /// For each headline: its parent, and the end of its subtree.
    family: Vec<(usize, usize)>,
    keywords: Vec<Keyword>,
    todo: TodoKeywords<'a>,
    drawer: Option<Drawer>,
    preamble: usize,
    newlines: OnceLock<Vec<usize>>,
}

/// What a [`Piece`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PieceKind {
    /// The byte order mark.
    Bom,
    /// Text before the first headline that is not the file's drawer.
    Preamble,
    /// The property drawer of the file or of a headline.
    Drawer,
    /// A headline's line.
    Headline,
    /// A planning line.
    Planning,
    /// What an entry has besides.
    Body,
}

/// A part of the text; all of them in order are the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it is; never empty.
    pub span: Span,
}

impl<'a> Outline<'a> {
    /// Reads `text`.
    ///
    /// ```
    /// use memento::org::Outline;
    ///
    /// let outline = Outline::scan("* TODO [#A] Read this :work:\n:PROPERTIES:\n:ID: 7\n:END:\n");
    /// assert_eq!(outline.title(0), "Read this");
    /// assert_eq!(outline.todo(0), Some("TODO"));
    /// assert_eq!(outline.property(0, "id").as_deref(), Some("7"));
    /// ```
    pub fn scan(text: &'a str) -> Self {
        let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
        let stars = stars(text.as_bytes(), start);
        let preamble = stars.first().map_or(text.len(), |first| first.start);
        let keywords = keyword::keywords(text, start, stars.iter().map(|stars| stars.start));
        let todo = TodoKeywords::collect(text, &keywords);
        let headlines: Vec<_> = stars
            .iter()
            .enumerate()
            .map(|(i, span)| {
                let end = stars.get(i + 1).map_or(text.len(), |next| next.start);
                Headline::parse(text, span.start, span.end, end, &todo)
            })
            .collect();
        let family = family(&headlines, text.len());
        let drawer = file_drawer(text.as_bytes(), start, preamble);
        Self { text, headlines, family, keywords, todo, drawer, preamble, newlines: OnceLock::new() }
    }

    /// The text that was scanned.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// All headlines in the order of the text.
    pub fn headlines(&self) -> &[Headline] {
        &self.headlines
    }

    /// All `#+KEY: value` lines outside source, example, export, comment and verse blocks.
    pub fn keywords(&self) -> &[Keyword] {
        &self.keywords
    }

    /// The values of the keyword `key`, case ignored.
    pub fn keyword_values(&self, key: &str) -> impl Iterator<Item = &'a str> {
        let text = self.text;
        let same = move |keyword: &&Keyword| text[keyword.key.clone()].eq_ignore_ascii_case(key);
        self.keywords.iter().filter(same).map(move |keyword| &text[keyword.value.clone()])
    }

    /// The property drawer of the file: at its very top, only comment lines before it (manual node "Property Syntax").
    pub fn file_drawer(&self) -> Option<&Drawer> {
        self.drawer.as_ref()
    }

    /// Everything before the first headline, a byte order mark included.
    pub fn preamble(&self) -> Span {
        0..self.preamble
    }

    /// The TODO keywords in effect, those that mean "open" and those that mean "done" (manual node "Per-file keywords").
    pub fn todo_keywords(&self) -> (&[&'a str], &[&'a str]) {
        (&self.todo.open, &self.todo.done)
    }

    /// Whether the TODO keyword means "done".
    pub fn is_done(&self, keyword: &str) -> bool {
        self.todo.done(keyword) == Some(true)
    }

    /// Headline `i` with its own section, without its children.
    pub fn entry(&self, i: usize) -> Span {
        self.headlines[i].line.start..self.headlines[i].body.end
    }

    /// Headline `i` with its section and its children.
    pub fn subtree(&self, i: usize) -> Span {
        self.headlines[i].line.start..self.family[i].1
    }

    /// The nearest headline before `i` with fewer stars.
    pub fn parent(&self, i: usize) -> Option<usize> {
        Some(self.family[i].0).filter(|&parent| parent != NO_PARENT)
    }

    /// The headline in whose entry `offset` is.
    pub fn headline_at(&self, offset: usize) -> Option<usize> {
        self.headlines.partition_point(|headline| headline.line.start <= offset).checked_sub(1)
    }

    /// The line of `offset`, counted from 1. The first call counts the lines of the text, the others look it up.
    pub fn line_of(&self, offset: usize) -> usize {
        let newlines = self.newlines.get_or_init(|| memchr_iter(b'\n', self.text.as_bytes()).collect());
        newlines.partition_point(|&newline| newline < offset) + 1
    }

    /// The title of headline `i`.
    pub fn title(&self, i: usize) -> &'a str {
        &self.text[self.headlines[i].title.clone()]
    }

    /// The TODO keyword of headline `i`.
    pub fn todo(&self, i: usize) -> Option<&'a str> {
        self.headlines[i].todo.clone().map(|span| &self.text[span])
    }

    /// The tags of headline `i`, inherited ones not included.
    pub fn tags(&self, i: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let tags = self.headlines[i].tags.clone().map_or("", |span| &self.text[span]);
        tags.split(':').filter(|tag| !tag.is_empty())
    }

    /// Whether headline `i` itself bears the tag `ARCHIVE` (manual node "Internal archiving").
    pub fn archived(&self, i: usize) -> bool {
        self.tags(i).any(|tag| tag == "ARCHIVE")
    }

    /// The body of headline `i`.
    pub fn body(&self, i: usize) -> &'a str {
        &self.text[self.headlines[i].body.clone()]
    }

    /// The value of property `key` in the drawer of headline `i`; see [`Outline::drawer_property`].
    pub fn property(&self, i: usize, key: &str) -> Option<Cow<'a, str>> {
        self.drawer_property(self.headlines[i].drawer.as_ref()?, key)
    }

    /// The properties of headline `i` as they are written: key, value, and whether the line adds to a value (`:KEY+:`).
    pub fn properties(&self, i: usize) -> impl Iterator<Item = (&'a str, &'a str, bool)> {
        let text = self.text;
        let properties = self.headlines[i].drawer.as_ref().map_or(&[][..], |drawer| &drawer.properties);
        properties.iter().map(move |p| (&text[p.key.clone()], &text[p.value.clone()], p.append))
    }

    /// The value of `key`, case ignored, in `drawer`: the first `:KEY:`, then every `:KEY+:` joined by a space, as
    /// `org-entry-get` has it.
    pub fn drawer_property(&self, drawer: &Drawer, key: &str) -> Option<Cow<'a, str>> {
        let same = |p: &&Property| self.text[p.key.clone()].eq_ignore_ascii_case(key);
        let value = |p: &Property| &self.text[p.value.clone()];
        let base = drawer.properties.iter().find(|p| same(p) && !p.append).map(value);
        let mut whole = base.map(Cow::Borrowed);
        for more in drawer.properties.iter().filter(|p| same(p) && p.append).map(value) {
            whole = Some(match whole {
                None => Cow::Borrowed(more),
                Some(before) => Cow::Owned(format!("{before} {more}")),
            });
        }
        whole
    }

    /// The timestamp of `CLOSED`, `DEADLINE` or `SCHEDULED` on the planning line of headline `i`, brackets included.
    pub fn planning(&self, i: usize, word: &str) -> Option<&'a str> {
        let line = self.headlines[i].planning.clone()?;
        let stamps = planning::stamps(self.text, line);
        stamps.iter().rev().find(|stamp| stamp.word == word).map(|stamp| &self.text[stamp.time.clone()])
    }

    /// The links in `within`: an entry, a subtree, the preamble, the whole text. Found on every call, not at the scan.
    pub fn links(&self, within: Span) -> Vec<Link> {
        link::references(self, within, &[]).links
    }

    /// The links and the citations in `within`; `more` are types of links beyond those that Org has by itself.
    pub fn references(&self, within: Span, more: &'static [&'static str]) -> References {
        link::references(self, within, more)
    }

    /// What looks like a link in the values of properties and keywords. Org parses some (`#+caption`), which are marked
    /// `true`: no link there is in verbatim text.
    pub fn value_links(&self, values: impl Iterator<Item = (Span, bool)>, more: &'static [&'static str]) -> Vec<Link> {
        link::values(self.text, values, more)
    }

    /// The text cut into pieces; concatenated they are the text.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> {
        let start = if self.text.starts_with(BOM) { BOM.len() } else { 0 };
        let (before, drawer) = match &self.drawer {
            Some(drawer) => (start..drawer.span.start, drawer.span.clone()),
            None => (start..start, start..start),
        };
        let top = [
            (PieceKind::Bom, 0..start),
            (PieceKind::Preamble, before),
            (PieceKind::Drawer, drawer.clone()),
            (PieceKind::Preamble, drawer.end..self.preamble),
        ];
        let entries = self.headlines.iter().flat_map(|headline| {
            let after_line = headline.line.end..headline.line.end;
            let planning = headline.planning.clone().unwrap_or(after_line);
            let after_planning = planning.end..planning.end;
            let drawer = headline.drawer.as_ref().map_or(after_planning, |drawer| drawer.span.clone());
            [
                (PieceKind::Headline, headline.line.clone()),
                (PieceKind::Planning, planning),
                (PieceKind::Drawer, drawer),
                (PieceKind::Body, headline.body.clone()),
            ]
        });
        top.into_iter().chain(entries).filter(|(_, span)| !span.is_empty()).map(|(kind, span)| Piece { kind, span })
    }
}

/// The stars of every headline: `^\*+ `.
fn stars(bytes: &[u8], start: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut add = |at: usize| {
        let level = bytes[at..].iter().take_while(|&&b| b == b'*').count();
        if level > 0 && bytes.get(at + level) == Some(&b' ') {
            found.push(at..at + level);
        }
    };
    add(start);
    for newline in memmem::find_iter(&bytes[start..], b"\n*") {
        add(start + newline + 1);
    }
    found
}

/// For each headline its parent and the end of its subtree.
fn family(headlines: &[Headline], end: usize) -> Vec<(usize, usize)> {
    let mut family = vec![(NO_PARENT, end); headlines.len()];
    let mut open: Vec<usize> = Vec::new();
    for (i, headline) in headlines.iter().enumerate() {
        while let Some(&last) = open.last() {
            if headlines[last].level < headline.level {
                family[i].0 = last;
                break;
            }
            family[last].1 = headline.line.start;
            open.pop();
        }
        open.push(i);
    }
    family
}

fn file_drawer(bytes: &[u8], start: usize, limit: usize) -> Option<Drawer> {
    let mut at = start;
    while at < limit {
        let line = Line::at(bytes, at);
        if !keyword::is_comment(bytes, line) {
            break;
        }
        at = line.next;
    }
    Drawer::parse(bytes, at, limit)
}
