//! Claude Code's transcripts: the person's prompts, and what each cost.
//!
//! A line is a message, an answer, or something else that is passed over. What stands under the name of the user and was not
//! typed there (results of tools, output of commands, summaries, what hooks and agents say) is no prompt. An answer that is
//! streamed has several lines under one message and request, of which the last one counts.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::feed::Lines;
use super::json::{self, milliseconds};
use super::new_prompt::{NewPrompt, first_eight};
use super::prompt::{Source, Turn};
use super::transcript_text::typed;

/// What a line tells.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    /// A prompt, with what is known of its turn before there is an answer.
    Prompt {
        new: NewPrompt,
        /// A hash of the message's own name, which a copy in another file has too.
        message: i64,
        turn: Turn,
    },
    /// What a prompt cost so far.
    Turn { identity: i64, message: i64, turn: Turn },
}

/// The tokens of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Usage {
    #[serde(default, rename = "input_tokens", deserialize_with = "count")]
    input: u64,
    #[serde(default, rename = "output_tokens", deserialize_with = "count")]
    output: u64,
    #[serde(default, rename = "cache_read_input_tokens", deserialize_with = "count")]
    cache_read: u64,
    #[serde(default, rename = "cache_creation_input_tokens", deserialize_with = "count")]
    cache_written: u64,
}

/// A count that may be `null`.
fn count<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Option::<u64>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Usage {
    fn context(self) -> u64 {
        [self.cache_read, self.cache_written, self.output].into_iter().fold(self.input, u64::saturating_add)
    }
}

/// The prompt that answers go to.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Current {
    identity: i64,
    message: i64,
    branch: Option<String>,
    model: Option<String>,
    context_before: u64,
    context_after: u64,
    /// Its answers: a hash of message and request, and the tokens.
    answers: Vec<(i64, Usage)>,
}

impl Current {
    fn turn(&self) -> Turn {
        // What a file says is no reason to fail, however much it is.
        let sum =
            |part: fn(&Usage) -> u64| self.answers.iter().map(|(_, usage)| part(usage)).fold(0, u64::saturating_add);
        Turn {
            branch: self.branch.clone(),
            model: self.model.clone(),
            input: sum(|usage| usage.input),
            output: sum(|usage| usage.output),
            cache_read: sum(|usage| usage.cache_read),
            cache_written: sum(|usage| usage.cache_written),
            context_before: self.context_before,
            context_after: self.context_after,
        }
    }
}

/// Reads the lines of a transcript, one after the other.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Transcript {
    /// The tokens in the context of the last answer.
    context: u64,
    current: Option<Current>,
}

impl Transcript {
    /// One that goes on where that stopped whose state this is.
    pub(super) fn resume(state: Option<&str>) -> Self {
        state.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    fn prompt(&mut self, line: &Line<'_>, text: String) -> Result<Event, String> {
        let new = NewPrompt {
            time: line.timestamp.as_ref().map_or(Ok(0), milliseconds)?,
            project: line.cwd.as_deref().unwrap_or_default().to_owned(),
            session: line.session.as_deref().filter(|name| !name.is_empty()).map(str::to_owned),
            source: Source::Transcript,
            text,
            pasted: None,
        };
        let identity = new.identity();
        // A message without a name is known by what it is.
        let message = line.uuid.as_deref().map_or(identity, hash);
        let branch = line.branch.as_deref().filter(|branch| !branch.is_empty()).map(str::to_owned);
        let current = Current {
            identity,
            message,
            branch,
            model: None,
            context_before: self.context,
            context_after: self.context,
            answers: Vec::new(),
        };
        let turn = current.turn();
        self.current = Some(current);
        Ok(Event::Prompt { new, message, turn })
    }

    fn answer(&mut self, line: &Line<'_>, answer: &Message<'_>) -> Option<Event> {
        let usage = answer.usage?;
        // What Claude Code says by itself bears this name.
        if usage == Usage::default() || answer.model.as_deref() == Some("<synthetic>") {
            return None;
        }
        self.context = usage.context();
        let current = self.current.as_mut()?;
        let name = |part: &Option<Cow<'_, str>>| part.as_deref().unwrap_or_default().to_owned();
        let key = match (&answer.id, &line.request) {
            (None, None) => line.uuid.as_deref().map_or(current.answers.len() as i64, hash),
            (id, request) => hash(&format!("{} {}", name(id), name(request))),
        };
        match current.answers.iter_mut().rev().find(|(known, _)| *known == key) {
            Some((_, known)) if *known == usage => return None,
            Some((_, known)) => *known = usage,
            None => current.answers.push((key, usage)),
        }
        current.context_after = usage.context();
        current.model = answer.model.as_deref().map(str::to_owned).or(current.model.take());
        Some(Event::Turn { identity: current.identity, message: current.message, turn: current.turn() })
    }
}

impl Lines for Transcript {
    type Item = Event;

    fn line(&mut self, bytes: &[u8]) -> Result<Option<Event>, String> {
        let mut mended = String::new();
        let line: Line<'_> = json::read(bytes, &mut mended, |_| None)?;
        if line.is_sidechain || line.agent.is_some() {
            return Ok(None);
        }
        match line.kind.as_deref() {
            Some("assistant") => {
                let answer = line.message.as_ref().ok_or("an answer without a \"message\"")?;
                Ok(self.answer(&line, answer))
            }
            Some("user") => {
                let message = line.message.as_ref().ok_or("a message of the user's without a \"message\"")?;
                match line.is_typed().then(|| typed(&message.content)).flatten() {
                    Some(text) => self.prompt(&line, text).map(Some),
                    None => Ok(None),
                }
            }
            // Typed while the assistant was at work, and given to it then.
            Some("attachment") => match line.attachment.as_ref().filter(|queued| queued.is_typed()) {
                Some(queued) if line.is_typed() => match typed(&queued.prompt) {
                    Some(text) => self.prompt(&line, text).map(Some),
                    None => Ok(None),
                },
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn state(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

fn hash(name: &str) -> i64 {
    first_eight(&blake3::hash(name.as_bytes()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    #[serde(borrow)]
    attachment: Option<Attachment<'a>>,
    #[serde(borrow)]
    uuid: Option<Cow<'a, str>>,
    timestamp: Option<Value>,
    #[serde(borrow, rename = "sessionId")]
    session: Option<Cow<'a, str>>,
    #[serde(borrow)]
    cwd: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "gitBranch")]
    branch: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "requestId")]
    request: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_type: Option<Cow<'a, str>>,
    #[serde(default)]
    is_meta: bool,
    #[serde(default)]
    is_sidechain: bool,
    #[serde(default)]
    is_compact_summary: bool,
    #[serde(default)]
    is_visible_in_transcript_only: bool,
    #[serde(rename = "agentId")]
    agent: Option<serde::de::IgnoredAny>,
    tool_use_result: Option<serde::de::IgnoredAny>,
    #[serde(rename = "sourceToolUseID")]
    source_tool: Option<serde::de::IgnoredAny>,
    origin: Option<Value>,
}

impl Line<'_> {
    /// Whether its text, if it has one, is the person's.
    fn is_typed(&self) -> bool {
        !self.is_meta
            && !self.is_compact_summary
            && !self.is_visible_in_transcript_only
            && self.tool_use_result.is_none()
            && self.source_tool.is_none()
            && self.user_type.as_deref().is_none_or(|kind| kind == "external")
            && is_human(self.origin.as_ref())
    }
}

/// Newer versions say who a message is from.
fn is_human(origin: Option<&Value>) -> bool {
    origin.and_then(|origin| origin.get("kind")?.as_str()).is_none_or(|kind| kind == "human")
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    usage: Option<Usage>,
    #[serde(borrow, default)]
    content: Content<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachment<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    prompt: Content<'a>,
    #[serde(borrow)]
    command_mode: Option<Cow<'a, str>>,
    #[serde(default)]
    is_meta: bool,
    origin: Option<Value>,
}

impl Attachment<'_> {
    fn is_typed(&self) -> bool {
        self.kind.as_deref() == Some("queued_command")
            && self.command_mode.as_deref().is_none_or(|mode| mode == "prompt")
            && !self.is_meta
            && is_human(self.origin.as_ref())
    }
}

/// What a message holds: a text, or blocks.
#[derive(Default)]
pub(super) struct Content<'a>(pub(super) Vec<Block<'a>>);

/// A block of a message.
#[derive(Deserialize)]
pub(super) struct Block<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) text: Option<Cow<'a, str>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl ContentVisitor {
    fn text(text: Cow<'_, str>) -> Content<'_> {
        Content(vec![Block { kind: Some("text".into()), text: Some(text) }])
    }
}

impl<'de> serde::de::Visitor<'de> for ContentVisitor {
    type Value = Content<'de>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a text or blocks")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Self::text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Content::default())
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut blocks: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(block) = blocks.next_element()? {
            all.push(block);
        }
        Ok(Content(all))
    }
}

/// The transcripts below a directory, the oldest first, so that what a resumed session copied was read where it came from.
/// Those of agents hold no prompt of a person's.
pub(super) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
    let mut dirs = vec![dir.to_path_buf()];
    while let Some(dir) = dirs.pop() {
        // What cannot be listed holds nothing for us.
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if name != "subagents" {
                    dirs.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "jsonl")
                && !name.to_string_lossy().starts_with("agent-")
                && let Ok(data) = std::fs::metadata(&path)
                && data.is_file()
            {
                found.push((data.modified().unwrap_or(SystemTime::UNIX_EPOCH), path));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests;
