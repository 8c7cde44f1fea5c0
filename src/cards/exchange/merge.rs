//! What a file says, joined with what this machine knows.

use rusqlite::{OptionalExtension, Transaction, params};

use super::fact::{Answer, Fact, Facts, Mark, Setting, Texts, record};
use super::gather::canonical;
use crate::cards::change::purge;
use crate::cards::collection::Collection;
use crate::cards::import::{Imported, NAMED, perhaps, short};
use crate::cards::replay::Replayer;
use crate::cards::store::{Record, Writer, find, in_bulk};
use crate::db::Stop;
use crate::error::{Error, Result};

/// Joins facts with the collection; `imported` is what is known of the import so far.
pub(super) fn merge(collection: &Collection, facts: Facts, dry_run: bool, mut imported: Imported) -> Result<Imported> {
    collection.transact(|tx| {
        perhaps(tx, dry_run, || {
            for (name, setting) in &facts.projects {
                merge_project(collection, tx, name, setting)?;
            }
            if is_bulk(tx, &facts)? {
                in_bulk(tx, || merge_cards(collection, tx, facts, &mut imported))
            } else {
                merge_cards(collection, tx, facts, &mut imported)
            }
        })?;
        Ok(imported)
    })
}

/// So many answers that are new are many.
const MANY: usize = 20_000;

/// Whether so much of the log is new that its index is better made anew.
fn is_bulk(tx: &Transaction<'_>, facts: &Facts) -> rusqlite::Result<bool> {
    let answers: usize = facts.cards.values().map(|fact| fact.answers.len()).sum();
    if answers < MANY {
        return Ok(false);
    }
    let known: i64 = tx.query_row("SELECT count(*) FROM card_review", [], |row| row.get(0))?;
    let known = usize::try_from(known).unwrap_or(0);
    Ok(answers.saturating_sub(known) >= MANY.max(known / 8))
}

fn merge_cards(
    collection: &Collection,
    tx: &Transaction<'_>,
    facts: Facts,
    imported: &mut Imported,
) -> Result<(), Stop> {
    let mut writer = Writer::new(tx);
    // The replay looks projects up once.
    for texts in facts.cards.values().filter_map(|fact| fact.texts.as_ref()) {
        writer.project(&texts.project)?;
    }
    let mut replayer = Replayer::new(collection, tx)?;
    let mut added = Vec::new();
    for (id, fact) in facts.cards {
        match find(tx, &id)? {
            Some((number, card)) => {
                if join(tx, &mut writer, number, card, fact, imported)? {
                    replayer.refresh(tx, number)?;
                }
            }
            None => {
                let purged = fact.purged;
                let number = add(tx, &mut writer, &id, fact, imported)?;
                replayer.refresh(tx, number)?;
                added.extend((!purged).then_some(number));
            }
        }
    }
    imported.warnings.extend(asked_twice(tx, &added)?);
    for number in added {
        imported.added.push(collection.card(tx, number)?);
    }
    Ok(())
}

/// What to say of cards that were added and ask what one asks that was here before: both machines may have read the same deck.
/// Both are kept, each has its answers; which one is to go is the person's to say.
fn asked_twice(tx: &Transaction<'_>, added: &[i64]) -> rusqlite::Result<Option<String>> {
    let Some(first) = added.iter().min() else { return Ok(None) };
    // The plus: by the question. SQLite would rather read all cards of the project.
    let sql = "SELECT o.id, c.id FROM card c JOIN card o ON o.question = c.question AND +o.project = c.project \
               WHERE c.number = ?1 AND o.number < ?2 AND c.deleted = 0 AND o.deleted = 0 LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    for number in added {
        pairs.extend(statement.query_row([number, first], |row| Ok((row.get(0)?, row.get(1)?))).optional()?);
    }
    let named: Vec<String> =
        pairs.iter().take(NAMED).map(|(here, new)| format!("{} and {}", short(here), short(new))).collect();
    let more = if pairs.len() > NAMED { format!(" ({} pairs in all)", pairs.len()) } else { String::new() };
    Ok((!pairs.is_empty()).then(|| {
        format!(
            "these ask the same in the same project, and both were kept with their answers: {}{more}; memento card delete takes \
             away the one that you do not want",
            named.join(", ")
        )
    }))
}

fn merge_project(collection: &Collection, tx: &Transaction<'_>, name: &str, setting: &Setting) -> Result<(), Stop> {
    let sql = "SELECT changed, algorithm, parameters FROM card_project WHERE name = ?1";
    let known = tx.query_row(sql, [name], |row| {
        let parameters: Option<String> = row.get(2)?;
        let parameters = parameters.and_then(|json| canonical(&json));
        Ok(Setting { changed: row.get(0)?, algorithm: row.get(1)?, parameters })
    });
    if known.optional()?.is_some_and(|known| known >= *setting) {
        return Ok(());
    }
    let id = Writer::new(tx).project(name)?;
    let sql = "UPDATE card_project SET algorithm = ?2, parameters = ?3, changed = ?4 WHERE id = ?1";
    tx.execute(sql, params![id, setting.algorithm, setting.parameters, setting.changed])?;
    // Cards of other projects may have the parameters of this one, where it is that of no name.
    let of = (!name.is_empty()).then_some(id);
    collection.replay_in(tx, of, &mut |_, _| {})?;
    Ok(())
}

/// Joins what a file says of a card that this machine knows; returns whether that is news.
fn join(
    tx: &Transaction<'_>,
    writer: &mut Writer<'_>,
    number: i64,
    card: Record,
    fact: Fact,
    imported: &mut Imported,
) -> Result<bool, Stop> {
    let known = known(tx, number, &card)?;
    if known.purged {
        imported.unchanged += 1;
        return Ok(false);
    }
    let mut joined = known.clone();
    let incoming = fact.texts.clone();
    joined.join(fact);
    let news = joined != known;
    if joined.purged {
        let gone = Record { deleted: true, ..card };
        writer.set(number, &gone)?;
        purge(tx, number)?;
        imported.deleted += 1;
        return Ok(true);
    }
    let (Some(texts), Some(mark)) = (&joined.texts, &joined.mark) else { return Ok(false) };
    let after = record(&card.id, joined.created, texts, mark);
    keep_what_lost(tx, writer, number, incoming.as_ref(), texts)?;
    if Some(texts) != known.texts.as_ref() {
        writer.write(number, &card, &after)?;
    }
    if Some(mark) != known.mark.as_ref() {
        writer.set(number, &after)?;
    }
    if joined.created != known.created {
        tx.prepare_cached("UPDATE card SET created = ?2 WHERE number = ?1")?.execute(params![number, after.created])?;
    }
    imported.reviews += log(tx, writer, number, &known, &joined)?;
    if !news {
        imported.unchanged += 1;
        return Ok(false);
    }
    let set = joined.texts != known.texts || joined.mark != known.mark;
    match (after.deleted, card.deleted) {
        (true, false) => imported.deleted += 1,
        _ if set => imported.updated += 1,
        _ => imported.unchanged += 1,
    }
    Ok(true)
}

/// Adds a card that this machine did not know.
fn add(
    tx: &Transaction<'_>,
    writer: &mut Writer<'_>,
    id: &str,
    fact: Fact,
    imported: &mut Imported,
) -> Result<i64, Stop> {
    if fact.purged {
        // That it is gone is to be known, should it come from another machine.
        let (texts, mark) = (Texts::default(), Mark { deleted: true, ..Mark::default() });
        return Ok(writer.insert(&record(id, Some(0), &texts, &mark))?);
    }
    let Some(texts) = &fact.texts else {
        let message = format!(
            "the file tells of card {id}, and neither it nor the collection has the card itself: export it anew"
        );
        return Err(Error::Invalid(message).into());
    };
    let mark = fact.mark.clone().unwrap_or_else(|| Mark { state: "active", ..Mark::default() });
    let number = writer.insert(&record(id, fact.created, texts, &mark))?;
    imported.reviews += log(tx, writer, number, &Fact::default(), &fact)?;
    Ok(number)
}

/// What this machine knows of a card.
fn known(tx: &Transaction<'_>, number: i64, card: &Record) -> rusqlite::Result<Fact> {
    if card.deleted && card.question.is_empty() {
        return Ok(Fact { purged: true, ..Fact::default() });
    }
    let sql = "SELECT time, day, confidence, duration, before, after FROM card_review WHERE card = ?1";
    let answers = tx
        .prepare_cached(sql)?
        .query_map([number], |row| {
            let answer = Answer {
                day: row.get(1)?,
                confidence: row.get(2)?,
                duration: row.get(3)?,
                before: row.get(4)?,
                after: row.get(5)?,
            };
            Ok((row.get(0)?, answer))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let undone = tx
        .prepare_cached("SELECT time FROM card_undone WHERE card = ?1")?
        .query_map([number], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Fact {
        created: Some(card.created),
        texts: Some(Texts::of(card)),
        mark: Some(Mark::of(card)),
        answers,
        undone,
        purged: false,
    })
}

/// Keeps the texts that came and do not count, where they are not kept yet.
fn keep_what_lost(
    tx: &Transaction<'_>,
    writer: &Writer<'_>,
    number: i64,
    incoming: Option<&Texts>,
    now: &Texts,
) -> rusqlite::Result<()> {
    let Some(lost) = incoming else { return Ok(()) };
    if (&lost.question, &lost.answer, &lost.notes) == (&now.question, &now.answer, &now.notes) {
        return Ok(());
    }
    let sql =
        "SELECT EXISTS (SELECT 1 FROM card_past WHERE card = ?1 AND question = ?2 AND answer = ?3 AND notes = ?4)";
    let kept: bool =
        tx.prepare_cached(sql)?.query_row(params![number, lost.question, lost.answer, lost.notes], |row| row.get(0))?;
    if kept {
        return Ok(());
    }
    writer.keep(number, &record("", None, lost, &Mark::default()))
}

/// Adds to the log what is not in it; returns how many answers those are.
fn log(tx: &Transaction<'_>, writer: &Writer<'_>, number: i64, known: &Fact, joined: &Fact) -> rusqlite::Result<usize> {
    let mut count = 0;
    for (time, answer) in &joined.answers {
        match known.answers.get(time) {
            Some(same) if same == answer => continue,
            // Two machines at the same millisecond: both have to take the same one.
            Some(_) => tx
                .prepare_cached("DELETE FROM card_review WHERE card = ?1 AND time = ?2")?
                .execute([number, *time])
                .map(drop)?,
            None => count += usize::from(!joined.undone.contains(time)),
        }
        writer.log(number, &answer.entry(*time))?;
    }
    for time in joined.undone.difference(&known.undone) {
        writer.undo(number, *time)?;
    }
    Ok(count)
}
