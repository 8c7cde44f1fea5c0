//! Prompts: what a person asked of assistants, as a library that is searched, rated and learnt from.
//!
//! [`Library`] is the door. It is filled from Claude Code's history and transcripts ([`Library::sync`]) and from plain lines of
//! JSON ([`Library::import`]), none of which it ever writes to. What was imported and what the person says of it, ratings,
//! notes and tags, are stored apart, so that reading a file again changes nothing.
//!
//! - [`Library::list`] finds prompts, [`Library::similar`] those that ask alike, [`Library::stats`] counts them.
//! - [`Library::rate`], [`Library::note`] and [`Library::tag`] mark them; [`Library::publish`] makes a note of one.
//! - [`Library::timeline`] is a day of them as a picture that each front end draws in its way.
//! - What looks to hold a key or token bears its kind in [`Prompt::secrets`]; [`mask`] hides it.

mod export;
mod feed;
mod foreign;
mod history;
mod import;
mod json;
mod library;
mod list;
mod mark;
mod new_prompt;
mod prompt;
mod publish;
mod publish_text;
mod query;
mod secret;
mod similar;
mod source;
mod stats;
mod stats_words;
mod store;
mod sync;
mod template;
mod timeline;
mod transcript;
mod transcript_text;
mod transcripts;
mod twin;
mod when;

pub use export::{Format, export, masked, pasted_texts};
pub use library::{Library, no_such_prompt};
pub use mark::Marked;
pub use prompt::{Prompt, Source, Turn};
pub use publish::Published;
pub use query::{Found, Order, PRIVATE, ProjectCount, Query, TagCount};
pub use secret::mask;
pub use similar::Similar;
pub use stats::{Band, ProjectStats, Stats, Streak, WordCount};
pub use sync::{BadLine, Progress, SyncOptions, Synced};
pub use template::{Template, literal};
pub use timeline::{Bubble, Lane, ROWS, Timeline};
pub use when::{When, day, since, until, when};
