//! Flashcards: what was learnt stays learnt.
//!
//! [`Collection`] is the door: all the cards of a person, in `memento.db`. Two things are the truth there: the texts of the
//! cards, and an append-only log of the answers to them. Where a card stands ([`Schedule`]) is what replaying its answers
//! through its [`Algorithm`] gives, so that another algorithm, other parameters or answers from another machine never
//! leave it where no history leads.
//!
//! - [`Collection::import`] and [`Collection::create`] bring cards in; what assistants write are drafts until
//!   [`Collection::accept`].
//! - [`Collection::queue`] says what to ask now, [`Collection::answer`] stores an answer, [`Collection::undo`] takes it back.
//! - [`exchange`] writes and reads JSON, JSONL, CSV, Org and Anki's packages; two machines merge through JSONL.
//! - [`Collection::stats`] tells how it goes, [`Collection::optimize`] fits FSRS to the person's own log.
//!
//! Time comes from a [`Clock`], which a test can set; days ([`Day`]) begin at 04:00.

mod answer;
mod card;
mod change;
mod clock;
mod collection;
pub mod exchange;
mod grade;
mod import;
mod list;
mod optimize;
mod queue;
mod replay;
pub mod scheduler;
mod settings;
mod stats;
mod store;
mod vocabulary;

pub use answer::{Answered, Preview, Review, Undone};
pub use card::{Card, Change, NewCard, Schedule, Source, State};
pub use change::Past;
pub use clock::{Clock, Day};
pub use collection::{Collection, no_such_card};
pub use grade::{Confidence, Grade};
pub use import::{BadCard, Duplicate, ImportOptions, Imported, OnDuplicate};
pub use list::{Filter, Found, Order, ProjectCount, Query, TagCount};
pub use optimize::Optimized;
pub use queue::{Asked, Counts, Queue};
pub use scheduler::Algorithm;
pub use stats::{Band, DayCount, Hard, Period, Retention, Stats, Streak};
pub use vocabulary::Direction;
