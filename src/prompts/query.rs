//! What can be asked of the library.

use serde::Serialize;

use super::prompt::Prompt;

/// The tag of a prompt that no assistant is to see.
pub const PRIVATE: &str = "PRIVATE";

/// Which prompts to list. The default is all of them but slash commands, the newest first.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Words, `"phrases"`, `prefix*` and `-without`, in text and pasted contents.
    pub text: Option<String>,
    /// Whether `text` is still being typed: its last word may be the start of one.
    pub live: bool,
    /// A project: a whole path, its last part, or a part of the path; case does not matter in the latter two.
    pub project: Option<String>,
    /// A session, or the start of its name.
    pub session: Option<String>,
    /// Not before this, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Before this, in milliseconds since 1970.
    pub until: Option<i64>,
    /// Asked in this hour of the day, 0 to 23, in local time.
    pub hour: Option<u8>,
    /// Asked on this weekday, Monday being 0, in local time.
    pub weekday: Option<u8>,
    /// Rated this or better (1 to 5).
    pub min_rating: Option<u8>,
    /// Rated, and not better than this.
    pub max_rating: Option<u8>,
    /// Rated at all, or not.
    pub rated: Option<bool>,
    /// With a note, or without.
    pub has_note: Option<bool>,
    /// With this tag.
    pub tag: Option<String>,
    /// Without those that the person tagged [`PRIVATE`]: for assistants.
    pub public: bool,
    /// With what looks like a key or token.
    pub secrets: bool,
    /// With slash commands.
    pub commands: bool,
    /// What comes first.
    pub order: Order,
    /// At most so many; `None`: all.
    pub limit: Option<usize>,
    /// So many less from the front.
    pub offset: usize,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest.
    #[default]
    Newest,
    /// The oldest.
    Oldest,
    /// The best rated, of those the newest.
    Rating,
    /// The longest text.
    Length,
}

/// What a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// The prompts.
    pub prompts: Vec<Prompt>,
    /// Whether there are more behind the limit.
    pub more: bool,
}

/// A project with how many prompts it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectCount {
    /// The directory.
    pub project: String,
    /// How many, slash commands included.
    pub prompts: usize,
}

/// A tag with how many prompts bear it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// How many.
    pub prompts: usize,
}
