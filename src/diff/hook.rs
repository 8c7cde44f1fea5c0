//! When a coding assistant stops: what it changed since the last verdict is asked about, and changes that are requested send
//! it back to work.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{OptionalExtension, params};

use super::queue::{Queue, now};
use super::request::Ask;
use super::snapshot;
use super::verdict::{Decision, Verdict};
use super::wait::Waited;
use crate::config::Config;
use crate::error::Result;
use crate::git::Repository;

/// As much as is kept of what the assistant said, in bytes.
const SAID: usize = 4_000;

/// How long it is remembered how often a session was sent back, in seconds.
const MEMORY: i64 = 30 * 24 * 60 * 60;

/// An assistant that stops.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// The assistant's own name of its session: what is remembered of it is kept under that.
    pub key: String,
    /// The session that asks.
    pub session: String,
    /// Where it works; absolute.
    pub directory: PathBuf,
    /// It was sent back to work the last time it stopped, and nobody has told it anything since.
    pub again: bool,
    /// When its session began: files that were last changed before are not its work.
    pub since: Option<SystemTime>,
    /// What it said last.
    pub said: Option<String>,
}

/// What an assistant is told in place of stopping.
#[derive(Debug)]
pub struct Told {
    /// The verdict, as [`Verdict::text`] has it.
    pub text: String,
    request: String,
    queue: Queue,
}

impl Told {
    /// Remembers that it was told. Done afterwards: to be told twice is better than not at all.
    ///
    /// # Errors
    /// Those of [`Queue::deliver`].
    pub fn done(self) -> Result<()> {
        self.queue.deliver(&self.request)
    }
}

/// What is said to an assistant that stops, and nothing where it may.
///
/// A verdict that it has not got yet comes first. Else what it changed since the last verdict is asked about and waited for, as
/// long after `start` as [`Config::hook_wait`] says. It is sent back at most [`Config::hook_rounds`] times in a row: then it is
/// asked and not waited.
///
/// # Errors
/// Those of [`Queue::request`] and [`Queue::wait`].
pub fn stop(config: &Config, stopped: &Stopped, start: Instant) -> Result<Option<Told>> {
    let Some(repository) = Repository::enclosing(&stopped.directory) else { return Ok(None) };
    let ask = Ask {
        base: stopped.since.and_then(|since| before(&repository, since)),
        directory: stopped.directory.clone(),
        session: stopped.session.clone(),
        summary: stopped.said.as_deref().map(shortened),
        ..Ask::default()
    };
    // What is written there is judged elsewhere.
    if snapshot::hidden(&repository, &ask, config).is_err() {
        return Ok(None);
    }
    let queue = Queue::for_assistants(config)?;
    let may_send_back = queue.sent_back(stopped)? < config.hook_rounds;
    if may_send_back && let Some(verdict) = queue.untold(stopped)? {
        if sends_back(&verdict) {
            return tell(queue, &stopped.key, &verdict);
        }
        queue.deliver(&verdict.request)?;
    }
    let Some(request) = queue.request_if_new(&ask, stopped.since)? else { return Ok(None) };
    queue.remember(&stopped.key, &request.id)?;
    let left = Duration::from_secs(config.hook_wait).saturating_sub(start.elapsed());
    if !may_send_back || left.is_zero() {
        return Ok(None);
    }
    match queue.wait(&request.id, left, &|| false, &mut |_| ())? {
        Waited::Decided(verdict) if sends_back(&verdict) => tell(queue, &stopped.key, &verdict),
        Waited::Decided(verdict) => queue.deliver(&verdict.request).map(|()| None),
        Waited::Pending(_) | Waited::Closed(_) => Ok(None),
    }
}

/// The commit that a session began on, where it has committed since: what is committed is to be judged no less. None where it is
/// `HEAD`. Of a repository that the session has made it is the first commit.
fn before(repository: &Repository, since: SystemTime) -> Option<String> {
    let seconds = since.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let newer = repository.run(&["rev-list", "--first-parent", &format!("--max-age={seconds}"), "HEAD"]).ok()?;
    let first = newer.lines().last()?;
    let base = repository.commit(&format!("{first}^")).unwrap_or_else(|_| first.to_owned());
    Some(base).filter(|base| repository.head().as_ref() != Some(base))
}

fn sends_back(verdict: &Verdict) -> bool {
    verdict.decision != Decision::Approved
}

fn tell(queue: Queue, key: &str, verdict: &Verdict) -> Result<Option<Told>> {
    // Counted before it happens: whatever fails then, there is an end to it.
    queue.count_sent_back(key)?;
    Ok(Some(Told { text: verdict.text(), request: verdict.request.clone(), queue }))
}

/// The start of a long text.
fn shortened(text: &str) -> String {
    if text.len() <= SAID {
        return text.to_owned();
    }
    let end = (0..=SAID).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    format!("{} [...]", text[..end].trim_end())
}

impl Queue {
    /// How often in a row an assistant was sent back.
    fn sent_back(&self, stopped: &Stopped) -> Result<u64> {
        if stopped.again {
            let sql = "SELECT rounds FROM diff_hook WHERE session = ?1";
            let rounds: Option<i64> =
                self.read(|db| Ok(db.query_row(sql, [&stopped.key], |row| row.get(0)).optional()?))?;
            return Ok(rounds.and_then(|rounds| u64::try_from(rounds).ok()).unwrap_or(0));
        }
        self.write(|tx| {
            tx.execute("UPDATE diff_hook SET rounds = 0 WHERE session = ?1", [&stopped.key])?;
            tx.execute("DELETE FROM diff_hook WHERE time < ?1", [now() - MEMORY])?;
            Ok(0)
        })
    }

    fn count_sent_back(&self, key: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "INSERT INTO diff_hook (session, rounds, time) VALUES (?1, 1, ?2) \
                       ON CONFLICT (session) DO UPDATE SET rounds = rounds + 1, time = ?2";
            tx.execute(sql, params![key, now()])?;
            Ok(())
        })
    }

    /// Remembers what is waited for: it may be another session's request.
    fn remember(&self, key: &str, request: &str) -> Result<()> {
        self.write(|tx| {
            let sql = "INSERT INTO diff_hook (session, rounds, request, time) VALUES (?1, 0, ?2, ?3) \
                       ON CONFLICT (session) DO UPDATE SET request = ?2, time = ?3";
            tx.execute(sql, params![key, request, now()])?;
            Ok(())
        })
    }

    /// A verdict that the assistant has not got yet: on the last request of its session, or on what was last waited for.
    fn untold(&self, stopped: &Stopped) -> Result<Option<Verdict>> {
        if let Some(verdict) = self.undelivered(&stopped.session, &stopped.directory)? {
            return Ok(Some(verdict));
        }
        let sql = "SELECT r.id FROM diff_hook h JOIN diff_request r ON r.id = h.request \
                   WHERE h.session = ?1 AND r.state = 'decided' AND NOT r.delivered";
        let id: Option<String> =
            self.read(|db| Ok(db.query_row(sql, [&stopped.key], |row| row.get(0)).optional()?))?;
        id.map_or(Ok(None), |id| self.verdict(&id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_between_letters() {
        assert_eq!(shortened("short"), "short");
        let long = "ü".repeat(SAID);
        let cut = shortened(&long);
        assert!(cut.len() <= SAID + 6 && cut.ends_with("ü [...]"), "{}", cut.len());
        assert_eq!(shortened(&format!("x{long}")).len(), SAID - 1 + 6);
    }
}
