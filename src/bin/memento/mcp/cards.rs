//! The tools of flashcards. What an assistant writes are drafts, which the person accepts.
//!
//! An assistant may change and delete any card that it can see, drafts and accepted ones: what the texts were before is kept
//! (`memento card show`), a deletion is taken back by `memento card restore`, and the answers stay as they were given. What
//! decides about the person's time stays theirs: to accept drafts, to suspend, to set algorithms, to purge.
//!
//! A card that comes from a note that is not public is as absent: by id, in lists, in counts, and as a duplicate.

mod find;
mod learn;
mod make;
mod seen;

use memento::cards::{Card, Day, State};

use super::render::cut;
use super::tool::{Effect, Tool};
use crate::card::{in_days, short};

/// How much of a text is shown in a list, in bytes.
const SHORT: usize = 300;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "flashcard_create",
            "Make a flashcard",
            "Makes a flashcard as a draft: the person learns it once they accept it. One fact a card; the question stands alone and \
             has one short answer. For more than one card: flashcard_bulk_create.",
            Effect::Adds,
            make::create,
        ),
        Tool::new(
            "flashcard_bulk_create",
            "Make many flashcards",
            "Makes flashcards as drafts, which the person learns once they accept them. A bad card is named with its index, from 0, and \
             then nothing is made; with partial the good ones are. Cards whose question the project has are left out and named. The \
             prompt make_flashcards says how to write good ones.",
            Effect::Adds,
            make::bulk_create,
        ),
        Tool::new(
            "flashcard_list",
            "List flashcards",
            "Lists flashcards with id, project, where they stand, question and answer, the newest first. Give `id` to read one whole. \
             Look here before you write cards, so that none is there twice.",
            Effect::Reads,
            find::list,
        ),
        Tool::new(
            "flashcard_search",
            "Search flashcards",
            "Searches question, answer and notes of flashcards. All words must be there; \"a phrase\", prefix*, -without.",
            Effect::Reads,
            find::search,
        ),
        Tool::new(
            "flashcard_update",
            "Change a flashcard",
            "Changes the texts, tags or project of a flashcard; what is left out stays. What the texts were is kept, and so is what the \
             person knew of the card: change the wording, and make a new card for another fact.",
            Effect::Changes,
            make::update,
        ),
        Tool::new(
            "flashcard_delete",
            "Delete flashcards",
            "Deletes flashcards, all that are named or none. The person can bring them back. Delete your own drafts; a card that the \
             person learns only where they ask for it.",
            Effect::Changes,
            make::delete,
        ),
        Tool::new(
            "quiz_get",
            "Get flashcards to ask",
            "Gives the questions that are due, in the order to ask them, and never the answers. Ask the person one question, wait for \
             what they say and how sure they were, then call flashcard_review, which gives the answer.",
            Effect::Reads,
            learn::quiz_get,
        ),
        Tool::new(
            "flashcard_review",
            "Store an answer to a flashcard",
            "Stores how sure the person was of a card, 1 to 5, and gives the answer and when the card comes next. Below 3 it comes again \
             today. The confidence is the person's own word: ask for it, do not guess it.",
            Effect::Adds,
            learn::review,
        ),
        Tool::new(
            "flashcard_stats",
            "How the learning goes",
            "Says what is due today and on the days to come, how much is known, and which cards are forgotten most often.",
            Effect::Reads,
            learn::stats,
        ),
    ]
}

/// A card in a list.
fn row(card: &Card, today: Day) -> String {
    let more = format!("id {}", short(&card.id));
    let one_line = |text: &str| cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), SHORT, &more);
    format!(
        "- {} ({}): {}\n    {}",
        short(&card.id),
        facts(card, today).join("; "),
        one_line(&card.question),
        one_line(&card.answer)
    )
}

/// What is known of a card besides its texts.
fn facts(card: &Card, today: Day) -> Vec<String> {
    let mut facts = vec![standing(card, today)];
    if !card.project.is_empty() {
        facts.push(format!("project {}", card.project));
    }
    if !card.tags.is_empty() {
        facts.push(format!("tags {}", card.tags.join(" ")));
    }
    facts
}

fn standing(card: &Card, today: Day) -> String {
    match (card.state, &card.schedule) {
        (State::Draft, _) => "draft".to_owned(),
        (State::Suspended, _) if card.leech => "suspended, forgotten too often".to_owned(),
        (State::Suspended, _) => "suspended".to_owned(),
        (State::Active, None) => "new".to_owned(),
        (State::Active, Some(schedule)) if schedule.last == today && schedule.again() => "again today".to_owned(),
        (State::Active, Some(schedule)) if schedule.due <= today => "due".to_owned(),
        (State::Active, Some(schedule)) => format!("due {}", in_days(schedule.due, today)),
    }
}
