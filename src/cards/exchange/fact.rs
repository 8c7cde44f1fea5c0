//! What one machine knows of cards, and how it joins with what another one knows.
//!
//! Each fact is either one of a set (an answer, an answer that was taken back, that a card was purged) or a value with the time
//! at which it was set, of which the later one counts and of two of the same time the greater one. So facts join the same
//! way in any order and any number of times.

use std::collections::{BTreeMap, BTreeSet};

use crate::cards::card::{Source, State};
use crate::cards::scheduler::Algorithm;
use crate::cards::store::{Entry, Record};

/// All that is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) projects: BTreeMap<String, Setting>,
    pub(super) cards: BTreeMap<String, Fact>,
}

/// What a project is scheduled by; the later one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Setting {
    pub(super) changed: i64,
    pub(super) algorithm: Option<String>,
    /// Of FSRS, as JSON.
    pub(super) parameters: Option<String>,
}

/// What is known of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) created: Option<i64>,
    pub(super) texts: Option<Texts>,
    pub(super) mark: Option<Mark>,
    pub(super) answers: BTreeMap<i64, Answer>,
    pub(super) undone: BTreeSet<i64>,
    /// That nothing is left of it: that stays so, whatever is known elsewhere.
    pub(super) purged: bool,
}

/// Texts and what goes with them; those that were edited later count.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Texts {
    pub(super) edited: i64,
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) notes: String,
    pub(super) tags: Vec<String>,
    pub(super) project: String,
    pub(super) note: Option<String>,
    pub(super) path: Option<String>,
    pub(super) line: Option<u32>,
    pub(super) entry: Option<String>,
}

/// What becomes of a card; what was changed later counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) changed: i64,
    pub(super) deleted: bool,
    pub(super) state: &'static str,
    pub(super) algorithm: Option<String>,
}

/// An answer; its time is its name. The order counts only for two that have the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Answer {
    /// 0: the card starts anew from here.
    pub(super) confidence: u8,
    pub(super) day: i32,
    pub(super) duration: Option<u32>,
    pub(super) before: u32,
    pub(super) after: u32,
}

impl Facts {
    /// What is known of a card, to be added to.
    pub(super) fn card(&mut self, id: &str) -> &mut Fact {
        if !self.cards.contains_key(id) {
            self.cards.insert(id.to_owned(), Fact::default());
        }
        self.cards.entry(id.to_owned()).or_default()
    }

    /// Joins with what else is known of a project.
    pub(super) fn project(&mut self, name: String, setting: Setting) {
        let known = self.projects.entry(name).or_default();
        if setting > *known {
            *known = setting;
        }
    }
}

impl Fact {
    /// Joins with what else is known of this card.
    pub(super) fn join(&mut self, other: Self) {
        self.created = match (self.created, other.created) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.texts = self.texts.take().max(other.texts);
        self.mark = self.mark.take().max(other.mark);
        for (time, answer) in other.answers {
            let known = self.answers.entry(time).or_insert(answer);
            *known = answer.max(*known);
        }
        self.undone.extend(other.undone);
        self.purged |= other.purged;
        if self.purged {
            *self = Self { purged: true, ..Self::default() };
        }
    }
}

impl Texts {
    pub(super) fn of(card: &Record) -> Self {
        let (note, path, line) = match card.source.clone() {
            None => (None, None, None),
            Some(Source::Note(id)) => (Some(id), None, None),
            Some(Source::File { path, line }) => (None, Some(path), line),
        };
        Self {
            edited: card.edited,
            question: card.question.clone(),
            answer: card.answer.clone(),
            notes: card.notes.clone(),
            tags: card.tags.clone(),
            project: card.project.clone(),
            note,
            path,
            line,
            entry: card.entry.clone(),
        }
    }

    pub(super) fn source(&self) -> Option<Source> {
        match (&self.note, &self.path) {
            (Some(note), _) => Some(Source::Note(note.clone())),
            (None, Some(path)) => Some(Source::File { path: path.clone(), line: self.line }),
            (None, None) => None,
        }
    }
}

impl Mark {
    pub(super) fn of(card: &Record) -> Self {
        Self {
            changed: card.changed,
            deleted: card.deleted,
            state: card.state.as_str(),
            algorithm: card.algorithm.as_ref().map(Algorithm::to_string),
        }
    }
}

impl Answer {
    pub(super) fn entry(self, time: i64) -> Entry {
        Entry {
            time,
            day: self.day,
            confidence: self.confidence,
            duration: self.duration,
            before: self.before,
            after: self.after,
        }
    }
}

/// The card that these texts and this mark make.
pub(super) fn record(id: &str, created: Option<i64>, texts: &Texts, mark: &Mark) -> Record {
    Record {
        id: id.to_owned(),
        question: texts.question.clone(),
        answer: texts.answer.clone(),
        notes: texts.notes.clone(),
        tags: texts.tags.clone(),
        project: texts.project.clone(),
        source: texts.source(),
        entry: texts.entry.clone(),
        created: created.unwrap_or(texts.edited),
        edited: texts.edited,
        algorithm: mark.algorithm.as_deref().and_then(|text| text.parse().ok()),
        state: State::read(mark.state),
        deleted: mark.deleted,
        changed: mark.changed,
    }
}
