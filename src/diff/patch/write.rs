//! Writing a diff: all of it, or what was chosen of it.

use super::paths::quoted;
use super::read::NO_NEWLINE;
use super::{Change, FileDiff, Hunk, Origin, Patch};

/// Which way a patch is to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the old files: `git apply`.
    Forward,
    /// To the new files: `git apply --reverse`.
    Reverse,
}

impl Patch {
    /// Writes it as git did, byte for byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for file in &self.files {
            out.extend_from_slice(&file.header);
            for hunk in &file.hunks {
                hunk.write(&mut out, hunk.old_start, hunk.new_start);
            }
        }
        out
    }

    /// Writes a patch of the [items](FileDiff::items) for which `chosen` (file, hunk) says so, to be applied that way.
    ///
    /// Without its header a hunk of a renamed file changes the file where it is: forwards the old one, in reverse the new one. A copy's
    /// hunks need the copy, forwards; the copy itself git cannot reverse, and says so.
    pub fn select(&self, way: Direction, chosen: impl Fn(usize, Option<usize>) -> bool) -> Vec<u8> {
        self.select_at(way, chosen, |file, hunk| {
            let hunk = &self.files[file].hunks[hunk];
            if way == Direction::Forward { hunk.old_start } else { hunk.new_start }
        })
    }

    /// The same where hunks have moved: `start` (file, hunk) says in which line of what the patch is applied to a hunk starts, from 1;
    /// without lines there, the line that it comes after.
    pub fn select_at(
        &self,
        way: Direction,
        chosen: impl Fn(usize, Option<usize>) -> bool,
        start: impl Fn(usize, usize) -> usize,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            let hunks: Vec<usize> = (0..file.hunks.len()).filter(|hunk| chosen(at, Some(*hunk))).collect();
            let header = (file.hunks.is_empty() || file.header_speaks()) && chosen(at, None);
            if !file.write_header(&mut out, way, header, hunks.len()) {
                continue;
            }
            // How many lines more the other side has, by the hunks above.
            let mut more = 0_isize;
            for hunk in hunks {
                let from = start(at, hunk);
                let hunk = &file.hunks[hunk];
                let (len, other_len) = match way {
                    Direction::Forward => (hunk.old_len, hunk.new_len),
                    Direction::Reverse => (hunk.new_len, hunk.old_len),
                };
                let above = from.saturating_sub(usize::from(len > 0)).saturating_add_signed(more);
                let to = above.saturating_add(usize::from(other_len > 0));
                match way {
                    Direction::Forward => hunk.write(&mut out, from, to),
                    Direction::Reverse => hunk.write(&mut out, to, from),
                }
                more += other_len as isize - len as isize;
            }
        }
        out
    }
}

impl FileDiff {
    /// Writes the header for a choice of it and of so many hunks; false where nothing is left to be applied.
    pub(in crate::diff) fn write_header(&self, out: &mut Vec<u8>, way: Direction, header: bool, hunks: usize) -> bool {
        let whole = hunks == self.hunks.len() && (header || !self.header_speaks());
        if whole && (hunks > 0 || header) {
            // Git takes a header that says nothing for garbage.
            let empty = hunks == 0 && self.change == Change::Modified && !self.binary && !self.mode_changed();
            if !empty {
                self.write_whole_header(out, way);
            }
            return !empty;
        }
        let named = header && matches!(self.change, Change::Renamed | Change::Copied);
        if !header && (hunks == 0 || (self.change == Change::Copied && way == Direction::Forward)) {
            return false;
        }
        let (old, new) = match way {
            _ if named => (&self.old_path, &self.new_path),
            Direction::Forward => (&self.old_path, &self.old_path),
            Direction::Reverse => (&self.new_path, &self.new_path),
        };
        let (a, b) = (quoted("a/", old), quoted("b/", new));
        let mut line = |words: &[&[u8]]| {
            out.extend_from_slice(&words.concat());
            out.push(b'\n');
        };
        line(&[b"diff --git ", &a, b" ", &b]);
        if let (true, Some(old), Some(new)) = (header && self.mode_changed(), self.old_mode, self.new_mode) {
            line(&[format!("old mode {old:06o}").as_bytes()]);
            line(&[format!("new mode {new:06o}").as_bytes()]);
        }
        if named {
            let verb: &[u8] = if self.change == Change::Copied { b"copy" } else { b"rename" };
            line(&[verb, b" from ", &quoted("", old)]);
            line(&[verb, b" to ", &quoted("", new)]);
        }
        if hunks > 0 {
            line(&[b"--- ", &a]);
            line(&[b"+++ ", &b]);
        }
        true
    }

    fn write_whole_header(&self, out: &mut Vec<u8>, way: Direction) {
        let lost = way == Direction::Reverse && self.change == Change::Deleted;
        for line in self.header.split_inclusive(|byte| *byte == b'\n') {
            out.extend_from_slice(line);
            // In reverse, git 2.47 makes a file without its old mode unless it reads of a new one.
            if let (true, Some(mode)) = (lost, line.strip_prefix(b"deleted file mode ")) {
                out.extend_from_slice(b"new mode ");
                out.extend_from_slice(mode);
            }
        }
    }
}

impl Hunk {
    pub(in crate::diff) fn write(&self, out: &mut Vec<u8>, old_start: usize, new_start: usize) {
        let range = |start: usize, len: usize| if len == 1 { start.to_string() } else { format!("{start},{len}") };
        let (old, new) = (range(old_start, self.old_len), range(new_start, self.new_len));
        out.extend_from_slice(format!("@@ -{old} +{new} @@").as_bytes());
        out.extend_from_slice(&self.section);
        out.push(b'\n');
        for line in &self.lines {
            out.push(match line.origin {
                Origin::Context => b' ',
                Origin::Added => b'+',
                Origin::Removed => b'-',
            });
            out.extend_from_slice(&line.text);
            out.push(b'\n');
            if line.no_newline {
                out.extend_from_slice(NO_NEWLINE);
            }
        }
    }
}
