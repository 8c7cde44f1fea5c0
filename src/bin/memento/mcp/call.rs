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

/// The vault, opened when it is first asked and again when the configuration is another.
#[derive(Debug, Default)]
pub(super) struct OpenVault(Mutex<Option<Opened>>);

#[derive(Debug)]
struct Opened {
    key: (PathBuf, PathBuf, bool, String),
    vault: Arc<PublicVault>,
}

impl OpenVault {
    /// Asks the vault. Several calls may ask it at once: one that waits for a writer holds up no other.
    fn with<T>(&self, config: &Config, session: &str, ask: impl FnOnce(&PublicVault) -> Result<T>) -> Result<T> {
        let key = (config.notes_dir.clone(), config.data_dir.clone(), config.git_commit, session.to_owned());
        let vault = {
            let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match slot.as_ref().filter(|opened| opened.key == key) {
                Some(opened) => Arc::clone(&opened.vault),
                None => {
                    let caller = Caller { front_end: "mcp", session: session.to_owned() };
                    let vault = Arc::new(PublicVault::open(config, caller)?);
                    *slot = Some(Opened { key, vault: Arc::clone(&vault) });
                    vault
                }
            }
        };
        ask(&vault)
    }
}
