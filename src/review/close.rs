//! Closing a remark through the gate, and opening it again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::Local;

use super::claim::{check_session, held};
use super::entry::Entry;
use super::gate::Gate;
use super::log::{Draft, Log, now};
use super::project::Project;
use super::{stamp, write};
use crate::error::{Error, Result};

/// How a remark is to be closed.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// The session that closes it.
    pub session: String,
    /// The test command; `None`: the project's.
    pub test: Option<String>,
    /// Why it is closed without a test.
    pub no_test: Option<String>,
    /// The commit that fixed it; `None`: where tests have passed, the last one since the remark that changed its file.
    pub commit: Option<String>,
    /// What was done.
    pub summary: Option<String>,
}

/// The properties that closing writes, in this order.
const EVIDENCE: [&str; 4] = ["RESOLVED_BY", "TESTED", "FIX_COMMIT", "SUMMARY"];
/// A lease outlives the longest gate by this, in seconds: the closing itself must not lose it.
const MARGIN: i64 = 60;
/// How often the log is tried, which waits for 3 s each time where an Emacs has unsaved changes to it.
const CLOSING_TRIES: usize = 7;

/// What [`Log::done`] reports while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A line of the tests' output.
    Line(&'a str),
    /// The remark could be closed now, and the log is locked: by whom, and what ends that.
    Waiting(&'a str),
}

impl Log {
    /// Closes a remark if the tests pass: keyword, `CLOSED`, `TESTED`, `RESOLVED_BY`, `FIX_COMMIT`. The session holds the
    /// remark while they run.
    ///
    /// `report` gets the tests' output line by line, and is told where the log must be waited for after they have passed;
    /// once `cancel` is true they are ended.
    ///
    /// # Errors
    /// [`Error::Failed`] where the tests fail: nothing but the claim is written then. [`Error::Conflict`] where another
    /// session holds the remark or it is closed already; [`Error::Invalid`] without a test command or reason; those of
    /// [`Log::show`].
    pub fn done(
        &self,
        id: &str,
        closing: &Closing,
        report: &mut dyn FnMut(Progress<'_>),
        cancel: &AtomicBool,
    ) -> Result<Entry> {
        check_session(&closing.session)?;
        let entry = self.show(id)?;
        may_close(&entry, &closing.session)?;
        // The folder may be gone, as after a rename: the repository is the one around what is left of the path.
        let project = Project { name: entry.project.clone(), ..Project::of_file(&entry.file) };
        let commit = match (&closing.commit, project.repository()) {
            (Some(revision), Some(repository)) => Some(repository.commit(revision)?),
            (Some(_), None) => {
                let message = format!("{} is in no git repository: leave --commit out", entry.file.display());
                return Err(Error::Invalid(message));
            }
            (None, _) => None,
        };
        let tested = match &closing.no_test {
            Some(reason) if reason.trim().is_empty() => {
                return Err(Error::Invalid("--no-test wants the reason why no test can show it".into()));
            }
            Some(reason) => format!("not tested: {reason}"),
            None => self.pass_gate(&entry, &project, closing, &mut |line| report(Progress::Line(line)), cancel)?,
        };
        // What was closed for a reason instead of a test may have been fixed by nothing.
        let guess = || if closing.no_test.is_none() { fixing_commit(&entry, &project) } else { None };
        let commit = commit.or_else(guess);
        let close = |draft: &mut Draft, entry: &Entry| {
            may_close(entry, &closing.session)?;
            draft.set_done(Some(&stamp::format(Local::now())))?;
            draft.unclaim()?;
            draft.set("RESOLVED_BY", &closing.session)?;
            draft.set("TESTED", &tested)?;
            if let Some(commit) = &commit {
                draft.set("FIX_COMMIT", commit)?;
            }
            if let Some(summary) = closing.summary.as_deref().filter(|s| !s.trim().is_empty()) {
                draft.set("SUMMARY", summary)?;
            }
            Ok(())
        };
        // A passed test run is worth a wait: an Emacs with unsaved changes may be asked to save them.
        for _ in 1..CLOSING_TRIES {
            match self.change(&entry.id, close) {
                Err(Error::Locked(why)) if !cancel.load(Ordering::Relaxed) => report(Progress::Waiting(&why)),
                result => return result,
            }
        }
        self.change(&entry.id, close).map_err(|e| match e {
            Error::Locked(why) => Error::Locked(format!("{why}; {tested}, and yet the remark could not be closed")),
            other => other,
        })
    }

    /// Claims the remark, runs the tests and says how they went, for `TESTED`.
    fn pass_gate(
        &self,
        entry: &Entry,
        project: &Project,
        closing: &Closing,
        on_line: &mut dyn FnMut(&str),
        cancel: &AtomicBool,
    ) -> Result<String> {
        let command = closing.test.clone().or_else(|| project.test_command(&self.config)).ok_or_else(|| {
            Error::Invalid(format!(
                "{} has no test command: give --test COMMAND, set test_command under [projects.{}] in {}, add a target \
                 test to its Makefile, or give --no-test REASON",
                project.name,
                toml_key(&project.name),
                self.config.file.display()
            ))
        })?;
        let timeout = Duration::from_secs(project.test_timeout(&self.config));
        let claim = |until: i64| {
            self.change(&entry.id, |draft, entry| {
                may_close(entry, &closing.session)?;
                draft.claim(&closing.session, until)
            })
        };
        let start = now();
        let gate_end = start.saturating_add(i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX / 2)) + MARGIN;
        claim(gate_end.max(self.lease_end(start)))?;
        let gate = Gate {
            log: self.config.data_dir.join("test-runs").join(format!("{}.log", file_name(&entry.id))),
            root: project.root.clone(),
            command,
            timeout,
        };
        match gate.run(&self.config.env, on_line, cancel) {
            Ok(took) => Ok(format!(
                "{} passed in {:.1} s {}",
                write::one_line(&gate.command),
                took.as_secs_f64(),
                stamp::format(Local::now())
            )),
            Err(e) => {
                // The lease is a normal one again; what the tests said matters more than whether that could be written.
                let _ = claim(self.lease_end(now()));
                Err(e)
            }
        }
    }

    /// Opens a closed remark again. What closing wrote goes, and `REOPENED` says when and what was undone.
    ///
    /// # Errors
    /// Those of [`Log::show`]; [`Error::Conflict`] where it is open.
    pub fn reopen(&self, id: &str) -> Result<Entry> {
        self.change(id, |draft, entry| {
            if !entry.done {
                return Err(Error::Conflict(format!("{} is open already", entry.id)));
            }
            let mut was = stamp::format(Local::now());
            let facts = [
                ("closed", &entry.closed),
                ("by", &entry.resolved_by),
                ("fix", &entry.fix_commit),
                ("summary:", &entry.summary),
            ];
            for (word, value) in facts {
                if let Some(value) = value {
                    was.push_str(&format!(" {word} {value}"));
                }
            }
            draft.set_done(None)?;
            for key in EVIDENCE {
                draft.remove(key)?;
            }
            draft.unclaim()?;
            draft.set("REOPENED", &was)
        })
    }
}

fn may_close(entry: &Entry, session: &str) -> Result<()> {
    if entry.done {
        let when = entry.closed.as_deref().map_or_else(String::new, |closed| format!(" since {closed}"));
        return Err(Error::Conflict(format!(
            "{} is {}{when}: open it again with memento review reopen {}",
            entry.id, entry.keyword, entry.id
        )));
    }
    match entry.holder(now()) {
        Some(holder) if holder != session => Err(held(entry, holder)),
        _ => Ok(()),
    }
}

/// The last commit since the remark that changed its file, else the last one; none where the file has changes that are not
/// committed, for the fix may be among them.
fn fixing_commit(entry: &Entry, project: &Project) -> Option<String> {
    let repository = project.repository()?;
    let path = entry.file.strip_prefix(&repository.root).ok()?.to_str()?;
    let since = entry.commit.as_deref().filter(|_| repository.is_clean(path))?;
    repository.last_change(since, path)
}

/// An ID written by hand may hold anything.
fn file_name(id: &str) -> String {
    id.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn toml_key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.chars().all(bare) { name.to_owned() } else { format!("{name:?}") }
}
