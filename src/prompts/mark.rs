//! What a person says of prompts: ratings, notes, tags, and that one is to go.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, params};

use super::library::{Library, find, no_such_prompt};
use super::new_prompt::pasted_words;
use super::prompt::Prompt;
use crate::db::words::pairs;
use crate::db::{self, Stop};
use crate::error::{Error, Result};

/// A prompt before and after it was marked, for an undo.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// As it was.
    pub before: Prompt,
    /// As it is.
    pub after: Prompt,
}

impl Library {
    /// Rates prompts 1 to 5; 0 takes their ratings away.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another rating, [`Error::NotFound`] where one of the prompts does not exist: nothing is rated
    /// then.
    pub fn rate(&self, ids: &[i64], rating: u8) -> Result<Vec<Marked>> {
        if rating > 5 {
            return Err(Error::Invalid(format!("{rating} is no rating: give 1 to 5, or 0 to take the rating away")));
        }
        self.mark(ids, |tx, identity| {
            if rating == 0 {
                let sql = "DELETE FROM prompt_rating WHERE identity = ?1";
                tx.prepare_cached(sql)?.execute([identity]).map(drop)
            } else {
                let sql = "INSERT OR REPLACE INTO prompt_rating (identity, rating) VALUES (?1, ?2)";
                tx.prepare_cached(sql)?.execute([identity, i64::from(rating)]).map(drop)
            }
        })
    }

    /// Gives a prompt a note; an empty one takes it away.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn note(&self, id: i64, text: &str) -> Result<Marked> {
        let text = text.trim_end();
        let marked = self.mark(&[id], |tx, identity| {
            if text.trim().is_empty() {
                let sql = "DELETE FROM prompt_note WHERE identity = ?1";
                tx.prepare_cached(sql)?.execute([identity]).map(drop)
            } else {
                let sql = "INSERT OR REPLACE INTO prompt_note (identity, text) VALUES (?1, ?2)";
                tx.prepare_cached(sql)?.execute(params![identity, text]).map(drop)
            }
        })?;
        Ok(marked.into_iter().next().expect("one was asked for"))
    }

    /// Adds tags to prompts and removes others.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no tag of org's (letters, digits, `_@#%`), [`Error::NotFound`]; nothing is tagged then.
    pub fn tag(&self, ids: &[i64], add: &BTreeSet<String>, remove: &BTreeSet<String>) -> Result<Vec<Marked>> {
        if let Some(bad) = add.iter().find(|tag| !crate::org::is_tag(tag)) {
            return Err(Error::Invalid(format!("{bad:?} is no tag: use letters, digits, _, @, # and %")));
        }
        self.mark(ids, |tx, identity| {
            for tag in remove {
                let sql = "DELETE FROM prompt_tag WHERE identity = ?1 AND tag = ?2";
                tx.prepare_cached(sql)?.execute(params![identity, tag])?;
            }
            for tag in add {
                let sql = "INSERT OR IGNORE INTO prompt_tag (identity, tag) VALUES (?1, ?2)";
                tx.prepare_cached(sql)?.execute(params![identity, tag])?;
            }
            Ok(())
        })
    }

    /// Does `work` to the identity of each prompt, or to none.
    fn mark(&self, ids: &[i64], work: impl Fn(&Transaction<'_>, i64) -> rusqlite::Result<()>) -> Result<Vec<Marked>> {
        self.transact(|tx| {
            let mut marked = Vec::with_capacity(ids.len());
            for &id in ids {
                let (before, identity) = find(tx, id)?.ok_or_else(|| no_such_prompt(id))?;
                work(tx, identity)?;
                let (after, _) = find(tx, id)?.ok_or_else(|| no_such_prompt(id))?;
                marked.push(Marked { before, after });
            }
            Ok(marked)
        })
    }

    /// Deletes prompts, with their text and words: a later sync does not bring them back, but
    /// [`SyncOptions::restore`](super::SyncOptions::restore) does. What the person wrote about them is kept for that.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one does not exist: nothing is deleted then.
    pub fn delete(&self, ids: &[i64]) -> Result<Vec<Prompt>> {
        let ids: BTreeSet<i64> = ids.iter().copied().collect();
        {
            // What is deleted may be a key: no page of the file keeps it.
            let db = self.connection();
            db.pragma_update(None, "secure_delete", true).map_err(Error::database(&self.path))?;
        }
        let deleted = self.transact(|tx| {
            let mut deleted = Vec::with_capacity(ids.len());
            for &id in &ids {
                let (prompt, identity) = find(tx, id)?.ok_or_else(|| no_such_prompt(id))?;
                remove(tx, &prompt, identity)?;
                deleted.push(prompt);
            }
            Ok(deleted)
        })?;
        // Nor does the log: where a reader needs what is in it, that is for the next time.
        let _ = self.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(deleted)
    }

    pub(super) fn transact<T>(&self, work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Stop>) -> Result<T> {
        db::transact(&mut self.connection(), &self.path, work)
    }
}

fn remove(tx: &Transaction<'_>, prompt: &Prompt, identity: i64) -> rusqlite::Result<()> {
    let place: i64 = tx.query_row("SELECT place FROM prompt WHERE identity = ?1", [identity], |row| row.get(0))?;
    let masked = "SELECT text, pasted FROM prompt_masked WHERE identity = ?1";
    let masked: Option<(String, String)> =
        tx.query_row(masked, [identity], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (text, pasted) = match masked {
        Some(masked) => masked,
        None => {
            let sql = "SELECT contents FROM prompt_pasted WHERE identity = ?1";
            let pasted: Option<String> = tx.query_row(sql, [identity], |row| row.get(0)).optional()?;
            (prompt.text.clone(), pasted.map(|json| pasted_words(&json)).unwrap_or_default())
        }
    };
    // The index has no copy of the text: it is told what to forget, which has to be what it was told to keep. Whoever changes
    // what becomes of a text on the way there has to make the index anew.
    tx.execute(
        "INSERT INTO prompt_words (prompt_words, rowid, text, pasted, cjk) VALUES ('delete', ?1, ?2, ?3, ?4)",
        params![place, text, pasted, pairs(&[&text, &pasted])],
    )?;
    for table in ["prompt", "prompt_pasted", "prompt_masked", "prompt_turn"] {
        tx.execute(&format!("DELETE FROM {table} WHERE identity = ?1"), [identity])?;
    }
    tx.execute("INSERT OR REPLACE INTO prompt_deleted (identity, id) VALUES (?1, ?2)", [identity, prompt.id]).map(drop)
}
