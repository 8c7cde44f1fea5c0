//! `memento prompt timeline` and `memento prompt serve` as they are typed.

use std::path::PathBuf;

use clap::Args;

use super::Output;

#[derive(Args, Debug)]
pub(crate) struct Timeline {
    /// The day, or the days: 2025-10-02, yesterday, "last week", 3d
    #[arg(value_name = "DATE", default_value = "today")]
    pub(crate) date: String,
    /// The last day, where there are more than one
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Write to this file; `-` is standard output [default: timelines/DATE.html in the data directory]
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Do not open it in a browser
    #[arg(long)]
    pub(crate) no_open: bool,
    /// With slash commands
    #[arg(long)]
    pub(crate) commands: bool,
    /// Print the timeline as JSON, and write no page
    #[arg(long, conflicts_with = "output")]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, short = 'p', value_name = "PORT", default_value = "8080")]
    pub(crate) port: u16,
    /// Do not open it in a browser
    #[arg(long)]
    pub(crate) no_open: bool,
    /// With slash commands
    #[arg(long)]
    pub(crate) commands: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
