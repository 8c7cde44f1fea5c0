//! Taking remarks: a lease that only one session holds, and that ends by itself.

use std::time::Duration;

use super::entry::Entry;
use super::log::{Draft, Log, now};
use super::query::{Matcher, Query};
use super::{CATEGORIES, stamp, write};
use crate::error::{Error, Result};
use crate::file;
use crate::org::edit;

/// How long the renewal of a lease, which is only a courtesy of a read, waits for a writer.
const RENEWAL_PATIENCE: Duration = Duration::from_millis(200);

impl Log {
    /// Takes the first open remark that nobody holds, the caller included: correctness, architecture, security,
    /// performance, then the rest, the oldest first. `None`: there is none.
    ///
    /// # Errors
    /// Those of [`file::update`].
    pub fn next(&self, session: &str, query: &Query) -> Result<Option<Entry>> {
        check_session(session)?;
        file::update(self.path(), |text| {
            let now = now();
            let until = self.lease_end(now);
            let mut draft = text.to_owned();
            renew_all(&mut draft, &self.entries_of(text), session, now, until)?;
            let entries = self.entries_of(&draft);
            let mut matcher = Matcher::new(query, now);
            let free = entries.iter().filter(|e| matcher.admits(e) && !e.done && e.holder(now).is_none());
            let Some(first) = free.min_by_key(|e| e.urgency()) else { return Ok((Some(draft), None)) };
            let mut draft = Draft { text: draft, headline: first.headline };
            if !first.has_id {
                draft.set("ID", &first.id)?;
            }
            draft.claim(session, until)?;
            let taken = self.entries_of(&draft.text).into_iter().find(|e| e.headline == first.headline);
            Ok((Some(draft.text), taken))
        })
    }

    /// Gives a remark back. Where `session` is named, another's live lease is a conflict; a person names none.
    ///
    /// # Errors
    /// Those of [`Log::show`]; [`Error::Conflict`] where nobody or another session holds it.
    pub fn release(&self, id: &str, session: Option<&str>) -> Result<Entry> {
        self.change(id, |draft, entry| {
            match (entry.holder(now()), session) {
                (None, _) if entry.claimed_by.is_none() => {
                    return Err(Error::Conflict(format!("nobody holds {}: there is nothing to release", entry.id)));
                }
                (Some(holder), Some(session)) if holder != session => return Err(held(entry, holder)),
                _ => {}
            }
            draft.unclaim()
        })
    }

    /// Prolongs the leases of a session. Reading must work where writing does not, so nothing that goes wrong here is an
    /// error of its caller's.
    pub fn renew(&self, session: &str) {
        let holds = |e: &Entry| e.holder(now()) == Some(session);
        // Nearly always nothing in the log bears the name, and then nothing need be parsed.
        let named = |text: &String| memchr::memmem::find(text.as_bytes(), session.as_bytes()).is_some();
        if !self.read().is_ok_and(|text| named(&text) && self.entries_of(&text).iter().any(holds)) {
            return;
        }
        let _ = file::update_within(self.path(), RENEWAL_PATIENCE, |text| {
            let now = now();
            let mut draft = text.to_owned();
            renew_all(&mut draft, &self.entries_of(text), session, now, self.lease_end(now))?;
            Ok((Some(draft), ()))
        });
    }

    pub(super) fn lease_end(&self, now: i64) -> i64 {
        now.saturating_add(i64::try_from(self.config.lease_minutes.saturating_mul(60)).unwrap_or(i64::MAX / 2))
    }
}

fn renew_all(text: &mut String, entries: &[Entry], session: &str, now: i64, until: i64) -> Result<()> {
    for entry in entries.iter().filter(|e| e.holder(now) == Some(session)) {
        // A lease that a running gate made longer is not cut short.
        if entry.claimed_until.is_some_and(|held| held < until) {
            *text = edit::set_property(text, entry.headline, "CLAIMED_UNTIL", &stamp::format_until(until))?;
        }
    }
    Ok(())
}

impl Draft {
    pub(super) fn claim(&mut self, session: &str, until: i64) -> Result<()> {
        self.set("CLAIMED_BY", session)?;
        self.set("CLAIMED_UNTIL", &stamp::format_until(until))
    }

    pub(super) fn unclaim(&mut self) -> Result<()> {
        self.remove("CLAIMED_BY")?;
        self.remove("CLAIMED_UNTIL")
    }
}

impl Entry {
    /// Sorts by the order of work.
    pub(super) fn urgency(&self) -> (usize, i64, usize) {
        let category = self.category.as_deref().unwrap_or("");
        let rank = CATEGORIES.iter().position(|c| c.eq_ignore_ascii_case(category)).unwrap_or(CATEGORIES.len());
        // One without a time may be of any age: it waits behind those that are known to wait.
        (rank, self.created.unwrap_or(i64::MAX), self.headline)
    }
}

/// A session's name stands in a property of one line.
pub(super) fn check_session(session: &str) -> Result<()> {
    if session.is_empty() || session != write::one_line(session) || session.chars().any(char::is_control) {
        return Err(Error::Invalid(format!("{session:?} cannot name a session: give words on one line")));
    }
    Ok(())
}

/// The error for a remark that another session holds.
pub(super) fn held(entry: &Entry, holder: &str) -> Error {
    let minutes = (entry.claimed_until.unwrap_or(0) - now() + 59) / 60;
    Error::Conflict(format!(
        "{} is held by {holder} for another {minutes} min: take another with memento review next, or free it with memento review release",
        entry.id
    ))
}
