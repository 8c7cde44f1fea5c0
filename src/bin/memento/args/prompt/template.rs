//! `memento prompt template` as it is typed.

use clap::Subcommand;

use crate::args::Output;

/// Prompts to use again, with {placeholders}.
#[derive(Subcommand, Debug)]
pub(crate) enum Template {
    /// Save a text, or a prompt, as a template
    #[command(
        after_help = "{name} is a placeholder: letters, digits, _ and -, the first no digit. Every other brace\n\
                            stands for itself, as does ${HOME}; {{name}} is a literal {name}. For a prompt with code in it\n\
                            there is --literal: then only what --placeholder names is one.\n\n\
                            Examples:\n  memento prompt template save review 'Review {file} for {what}'\n  \
                            memento prompt template save review --from 42 --literal --placeholder file=src/main.rs\n  \
                            memento prompt template save review - --replace < review.txt"
    )]
    Save {
        /// Its name: letters, digits, - and _
        name: String,
        /// The text; `-` reads it from standard input
        #[arg(value_name = "TEXT", required_unless_present = "from")]
        text: Option<String>,
        /// The prompt that it is made of; without a text its text is taken
        #[arg(long, value_name = "ID")]
        from: Option<i64>,
        /// Every brace stands for itself
        #[arg(long)]
        literal: bool,
        /// Make this piece of the text a placeholder; may be given again
        #[arg(long, value_name = "NAME=PIECE")]
        placeholder: Vec<String>,
        /// Replace one of the same name
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        output: Output,
    },
    /// List templates, the most used first
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show a template with its placeholders
    Show {
        /// Its name
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Fill a template in and print it
    #[command(after_help = "Examples:\n  memento prompt template fill review file=src/main.rs what=races\n  \
                            claude \"$(memento prompt template fill review file=a.rs what='the bounds')\"\n  \
                            git diff | memento prompt template fill review-diff diff=-")]
    Fill {
        /// Its name
        name: String,
        /// The placeholders' values; `-` as one reads it from standard input
        #[arg(value_name = "NAME=VALUE")]
        values: Vec<String>,
        /// Leave placeholders without a value as they are
        #[arg(long)]
        keep: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Delete a template
    Delete {
        /// Its name
        name: String,
        /// Show what would be deleted
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Propose the best rated prompts that no template was made of
    #[command(aliases = ["from-rated", "from"])]
    #[command(after_help = "Of those that ask alike only the best is named. Exits with 1 where there are none.\n\n\
                            Example:\n  memento prompt template propose -n 3")]
    Propose {
        /// For those who type `from rated`
        #[arg(value_parser = ["rated"], hide = true)]
        of: Option<String>,
        /// At most so many
        #[arg(long, short = 'n', default_value = "10", value_name = "N")]
        limit: usize,
        /// Show what looks like a key or token
        #[arg(long)]
        secrets: bool,
        #[command(flatten)]
        output: Output,
    },
}

impl Template {
    /// Whether data is to be JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Save { output, .. }
            | Self::List { output }
            | Self::Show { output, .. }
            | Self::Fill { output, .. }
            | Self::Delete { output, .. }
            | Self::Propose { output, .. } => output.json,
        }
    }
}
