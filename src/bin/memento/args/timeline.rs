//! `memento prompt timeline` and `memento prompt serve` as they are typed.

use clap::Args;

use super::Output;

#[derive(Args, Debug)]
pub(crate) struct Timeline {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) output: Output,
}
