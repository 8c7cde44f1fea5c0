//! Days of prompts as a picture that each front end draws in its way: lanes of bubbles.

use std::collections::HashMap;

use chrono::{Local, NaiveDate, TimeZone};
use serde::Serialize;

use super::library::Library;
use super::prompt::Prompt;
use super::query::{Order, Query};
use super::when::day;
use crate::error::{Error, Result};

/// The prompts of some days, in lanes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The beginning of the first day in the local time zone, in milliseconds since 1970.
    pub start: i64,
    /// The end of the last day; a day may have 23 or 25 hours.
    pub end: i64,
    /// A lane per project, the one with the first prompt first.
    pub lanes: Vec<Lane>,
    /// The day before with prompts.
    pub previous: Option<NaiveDate>,
    /// The day after with prompts.
    pub next: Option<NaiveDate>,
}

/// What was asked in one project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lane {
    /// The directory.
    pub project: String,
    /// What people call it: the last part of the directory, with as much before it as tells it from other lanes.
    pub name: String,
    /// How many rows its bubbles take, at least 1.
    pub rows: usize,
    /// Its prompts, the oldest first.
    pub bubbles: Vec<Bubble>,
}

/// A prompt in a lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bubble {
    /// The prompt.
    pub prompt: Prompt,
    /// How far from the left it is, from 0, the start, to 1, the end.
    pub x: f64,
    /// How big it is, from 0 to 1: its area, which grows with the logarithm of the length; its radius is the square root.
    pub size: f64,
    /// The row within the lane in which it covers no other, from 0; where all [`ROWS`] are taken, the one where it
    /// covers others least. A front end that has the room draws row 0 in the middle and the others by turns above and below.
    pub row: usize,
}

impl Library {
    /// The prompts from the day `from` to the day `to`, in local time.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) where `to` is before `from`, or for a day that the time zone left out,
    /// [`Error::Database`](crate::Error::Database).
    pub fn timeline(&self, from: NaiveDate, to: NaiveDate, commands: bool) -> Result<Timeline> {
        if to < from {
            return Err(Error::Invalid(format!("{to} is before {from}: name the earlier day first")));
        }
        let (start, end) = (day(from)?.from, day(to)?.to);
        // What is not dated has time 0.
        let since = Some(start.max(1));
        let days = Query { since, until: Some(end), commands, order: Order::Oldest, ..Query::default() };
        let prompts = self.list(&days)?.prompts;
        let nearest = |query: Query| -> Result<Option<NaiveDate>> {
            let found = self.list(&Query { commands, limit: Some(1), ..query })?;
            Ok(found.prompts.first().and_then(|prompt| date(prompt.time)))
        };
        let previous = nearest(Query { since: Some(1), until: Some(start), order: Order::Newest, ..Query::default() })?;
        let next = nearest(Query { since: Some(end), order: Order::Oldest, ..Query::default() })?;
        Ok(Timeline { from, to, start, end, lanes: lanes(prompts, start, end), previous, next })
    }
}

/// The day of a time, in local time.
fn date(time: i64) -> Option<NaiveDate> {
    Local.timestamp_millis_opt(time).single().map(|time| time.date_naive())
}

/// How many rows a lane has at most.
pub const ROWS: usize = 24;

/// The radius of the biggest bubble, as a share of the picture's width: that of a whole day, which is looked at from its first
/// prompt to its last and then has room for bigger ones.
const RADIUS: f64 = 0.012;

/// How far apart rows are, as a share of the picture's width: near enough that small bubbles lie close together.
const PITCH: f64 = 0.0085;

/// How many bubbles before one are looked at: so many in one place cover each other anyhow.
const NEIGHBOURS: usize = 256;

/// Lanes of prompts that are in the order of time.
fn lanes(prompts: Vec<Prompt>, start: i64, end: i64) -> Vec<Lane> {
    let mut places = HashMap::new();
    let mut lanes: Vec<Lane> = Vec::new();
    let span = (end - start).max(1) as f64;
    for prompt in prompts {
        let place = *places.entry(prompt.project.clone()).or_insert_with(|| {
            lanes.push(Lane { project: prompt.project.clone(), name: String::new(), rows: 1, bubbles: Vec::new() });
            lanes.len() - 1
        });
        let x = ((prompt.time - start) as f64 / span).clamp(0.0, 1.0);
        let size = size(prompt.characters);
        lanes[place].bubbles.push(Bubble { prompt, x, size, row: 0 });
    }
    let names = names(&lanes.iter().map(|lane| lane.project.as_str()).collect::<Vec<_>>());
    for (lane, name) in lanes.iter_mut().zip(names) {
        lane.name = name;
        lane.rows = arrange(&mut lane.bubbles);
    }
    lanes
}

/// The area of a bubble for a text of so many characters: a line of 20 is a tenth, 500 are half, 20,000 are 1.
fn size(characters: usize) -> f64 {
    let size = (1.0 + characters as f64 / 20.0).ln() / 1001_f64.ln();
    size.clamp(0.1, 1.0)
}

/// Gives each bubble the first row, counted from the middle, in which it touches none before it, and returns how many there are.
fn arrange(bubbles: &mut [Bubble]) -> usize {
    let mut rows = 1;
    // Nothing left of this one reaches a bubble of today's place.
    let mut near = 0;
    for index in 0..bubbles.len() {
        let (before, here) = bubbles.split_at_mut(index);
        let bubble = &mut here[0];
        let radius = RADIUS * bubble.size.sqrt();
        while near < index && before[near].x + RADIUS + radius < bubble.x {
            near += 1;
        }
        near = near.max(index.saturating_sub(NEIGHBOURS));
        let before = &before[near..];
        let mut covered = [0.0; ROWS];
        for other in before {
            let reach = radius + RADIUS * other.size.sqrt();
            let across = bubble.x - other.x;
            for (row, covered) in covered.iter_mut().enumerate() {
                let up = PITCH * (offset(row) - offset(other.row)) as f64;
                *covered += (reach - across.hypot(up)).max(0.0);
            }
        }
        let free = covered.iter().position(|&covered| covered <= 0.0);
        let least = || covered.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(row, _)| row);
        bubble.row = free.unwrap_or_else(least);
        rows = rows.max(bubble.row + 1);
    }
    rows
}

/// How many rows a row is from the middle: 0, 1, -1, 2, -2 and so on.
fn offset(row: usize) -> isize {
    let half = row.div_ceil(2) as isize;
    if row % 2 == 1 { half } else { -half }
}

/// The last parts of directories, as many as tell them from each other.
fn names(projects: &[&str]) -> Vec<String> {
    let parts: Vec<Vec<&str>> =
        projects.iter().map(|path| path.split(['/', '\\']).filter(|part| !part.is_empty()).collect()).collect();
    let tail = |place: usize, count: usize| {
        let parts = &parts[place];
        parts[parts.len().saturating_sub(count)..].join("/")
    };
    let deepest = parts.iter().map(Vec::len).max().unwrap_or(0);
    let mut counts = vec![1; projects.len()];
    loop {
        let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, &count) in counts.iter().enumerate() {
            seen.entry(tail(place, count)).or_default().push(place);
        }
        let alike: Vec<usize> = seen.into_values().filter(|places| places.len() > 1).flatten().collect();
        let mut grown = false;
        for place in alike {
            if counts[place] < deepest {
                counts[place] += 1;
                grown = true;
            }
        }
        if !grown {
            // A directory and the same with a slash behind it have all parts in common.
            return counts.iter().enumerate().map(|(place, &count)| tail(place, count)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::prompt::Source;
    use super::*;

    fn prompt(id: i64, time: i64, project: &str, characters: usize) -> Prompt {
        Prompt {
            id,
            time,
            project: project.to_owned(),
            session: None,
            source: Source::History,
            command: false,
            secrets: Vec::new(),
            characters,
            text: "x".repeat(characters.min(100)),
            pasted: None,
            rating: 0,
            note: None,
            tags: Vec::new(),
            turn: None,
        }
    }

    const DAY: i64 = 86_400_000;

    #[test]
    fn names_are_told_apart() {
        let told = names(&["/home/ann/web/api", "/home/ann/shop/api", "/home/ann/memento", "", "/home/bob/shop/api"]);
        assert_eq!(told, ["web/api", "ann/shop/api", "memento", "", "bob/shop/api"]);
        assert_eq!(names(&["/a", "/a/"]), ["a", "a"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn lanes_are_in_the_order_of_their_first_prompt() {
        let prompts = vec![prompt(1, 100, "/b", 5), prompt(2, DAY / 2, "/a", 500), prompt(3, DAY - 1, "/b", 1 << 20)];
        let lanes = lanes(prompts, 0, DAY);
        assert_eq!(lanes.iter().map(|lane| lane.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(lanes[0].bubbles.iter().map(|bubble| bubble.prompt.id).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(lanes[1].bubbles[0].x, 0.5);
        assert_eq!((lanes[0].bubbles[0].size, lanes[0].bubbles[1].size), (0.1, 1.0));
        assert_eq!((lanes[0].rows, lanes[1].rows), (1, 1));
    }

    #[test]
    fn bubbles_of_a_lane_do_not_cover_each_other() {
        let prompts = (0..200).map(|n| prompt(n, n * 200_000, "/a", 1 + (n as usize * 37) % 900)).collect();
        let lane = lanes(prompts, 0, DAY).remove(0);
        for (index, a) in lane.bubbles.iter().enumerate() {
            for b in &lane.bubbles[index + 1..] {
                let apart = (a.x - b.x).hypot(PITCH * (offset(a.row) - offset(b.row)) as f64);
                let reach = RADIUS * (a.size.sqrt() + b.size.sqrt());
                assert!(apart >= reach - 1e-9, "{} covers {}", a.prompt.id, b.prompt.id);
            }
        }
        assert!(lane.rows > 1);
        assert_eq!(lane.rows, lane.bubbles.iter().map(|bubble| bubble.row).max().unwrap() + 1);
    }

    #[test]
    fn prompts_at_one_moment_share_all_rows_alike() {
        let prompts = (0..ROWS as i64 * 4).map(|n| prompt(n, 1000, "/a", 50)).collect();
        let lane = lanes(prompts, 0, DAY).remove(0);
        let rows: Vec<usize> = lane.bubbles.iter().map(|bubble| bubble.row).collect();
        assert!(rows.iter().all(|&row| row < ROWS));
        let most = (0..ROWS).map(|row| rows.iter().filter(|&&r| r == row).count()).max().unwrap();
        assert!(most <= ROWS, "{most} in one row");
    }

    #[test]
    fn a_full_day_is_laid_out_at_once() {
        let prompts: Vec<Prompt> = (0..2000).map(|n| prompt(n, n * 20_000, "/a", 1 + n as usize)).collect();
        let start = Instant::now();
        let lanes = lanes(prompts, 0, DAY);
        // Measured: below 10 ms without optimisation; the bound is for a machine that does something else too.
        assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
        assert_eq!(lanes[0].bubbles.len(), 2000);
    }
}
