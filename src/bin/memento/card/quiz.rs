//! `memento card quiz`: with keys in a terminal, else the questions as text or JSON.

mod keys;
mod session;
mod view;
mod wrap;

use std::io::IsTerminal;

use memento::Result;
use memento::cards::{Asked, Card, Collection, Counts, Filter, Order, Query, Queue, State};
use serde_json::{Value, json};

use super::display::{in_days, short, why};
use super::nothing;
use crate::args::card::Quiz;
use crate::output::Answer;
use crate::review::count;
use crate::screen::plain;

/// How many cards are printed where it is not said.
const PRINTED: usize = 20;

pub(super) fn quiz(args: &Quiz, collection: &Collection) -> Result<Answer> {
    let filter = Filter { new_limit: args.new, ..args.filter.again().filter()? };
    let limit = args.limit.filter(|limit| *limit > 0);
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let person = std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !dumb;
    if person && !args.output.json && !args.answers {
        return session::run(collection, &filter, limit);
    }
    let limit = if args.limit == Some(0) { usize::MAX } else { limit.unwrap_or(PRINTED) };
    let queue = collection.queue(&filter, limit)?;
    let answer = Answer::data(args.output, &value(&queue, args.answers), || text(&queue, args.answers));
    if queue.cards.is_empty() {
        return Ok(answer.note(nothing_due(collection, &filter, &queue.counts)?).fail_if(true));
    }
    let left = queue.counts.left().saturating_sub(queue.cards.len());
    let next = "memento card review ID --confidence 1 to 5 stores an answer";
    Ok(answer.note(if left > 0 { format!("{left} more to ask; {next}") } else { next.to_owned() }))
}

fn value(queue: &Queue, answers: bool) -> Value {
    let card = |(asked, card): &(Asked, Card)| {
        let mut value = json!({
            "id": card.id,
            "asked": asked,
            "question": card.question,
            "project": card.project,
            "tags": card.tags,
            "source": card.source,
        });
        if answers {
            value["answer"] = json!(card.answer);
            value["notes"] = json!(card.notes);
        }
        value
    };
    json!({ "counts": queue.counts, "cards": queue.cards.iter().map(card).collect::<Vec<_>>() })
}

fn text(queue: &Queue, answers: bool) -> String {
    let blocks = queue.cards.iter().map(|(asked, card)| {
        let facts = [short(&card.id), why(*asked), &card.project];
        let mut block = format!("{}\n{}\n", facts.join("  ").trim_end(), card.question.trim_end());
        if answers {
            block.push_str(&format!("-- answer --\n{}\n", card.answer.trim_end()));
            if !card.notes.trim().is_empty() {
                block.push_str(&format!("-- notes --\n{}\n", card.notes.trim_end()));
            }
        }
        block
    });
    plain(&blocks.collect::<Vec<_>>().join("\n"))
}

/// Why there is nothing to ask, and when there will be.
fn nothing_due(collection: &Collection, filter: &Filter, counts: &Counts) -> Result<String> {
    let active = Query { filter: filter.clone(), state: Some(State::Active), limit: Some(1), ..Query::default() };
    if collection.list(&active)?.total == 0 {
        return nothing(collection, "there is nothing to learn");
    }
    let mut said = vec![match counts.done {
        0 => "nothing is due".to_owned(),
        done => format!("done for today, {}", count(done, "card")),
    }];
    match counts.resting {
        0 => {}
        1 => said.push("1 rests, as its sibling was asked".to_owned()),
        resting => said.push(format!("{resting} rest, as their siblings were asked")),
    }
    if counts.waiting > 0 {
        let limit = filter.new_limit.unwrap_or(collection.config().cards.new_per_day);
        said.push(format!("{} for other days ({limit} a day: --new N asks more)", count(counts.waiting, "new card")));
    }
    let today = collection.today()?;
    let known = Query { new: Some(false), order: Order::Due, ..active };
    // What is due by today and not asked rests; the one behind it is due on another day.
    let resting = collection.list(&Query { due: Some(today), ..known.clone() })?.total;
    let next = collection.list(&Query { offset: resting, ..known })?.cards.pop();
    if let Some(schedule) = next.and_then(|card| card.schedule) {
        said.push(format!("the next card is due {}, on {}", in_days(schedule.due, today), schedule.due));
    }
    Ok(said.join("; "))
}
