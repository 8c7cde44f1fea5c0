//! The library in numbers.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Datelike, Local, NaiveDate, NaiveDateTime, Timelike};
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::library::Library;
use super::list::Stopped;
use super::query::Query;
use super::stats_words::Counter;
use crate::error::Result;

/// Prompts in numbers. Days, hours and weekdays are those of the local time zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Prompts counted; slash commands only where they were asked for.
    pub prompts: usize,
    /// Slash commands that were left out.
    pub commands: usize,
    /// Prompts that look to hold a key or token.
    pub secrets: usize,
    /// Prompts that are rated.
    pub rated: usize,
    /// The average rating.
    pub average: Option<f64>,
    /// Prompts rated 1, 2, 3, 4 and 5.
    pub ratings: [usize; 5],
    /// By project, the one with most prompts first.
    pub projects: Vec<ProjectStats>,
    /// By hour of the day.
    pub hours: [usize; 24],
    /// By weekday, Monday first.
    pub weekdays: [usize; 7],
    /// By length of the text.
    pub lengths: Vec<Band>,
    /// Spearman's rank correlation of rating and length, from -1 to 1, where at least three prompts are rated.
    pub rating_by_length: Option<f64>,
    /// Days with a prompt, in a row.
    pub streak: Streak,
    /// Days with a prompt.
    pub days: usize,
    /// Sessions.
    pub sessions: usize,
    /// The mean of the sessions on a day with one.
    pub sessions_per_day: f64,
    /// The first and the last prompt, in milliseconds since 1970.
    pub first: Option<i64>,
    /// See `first`.
    pub last: Option<i64>,
    /// The words used in most prompts.
    pub words: Vec<WordCount>,
    /// The technical terms used in most prompts.
    pub terms: Vec<WordCount>,
}

/// A project in numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProjectStats {
    /// The directory.
    pub project: String,
    /// Prompts.
    pub prompts: usize,
    /// Prompts that are rated.
    pub rated: usize,
    /// Their average.
    pub average: Option<f64>,
}

/// Prompts of about one length.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Band {
    /// At least so many characters.
    pub from: usize,
    /// At most so many; `None`: any number.
    pub to: Option<usize>,
    /// Prompts.
    pub prompts: usize,
    /// Prompts that are rated.
    pub rated: usize,
    /// Their average.
    pub average: Option<f64>,
}

/// Days with a prompt, in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Streak {
    /// Days up to today, or up to yesterday where today has none yet.
    pub current: usize,
    /// The most.
    pub longest: usize,
    /// The first day of the longest, as `YYYY-MM-DD`.
    pub longest_from: Option<String>,
}

/// A word with how many prompts use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordCount {
    /// The word, folded.
    pub word: String,
    /// Prompts that use it.
    pub prompts: usize,
}

/// The lengths at which bands begin, in characters.
const BANDS: [usize; 8] = [0, 21, 51, 101, 201, 501, 1001, 5001];

impl Library {
    /// Counts the prompts that `query` asks for; its order, limit and offset do not matter.
    ///
    /// # Errors
    /// Those of [`Library::list`].
    pub fn stats(&self, query: &Query) -> Result<Stats> {
        let db = self.connection();
        stats(&db, query, Local::now().date_naive()).map_err(|stopped| stopped.at(&self.path))
    }
}

/// What is counted while rows go by.
#[derive(Default)]
struct Counts {
    stats: Stats,
    clock: Clock,
    /// Prompts, those that are rated, and the sum of their ratings.
    projects: HashMap<i64, [usize; 3]>,
    bands: [[usize; 3]; BANDS.len()],
    /// Rating and length of those that are rated.
    rated: Vec<(u8, usize)>,
    days: BTreeSet<NaiveDate>,
    sessions: HashSet<i64>,
    sessions_of_days: HashSet<(NaiveDate, i64)>,
}

fn stats(db: &Connection, query: &Query, today: NaiveDate) -> std::result::Result<Stats, Stopped> {
    // Commands are counted in any case.
    let all = Query { commands: true, ..query.clone() };
    let conditions = all.conditions(db)?;
    let (tables, joined) = match &all.text {
        Some(_) => ("prompt_words w CROSS JOIN prompt p", " AND p.place = w.rowid"),
        None => ("prompt p", ""),
    };
    let sql = format!(
        "SELECT p.time, p.project, p.session, p.command, p.secrets IS NOT NULL, p.characters, p.identity, p.text \
         FROM {tables} {}{joined}",
        conditions.sql
    );
    let ratings: HashMap<i64, u8> = db
        .prepare_cached("SELECT identity, rating FROM prompt_rating")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut counts = Counts::default();
    let words = Counter::run(|words| -> rusqlite::Result<()> {
        let mut statement = db.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(&conditions.values))?;
        while let Some(row) = rows.next()? {
            if row.get(3)? && !query.commands {
                counts.stats.commands += 1;
                continue;
            }
            let rating = ratings.get(&row.get(6)?).copied().unwrap_or(0);
            let secret: bool = row.get(4)?;
            let length = usize::try_from(row.get::<_, i64>(5)?).unwrap_or(0);
            counts.prompt(row.get(0)?, row.get(1)?, row.get(2)?, rating, length, secret);
            words.add(row.get_ref(7)?.as_str()?, secret);
        }
        Ok(())
    });
    let (done, words) = words;
    done?;
    let names: HashMap<i64, String> = db
        .prepare_cached("SELECT id, path FROM prompt_project")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut stats = counts.finish(&names, today);
    (stats.words, stats.terms) = words;
    Ok(stats)
}

impl Counts {
    fn prompt(&mut self, time: i64, project: i64, session: Option<i64>, rating: u8, length: usize, secret: bool) {
        let stats = &mut self.stats;
        stats.prompts += 1;
        stats.secrets += usize::from(secret);
        let band = BANDS.iter().rposition(|&from| length >= from).unwrap_or(0);
        for of in [self.projects.entry(project).or_default(), &mut self.bands[band]] {
            of[0] += 1;
            of[1] += usize::from(rating > 0);
            of[2] += usize::from(rating);
        }
        if rating > 0 {
            stats.rated += 1;
            stats.ratings[usize::from(rating) - 1] += 1;
            self.rated.push((rating, length));
        }
        if let Some(session) = session {
            self.sessions.insert(session);
        }
        // One without a date is in no day.
        if time == 0 {
            return;
        }
        stats.first = Some(stats.first.map_or(time, |first| first.min(time)));
        stats.last = Some(stats.last.map_or(time, |last| last.max(time)));
        let Some(local) = self.clock.local(time) else { return };
        stats.hours[local.hour() as usize] += 1;
        stats.weekdays[local.weekday().num_days_from_monday() as usize] += 1;
        self.days.insert(local.date());
        if let Some(session) = session {
            self.sessions_of_days.insert((local.date(), session));
        }
    }

    fn finish(self, names: &HashMap<i64, String>, today: NaiveDate) -> Stats {
        let mut stats = self.stats;
        let average = |[_, rated, sum]: [usize; 3]| (rated > 0).then(|| sum as f64 / rated as f64);
        let sum = self.rated.iter().map(|&(rating, _)| usize::from(rating)).sum();
        stats.average = average([0, stats.rated, sum]);
        stats.projects = self
            .projects
            .into_iter()
            .map(|(id, of)| ProjectStats {
                project: names.get(&id).cloned().unwrap_or_default(),
                prompts: of[0],
                rated: of[1],
                average: average(of),
            })
            .collect();
        stats.projects.sort_by(|a, b| b.prompts.cmp(&a.prompts).then_with(|| a.project.cmp(&b.project)));
        stats.lengths = (0..BANDS.len())
            .map(|i| Band {
                from: BANDS[i],
                to: BANDS.get(i + 1).map(|next| next - 1),
                prompts: self.bands[i][0],
                rated: self.bands[i][1],
                average: average(self.bands[i]),
            })
            .collect();
        stats.rating_by_length = rank_correlation(&self.rated);
        stats.streak = streak(&self.days, today);
        stats.days = self.days.len();
        stats.sessions = self.sessions.len();
        let days: HashSet<NaiveDate> = self.sessions_of_days.iter().map(|(day, _)| *day).collect();
        if !days.is_empty() {
            stats.sessions_per_day = self.sessions_of_days.len() as f64 / days.len() as f64;
        }
        stats
    }
}

/// Local times. Clocks change at a quarter of an hour, so what they are off is looked up once for each, which prompts that
/// come in the order of time have in common.
#[derive(Default)]
struct Clock {
    quarter: Option<(i64, i64)>,
}

/// Milliseconds of a quarter of an hour.
const QUARTER: i64 = 900_000;

impl Clock {
    fn local(&mut self, time: i64) -> Option<NaiveDateTime> {
        let quarter = time.div_euclid(QUARTER);
        let off = match self.quarter {
            Some((known, off)) if known == quarter => off,
            _ => {
                let local = DateTime::from_timestamp_millis(time)?.with_timezone(&Local);
                let off = i64::from(local.offset().local_minus_utc()) * 1000;
                self.quarter = Some((quarter, off));
                off
            }
        };
        Some(DateTime::from_timestamp_millis(time + off)?.naive_utc())
    }
}

fn streak(days: &BTreeSet<NaiveDate>, today: NaiveDate) -> Streak {
    let mut streak = Streak::default();
    let mut run: Option<(NaiveDate, NaiveDate, usize)> = None;
    for &day in days {
        run = Some(match run {
            Some((from, last, count)) if last.succ_opt() == Some(day) => (from, day, count + 1),
            _ => (day, day, 1),
        });
        if let Some((from, last, count)) = run {
            if count > streak.longest {
                (streak.longest, streak.longest_from) = (count, Some(from.to_string()));
            }
            if last == today || last.succ_opt() == Some(today) {
                streak.current = count;
            }
        }
    }
    streak
}

/// Spearman's rank correlation; `None` for fewer than three, or where all are the same in one of the two.
fn rank_correlation(pairs: &[(u8, usize)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let by_rating = ranks(pairs.iter().map(|&(rating, _)| usize::from(rating)).collect());
    let by_length = ranks(pairs.iter().map(|&(_, length)| length).collect());
    let mean = (pairs.len() + 1) as f64 / 2.0;
    let moment = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let spread = (moment(&by_rating, &by_rating) * moment(&by_length, &by_length)).sqrt();
    (spread > 0.0).then(|| moment(&by_rating, &by_length) / spread)
}

/// The rank of each value; equal ones share the mean of theirs.
fn ranks(values: Vec<usize>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&i| values[i]);
    let mut ranks = vec![0.0; values.len()];
    let mut at = 0;
    while at < order.len() {
        let same = order[at..].iter().take_while(|&&i| values[i] == values[order[at]]).count();
        for &i in &order[at..at + same] {
            ranks[i] = at as f64 + (same + 1) as f64 / 2.0;
        }
        at += same;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_shared_and_correlate() {
        assert_eq!(ranks(vec![5, 1, 5, 9]), [2.5, 1.0, 2.5, 4.0]);
        let near = |pairs: &[(u8, usize)], want: f64| (rank_correlation(pairs).unwrap() - want).abs() < 1e-9;
        assert!(near(&[(1, 10), (2, 20), (5, 3000)], 1.0));
        assert!(near(&[(5, 10), (2, 20), (1, 3000)], -1.0));
        assert_eq!(rank_correlation(&[(3, 10), (3, 20), (3, 30)]), None);
        assert_eq!(rank_correlation(&[(1, 10), (2, 20)]), None);
    }

    #[test]
    fn a_streak_may_end_yesterday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = ["2025-10-01", "2025-10-02", "2025-10-03", "2025-10-25", "2025-10-26"].map(day).into();
        let want = |current| Streak { current, longest: 3, longest_from: Some("2025-10-01".into()) };
        assert_eq!(streak(&days, day("2025-10-26")), want(2));
        assert_eq!(streak(&days, day("2025-10-27")), want(2));
        assert_eq!(streak(&days, day("2025-10-28")), want(0));
        assert_eq!(streak(&BTreeSet::new(), day("2025-10-28")), Streak::default());
    }

    #[test]
    fn the_clock_agrees_with_the_calendar() {
        let mut clock = Clock::default();
        // Across both changes of a year, in steps that meet every quarter.
        for i in 0..40_000_i64 {
            let time = 1_735_689_600_000 + i * 899_999;
            let want = DateTime::from_timestamp_millis(time).unwrap().with_timezone(&Local).naive_local();
            assert_eq!(clock.local(time), Some(want));
        }
    }
}
