//! How it goes.

mod cards;
mod log;

use serde::Serialize;

use super::card::Card;
use super::clock::Day;
use super::collection::Collection;
use super::list::Filter;
use super::queue::Counts;
use crate::error::Result;
use cards::Cards;
use log::Log;

/// The time that answers are counted in; it ends today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Today.
    Today,
    /// Seven days.
    Week,
    /// Thirty days.
    #[default]
    Month,
    /// From the first answer on.
    All,
}

/// How many on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// The day.
    pub day: Day,
    /// How many.
    pub count: usize,
}

/// How much was known of what was due: of each card the first answer of a day, those of new cards left out. What was taken back
/// counts nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// How many answers.
    pub answers: usize,
    /// How many of them were 3 or more.
    pub passed: usize,
}

impl Retention {
    /// The share that was known, 0 to 1; none where nothing was asked.
    pub fn share(&self) -> Option<f64> {
        (self.answers > 0).then(|| self.passed as f64 / self.answers as f64)
    }
}

/// The retention of a part of the cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Band {
    /// What they have in common: an algorithm, a project, or `young` (an interval below 21 days) and `mature`.
    pub name: String,
    /// How much was known.
    pub retention: Retention,
}

/// Days in a row with answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Streak {
    /// Up to today, or where nothing was answered today yet to yesterday.
    pub current: usize,
    /// The longest ever.
    pub longest: usize,
}

/// A card that is forgotten again and again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hard {
    /// The card.
    pub card: Card,
    /// How often it was forgotten.
    pub lapses: u32,
}

/// The interval from which on a card is mature, in days; as in Anki.
const MATURE: u32 = 21;

/// How many days the forecast has.
const FORECAST: usize = 30;

/// Of how many days at most the answers are counted one by one.
const DAYS: u32 = 365;

/// How many of the hardest cards are named.
const HARDEST: usize = 10;

/// How it goes. Retention, time and answers are those of the period, the rest is as of now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// The period.
    pub period: Period,
    /// Its first day; none: it is all the time, and there is no answer yet.
    pub from: Option<Day>,
    /// Today.
    pub today: Day,
    /// How many cards, drafts and suspended ones included.
    pub cards: usize,
    /// How many of them are drafts.
    pub drafts: usize,
    /// How many are suspended, leeches included.
    pub suspended: usize,
    /// How many are suspended because they were forgotten too often.
    pub leeches: usize,
    /// How many active cards were never answered.
    pub new: usize,
    /// How many active cards have an interval below 21 days.
    pub young: usize,
    /// How many active cards have one of 21 days or more.
    pub mature: usize,
    /// What there is to ask today.
    pub counts: Counts,
    /// How many are due on each of the next 30 days, today with all that is overdue first.
    pub forecast: Vec<DayCount>,
    /// How many answers on each day of the period, at most the last 365; days without any are there too.
    pub days: Vec<DayCount>,
    /// How many answers.
    pub answers: usize,
    /// How many of each confidence, 1 to 5.
    pub confidences: [usize; 5],
    /// The time spent, in milliseconds, of answers that tell.
    pub time: u64,
    /// How many answers tell.
    pub timed: usize,
    /// How much was known.
    pub retention: Retention,
    /// The same for each algorithm.
    pub algorithms: Vec<Band>,
    /// For each project; the empty name is that of no project.
    pub projects: Vec<Band>,
    /// For young and for mature cards.
    pub ages: Vec<Band>,
    /// Days in a row.
    pub streak: Streak,
    /// What was forgotten most often, at most ten.
    pub hardest: Vec<Hard>,
}

impl Collection {
    /// How it goes with these cards. Answers to cards that were deleted since count among the answers: the time was spent.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn stats(&self, filter: &Filter, period: Period) -> Result<Stats> {
        self.read(|db| {
            let today = self.day(db)?;
            let cards = Cards::read(self, db, filter, today)?;
            let from = match period {
                Period::Today => Some(today),
                Period::Week => Some(earlier(today, 6)),
                Period::Month => Some(earlier(today, 29)),
                Period::All => None,
            };
            let log = match from {
                // Few of the answers: by their days, and from all others only which days there are.
                Some(from) if cards.all => Log::of_days(db, &cards, from, today)?,
                _ => Log::of_cards(self, db, filter, &cards, from, today)?,
            };
            let from = from.or(log.days.keys().next().copied().map(Day::from_number));
            Ok(Stats {
                period,
                from,
                today,
                cards: cards.total,
                drafts: cards.drafts,
                suspended: cards.suspended,
                leeches: cards.leeches,
                new: cards.new,
                young: cards.young,
                mature: cards.mature,
                counts: self.counts(db, filter)?,
                forecast: (0..)
                    .zip(cards.forecast)
                    .map(|(days, count)| DayCount { day: today.plus(days), count })
                    .collect(),
                days: log.each_day(from, today),
                answers: log.confidences.iter().sum(),
                confidences: log.confidences,
                time: log.time,
                timed: log.timed,
                retention: log.retention,
                algorithms: bands(cards.algorithms.iter().zip(&log.algorithms)),
                projects: bands(cards.projects.iter().zip(&log.projects)),
                ages: vec![
                    Band { name: "young".to_owned(), retention: log.ages[0] },
                    Band { name: "mature".to_owned(), retention: log.ages[1] },
                ],
                streak: log.streak(today),
                hardest: cards
                    .hardest
                    .iter()
                    .map(|&(lapses, card)| Ok(Hard { card: self.card(db, card)?, lapses }))
                    .collect::<rusqlite::Result<_>>()?,
            })
        })
    }
}

/// So many days before.
fn earlier(day: Day, days: i32) -> Day {
    Day::from_number(day.number().saturating_sub(days))
}

/// The retention of each part that was asked, by name.
fn bands<'a>(parts: impl Iterator<Item = (&'a String, &'a Retention)>) -> Vec<Band> {
    let asked = parts.filter(|(_, retention)| retention.answers > 0);
    let mut bands: Vec<Band> =
        asked.map(|(name, retention)| Band { name: name.clone(), retention: *retention }).collect();
    bands.sort_by(|a, b| a.name.cmp(&b.name));
    bands
}
