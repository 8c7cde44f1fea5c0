//! The library of prompts, in `memento.db`: opened, and looked up.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row};

use super::prompt::{Prompt, Source, Turn};
use super::query::{ProjectCount, TagCount};
use crate::config::Config;
use crate::db;
use crate::error::{Error, Result};

/// The library of prompts.
#[derive(Debug)]
pub struct Library {
    pub(super) config: Config,
    pub(super) path: PathBuf,
    db: Mutex<Connection>,
}

/// More statements than SQLite keeps by itself: an import runs a dozen for each line.
const STATEMENTS: usize = 64;

/// What is read of a prompt; see [`prompt`]. The marks are looked up for each row that comes out, and for no other.
pub(super) const COLUMNS: &str = "p.id, p.time, \
    (SELECT path FROM prompt_project x WHERE x.id = p.project), \
    (SELECT name FROM prompt_session x WHERE x.id = p.session), \
    p.source, p.command, p.secrets, p.characters, p.text, \
    (SELECT rating FROM prompt_rating x WHERE x.identity = p.identity), \
    (SELECT text FROM prompt_note x WHERE x.identity = p.identity), \
    (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM prompt_tag x WHERE x.identity = p.identity ORDER BY tag)), \
    t.branch, t.model, t.input, t.output, t.cache_read, t.cache_written, t.context_before, t.context_after";

/// Where [`COLUMNS`] come from.
pub(super) const TABLES: &str = "prompt p LEFT JOIN prompt_turn t ON t.identity = p.identity";

/// A row of [`COLUMNS`].
pub(super) fn prompt(row: &Row<'_>) -> rusqlite::Result<Prompt> {
    let words = |column: usize, between: char| {
        let text = row.get_ref(column)?.as_str_or_null()?.unwrap_or("");
        Ok::<_, rusqlite::Error>(text.split(between).filter(|word| !word.is_empty()).map(str::to_owned).collect())
    };
    let count = |column: usize| row.get::<_, i64>(column).map(|n| u64::try_from(n).unwrap_or(0));
    let turn = match row.get_ref(14)?.as_i64_or_null()? {
        None => None,
        Some(_) => Some(Turn {
            branch: row.get(12)?,
            model: row.get(13)?,
            input: count(14)?,
            output: count(15)?,
            cache_read: count(16)?,
            cache_written: count(17)?,
            context_before: count(18)?,
            context_after: count(19)?,
        }),
    };
    Ok(Prompt {
        id: row.get(0)?,
        time: row.get(1)?,
        project: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
        session: row.get(3)?,
        source: match row.get_ref(4)?.as_str()? {
            "history" => Source::History,
            "transcript" => Source::Transcript,
            _ => Source::Import,
        },
        command: row.get(5)?,
        secrets: words(6, ',')?,
        characters: usize::try_from(row.get::<_, i64>(7)?).unwrap_or(0),
        text: row.get(8)?,
        pasted: None,
        rating: row.get::<_, Option<u8>>(9)?.unwrap_or(0),
        note: row.get(10)?,
        tags: words(11, ' ')?,
        turn,
    })
}

/// The error for a number that no prompt has.
pub fn no_such_prompt(id: i64) -> Error {
    Error::NotFound(format!("there is no prompt {id}: memento prompt list shows the numbers"))
}

/// The prompt with this number and its identity.
pub(super) fn find(db: &Connection, id: i64) -> rusqlite::Result<Option<(Prompt, i64)>> {
    let sql = format!("SELECT {COLUMNS}, p.identity FROM {TABLES} WHERE p.id = ?1");
    db.prepare_cached(&sql)?.query_row([id], |row| Ok((prompt(row)?, row.get(20)?))).optional()
}

impl Library {
    /// Opens the library of this configuration; it is made where there is none.
    ///
    /// # Errors
    /// Those of [`db::open`].
    pub fn open(config: &Config) -> Result<Self> {
        let path = config.data_dir.join("memento.db");
        let db = db::open(&path, db::STATE_MIGRATIONS)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self { config: config.clone(), path, db: Mutex::new(db) })
    }

    /// The configuration that it was opened with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads with a statement that cannot write.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.connection()).map_err(Error::database(&self.path))
    }

    /// One prompt, without what was pasted.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub fn get(&self, id: i64) -> Result<Prompt> {
        self.read(|db| find(db, id))?.map(|(prompt, _)| prompt).ok_or_else(|| no_such_prompt(id))
    }

    /// One prompt, with what was pasted.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub fn show(&self, id: i64) -> Result<Prompt> {
        self.read(|db| {
            let Some((mut prompt, identity)) = find(db, id)? else { return Ok(None) };
            let sql = "SELECT contents FROM prompt_pasted WHERE identity = ?1";
            let pasted: Option<String> = db.prepare_cached(sql)?.query_row([identity], |row| row.get(0)).optional()?;
            prompt.pasted = pasted.and_then(|json| serde_json::from_str(&json).ok());
            Ok(Some(prompt))
        })?
        .ok_or_else(|| no_such_prompt(id))
    }

    /// How many prompts there are, slash commands included.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn count(&self) -> Result<usize> {
        self.read(|db| db.query_row("SELECT count(*) FROM prompt", [], |row| row.get::<_, i64>(0)))
            .map(|n| usize::try_from(n).unwrap_or(0))
    }

    /// All projects, the one with most prompts first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn projects(&self) -> Result<Vec<ProjectCount>> {
        let sql = "SELECT r.path, count(*) FROM prompt p JOIN prompt_project r ON r.id = p.project \
                   GROUP BY p.project ORDER BY 2 DESC, 1";
        let counts = self.counts(sql)?;
        Ok(counts.into_iter().map(|(project, prompts)| ProjectCount { project, prompts }).collect())
    }

    /// All tags, the most used first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        let sql = "SELECT tag, count(*) FROM prompt_tag x WHERE EXISTS (SELECT 1 FROM prompt p WHERE p.identity = x.identity) \
                   GROUP BY tag ORDER BY 2 DESC, 1";
        let counts = self.counts(sql)?;
        Ok(counts.into_iter().map(|(tag, prompts)| TagCount { tag, prompts }).collect())
    }

    fn counts(&self, sql: &str) -> Result<Vec<(String, usize)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0))))?;
            rows.collect()
        })
    }
}
