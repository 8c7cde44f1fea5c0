//! `memento card export` and `import` as they are typed.

use clap::{Args, ValueEnum};

use super::Filter;
use super::change::Many;
use crate::args::Output;

/// A form that cards are written and read in.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object with all there is; to read also an array of {question, answer, notes, tags}
    Json,
    /// A line for each card and each answer, for git
    Jsonl,
    /// For spreadsheets
    Csv,
    /// A heading each
    Org,
    /// Anki's package
    #[value(alias = "apkg")]
    Anki,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// The form [default: what the file's name says, else jsonl]
    #[arg(long, short = 'f', value_enum)]
    pub(crate) format: Option<Form>,
    /// The file, one that is there is replaced; `-` is standard output, as is none
    #[arg(long = "output", short = 'o', value_name = "FILE")]
    pub(crate) file: Option<String>,
    /// Drafts too
    #[arg(long)]
    pub(crate) drafts: bool,
    /// Say what was written as JSON; needs a file
    #[arg(long, requires = "file")]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// The file; `-` is standard input
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) output: Output,
}
