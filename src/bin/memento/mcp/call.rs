//! What a tool, a prompt or a resource has to work with while it is called.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use memento::notes::{Caller, PublicVault};
use memento::review::Log;
use memento::{Config, Result};

/// One call of one session.
pub(super) struct Call {
    /// Read anew for every call: a server lives for days, and what the person sets should hold at once.
    pub(super) config: Config,
    /// Who calls.
    pub(super) session: String,
    /// Raised when nobody waits for the answer any more.
    pub(super) cancel: Arc<AtomicBool>,
    /// Where a long call says how it is getting on.
    pub(super) progress: Arc<Progress>,
    /// Kept from call to call.
    pub(super) vault: Arc<OpenVault>,
}

impl Call {
    /// The review log.
    pub(super) fn log(&self) -> Log {
        Log::new(self.config.clone())
    }

    /// Asks the vault.
    pub(super) fn vault<T>(&self, ask: impl FnOnce(&PublicVault) -> Result<T>) -> Result<T> {
        self.vault.with(&self.config, &self.session, ask)
    }
}

/// The last thing that a long call has said.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Option<String>>);

impl Progress {
    /// Says something; what nobody has heard yet is forgotten.
    pub(super) fn say(&self, what: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(what.to_owned());
    }

    /// What was said since the last time.
    pub(super) fn heard(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The vault, opened when it is first asked and again when the configuration names another.
#[derive(Debug, Default)]
pub(super) struct OpenVault(Mutex<Option<Opened>>);

#[derive(Debug)]
struct Opened {
    paths: [PathBuf; 2],
    session: String,
    vault: PublicVault,
}

impl OpenVault {
    fn with<T>(&self, config: &Config, session: &str, ask: impl FnOnce(&PublicVault) -> Result<T>) -> Result<T> {
        let paths = [config.notes_dir.clone(), config.data_dir.clone()];
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Out of its slot while it is asked: one that panicked is not asked again.
        let opened = match slot.take().filter(|opened| opened.paths == paths && opened.session == session) {
            Some(opened) => opened,
            None => {
                let caller = Caller { front_end: "mcp", session: session.to_owned() };
                Opened { paths, session: session.to_owned(), vault: PublicVault::open(config, caller)? }
            }
        };
        let answer = ask(&opened.vault);
        *slot = Some(opened);
        answer
    }
}
