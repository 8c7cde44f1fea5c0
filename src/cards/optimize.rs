//! FSRS, fitted to a person's own log.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use fsrs::{CombinedProgressState, ComputeParametersInput, FSRS, FSRSError, FSRSItem, FSRSReview, compute_parameters};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::clock::Day;
use super::collection::Collection;
use super::grade::Confidence;
use super::scheduler::model;
use crate::error::{Error, Result};

/// What an optimisation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Optimized {
    /// The project; none: all of them.
    pub project: Option<String>,
    /// How many answers it was made from: those that came on a later day than the one before.
    pub reviews: usize,
    /// The 21 parameters.
    pub parameters: Vec<f32>,
    /// How well the parameters before foretold the log (log loss, less is better).
    pub before: f32,
    /// And these.
    pub after: f32,
    /// Whether they are better, and in use from now on.
    pub adopted: bool,
}

/// From fewer answers FSRS's authors fit nothing but the first four parameters.
const FEWEST: usize = 64;

/// What part of the work is done when the log is read, and when the parameters are found; the rest is judging them.
const READ: f32 = 0.05;
const FOUND: f32 = 0.9;

/// How often the person is told.
const POLL: Duration = Duration::from_millis(50);

/// The answers to learn from, in the order in which they were given: each with those before it to the same card.
#[derive(Default)]
struct Answers {
    items: Vec<FSRSItem>,
    /// Which of the items are of one card, or of one life of a card that was reset.
    lives: Vec<i64>,
}

impl Collection {
    /// Fits the parameters of FSRS to the answers of one project, or of all, whatever they were scheduled by, and where they foretell
    /// the log better than those in use has its FSRS cards use them: those of the project, or of all projects that have no
    /// parameters of their own. With `dry_run` it only says what it found. `progress` is told what part is done, 0 to 1, and
    /// stops it with `false`.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such project; [`Error::Invalid`] where there are too few answers to learn from, or it
    /// was stopped: nothing changes then.
    pub fn optimize(
        &self,
        project: Option<&str>,
        dry_run: bool,
        progress: &mut dyn FnMut(f32) -> bool,
    ) -> Result<Optimized> {
        if project == Some("") {
            let message = "cards of no project use the parameters of all: give a project, or none for all";
            return Err(Error::Invalid(message.into()));
        }
        let id = project.map(|name| self.project_id(name)).transpose()?;
        let (answers, in_use) = self.read(|db| Ok((read(db, id)?, in_use(db, id)?)))?;
        let reviews = answers.items.len();
        if reviews < FEWEST {
            return Err(Error::Invalid(format!(
                "there are {reviews} answers to learn from, and it takes {FEWEST}: those count that were given on a later day than the \
                 one before to the same card; learn on, and try again"
            )));
        }
        if !progress(READ) {
            return Err(stopped());
        }
        let parameters = fit(&answers, progress)?;
        let half = FOUND + (1.0 - FOUND) / 2.0;
        let before = loss(&model(in_use.as_deref())?, &answers, &mut |part| progress(FOUND + part * (half - FOUND)))?;
        let after = loss(&model(Some(&parameters))?, &answers, &mut |part| progress(half + part * (1.0 - half)))?;
        let adopted = after < before && !dry_run;
        if adopted {
            let json = serde_json::to_string(&parameters).map_err(|error| Error::Invalid(error.to_string()))?;
            self.transact(|tx| {
                let sql = "INSERT INTO card_project (name, parameters, changed) VALUES (?1, ?2, ?3) \
                           ON CONFLICT (name) DO UPDATE SET parameters = ?2, changed = max(?3, changed + 1)";
                tx.execute(sql, params![project.unwrap_or(""), json, self.clock.now()])?;
                self.replay_in(tx, id, &mut |_, _| {})
            })?;
        }
        progress(1.0);
        Ok(Optimized { project: project.map(str::to_owned), reviews, parameters, before, after, adopted })
    }

    fn project_id(&self, name: &str) -> Result<i64> {
        let sql = "SELECT id FROM card_project WHERE name = ?1";
        let id = self.read(|db| db.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional())?;
        id.ok_or_else(|| Error::NotFound(format!("there is no project {name}: memento card projects lists them")))
    }
}

fn stopped() -> Error {
    Error::Invalid("stopped: nothing has changed".into())
}

/// The parameters that cards of this project are scheduled by; none: FSRS's own.
fn in_use(db: &Connection, project: Option<i64>) -> rusqlite::Result<Option<Vec<f32>>> {
    let sql = "SELECT parameters FROM card_project WHERE (id = ?1 OR name = '') AND parameters IS NOT NULL \
               ORDER BY name = '' LIMIT 1";
    let json: Option<String> = db.prepare_cached(sql)?.query_row([project], |row| row.get(0)).optional()?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

/// The answers of a project, or of all.
fn read(db: &Connection, project: Option<i64>) -> rusqlite::Result<Answers> {
    let sql = "SELECT r.card, r.day, r.confidence, r.time FROM card c CROSS JOIN card_review r ON r.card = c.number \
               WHERE (?1 IS NULL OR c.project = ?1) AND NOT EXISTS \
               (SELECT 1 FROM card_undone u WHERE u.card = r.card AND u.time = r.time) ORDER BY c.number, r.time";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([project])?;
    let mut found: Vec<(i64, i64, FSRSItem)> = Vec::new();
    let (mut card, mut life, mut last) = (i64::MIN, 0, 0);
    let mut history: Vec<FSRSReview> = Vec::new();
    while let Some(row) = rows.next()? {
        let day = row.get(1)?;
        if row.get::<_, i64>(0)? != card {
            card = row.get(0)?;
            life += 1;
            history.clear();
        }
        let Ok(confidence) = Confidence::new(row.get(2)?) else {
            // It was reset, and starts anew.
            life += 1;
            history.clear();
            continue;
        };
        let delta_t = if history.is_empty() { 0 } else { Day::from_number(day).since(Day::from_number(last)) };
        history.push(FSRSReview { rating: confidence.grade() as u32, delta_t });
        last = day;
        // Nothing is to be foretold of the first answer, nor of a second one on the same day.
        if delta_t > 0 {
            found.push((row.get(3)?, life, FSRSItem { reviews: history.clone() }));
        }
    }
    // What is newer counts for more.
    found.sort_by_key(|(time, life, _)| (*time, *life));
    let mut answers = Answers::default();
    for (_, life, item) in found {
        answers.items.push(item);
        answers.lives.push(life);
    }
    Ok(answers)
}

/// The parameters that fit these answers best.
fn fit(answers: &Answers, progress: &mut dyn FnMut(f32) -> bool) -> Result<Vec<f32>> {
    let state = CombinedProgressState::new_shared();
    let input = ComputeParametersInput {
        train_set: answers.items.clone(),
        card_ids: Some(answers.lives.clone()),
        progress: Some(state.clone()),
        enable_short_term: true,
        num_relearning_steps: None,
        training_config: None,
    };
    let look = |state: &Mutex<CombinedProgressState>, stop: bool| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.want_abort |= stop;
        state.current() as f32 / state.total().max(1) as f32
    };
    let found = thread::scope(|scope| {
        let work = scope.spawn(|| compute_parameters(input));
        let mut go_on = true;
        while !work.is_finished() {
            let part = look(&state, !go_on);
            go_on = go_on && progress(READ + part.min(1.0) * (FOUND - READ));
            thread::sleep(POLL);
        }
        if !go_on {
            // Even where it came to its end before it was seen that it should not.
            return Err(stopped());
        }
        let found = work.join().map_err(|_| Error::Invalid("FSRS cannot learn from these answers".into()))?;
        found.map_err(refused)
    })?;
    Ok(found)
}

/// How badly a model foretells these answers: the log loss.
fn loss(model: &FSRS, answers: &Answers, progress: &mut dyn FnMut(f32) -> bool) -> Result<f32> {
    let mut cards = 0_usize;
    let judged = model.evaluate_with_card_ids(answers.items.clone(), answers.lives.clone(), |state| {
        // It tells of each card.
        cards += 1;
        cards % 1000 != 1 || progress(state.current as f32 / state.total.max(1) as f32)
    });
    Ok(judged.map_err(refused)?.log_loss)
}

fn refused(error: FSRSError) -> Error {
    match error {
        FSRSError::Interrupted => stopped(),
        FSRSError::NotEnoughData => Error::Invalid(format!(
            "there are too few answers to learn from: it takes {FEWEST} of different cards; learn on"
        )),
        error => Error::Invalid(format!("FSRS cannot learn from these answers: {error}")),
    }
}
