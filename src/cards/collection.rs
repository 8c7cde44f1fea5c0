//! All the cards of a person, in `memento.db`: opened, and looked up.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::card::Card;
use super::clock::{Clock, Day};
use super::scheduler::Algorithm;
use crate::config::Config;
use crate::db;
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

    /// Reads with statements that cannot write.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.connection()).map_err(Error::database(&self.path))
    }

    /// The day of learning: that of the clock, or where the person has travelled west the day that was already theirs.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn today(&self) -> Result<Day> {
        Err(Error::Invalid("not built yet".into()))
    }

    /// The card of this id, or of the only id that begins so.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] where several begin so.
    pub fn get(&self, _id: &str) -> Result<Card> {
        Err(Error::Invalid("not built yet".into()))
    }
}
