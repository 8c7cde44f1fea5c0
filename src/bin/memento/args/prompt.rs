//! `memento prompt` as it is typed.

use clap::Subcommand;

use super::timeline::{Serve, Timeline};

/// What was asked of assistants: search, rate, publish, and the timeline.
#[derive(Subcommand, Debug)]
pub(crate) enum Prompt {
    /// Write a day of prompts as a page to look at
    #[command(
        after_help = "The page is one file that loads nothing: it can be kept, and opened offline. Keys and tokens are masked.\n\n\
                            Examples:\n  memento prompt timeline\n  memento prompt timeline yesterday\n  \
                            memento prompt timeline 2025-10-01 --to 2025-10-03 --no-open\n  \
                            memento prompt timeline monday --output monday.html"
    )]
    Timeline(Timeline),
    /// Serve timelines to a browser on this machine, where prompts are rated in place
    #[command(
        after_help = "It listens on 127.0.0.1 alone, gives out no file, and takes ratings from its own pages alone. C-c ends it.\n\n\
                            Examples:\n  memento prompt serve\n  memento prompt serve --port 0 --no-open"
    )]
    Serve(Serve),
}

impl Prompt {
    /// Whether data is to be JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Timeline(timeline) => timeline.json,
            Self::Serve(serve) => serve.output.json,
        }
    }
}
