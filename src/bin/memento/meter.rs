//! How far it is, on standard error, where that is a terminal and it takes long.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::screen::bar;

/// What takes less needs no word.
const SILENT: Duration = Duration::from_secs(1);
/// How often it says something new.
const NEWS: Duration = Duration::from_millis(200);

/// Says how far it is; what it said goes away with it.
pub(crate) struct Meter {
    start: Instant,
    last: Option<Instant>,
    terminal: bool,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), last: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Says it, where it is time to.
    pub(crate) fn say(&mut self, what: impl FnOnce() -> String) {
        let due = self.last.map_or(self.start + SILENT, |last| last + NEWS);
        if self.terminal && Instant::now() >= due {
            self.last = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r{}\u{1b}[K", what());
        }
    }

    /// Says it as a bar; `share` is what part is done, 0 to 1.
    pub(crate) fn bar(&mut self, share: f64, what: &str) {
        const WIDTH: usize = 30;
        let percent = (share.clamp(0.0, 1.0) * 100.0) as usize;
        self.say(|| format!("{percent:3}% {:<WIDTH$} {what}", bar(percent, 100, WIDTH)));
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.last.is_some() {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// Says for how long something goes on of which nobody knows how far it is, until it is dropped.
pub(crate) struct Waiting(Option<(Sender<()>, JoinHandle<()>)>);

impl Waiting {
    pub(crate) fn new(what: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (end, ended) = channel();
        let what = what.to_owned();
        let thread = std::thread::spawn(move || {
            let mut meter = Meter::new();
            while ended.recv_timeout(NEWS) == Err(RecvTimeoutError::Timeout) {
                let seconds = meter.start.elapsed().as_secs();
                meter.say(|| format!("{what} … {seconds} s"));
            }
        });
        Self(Some((end, thread)))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.0.take() {
            drop(end);
            let _ = thread.join();
        }
    }
}
