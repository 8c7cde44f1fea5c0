//! Where the code of a remark is today: through git's diff from the remark's commit, else by the text of its line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Entry;
use crate::git::{Changes, Fate, Repository};

/// How sure a [`Place`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The line stands where it stood.
    Exact,
    /// The line stands elsewhere, in this file or under another name.
    Moved,
    /// The line is gone, or nothing says which one it was.
    Stale,
}

impl Status {
    /// The word for it: `exact`, `moved` or `stale`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Moved => "moved",
            Self::Stale => "stale",
        }
    }
}

/// Where a remark's code is today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file; absolute.
    pub file: PathBuf,
    /// The (first) line, counted from 1; of a stale one the line where it would be.
    pub line: usize,
    /// The last line of a region.
    pub end_line: Option<usize>,
    /// How sure that is.
    pub status: Status,
}

/// The longest anchor in characters: enough to tell lines apart, short enough for a property.
const ANCHOR_CHARS: usize = 200;

/// The text by which a line is found again.
pub(super) fn anchor(line: &str) -> String {
    line.trim().chars().take(ANCHOR_CHARS).collect::<String>().trim_end().to_owned()
}

/// Finds places, and remembers what it read: files and diffs, each once.
#[derive(Debug, Default)]
pub struct Locator {
    files: HashMap<PathBuf, Option<Vec<String>>>,
    changes: HashMap<(PathBuf, String, String), Option<Changes>>,
}

impl Locator {
    /// One that has read nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the code of `entry` is today.
    pub fn place(&mut self, entry: &Entry) -> Place {
        self.through_git(entry).unwrap_or_else(|| self.by_text(entry))
    }

    /// `None` where git cannot say: no commit, no repository, or the line it names is another one.
    fn through_git(&mut self, entry: &Entry) -> Option<Place> {
        let commit = entry.commit.as_deref()?;
        let repository = Repository::enclosing(&entry.file)?;
        let path = entry.file.strip_prefix(&repository.root).ok()?.to_str()?;
        let key = (repository.root.clone(), commit.to_owned(), path.to_owned());
        let changes = self.changes.entry(key).or_insert_with(|| repository.changes_since(commit, path)).clone()?;
        let file = repository.root.join(&changes.path);
        let old = entry.commit_line.unwrap_or(entry.line);
        let length = entry.end_line.map(|end| end - entry.line);
        let lines = self.lines(&file)?;
        let at = |line: usize, status| {
            let end_line = length.map(|length| match changes.follow(old + length) {
                Fate::At(end) if end >= line => end,
                _ => line + length,
            });
            Place { file: file.clone(), line, end_line, status }
        };
        match changes.follow(old) {
            Fate::At(line) => {
                let same = match &entry.anchor {
                    Some(text) => lines.get(line - 1).is_some_and(|l| anchor(l) == *text),
                    None => line <= lines.len() && repository.has(commit, path),
                };
                let stays = line == entry.line && file == entry.file;
                same.then(|| at(line, if stays { Status::Exact } else { Status::Moved }))
            }
            Fate::Gone(line) => {
                // Only among the lines that changed: an equal line that stood there before is another one.
                let new = |n: usize| changes.changed().any(|range| range.contains(&n));
                let found = entry.anchor.as_deref().and_then(|text| nearest(lines, text, line, new));
                Some(
                    found.map_or_else(
                        || at(line.min(lines.len().max(1)), Status::Stale),
                        |line| at(line, Status::Moved),
                    ),
                )
            }
        }
    }

    fn by_text(&mut self, entry: &Entry) -> Place {
        let length = entry.end_line.map(|end| end - entry.line);
        let place = |line: usize, status| Place {
            file: entry.file.clone(),
            line,
            end_line: length.map(|length| line + length),
            status,
        };
        let Some(lines) = self.lines(&entry.file) else { return place(entry.line, Status::Stale) };
        match entry.anchor.as_deref().and_then(|text| nearest(lines, text, entry.line, |_| true)) {
            Some(line) if line == entry.line => place(line, Status::Exact),
            Some(line) => place(line, Status::Moved),
            None => place(entry.line.min(lines.len().max(1)), Status::Stale),
        }
    }

    fn lines(&mut self, file: &Path) -> Option<&Vec<String>> {
        self.files.entry(file.to_path_buf()).or_insert_with(|| read_lines(file)).as_ref()
    }
}

/// The lines of a file, whatever its coding system.
pub(super) fn read_lines(file: &Path) -> Option<Vec<String>> {
    let bytes = std::fs::read(file).ok()?;
    Some(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

/// The line nearest to `line` whose text is the anchor's, else whose text is the same but for blanks.
pub(super) fn nearest(lines: &[String], text: &str, line: usize, allowed: impl Fn(usize) -> bool) -> Option<usize> {
    if text.is_empty() {
        // Blank lines are all alike.
        return (lines.get(line.wrapping_sub(1)).is_some_and(|l| l.trim().is_empty()) && allowed(line)).then_some(line);
    }
    let best = |same: &dyn Fn(&str) -> bool| {
        let found = (1..=lines.len()).filter(|&n| same(&lines[n - 1]) && allowed(n));
        found.min_by_key(|&n| n.abs_diff(line))
    };
    let squeezed = squeeze(text);
    best(&|l| anchor(l) == text).or_else(|| best(&|l| squeeze(&anchor(l)) == squeezed))
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
