//! Transcripts on their way into the library.

use std::collections::HashSet;

use rusqlite::OptionalExtension;

use super::feed::{self, Run, failure};
use super::library::Library;
use super::new_prompt::NewPrompt;
use super::prompt::Turn;
use super::source::{self, Reading};
use super::store::{Added, Writer};
use super::sync::{BadLine, SyncOptions, Synced};
use super::transcript::{Event, Transcript, files};
use crate::error::{Error, Result};

/// A transcript with something new, and how much.
pub(super) struct Grown {
    path: std::path::PathBuf,
    stored: Option<source::Stored>,
    pub(super) bytes: u64,
}

impl Library {
    /// The transcripts that something was written to since they were read.
    pub(super) fn grown_transcripts(&self, options: &SyncOptions) -> Result<Vec<Grown>> {
        let dir = options.transcripts.clone().unwrap_or_else(|| self.config.claude_dir.join("projects"));
        let restart = options.all || options.restore;
        let mut grown = Vec::new();
        let db = self.connection();
        for path in files(&dir) {
            let stored = source::stored(&db, &path).map_err(failure(self))?.filter(|_| !restart);
            let length = std::fs::metadata(&path).map_or(0, |data| data.len());
            let done = stored.as_ref().map_or(0, |stored| stored.offset);
            // One that shrank is read again.
            if length != done {
                grown.push(Grown { path, stored, bytes: length.saturating_sub(done) });
            }
        }
        Ok(grown)
    }

    /// Reads what is new in transcripts. One that cannot be read holds up no other.
    pub(super) fn sync_transcripts(&self, grown: Vec<Grown>, run: &mut Run<'_>) -> Result<()> {
        let mut told = HashSet::new();
        let restore = run.restore;
        for Grown { path, stored, .. } in grown {
            let reading = match Reading::open(&path, stored.as_ref()) {
                Ok(Some(reading)) => reading,
                Ok(None) => continue,
                Err(error) => {
                    let reason = match error {
                        Error::Io { source, .. } => source.to_string(),
                        error => error.to_string(),
                    };
                    run.synced.bad(BadLine { file: path, line: 1, reason });
                    continue;
                }
            };
            let mut transcript = Transcript::resume(reading.state.as_deref());
            let apply = &mut |writer: &mut Writer<'_>, event: Event, synced: &mut Synced| {
                let told_of = match event {
                    Event::Prompt { new, message, turn } => add(writer, new, message, &turn, restore, synced)?,
                    Event::Turn { identity, message, turn } => {
                        let identity = stored_as(writer, message)?.unwrap_or(identity);
                        tell(writer, identity, &turn)?.then_some(identity)
                    }
                };
                if let Some(identity) = told_of
                    && told.insert(identity)
                {
                    synced.turns += 1;
                }
                Ok(())
            };
            self.feed(reading, Some(&path), &mut transcript, run, apply)?;
            if run.meter.stopped() {
                break;
            }
        }
        Ok(())
    }
}

/// The prompt that a message became, whichever file it was read in.
fn stored_as(writer: &Writer<'_>, message: i64) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT identity FROM prompt_message WHERE message = ?1";
    writer.tx().prepare_cached(sql)?.query_row([message], |row| row.get(0)).optional()
}

/// Adds a prompt, unless another file had the same message: a resumed session begins with a copy of what it goes on with.
/// Returns its identity where something new was told of it.
fn add(
    writer: &mut Writer<'_>,
    new: NewPrompt,
    message: i64,
    turn: &Turn,
    restore: bool,
    synced: &mut Synced,
) -> rusqlite::Result<Option<i64>> {
    let known = stored_as(writer, message)?;
    let identity = match known {
        Some(identity) if exists(writer, identity)? => {
            synced.known += 1;
            identity
        }
        Some(_) if !restore => {
            synced.deleted += 1;
            return Ok(None);
        }
        _ => match feed::add(writer, new.clone(), synced)? {
            Added::New { identity, .. } | Added::Known(identity) => identity,
            Added::Deleted => return Ok(None),
        },
    };
    if known.is_none() {
        let sql = "INSERT OR REPLACE INTO prompt_message (message, identity) VALUES (?1, ?2)";
        writer.tx().prepare_cached(sql)?.execute([message, identity])?;
    }
    Ok(tell(writer, identity, turn)?.then_some(identity))
}

fn exists(writer: &Writer<'_>, identity: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM prompt WHERE identity = ?1)";
    writer.tx().prepare_cached(sql)?.query_row([identity], |row| row.get(0))
}

/// Stores a turn, unless the prompt is gone or more is known of it: a copy may end amid the answers.
fn tell(writer: &mut Writer<'_>, identity: i64, turn: &Turn) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM prompt WHERE identity = ?1) \
               AND NOT EXISTS (SELECT 1 FROM prompt_turn WHERE identity = ?1 \
                 AND input + output + cache_read + cache_written >= ?2)";
    let all = [turn.output, turn.cache_read, turn.cache_written].into_iter().fold(turn.input, u64::saturating_add);
    let all = i64::try_from(all).unwrap_or(i64::MAX);
    let more: bool = writer.tx().prepare_cached(sql)?.query_row([identity, all], |row| row.get(0))?;
    if more {
        writer.turn(identity, turn)?;
    }
    Ok(more)
}
