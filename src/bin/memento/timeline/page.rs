//! A timeline as one self-contained page: the bundle of `web/` with the prompts as data.

use std::path::Path;

use chrono::{Local, NaiveDate, TimeZone};
use memento::prompts::{Bubble, Timeline, Turn};
use memento::{Config, Error, Result, file};
use serde::Serialize;

use super::open;
use crate::args::timeline;
use crate::output::Answer;

/// What `web/build.sh` made, with a mark where the data comes and one where the policy says what may be connected to.
const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/web/dist/timeline.html"));

/// How often the offset to UTC is looked up; clocks change on such a boundary everywhere.
const QUARTER: i64 = 15 * 60 * 1000;
const DAY: i64 = 96 * QUARTER;

#[derive(Serialize)]
struct Data<'t> {
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
    start: i64,
    end: i64,
    now: i64,
    /// From which moment on local time is how many milliseconds ahead of UTC.
    offsets: Vec<(i64, i64)>,
    previous: Option<NaiveDate>,
    next: Option<NaiveDate>,
    lanes: Vec<Lane<'t>>,
    /// What a rating has to come with; none in a file.
    token: Option<&'t str>,
}

#[derive(Serialize)]
struct Lane<'t> {
    project: &'t str,
    name: &'t str,
    rows: usize,
    prompts: Vec<Prompt<'t>>,
}

#[derive(Serialize)]
struct Prompt<'t> {
    id: i64,
    time: i64,
    x: f64,
    size: f64,
    row: usize,
    characters: usize,
    text: &'t str,
    rating: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'t str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'t [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    secrets: &'t [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<&'t Turn>,
}

impl<'t> From<&'t Bubble> for Prompt<'t> {
    fn from(bubble: &'t Bubble) -> Self {
        let prompt = &bubble.prompt;
        Self {
            id: prompt.id,
            time: prompt.time,
            x: bubble.x,
            size: bubble.size,
            row: bubble.row,
            characters: prompt.characters,
            text: &prompt.text,
            rating: prompt.rating,
            note: prompt.note.as_deref(),
            tags: &prompt.tags,
            secrets: &prompt.secrets,
            session: prompt.session.as_deref(),
            turn: prompt.turn.as_ref(),
        }
    }
}

/// The page of a timeline, whose texts are masked already. With a token, it is that of a server, which it may send ratings to.
pub(super) fn html(timeline: &Timeline, token: Option<&str>) -> Result<String> {
    let lanes = timeline.lanes.iter().map(|l| Lane {
        project: &l.project,
        name: &l.name,
        rows: l.rows,
        prompts: l.bubbles.iter().map(Prompt::from).collect(),
    });
    let now = Local::now();
    let data = Data {
        from: timeline.from,
        to: timeline.to,
        today: now.date_naive(),
        start: timeline.start,
        end: timeline.end,
        now: now.timestamp_millis(),
        offsets: offsets(timeline.start, timeline.end),
        previous: timeline.previous,
        next: timeline.next,
        lanes: lanes.collect(),
        token,
    };
    let data = serde_json::to_string(&data).map_err(|e| Error::Invalid(format!("the page's data: {e}")))?;
    let (head, tail) = PAGE.split_once("@DATA@").unwrap_or((PAGE, ""));
    let head = head.replacen("@CONNECT@", if token.is_some() { "'self'" } else { "'none'" }, 1);
    Ok(head + &inert(&data) + tail)
}

/// JSON that no HTML parser finds a tag or a comment in. These characters only ever stand in its strings.
fn inert(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

/// From which moment on local time is how far ahead of UTC.
fn offsets(start: i64, end: i64) -> Vec<(i64, i64)> {
    let mut offsets: Vec<(i64, i64)> = Vec::new();
    let offset = |time: i64| Local.timestamp_millis_opt(time).single().map(|local| local.offset().local_minus_utc());
    // Most days begin and end alike, and somebody may ask for ten thousand years of them.
    let day = |n: i64| {
        let (from, to) = (n * DAY, (n + 1) * DAY);
        let step = if offset(from) == offset(to) { DAY } else { QUARTER };
        (from..to).step_by(usize::try_from(step).unwrap_or(1))
    };
    let days = (start.div_euclid(DAY)..=end.div_euclid(DAY)).flat_map(day);
    let times = std::iter::once(start).chain(days.skip_while(|&time| time <= start));
    for time in times.take_while(|&time| time < end || time == start) {
        let Some(local) = Local.timestamp_millis_opt(time).single() else { continue };
        let offset = i64::from(local.offset().local_minus_utc()) * 1000;
        if offsets.last().is_none_or(|last| last.1 != offset) {
            offsets.push((time, offset));
        }
    }
    offsets
}

/// Writes the page to where `args` say, opens it unless they say otherwise, and prints where it is.
pub(super) fn write(args: &timeline::Timeline, timeline: &Timeline, config: &Config) -> Result<Answer> {
    let html = html(timeline, None)?;
    let path = match &args.output {
        Some(path) if path == Path::new("-") => return Ok(Answer::text(html)),
        Some(path) => std::path::absolute(path).map_err(Error::io(path))?,
        None if timeline.from == timeline.to => config.data_dir.join(format!("timelines/{}.html", timeline.from)),
        None => config.data_dir.join(format!("timelines/{}_{}.html", timeline.from, timeline.to)),
    };
    file::update(&path, |_| Ok((Some(html.clone()), ())))?;
    let answer = Answer::text(format!("{}\n", path.display()));
    let failed = if args.no_open { None } else { open::open(&path.to_string_lossy()) };
    Ok(match failed {
        Some(note) => answer.note(note),
        None => answer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_break_out_of_the_data() {
        let hostile = "</script><!--<script>\u{2028}\u{2029}&lt; ]]> \\ \"";
        let json = serde_json::to_string(hostile).unwrap();
        let inert = inert(&json);
        assert!(!inert.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{inert}");
        assert_eq!(serde_json::from_str::<String>(&inert).unwrap(), hostile);
    }

    #[test]
    fn the_page_has_one_place_for_the_data_and_one_for_the_policy() {
        assert_eq!(PAGE.matches("@DATA@").count(), 1);
        assert_eq!(PAGE.matches("@CONNECT@").count(), 1);
        assert!(PAGE.find("@CONNECT@") < PAGE.find("@DATA@"));
    }
}
