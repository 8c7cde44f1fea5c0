//! The tools to learn with: questions, answers, and how it goes.

use std::time::Duration;

use memento::cards::{Confidence, Period, Query, State, Stats};
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::seen::audited;
use crate::card::{asked_again, short, time, why};
use crate::mcp::call::Call;
use crate::mcp::render::{BUDGET, count, cut, list, quoted};

/// How many questions come at once.
const LIMIT: usize = 5;
const MOST: usize = 50;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuizArgs {
    /// Of this project; empty: of none
    project: Option<String>,
    /// With all of these tags
    tags: Option<Vec<String>>,
    /// At most so many questions [default: 5]
    limit: Option<usize>,
}

pub(super) fn quiz_get(call: &Call, args: QuizArgs) -> Result<String> {
    let subject = args.project.clone().unwrap_or_default();
    audited(call, "quiz_get", &subject, |seen, _| {
        let filter = seen.filter(args.project, args.tags.unwrap_or_default());
        let queue = seen.collection().queue(&filter, args.limit.unwrap_or(LIMIT).clamp(1, MOST))?;
        let counts = queue.counts;
        if queue.cards.is_empty() {
            let done =
                if counts.done > 0 { format!(" {} done today.", count(counts.done, "card")) } else { String::new() };
            let drafts = Query { filter, state: Some(State::Draft), limit: Some(0), ..Query::default() };
            let drafts = match seen.collection().list(&drafts)?.total {
                0 => String::new(),
                drafts => format!(
                    " {} for the person to accept.",
                    if drafts == 1 { "1 draft waits".to_owned() } else { format!("{drafts} drafts wait") }
                ),
            };
            return Ok((format!("Nothing is due.{done}{drafts} flashcard_stats says when something is."), 0));
        }
        let rows = queue.cards.iter().map(|(asked, card)| {
            let project = if card.project.is_empty() { String::new() } else { format!("; project {}", card.project) };
            let question = cut(&card.question, BUDGET / 2, "the person has all of it");
            format!("[{}] ({}{project})\n{question}\n", short(&card.id), why(*asked))
        });
        let shown = queue.cards.len();
        let questions = list(rows, 0, shown);
        let head = format!(
            "{} again, {} due, {} new. Ask one at a time, then call flashcard_review with its id.\n\n",
            counts.again, counts.due, counts.new
        );
        let left = counts.left().saturating_sub(shown);
        let more = if left > 0 { format!("\n{left} more after these: call quiz_get again\n") } else { String::new() };
        Ok((format!("{head}{questions}{more}"), shown))
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewArgs {
    /// The card's id, as quiz_get shows it
    id: String,
    /// How sure the person was: 1 no idea, 2 wrong but it rang a bell, 3 right with effort, 4 right, 5 right at once
    confidence: u8,
    /// How long they took, in seconds
    seconds: Option<f64>,
    /// In the place of the last answer to this card, if it was given today and was mistaken [default: false]
    correct: Option<bool>,
}

pub(super) fn review(call: &Call, args: ReviewArgs) -> Result<String> {
    let confidence = Confidence::new(args.confidence).map_err(|_| {
        let given = args.confidence;
        Error::Invalid(format!("flashcard_review: confidence is {given}: give 1 (no idea) to 5 (right at once)"))
    })?;
    let seconds = args.seconds.map(|seconds| {
        let length = Duration::try_from_secs_f64(seconds).ok().filter(|length| length.as_secs() <= 86_400);
        length.ok_or_else(|| Error::Invalid(format!("flashcard_review: seconds is {seconds}: give 0 to 86400")))
    });
    let length = seconds.transpose()?;
    audited(call, "flashcard_review", &args.id, |seen, _| {
        let card = seen.card(&args.id)?;
        let answered = if args.correct.unwrap_or(false) {
            seen.collection().answer_instead(&card.id, confidence, length)?
        } else {
            seen.collection().answer(&card.id, confidence, length)?
        };
        let today = seen.collection().today()?;
        let card = &answered.card;
        let mut text = format!(
            "Stored {confidence} for {}: {}.\n\nThe answer: {}\n",
            short(&card.id),
            asked_again(&answered, today),
            cut(&card.answer, BUDGET / 2, &format!("flashcard_list with id {}", short(&card.id)))
        );
        if !card.notes.is_empty() {
            let notes = cut(&card.notes, BUDGET / 3, &format!("flashcard_list with id {}", short(&card.id)));
            text.push_str(&format!("\nNotes: {notes}\n"));
        }
        Ok((text, 1))
    })
}

#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Time {
    Today,
    Week,
    Month,
    All,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatsArgs {
    /// Of this project; empty: of none
    project: Option<String>,
    /// With all of these tags
    tags: Option<Vec<String>>,
    /// Count the answers of this time [default: month]
    period: Option<Time>,
}

pub(super) fn stats(call: &Call, args: StatsArgs) -> Result<String> {
    let subject = args.project.clone().unwrap_or_default();
    audited(call, "flashcard_stats", &subject, |seen, _| {
        let filter = seen.filter(args.project, args.tags.unwrap_or_default());
        let period = match args.period.unwrap_or(Time::Month) {
            Time::Today => Period::Today,
            Time::Week => Period::Week,
            Time::Month => Period::Month,
            Time::All => Period::All,
        };
        let stats = seen.collection().stats(&filter, period)?;
        if stats.cards == 0 {
            return Ok(("There are no such cards. flashcard_create makes one, as a draft.".to_owned(), 0));
        }
        Ok((told(&stats), stats.cards))
    })
}

fn told(stats: &Stats) -> String {
    let counts = &stats.counts;
    let first = |days: usize| stats.forecast.iter().take(days).map(|day| day.count).sum::<usize>();
    let mut out = format!(
        "cards: {} ({} new, {} young, {} mature, {} suspended, {} drafts)\n\
         today: {} again, {} due, {} new, {} done\n\
         due: {} today, {} in 7 days, {} in 30 days\n\
         answers: {}",
        stats.cards,
        stats.new,
        stats.young,
        stats.mature,
        stats.suspended,
        stats.drafts,
        counts.again,
        counts.due,
        counts.new,
        counts.done,
        first(1),
        first(7),
        first(30),
        stats.answers
    );
    if stats.timed > 0 {
        out.push_str(&format!(" in {}", time(stats.time)));
    }
    out.push('\n');
    let known = |retention: &memento::cards::Retention| retention.share().map(|share| format!("{:.0}%", share * 100.0));
    if let Some(all) = known(&stats.retention) {
        let ages = stats.ages.iter().filter_map(|band| Some(format!(", {} {}", band.name, known(&band.retention)?)));
        out.push_str(&format!("known: {all}{}\n", ages.collect::<String>()));
    }
    out.push_str(&format!(
        "streak: {} now, the longest {}\n",
        count(stats.streak.current, "day"),
        stats.streak.longest
    ));
    if let Some(next) = stats.forecast.iter().find(|day| day.count > 0 && day.day > stats.today) {
        out.push_str(&format!("next: {} on {}\n", count(next.count, "card"), next.day));
    }
    if !stats.hardest.is_empty() {
        out.push_str("forgotten most often:\n");
        for hard in &stats.hardest {
            let question = hard.card.question.split_whitespace().collect::<Vec<_>>().join(" ");
            let question = cut(&question, 120, &format!("flashcard_list with id {}", short(&hard.card.id)));
            out.push_str(&format!("- {} {} ({} times)\n", short(&hard.card.id), quoted(&question), hard.lapses));
        }
    }
    out
}
