//! The person's half of the index: what one file says, in and out of the tables.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use super::node::Access;
use super::read::RawNode;
use super::redact::has_links;
use super::view::Source;
use super::walk::{self, Entry, Stat, is_encrypted};
use crate::db::words::{fold_name, pairs};
use crate::error::Error;

/// Between the items of a list in one column.
const SEPARATOR: char = '\u{1f}';

/// A list as one column.
pub(super) fn join<S: AsRef<str>>(items: &[S]) -> String {
    let mut out = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(SEPARATOR);
        }
        out.push_str(item.as_ref());
    }
    out
}

/// A list that [`join`] has made.
pub(super) fn split(column: &str) -> Vec<String> {
    if column.is_empty() { Vec::new() } else { column.split(SEPARATOR).map(str::to_owned).collect() }
}

/// What one file says.
pub(super) struct FileRow {
    entry: Entry,
    hash: [u8; 32],
    title: String,
    nodes: Vec<NodeRow>,
    /// The node's place in `nodes`, kind, target, byte.
    links: Vec<(usize, String, String, usize)>,
    problems: Vec<(usize, String)>,
}

struct NodeRow {
    raw: RawNode,
    /// Titles and aliases by which a link may name it: those that have no link in them, which could be one to a private note.
    names: Vec<String>,
    access: Access,
    /// The words of its own text.
    body: String,
}

/// A link's target as the tables have it: a file's path is that in the notes directory, where it is in there, and a host is in
/// lower case, as it is in refs.
pub(super) fn stored_target(path: &str, kind: &str, target: &str) -> String {
    if kind != "file" {
        return match target.strip_prefix("//") {
            Some(place) => {
                let (host, rest) = place.split_at(place.find('/').unwrap_or(place.len()));
                format!("//{}{rest}", host.to_lowercase())
            }
            None => target.to_owned(),
        };
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." if parts.pop().is_none() => return target.to_owned(),
            "" if parts.is_empty() || target.starts_with('/') => return target.to_owned(),
            ".." | "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

impl FileRow {
    /// Reads a file; one that cannot be read says so and nothing else.
    pub(super) fn read(root: &Path, entry: &Entry) -> Self {
        let stat = entry.stat.settled();
        let entry = Entry { path: entry.path.clone(), stat };
        let empty = |problem: String| Self {
            entry: entry.clone(),
            hash: [0; 32],
            title: String::new(),
            nodes: Vec::new(),
            links: Vec::new(),
            problems: vec![(1, problem)],
        };
        if is_encrypted(&entry.path) {
            return empty("encrypted: listed, and never decrypted to be read".to_owned());
        }
        match walk::read(root, &entry.path) {
            Ok(text) => Self::of_text(&entry, &text),
            Err(Error::Io { source, .. }) => {
                let mut row = empty(format!("cannot be read: {source}"));
                // Permissions given to it later change neither its time nor its size.
                row.entry.stat = stat.unsettled();
                row
            }
            Err(error) => empty(error.to_string()),
        }
    }

    fn of_text(entry: &Entry, text: &str) -> Self {
        let source = Source::new(text, &entry.path);
        let body = |node| source.body(node, &source.entries(node)).into_iter().map(|span| &text[span]).collect();
        let bodies: Vec<String> = (0..source.notes.nodes.len()).map(body).collect();
        let accesses: Vec<Access> = (0..source.notes.nodes.len()).map(|node| source.access(node)).collect();
        let names: Vec<Vec<String>> = source.notes.nodes.iter().map(|node| names(&source, node)).collect();
        let notes = source.notes;
        let nodes = notes.nodes.into_iter().zip(names).zip(bodies).zip(accesses);
        Self {
            entry: entry.clone(),
            hash: *blake3::hash(text.as_bytes()).as_bytes(),
            title: notes.title,
            nodes: nodes.map(|(((raw, names), body), access)| NodeRow { raw, names, access, body }).collect(),
            links: notes
                .links
                .into_iter()
                .map(|link| (link.source, stored_target(&entry.path, &link.kind, &link.target), link))
                .map(|(source, target, link)| (source, link.kind, target, link.offset))
                .collect(),
            problems: notes.problems,
        }
    }

    /// The names under which something in it is public.
    fn public_names(&self) -> impl Iterator<Item = String> + '_ {
        self.nodes.iter().filter(|node| node.access == Access::Public).flat_map(|node| {
            let titles = node.names.iter().map(|name| title_name(name));
            let file = node.raw.headline.is_none().then(|| file_name(&self.entry.path));
            titles.chain(file).chain([id_name(&node.raw.id)])
        })
    }
}

fn names(source: &Source<'_>, node: &RawNode) -> Vec<String> {
    let outline = &source.outline;
    let linked = match node.headline {
        Some(i) => has_links(outline.title(i)),
        None => outline.keywords().iter().any(|keyword| {
            let is_title = outline.text()[keyword.key.clone()].eq_ignore_ascii_case("title");
            let hidden = || source.marks.of(outline.headline_at(keyword.key.start)) == Access::Private;
            is_title && (hidden() || has_links(&outline.text()[keyword.value.clone()]))
        }),
    };
    let title = (!linked).then(|| node.title.clone());
    // A link without quotes around it is in pieces here.
    let aliases = if node.aliases.iter().any(|alias| has_links(alias)) { &[][..] } else { &node.aliases };
    aliases.iter().cloned().chain(title).collect()
}

/// How [`Names`](super::redact::Names) and the tables call an ID.
pub(super) fn id_name(id: &str) -> String {
    format!("i:{id}")
}

/// The same for a title or alias.
pub(super) fn title_name(title: &str) -> String {
    format!("t:{}", fold_name(title))
}

/// The same for a file.
pub(super) fn file_name(path: &str) -> String {
    format!("f:{path}")
}

/// All files with what the disk said of them.
pub(super) fn known(db: &Connection) -> rusqlite::Result<HashMap<String, Stat>> {
    let mut query = db.prepare_cached("SELECT path, mtime, size, inode FROM file")?;
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, Stat { mtime: row.get(1)?, size: row.get(2)?, inode: row.get(3)? })))?;
    rows.collect()
}

/// Files whose public half is not up to date: number and path.
pub(super) fn unpublished(db: &Connection, limit: usize) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut query = db.prepare_cached("SELECT id, path FROM file WHERE published = 0 ORDER BY id LIMIT ?1")?;
    query.query_map([limit as i64], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Stores what a file says in the place of what it said. The names that were and are public in it go to `before` and
/// `after`.
pub(super) fn put(
    tx: &Transaction<'_>,
    row: &FileRow,
    before: &mut BTreeSet<String>,
    after: &mut BTreeSet<String>,
) -> rusqlite::Result<()> {
    let old: Option<(i64, Stat, Vec<u8>)> = tx
        .prepare_cached("SELECT id, mtime, size, inode, hash FROM file WHERE path = ?1")?
        .query_row([&row.entry.path], |r| {
            Ok((r.get(0)?, Stat { mtime: r.get(1)?, size: r.get(2)?, inode: r.get(3)? }, r.get(4)?))
        })
        .optional()?;
    let stat = row.entry.stat;
    let mut published = true;
    let file = match old {
        // Somebody else has stored it meanwhile.
        Some((_, known, _)) if known == stat && stat.is_settled() => return Ok(()),
        Some((file, _, hash)) => {
            tx.prepare_cached("UPDATE file SET mtime = ?2, size = ?3, inode = ?4, hash = ?5 WHERE id = ?1")?
                .execute(params![file, stat.mtime, stat.size, stat.inode, row.hash])?;
            if hash == row.hash && row.hash != [0; 32] {
                return Ok(());
            }
            published = !tx.prepare_cached("SELECT 1 FROM public_node WHERE source = ?1")?.exists([file])?;
            before.extend(names_of(tx, file)?);
            clear(tx, file)?;
            file
        }
        None => {
            tx.prepare_cached(
                "INSERT INTO file (path, mtime, size, inode, hash, published) VALUES (?1, ?2, ?3, ?4, ?5, 1)",
            )?
            .execute(params![row.entry.path, stat.mtime, stat.size, stat.inode, row.hash])?;
            tx.last_insert_rowid()
        }
    };
    published &= row.nodes.iter().all(|node| node.access == Access::Private);
    if !published {
        tx.prepare_cached("UPDATE file SET published = 0 WHERE id = ?1")?.execute([file])?;
    }
    after.extend(row.public_names());
    insert(tx, file, row)
}

fn insert(tx: &Transaction<'_>, file: i64, row: &FileRow) -> rusqlite::Result<()> {
    let mut rowids = Vec::with_capacity(row.nodes.len());
    for NodeRow { raw, access, body, .. } in &row.nodes {
        let above = raw.headline.is_some().then_some(&row.title);
        let path: Vec<&String> = above.into_iter().chain(&raw.path).collect();
        tx.prepare_cached(
            "INSERT INTO node (file, id, level, line, title, path, todo, priority, tags, aliases, refs, access) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            file,
            raw.id,
            raw.level as i64,
            raw.line as i64,
            raw.title,
            join(&path),
            raw.todo,
            raw.priority.map(String::from),
            join(&raw.tags),
            join(&raw.aliases),
            join(&raw.refs),
            i64::from(*access == Access::Public),
        ])?;
        let rowid = tx.last_insert_rowid();
        rowids.push(rowid);
        let (aliases, tags) = (raw.aliases.join("\n"), raw.tags.join(" "));
        full_text(tx.prepare_cached(INSERT_TEXT)?, rowid, &raw.title, &aliases, &tags, body)?;
    }
    let mut name = tx.prepare_cached("INSERT INTO name (name, file) VALUES (?1, ?2)")?;
    for found in row.public_names() {
        name.execute(params![found, file])?;
    }
    let mut link =
        tx.prepare_cached("INSERT INTO link (file, source, kind, target, place) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (source, kind, target, offset) in &row.links {
        link.execute(params![file, rowids[*source], kind, target, *offset as i64])?;
    }
    let mut problem = tx.prepare_cached("INSERT INTO problem (file, line, message) VALUES (?1, ?2, ?3)")?;
    for (line, message) in &row.problems {
        problem.execute(params![file, *line as i64, message])?;
    }
    Ok(())
}

const INSERT_TEXT: &str = "INSERT INTO text (rowid, title, alias, tags, body, cjk) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// Puts a node's texts into a full text table.
pub(super) fn full_text(
    mut insert: CachedStatement<'_>,
    rowid: i64,
    title: &str,
    aliases: &str,
    tags: &str,
    body: &str,
) -> rusqlite::Result<()> {
    insert.execute(params![rowid, title, aliases, tags, body, pairs(&[title, aliases, tags, body])]).map(|_| ())
}

fn names_of(tx: &Transaction<'_>, file: i64) -> rusqlite::Result<Vec<String>> {
    tx.prepare_cached("SELECT name FROM name WHERE file = ?1")?.query_map([file], |row| row.get(0))?.collect()
}

/// Takes out what a file said, but for its public half.
fn clear(tx: &Transaction<'_>, file: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM text WHERE rowid IN (SELECT rowid FROM node WHERE file = ?1)")?.execute([file])?;
    for table in ["node", "name", "link", "problem"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE file = ?1"))?.execute([file])?;
    }
    Ok(())
}

/// Takes a file out that is gone.
pub(super) fn forget(tx: &Transaction<'_>, path: &str) -> rusqlite::Result<()> {
    let mut find = tx.prepare_cached("SELECT id FROM file WHERE path = ?1")?;
    let Some(file) = find.query_row([path], |row| row.get::<_, i64>(0)).optional()? else { return Ok(()) };
    let names = names_of(tx, file)?;
    clear(tx, file)?;
    super::publish::clear(tx, file)?;
    tx.execute("DELETE FROM file WHERE id = ?1", [file])?;
    unpublish(tx, &names)
}

/// Marks the files whose public half was made with a look at one of `names`.
pub(super) fn unpublish<'a>(tx: &Transaction<'_>, names: impl IntoIterator<Item = &'a String>) -> rusqlite::Result<()> {
    let sql = "UPDATE file SET published = 0 WHERE id IN (SELECT file FROM need WHERE name = ?1)";
    let mut update = tx.prepare_cached(sql)?;
    names.into_iter().try_for_each(|name| update.execute([name]).map(|_| ()))
}

/// Empties all tables.
pub(super) fn empty(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    for table in
        ["file", "node", "name", "link", "problem", "need", "public_node", "public_name", "public_link", "meta"]
    {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    for table in ["text", "public_text"] {
        tx.execute(&format!("INSERT INTO {table} ({table}) VALUES ('delete-all')"), [])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file;

    #[test]
    fn a_file_that_cannot_be_read_is_tried_again_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let stat = Stat { mtime: 0, size: 1, inode: 1 };
        let row = FileRow::read(dir.path(), &Entry { path: "gone.org".to_owned(), stat });
        assert!(row.problems[0].1.starts_with("cannot be read: "), "{:?}", row.problems);
        assert_ne!(row.entry.stat, stat);
        file::replace(&dir.path().join("there.org"), None, "x").unwrap();
        let row = FileRow::read(dir.path(), &Entry { path: "there.org".to_owned(), stat });
        assert_eq!(row.entry.stat, stat);
    }
}
