//! The cards that an assistant may know of, and no way to the others.

use std::path::PathBuf;

use memento::cards::{Card, Collection, Filter, Query, Source, no_such_card};
use memento::config::Env;
use memento::file;
use memento::notes::PublicVault;
use memento::{Error, Result};

use crate::mcp::call::Call;

/// The cards that an assistant may know of: all but those that come from a note that is not public, or from a file among the notes.
pub(super) struct Seen {
    collection: Collection,
    /// The notes that are not public, of those that cards come from.
    hidden: Vec<String>,
    /// The files among the notes that cards come from. A mark belongs to a note with an ID: what comes from a file there is
    /// taken to be private.
    files: Vec<String>,
    notes_dir: PathBuf,
    env: Env,
}

impl Seen {
    fn open(call: &Call, vault: &PublicVault) -> Result<Self> {
        let collection = Collection::open(&call.config)?;
        let hidden = vault.not_public(collection.source_notes()?)?;
        let files = collection.source_files()?;
        let (notes_dir, env) = (file::canonical(&call.config.notes_dir), call.config.env.clone());
        let mut seen = Self { collection, hidden, files: Vec::new(), notes_dir, env };
        seen.files = files.into_iter().filter(|path| seen.among_notes(path)).collect();
        Ok(seen)
    }

    /// All of them that these fit.
    pub(super) fn filter(&self, project: Option<String>, tags: Vec<String>) -> Filter {
        Filter {
            project,
            tags,
            hidden_notes: self.hidden.clone(),
            hidden_files: self.files.clone(),
            ..Filter::default()
        }
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
            Some(Source::Note(id)) => !self.hidden.contains(id),
            Some(Source::File { path, .. }) => !self.files.contains(path),
            None => true,
        }
    }

    /// Whether a file is in the notes directory, whatever links lead there.
    pub(super) fn among_notes(&self, path: &str) -> bool {
        file::canonical(&self.env.expand(path).unwrap_or_else(|_| path.into())).starts_with(&self.notes_dir)
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
