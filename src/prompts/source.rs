//! A file that grows, read on from where it was left.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use memchr::{memchr, memrchr};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::new_prompt::first_eight;
use crate::error::{Error, Result};

/// How far a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) device: i64,
    pub(super) inode: i64,
    pub(super) offset: u64,
    /// Lines before the offset.
    pub(super) lines: usize,
    /// A hash of the bytes just before the offset.
    pub(super) tail: i64,
    /// What the reader of such files needs to go on.
    pub(super) state: Option<String>,
}

/// How many bytes tell whether what was read is still there.
const TAIL: u64 = 1024;

/// How much is read at once.
const BLOCK: usize = 1 << 20;

/// The longest line that is a prompt. Longer ones are passed over and counted as bad.
pub(super) const LONGEST: usize = 64 << 20;

/// How far the file of this path was read; `None`: never.
pub(super) fn stored(db: &Connection, path: &Path) -> rusqlite::Result<Option<Stored>> {
    let sql = "SELECT device, inode, offset, lines, tail, state FROM prompt_source WHERE path = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Stored {
            device: row.get(0)?,
            inode: row.get(1)?,
            offset: u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
            lines: usize::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
            tail: row.get(4)?,
            state: row.get(5)?,
        })
    };
    db.prepare_cached(sql)?.query_row([path.to_string_lossy()], read).optional()
}

/// Stores how far the file of this path was read, in the transaction that stores what was read.
pub(super) fn store(tx: &Transaction<'_>, path: &Path, at: &Stored) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO prompt_source (path, device, inode, offset, lines, tail, state) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (offset, lines) = (count(at.offset), count(at.lines as u64));
    let path = path.to_string_lossy();
    tx.prepare_cached(sql)?.execute(params![path, at.device, at.inode, offset, lines, at.tail, at.state]).map(drop)
}

/// Whether a name ends as one does that was made in turn: `.1`, `-20251002`.
fn is_numbered(end: &str) -> bool {
    end.strip_prefix(['.', '-']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        && end[1..].chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// A block of complete lines.
pub(super) struct Block {
    /// Lines, each with its end.
    pub(super) bytes: Vec<u8>,
    /// Where the file goes on behind them.
    pub(super) end: u64,
    /// Lines before the first of them.
    pub(super) lines: usize,
    /// Whether the line that it starts with is too long, and was left out: then there are no bytes.
    pub(super) too_long: bool,
}

/// A file being read.
pub(super) struct Reading {
    path: PathBuf,
    file: File,
    device: i64,
    inode: i64,
    /// Its length when it was opened: what is written meanwhile is for the next time.
    pub(super) length: u64,
    /// Where the next block starts.
    pub(super) offset: u64,
    /// Lines before the offset.
    pub(super) lines: usize,
    /// What its reader needs to go on; `None` where it is read from its first line on.
    pub(super) state: Option<String>,
    /// What is read of a line whose end is not.
    rest: Vec<u8>,
    /// Whether the line that is being read is too long, and where that began.
    skipping: bool,
    /// Whether a last line without an end is one.
    whole: bool,
}

impl Reading {
    /// Opens a file to go on where it was left; from its start where it is not the file any more that it was. `None` where
    /// it does not exist or has nothing new.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn open(path: &Path, stored: Option<&Stored>) -> Result<Option<Self>> {
        let Some(mut reading) = Self::start(path)? else { return Ok(None) };
        if let Some(stored) = stored
            && (stored.device, stored.inode) == (reading.device, reading.inode)
            && reading.goes_on(stored)?
        {
            reading.skip_to(stored)?;
        }
        Ok((reading.offset < reading.length).then_some(reading))
    }

    /// A file at its first line; `None` where there is none.
    fn start(path: &Path) -> Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(path)(error)),
        };
        let data = file.metadata().map_err(Error::io(path))?;
        if data.is_dir() {
            return Err(Error::io(path)(ErrorKind::IsADirectory.into()));
        }
        Ok(Some(Self {
            path: path.to_path_buf(),
            file,
            device: data.dev().cast_signed(),
            inode: data.ino().cast_signed(),
            length: data.len(),
            offset: 0,
            lines: 0,
            state: None,
            rest: Vec::new(),
            skipping: false,
            whole: false,
        }))
    }

    /// Whether it starts with what was read.
    fn goes_on(&self, stored: &Stored) -> Result<bool> {
        Ok(stored.offset <= self.length && self.tail(stored.offset)? == stored.tail)
    }

    fn skip_to(&mut self, stored: &Stored) -> Result<()> {
        (self.offset, self.lines, self.state) = (stored.offset, stored.lines, stored.state.clone());
        self.file.seek(SeekFrom::Start(stored.offset)).map_err(Error::io(&self.path)).map(drop)
    }

    /// The file that was under `path` and was renamed, or copied and then cut, with what was not read of it, and those that
    /// took its place and were renamed too, the oldest first; their last line is one even without an end, since nobody
    /// writes to them any more.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn rotated(path: &Path, stored: &Stored) -> Result<Vec<Self>> {
        let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else { return Ok(Vec::new()) };
        let Ok(entries) = std::fs::read_dir(dir) else { return Ok(Vec::new()) };
        let name = name.to_string_lossy();
        let (mut left, mut others) = (None, Vec::new());
        for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&*name)) {
            let other = entry.path();
            if stored.offset == 0 || other == path || !other.is_file() {
                continue;
            }
            let Some(mut reading) = Self::start(&other)? else { continue };
            let changed = reading.file.metadata().and_then(|data| data.modified()).map_err(Error::io(&other))?;
            if left.is_none() && reading.goes_on(stored)? {
                reading.skip_to(stored)?;
                left = Some((changed, reading));
            } else if is_numbered(&entry.file_name().to_string_lossy()[name.len()..]) {
                others.push((changed, reading));
            }
        }
        let Some(left) = left else { return Ok(Vec::new()) };
        others.retain(|(changed, _)| *changed >= left.0);
        others.sort_by_key(|(changed, _)| *changed);
        let all = std::iter::once(left).chain(others).map(|(_, reading)| reading.whole());
        Ok(all.filter(|reading| reading.offset < reading.length).collect())
    }

    /// The file, named in what is told of it.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Has a last line without an end count as one.
    pub(super) fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Whether it is another file than that of `stored`, or not a continuation of it.
    pub(super) fn is_afresh(&self, stored: &Stored) -> bool {
        self.offset != stored.offset || (self.device, self.inode) != (stored.device, stored.inode)
    }

    /// The next lines, about a megabyte of them; `None` at the end of what is complete.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn block(&mut self) -> Result<Option<Block>> {
        loop {
            let before = self.rest.len();
            let want = BLOCK.min(usize::try_from(self.length - self.offset).unwrap_or(BLOCK).saturating_sub(before));
            self.rest.resize(before + want, 0);
            let read = self.file.read(&mut self.rest[before..]).map_err(Error::io(&self.path))?;
            self.rest.truncate(before + read);
            if self.skipping {
                // The end of a line that is too long.
                let Some(end) = memchr(b'\n', &self.rest) else {
                    self.offset += self.rest.len() as u64;
                    self.rest.clear();
                    if read == 0 {
                        return Ok(None);
                    }
                    continue;
                };
                self.skipping = false;
                self.offset += end as u64 + 1;
                self.rest.drain(..=end);
                self.lines += 1;
                return Ok(Some(Block { bytes: Vec::new(), end: self.offset, lines: self.lines - 1, too_long: true }));
            }
            let end = match memrchr(b'\n', &self.rest[before..]) {
                Some(end) => before + end + 1,
                None if read == 0 && self.whole && !self.rest.is_empty() => self.rest.len(),
                None if read == 0 => return Ok(None),
                None if self.rest.len() > LONGEST => {
                    self.skipping = true;
                    self.offset += self.rest.len() as u64;
                    self.rest.clear();
                    continue;
                }
                None => continue,
            };
            let mut bytes = std::mem::take(&mut self.rest);
            self.rest = bytes.split_off(end);
            let lines = self.lines;
            self.lines += memchr::memchr_iter(b'\n', &bytes).count().max(1);
            self.offset += end as u64;
            return Ok(Some(Block { bytes, end: self.offset, lines, too_long: false }));
        }
    }

    /// What is to be stored where everything up to `offset` is.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn at(&self, offset: u64, lines: usize, state: Option<String>) -> Result<Stored> {
        Ok(Stored { device: self.device, inode: self.inode, offset, lines, tail: self.tail(offset)?, state })
    }

    /// A hash of the last bytes before `offset`.
    fn tail(&self, offset: u64) -> Result<i64> {
        let mut bytes = vec![0; usize::try_from(offset.min(TAIL)).expect("a kilobyte")];
        self.file.read_exact_at(&mut bytes, offset.saturating_sub(TAIL)).map_err(Error::io(&self.path))?;
        Ok(first_eight(&blake3::hash(&bytes)))
    }
}
