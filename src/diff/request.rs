//! What an assistant asks for, and the state of it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::file;

/// What is to be reviewed.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// A directory of the repository; absolute.
    pub directory: PathBuf,
    /// Who asks.
    pub session: String,
    /// One line; empty makes one from the files.
    pub title: String,
    /// What the assistant says of its change.
    pub summary: Option<String>,
    /// The revision to compare with; `HEAD` where it is left out.
    pub base: Option<String>,
    /// Compare the index, not the working tree.
    pub staged: bool,
    /// Compare two commits (`A..B`, `A...B`), not the working tree.
    pub range: Option<String>,
    /// Leave out files that git does not know yet.
    pub no_untracked: bool,
    /// The person looks at the person's own changes: assistants cannot see it.
    pub own: bool,
}

/// Where a request is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has it.
    Waiting,
    /// A person has it open.
    InReview,
    /// There is a verdict.
    Decided,
    /// A later round took its place before there was a verdict.
    Superseded,
    /// Whoever asked does not want an answer any more.
    Abandoned,
    /// Nobody answered for too long.
    Expired,
}

impl State {
    /// Its name, as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InReview => "in-review",
            Self::Decided => "decided",
            Self::Superseded => "superseded",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
        }
    }

    /// Whether a verdict may still come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::InReview)
    }
}

/// A request, without its diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Short enough to be typed: `d-` and four or more letters.
    pub id: String,
    /// 1 for the first one of a session on a repository.
    pub round: usize,
    /// The round before.
    pub previous: Option<String>,
    /// The round after, where there is one.
    pub next: Option<String>,
    /// Who asked.
    pub session: String,
    /// The repository's root.
    pub repository: PathBuf,
    /// The name of that folder.
    pub project: String,
    /// The branch; none where `HEAD` is no branch.
    pub branch: Option<String>,
    /// The full hash of what was compared with.
    pub base: String,
    /// What was compared, in words: `HEAD`, `staged`, `main..topic`.
    pub scope: String,
    /// One line.
    pub title: String,
    /// The assistant's own summary.
    pub summary: Option<String>,
    /// When, in seconds since 1970.
    pub created: i64,
    /// Where it is on its way.
    pub state: State,
    /// Who has it open.
    pub reviewer: Option<String>,
    /// How many files.
    pub files: usize,
    /// How many items.
    pub items: usize,
    /// How many of them have no mark yet.
    pub unmarked: usize,
    /// How many lines were added.
    pub added: usize,
    /// How many lines were removed.
    pub removed: usize,
    /// How it was decided.
    pub decision: Option<super::Decision>,
    /// Whether the person asked for it; assistants never see such a one.
    #[serde(skip)]
    pub own: bool,
}

/// Which requests are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Those that were closed too, in whatever way.
    pub all: bool,
    /// Only those of this session.
    pub session: Option<String>,
    /// Only those of the repository around this directory.
    pub directory: Option<PathBuf>,
}

/// Who judges: one Emacs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// What others are told: `ann@host, process 42`.
    pub name: String,
    /// The machine.
    pub host: String,
    /// The process; a review whose process is gone is anybody's.
    pub process: i32,
}

impl Reviewer {
    /// This process, under a name.
    pub fn here(name: impl Into<String>) -> Self {
        let process = i32::try_from(std::process::id()).unwrap_or(0);
        Self { name: name.into(), host: file::host(), process }
    }

    /// Whether it may still be there.
    pub(super) fn may_live(&self) -> bool {
        file::runs(&self.host, self.process)
    }
}
