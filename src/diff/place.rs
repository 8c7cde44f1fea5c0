//! From a line of a diff to the line of the file, as it is today.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::item::Review;
use super::patch::Origin;
use super::queue::Queue;
use crate::error::{Error, Result};
use crate::review::{Entry, Log, Remark};

impl Queue {
    /// The file of an item and the line in it, from 1, where a line of the hunk (an index into its lines) stands today.
    ///
    /// Where the file has changed since, that is the nearest line with the same text, else the line that it was.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the file is gone, [`Error::Invalid`] where there is no such item or line.
    pub fn place(&self, id: &str, item: usize, line: usize) -> Result<(PathBuf, usize)> {
        let (file, lines, found) = place(&self.review(id)?, item, line)?;
        Ok((file, found.min(lines.len().max(1))))
    }

    /// Logs a remark on lines of a hunk (indexes into its lines) into the review log.
    ///
    /// # Errors
    /// Those of [`Queue::place`] and [`Log::add`].
    pub fn log(
        &self,
        id: &str,
        item: usize,
        lines: (usize, usize),
        comment: &str,
        category: Option<&str>,
    ) -> Result<Entry> {
        let review = self.review(id)?;
        let (file, text, first) = place(&review, item, lines.0)?;
        let (_, _, last) = place(&review, item, lines.1)?;
        let end = text.len().max(1);
        let (first, last) = (first.min(end), last.min(end).max(first.min(end)));
        let text = text.get(first - 1..last).map(|lines| lines.join("\n")).unwrap_or_default();
        Log::new(self.config.clone()).add(Remark {
            file,
            line: first,
            end_line: (last > first).then_some(last),
            text: Some(text),
            comment: comment.to_owned(),
            category: category.map(str::to_owned),
            author: None,
        })
    }
}

/// The file of an item, its lines, and the number of the one that is meant.
fn place(review: &Review, item: usize, line: usize) -> Result<(PathBuf, Vec<String>, usize)> {
    let id = &review.request.id;
    let found = review.items.get(item);
    let item = found.ok_or_else(|| Error::Invalid(format!("{id}: there is no item {item}")))?;
    let diff = &review.patch.files[item.file];
    let path = review.request.repository.join(OsStr::from_bytes(&diff.new_path));
    let bytes = std::fs::read(&path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound(format!("{} is not there any more", path.display())),
        _ => Error::io(&path)(e),
    })?;
    let lines: Vec<String> =
        bytes.split_inclusive(|&b| b == b'\n').map(|l| String::from_utf8_lossy(l).trim_end().to_owned()).collect();
    let Some(hunk) = item.hunk.map(|hunk| &diff.hunks[hunk]) else { return Ok((path, lines, 1)) };
    let wanted = hunk.lines.get(line);
    let wanted = wanted.ok_or_else(|| Error::Invalid(format!("{id}: the hunk has no line {line}")))?;
    let expected = hunk.new_line(line);
    let text = |line: &[u8]| String::from_utf8_lossy(line).trim_end().to_owned();
    let side: Vec<_> = hunk.lines.iter().filter(|l| l.origin != Origin::Removed).map(|l| text(&l.text)).collect();
    // The hunk as a whole tells more than one line of it, which may be a brace, or be removed.
    let whole = (0..lines.len()).filter(|&at| !side.is_empty() && lines[at..].starts_with(&side));
    if let Some(at) = whole.min_by_key(|at| (at + 1).abs_diff(hunk.new_start)) {
        return Ok((path, lines, at + 1 + (expected - hunk.new_line(0).min(expected))));
    }
    if wanted.origin == Origin::Removed {
        return Ok((path, lines, expected));
    }
    let text = text(&wanted.text);
    let same = lines.iter().enumerate().filter(|(_, line)| **line == text).map(|(i, _)| i + 1);
    let nearest = same.min_by_key(|found| found.abs_diff(expected)).unwrap_or(expected);
    Ok((path, lines, nearest))
}
