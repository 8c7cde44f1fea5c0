//! A prompt as it comes out of the library.

use serde::{Deserialize, Serialize};

/// What somebody asked of an assistant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prompt {
    /// What a person calls it by; given when it was imported and never to another.
    pub id: i64,
    /// When, in milliseconds since 1970; 0 where it is not known.
    pub time: i64,
    /// The directory that it was typed in, as it was imported; empty where it is not known.
    pub project: String,
    /// The assistant's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Where it was read.
    pub source: Source,
    /// Whether it is a slash command.
    pub command: bool,
    /// The kinds of keys and tokens that it looks to hold; empty for most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// How long its text is, in characters.
    pub characters: usize,
    /// What was typed.
    pub text: String,
    /// What was pasted, as JSON; read by [`Library::show`](super::Library::show) alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pasted: Option<serde_json::Value>,
    /// 1 to 5; 0: not rated.
    pub rating: u8,
    /// What the person wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The person's tags, in the order of the alphabet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What a transcript tells of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
}

impl Prompt {
    /// The last part of the project's directory, which is what people call it; empty where it is not known.
    pub fn project_name(&self) -> &str {
        project_name(&self.project)
    }
}

/// The last part of a project's directory.
pub(super) fn project_name(path: &str) -> &str {
    let path = path.trim_end_matches(['/', '\\']);
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Where a prompt was first read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Claude Code's `history.jsonl`.
    History,
    /// A transcript of Claude Code's.
    Transcript,
    /// A file that somebody named.
    Import,
}

impl Source {
    /// As one word: in the database, in JSON and in Lisp.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Transcript => "transcript",
            Self::Import => "import",
        }
    }
}

/// What a transcript tells of a prompt: where it was typed and the tokens that it cost.
///
/// The counts are those of the API's `usage`: all answers up to the next prompt, each counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Turn {
    /// The git branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The model of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Tokens read that no cache had.
    pub input: u64,
    /// Tokens written.
    pub output: u64,
    /// Tokens read from the cache.
    pub cache_read: u64,
    /// Tokens put into the cache.
    pub cache_written: u64,
    /// Tokens in the context of the last answer before it; 0 at the start of a session.
    pub context_before: u64,
    /// Tokens in the context after the last answer to it.
    pub context_after: u64,
}
