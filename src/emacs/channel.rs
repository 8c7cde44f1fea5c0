//! Reports from a thread to a pipe process, one line of Lisp each.

use std::io::Write;

use super::failure::catch;
use super::lisp::Lisp;

/// The writing end of a pipe process.
pub(super) struct Channel(Box<dyn Write + Send>);

impl Channel {
    pub(super) fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Box::new(writer))
    }

    /// Sends one complete line; `false` where nobody reads any more.
    pub(super) fn send(&mut self, event: &Lisp<'_>) -> bool {
        let mut line = event.print();
        line.push('\n');
        self.0.write_all(line.as_bytes()).and_then(|()| self.0.flush()).is_ok()
    }

    /// Runs `work` on a thread of its own. A panic is reported as an error, like any other.
    pub(super) fn spawn(mut self, work: impl FnOnce(&mut Self) + Send + 'static) -> std::io::Result<()> {
        let thread = std::thread::Builder::new().name("memento".to_owned()).spawn(move || {
            block_sigpipe();
            if let Err(message) = catch(|| work(&mut self)) {
                self.send(&error_event("panic", &message));
            }
        });
        thread.map(drop)
    }
}

/// The event that ends a job that could not be done.
pub(super) fn error_event<'a>(kind: &'static str, message: &'a str) -> Lisp<'a> {
    Lisp::plist([("event", Lisp::Symbol("error")), ("kind", Lisp::string(kind)), ("message", Lisp::string(message))])
}

/// Where Emacs has closed the pipe, a write must fail instead of ending Emacs.
fn block_sigpipe() {
    // SAFETY: the set is initialised by `sigemptyset` before it is read, both pointers are to live local memory, and the
    // mask of this thread alone is changed.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGPIPE);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
    }
}
