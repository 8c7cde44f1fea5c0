//! The vault as assistants see it.

use serde::Serialize;

use super::node::{Found, ListQuery, Note, PublicLinks, PublicNode, TagCount};
use crate::Config;
use crate::error::Result;

/// Who calls, for the audit trail.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `cli` or `mcp`.
    pub front_end: &'static str,
    /// The session's name.
    pub session: String,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Markup {
    /// Org.
    #[default]
    Org,
    /// CommonMark with tables, task lists and strikethrough; converted to Org.
    Markdown,
}

/// A note to be made.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its ID; a UUID where there is none.
    pub id: Option<String>,
    /// The title, one line.
    pub title: String,
    /// Tags besides `PUBLIC`.
    pub tags: Vec<String>,
    /// The text below the title.
    pub body: String,
    /// How `body` is written.
    pub markup: Markup,
}

/// One call in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// When, in seconds since 1970.
    pub time: i64,
    /// `cli` or `mcp`.
    pub front_end: String,
    /// The session's name.
    pub session: String,
    /// What was called: `get`, `search`, `create` and so on.
    pub call: String,
    /// What it was asked for: a name, the words of a search.
    pub subject: String,
    /// `ok`, or the kind of the error.
    pub outcome: String,
    /// How many notes came out.
    pub notes: usize,
}

/// What is marked PUBLIC, and nothing else.
#[derive(Debug)]
pub struct PublicVault {}

impl PublicVault {
    /// Opens the vault of `config`.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn open(config: &Config, caller: Caller) -> Result<Self> {
        let _ = (config, caller);
        unimplemented!()
    }

    /// The note that `name` names: an ID, else a title, else an alias (case ignored); `section` is a heading in it, by its
    /// title or its path (`Plan/Next steps`).
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::Invalid`](crate::Error::Invalid) where several notes have that title.
    pub fn get(&self, name: &str, section: Option<&str>) -> Result<Note> {
        let _ = (name, section);
        unimplemented!()
    }

    /// Full text search: words that all must be there, `"phrases"`, `prefix*`, `-without`. The best first.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) where the query has no word.
    pub fn search(&self, query: &str, limit: usize) -> Result<Found<PublicNode>> {
        let _ = (query, limit);
        unimplemented!()
    }

    /// Notes by tag, by title or by time.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn list(&self, query: &ListQuery) -> Result<(Vec<PublicNode>, usize)> {
        let _ = query;
        unimplemented!()
    }

    /// The links out of a note and into it.
    ///
    /// # Errors
    /// Those of [`PublicVault::get`].
    pub fn links(&self, name: &str) -> Result<PublicLinks> {
        let _ = name;
        unimplemented!()
    }

    /// All tags with the number of notes that have them, by that number.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        unimplemented!()
    }

    /// Makes a note, marked PUBLIC and with `:CREATED_BY:` the session.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) where the ID cannot be had, [`Error::Invalid`](crate::Error::Invalid) for a draft that makes no sense.
    pub fn create(&self, draft: &Draft) -> Result<Note> {
        let _ = draft;
        unimplemented!()
    }

    /// Adds `text` to the end of the note's own text, or to that of one of its sections. Headings in it go below.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) with the current revision where it is another than `revision`; nothing is changed then.
    pub fn append(
        &self,
        name: &str,
        revision: &str,
        section: Option<&str>,
        text: &str,
        markup: Markup,
    ) -> Result<Note> {
        let _ = (name, revision, section, text, markup);
        unimplemented!()
    }

    /// Puts `text` in the place of what an assistant sees of the note's body, or of one of its sections.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn replace(
        &self,
        name: &str,
        revision: &str,
        section: Option<&str>,
        text: &str,
        markup: Markup,
    ) -> Result<Note> {
        let _ = (name, revision, section, text, markup);
        unimplemented!()
    }

    /// Gives the note these tags of its own; its marks stay.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn set_tags(&self, name: &str, revision: &str, tags: &[String]) -> Result<Note> {
        let _ = (name, revision, tags);
        unimplemented!()
    }

    /// Gives the note another title.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn rename(&self, name: &str, revision: &str, title: &str) -> Result<Note> {
        let _ = (name, revision, title);
        unimplemented!()
    }

    /// Appends a link to the note that `target` names, by ID, title or alias, as an item of a list.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn link(&self, name: &str, revision: &str, section: Option<&str>, target: &str) -> Result<Note> {
        let _ = (name, revision, section, target);
        unimplemented!()
    }

    /// The last calls of assistants, the last one first.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn audit(&self, limit: usize) -> Result<Vec<AuditRow>> {
        let _ = limit;
        unimplemented!()
    }
}
