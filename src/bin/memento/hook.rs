//! `memento hook`: what Claude Code calls by itself.
//!
//! To Claude Code the exit code 2 means that the assistant must not stop, so nothing of ours may ever end with it: what fails
//! here ends with 1 and one line on standard error, and the assistant stops.

mod transcript;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use clap::error::ErrorKind;
use memento::config::Env;
use memento::diff::hook::{Stopped, stop};
use memento::{Config, Error, Result};
use serde::Deserialize;
use serde_json::json;

use crate::args::Hook;
use crate::output::printable;

/// More than the wait itself: for git, and for a database that another process holds.
const GRACE: Duration = Duration::from_secs(15);
/// What Claude Code sends has the assistant's last words in it, and no more.
const INPUT: u64 = 16 << 20;

/// What Claude Code sends to a Stop hook. Newer versions send more, and what more is theirs to say.
#[derive(Debug, Deserialize)]
struct Input {
    session_id: String,
    transcript_path: PathBuf,
    cwd: PathBuf,
    hook_event_name: String,
    stop_hook_active: bool,
    #[serde(default)]
    last_assistant_message: Option<String>,
}

/// Runs a hook and says how it ended.
pub(crate) fn run(hook: Hook) -> ExitCode {
    let Hook::Stop = hook;
    let start = Instant::now();
    // A panic says where it was in a line of its own, below.
    std::panic::set_hook(Box::new(|_| {}));
    let (answer, answers) = channel();
    // What hangs in there is left behind: git, a pipe that nobody closes, a disk that is gone.
    let work = std::thread::Builder::new().spawn(move || {
        let configured = Config::load(Env::process());
        let limit = configured.as_ref().map_or(Duration::ZERO, |config| Duration::from_secs(config.hook_wait));
        let _ = answer.send(Message::Limit(limit));
        let _ = answer.send(Message::Done(configured.and_then(|config| stopped(&config, start))));
    });
    if let Err(error) = work {
        return failed(&format!("no thread can be had: {error}"));
    }
    let mut limit = GRACE;
    loop {
        match answers.recv_timeout(limit.saturating_sub(start.elapsed())) {
            Ok(Message::Limit(wait)) => limit = GRACE.saturating_add(wait),
            Ok(Message::Done(Ok(()))) => return ExitCode::SUCCESS,
            Ok(Message::Done(Err(error))) => return failed(&error.to_string()),
            Err(RecvTimeoutError::Timeout) => {
                return failed(&format!("no end after {} seconds: git or the disk hangs", start.elapsed().as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => return failed("memento has a bug here: the hook panicked"),
        }
    }
}

enum Message {
    /// How long the person is waited for.
    Limit(Duration),
    Done(Result<()>),
}

/// What was typed is no hook.
pub(crate) fn refused(error: &clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(1);
    }
    failed(&error.to_string())
}

/// One line on standard error, and the code that lets the assistant stop.
fn failed(why: &str) -> ExitCode {
    let why = printable(why);
    let why: Vec<_> = why.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let _ = writeln!(std::io::stderr(), "memento hook: {}", why.join("; "));
    ExitCode::from(1)
}

fn stopped(config: &Config, start: Instant) -> Result<()> {
    let input = read()?;
    let session = config
        .env
        .get("MEMENTO_SESSION")
        .map_or_else(|| format!("claude-{}", input.session_id.chars().take(8).collect::<String>()), str::to_owned);
    let transcript = transcript::read(&input.transcript_path);
    let stopped = Stopped {
        key: input.session_id,
        session,
        directory: input.cwd,
        again: input.stop_hook_active,
        since: transcript.started,
        said: input.last_assistant_message.or(transcript.said),
    };
    let Some(told) = stop(config, &stopped, start)? else { return Ok(()) };
    let answer = json!({ "decision": "block", "reason": told.text });
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{answer}").and_then(|()| out.flush());
    written.map_err(Error::io(Path::new("standard output")))?;
    told.done()
}

fn read() -> Result<Input> {
    let mut text = String::new();
    std::io::stdin().take(INPUT).read_to_string(&mut text).map_err(Error::io(Path::new("standard input")))?;
    let wrong = |why: String| Error::Invalid(format!("what came on standard input is not Claude Code's: {why}"));
    let input: Input = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    if input.hook_event_name != "Stop" {
        return Err(wrong(format!("hook_event_name is {:?}, and this is the hook for Stop", input.hook_event_name)));
    }
    if input.session_id.is_empty() {
        return Err(wrong("session_id is empty".to_owned()));
    }
    if !input.cwd.is_absolute() {
        return Err(wrong(format!("cwd is {}, which is not absolute", input.cwd.display())));
    }
    Ok(input)
}
