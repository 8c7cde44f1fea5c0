//! A prompt that a reader has found, and what can be known of it before it is stored.

use serde_json::Value;

use super::prompt::Source;
use super::secret;

/// A prompt that a reader has found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NewPrompt {
    /// In milliseconds since 1970; 0 where it is not known.
    pub(super) time: i64,
    /// The directory; empty where it is not known.
    pub(super) project: String,
    pub(super) session: Option<String>,
    pub(super) source: Source,
    pub(super) text: String,
    /// JSON, as it was read.
    pub(super) pasted: Option<String>,
}

/// A prompt with all that can be known of it without the database: other threads have time for that.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) prompt: NewPrompt,
    pub(super) identity: i64,
    /// The kinds of keys and tokens in it, parted by commas.
    pub(super) secrets: Option<String>,
    /// What of its pasted contents is found by its words.
    pub(super) pasted: String,
    pub(super) characters: i64,
}

impl From<NewPrompt> for Prepared {
    fn from(prompt: NewPrompt) -> Self {
        let pasted = prompt.pasted.as_deref().map(pasted_words).unwrap_or_default();
        let mut kinds = secret::kinds(&prompt.text);
        if !pasted.is_empty() {
            kinds.extend(secret::kinds(&pasted));
            kinds.sort_unstable();
            kinds.dedup();
        }
        Self {
            identity: prompt.identity(),
            secrets: (!kinds.is_empty()).then(|| kinds.join(",")),
            pasted,
            characters: i64::try_from(prompt.text.chars().count()).unwrap_or(i64::MAX),
            prompt,
        }
    }
}

/// Milliseconds of the last moment that a calendar can write, in the year 9999.
pub(super) const LATEST: i64 = 253_402_300_799_999;

impl NewPrompt {
    /// What two readings of one prompt have in common, and two prompts do not.
    pub(super) fn identity(&self) -> i64 {
        let mut hash = blake3::Hasher::new();
        for part in
            [self.session.as_deref().unwrap_or(""), &self.project, &self.text, self.pasted.as_deref().unwrap_or("")]
        {
            hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        hash.update(&self.time.to_le_bytes());
        first_eight(&hash.finalize())
    }
}

/// As much of a hash as a column holds.
pub(super) fn first_eight(hash: &blake3::Hash) -> i64 {
    i64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

/// Whether a text is a slash command: `/name`, and neither a path nor a comment.
pub(super) fn is_command(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or("");
    let Some(name) = word.strip_prefix('/') else { return false };
    text.starts_with('/')
        && name.starts_with(|c: char| c.is_alphabetic())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
}

/// What of pasted contents was typed somewhere: not images, and not what only names a text.
fn typed_texts(pasted: &Value) -> Vec<&str> {
    let entries: Box<dyn Iterator<Item = &Value>> = match pasted {
        Value::Object(entries) => Box::new(entries.values()),
        Value::Array(entries) => Box::new(entries.iter()),
        _ => return Vec::new(),
    };
    entries.filter_map(|entry| entry.as_str().or_else(|| entry.get("content")?.as_str())).collect()
}

/// What of pasted contents is found by its words.
pub(super) fn pasted_words(json: &str) -> String {
    serde_json::from_str(json).map(|value: Value| typed_texts(&value).join("\n")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_no_command() {
        for text in ["/clear", "/compact keep the plan", "/plugin:deploy now", "/review\nthis", "/mcp__x"] {
            assert!(is_command(text), "{text}");
        }
        for text in ["/home/ann/x is gone", "/", "/ x", "// a comment", " /clear", "a /clear", "/*", "", "/1"] {
            assert!(!is_command(text), "{text}");
        }
    }

    #[test]
    fn what_differs_in_any_part_is_another_prompt() {
        let one = NewPrompt {
            time: 5,
            project: "/a".into(),
            session: Some("s".into()),
            source: Source::History,
            text: "x".into(),
            pasted: None,
        };
        let others = [
            NewPrompt { time: 6, ..one.clone() },
            NewPrompt { project: "/as".into(), session: None, ..one.clone() },
            NewPrompt { session: Some("sx".into()), text: String::new(), ..one.clone() },
            NewPrompt { pasted: Some("{}".into()), ..one.clone() },
        ];
        for other in others {
            assert_ne!(one.identity(), other.identity(), "{other:?}");
        }
        assert_eq!(one.identity(), NewPrompt { source: Source::Transcript, ..one.clone() }.identity());
    }
}
