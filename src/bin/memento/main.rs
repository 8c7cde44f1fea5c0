//! The command line: arguments become calls of the library, results become text or JSON.

mod args;
mod called;
mod card;
mod diff;
mod doctor;
mod editor;
mod files;
mod hook;
mod mcp;
mod meter;
mod note;
mod output;
mod prompt;
mod review;
mod screen;
mod timeline;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use memento::config::Env;
use memento::{Config, Error};

use args::{Cli, Command};
use output::Answer;

fn main() -> ExitCode {
    if let Some(name) = called::by_name() {
        return name.main();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Claude Code takes the 2 that clap ends with for a wish of ours.
        Err(error) if error.use_stderr() && std::env::args_os().nth(1).is_some_and(|first| first == "hook") => {
            return hook::refused(&error);
        }
        Err(error) => error.exit(),
    };
    if let Command::Hook(hook) = cli.command {
        return hook::run(hook);
    }
    answer(cli.command)
}

/// Does it and prints what came of it.
fn answer(command: Command) -> ExitCode {
    let json = output::wants_json(&command);
    let waits = matches!(&command, Command::Diff(diff) if diff.waits());
    match run(command) {
        Ok(answer) => answer.print(),
        Err(error) => output::print_error(&error, json, waits),
    }
}

fn run(command: Command) -> Result<Answer, Error> {
    let config = || Config::load(Env::process());
    match command {
        Command::Review(command) => review::run(command, config()?),
        Command::Diff(command) => diff::run(command, &config()?),
        Command::Prompt(command) => prompt::run(command, &config()?),
        Command::Card(command) => card::run(command, &config()?),
        Command::Note(command) => note::run(command, &config()?),
        Command::Audit { limit, output } => note::audit(limit, output, &config()?),
        Command::Doctor { privacy: true, output } => {
            note::privacy(&note::open(&config()?, &args::Session { session: None })?, output)
        }
        Command::Doctor { privacy: false, output } => Ok(doctor::run(config(), output.json)),
        // It has exit codes of its own.
        Command::Hook(_) => unreachable!("main runs it"),
        Command::Mcp { only } => mcp::run(only).map(|()| Answer::text(String::new())),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "memento", &mut script);
            Ok(Answer::text(String::from_utf8_lossy(&script).into_owned()))
        }
    }
}
