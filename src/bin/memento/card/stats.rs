//! `memento card stats`: numbers, and the days to come as a chart.

use memento::Result;
use memento::cards::{Band, Collection, DayCount, Period, Retention, Stats};

use super::display::{short, time};
use super::nothing;
use super::settings::{project_name, right};
use crate::args::Output;
use crate::args::card::{self, Filter};
use crate::output::{self, Answer};
use crate::review::count;
use crate::screen::{bar, columns, line, plain, width};

/// How high a chart is, in lines.
const HEIGHT: usize = 6;
/// How long the longest bar is, in columns.
const BAR: usize = 20;
/// How many projects are named.
const ROWS: usize = 10;

pub(super) fn stats(filter: Filter, period: card::Period, output: Output, collection: &Collection) -> Result<Answer> {
    let period = match period {
        card::Period::Today => Period::Today,
        card::Period::Week => Period::Week,
        card::Period::Month => Period::Month,
        card::Period::All => Period::All,
    };
    let stats = collection.stats(&filter.filter()?, period)?;
    let answer = Answer::data(output, &stats, || plain(&text(&stats, width())));
    Ok(if stats.cards == 0 { answer.note(nothing(collection, "no card fits")?).fail_if(true) } else { answer })
}

fn text(stats: &Stats, width: usize) -> String {
    if stats.cards == 0 {
        return String::new();
    }
    let mut out = columns(&totals(stats));
    out.push_str(&forecast(stats, width));
    if stats.days.len() > 1 && stats.answers > 0 {
        let room = (width.saturating_sub(8) / 2).clamp(7, 60);
        let last = &stats.days[stats.days.len().saturating_sub(room)..];
        out.push_str(&format!("\nAnswers, the last {}\n{}", count(last.len(), "day"), chart(last, stats, width)));
    }
    confidences(&mut out, stats);
    bands(&mut out, "Known, by age", &stats.ages);
    if stats.algorithms.len() > 1 {
        bands(&mut out, "Known, by algorithm", &stats.algorithms);
    }
    if stats.projects.len() > 1 {
        bands(&mut out, "Known, by project", &stats.projects);
    }
    if !stats.hardest.is_empty() {
        let row = |hard: &memento::cards::Hard| {
            let leech = if hard.card.leech { "leech" } else { "" };
            let question = line(&hard.card.question, width.saturating_sub(30).clamp(20, 80));
            vec![format!("  {}", short(&hard.card.id)), format!("{}×", hard.lapses), leech.to_owned(), question]
        };
        let mut rows: Vec<Vec<String>> = stats.hardest.iter().map(row).collect();
        if rows.iter().all(|row| row[2].is_empty()) {
            rows.iter_mut().for_each(|row| drop(row.remove(2)));
        }
        out.push_str(&format!("\nForgotten most often\n{}", columns(&rows)));
    }
    out
}

fn totals(stats: &Stats) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |name: &str, value: String| rows.push(vec![name.to_owned(), value]);
    let parts = [
        (stats.new, "new"),
        (stats.young, "young"),
        (stats.mature, "mature"),
        (stats.suspended, "suspended"),
        (stats.drafts, "not accepted yet"),
    ];
    let some: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    row("cards", format!("{}: {}", stats.cards, some.join(", ")));
    let counts = &stats.counts;
    let today = [
        (counts.again, "again"),
        (counts.due, "due"),
        (counts.new, "new"),
        (counts.resting, "resting"),
        (counts.done, "done"),
    ];
    let today: Vec<String> = today.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    row("today", if today.is_empty() { "nothing to ask".to_owned() } else { today.join(", ") });
    let period = match stats.period {
        Period::Today => "today",
        Period::Week => "in 7 days",
        Period::Month => "in 30 days",
        Period::All => "in all",
    };
    row("answers", format!("{} {period}", stats.answers));
    if stats.timed > 0 {
        let each = stats.time / stats.timed as u64;
        row("time", format!("{}, {:.1} s an answer", time(stats.time), each as f64 / 1000.0));
    }
    if let Some(known) = percent(&stats.retention) {
        row("known", format!("{known} of {}", count(stats.retention.answers, "answer")));
    }
    let streak = &stats.streak;
    if streak.longest > 0 {
        row("streak", format!("{} now, the longest {}", count(streak.current, "day"), count(streak.longest, "day")));
    }
    if stats.leeches > 0 {
        let list = output::in_words("memento card list --leech");
        row("leeches", format!("{}: {list}", stats.leeches));
    }
    rows
}

fn percent(retention: &Retention) -> Option<String> {
    retention.share().map(|share| format!("{:.0}%", share * 100.0))
}

/// What is due on the days to come: in numbers, then as a chart.
fn forecast(stats: &Stats, width: usize) -> String {
    let all: usize = stats.forecast.iter().map(|day| day.count).sum();
    if all == 0 {
        return "\nNothing is due in the next 30 days\n".to_owned();
    }
    let first = |days: usize| stats.forecast.iter().take(days).map(|day| day.count).sum::<usize>();
    let tomorrow = stats.forecast.get(1).map_or(0, |day| day.count);
    format!(
        "\nDue: {} today, {tomorrow} tomorrow, {} in 7 days, {all} in {}\n{}",
        first(1),
        first(7),
        stats.forecast.len(),
        chart(&stats.forecast, stats, width)
    )
}

/// Days side by side, as high as their numbers, with an axis that names some.
fn chart(days: &[DayCount], stats: &Stats, width: usize) -> String {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = days.iter().map(|day| day.count).max().unwrap_or(0).max(1);
    let label = most.to_string().len().max(2);
    let room = width.saturating_sub(label + 3);
    let wide = (room / days.len().max(1)).clamp(1, 2);
    let days = &days[..days.len().min(room / wide)];
    let height = |count: usize| (count * HEIGHT * 8 / most).max(usize::from(count > 0));
    let mut out = String::new();
    for level in (0..HEIGHT).rev() {
        let name = match level {
            level if level + 1 == HEIGHT => most.to_string(),
            level if (level + 1) * 2 == HEIGHT && most >= 4 => (most / 2).to_string(),
            _ => String::new(),
        };
        let mut row = format!("  {name:>label$} ");
        for day in days {
            let eighths = height(day.count).saturating_sub(level * 8).min(8);
            row.push(EIGHTHS[eighths]);
            // Two columns a day leave one between two bars.
            row.push_str(&" ".repeat(wide - 1));
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out.push_str(&axis(days, stats, label, wide));
    out
}

/// A mark below each Monday and below today, named where there is room.
fn axis(days: &[DayCount], stats: &Stats, label: usize, wide: usize) -> String {
    use chrono::Datelike;
    let mut marks = String::new();
    let mut names = String::new();
    let mut taken = 0;
    let mut put = |at: usize, name: &str| {
        if at >= taken {
            names.push_str(&" ".repeat(at - names.chars().count()));
            names.push_str(name);
            taken = at + name.chars().count() + 1;
        }
    };
    for (i, day) in days.iter().enumerate() {
        let today = day.day == stats.today;
        let monday = day.day.date().weekday() == chrono::Weekday::Mon;
        marks.push_str(if today || monday { "┬" } else { "─" });
        marks.push_str(&"─".repeat(wide - 1));
        let at = i * wide;
        if today {
            // At the end of days that are past there is room to the left only.
            if i > 0 && i + 1 == days.len() { put(at.saturating_sub(4), "today") } else { put(at, "today") }
        } else if monday && at + 5 <= days.len() * wide && (i + 3 < days.len() || days[0].day == stats.today) {
            put(at, &day.day.date().format("%m-%d").to_string());
        }
    }
    let margin = " ".repeat(label + 3);
    format!("{margin}{marks}\n{margin}{}\n", names.trim_end())
}

fn confidences(out: &mut String, stats: &Stats) {
    let most = stats.confidences.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return;
    }
    let names = ["no idea", "wrong", "with effort", "right", "at once"];
    let row = |(i, n): (usize, &usize)| vec![format!("  {} {}", i + 1, names[i]), n.to_string(), bar(*n, most, BAR)];
    let rows: Vec<Vec<String>> = stats.confidences.iter().enumerate().map(row).collect();
    out.push_str(&format!("\nConfidence\n{}", columns(&right(rows, 1..2))));
}

fn bands(out: &mut String, title: &str, bands: &[Band]) {
    let known: Vec<&Band> = bands.iter().filter(|band| band.retention.answers > 0).collect();
    if known.is_empty() {
        return;
    }
    let row = |band: &&Band| {
        let retention = &band.retention;
        vec![
            format!("  {}", line(project_name(&band.name), 24)),
            percent(retention).unwrap_or_default(),
            bar(retention.passed, retention.answers, BAR),
            format!("of {}", count(retention.answers, "answer")),
        ]
    };
    let mut rows: Vec<Vec<String>> = known.iter().take(ROWS).map(row).collect();
    rows.iter_mut().for_each(|row| row[2] = format!("{:<BAR$}", row[2]));
    out.push_str(&format!("\n{title}\n{}", columns(&right(rows, 1..2))));
    if known.len() > ROWS {
        out.push_str(&format!("  and {} more\n", known.len() - ROWS));
    }
}
