//! What org-roam reads out of one file: its nodes, and the links with the node that each belongs to.
//!
//! A pure function of the text. The rules are those of org-roam's database; `tests/roam_oracle.rs` compares the two.
//! `#+setupfile` is not followed: what a note is must hang on its own text alone.

use std::borrow::Cow;

use serde::Serialize;

use super::roam;
use super::target::{self, Abbreviations};
use crate::org::scan::Span;
use crate::org::{Drawer, Headline, Outline, Property, References};

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
    FileNotes { title, nodes, links: links(outline, file_owner, &owners), problems }
}

struct Reader<'r, 'a> {
    outline: &'r Outline<'a>,
    filetags: Vec<&'a str>,
    problems: Vec<(usize, String)>,
    counter: Counter<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn file(&mut self, title: &str) -> Option<RawNode> {
        let drawer = self.outline.file_drawer()?;
        let id = self.id(drawer)?;
        let (aliases, refs) = (self.list(drawer, "ROAM_ALIASES"), self.refs(drawer));
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
        let own = above.iter().chain([&i]).flat_map(|&headline| outline.tags(headline));
        let all: Vec<_> = self.filetags.iter().copied().chain(own).collect();
        // Of a tag that is there twice the one that is nearest stays.
        let nearest = all.iter().enumerate().filter(|(at, tag)| !all[at + 1..].contains(tag));
        let tags = nearest.map(|(_, tag)| (*tag).to_owned()).collect();
        Some(RawNode {
            headline: Some(i),
            id,
            level: headline.level,
            offset: headline.line.start,
            position: self.counter.position(headline.line.start),
            line: outline.line_of(headline.line.start),
            title: roam::display(title(outline, headline)),
            path: above.iter().map(|&i| roam::path_title(title(outline, &outline.headlines()[i]))).collect(),
            todo: outline.todo(i).map(str::to_owned),
            priority: headline.priority,
            tags,
            aliases: self.list(drawer, "ROAM_ALIASES"),
            refs: self.refs(drawer),
        })
    }

    /// The `ID`, unless `ROAM_EXCLUDE` is there and not `nil`.
    fn id(&self, drawer: &Drawer) -> Option<String> {
        let id = self.property(drawer, "ID").filter(|id| !id.is_empty())?;
        self.property(drawer, "ROAM_EXCLUDE").is_none().then(|| id.into_owned())
    }

    /// The value of a property, which is none where it is `nil`.
    fn property(&self, drawer: &Drawer, key: &str) -> Option<Cow<'a, str>> {
        self.outline.drawer_property(drawer, key).filter(|value| value != "nil")
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
        let mut refs = Vec::new();
        for item in self.list(drawer, "ROAM_REFS") {
            let found = roam::refs(&item);
            if found.is_empty() {
                let remedy = format!("has `{item}`, which is no ref: write a URL, a link or @key");
                self.problem(drawer, "ROAM_REFS", &remedy);
            }
            refs.extend(found);
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

/// A headline's title as org-roam has it: with `COMMENT`.
fn title<'a>(outline: &Outline<'a>, headline: &Headline) -> &'a str {
    let before = &outline.text()[headline.line.start..headline.title.start];
    let comment = before.rfind("COMMENT").filter(|_| headline.comment);
    let start = comment.map_or(headline.title.start, |at| headline.line.start + at);
    outline.text()[start..headline.title.end].trim_end()
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
    let owner = |offset: usize| outline.headline_at(offset).map_or(file, |headline| owners[headline]);
    let References { links, citations } = outline.references(0..text.len(), roam::TYPES);
    let values = outline.value_links(values(outline).into_iter(), roam::TYPES);
    let abbreviations = Abbreviations::of(outline);
    let mut found = Vec::with_capacity(links.len() + values.len() + citations.len());
    for link in links.into_iter().chain(values) {
        let Some(source) = owner(link.span.start) else { continue };
        let (kind, target) = target::resolve(&text[link.target], link.kind, &abbreviations);
        let description = link.description.map(|span| text[span].to_owned());
        found.push(RawLink { source, kind, target, description, offset: link.span.start, position: 0 });
    }
    for citation in citations {
        let Some(source) = owner(citation.span.start) else { continue };
        let (kind, target) = ("cite".to_owned(), text[citation.key].to_owned());
        found.push(RawLink { source, kind, target, description: None, offset: citation.span.start, position: 0 });
    }
    found.sort_by_key(|link| link.offset);
    let mut counter = Counter::new(outline);
    for link in &mut found {
        link.position = counter.position(link.offset);
    }
    found
}

/// The values of properties and keywords in which org-roam looks for links, and whether Org parses them itself.
fn values(outline: &Outline<'_>) -> Vec<(Span, bool)> {
    let text = outline.text();
    let is = |key: &Span, name: &str| text[key.clone()].eq_ignore_ascii_case(name);
    let headlines = outline.headlines().iter().filter_map(|headline| headline.drawer.as_ref());
    let properties = outline.file_drawer().into_iter().chain(headlines).flat_map(|drawer| &drawer.properties);
    let linking = properties.filter(|property| !is(&property.key, "ROAM_REFS"));
    let mut values: Vec<_> = linking.map(|property| (property.value.clone(), false)).collect();

    let keywords = outline.keywords();
    // Up to which keyword it is known whether an element follows.
    let (mut until, mut element) = (0, false);
    for (i, keyword) in keywords.iter().enumerate() {
        if !affiliated(&text[keyword.key.clone()]) {
            if !is(&keyword.key, "transclude") && !is(&keyword.key, "tblfm") {
                values.push((keyword.value.clone(), false));
            }
            continue;
        }
        if i >= until {
            until = i + 1;
            while keywords.get(until).is_some_and(|next| {
                next.line.start == keywords[until - 1].line.end && affiliated(&text[next.key.clone()])
            }) {
                until += 1;
            }
            let end = keywords[until - 1].line.end;
            let keyword_follows = keywords.get(until).is_some_and(|next| next.line.start == end);
            element = !keyword_follows && element_at(outline, end);
        }
        if !element || text[keyword.key.clone()].get(..7).is_some_and(|key| key.eq_ignore_ascii_case("caption")) {
            values.push((keyword.value.clone(), element));
        }
    }
    values
}

/// Whether the keyword says something about the element below it (`org-element-affiliated-keywords`).
fn affiliated(key: &str) -> bool {
    const NAMES: [&str; 13] = [
        "caption", "data", "header", "headers", "label", "name", "plot", "resname", "result", "results", "source",
        "srcname", "tblname",
    ];
    let name = key.split('[').next().unwrap_or(key);
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
        || key.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("attr_"))
}

/// Whether an element starts on the line at `offset` that what stands above it may belong to.
fn element_at(outline: &Outline<'_>, offset: usize) -> bool {
    let text = outline.text();
    let line = text[offset..].lines().next().unwrap_or("").trim();
    let headline = outline.headline_at(offset).is_some_and(|i| outline.headlines()[i].line.start == offset);
    let end =
        line.eq_ignore_ascii_case(":end:") || line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("#+end_"));
    !line.is_empty() && !headline && !end
}
