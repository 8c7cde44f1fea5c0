//! One remark: read from its headline, written as org text.

use std::path::PathBuf;

use chrono::{DateTime, Local, NaiveDateTime, TimeZone};
use serde::Serialize;

use super::link;
use crate::config::Env;
use crate::org::{Outline, escape_block, unescape_block};

/// What a person says about a place in the code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remark {
    /// The file; absolute.
    pub file: PathBuf,
    /// The line, or the first of a region, counted from 1.
    pub line: usize,
    /// The last line of a region.
    pub end_line: Option<usize>,
    /// The text of the line or region as the person sees it, without the final newline. `None`: it is read from the file.
    pub text: Option<String>,
    /// The remark itself.
    pub comment: String,
    /// At most one category.
    pub category: Option<String>,
    /// Who says it.
    pub author: Option<String>,
}

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
    pub(super) fn read_all(outline: &Outline<'_>, env: &Env) -> Vec<Self> {
        let mut entries: Vec<Self> = Vec::new();
        let mut seen = std::collections::HashMap::<u64, u64>::new();
        let mut lines = Lines { text: outline.text(), offset: 0, line: 1 };
        for (i, headline) in outline.headlines().iter().enumerate() {
            let Some(keyword) = outline.todo(i) else { continue };
            let Some(target) = link::parse(outline.title(i)) else { continue };
            let property = |key: &str| outline.property(i, key).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
            let body = &outline.text()[headline.body.clone()];
            let lines_property = property("LINES");
            let (comment, region) = read_body(body, lines_property.is_some());
            let timestamp = property("TIMESTAMP");
            let id = property("ID");
            let has_id = id.is_some();
            let id = id.unwrap_or_else(|| {
                let key = fnv(&[outline.title(i), timestamp.as_deref().unwrap_or(""), &comment]);
                let twin = seen.entry(key).or_default();
                *twin += 1;
                short_id(key.wrapping_add((*twin - 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
            });
            let line = target.line.unwrap_or(1);
            let end_line = lines_property
                .as_deref()
                .and_then(|l| l.split_once('-')?.1.trim().parse().ok())
                .filter(|end| *end > line);
            let file = env.expand(&target.path).unwrap_or_else(|_| PathBuf::from(&target.path));
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
                created: timestamp.as_deref().and_then(parse_timestamp),
                timestamp,
                comment,
                region,
                // A blank line has an empty anchor, which is not the same as none.
                anchor: outline.property(i, "ANCHOR").map(|v| v.trim().to_owned()),
                commit: property("COMMIT"),
                commit_line: property("COMMIT_LINE").and_then(|l| l.parse().ok()),
                author: property("AUTHOR"),
                claimed_by: property("CLAIMED_BY"),
                claimed_until: property("CLAIMED_UNTIL").as_deref().and_then(parse_until),
                closed: outline.planning(i, "CLOSED").map(str::to_owned),
                resolved_by: property("RESOLVED_BY"),
                tested: property("TESTED"),
                fix_commit: property("FIX_COMMIT"),
                summary: property("SUMMARY"),
                log_line: lines.of(headline.line.start),
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
        parse_timestamp(self.closed.as_deref()?)
    }

    /// Its place as one writes it: `~/x.rs:12` or `~/x.rs:12-20`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, line_range(self.line, self.end_line))
    }
}

/// Counts lines forward, so that a log of many entries is walked once.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, offset: usize) -> usize {
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.offset..offset]).count();
        self.offset = offset;
        self.line
    }
}

/// `12`, or `12-20`.
pub(super) fn line_range(line: usize, end: Option<usize>) -> String {
    end.map_or_else(|| line.to_string(), |end| format!("{line}-{end}"))
}

/// The properties of a new remark that are not in the [`Remark`] itself.
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) project: String,
    pub(super) path: String,
    pub(super) anchor: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) commit_line: Option<usize>,
}

/// What an entry's own lines are indented by.
const INDENT: &str = "   ";

/// Writes a remark as an entry of `level` stars.
pub(super) fn format(remark: &Remark, facts: &Facts, level: usize, keyword: &str, now: DateTime<Local>) -> String {
    let lines = line_range(remark.line, remark.end_line);
    let tag = remark.category.as_ref().map_or(String::new(), |c| format!("  :{c}:"));
    let mut out = format!("{} {keyword} {}{tag}\n", "*".repeat(level), link::format(&facts.path, remark.line, &lines));
    let mut property = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            let space = if value.is_empty() { "" } else { " " };
            out.push_str(&format!("{INDENT}:{key}:{space}{value}\n"));
        }
    };
    let commit_line = facts.commit_line.map(|l| l.to_string());
    out_drawer(&mut property, |property| {
        property("ID", Some(&facts.id));
        property("PROJECT", Some(&facts.project));
        property("TIMESTAMP", Some(&timestamp(now)));
        property("LINES", remark.end_line.map(|_| lines.as_str()));
        property("COMMIT", facts.commit.as_deref());
        property("COMMIT_LINE", commit_line.as_deref());
        property("ANCHOR", facts.anchor.as_deref());
        property("AUTHOR", remark.author.as_deref().map(one_line).as_deref());
    });
    out.push_str(&body(&remark.comment, region_of(remark)));
    out
}

fn out_drawer<F: FnMut(&str, Option<&str>)>(property: &mut F, inner: impl FnOnce(&mut F)) {
    property("PROPERTIES", Some(""));
    inner(property);
    property("END", Some(""));
}

/// The text and the language of a remark's region.
fn region_of(remark: &Remark) -> Option<(&str, &'static str)> {
    remark.end_line?;
    Some((remark.text.as_deref()?, language(&remark.file)))
}

/// The body of an entry: the remark, and the region in a source block.
pub(super) fn body(comment: &str, region: Option<(&str, &str)>) -> String {
    let mut out = String::new();
    let mut push = |line: &str| {
        if !line.trim_end_matches('\r').is_empty() {
            out.push_str(INDENT);
            out.push_str(line.trim_end_matches('\r'));
        }
        out.push('\n');
    };
    comment.trim_end().lines().for_each(&mut push);
    if let Some((text, language)) = region {
        push(format!("#+begin_src {language}").trim_end());
        escape_block(text).split('\n').for_each(&mut push);
        push("#+end_src");
    }
    out
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
fn dedent(lines: &[&str]) -> String {
    let blanks = |l: &str| l.len() - l.trim_start_matches([' ', '\t']).len();
    let indent = lines.iter().filter(|l| !l.trim().is_empty()).map(|l| blanks(l)).min().unwrap_or(0);
    let cut: Vec<&str> = lines.iter().map(|l| if l.trim().is_empty() { "" } else { &l[indent..] }).collect();
    cut.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// A property's value stands on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An inactive timestamp with English day names whatever the locale (Org manual, node "Timestamps").
pub(super) fn timestamp(time: DateTime<Local>) -> String {
    time.format("[%Y-%m-%d %a %H:%M]").to_string()
}

/// Reads an Org timestamp, active or inactive, with any day name or none, with or without a time, as local time.
fn parse_timestamp(text: &str) -> Option<i64> {
    let inner = text.trim().trim_matches(['[', ']', '<', '>']);
    let mut words = inner.split_whitespace();
    let date = chrono::NaiveDate::parse_from_str(words.next()?, "%Y-%m-%d").ok()?;
    let time = words
        .find_map(|w| chrono::NaiveTime::parse_from_str(w.split('-').next()?, "%H:%M").ok())
        .unwrap_or(chrono::NaiveTime::MIN);
    Local.from_local_datetime(&NaiveDateTime::new(date, time)).earliest().map(|t| t.timestamp())
}

/// `CLAIMED_UNTIL` has seconds and a zone (RFC 3339), which an Org timestamp has not: leases must not shift with a DST change.
pub(super) fn format_until(until: i64) -> String {
    Local.timestamp_opt(until, 0).single().map_or_else(String::new, |t| t.to_rfc3339())
}

fn parse_until(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|t| t.timestamp()).or_else(|| parse_timestamp(text))
}

/// A new ID: short enough to be typed, long enough (40 bits) for a lifetime of remarks in one file.
pub(super) fn new_id() -> String {
    short_id(uuid::Uuid::new_v4().as_u64_pair().0)
}

/// `cr-` and eight letters of Crockford's base 32, which has no letter that is mistaken for another.
fn short_id(bits: u64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digits = (0..8).map(|i| LETTERS[(bits >> (5 * i) & 31) as usize] as char);
    format!("cr-{}", digits.collect::<String>())
}

/// The 64-bit FNV-1a hash: an entry's derived ID must be the same in every version of memento and of Rust.
fn fnv(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in parts.iter().flat_map(|p| p.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^ (hash >> 32)
}

/// The language of a source block by the file's extension, named as Org's modes are; `text` where it is not known.
pub(super) fn language(file: &std::path::Path) -> &'static str {
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "rs" => "rust",
        "py" | "pyi" => "python",
        "el" => "emacs-lisp",
        "lisp" | "cl" => "lisp",
        "clj" | "cljs" | "cljc" | "edn" => "clojure",
        "scm" | "ss" => "scheme",
        "rkt" => "racket",
        "hs" => "haskell",
        "ml" | "mli" => "ocaml",
        "c" | "h" => "C",
        "cc" | "cpp" | "cxx" | "hh" | "hpp" | "hxx" => "C++",
        "js" | "mjs" | "cjs" | "jsx" => "js",
        "ts" | "tsx" | "mts" => "typescript",
        "sh" | "bash" | "zsh" => "sh",
        "rb" => "ruby",
        "pl" | "pm" => "perl",
        "go" => "go",
        "java" => "java",
        "kt" | "kts" => "kotlin",
        "scala" => "scala",
        "swift" => "swift",
        "cs" => "csharp",
        "php" => "php",
        "lua" => "lua",
        "jl" => "julia",
        "r" => "R",
        "ex" | "exs" => "elixir",
        "erl" => "erlang",
        "zig" => "zig",
        "nix" => "nix",
        "sql" => "sql",
        "html" | "htm" => "html",
        "css" => "css",
        "scss" => "scss",
        "json" => "json",
        "yaml" | "yml" => "yaml",
        "toml" => "toml",
        "xml" => "xml",
        "md" | "markdown" => "markdown",
        "tex" => "latex",
        "org" => "org",
        "mk" => "makefile",
        "diff" | "patch" => "diff",
        _ if file.file_name().is_some_and(|n| n == "Makefile") => "makefile",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HAND: &str = "* My own\n** TODO [[file:~/r/cli.py::127][cli.py:127]]  :security:\n\t:properties:\n\t:PROJECT: r\n\
        \t:TIMESTAMP: [2025-09-30 Mon 14:23]\n\t:end:  \n\tToo generic\n\n\t  - catch\n* TODO buy milk\n";

    fn env() -> Env {
        Env::from_pairs(["HOME=/h"])
    }

    #[test]
    fn an_entry_written_by_hand_is_read() {
        let outline = Outline::scan(HAND);
        let entries = Entry::read_all(&outline, &env());
        assert_eq!(entries.len(), 1);
        let e = &entries[0];
        assert_eq!((e.file.to_str().unwrap(), e.line, e.log_line), ("/h/r/cli.py", 127, 2));
        assert_eq!((e.category.as_deref(), e.project.as_str()), (Some("security"), "r"));
        assert_eq!(e.comment, "Too generic\n\n  - catch");
        assert!(e.id.starts_with("cr-") && !e.has_id && e.created.is_some());
    }

    #[test]
    fn twins_without_an_id_are_told_apart() {
        let one = "** TODO [[file:/x::1][x:1]]\nsame\n";
        let text = format!("{one}{one}");
        let entries = Entry::read_all(&Outline::scan(&text), &env());
        assert_ne!(entries[0].id, entries[1].id);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            comment in "[ -~é]{1,20}(\n[ -~]{0,10}){0,3}",
            region in proptest::option::of("(  )?[,*#+a ]{0,9}(\n[ -~\t]{0,12}){0,4}"),
        ) {
            prop_assume!(!comment.trim().is_empty());
            let remark = Remark {
                file: "/h/a.rs".into(), line: 2, end_line: region.as_ref().map(|_| 4), text: region.clone(),
                comment: comment.clone(), ..Remark::default()
            };
            let facts = Facts {
                id: new_id(), project: "p".into(), path: "~/a.rs".into(), anchor: Some(String::new()),
                commit: None, commit_line: None,
            };
            let text = format(&remark, &facts, 2, "TODO", Local::now());
            let entries = Entry::read_all(&Outline::scan(&text), &env());
            prop_assert_eq!(entries.len(), 1);
            let lines: Vec<&str> = comment.lines().collect();
            prop_assert_eq!(&entries[0].comment, &dedent(&lines));
            prop_assert_eq!(&entries[0].region, &region);
            prop_assert_eq!(entries[0].anchor.as_deref(), Some(""));
        }
    }
}
