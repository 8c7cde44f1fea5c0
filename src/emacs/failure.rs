//! Errors and panics become Lisp errors.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use emacs::Env;

use crate::file;

/// What a function of the module may fail with.
pub(super) enum Failure {
    /// memento's own: signalled as `memento-KIND`.
    Memento(crate::Error),
    /// Emacs's: handed on.
    Emacs(emacs::Error),
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::Memento(error)
    }
}

impl From<emacs::Error> for Failure {
    fn from(error: emacs::Error) -> Self {
        Self::Emacs(error)
    }
}

thread_local! {
    /// The message and the place of the last panic on this thread.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the place of a panic, which is known to the hook alone, and keeps the default hook from writing over the frame of
/// a terminal Emacs.
pub(super) fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let message = payload.downcast_ref::<&str>().copied().map(str::to_owned);
        let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        let place = info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        PANIC.with(|last| *last.borrow_mut() = Some(format!("{message}{place}")));
    }));
}

/// Runs `work` and says what it panicked with, if it did.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        PANIC.with(|last| last.borrow_mut().take()).unwrap_or_else(|| "panic without a message".to_owned())
    })
}

/// Runs the body of a function of the module.
pub(super) fn guard<T>(env: &Env, work: impl FnOnce() -> Result<T, Failure>) -> emacs::Result<T> {
    let interrupt = super::lisp::quit_check(env);
    match catch(|| file::interruptible(interrupt, work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Failure::Emacs(error))) => Err(error),
        Ok(Err(Failure::Memento(error))) => env.signal(format!("memento-{}", error.kind()), (error.to_string(),)),
        Err(message) => env.signal("memento-panic", (message,)),
    }
}
