//! Prompts of other tools, as lines of JSON, and those of another library.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::params;

use super::feed::{self, Lines, Meter, Run};
use super::foreign::{Said, read};
use super::library::Library;
use super::new_prompt::Prepared;
use super::source::Reading;
use super::store::{Added, Writer};
use super::sync::{Progress, Synced};
use crate::error::{Error, Result};
use crate::file::Lock;

/// How long an import waits for a sync.
const PATIENCE: Duration = Duration::from_secs(120);

impl Library {
    /// Imports a file of JSON lines: what [`export`](super::export()) writes, ratings, notes and tags included where there
    /// are none yet, and what other tools write. `-` is standard input. A last line without an end counts.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such file, [`Error::Io`], [`Error::Database`].
    pub fn import(&self, file: &Path, tell: &mut dyn FnMut(&Progress) -> bool) -> Result<Synced> {
        if file == Path::new("-") {
            // A file can be measured, and be read while others write to the database.
            let here = Error::io(file);
            let mut spooled = tempfile::NamedTempFile::new().map_err(Error::io(&std::env::temp_dir()))?;
            std::io::copy(&mut std::io::stdin().lock(), &mut spooled).map_err(here)?;
            spooled.flush().map_err(Error::io(spooled.path()))?;
            let name = |progress: &Progress| tell(&Progress { file: PathBuf::from("-"), ..progress.clone() });
            let mut synced = self.import_file(spooled.path(), &mut { name })?;
            synced.bad_lines.iter_mut().for_each(|line| line.file = PathBuf::from("-"));
            return Ok(synced);
        }
        if !file.exists() {
            return Err(Error::NotFound(format!("no file {}", file.display())));
        }
        self.import_file(file, tell)
    }

    fn import_file(&self, file: &Path, tell: &mut dyn FnMut(&Progress) -> bool) -> Result<Synced> {
        let _lock = Lock::acquire(&self.config.data_dir.join("prompts/sync"), PATIENCE)?;
        let Some(reading) = Reading::open(file, None)? else { return Ok(Synced::default()) };
        let meter = Meter::new(reading.length, tell);
        let mut run = Run { restore: false, meter, synced: Synced::default() };
        let apply = &mut |writer: &mut Writer<'_>, (prompt, said): (Prepared, Said), synced: &mut Synced| {
            let identity = match feed::add(writer, prompt, synced)? {
                Added::New { identity, .. } | Added::Known(identity) => identity,
                Added::Deleted => return Ok(()),
            };
            mark(writer, identity, &said)?;
            if let Some(turn) = &said.turn
                && !has(writer, "prompt_turn", identity)?
            {
                writer.turn(identity, turn)?;
                synced.turns += 1;
            }
            Ok(())
        };
        self.feed(reading.whole(), None, &mut Import, &mut run, apply)?;
        Ok(run.synced)
    }
}

struct Import;

impl Lines for Import {
    type Item = (Prepared, Said);

    fn line(&mut self, bytes: &[u8]) -> std::result::Result<Option<Self::Item>, String> {
        Ok(read(bytes)?.map(|foreign| (foreign.prompt.into(), foreign.said)))
    }
}

fn has(writer: &Writer<'_>, table: &str, identity: i64) -> rusqlite::Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE identity = ?1)");
    writer.tx().prepare_cached(&sql)?.query_row([identity], |row| row.get(0))
}

/// Rates, notes and tags a prompt where the person has not: two libraries that import each other's agree, and lose nothing.
fn mark(writer: &Writer<'_>, identity: i64, said: &Said) -> rusqlite::Result<()> {
    let tx = writer.tx();
    if let Some(rating) = said.rating {
        let sql = "INSERT OR IGNORE INTO prompt_rating (identity, rating) VALUES (?1, ?2)";
        tx.prepare_cached(sql)?.execute(params![identity, rating])?;
    }
    if let Some(note) = &said.note {
        let sql = "INSERT OR IGNORE INTO prompt_note (identity, text) VALUES (?1, ?2)";
        tx.prepare_cached(sql)?.execute(params![identity, note])?;
    }
    if !said.tags.is_empty() && !has(writer, "prompt_tag", identity)? {
        let sql = "INSERT OR IGNORE INTO prompt_tag (identity, tag) VALUES (?1, ?2)";
        for tag in &said.tags {
            tx.prepare_cached(sql)?.execute(params![identity, tag])?;
        }
    }
    Ok(())
}
