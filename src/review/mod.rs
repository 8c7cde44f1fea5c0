//! The code-review log: remarks on lines of code, in one org file that a person owns.
//!
//! ```text
//! ** TODO [[file:~/repos/memento/src/cli.py::127][cli.py:127]]  :security:
//!    :PROPERTIES:
//!    :PROJECT: memento
//!    :TIMESTAMP: [2025-09-30 Tue 14:23]
//!    :END:
//!    This error handling is too generic - catch specific exceptions
//! ```
//!
//! [`Log`] is the door: it reads and edits the file, taking and closing remarks included. A remark is an [`Entry`]; where
//! its line is today is a [`Place`]; [`gate`] runs the tests that must pass before one closes.

mod add;
mod anchor;
mod claim;
mod close;
mod entry;
pub mod gate;
mod id;
mod link;
mod log;
mod project;
mod prompt;
mod query;
mod stamp;
mod stats;
mod write;

pub use anchor::{Locator, Place, Status};
pub use close::{Closing, Progress};
pub use entry::Entry;
pub use log::{Located, Log};
pub use project::Project;
pub use query::{Query, State};
pub use stats::{Ages, Count, Stats, TimeOpen};
pub use write::Remark;

/// Categories with a place of their own in the order of work, first things first; every other category comes after them.
pub const CATEGORIES: [&str; 4] = ["correctness", "architecture", "security", "performance"];
