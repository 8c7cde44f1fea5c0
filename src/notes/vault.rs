//! The vault as the person sees it.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Row, params};

use super::audit::{AuditRow, Trail};
use super::index::Index;
use super::node::{Access, Found, Hit, Node, Problem};
use super::publish::Known;
use super::schema::WORDS;
use super::store::{id_name, split, title_name};
use super::view::{FileView, Source};
use crate::config::Config;
use crate::db::words::{Query, best_line};
use crate::error::{Error, Result};
use crate::file;

/// What an assistant would see of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The node's ID.
    pub id: String,
    /// Its title as an assistant would see it.
    pub title: String,
    /// Its text as an assistant would see it.
    pub text: String,
}

/// All notes.
#[derive(Debug, Clone)]
pub struct Vault {
    index: Arc<Index>,
    trail: Arc<Trail>,
    config: Config,
}

/// The columns of [`node`].
pub(super) const COLUMNS: &str = "file.path, file.mtime, node.id, node.level, node.line, node.title, node.path, node.todo, \
                       node.priority, node.tags, node.aliases, node.refs, node.access";

impl Vault {
    /// Opens the vault of `config`. Nothing is read yet: see [`Vault::sync`].
    ///
    /// # Errors
    /// Those of the databases.
    pub fn open(config: &Config) -> Result<Self> {
        let index = Arc::new(Index::open(config)?);
        Ok(Self { index, trail: Arc::new(Trail::open(config)?), config: config.clone() })
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Brings the index up to date with the disk. `progress` gets the number of changed files read so far and of all that
    /// changed, and says whether to go on; what was read before it said no is kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no notes directory, those of the database.
    pub fn sync(&self, progress: &mut dyn FnMut(usize, usize) -> bool) -> Result<()> {
        self.index.sync(progress)
    }

    /// Reads one file again that is known to have changed, without a look at the others. One that is not in the notes
    /// directory is no note.
    ///
    /// # Errors
    /// Those of [`Vault::sync`].
    pub fn file_changed(&self, file: &Path) -> Result<()> {
        self.index.file_changed(file)
    }

    /// All nodes, those of the files changed last first. Of what is indexed: call [`Vault::sync`] before.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn nodes(&self) -> Result<Vec<Node>> {
        self.select("ORDER BY file.mtime DESC, file.path, node.rowid", &[])
    }

    /// The nodes that assistants see, by file.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn public(&self) -> Result<Vec<Node>> {
        self.select("WHERE node.access = 1 ORDER BY file.path, node.rowid", &[])
    }

    /// The nodes of this ID: more than one where a person has copied it.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn with_id(&self, id: &str) -> Result<Vec<Node>> {
        self.select("WHERE node.id = ?1 ORDER BY file.path, node.rowid", &[id])
    }

    /// Full text search; `live`: the last word may be the start of one. Of what is indexed.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the query has no word.
    pub fn search(&self, query: &str, limit: usize, live: bool) -> Result<Found<Node>> {
        let query = Query::parse(query, live)?;
        let (found, total) = self.matching(&query.expression(WORDS), limit)?;
        let marks = query.marks();
        let lines = self.in_files(
            &found,
            |node| node,
            |source, at, _| {
                let text = source.outline.text();
                source.body(at, &source.entries(at)).into_iter().find_map(|span| {
                    let (offset, line) = best_line(&text[span.clone()], &marks)?;
                    Some((line.to_owned(), source.outline.line_of(span.start + offset)))
                })
            },
        );
        let hits = found.into_iter().zip(lines).map(|(node, line)| {
            let (snippet, line) = line.unwrap_or_default();
            Hit { node, snippet, line }
        });
        Ok(Found { hits: hits.collect(), total })
    }

    /// What assistants would see of `text`, if the notes' file `file` had it.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn preview(&self, file: &Path, text: &str) -> Result<Vec<Preview>> {
        let place = self.index.place();
        let file = file::canonical(file);
        let path = file.strip_prefix(&place.root).unwrap_or(&file).to_string_lossy().into_owned();
        let db = self.index.db();
        let names = Known::new(&db);
        let source = Source::new(text, &path);
        let view = FileView::new(&source, &path, &place, &names);
        Ok(view
            .nodes()
            .map(|node| {
                let shown = view.node(node);
                Preview { id: shown.id, title: shown.title, text: view.whole_text(node) }
            })
            .collect())
    }

    /// The last calls of assistants, the last one first, each with whether it asked by name for a note that is private
    /// today.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn audit(&self, limit: usize) -> Result<Vec<(AuditRow, bool)>> {
        let rows = self.trail.last(limit)?;
        let mut private: HashMap<String, bool> = HashMap::new();
        for node in self.nodes()? {
            let names =
                node.aliases.iter().chain([&node.title]).map(|name| title_name(name)).chain([id_name(&node.id)]);
            for name in names {
                *private.entry(name).or_insert(true) &= node.access == Access::Private;
            }
        }
        let asked = |row: &AuditRow| {
            let is_private = |name: String| private.get(&name).copied().unwrap_or(false);
            row.outcome != "ok" && (is_private(id_name(&row.subject)) || is_private(title_name(&row.subject)))
        };
        Ok(rows.into_iter().map(|row| (asked(&row), row)).map(|(asked, row)| (row, asked)).collect())
    }

    /// What is wrong with the notes: files that cannot be read, IDs that two nodes have, drawers that are malformed.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn problems(&self) -> Result<Vec<Problem>> {
        let root = self.index.place().root;
        let mut problems: Vec<Problem> = self.query(
            "SELECT file.path, line, message FROM problem JOIN file ON file.id = problem.file ORDER BY file.path, line",
            &[],
            |row| Ok(Problem { file: root.join(row.get::<_, String>(0)?), line: whole(row, 1)?, message: row.get(2)? }),
        )?;
        let sql = "WHERE node.id IN (SELECT id FROM node GROUP BY id HAVING count(*) > 1) ORDER BY node.id, file.path, node.rowid";
        let doubled = self.select(sql, &[])?;
        for node in &doubled {
            let others: Vec<String> = doubled
                .iter()
                .filter(|other| other.id == node.id && (&other.file, other.line) != (&node.file, node.line))
                .map(|other| format!("{}:{}", self.config.env.abbreviate(&other.file), other.line))
                .collect();
            let message = format!("the ID {} is also that of {}: give one of them another", node.id, others.join(", "));
            problems.push(Problem { file: node.file.clone(), line: node.line, message });
        }
        Ok(problems)
    }

    pub(super) fn select(&self, rest: &str, params: &[&str]) -> Result<Vec<Node>> {
        let root = self.index.place().root;
        let sql = format!("SELECT {COLUMNS} FROM node JOIN file ON file.id = node.file {rest}");
        self.query(&sql, params, |row| node(row, &root))
    }

    pub(super) fn query<T>(
        &self,
        sql: &str,
        params: &[&str],
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let db = self.index.db();
        let read = || {
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map(rusqlite::params_from_iter(params), map)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(Error::database(self.index.path()))
    }

    /// The nodes that a full text expression finds, the best first, and how many there are.
    pub(super) fn matching(&self, expression: &str, limit: usize) -> Result<(Vec<Node>, usize)> {
        let root = self.index.place().root;
        let db = self.index.db();
        let read = || {
            let sql = format!(
                "SELECT {COLUMNS} FROM text JOIN node ON node.rowid = text.rowid JOIN file ON file.id = node.file \
                 WHERE text MATCH ?1 ORDER BY bm25(text, 10, 6, 4, 1, 1), node.title LIMIT ?2"
            );
            let mut query = db.prepare_cached(&sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let nodes: Vec<Node> = query
                .query_map(params![expression, limit], |row| node(row, &root))?
                .collect::<rusqlite::Result<_>>()?;
            let mut count = db.prepare_cached("SELECT count(*) FROM text WHERE text MATCH ?1")?;
            let total = count.query_row([expression], |row| whole(row, 0))?;
            Ok((nodes, total))
        };
        read().map_err(Error::database(self.index.path()))
    }

    /// What `work` says of each item, given the file of the item's node and the node's place in it. Every file is read once;
    /// `None` where a node is not there any more.
    pub(super) fn in_files<I, T>(
        &self,
        items: &[I],
        node: impl Fn(&I) -> &Node,
        work: impl Fn(&Source<'_>, usize, &I) -> Option<T>,
    ) -> Vec<Option<T>> {
        let root = self.index.place().root;
        let mut files: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for (i, item) in items.iter().enumerate() {
            files.entry(&node(item).file).or_default().push(i);
        }
        let mut out: Vec<Option<T>> = items.iter().map(|_| None).collect();
        for (file, members) in files {
            let Ok(text) = file::read(file) else { continue };
            let path = file.strip_prefix(&root).unwrap_or(file).to_string_lossy();
            let source = Source::new(&text, &path);
            let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
            for (at, raw) in source.notes.nodes.iter().enumerate() {
                places.entry(&raw.id).or_default().push(at);
            }
            for i in members {
                let node = node(&items[i]);
                let same_id = places.get(node.id.as_str()).map_or(&[][..], Vec::as_slice);
                let at = same_id.iter().find(|&&at| source.notes.nodes[at].line == node.line).or(same_id.first());
                out[i] = at.and_then(|&at| work(&source, at, &items[i]));
            }
        }
        out
    }
}

/// A count or a line out of a column.
pub(super) fn whole(row: &Row<'_>, column: usize) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

fn list(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    Ok(split(row.get_ref(column)?.as_str()?))
}

/// A row of [`COLUMNS`].
pub(super) fn node(row: &Row<'_>, root: &Path) -> rusqlite::Result<Node> {
    Ok(Node {
        file: root.join(row.get_ref(0)?.as_str()?),
        modified: row.get::<_, i64>(1)? / 1_000_000_000,
        id: row.get(2)?,
        level: whole(row, 3)?,
        line: whole(row, 4)?,
        title: row.get(5)?,
        path: list(row, 6)?,
        todo: row.get(7)?,
        priority: row.get::<_, Option<String>>(8)?.and_then(|letter| letter.chars().next()),
        tags: list(row, 9)?,
        aliases: list(row, 10)?,
        refs: list(row, 11)?,
        access: if row.get::<_, i64>(12)? == 1 { Access::Public } else { Access::Private },
    })
}
