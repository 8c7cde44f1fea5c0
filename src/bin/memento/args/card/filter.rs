//! Which cards are meant, as it is typed.

use clap::Args;

/// Which cards are meant: those that all of it fits.
#[derive(Args, Debug, Default)]
pub(crate) struct Filter {
    /// Of this project; empty: of none
    #[arg(long, short = 'p', value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// With this tag; may be given again
    #[arg(long, short = 't', value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Scheduled by this algorithm: sm2, leitner, fixed or fsrs
    #[arg(long, value_name = "NAME")]
    pub(crate) algorithm: Option<String>,
}

/// Cards that are named, or all that fit.
#[derive(Args, Debug, Default)]
pub(crate) struct Chosen {
    /// Their ids, or the starts of them
    #[arg(value_name = "ID", required_unless_present_any = ["project", "tag", "algorithm", "all"],
          conflicts_with_all = ["project", "tag", "algorithm", "all"])]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// All of them
    #[arg(long, conflicts_with_all = ["project", "tag", "algorithm"])]
    pub(crate) all: bool,
}
