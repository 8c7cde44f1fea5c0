//! `memento prompt` as it is typed.

use clap::Subcommand;

use super::timeline::{Serve, Timeline};

/// What was asked of assistants: search, rate, publish, and the timeline.
#[derive(Subcommand, Debug)]
pub(crate) enum Prompt {
    /// Write a day of prompts as a page to look at
    Timeline(Timeline),
    /// Serve timelines to a browser on this machine, where prompts are rated in place
    Serve(Serve),
}

impl Prompt {
    /// Whether data is to be JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Timeline(timeline) => timeline.output.json,
            Self::Serve(serve) => serve.output.json,
        }
    }
}
