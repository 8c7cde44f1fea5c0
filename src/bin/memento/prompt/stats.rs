//! `memento prompt stats`: numbers with bars.

use memento::Result;
use memento::prompts::{Library, Stats, WordCount, mask};

use super::display::stars;
use super::{clock, nothing};
use crate::args::Output;
use crate::args::prompt::Filter;
use crate::output::Answer;
use crate::review::count;
use crate::screen::{bar, columns, line, plain};

/// How long the longest bar is, in columns.
const BAR: usize = 30;
/// How many projects, words and terms are named.
const ROWS: usize = 12;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) fn stats(filter: Filter, output: Output, library: &Library) -> Result<Answer> {
    let mut stats = library.stats(&filter.query()?)?;
    // As everywhere: a directory may be named after a key.
    stats.projects.iter_mut().for_each(|row| row.project = mask(&row.project).into_owned());
    let answer = Answer::data(output, &stats, || plain(&text(&stats)));
    Ok(if stats.prompts == 0 { answer.note(nothing(library, "no prompt fits")?).fail_if(true) } else { answer })
}

fn text(stats: &Stats) -> String {
    if stats.prompts == 0 {
        return String::new();
    }
    let mut out = totals(stats);
    let ratings = (1..=5_u8).rev().map(|rating| (stars(rating), stats.ratings[usize::from(rating) - 1], String::new()));
    if stats.rated > 0 {
        chart(&mut out, "Ratings", ratings.collect());
    }
    let average = |average: Option<f64>| average.map_or_else(String::new, |average| format!("{average:.1}★"));
    let projects = stats.projects.iter().take(ROWS).map(|project| {
        let name = memento_name(&project.project);
        (line(name, 24), project.prompts, average(project.average))
    });
    chart(&mut out, "Projects", projects.collect());
    if stats.projects.len() > ROWS {
        out.push_str(&format!("  and {} more\n", stats.projects.len() - ROWS));
    }
    let hours = stats.hours.iter().enumerate().map(|(hour, &n)| (format!("{hour:02}"), n, String::new()));
    chart(&mut out, "Hours", hours.collect());
    let weekdays = WEEKDAYS.iter().zip(stats.weekdays).map(|(day, n)| ((*day).to_owned(), n, String::new()));
    chart(&mut out, "Weekdays", weekdays.collect());
    let lengths = stats.lengths.iter().map(|band| {
        let name = match band.to {
            Some(to) => format!("{} to {to}", band.from),
            None => format!("{} or more", band.from),
        };
        (name, band.prompts, average(band.average))
    });
    chart(&mut out, "Characters", lengths.collect());
    if let Some(relation) = stats.rating_by_length {
        let what = match relation {
            0.3.. => "longer ones are rated better",
            ..=-0.3 => "shorter ones are rated better",
            _ => "length says little about the rating",
        };
        out.push_str(&format!("  {what} (rank correlation {relation:+.2})\n"));
    }
    words(&mut out, "Words", &stats.words);
    words(&mut out, "Technical terms", &stats.terms);
    out
}

fn memento_name(project: &str) -> &str {
    let name = project.trim_end_matches('/');
    match name.rsplit('/').next() {
        None | Some("") => "(not known)",
        Some(name) => name,
    }
}

fn totals(stats: &Stats) -> String {
    let share = |n: usize| {
        let share = n as f64 * 100.0 / stats.prompts.max(1) as f64;
        if share < 10.0 { format!("{share:.1}%") } else { format!("{share:.0}%") }
    };
    let mut rows = vec![vec!["prompts".to_owned(), stats.prompts.to_string()]];
    if let (Some(first), Some(last)) = (stats.first, stats.last) {
        let day = |time| clock(time, "%Y-%m-%d").unwrap_or_default();
        let days = format!("{} to {}, {} with prompts", day(first), day(last), count(stats.days, "day"));
        rows.push(vec!["dates".to_owned(), days]);
    }
    let average = stats.average.map_or_else(String::new, |average| format!(", {average:.2} on average"));
    rows.push(vec!["rated".to_owned(), format!("{} ({}){average}", stats.rated, share(stats.rated))]);
    rows.push(vec!["sessions".to_owned(), format!("{}, {:.1} a day", stats.sessions, stats.sessions_per_day)]);
    let streak = &stats.streak;
    let from = streak.longest_from.as_ref().map_or_else(String::new, |from| format!(" from {from}"));
    let streak = format!("{} now, the longest {}{from}", count(streak.current, "day"), count(streak.longest, "day"));
    rows.push(vec!["streak".to_owned(), streak]);
    if stats.secrets > 0 {
        let secrets = format!("{} with what looks like a key or token", stats.secrets);
        rows.push(vec!["secrets".to_owned(), secrets]);
    }
    if stats.commands > 0 {
        rows.push(vec![
            "left out".to_owned(),
            format!("{}: --commands counts them", count(stats.commands, "slash command")),
        ]);
    }
    columns(&rows)
}

fn chart(out: &mut String, title: &str, rows: Vec<(String, usize, String)>) {
    let most = rows.iter().map(|(_, n, _)| *n).max().unwrap_or(0);
    if most == 0 {
        return;
    }
    let digits = most.to_string().len();
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(name, n, more)| {
            vec![format!("  {name}"), format!("{n:>digits$}"), format!("{:<BAR$}", bar(n, most, BAR)), more]
        })
        .collect();
    out.push_str(&format!("\n{title}\n{}", columns(&rows)));
}

fn words(out: &mut String, title: &str, words: &[WordCount]) {
    let named: Vec<String> =
        words.iter().take(ROWS * 2).map(|word| format!("{} {}", word.word, word.prompts)).collect();
    if !named.is_empty() {
        out.push_str(&format!("\n{title}\n"));
        let mut row = String::new();
        for (i, word) in named.iter().enumerate() {
            if row.chars().count() + word.chars().count() > 76 {
                out.push_str(&format!("  {}\n", row.trim_end()));
                row.clear();
            }
            row.push_str(word);
            row.push_str(if i + 1 < named.len() { ", " } else { "" });
        }
        out.push_str(&format!("  {row}\n"));
    }
}
