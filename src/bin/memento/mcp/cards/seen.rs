//! The cards that an assistant may know of, and no way to the others.

use memento::cards::{Card, Collection, Filter, Query, no_such_card};
use memento::notes::PublicVault;
use memento::{Error, Result};

use crate::mcp::call::Call;

/// The cards that an assistant may know of: all but those that come from a note that is not public.
pub(super) struct Seen {
    collection: Collection,
    /// The notes that are not public, of those that cards come from.
    hidden: Vec<String>,
}

impl Seen {
    fn open(call: &Call, vault: &PublicVault) -> Result<Self> {
        let collection = Collection::open(&call.config)?;
        let hidden = vault.not_public(collection.source_notes()?)?;
        Ok(Self { collection, hidden })
    }

    /// All of them that these fit.
    pub(super) fn filter(&self, project: Option<String>, tags: Vec<String>) -> Filter {
        Filter { project, tags, hidden_notes: self.hidden.clone(), ..Filter::default() }
    }

    /// The card of this id, or of the only one that begins so.
    pub(super) fn card(&self, id: &str) -> Result<Card> {
        match self.collection.get(id) {
            Ok(card) if self.shows(&card) => Ok(card),
            Ok(_) => Err(no_such_card(id)),
            // That several begin so may be known only where an assistant may know of them.
            Err(Error::Invalid(several)) => {
                let all = self.collection.list(&Query { filter: self.filter(None, Vec::new()), ..Query::default() })?;
                let mut fit = all.cards.into_iter().filter(|card| card.id.starts_with(id.trim()));
                match (fit.next(), fit.next()) {
                    (Some(card), None) => Ok(card),
                    (None, _) => Err(no_such_card(id)),
                    (Some(_), Some(_)) => Err(Error::Invalid(several)),
                }
            }
            Err(error) => Err(error),
        }
    }

    pub(super) fn shows(&self, card: &Card) -> bool {
        match &card.source {
            Some(memento::cards::Source::Note(id)) => !self.hidden.contains(id),
            _ => true,
        }
    }

    /// For what is done to cards that were found here.
    pub(super) fn collection(&self) -> &Collection {
        &self.collection
    }
}

/// Runs a tool and writes it down in the audit trail: `subject` is what it was asked for, and the number how many cards came out.
pub(super) fn audited(
    call: &Call,
    name: &str,
    subject: &str,
    work: impl FnOnce(&Seen, &PublicVault) -> Result<(String, usize)>,
) -> Result<String> {
    let answer = call
        .vault(|vault| vault.audited(name, subject, |(_, cards)| *cards, || work(&Seen::open(call, vault)?, vault)))?;
    Ok(answer.0)
}
