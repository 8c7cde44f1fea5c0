//! Our cards as a package that every Anki opens: the legacy form, schema 11 without compression of its own.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use rusqlite::{Connection, params};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::collection::{MODEL, SCHEMA, col};
use crate::cards::card::State;
use crate::cards::collection::Collection;
use crate::cards::exchange::gather::Logged;
use crate::cards::grade::{Confidence, Grade};
use crate::cards::replay::{Replayer, Standing};
use crate::cards::scheduler::Algorithm;
use crate::cards::store::find;
use crate::error::{Error, Result};

/// A package of these cards.
pub(in crate::cards::exchange) fn write(collection: &Collection, cards: &[Logged]) -> Result<Vec<u8>> {
    let dir = tempfile::tempdir().map_err(Error::io(&std::env::temp_dir()))?;
    let path = dir.path().join("collection.anki2");
    let standings = standings(collection, cards)?;
    let mut db = Connection::open(&path).map_err(Error::database(&path))?;
    fill(collection, &mut db, cards, &standings).map_err(Error::database(&path))?;
    db.close().map_err(|(_, error)| Error::database(&path)(error))?;
    let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
    let zipped = |error: zip::result::ZipError| Error::io(&path)(std::io::Error::other(error));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("collection.anki2", bytes.as_slice()), ("media", b"{}")] {
        zip.start_file(name, SimpleFileOptions::default()).map_err(zipped)?;
        zip.write_all(bytes).map_err(Error::io(&path))?;
    }
    Ok(zip.finish().map_err(zipped)?.into_inner())
}

/// Where a card stands, and whether that is FSRS's view of it.
struct Stands {
    standing: Standing,
    leech: bool,
    algorithm: Algorithm,
}

fn standings(collection: &Collection, cards: &[Logged]) -> Result<Vec<Stands>> {
    let mut result = Vec::with_capacity(cards.len());
    let db = collection.connection();
    let fail = Error::database(&collection.path);
    (|| {
        let mut replayer = Replayer::new(collection, &db)?;
        for logged in cards {
            let Some((number, _)) = find(&db, &logged.card.id)? else { continue };
            let (_, _, standing) = replayer.stand(&db, number)?;
            let card = collection.card(&db, number)?;
            result.push(Stands { standing, leech: card.leech, algorithm: card.algorithm });
        }
        Ok(())
    })()
    .map_err(|stop: crate::db::Stop| match stop {
        crate::db::Stop::Sqlite(error) => fail(error),
        crate::db::Stop::Refused(error) => error,
    })?;
    Ok(result)
}

fn fill(collection: &Collection, db: &mut Connection, cards: &[Logged], standings: &[Stands]) -> rusqlite::Result<()> {
    let now = collection.clock().now();
    let today = collection.clock().today().number();
    // Anki counts days from here on; none of ours is before it.
    let first = standings.iter().filter_map(|of| of.standing.due()).min().unwrap_or(today).min(today);
    let decks = decks(cards);
    let tx = db.transaction()?;
    tx.execute_batch(SCHEMA)?;
    let (conf, models, deck_rows, dconf) = col(now, &decks);
    let created = i64::from(first) * 86_400 + 4 * 3_600;
    let sql = "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')";
    tx.execute(sql, params![created, now, conf, models, deck_rows, dconf])?;
    let (mut last, mut position) = (0, 0);
    for (Logged { card, log }, of) in cards.iter().zip(standings) {
        // Anki names notes and cards by the millisecond in which they were made.
        last = card.created.max(last + 1);
        let fields = [&card.question, &card.answer, &card.notes].map(|text| html(text));
        let tags = if card.tags.is_empty() { String::new() } else { format!(" {} ", card.tags.join(" ")) };
        // Anki computes the sum of the first field itself when it imports.
        let sql = "INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, 0, 0, '')";
        let edited = card.edited / 1000;
        tx.prepare_cached(sql)?.execute(params![
            last,
            card.id,
            MODEL,
            edited,
            tags,
            fields.join("\u{1f}"),
            fields[0]
        ])?;
        let suspended = card.state == State::Suspended || of.leech;
        let schedule = schedule(of, log, first, &mut position, suspended);
        let sql = "INSERT INTO cards VALUES (?1, ?1, ?2, 0, ?3, -1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, 0, 0, ?11)";
        let deck = decks.get(&deck_name(&card.project)).copied().unwrap_or(1);
        let changed = card.changed.max(of.standing.last_time()) / 1000;
        tx.prepare_cached(sql)?.execute(params![
            last,
            deck,
            changed,
            schedule.kind,
            schedule.queue,
            schedule.due,
            schedule.interval,
            schedule.factor,
            schedule.answers,
            schedule.lapses,
            schedule.data
        ])?;
        for entry in log {
            let ease = Confidence::new(entry.confidence).map_or(0, |confidence| confidence.grade() as i64);
            // Anki's kinds: learning, review, learning again, and what the person set.
            let kind = match (entry.confidence, entry.before) {
                (0, _) => 4,
                (_, 0) => 0,
                _ => 1,
            };
            let factor = if kind == 1 { schedule.factor } else { 0 };
            let sql = "INSERT OR IGNORE INTO revlog VALUES (?1, ?2, -1, ?3, ?4, ?5, ?6, ?7, ?8)";
            let duration = entry.duration.unwrap_or(0);
            // No two entries have one time there, whichever their cards are.
            let mut at = entry.time;
            while tx.prepare_cached(sql)?.execute(params![
                at,
                last,
                ease,
                entry.after,
                entry.before,
                factor,
                duration,
                kind
            ])? == 0
            {
                at += 1;
            }
        }
    }
    tx.commit()
}

/// A card's schedule in Anki's terms.
struct Schedule {
    kind: i64,
    queue: i64,
    due: i64,
    interval: u32,
    factor: i64,
    answers: i64,
    lapses: i64,
    data: String,
}

fn schedule(
    of: &Stands,
    log: &[crate::cards::store::Entry],
    first: i32,
    position: &mut i64,
    suspended: bool,
) -> Schedule {
    let since = log.iter().rposition(|entry| entry.confidence == 0).map_or(0, |at| at + 1);
    let answers = &log[since..];
    let again = |entry: &&crate::cards::store::Entry| {
        entry.before > 0 && Confidence::new(entry.confidence).is_ok_and(|confidence| confidence.grade() == Grade::Again)
    };
    let Some(due) = of.standing.due() else {
        *position += 1;
        let (due, data) = (*position, "{}".to_owned());
        let queue = if suspended { -1 } else { 0 };
        return Schedule { kind: 0, queue, due, interval: 0, factor: 0, answers: 0, lapses: 0, data };
    };
    let memory = of.standing.memory();
    let mut data = json!({ "lrt": of.standing.last_time() / 1000 });
    let mut factor = 2500;
    match (&of.algorithm, memory) {
        (Algorithm::Sm2, Some(memory)) => factor = (memory.strength * 1000.0).round() as i64,
        (Algorithm::Fsrs(retention), Some(memory)) => {
            data["s"] = rounded(memory.strength, 1e4).into();
            data["d"] = rounded(memory.difficulty, 1e3).into();
            data["dr"] = (f64::from(*retention) / 1000.0).into();
        }
        _ => {}
    }
    Schedule {
        kind: 2,
        queue: if suspended { -1 } else { 2 },
        due: i64::from(due) - i64::from(first),
        interval: of.standing.interval(),
        factor: factor.max(1300),
        answers: count(answers.len()),
        lapses: count(answers.iter().filter(again).count()),
        data: data.to_string(),
    }
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

/// A text as HTML: its lines and blanks stay, for the style of the note type keeps them.
fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace("\r\n", "\n");
    // What parts the fields of a note can be in none of them.
    text.replace('\u{1f}', " ").replace("[sound:", "[&#115;ound:").replace('\n', "<br>")
}

/// The deck of a project: that of none is Anki's own.
fn deck_name(project: &str) -> String {
    if project.is_empty() { "Default".to_owned() } else { project.to_owned() }
}

/// The decks that there are to be, with those above them, and their ids.
fn decks(cards: &[Logged]) -> BTreeMap<String, i64> {
    let mut decks = BTreeMap::from([("Default".to_owned(), 1)]);
    for Logged { card, .. } in cards {
        let name = deck_name(&card.project);
        let ends = name.match_indices("::").map(|(at, _)| at).chain([name.len()]);
        for end in ends {
            let part = &name[..end];
            let next = 1_700_000_000_000 + i64::try_from(decks.len()).unwrap_or(0);
            decks.entry(part.to_owned()).or_insert(next);
        }
    }
    decks
}
