//! `memento card list`, `search` and `quiz` as they are typed.

use clap::{Args, ValueEnum};

use super::Filter;
use crate::args::Output;

#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// In this state
    #[arg(long, value_enum)]
    pub(crate) state: Option<State>,
    /// Due today or before
    #[arg(long)]
    pub(crate) due: bool,
    /// Never answered
    #[arg(long, conflicts_with = "due")]
    pub(crate) new: bool,
    /// Suspended because they were forgotten too often
    #[arg(long)]
    pub(crate) leech: bool,
    /// Those that were deleted
    #[arg(long)]
    pub(crate) deleted: bool,
    /// What comes first
    #[arg(long, alias = "sort", value_enum, default_value = "newest")]
    pub(crate) order: Order,
    /// At most so many; 0: all [default: 20, with --json all]
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// So many less from the front
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub(crate) offset: usize,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Quiz {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// At most so many cards; 0: all [default: all in a terminal, else 20]
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// At most so many new cards today [default: new_per_day in config.toml]
    #[arg(long, value_name = "N")]
    pub(crate) new: Option<u32>,
    /// Print the answers too
    #[arg(long)]
    pub(crate) answers: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What becomes of a card.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not accepted yet
    Draft,
    /// Learnt
    Active,
    /// Not asked
    Suspended,
}

/// What comes first.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The newest
    Newest,
    /// The oldest
    Oldest,
    /// What is due first
    Due,
    /// What was forgotten most often
    Lapses,
}
