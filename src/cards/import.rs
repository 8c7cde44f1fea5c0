//! Many cards at once: none or all, or those that are good.

use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};
use serde::Serialize;

use super::card::{Card, NewCard};
use super::collection::Collection;
use super::list::Filter;
use super::store::{Record, Writer, by_number, find, question_key};
use crate::db::Stop;
use crate::error::{Error, Result};
use crate::org::is_tag;

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
    /// How many cards that the collection has were changed, without those of `duplicates`.
    pub updated: usize,
    /// How many were as they are, without those of `duplicates`.
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

/// How many bad cards or duplicates an error names.
pub(super) const NAMED: usize = 5;

/// The id of the card of the same project that has this question.
pub(super) fn known(db: &Connection, card: &Record) -> rusqlite::Result<Option<String>> {
    // CROSS JOIN: by the question first. SQLite would rather read all cards of the project.
    let sql = "SELECT c.id FROM card c CROSS JOIN card_project p ON p.id = c.project \
               WHERE c.question = ?1 AND p.name = ?2 AND c.deleted = 0 ORDER BY c.number";
    db.prepare_cached(sql)?.query_row(params![question_key(&card.question), card.project], |row| row.get(0)).optional()
}

/// A tag as Org can have it: each character that no tag has becomes `_`, and a `#` in front goes. `async-await` is
/// `async_await`; `None` where nothing is left.
pub(super) fn safe_tag(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('#');
    let mut buffer = [0; 4];
    let tag: String = text.chars().map(|c| if is_tag(c.encode_utf8(&mut buffer)) { c } else { '_' }).collect();
    (tag.chars().any(|c| c != '_')).then_some(tag)
}

/// One of many cards, on its way in.
pub(super) struct Incoming {
    /// Which one, from 0.
    pub(super) index: usize,
    /// The line of the file, where that is known.
    pub(super) line: Option<usize>,
    /// The card, or what is wrong with it.
    pub(super) card: Result<NewCard, String>,
}

impl Incoming {
    /// As it is stored; tags that had to be changed are added to `renamed`.
    fn record(self, now: i64, renamed: &mut Vec<(String, String)>) -> Result<Record, BadCard> {
        let bad = |reason| BadCard { index: self.index, line: self.line, reason };
        let card = self.card.map_err(bad)?;
        checked(card, now, renamed).map_err(|error| bad(error.to_string()))
    }
}

/// A card with tags as Org can have them, checked.
fn checked(mut card: NewCard, now: i64, renamed: &mut Vec<(String, String)>) -> Result<Record> {
    let mut tags = Vec::with_capacity(card.tags.len());
    for tag in card.tags.iter().filter(|tag| !tag.trim().is_empty()) {
        let safe = safe_tag(tag)
            .ok_or_else(|| Error::Invalid(format!("{tag:?} is no tag: use letters, digits, _, @, # and %")))?;
        if safe != tag.trim() {
            renamed.push((tag.trim().to_owned(), safe.clone()));
        }
        tags.push(safe);
    }
    card.tags = tags;
    Record::new(card, now)
}

/// The place of a card for people: `card 3 (line 7)`.
fn place(index: usize, line: Option<usize>) -> String {
    line.map_or_else(|| format!("card {index}"), |line| format!("card {index} (line {line})"))
}

/// The error for bad cards.
pub(super) fn refused(bad: &[BadCard]) -> Error {
    let named: Vec<String> =
        bad.iter().take(NAMED).map(|bad| format!("{}: {}", place(bad.index, bad.line), bad.reason)).collect();
    let more = if bad.len() > NAMED { format!("; and {} more", bad.len() - NAMED) } else { String::new() };
    let remedy = "nothing was imported: mend them, or import the good ones alone with --partial";
    Error::Invalid(format!("{}{more} ({remedy}; cards are counted from 0)", named.join("; ")))
}

/// The error for duplicates that are not to be.
pub(super) fn refused_duplicates(duplicates: &[Duplicate]) -> Error {
    let named: Vec<String> = duplicates
        .iter()
        .take(NAMED)
        .map(|duplicate| format!("{} has the question of {}", place(duplicate.index, None), short(&duplicate.id)))
        .collect();
    let more =
        if duplicates.len() > NAMED { format!("; and {} more", duplicates.len() - NAMED) } else { String::new() };
    Error::Conflict(format!("{}{more} (nothing was imported; cards are counted from 0)", named.join("; ")))
}

/// An id as people see it.
pub(super) fn short(id: &str) -> &str {
    id.char_indices().nth(8).map_or(id, |(end, _)| &id[..end])
}

/// A warning for tags that had to be changed.
pub(super) fn renamed_tags(mut renamed: Vec<(String, String)>) -> Option<String> {
    renamed.sort();
    renamed.dedup();
    let count = renamed.len();
    let named: Vec<String> = renamed.into_iter().take(NAMED).map(|(from, to)| format!("{from} is {to}")).collect();
    let more = if count > NAMED { format!(", and {} more", count - NAMED) } else { String::new() };
    (count > 0).then(|| format!("tags were spelt so that Org can have them: {}{more}", named.join(", ")))
}

/// The card with what another one of the same question has more; `None` where that is nothing.
pub(super) fn merged(card: &Record, other: &Record, now: i64) -> Option<Record> {
    let mut result = card.clone();
    let joined = |text: &str, more: &str| {
        if more.trim().is_empty() || text.contains(more.trim()) {
            text.to_owned()
        } else if text.trim().is_empty() {
            more.to_owned()
        } else {
            format!("{text}\n\n{more}")
        }
    };
    result.answer = joined(&card.answer, &other.answer);
    result.notes = joined(&card.notes, &other.notes);
    result.tags.extend(other.tags.iter().cloned());
    result.tags.sort();
    result.tags.dedup();
    (result != *card).then(|| Record { edited: now.max(card.edited + 1), ..result })
}

impl Collection {
    /// Makes a card. A tag that Org cannot have is spelt as Org can: `async-await` becomes `async_await`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not good, [`Error::Conflict`] where its project has one with the same question.
    pub fn create(&self, card: NewCard) -> Result<Card> {
        let record = checked(card, self.clock.now(), &mut Vec::new())?;
        self.transact(|tx| {
            if let Some(id) = known(tx, &record)? {
                let message = format!(
                    "{} has a card with this question: {}",
                    if record.project.is_empty() { "the collection" } else { &record.project },
                    short(&id)
                );
                return Err(Error::Conflict(message).into());
            }
            if find(tx, &record.id)?.is_some() {
                return Err(Error::Conflict(format!("there is a card {} already", record.id)).into());
            }
            let number = Writer::new(tx).insert(&record)?;
            Ok(self.card(tx, number)?)
        })
    }

    /// The card that [`Collection::import`] would take this one for a duplicate of, among those that `filter` has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn duplicate_of(&self, card: &NewCard, filter: &Filter) -> Result<Option<String>> {
        let (mut sql, mut values) = filter.conditions(self);
        sql.push("c.question = ? AND c.project = (SELECT id FROM card_project WHERE name = ?)".to_owned());
        values.extend([question_key(&card.question).into(), card.project.trim().to_owned().into()]);
        let sql = format!("SELECT c.id FROM card c WHERE {} ORDER BY c.number", sql.join(" AND "));
        self.read(|db| db.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0)).optional())
    }

    /// Makes many cards; each comes as it was read, or with what is wrong with it. A tag that Org cannot have is spelt as Org
    /// can, and a warning says so.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the first bad cards, where there are any and they were not asked to be left out;
    /// [`Error::Conflict`] for duplicates that were to be refused. Nothing is written then.
    pub fn import(&self, cards: Vec<Result<NewCard, BadCard>>, options: ImportOptions) -> Result<Imported> {
        let incoming = cards.into_iter().enumerate().map(|(at, card)| match card {
            Ok(card) => Incoming { index: at, line: None, card: Ok(card) },
            Err(bad) => Incoming { index: bad.index, line: bad.line, card: Err(bad.reason) },
        });
        self.import_all(incoming.collect(), options)
    }

    /// [`Collection::import`] of cards that know where they stood.
    pub(super) fn import_all(&self, cards: Vec<Incoming>, options: ImportOptions) -> Result<Imported> {
        let now = self.clock.now();
        let mut imported = Imported::default();
        let mut renamed = Vec::new();
        let mut good = Vec::with_capacity(cards.len());
        for card in cards {
            let index = card.index;
            match card.record(now, &mut renamed) {
                Ok(record) => good.push((index, record)),
                Err(bad) => imported.bad.push(bad),
            }
        }
        if !imported.bad.is_empty() && !options.partial {
            return Err(refused(&imported.bad));
        }
        imported.warnings.extend(renamed_tags(renamed));
        self.transact(|tx| {
            perhaps(tx, options.dry_run, || {
                let mut writer = Writer::new(tx);
                let mut numbers = Vec::with_capacity(good.len());
                for (index, record) in good {
                    numbers.extend(self.import_one(tx, &mut writer, index, record, options, &mut imported)?);
                }
                if options.on_duplicate == OnDuplicate::Refuse && !imported.duplicates.is_empty() {
                    return Err(refused_duplicates(&imported.duplicates).into());
                }
                for number in numbers {
                    imported.added.push(self.card(tx, number)?);
                }
                Ok(())
            })?;
            Ok(imported)
        })
    }

    /// Adds a card, or does with a duplicate what is to be done; returns the number of what was added.
    fn import_one(
        &self,
        tx: &Transaction<'_>,
        writer: &mut Writer<'_>,
        index: usize,
        mut record: Record,
        options: ImportOptions,
        imported: &mut Imported,
    ) -> Result<Option<i64>, Stop> {
        // A card that was deleted here leaves its id to nobody.
        let same = find(tx, &record.id)?;
        let id = match &same {
            Some((_, same)) if !same.deleted => Some(same.id.clone()),
            _ => known(tx, &record)?,
        };
        if same.is_some() {
            record.id = uuid::Uuid::new_v4().to_string();
        }
        let Some(id) = id.filter(|_| options.on_duplicate != OnDuplicate::Add) else {
            return Ok(Some(writer.insert(&record)?));
        };
        let merged =
            options.on_duplicate == OnDuplicate::Merge && merge_into(tx, writer, &id, &record, self.clock.now())?;
        imported.duplicates.push(Duplicate { index, question: record.question, id, merged });
        Ok(None)
    }
}

/// Adds to a card what another one of the same question has more; says whether that was anything.
pub(super) fn merge_into(
    tx: &Transaction<'_>,
    writer: &mut Writer<'_>,
    id: &str,
    other: &Record,
    now: i64,
) -> Result<bool, Stop> {
    let Some((number, _)) = find(tx, id)? else { return Ok(false) };
    let card = by_number(tx, number)?;
    let Some(merged) = merged(&card, other, now) else { return Ok(false) };
    writer.write(number, &card, &merged)?;
    Ok(true)
}

/// Does what is to be done, and where it is only to be said what that would be, takes it back.
pub(super) fn perhaps(
    tx: &Transaction<'_>,
    dry_run: bool,
    work: impl FnOnce() -> Result<(), Stop>,
) -> Result<(), Stop> {
    if !dry_run {
        return work();
    }
    tx.execute_batch("SAVEPOINT dry")?;
    work()?;
    tx.execute_batch("ROLLBACK TO dry; RELEASE dry")?;
    Ok(())
}
