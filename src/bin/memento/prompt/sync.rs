//! `memento prompt sync` and `import`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use memento::config::Env;
use memento::prompts::{Library, Progress, SyncOptions, Synced};
use memento::{Error, Result};

use super::say;
use crate::args::Output;
use crate::args::prompt::Sync;
use crate::meter::Meter;
use crate::output::{Answer, printable};
use crate::review::{absolute, cancel_on_signal, count};

/// Ended by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;
/// How long Ctrl-C may go unheard while a watch sleeps.
const NAP: Duration = Duration::from_millis(50);

pub(super) fn sync(args: &Sync, library: &Library) -> Result<Answer> {
    let config = library.config();
    let env = &config.env;
    let options = SyncOptions {
        history: args.history.as_deref().map(there).transpose()?,
        transcripts: args.transcripts.as_deref().map(there).transpose()?,
        all: args.all,
        restore: args.restore,
    };
    let cancel = cancel_on_signal();
    if args.watch {
        return watch(library, &options, &cancel, args.output);
    }
    let mut meter = Meter::new();
    let synced = library.sync(&options, &mut |progress| {
        meter.say(|| how_far(progress));
        !cancel.load(Ordering::Relaxed)
    });
    drop(meter);
    let synced = synced?;
    let answer = told(&synced, args.output, env);
    let named = args.history.is_some() || args.transcripts.is_some();
    let claude = &config.claude_dir;
    if !named && !claude.join("history.jsonl").exists() && !claude.join("projects").is_dir() {
        let claude = env.abbreviate(claude);
        let note = format!(
            "there is nothing to read in {claude}: --history names a file, claude_dir in config.toml a directory"
        );
        return Ok(answer.note(note).fail_if(true));
    }
    Ok(answer)
}

/// A file or directory that was named, and so should exist.
fn there(path: &str) -> Result<PathBuf> {
    let path = absolute(path)?;
    if path.exists() { Ok(path) } else { Err(Error::Invalid(format!("{}: there is no such file", path.display()))) }
}

pub(super) fn import(file: &str, output: Output, library: &Library) -> Result<Answer> {
    let path = if file == "-" { PathBuf::from("-") } else { there(file)? };
    let cancel = cancel_on_signal();
    let mut meter = Meter::new();
    let synced = library.import(&path, &mut |progress| {
        meter.say(|| how_far(progress));
        !cancel.load(Ordering::Relaxed)
    });
    drop(meter);
    Ok(told(&synced?, output, &library.config().env))
}

/// What came of it; the lines that could not be read go to standard error.
fn told(synced: &Synced, output: Output, env: &Env) -> Answer {
    name_bad_lines(synced, env);
    let answer = Answer::data(output, synced, || format!("{}\n", summary(synced)));
    if synced.stopped {
        return answer.note("stopped: what was read is stored, the next time goes on there").code(INTERRUPTED);
    }
    if synced.secrets > 0 {
        let what = count(synced.secrets, "new prompt");
        return answer.note(format!("{what} with what looks like a key or token: memento prompt list --has-secrets"));
    }
    answer
}

fn name_bad_lines(synced: &Synced, env: &Env) {
    let mut err = std::io::stderr().lock();
    for bad in &synced.bad_lines {
        let line = format!("{}:{}: {}", env.abbreviate(&bad.file), bad.line, bad.reason);
        let _ = writeln!(err, "{}", printable(&line).replace('\n', " "));
    }
    let unnamed = synced.bad - synced.bad_lines.len().min(synced.bad);
    if unnamed > 0 {
        let _ = writeln!(err, "and {} more", count(unnamed, "line"));
    }
}

/// `12 new prompts, 3 known, 1 line that cannot be read`.
fn summary(synced: &Synced) -> String {
    let some = [
        (synced.known, format!("{} known already", synced.known)),
        (synced.deleted, format!("{} deleted before", synced.deleted)),
        (synced.turns, format!("{} with what they cost", synced.turns)),
        (synced.bad, format!("{} that cannot be read", count(synced.bad, "line"))),
    ];
    let some = some.into_iter().filter(|(n, _)| *n > 0).map(|(_, what)| what);
    std::iter::once(count(synced.new, "new prompt")).chain(some).collect::<Vec<_>>().join(", ")
}

fn watch(library: &Library, options: &SyncOptions, cancel: &AtomicBool, output: Output) -> Result<Answer> {
    let env = &library.config().env;
    let go_on = || !cancel.load(Ordering::Relaxed);
    let pause = |time: Duration| {
        let end = Instant::now() + time;
        while go_on() && Instant::now() < end {
            std::thread::sleep(NAP.min(end.saturating_duration_since(Instant::now())));
        }
        go_on()
    };
    let mut gone = false;
    if !output.json {
        say("watching; Ctrl-C ends it");
    }
    let stop = std::cell::Cell::new(false);
    library.watch(options, &|time| !stop.get() && pause(time), &mut |synced| {
        name_bad_lines(synced, env);
        let line = if output.json { serde_json::to_string(synced).unwrap_or_default() } else { summary(synced) };
        let mut out = std::io::stdout().lock();
        // That nobody reads any more ends it.
        gone |= writeln!(out, "{line}").and_then(|()| out.flush()).is_err();
        stop.set(gone);
    })?;
    Ok(Answer::text(String::new()))
}

/// How far it is, in a line.
fn how_far(progress: &Progress) -> String {
    let share = (progress.done.min(progress.total) * 100).checked_div(progress.total).unwrap_or(100);
    let name = progress.file.file_name().unwrap_or(Path::new("-").as_os_str()).to_string_lossy();
    let name: String = printable(&name).chars().take(30).collect();
    format!("{share:3}% of {name}, {} new", progress.new)
}
