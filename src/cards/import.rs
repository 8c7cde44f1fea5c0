//! Many cards at once: none or all, or those that are good.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::card::{Card, NewCard};
use super::collection::Collection;
use super::store::{Record, Writer, question_key};
use crate::error::{Error, Result};

/// What becomes of a card whose project has one with the same question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// It is left out, and reported.
    #[default]
    Skip,
    /// Its answer, notes and tags are added to the card that is there, where they are new to it.
    Merge,
    /// It is added all the same.
    Add,
    /// Nothing at all is imported.
    Refuse,
}

/// How to import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// What becomes of duplicates, among the new cards too.
    pub on_duplicate: OnDuplicate,
    /// Whether the good cards are imported where others are bad; otherwise none is.
    pub partial: bool,
    /// Whether nothing is written, and only said what would be.
    pub dry_run: bool,
}

/// A card that is not good, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadCard {
    /// Which one, from 0.
    pub index: usize,
    /// The line of the file, where that is known.
    pub line: Option<usize>,
    /// What is wrong with it, and what would be right.
    pub reason: String,
}

/// A card whose question is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// Which one, from 0.
    pub index: usize,
    /// Its question.
    pub question: String,
    /// The id of the card that has it.
    pub id: String,
    /// Whether the two were merged and that changed the card.
    pub merged: bool,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Imported {
    /// The cards that are new.
    pub added: Vec<Card>,
    /// How many cards that the collection has were changed.
    pub updated: usize,
    /// How many were as they are.
    pub unchanged: usize,
    /// How many were deleted, here because another machine did so.
    pub deleted: usize,
    /// How many answers are new.
    pub reviews: usize,
    /// Those whose question was known.
    pub duplicates: Vec<Duplicate>,
    /// Those that were not good.
    pub bad: Vec<BadCard>,
    /// What could not be taken over, such as pictures.
    pub warnings: Vec<String>,
}

/// The id of the card of the same project that has this question.
pub(super) fn known(db: &Connection, card: &Record) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT c.id FROM card c JOIN card_project p ON p.id = c.project \
               WHERE c.question = ?1 AND p.name = ?2 AND c.deleted = 0";
    db.prepare_cached(sql)?.query_row(params![question_key(&card.question), card.project], |row| row.get(0)).optional()
}

impl Collection {
    /// Makes a card.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not good, [`Error::Conflict`] where its project has one with the same question.
    pub fn create(&self, card: NewCard) -> Result<Card> {
        let record = Record::new(card, self.clock.now())?;
        self.transact(|tx| {
            if let Some(id) = known(tx, &record)? {
                let message = format!(
                    "{} has a card with this question: {}",
                    if record.project.is_empty() { "the collection" } else { &record.project },
                    id.get(..8).unwrap_or(&id)
                );
                return Err(Error::Conflict(message).into());
            }
            let number = Writer::new(tx).insert(&record)?;
            Ok(self.card(tx, number)?)
        })
    }

    /// Makes many cards; each comes as it was read, or with what is wrong with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the first bad cards, where there are any and they were not asked to be left out;
    /// [`Error::Conflict`] for duplicates that were to be refused. Nothing is written then.
    pub fn import(&self, _cards: Vec<Result<NewCard, BadCard>>, _options: ImportOptions) -> Result<Imported> {
        Err(Error::Invalid("not built yet".into()))
    }
}
