//! Attempts to learn of private notes, or to change them, through what assistants have: the library's `PublicVault`, the
//! command line and the MCP server. The words `canary` and `s3cr3t` stand in private places and nowhere else.

// A test that cannot go on may panic anywhere.
#![allow(clippy::unwrap_used)]

mod edits;
mod home;
mod links;
mod names;
mod random;
mod search;
mod time;

#[cfg(feature = "cli")]
mod binary;
#[cfg(feature = "cli")]
mod mcp;
