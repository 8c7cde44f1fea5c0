//! SQLite: open, migrate, transact.
//!
//! Nothing but memento opens these databases: a second SQLite library in one process drops the first one's POSIX locks.

pub(crate) mod words;

use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Error, Result};

/// How long somebody else's transaction is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The schema of `memento.db` that this version reads and writes; each step is only ever added.
pub const STATE_MIGRATIONS: &[&str] = &["
-- The audit trail: every call by which an assistant asked for notes.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,            -- seconds since 1970
  front_end TEXT NOT NULL,
  session TEXT NOT NULL,
  call TEXT NOT NULL,
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- ok, or the kind of the error
  notes INTEGER NOT NULL            -- how many came out
);
", "
-- Diff review: requests, what the person marks in them, and verdicts.
CREATE TABLE diff_request (
  number INTEGER PRIMARY KEY,       -- the order in which they came
  id TEXT NOT NULL UNIQUE,
  round INTEGER NOT NULL,
  previous TEXT REFERENCES diff_request (id),
  session TEXT NOT NULL,
  repository TEXT NOT NULL,         -- the root
  branch TEXT,
  base TEXT NOT NULL,               -- the full hash
  kind TEXT NOT NULL CHECK (kind IN ('tree', 'staged', 'range')),
  scope TEXT NOT NULL,              -- the same in words
  title TEXT NOT NULL,
  summary TEXT,
  files INTEGER NOT NULL,
  items INTEGER NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  own INTEGER NOT NULL,             -- 1: the person's own; assistants do not see it
  created INTEGER NOT NULL,         -- seconds since 1970
  state TEXT NOT NULL CHECK (state IN ('waiting', 'in-review', 'decided', 'superseded', 'abandoned', 'expired')),
  reviewer TEXT,                    -- who has it open, on which machine, in which process
  host TEXT,
  process INTEGER,
  submitting INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0  -- 1: whoever asked has got the verdict
);
CREATE INDEX diff_request_open ON diff_request (number) WHERE state IN ('waiting', 'in-review');
CREATE INDEX diff_request_series ON diff_request (repository, session, number);
CREATE INDEX diff_request_previous ON diff_request (previous);
-- By itself: to read what stands behind it in a row, SQLite would walk through all of its pages. For the same reason this
-- table and that of the verdicts have row numbers: without them a look-up reads whole rows.
CREATE TABLE diff_patch (
  request TEXT PRIMARY KEY REFERENCES diff_request (id),
  patch BLOB NOT NULL               -- as git wrote it
);
CREATE TABLE diff_mark (
  request TEXT NOT NULL REFERENCES diff_request (id),
  item INTEGER NOT NULL,
  judgement TEXT CHECK (judgement IN ('approve', 'reject')),
  reason TEXT,
  kept INTEGER NOT NULL,            -- 1: the item came with it from the round before
  touched INTEGER NOT NULL,         -- 1: it was judged in this round
  PRIMARY KEY (request, item)
) WITHOUT ROWID;
CREATE TABLE diff_comment (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL REFERENCES diff_request (id),
  item INTEGER NOT NULL,
  first INTEGER NOT NULL,           -- indexes into the hunk's lines
  last INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX diff_comment_request ON diff_comment (request);
CREATE TABLE diff_verdict (
  request TEXT PRIMARY KEY REFERENCES diff_request (id),
  verdict TEXT NOT NULL             -- JSON
);
-- What was decided is never changed afterwards, whatever a later program does.
CREATE TRIGGER diff_verdict_stays BEFORE UPDATE ON diff_verdict BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_verdict_kept BEFORE DELETE ON diff_verdict BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_patch_stays BEFORE UPDATE ON diff_patch BEGIN SELECT RAISE(ABORT, 'a request never changes'); END;
CREATE TRIGGER diff_decided BEFORE UPDATE OF state ON diff_request WHEN old.state = 'decided'
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_mark_inserted BEFORE INSERT ON diff_mark WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = new.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_mark_updated BEFORE UPDATE ON diff_mark WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = old.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_comment_inserted BEFORE INSERT ON diff_comment WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = new.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_comment_updated BEFORE UPDATE ON diff_comment WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = old.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
CREATE TRIGGER diff_comment_deleted BEFORE DELETE ON diff_comment WHEN EXISTS (SELECT 1 FROM diff_verdict WHERE request = old.request)
  BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END;
", "
-- Assistants that wanted to stop.
CREATE TABLE diff_hook (
  session TEXT PRIMARY KEY,         -- the assistant's own name of it
  rounds INTEGER NOT NULL,          -- how often in a row it was sent back to work
  request TEXT REFERENCES diff_request (id),  -- what was last waited for
  time INTEGER NOT NULL             -- of the last change, in seconds since 1970
) WITHOUT ROWID;
", "
-- Prompts: what was imported. What a person says of them is in tables of its own, which no import writes to.
CREATE TABLE prompt_project (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE         -- the directory as it was imported; empty where it is not known
);
CREATE TABLE prompt_session (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE prompt (
  place INTEGER PRIMARY KEY,        -- time * 64 + n: the order of time, which full text search then finds in
  id INTEGER NOT NULL UNIQUE,       -- what a person calls it by
  identity INTEGER NOT NULL UNIQUE, -- a hash of session, time, project, text and pasted contents
  time INTEGER NOT NULL,            -- milliseconds since 1970; 0 where it is not known
  project INTEGER NOT NULL,
  session INTEGER,
  source TEXT NOT NULL CHECK (source IN ('history', 'transcript', 'import')),
  command INTEGER NOT NULL,         -- 1: a slash command
  secrets TEXT,                     -- the names of what it looks to hold, parted by commas
  characters INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX prompt_by_project ON prompt (project);
CREATE INDEX prompt_by_session ON prompt (session);
CREATE INDEX prompt_transcribed ON prompt (time) WHERE source = 'transcript';
CREATE TABLE prompt_pasted (
  identity INTEGER PRIMARY KEY,
  contents TEXT NOT NULL            -- JSON, as it was imported
);
-- What of a prompt with a key or token is found by its words: nobody finds out a key by searching for its start.
CREATE TABLE prompt_masked (
  identity INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  pasted TEXT NOT NULL
);
-- The other identities of a prompt that two sources tell of.
CREATE TABLE prompt_alias (
  alias INTEGER PRIMARY KEY,
  identity INTEGER NOT NULL
);
CREATE INDEX prompt_alias_of ON prompt_alias (identity);
-- The messages of transcripts that prompts were read from: a resumed session copies those before it.
CREATE TABLE prompt_message (
  message INTEGER PRIMARY KEY,      -- a hash of its name
  identity INTEGER NOT NULL
);
-- What a transcript tells of a prompt and the history does not.
CREATE TABLE prompt_turn (
  identity INTEGER PRIMARY KEY,
  branch TEXT,
  model TEXT,
  input INTEGER NOT NULL,           -- tokens, of all answers to it
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_written INTEGER NOT NULL,
  context_before INTEGER NOT NULL,  -- tokens in the context of the answer before it; 0 at a start
  context_after INTEGER NOT NULL    -- and after the last answer to it
);
-- What a person deleted does not come back by itself.
CREATE TABLE prompt_deleted (
  identity INTEGER PRIMARY KEY,
  id INTEGER NOT NULL
);
CREATE TABLE prompt_rating (
  identity INTEGER PRIMARY KEY,
  rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5)
);
CREATE TABLE prompt_note (
  identity INTEGER PRIMARY KEY,
  text TEXT NOT NULL
);
CREATE TABLE prompt_tag (
  identity INTEGER NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (identity, tag)
) WITHOUT ROWID;
CREATE INDEX prompt_tag_by_name ON prompt_tag (tag);
-- The notes that were made of prompts.
CREATE TABLE prompt_published (
  identity INTEGER PRIMARY KEY,
  note TEXT NOT NULL UNIQUE         -- the ID
);
CREATE TABLE prompt_template (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL,               -- with {placeholders}
  identity INTEGER,                 -- of the prompt that it was made of
  created INTEGER NOT NULL,         -- seconds since 1970
  used INTEGER NOT NULL             -- how often it was filled in
) WITHOUT ROWID;
-- How far a file was read.
CREATE TABLE prompt_source (
  path TEXT PRIMARY KEY,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  offset INTEGER NOT NULL,          -- bytes
  lines INTEGER NOT NULL,
  tail INTEGER NOT NULL,            -- a hash of the bytes just before the offset
  state TEXT                        -- what the reader of such files needs to go on
) WITHOUT ROWID;
-- The words of prompts, and the pairs of neighbouring characters of scripts that do not part words; no copy of the text.
CREATE VIRTUAL TABLE prompt_words USING fts5(text, pasted, cjk, content='', columnsize=0,
  tokenize=\"unicode61 remove_diacritics 2\");
INSERT INTO prompt_words (prompt_words, rank) VALUES ('hashsize', 16777216);
-- What is deleted may be a key, and goes from the index at once.
INSERT INTO prompt_words (prompt_words, rank) VALUES ('secure-delete', 1);
"];

/// The schema version of a database file; `None` where it does not exist yet.
///
/// # Errors
/// [`Error::Database`] where it is no database.
pub fn version(path: &Path) -> Result<Option<i64>> {
    if !path.exists() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(Error::database(path))?;
    db.busy_handler(Some(wait)).map_err(Error::database(path))?;
    db.pragma_query_value(None, "user_version", |row| row.get(0)).map(Some).map_err(Error::database(path))
}

/// Opens a database, making it and bringing its schema up to date where needed.
///
/// `migrations` are forward only: step N brings `user_version` from N to N + 1.
///
/// # Errors
/// [`Error::Invalid`] where a newer memento wrote it, [`Error::Database`] where SQLite fails.
pub fn open(path: &Path, migrations: &[&str]) -> Result<Connection> {
    keep_to_oneself(path)?;
    let mut db = Connection::open(path).map_err(Error::database(path))?;
    let fail = Error::database(path);
    (|| {
        db.busy_handler(Some(wait))?;
        write_ahead(&db)?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)
    })()
    .map_err(fail)?;
    let known = migrations.len() as i64;
    let found = write(&mut db, path, |tx| {
        let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for step in migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
            tx.execute_batch(step)?;
        }
        if found < known {
            tx.pragma_update(None, "user_version", known)?;
        }
        Ok(found)
    })?;
    if found > known {
        return Err(Error::Invalid(format!(
            "{} has schema {found} and this memento knows {known}: install the newer version",
            path.display()
        )));
    }
    Ok(db)
}

/// How long somebody who waits sleeps at most. SQLite's own handler sleeps for 100 ms, and then misses the moment between two
/// of the many transactions of a long import.
const NAP: Duration = Duration::from_millis(10);

/// Waits a little for somebody else's transaction; `false` where that has been long enough.
fn wait(naps: i32) -> bool {
    let nap = NAP.min(Duration::from_millis(1 << naps.clamp(0, 8)));
    std::thread::sleep(nap);
    // The first few naps are shorter.
    NAP * naps.unsigned_abs() < PATIENCE
}

/// Turns the write-ahead log on. Where two processes do so in a new database SQLite fails at once in one of them, without
/// asking the busy handler: each would wait for the other's read lock.
fn write_ahead(db: &Connection) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            other => return other,
        }
    }
}

/// Makes the file, where it is not there yet, for its owner alone, and takes from all others what rights an older one gives
/// them: what is in it is not for everybody on the machine. SQLite gives its other files the same rights.
fn keep_to_oneself(path: &Path) -> Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(Error::io(dir))?;
    }
    let options = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).clone();
    match options.open(path) {
        Ok(file) => {
            let mode = file.metadata().map_err(Error::io(path))?.permissions().mode();
            if mode & 0o077 != 0 {
                // Not the owner: then the rights are somebody else's to give.
                let _ = file.set_permissions(std::fs::Permissions::from_mode(mode & 0o700));
            }
            Ok(())
        }
        // A database that can only be read is one all the same.
        Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied && path.exists() => Ok(()),
        Err(e) => Err(Error::io(path)(e)),
    }
}

/// What ends a transaction without a commit.
#[derive(Debug)]
pub enum Stop {
    /// SQLite said no.
    Sqlite(rusqlite::Error),
    /// What is stored does not allow what was to be done.
    Refused(Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl Stop {
    /// As an error that names the database.
    pub fn at(self, path: &Path) -> Error {
        match self {
            Self::Sqlite(error) => Error::database(path)(error),
            Self::Refused(error) => error,
        }
    }
}

/// Runs a transaction that writes. It starts IMMEDIATE: one that starts with a read and then writes fails under
/// concurrency however long the busy timeout is.
///
/// # Errors
/// What `work` ends with, [`Error::Database`] where SQLite fails; nothing is written then.
pub fn transact<T>(
    db: &mut Connection,
    path: &Path,
    work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Stop>,
) -> Result<T> {
    (|| {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&tx)?;
        tx.commit()?;
        Ok(result)
    })()
    .map_err(|stop: Stop| stop.at(path))
}

/// [`transact`] with work that SQLite alone can refuse.
///
/// # Errors
/// [`Error::Database`]; nothing is written then.
pub fn write<T>(
    db: &mut Connection,
    path: &Path,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> Result<T> {
    transact(db, path, |tx| Ok(work(tx)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "CREATE TABLE t (n INTEGER)";

    #[test]
    fn schemas_go_forward_and_a_newer_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b.db");
        assert_eq!(version(&path).unwrap(), None);
        open(&path, &[ONE]).unwrap();
        assert_eq!(version(&path).unwrap(), Some(1));
        let db = open(&path, &[ONE, "ALTER TABLE t ADD COLUMN m INTEGER"]).unwrap();
        db.execute("INSERT INTO t (n, m) VALUES (1, 2)", []).unwrap();
        drop(db);
        let e = open(&path, &[ONE]).unwrap_err();
        assert!(e.to_string().contains("schema 2 and this memento knows 1"), "{e}");
    }

    #[test]
    fn many_may_make_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        for round in 0..20 {
            let path = dir.path().join(format!("{round}.db"));
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&path, &[ONE]).map(drop))).collect();
                threads.into_iter().for_each(|thread| thread.join().unwrap().unwrap());
            });
            assert_eq!(version(&path).unwrap(), Some(1));
        }
    }

    #[test]
    fn what_is_in_it_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/b.db");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let db = open(&path, &[ONE]).unwrap();
        db.execute("INSERT INTO t VALUES (1)", []).unwrap();
        assert_eq!(
            (mode(&path), mode(&dir.path().join("data/b.db-wal")), mode(&dir.path().join("data"))),
            (0o600, 0o600, 0o700)
        );
        drop(db);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        open(&path, &[ONE]).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_failed_transaction_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.db");
        let mut db = open(&path, &[ONE]).unwrap();
        let failed = write(&mut db, &path, |tx| {
            tx.execute("INSERT INTO t VALUES (1)", [])?;
            tx.execute("INSERT INTO missing VALUES (1)", [])
        });
        assert!(failed.is_err());
        let n: i64 = db.query_row("SELECT count(*) FROM t", [], |r| r.get(0)).unwrap();
        assert_eq!(n, 0);
    }
}
