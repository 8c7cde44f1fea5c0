//! What this machine knows, read for a file.

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};

use super::ExportOptions;
use super::fact::{Answer, Fact, Facts, Mark, Setting, Texts};
use crate::cards::card::State;
use crate::cards::collection::Collection;
use crate::cards::store::{COLUMNS, Entry, Record, TABLES, record};
use crate::error::Result;

/// A card with its log.
pub(super) struct Logged {
    pub(super) card: Record,
    /// Without what was taken back.
    pub(super) log: Vec<Entry>,
}

/// All that our own forms have a place for: deleted cards too, and what was purged.
pub(super) fn facts(collection: &Collection, options: &ExportOptions) -> Result<Facts> {
    collection.read(|db| {
        let mut facts = Facts::default();
        let mut ids = HashMap::new();
        for (number, card) in records(collection, db, options, true)? {
            ids.insert(number, card.id.clone());
            let fact = if card.deleted && card.question.is_empty() {
                Fact { purged: true, ..Fact::default() }
            } else {
                Fact {
                    created: Some(card.created),
                    texts: Some(Texts::of(&card)),
                    mark: Some(Mark::of(&card)),
                    ..Fact::default()
                }
            };
            facts.cards.insert(card.id, fact);
        }
        let mut log = db.prepare("SELECT card, time, day, confidence, duration, before, after FROM card_review")?;
        let mut rows = log.query([])?;
        while let Some(row) = rows.next()? {
            let Some(id) = ids.get(&row.get(0)?) else { continue };
            let answer = Answer {
                day: row.get(2)?,
                confidence: row.get(3)?,
                duration: row.get(4)?,
                before: row.get(5)?,
                after: row.get(6)?,
            };
            if let Some(fact) = facts.cards.get_mut(id) {
                fact.answers.insert(row.get(1)?, answer);
            }
        }
        let mut undone = db.prepare("SELECT card, time FROM card_undone")?;
        let mut rows = undone.query([])?;
        while let Some(row) = rows.next()? {
            let Some(id) = ids.get(&row.get(0)?) else { continue };
            if let Some(fact) = facts.cards.get_mut(id) {
                fact.undone.insert(row.get(1)?);
            }
        }
        facts.projects = settings(db)?;
        if let Some(project) = &options.filter.project {
            facts.projects.retain(|name, _| name == project || name.starts_with(&format!("{project}::")));
        }
        Ok(facts)
    })
}

/// What projects are scheduled by that have said so.
pub(super) fn settings(db: &Connection) -> rusqlite::Result<std::collections::BTreeMap<String, Setting>> {
    let mut statement = db.prepare("SELECT name, changed, algorithm, parameters FROM card_project WHERE changed > 0")?;
    let rows = statement.query_map([], |row| {
        let parameters: Option<String> = row.get(3)?;
        let setting = Setting {
            changed: row.get(1)?,
            algorithm: row.get(2)?,
            parameters: parameters.and_then(|json| canonical(&json)),
        };
        Ok((row.get(0)?, setting))
    })?;
    rows.collect()
}

/// Parameters spelt in the one way.
pub(super) fn canonical(json: &str) -> Option<String> {
    let parameters: Vec<f32> = serde_json::from_str(json).ok()?;
    serde_json::to_string(&parameters).ok()
}

/// The cards that are learnt, with their logs, the oldest first, for forms that other programs know.
pub(super) fn cards(collection: &Collection, options: &ExportOptions) -> Result<Vec<Logged>> {
    collection.read(|db| {
        let records = records(collection, db, options, false)?;
        records
            .into_iter()
            .map(|(number, card)| Ok(Logged { card, log: crate::cards::store::entries(db, number)? }))
            .collect()
    })
}

fn records(
    collection: &Collection,
    db: &Connection,
    options: &ExportOptions,
    deleted: bool,
) -> rusqlite::Result<Vec<(i64, Record)>> {
    let (mut conditions, values) = options.filter.conditions(collection);
    if deleted {
        // The first of them leaves deleted cards out.
        "1".clone_into(&mut conditions[0]);
    }
    if !options.drafts {
        conditions.push(format!("(c.state <> '{}' OR c.deleted = 1)", State::Draft.as_str()));
    }
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE {} ORDER BY c.created, c.number", conditions.join(" AND "));
    db.prepare(&sql)?.query_map(params_from_iter(values), record)?.collect()
}
