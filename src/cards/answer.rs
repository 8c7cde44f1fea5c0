//! Answers: stored at once, and taken back.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::Serialize;

use super::card::{Card, Schedule, State};
use super::clock::Day;
use super::collection::{Collection, resolve};
use super::grade::Confidence;
use super::import::short;
use super::replay::{Replayer, Standing};
use super::store::{Entry, Writer, entries};
use crate::db::Stop;
use crate::error::{Error, Result};

/// An entry of the log of answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// The card's id.
    pub card: String,
    /// When, in milliseconds since 1970: of one card no two are the same.
    pub time: i64,
    /// The day that it counts for.
    pub day: Day,
    /// The answer; none: the card was reset, and starts anew from here.
    pub confidence: Option<Confidence>,
    /// How long it took, in milliseconds, where that is known.
    pub duration: Option<u32>,
    /// The interval before, in days; 0: the card was new.
    pub before: u32,
    /// The interval that came of it when it was given, in days.
    pub after: u32,
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answered {
    /// The card as it is now: with its answer, and when it is due.
    pub card: Card,
    /// Where it stood before.
    pub before: Option<Schedule>,
    /// What is in the log.
    pub review: Review,
    /// Whether the card is asked again today.
    pub again: bool,
    /// Whether this answer made a leech of it, so that it is suspended.
    pub leech: bool,
}

/// What each answer would lead to: the day and the interval in days, for confidence 1 to 5 in this order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// The interval in days; an answer below 3 is asked again today besides.
    pub intervals: [u32; 5],
}

/// An answer that was taken back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Undone {
    /// The card as it is again.
    pub card: Card,
    /// The answer that no longer counts.
    pub review: Review,
}

/// How far the machine's clock may be behind the last answer to a card, in milliseconds: as far as two days.
const BEHIND: i64 = 2 * 86_400_000;

impl Collection {
    /// Stores an answer and says what came of it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a draft, a suspended card and one that is deleted; [`Error::Conflict`] where the
    /// last answer is in the future.
    pub fn answer(&self, id: &str, confidence: Confidence, duration: Option<Duration>) -> Result<Answered> {
        self.transact(|tx| {
            let mut replayer = Replayer::new(self, tx)?;
            self.answer_in(tx, &mut replayer, id, confidence, duration)
        })
    }

    /// Several answers, all of them or none, in this order.
    ///
    /// # Errors
    /// As [`Collection::answer`].
    pub fn answer_all(&self, answers: &[(String, Confidence, Option<Duration>)]) -> Result<Vec<Answered>> {
        self.transact(|tx| {
            let mut replayer = Replayer::new(self, tx)?;
            let answered = answers
                .iter()
                .map(|(id, confidence, duration)| self.answer_in(tx, &mut replayer, id, *confidence, *duration));
            answered.collect()
        })
    }

    /// Stores an answer in the place of the last one to this card, which was mistaken and is taken back: both or neither.
    ///
    /// # Errors
    /// As [`Collection::answer`]; [`Error::Invalid`] where the card was not answered today.
    pub fn answer_instead(&self, id: &str, confidence: Confidence, duration: Option<Duration>) -> Result<Answered> {
        self.transact(|tx| {
            let number = resolve(tx, id, false)?;
            let today = self.day(tx)?.number();
            let last = entries(tx, number)?.pop().filter(|last| last.confidence > 0 && last.day == today);
            let last =
                last.ok_or_else(|| Error::Invalid(format!("{id} was not answered today: nothing to correct")))?;
            Writer::new(tx).undo(number, last.time)?;
            let mut replayer = Replayer::new(self, tx)?;
            replayer.refresh(tx, number)?;
            self.answer_in(tx, &mut replayer, id, confidence, duration)
        })
    }

    fn answer_in(
        &self,
        tx: &Transaction<'_>,
        replayer: &mut Replayer,
        id: &str,
        confidence: Confidence,
        duration: Option<Duration>,
    ) -> std::result::Result<Answered, Stop> {
        let number = resolve(tx, id, false)?;
        let before = self.card(tx, number)?;
        let short = short(&before.id);
        match before.state {
            State::Active => {}
            State::Draft => {
                let message = format!("{short} is a draft: accept it first, with memento card accept {short}");
                return Err(Error::Invalid(message).into());
            }
            State::Suspended => {
                let message =
                    format!("{short} is suspended: memento card update {short} --state active has it asked again");
                return Err(Error::Invalid(message).into());
            }
        }
        let (card, rules, mut standing) = replayer.stand(tx, number)?;
        let entry = self.next_entry(tx, &standing, confidence.get(), duration, short)?;
        let was = standing.interval();
        standing.step(&rules, &entry);
        let entry = Entry { before: was, after: standing.interval(), ..entry };
        Writer::new(tx).log(number, &entry)?;
        let leech = replayer.store(tx, &card, &standing)?;
        Ok(Answered {
            card: self.card(tx, number)?,
            before: before.schedule,
            review: review(&before.id, &entry),
            again: !confidence.passed() && !leech,
            leech,
        })
    }

    /// What is to be added to the log now. Its time is after that of every other answer of the day, so that an undo knows which
    /// was the last.
    pub(super) fn next_entry(
        &self,
        db: &Connection,
        standing: &Standing,
        confidence: u8,
        duration: Option<Duration>,
        short: &str,
    ) -> std::result::Result<Entry, Stop> {
        let (now, today) = (self.clock.now(), self.day(db)?);
        if standing.last_time() > now + BEHIND {
            let day = Day::from_number(standing.last());
            let message = format!(
                "{short} was answered on {day}, which is yet to come: set the clock right, or take that answer back with memento \
                 card undo {short}"
            );
            return Err(Error::Conflict(message).into());
        }
        let sql = "SELECT max(time) FROM card_review WHERE day = ?1";
        let latest: Option<i64> = db.prepare_cached(sql)?.query_row([today.number()], |row| row.get(0))?;
        let latest = latest.filter(|latest| *latest <= now + BEHIND).unwrap_or(0).max(standing.last_time());
        Ok(Entry {
            time: now.max(latest + 1),
            day: today.number().max(standing.last()),
            confidence,
            duration: duration.map(|duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)),
            before: 0,
            after: 0,
        })
    }

    /// Takes back the last answer: of this card, or with none the last one of all, if it was given today.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn undo(&self, id: Option<&str>) -> Result<Undone> {
        self.transact(|tx| {
            let (number, entry) = match id {
                Some(id) => {
                    let number = resolve(tx, id, false)?;
                    let last = entries(tx, number)?.pop();
                    (number, last.ok_or_else(|| Error::NotFound(format!("{id} was never answered: nothing to undo")))?)
                }
                None => {
                    let number = last_of(tx, self.day(tx)?)?;
                    let number = number.ok_or_else(|| {
                        Error::NotFound("nothing was answered today: give the id of a card".to_owned())
                    })?;
                    let last = entries(tx, number)?.pop();
                    (number, last.ok_or_else(|| Error::NotFound("nothing was answered today".to_owned()))?)
                }
            };
            Writer::new(tx).undo(number, entry.time)?;
            Replayer::new(self, tx)?.refresh(tx, number)?;
            let card = self.card(tx, number)?;
            Ok(Undone { review: review(&card.id, &entry), card })
        })
    }

    /// What each answer to this card would lead to now.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn preview(&self, id: &str) -> Result<Preview> {
        let db = self.connection();
        (|| {
            let number = resolve(&db, id, false)?;
            let (_, rules, standing) = Replayer::new(self, &db)?.stand(&db, number)?;
            let today = self.day(&db)?.number();
            let intervals = [1, 2, 3, 4, 5].map(|confidence| {
                let mut standing = standing;
                let entry = Entry {
                    time: standing.last_time() + 1,
                    day: today.max(standing.last()),
                    confidence,
                    duration: None,
                    before: 0,
                    after: 0,
                };
                standing.step(&rules, &entry);
                standing.interval()
            });
            Ok(Preview { intervals })
        })()
        .map_err(|stop: Stop| stop.at(&self.path))
    }

    /// The log of a card, the oldest entry first, without those that were taken back.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn reviews(&self, id: &str) -> Result<Vec<Review>> {
        let db = self.connection();
        (|| {
            let number = resolve(&db, id, false)?;
            let id: String = db.query_row("SELECT id FROM card WHERE number = ?1", [number], |row| row.get(0))?;
            Ok(entries(&db, number)?.iter().map(|entry| review(&id, entry)).collect())
        })()
        .map_err(|stop: Stop| stop.at(&self.path))
    }
}

/// The card that was answered last on this day, of those that are not deleted.
fn last_of(db: &Connection, day: Day) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT r.card FROM card_review r JOIN card c ON c.number = r.card WHERE r.day = ?1 AND c.deleted = 0 \
               AND NOT EXISTS (SELECT 1 FROM card_undone u WHERE u.card = r.card AND u.time = r.time) \
               ORDER BY r.time DESC LIMIT 1";
    db.prepare_cached(sql)?.query_row([day.number()], |row| row.get(0)).optional()
}

/// An entry of the log as others see it.
pub(super) fn review(card: &str, entry: &Entry) -> Review {
    Review {
        card: card.to_owned(),
        time: entry.time,
        day: Day::from_number(entry.day),
        confidence: Confidence::new(entry.confidence).ok(),
        duration: entry.duration,
        before: entry.before,
        after: entry.after,
    }
}
