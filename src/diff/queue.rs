//! The queue of requests, in `memento.db`: opened, listed, looked up.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::id;
use super::request::{Query, Request, Reviewer, State};
use super::snapshot::Kind;
use super::verdict::Decision;
use crate::config::Config;
use crate::db::{self, Stop};
use crate::error::{Error, Result};
use crate::git::Repository;

/// The queue of requests.
#[derive(Debug)]
pub struct Queue {
    pub(super) config: Config,
    path: PathBuf,
    db: Mutex<Connection>,
    /// Whether the person's own reviews are in it.
    own: bool,
}

/// As long as git may take to carry a verdict out, in seconds.
const SUBMITTING: u64 = 300;

/// A request as it is stored, with what the library alone needs.
pub(super) struct Stored {
    pub(super) request: Request,
    pub(super) kind: Kind,
    /// When its verdict was begun to be submitted, in seconds since 1970; 0 where nobody does.
    submitting: i64,
    reviewer: Option<Reviewer>,
}

impl Stored {
    /// Whether a live process other than the reviewer's has it open.
    pub(super) fn is_held_by_another(&self, reviewer: &Reviewer) -> bool {
        self.request.state == State::InReview && self.reviewer.as_ref() != Some(reviewer)
    }

    /// Whether its verdict is being submitted just now. One that was killed at it holds nobody up for ever, also where
    /// another process has its number by now.
    pub(super) fn is_being_submitted(&self) -> bool {
        self.request.state == State::InReview && now().abs_diff(self.submitting) < SUBMITTING
    }

    /// The repository.
    pub(super) fn repository(&self) -> Result<Repository> {
        super::snapshot::repository(&self.request.repository)
            .ok()
            .filter(|repository| repository.root == self.request.repository)
            .ok_or_else(|| {
                let (id, root) = (&self.request.id, self.request.repository.display());
                Error::NotFound(format!("{root}: the repository of {id} is not there any more"))
            })
    }
}

/// What is read of a request; `unmarked` and the verdict are looked up.
const COLUMNS: &str = "r.id, r.round, r.previous, \
    (SELECT n.id FROM diff_request n WHERE n.previous = r.id), \
    r.session, r.repository, r.branch, r.base, r.scope, r.title, r.summary, r.created, r.state, r.reviewer, r.files, \
    r.items, r.items - (SELECT count(*) FROM diff_mark m WHERE m.request = r.id AND m.judgement IS NOT NULL), \
    r.added, r.removed, r.own, r.kind, r.host, r.process, r.submitting, \
    (SELECT v.verdict ->> '$.decision' FROM diff_verdict v WHERE v.request = r.id)";

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let count = |column: usize| row.get::<_, i64>(column).map(|n| usize::try_from(n).unwrap_or(0));
    let mut state = match row.get_ref(12)?.as_str()? {
        "waiting" => State::Waiting,
        "in-review" => State::InReview,
        "decided" => State::Decided,
        "superseded" => State::Superseded,
        "abandoned" => State::Abandoned,
        _ => State::Expired,
    };
    let (host, process): (Option<String>, Option<i32>) = (row.get(21)?, row.get(22)?);
    let reviewer = row.get::<_, Option<String>>(13)?.zip(host.zip(process));
    let mut reviewer = reviewer.map(|(name, (host, process))| Reviewer { name, host, process });
    // An Emacs that was killed has given back what it had.
    if state == State::InReview && !reviewer.as_ref().is_some_and(Reviewer::may_live) {
        (state, reviewer) = (State::Waiting, None);
    }
    let decision = match row.get::<_, Option<String>>(24)?.as_deref() {
        Some("approved") => Some(Decision::Approved),
        Some("changes-requested") => Some(Decision::ChangesRequested),
        Some("abandoned") => Some(Decision::Abandoned),
        _ => None,
    };
    let kind = match row.get_ref(20)?.as_str()? {
        "staged" => Kind::Staged,
        "range" => Kind::Range,
        _ => Kind::Tree,
    };
    let repository = PathBuf::from(row.get::<_, String>(5)?);
    let request = Request {
        id: row.get(0)?,
        round: count(1)?,
        previous: row.get(2)?,
        next: row.get(3)?,
        session: row.get(4)?,
        project: Repository { root: repository.clone() }.name(),
        repository,
        branch: row.get(6)?,
        base: row.get(7)?,
        scope: row.get(8)?,
        title: row.get(9)?,
        summary: row.get(10)?,
        created: row.get(11)?,
        state,
        reviewer: reviewer.as_ref().map(|reviewer| reviewer.name.clone()),
        files: count(14)?,
        items: count(15)?,
        unmarked: count(16)?,
        added: count(17)?,
        removed: count(18)?,
        decision,
        own: row.get(19)?,
    };
    Ok(Stored { request, kind, submitting: row.get(23)?, reviewer })
}

impl Queue {
    /// All requests: for the person.
    ///
    /// # Errors
    /// Those of [`db::open`].
    pub fn open(config: &Config) -> Result<Self> {
        Self::with(config, true)
    }

    /// The requests of assistants: what the command line and the MCP server may see.
    ///
    /// # Errors
    /// Those of [`db::open`].
    pub fn for_assistants(config: &Config) -> Result<Self> {
        Self::with(config, false)
    }

    fn with(config: &Config, own: bool) -> Result<Self> {
        let path = config.data_dir.join("memento.db");
        let db = Mutex::new(db::open(&path, db::STATE_MIGRATIONS)?);
        Ok(Self { config: config.clone(), path, db, own })
    }

    /// Reads.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Stop>) -> Result<T> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        work(&db).map_err(|stop| stop.at(&self.path))
    }

    /// Writes, all or nothing.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Stop>) -> Result<T> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        db::transact(&mut db, &self.path, work)
    }

    /// The requests, the one that has waited longest first; closed ones after them, the last one first.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the directory is in no repository.
    pub fn list(&self, query: &Query) -> Result<Vec<Request>> {
        let root = query.directory.as_deref().map(super::snapshot::repository).transpose()?.map(|found| found.root);
        self.expire()?;
        let mut found = self.read(|db| self.open_requests(db))?;
        if query.all {
            let sql = format!(
                "SELECT {COLUMNS} FROM diff_request r WHERE r.state NOT IN ('waiting', 'in-review') AND r.own <= ?1 \
                 ORDER BY r.number DESC"
            );
            found.extend(self.read(|db| {
                let mut select = db.prepare_cached(&sql)?;
                let rows = select.query_map([self.own], |row| Ok(stored(row)?.request))?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
            })?);
        }
        found.retain(|request| {
            query.session.as_ref().is_none_or(|session| *session == request.session)
                && root.as_ref().is_none_or(|root| *root == request.repository)
        });
        Ok(found)
    }

    /// The open requests, the one that has waited longest first.
    pub(super) fn open_requests(&self, db: &Connection) -> Result<Vec<Request>, Stop> {
        let sql = format!(
            "SELECT {COLUMNS} FROM diff_request r WHERE r.state IN ('waiting', 'in-review') AND r.own <= ?1 ORDER BY r.number"
        );
        let mut select = db.prepare_cached(&sql)?;
        let rows = select.query_map([self.own], |row| Ok(stored(row)?.request))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A request by its id or the start of it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`] where several begin so.
    pub fn get(&self, id: &str) -> Result<Request> {
        self.expire()?;
        self.read(|db| Ok(self.find(db, id)?.request))
    }

    /// [`Queue::get`] within a transaction.
    pub(super) fn find(&self, db: &Connection, id: &str) -> Result<Stored, Stop> {
        let full = id::full(id);
        if let Some(found) = look_up(db, &full, self.own)? {
            return Ok(found);
        }
        let missing =
            || Error::NotFound(format!("there is no diff request {id}: memento diff list --all shows what there is"));
        if full.len() < id::PREFIX.len() + 1 {
            return Err(missing().into());
        }
        let begins = format!(
            "SELECT {COLUMNS} FROM diff_request r WHERE substr(r.id, 1, length(?1)) = ?1 AND r.own <= ?2 LIMIT 9"
        );
        let mut select = db.prepare_cached(&begins)?;
        let mut found = select.query_map(params![full, self.own], stored)?.collect::<rusqlite::Result<Vec<_>>>()?;
        match found.len() {
            0 => Err(missing().into()),
            1 => Ok(found.remove(0)),
            _ => {
                let ids: Vec<_> = found.iter().map(|stored| stored.request.id.as_str()).collect();
                Err(Error::Invalid(format!("{id} is the start of several diff requests: {}", ids.join(", "))).into())
            }
        }
    }

    /// Closes what has waited for too long.
    pub(super) fn expire(&self) -> Result<()> {
        let age = i64::try_from(self.config.diff_expire_days.saturating_mul(24 * 60 * 60)).unwrap_or(i64::MAX);
        let before = now().saturating_sub(age);
        let sql = "SELECT id FROM diff_request WHERE state IN ('waiting', 'in-review') AND created < ?1";
        let old = self.read(|db| {
            let mut select = db.prepare_cached(sql)?;
            let ids = select.query_map([before], |row| row.get::<_, String>(0))?;
            Ok(ids.collect::<rusqlite::Result<Vec<_>>>()?)
        })?;
        if old.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            for id in &old {
                // Not where somebody looks at it just now.
                if look_up(tx, id, true)?.is_some_and(|old| old.request.state == State::Waiting) {
                    set_state(tx, id, State::Expired)?;
                }
            }
            Ok(())
        })
    }
}

/// A request by its whole id; the person's own ones only where that is asked.
fn look_up(db: &Connection, id: &str, own: bool) -> rusqlite::Result<Option<Stored>> {
    let sql = format!("SELECT {COLUMNS} FROM diff_request r WHERE r.id = ?1 AND r.own <= ?2");
    db.prepare_cached(&sql)?.query_row(params![id, own], stored).optional()
}

/// Writes a state; nobody has the request open then.
pub(super) fn set_state(tx: &Transaction<'_>, id: &str, state: State) -> rusqlite::Result<()> {
    let sql = "UPDATE diff_request SET state = ?2, reviewer = NULL, host = NULL, process = NULL, submitting = 0 WHERE id = ?1";
    tx.prepare_cached(sql)?.execute(params![id, state.as_str()]).map(|_| ())
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
