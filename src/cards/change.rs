//! Cards that change: edited, accepted, suspended, deleted, started anew.

use rusqlite::{Transaction, params};
use serde::Serialize;

use super::card::{Card, Change, State};
use super::collection::{Collection, resolve};
use super::replay::Replayer;
use super::store::{Entry, Record, Writer, by_number, hash, tidy};
use crate::db::Stop;
use crate::error::{Error, Result};

/// What the texts of a card were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Past {
    /// When they were written, in milliseconds since 1970.
    pub edited: i64,
    /// What was asked.
    pub question: String,
    /// What was to be known.
    pub answer: String,
    /// What else there was to say.
    pub notes: String,
}

impl Collection {
    /// Changes a card. The other direction of a word changes with it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for an empty question or answer and for what is no tag.
    pub fn update(&self, id: &str, change: &Change) -> Result<Card> {
        self.transact(|tx| {
            let number = resolve(tx, id, false)?;
            let before = by_number(tx, number)?;
            let after = self.changed(&before, change)?;
            let mut writer = Writer::new(tx);
            if let Some((mirror, was)) = mirror_of(tx, number, &before)? {
                let card = mirrored(&before, &after, &was);
                if card != was {
                    writer.write(mirror, &was, &card)?;
                    Replayer::new(self, tx)?.refresh(tx, mirror)?;
                }
            }
            if texts(&before) != texts(&after) {
                writer.write(number, &before, &after)?;
            }
            writer.set(number, &after)?;
            Replayer::new(self, tx)?.refresh(tx, number)?;
            Ok(self.card(tx, number)?)
        })
    }

    /// A card as a change makes it; it is checked.
    fn changed(&self, before: &Record, change: &Change) -> Result<Record> {
        let now = self.clock.now();
        let mut card = before.clone();
        if let Some(question) = &change.question {
            card.question = tidy(question);
        }
        if let Some(answer) = &change.answer {
            card.answer = tidy(answer);
        }
        if let Some(notes) = &change.notes {
            card.notes = tidy(notes);
        }
        if let Some(tags) = &change.tags {
            card.tags = checked_tags(tags)?;
        }
        if let Some(project) = &change.project {
            project.trim().clone_into(&mut card.project);
        }
        if let Some(source) = &change.source {
            card.source.clone_from(source);
        }
        check_texts(&card.question, &card.answer, &card.notes)?;
        check_project(&card.project)?;
        if texts(&card) != texts(before) {
            // A clock that is behind never makes an edit older than what it edits.
            card.edited = now.max(before.edited + 1);
        }
        if let Some(algorithm) = &change.algorithm {
            card.algorithm.clone_from(algorithm);
        }
        if let Some(state) = change.state {
            card.state = state;
        }
        if change.state.is_some() || card.algorithm != before.algorithm {
            card.changed = now.max(before.changed + 1);
        }
        Ok(card)
    }

    /// What the texts of a card were before they were written anew, here or on another machine, the latest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn past(&self, id: &str) -> Result<Vec<Past>> {
        let db = self.connection();
        (|| {
            let number = resolve(&db, id, false)?;
            let sql = "SELECT edited, question, answer, notes FROM card_past WHERE card = ?1 ORDER BY edited DESC, rowid DESC";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([number], |row| {
                Ok(Past { edited: row.get(0)?, question: row.get(1)?, answer: row.get(2)?, notes: row.get(3)? })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })()
        .map_err(|stop: Stop| stop.at(&self.path))
    }

    /// Accepts drafts: they are learnt from now on. What is no draft stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is accepted then.
    pub fn accept(&self, ids: &[String]) -> Result<Vec<Card>> {
        self.set_each(ids, false, |card| {
            if card.state == State::Draft {
                card.state = State::Active;
            }
        })
    }

    /// Puts cards into a state; `Active` gives a leech a new start.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is changed then.
    pub fn set_state(&self, ids: &[String], state: State) -> Result<Vec<Card>> {
        self.transact(|tx| {
            let mut replayer = Replayer::new(self, tx)?;
            let mut cards = Vec::with_capacity(ids.len());
            for id in ids {
                let number = resolve(tx, id, false)?;
                let before = by_number(tx, number)?;
                let changed = self.clock.now().max(before.changed + 1);
                Writer::new(tx).set(number, &Record { state, changed, ..before })?;
                replayer.refresh(tx, number)?;
                cards.push(self.card(tx, number)?);
            }
            Ok(cards)
        })
    }

    /// Deletes cards and returns them. Their texts and answers are kept until [`Collection::purge`]: [`Collection::restore`] brings
    /// them back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is deleted then.
    pub fn delete(&self, ids: &[String]) -> Result<Vec<Card>> {
        self.set_each(ids, false, |card| card.deleted = true)
    }

    /// Brings deleted cards back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them was not deleted, or was purged; none is brought back then.
    pub fn restore(&self, ids: &[String]) -> Result<Vec<Card>> {
        self.set_each(ids, true, |card| card.deleted = false)
    }

    /// Removes what is left of deleted cards, texts and answers; returns how many there were. That they were deleted stays
    /// known, so that no other machine brings them back.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn purge(&self) -> Result<usize> {
        // What is freed is written over with zeros.
        self.read(|db| db.pragma_update(None, "secure_delete", true))?;
        let purged = self.transact(|tx| {
            let sql = "SELECT c.number FROM card c JOIN card_text t ON t.card = c.number WHERE c.deleted = 1 AND t.question <> ''";
            let numbers: Vec<i64> =
                tx.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            for number in &numbers {
                purge(tx, *number)?;
                Replayer::new(self, tx)?.refresh(tx, *number)?;
            }
            if !numbers.is_empty() {
                // Words of what was deleted stay in the index until its parts are merged.
                tx.execute("INSERT INTO card_words (card_words) VALUES ('optimize')", [])?;
            }
            Ok(numbers.len())
        })?;
        self.read(|db| {
            db.pragma_update(None, "secure_delete", false)?;
            // The log of the database still has the pages as they were.
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })?;
        Ok(purged)
    }

    /// Has cards start anew, as if never answered; the log keeps what was, and [`Collection::undo`] with the id takes it back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them does not exist; none is reset then.
    pub fn reset(&self, ids: &[String]) -> Result<Vec<Card>> {
        self.transact(|tx| {
            let mut replayer = Replayer::new(self, tx)?;
            let mut cards = Vec::with_capacity(ids.len());
            for id in ids {
                let number = resolve(tx, id, false)?;
                let (card, _, standing) = replayer.stand(tx, number)?;
                if standing.interval() > 0 {
                    let entry = self.next_entry(tx, &standing, 0, None, &card.id)?;
                    Writer::new(tx).log(number, &Entry { before: standing.interval(), ..entry })?;
                    replayer.refresh(tx, number)?;
                }
                cards.push(self.card(tx, number)?);
            }
            Ok(cards)
        })
    }

    /// Sets what `set` says in each card, where that is news.
    fn set_each(&self, ids: &[String], deleted: bool, set: impl Fn(&mut Record)) -> Result<Vec<Card>> {
        self.transact(|tx| {
            let mut replayer = Replayer::new(self, tx)?;
            let mut cards = Vec::with_capacity(ids.len());
            for id in ids {
                let number = resolve(tx, id, deleted)?;
                let before = by_number(tx, number)?;
                if deleted && before.question.is_empty() {
                    let message = format!("{id} was purged: nothing is left to bring back");
                    return Err(Error::NotFound(message).into());
                }
                let mut card = before.clone();
                set(&mut card);
                if card != before {
                    card.changed = self.clock.now().max(before.changed + 1);
                    Writer::new(tx).set(number, &card)?;
                    replayer.refresh(tx, number)?;
                }
                cards.push(self.card(tx, number)?);
            }
            Ok(cards)
        })
    }
}

/// What [`Writer::write`] writes.
fn texts(card: &Record) -> impl PartialEq {
    (
        (card.question.clone(), card.answer.clone(), card.notes.clone(), card.tags.clone()),
        (card.project.clone(), card.source.clone(), card.entry.clone()),
    )
}

/// Removes what is left of a deleted card. Where it stands is to be refreshed then.
pub(super) fn purge(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM card_review WHERE card = ?1",
        "DELETE FROM card_undone WHERE card = ?1",
        "DELETE FROM card_past WHERE card = ?1",
        "DELETE FROM card_tag WHERE card = ?1",
        "DELETE FROM card_words WHERE rowid = ?1",
        "UPDATE card_text SET question = '', answer = '', notes = '' WHERE card = ?1",
        "UPDATE card SET source_note = NULL, source_path = NULL, source_line = NULL WHERE number = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([number])?;
    }
    tx.prepare_cached("UPDATE card SET question = ?2 WHERE number = ?1")?.execute(params![number, hash("")]).map(drop)
}

/// A question and an answer that say something, and notes that can be kept.
pub(super) fn check_texts(question: &str, answer: &str, notes: &str) -> Result<()> {
    for (name, text) in [("question", question), ("answer", answer)] {
        if text.trim().is_empty() {
            return Err(Error::Invalid(format!("the {name} is empty: give it some text")));
        }
        if text.contains('\0') {
            return Err(Error::Invalid(format!("the {name} has a NUL in it: leave it out")));
        }
    }
    if notes.contains('\0') {
        return Err(Error::Invalid("the notes have a NUL in them: leave it out".to_owned()));
    }
    Ok(())
}

/// A name on one line: what is written with another one is not read again.
pub(super) fn check_project(name: &str) -> Result<()> {
    if name.contains(char::is_control) {
        return Err(Error::Invalid("the project's name has a line break or a control character in it".to_owned()));
    }
    Ok(())
}

/// Tags, sorted, each once.
///
/// # Errors
/// [`Error::Invalid`] for one that is no tag of org's.
pub(super) fn checked_tags(tags: &[String]) -> Result<Vec<String>> {
    let mut out: Vec<String> = tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
    if let Some(bad) = out.iter().find(|tag| !crate::org::is_tag(tag)) {
        return Err(Error::Invalid(format!("{bad:?} is no tag: use letters, digits, _, @, # and %")));
    }
    out.sort();
    out.dedup();
    Ok(out)
}

/// The other direction of a word: the sibling that asks for what this card tells, and tells what it asks.
fn mirror_of(tx: &Transaction<'_>, number: i64, card: &Record) -> std::result::Result<Option<(i64, Record)>, Stop> {
    let Some(entry) = &card.entry else { return Ok(None) };
    let sql = "SELECT number FROM card WHERE entry = ?1 AND number <> ?2 AND deleted = 0";
    let mut statement = tx.prepare_cached(sql)?;
    let siblings: Vec<i64> =
        statement.query_map(params![entry, number], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for sibling in siblings {
        let other = by_number(tx, sibling)?;
        if other.question == card.answer && other.answer == card.question {
            return Ok(Some((sibling, other)));
        }
    }
    Ok(None)
}

/// The other direction of a word after a change to the one.
fn mirrored(before: &Record, after: &Record, mirror: &Record) -> Record {
    let mut card = mirror.clone();
    card.question.clone_from(&after.answer);
    card.answer.clone_from(&after.question);
    // What both had in common they have in common again.
    if mirror.notes == before.notes {
        card.notes.clone_from(&after.notes);
    }
    if mirror.tags == before.tags {
        card.tags.clone_from(&after.tags);
    }
    if mirror.project == before.project {
        card.project.clone_from(&after.project);
    }
    if mirror.source == before.source {
        card.source.clone_from(&after.source);
    }
    if texts(&card) != texts(mirror) {
        card.edited = after.edited.max(mirror.edited + 1);
    }
    card
}
