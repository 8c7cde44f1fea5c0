//! The queue of requests, in `memento.db`.

use std::path::PathBuf;
use std::time::Duration;

use super::{Ask, Comment, Mark, NewComment, Query, Request, Review, Reviewer, Submission, Verdict};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::review::Entry;

/// The queue of requests.
#[derive(Debug)]
pub struct Queue {}

/// What waiting brought.
#[derive(Debug, Clone)]
pub enum Waited {
    /// No answer yet.
    Pending(Request),
    /// The verdict.
    Decided(Box<Verdict>),
    /// There will be none: the request was superseded, abandoned or has expired, as its state says.
    Closed(Request),
}

fn soon<T>() -> Result<T> {
    Err(Error::Invalid("not there yet".into()))
}

impl Queue {
    /// All requests: for the person.
    pub fn open(_config: &Config) -> Result<Self> {
        soon()
    }

    /// The requests of assistants: what the command line and the MCP server may see.
    pub fn for_assistants(_config: &Config) -> Result<Self> {
        soon()
    }

    /// Takes a snapshot and puts it into the queue.
    pub fn request(&self, _ask: &Ask) -> Result<Request> {
        soon()
    }

    /// The requests, the one that has waited longest first; closed ones after them, the last one first.
    pub fn list(&self, _query: &Query) -> Result<Vec<Request>> {
        soon()
    }

    /// A request by its id or the start of it.
    pub fn get(&self, _id: &str) -> Result<Request> {
        soon()
    }

    /// A request with all that is in it, whoever has it.
    pub fn review(&self, _id: &str) -> Result<Review> {
        soon()
    }

    /// Gives the review of a request to `reviewer`. Of one that was decided or closed it gives what there is, to be read.
    ///
    /// # Errors
    /// [`Error::Conflict`] where somebody else has it and `take_over` is not set.
    pub fn begin(&self, _id: &str, _reviewer: &Reviewer, _take_over: bool) -> Result<Review> {
        soon()
    }

    /// Puts a request back to waiting; what was marked stays.
    pub fn put_back(&self, _id: &str, _reviewer: &Reviewer) -> Result<Request> {
        soon()
    }

    /// Stores marks and returns what was marked there before, to be stored again by undo.
    pub fn mark(&self, _id: &str, _reviewer: &Reviewer, _marks: &[Mark]) -> Result<Vec<Mark>> {
        soon()
    }

    /// Stores a comment.
    pub fn comment(&self, _id: &str, _reviewer: &Reviewer, _comment: &NewComment) -> Result<Comment> {
        soon()
    }

    /// Removes a comment and returns it.
    pub fn remove_comment(&self, _id: &str, _reviewer: &Reviewer, _comment: i64) -> Result<Comment> {
        soon()
    }

    /// Makes the verdict: does with the working tree and the index what was asked, and stores what was done.
    pub fn submit(&self, _id: &str, _reviewer: &Reviewer, _submission: &Submission) -> Result<Verdict> {
        soon()
    }

    /// The verdict on a request, as often as one likes; none before there is one.
    pub fn verdict(&self, _id: &str) -> Result<Option<Verdict>> {
        soon()
    }

    /// Waits for the verdict. `tell` gets the request at the start and whenever its state changes; `cancelled` is asked
    /// at least ten times a second.
    pub fn wait(
        &self,
        _id: &str,
        _timeout: Duration,
        _cancelled: &dyn Fn() -> bool,
        _tell: &mut dyn FnMut(&Request),
    ) -> Result<Waited> {
        soon()
    }

    /// Takes a request back. A session may take back its own alone.
    pub fn abandon(&self, _id: &str, _session: Option<&str>) -> Result<Request> {
        soon()
    }

    /// Tells of the open requests, the one that has waited longest first, at the start and whenever they change, until
    /// `pause` (which is to sleep for so long) returns false.
    pub fn watch(&self, _pause: &dyn Fn(Duration) -> bool, _tell: &mut dyn FnMut(&[Request])) -> Result<()> {
        soon()
    }

    /// The file of an item and the line in it, from 1, where a line of the hunk (an index into its lines) stands today.
    pub fn place(&self, _id: &str, _item: usize, _line: usize) -> Result<(PathBuf, usize)> {
        soon()
    }

    /// Logs a remark on lines of a hunk (indexes into its lines) into the review log.
    pub fn log(
        &self,
        _id: &str,
        _item: usize,
        _lines: (usize, usize),
        _comment: &str,
        _category: Option<&str>,
    ) -> Result<Entry> {
        soon()
    }
}
