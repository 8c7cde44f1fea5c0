//! The terminal while it is asked: keys one by one, a screen of its own, and all as it was afterwards.

use std::collections::VecDeque;
use std::io::{Stdin, Write};
use std::path::Path;
use std::time::Duration;

use memento::{Error, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize, tcsetattr,
};

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Up,
    Down,
    PageUp,
    PageDown,
    Escape,
    /// C-c or C-d.
    Interrupt,
    /// C-z.
    Stop,
    /// C-l.
    Redraw,
    /// What is none of these.
    Other,
    /// The terminal is gone.
    Gone,
}

/// A terminal that gives key by key. It is as it was once this is dropped.
pub(super) struct Terminal {
    input: Stdin,
    before: Termios,
    typed: VecDeque<u8>,
}

fn io(errno: Errno) -> Error {
    Error::io(Path::new("the terminal"))(errno.into())
}

impl Terminal {
    pub(super) fn open() -> Result<Self> {
        let input = std::io::stdin();
        let before = tcgetattr(&input).map_err(io)?;
        let terminal = Self { input, before, typed: VecDeque::new() };
        terminal.enter()?;
        Ok(terminal)
    }

    fn enter(&self) -> Result<()> {
        let mut raw = self.before.clone();
        raw.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
        raw.input_modes -= InputModes::IXON | InputModes::ICRNL | InputModes::INLCR;
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&self.input, OptionalActions::Drain, &raw).map_err(io)?;
        // Another screen, without a cursor.
        self.write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J");
        Ok(())
    }

    fn leave(&self) {
        self.write("\u{1b}[?25h\u{1b}[?1049l");
        let _ = tcsetattr(&self.input, OptionalActions::Drain, &self.before);
    }

    /// Does something with the terminal as it was.
    pub(super) fn lent<T>(&mut self, work: impl FnOnce() -> T) -> Result<T> {
        self.leave();
        let done = work();
        self.enter()?;
        Ok(done)
    }

    /// Stops, as C-z does to other programs, until the shell goes on with it.
    pub(super) fn stop(&mut self) -> Result<()> {
        self.lent(|| kill_process(getpid(), Signal::TSTP).map_err(io))?
    }

    /// Columns and lines.
    pub(super) fn size(&self) -> (usize, usize) {
        let size = tcgetwinsize(&self.input).ok().filter(|size| size.ws_col > 0 && size.ws_row > 0);
        size.map_or((80, 24), |size| (usize::from(size.ws_col), usize::from(size.ws_row)))
    }

    /// Puts a screen there; what it shows is in one write, so that it does not flicker.
    pub(super) fn show(&self, screen: &str) {
        self.write(screen);
    }

    fn write(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A terminal that is gone is noticed where it is read.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// The next key; none where none was pressed for so long, or a signal came.
    pub(super) fn key(&mut self, patience: Duration) -> Option<Key> {
        if self.typed.is_empty() {
            self.read(patience)?;
        }
        // The bytes of one key come together.
        let (key, length) = parse(self.typed.make_contiguous());
        self.typed.drain(..length);
        Some(key)
    }

    fn read(&mut self, patience: Duration) -> Option<()> {
        let mut bytes = [0; 64];
        let mut fds = [PollFd::new(&self.input, PollFlags::IN)];
        let patience = Timespec::try_from(patience).ok();
        match poll(&mut fds, patience.as_ref()) {
            Ok(0) | Err(Errno::INTR) => return None,
            _ => {}
        }
        match rustix::io::read(&self.input, &mut bytes) {
            Ok(n) if n > 0 => self.typed.extend(&bytes[..n]),
            Err(Errno::INTR | Errno::AGAIN) => return None,
            // An empty sequence of bytes is that of a terminal that is gone.
            _ => {}
        }
        Some(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The first key in some bytes, and how many of them it is.
fn parse(bytes: &[u8]) -> (Key, usize) {
    let Some(first) = bytes.first() else { return (Key::Gone, 0) };
    match first {
        b'\r' | b'\n' => (Key::Enter, 1),
        3 | 4 => (Key::Interrupt, 1),
        12 => (Key::Redraw, 1),
        26 => (Key::Stop, 1),
        0x1b => escape(bytes),
        0..32 | 127 => (Key::Other, 1),
        _ => {
            // A character that has not come whole is none.
            let length = match first {
                0..0x80 => 1,
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0..0xf8 => 4,
                _ => 1,
            };
            let some = &bytes[..length.min(bytes.len())];
            let c = std::str::from_utf8(some).ok().and_then(|text| text.chars().next());
            (c.map_or(Key::Other, Key::Char), some.len())
        }
    }
}

fn escape(bytes: &[u8]) -> (Key, usize) {
    match bytes.get(1) {
        Some(b'[' | b'O') => {
            let length = bytes[2..].iter().position(|byte| (0x40..0x7f).contains(byte)).map(|at| at + 3);
            let Some(length) = length else { return (Key::Other, bytes.len()) };
            let key = match &bytes[2..length] {
                b"A" => Key::Up,
                b"B" => Key::Down,
                b"5~" => Key::PageUp,
                b"6~" => Key::PageDown,
                _ => Key::Other,
            };
            (key, length)
        }
        // Alt with a key is none of ours.
        Some(_) => (Key::Other, 2),
        None => (Key::Escape, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_keys() {
        let cases: [(&[u8], Key, usize); 14] = [
            (b"5", Key::Char('5'), 1),
            (b"\r", Key::Enter, 1),
            (b"\n", Key::Enter, 1),
            (b" x", Key::Char(' '), 1),
            (b"\x1b", Key::Escape, 1),
            (b"\x1b[A1", Key::Up, 3),
            (b"\x1bOB", Key::Down, 3),
            (b"\x1b[5~", Key::PageUp, 4),
            (b"\x1b[1;5C3", Key::Other, 6),
            (b"\x1bx", Key::Other, 2),
            (b"\x03", Key::Interrupt, 1),
            ("ש1".as_bytes(), Key::Char('ש'), 2),
            (b"\xd7", Key::Other, 1),
            (b"", Key::Gone, 0),
        ];
        for (bytes, key, length) in cases {
            assert_eq!(parse(bytes), (key, length), "{bytes:?}");
        }
    }
}
