//! `memento card` as it is typed.

mod change;
mod exchange;
mod filter;
mod find;

use clap::{Subcommand, ValueEnum};

pub(crate) use change::{Bulk, Create, Destroy, Direction, Many, OnDuplicate, Update};
pub(crate) use exchange::{Export, Form, Import};
pub(crate) use filter::{Chosen, Filter};
pub(crate) use find::{List, Order, Quiz, State};

use super::Output;

/// What stands under the help of `memento card`.
pub(crate) const AFTER: &str = "\
Called as flashcards, a symbolic link, the program is this. A day begins at 04:00: see [cards] in config.toml.
$MEMENTO_NOW, such as 2026-01-31T09:00, is the time instead of the clock's: for tests, and to look ahead.

Examples:
  memento card create --question 'Capital of France?' --answer Paris --project geography
  memento card bulk-create --project rust < cards.json
  memento card quiz
  memento card stats --project rust";

/// Flashcards: write them, learn them, keep what was learnt.
#[derive(Subcommand, Debug)]
pub(crate) enum Card {
    /// Make a card
    #[command(
        after_help = "Without question and answer it opens $VISUAL or $EDITOR on an empty card. Where the project has a card\n\
                            with the same question none is made, and the exit code is 1.\n\n\
                            Examples:\n  memento card create --question 'Capital of France?' --answer Paris --project geography\n  \
                            memento card create -q perro -a dog -p spanish --tag animals --direction both\n  \
                            memento card create -q 'Who may write?' -a 'The lease holder' --source src/lease.rs:42"
    )]
    Create(Create),
    /// Make many cards from JSON: an array of {question, answer, notes, tags}
    #[command(
        after_help = "It reads standard input, or a file of any form that `import` reads. A bad card is named with its index, from\n\
                            0, and then nothing is made; with --partial the good ones are.\n\n\
                            Examples:\n  cat cards.json | memento card bulk-create --project rust\n  \
                            memento card bulk-create --file cards.json --project rust --draft"
    )]
    BulkCreate(Bulk),
    /// Accept drafts, which assistants wrote: they are learnt from now on
    #[command(after_help = "Examples:\n  memento card list --state draft\n  memento card accept 3f2a9c10 8b1d\n  \
                            memento card accept --project rust\n  memento card accept --all")]
    Accept {
        #[command(flatten)]
        chosen: Chosen,
        #[command(flatten)]
        output: Output,
    },
    /// List cards, the newest first
    #[command(
        after_help = "A line has the start of the id, the state, when it is due, the project and the question.\n\
                            Exits with 1 where nothing fits.\n\n\
                            Examples:\n  memento card list\n  memento card list --state draft --project rust\n  \
                            memento card list --due --order due\n  memento card list --leech --order lapses --json | jq -r '.[].id'"
    )]
    List(List),
    /// Search question, answer and notes
    #[command(
        after_help = "All words must be there. Capitals and accents do not matter. Exits with 1 where nothing fits.\n\n\
                            Examples:\n  memento card search borrow checker\n  \
                            memento card search '\"exact phrase\" prefi*' --project rust\n  \
                            memento card search --json -- lifetime -static"
    )]
    Search {
        /// Words, \"phrases\", prefix*, -without (after --)
        #[arg(required = true)]
        query: Vec<String>,
        #[command(flatten)]
        list: List,
    },
    /// Show cards whole, with where they stand and their answers
    #[command(after_help = "Example:\n  memento card show 3f2a9c10      # the start of an id is enough")]
    Show {
        /// Their ids, or the starts of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Change a card: texts, tags, project, source, algorithm, state
    #[command(
        after_help = "Without a change it opens $VISUAL or $EDITOR on the card. What it knew of the answers stays: to start anew\n\
                            there is `reset`.\n\n\
                            Examples:\n  memento card update 3f2a9c10\n  memento card update 3f2a9c10 --answer 'Paris, since 987'\n  \
                            memento card update 3f2a9c10 --add-tag europe --remove-tag draft\n  \
                            memento card update 3f2a9c10 --state suspended"
    )]
    Update(Update),
    /// Do not ask cards any more, until `unsuspend`
    #[command(
        after_help = "Examples:\n  memento card suspend 3f2a9c10\n  memento card suspend --tag exam --project physics"
    )]
    Suspend {
        #[command(flatten)]
        chosen: Chosen,
        #[command(flatten)]
        output: Output,
    },
    /// Ask suspended cards again; a leech gets a new start
    #[command(after_help = "Examples:\n  memento card unsuspend 3f2a9c10\n  memento card unsuspend --all")]
    Unsuspend {
        #[command(flatten)]
        chosen: Chosen,
        #[command(flatten)]
        output: Output,
    },
    /// Delete cards; `restore` brings them back
    #[command(after_help = "It asks first; without a terminal it needs --yes.\n\n\
                            Examples:\n  memento card delete 3f2a9c10 --dry-run\n  memento card delete 3f2a9c10 8b1d --yes\n  \
                            memento card delete --project old --yes")]
    Delete(Destroy),
    /// Bring deleted cards back, with their answers
    #[command(after_help = "Examples:\n  memento card list --deleted\n  memento card restore 3f2a9c10")]
    Restore {
        /// Their ids, or the starts of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Remove for ever what is left of deleted cards
    #[command(after_help = "It asks first; without a terminal it needs --yes.\n\n\
                            Examples:\n  memento card purge --dry-run\n  memento card purge --yes")]
    Purge {
        /// Show what would be removed
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short = 'y')]
        yes: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Ask what is due: with single keys in a terminal; piped it prints the questions
    #[command(
        after_help = "Enter shows the answer; then 1 (no idea) to 5 (at once), or a h g e: again, hard, good, easy. u takes the last\n\
                            answer back, s suspends, e edits, q leaves, ? has the rest. Below 3 a card comes again. Every answer is\n\
                            stored at once. Exits with 1 where nothing is due.\n\n\
                            Examples:\n  memento card quiz\n  memento card quiz --project rust --limit 10\n  \
                            memento card quiz --limit 1 | cat\n  memento card quiz --json --answers | jq '.cards[0]'"
    )]
    Quiz(Quiz),
    /// Store an answer: how sure you were, 1 to 5
    #[command(after_help = "1 no idea, 2 wrong but it rang a bell, 3 right with effort, 4 right, 5 right at once.\n\n\
                            Examples:\n  memento card review 3f2a9c10 --confidence 5\n  \
                            memento card review 3f2a9c10 -c 2 --duration 12")]
    Review {
        /// The card's id, or the start of it
        id: String,
        /// 1 (no idea) to 5 (at once)
        #[arg(long, short = 'c', value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
        confidence: u8,
        /// How long it took, in seconds
        #[arg(long, value_name = "SECONDS")]
        duration: Option<f64>,
        #[command(flatten)]
        output: Output,
    },
    /// Store many answers from JSON: {id, confidence, duration} in an array or a line each
    #[command(
        after_help = "They are stored in this order, all or none. The duration is in seconds and may be left out.\n\n\
                            Examples:\n  memento card bulk-review --file answers.jsonl\n  \
                            memento card quiz --json | jq '[.cards[] | {id, confidence: 4}]' | memento card bulk-review"
    )]
    BulkReview {
        /// The file; `-` is standard input
        #[arg(long, short = 'f', value_name = "FILE", default_value = "-")]
        file: String,
        #[command(flatten)]
        output: Output,
    },
    /// Take back the last answer of today, or the last one to a card
    #[command(after_help = "Examples:\n  memento card undo\n  memento card undo 3f2a9c10")]
    Undo {
        /// The card's id, or the start of it [default: the card that was answered last]
        id: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Say how it goes: what is due, the days to come, how much is known
    #[command(
        after_help = "Known is the share of answers of 3 and more, of each card the first of a day, new cards left out.\n\n\
                            Examples:\n  memento card stats\n  memento card stats --project rust --period week\n  \
                            memento card stats --json | jq .forecast"
    )]
    Stats {
        #[command(flatten)]
        filter: Filter,
        /// Count the answers of this time
        #[arg(long, value_enum, default_value = "month")]
        period: Period,
        #[command(flatten)]
        output: Output,
    },
    /// List projects, with what is due in each
    #[command(after_help = "Example:\n  memento card projects --json | jq -r '.[] | select(.due > 0).project'")]
    Projects {
        #[command(flatten)]
        output: Output,
    },
    /// List tags, the most used first
    #[command(after_help = "Example:\n  memento card tags")]
    Tags {
        #[command(flatten)]
        output: Output,
    },
    /// Show or set what schedules a project's cards, or a card
    #[command(
        after_help = "sm2; leitner or leitner:1,2,4,8,16 (the days of 3 to 10 boxes); fixed or fixed:1,3,7,14,30,90; fsrs or fsrs:0.9\n\
                            (the share of cards to know when they are due). `default` takes back what was set: a project then goes\n\
                            by [cards] algorithm in config.toml, a card by its project. All answers are replayed, none is lost.\n\n\
                            Examples:\n  memento card algorithm\n  memento card algorithm --project rust sm2\n  \
                            memento card algorithm --card 3f2a9c10 leitner:1,3,9\n  \
                            memento card algorithm --project rust default"
    )]
    Algorithm {
        /// The algorithm; without one what is set is shown
        #[arg(value_name = "ALGORITHM")]
        algorithm: Option<String>,
        /// Of this project; empty: of the cards without one
        #[arg(long, short = 'p', value_name = "NAME", conflicts_with = "card")]
        project: Option<String>,
        /// Of this card alone
        #[arg(long, value_name = "ID")]
        card: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Fit FSRS to your own answers
    #[command(
        after_help = "The parameters are used where they foretell your answers better than those before. It needs some hundred\n\
                            answers. Ctrl-C stops it, and nothing has changed then.\n\n\
                            Examples:\n  memento card optimize\n  memento card optimize --project rust --dry-run"
    )]
    Optimize {
        /// For the cards of this project alone
        #[arg(long, short = 'p', value_name = "NAME")]
        project: Option<String>,
        /// Say what would come of it, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Work out anew where every card stands, from the log of answers
    #[command(
        after_help = "Only a change of settings in config.toml makes that necessary.\n\nExample:\n  memento card replay"
    )]
    Replay {
        #[command(flatten)]
        output: Output,
    },
    /// Write cards to a file, or to standard output: JSON, JSONL, CSV, Org, Anki
    #[command(
        after_help = "JSON and JSONL have all there is, the answers too: `import` merges them on another machine. JSONL is for\n\
                            git, a line for each card and each answer. Drafts are left out without --drafts.\n\n\
                            Examples:\n  memento card export > cards.jsonl\n  memento card export --project rust -o rust.apkg\n  \
                            memento card export --format csv --tag exam -o -"
    )]
    Export(Export),
    /// Read cards from a file: JSON, JSONL, CSV, Org, Anki
    #[command(
        after_help = "JSON and JSONL of ours are merged: answers of both sides, of texts the last writer's; twice changes nothing.\n\
                            A bad card is named with its index, from 0, and then nothing is imported; with --partial the good ones are.\n\n\
                            Examples:\n  memento card import cards.jsonl --dry-run\n  memento card import spanish.csv --project spanish --direction both\n  \
                            memento card import deck.apkg --on-duplicate merge\n  ssh work memento card export | memento card import -"
    )]
    Import(Import),
    /// Have cards start anew, as if never answered
    #[command(
        after_help = "It asks first; without a terminal it needs --yes. The log keeps what was: `undo ID` takes a reset back.\n\n\
                            Examples:\n  memento card reset 3f2a9c10 --dry-run\n  memento card reset --project rust --yes"
    )]
    Reset(Destroy),
}

/// The time that answers are counted in.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    /// Today
    Today,
    /// Seven days
    Week,
    /// Thirty days
    Month,
    /// From the first answer on
    All,
}

impl Card {
    /// Whether data is to be JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Create(args) => args.output.json,
            Self::BulkCreate(args) => args.output.json,
            Self::List(list) | Self::Search { list, .. } => list.output.json,
            Self::Update(args) => args.output.json,
            Self::Delete(args) | Self::Reset(args) => args.output.json,
            Self::Quiz(args) => args.output.json,
            Self::Export(args) => args.json,
            Self::Import(args) => args.output.json,
            Self::Accept { output, .. }
            | Self::Show { output, .. }
            | Self::Suspend { output, .. }
            | Self::Unsuspend { output, .. }
            | Self::Restore { output, .. }
            | Self::Purge { output, .. }
            | Self::Review { output, .. }
            | Self::BulkReview { output, .. }
            | Self::Undo { output, .. }
            | Self::Stats { output, .. }
            | Self::Projects { output }
            | Self::Tags { output }
            | Self::Algorithm { output, .. }
            | Self::Optimize { output, .. }
            | Self::Replay { output } => output.json,
        }
    }
}

#[cfg(test)]
mod tests;
