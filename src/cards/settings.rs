//! What projects are scheduled by.

use rusqlite::{OptionalExtension, Transaction, params};

use super::change::check_project;
use super::collection::Collection;
use super::replay::{Replayer, SUBJECT, Standing, Subject, subject};
use super::scheduler::Algorithm;
use super::store::{Entry, Writer};
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
        let sql = format!(
            "SELECT {SUBJECT}, s.due FROM card c JOIN card_schedule s ON s.card = c.number \
             WHERE ?1 IS NULL OR c.project = ?1 ORDER BY c.number"
        );
        let mut statement = tx.prepare(&sql)?;
        let cards = statement.query_map([project], |row| Ok((subject(row)?, row.get::<_, Option<i32>>(7)?)))?;
        let cards: Vec<(Subject, Option<i32>)> = cards.collect::<rusqlite::Result<_>>()?;
        // The log lies in the order of cards and times: one pass over it, beside the cards.
        let sql = "SELECT card, time, day, confidence FROM card_review r WHERE NOT EXISTS \
                   (SELECT 1 FROM card_undone u WHERE u.card = r.card AND u.time = r.time) \
                   AND (?1 IS NULL OR card IN (SELECT number FROM card WHERE project = ?1)) ORDER BY card, time";
        let mut log = tx.prepare(sql)?;
        let mut log = log.query([project])?;
        let mut next = log.next()?;
        let mut moved = 0;
        for (done, (card, due)) in cards.iter().enumerate() {
            if done % STEP == 0 {
                progress(done, cards.len());
            }
            let rules = replayer.rules(card)?;
            let mut standing = Standing::default();
            while let Some(row) = next {
                if row.get::<_, i64>(0)? != card.number {
                    break;
                }
                let entry = Entry {
                    time: row.get(1)?,
                    day: row.get(2)?,
                    confidence: row.get(3)?,
                    duration: None,
                    before: 0,
                    after: 0,
                };
                standing.step(&rules, &entry);
                next = log.next()?;
            }
            replayer.store(tx, card, &standing)?;
            moved += usize::from(*due != standing.due());
        }
        progress(cards.len(), cards.len());
        Ok(moved)
    }
}
