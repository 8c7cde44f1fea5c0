//! Diff review on real git repositories, in a temporary home.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod cli;
mod history;
mod home;
mod hook;
mod queue;
mod tree;
