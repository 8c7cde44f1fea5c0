//! What to ask now.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde::Serialize;

use super::card::Card;
use super::clock::Day;
use super::collection::Collection;
use super::list::Filter;
use crate::error::Result;

/// How many cards there are to ask today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Answered below 3 today, and to be asked again.
    pub again: usize,
    /// Due, and not asked today.
    pub due: usize,
    /// New, up to what is left of today's limit.
    pub new: usize,
    /// New, beyond today's limit.
    pub waiting: usize,
    /// Due or new, but a sibling was asked today or a word was asked lately: they rest.
    pub resting: usize,
    /// How many different cards were answered today, with 3 or more in the end.
    pub done: usize,
}

impl Counts {
    /// How many are left to ask.
    pub fn left(&self) -> usize {
        self.again + self.due + self.new
    }
}

/// Why a card is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// It was answered below 3 today.
    Again,
    /// It is due.
    Due,
    /// It is new.
    New,
}

/// What to ask now, in this order.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Queue {
    /// The cards, with why each is asked.
    pub cards: Vec<(Asked, Card)>,
    /// How many there are today, whatever the limit.
    pub counts: Counts,
}

/// What was answered below 3 comes again after so many other answers,
const GAP: usize = 7;
/// or after so long, in milliseconds.
const WHILE: i64 = 10 * 60 * 1000;

/// A card that may be asked.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    card: i64,
    project: i64,
    entry: Option<i64>,
    /// What comes first.
    rank: f64,
}

impl Collection {
    /// What to ask now: what was answered below 3 some cards ago, then what is due by how much it is overdue for its
    /// interval, then new cards up to the day's limit, then what was answered below 3 just now. Of siblings one a day.
    ///
    /// Ask for it anew after each answer: it is a function of the log, so that leaving and coming back, here or in another
    /// front end, goes on where it was.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn queue(&self, filter: &Filter, limit: usize) -> Result<Queue> {
        self.read(|db| {
            let (chosen, counts) = self.choose(db, filter, limit)?;
            let cards = chosen.into_iter().take(limit).map(|(asked, card)| Ok((asked, self.card(db, card)?)));
            Ok(Queue { cards: cards.collect::<rusqlite::Result<_>>()?, counts })
        })
    }

    /// How many cards there are to ask today.
    pub(super) fn counts(&self, db: &Connection, filter: &Filter) -> rusqlite::Result<Counts> {
        Ok(self.choose(db, filter, 0)?.1)
    }

    /// All that is to be asked, the first `limit` of it in order.
    fn choose(&self, db: &Connection, filter: &Filter, limit: usize) -> rusqlite::Result<(Vec<(Asked, i64)>, Counts)> {
        let today = self.day(db)?;
        let meant = filter.meant(self, db)?;
        let answers = Answers::of(db, today)?;
        let mut counts = Counts {
            done: answers.passed.iter().filter(|(card, project)| meant.has(*card, *project)).count(),
            ..Counts::default()
        };
        let mut rest = Rest::new(db, today, self.config.cards.rest_days)?;

        // What was answered below 3 today, the one that waits longest first: those that waited long enough go before all others.
        let (mut ready, mut waiting) = (Vec::new(), Vec::new());
        for &Failed { card, project, time, since } in &answers.again {
            if !meant.has(card, project) {
                continue;
            }
            let long = since >= GAP || self.clock.now() - time >= WHILE;
            if long { ready.push((Asked::Again, card)) } else { waiting.push((Asked::Again, card)) }
        }
        counts.again = ready.len() + waiting.len();

        let mut due = due(db, today)?;
        due.retain(|candidate| meant.has(candidate.card, candidate.project));
        // Cards of one rank come in another order each day: nobody is to learn the order.
        let shuffled = |card: i64| (card ^ i64::from(today.number())).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
        let first = |a: &Candidate, b: &Candidate| {
            b.rank.total_cmp(&a.rank).then_with(|| shuffled(a.card).cmp(&shuffled(b.card)))
        };
        let all = due.len();
        if due.iter().any(|candidate| candidate.entry.is_some()) {
            due.sort_unstable_by(first);
            due.retain(|candidate| rest.take(candidate));
        } else if limit < due.len() {
            // Nobody sees the order of those behind the limit.
            due.select_nth_unstable_by(limit, first);
            due[..limit].sort_unstable_by(first);
        } else {
            due.sort_unstable_by(first);
        }
        (counts.due, counts.resting) = (due.len(), all - due.len());

        let left = filter.new_limit.unwrap_or(self.config.cards.new_per_day) as usize;
        let left = left.saturating_sub(answers.introduced);
        let mut new = Vec::new();
        for candidate in new_cards(db)?.into_iter().filter(|new| meant.has(new.card, new.project)) {
            if new.len() == left {
                counts.waiting += 1;
            } else if rest.take(&candidate) {
                new.push((Asked::New, candidate.card));
            } else {
                counts.resting += 1;
            }
        }
        counts.new = new.len();

        let mut order = ready;
        order.extend(due.iter().map(|candidate| (Asked::Due, candidate.card)));
        order.append(&mut new);
        order.append(&mut waiting);
        Ok((order, counts))
    }
}

/// A card that was answered below 3.
#[derive(Debug)]
struct Failed {
    card: i64,
    project: i64,
    /// When that was, in milliseconds since 1970.
    time: i64,
    /// How many answers came after it.
    since: usize,
}

/// What was answered today.
#[derive(Debug, Default)]
struct Answers {
    /// Cards whose last answer was below 3.
    again: Vec<Failed>,
    /// Cards whose last answer was 3 or more, with their projects.
    passed: Vec<(i64, i64)>,
    /// How many cards were answered for the first time.
    introduced: usize,
}

impl Answers {
    fn of(db: &Connection, today: Day) -> rusqlite::Result<Self> {
        let sql = "SELECT r.card, r.time, r.confidence, r.before, s.active, s.project FROM card_review r \
                   JOIN card_schedule s ON s.card = r.card WHERE r.day = ?1 \
                   AND NOT EXISTS (SELECT 1 FROM card_undone u WHERE u.card = r.card AND u.time = r.time) ORDER BY r.time DESC";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([today.number()])?;
        let mut answers = Self::default();
        let (mut seen, mut first) = (HashSet::new(), HashSet::new());
        let mut since = 0;
        while let Some(row) = rows.next()? {
            let (card, confidence) = (row.get(0)?, row.get::<_, u8>(2)?);
            if seen.insert(card) && row.get::<_, bool>(4)? {
                match confidence {
                    0 => {}
                    1 | 2 => answers.again.push(Failed { card, project: row.get(5)?, time: row.get(1)?, since }),
                    _ => answers.passed.push((card, row.get(5)?)),
                }
            }
            if confidence > 0 {
                since += 1;
                if row.get::<_, i64>(3)? == 0 {
                    first.insert(card);
                }
            }
        }
        answers.again.reverse();
        answers.introduced = first.len();
        Ok(answers)
    }
}

/// What is due, today's failures left out.
fn due(db: &Connection, today: Day) -> rusqlite::Result<Vec<Candidate>> {
    // What was left below 3 on a day before is made good first thing, whenever the card would be due.
    let sql = "SELECT card, entry, project, CASE WHEN confidence < 3 THEN ?1 - last ELSE (?1 - due) * 1.0 / max(interval, 1) END \
               FROM card_schedule \
               WHERE active = 1 AND due IS NOT NULL AND due <= ?1 AND NOT (confidence < 3 AND last = ?1) \
               UNION ALL SELECT card, entry, project, ?1 - last FROM card_schedule \
               WHERE active = 1 AND confidence BETWEEN 1 AND 2 AND last < ?1 AND +due > ?1";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([today.number()])?;
    let mut due = Vec::new();
    while let Some(row) = rows.next()? {
        let rank = match row.get_ref(3)? {
            ValueRef::Real(rank) => rank,
            days => days.as_i64()? as f64,
        };
        due.push(Candidate { card: row.get(0)?, entry: row.get(1)?, project: row.get(2)?, rank });
    }
    Ok(due)
}

/// What was never answered, the oldest first.
fn new_cards(db: &Connection) -> rusqlite::Result<Vec<Candidate>> {
    let sql = "SELECT card, entry, project FROM card_schedule WHERE active = 1 AND due IS NULL ORDER BY card";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(Candidate { card: row.get(0)?, entry: row.get(1)?, project: row.get(2)?, rank: 0.0 })
    })?;
    rows.collect()
}

/// Siblings: of those that have an entry in common one is asked, and the others rest.
#[derive(Debug)]
struct Rest {
    /// The entries that were asked lately, or are to be asked today, with the card.
    asked: HashMap<i64, i64>,
    /// Whether anything rests at all.
    on: bool,
}

impl Rest {
    fn new(db: &Connection, today: Day, days: u32) -> rusqlite::Result<Self> {
        let mut asked = HashMap::new();
        if days > 0 {
            let sql = "SELECT entry, card FROM card_schedule WHERE entry IS NOT NULL AND last > ?1 AND due IS NOT NULL ORDER BY last_time";
            let mut statement = db.prepare_cached(sql)?;
            let after = today.number().saturating_sub_unsigned(days);
            let mut rows = statement.query([after])?;
            while let Some(row) = rows.next()? {
                asked.insert(row.get(0)?, row.get(1)?);
            }
        }
        Ok(Self { asked, on: days > 0 })
    }

    /// Whether a card may be asked; it is taken to be asked then.
    fn take(&mut self, candidate: &Candidate) -> bool {
        match candidate.entry {
            Some(entry) if self.on => *self.asked.entry(entry).or_insert(candidate.card) == candidate.card,
            _ => true,
        }
    }
}
