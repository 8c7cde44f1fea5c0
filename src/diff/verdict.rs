//! What the person decided, and what was done about it.

use serde::{Deserialize, Serialize};

use super::item::Judgement;

/// The decision on the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It is good.
    Approved,
    /// Something must change.
    ChangesRequested,
    /// The whole attempt should be dropped.
    Abandoned,
}

/// What the person submits, besides what is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The decision on the whole.
    pub decision: Decision,
    /// A remark on the whole.
    pub remark: Option<String>,
    /// Items without a mark count as approved; otherwise they count as not judged.
    pub approve_rest: bool,
    /// Take rejected hunks out of the working tree, all or none.
    pub revert: bool,
    /// Put approved hunks into the index.
    pub stage: bool,
}

/// What was done with an item when the verdict was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing, as was asked.
    Nothing,
    /// It was taken out of the working tree.
    Reverted,
    /// It was to be taken out and is not in the working tree any more.
    Gone,
    /// It was rejected and still stands: whoever wrote it is to take it out or change it.
    PleaseRevert,
    /// It is in the index.
    Staged,
    /// It was to go into the index and does not fit there.
    NotStaged,
}

/// A comment, with the lines it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The first line in the new file; where the line was removed, the one that stands there now.
    pub line: usize,
    /// The last line.
    pub end_line: usize,
    /// The lines of the diff, with their `+`, `-` or blank.
    pub lines: String,
    /// What it says.
    pub text: String,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The file, relative to the repository's root: the new name, or of a deleted file the old one.
    pub file: String,
    /// The first line of the hunk's change in the new file; 0 for a file's header.
    pub line: usize,
    /// What was judged, in a word: `hunk`, `new file`, `deleted file`, `rename`, `copy`, `mode`, `binary`, `submodule`, `empty file`.
    pub what: String,
    /// The judgement; none where there was none.
    pub judgement: Option<Judgement>,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The hunk as git writes it, of rejected and commented ones.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lines: Option<String>,
    /// The comments on it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub comments: Vec<Said>,
    /// What was done with it.
    pub outcome: Outcome,
    /// The judgement is from an earlier round, and the hunk has not changed since.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub kept: bool,
}

/// The person's answer to a request. Once stored it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The request.
    pub request: String,
    /// Which round that is.
    pub round: usize,
    /// The decision on the whole.
    pub decision: Decision,
    /// A remark on the whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remark: Option<String>,
    /// Who decided.
    pub reviewer: String,
    /// When, in seconds since 1970.
    pub decided: i64,
    /// Why rejected hunks that were to be reverted were not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_reverted: Option<String>,
    /// Why approved hunks that were to be staged were not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_staged: Option<String>,
    /// Every item, in the order of the diff.
    pub items: Vec<Judged>,
}

impl Verdict {
    /// How many items have this judgement.
    pub fn count(&self, judgement: Option<Judgement>) -> usize {
        self.items.iter().filter(|item| item.judgement == judgement).count()
    }
}
