//! What a public text keeps of its links: those that lead to what is public, or out of the notes altogether.
//!
//! Everything here is an allow list. A link whose target is not known to be public goes with its description, whether the
//! target is private or does not exist, so that the two cannot be told apart. Links with a type are found without asking
//! what Org makes of the place (a comment, a source block, a property): a private title is private there too.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use memchr::{memchr2, memmem};

use super::access::Marks;
use super::node::Access;
use super::spans::{bracket_end, bracket_target, plain};
use super::target::Abbreviations;
use crate::db::words::fold_name;
use crate::file;
use crate::org::Outline;
use crate::org::scan::Span;

/// What assistants may know of by name.
pub(super) trait Names {
    /// Whether a public node has this ID.
    fn id(&self, id: &str) -> bool;
    /// Whether a public node has this title or alias.
    fn title(&self, title: &str) -> bool;
    /// Whether the file at this path in the notes directory is a public node.
    fn file(&self, path: &str) -> bool;
}

/// Types that lead out of the notes.
const EXTERNAL: &[&str] = &[
    "http", "https", "ftp", "sftp", "ssh", "git", "mailto", "doi", "isbn", "arxiv", "pmid", "news", "nntp", "irc",
    "ircs", "gemini", "gopher", "magnet", "tel", "sms", "geo", "info", "help", "man", "woman", "cite",
];

/// Types that are followed to see where they lead, also as a plain link.
pub(super) const LOCAL: &[&str] = &["id", "roam", "file", "file+sys", "file+emacs", "attachment", "docview"];

/// Keywords whose line says what is to be taken from another file.
const TAKING: &[&str] = &["include", "setupfile", "transclude"];

/// Finds what must go from the text of one file.
pub(super) struct Redactor<'a> {
    outline: &'a Outline<'a>,
    marks: &'a Marks,
    names: &'a dyn Names,
    /// The notes directory without symbolic links in it.
    root: &'a Path,
    /// The file's directory.
    dir: PathBuf,
    home: Option<PathBuf>,
    inside: OnceCell<Inside>,
    abbreviations: Abbreviations<'a>,
    /// By entry.
    cuts: RefCell<HashMap<Option<usize>, Rc<[Span]>>>,
}

/// What a link without a type may lead to in its own file.
#[derive(Default)]
struct Inside {
    /// Titles of public headlines and the targets in public text.
    words: HashSet<String>,
    custom_ids: HashSet<String>,
    /// Titles of private headlines and the targets in private text.
    hidden: HashSet<String>,
    /// Where Org itself sees a link.
    links: HashSet<usize>,
}

impl<'a> Redactor<'a> {
    /// For the text of `file`, which is in the notes directory `root`; `home` is what `~` stands for.
    pub(super) fn new(
        outline: &'a Outline<'a>,
        marks: &'a Marks,
        names: &'a dyn Names,
        root: &'a Path,
        file: &Path,
        home: Option<PathBuf>,
    ) -> Self {
        let dir = file.parent().unwrap_or(root).to_path_buf();
        let abbreviations = Abbreviations::of(outline);
        Self {
            outline,
            marks,
            names,
            root,
            dir,
            home,
            inside: OnceCell::new(),
            abbreviations,
            cuts: RefCell::default(),
        }
    }

    /// The parts of `span` that must not be shown, in order.
    ///
    /// They are looked for in whole entries: a part of a text may start in the middle of a description, where nothing
    /// tells any more what that describes.
    pub(super) fn cuts(&self, span: Span) -> Vec<Span> {
        let mut found = Vec::new();
        let mut at = span.start;
        while at < span.end {
            let entry = self.outline.headline_at(at);
            let whole = entry.map_or_else(|| self.outline.preamble(), |i| self.outline.entry(i));
            let cuts = self.cuts.borrow().get(&entry).cloned();
            let cuts = cuts.unwrap_or_else(|| {
                let cuts: Rc<[Span]> = self.cuts_of(whole.clone()).into();
                self.cuts.borrow_mut().insert(entry, Rc::clone(&cuts));
                cuts
            });
            let first = cuts.partition_point(|cut| cut.end <= span.start);
            let within = cuts[first..].iter().take_while(|cut| cut.start < span.end);
            found.extend(within.map(|cut| cut.start.max(span.start)..cut.end.min(span.end)));
            at = whole.end.max(at + 1);
        }
        found
    }

    /// The same for a whole entry.
    fn cuts_of(&self, span: Span) -> Vec<Span> {
        let text = self.outline.text();
        let mut cuts = self.search(text, span.clone(), &|at| self.inside().links.contains(&at));
        let keywords = self.outline.keywords();
        let first = keywords.partition_point(|keyword| keyword.key.start < span.start);
        let inside = keywords[first..].iter().take_while(|keyword| keyword.key.start < span.end);
        let taking = inside.filter(|keyword| {
            let key = &text[keyword.key.clone()];
            TAKING.iter().any(|taking| key.eq_ignore_ascii_case(taking))
        });
        for keyword in taking {
            let start = text[..keyword.key.start].rfind('\n').map_or(0, |newline| newline + 1).max(span.start);
            let end = memchr::memchr(b'\n', &text.as_bytes()[keyword.key.end..])
                .map_or(text.len(), |n| keyword.key.end + n + 1);
            cuts.push(start..end.min(span.end));
        }
        cuts.sort_by_key(|cut| (cut.start, cut.end));
        let mut merged: Vec<Span> = Vec::with_capacity(cuts.len());
        for cut in cuts {
            match merged.last_mut() {
                Some(last) if cut.start <= last.end => last.end = last.end.max(cut.end),
                _ => merged.push(cut),
            }
        }
        merged
    }

    /// A text that stands alone, such as an alias: whatever looks like a link there is one.
    pub(super) fn clean(&self, text: &str) -> String {
        without(text, 0..text.len(), &self.search(text, 0..text.len(), &|_| true))
    }

    fn search(&self, text: &str, span: Span, is_link: &dyn Fn(usize) -> bool) -> Vec<Span> {
        let bytes = text.as_bytes();
        let mut cuts = Vec::new();
        let mut at = span.start;
        while let Some(hit) = memchr2(b'[', b':', &bytes[at..span.end]) {
            let here = at + hit;
            at = here + 1;
            if bytes[here] == b'[' {
                let Some(target) = bracket_target(bytes, here, span.end) else { continue };
                let (name, described) = (&text[target.clone()], bytes[target.end + 1] == b'[');
                // Whoever makes a note with the title of a private one must not get the description with it.
                let roam =
                    described && split_type(name.trim()).is_some_and(|(kind, _)| kind.eq_ignore_ascii_case("roam"));
                if !roam && self.keeps(name, &|| is_link(here)) {
                    // The description is text like any other, and so is what stands behind a blank in the target.
                    at = name.find(char::is_whitespace).map_or(target.end + 1, |blank| target.start + blank);
                } else {
                    at = bracket_end(bytes, target.end, span.end);
                    cuts.push(with_blank(bytes, here..at, &span));
                }
            } else if let Some(link) = plain(text, here, span.clone()) {
                let target = &text[link.target.clone()];
                at = link.target.end;
                // `{id:5}` is a program's; no note has so short a number for an ID.
                let number =
                    target.strip_prefix("id:").is_some_and(|id| id.len() < 8 && id.bytes().all(|b| b.is_ascii_digit()));
                if !number && !self.keeps(target, &|| true) {
                    at = link.all.end;
                    cuts.push(with_blank(bytes, link.all, &span));
                }
            }
        }
        cuts
    }

    /// Whether a link to `target` may be shown.
    fn keeps(&self, target: &str, is_link: &dyn Fn() -> bool) -> bool {
        let target = target.trim();
        if self.abbreviations.have(target) {
            // What Org sees is what it stands for, whatever type it looks like.
            let whole = self.abbreviations.expand(target.into());
            let external = |(kind, _): (&str, _)| EXTERNAL.contains(&kind.to_ascii_lowercase().as_str());
            return *whole != *target && split_type(&whole).is_some_and(external);
        }
        if let Some(custom) = target.strip_prefix('#') {
            return self.inside().custom_ids.contains(custom);
        }
        if let Some(heading) = target.strip_prefix('*') {
            return self.inside().words.contains(&fold_name(heading));
        }
        if target.starts_with(['/', '~', '.']) {
            return self.keeps_path(target);
        }
        match split_type(target) {
            Some((kind, rest)) => match kind.to_ascii_lowercase().as_str() {
                // What follows `::` is a place in that note, which need not be public.
                "id" => !rest.contains("::") && self.names.id(rest),
                "roam" => self.names.title(rest),
                "file" | "file+sys" | "file+emacs" | "docview" => self.keeps_path(rest),
                kind => EXTERNAL.contains(&kind),
            },
            None => {
                let name = fold_name(target);
                self.inside().words.contains(&name) || !self.inside().hidden.contains(&name) && !is_link()
            }
        }
    }

    /// Whether a link to a file may be shown: the file is a public note, or no note and not in the notes directory.
    fn keeps_path(&self, target: &str) -> bool {
        let path = target.split("::").next().unwrap_or(target);
        // Remote names and variables lead where only Emacs can tell.
        let remote =
            |path: &str| path.trim_start_matches('/').split('/').next().is_some_and(|first| first.contains(':'));
        if path.contains(['$', '\0', ':']) || path.starts_with('/') && remote(target) {
            return false;
        }
        [Some(path.to_owned()), percent_decoded(path)].into_iter().flatten().all(|path| {
            let whole = match (path.strip_prefix('~'), &self.home) {
                (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
                    home.join(rest.trim_start_matches('/'))
                }
                (Some(_), _) => return false,
                (None, _) => self.dir.join(path.trim_start_matches("//")),
            };
            let lexical = normal(&whole);
            // As far as it exists: whether a file is there must make no difference.
            let real = [file::canonical(&whole), file::canonical(&lexical)];
            [lexical].iter().chain(&real).all(|path| match path.strip_prefix(self.root) {
                Ok(inside) => inside.to_str().is_some_and(|inside| !target.contains("::") && self.names.file(inside)),
                Err(_) => !looks_like_org(path),
            })
        })
    }

    fn inside(&self) -> &Inside {
        self.inside.get_or_init(|| {
            let (outline, text) = (self.outline, self.outline.text());
            let mut inside = Inside::default();
            let links = outline.links(0..text.len());
            inside.links.extend(links.iter().map(|link| link.span.start));
            let mut visible = vec![];
            if self.marks.file == Access::Public {
                visible.push(outline.preamble());
                let custom = outline.file_drawer().and_then(|drawer| outline.drawer_property(drawer, "CUSTOM_ID"));
                inside.custom_ids.extend(custom.map(|id| id.into_owned()));
            }
            let mut hidden = Vec::new();
            if self.marks.file == Access::Private {
                hidden.push(outline.preamble());
            }
            for (i, access) in self.marks.headlines.iter().enumerate() {
                if *access == Access::Private {
                    hidden.push(outline.entry(i));
                    inside.hidden.insert(fold_name(outline.title(i)));
                    continue;
                }
                visible.push(outline.entry(i));
                inside.words.insert(fold_name(outline.title(i)));
                inside.custom_ids.extend(outline.property(i, "CUSTOM_ID").map(|id| id.into_owned()));
            }
            inside.words.extend(visible.iter().flat_map(|span| targets(&text[span.clone()])));
            inside.hidden.extend(hidden.iter().flat_map(|span| targets(&text[span.clone()])));
            for keyword in outline.keywords().iter().filter(|k| text[k.key.clone()].eq_ignore_ascii_case("name")) {
                let public = self.marks.of(outline.headline_at(keyword.key.start)) == Access::Public;
                let names = if public { &mut inside.words } else { &mut inside.hidden };
                names.insert(fold_name(&text[keyword.value.clone()]));
            }
            inside
        })
    }
}

/// The `<<targets>>` of a text.
fn targets(text: &str) -> impl Iterator<Item = String> + '_ {
    let names = memmem::find_iter(text.as_bytes(), b"<<").map(|open| text[open..].trim_start_matches('<'));
    names.map(|rest| fold_name(rest.split(['>', '\n']).next().unwrap_or("")))
}

/// Whether a text may have a link in it that is not to be shown.
pub(super) fn has_links(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let typed = |kind: &&str| small.match_indices(*kind).any(|(at, _)| small[at + kind.len()..].starts_with(':'));
    text.contains("[[") || LOCAL.iter().any(typed)
}

/// `span` of `text` without `cuts`.
pub(super) fn without(text: &str, span: Span, cuts: &[Span]) -> String {
    let mut out = String::with_capacity(span.len());
    let mut at = span.start;
    for cut in cuts.iter().filter(|cut| cut.end > span.start && cut.start < span.end) {
        out.push_str(&text[at..cut.start.max(at)]);
        at = cut.end.min(span.end).max(at);
    }
    out.push_str(&text[at..span.end]);
    out
}

/// `type:rest`; a letter alone is none, so that neither is a drive.
fn split_type(target: &str) -> Option<(&str, &str)> {
    let (kind, rest) = target.split_once(':')?;
    let named = kind.len() > 1 && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b));
    named.then_some((kind, rest))
}

/// A cut between two blanks takes one of them along.
fn with_blank(bytes: &[u8], cut: Span, within: &Span) -> Span {
    let before = cut.start > within.start && bytes[cut.start - 1] == b' ';
    let after = cut.end < within.end && bytes[cut.end] == b' ';
    cut.start..cut.end + usize::from(before && after)
}

/// A path without `.` and `..`, by its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = out.pop(),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

fn looks_like_org(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or("").to_lowercase();
    [".org", ".org_archive", ".org.gpg", ".org.age"].iter().any(|end| name.ends_with(end))
}

/// `path` with `%41` read as `A`, where it has such escapes.
fn percent_decoded(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| path.get(i + 1..i + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (out.push(byte), i += 3).1,
            None => (out.push(bytes[i]), i += 1).1,
        }
    }
    (out.len() < bytes.len()).then(|| String::from_utf8_lossy(&out).into_owned())
}
