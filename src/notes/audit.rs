//! The audit trail: what assistants asked for, in `memento.db`.
//!
//! It holds what was asked and how it ended, as the caller was told: a private note and one that does not exist are both
//! `not-found`, so that the trail tells an assistant no more than the answer did.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params};
use serde::Serialize;

use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};

/// As much of a subject as is kept.
const SUBJECT: usize = 300;

/// Who calls.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `cli` or `mcp`.
    pub front_end: &'static str,
    /// The session's name.
    pub session: String,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// When, in seconds since 1970.
    pub time: i64,
    /// `cli` or `mcp`.
    pub front_end: String,
    /// The session's name.
    pub session: String,
    /// What was called: `get`, `search`, `create` and so on.
    pub call: String,
    /// What it was asked for: a name, the words of a search.
    pub subject: String,
    /// `ok`, or the kind of the error.
    pub outcome: String,
    /// How many notes came out.
    pub notes: usize,
}

/// The trail.
#[derive(Debug)]
pub(super) struct Trail {
    path: PathBuf,
    db: Mutex<Connection>,
}

impl Trail {
    pub(super) fn open(config: &Config) -> Result<Self> {
        let path = config.data_dir.join("memento.db");
        let db = db::open(&path, db::STATE_MIGRATIONS)?;
        Ok(Self { path, db: Mutex::new(db) })
    }

    /// Adds a call. `outcome` is the error, or how many notes came out.
    pub(super) fn add(&self, caller: &Caller, call: &str, subject: &str, outcome: Result<usize, &Error>) -> Result<()> {
        let subject: String = subject.chars().take(SUBJECT).collect();
        let (said, notes) = match outcome {
            Ok(notes) => ("ok", notes),
            Err(error) => (error.kind(), 0),
        };
        let now = chrono::Utc::now().timestamp();
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        db::write(&mut db, &self.path, |tx| {
            let sql = "INSERT INTO audit (time, front_end, session, call, subject, outcome, notes) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            tx.prepare_cached(sql)?
                .execute(params![now, caller.front_end, caller.session, call, subject, said, notes as i64])
                .map(|_| ())
        })
    }

    /// The last calls, the last one first.
    pub(super) fn last(&self, limit: usize) -> Result<Vec<AuditRow>> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || {
            let sql =
                "SELECT time, front_end, session, call, subject, outcome, notes FROM audit ORDER BY id DESC LIMIT ?1";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(AuditRow {
                    time: row.get(0)?,
                    front_end: row.get(1)?,
                    session: row.get(2)?,
                    call: row.get(3)?,
                    subject: row.get(4)?,
                    outcome: row.get(5)?,
                    notes: usize::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
                })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(Error::database(&self.path))
    }
}
