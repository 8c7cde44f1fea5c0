//! `prompt-tracker`: a symbolic link to this program that is `memento prompt`, for the scripts that people have.

use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use crate::args::prompt::Prompt;
use crate::{answer, args, output};

const NAME: &str = "prompt-tracker";

/// What was asked of assistants: search, rate, publish, and the timeline.
#[derive(Parser, Debug)]
#[command(name = NAME, bin_name = NAME, version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "\
The same as `memento prompt`. Exit codes: 0 done, 1 nothing found, 2 an error.

Examples:
  memento prompt sync
  memento prompt list --min-rating 4 --search 'unit test' --date-from 2025-10-01 --format json
  memento prompt rate 42 5
  memento prompt timeline 2025-10-02 --no-open
  memento prompt stats")]
struct Tracker {
    #[command(subcommand)]
    command: Tracked,
}

#[derive(Subcommand, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, which is taken apart at once")]
enum Tracked {
    #[command(flatten)]
    Prompt(Prompt),
    /// Prints the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Whether the program was called by that name.
pub(crate) fn is_called() -> bool {
    std::env::args_os().next().is_some_and(|called| Path::new(&called).file_name() == Some(OsStr::new(NAME)))
}

/// The program under that name.
pub(crate) fn main() -> ExitCode {
    output::called(NAME);
    let mut command = renamed(Tracker::command());
    let parsed = command.try_get_matches_from_mut(std::env::args_os()).and_then(|matches| {
        let parsed = Tracker::from_arg_matches(&matches);
        parsed.map_err(|error| error.format(&mut command))
    });
    match parsed {
        Ok(Tracker { command: Tracked::Prompt(prompt) }) => answer(args::Command::Prompt(prompt)),
        Ok(Tracker { command: Tracked::Completions { shell } }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, NAME, &mut script);
            output::Answer::bytes(script).print()
        }
        Err(error) => error.exit(),
    }
}

/// With examples that call it by its name.
fn renamed(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let after = command.get_after_help().map(|help| output::in_words(&help.to_string()));
    let command = match after {
        Some(after) => command.after_help(after),
        None => command,
    };
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, renamed))
}
