//! What can be typed after `memento note`.

use clap::{Subcommand, ValueEnum};

use super::{Output, Session};

/// How a text is written.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Org
    Org,
    /// Markdown
    Markdown,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Note {
    /// Print a note
    #[command(
        after_help = "The revision that an edit must name is on standard error, and in the JSON.\n\nExamples:\n  \
                            memento note get claude-global-context\n  \
                            memento note get 'Release plan' --section 'Next steps' --format markdown"
    )]
    Get {
        /// Its ID, title or alias
        name: String,
        /// Only this heading, by its title or its path (`Plan/Next steps`)
        #[arg(long, value_name = "HEADING")]
        section: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value = "org")]
        format: Format,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Search the full text
    #[command(after_help = "All words must be there. Capitals and accents do not matter.\n\nExamples:\n  \
                            memento note search spaced repetition\n  \
                            memento note search '\"exact phrase\" prefi* -without'\n  \
                            memento note search --json -- spaced -repetition")]
    Search {
        /// Words, \"phrases\", prefix*, -without
        #[arg(required = true)]
        query: Vec<String>,
        /// At most so many
        #[arg(long, short = 'n', default_value = "20", value_name = "N")]
        limit: usize,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// List notes, by title or the last changed first
    #[command(
        after_help = "Examples:\n  memento note list --tag project --tag rust\n  memento note list --recent -n 10"
    )]
    List {
        /// Only notes with this tag; may be given again
        #[arg(long = "tag", short = 't', value_name = "TAG")]
        tags: Vec<String>,
        /// The last changed first
        #[arg(long)]
        recent: bool,
        /// At most so many
        #[arg(long, short = 'n', value_name = "N")]
        limit: Option<usize>,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Show the links out of a note and into it
    #[command(after_help = "Example:\n  memento note links 'Release plan'")]
    Links {
        /// Its ID, title or alias
        name: String,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Make a note, which is PUBLIC
    #[command(
        after_help = "Examples:\n  memento note create --title 'Release plan' --tag project --body 'First: tests.'\n  \
                            memento note create --title Findings --format markdown --body - < findings.md"
    )]
    Create {
        /// Its title
        #[arg(long, allow_hyphen_values = true)]
        title: String,
        /// Its ID [default: a UUID]
        #[arg(long)]
        id: Option<String>,
        /// A tag besides PUBLIC; may be given again
        #[arg(long = "tag", short = 't', value_name = "TAG")]
        tags: Vec<String>,
        /// Its text; `-` reads it from standard input
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        body: String,
        /// How the text is written
        #[arg(long, value_enum, default_value = "org")]
        format: Format,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Add text to a note
    #[command(after_help = "Exits with 1 where the note has another revision by now: read it again.\n\nExample:\n  \
                            revision=$(memento note get plan --json | jq -r .revision)\n  \
                            memento note append plan --revision \"$revision\" --section 'Next steps' --text '- ship it'")]
    Append {
        /// Its ID, title or alias
        name: String,
        /// The revision that was read
        #[arg(long)]
        revision: String,
        /// Under this heading, by its title or its path
        #[arg(long, value_name = "HEADING")]
        section: Option<String>,
        /// The text; `-` reads it from standard input
        #[arg(long, allow_hyphen_values = true)]
        text: String,
        /// How the text is written
        #[arg(long, value_enum, default_value = "org")]
        format: Format,
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// List the tags with the number of notes that have them
    Tags {
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
    /// Look for what is wrong with the public notes
    #[command(after_help = "Exits with 1 where something is. It looks at what assistants may see; in Emacs,\n\
                            M-x memento-notes-problems looks at all notes.")]
    Doctor {
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        output: Output,
    },
}

impl Note {
    /// Who calls, and how to answer.
    pub(crate) fn common(&self) -> (&Session, Output) {
        match self {
            Self::Get { session, output, .. }
            | Self::Search { session, output, .. }
            | Self::List { session, output, .. }
            | Self::Links { session, output, .. }
            | Self::Create { session, output, .. }
            | Self::Append { session, output, .. }
            | Self::Tags { session, output }
            | Self::Doctor { session, output } => (session, *output),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command};

    #[test]
    fn options_behind_the_words_of_a_search_are_options() {
        let search = |args: &[&str]| match Cli::try_parse_from([&["memento", "note", "search"], args].concat()) {
            Ok(Cli { command: Command::Note(Note::Search { query, limit, output, .. }), .. }) => {
                Ok((query.join(" "), limit, output.json))
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        };
        assert_eq!(search(&["a", "b", "-n", "3", "--json"]), Ok(("a b".to_owned(), 3, true)));
        assert_eq!(search(&["a -b"]), Ok(("a -b".to_owned(), 20, false)));
        assert_eq!(search(&["--", "a", "-b"]), Ok(("a -b".to_owned(), 20, false)));
        assert!(search(&["a", "-b"]).unwrap_err().contains("'-- -b'"));
    }
}
