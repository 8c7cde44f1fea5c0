//! What can be typed: the one definition that feeds the parser, the help and the completions.

pub(crate) mod card;
pub(crate) mod diff;
pub(crate) mod note;
pub(crate) mod prompt;
pub(crate) mod timeline;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// What coding assistants and the person they work for share: notes that are PUBLIC, a code-review log, diff review, the
/// prompts that were asked, and flashcards.
#[derive(Parser, Debug)]
#[command(name = "memento", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 done, 1 nothing found or a check that failed, 2 an error.

Examples:
  memento review add src/main.rs:42 --comment 'this swallows the error' --category correctness
  memento review next --session alice
  memento review done cr-8f3kq2m1 --summary 'the error reaches the caller'
  memento note search 'spaced repetition'
  memento diff request --title 'Check the bounds' --wait
  memento prompt list --min-rating 4 'unit test'
  memento card quiz
  memento doctor")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// The notes that are PUBLIC: get, search, list, create
    #[command(subcommand, arg_required_else_help = true)]
    Note(note::Note),
    /// The code-review log: add remarks, take them, close them
    #[command(subcommand, arg_required_else_help = true)]
    Review(Review),
    /// Diff review: ask a person about a change, wait for the verdict
    #[command(subcommand, arg_required_else_help = true)]
    Diff(diff::Diff),
    /// What was asked of assistants: search, rate, publish, and the timeline
    #[command(subcommand, arg_required_else_help = true)]
    #[command(
        after_help = "Called as prompt-tracker, a symbolic link, the program is this.\n\nExamples:\n  memento prompt sync\n  \
                            memento prompt list --min-rating 4 'unit test'\n  memento prompt rate 42 5\n  \
                            memento prompt timeline yesterday"
    )]
    Prompt(prompt::Prompt),
    /// Flashcards: write them, learn them, keep what was learnt
    #[command(subcommand, arg_required_else_help = true, after_help = card::AFTER)]
    Card(card::Card),
    /// What Claude Code calls by itself
    #[command(subcommand, arg_required_else_help = true)]
    Hook(Hook),
    /// Says where everything is and whether it works
    #[command(after_help = "Exits with 1 where something is wrong.\n\nExamples:\n  memento doctor --json\n  \
                            memento doctor --privacy      # exactly what assistants can see")]
    Doctor {
        /// List what assistants can see of the notes
        #[arg(long)]
        privacy: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Lists what assistants asked for in the notes, the last call first
    #[command(
        after_help = "Examples:\n  memento audit -n 50\n  memento audit --json | jq -r '.[].session' | sort | uniq -c"
    )]
    Audit {
        /// At most so many
        #[arg(long, short = 'n', default_value = "100", value_name = "N")]
        limit: usize,
        #[command(flatten)]
        output: Output,
    },
    /// Serves coding assistants over MCP, on standard input and output
    #[command(
        after_help = "It gives an assistant the public notes, the review log, diff review, the person's prompts and\n\
                            flashcards, and ends when the assistant does.\n\
                            $MEMENTO_SESSION names the session [default: the client's name with the process's number].\n\
                            What was called, and how it went, is in mcp.log in the data directory.\n\n\
                            Examples:\n  claude mcp add memento -- memento mcp\n  \
                            npx @modelcontextprotocol/inspector --cli memento mcp --method tools/list"
    )]
    Mcp {
        /// Offer this part alone
        #[arg(long, value_enum, value_name = "PART")]
        only: Option<Part>,
    },
    /// Prints the completion script of a shell
    #[command(
        after_help = "Examples:\n  memento completions bash > ~/.local/share/bash-completion/completions/memento\n  \
                            memento completions fish > ~/.config/fish/completions/memento.fish"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What the MCP server offers.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The notes
    Notes,
    /// The review log
    Review,
    /// Diff review
    Diff,
    /// The library of prompts
    Prompts,
    /// Flashcards
    Cards,
}

/// What Claude Code calls by itself.
#[derive(Subcommand, Debug, Clone, Copy)]
pub(crate) enum Hook {
    /// Asks for a review when the assistant stops, and sends it back to work where changes are requested
    #[command(
        after_help = "It reads the hook's JSON from standard input. What the assistant changed since the last verdict\n\
                            becomes a request, which is waited for as long as hook_wait in config.toml says (600 seconds;\n\
                            0: not at all). Where changes are requested the assistant goes on with the verdict, at most\n\
                            hook_rounds times (5) in a row; otherwise it stops. Exits with 0, or with 1 and one line where\n\
                            something of ours failed: then the assistant stops too.\n\n\
                            Example, in ~/.claude/settings.json; the timeout has to be longer than hook_wait:\n  \
                            {\"hooks\": {\"Stop\": [{\"hooks\": [\n    \
                            {\"type\": \"command\", \"command\": \"memento hook stop\", \"timeout\": 660}]}]}}"
    )]
    Stop,
}

#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Output {
    /// Print data as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Session {
    /// Who you are [default: $MEMENTO_SESSION, else user@host]
    #[arg(long, value_name = "NAME")]
    pub(crate) session: Option<String>,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum State {
    /// Open ones
    Todo,
    /// Closed ones
    Done,
    /// Both
    All,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Review {
    /// Log a remark on a line or a region of a file
    #[command(
        after_help = "Examples:\n  memento review add src/cli.py:127 --comment 'too generic: catch specific exceptions'\n  \
                            git diff | my-linter | memento review add src/cli.py:12-20 --comment -"
    )]
    Add {
        /// The file and the line, or the first and last line of a region
        #[arg(value_name = "FILE:LINE[-END]")]
        place: String,
        /// The remark; `-` reads it from standard input
        #[arg(long, short = 'm', value_name = "TEXT", allow_hyphen_values = true)]
        comment: String,
        /// correctness, architecture, security, performance or a word of your own
        #[arg(long, short = 'c', value_name = "CATEGORY")]
        category: Option<String>,
        /// Who says it
        #[arg(long, value_name = "NAME")]
        author: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// List remarks, with the line where their code is today
    #[command(after_help = "Examples:\n  memento review list --project memento\n  memento review list --mine\n  \
                            memento review list --state all --json | jq -r '.[].comment'")]
    List {
        /// Only those of this project
        #[arg(long, value_name = "NAME")]
        project: Option<String>,
        /// Only open or closed ones
        #[arg(long, value_enum, default_value = "todo")]
        state: State,
        /// Only those on this file
        #[arg(long, value_name = "FILE")]
        file: Option<String>,
        /// Only those that you hold
        #[arg(long)]
        mine: bool,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Show one remark
    #[command(after_help = "Example:\n  memento review show 8f3k      # the start of an ID is enough")]
    Show {
        /// Its ID, or the start of it
        id: String,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Take the first open remark that nobody holds
    #[command(
        after_help = "The order is correctness, architecture, security, performance, then the rest, oldest first.\n\
                            The remark is yours for half an hour, and each call of yours renews that.\n\
                            Exits with 1 where nothing is left to take.\n\n\
                            Example:\n  memento review next --session alice --project memento"
    )]
    Next {
        /// Only from this project
        #[arg(long, value_name = "NAME")]
        project: Option<String>,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Close a remark if the project's tests pass
    #[command(
        after_help = "The test command is that of --test, else test_command under [projects.NAME] in config.toml, else\n\
                            `make test` where the Makefile has that target. It runs in the repository's root.\n\
                            Exits with 1 where the tests fail or another session holds the remark.\n\n\
                            Examples:\n  memento review done cr-8f3kq2m1 --summary 'bounds are checked'\n  \
                            memento review done cr-8f3kq2m1 --test 'cargo test parser'\n  \
                            memento review done cr-8f3kq2m1 --no-test 'a comment was wrong'"
    )]
    Done {
        /// Its ID, or the start of it
        id: String,
        /// Run this shell command instead of the project's
        #[arg(long, value_name = "COMMAND", conflicts_with = "no_test")]
        test: Option<String>,
        /// Close without a test, for this reason
        #[arg(long, value_name = "REASON", allow_hyphen_values = true)]
        no_test: Option<String>,
        /// The commit that fixed it [default: the last one since the remark that changed its file]
        #[arg(long, value_name = "SHA")]
        commit: Option<String>,
        /// What you did
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        summary: Option<String>,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Give a remark back that was taken
    #[command(after_help = "Without a session it releases anybody's; a session, named here or in $MEMENTO_SESSION,\n\
                            releases its own.\n\nExample:\n  memento review release cr-8f3kq2m1")]
    Release {
        /// Its ID, or the start of it
        id: String,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Open a closed remark again
    #[command(after_help = "Example:\n  memento review reopen cr-8f3kq2m1")]
    Reopen {
        /// Its ID, or the start of it
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Count remarks by project, category, state and age
    #[command(after_help = "Example:\n  memento review stats --project memento")]
    Stats {
        /// Only those of this project
        #[arg(long, value_name = "NAME")]
        project: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Exit with 1 while remarks on this repository are open, for a git hook
    #[command(after_help = "Example, in .git/hooks/pre-push:\n  exec memento review check")]
    Check {
        /// This project instead of the repository around the working directory
        #[arg(long, value_name = "NAME")]
        project: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Print what an assistant needs to work off the open remarks
    #[command(after_help = "Example:\n  claude \"$(memento review prompt)\"")]
    Prompt {
        /// This project instead of the repository around the working directory
        #[arg(long, value_name = "NAME", conflicts_with = "all")]
        project: Option<String>,
        /// All projects
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        output: Output,
    },
}

impl Review {
    /// The session that was named with `--session`.
    pub(crate) fn session(&self) -> Option<&str> {
        match self {
            Self::List { session, .. }
            | Self::Show { session, .. }
            | Self::Next { session, .. }
            | Self::Done { session, .. }
            | Self::Release { session, .. } => session.session.as_deref(),
            _ => None,
        }
    }
}
