//! The text that sends an assistant to work off the remarks of a project.
//!
//! The template is `prompt.md` beside this file, or the person's own (`review_prompt` in `config.toml`). Its fields:
//!
//! | field | what it becomes |
//! |---|---|
//! | `{{project}}` | the project's name, or `all projects` |
//! | `{{root}}` | its root folder |
//! | `{{log}}` | the review log's path |
//! | `{{count}}` | how many remarks are open, with the noun: `3 open remarks` |
//! | `{{scope}}` | the option that keeps `memento review next` to this project: ` --project NAME`, or nothing |
//! | `{{test}}` | the test command that closes a remark, or what to do where there is none |
//! | `{{lease}}` | how many minutes a taken remark stays taken |
//! | `{{remarks}}` | the open remarks in the order of work: ID, category, place, text |

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::{Located, Log, Project, Query};
use crate::error::{Error, Result};
use crate::file;

const TEMPLATE: &str = include_str!("prompt.md");
const FIELDS: [&str; 8] = ["project", "root", "log", "count", "scope", "test", "lease", "remarks"];

/// Fills in the template for `open`, which is in the order of work.
pub(super) fn render(log: &Log, query: &Query, open: &[Located]) -> Result<String> {
    let config = &log.config;
    let (template, path) = match &config.review_prompt {
        Some(path) => (file::read(path)?, path.as_path()),
        None => (TEMPLATE.to_owned(), Path::new("prompt.md")),
    };
    let env = &config.env;
    let projects: BTreeSet<&str> = open.iter().map(|l| l.entry.project.as_str()).collect();
    let name = match (&query.project, &query.root, projects.len()) {
        (Some(name), ..) => Some(name.clone()),
        (None, Some(root), _) => Some(Project::of_dir(root).name),
        (None, None, 1) => projects.first().map(|&name| name.to_owned()),
        _ => None,
    };
    let project = name.as_ref().map(|name| {
        let here = || query.root.as_deref().map(Project::of_dir);
        let there = open.iter().map(|l| Project::of_file(&l.entry.file)).next();
        (name.clone(), here().or(there))
    });
    let root = project.as_ref().and_then(|(_, project)| project.as_ref()).map(|p| env.abbreviate(&p.root));
    let test = project
        .as_ref()
        .and_then(|(name, project)| Project { name: name.clone(), ..project.clone()? }.test_command(config))
        .map_or_else(
            || "the project's tests (no command is configured: give it with `--test COMMAND`)".to_owned(),
            |command| format!("`{command}`"),
        );
    let scope = name.as_deref().map_or_else(String::new, |name| format!(" --project {}", shell_quote(name)));
    let noun = if open.len() == 1 { "remark" } else { "remarks" };
    let value = |field: &str| match field {
        "project" => name.clone().unwrap_or_else(|| "all projects".to_owned()),
        "root" => root.clone().unwrap_or_else(|| "the repository of each remark".to_owned()),
        "log" => env.abbreviate(log.path()),
        "count" => format!("{} open {noun}", open.len()),
        "scope" => scope.clone(),
        "test" => test.clone(),
        "lease" => config.lease_minutes.to_string(),
        _ => remarks(open, &|path| env.abbreviate(path)),
    };
    fill(&template, path, value)
}

/// Replaces every `{{field}}` of the template.
fn fill(template: &str, path: &Path, value: impl Fn(&str) -> String) -> Result<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find("{{") {
        let Some(length) = rest[open..].find("}}") else { break };
        let field = rest[open + 2..open + length].trim();
        if !FIELDS.contains(&field) {
            let line = template[..template.len() - rest.len() + open].matches('\n').count() + 1;
            return Err(Error::Invalid(format!(
                "{}:{line}: there is no field {{{{{field}}}}}: known are {}",
                path.display(),
                FIELDS.join(", ")
            )));
        }
        out.push_str(&rest[..open]);
        out.push_str(&value(field));
        rest = &rest[open + length + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

fn remarks(open: &[Located], path: &dyn Fn(&Path) -> String) -> String {
    let mut out = String::new();
    for Located { entry, place } in open {
        let category = entry.category.as_deref().unwrap_or("no category");
        // Writing into a string cannot fail.
        let _ = write!(out, "- {} [{category}] ", entry.id);
        let _ = match place {
            Some(p) => {
                let end = p.end_line.map_or_else(String::new, |end| format!("-{end}"));
                write!(out, "{}:{}{end} ({})", path(&p.file), p.line, p.status.as_str())
            }
            None => write!(out, "{}", entry.place()),
        };
        out.push('\n');
        for line in entry.comment.lines() {
            let _ = writeln!(out, "{}", format!("  {line}").trim_end());
        }
    }
    if out.is_empty() {
        out.push_str("There is none: nothing is to be done.\n");
    }
    out.truncate(out.trim_end().len());
    out
}

fn shell_quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
