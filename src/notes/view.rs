//! What assistants see of one file.
//!
//! The gate is here: every text, title, tag and link that [`PublicVault`](super::PublicVault) hands out or that its index
//! holds has been made by a [`FileView`], which starts from the marks and adds up what is public. What it hands out is
//! computed from the file's text in hand and not from what an index remembers.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::access::Marks;
use super::node::{Access, PublicNode};
use super::read::{FileNotes, RawNode, read};
use super::redact::{Names, Redactor, without};
use super::roam;
use super::spans::target_end;
use crate::org::Outline;
use crate::org::edit::own_section;
use crate::org::scan::Span;

/// Where the files are that a view is made of.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The notes directory, without symbolic links in it.
    pub(super) root: PathBuf,
    /// What `~` stands for in links.
    pub(super) home: Option<PathBuf>,
}

/// A file's text with its outline and marks: what does not hang on other files.
pub(super) struct Source<'a> {
    pub(super) outline: Outline<'a>,
    pub(super) marks: Marks,
    pub(super) notes: FileNotes,
    /// For each headline whether it is a node.
    is_node: Vec<bool>,
}

impl<'a> Source<'a> {
    /// Reads `text`, the text of the file `path` (relative to the notes directory).
    pub(super) fn new(text: &'a str, path: &str) -> Self {
        let outline = Outline::scan(text);
        let marks = Marks::read(&outline);
        let stem = path.strip_suffix(".org").unwrap_or(path);
        let notes = read(&outline, stem);
        let mut is_node = vec![false; outline.headlines().len()];
        notes.nodes.iter().filter_map(|node| node.headline).for_each(|i| is_node[i] = true);
        Self { outline, marks, notes, is_node }
    }

    pub(super) fn access(&self, node: usize) -> Access {
        self.marks.of(self.notes.nodes[node].headline)
    }

    /// The part of the text that is the node `node` with all below it.
    pub(super) fn whole(&self, node: usize) -> Span {
        self.notes.nodes[node].headline.map_or(0..self.outline.text().len(), |i| self.outline.subtree(i))
    }

    /// The entries of which `node` consists and that do not belong to a node below it: `None` is the file's own part.
    pub(super) fn entries(&self, node: usize) -> Vec<Option<usize>> {
        self.walk(node, |i| self.is_node[i])
    }

    /// The entries of `node` without the subtrees that `skip` names.
    fn walk(&self, node: usize, skip: impl Fn(usize) -> bool) -> Vec<Option<usize>> {
        let top = self.notes.nodes[node].headline;
        let headlines = self.outline.headlines();
        let end = self.whole(node).end;
        let mut i = top.map_or(0, |top| top + 1);
        let mut found = vec![top];
        while i < headlines.len() && headlines[i].line.start < end {
            if skip(i) {
                let after = self.outline.subtree(i).end;
                i += headlines[i..].partition_point(|headline| headline.line.start < after);
            } else {
                found.push(Some(i));
                i += 1;
            }
        }
        found
    }

    /// Where the words of these entries of `node` are: not in drawers of properties, and not in the node's own headline,
    /// which is its title.
    pub(super) fn body(&self, node: usize, entries: &[Option<usize>]) -> Vec<Span> {
        let own = self.notes.nodes[node].headline;
        let mut spans = Vec::new();
        for &entry in entries {
            match entry {
                // The keywords at the top say what the title and the tags are.
                None => spans.push(own_section(&self.outline, None)),
                Some(i) => {
                    let headline = &self.outline.headlines()[i];
                    if entry != own {
                        // The line break parts the title from what follows.
                        spans.extend([headline.title.clone(), headline.line.end.saturating_sub(1)..headline.line.end]);
                    }
                    spans.push(headline.body.clone());
                }
            }
        }
        spans
    }

    /// Where an entry is: `None` is what comes before the first headline.
    pub(super) fn span(&self, entry: Option<usize>) -> Span {
        entry.map_or_else(|| self.outline.preamble(), |i| self.outline.entry(i))
    }
}

/// The public part of a file.
pub(super) struct FileView<'a> {
    pub(super) source: &'a Source<'a>,
    redactor: Redactor<'a>,
    path: &'a str,
    file_title: OnceCell<String>,
    /// For each node its links, by their place in the file's list of links.
    links_of: OnceCell<Vec<Vec<usize>>>,
}

/// A link that may be shown.
pub(super) struct ShownLink {
    pub(super) kind: String,
    pub(super) target: String,
    pub(super) description: Option<String>,
    /// Where it is in the file's text.
    pub(super) offset: usize,
}

impl<'a> FileView<'a> {
    pub(super) fn new(source: &'a Source<'a>, path: &'a str, place: &'a Place, names: &'a dyn Names) -> Self {
        let file = place.root.join(path);
        let redactor = Redactor::new(&source.outline, &source.marks, names, &place.root, &file, place.home.clone());
        Self { source, redactor, path, file_title: OnceCell::new(), links_of: OnceCell::new() }
    }

    /// The public nodes, by their place in the file's list of nodes.
    pub(super) fn nodes(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.source.notes.nodes.len()).filter(|&node| self.source.access(node) == Access::Public)
    }

    /// The public node of this ID.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.nodes().find(|&node| self.source.notes.nodes[node].id == id)
    }

    /// The entries of the public node `node` that are shown: no subtree with a private headline on top.
    pub(super) fn entries(&self, node: usize) -> Vec<Option<usize>> {
        self.source.walk(node, |i| self.source.marks.headlines[i] == Access::Private)
    }

    /// The same without the nodes below it.
    pub(super) fn own_entries(&self, node: usize) -> Vec<Option<usize>> {
        self.source.walk(node, |i| self.source.marks.headlines[i] == Access::Private || self.source.is_node[i])
    }

    /// The parts of `span` that may not be shown, in public entries.
    pub(super) fn cuts(&self, span: Span) -> Vec<Span> {
        self.redactor.cuts(span)
    }

    fn shown(&self, span: Span) -> String {
        without(self.source.outline.text(), span.clone(), &self.cuts(span))
    }

    /// The text of these entries. The note's own headline becomes one of the first level: how deep it lies would tell of
    /// the headlines above it.
    pub(super) fn text(&self, node: usize, entries: &[Option<usize>]) -> String {
        let up = self.source.notes.nodes[node].level.saturating_sub(1);
        let mut out = String::new();
        for &entry in entries {
            let span = self.source.span(entry);
            // The stars of the node's own headlines are all deeper than its level.
            let lift = if entry.is_some() { up } else { 0 };
            let bom = entry.is_none() && self.source.outline.text().starts_with('\u{feff}');
            let start = span.start + lift + if bom { '\u{feff}'.len_utf8() } else { 0 };
            out.push_str(&self.shown(start..span.end));
        }
        out
    }

    /// Everything that is shown of the node.
    pub(super) fn whole_text(&self, node: usize) -> String {
        self.text(node, &self.entries(node))
    }

    /// The words of what is shown of the node and is not of a node below it, with the place of each part in the file.
    pub(super) fn body(&self, node: usize) -> String {
        self.source.body(node, &self.own_entries(node)).into_iter().map(|span| self.shown(span)).collect()
    }

    /// Names a state of what is shown of the node. It is of the public text alone, so that it neither changes with the
    /// private one nor lets anybody try out guesses about that.
    pub(super) fn revision(&self, node: usize) -> String {
        blake3::hash(self.whole_text(node).as_bytes()).to_hex()[..16].to_owned()
    }

    /// The record of a public node; `changed` is not known here.
    pub(super) fn node(&self, node: usize) -> PublicNode {
        let raw = &self.source.notes.nodes[node];
        let above = self.above(raw);
        let mut path: Vec<String> = above.iter().map(|&i| self.title(i)).collect();
        let file_is_public = self.source.marks.file == Access::Public;
        if raw.headline.is_some() && file_is_public {
            path.insert(0, self.file_title());
        }
        PublicNode {
            id: raw.id.clone(),
            title: raw.headline.map_or_else(|| self.file_title(), |i| self.title(i)),
            level: if raw.headline.is_some() { above.len() + 1 } else { 0 },
            path,
            todo: raw.todo.clone(),
            priority: raw.priority,
            tags: self.tags(raw, &above),
            aliases: self.list(raw, "ROAM_ALIASES").filter(|alias| !alias.trim().is_empty()).collect(),
            refs: self.list(raw, "ROAM_REFS").flat_map(|item| roam::refs(&item)).collect(),
            file: file_is_public.then(|| self.path.to_owned()),
            changed: 0,
        }
    }

    /// The items of a property, links cut out before they are taken apart: neither half of a link is one.
    fn list(&self, raw: &RawNode, key: &str) -> impl Iterator<Item = String> + use<> {
        let outline = &self.source.outline;
        let drawer = raw.headline.map_or_else(|| outline.file_drawer(), |i| outline.headlines()[i].drawer.as_ref());
        let value = drawer.and_then(|drawer| outline.drawer_property(drawer, key)).filter(|value| value != "nil");
        let items = value.map(|value| roam::list(&self.redactor.clean(&value)).unwrap_or_default());
        items.unwrap_or_default().into_iter()
    }

    /// The values of a keyword of the file where they are shown: Org reads those in private subtrees too.
    fn keyword_values(&self, name: &str) -> Vec<String> {
        let outline = &self.source.outline;
        let named = outline.keywords().iter().filter(|k| outline.text()[k.key.clone()].eq_ignore_ascii_case(name));
        let open = named.filter(|k| self.source.marks.of(outline.headline_at(k.key.start)) == Access::Public);
        open.map(|keyword| self.shown(keyword.value.clone())).filter(|value| !value.trim().is_empty()).collect()
    }

    /// The public headlines above a node, outermost first.
    fn above(&self, raw: &RawNode) -> Vec<usize> {
        let mut above = Vec::new();
        let mut at = raw.headline;
        while let Some(parent) = at.and_then(|i| self.source.outline.parent(i)) {
            if self.source.marks.headlines[parent] == Access::Public {
                above.push(parent);
            }
            at = Some(parent);
        }
        above.reverse();
        above
    }

    /// A node's own tags and those of what is public above it.
    fn tags(&self, raw: &RawNode, above: &[usize]) -> Vec<String> {
        let outline = &self.source.outline;
        let mut seen: HashSet<&str> = above.iter().chain(&raw.headline).flat_map(|&i| outline.tags(i)).collect();
        let file_tags;
        if self.source.marks.file == Access::Public {
            file_tags = self.keyword_values("filetags").join(" ");
            seen.extend(file_tags.split([':', ' ', '\t']).filter(|tag| !tag.is_empty()));
        }
        raw.tags.iter().filter(|tag| seen.contains(tag.as_str())).cloned().collect()
    }

    /// The title of a public headline.
    pub(super) fn title(&self, i: usize) -> String {
        let span = self.source.outline.headlines()[i].title.clone();
        roam::display(&self.shown(span))
    }

    /// The title of a public file.
    fn file_title(&self) -> String {
        self.file_title.get_or_init(|| self.read_file_title()).clone()
    }

    fn read_file_title(&self) -> String {
        let titles = self.keyword_values("title");
        if titles.is_empty() {
            return self.path.strip_suffix(".org").unwrap_or(self.path).to_owned();
        }
        roam::display(&titles.join(" ")).trim().to_owned()
    }

    /// The paths of the headings that are shown below the node, as `Plan/Next steps`, each with its headline.
    pub(super) fn sections(&self, node: usize) -> Vec<(String, usize)> {
        let entries = self.entries(node);
        let top = entries[0];
        let mut paths: Vec<(String, usize)> = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        for i in entries.into_iter().skip(1).flatten() {
            let parent = self.source.outline.parent(i).filter(|&parent| Some(parent) != top);
            let before = parent.and_then(|parent| places.get(&parent)).map(|&place| paths[place].0.as_str());
            let path = before.map_or_else(|| self.title(i), |before| format!("{before}/{}", self.title(i)));
            places.insert(i, paths.len());
            paths.push((path, i));
        }
        paths
    }

    /// The entries of the section `heading` of the node: the headline and what is shown below it.
    pub(super) fn section_entries(&self, node: usize, heading: usize) -> Vec<Option<usize>> {
        let within = self.source.outline.subtree(heading);
        let shown = self.entries(node).into_iter().flatten();
        shown.filter(|&i| within.contains(&self.source.outline.headlines()[i].line.start)).map(Some).collect()
    }

    /// The links of the node's own text that may be shown.
    pub(super) fn links(&self, node: usize) -> Vec<ShownLink> {
        let (text, links) = (self.source.outline.text(), &self.source.notes.links);
        let links_of = self.links_of.get_or_init(|| {
            let mut of = vec![Vec::new(); self.source.notes.nodes.len()];
            links.iter().enumerate().for_each(|(n, link)| of[link.source].push(n));
            of
        });
        if links_of[node].is_empty() {
            return Vec::new();
        }
        let own: HashSet<Option<usize>> = self.own_entries(node).into_iter().collect();
        let mut cuts: HashMap<Option<usize>, Vec<Span>> = HashMap::new();
        let mut shown = |offset: usize| {
            let entry = self.source.outline.headline_at(offset);
            own.contains(&entry) && {
                let span = self.source.span(entry);
                // Org takes a target over line ends, and with it what is cut out there.
                let end = target_end(text, offset, span.end).max(offset + 1);
                let cuts = cuts.entry(entry).or_insert_with(|| self.cuts(span));
                let next = cuts.partition_point(|cut| cut.end <= offset);
                cuts.get(next).is_none_or(|cut| end <= cut.start)
            }
        };
        links_of[node]
            .iter()
            .map(|&n| &links[n])
            .filter(|link| shown(link.offset))
            .map(|link| ShownLink {
                kind: link.kind.clone(),
                target: link.target.clone(),
                description: link.description.as_deref().map(|text| self.redactor.clean(text)),
                offset: link.offset,
            })
            .collect()
    }

    /// The lines around a place in a public entry.
    pub(super) fn context(&self, offset: usize) -> String {
        self.shown(super::context::around(&self.source.outline, offset)).trim().to_owned()
    }

    /// The headings between the node and a place in its text.
    pub(super) fn path_to(&self, node: usize, offset: usize) -> Vec<String> {
        let sections = self.sections(node);
        let at = self.source.outline.headline_at(offset);
        let path = sections.iter().find(|(_, i)| Some(*i) == at).map(|(path, _)| path.as_str());
        path.map_or_else(Vec::new, |path| path.split('/').map(str::to_owned).collect())
    }
}
