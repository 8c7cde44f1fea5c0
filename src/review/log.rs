//! The log: one org file that a person owns, read whole and edited entry by entry.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Local};

use super::anchor::{self, Locator, Place};
use super::entry::{self, Entry, Facts, Remark};
use super::{Project, Stats, prompt};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::file;
use crate::git::{Changes, Repository};
use crate::org::{Outline, edit};

/// The code-review log.
///
/// Every method reads the file anew: it is the truth, and other processes write it too.
#[derive(Debug, Clone)]
pub struct Log {
    pub(super) config: Config,
}

/// Which remarks by their state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    /// Those that are not done.
    #[default]
    Todo,
    /// Those that are.
    Done,
    /// Both.
    All,
}

/// Which remarks are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// By state.
    pub state: State,
    /// Only those of the project of this name.
    pub project: Option<String>,
    /// Only those whose file lies in this directory.
    pub root: Option<PathBuf>,
    /// Only those on this file.
    pub file: Option<PathBuf>,
    /// Only those that this session holds.
    pub held_by: Option<String>,
}

/// A remark with the place of its code today.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Located {
    /// The remark.
    #[serde(flatten)]
    pub entry: Entry,
    /// Where its code is; `None` for a closed remark, whose code nobody looks for any more.
    pub place: Option<Place>,
}

impl Log {
    /// The log that the configuration names; the file need not exist.
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// The configuration it was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.config.review_log
    }

    /// Every remark in the order of the file.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Invalid`] where the file cannot be read or is not UTF-8.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        Ok(self.entries_of(&self.read()?))
    }

    /// The remarks that `query` asks for, in the order of the file.
    ///
    /// # Errors
    /// Those of [`Log::entries`].
    pub fn list(&self, query: &Query) -> Result<Vec<Entry>> {
        let mut entries = self.entries()?;
        let now = now();
        entries.retain(|e| query.admits(e, now));
        Ok(entries)
    }

    /// The same with the places of the open ones.
    ///
    /// # Errors
    /// Those of [`Log::entries`].
    pub fn list_located(&self, query: &Query) -> Result<Vec<Located>> {
        let mut locator = Locator::new();
        Ok(self.list(query)?.into_iter().map(|entry| Located::new(entry, &mut locator)).collect())
    }

    /// The open remarks whose code is in `file` today, also those made when it had another name.
    ///
    /// # Errors
    /// Those of [`Log::entries`].
    pub fn in_file(&self, file: &Path) -> Result<Vec<Located>> {
        let root = Repository::enclosing(file).map(|repository| repository.root);
        let mut locator = Locator::new();
        let may_be_here = |e: &Entry| {
            e.file == file || (root.as_ref().is_some_and(|root| e.file.starts_with(root)) && !e.file.exists())
        };
        let open = self.list(&Query::default())?.into_iter().filter(may_be_here);
        let located = open.map(|entry| Located::new(entry, &mut locator));
        Ok(located.filter(|l| l.place.as_ref().is_some_and(|p| p.file == file)).collect())
    }

    /// The remark with this ID, or with the only ID that starts so.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Conflict`] where several answer to it, and those of [`Log::entries`].
    pub fn show(&self, id: &str) -> Result<Entry> {
        self.find(self.entries()?, id)
    }

    /// Figures about the remarks that `query` asks for.
    ///
    /// # Errors
    /// Those of [`Log::entries`].
    pub fn stats(&self, query: &Query) -> Result<Stats> {
        Ok(Stats::of(&self.list(query)?, now()))
    }

    /// The text that sends an assistant to work on the open remarks that `query` asks for.
    ///
    /// # Errors
    /// Those of [`Log::entries`], and [`Error::Invalid`] for a template of the person's own with an unknown field.
    pub fn prompt(&self, query: &Query) -> Result<String> {
        let mut open = self.list_located(&Query { state: State::Todo, ..query.clone() })?;
        open.sort_by_key(|l| l.entry.urgency());
        prompt::render(self, query, &open)
    }

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

    /// Changes the comment or the category; `None` leaves it, an empty category clears it.
    ///
    /// # Errors
    /// Those of [`Log::show`] and of [`Log::add`].
    pub fn edit(&self, id: &str, comment: Option<&str>, category: Option<&str>) -> Result<Entry> {
        if let Some(comment) = comment {
            check_comment(comment)?;
        }
        let category = category.map(str::trim);
        if let Some(category) = category {
            check_category(category)?;
        }
        self.change(id, |draft, entry| {
            if let Some(comment) = comment.filter(|c| *c != entry.comment) {
                let region = entry.region.as_deref().map(|text| (text, entry::language(&entry.file)));
                draft.apply(|text, i| edit::replace_body(text, i, &entry::body(comment, region)))?;
            }
            if let Some(category) = category.filter(|c| Some(*c) != entry.category.as_deref()) {
                let outline = Outline::scan(&draft.text);
                let others = outline.tags(draft.headline).filter(|t| Some(*t) != entry.category.as_deref());
                let tags: Vec<&str> = Some(category).filter(|c| !c.is_empty()).into_iter().chain(others).collect();
                draft.text = edit::set_tags(&draft.text, draft.headline, &tags)?;
            }
            Ok(())
        })
    }

    /// Takes a remark out of the log and returns its text.
    ///
    /// # Errors
    /// Those of [`Log::show`]; [`Error::Conflict`] where headings of the person's own stand under it.
    pub fn delete(&self, id: &str) -> Result<String> {
        file::update(self.path(), |text| {
            let entry = self.find(self.entries_of(text), id)?;
            let outline = Outline::scan(text);
            let (own, whole) = (outline.entry(entry.headline), outline.subtree(entry.headline));
            if own.end != whole.end {
                return Err(Error::Conflict(format!(
                    "{}:{}: {} has headings of your own under it: move them first",
                    self.path().display(),
                    outline.line_of(own.end),
                    entry.id
                )));
            }
            let after = edit::remove_subtree(text, entry.headline)?;
            Ok((Some(after), text[whole].to_owned()))
        })
    }

    pub(super) fn read(&self) -> Result<String> {
        if self.path().exists() { file::read(self.path()) } else { Ok(String::new()) }
    }

    pub(super) fn entries_of(&self, text: &str) -> Vec<Entry> {
        Entry::read_all(&Outline::scan(text), &self.config.env)
    }

    fn entry_at(&self, text: &str, headline: usize) -> Result<Entry> {
        self.entries_of(text).into_iter().find(|e| e.headline == headline).ok_or_else(|| {
            let line = Outline::scan(text).headlines().get(headline).map_or(1, |h| h.line.start);
            let line = text[..line.min(text.len())].matches('\n').count() + 1;
            Error::Invalid(format!(
                "{}:{line}: the edit would leave no remark here: its keyword is not among the file's TODO keywords",
                self.path().display()
            ))
        })
    }

    pub(super) fn find(&self, entries: Vec<Entry>, id: &str) -> Result<Entry> {
        let wanted = id.trim().to_lowercase();
        let exact = |e: &Entry| e.id.to_lowercase() == wanted;
        // Two letters of an ID are a typing error, not a name.
        let prefix = |e: &Entry| {
            let id = e.id.to_lowercase();
            let short = id.strip_prefix("cr-").unwrap_or(&id);
            let letters = wanted.strip_prefix("cr-").unwrap_or(&wanted);
            letters.chars().count() >= 3 && (id.starts_with(&wanted) || short.starts_with(&wanted))
        };
        let exactly: Vec<usize> = (0..entries.len()).filter(|&i| exact(&entries[i])).collect();
        let found =
            if exactly.is_empty() { (0..entries.len()).filter(|&i| prefix(&entries[i])).collect() } else { exactly };
        let log = self.path().display();
        match found[..] {
            [] => Err(Error::NotFound(format!("no remark {id} in {log}: see memento review list --state all"))),
            [one] => Ok(entries.into_iter().nth(one).expect("an index into this vector")),
            _ => {
                let lines: Vec<_> = found.iter().map(|&i| entries[i].log_line.to_string()).collect();
                Err(Error::Conflict(format!(
                    "{log}: {} remarks answer to {id}, at lines {}: give a longer ID, or change one where they are equal",
                    found.len(),
                    lines.join(", ")
                )))
            }
        }
    }

    /// Edits one entry; it gets its ID where it has none yet.
    pub(super) fn change(&self, id: &str, work: impl Fn(&mut Draft, &Entry) -> Result<()>) -> Result<Entry> {
        file::update(self.path(), |text| {
            let entry = self.find(self.entries_of(text), id)?;
            let mut draft = Draft { text: text.to_owned(), headline: entry.headline };
            work(&mut draft, &entry)?;
            if draft.text != text && !entry.has_id {
                draft.set("ID", &entry.id)?;
            }
            let entry = self.entry_at(&draft.text, draft.headline)?;
            Ok((Some(draft.text), entry))
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
        let lines = anchor::read_lines(&remark.file);
        if remark.text.is_none() {
            let Some(lines) = &lines else {
                return Err(Error::NotFound(format!("{path}: no such file")));
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
            id: entry::new_id(),
            project: entry::one_line(&project.name),
            path: self.config.env.abbreviate(&remark.file),
            anchor: Some(anchor),
            commit,
            commit_line,
        })
    }

    /// Puts a new remark where the person keeps those of its project.
    fn insert(&self, text: &str, remark: &Remark, facts: &Facts, now: DateTime<Local>) -> Result<(String, usize)> {
        if text.trim().is_empty() {
            let entry = entry::format(remark, facts, 2, "TODO", now);
            let head = format!("{text}#+title: Code review\n\n* {}\n", facts.project);
            return Ok((head + &entry, 1));
        }
        let outline = Outline::scan(text);
        let keyword = todo_keyword(&outline)?;
        let entries = Entry::read_all(&outline, &self.config.env);
        let headlines = outline.headlines();
        let newest = entries.iter().filter(|e| e.project == facts.project).max_by_key(|e| (e.created, e.headline));
        let under = |parent: usize, level: usize| {
            let entry = entry::format(remark, facts, level, keyword, now);
            let end = outline.subtree(parent).end;
            let index = headlines.partition_point(|h| h.line.start < end);
            Ok((edit::insert_under(text, parent, &entry)?, index))
        };
        let at_end = |heading: &str, level: usize| {
            let entry = entry::format(remark, facts, level, keyword, now);
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
        let own = |i: &usize| headlines[*i].level == 1 && outline.title(*i) == facts.project;
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

impl Query {
    pub(super) fn admits(&self, entry: &Entry, now: i64) -> bool {
        let state = match self.state {
            State::Todo => !entry.done,
            State::Done => entry.done,
            State::All => true,
        };
        state
            && self.project.as_ref().is_none_or(|p| *p == entry.project)
            && self.root.as_ref().is_none_or(|root| entry.file.starts_with(root))
            && self.file.as_ref().is_none_or(|file| *file == entry.file)
            && self.held_by.as_ref().is_none_or(|session| entry.holder(now) == Some(session))
    }
}

impl Located {
    /// Finds the place of an open remark.
    pub fn new(entry: Entry, locator: &mut Locator) -> Self {
        let place = (!entry.done).then(|| locator.place(&entry));
        Self { entry, place }
    }
}

/// An edit of one entry under way.
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) headline: usize,
}

impl Draft {
    pub(super) fn apply(&mut self, work: impl FnOnce(&str, usize) -> Result<String>) -> Result<()> {
        self.text = work(&self.text, self.headline)?;
        Ok(())
    }

    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<()> {
        self.apply(|text, i| edit::set_property(text, i, key, &entry::one_line(value)))
    }

    pub(super) fn remove(&mut self, key: &str) -> Result<()> {
        self.apply(|text, i| edit::remove_property(text, i, key))
    }

    /// Sets the keyword to the file's own word for open or done.
    pub(super) fn set_done(&mut self, closed: Option<&str>) -> Result<()> {
        let outline = Outline::scan(&self.text);
        let keyword = if closed.is_some() { done_keyword(&outline)? } else { todo_keyword(&outline)? }.to_owned();
        self.apply(|text, i| edit::set_keyword(text, i, Some(&keyword), closed))
    }
}

/// `TODO` where the file has it, else its first keyword that means open.
fn todo_keyword<'a>(outline: &Outline<'a>) -> Result<&'a str> {
    keyword(outline.todo_keywords().0, "TODO")
}

fn done_keyword<'a>(outline: &Outline<'a>) -> Result<&'a str> {
    keyword(outline.todo_keywords().1, "DONE")
}

fn keyword<'a>(words: &[&'a str], usual: &str) -> Result<&'a str> {
    words.iter().find(|w| **w == usual).or(words.first()).copied().ok_or_else(|| {
        Error::Invalid(format!(
            "the log's #+TODO: line has no keyword like {usual}: add one, as in #+TODO: TODO | DONE"
        ))
    })
}

/// The commit that has the remark's line, and the line there; `None` where the line is not committed yet.
fn commit_of(repository: &Repository, remark: &Remark, lines: &[String], anchor: &str) -> Option<(String, usize)> {
    let path = remark.file.strip_prefix(&repository.root).ok()?.to_str()?;
    let head = repository.head()?;
    let changes: Changes = repository.changes_since(&head, path)?;
    // An editor's unsaved buffer may have other lines than the file that git sees.
    let line = anchor::nearest(lines, anchor, remark.line, |_| true)?;
    Some((head, changes.origin(line)?))
}

fn check_comment(comment: &str) -> Result<()> {
    if comment.trim().is_empty() {
        return Err(Error::Invalid("the remark is empty: say what is wrong with the code".into()));
    }
    Ok(())
}

/// A category is an Org tag (manual node "Tags").
fn check_category(category: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '%');
    if category.chars().all(fits) && category != "ARCHIVE" {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "{category:?} cannot be a category: it becomes an Org tag, of letters, digits, _, @, # and %; usual are {}",
        super::CATEGORIES.join(", ")
    )))
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    Local::now().timestamp()
}
