//! Prompts on their way into the database.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::new_prompt::{Prepared, is_command};
use super::prompt::{Source, Turn};
use super::secret;
use super::twin;
use crate::db::words::pairs;

/// What became of it. The identity is that under which the library has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    New {
        identity: i64,
        /// Whether it looks to hold a key or token.
        secret: bool,
    },
    Known(i64),
    /// The person deleted it.
    Deleted,
}

/// How many bits of a place are left for prompts of one millisecond. More of them take the places behind.
pub(super) const PLACE_BITS: u32 = 6;

/// The first place of prompts of this time.
pub(super) fn first_place(time: i64) -> i64 {
    time << PLACE_BITS
}

/// The words of a prompt, for the full text index.
struct Words {
    place: i64,
    text: String,
    pasted: String,
}

/// Adds prompts within one transaction; it is made once per transaction and keeps what it looked up.
pub(super) struct Writer<'t> {
    tx: &'t Transaction<'t>,
    restore: bool,
    /// Whether there is anything in the tables of these; most often there is not.
    aliases: bool,
    deleted: bool,
    transcribed: bool,
    projects: HashMap<String, i64>,
    sessions: HashMap<String, i64>,
    next_id: i64,
    /// The time and place of the last prompt that was new.
    last: (i64, i64),
    /// The last place of each time that has more prompts than places: it is looked for once.
    overfull: HashMap<i64, i64>,
    /// The last place of all.
    top: i64,
    words: Vec<Words>,
}

impl<'t> Writer<'t> {
    /// With `restore` what was deleted comes back.
    pub(super) fn new(tx: &'t Transaction<'t>, restore: bool) -> rusqlite::Result<Self> {
        let any = |sql: &str| tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, bool>(0));
        let last_id =
            "SELECT max(coalesce((SELECT max(id) FROM prompt), 0), coalesce((SELECT max(id) FROM prompt_deleted), 0))";
        Ok(Self {
            tx,
            restore,
            aliases: any("SELECT EXISTS (SELECT 1 FROM prompt_alias)")?,
            deleted: any("SELECT EXISTS (SELECT 1 FROM prompt_deleted)")?,
            transcribed: any("SELECT EXISTS (SELECT 1 FROM prompt WHERE source = 'transcript')")?,
            projects: HashMap::new(),
            sessions: HashMap::new(),
            next_id: 1 + tx.prepare_cached(last_id)?.query_row([], |row| row.get::<_, i64>(0))?,
            last: (-1, 0),
            overfull: HashMap::new(),
            top: tx.prepare_cached("SELECT coalesce(max(place), -1) FROM prompt")?.query_row([], |row| row.get(0))?,
            words: Vec::new(),
        })
    }

    /// The transaction.
    pub(super) fn tx(&self) -> &'t Transaction<'t> {
        self.tx
    }

    /// Adds a prompt, unless the library has it. A prompt of a transcript and one of the history are the same where they
    /// have the session and the text in common and are a few seconds apart.
    pub(super) fn add(&mut self, prepared: Prepared) -> rusqlite::Result<Added> {
        let (prompt, identity) = (&prepared.prompt, prepared.identity);
        if !(self.aliases || self.deleted || self.transcribed || prompt.source == Source::Transcript) {
            return self.insert(prepared, None);
        }
        if self.exists(identity)? {
            return Ok(Added::Known(identity));
        }
        if self.aliases
            && let Some(identity) = self.number("SELECT identity FROM prompt_alias WHERE alias = ?1", identity)?
        {
            if self.exists(identity)? {
                return Ok(Added::Known(identity));
            }
            // The prompt that it is another name of is deleted.
            if !self.restore {
                return Ok(Added::Deleted);
            }
        }
        let mut id = None;
        if self.deleted {
            id = self.number("SELECT id FROM prompt_deleted WHERE identity = ?1", identity)?;
            match id {
                Some(_) if !self.restore => return Ok(Added::Deleted),
                Some(_) => _ = self.execute("DELETE FROM prompt_deleted WHERE identity = ?1", identity)?,
                None => {}
            }
        }
        if (prompt.source == Source::Transcript || (prompt.source == Source::History && self.transcribed))
            && let Some(twin) = twin::find(self.tx, prompt)?
        {
            self.alias(identity, twin)?;
            return Ok(Added::Known(twin));
        }
        self.insert(prepared, id)
    }

    /// Has the library know a prompt under another identity too.
    fn alias(&mut self, alias: i64, identity: i64) -> rusqlite::Result<()> {
        self.aliases = true;
        let sql = "INSERT OR REPLACE INTO prompt_alias (alias, identity) VALUES (?1, ?2)";
        self.tx.prepare_cached(sql)?.execute([alias, identity]).map(drop)
    }

    /// Inserts it, under this number or the next one, where its identity is new.
    fn insert(&mut self, prepared: Prepared, id: Option<i64>) -> rusqlite::Result<Added> {
        let Prepared { prompt, identity, secrets, pasted, characters } = prepared;
        let place = self.free_place(prompt.time)?;
        let project = self.project(&prompt.project)?;
        let session = prompt.session.as_deref().map(|name| self.session(name)).transpose()?;
        let sql = "INSERT INTO prompt (place, id, identity, time, project, session, source, command, secrets, characters, \
                   text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (identity) DO NOTHING";
        let inserted = self.tx.prepare_cached(sql)?.execute(params![
            place,
            id.unwrap_or(self.next_id),
            identity,
            prompt.time,
            project,
            session,
            prompt.source.as_str(),
            is_command(&prompt.text),
            secrets,
            characters,
            prompt.text
        ])?;
        if inserted == 0 {
            return Ok(Added::Known(identity));
        }
        let (mut text, mut pasted) = (prompt.text, pasted);
        if secrets.is_some() {
            (text, pasted) = (secret::mask(&text).into_owned(), secret::mask(&pasted).into_owned());
            let sql = "INSERT OR REPLACE INTO prompt_masked (identity, text, pasted) VALUES (?1, ?2, ?3)";
            self.tx.prepare_cached(sql)?.execute(params![identity, text, pasted])?;
        }
        self.next_id += i64::from(id.is_none());
        self.last = (prompt.time, place);
        self.top = self.top.max(place);
        if let Some(contents) = &prompt.pasted {
            let sql = "INSERT OR REPLACE INTO prompt_pasted (identity, contents) VALUES (?1, ?2)";
            self.tx.prepare_cached(sql)?.execute(params![identity, contents])?;
        }
        self.transcribed |= prompt.source == Source::Transcript;
        self.words.push(Words { place, text, pasted });
        Ok(Added::New { identity, secret: secrets.is_some() })
    }

    /// A place among the prompts of this time that none has, behind all others of it.
    fn free_place(&mut self, time: i64) -> rusqlite::Result<i64> {
        let (first, next) = (first_place(time), first_place(time + 1));
        if first > self.top {
            return Ok(first);
        }
        let mut place = if self.last.0 == time {
            self.last.1 + 1
        } else if let Some(&place) = self.overfull.get(&time) {
            place + 1
        } else {
            let sql = "SELECT max(place) FROM prompt WHERE place BETWEEN ?1 AND ?2";
            let taken: Option<i64> = self.tx.prepare_cached(sql)?.query_row([first, next - 1], |row| row.get(0))?;
            taken.map_or(first, |place| place + 1)
        };
        // So many of one time that they are among those of the next.
        while place >= next && self.number("SELECT place FROM prompt WHERE place = ?1", place)?.is_some() {
            place += 1;
        }
        if place >= next {
            self.overfull.insert(time, place);
        }
        Ok(place)
    }

    fn project(&mut self, path: &str) -> rusqlite::Result<i64> {
        named(self.tx, &mut self.projects, "prompt_project", "path", path)
    }

    fn session(&mut self, name: &str) -> rusqlite::Result<i64> {
        named(self.tx, &mut self.sessions, "prompt_session", "name", name)
    }

    fn exists(&self, identity: i64) -> rusqlite::Result<bool> {
        Ok(self.number("SELECT id FROM prompt WHERE identity = ?1", identity)?.is_some())
    }

    fn number(&self, sql: &str, key: i64) -> rusqlite::Result<Option<i64>> {
        self.tx.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()
    }

    fn execute(&self, sql: &str, key: i64) -> rusqlite::Result<usize> {
        self.tx.prepare_cached(sql)?.execute([key])
    }

    /// Stores what a transcript tells of a prompt, in the place of what one told before.
    pub(super) fn turn(&mut self, identity: i64, turn: &Turn) -> rusqlite::Result<()> {
        let sql = "INSERT OR REPLACE INTO prompt_turn (identity, branch, model, input, output, cache_read, cache_written, \
                   context_before, context_after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.tx.prepare_cached(sql)?.execute(params![
            identity,
            turn.branch,
            turn.model,
            count(turn.input),
            count(turn.output),
            count(turn.cache_read),
            count(turn.cache_written),
            count(turn.context_before),
            count(turn.context_after)
        ])?;
        Ok(())
    }

    /// Puts the words of what was added into the full text index: call it before the commit.
    ///
    /// They come in the order of their places, since the index begins a new segment wherever one is smaller than the last.
    pub(super) fn finish(mut self) -> rusqlite::Result<()> {
        self.words.sort_unstable_by_key(|words| words.place);
        let mut insert =
            self.tx.prepare_cached("INSERT INTO prompt_words (rowid, text, pasted, cjk) VALUES (?1, ?2, ?3, ?4)")?;
        for words in &self.words {
            let cjk = pairs(&[&words.text, &words.pasted]);
            insert.execute(params![words.place, words.text, words.pasted, cjk])?;
        }
        Ok(())
    }
}

/// How many names are remembered.
const NAMES: usize = 10_000;

/// The number of a name; it is given one where it has none.
fn named(
    tx: &Transaction<'_>,
    known: &mut HashMap<String, i64>,
    table: &str,
    column: &str,
    name: &str,
) -> rusqlite::Result<i64> {
    if let Some(&number) = known.get(name) {
        return Ok(number);
    }
    let found = format!("SELECT id FROM {table} WHERE {column} = ?1");
    let number = match tx.prepare_cached(&found)?.query_row([name], |row| row.get(0)).optional()? {
        Some(number) => number,
        None => {
            tx.prepare_cached(&format!("INSERT INTO {table} ({column}) VALUES (?1)"))?.execute([name])?;
            tx.last_insert_rowid()
        }
    };
    if known.len() >= NAMES {
        known.clear();
    }
    known.insert(name.to_owned(), number);
    Ok(number)
}
