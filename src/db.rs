//! SQLite: open, migrate, transact.
//!
//! Nothing but memento opens these databases: a second SQLite library in one process drops the first one's POSIX locks.

mod schema;
pub(crate) mod words;

use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Error, Result};

pub use schema::STATE_MIGRATIONS;

/// How long somebody else's transaction is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

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
