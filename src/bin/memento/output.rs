//! Standard output, standard error and the exit code.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use memento::Error;
use memento::config::Env;
use serde::Serialize;
use serde_json::json;

use crate::args::{Command, Output, Review};

/// What a command answers: text for standard output, a word for the person on standard error, and an exit code.
pub(crate) struct Answer {
    out: Vec<u8>,
    note: Option<String>,
    code: u8,
}

impl Answer {
    /// Text, printed as it is.
    pub(crate) fn text(out: String) -> Self {
        Self::bytes(out.into_bytes())
    }

    /// What need not be text, printed as it is.
    pub(crate) fn bytes(out: Vec<u8>) -> Self {
        Self { out, note: None, code: 0 }
    }

    /// `value` as JSON where that was asked for, else `text`.
    pub(crate) fn data(output: Output, value: &impl Serialize, text: impl FnOnce() -> String) -> Self {
        Self::text(if output.json { to_json(value) } else { text() })
    }

    /// With a word for the person.
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// With exit code 1: nothing found, or a check that failed.
    pub(crate) fn fail_if(self, failed: bool) -> Self {
        self.code(u8::from(failed))
    }

    /// With this exit code.
    pub(crate) fn code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// Prints it. That the reader of the pipe has gone is no error.
    pub(crate) fn print(&self) -> ExitCode {
        if let Err(e) = write_out(&self.out) {
            return if e.kind() == std::io::ErrorKind::BrokenPipe {
                ExitCode::SUCCESS
            } else {
                complain(&e.to_string(), 2)
            };
        }
        match &self.note {
            Some(note) => complain(note, self.code),
            None => ExitCode::from(self.code),
        }
    }
}

fn write_out(text: &[u8]) -> std::io::Result<()> {
    // A thread of the MCP server may hold standard output for ever, with a client that does not read.
    if text.is_empty() {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    out.write_all(text)?;
    out.flush()
}

/// What the person called.
static CALLED: OnceLock<Called> = OnceLock::new();

struct Called {
    name: &'static str,
    command: &'static str,
}

/// Has everything speak of `command`, such as `memento prompt`, by this name.
pub(crate) fn called(name: &'static str, command: &'static str) {
    let _ = CALLED.set(Called { name, command });
}

/// What the person called.
pub(crate) fn name() -> &'static str {
    CALLED.get().map_or("memento", |called| called.name)
}

/// The commands in a text as the person would call them.
pub(crate) fn in_words(text: &str) -> String {
    CALLED.get().map_or_else(|| text.to_owned(), |called| text.replace(called.command, called.name))
}

/// One line on standard error, and the exit code.
fn complain(message: &str, code: u8) -> ExitCode {
    // Where standard error is gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{}: {}", name(), in_words(message));
    ExitCode::from(code)
}

/// One line on standard error; with `--json` the same as data on standard output, the output of failed tests included.
/// `waits`: whether 1 is an answer of the command's, and no error.
pub(crate) fn print_error(error: &Error, json: bool, waits: bool) -> ExitCode {
    let code = match error {
        _ if waits => 2,
        Error::NotFound(_) | Error::Conflict(_) | Error::Failed { .. } => 1,
        _ => 2,
    };
    if json {
        let mut value = json!({ "kind": error.kind(), "message": error.to_string() });
        if let Error::Failed { output, log, .. } = error {
            value["output"] = json!(output);
            value["log"] = json!(log);
        }
        let _ = write_out(to_json(&json!({ "error": value })).as_bytes());
    }
    match error {
        Error::Failed { log, .. } => {
            let log = Env::process().abbreviate(log);
            complain(&format!("{error}: the remark stays open; all output is in {log}"), code)
        }
        _ => complain(&error.to_string(), code),
    }
}

fn to_json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("the library's types are plain data");
    text.push('\n');
    text
}

/// Whether errors are to be data too.
pub(crate) fn wants_json(command: &Command) -> bool {
    let output = match command {
        Command::Doctor { output, .. } | Command::Audit { output, .. } => output,
        Command::Note(note) => return note.common().1.json,
        Command::Diff(diff) => return diff.common().1.json,
        Command::Prompt(prompt) => return prompt.json(),
        Command::Card(card) => return card.json(),
        Command::Completions { .. } | Command::Hook(_) | Command::Mcp { .. } => return false,
        Command::Review(review) => match review {
            Review::Add { output, .. }
            | Review::List { output, .. }
            | Review::Show { output, .. }
            | Review::Next { output, .. }
            | Review::Done { output, .. }
            | Review::Release { output, .. }
            | Review::Reopen { output, .. }
            | Review::Stats { output, .. }
            | Review::Check { output, .. }
            | Review::Prompt { output, .. } => output,
        },
    };
    output.json
}

/// Asks `question` on standard error, with `what` it is about above it; `done` is the word for what is not done otherwise.
///
/// # Errors
/// [`Error::Invalid`] where nobody can be asked.
pub(crate) fn confirmed(question: &str, done: &str, what: &str) -> Result<bool, Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::Invalid(format!(
            "nothing is {done} without --yes where nobody can be asked; --dry-run shows what would be"
        )));
    }
    let mut err = std::io::stderr();
    let _ = err.write_all(what.as_bytes());
    let _ = write!(err, "{question} (y/N) ");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    Ok(read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Text that a terminal shows and does not obey: a remark or a note may hold escape sequences.
pub(crate) fn printable(text: &str) -> String {
    // A file with CRLF has a control character at the end of each line, which is none of its words.
    let text = text.replace("\r\n", "\n");
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// Rows with their columns aligned, the last one as long as it is.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line.push_str(cell);
            // Nothing stands after the last cell, which may be longer than `format!` can pad to.
            if column + 1 < row.len() {
                line.push_str(&" ".repeat(widths[column] - cell.chars().count() + 2));
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_no_escape_sequences() {
        assert_eq!(printable("a\r\nb\tc\n"), "a\nb\tc\n");
        assert_eq!(printable("a\rb\u{1b}[2J"), "a\u{fffd}b\u{fffd}[2J");
    }
}
