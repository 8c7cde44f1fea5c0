//! Prompts on their way into the database.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;

use super::prompt::{Source, Turn};
use super::secret;
use super::twin;
use crate::db::words::pairs;

/// A prompt that a reader has found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NewPrompt {
    /// In milliseconds since 1970; 0 where it is not known.
    pub(super) time: i64,
    /// The directory; empty where it is not known.
    pub(super) project: String,
    pub(super) session: Option<String>,
    pub(super) source: Source,
    pub(super) text: String,
    /// JSON, as it was read.
    pub(super) pasted: Option<String>,
}

/// A prompt with all that can be known of it without the database: other threads have time for that.
#[derive(Debug)]
pub(super) struct Prepared {
    prompt: NewPrompt,
    identity: i64,
    /// The kinds of keys and tokens in it, parted by commas.
    secrets: Option<String>,
    /// What of its pasted contents is found by its words.
    pasted: String,
    characters: i64,
}

impl From<NewPrompt> for Prepared {
    fn from(prompt: NewPrompt) -> Self {
        let pasted = prompt.pasted.as_deref().map(pasted_words).unwrap_or_default();
        let mut kinds = secret::kinds(&prompt.text);
        if !pasted.is_empty() {
            kinds.extend(secret::kinds(&pasted));
            kinds.sort_unstable();
            kinds.dedup();
        }
        Self {
            identity: prompt.identity(),
            secrets: (!kinds.is_empty()).then(|| kinds.join(",")),
            pasted,
            characters: i64::try_from(prompt.text.chars().count()).unwrap_or(i64::MAX),
            prompt,
        }
    }
}

/// Milliseconds of the last moment that a calendar can write, in the year 9999.
pub(super) const LATEST: i64 = 253_402_300_799_999;

impl NewPrompt {
    /// What two readings of one prompt have in common, and two prompts do not.
    pub(super) fn identity(&self) -> i64 {
        let mut hash = blake3::Hasher::new();
        for part in
            [self.session.as_deref().unwrap_or(""), &self.project, &self.text, self.pasted.as_deref().unwrap_or("")]
        {
            hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        hash.update(&self.time.to_le_bytes());
        first_eight(&hash.finalize())
    }
}

/// As much of a hash as a column holds.
pub(super) fn first_eight(hash: &blake3::Hash) -> i64 {
    i64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

/// Whether a text is a slash command: `/name`, and neither a path nor a comment.
pub(super) fn is_command(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or("");
    let Some(name) = word.strip_prefix('/') else { return false };
    text.starts_with('/')
        && name.starts_with(|c: char| c.is_alphabetic())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
}

/// The texts in what was pasted.
pub(super) fn pasted_texts(pasted: &Value) -> Vec<&str> {
    let entries: Box<dyn Iterator<Item = &Value>> = match pasted {
        Value::Object(entries) => Box::new(entries.values()),
        Value::Array(entries) => Box::new(entries.iter()),
        _ => return Vec::new(),
    };
    entries.filter_map(|entry| entry.as_str().or_else(|| entry.get("content")?.as_str())).collect()
}

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

/// What of pasted contents is found by its words.
pub(super) fn pasted_words(json: &str) -> String {
    serde_json::from_str(json).map(|value: Value| pasted_texts(&value).join("\n")).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_no_command() {
        for text in ["/clear", "/compact keep the plan", "/plugin:deploy now", "/review\nthis", "/mcp__x"] {
            assert!(is_command(text), "{text}");
        }
        for text in ["/home/ann/x is gone", "/", "/ x", "// a comment", " /clear", "a /clear", "/*", "", "/1"] {
            assert!(!is_command(text), "{text}");
        }
    }

    #[test]
    fn what_differs_in_any_part_is_another_prompt() {
        let one = NewPrompt {
            time: 5,
            project: "/a".into(),
            session: Some("s".into()),
            source: Source::History,
            text: "x".into(),
            pasted: None,
        };
        let others = [
            NewPrompt { time: 6, ..one.clone() },
            NewPrompt { project: "/as".into(), session: None, ..one.clone() },
            NewPrompt { session: Some("sx".into()), text: String::new(), ..one.clone() },
            NewPrompt { pasted: Some("{}".into()), ..one.clone() },
        ];
        for other in others {
            assert_ne!(one.identity(), other.identity(), "{other:?}");
        }
        assert_eq!(one.identity(), NewPrompt { source: Source::Transcript, ..one.clone() }.identity());
    }
}
