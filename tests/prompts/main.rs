//! The library of prompts on real files, in a temporary home.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod cli;
mod home;
mod import;
mod library;
mod publish;
mod stats;
mod sync;
mod timeline;
mod transcripts;
