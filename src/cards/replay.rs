//! Where a card stands: its answers, replayed.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::card::{Schedule, State};
use super::clock::Day;
use super::collection::Collection;
use super::grade::Confidence;
use super::scheduler::{Algorithm, LONGEST, Memory, Scheduler, fuzz};
use super::store::{Entry, entries, hash};
use crate::db::Stop;

/// Where a card stands, on the way through its log.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    memory: Option<Memory>,
    interval: u32,
    due: i32,
    answers: u32,
    lapses: u32,
    /// Lapses since the person last said that the card is to be learnt.
    recent: u32,
    last: i32,
    last_time: i64,
    confidence: u8,
}

/// How a card is replayed.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    scheduler: Arc<dyn Scheduler>,
    /// The seed of what is spread; none: nothing is.
    seed: Option<u64>,
    /// When the person last set its state.
    changed: i64,
}

impl Standing {
    /// Where a card stands after this log.
    pub(super) fn after(rules: &Rules, log: &[Entry]) -> Self {
        let mut standing = Self::default();
        log.iter().for_each(|entry| standing.step(rules, entry));
        standing
    }

    /// Takes an entry of the log into account.
    pub(super) fn step(&mut self, rules: &Rules, entry: &Entry) {
        let Ok(confidence) = Confidence::new(entry.confidence) else {
            // It starts anew.
            *self = Self { last: entry.day, last_time: entry.time, ..Self::default() };
            return;
        };
        let elapsed = Day::from_number(entry.day).since(Day::from_number(self.last));
        if !confidence.passed() && self.memory.is_some_and(|memory| memory.repetitions > 0) {
            self.lapses += 1;
            self.recent += u32::from(entry.time > rules.changed);
        }
        let memory = rules.scheduler.next(self.memory.as_ref(), confidence, elapsed);
        self.answers += 1;
        let interval = memory.interval.clamp(1, LONGEST);
        self.interval = match rules.seed {
            Some(seed) => fuzz(interval, seed.wrapping_add(u64::from(self.answers))).clamp(1, LONGEST),
            None => interval,
        };
        self.due = Day::from_number(entry.day).plus(self.interval).number();
        (self.last, self.last_time, self.confidence) = (entry.day, entry.time, entry.confidence);
        self.memory = Some(memory);
    }

    /// The interval in days; 0: it is new.
    pub(super) fn interval(&self) -> u32 {
        if self.memory.is_some() { self.interval } else { 0 }
    }

    /// The day that it is due on; none: it is new.
    pub(super) fn due(&self) -> Option<i32> {
        self.memory.map(|_| self.due)
    }

    /// What the algorithm remembers; none: it is new.
    pub(super) fn memory(&self) -> Option<Memory> {
        self.memory
    }

    pub(super) fn last_time(&self) -> i64 {
        self.last_time
    }

    pub(super) fn last(&self) -> i32 {
        self.last
    }
}

/// The columns `leech`, `due`, `interval`, `answers`, `repetitions`, `lapses`, `last`, `last_time`, `confidence`, `strength` and
/// `difficulty`, from the column `at` on: whether the card is a leech, and where it stands.
pub(super) fn schedule(row: &Row<'_>, at: usize) -> rusqlite::Result<(bool, Option<Schedule>)> {
    let leech = row.get(at)?;
    let Some(due) = row.get::<_, Option<i32>>(at + 1)? else { return Ok((leech, None)) };
    let Ok(confidence) = Confidence::new(row.get(at + 8)?) else { return Ok((leech, None)) };
    let schedule = Schedule {
        due: Day::from_number(due),
        interval: row.get(at + 2)?,
        answers: row.get(at + 3)?,
        repetitions: row.get(at + 4)?,
        lapses: row.get(at + 5)?,
        last: Day::from_number(row.get(at + 6)?),
        last_time: row.get(at + 7)?,
        confidence,
        strength: row.get(at + 9)?,
        difficulty: row.get(at + 10)?,
    };
    Ok((leech, Some(schedule)))
}

/// What a project is scheduled by.
#[derive(Debug, Clone, Default)]
struct Project {
    algorithm: Option<Algorithm>,
    parameters: Option<Arc<Vec<f32>>>,
}

/// Replays cards within one transaction, and keeps what it looked up: make it anew when a setting has changed.
pub(super) struct Replayer {
    default: Algorithm,
    fuzz: bool,
    leech_lapses: u32,
    projects: HashMap<i64, Project>,
    /// The parameters of FSRS for projects that have none.
    parameters: Option<Arc<Vec<f32>>>,
    schedulers: HashMap<(i64, Algorithm), Arc<dyn Scheduler>>,
}

/// A card as the replay sees it.
pub(super) struct Subject {
    pub(super) number: i64,
    pub(super) id: String,
    pub(super) project: i64,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) state: State,
    pub(super) deleted: bool,
    pub(super) changed: i64,
}

/// The columns of a [`Subject`].
pub(super) const SUBJECT: &str = "c.number, c.id, c.project, c.algorithm, c.state, c.deleted, c.changed";

/// How many columns those are.
pub(super) const SUBJECTS: usize = 7;

pub(super) fn subject(row: &Row<'_>) -> rusqlite::Result<Subject> {
    Ok(Subject {
        number: row.get(0)?,
        id: row.get(1)?,
        project: row.get(2)?,
        algorithm: row.get_ref(3)?.as_str_or_null()?.and_then(|text| text.parse().ok()),
        state: State::read(row.get_ref(4)?.as_str()?),
        deleted: row.get(5)?,
        changed: row.get(6)?,
    })
}

impl Replayer {
    pub(super) fn new(collection: &Collection, db: &Connection) -> rusqlite::Result<Self> {
        let mut projects = HashMap::new();
        let mut of_all = None;
        let mut statement = db.prepare_cached("SELECT id, name, algorithm, parameters FROM card_project")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let parameters = row.get_ref(3)?.as_str_or_null()?.and_then(|json| serde_json::from_str(json).ok());
            let parameters: Option<Arc<Vec<f32>>> = parameters.map(Arc::new);
            if row.get_ref(1)?.as_str()?.is_empty() {
                of_all.clone_from(&parameters);
            }
            let algorithm = row.get_ref(2)?.as_str_or_null()?.and_then(|text| text.parse().ok());
            projects.insert(row.get(0)?, Project { algorithm, parameters });
        }
        Ok(Self {
            default: collection.algorithm.clone(),
            fuzz: collection.config.cards.fuzz,
            leech_lapses: collection.config.cards.leech_lapses,
            projects,
            parameters: of_all,
            schedulers: HashMap::new(),
        })
    }

    /// What cards of this project that have no algorithm of their own are scheduled by.
    pub(super) fn algorithm(&self, project: i64) -> &Algorithm {
        self.projects.get(&project).and_then(|project| project.algorithm.as_ref()).unwrap_or(&self.default)
    }

    /// How a card is replayed.
    pub(super) fn rules(&mut self, card: &Subject) -> Result<Rules, Stop> {
        let algorithm = card.algorithm.as_ref().unwrap_or_else(|| self.algorithm(card.project)).clone();
        let key = (card.project, algorithm);
        let scheduler = match self.schedulers.get(&key) {
            Some(scheduler) => Arc::clone(scheduler),
            None => {
                let project = self.projects.get(&card.project);
                let parameters = project.and_then(|project| project.parameters.clone()).or(self.parameters.clone());
                let scheduler: Arc<dyn Scheduler> = key.1.scheduler(parameters.as_deref().map(Vec::as_slice))?.into();
                self.schedulers.insert(key, Arc::clone(&scheduler));
                scheduler
            }
        };
        let seed = (self.fuzz && scheduler.fuzzes()).then(|| hash(&card.id).cast_unsigned());
        Ok(Rules { scheduler, seed, changed: card.changed })
    }

    /// Where a card stands after its log.
    pub(super) fn stand(&mut self, db: &Connection, number: i64) -> Result<(Subject, Rules, Standing), Stop> {
        let sql = format!("SELECT {SUBJECT} FROM card c WHERE c.number = ?1");
        let card = db.prepare_cached(&sql)?.query_row([number], subject)?;
        let rules = self.rules(&card)?;
        let standing = Standing::after(&rules, &entries(db, number)?);
        Ok((card, rules, standing))
    }

    /// Replays a card and stores where it stands; says whether it is due on another day than before.
    pub(super) fn refresh(&mut self, tx: &Transaction<'_>, number: i64) -> Result<bool, Stop> {
        let (card, _, standing) = self.stand(tx, number)?;
        let sql = "SELECT due FROM card_schedule WHERE card = ?1";
        let due: Option<Option<i32>> = tx.prepare_cached(sql)?.query_row([number], |row| row.get(0)).optional()?;
        self.store(tx, &card, &standing)?;
        Ok(due.flatten() != standing.due())
    }

    /// Where a card with this log stands, as it is stored.
    pub(super) fn place(&self, card: &Subject, standing: &Standing) -> Place {
        let leech = card.state == State::Active && self.leech_lapses > 0 && standing.recent >= self.leech_lapses;
        let memory = standing.memory;
        Place {
            active: card.state == State::Active && !card.deleted && !leech,
            leech,
            due: standing.due(),
            interval: standing.interval(),
            answers: standing.answers,
            repetitions: memory.map_or(0, |memory| memory.repetitions),
            lapses: standing.lapses,
            last: standing.last,
            last_time: standing.last_time,
            confidence: standing.confidence,
            strength: memory.map_or(0.0, |memory| memory.strength),
            difficulty: memory.map_or(0.0, |memory| memory.difficulty),
        }
    }

    /// Stores where a card stands; says whether that made a leech of it.
    pub(super) fn store(&self, tx: &Transaction<'_>, card: &Subject, standing: &Standing) -> rusqlite::Result<bool> {
        let place = self.place(card, standing);
        place.store(tx, card.number)?;
        Ok(place.leech)
    }
}

/// A row of `card_schedule`, without what it has from the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    active: bool,
    leech: bool,
    pub(super) due: Option<i32>,
    interval: u32,
    answers: u32,
    repetitions: u32,
    lapses: u32,
    last: i32,
    last_time: i64,
    confidence: u8,
    strength: f64,
    difficulty: f64,
}

/// The columns of a [`Place`].
pub(super) const PLACE: &str = "s.active, s.leech, s.due, s.interval, s.answers, s.repetitions, s.lapses, s.last, s.last_time, \
    s.confidence, s.strength, s.difficulty";

impl Place {
    /// [`PLACE`], from the column `at` on.
    pub(super) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            active: row.get(at)?,
            leech: row.get(at + 1)?,
            due: row.get(at + 2)?,
            interval: row.get(at + 3)?,
            answers: row.get(at + 4)?,
            repetitions: row.get(at + 5)?,
            lapses: row.get(at + 6)?,
            last: row.get(at + 7)?,
            last_time: row.get(at + 8)?,
            confidence: row.get(at + 9)?,
            strength: row.get(at + 10)?,
            difficulty: row.get(at + 11)?,
        })
    }

    pub(super) fn store(&self, tx: &Transaction<'_>, card: i64) -> rusqlite::Result<()> {
        let sql = "UPDATE card_schedule SET active = ?2, leech = ?3, due = ?4, interval = ?5, answers = ?6, repetitions = ?7, \
                   lapses = ?8, last = ?9, last_time = ?10, confidence = ?11, strength = ?12, difficulty = ?13 WHERE card = ?1";
        let values = params![
            card,
            self.active,
            self.leech,
            self.due,
            self.interval,
            self.answers,
            self.repetitions,
            self.lapses,
            self.last,
            self.last_time,
            self.confidence,
            self.strength,
            self.difficulty,
        ];
        tx.prepare_cached(sql)?.execute(values).map(drop)
    }
}
