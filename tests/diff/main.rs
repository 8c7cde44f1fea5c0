//! Diff review on real git repositories, in a temporary home.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod attack;
mod cli;
mod differential;
mod history;
mod home;
mod hook;
mod model;
mod patch;
mod queue;
mod select;
mod shown;
mod submit;
