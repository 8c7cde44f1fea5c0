//! Cards on their way into the database and out of it.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use unicode_normalization::UnicodeNormalization;

use super::card::{NewCard, Source, State};
use super::change::{check_project, check_texts, checked_tags};
use super::scheduler::Algorithm;
use crate::db::Stop;
use crate::db::words::pairs;
use crate::error::Result;

/// A card as it is stored: what a person or an assistant wrote, without where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) notes: String,
    /// In alphabetical order.
    pub(super) tags: Vec<String>,
    pub(super) project: String,
    pub(super) source: Option<Source>,
    pub(super) entry: Option<String>,
    pub(super) created: i64,
    /// When one of those above was last written.
    pub(super) edited: i64,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) state: State,
    pub(super) deleted: bool,
    /// When one of the three above was last set.
    pub(super) changed: i64,
}

impl Record {
    /// A new card, checked; `now` is in milliseconds since 1970.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for an empty question or answer and for what is no tag.
    pub(super) fn new(card: NewCard, now: i64) -> Result<Self> {
        check_texts(&card.question, &card.answer, &card.notes)?;
        check_project(&card.project)?;
        Ok(Self {
            id: card.id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            question: tidy(&card.question),
            answer: tidy(&card.answer),
            notes: tidy(&card.notes),
            tags: checked_tags(&card.tags)?,
            project: card.project.trim().to_owned(),
            source: card.source,
            entry: card.entry,
            created: now,
            edited: now,
            algorithm: card.algorithm,
            state: card.state,
            deleted: false,
            changed: now,
        })
    }
}

/// A text without blanks at its end, and with lines that end as lines end here, also where it was saved on Windows.
pub(super) fn tidy(text: &str) -> String {
    let text = text.trim_end();
    if !text.contains("\r\n") {
        return text.to_owned();
    }
    text.split('\n').map(|line| line.trim_end_matches('\r')).collect::<Vec<_>>().join("\n")
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match text {
            "draft" => Self::Draft,
            "suspended" => Self::Suspended,
            _ => Self::Active,
        }
    }
}

/// A number that stands for a text.
pub(super) fn hash(text: &str) -> i64 {
    let bytes = blake3::hash(text.as_bytes());
    i64::from_le_bytes(bytes.as_bytes()[..8].try_into().unwrap_or_default())
}

/// What a question is known by: how it is spelt, without what blanks there are.
pub(super) fn question_key(question: &str) -> i64 {
    hash(&question.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>())
}

/// What is read of a card; see [`record`].
pub(super) const COLUMNS: &str = "c.id, t.question, t.answer, t.notes, \
    (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM card_tag x WHERE x.card = c.number ORDER BY tag)), \
    (SELECT name FROM card_project x WHERE x.id = c.project), \
    c.source_note, c.source_path, c.source_line, c.entry, c.created, c.edited, c.algorithm, c.state, c.deleted, c.changed, \
    c.number";

/// How many columns those are.
pub(super) const WIDTH: usize = 17;

/// Where [`COLUMNS`] come from.
pub(super) const TABLES: &str = "card c JOIN card_text t ON t.card = c.number";

/// A row of [`COLUMNS`]: the card's number, and the card.
pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<(i64, Record)> {
    let tags = row.get_ref(4)?.as_str_or_null()?.unwrap_or("");
    let note: Option<String> = row.get(6)?;
    let path: Option<String> = row.get(7)?;
    let source = match (note, path) {
        (Some(note), _) => Some(Source::Note(note)),
        (None, Some(path)) => Some(Source::File { path, line: row.get(8)? }),
        (None, None) => None,
    };
    let record = Record {
        id: row.get(0)?,
        question: row.get(1)?,
        answer: row.get(2)?,
        notes: row.get(3)?,
        tags: tags.split(' ').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        project: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        source,
        entry: row.get(9)?,
        created: row.get(10)?,
        edited: row.get(11)?,
        algorithm: row.get_ref(12)?.as_str_or_null()?.and_then(|text| text.parse().ok()),
        state: State::read(row.get_ref(13)?.as_str()?),
        deleted: row.get(14)?,
        changed: row.get(15)?,
    };
    Ok((row.get(16)?, record))
}

/// The card of this id, deleted or not.
pub(super) fn find(db: &Connection, id: &str) -> rusqlite::Result<Option<(i64, Record)>> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ?1");
    db.prepare_cached(&sql)?.query_row([id], record).optional()
}

/// The card of this number.
pub(super) fn by_number(db: &Connection, number: i64) -> rusqlite::Result<Record> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE c.number = ?1");
    db.prepare_cached(&sql)?.query_row([number], |row| Ok(record(row)?.1))
}

/// An entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) time: i64,
    pub(super) day: i32,
    /// 0: the card starts anew from here.
    pub(super) confidence: u8,
    pub(super) duration: Option<u32>,
    pub(super) before: u32,
    pub(super) after: u32,
}

/// The log of a card, the oldest entry first, without what was taken back.
pub(super) fn entries(db: &Connection, number: i64) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT time, day, confidence, duration, before, after FROM card_review r WHERE card = ?1 \
               AND NOT EXISTS (SELECT 1 FROM card_undone u WHERE u.card = r.card AND u.time = r.time) ORDER BY time";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([number], |row| {
        Ok(Entry {
            time: row.get(0)?,
            day: row.get(1)?,
            confidence: row.get(2)?,
            duration: row.get(3)?,
            before: row.get(4)?,
            after: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// What was taken back: few enough to be kept at hand, where a look into the table for each answer would take as long as all else.
pub(super) fn undone(db: &Connection) -> rusqlite::Result<HashSet<(i64, i64)>> {
    let mut statement = db.prepare_cached("SELECT card, time FROM card_undone")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Does what adds much to the log, with room in memory for the pages that are written, and while the log has no index by day: that is
/// made anew then, in its order, where entry by entry would touch a page of it for each.
pub(super) fn in_bulk(tx: &Transaction<'_>, work: impl FnOnce() -> Result<(), Stop>) -> Result<(), Stop> {
    let usual: i64 = tx.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    tx.pragma_update(None, "cache_size", -BULK)?;
    let worked = (|| {
        let sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = 'card_review_by_day'";
        let sql: String = tx.query_row(sql, [], |row| row.get(0))?;
        tx.execute_batch("DROP INDEX card_review_by_day")?;
        work()?;
        Ok(tx.execute_batch(&sql)?)
    })();
    tx.pragma_update(None, "cache_size", usual)?;
    worked
}

/// The room in memory for that, in KiB.
const BULK: i64 = 64 * 1024;

/// Writes cards within one transaction. Where a card stands is not its business: see [`Replayer`](super::replay::Replayer).
pub(super) struct Writer<'t> {
    tx: &'t Transaction<'t>,
    projects: HashMap<String, i64>,
}

impl<'t> Writer<'t> {
    pub(super) fn new(tx: &'t Transaction<'t>) -> Self {
        Self { tx, projects: HashMap::new() }
    }

    /// The number of a project; it gets one where it has none.
    pub(super) fn project(&mut self, name: &str) -> rusqlite::Result<i64> {
        if let Some(&number) = self.projects.get(name) {
            return Ok(number);
        }
        let insert = "INSERT INTO card_project (name, changed) VALUES (?1, 0) ON CONFLICT (name) DO NOTHING";
        self.tx.prepare_cached(insert)?.execute([name])?;
        let sql = "SELECT id FROM card_project WHERE name = ?1";
        let number = self.tx.prepare_cached(sql)?.query_row([name], |row| row.get(0))?;
        self.projects.insert(name.to_owned(), number);
        Ok(number)
    }

    /// Adds a card whose id is new, and returns its number. It has not been answered.
    pub(super) fn insert(&mut self, card: &Record) -> rusqlite::Result<i64> {
        let project = self.project(&card.project)?;
        let (note, path, line) = columns(card.source.as_ref());
        let sql = "INSERT INTO card (id, project, state, deleted, algorithm, changed, edited, created, question, entry, \
                   source_note, source_path, source_line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        self.tx.prepare_cached(sql)?.execute(params![
            card.id,
            project,
            card.state.as_str(),
            card.deleted,
            card.algorithm.as_ref().map(Algorithm::to_string),
            card.changed,
            card.edited,
            card.created,
            question_key(&card.question),
            card.entry,
            note,
            path,
            line
        ])?;
        let number = self.tx.last_insert_rowid();
        let sql = "INSERT INTO card_text (card, question, answer, notes) VALUES (?1, ?2, ?3, ?4)";
        self.tx.prepare_cached(sql)?.execute(params![number, card.question, card.answer, card.notes])?;
        self.tags(number, &card.tags)?;
        self.words(number, card)?;
        let sql = "INSERT INTO card_schedule (card, active, leech, project, entry, due, interval, answers, repetitions, lapses, \
                   last, last_time, confidence, strength, difficulty) VALUES (?1, ?2, 0, ?3, ?4, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0)";
        let active = card.state == State::Active && !card.deleted;
        self.tx.prepare_cached(sql)?.execute(params![number, active, project, card.entry.as_deref().map(hash)])?;
        Ok(number)
    }

    /// Writes the texts of a card anew, with its tags, project, source, entry and when that was. What the texts were is kept.
    pub(super) fn write(&mut self, number: i64, before: &Record, card: &Record) -> rusqlite::Result<()> {
        if (&before.question, &before.answer, &before.notes) != (&card.question, &card.answer, &card.notes) {
            self.keep(number, before)?;
            let sql = "UPDATE card_text SET question = ?2, answer = ?3, notes = ?4 WHERE card = ?1";
            self.tx.prepare_cached(sql)?.execute(params![number, card.question, card.answer, card.notes])?;
            self.tx.prepare_cached("DELETE FROM card_words WHERE rowid = ?1")?.execute([number])?;
            self.words(number, card)?;
        }
        if before.tags != card.tags {
            self.tx.prepare_cached("DELETE FROM card_tag WHERE card = ?1")?.execute([number])?;
            self.tags(number, &card.tags)?;
        }
        let project = self.project(&card.project)?;
        let (note, path, line) = columns(card.source.as_ref());
        let sql = "UPDATE card SET project = ?2, edited = ?3, question = ?4, entry = ?5, source_note = ?6, source_path = ?7, \
                   source_line = ?8 WHERE number = ?1";
        self.tx.prepare_cached(sql)?.execute(params![
            number,
            project,
            card.edited,
            question_key(&card.question),
            card.entry,
            note,
            path,
            line
        ])?;
        let sql = "UPDATE card_schedule SET project = ?2, entry = ?3 WHERE card = ?1";
        self.tx.prepare_cached(sql)?.execute(params![number, project, card.entry.as_deref().map(hash)])?;
        Ok(())
    }

    /// Keeps texts that are or would be written over.
    pub(super) fn keep(&self, number: i64, texts: &Record) -> rusqlite::Result<()> {
        let sql = "INSERT INTO card_past (card, edited, question, answer, notes) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.tx
            .prepare_cached(sql)?
            .execute(params![number, texts.edited, texts.question, texts.answer, texts.notes])
            .map(drop)
    }

    /// Sets state, algorithm, whether it is deleted, and when that was. The card is to be replayed then.
    pub(super) fn set(&self, number: i64, card: &Record) -> rusqlite::Result<()> {
        let sql = "UPDATE card SET state = ?2, deleted = ?3, algorithm = ?4, changed = ?5 WHERE number = ?1";
        let algorithm = card.algorithm.as_ref().map(Algorithm::to_string);
        self.tx
            .prepare_cached(sql)?
            .execute(params![number, card.state.as_str(), card.deleted, algorithm, card.changed])
            .map(drop)
    }

    /// Adds to the log; `false` where it has an entry of that card and time. The card is to be replayed then.
    pub(super) fn log(&self, number: i64, entry: &Entry) -> rusqlite::Result<bool> {
        let sql = "INSERT INTO card_review (card, time, day, confidence, duration, before, after) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (card, time) DO NOTHING";
        let added = self.tx.prepare_cached(sql)?.execute(params![
            number,
            entry.time,
            entry.day,
            entry.confidence,
            entry.duration,
            entry.before,
            entry.after
        ])?;
        Ok(added > 0)
    }

    /// Takes an entry of the log back, whether it has come yet or not; `false` where it was. The card is to be replayed then.
    pub(super) fn undo(&self, number: i64, time: i64) -> rusqlite::Result<bool> {
        let sql = "INSERT INTO card_undone (card, time) VALUES (?1, ?2) ON CONFLICT (card, time) DO NOTHING";
        Ok(self.tx.prepare_cached(sql)?.execute([number, time])? > 0)
    }

    fn tags(&self, number: i64, tags: &[String]) -> rusqlite::Result<()> {
        for tag in tags {
            let sql = "INSERT OR IGNORE INTO card_tag (card, tag) VALUES (?1, ?2)";
            self.tx.prepare_cached(sql)?.execute(params![number, tag])?;
        }
        Ok(())
    }

    fn words(&self, number: i64, card: &Record) -> rusqlite::Result<()> {
        let cjk = pairs(&[&card.question, &card.answer, &card.notes]);
        let sql = "INSERT INTO card_words (rowid, question, answer, notes, cjk) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.tx.prepare_cached(sql)?.execute(params![number, card.question, card.answer, card.notes, cjk]).map(drop)
    }
}

/// A source as its three columns.
fn columns(source: Option<&Source>) -> (Option<&str>, Option<&str>, Option<u32>) {
    match source {
        None => (None, None, None),
        Some(Source::Note(id)) => (Some(id), None, None),
        Some(Source::File { path, line }) => (None, Some(path), *line),
    }
}
