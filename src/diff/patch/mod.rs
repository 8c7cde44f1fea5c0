//! Git's unified diff: read into files and hunks, and written again byte for byte.
//!
//! The format is that of git-diff(1), "Generating patch text with -p". It is bytes: neither file names nor lines need be
//! UTF-8.

mod paths;
mod read;
mod write;

pub use write::Direction;

/// A diff of several files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// The files, in git's order.
    pub files: Vec<FileDiff>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Its content or mode changed.
    Modified,
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// It has another name, and maybe other content.
    Renamed,
    /// It was made from another one.
    Copied,
}

/// The change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// What became of it.
    pub change: Change,
    /// Its old name, relative to the root and without git's quotes; of an added file the same as the new one.
    pub old_path: Vec<u8>,
    /// Its new name; of a deleted file the same as the old one.
    pub new_path: Vec<u8>,
    /// Its old mode, as in `100644`, where git says it.
    pub old_mode: Option<u32>,
    /// Its new mode, where git says it.
    pub new_mode: Option<u32>,
    /// Its content is binary.
    pub binary: bool,
    /// The lines above the first hunk, from `diff --git` on and with all line ends; of a binary file also its data.
    pub header: Vec<u8>,
    /// The hunks.
    pub hunks: Vec<Hunk>,
}

/// One hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The first line in the old file, from 1; with no lines there, the line that the hunk comes after.
    pub old_start: usize,
    /// How many lines it has in the old file.
    pub old_len: usize,
    /// The first line in the new file, from 1; with no lines there, the line that the hunk comes after.
    pub new_start: usize,
    /// How many lines it has in the new file.
    pub new_len: usize,
    /// What git puts after the second `@@`, with the blank before it and without the line end: mostly a function's name.
    pub section: Vec<u8>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// Whose a line of a hunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Both files have it.
    Context,
    /// Only the new file has it.
    Added,
    /// Only the old file has it.
    Removed,
}

/// One line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose it is.
    pub origin: Origin,
    /// The line without its `+`, `-` or blank, and without its LF; a CR before that is part of it.
    pub text: Vec<u8>,
    /// The file ends with it, and has no LF there.
    pub no_newline: bool,
}

impl FileDiff {
    /// The name that it is known by: the new one, of a deleted file the old one.
    pub fn path(&self) -> String {
        String::from_utf8_lossy(&self.new_path).into_owned()
    }

    /// What is judged of it, in the order of the diff: none stands for the header, a number for a hunk.
    ///
    /// The header is one where it says something by itself (a rename, a copy, a change of mode) and where it is all there is. That
    /// a file is new or gone is said by its hunk.
    pub fn items(&self) -> impl Iterator<Item = Option<usize>> + use<> {
        let header = self.hunks.is_empty() || self.header_speaks();
        header.then_some(None).into_iter().chain((0..self.hunks.len()).map(Some))
    }

    /// Whether its mode changed; of a new or deleted file that is not said.
    pub fn mode_changed(&self) -> bool {
        matches!((self.old_mode, self.new_mode), (Some(old), Some(new)) if old != new)
    }

    /// Whether its header is an item although there are hunks.
    fn header_speaks(&self) -> bool {
        matches!(self.change, Change::Renamed | Change::Copied) || self.mode_changed()
    }

    /// Whether it is a submodule.
    pub fn is_submodule(&self) -> bool {
        [self.old_mode, self.new_mode].contains(&Some(0o160_000))
    }
}

impl Hunk {
    /// How many lines it adds and removes.
    pub fn counts(&self) -> (usize, usize) {
        let count = |origin| self.lines.iter().filter(|line| line.origin == origin).count();
        (count(Origin::Added), count(Origin::Removed))
    }
}
