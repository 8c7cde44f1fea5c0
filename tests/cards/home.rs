//! A home of a test's own.

use std::path::PathBuf;

use chrono::{DateTime, NaiveTime, Utc};
use memento::Config;
use memento::cards::{Clock, Collection};
use memento::config::Env;

pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn config(&self) -> Config {
        let at = |name: &str, path: &str| format!("{name}={}", self.path(path).display());
        let pairs = [
            format!("HOME={}", self.dir.path().display()),
            at("MEMENTO_DATA_DIR", "data"),
            at("MEMENTO_NOTES_DIR", "notes"),
        ];
        Config::load(Env::from_pairs(&pairs)).unwrap()
    }

    /// The collection, at noon of this day (UTC).
    pub(crate) fn on(&self, day: &str) -> Collection {
        Collection::open_at(&self.config(), noon(day)).unwrap()
    }
}

/// A clock that stands at noon of this day (UTC).
pub(crate) fn noon(day: &str) -> Clock {
    let time = DateTime::parse_from_rfc3339(&format!("{day}T12:00:00Z")).unwrap();
    Clock::at(time.with_timezone(&Utc), NaiveTime::from_hms_opt(4, 0, 0).unwrap())
}
