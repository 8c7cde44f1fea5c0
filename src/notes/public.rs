//! The vault as assistants see it.
//!
//! Two gates, one behind the other. What is found comes from tables that hold public text alone, over a connection to which
//! SQLite denies every other table; what is then handed out is made from the file's text of this moment by a
//! [`FileView`], which looks at the marks again. A private note and one that does not exist give the same answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Row};

use super::audit::{AuditRow, Caller, Trail};
use super::index::Index;
use super::node::{Found, Hit, ListQuery, Note, PublicNode, TagCount};
use super::publish::Known;
use super::schema;
use super::store::split;
use super::vault::whole;
use super::view::{FileView, Source};
use super::walk;
use crate::config::Config;
use crate::db::words::{Query, best_line, fold_name};
use crate::error::{Error, Result};

/// What is marked PUBLIC, and nothing else.
#[derive(Debug)]
pub struct PublicVault {
    pub(super) index: Index,
    /// Can read the public tables and nothing else.
    db: Mutex<Connection>,
    trail: Trail,
    pub(super) caller: Caller,
    pub(super) config: Config,
}

/// No answer is longer than this many notes.
const MOST: usize = 500;

pub(super) const COLUMNS: &str =
    "n.path, n.id, n.level, n.title, n.above, n.todo, n.priority, n.tags, n.aliases, n.refs, n.file, n.changed";

/// A row of the public tables: the note, and where its file is.
pub(super) struct Located {
    /// In the notes directory; never shown.
    pub(super) path: String,
    pub(super) node: PublicNode,
}

impl PublicVault {
    /// Opens the vault of `config`.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn open(config: &Config, caller: Caller) -> Result<Self> {
        let index = Index::open(config)?;
        let mut db = index.connect()?;
        schema::restrict(&mut db).map_err(Error::database(index.path()))?;
        Ok(Self { index, db: Mutex::new(db), trail: Trail::open(config)?, caller, config: config.clone() })
    }

    /// Who is served.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The note that `name` names: an ID, else a title, else an alias (case ignored); `section` is a heading in it, by its
    /// title or its path (`Plan/Next steps`).
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] where several notes have that title.
    pub fn get(&self, name: &str, section: Option<&str>) -> Result<Note> {
        self.audited(
            "get",
            name,
            |_| 1,
            || {
                self.sync()?;
                self.read(&self.resolve(name)?, section)
            },
        )
    }

    /// Full text search: words that all must be there, `"phrases"`, `prefix*`, `-without`. The best first.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the query has no word.
    pub fn search(&self, query: &str, limit: usize) -> Result<Found<PublicNode>> {
        self.audited(
            "search",
            query,
            |found: &Found<_>| found.hits.len(),
            || {
                let query_of = Query::parse(query, false)?;
                self.sync()?;
                let expression = query_of.expression(schema::WORDS);
                let sql = format!(
                    "SELECT {COLUMNS} FROM public_text JOIN public_node AS n ON n.rowid = public_text.rowid \
                 WHERE public_text MATCH ?1 ORDER BY bm25(public_text, 10, 6, 4, 1, 1), n.title LIMIT {}",
                    limit.min(MOST)
                );
                let found = self.select(&sql, &[&expression])?;
                let total =
                    self.count("SELECT count(*) FROM public_text WHERE public_text MATCH ?1", &[&expression])?;
                let marks = query_of.marks();
                let snippets = self.view_each(&found, |view, node, _| {
                    best_line(&view.body(node), &marks).map_or_else(String::new, |(_, line)| line.to_owned())
                });
                // One that has no snippet was made private or removed since the sweep; the count is of another moment.
                let gone = snippets.iter().filter(|snippet| snippet.is_none()).count();
                let shown = found.into_iter().zip(snippets);
                let hits: Vec<_> = shown
                    .filter_map(|(located, snippet)| Some(Hit { node: located.node, snippet: snippet?, line: 0 }))
                    .collect();
                Ok(Found { total: total.saturating_sub(gone).max(hits.len()), hits })
            },
        )
    }

    /// Notes by tag, by title or by time, with the number of all that fit.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn list(&self, query: &ListQuery) -> Result<(Vec<PublicNode>, usize)> {
        self.audited(
            "list",
            &query.tags.join(" "),
            |(nodes, _): &(Vec<_>, _)| nodes.len(),
            || {
                self.sync()?;
                let order = if query.recent {
                    "n.changed DESC, n.title COLLATE NOCASE, n.id"
                } else {
                    "n.title COLLATE NOCASE, n.id"
                };
                let all = self.select(&format!("SELECT {COLUMNS} FROM public_node AS n ORDER BY {order}"), &[])?;
                let fits = |node: &PublicNode| query.tags.iter().all(|tag| node.tags.contains(tag));
                let fitting: Vec<PublicNode> = all.into_iter().map(|located| located.node).filter(fits).collect();
                let total = fitting.len();
                let limit = query.limit.unwrap_or(usize::MAX);
                Ok((fitting.into_iter().skip(query.offset).take(limit).collect(), total))
            },
        )
    }

    /// All tags with the number of notes that have them, by that number.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        self.audited("tags", "", Vec::len, || {
            self.sync()?;
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for located in self.select(&format!("SELECT {COLUMNS} FROM public_node AS n"), &[])? {
                located.node.tags.into_iter().for_each(|tag| *counts.entry(tag).or_default() += 1);
            }
            let mut tags: Vec<TagCount> = counts.into_iter().map(|(tag, notes)| TagCount { tag, notes }).collect();
            tags.sort_by(|a, b| b.notes.cmp(&a.notes).then_with(|| a.tag.cmp(&b.tag)));
            Ok(tags)
        })
    }

    /// The last calls of assistants, the last one first.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn audit(&self, limit: usize) -> Result<Vec<AuditRow>> {
        self.trail.last(limit)
    }

    /// IDs that more than one public note has, with the files that are public themselves.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn doubled(&self) -> Result<Vec<(String, Vec<String>)>> {
        self.audited("doctor", "", Vec::len, || {
            self.sync()?;
            let sql = format!(
                "SELECT {COLUMNS} FROM public_node AS n WHERE n.id IN \
                 (SELECT id FROM public_node GROUP BY id HAVING count(*) > 1) ORDER BY n.id, n.rowid"
            );
            let mut doubled: Vec<(String, Vec<String>)> = Vec::new();
            for located in self.select(&sql, &[])? {
                if doubled.last().is_none_or(|(id, _)| *id != located.node.id) {
                    doubled.push((located.node.id, Vec::new()));
                }
                if let Some((_, files)) = doubled.last_mut() {
                    files.extend(located.node.file);
                }
            }
            Ok(doubled)
        })
    }

    /// Runs a call of an assistant's for what is the person's, and writes it down in the audit trail: `call` is its name,
    /// `subject` what it was asked for, and `notes` how much came out. One that cannot be written down is not answered.
    ///
    /// # Errors
    /// Those of `work`, and [`Error::Database`].
    pub fn audited<T>(
        &self,
        call: &str,
        subject: &str,
        notes: impl FnOnce(&T) -> usize,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let result = work();
        self.trail.add(&self.caller, call, subject, result.as_ref().map(notes))?;
        result
    }

    /// Those of some IDs that no public note has, for what is not to be known when it comes from such a note. Part of a call
    /// that [`PublicVault::audited`] writes down.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn not_public(&self, ids: Vec<String>) -> Result<Vec<String>> {
        if ids.is_empty() {
            return Ok(ids);
        }
        self.sync()?;
        let mut hidden = Vec::new();
        for id in ids {
            if self.with_id(&id)?.is_none() {
                hidden.push(id);
            }
        }
        Ok(hidden)
    }

    pub(super) fn sync(&self) -> Result<()> {
        match self.index.sync(&mut |_, _| true) {
            // Where no notes are there is nothing public, and a note can be made.
            Err(Error::NotFound(_)) => Ok(()),
            // What is wrong on the way may be named after a private note.
            Err(Error::Io { source, .. }) => Err(Error::Io { path: self.config.notes_dir.clone(), source }),
            other => other,
        }
    }

    /// The public note that a name names.
    pub(super) fn resolve(&self, name: &str) -> Result<Located> {
        if let Some(found) = self.with_id(name)? {
            return Ok(found);
        }
        let sql = format!(
            "SELECT DISTINCT {COLUMNS} FROM public_name AS m JOIN public_node AS n ON n.rowid = m.node \
             WHERE m.name = ?1 ORDER BY n.title, n.id LIMIT 20"
        );
        let mut found = self.select(&sql, &[&fold_name(name)])?;
        match found.len() {
            0 => Err(no_such_note(name)),
            1 => Ok(found.remove(0)),
            n => {
                let ids: Vec<String> = found.into_iter().map(|located| located.node.id).collect();
                Err(Error::Invalid(format!("{n} notes are called {name}: give the ID, one of {}", ids.join(", "))))
            }
        }
    }

    pub(super) fn with_id(&self, id: &str) -> Result<Option<Located>> {
        let sql = format!("SELECT {COLUMNS} FROM public_node AS n WHERE n.id = ?1 ORDER BY n.rowid LIMIT 1");
        Ok(self.select(&sql, &[id])?.into_iter().next())
    }

    /// The note's text, gated once more.
    pub(super) fn read(&self, located: &Located, section: Option<&str>) -> Result<Note> {
        self.view(located, |view, node| {
            let sections = view.sections(node);
            let text = match section {
                None => view.whole_text(node),
                Some(name) => view.text(node, &view.section_entries(node, find_section(&sections, name)?)),
            };
            Ok(Note {
                node: PublicNode { changed: located.node.changed, ..view.node(node) },
                revision: view.revision(node),
                sections: sections.into_iter().map(|(path, _)| path).collect(),
                text,
            })
        })
    }

    /// Reads the file of a note and calls `work` with what is public in it and the note's place there.
    pub(super) fn view<T>(&self, located: &Located, work: impl Fn(&FileView<'_>, usize) -> Result<T>) -> Result<T> {
        let viewed = self.view_each(std::slice::from_ref(located), |view, node, _| work(view, node)).pop();
        viewed.flatten().unwrap_or_else(|| Err(no_such_note(&located.node.id)))
    }

    /// The same for many notes, whose files are read once each; `None` where a note is not there any more.
    pub(super) fn view_each<T>(
        &self,
        notes: &[Located],
        work: impl Fn(&FileView<'_>, usize, &Located) -> T,
    ) -> Vec<Option<T>> {
        let place = self.index.place();
        let db = self.index.db();
        let names = Known::new(&db);
        let mut files: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, located) in notes.iter().enumerate() {
            files.entry(&located.path).or_default().push(i);
        }
        let mut out: Vec<Option<T>> = notes.iter().map(|_| None).collect();
        for (path, members) in files {
            // Why a file cannot be read is nothing that an assistant needs to know.
            let Ok(text) = walk::read(&place.root, path) else { continue };
            let source = Source::new(&text, path);
            let view = FileView::new(&source, path, &place, &names);
            for i in members {
                out[i] = view.find(&notes[i].node.id).map(|node| work(&view, node, &notes[i]));
            }
        }
        out
    }

    fn public_db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn select(&self, sql: &str, params: &[&str]) -> Result<Vec<Located>> {
        let db = self.public_db();
        let read = || {
            let mut query = db.prepare_cached(sql)?;
            query.query_map(rusqlite::params_from_iter(params), located)?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(Error::database(self.index.path()))
    }

    fn count(&self, sql: &str, params: &[&str]) -> Result<usize> {
        let db = self.public_db();
        let read = || db.prepare_cached(sql)?.query_row(rusqlite::params_from_iter(params), |row| whole(row, 0));
        read().map_err(Error::database(self.index.path()))
    }
}

/// The one answer for what is private and for what does not exist.
pub(super) fn no_such_note(name: &str) -> Error {
    Error::NotFound(format!("no such note: {name}: search for it by its words, or list the notes"))
}

/// The headline of a section, by its path or by its title.
pub(super) fn find_section(sections: &[(String, usize)], name: &str) -> Result<usize> {
    let wanted = fold_name(name);
    let by_path = sections.iter().find(|(path, _)| fold_name(path) == wanted);
    let by_title =
        || sections.iter().find(|(path, _)| path.rsplit('/').next().is_some_and(|title| fold_name(title) == wanted));
    by_path.or_else(by_title).map(|(_, headline)| *headline).ok_or_else(|| {
        let known: Vec<&str> = sections.iter().map(|(path, _)| path.as_str()).take(30).collect();
        let known = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
        Error::NotFound(format!("the note has no section {name}: {known}"))
    })
}

fn located(row: &Row<'_>) -> rusqlite::Result<Located> {
    let list = |column: usize| row.get_ref(column)?.as_str().map(split).map_err(rusqlite::Error::from);
    Ok(Located {
        path: row.get(0)?,
        node: PublicNode {
            id: row.get(1)?,
            level: whole(row, 2)?,
            title: row.get(3)?,
            path: list(4)?,
            todo: row.get(5)?,
            priority: row.get::<_, Option<String>>(6)?.and_then(|letter| letter.chars().next()),
            tags: list(7)?,
            aliases: list(8)?,
            refs: list(9)?,
            file: row.get(10)?,
            changed: row.get(11)?,
        },
    })
}
