//! `memento card create`, `bulk-create`, `update`, `delete` and `reset` as they are typed.

use clap::{Args, ValueEnum};

use super::Chosen;
use super::exchange::Form;
use crate::args::Output;

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What is asked; `-` reads it from standard input
    #[arg(long, short = 'q', value_name = "TEXT", allow_hyphen_values = true, requires = "answer")]
    pub(crate) question: Option<String>,
    /// What to know; `-` reads it from standard input
    #[arg(long, short = 'a', value_name = "TEXT", allow_hyphen_values = true, requires = "question")]
    pub(crate) answer: Option<String>,
    /// What else there is to say, shown with the answer
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) notes: Option<String>,
    /// The project
    #[arg(long, short = 'p', value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// A tag; may be given again, or several with commas
    #[arg(long, short = 't', aliases = ["tags"], value_name = "TAG", value_delimiter = ',')]
    pub(crate) tag: Vec<String>,
    /// Where it comes from: a file, a line in it, or id:NOTE
    #[arg(long, value_name = "FILE[:LINE]|id:NOTE")]
    pub(crate) source: Option<String>,
    /// Its own algorithm [default: its project's]
    #[arg(long, value_name = "ALGORITHM")]
    pub(crate) algorithm: Option<String>,
    /// Which directions are asked; both makes two cards
    #[arg(long, value_enum, default_value = "forward")]
    pub(crate) direction: Direction,
    /// As a draft, which is learnt once it is accepted
    #[arg(long)]
    pub(crate) draft: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Bulk {
    /// The file; `-` is standard input
    #[arg(long, short = 'f', value_name = "FILE", default_value = "-")]
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How many cards are read.
#[derive(Args, Debug)]
pub(crate) struct Many {
    /// The form [default: what the file's name says, else what is in it]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Form>,
    /// The project of cards that name none
    #[arg(long, short = 'p', value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// A tag that all of them get; may be given again
    #[arg(long, short = 't', value_name = "TAG", value_delimiter = ',')]
    pub(crate) tag: Vec<String>,
    /// As drafts, which are learnt once they are accepted
    #[arg(long)]
    pub(crate) draft: bool,
    /// Make two cards of each, one for each direction, or only the other one
    #[arg(long, value_enum)]
    pub(crate) direction: Option<Direction>,
    /// What becomes of a card whose project has one with the same question
    #[arg(long, value_enum, default_value = "skip")]
    pub(crate) on_duplicate: OnDuplicate,
    /// Take the good cards where others are bad
    #[arg(long)]
    pub(crate) partial: bool,
    /// Say what would come of it, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What becomes of a card whose question is known.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDuplicate {
    /// It is left out, and named
    Skip,
    /// What is new in it is added to the one that is there
    Merge,
    /// It is added all the same
    Add,
    /// Nothing at all is imported
    Refuse,
}

/// Which directions of an entry are asked.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The question asks for the answer
    Forward,
    /// The answer asks for the question
    Reverse,
    /// Both, as two cards that are not asked on one day
    Both,
}

#[derive(Args, Debug)]
pub(crate) struct Update {
    /// Its id, or the start of it
    pub(crate) id: String,
    /// Another question; `-` reads it from standard input
    #[arg(long, short = 'q', value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) question: Option<String>,
    /// Another answer; `-` reads it from standard input
    #[arg(long, short = 'a', value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) answer: Option<String>,
    /// Other notes; empty: none
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) notes: Option<String>,
    /// Another project; empty: none
    #[arg(long, short = 'p', value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// These tags in the place of those it has, with commas; empty: none
    #[arg(long, value_name = "TAGS", conflicts_with_all = ["add_tag", "remove_tag"])]
    pub(crate) tags: Option<String>,
    /// Add a tag; may be given again
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    pub(crate) add_tag: Vec<String>,
    /// Remove a tag; may be given again
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    pub(crate) remove_tag: Vec<String>,
    /// Another source: a file, a line in it, or id:NOTE; empty: none
    #[arg(long, value_name = "FILE[:LINE]|id:NOTE")]
    pub(crate) source: Option<String>,
    /// An algorithm of its own; default: its project's
    #[arg(long, value_name = "ALGORITHM")]
    pub(crate) algorithm: Option<String>,
    /// Another state
    #[arg(long, value_enum)]
    pub(crate) state: Option<super::State>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// Show which cards it would be
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
