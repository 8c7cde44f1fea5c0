//! The log: one org file that a person owns, read whole and edited entry by entry.

use std::path::Path;

use chrono::Local;

use super::add::{check_category, check_comment};
use super::anchor::{Locator, Place};
use super::entry::{self, Entry};
use super::query::{Matcher, Query, State};
use super::{Project, Stats, link, prompt, write};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::file;
use crate::org::{Outline, edit};

/// The code-review log.
///
/// Every method reads the file anew: it is the truth, and other processes write it too.
#[derive(Debug, Clone)]
pub struct Log {
    pub(super) config: Config,
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
        let mut matcher = Matcher::new(query, now());
        entries.retain(|e| matcher.admits(e));
        Ok(entries)
    }

    /// The same with the places of the open ones. Those of a file are also the ones whose code is in it today and that were
    /// made when it had another name.
    ///
    /// # Errors
    /// Those of [`Log::entries`].
    pub fn list_located(&self, query: &Query) -> Result<Vec<Located>> {
        let mut locator = Locator::new();
        let Some(file) = &query.file else {
            return Ok(self.list(query)?.into_iter().map(|entry| Located::new(entry, &mut locator)).collect());
        };
        let project = Project::of_file(file);
        let mut neighbours = Matcher::dir(&project.root);
        let mut entries = self.list(&Query { file: None, ..query.clone() })?;
        entries.retain(|e| file::same(&e.file, file) || (!e.done && !e.file.exists() && neighbours.admits(e)));
        let located = entries.into_iter().map(|entry| Located::new(entry, &mut locator));
        let here = |l: &Located| {
            let moved_here = l.place.as_ref().is_some_and(|place| file::same(&place.file, file));
            moved_here || file::same(&l.entry.file, file)
        };
        Ok(located.filter(here).collect())
    }

    /// The open remarks whose code is in `file` today.
    ///
    /// # Errors
    /// Those of [`Log::entries`].
    pub fn in_file(&self, file: &Path) -> Result<Vec<Located>> {
        let mut found = self.list_located(&Query { file: Some(file.to_path_buf()), ..Query::default() })?;
        found.retain(|l| l.place.as_ref().is_some_and(|place| file::same(&place.file, file)));
        Ok(found)
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
                draft.set_comment(comment, entry)?;
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
        self.read_outline(&Outline::scan(text))
    }

    pub(super) fn read_outline(&self, outline: &Outline<'_>) -> Vec<Entry> {
        Entry::read_all(outline, &self.config.env, self.path().parent().unwrap_or(Path::new("/")))
    }

    pub(super) fn entry_at(&self, text: &str, headline: usize) -> Result<Entry> {
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
        self.apply(|text, i| edit::set_property(text, i, key, &write::one_line(value)))
    }

    /// Puts a comment in place of the old one; the logbook stays, words after the link go with the old comment.
    fn set_comment(&mut self, comment: &str, entry: &Entry) -> Result<()> {
        let region = entry.region.as_deref().map(|text| (text, write::language(&entry.file)));
        let outline = Outline::scan(&self.text);
        let (title, old) = (outline.title(self.headline), outline.body(self.headline));
        let body = format!("{}{}", &old[..entry::logbook(old)], write::body(comment, region));
        let link = link::parse(title).map_or(title, |target| title[..title.len() - target.rest.len()].trim_end());
        let text = if link == title { self.text.clone() } else { edit::set_title(&self.text, self.headline, link)? };
        self.text = edit::replace_body(&text, self.headline, &body)?;
        Ok(())
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
pub(super) fn todo_keyword<'a>(outline: &Outline<'a>) -> Result<&'a str> {
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

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    Local::now().timestamp()
}
