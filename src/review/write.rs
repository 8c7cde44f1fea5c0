//! A remark written as org text.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Local};

use super::entry::line_range;
use super::{link, stamp};
use crate::org::escape_block;

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
        property("TIMESTAMP", Some(&stamp::format(now)));
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
/// A property's value stands on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
/// The language of a source block by the file's extension, named as Org's modes are; `text` where it is not known.
pub(super) fn language(file: &Path) -> &'static str {
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

    use super::super::entry::{Entry, dedent};
    use super::super::id;
    use super::*;
    use crate::config::Env;
    use crate::org::Outline;

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
                id: id::new(), project: "p".into(), path: "~/a.rs".into(), anchor: Some(String::new()),
                commit: None, commit_line: None,
            };
            let text = format(&remark, &facts, 2, "TODO", Local::now());
            let entries = Entry::read_all(&Outline::scan(&text), &Env::from_pairs(["HOME=/h"]), Path::new("/h"));
            prop_assert_eq!(entries.len(), 1);
            let lines: Vec<&str> = comment.lines().collect();
            prop_assert_eq!(&entries[0].comment, &dedent(&lines));
            prop_assert_eq!(&entries[0].region, &region);
            prop_assert_eq!(entries[0].anchor.as_deref(), Some(""));
        }
    }
}
