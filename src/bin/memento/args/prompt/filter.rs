//! Which prompts are meant, as it is typed.

use clap::Args;

/// Which prompts are meant: those that all of it fits.
#[derive(Args, Debug, Default)]
pub(crate) struct Filter {
    /// Words, "phrases", prefix*, -without (after --)
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// The same as an option
    #[arg(long, short = 's', aliases = ["query", "text", "keyword"], value_name = "QUERY", allow_hyphen_values = true)]
    pub(crate) search: Option<String>,
    /// Of this project: its path, the last part of it, or any part of it
    #[arg(long, short = 'p', value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// Of this session, or of those whose name starts so
    #[arg(long, value_name = "NAME")]
    pub(crate) session: Option<String>,
    /// From then on: 2025-10-02, yesterday, "last week", 3d, ...
    #[arg(long, aliases = ["date-from", "from"], value_name = "DATE", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
    /// Until then, that day included
    #[arg(long, aliases = ["date-to", "to"], value_name = "DATE", allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
    /// On that day, or in that week, month or year
    #[arg(long, short = 'd', value_name = "DATE", conflicts_with_all = ["since", "until"], allow_hyphen_values = true)]
    pub(crate) date: Option<String>,
    /// Rated just so; 0: not rated
    #[arg(long, short = 'r', value_name = "N", value_parser = clap::value_parser!(u8).range(0..=5), conflicts_with_all = ["min_rating", "max_rating", "rated", "unrated"])]
    pub(crate) rating: Option<u8>,
    /// Rated so or better
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) min_rating: Option<u8>,
    /// Rated, and not better
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) max_rating: Option<u8>,
    /// Rated at all
    #[arg(long, conflicts_with = "unrated")]
    pub(crate) rated: bool,
    /// Not rated
    #[arg(long, conflicts_with_all = ["min_rating", "max_rating"])]
    pub(crate) unrated: bool,
    /// With a note
    #[arg(long)]
    pub(crate) has_note: bool,
    /// With this tag
    #[arg(long, short = 't', value_name = "TAG")]
    pub(crate) tag: Option<String>,
    /// With what looks like a key or token
    #[arg(long)]
    pub(crate) has_secrets: bool,
    /// Slash commands too
    #[arg(long)]
    pub(crate) commands: bool,
}
