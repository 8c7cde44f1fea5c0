//! A package's cards as ours: texts, tags, decks, schedules, the log of answers.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Row};
use serde::Deserialize;
use uuid::Uuid;

use super::html::{plain, unescaped};
use super::notetype::{self, NoteType};
use super::render::Note;
use super::{FIELDS, NOTE_TYPE, Package, package};
use crate::cards::card::State;
use crate::cards::clock::Clock;
use crate::cards::collection::Collection;
use crate::cards::exchange::fact::{Answer, Fact, Mark, Texts};
use crate::cards::exchange::own::time;
use crate::cards::grade::{Confidence, Grade};
use crate::cards::import::{BadCard, safe_tag};
use crate::cards::scheduler::LONGEST;

/// Reads a package.
///
/// # Errors
/// One line that says what is wrong with it.
pub(in crate::cards::exchange) fn read(collection: &Collection, bytes: &[u8]) -> Result<Package, String> {
    let opened = package::open(bytes)?;
    of(&opened.db, collection.clock()).map_err(|error| match error {
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == rusqlite::ErrorCode::OperationInterrupted => {
            "its collection takes too long to read: it is damaged, or made to harm".to_owned()
        }
        other => format!("its collection is damaged: {other}: export it from Anki anew"),
    })
}

/// A card with its note, as Anki has them.
struct Raw {
    card: i64,
    ordinal: i64,
    deck: i64,
    card_changed: i64,
    kind: i64,
    queue: i64,
    due: i64,
    interval: i64,
    guid: String,
    note_type: i64,
    note_changed: i64,
    tags: String,
    fields: String,
    siblings: i64,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        card: row.get(0)?,
        ordinal: row.get(1)?,
        deck: row.get(2)?,
        card_changed: row.get(3)?,
        kind: row.get(4)?,
        queue: row.get(5)?,
        due: row.get(6)?,
        interval: row.get(7)?,
        guid: row.get(8)?,
        note_type: row.get(9)?,
        note_changed: row.get(10)?,
        tags: row.get(11)?,
        fields: row.get(12)?,
        siblings: row.get(13)?,
    })
}

fn of(db: &Connection, clock: &Clock) -> rusqlite::Result<Package> {
    let types = notetype::all(db)?;
    let decks = decks(db)?;
    let mut logs = logs(db, clock)?;
    let created: i64 = db.query_row("SELECT crt FROM col", [], |row| row.get(0))?;
    let first_day = clock.day(created.saturating_mul(1000)).number();
    let mut found = Package::default();
    // A card in a filtered deck has its own one, and when it is due, besides.
    let mut statement = db.prepare(
        "SELECT c.id, c.ord, iif(c.odid = 0, c.did, c.odid), c.mod, c.type, c.queue, iif(c.odid = 0, c.due, c.odue), c.ivl, \
         n.guid, n.mid, n.mod, n.tags, n.flds, count(*) OVER (PARTITION BY n.id) \
         FROM cards c JOIN notes n ON n.id = c.nid ORDER BY n.id, c.ord",
    )?;
    let mut rows = statement.query([])?;
    let mut index = 0;
    while let Some(row) = rows.next()? {
        let card = raw(row)?;
        let mut answers = logs.remove(&card.card).unwrap_or_default();
        if answers.is_empty() {
            answers.extend(standing(&card, first_day));
        }
        match types.get(&card.note_type).map(|of| texts(of, &card, &decks, &mut found)) {
            Some(Ok((id, texts))) => {
                let state = if card.queue == -1 { State::Suspended } else { State::Active };
                let changed = seconds(card.card_changed);
                let mark = Mark { changed, deleted: false, state: state.as_str(), algorithm: None };
                let fact = Fact {
                    created: Some(time(card.card).unwrap_or(texts.edited)),
                    texts: Some(texts),
                    mark: Some(mark),
                    answers,
                    ..Fact::default()
                };
                found.cards.push((id, fact));
            }
            Some(Err(reason)) => found.bad.push(BadCard { index, line: None, reason }),
            None => {
                let reason = format!("its note type {} is missing from the package", card.note_type);
                found.bad.push(BadCard { index, line: None, reason });
            }
        }
        index += 1;
    }
    Ok(found)
}

/// Seconds since 1970 as milliseconds.
fn seconds(at: i64) -> i64 {
    time(at.saturating_mul(1000)).unwrap_or(0)
}

/// The id of a card here, and its texts.
fn texts(of: &NoteType, card: &Raw, decks: &HashMap<i64, String>, found: &mut Package) -> Result<(String, Texts), String> {
    let values: Vec<&str> = card.fields.split('\u{1f}').collect();
    let fields: HashMap<&str, &str> = of.fields.iter().map(String::as_str).zip(values).collect();
    let own = of.name.starts_with(NOTE_TYPE) && FIELDS.iter().all(|name| fields.contains_key(name));
    let (id, question, answer, notes) = if own {
        let [question, answer, notes] = FIELDS.map(|name| own_text(fields[name], found));
        (card.guid.clone(), question, answer, notes)
    } else {
        let (question, answer) = rendered(of, card, &fields, found)?;
        (name(&format!("{}\u{1f}{}", card.guid, card.ordinal)), question, answer, String::new())
    };
    for (what, text) in [("question", &question), ("answer", &answer)] {
        if text.trim().is_empty() {
            let first = fields.values().map(|text| plain(text).text).find(|text| !text.is_empty()).unwrap_or_default();
            let first: String = first.lines().next().unwrap_or_default().chars().take(60).collect();
            return Err(format!("it has no {what} (its note begins with {first:?})"));
        }
    }
    if [&question, &answer, &notes].iter().any(|text| text.contains('\0')) {
        return Err("a text of it has a NUL in it".to_owned());
    }
    crate::cards::exchange::own::id(&id)?;
    let mut tags = Vec::new();
    for tag in card.tags.split_whitespace() {
        let Some(safe) = safe_tag(tag) else { continue };
        if safe != tag {
            found.renamed.push((tag.to_owned(), safe.clone()));
        }
        tags.push(safe);
    }
    tags.sort();
    tags.dedup();
    let project = decks.get(&card.deck).filter(|name| *name != "Default").cloned().unwrap_or_default();
    let entry = (!own && card.siblings > 1).then(|| name(&card.guid));
    let edited = seconds(card.note_changed);
    Ok((id, Texts { edited, question, answer, notes, tags, project, entry, ..Texts::default() }))
}

/// A field that we wrote: its lines and characters are what they were. What was edited in Anki since is HTML.
fn own_text(html: &str, found: &mut Package) -> String {
    let lines = html.replace("<br>", "\n");
    if lines.contains('<') || html.contains("[sound:") {
        let text = plain(html);
        found.media += text.media;
        return text.text;
    }
    unescaped(&lines).trim_end().to_owned()
}

/// Question and answer as the templates make them.
fn rendered(
    of: &NoteType,
    card: &Raw,
    fields: &HashMap<&str, &str>,
    found: &mut Package,
) -> Result<(String, String), String> {
    // A cloze note has one template for all its cards.
    let template = of.templates.get(if of.cloze { &0 } else { &card.ordinal });
    let (question, answer) = template.ok_or_else(|| format!("its note type {:?} has no card {}", of.name, card.ordinal + 1))?;
    let cloze = if of.cloze { u32::try_from(card.ordinal + 1).ok() } else { None };
    let question = plain(&Note { fields, cloze, answer: false }.render(question));
    let back = Note { fields, cloze, answer: true }.render(answer);
    // Above this line Anki shows the question again.
    let back = match back.find("<hr id=answer").or_else(|| back.find("<hr id=\"answer")) {
        Some(at) => back[at..].split_once('>').map_or("", |(_, below)| below).to_owned(),
        None => back,
    };
    let answer = plain(&back);
    found.media += question.media + answer.media;
    Ok((question.text, answer.text))
}

/// A UUID that stands for a name: the same on every machine.
fn name(text: &str) -> String {
    let hash = blake3::hash(format!("anki\u{1f}{text}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    // Version 8: made in a way of one's own (RFC 9562).
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Uuid::from_bytes(bytes).to_string()
}

#[derive(Debug, Deserialize)]
struct Deck {
    name: String,
}

/// The names of decks by their ids, with `::` between the levels.
fn decks(db: &Connection) -> rusqlite::Result<HashMap<i64, String>> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'decks'";
    let clean = |name: &str| name.replace(char::is_control, " ").trim().to_owned();
    if db.query_row(sql, [], |row| row.get::<_, i64>(0))? == 1 {
        let mut statement = db.prepare("SELECT id, name FROM decks")?;
        let rows = statement.query_map([], |row| {
            let name: String = row.get(1)?;
            Ok((row.get(0)?, clean(&name.replace('\u{1f}', "::"))))
        })?;
        return rows.collect();
    }
    let json: String = db.query_row("SELECT decks FROM col", [], |row| row.get(0))?;
    let decks: HashMap<String, Deck> = serde_json::from_str(&json)
        .map_err(|error| rusqlite::Error::InvalidParameterName(format!("its decks make no sense: {error}")))?;
    Ok(decks.into_iter().filter_map(|(id, deck)| Some((id.parse().ok()?, clean(&deck.name)))).collect())
}

/// Anki's kinds of entries in its log.
const FILTERED: i64 = 3;
const MANUAL: i64 = 4;

/// The log of each card.
fn logs(db: &Connection, clock: &Clock) -> rusqlite::Result<HashMap<i64, BTreeMap<i64, Answer>>> {
    let mut logs: HashMap<i64, BTreeMap<i64, Answer>> = HashMap::new();
    let mut statement = db.prepare("SELECT cid, id, ease, ivl, lastIvl, factor, time, type FROM revlog")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (at, ease, factor, kind): (i64, i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(5)?, row.get(7)?);
        let grade = match (ease, kind) {
            // The person forgot the card, in Anki's words; with a factor they set its due date.
            (0, MANUAL) if factor == 0 => None,
            // Crammed: it was to have no part in the schedule.
            (_, FILTERED) if factor == 0 => continue,
            (1, _) => Some(Grade::Again),
            (2, _) => Some(Grade::Hard),
            (3, _) => Some(Grade::Good),
            (4, _) => Some(Grade::Easy),
            _ => continue,
        };
        let Ok(at) = time(at) else { continue };
        let answer = Answer {
            confidence: grade.map_or(0, |grade| Confidence::from(grade).get()),
            day: clock.day(at).number(),
            duration: u32::try_from(row.get::<_, i64>(6)?).ok().filter(|&duration| duration > 0),
            before: days(row.get(4)?),
            after: days(row.get(3)?),
        };
        logs.entry(row.get(0)?).or_default().insert(at, answer);
    }
    Ok(logs)
}

/// An interval of Anki's in days; one in seconds is negative there.
fn days(interval: i64) -> u32 {
    u32::try_from(interval.max(0)).unwrap_or(LONGEST).min(LONGEST)
}

/// The one answer that a card must have had which is scheduled and has no log, as in packages without history.
fn standing(card: &Raw, first_day: i32) -> Option<(i64, Answer)> {
    let interval = days(card.interval);
    if card.kind != 2 || interval == 0 {
        return None;
    }
    let due = i64::from(first_day).checked_add(card.due)?;
    let day = due.checked_sub(i64::from(interval))?;
    let noon = time(day.checked_mul(86_400_000)?.checked_add(43_200_000)?).ok()?;
    let confidence = Confidence::from(Grade::Good).get();
    let day = i32::try_from(day).ok()?;
    Some((noon, Answer { confidence, day, duration: None, before: 0, after: interval }))
}
