//! All the cards of a person, in `memento.db`: opened, and looked up.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::card::{Card, State};
use super::clock::{Clock, Day};
use super::replay::schedule;
use super::scheduler::Algorithm;
use super::store::{COLUMNS, TABLES, WIDTH, record};
use crate::config::Config;
use crate::db::{self, Stop};
use crate::error::{Error, Result};

/// All the cards of a person.
#[derive(Debug)]
pub struct Collection {
    pub(super) config: Config,
    pub(super) clock: Clock,
    pub(super) path: PathBuf,
    /// What cards are scheduled by whose project says nothing.
    pub(super) algorithm: Algorithm,
    db: Mutex<Connection>,
}

/// More statements than SQLite keeps by itself.
const STATEMENTS: usize = 64;

/// Room in memory for pages of the database, in KiB: those of all cards, so that a queue need not read them again.
const CACHE: i64 = 16 * 1024;

/// The error for an id that no card has.
pub fn no_such_card(id: &str) -> Error {
    Error::NotFound(format!("there is no card {id}: memento card list shows their ids"))
}

impl Collection {
    /// Opens the collection of this configuration; it is made where there is none. Its clock is the machine's, or where
    /// `MEMENTO_NOW` is set stands at that time.
    ///
    /// # Errors
    /// Those of [`db::open`]; [`Error::Invalid`] where `MEMENTO_NOW` is no time or the configuration names an algorithm that
    /// there is not.
    pub fn open(config: &Config) -> Result<Self> {
        Self::open_at(config, Clock::of(config)?)
    }

    /// Opens it with another clock.
    ///
    /// # Errors
    /// As [`Collection::open`].
    pub fn open_at(config: &Config, clock: Clock) -> Result<Self> {
        let algorithm = config
            .cards
            .algorithm
            .parse()
            .map_err(|error| Error::Invalid(format!("{}: [cards] algorithm: {error}", config.file.display())))?;
        let path = config.data_dir.join("memento.db");
        let db = db::open(&path, db::STATE_MIGRATIONS)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        db.pragma_update(None, "cache_size", -CACHE).map_err(Error::database(&path))?;
        // Otherwise SQLite prepares many a statement anew for each value that is bound to it, in the hope of a better plan.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(Error::database(&path))?;
        Ok(Self { config: config.clone(), clock, path, algorithm, db: Mutex::new(db) })
    }

    /// The configuration that it was opened with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Sets the clock.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads: all statements see the same state, whatever others write meanwhile.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let db = self.connection();
        let fail = Error::database(&self.path);
        (|| {
            let tx = db.unchecked_transaction()?;
            let result = work(&tx)?;
            tx.commit()?;
            Ok(result)
        })()
        .map_err(fail)
    }

    /// Writes with one transaction.
    pub(super) fn transact<T>(&self, work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Stop>) -> Result<T> {
        db::transact(&mut self.connection(), &self.path, work)
    }

    /// The day of learning: that of the clock, or where the person has travelled west the day that was already theirs.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn today(&self) -> Result<Day> {
        self.read(|db| self.day(db))
    }

    pub(super) fn day(&self, db: &Connection) -> rusqlite::Result<Day> {
        let today = self.clock.today();
        let last: Option<i32> =
            db.prepare_cached("SELECT max(day) FROM card_review")?.query_row([], |row| row.get(0))?;
        let last = last.map(Day::from_number).filter(|last| last.since(today) <= ZONES);
        Ok(last.map_or(today, |last| last.max(today)))
    }

    /// The card of this id, or of the only id that begins so.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] where several begin so.
    pub fn get(&self, id: &str) -> Result<Card> {
        let db = self.connection();
        let number = resolve(&db, id, false).map_err(|stop| stop.at(&self.path))?;
        self.card(&db, number).map_err(Error::database(&self.path))
    }

    /// The card of this number.
    pub(super) fn card(&self, db: &Connection, number: i64) -> rusqlite::Result<Card> {
        let sql = format!("SELECT {COLUMNS}, {EXTRA} FROM {TABLES} {JOIN} WHERE c.number = ?1");
        db.prepare_cached(&sql)?.query_row([number], |row| self.shown(row))
    }

    /// A row of [`COLUMNS`] and [`EXTRA`].
    pub(super) fn shown(&self, row: &Row<'_>) -> rusqlite::Result<Card> {
        let (_, record) = record(row)?;
        let projects = row.get_ref(WIDTH)?.as_str_or_null()?.and_then(|text| text.parse().ok());
        let (leech, schedule) = schedule(row, WIDTH + 1)?;
        Ok(Card {
            id: record.id,
            question: record.question,
            answer: record.answer,
            notes: record.notes,
            tags: record.tags,
            project: record.project,
            source: record.source,
            own_algorithm: record.algorithm.is_some(),
            algorithm: record.algorithm.or(projects).unwrap_or_else(|| self.algorithm.clone()),
            state: if leech { State::Suspended } else { record.state },
            leech,
            entry: record.entry,
            created: record.created,
            edited: record.edited,
            schedule,
        })
    }
}

/// What a card has besides its record: the algorithm of its project, and where it stands.
pub(super) const EXTRA: &str = "p.algorithm, s.leech, s.due, s.interval, s.answers, s.repetitions, s.lapses, s.last, \
    s.last_time, s.confidence, s.strength, s.difficulty";

/// Where [`EXTRA`] comes from.
pub(super) const JOIN: &str = "JOIN card_schedule s ON s.card = c.number JOIN card_project p ON p.id = c.project";

/// How far apart the dates of two places on earth can be, in days: from UTC-12 to UTC+14.
const ZONES: u32 = 2;

/// What of an id is enough to name a card, where it is the only such.
const SHORTEST: usize = 4;

/// The number of the card of this id, or of the only id that begins so, among those that are deleted or those that are not.
pub(super) fn resolve(db: &Connection, id: &str, deleted: bool) -> std::result::Result<i64, Stop> {
    let id = id.trim();
    let exact = "SELECT number FROM card WHERE id = ?1 AND deleted = ?2";
    if let Some(number) = db.prepare_cached(exact)?.query_row(params![id, deleted], |row| row.get(0)).optional()? {
        return Ok(number);
    }
    if id.chars().count() < SHORTEST {
        return Err(no_such_card(id).into());
    }
    let sql = "SELECT number, id FROM card WHERE id >= ?1 AND id < ?2 AND deleted = ?3 LIMIT 2";
    let mut statement = db.prepare_cached(sql)?;
    let rows =
        statement.query_map(params![id, format!("{id}\u{10ffff}"), deleted], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
    match found.as_slice() {
        [] => Err(no_such_card(id).into()),
        [(number, _)] => Ok(*number),
        [(_, one), (_, other), ..] => {
            let more = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count() + 1;
            let message = format!("several cards begin with {id}: give {more} or more characters of the id");
            Err(Error::Invalid(message).into())
        }
    }
}
