//! What our own files say of a card, as JSON has it, and whether it can be.

use serde::{Deserialize, Serialize};

use super::fact::{Answer, Mark, Setting, Texts};
use crate::cards::card::{Source, State};
use crate::cards::clock::Day;
use crate::cards::scheduler::Algorithm;

/// What a file of ours says that it is.
pub(super) const TYPE: &str = "memento-cards";
/// The version that this program writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;

/// The end of the year 9999, in milliseconds since 1970. A later time would be a mistake that no edit could ever overtake.
const LATEST: i64 = 253_402_300_799_999;
/// How long an id may be, in bytes.
const LONGEST_ID: usize = 200;

/// The texts of a card and what goes with them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnTexts {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) answer: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) notes: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) project: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<String>,
    pub(super) created: i64,
    pub(super) edited: i64,
}

/// What becomes of a card.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnMark {
    pub(super) state: State,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) deleted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) algorithm: Option<Algorithm>,
    pub(super) changed: i64,
}

/// An answer; confidence 0 means that the card starts anew from here.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnAnswer {
    pub(super) time: i64,
    pub(super) day: Day,
    pub(super) confidence: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u32>,
    pub(super) before: u32,
    pub(super) after: u32,
}

/// What a project is scheduled by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnSetting {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) algorithm: Option<Algorithm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parameters: Option<Vec<f32>>,
    pub(super) changed: i64,
}

/// A time that can be.
pub(super) fn time(time: i64) -> Result<i64, String> {
    match time {
        0..=LATEST => Ok(time),
        _ => Err(format!("{time} is no time: give milliseconds since 1970")),
    }
}

/// An id that can be.
pub(super) fn id(id: &str) -> Result<(), String> {
    let fits = !id.is_empty() && id.len() <= LONGEST_ID && !id.contains(|c: char| c.is_whitespace() || c.is_control());
    if fits { Ok(()) } else { Err(format!("{id:?} is no id: give 1 to {LONGEST_ID} characters without a blank")) }
}

/// A name on one line.
fn name(name: &str) -> Result<(), String> {
    let fits = name.trim() == name && !name.contains(char::is_control);
    if fits { Ok(()) } else { Err(format!("{name:?} is no name of a project: it has blanks at an end, or a control character")) }
}

impl OwnTexts {
    pub(super) fn of(id: &str, created: Option<i64>, texts: &Texts) -> Self {
        Self {
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
        }
    }

    /// The id, when the card was made, and its texts.
    pub(super) fn check(self) -> Result<(String, i64, Texts), String> {
        id(&self.id)?;
        name(&self.project)?;
        for (name, text) in [("question", &self.question), ("answer", &self.answer)] {
            if text.trim().is_empty() {
                return Err(format!("the {name} is empty: give it some text"));
            }
        }
        if [&self.question, &self.answer, &self.notes].iter().any(|text| text.contains('\0')) {
            return Err("a text has a NUL in it: leave it out".to_owned());
        }
        if let Some(tag) = self.tags.iter().find(|tag| !crate::org::is_tag(tag)) {
            return Err(format!("{tag:?} is no tag: use letters, digits, _, @, # and %"));
        }
        let mut tags = self.tags;
        tags.sort();
        tags.dedup();
        let (note, path, line) = match self.source {
            None => (None, None, None),
            Some(Source::Note(id)) => (Some(id), None, None),
            Some(Source::File { path, line }) => (None, Some(path), line),
        };
        let texts = Texts {
            edited: time(self.edited)?,
            question: self.question,
            answer: self.answer,
            notes: self.notes,
            tags,
            project: self.project,
            note,
            path,
            line,
            entry: self.entry,
        };
        Ok((self.id, time(self.created)?, texts))
    }
}

impl OwnMark {
    pub(super) fn of(mark: &Mark) -> Self {
        Self {
            state: State::read(mark.state),
            deleted: mark.deleted,
            algorithm: mark.algorithm.as_deref().and_then(|text| text.parse().ok()),
            changed: mark.changed,
        }
    }

    pub(super) fn check(self) -> Result<Mark, String> {
        Ok(Mark {
            changed: time(self.changed)?,
            deleted: self.deleted,
            state: self.state.as_str(),
            algorithm: self.algorithm.as_ref().map(Algorithm::to_string),
        })
    }
}

impl OwnAnswer {
    pub(super) fn of(time: i64, answer: &Answer) -> Self {
        Self {
            time,
            day: Day::from_number(answer.day),
            confidence: answer.confidence,
            duration: answer.duration,
            before: answer.before,
            after: answer.after,
        }
    }

    pub(super) fn check(&self) -> Result<(i64, Answer), String> {
        if self.confidence > 5 {
            return Err(format!("{} is no confidence: give 1 (no idea) to 5 (at once)", self.confidence));
        }
        let answer = Answer {
            confidence: self.confidence,
            day: self.day.number(),
            duration: self.duration,
            before: self.before,
            after: self.after,
        };
        Ok((time(self.time)?, answer))
    }
}

impl OwnSetting {
    pub(super) fn of(name: &str, setting: &Setting) -> Self {
        Self {
            name: name.to_owned(),
            algorithm: setting.algorithm.as_deref().and_then(|text| text.parse().ok()),
            parameters: setting.parameters.as_deref().and_then(|json| serde_json::from_str(json).ok()),
            changed: setting.changed,
        }
    }

    pub(super) fn check(self) -> Result<(String, Setting), String> {
        name(&self.name)?;
        let parameters = self.parameters.map(|parameters| serde_json::to_string(&parameters));
        let setting = Setting {
            changed: time(self.changed)?,
            algorithm: self.algorithm.as_ref().map(Algorithm::to_string),
            parameters: parameters.transpose().map_err(|error| error.to_string())?,
        };
        if let Some(parameters) = &setting.parameters {
            // What the scheduler does not take would make the collection unreadable.
            let parameters: Vec<f32> = serde_json::from_str(parameters).map_err(|error| error.to_string())?;
            Algorithm::Fsrs(900).scheduler(Some(&parameters)).map_err(|error| error.to_string())?;
        }
        Ok((self.name, setting))
    }
}

/// Whether a file of this version can be read.
pub(super) fn version(version: u64) -> Result<(), String> {
    match version {
        1 => Ok(()),
        _ => Err(format!("it has version {version} and this memento knows {VERSION}: install the newer version")),
    }
}
