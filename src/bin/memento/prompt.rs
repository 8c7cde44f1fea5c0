//! `memento prompt`: the library of prompts on the command line.

use memento::{Config, Result};

use crate::args::prompt::Prompt;
use crate::output::Answer;
use crate::timeline;

pub(crate) fn run(command: Prompt, config: &Config) -> Result<Answer> {
    match command {
        Prompt::Timeline(args) => timeline::timeline(args, config),
        Prompt::Serve(args) => timeline::serve(args, config),
    }
}
