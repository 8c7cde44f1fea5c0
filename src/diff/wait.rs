//! Waiting, on both sides: an assistant for its verdict, an Emacs for requests.
//!
//! SQLite's `data_version` changes when another connection has committed, and to ask for it costs a look into shared memory:
//! there need be no server and no socket, and none of the two can hang because the other one does.

use std::time::{Duration, Instant};

use super::queue::Queue;
use super::request::{Request, State};
use super::verdict::Verdict;
use crate::error::Result;

/// How often is looked.
const LOOK: Duration = Duration::from_millis(100);

/// How often is looked whether something has expired, or an Emacs that had a request open has died: nothing is written then.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// What waiting brought.
#[derive(Debug, Clone)]
pub enum Waited {
    /// No answer yet.
    Pending(Request),
    /// The verdict.
    Decided(Box<Verdict>),
    /// There will be none: the request was superseded, abandoned or has expired, as its state says.
    Closed(Request),
}

impl Queue {
    fn data_version(&self) -> Result<i64> {
        self.read(|db| Ok(db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?))
    }

    /// Waits for the verdict. `tell` gets the request at the start and whenever its state changes; `cancelled` is asked
    /// ten times a second.
    ///
    /// A verdict that is there already is the answer at once, as often as is asked.
    ///
    /// # Errors
    /// Those of [`Queue::get`].
    pub fn wait(
        &self,
        id: &str,
        timeout: Duration,
        cancelled: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(&Request),
    ) -> Result<Waited> {
        let start = Instant::now();
        let mut told: Option<(State, Option<String>)> = None;
        loop {
            let version = self.data_version()?;
            let request = self.get(id)?;
            if !request.state.is_open() {
                return Ok(match self.verdict(&request.id)? {
                    Some(verdict) => Waited::Decided(Box::new(verdict)),
                    None => Waited::Closed(request),
                });
            }
            let now = Some((request.state, request.reviewer.clone()));
            if told != now {
                told = now;
                tell(&request);
            }
            let looked = Instant::now();
            while self.data_version()? == version && looked.elapsed() < LOOK_AGAIN {
                let left = timeout.saturating_sub(start.elapsed());
                if left.is_zero() || cancelled() {
                    return Ok(Waited::Pending(self.get(&request.id)?));
                }
                std::thread::sleep(left.min(LOOK));
            }
        }
    }

    /// Tells of the open requests, the one that has waited longest first, at the start and whenever they change, until
    /// `pause`, which is to sleep for so long, returns false.
    ///
    /// # Errors
    /// [`crate::Error::Database`] where SQLite fails.
    pub fn watch(&self, pause: &dyn Fn(Duration) -> bool, tell: &mut dyn FnMut(&[Request])) -> Result<()> {
        let mut told: Option<Vec<Request>> = None;
        loop {
            let version = self.data_version()?;
            self.expire()?;
            let open = self.read(|db| self.open_requests(db))?;
            if told.as_ref() != Some(&open) {
                tell(&open);
                told = Some(open);
            }
            let looked = Instant::now();
            while self.data_version()? == version && looked.elapsed() < LOOK_AGAIN {
                if !pause(LOOK) {
                    return Ok(());
                }
            }
        }
    }

    /// Takes a request back. A session may take back its own alone.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] where it is closed already or another session's.
    pub fn abandon(&self, id: &str, session: Option<&str>) -> Result<Request> {
        self.write(|tx| {
            let request = self.find(tx, id)?.request;
            let refused = |why: String| Err(crate::Error::Conflict(format!("{} {why}", request.id)).into());
            if !request.state.is_open() {
                return refused(format!("is {} already", request.state.as_str()));
            }
            if session.is_some_and(|session| session != request.session) {
                return refused(format!("is {}'s: only that session or a person can take it back", request.session));
            }
            super::queue::set_state(tx, &request.id, State::Abandoned)?;
            Ok(self.find(tx, &request.id)?.request)
        })
    }
}
