//! Figures about the log.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Entry;

/// How many remarks are open and how many are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Open ones, held or not.
    pub open: usize,
    /// Closed ones.
    pub done: usize,
}

/// How old the open remarks are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ages {
    /// Less than a day.
    pub day: usize,
    /// Less than seven days.
    pub week: usize,
    /// Less than thirty days.
    pub month: usize,
    /// Thirty days or more.
    pub older: usize,
    /// Those whose `TIMESTAMP` is missing or no timestamp.
    pub unknown: usize,
}

/// How long closed remarks were open, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TimeOpen {
    /// Half of them were closed sooner.
    pub median: i64,
    /// The arithmetic mean.
    pub mean: i64,
    /// The longest.
    pub longest: i64,
}

/// The figures of a log or of a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// All remarks.
    pub total: Count,
    /// Open ones that a session holds now.
    pub held: usize,
    /// By project.
    pub projects: BTreeMap<String, Count>,
    /// By category; those without one are under `none`.
    pub categories: BTreeMap<String, Count>,
    /// By TODO keyword.
    pub states: BTreeMap<String, usize>,
    /// The open ones by age.
    pub ages: Ages,
    /// How long the closed ones stayed open; `None` where none has both timestamps.
    pub time_open: Option<TimeOpen>,
}

const DAY: i64 = 86_400;

impl Stats {
    /// Counts `entries` as of `now` (seconds since 1970).
    pub fn of(entries: &[Entry], now: i64) -> Self {
        let mut stats = Self::default();
        let mut open_for = Vec::new();
        for entry in entries {
            let project = stats.projects.entry(entry.project.clone()).or_default();
            let category = entry.category.clone().unwrap_or_else(|| "none".to_owned());
            let category = stats.categories.entry(category).or_default();
            for count in [&mut stats.total, project, category] {
                *(if entry.done { &mut count.done } else { &mut count.open }) += 1;
            }
            *stats.states.entry(entry.keyword.clone()).or_default() += 1;
            stats.held += usize::from(entry.holder(now).is_some());
            if entry.done {
                open_for
                    .extend(entry.closed_at().zip(entry.created).map(|(closed, created)| (closed - created).max(0)));
            } else {
                let ages = &mut stats.ages;
                *match entry.created.map(|created| now - created) {
                    None => &mut ages.unknown,
                    Some(age) if age < DAY => &mut ages.day,
                    Some(age) if age < 7 * DAY => &mut ages.week,
                    Some(age) if age < 30 * DAY => &mut ages.month,
                    Some(_) => &mut ages.older,
                } += 1;
            }
        }
        open_for.sort_unstable();
        stats.time_open = open_for.last().map(|&longest| TimeOpen {
            median: open_for[open_for.len() / 2],
            mean: open_for.iter().sum::<i64>() / open_for.len() as i64,
            longest,
        });
        stats
    }
}
