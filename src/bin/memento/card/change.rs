//! `memento card accept`, `suspend`, `unsuspend`, `delete`, `restore`, `purge` and `reset`.

use memento::cards::{Card, Collection, Day, Query, State};
use memento::{Error, Result};
use serde_json::json;

use super::display::rows;
use super::{cards_or_one, ids, nothing};
use crate::args::Output;
use crate::args::card::{Chosen, Destroy};
use crate::output::{Answer, confirmed};
use crate::review::count;

pub(super) fn accept(chosen: &Chosen, output: Output, collection: &Collection) -> Result<Answer> {
    let found = chosen.cards(Some(State::Draft), collection)?;
    let drafts: Vec<Card> = found.into_iter().filter(|card| card.state == State::Draft).collect();
    if drafts.is_empty() {
        let empty: [Card; 0] = [];
        return Ok(Answer::data(output, &empty, String::new).note("there is no draft among them").fail_if(true));
    }
    let accepted = collection.accept(&ids(&drafts))?;
    let note = format!("{} accepted: memento card quiz asks them", count(accepted.len(), "card"));
    done(&accepted, chosen.alone(), output, collection, &note)
}

pub(super) fn set_state(chosen: &Chosen, state: State, output: Output, collection: &Collection) -> Result<Answer> {
    // What is only said by a filter means the cards that it changes: a draft is accepted, not unsuspended.
    let from = if state == State::Active { State::Suspended } else { State::Active };
    let found = chosen.cards(Some(from), collection)?;
    if found.is_empty() {
        return Ok(none(output).note(nothing(collection, "no card fits")?).fail_if(true));
    }
    let changed = collection.set_state(&ids(&found), state)?;
    let word = if state == State::Active { "asked again" } else { "suspended: memento card unsuspend asks them again" };
    done(&changed, chosen.alone(), output, collection, &format!("{} {word}", count(changed.len(), "card")))
}

pub(super) fn delete(args: &Destroy, collection: &Collection) -> Result<Answer> {
    let back = "memento card restore ID brings one back";
    destroy(args, ("Delete", "deleted"), back, |ids| collection.delete(ids), collection)
}

pub(super) fn reset(args: &Destroy, collection: &Collection) -> Result<Answer> {
    let back = "memento card undo ID takes it back";
    destroy(args, ("Reset", "reset"), back, |ids| collection.reset(ids), collection)
}

fn destroy(
    args: &Destroy,
    (verb, done): (&str, &str),
    back: &str,
    work: impl FnOnce(&[String]) -> Result<Vec<Card>>,
    collection: &Collection,
) -> Result<Answer> {
    let found = args.chosen.cards(None, collection)?;
    if found.is_empty() {
        return Ok(none(args.output).note(nothing(collection, "no card fits")?).fail_if(true));
    }
    let today = collection.today()?;
    let what = count(found.len(), "card");
    if args.dry_run {
        return Ok(cards_or_one(&found, args.chosen.alone(), args.output, || rows(&found, today))
            .note(format!("{what} would be {done}")));
    }
    if !args.yes && !confirmed(&format!("{verb} {what}?"), done, &some(&found, today))? {
        return Ok(Answer::text(String::new()).note(format!("nothing was {done}")).fail_if(true));
    }
    let changed = work(&ids(&found))?;
    Ok(cards_or_one(&changed, args.chosen.alone(), args.output, || rows(&changed, today))
        .note(format!("{what} {done}; {back}")))
}

pub(super) fn restore(ids: &[String], output: Output, collection: &Collection) -> Result<Answer> {
    let restored = collection.restore(ids).map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound(match ids.iter().find(|id| collection.get(id).is_ok()) {
            Some(id) => format!("{id} is not deleted: there is nothing to bring back"),
            None => "no such card was deleted, or it was purged: memento card list --deleted shows them".to_owned(),
        }),
        other => other,
    })?;
    done(&restored, ids.len() == 1, output, collection, &format!("{} brought back", count(restored.len(), "card")))
}

pub(super) fn purge(dry_run: bool, yes: bool, output: Output, collection: &Collection) -> Result<Answer> {
    let deleted = collection.list(&Query { deleted: true, ..Query::default() })?.cards;
    let value = |purged: usize| json!({ "purged": purged, "dry_run": dry_run });
    if deleted.is_empty() {
        return Ok(Answer::data(output, &value(0), String::new).note("nothing was deleted: there is nothing to remove"));
    }
    let what = count(deleted.len(), "deleted card");
    let today = collection.today()?;
    if dry_run {
        return Ok(Answer::data(output, &value(deleted.len()), || rows(&deleted, today))
            .note(format!("{what} would be removed")));
    }
    if !yes && !confirmed(&format!("Remove {what} for ever?"), "removed", &some(&deleted, today))? {
        return Ok(Answer::text(String::new()).note("nothing was removed").fail_if(true));
    }
    let purged = collection.purge()?;
    let what = count(purged, "deleted card");
    Ok(Answer::data(output, &value(purged), String::new).note(format!("{what} removed for ever")))
}

/// The first of them, for a person who is asked.
fn some(cards: &[Card], today: Day) -> String {
    const SHOWN: usize = 20;
    let more = cards.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("and {more} more\n") } else { String::new() };
    format!("{}{more}", rows(&cards[..cards.len().min(SHOWN)], today))
}

fn none(output: Output) -> Answer {
    let empty: [Card; 0] = [];
    Answer::data(output, &empty, String::new)
}

/// The cards as they are now.
fn done(cards: &[Card], alone: bool, output: Output, collection: &Collection, note: &str) -> Result<Answer> {
    let today = collection.today()?;
    Ok(cards_or_one(cards, alone, output, || rows(cards, today)).note(note))
}
