//! What leads to a note, for the person and for assistants.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::context;
use super::node::{Backlink, Node, PublicLink, PublicLinks, PublicNode};
use super::public::{COLUMNS as PUBLIC_COLUMNS, Located, PublicVault};
use super::schema::WORDS;
use super::store::stored_target;
use super::vault::{COLUMNS, Vault, node, whole};
use crate::db::words::{Query, fold, has_word};
use crate::error::Result;

impl Vault {
    /// The links to the node: by ID, by `roam:` and its title, by its file.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn backlinks(&self, id: &str) -> Result<Vec<Backlink<Node>>> {
        let mut places = self.places("link.kind = 'id' AND link.target = ?1", &[id])?;
        for node in self.with_id(id)? {
            for name in node.aliases.iter().chain([&node.title]) {
                places.extend(self.places("link.kind IN ('roam', 'title') AND link.target = ?1", &[name])?);
            }
            let path = node.file.strip_prefix(self.index().place().root).ok().and_then(Path::to_str).map(str::to_owned);
            if let (0, Some(path)) = (node.level, path) {
                places.extend(self.places("link.kind = 'file' AND link.target = ?1", &[&path])?);
            }
        }
        Ok(self.in_context(places))
    }

    /// The links and citations that lead to a ref of the node.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn reflinks(&self, id: &str) -> Result<Vec<Backlink<Node>>> {
        let mut places = Vec::new();
        for reference in self.with_id(id)?.iter().flat_map(|node| &node.refs) {
            places.extend(match reference.strip_prefix('@') {
                Some(key) => self.places("link.kind = 'cite' AND link.target = ?1", &[key])?,
                None => self.places("link.kind <> 'cite' AND link.target = ?1", &[reference])?,
            });
        }
        Ok(self.in_context(places))
    }

    /// The places where other notes have the node's title or alias in their text without a link to it: one of each note.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn unlinked(&self, id: &str, limit: usize) -> Result<Vec<Backlink<Node>>> {
        let named = self.with_id(id)?;
        let names: Vec<&str> =
            named.iter().flat_map(|node| node.aliases.iter().chain([&node.title])).map(String::as_str).collect();
        let Some(expression) = Query::any_of(names.iter().copied(), WORDS) else { return Ok(Vec::new()) };
        let folded: Vec<String> = names.iter().map(|name| fold(name)).filter(|name| !name.is_empty()).collect();
        let (found, _) = self.matching(&format!("body : ({expression})"), limit.saturating_mul(4).max(limit))?;
        // Where a line has a link to the node, its name is that of the link.
        let linked: BTreeSet<(PathBuf, usize)> =
            self.backlinks(id)?.into_iter().map(|link| (link.node.file, link.line)).collect();
        let others: Vec<Node> = found.into_iter().filter(|node| node.id != id).collect();
        let mut out = Vec::new();
        // Not all of them are needed where the first ones are enough.
        for some in others.chunks(limit.max(1)) {
            let places = self.in_files(
                some,
                |node| node,
                |source, at, node| {
                    let text = source.outline.text();
                    let spans = source.body(at, &source.entries(at));
                    spans.into_iter().find_map(|span| {
                        let mut offset = span.start;
                        text[span].split_inclusive('\n').find_map(|line| {
                            let start = offset;
                            offset += line.len();
                            let has = folded.iter().any(|name| has_word(&fold(line), name));
                            let is_link = || linked.contains(&(node.file.clone(), source.outline.line_of(start)));
                            (has && !is_link()).then_some(start)
                        })
                    })
                },
            );
            out.extend(some.iter().cloned().zip(places).filter_map(|(node, place)| Some((node, place?))));
            if out.len() >= limit {
                out.truncate(limit);
                break;
            }
        }
        Ok(self.in_context(out))
    }

    /// The links that a condition finds: the node that has the link, and its byte in the file.
    fn places(&self, condition: &str, params: &[&str]) -> Result<Vec<(Node, usize)>> {
        let root = self.index().place().root;
        let sql = format!(
            "SELECT {COLUMNS}, link.place FROM link JOIN node ON node.rowid = link.source JOIN file ON file.id = node.file \
             WHERE {condition} ORDER BY file.path, link.place"
        );
        self.query(&sql, params, |row| Ok((node(row, &root)?, whole(row, 13)?)))
    }

    /// Each place with the lines around it.
    fn in_context(&self, places: Vec<(Node, usize)>) -> Vec<Backlink<Node>> {
        let mut seen = BTreeSet::new();
        let places: Vec<_> =
            places.into_iter().filter(|(node, place)| seen.insert((node.file.clone(), *place))).collect();
        let shown = self.in_files(
            &places,
            |(node, _)| node,
            |source, at, &(_, place)| {
                let text = source.outline.text();
                // The file may have changed since it was indexed.
                if !text.is_char_boundary(place) {
                    return None;
                }
                let paragraph = context::around(&source.outline, place);
                let context = text[context::near(text, paragraph, place)].trim().to_owned();
                let own = source.notes.nodes[at].headline;
                let mut path = Vec::new();
                let mut heading = source.outline.headline_at(place).filter(|i| Some(*i) != own);
                while let Some(i) = heading {
                    path.insert(0, source.outline.title(i).to_owned());
                    heading = source.outline.parent(i).filter(|parent| Some(*parent) != own);
                }
                Some((context, path, source.outline.line_of(place)))
            },
        );
        let found = places.into_iter().zip(shown);
        found
            .filter_map(|((node, _), shown)| shown.map(|(context, path, line)| Backlink { node, context, path, line }))
            .collect()
    }
}

impl PublicVault {
    /// The links out of a note and into it.
    ///
    /// # Errors
    /// Those of [`PublicVault::get`].
    pub fn links(&self, name: &str) -> Result<PublicLinks> {
        let count = |links: &PublicLinks| links.forward.len() + links.back.len() + links.reflinks.len();
        self.audited("links", name, count, || {
            self.sync()?;
            let located = self.resolve(name)?;
            let (node, shown) = self.view(&located, |view, at| Ok((view.node(at), view.links(at))))?;
            let mut forward = Vec::with_capacity(shown.len());
            for link in shown {
                let title =
                    if link.kind == "id" { self.with_id(&link.target)?.map(|found| found.node.title) } else { None };
                forward.push(PublicLink { kind: link.kind, target: link.target, description: link.description, title });
            }
            let mut sources = vec![("id", node.id.clone())];
            sources.extend(node.aliases.iter().chain([&node.title]).map(|name| ("roam", name.clone())));
            sources.extend(node.file.iter().filter(|_| node.level == 0).map(|path| ("file", path.clone())));
            let refs = node.refs.iter().map(|reference| match reference.strip_prefix('@') {
                Some(key) => ("cite", key.to_owned()),
                None => ("", reference.clone()),
            });
            let (back, reflinks) = (self.linking(&sources)?, self.linking(&refs.collect::<Vec<_>>())?);
            Ok(PublicLinks { node: PublicNode { changed: located.node.changed, ..node }, forward, back, reflinks })
        })
    }

    /// The notes with a link of one of these kinds and targets; an empty kind is any but a citation.
    fn linking(&self, wanted: &[(&str, String)]) -> Result<Vec<Backlink<PublicNode>>> {
        let mut sources: Vec<Located> = Vec::new();
        let mut seen = BTreeSet::new();
        for (kind, target) in wanted {
            let condition = if kind.is_empty() { "l.kind <> 'cite' AND l.kind <> ?2" } else { "l.kind = ?2" };
            let sql = format!(
                "SELECT DISTINCT {PUBLIC_COLUMNS} FROM public_link AS l JOIN public_node AS n ON n.rowid = l.node \
                 WHERE l.target = ?1 AND {condition} ORDER BY n.title, n.id"
            );
            for located in self.select(&sql, &[target, kind])? {
                if seen.insert((located.path.clone(), located.node.id.clone())) {
                    sources.push(located);
                }
            }
        }
        let found = self.view_each(&sources, |view, at, located| {
            let links = view.links(at).into_iter().filter(|link| {
                let target = stored_target(&located.path, &link.kind, &link.target);
                let same = |kind: &str| if kind.is_empty() { link.kind != "cite" } else { kind == link.kind };
                wanted.iter().any(|(kind, wanted)| same(kind) && *wanted == target)
            });
            let mut last = None;
            let mut places = Vec::new();
            for link in links {
                // Of many links in one paragraph that is shown once.
                let paragraph = context::around(&view.source.outline, link.offset);
                if last.replace(paragraph.clone()) != Some(paragraph) {
                    places.push((view.context(link.offset), view.path_to(at, link.offset)));
                }
            }
            places.dedup();
            places
        });
        let mut back = Vec::new();
        for (located, places) in sources.into_iter().zip(found) {
            back.extend(places.into_iter().flatten().map(|(context, path)| Backlink {
                node: located.node.clone(),
                context,
                path,
                line: 0,
            }));
        }
        Ok(back)
    }
}
