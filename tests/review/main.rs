//! The review log through the real binary, on real files and real git repositories, in a temporary home.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod anchor;
mod claim;
mod cli;
mod concurrency;
mod faults;
mod gate;
mod home;
mod written_by_hand;
