//! Cards as lines and blocks that fit a terminal.

use memento::cards::{Answered, Asked, Card, Day, Past, Review, Source, State};
use memento::config::Env;
use unicode_width::UnicodeWidthStr;

use crate::output;
use crate::review::count;
use crate::screen::{columns, line, plain, width};

/// How wide the name of a project may be.
const PROJECT: usize = 16;

/// What a person types for a card: the first 8 characters of a UUID, else all of it.
pub(crate) fn short(id: &str) -> &str {
    let uuid = id.len() == 36
        && id.bytes().enumerate().all(
            |(i, b)| {
                if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() }
            },
        );
    if uuid { &id[..8] } else { id }
}

/// `today`, `tomorrow`, `in 5 days`, `2 days ago`.
pub(crate) fn in_days(day: Day, today: Day) -> String {
    match i64::from(day.number()) - i64::from(today.number()) {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// Days as short as it goes: `9d`, `2.5mo`, `1.2y`.
pub(crate) fn interval(days: u32) -> String {
    let tenth = |value: f64, unit: &str| {
        let text = format!("{value:.1}");
        format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
    };
    match days {
        0..=60 => format!("{days}d"),
        61..=364 => tenth(f64::from(days) / 30.4375, "mo"),
        _ => tenth(f64::from(days) / 365.25, "y"),
    }
}

/// `in 5 days, on 2026-01-31`, or that it comes again today.
pub(crate) fn asked_again(answered: &Answered, today: Day) -> String {
    match &answered.card.schedule {
        _ if answered.leech => {
            output::in_words("forgotten so often that it is suspended: memento card unsuspend asks it again")
        }
        _ if answered.again => "again today".to_owned(),
        Some(schedule) => format!("due {}, on {}", in_days(schedule.due, today), schedule.due),
        None => "new".to_owned(),
    }
}

/// Where a card stands, in a word or two.
pub(super) fn standing(card: &Card, today: Day) -> String {
    match (card.state, &card.schedule) {
        (State::Draft, _) => "draft".to_owned(),
        (State::Suspended, _) if card.leech => "leech".to_owned(),
        (State::Suspended, _) => "suspended".to_owned(),
        (State::Active, None) => "new".to_owned(),
        (State::Active, Some(schedule)) if schedule.last == today && schedule.again() => "again today".to_owned(),
        (State::Active, Some(schedule)) if schedule.due <= today => match today.since(schedule.due) {
            0 => "due today".to_owned(),
            days => format!("due, {days}d late"),
        },
        (State::Active, Some(schedule)) => format!("in {}", interval(schedule.due.since(today))),
    }
}

pub(crate) fn why(asked: Asked) -> &'static str {
    match asked {
        Asked::Again => "again",
        Asked::Due => "due",
        Asked::New => "new",
    }
}

/// One line a card: what is known of it, then the question as far as the line goes.
pub(super) fn rows(cards: &[Card], today: Day) -> String {
    let mut rows: Vec<Vec<String>> = cards
        .iter()
        .map(|card| vec![line(short(&card.id), 20), standing(card, today), line(&card.project, PROJECT)])
        .collect();
    // A column that says nothing takes no room.
    if rows.iter().all(|row| row[2].is_empty()) {
        rows.iter_mut().for_each(|row| drop(row.pop()));
    }
    let known: usize = (0..rows.first().map_or(0, Vec::len))
        .map(|i| rows.iter().map(|row| row[i].width()).max().unwrap_or(0) + 2)
        .sum();
    let room = width().saturating_sub(known).max(20);
    for (row, card) in rows.iter_mut().zip(cards) {
        let tags: String = card.tags.iter().map(|tag| format!(":{tag}")).collect();
        let question = if tags.is_empty() { card.question.clone() } else { format!("{tags}: {}", card.question) };
        row.push(line(&question, room));
    }
    columns(&rows)
}

/// A card in a few words, for an answer: `3f2a9c10 "Capital of France?"`.
pub(super) fn named(card: &Card) -> String {
    format!("{} \"{}\"", short(&card.id), line(&card.question, 50))
}

/// A card with all that is known of it.
pub(super) fn whole(card: &Card, reviews: &[Review], past: &[Past], today: Day, env: &Env) -> String {
    let source = card.source.as_ref().map(|source| place(source, env));
    let algorithm =
        if card.own_algorithm { format!("{} (its own)", card.algorithm) } else { card.algorithm.to_string() };
    let schedule = card.schedule.as_ref();
    let due = schedule
        .map(|at| format!("{}, {} (interval {})", at.due, in_days(at.due, today), count(at.interval as usize, "day")));
    let known = schedule.map(|at| {
        format!("{}, {} in a row, forgotten {}×", count(at.answers as usize, "answer"), at.repetitions, at.lapses)
    });
    let strength = schedule.map(|at| match card.algorithm.name() {
        "sm2" => format!("E-factor {:.2}", at.strength),
        "leitner" => format!("box {}", at.strength),
        "fixed" => format!("step {}", at.strength),
        _ => format!("stability {:.1} days, difficulty {:.1} of 10", at.strength, at.difficulty),
    });
    let facts = [
        ("project", Some(card.project.clone()).filter(|project| !project.is_empty())),
        ("tags", (!card.tags.is_empty()).then(|| card.tags.join(" "))),
        ("source", source),
        ("made", Some(date(card.created))),
        ("edited", Some(date(card.edited)).filter(|_| card.edited != card.created)),
        ("algorithm", Some(algorithm)),
        ("due", due),
        ("known", known),
        ("memory", strength),
    ];
    let mut out = format!("{} {}\n", card.id, standing(card, today));
    for (name, value) in facts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        out.push_str(&format!("  {name:<9} {value}\n"));
    }
    out.push_str(&format!("\n{}\n\n-- answer --\n{}\n", card.question.trim_end(), card.answer.trim_end()));
    if !card.notes.trim().is_empty() {
        out.push_str(&format!("\n-- notes --\n{}\n", card.notes.trim_end()));
    }
    if !reviews.is_empty() {
        out.push_str("\n-- answers --\n");
        let rows: Vec<Vec<String>> = reviews.iter().map(answer_row).collect();
        out.push_str(&columns(&rows));
    }
    for texts in past {
        out.push_str(&format!("\n-- as it was from {} on --\n{}\n", date(texts.edited), texts.question.trim_end()));
        if texts.answer != card.answer {
            out.push_str(&format!("-- answer --\n{}\n", texts.answer.trim_end()));
        }
        if texts.notes != card.notes {
            out.push_str(&format!("-- notes --\n{}\n", texts.notes.trim_end()));
        }
    }
    plain(&out)
}

fn answer_row(review: &Review) -> Vec<String> {
    let said = review.confidence.map_or_else(|| "reset".to_owned(), |confidence| confidence.to_string());
    let took = review.duration.map_or_else(String::new, |ms| format!("{:.1} s", f64::from(ms) / 1000.0));
    let after = review.confidence.map_or_else(String::new, |_| interval(review.after));
    vec![review.day.to_string(), said, after, took]
}

pub(crate) fn place(source: &Source, env: &Env) -> String {
    match source {
        Source::Note(id) => format!("id:{id}"),
        Source::File { path, line } => {
            let line = line.map_or_else(String::new, |line| format!(":{line}"));
            format!("{}{line}", env.abbreviate(std::path::Path::new(path)))
        }
    }
}

/// `2026-01-31 09:00`, in the local time zone.
fn date(time: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(time).unwrap_or_default();
    time.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M").to_string()
}

/// `1 h 5 min`, `12 min`, `40 s`.
pub(crate) fn time(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_short_as_they_can_be_typed() {
        assert_eq!(short("3f2a9c10-1111-4222-8333-444455556666"), "3f2a9c10");
        assert_eq!(short("vocabulary-12"), "vocabulary-12");
        assert_eq!(short("ääääääääääääääääää"), "ääääääääääääääääää");
    }

    #[test]
    fn intervals_are_short() {
        let cases = [(1, "1d"), (60, "60d"), (61, "2mo"), (76, "2.5mo"), (365, "1y"), (36_500, "99.9y")];
        for (days, want) in cases {
            assert_eq!(interval(days), want);
        }
    }

    #[test]
    fn days_are_named_as_people_do() {
        let today = Day::from_number(20_000);
        let cases = [(0, "today"), (1, "tomorrow"), (5, "in 5 days"), (-1, "yesterday"), (-3, "3 days ago")];
        for (offset, want) in cases {
            assert_eq!(in_days(Day::from_number(20_000 + offset), today), want);
        }
    }
}
