//! Filling the library: what is asked for, how far it is, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use super::feed::{self, Meter, Run, failure};
use super::history::History;
use super::library::Library;
use super::new_prompt::Prepared;
use super::source::{self, Reading};
use super::store::Writer;
use crate::error::Result;
use crate::file::Lock;

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// Another history than that of the configuration.
    pub history: Option<PathBuf>,
    /// Other transcripts than those of the configuration.
    pub transcripts: Option<PathBuf>,
    /// From their first line on, whatever was read before.
    pub all: bool,
    /// Bring back what was deleted and is still in a file.
    pub restore: bool,
}

/// How far it is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The file that is being read.
    pub file: PathBuf,
    /// Bytes done of all that is to be read.
    pub done: u64,
    /// Bytes to be read.
    pub total: u64,
    /// New prompts so far.
    pub new: usize,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Synced {
    /// Files that something was read from.
    pub files: usize,
    /// Lines read.
    pub lines: usize,
    /// New prompts.
    pub new: usize,
    /// Prompts that were there already.
    pub known: usize,
    /// Prompts that the person had deleted.
    pub deleted: usize,
    /// New prompts that look to hold a key or token.
    pub secrets: usize,
    /// Prompts that a transcript told more of.
    pub turns: usize,
    /// Lines that could not be read.
    pub bad: usize,
    /// The first of them.
    pub bad_lines: Vec<BadLine>,
    /// Whether it was stopped before its end; what was read until then is stored.
    pub stopped: bool,
}

/// How many bad lines are named.
pub(super) const BAD_LINES: usize = 20;

impl Synced {
    pub(super) fn bad(&mut self, line: BadLine) {
        self.bad += 1;
        if self.bad_lines.len() < BAD_LINES {
            self.bad_lines.push(line);
        }
    }
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// How long a sync waits for another one.
const PATIENCE: Duration = Duration::from_secs(120);

/// Kibibytes of the database that are kept at hand, negative as SQLite wants it: identities come in no order, and with the
/// 2 MiB that are usual most of them mean to read a page again.
const CACHE: i64 = -65_536;

/// How often a watch looks.
const WATCH: Duration = Duration::from_millis(500);

impl Library {
    /// Reads what is new in Claude Code's history and transcripts. A line without an end waits for the next time.
    ///
    /// `tell` hears how far it is a few times a second; where it returns `false` the sync stops, and goes on there next time.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) where a file cannot be read, [`Error::Database`](crate::Error::Database); files that
    /// do not exist are no error.
    pub fn sync(&self, options: &SyncOptions, tell: &mut dyn FnMut(&Progress) -> bool) -> Result<Synced> {
        // Two at a time would read the same lines.
        let _lock = Lock::acquire(&self.config.data_dir.join("prompts/sync"), PATIENCE)?;
        self.read(|db| db.pragma_update(None, "cache_size", CACHE))?;
        let history = self.history(options);
        let restart = options.all || options.restore;
        let stored = source::stored(&self.connection(), &history).map_err(failure(self))?;
        let main = Reading::open(&history, stored.as_ref().filter(|_| !restart))?;
        // Where the file is another one, the one that was read before has perhaps gone on under another name, and others after it.
        let rotated = match (&stored, &main) {
            (Some(stored), Some(main)) if main.is_afresh(stored) => Reading::rotated(&history, stored)?,
            _ => Vec::new(),
        };
        let files: Vec<Reading> = rotated.into_iter().chain(main).collect();
        let transcripts = self.grown_transcripts(options)?;
        let total =
            files.iter().map(|file| file.length - file.offset).chain(transcripts.iter().map(|file| file.bytes)).sum();
        let mut run = Run { restore: options.restore, meter: Meter::new(total, tell), synced: Synced::default() };
        let apply = &mut |writer: &mut Writer<'_>, prompt: Prepared, synced: &mut Synced| {
            feed::add(writer, prompt, synced).map(drop)
        };
        for file in files {
            self.feed(file, Some(&history), &mut History, &mut run, apply)?;
            if run.meter.stopped() {
                return Ok(run.synced);
            }
        }
        self.sync_transcripts(transcripts, &mut run)?;
        Ok(run.synced)
    }

    /// Bytes of the history that no sync has read yet, as far as the file still is the one that was read.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn unread(&self) -> Result<u64> {
        let history = self.history(&SyncOptions::default());
        let length = history.metadata().map_or(0, |file| file.len());
        let stored = self.read(|db| source::stored(db, &history))?;
        Ok(length.saturating_sub(stored.map_or(0, |stored| stored.offset).min(length)))
    }

    /// The history that is read.
    pub(super) fn history(&self, options: &SyncOptions) -> PathBuf {
        let path = options.history.clone().unwrap_or_else(|| self.config.claude_dir.join("history.jsonl"));
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Syncs now and whenever a file changes, until `pause`, which sleeps for the time it is given, returns `false`. `tell`
    /// hears of the first sync and of every one that found something.
    ///
    /// # Errors
    /// Those of [`Library::sync`].
    pub fn watch(
        &self,
        options: &SyncOptions,
        pause: &dyn Fn(Duration) -> bool,
        tell: &mut dyn FnMut(&Synced),
    ) -> Result<()> {
        let mut options = options.clone();
        let mut first = true;
        loop {
            let synced = self.sync(&options, &mut |_| pause(Duration::ZERO))?;
            if first || synced.lines > 0 {
                tell(&synced);
            }
            first = false;
            // What was to be read again has been.
            (options.all, options.restore) = (false, false);
            if synced.stopped || !pause(WATCH) {
                return Ok(());
            }
        }
    }
}
