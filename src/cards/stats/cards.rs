//! What stands of the cards now.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use rusqlite::{Connection, params_from_iter};

use super::{FORECAST, HARDEST, MATURE};
use crate::cards::clock::Day;
use crate::cards::collection::Collection;
use crate::cards::list::{Conditions, Filter};
use crate::cards::scheduler::Algorithm;

/// What stands of the cards now, and which of them is what.
#[derive(Debug, Default)]
pub(super) struct Cards {
    /// Whether the filter lets all through.
    pub(super) all: bool,
    pub(super) total: usize,
    pub(super) drafts: usize,
    pub(super) suspended: usize,
    pub(super) leeches: usize,
    pub(super) new: usize,
    pub(super) young: usize,
    pub(super) mature: usize,
    pub(super) forecast: [usize; FORECAST],
    /// Lapses and the card's number, the most first.
    pub(super) hardest: Vec<(u32, i64)>,
    /// The names of the algorithms.
    pub(super) algorithms: Vec<String>,
    /// The names of the projects.
    pub(super) projects: Vec<String>,
    /// Of each card, deleted ones too, by its number: which of these algorithms and of these projects it has.
    pub(super) parts: HashMap<i64, (usize, usize)>,
}

/// The filter's conditions on `card c`, with cards that are deleted: their answers were given all the same.
pub(super) fn with_deleted(collection: &Collection, filter: &Filter) -> Conditions {
    let (mut sql, values) = filter.conditions(collection);
    // The first is that it is not deleted.
    sql[0] = "1".to_owned();
    (sql, values)
}

/// Numbers for names, in the order in which they came.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

/// The name of an algorithm that is written in the database.
fn algorithm_name(written: &str) -> Option<&'static str> {
    written.parse().ok().map(|algorithm: Algorithm| algorithm.name())
}

impl Cards {
    pub(super) fn read(
        collection: &Collection,
        db: &Connection,
        filter: &Filter,
        today: Day,
    ) -> rusqlite::Result<Self> {
        let (mut algorithms, mut projects) = (Names::default(), Names::default());
        // By the number that it has in the database: which it is, and which algorithm it has.
        let mut of_project: HashMap<i64, (usize, usize)> = HashMap::new();
        let mut statement = db.prepare_cached("SELECT id, name, algorithm FROM card_project")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let algorithm = row.get_ref(2)?.as_str_or_null()?.and_then(algorithm_name);
            let algorithm = algorithms.number(algorithm.unwrap_or(collection.algorithm.name()));
            of_project.insert(row.get(0)?, (algorithm, projects.number(row.get_ref(1)?.as_str()?)));
        }

        let (conditions, values) = with_deleted(collection, filter);
        let sql = format!(
            "SELECT c.number, c.project, c.algorithm, c.deleted, c.state, s.active, s.leech, s.due, s.interval, s.lapses, \
             s.confidence FROM card c JOIN card_schedule s ON s.card = c.number WHERE {} ORDER BY c.number",
            conditions.join(" AND ")
        );
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut cards = Self { all: conditions.len() == 1, ..Self::default() };
        // The least of the hardest is on top, to be taken out for a harder one.
        let mut hardest: BinaryHeap<Reverse<(u32, Reverse<i64>)>> = BinaryHeap::new();
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let mut parts = of_project.get(&row.get(1)?).copied().unwrap_or_default();
            if let Some(own) = row.get_ref(2)?.as_str_or_null()?.and_then(algorithm_name) {
                parts.0 = algorithms.number(own);
            }
            cards.parts.insert(number, parts);
            if row.get(3)? {
                continue;
            }
            cards.total += 1;
            let leech: bool = row.get(6)?;
            match row.get_ref(4)?.as_str()? {
                "draft" => cards.drafts += 1,
                "suspended" => cards.suspended += 1,
                _ => cards.suspended += usize::from(leech),
            }
            cards.leeches += usize::from(leech);
            if row.get(5)? {
                let (due, interval, confidence) = (row.get(7)?, row.get(8)?, row.get(10)?);
                cards.active(due, interval, confidence, today);
            }
            let lapses: u32 = row.get(9)?;
            if lapses > 0 {
                hardest.push(Reverse((lapses, Reverse(number))));
                if hardest.len() > HARDEST {
                    hardest.pop();
                }
            }
        }
        let hardest = hardest.into_sorted_vec().into_iter();
        cards.hardest = hardest.map(|Reverse((lapses, Reverse(number)))| (lapses, number)).collect();
        (cards.algorithms, cards.projects) = (algorithms.names, projects.names);
        Ok(cards)
    }

    fn active(&mut self, due: Option<i32>, interval: u32, confidence: u8, today: Day) {
        let Some(due) = due else {
            self.new += 1;
            return;
        };
        if interval < MATURE {
            self.young += 1;
        } else {
            self.mature += 1;
        }
        // What was answered below 3 is asked again whatever the day, as the queue has it.
        let days = if confidence < 3 { 0 } else { Day::from_number(due).since(today) };
        if let Some(count) = self.forecast.get_mut(days as usize) {
            *count += 1;
        }
    }
}
