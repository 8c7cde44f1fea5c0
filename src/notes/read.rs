//! What org-roam reads out of one file: its nodes, and the links with the node that each belongs to.
//!
//! A pure function of the text. The rules are those of org-roam's database; `tests/roam_oracle.rs` compares the two.
//! `#+setupfile` is not followed: what a note is must hang on its own text alone.

use std::borrow::Cow;
use std::collections::HashSet;

use memchr::{memchr_iter, memmem};
use serde::Serialize;

use super::{references, roam};
use crate::org::{Drawer, Headline, Outline, Property};

/// A node in a file's text, as org-roam reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RawNode {
    /// `None` for the file, else the index in [`Outline::headlines`].
    pub headline: Option<usize>,
    /// Its `ID`.
    pub id: String,
    /// 0 for the file, else the number of stars.
    pub level: usize,
    /// Where it starts, in bytes.
    pub offset: usize,
    /// Where it starts as org-roam counts: characters from 1, a byte order mark none, CRLF one.
    pub position: usize,
    /// Where it starts, lines from 1.
    pub line: usize,
    /// The title: links replaced by their descriptions, other markup kept.
    pub title: String,
    /// The titles of the headlines above, outermost first; the file's is not among them.
    pub path: Vec<String>,
    /// The TODO keyword.
    pub todo: Option<String>,
    /// The letter of the priority cookie.
    pub priority: Option<char>,
    /// The file's, those of the headlines above and its own, without doubles.
    pub tags: Vec<String>,
    /// `ROAM_ALIASES`.
    pub aliases: Vec<String>,
    /// `ROAM_REFS`: `//host/path` without the scheme, `@key` for a citation.
    pub refs: Vec<String>,
}

/// A link or a citation, and the node that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RawLink {
    /// The node, by its place in [`FileNotes::nodes`].
    pub source: usize,
    /// `id`, `https`, `fuzzy` and so on, or `cite` for a citation.
    pub kind: String,
    /// Where it leads, without the type; the key of a citation.
    pub target: String,
    /// What it shows instead.
    pub description: Option<String>,
    /// Where it starts, in bytes.
    pub offset: usize,
    /// Where it starts as org-roam counts, see [`RawNode::position`].
    pub position: usize,
}

/// What org-roam reads out of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileNotes {
    /// The file's title, else its name; also where the file itself is no node.
    pub title: String,
    /// In the order of the text.
    pub nodes: Vec<RawNode>,
    /// In the order of the text; links outside of nodes are left out.
    pub links: Vec<RawLink>,
    /// What is wrong and what to do, with the line counted from 1. Words of the note may be among it.
    pub problems: Vec<(usize, String)>,
}

/// Reads the nodes and links of a scanned text.
///
/// `stem` is the file's name, relative to the notes directory and without extension: the title where there is no
/// `#+title`.
///
/// ```
/// use memento::{notes, org::Outline};
///
/// let text = "#+title: Plans\n* Ship it :work:\n:PROPERTIES:\n:ID: ship\n:END:\nSee [[id:crew][the crew]].\n";
/// let read = notes::read(&Outline::scan(text), "plans");
/// assert_eq!(read.title, "Plans");
/// assert_eq!((read.nodes[0].id.as_str(), read.nodes[0].title.as_str()), ("ship", "Ship it"));
/// assert_eq!(read.links[0].target, "crew");
/// ```
pub fn read(outline: &Outline<'_>, stem: &str) -> FileNotes {
    let titles: Vec<_> = outline.keyword_values("title").filter(|title| !title.is_empty()).collect();
    let title = if titles.is_empty() { stem.to_owned() } else { roam::display(&titles.join(" ")) };
    let text = outline.text();
    let filetags = filetags(outline);
    let mut reader = Reader {
        outline,
        filetags_size: filetags.iter().map(|tag| tag.len() + 1).sum(),
        filetags,
        problems: Vec::new(),
        counter: Counter::new(text),
        inheritance: text.len().saturating_mul(8).saturating_add(1 << 20),
    };
    let mut nodes = Vec::new();
    // For each headline the node that what stands there belongs to.
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(outline.headlines().len());
    let file = reader.file(&title);
    let file_owner = file.is_some().then_some(0);
    nodes.extend(file);
    for i in 0..outline.headlines().len() {
        let above = outline.parent(i).map_or(file_owner, |parent| owners[parent]);
        let node = reader.headline(i);
        owners.push(if node.is_some() { Some(nodes.len()) } else { above });
        nodes.extend(node);
    }
    let problems = reader.problems;
    FileNotes { title, nodes, links: references::links(outline, file_owner, &owners), problems }
}

struct Reader<'r, 'a> {
    outline: &'r Outline<'a>,
    filetags: Vec<&'a str>,
    /// Their bytes, separators included.
    filetags_size: usize,
    problems: Vec<(usize, String)>,
    counter: Counter<'a>,
    /// How many bytes nodes may still take over from above: ten thousand small notes below one huge headline must not
    /// become gigabytes.
    inheritance: usize,
}

impl<'a> Reader<'_, 'a> {
    fn file(&mut self, title: &str) -> Option<RawNode> {
        let drawer = self.outline.file_drawer()?;
        let id = self.id(drawer)?;
        Some(RawNode {
            headline: None,
            id,
            level: 0,
            offset: 0,
            position: 1,
            line: 1,
            title: title.to_owned(),
            path: Vec::new(),
            todo: None,
            priority: None,
            tags: self.filetags.iter().map(|&tag| tag.to_owned()).collect(),
            aliases: self.list(drawer, "ROAM_ALIASES"),
            refs: self.refs(drawer),
        })
    }

    fn headline(&mut self, i: usize) -> Option<RawNode> {
        let outline = self.outline;
        let headline = &outline.headlines()[i];
        let drawer = headline.drawer.as_ref()?;
        let id = self.id(drawer)?;
        let (position, line) = self.counter.at(headline.line.start);
        let (title, priority) = title(outline, headline);
        if title.is_empty() {
            self.problems
                .push((line, "the headline has an ID and no title, so that it is no note: write a title".into()));
            return None;
        }
        let (path, tags) = self.inherited(i, line);
        Some(RawNode {
            headline: Some(i),
            id,
            level: headline.level,
            offset: headline.line.start,
            position,
            line,
            title: roam::display(title),
            path,
            todo: outline.todo(i).map(str::to_owned),
            priority,
            tags,
            aliases: self.list(drawer, "ROAM_ALIASES"),
            refs: self.refs(drawer),
        })
    }

    /// The outline path and the tags of a headline, as far as they are not too long.
    fn inherited(&mut self, i: usize, line: usize) -> (Vec<String>, Vec<String>) {
        let outline = self.outline;
        let mut above: Vec<_> = std::iter::successors(outline.parent(i), |&parent| outline.parent(parent)).collect();
        above.reverse();
        let size = |i: usize| outline.headlines()[i].line.len();
        let cost = above.iter().fold(self.filetags_size, |sum, &i| sum.saturating_add(size(i)));
        let rest = self.inheritance.checked_sub(cost);
        if let Some(rest) = rest {
            self.inheritance = rest;
        } else {
            above.clear();
            let problem = "the headlines and tags above this note are too long to be repeated for it: shorten them";
            self.problems.push((line, problem.into()));
        }
        let path = above.iter().map(|&i| roam::path_title(title(outline, &outline.headlines()[i]).0)).collect();
        let filetags = if rest.is_some() { self.filetags.as_slice() } else { &[] };
        let own = above.iter().chain([&i]).flat_map(|&i| outline.tags(i));
        let mut seen = HashSet::new();
        let all: Vec<_> = filetags.iter().copied().chain(own).collect();
        // Of a tag that is there twice the one that is nearest stays.
        let mut tags: Vec<_> = all.into_iter().rev().filter(|&tag| seen.insert(tag)).map(str::to_owned).collect();
        tags.reverse();
        (path, tags)
    }

    /// The `ID`, unless `ROAM_EXCLUDE` is there and not `nil`.
    fn id(&self, drawer: &Drawer) -> Option<String> {
        let id = self.property(drawer, "ID").filter(|id| !id.is_empty())?;
        self.property(drawer, "ROAM_EXCLUDE").is_none().then(|| id.into_owned())
    }

    /// The value of a property: its first line, if it is not `nil`, and what `KEY+` adds to it (`org-entry-get`).
    fn property(&self, drawer: &Drawer, key: &str) -> Option<Cow<'a, str>> {
        let text = self.outline.text();
        let same = |property: &&Property| text[property.key.clone()].eq_ignore_ascii_case(key);
        let value = |property: &Property| &text[property.value.clone()];
        let lines = || drawer.properties.iter().filter(same);
        let base = lines().find(|property| !property.append).map(value).filter(|&base| base != "nil");
        let mut added = lines().filter(|property| property.append).map(value).peekable();
        let whole = if added.peek().is_none() {
            Cow::Borrowed(base?)
        } else {
            Cow::Owned(base.into_iter().chain(added).collect::<Vec<_>>().join(" "))
        };
        (whole != "nil").then_some(whole)
    }

    /// A list of aliases or refs.
    fn list(&mut self, drawer: &Drawer, key: &str) -> Vec<String> {
        let Some(value) = self.property(drawer, key) else { return Vec::new() };
        roam::list(&value).unwrap_or_else(|roam::Unbalanced| {
            let remedy = "has a double quote without its partner, so that it counts as empty: add the closing one";
            self.problem(drawer, key, remedy);
            Vec::new()
        })
    }

    fn refs(&mut self, drawer: &Drawer) -> Vec<String> {
        let (mut refs, mut unknown) = (Vec::new(), None);
        for item in self.list(drawer, "ROAM_REFS") {
            let found = roam::refs(&item);
            if found.is_empty() {
                unknown.get_or_insert(item);
            }
            refs.extend(found);
        }
        if let Some(item) = unknown {
            self.problem(drawer, "ROAM_REFS", &format!("has `{item}`, which is no ref: write a URL, a link or @key"));
        }
        refs
    }

    /// Reports what is wrong with the property `key`, at its first line.
    fn problem(&mut self, drawer: &Drawer, key: &str, remedy: &str) {
        let text = self.outline.text();
        let same = |property: &&Property| text[property.key.clone()].eq_ignore_ascii_case(key);
        let at = drawer.properties.iter().find(same).map_or(drawer.span.start, |property| property.line.start);
        self.problems.push((self.outline.line_of(at), format!("{key} {remedy}")));
    }
}

/// A headline's title and priority as org-roam has them: `COMMENT` is of the title, and so is a priority cookie without a
/// blank behind it.
fn title<'a>(outline: &Outline<'a>, headline: &Headline) -> (&'a str, Option<char>) {
    let text = outline.text();
    let before = &text[headline.line.start..headline.title.start];
    let from = |word: &str| before.rfind(word).map_or(headline.title.start, |at| headline.line.start + at);
    let stuck = headline.priority.is_some() && before.ends_with(']') && !headline.title.is_empty();
    let (start, priority) = match headline.priority {
        Some(_) if stuck => (from("[#"), None),
        priority if headline.comment => (from("COMMENT"), priority),
        priority => (headline.title.start, priority),
    };
    (text[start..headline.title.end].trim_end_matches([' ', '\t']), priority)
}

/// `#+filetags`: words, and in them parts between colons.
fn filetags<'a>(outline: &Outline<'a>) -> Vec<&'a str> {
    let words = outline.keyword_values("filetags").flat_map(str::split_ascii_whitespace);
    words.flat_map(|word| word.split(':')).filter(|tag| !tag.is_empty()).collect()
}

/// Turns ascending byte offsets into org-roam's positions, and into lines.
pub(super) struct Counter<'a> {
    text: &'a str,
    offset: usize,
    position: usize,
    line: usize,
}

impl<'a> Counter<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, offset, position: 1, line: 1 }
    }

    /// The position and the line of `offset`, which is not before the last one that was asked for.
    pub(super) fn at(&mut self, offset: usize) -> (usize, usize) {
        let passed = &self.text[self.offset..offset];
        self.position += passed.chars().count() - memmem::find_iter(passed.as_bytes(), "\r\n").count();
        self.line += memchr_iter(b'\n', passed.as_bytes()).count();
        self.offset = offset;
        (self.position, self.line)
    }
}
