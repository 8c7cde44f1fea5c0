//! What projects are scheduled by.

use rayon::prelude::*;
use rusqlite::{OptionalExtension, Transaction, params};

use super::change::check_project;
use super::collection::Collection;
use super::replay::{PLACE, Place, Replayer, SUBJECT, SUBJECTS, Standing, Subject, subject};
use super::scheduler::Algorithm;
use super::store::{Entry, Writer, undone};
use crate::db::Stop;
use crate::error::Result;

/// How many cards are replayed between two words of progress.
const STEP: usize = 1_000;

impl Collection {
    /// What the cards of a project are scheduled by that have no algorithm of their own.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn algorithm(&self, project: &str) -> Result<Algorithm> {
        let sql = "SELECT algorithm FROM card_project WHERE name = ?1";
        let set: Option<Option<String>> =
            self.read(|db| db.prepare_cached(sql)?.query_row([project], |row| row.get(0)).optional())?;
        Ok(set.flatten().and_then(|text| text.parse().ok()).unwrap_or_else(|| self.algorithm.clone()))
    }

    /// Has the cards of a project that have no algorithm of their own be scheduled by this one, or with none by the default; their
    /// answers are replayed. Returns how many cards are due on another day now. `progress` is told how many of how many are done.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for what is no name of a project; [`Error::Database`](crate::Error::Database).
    pub fn set_algorithm(
        &self,
        project: &str,
        algorithm: Option<Algorithm>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<usize> {
        let project = project.trim();
        check_project(project)?;
        self.transact(|tx| {
            let id = Writer::new(tx).project(project)?;
            let sql = "UPDATE card_project SET algorithm = ?2, changed = max(?3, changed + 1) WHERE id = ?1";
            tx.execute(sql, params![id, algorithm.map(|algorithm| algorithm.to_string()), self.clock.now()])?;
            self.replay_in(tx, Some(id), progress)
        })
    }

    /// Replays all answers; returns how many cards are due on another day now. Nothing but a change of the program or of its
    /// settings makes that necessary.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn replay(&self, progress: &mut dyn FnMut(usize, usize)) -> Result<usize> {
        self.transact(|tx| self.replay_in(tx, None, progress))
    }

    /// Replays the answers to the cards of a project, or to all.
    pub(super) fn replay_in(
        &self,
        tx: &Transaction<'_>,
        project: Option<i64>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> std::result::Result<usize, Stop> {
        let mut replayer = Replayer::new(self, tx)?;
        let of = if project.is_some() { "c.project = ?1" } else { "?1 IS NULL" };
        let sql = format!(
            "SELECT {SUBJECT}, {PLACE} FROM card c JOIN card_schedule s ON s.card = c.number WHERE {of} ORDER BY c.number"
        );
        let mut statement = tx.prepare(&sql)?;
        let cards = statement.query_map([project], |row| Ok((subject(row)?, Place::read(row, SUBJECTS)?)))?;
        let cards: Vec<(Subject, Place)> = cards.collect::<rusqlite::Result<_>>()?;
        // The log lies in the order of cards and times: one pass over it, beside the cards.
        let sql = if project.is_some() {
            "SELECT r.card, time, day, confidence FROM card c CROSS JOIN card_review r ON r.card = c.number \
             WHERE c.project = ?1 ORDER BY c.number, r.time"
        } else {
            "SELECT card, time, day, confidence FROM card_review WHERE ?1 IS NULL ORDER BY card, time"
        };
        let undone = undone(tx)?;
        let mut log = tx.prepare(sql)?;
        let mut log = log.query([project])?;
        let mut next = log.next()?;
        let (mut moved, mut done, all) = (0, 0, cards.len());
        for cards in cards.chunks(STEP) {
            progress(done, all);
            done += cards.len();
            let mut histories = Vec::with_capacity(cards.len());
            for (card, _) in cards {
                let mut history = Vec::new();
                while let Some(row) = next.filter(|row| row.get(0) == Ok(card.number)) {
                    let entry = Entry {
                        time: row.get(1)?,
                        day: row.get(2)?,
                        confidence: row.get(3)?,
                        duration: None,
                        before: 0,
                        after: 0,
                    };
                    if undone.is_empty() || !undone.contains(&(card.number, entry.time)) {
                        history.push(entry);
                    }
                    next = log.next()?;
                }
                histories.push((replayer.rules(card)?, history));
            }
            // What takes longest is to compute.
            let standings: Vec<Standing> =
                histories.par_iter().map(|(rules, log)| Standing::after(rules, log)).collect();
            for ((card, before), standing) in cards.iter().zip(&standings) {
                let place = replayer.place(card, standing);
                if place != *before {
                    place.store(tx, card.number)?;
                }
                moved += usize::from(place.due != before.due);
            }
        }
        progress(all, all);
        Ok(moved)
    }
}
