//! `memento diff` as it is typed.

use clap::{Args, Subcommand};

use super::{Output, Session};

/// What is to be reviewed.
#[derive(Args, Debug)]
pub(crate) struct What {
    /// Compare the working tree with this revision [default: HEAD]
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "range"])]
    pub(crate) base: Option<String>,
    /// What is staged, not the working tree
    #[arg(long, conflicts_with = "range")]
    pub(crate) staged: bool,
    /// Two commits, not the working tree
    #[arg(long, value_name = "A..B")]
    pub(crate) range: Option<String>,
    /// Leave out files that git does not know yet
    #[arg(long, conflicts_with_all = ["staged", "range"])]
    pub(crate) no_untracked: bool,
    /// The repository around this directory [default: the working directory]
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(crate) directory: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Diff {
    /// Ask the person to review what changed in a repository
    #[command(
        after_help = "It prints the request's ID. Files that git ignores are never part of it. A session's next request\n\
                            on the same repository is a new round: hunks that did not change keep what was said of them.\n\n\
                            Examples:\n  id=$(memento diff request --title 'Check the bounds')\n  \
                            memento diff request --staged --wait && git commit\n  \
                            memento diff request --range main..topic --summary - <notes.txt\n  \
                            memento diff request --title 'Retry twice' --wait 600 >verdict.txt || cat verdict.txt"
    )]
    Request {
        /// What the change is, in one line [default: the files' names]
        #[arg(long, short = 't', value_name = "TEXT", allow_hyphen_values = true)]
        title: Option<String>,
        /// What the person should know of it; `-` reads it from standard input
        #[arg(long, short = 's', value_name = "TEXT", allow_hyphen_values = true)]
        summary: Option<String>,
        #[command(flatten)]
        what: What,
        /// Wait for the verdict, at most so many seconds, print it in place of the ID, and exit as `memento diff wait` does
        #[arg(long, value_name = "SECONDS", num_args = 0..=1)]
        wait: Option<Option<u64>>,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// List the requests that wait for an answer, the oldest first
    #[command(after_help = "Examples:\n  memento diff list --mine --all\n  \
                            memento diff list --here --json | jq -r '.[].id'")]
    List {
        /// Closed ones too
        #[arg(long, short = 'a')]
        all: bool,
        /// Only yours
        #[arg(long)]
        mine: bool,
        /// Only those of the repository around the working directory
        #[arg(long)]
        here: bool,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Show a request with its files
    #[command(after_help = "Examples:\n  memento diff show d-8f3k      # the start of an ID is enough\n  \
                            memento diff show d-8f3k --patch | git apply --check")]
    Show {
        /// Its ID, or the start of it
        id: String,
        /// The diff itself, byte for byte as git wrote it
        #[arg(long, short = 'p')]
        patch: bool,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Wait for the verdict on a request
    #[command(
        after_help = "Exits with 0 where it is approved; with 1 where changes are requested, where there is no answer\n\
                            yet and where there will be none (to be dropped, superseded, taken back, expired); with 2 on\n\
                            an error. C-c ends the wait and nothing else.\n\n\
                            Examples:\n  memento diff wait d-8f3k && git commit -a\n  \
                            memento diff wait d-8f3k --timeout 600 --json"
    )]
    Wait {
        /// Its ID, or the start of it
        id: String,
        /// At most so long [default: until there is an answer]
        #[arg(long, value_name = "SECONDS")]
        timeout: Option<u64>,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Print the verdict on a request, as often as you like
    #[command(after_help = "Exits with 1 where there is none yet.\n\n\
                            Example:\n  memento diff verdict d-8f3k --json | jq -r .decision")]
    Verdict {
        /// Its ID, or the start of it
        id: String,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Take a request back
    #[command(
        after_help = "Without a session it takes back anybody's; a session, named here or in $MEMENTO_SESSION,\n\
                            takes back its own.\n\nExample:\n  memento diff abandon d-8f3k"
    )]
    Abandon {
        /// Its ID, or the start of it
        id: String,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
}

impl Diff {
    /// Whether it waits for the verdict: then 1 means that this is no approval, and every error is 2.
    pub(crate) fn waits(&self) -> bool {
        matches!(self, Self::Wait { .. } | Self::Request { wait: Some(_), .. })
    }

    /// Who calls, and how to answer.
    pub(crate) fn common(&self) -> (&Session, Output) {
        match self {
            Self::Request { session, output, .. }
            | Self::List { session, output, .. }
            | Self::Show { session, output, .. }
            | Self::Wait { session, output, .. }
            | Self::Verdict { session, output, .. }
            | Self::Abandon { session, output, .. } => (session, *output),
        }
    }
}
