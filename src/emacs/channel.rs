//! Reports from a thread to a pipe process, one line of Lisp each.

use std::any::Any;
use std::io::{PipeWriter, Write};
use std::time::Duration;

use emacs::{Env, Value};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::failure::{Failure, catch};
use super::lisp::Lisp;
use crate::error::Error;

/// The writing end of a pipe process.
pub(super) struct Channel(PipeWriter);

impl Channel {
    pub(super) fn open(env: &Env, pipe: Value<'_>) -> Result<Self, Failure> {
        // The crate hides what it is behind `impl Write`, and a file descriptor is needed here.
        let writer: Box<dyn Any> = Box::new(env.open_channel(pipe)?);
        match writer.downcast() {
            Ok(writer) => Ok(Self(*writer)),
            Err(_) => Err(Error::Invalid("the channel to Emacs is no pipe".to_owned()).into()),
        }
    }

    /// Sends one complete line; `false` where nobody reads any more.
    pub(super) fn send(&self, event: &Lisp<'_>) -> bool {
        let mut line = event.print();
        line.push('\n');
        (&self.0).write_all(line.as_bytes()).is_ok()
    }

    /// Sleeps for `time`, or until nobody reads any more; returns whether that is so.
    pub(super) fn closed_within(&self, time: Duration) -> bool {
        // Nothing is asked for: that the reading end is closed is told unasked.
        let mut ends = [PollFd::new(&self.0, PollFlags::empty())];
        let time = Timespec::try_from(time).ok();
        // A signal ends the sleep early, which does no harm.
        poll(&mut ends, time.as_ref()).is_ok_and(|ended| ended > 0)
    }

    /// Runs `work` on a thread of its own. A panic is reported as an error, like any other.
    pub(super) fn spawn(self, work: impl FnOnce(&Self) + Send + 'static) -> std::io::Result<()> {
        let thread = std::thread::Builder::new().name("memento".to_owned()).spawn(move || {
            block_sigpipe();
            if let Err(message) = catch(|| work(&self)) {
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
