//! memento: what coding assistants and the person they work for share.
//!
//! The crate is laid out in floors; an import only ever points down.
//!
//! 1. [`error`], [`config`], [`file`](mod@file): one error type, where things live, how text reaches the disk.
//! 2. [`db`], [`org`], [`git`]: SQLite, org text, and git as an engine.
//! 3. [`notes`]: org-roam's notes and who may see them; [`review`]: the code-review log; [`diff`]: diff review;
//!    [`prompts`]: what a person asked of assistants; [`cards`]: flashcards.
//! 4. The front ends: the Emacs dynamic module (feature `emacs-module`) and the binary `memento` (feature `cli`). They turn
//!    arguments into calls of floor 3 and results into Lisp, text or JSON.
//!
//! Embed the library with `default-features = false` for floors 1 to 3.

pub mod cards;
pub mod config;
pub mod db;
pub mod diff;
pub mod error;
pub mod file;
pub mod git;
pub mod notes;
pub mod org;
pub mod prompts;
pub mod review;

#[cfg(feature = "emacs-module")]
mod emacs;

pub use config::Config;
pub use error::{Error, Result};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
