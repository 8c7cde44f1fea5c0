//! What org-roam reads out of one file: its nodes, and the links with the node that each belongs to.
//!
//! A pure function of the text. The rules are those of org-roam's database; `tests/roam_oracle.rs` compares the two.
//! `#+setupfile` is not followed: what a note is must hang on its own text alone.

use serde::Serialize;

use super::roam;
use crate::org::{Drawer, Outline};

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
    /// What is wrong and what to do, with the line counted from 1.
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
    let mut reader =
        Reader { outline, filetags: filetags(outline), problems: Vec::new(), counter: Counter::new(outline) };
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
    let links = links(outline, file_owner, &owners);
    FileNotes { title, nodes, links, problems }
}

struct Reader<'a> {
    outline: &'a Outline<'a>,
    filetags: Vec<&'a str>,
    problems: Vec<(usize, String)>,
    counter: Counter<'a>,
}

impl Reader<'_> {
    fn file(&mut self, title: &str) -> Option<RawNode> {
        let drawer = self.outline.file_drawer()?;
        let id = self.id(drawer)?;
        let (aliases, refs) = (self.list(drawer, "ROAM_ALIASES"), self.list(drawer, "ROAM_REFS"));
        let tags = self.filetags.iter().map(|&tag| tag.to_owned()).collect();
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
            tags,
            aliases,
            refs,
        })
    }

    fn headline(&mut self, i: usize) -> Option<RawNode> {
        let outline = self.outline;
        let headline = &outline.headlines()[i];
        let drawer = headline.drawer.as_ref()?;
        let id = self.id(drawer)?;
        let mut above: Vec<_> = std::iter::successors(outline.parent(i), |&parent| outline.parent(parent)).collect();
        above.reverse();
        let mut tags: Vec<String> = Vec::new();
        let own = above.iter().chain([&i]).flat_map(|&headline| outline.tags(headline));
        for tag in self.filetags.iter().copied().chain(own) {
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        Some(RawNode {
            headline: Some(i),
            id,
            level: headline.level,
            offset: headline.line.start,
            position: self.counter.position(headline.line.start),
            line: outline.line_of(headline.line.start),
            title: roam::display(outline.title(i)),
            path: above.iter().map(|&headline| roam::display(outline.title(headline))).collect(),
            todo: outline.todo(i).map(str::to_owned),
            priority: headline.priority,
            tags,
            aliases: self.list(drawer, "ROAM_ALIASES"),
            refs: self.list(drawer, "ROAM_REFS"),
        })
    }

    /// The `ID`, unless `ROAM_EXCLUDE` is there and not `nil`.
    fn id(&self, drawer: &Drawer) -> Option<String> {
        let id = self.outline.drawer_property(drawer, "ID").filter(|id| !id.is_empty() && id != "nil")?;
        let excluded = self.outline.drawer_property(drawer, "ROAM_EXCLUDE").is_some_and(|value| value != "nil");
        (!excluded).then(|| id.into_owned())
    }

    fn list(&mut self, drawer: &Drawer, key: &str) -> Vec<String> {
        let Some(value) = self.outline.drawer_property(drawer, key) else { return Vec::new() };
        roam::list(&value).unwrap_or_else(|roam::Unbalanced| {
            let line = self.outline.line_of(drawer.span.start);
            let remedy = "has a double quote without its partner: close it, or write it as \\\"";
            self.problems.push((line, format!("{key} {remedy}")));
            Vec::new()
        })
    }
}

/// `#+filetags`: words, and in them parts between colons.
fn filetags<'a>(outline: &Outline<'a>) -> Vec<&'a str> {
    let words = outline.keyword_values("filetags").flat_map(str::split_ascii_whitespace);
    words.flat_map(|word| word.split(':')).filter(|tag| !tag.is_empty()).collect()
}

/// Turns ascending byte offsets into org-roam's positions.
struct Counter<'a> {
    text: &'a str,
    offset: usize,
    position: usize,
}

impl<'a> Counter<'a> {
    fn new(outline: &Outline<'a>) -> Self {
        let text = outline.text();
        Self { text, offset: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }, position: 1 }
    }

    fn position(&mut self, offset: usize) -> usize {
        let passed = &self.text[self.offset..offset];
        self.position += passed.chars().count() - memchr::memmem::find_iter(passed.as_bytes(), "\r\n").count();
        self.offset = offset;
        self.position
    }
}

fn links(outline: &Outline<'_>, file: Option<usize>, owners: &[Option<usize>]) -> Vec<RawLink> {
    let text = outline.text();
    let mut counter = Counter::new(outline);
    let found = outline.links(0..text.len()).into_iter();
    let owned = found.filter_map(|link| {
        let source = outline.headline_at(link.span.start).map_or(file, |headline| owners[headline])?;
        let (kind, target) = text[link.target.clone()].split_once(':').unwrap_or(("fuzzy", &text[link.target.clone()]));
        Some(RawLink {
            source,
            kind: kind.to_owned(),
            target: target.to_owned(),
            description: link.description.map(|span| text[span].to_owned()),
            offset: link.span.start,
            position: counter.position(link.span.start),
        })
    });
    owned.collect()
}
