//! One remark as it stands in the log.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{id, link, stamp};
use crate::config::Env;
use crate::org::{Outline, unescape_block};

/// A remark as it stands in the log. Empty things are `None`, also in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its `ID`; where it has none yet, one derived from its text, which becomes its ID on the first edit.
    pub id: String,
    /// The TODO keyword.
    pub keyword: String,
    /// Whether the keyword is a done one.
    pub done: bool,
    /// The first tag.
    pub category: Option<String>,
    /// The project's name.
    pub project: String,
    /// The file, absolute.
    pub file: PathBuf,
    /// The file as written, with `~`.
    pub path: String,
    /// The line when the remark was made.
    pub line: usize,
    /// The last line of a region.
    pub end_line: Option<usize>,
    /// When it was made, as written: `[2025-09-30 Tue 14:23]`.
    pub timestamp: Option<String>,
    /// When it was made, in seconds since 1970.
    pub created: Option<i64>,
    /// The remark itself.
    pub comment: String,
    /// The text of the region.
    pub region: Option<String>,
    /// The text of the (first) line.
    pub anchor: Option<String>,
    /// The commit that was checked out.
    pub commit: Option<String>,
    /// The line in that commit, where the file had uncommitted changes.
    pub commit_line: Option<usize>,
    /// Who made it.
    pub author: Option<String>,
    /// The session that holds it, or held it last.
    pub claimed_by: Option<String>,
    /// Until when, in seconds since 1970.
    pub claimed_until: Option<i64>,
    /// When it was closed, as written.
    pub closed: Option<String>,
    /// Who closed it.
    pub resolved_by: Option<String>,
    /// How it was tested.
    pub tested: Option<String>,
    /// The commit that fixed it.
    pub fix_commit: Option<String>,
    /// What was done about it.
    pub summary: Option<String>,
    /// The line of its headline in the log.
    pub log_line: usize,
    /// Its number among the log's headlines.
    #[serde(skip)]
    pub(super) headline: usize,
    /// Whether its ID stands in the file.
    #[serde(skip)]
    pub(super) has_id: bool,
}

impl Entry {
    /// Reads every remark of a log. A remark is a headline with a TODO keyword whose title starts with a file link; every
    /// other heading is the person's own.
    ///
    /// An open one that is put away, under `COMMENT` or `:ARCHIVE:`, is none. Relative links start at `dir`, the log's.
    pub(super) fn read_all(outline: &Outline<'_>, env: &Env, dir: &Path) -> Vec<Self> {
        let mut entries: Vec<Self> = Vec::new();
        let mut seen = HashMap::<u64, u64>::new();
        let mut ids = HashSet::new();
        for (i, headline) in outline.headlines().iter().enumerate() {
            let Some(keyword) = outline.todo(i) else { continue };
            let Some(target) = link::parse(outline.title(i)) else { continue };
            if !headline.done && put_away(outline, i) {
                continue;
            }
            let property = |key: &str| outline.property(i, key).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
            let body = outline.body(i);
            let lines_property = property("LINES");
            let (mut comment, region) = read_body(&body[logbook(body)..], lines_property.is_some());
            if !target.rest.is_empty() {
                comment = format!("{}\n{comment}", target.rest).trim_end().to_owned();
            }
            let timestamp = property("TIMESTAMP");
            // The copy of an entry has the ID of the original: it must be addressable too.
            let id = property("ID").filter(|id| ids.insert(id.to_lowercase()));
            let has_id = id.is_some();
            let id = id.unwrap_or_else(|| {
                let key = id::hash(&[outline.title(i), timestamp.as_deref().unwrap_or(""), &comment]);
                let twin = seen.entry(key).or_default();
                *twin += 1;
                id::short(key.wrapping_add((*twin - 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
            });
            let line = target.line.unwrap_or(1);
            let end_line = lines_property
                .as_deref()
                .and_then(|l| l.split_once('-')?.1.trim().parse().ok())
                .filter(|end| *end > line);
            let file = dir.join(env.expand(&target.path).unwrap_or_else(|_| PathBuf::from(&target.path)));
            entries.push(Self {
                id,
                keyword: keyword.to_owned(),
                done: headline.done,
                category: outline.tags(i).find(|t| *t != "ARCHIVE").map(str::to_owned),
                project: property("PROJECT").unwrap_or_else(|| super::Project::of_file(&file).name),
                path: target.path,
                file,
                line,
                end_line,
                created: timestamp.as_deref().and_then(stamp::parse),
                timestamp,
                comment,
                region,
                // A blank line has an empty anchor, which is not the same as none.
                anchor: outline.property(i, "ANCHOR").map(|v| v.trim().to_owned()),
                commit: property("COMMIT"),
                commit_line: property("COMMIT_LINE").and_then(|l| l.parse().ok()),
                author: property("AUTHOR"),
                claimed_by: property("CLAIMED_BY"),
                claimed_until: property("CLAIMED_UNTIL").as_deref().and_then(stamp::parse_until),
                closed: outline.planning(i, "CLOSED").map(str::to_owned),
                resolved_by: property("RESOLVED_BY"),
                tested: property("TESTED"),
                fix_commit: property("FIX_COMMIT"),
                summary: property("SUMMARY"),
                log_line: outline.line_of(headline.line.start),
                headline: i,
                has_id,
            });
        }
        entries
    }

    /// Who holds it at `now` (seconds since 1970).
    pub fn holder(&self, now: i64) -> Option<&str> {
        self.claimed_by.as_deref().filter(|_| !self.done && self.claimed_until.is_some_and(|until| until > now))
    }

    /// When it was closed, in seconds since 1970.
    pub fn closed_at(&self) -> Option<i64> {
        stamp::parse(self.closed.as_deref()?)
    }

    /// Its place as one writes it: `~/x.rs:12` or `~/x.rs:12-20`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, line_range(self.line, self.end_line))
    }
}

/// Whether the headline or one above it is a `COMMENT` or archived.
pub(super) fn put_away(outline: &Outline<'_>, i: usize) -> bool {
    let mut up = std::iter::successors(Some(i), |&i| outline.parent(i));
    up.any(|i| outline.headlines()[i].comment || outline.archived(i))
}

/// `12`, or `12-20`.
pub(super) fn line_range(line: usize, end: Option<usize>) -> String {
    end.map_or_else(|| line.to_string(), |end| format!("{line}-{end}"))
}

/// The end of the `LOGBOOK` that a body may start with, where Org notes changes of state: it is no part of the remark.
pub(super) fn logbook(body: &str) -> usize {
    let (mut end, mut at, mut open) = (0, 0, false);
    for line in body.split_inclusive('\n') {
        at += line.len();
        let is = |word: &str| line.trim().eq_ignore_ascii_case(word);
        if open && is(":END:") {
            (open, end) = (false, at);
        } else if !open && is(":LOGBOOK:") {
            open = true;
        } else if !open && !line.trim().is_empty() {
            break;
        }
    }
    end
}

/// Splits an entry's body into the remark and, where it has one, the text of its region's source block: the last block.
fn read_body(body: &str, with_region: bool) -> (String, Option<String>) {
    let lines: Vec<&str> = body.lines().collect();
    let is = |line: &str, word: &str| {
        line.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let block = with_region
        .then(|| {
            let end = lines.iter().rposition(|l| is(l, "#+end_src"))?;
            let begin = lines[..end].iter().rposition(|l| is(l, "#+begin_src"))?;
            Some((begin, end))
        })
        .flatten();
    match block {
        Some((begin, end)) => {
            let indent = lines[begin].len() - lines[begin].trim_start().len();
            let cut = |l: &&str| {
                let blanks = l.bytes().take(indent).take_while(|b| matches!(b, b' ' | b'\t')).count();
                l[blanks..].to_owned()
            };
            let text = lines[begin + 1..end].iter().map(cut).collect::<Vec<_>>().join("\n");
            let rest: Vec<&str> = lines[..begin].iter().chain(&lines[end + 1..]).copied().collect();
            (dedent(&rest), Some(unescape_block(&text)))
        }
        None => (dedent(&lines), None),
    }
}

/// Takes the common indentation away, and blank lines at both ends.
pub(super) fn dedent(lines: &[&str]) -> String {
    let blanks = |l: &str| l.len() - l.trim_start_matches([' ', '\t']).len();
    let indent = lines.iter().filter(|l| !l.trim().is_empty()).map(|l| blanks(l)).min().unwrap_or(0);
    let cut: Vec<&str> = lines.iter().map(|l| if l.trim().is_empty() { "" } else { &l[indent..] }).collect();
    cut.join("\n").trim_matches('\n').trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAND: &str = "* My own\n** TODO [[file:~/r/cli.py::127][cli.py:127]]  :security:\n\t:properties:\n\t:PROJECT: r\n\
        \t:TIMESTAMP: [2025-09-30 Mon 14:23]\n\t:end:  \n\tToo generic\n\n\t  - catch\n* TODO buy milk\n";

    fn env() -> Env {
        Env::from_pairs(["HOME=/h"])
    }

    #[test]
    fn an_entry_written_by_hand_is_read() {
        let outline = Outline::scan(HAND);
        let entries = Entry::read_all(&outline, &env(), Path::new("/h"));
        assert_eq!(entries.len(), 1);
        let e = &entries[0];
        assert_eq!((e.file.to_str().unwrap(), e.line, e.log_line), ("/h/r/cli.py", 127, 2));
        assert_eq!((e.category.as_deref(), e.project.as_str()), (Some("security"), "r"));
        assert_eq!(e.comment, "Too generic\n\n  - catch");
        assert!(e.id.starts_with("cr-") && !e.has_id && e.created.is_some());
    }

    #[test]
    fn what_is_put_away_is_no_work() {
        let text = "* COMMENT Old\n** TODO [[file:/x::1][x:1]]\n* A :ARCHIVE:\n** TODO [[file:/x::2][x:2]]\n\
            ** DONE [[file:/x::3][x:3]]\n** TODO COMMENT [[file:/x::4][x:4]]\n";
        let entries = Entry::read_all(&Outline::scan(text), &env(), Path::new("/h"));
        assert_eq!(entries.iter().map(|e| e.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn words_in_the_headline_count_and_the_logbook_does_not() {
        let text = "** TODO [[./src/x.rs::4]] fix this :a:\n:LOGBOOK:\n- State from TODO\n:END:\n\n  and that\n";
        let entries = Entry::read_all(&Outline::scan(text), &env(), Path::new("/h/log"));
        assert_eq!(entries[0].comment, "fix this\nand that");
        assert_eq!(entries[0].file, Path::new("/h/log/./src/x.rs"));
        assert_eq!((logbook(":LOGBOOK:\nno end\n"), logbook(":a:\n:END:\n")), (0, 0));
    }

    #[test]
    fn twins_without_an_id_are_told_apart() {
        let one = "** TODO [[file:/x::1][x:1]]\nsame\n";
        let text = format!("{one}{one}");
        let entries = Entry::read_all(&Outline::scan(&text), &env(), Path::new("/h"));
        assert_ne!(entries[0].id, entries[1].id);
    }
}
