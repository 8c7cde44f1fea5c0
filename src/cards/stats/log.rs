//! What the log of answers tells.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, Row, params_from_iter};

use super::cards::{Cards, with_deleted};
use super::{DAYS, DayCount, MATURE, Retention, Streak};
use crate::cards::clock::Day;
use crate::cards::collection::Collection;
use crate::cards::list::Filter;
use crate::cards::store::undone;

/// What the log of answers tells.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// How many answers on each day of the period.
    pub(super) days: BTreeMap<i32, usize>,
    /// The days of all time that have answers, in order.
    learnt: Vec<i32>,
    pub(super) confidences: [usize; 5],
    pub(super) time: u64,
    pub(super) timed: usize,
    pub(super) retention: Retention,
    /// Of each of [`Cards::algorithms`].
    pub(super) algorithms: Vec<Retention>,
    /// Of each of [`Cards::projects`].
    pub(super) projects: Vec<Retention>,
    /// Of young and of mature cards.
    pub(super) ages: [Retention; 2],
}

/// An entry of the log.
struct Entry {
    card: i64,
    time: i64,
    day: i32,
    confidence: u8,
    duration: Option<u32>,
    before: u32,
}

/// The columns of an [`Entry`].
const ENTRY: &str = "r.card, r.time, r.day, r.confidence, r.duration, r.before";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        card: row.get(0)?,
        time: row.get(1)?,
        day: row.get(2)?,
        confidence: row.get(3)?,
        duration: row.get(4)?,
        before: row.get(5)?,
    })
}

impl Log {
    fn new(cards: &Cards) -> Self {
        Self {
            algorithms: vec![Retention::default(); cards.algorithms.len()],
            projects: vec![Retention::default(); cards.projects.len()],
            ..Self::default()
        }
    }

    /// The log of all cards in a time, read by its days.
    pub(super) fn of_days(db: &Connection, cards: &Cards, from: Day, today: Day) -> rusqlite::Result<Self> {
        let sql = format!(
            "SELECT {ENTRY} FROM card_review r INDEXED BY card_review_by_day WHERE r.day BETWEEN ?1 AND ?2 AND r.confidence > 0 \
             ORDER BY r.day, r.time"
        );
        let mut log = Self::new(cards);
        let undone = undone(db)?;
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query([from.number(), today.number()])?;
        let (mut day, mut asked) = (i32::MIN, HashSet::new());
        while let Some(row) = rows.next()? {
            let entry = entry(row)?;
            if undone.contains(&(entry.card, entry.time)) {
                continue;
            }
            if entry.day != day {
                day = entry.day;
                asked.clear();
            }
            let first = asked.insert(entry.card);
            log.count(&entry, first, cards);
        }
        log.learnt = days(db)?;
        Ok(log)
    }

    /// The log of these cards, read card by card: what is not in the time tells of the days in a row.
    pub(super) fn of_cards(
        collection: &Collection,
        db: &Connection,
        filter: &Filter,
        cards: &Cards,
        from: Option<Day>,
        today: Day,
    ) -> rusqlite::Result<Self> {
        let (conditions, values) = with_deleted(collection, filter);
        let sql = format!(
            "SELECT {ENTRY} FROM card c CROSS JOIN card_review r ON r.card = c.number WHERE {} AND r.confidence > 0 \
             ORDER BY c.number, r.time",
            conditions.join(" AND ")
        );
        let mut log = Self::new(cards);
        let undone = undone(db)?;
        let from = from.map_or(i32::MIN, Day::number);
        let mut learnt = HashSet::new();
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut card, mut last) = (i64::MIN, i32::MIN);
        while let Some(row) = rows.next()? {
            let entry = entry(row)?;
            if !undone.is_empty() && undone.contains(&(entry.card, entry.time)) {
                continue;
            }
            if entry.card != card {
                (card, last) = (entry.card, i32::MIN);
            }
            let first = entry.day > last;
            last = last.max(entry.day);
            learnt.insert(entry.day);
            if (from..=today.number()).contains(&entry.day) {
                log.count(&entry, first, cards);
            }
        }
        log.learnt = learnt.into_iter().collect();
        log.learnt.sort_unstable();
        Ok(log)
    }

    /// Takes an answer into account; `first`: of that card on that day.
    fn count(&mut self, entry: &Entry, first: bool, cards: &Cards) {
        *self.days.entry(entry.day).or_default() += 1;
        if let Some(count) = self.confidences.get_mut(usize::from(entry.confidence.saturating_sub(1))) {
            *count += 1;
        }
        if let Some(duration) = entry.duration {
            self.time += u64::from(duration);
            self.timed += 1;
        }
        if !first || entry.before == 0 {
            return;
        }
        let passed = usize::from(entry.confidence >= 3);
        let parts = cards.parts.get(&entry.card);
        let algorithm = parts.and_then(|parts| self.algorithms.get_mut(parts.0));
        let project = parts.and_then(|parts| self.projects.get_mut(parts.1));
        let age = Some(&mut self.ages[usize::from(entry.before >= MATURE)]);
        for retention in [Some(&mut self.retention), algorithm, project, age].into_iter().flatten() {
            retention.answers += 1;
            retention.passed += passed;
        }
    }

    /// How many answers on each day of the period.
    pub(super) fn each_day(&self, from: Option<Day>, today: Day) -> Vec<DayCount> {
        let Some(from) = from else { return Vec::new() };
        let from = today.since(from).min(DAYS - 1);
        let days = (0..=from).rev().map(|back| Day::from_number(today.number().saturating_sub_unsigned(back)));
        days.map(|day| DayCount { day, count: self.days.get(&day.number()).copied().unwrap_or(0) }).collect()
    }

    /// Days in a row with answers.
    pub(super) fn streak(&self, today: Day) -> Streak {
        let (mut longest, mut length, mut before) = (0, 0, None);
        let mut current = 0;
        for &day in self.learnt.iter().take_while(|day| **day <= today.number()) {
            length = if before == Some(day - 1) { length + 1 } else { 1 };
            before = Some(day);
            longest = longest.max(length);
            current = if day >= today.number() - 1 { length } else { 0 };
        }
        Streak { current, longest }
    }
}

/// The days that have answers, in order: from each the index leads to the next, past all the answers between.
fn days(db: &Connection) -> rusqlite::Result<Vec<i32>> {
    let sql = "WITH RECURSIVE days (day) AS (SELECT min(day) FROM card_review UNION ALL \
               SELECT (SELECT min(day) FROM card_review WHERE day > days.day) FROM days WHERE days.day IS NOT NULL) \
               SELECT day FROM days WHERE day IS NOT NULL AND EXISTS (SELECT 1 FROM card_review r WHERE r.day = days.day \
               AND r.confidence > 0 AND NOT EXISTS (SELECT 1 FROM card_undone u WHERE u.card = r.card AND u.time = r.time))";
    db.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect()
}
