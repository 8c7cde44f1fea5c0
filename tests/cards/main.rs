//! The collection of flashcards on real files, in a temporary home.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod cli;
mod home;
mod library;
mod model;
mod optimize;
mod oracle;
mod random;
mod stats;
