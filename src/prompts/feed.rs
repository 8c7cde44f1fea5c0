//! Lines on their way from a file into the database: read and understood in one thread, stored by another.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use memchr::memchr_iter;

use super::library::Library;
use super::new_prompt::Prepared;
use super::source::{self, LONGEST, Reading, Stored};
use super::store::{Added, Writer};
use super::sync::{BadLine, Progress, Synced};
use crate::db;
use crate::error::{Error, Result};

/// Understands the lines of one kind of file.
pub(super) trait Lines: Send {
    /// What a line is.
    type Item: Send;

    /// Reads a line, which has no end and is not empty; `None` where there is nothing in it, else the reason why it is bad.
    fn line(&mut self, bytes: &[u8]) -> Result<Option<Self::Item>, String>;

    /// What it needs to go on behind the last line that it read.
    fn state(&self) -> Option<String> {
        None
    }
}

/// How far a sync is, told a few times a second.
pub(super) struct Meter<'t> {
    tell: &'t mut dyn FnMut(&Progress) -> bool,
    progress: Progress,
    told: Instant,
    stopped: bool,
}

const TELL: Duration = Duration::from_millis(200);

impl<'t> Meter<'t> {
    /// `total`: how many bytes are to be read.
    pub(super) fn new(total: u64, tell: &'t mut dyn FnMut(&Progress) -> bool) -> Self {
        let progress = Progress { file: PathBuf::new(), done: 0, total, new: 0 };
        Self { tell, progress, told: Instant::now(), stopped: false }
    }

    /// Whether somebody wants it to stop.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    fn done(&mut self, file: &Path, bytes: u64, new: usize) {
        self.progress.done += bytes;
        self.progress.new += new;
        if self.told.elapsed() >= TELL {
            if self.progress.file != file {
                file.clone_into(&mut self.progress.file);
            }
            self.stopped |= !(self.tell)(&self.progress);
            self.told = Instant::now();
        }
    }
}

/// A sync or an import on its way through its files.
pub(super) struct Run<'t> {
    /// Whether what was deleted comes back.
    pub(super) restore: bool,
    pub(super) meter: Meter<'t>,
    pub(super) synced: Synced,
}

/// Stores an item, and counts it.
pub(super) type Apply<'a, T> = &'a mut dyn FnMut(&mut Writer<'_>, T, &mut Synced) -> rusqlite::Result<()>;

/// Lines that were understood.
struct Batch<T> {
    items: Vec<T>,
    lines: usize,
    bad: Vec<BadLine>,
    bytes: u64,
    at: Stored,
}

/// How many bytes of a file go into one transaction: the full text index makes a segment of each.
const TRANSACTION: u64 = 16 << 20;

/// How long lines are taken into one transaction, however few they are: others wait five seconds for its end, and their words
/// are still to come then.
const HOLD: Duration = Duration::from_millis(600);

/// How long others, who look every ten milliseconds, may write in between.
const PAUSE: Duration = Duration::from_millis(15);

impl Library {
    /// Stores what `lines` makes of the rest of a file, with `apply`, and how far it was read, under the name `as_path` where
    /// it is given one.
    pub(super) fn feed<L: Lines>(
        &self,
        reading: Reading,
        as_path: Option<&Path>,
        lines: &mut L,
        run: &mut Run<'_>,
        apply: Apply<'_, L::Item>,
    ) -> Result<()> {
        run.synced.files += 1;
        let path = reading.path().to_path_buf();
        std::thread::scope(|scope| {
            let (send, batches) = sync_channel(2);
            let reader = scope.spawn(move || {
                let mut reading = reading;
                loop {
                    let Some(batch) = batch(&mut reading, lines)? else { return Ok(()) };
                    if send.send(batch).is_err() {
                        // Nobody wants more.
                        return Ok(());
                    }
                }
            });
            let stored = self.store(&path, as_path, batches, run, apply);
            match reader.join() {
                Ok(read) => stored.and(read),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn store<T>(
        &self,
        path: &Path,
        as_path: Option<&Path>,
        batches: Receiver<Batch<T>>,
        run: &mut Run<'_>,
        apply: Apply<'_, T>,
    ) -> Result<()> {
        let Run { restore, meter, synced } = run;
        let mut first = batches.recv().ok();
        while let Some(batch) = first.take() {
            let before = synced.clone();
            let begun = Instant::now();
            let stored = db::write(&mut self.connection(), &self.path, |tx| {
                let mut writer = Writer::new(tx, *restore)?;
                let mut bytes = 0;
                let mut next = Some(batch);
                let mut at = None;
                while let Some(batch) = next {
                    synced.lines += batch.lines;
                    batch.bad.into_iter().for_each(|line| synced.bad(line));
                    let new = synced.new;
                    for item in batch.items {
                        apply(&mut writer, item, synced)?;
                    }
                    meter.done(path, batch.bytes, synced.new - new);
                    bytes += batch.bytes;
                    at = Some(batch.at);
                    let more = bytes < TRANSACTION && begun.elapsed() < HOLD && !meter.stopped();
                    next = if more { batches.recv().ok() } else { None };
                }
                writer.finish()?;
                match as_path.zip(at) {
                    Some((path, at)) => source::store(tx, path, &at),
                    None => Ok(()),
                }
            });
            if let Err(error) = stored {
                // None of it is stored.
                *synced = before;
                return Err(error);
            }
            if meter.stopped() {
                synced.stopped = true;
                return Ok(());
            }
            first = batches.recv().ok();
            if first.is_some() {
                std::thread::sleep(PAUSE);
            }
        }
        Ok(())
    }
}

/// Reads and understands a block of lines.
fn batch<L: Lines>(reading: &mut Reading, lines: &mut L) -> Result<Option<Batch<L::Item>>> {
    let start = reading.offset;
    let Some(block) = reading.block()? else { return Ok(None) };
    let mut items = Vec::new();
    let mut bad = Vec::new();
    let mut line = block.lines;
    let mut name = |line: usize, reason: String| {
        bad.push(BadLine { file: reading.path().to_path_buf(), line, reason });
    };
    if block.too_long {
        line += 1;
        name(line, format!("it is longer than {} MiB", LONGEST >> 20));
    }
    let mut from = 0;
    // What has no end at the end of a block is the last line of a file that nobody writes to any more.
    let rest = (!block.bytes.is_empty() && block.bytes.last() != Some(&b'\n')).then_some(block.bytes.len());
    for end in memchr_iter(b'\n', &block.bytes).chain(rest) {
        line += 1;
        let bytes = &block.bytes[from..end];
        // Some programs put it before the first line.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| line == 1).unwrap_or(bytes).trim_ascii();
        from = end + 1;
        if bytes.is_empty() {
            continue;
        }
        match lines.line(bytes) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {}
            Err(reason) => name(line, reason),
        }
    }
    let at = reading.at(block.end, line, lines.state())?;
    Ok(Some(Batch { items, lines: line - block.lines, bad, bytes: block.end - start, at }))
}

/// Adds a prompt and counts it.
pub(super) fn add(
    writer: &mut Writer<'_>,
    prompt: impl Into<Prepared>,
    synced: &mut Synced,
) -> rusqlite::Result<Added> {
    let added = writer.add(prompt.into())?;
    match added {
        Added::New { secret, .. } => {
            synced.new += 1;
            synced.secrets += usize::from(secret);
        }
        Added::Known(_) => synced.known += 1,
        Added::Deleted => synced.deleted += 1,
    }
    Ok(added)
}

/// The error of a database in this library.
pub(super) fn failure(library: &Library) -> impl FnOnce(rusqlite::Error) -> Error + '_ {
    Error::database(&library.path)
}
