//! Diff review: an assistant asks, a person judges hunk by hunk, the verdict goes back.
//!
//! [`Queue`] is the door. A [`Request`] is a snapshot of what changed in a repository, kept whole as git's own diff
//! ([`patch`]); what is judged are its [`Item`]s, mostly hunks. Everything is in `memento.db`, so that neither side need run
//! while the other works, and nothing that was said is lost with a process.
//!
//! - [`Queue::request`] takes the snapshot; a later one of the same session on the same repository is a new round, in which
//!   hunks that did not change keep their marks.
//! - [`Queue::begin`] gives the review to one [`Reviewer`], [`Queue::mark`] and [`Queue::comment`] store each key press,
//!   [`Queue::submit`] makes the [`Verdict`], which never changes afterwards.
//! - [`Queue::wait`] is the assistant's side, [`Queue::watch`] that of an Emacs.

mod answer;
mod apply;
mod ask;
pub mod hook;
mod hunk;
mod id;
mod item;
mod judge;
mod key;
pub mod patch;
mod place;
mod queue;
mod request;
mod shown;
mod snapshot;
mod submit;
mod verdict;
mod wait;

pub use item::{Comment, Item, Judgement, Mark, NewComment, Review};
pub use queue::Queue;
pub use request::{Ask, Query, Request, Reviewer, State};
pub use shown::{Shown, shown};
pub use verdict::{Decision, Judged, Outcome, Said, Submission, Verdict};
pub use wait::Waited;
