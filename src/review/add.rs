//! Adding a remark: what is known of its place, and where in the log it goes.

use chrono::{DateTime, Local};

use super::entry::{self, Entry};
use super::log::{Log, todo_keyword};
use super::write::{self, Facts, Remark};
use super::{CATEGORIES, Project, anchor, id};
use crate::error::{Error, Result};
use crate::file;
use crate::git::{Changes, Repository};
use crate::org::{Outline, edit};

impl Log {
    /// Adds a remark.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the remark is empty, its category is no tag or its line is not in the file; those of
    /// [`file::update`].
    pub fn add(&self, mut remark: Remark) -> Result<Entry> {
        let facts = self.facts(&mut remark)?;
        let now = Local::now();
        file::update(self.path(), |text| {
            let (text, headline) = self.insert(text, &remark, &facts, now)?;
            let entry = self.entry_at(&text, headline)?;
            Ok((Some(text), entry))
        })
    }

    /// Completes a remark from its file and says what goes into its properties.
    fn facts(&self, remark: &mut Remark) -> Result<Facts> {
        check_comment(&remark.comment)?;
        remark.category = remark.category.take().map(|c| c.trim().to_owned()).filter(|c| !c.is_empty());
        check_category(remark.category.as_deref().unwrap_or(""))?;
        let path = remark.file.to_str().filter(|p| !p.contains('\n'));
        let path = path.ok_or_else(|| {
            Error::Invalid(format!("{:?}: the log is text and cannot name this file: rename it", remark.file))
        })?;
        if !remark.file.is_absolute() {
            return Err(Error::Invalid(format!("{path}: give an absolute path")));
        }
        if remark.line == 0 || remark.end_line.is_some_and(|end| end < remark.line) {
            let lines = entry::line_range(remark.line, remark.end_line);
            return Err(Error::Invalid(format!(
                "{path}:{lines}: lines are counted from 1, the first of a region first"
            )));
        }
        // The line would be told to whoever makes the remark: that of a note goes through no gate here. Emacs, where the
        // person sees it anyway, sends the text along.
        if remark.text.is_none() && file::canonical(&remark.file).starts_with(file::canonical(&self.config.notes_dir)) {
            return Err(Error::Invalid(format!("{path}: a remark is on code, and this is in the notes directory")));
        }
        let lines = anchor::read_lines(&remark.file);
        if remark.text.is_none() {
            let Some(lines) = &lines else {
                let what = if remark.file.is_dir() { "is a directory: name a file" } else { "no such file" };
                return Err(Error::NotFound(format!("{path}: {what}")));
            };
            let last = remark.end_line.unwrap_or(remark.line);
            if last > lines.len() {
                return Err(Error::Invalid(format!("{path}:{last}: the file has {} lines", lines.len())));
            }
            remark.text = Some(lines[remark.line - 1..last].join("\n"));
        }
        let anchor = anchor::anchor(remark.text.as_deref().unwrap_or("").lines().next().unwrap_or(""));
        let project = Project::of_file(&remark.file);
        let (commit, commit_line) = project
            .repository()
            .and_then(|repository| commit_of(&repository, remark, lines.as_deref().unwrap_or(&[]), &anchor))
            .map_or((None, None), |(commit, line)| (Some(commit), (line != remark.line).then_some(line)));
        Ok(Facts {
            id: id::new(),
            project: write::one_line(&project.name),
            path: self.config.env.abbreviate(&remark.file),
            anchor: Some(anchor),
            commit,
            commit_line,
        })
    }

    /// Puts a new remark where the person keeps those of its project.
    fn insert(&self, text: &str, remark: &Remark, facts: &Facts, now: DateTime<Local>) -> Result<(String, usize)> {
        if text.trim().is_empty() {
            let entry = write::format(remark, facts, 2, "TODO", now);
            let head = format!("{text}#+title: Code review\n\n* {}\n", facts.project);
            return Ok((head + &entry, 1));
        }
        let outline = Outline::scan(text);
        let keyword = todo_keyword(&outline)?;
        let entries = self.read_outline(&outline);
        let headlines = outline.headlines();
        // Not where things are put away, nor below a remark: what is done with that would be done with the new one too.
        let in_the_open = |e: &&Entry| {
            let mut above = std::iter::successors(outline.parent(e.headline), |&i| outline.parent(i));
            !entry::put_away(&outline, e.headline) && above.all(|i| outline.todo(i).is_none())
        };
        let of_project = entries.iter().filter(|e| e.project == facts.project).filter(in_the_open);
        let newest = of_project.max_by_key(|e| (e.created, e.headline));
        let under = |parent: usize, level: usize| {
            let entry = write::format(remark, facts, level, keyword, now);
            let end = outline.subtree(parent).end;
            let index = headlines.partition_point(|h| h.line.start < end);
            Ok((edit::insert_under(text, parent, &entry)?, index))
        };
        let at_end = |heading: &str, level: usize| {
            let entry = write::format(remark, facts, level, keyword, now);
            let index = headlines.len() + usize::from(!heading.is_empty());
            Ok((edit::insert_at_end(text, &format!("{heading}{entry}"))?, index))
        };
        if let Some(newest) = newest {
            let level = headlines[newest.headline].level;
            match outline.parent(newest.headline) {
                Some(parent) => return under(parent, level),
                None if level == 1 => return at_end("", 1),
                None => {}
            }
        }
        let named =
            |i: usize| headlines[i].level == 1 && outline.title(i) == facts.project && outline.todo(i).is_none();
        let own = |i: &usize| named(*i) && !entry::put_away(&outline, *i);
        if let Some(heading) = (0..headlines.len()).find(own) {
            return under(heading, 2);
        }
        // A flat log, as in the examples of the format, stays flat.
        if !entries.is_empty() && headlines.iter().all(|h| h.level > 1) {
            return at_end("", 2);
        }
        at_end(&format!("* {}\n", facts.project), 2)
    }
}

/// The commit that has the remark's line, and the line there; `None` where the line is not committed yet.
fn commit_of(repository: &Repository, remark: &Remark, lines: &[String], anchor: &str) -> Option<(String, usize)> {
    let path = remark.file.strip_prefix(&repository.root).ok()?.to_str()?;
    let head = repository.head().filter(|head| repository.has(head, path))?;
    let changes: Changes = repository.changes_since(&head, path)?;
    // An editor's unsaved buffer may have other lines than the file that git sees.
    let line = anchor::nearest(lines, anchor, remark.line, |_| true)?;
    Some((head, changes.origin(line)?))
}

pub(super) fn check_comment(comment: &str) -> Result<()> {
    if comment.trim().is_empty() {
        return Err(Error::Invalid("the remark is empty: say what is wrong with the code".into()));
    }
    let outline = Outline::scan(comment);
    let sets = |key: &&str| outline.keyword_values(key).next().is_some();
    if let Some(key) = ["TODO", "SEQ_TODO", "TYP_TODO"].iter().find(|key| sets(key)) {
        let what = format!("the remark has a line #+{key}: that would set the log's keywords: put a word before it");
        return Err(Error::Invalid(what));
    }
    Ok(())
}

/// A category is an Org tag (manual node "Tags").
pub(super) fn check_category(category: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '%');
    if category.chars().all(fits) && category != "ARCHIVE" {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "{category:?} cannot be a category: it becomes an Org tag, of letters, digits, _, @, # and %; usual are {}",
        CATEGORIES.join(", ")
    )))
}
