//! The collection of flashcards on real files, in a temporary home.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod anki;
mod attack;
mod cli;
mod csv;
mod home;
mod import;
mod json;
mod library;
mod merge;
mod model;
mod optimize;
mod oracle;
mod org;
mod random;
mod stats;
mod zones;
