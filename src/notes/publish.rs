//! The public half of the index: what assistants may find, as [`FileView`] shows it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use rusqlite::{Transaction, params};

use super::redact::Names;
use super::store::{self, file_name, full_text, id_name, join, title_name};
use super::view::{FileView, Place, Source};
use super::walk;
use crate::db::words::fold_name;

/// Answers from the tables, and remembers what was asked.
pub(super) struct Known<'a> {
    db: &'a rusqlite::Connection,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(db: &'a rusqlite::Connection) -> Self {
        Self { db, asked: RefCell::default() }
    }

    fn is_public(&self, name: String) -> bool {
        let found =
            self.db.prepare_cached("SELECT 1 FROM name WHERE name = ?1").and_then(|mut query| query.exists([&name]));
        self.asked.borrow_mut().insert(name);
        // Where the index cannot say, nothing is public.
        found.unwrap_or(false)
    }
}

impl Names for Known<'_> {
    fn id(&self, id: &str) -> bool {
        self.is_public(id_name(id))
    }

    fn title(&self, title: &str) -> bool {
        self.is_public(title_name(title))
    }

    fn file(&self, path: &str) -> bool {
        self.is_public(file_name(path))
    }
}

/// Makes the public half of a file afresh.
pub(super) fn file(tx: &Transaction<'_>, place: &Place, id: i64, path: &str) -> rusqlite::Result<()> {
    let before = shown_before(tx, id)?;
    clear(tx, id)?;
    // A file that cannot be read has nothing public.
    if let Ok(text) = walk::read(&place.root, path) {
        let source = Source::new(&text, path);
        if source.marks.any_public() {
            let known = Known::new(tx);
            let view = FileView::new(&source, path, place, &known);
            let modified = tx.query_row("SELECT mtime FROM file WHERE id = ?1", [id], |row| row.get::<_, i64>(0))?;
            for node in view.nodes() {
                insert(tx, &view, node, id, path, &before, modified / 1_000_000_000)?;
            }
            drop(view);
            let mut need = tx.prepare_cached("INSERT INTO need (file, name) VALUES (?1, ?2)")?;
            for name in known.asked.into_inner() {
                need.execute(params![id, name])?;
            }
        }
    }
    tx.prepare_cached("UPDATE file SET published = 1 WHERE id = ?1")?.execute([id]).map(|_| ())
}

/// By ID: the hash of what was shown, and since when.
fn shown_before(tx: &Transaction<'_>, file: i64) -> rusqlite::Result<HashMap<String, (Vec<u8>, i64)>> {
    tx.prepare_cached("SELECT id, hash, changed FROM public_node WHERE source = ?1")?
        .query_map([file], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .collect()
}

fn insert(
    tx: &Transaction<'_>,
    view: &FileView<'_>,
    node: usize,
    source: i64,
    path: &str,
    before: &HashMap<String, (Vec<u8>, i64)>,
    modified: i64,
) -> rusqlite::Result<()> {
    let shown = view.node(node);
    let text = view.text(node, &view.own_entries(node));
    let hash = *blake3::hash(text.as_bytes()).as_bytes();
    // An edit of what is private in the file does not show in the time.
    let changed = before.get(&shown.id).filter(|(old, _)| *old == hash).map_or(modified, |(_, since)| *since);
    tx.prepare_cached(
        "INSERT INTO public_node (source, path, id, level, title, above, todo, priority, tags, aliases, refs, file, hash, \
         changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        source,
        path,
        shown.id,
        shown.level as i64,
        shown.title,
        join(&shown.path),
        shown.todo,
        shown.priority.map(String::from),
        join(&shown.tags),
        join(&shown.aliases),
        join(&shown.refs),
        shown.file,
        hash,
        changed,
    ])?;
    let rowid = tx.last_insert_rowid();
    let sql = "INSERT INTO public_text (rowid, title, alias, tags, body, cjk) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    full_text(
        tx.prepare_cached(sql)?,
        rowid,
        &shown.title,
        &shown.aliases.join("\n"),
        &shown.tags.join(" "),
        &view.body(node),
    )?;
    let mut name = tx.prepare_cached("INSERT INTO public_name (name, node) VALUES (?1, ?2)")?;
    for title in shown.aliases.iter().chain([&shown.title]) {
        name.execute(params![fold_name(title), rowid])?;
    }
    let mut link = tx.prepare_cached("INSERT INTO public_link (node, kind, target) VALUES (?1, ?2, ?3)")?;
    for found in view.links(node) {
        let target = store::stored_target(path, &found.kind, &found.target);
        link.execute(params![rowid, found.kind, target])?;
    }
    Ok(())
}

/// Takes out the public half of a file.
pub(super) fn clear(tx: &Transaction<'_>, file: i64) -> rusqlite::Result<()> {
    for table in ["public_name", "public_link"] {
        let sql = format!("DELETE FROM {table} WHERE node IN (SELECT rowid FROM public_node WHERE source = ?1)");
        tx.prepare_cached(&sql)?.execute([file])?;
    }
    let sql = "DELETE FROM public_text WHERE rowid IN (SELECT rowid FROM public_node WHERE source = ?1)";
    tx.prepare_cached(sql)?.execute([file])?;
    tx.prepare_cached("DELETE FROM public_node WHERE source = ?1")?.execute([file])?;
    tx.prepare_cached("DELETE FROM need WHERE file = ?1")?.execute([file]).map(|_| ())
}
