//! What is judged: hunks, and of files without any the file.

use serde::{Deserialize, Serialize};

use super::patch::Patch;
use super::request::Request;

/// Something to be judged.
///
/// Every hunk is one. So is what a file's header says by itself: a rename, a copy, a change of mode, and all there is of a
/// file without hunks (binary, empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which file of the patch.
    pub file: usize,
    /// Which hunk of the file; none means the file's header.
    pub hunk: Option<usize>,
    /// It is as it was in the round before and has its mark from there: there is nothing new to see.
    pub kept: bool,
}

/// A judgement of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// It is good.
    Approve,
    /// It must go or change.
    Reject,
}

/// What the person said of an item so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Which item.
    pub item: usize,
    /// None takes the judgement back.
    pub judgement: Option<Judgement>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// A comment on lines of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: i64,
    /// Which item.
    pub item: usize,
    /// The first line that it is on: an index into the hunk's lines (0 for a file's header).
    pub first: usize,
    /// The last line that it is on.
    pub last: usize,
    /// What it says.
    pub text: String,
}

/// A comment to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    /// The comment that it takes the place of.
    pub id: Option<i64>,
    /// Which item.
    pub item: usize,
    /// The first line: an index into the hunk's lines.
    pub first: usize,
    /// The last line.
    pub last: usize,
    /// What it says.
    pub text: String,
}

/// A request with all that is judged in it.
#[derive(Debug, Clone)]
pub struct Review {
    /// The request.
    pub request: Request,
    /// The diff.
    pub patch: Patch,
    /// What is judged, in the order of the diff.
    pub items: Vec<Item>,
    /// What was said of the items so far: one for each item, in the same order.
    pub marks: Vec<Mark>,
    /// The comments so far, in the order of the diff.
    pub comments: Vec<Comment>,
}

/// What is judged in a patch, none of it kept.
pub(super) fn items(patch: &Patch) -> Vec<Item> {
    let of =
        |(file, diff): (usize, &super::patch::FileDiff)| diff.items().map(move |hunk| Item { file, hunk, kept: false });
    patch.files.iter().enumerate().flat_map(of).collect()
}
