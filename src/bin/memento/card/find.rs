//! `memento card list`, `search` and `show`.

use memento::Result;
use memento::cards::{Card, Collection, Order, Past, Query, Review};
use serde::Serialize;

use super::display::{rows, whole};
use super::nothing;
use crate::args::Output;
use crate::args::card::{self, List};
use crate::output::Answer;

/// How many cards a table has where it is not said.
const ROWS: usize = 20;

pub(super) fn list(text: Option<String>, list: List, collection: &Collection) -> Result<Answer> {
    let today = collection.today()?;
    let order = match list.order {
        card::Order::Newest => Order::Newest,
        card::Order::Oldest => Order::Oldest,
        card::Order::Due => Order::Due,
        card::Order::Lapses => Order::Lapses,
    };
    let limit = list.limit.or((!list.output.json).then_some(ROWS)).filter(|limit| *limit > 0);
    let query = Query {
        filter: list.filter.filter()?,
        text,
        state: list.state.map(Into::into),
        due: list.due.then_some(today),
        new: if list.new { Some(true) } else { list.due.then_some(false) },
        leech: list.leech,
        deleted: list.deleted,
        order,
        limit,
        offset: list.offset,
        ..Query::default()
    };
    let found = collection.list(&query)?;
    let answer = Answer::data(list.output, &found.cards, || rows(&found.cards, today));
    let (from, shown) = (list.offset, found.cards.len());
    Ok(match shown {
        0 if list.deleted => answer.note("no deleted card fits").fail_if(true),
        0 if from > 0 && found.total > 0 => {
            answer.note(format!("there are only {}: --offset is too large", found.total)).fail_if(true)
        }
        0 => answer.note(nothing(collection, "no card fits")?).fail_if(true),
        _ if from + shown < found.total => {
            let which =
                if from == 0 { format!("the first {shown}") } else { format!("{} to {}", from + 1, from + shown) };
            answer.note(format!("{which} of {}; --limit 0 shows all, --limit N so many", found.total))
        }
        _ => answer,
    })
}

/// A card with its log, and with what its texts were.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    card: Card,
    reviews: Vec<Review>,
    past: Vec<Past>,
}

pub(super) fn show(ids: &[String], output: Output, collection: &Collection) -> Result<Answer> {
    let today = collection.today()?;
    let show = |id: &String| {
        let card = collection.get(id)?;
        Ok(Shown { reviews: collection.reviews(&card.id)?, past: collection.past(&card.id)?, card })
    };
    let found: Vec<Shown> = ids.iter().map(show).collect::<Result<_>>()?;
    let env = &collection.config().env;
    Ok(match &found[..] {
        [one] if output.json => Answer::data(output, one, String::new),
        _ => Answer::data(output, &found, || {
            let blocks: Vec<String> =
                found.iter().map(|shown| whole(&shown.card, &shown.reviews, &shown.past, today, env)).collect();
            blocks.join("\n")
        }),
    })
}
