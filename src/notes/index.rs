//! The index: `index.db` kept equal to what the notes directory says.
//!
//! A sweep asks the disk for time, size and inode of every file; what differs is read, on all cores, and written in
//! batches, each a transaction, so that nobody waits long for the database. The public half of a file hangs on which other
//! notes are public; it is made in a second step, from the file's text, and made again when that changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::publish;
use super::schema;
use super::store::{self, FileRow};
use super::view::Place;
use super::walk::{self, Entry};
use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};
use crate::file;

/// Raised with every change of what is read out of a note: an index of another number is made afresh.
const READER: &str = "2";
/// Files in one transaction: a few ten milliseconds of work.
const BATCH: usize = 1024;

/// The index of one notes directory.
#[derive(Debug)]
pub(super) struct Index {
    notes_dir: PathBuf,
    home: Option<PathBuf>,
    path: PathBuf,
    db: Mutex<Connection>,
}

/// Says whether to go on.
pub(super) type Report<'a> = &'a mut dyn FnMut(usize, usize) -> bool;

impl Index {
    pub(super) fn open(config: &Config) -> Result<Self> {
        let path = config.data_dir.join("index.db");
        let db = match open(&path) {
            // It is only a copy of what the notes say.
            Err(Error::Database { source, .. }) if is_broken(&source) => {
                for end in ["", "-wal", "-shm"] {
                    let part = config.data_dir.join(format!("index.db{end}"));
                    if part.exists() {
                        std::fs::remove_file(&part).map_err(Error::io(&part))?;
                    }
                }
                open(&path)
            }
            other => other,
        }?;
        Ok(Self { notes_dir: config.notes_dir.clone(), home: config.env.home().ok(), path, db: Mutex::new(db) })
    }

    /// A connection of its own to the same database, for queries.
    pub(super) fn connect(&self) -> Result<Connection> {
        open(&self.path)
    }

    /// Where the database is, for errors.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the notes are today.
    pub(super) fn place(&self) -> Place {
        Place { root: file::canonical(&self.notes_dir), home: self.home.clone() }
    }

    fn fail(&self) -> impl FnOnce(rusqlite::Error) -> Error + '_ {
        Error::database(&self.path)
    }

    /// Brings the index up to date; `report` gets the number of files read and of all that are to be read.
    pub(super) fn sync(&self, report: Report<'_>) -> Result<()> {
        let place = self.place();
        let found = match walk::walk(&place.root) {
            // What is indexed is of notes that are not there any more, or of another directory.
            Err(error @ Error::NotFound(_)) => return self.write(&mut self.db(), store::empty).and(Err(error)),
            found => found?,
        };
        let mut db = self.db();
        self.same_origin(&mut db, &place)?;
        let mut known = store::known(&db).map_err(self.fail())?;
        let differs = |entry: &Entry| known.remove(&entry.path).is_none_or(|stat| stat != entry.stat);
        let changed: Vec<Entry> = found.into_iter().filter(differs).collect();
        // Another process may have made and stored it since this one went through the directory.
        let gone: Vec<String> = known.into_keys().filter(|path| walk::look(&place.root, path).is_none()).collect();
        if !gone.is_empty() {
            self.write(&mut db, |tx| gone.iter().try_for_each(|path| store::forget(tx, path)))?;
        }
        self.read(&mut db, &place, &changed, report)?;
        self.publish(&mut db, &place)
    }

    /// Looks at one file alone.
    pub(super) fn file_changed(&self, file: &Path) -> Result<()> {
        let place = self.place();
        // Its directory may be reached by a link, and the file itself may be gone.
        let dir = file.parent().map(file::canonical).unwrap_or_default();
        let whole = dir.join(file.file_name().unwrap_or_default());
        let Some(path) = whole.strip_prefix(&place.root).ok().and_then(Path::to_str) else { return Ok(()) };
        if path.split('/').any(|part| part.starts_with('.')) {
            return Ok(());
        }
        let mut db = self.db();
        self.same_origin(&mut db, &place)?;
        match walk::look(&place.root, path) {
            Some(entry) => self.read(&mut db, &place, &[entry], &mut |_, _| true)?,
            None => self.write(&mut db, |tx| store::forget(tx, path))?,
        }
        self.publish(&mut db, &place)
    }

    fn write<T>(&self, db: &mut Connection, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        db::write(db, &self.path, work)
    }

    /// Empties an index that was made of another directory or by another reader.
    fn same_origin(&self, db: &mut Connection, place: &Place) -> Result<()> {
        let origin = format!("{READER} {}", place.root.display());
        let found = |db: &Connection| {
            db.query_row("SELECT value FROM meta WHERE key = 'origin'", [], |row| row.get::<_, String>(0)).optional()
        };
        if found(db).map_err(self.fail())?.as_deref() == Some(&origin) {
            return Ok(());
        }
        self.write(db, |tx| {
            if found(tx)?.as_deref() != Some(&origin) {
                store::empty(tx)?;
                tx.execute("INSERT OR REPLACE INTO meta VALUES ('origin', ?1)", [&origin])?;
            }
            Ok(())
        })
    }

    /// Reads files and stores what they say; the next batch is read while one is written.
    fn read(&self, db: &mut Connection, place: &Place, changed: &[Entry], report: Report<'_>) -> Result<()> {
        let mut batches = changed.chunks(BATCH);
        let load = |batch: &[Entry]| -> Vec<FileRow> {
            batch.par_iter().with_min_len(8).map(|entry| FileRow::read(&place.root, entry)).collect()
        };
        let mut done = 0;
        let mut ready = batches.next().map(&load);
        while let Some(rows) = ready.take() {
            if !report(done, changed.len()) {
                return Ok(());
            }
            done += rows.len();
            let next = batches.next();
            let (stored, loaded) = rayon::join(|| self.write(db, |tx| store_all(tx, &rows)), || next.map(load));
            stored?;
            ready = loaded;
        }
        if !changed.is_empty() {
            report(done, changed.len());
        }
        Ok(())
    }

    /// Makes the public halves that are not up to date.
    fn publish(&self, db: &mut Connection, place: &Place) -> Result<()> {
        loop {
            let files = store::unpublished(db, BATCH).map_err(self.fail())?;
            if files.is_empty() {
                return Ok(());
            }
            self.write(db, |tx| files.iter().try_for_each(|(id, path)| publish::file(tx, place, *id, path)))?;
        }
    }
}

/// Stores a batch, and marks the files whose public half names what has become public or private by it.
fn store_all(tx: &Transaction<'_>, rows: &[FileRow]) -> rusqlite::Result<()> {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        store::put(tx, row, &mut before, &mut after)?;
    }
    let changed: Vec<&String> = before.symmetric_difference(&after).collect();
    store::unpublish(tx, changed)
}

fn open(path: &Path) -> Result<Connection> {
    let db = db::open(path, schema::MIGRATIONS)?;
    (|| {
        // The notes are the truth: what a crash takes from the index is read again.
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "cache_size", -16_000)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(db)
    })()
    .map_err(Error::database(path))
}

fn is_broken(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}
