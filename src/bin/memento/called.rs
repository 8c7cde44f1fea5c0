//! `prompt-tracker` and `flashcards`: symbolic links to this program that are `memento prompt` and `memento card`, for the
//! scripts that people have.

use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use crate::args::card::Card;
use crate::args::prompt::Prompt;
use crate::args::{self, Command};
use crate::{answer, output};

/// A name that the program may be called by.
pub(crate) struct Name {
    name: &'static str,
    /// What it then is.
    command: &'static str,
    about: &'static str,
    after_help: &'static str,
    main: fn(&Self) -> ExitCode,
}

const NAMES: [Name; 2] = [
    Name {
        name: "prompt-tracker",
        command: "memento prompt",
        about: "What was asked of assistants: search, rate, publish, and the timeline.",
        after_help: "\
This is `prompt` of memento. Exit codes: 0 done, 1 nothing found, 2 an error.

Examples:
  memento prompt sync
  memento prompt list --min-rating 4 --search 'unit test' --date-from 2025-10-01 --format json
  memento prompt rate 42 5
  memento prompt timeline 2025-10-02 --no-open
  memento prompt stats",
        main: |name| name.run(Command::Prompt as fn(Prompt) -> Command),
    },
    Name {
        name: "flashcards",
        command: "memento card",
        about: "Flashcards: write them, learn them, keep what was learnt.",
        after_help: "\
This is `card` of memento. Exit codes: 0 done, 1 nothing found, 2 an error. A day begins at 04:00: see [cards] in config.toml.
$MEMENTO_NOW, such as 2026-01-31T09:00, is the time instead of the clock's: for tests, and to look ahead.

Examples:
  memento card create --question 'Capital of France?' --answer Paris --project geography
  cat cards.json | memento card bulk-create --project rust
  memento card quiz --limit 1
  memento card review 3f2a9c10 --confidence 5
  memento card stats --project rust",
        main: |name| name.run(Command::Card as fn(Card) -> Command),
    },
];

#[derive(Parser, Debug)]
#[command(version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Called<T: Subcommand> {
    #[command(subcommand)]
    command: Verb<T>,
}

#[derive(Subcommand, Debug)]
enum Verb<T: Subcommand> {
    #[command(flatten)]
    Own(T),
    /// Prints the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The name that the program was called by, if it is one of these.
pub(crate) fn by_name() -> Option<&'static Name> {
    let called = std::env::args_os().next()?;
    let called = Path::new(&called).file_name()?.to_owned();
    NAMES.iter().find(|name| called == OsStr::new(name.name))
}

impl Name {
    /// The program under that name.
    pub(crate) fn main(&self) -> ExitCode {
        (self.main)(self)
    }

    fn run<T: Subcommand>(&self, command: fn(T) -> args::Command) -> ExitCode {
        output::called(self.name, self.command);
        let program = Called::<T>::command().name(self.name).bin_name(self.name);
        let mut program = renamed(program.about(self.about).after_help(self.after_help));
        let parsed = program.try_get_matches_from_mut(std::env::args_os()).and_then(|matches| {
            let parsed = Called::<T>::from_arg_matches(&matches);
            parsed.map_err(|error| error.format(&mut program))
        });
        match parsed {
            Ok(Called { command: Verb::Own(verb) }) => answer(command(verb)),
            Ok(Called { command: Verb::Completions { shell } }) => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut program, self.name, &mut script);
                output::Answer::bytes(script).print()
            }
            Err(error) => error.exit(),
        }
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
