//! `memento prompt` as it is typed.

mod filter;
mod template;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

pub(crate) use filter::Filter;
pub(crate) use template::Template;

use super::Output;
use super::timeline::{Serve, Timeline};

/// A way to print prompts.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line each
    Table,
    /// One array of JSON
    Json,
    /// One object of JSON a line
    Jsonl,
    /// For spreadsheets
    Csv,
    /// A heading each
    Org,
}

/// What was asked of assistants: search, rate, publish, and the timeline.
#[derive(Subcommand, Debug)]
pub(crate) enum Prompt {
    /// Read what is new in Claude Code's history and transcripts
    #[command(
        after_help = "Nothing is ever written to these files. A prompt that was read before stays as it is, with its\n\
                            rating, note and tags. A line that cannot be read is named on standard error and counted.\n\
                            Ctrl-C stops it; what was read is stored, and the next sync goes on there.\n\n\
                            Examples:\n  memento prompt sync\n  memento prompt sync --watch\n  \
                            memento prompt sync --history ~/backup/history.jsonl --json"
    )]
    Sync(Sync),
    /// Read a file of JSON lines: an export, or another tool's
    #[command(after_help = "Ratings, notes and tags in it are taken where there are none yet.\n\nExamples:\n  \
                            memento prompt import prompts.jsonl\n  ssh work memento prompt export | memento prompt import -")]
    Import {
        /// The file; `-` is standard input
        file: String,
        #[command(flatten)]
        output: Output,
    },
    /// List prompts, the newest first, or search them
    #[command(alias = "search")]
    #[command(
        after_help = "A line has the number, the date, the stars, the project, marks and the text. The mark n is a\n\
                            note, and ! what looks like a key or token, which is masked. Slash commands are left out.\n\
                            Exits with 1 where nothing fits.\n\n\
                            Examples:\n  memento prompt list -n 5\n  memento prompt list 'race condition' sqlite\n  \
                            memento prompt list --min-rating 4 --search '\"unit test\" refactor*' --since 'last month'\n  \
                            memento prompt list --project memento --date yesterday --format json | jq -r '.[].text'"
    )]
    List {
        #[command(flatten)]
        filter: Filter,
        /// What comes first
        #[arg(long, alias = "sort", value_enum, default_value = "newest")]
        order: Order,
        /// At most so many; 0: all [default: 20 in a table, else all]
        #[arg(long, short = 'n', value_name = "N")]
        limit: Option<usize>,
        /// How to print them
        #[arg(long, short = 'f', value_enum, default_value = "table", conflicts_with = "json")]
        format: Format,
        /// Show what looks like a key or token
        #[arg(long)]
        secrets: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Show prompts whole, with what was pasted
    #[command(after_help = "Examples:\n  memento prompt show 42\n  memento prompt show 42 --raw | claude -p")]
    Show {
        /// Their numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i64>,
        /// The text alone, with what was pasted in its place behind it
        #[arg(long, conflicts_with = "json")]
        raw: bool,
        /// Show what looks like a key or token
        #[arg(long)]
        secrets: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Rate prompts 1 to 5; 0 takes the rating away
    #[command(
        after_help = "Examples:\n  memento prompt rate 42 5\n  memento prompt rate 42 43 44 3\n  memento prompt rate 42 0"
    )]
    Rate {
        /// Their numbers, then the rating
        #[arg(required = true, num_args = 2.., value_names = ["ID", "RATING"])]
        numbers: Vec<i64>,
        #[command(flatten)]
        output: Output,
    },
    /// Write a note about a prompt
    #[command(after_help = "Without a text it opens $VISUAL or $EDITOR on the note that there is.\n\nExamples:\n  \
                            memento prompt note 42 it asked for a test first\n  \
                            memento prompt note 42 - < why.txt\n  memento prompt note 42 --clear")]
    Note {
        /// Its number
        id: i64,
        /// The note; `-` reads it from standard input
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// Take the note away
        #[arg(long, conflicts_with = "text")]
        clear: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Add and remove tags
    #[command(
        after_help = "Numbers come first: what is no number, or has a + in front, is a tag to add; - takes one away.\n\n\
                            Examples:\n  memento prompt tag 42 +good -draft\n  memento prompt tag 42 43 refactoring\n  \
                            memento prompt tag 42 --remove draft"
    )]
    Tag(Tag),
    /// Find prompts that ask like this
    #[command(after_help = "Exits with 1 where there are none.\n\nExamples:\n  memento prompt similar 42\n  \
                            memento prompt similar --text 'add a test for the parser'\n  \
                            memento prompt similar --text - < draft.txt")]
    #[command(group(ArgGroup::new("what").required(true).args(["id", "text"])))]
    Similar {
        /// Like this prompt
        id: Option<i64>,
        /// Like this text; `-` reads it from standard input
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        text: Option<String>,
        /// At least so much alike, from 0 to 1
        #[arg(long, value_name = "N", default_value = "0.2")]
        least: f64,
        /// At most so many
        #[arg(long, short = 'n', default_value = "10", value_name = "N")]
        limit: usize,
        /// Show what looks like a key or token
        #[arg(long)]
        secrets: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Write prompts to a file, or to standard output
    #[command(
        after_help = "JSON and JSON lines are exact, with what was pasted; `memento prompt import` reads the lines\n\
                            back. In CSV a cell that a spreadsheet would take for a formula gets a ' in front.\n\n\
                            Examples:\n  memento prompt export > prompts.jsonl\n  \
                            memento prompt export --min-rating 4 -o best.org\n  \
                            memento prompt export --since 2025 --commands --format csv -o year.csv"
    )]
    Export {
        #[command(flatten)]
        filter: Filter,
        /// How to write them [default: what the file's name says, else jsonl]
        #[arg(long, short = 'f', value_enum)]
        format: Option<Written>,
        /// The file; one that is there is replaced
        #[arg(long = "output", short = 'o', value_name = "FILE")]
        file: Option<String>,
        /// With what looks like a key or token, which is masked else
        #[arg(long)]
        secrets: bool,
        /// Say what was written as JSON; needs a file
        #[arg(long, requires = "file")]
        json: bool,
    },
    /// Delete prompts: a later sync does not bring them back
    #[command(
        after_help = "It asks first; without a terminal it needs --yes. `memento prompt sync --restore` brings back\n\
                            what the history still has, with rating and note.\n\n\
                            Examples:\n  memento prompt delete 42 --dry-run\n  memento prompt delete 42 43 --yes"
    )]
    Delete {
        /// Their numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i64>,
        /// Show what would be deleted
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short = 'y')]
        yes: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Count prompts: ratings, projects, hours, lengths, streaks, words
    #[command(
        after_help = "Examples:\n  memento prompt stats\n  memento prompt stats --project memento --since 3m\n  \
                            memento prompt stats --json | jq .projects"
    )]
    Stats {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        output: Output,
    },
    /// Make a PUBLIC note of a prompt; again brings the note up to date
    #[command(
        after_help = "The note's ID is prompt-YYYYmmdd-HHMMSS; it has the rating, the note, the project and the tags.\n\n\
                            Examples:\n  memento prompt publish 42 --dry-run\n  memento note get \"$(memento prompt publish 42)\""
    )]
    Publish {
        /// Their numbers
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i64>,
        /// Print the note and write nothing
        #[arg(long)]
        dry_run: bool,
        /// With what looks like a key or token, which is masked else
        #[arg(long)]
        secrets: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Prompts to use again, with {placeholders}
    #[command(subcommand, arg_required_else_help = true)]
    Template(Template),
    /// Write a day of prompts as a page to look at
    #[command(
        after_help = "The page is one file that loads nothing: it can be kept, and opened offline. Keys and tokens are masked.\n\n\
                            Examples:\n  memento prompt timeline\n  memento prompt timeline yesterday\n  \
                            memento prompt timeline 2025-10-01 --to 2025-10-03 --no-open\n  \
                            memento prompt timeline monday --output monday.html"
    )]
    Timeline(Timeline),
    /// Serve timelines to a browser on this machine, where prompts are rated in place
    #[command(
        after_help = "It listens on 127.0.0.1 alone, gives out no file, and takes ratings from its own pages alone. C-c ends it.\n\n\
                            Examples:\n  memento prompt serve\n  memento prompt serve --port 0 --no-open"
    )]
    Serve(Serve),
}

/// A format for files.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// One array
    Json,
    /// One object a line
    Jsonl,
    /// For spreadsheets
    Csv,
    /// A heading each
    Org,
}

/// What comes first.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The newest
    Newest,
    /// The oldest
    Oldest,
    /// The best rated, of those the newest
    Rating,
    /// The longest
    Length,
}

#[derive(Args, Debug)]
pub(crate) struct Tag {
    /// The prompts' numbers, then tags
    #[arg(required = true, value_name = "ID... [+]TAG|-TAG", allow_hyphen_values = true)]
    pub(crate) words: Vec<String>,
    /// Add this tag; may be given again
    #[arg(long, value_name = "TAG")]
    pub(crate) add: Vec<String>,
    /// Remove this tag; may be given again
    #[arg(long, value_name = "TAG")]
    pub(crate) remove: Vec<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl Tag {
    /// Whether data is to be JSON.
    pub(crate) fn json(&self) -> bool {
        self.output.json || self.words.iter().any(|word| word == "--json")
    }

    /// With the options that stand behind the words among the options: to clap all is a word where one may begin with a `-`.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn sorted(mut self) -> Result<Self, String> {
        self.output.json = self.json();
        let mut words = Vec::with_capacity(self.words.len());
        let mut rest = std::mem::take(&mut self.words).into_iter();
        while let Some(word) = rest.next() {
            let Some(option) = word.strip_prefix("--") else {
                words.push(word);
                continue;
            };
            let (option, value) = match option.split_once('=') {
                Some((option, value)) => (option, Some(value.to_owned())),
                None => (option, None),
            };
            let mut tag = || value.clone().or_else(|| rest.next()).ok_or_else(|| format!("--{option}: name a tag"));
            match option {
                "json" | "" => {}
                "help" => return Err("--help stands in front of the numbers: memento prompt tag --help".to_owned()),
                "add" => self.add.push(tag()?),
                "remove" => self.remove.push(tag()?),
                _ => {
                    return Err(format!("there is no option --{option}: a tag is taken away with one -, as in -draft"));
                }
            }
        }
        Ok(Self { words, ..self })
    }
}

#[derive(Args, Debug)]
pub(crate) struct Sync {
    /// Go on and read what is added, until Ctrl-C
    #[arg(long, short = 'w')]
    pub(crate) watch: bool,
    /// This history instead of history.jsonl in Claude Code's directory
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<String>,
    /// These transcripts instead of projects/ in Claude Code's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) transcripts: Option<String>,
    /// From the first line on, whatever was read before
    #[arg(long)]
    pub(crate) all: bool,
    /// Bring back what was deleted and is still in a file
    #[arg(long)]
    pub(crate) restore: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl Prompt {
    /// Whether data is to be JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Sync(sync) => sync.output.json,
            Self::List { output, format, .. } => output.json || *format == Format::Json,
            Self::Export { json, .. } => *json,
            Self::Tag(tag) => tag.json(),
            Self::Template(template) => template.json(),
            Self::Timeline(timeline) => timeline.json,
            Self::Serve(serve) => serve.output.json,
            Self::Import { output, .. }
            | Self::Show { output, .. }
            | Self::Rate { output, .. }
            | Self::Note { output, .. }
            | Self::Similar { output, .. }
            | Self::Delete { output, .. }
            | Self::Stats { output, .. }
            | Self::Publish { output, .. } => output.json,
        }
    }
}

#[cfg(test)]
mod tests;
