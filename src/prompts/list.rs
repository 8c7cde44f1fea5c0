//! Finding prompts: a query as SQL.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::library::{COLUMNS, Library, TABLES, prompt};
use super::prompt::{Prompt, project_name};
use super::query::{Found, Order, PRIVATE, Query};
use super::secret::mask;
use super::store::first_place;
use crate::db::words;
use crate::error::{Error, Result};

/// The columns of full text that have words.
const WORDS: &str = "text pasted";

/// What a query becomes: conditions on a prompt `p`, and the values in them.
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    fn and(&mut self, sql: &str) {
        self.sql.push_str(if self.sql.is_empty() { "WHERE " } else { " AND " });
        self.sql.push_str(sql);
    }

    fn with(&mut self, sql: &str, value: impl Into<Value>) {
        self.and(sql);
        self.values.push(value.into());
    }
}

impl Query {
    /// The conditions of it, on the table that it is best to begin with.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text without a word in it.
    pub(super) fn conditions(&self, db: &Connection) -> Result<Conditions, Stopped> {
        let mut all = Conditions { sql: String::new(), values: Vec::new() };
        if let Some(text) = &self.text {
            let query = words::Query::parse(text, self.live).map_err(Stopped::Refused)?;
            all.with("w.prompt_words MATCH ?", query.expression(WORDS));
        }
        // The places, which are those of the words too: time that is left out is not looked through.
        let place = if self.text.is_some() { "w.rowid" } else { "p.place" };
        if let Some(since) = self.since {
            all.with(&format!("{place} >= ?"), first_place(since.clamp(0, super::new_prompt::LATEST)));
            all.with("p.time >= ?", since);
        }
        if let Some(until) = self.until {
            all.with("p.time < ?", until);
        }
        if let Some(project) = &self.project {
            let numbers = projects(db, project, self.public)?;
            all.and(&format!("p.project IN ({numbers})"));
        }
        if let Some(session) = &self.session {
            let pattern = format!("{}*", session.replace('[', "[[]").replace('*', "[*]").replace('?', "[?]"));
            all.with("p.session IN (SELECT id FROM prompt_session WHERE name GLOB ?)", pattern);
        }
        // `%H` counts hours from 00, `%w` days from Sunday.
        if let Some(hour) = self.hour {
            all.with(
                "p.time > 0 AND strftime('%H', p.time / 1000, 'unixepoch', 'localtime') = ?",
                format!("{hour:02}"),
            );
        }
        if let Some(weekday) = self.weekday {
            let day = ((u16::from(weekday) + 1) % 7).to_string();
            all.with("p.time > 0 AND strftime('%w', p.time / 1000, 'unixepoch', 'localtime') = ?", day);
        }
        if self.secrets {
            all.and("p.secrets IS NOT NULL");
        }
        if !self.commands {
            all.and("p.command = 0");
        }
        self.marks(&mut all);
        Ok(all)
    }

    /// The conditions on what the person said. Few prompts are marked: where marks are asked for they come first.
    fn marks(&self, all: &mut Conditions) {
        let (least, most) = (self.min_rating.unwrap_or(1), self.max_rating.unwrap_or(5));
        let bounded = self.min_rating.is_some() || self.max_rating.is_some();
        if bounded || self.rated == Some(true) {
            all.with("p.identity IN (SELECT identity FROM prompt_rating WHERE rating BETWEEN ?", i64::from(least));
            all.sql.push_str(" AND ?)");
            all.values.push(i64::from(most).into());
        } else if self.rated == Some(false) {
            all.and("NOT EXISTS (SELECT 1 FROM prompt_rating x WHERE x.identity = p.identity)");
        }
        match self.has_note {
            Some(true) => all.and("p.identity IN (SELECT identity FROM prompt_note)"),
            Some(false) => all.and("NOT EXISTS (SELECT 1 FROM prompt_note x WHERE x.identity = p.identity)"),
            None => {}
        }
        if self.public {
            all.with("p.identity NOT IN (SELECT identity FROM prompt_tag WHERE tag = ?)", PRIVATE.to_owned());
        }
        if let Some(tag) = &self.tag {
            all.with("p.identity IN (SELECT identity FROM prompt_tag WHERE tag = ?)", tag.clone());
        }
    }

    /// Where rows come from: the words first where there are any, since they are in the order of time too.
    pub(super) fn tables(&self) -> String {
        match &self.text {
            Some(_) => format!("prompt_words w CROSS JOIN {TABLES}"),
            None => TABLES.to_owned(),
        }
    }

    /// The whole of it, with [`COLUMNS`] and the identity, and its values.
    fn sql(&self, db: &Connection, limit: i64) -> Result<(String, Vec<Value>), Stopped> {
        let conditions = self.conditions(db)?;
        let joined = if self.text.is_some() { " AND p.place = w.rowid" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS}, p.identity FROM {} {}{joined} ORDER BY {} LIMIT {limit} OFFSET {}",
            self.tables(),
            conditions.sql,
            self.order(),
            self.offset
        );
        Ok((sql, conditions.values))
    }

    fn order(&self) -> &'static str {
        match (self.order, self.text.is_some()) {
            (Order::Newest, false) => "p.place DESC",
            (Order::Newest, true) => "w.rowid DESC",
            (Order::Oldest, false) => "p.place",
            (Order::Oldest, true) => "w.rowid",
            (Order::Rating, _) => {
                "coalesce((SELECT rating FROM prompt_rating x WHERE x.identity = p.identity), 0) DESC, p.place DESC"
            }
            (Order::Length, _) => "p.characters DESC, p.place DESC",
        }
    }
}

/// Why there are no conditions.
pub(super) enum Stopped {
    Refused(Error),
    Sqlite(rusqlite::Error),
}

impl Stopped {
    pub(super) fn at(self, path: &Path) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Sqlite(error) => Error::database(path)(error),
        }
    }
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// The numbers of the projects of this name, parted by commas: of the directory; else of all that are called so; else of
/// all whose directory has it somewhere. With `public` those whose prompts are all PRIVATE are not there, and a key in a
/// directory is not either: no answer tells of them.
fn projects(db: &Connection, name: &str, public: bool) -> rusqlite::Result<String> {
    let mut statement = db.prepare_cached(
        "SELECT id, path FROM prompt_project r WHERE NOT ?1 OR EXISTS (SELECT 1 FROM prompt p WHERE p.project = r.id \
         AND p.identity NOT IN (SELECT identity FROM prompt_tag WHERE tag = ?2))",
    )?;
    let all: Vec<(i64, String)> = statement
        .query_map(params![public, PRIVATE], |row| Ok((row.get(0)?, row.get(1)?)))?
        .map(|row| row.map(|(id, path): (i64, String)| (id, if public { mask(&path).into_owned() } else { path })))
        .collect::<rusqlite::Result<_>>()?;
    let folded = name.to_lowercase();
    let ways: [&dyn Fn(&str) -> bool; 3] = [
        &|path| path == name || path.trim_end_matches('/') == name.trim_end_matches('/'),
        &|path| project_name(path).to_lowercase() == folded,
        &|path| path.to_lowercase().contains(&folded),
    ];
    for way in ways {
        let found: Vec<String> = all.iter().filter(|(_, path)| way(path)).map(|(id, _)| id.to_string()).collect();
        if !found.is_empty() {
            return Ok(found.join(","));
        }
    }
    Ok(String::new())
}

impl Library {
    /// The prompts that `query` asks for.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text without a word in it, [`Error::Database`].
    pub fn list(&self, query: &Query) -> Result<Found> {
        let db = self.connection();
        list(&db, query).map_err(|stopped| stopped.at(&self.path))
    }

    /// Hands each prompt that `query` asks for, with what was pasted, to `work` until that returns `false`: one at a time,
    /// however many there are. `work` must not ask the library.
    ///
    /// # Errors
    /// Those of [`Library::list`].
    pub(super) fn each(&self, query: &Query, work: &mut dyn FnMut(Prompt) -> bool) -> Result<()> {
        let db = self.connection();
        each(&db, query, work).map_err(|stopped| stopped.at(&self.path))
    }
}

fn list(db: &Connection, query: &Query) -> Result<Found, Stopped> {
    // One more than was asked for says whether there are more.
    let limit = query.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    let (sql, values) = query.sql(db, limit)?;
    let mut statement = db.prepare_cached(&sql)?;
    let mut prompts = statement.query_map(params_from_iter(&values), prompt)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = query.limit.is_some_and(|limit| prompts.len() > limit);
    if let Some(limit) = query.limit {
        prompts.truncate(limit);
    }
    Ok(Found { prompts, more })
}

/// Each with what was pasted, until `work` returns `false`.
fn each(db: &Connection, query: &Query, work: &mut dyn FnMut(Prompt) -> bool) -> Result<(), Stopped> {
    let limit = query.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let (sql, values) = query.sql(db, limit)?;
    let mut statement = db.prepare_cached(&sql)?;
    let mut pasted = db.prepare_cached("SELECT contents FROM prompt_pasted WHERE identity = ?1")?;
    let mut rows = statement.query(params_from_iter(&values))?;
    while let Some(row) = rows.next()? {
        let mut prompt = prompt(row)?;
        let json: Option<String> = pasted.query_row([row.get::<_, i64>(20)?], |row| row.get(0)).optional()?;
        prompt.pasted = json.and_then(|json| serde_json::from_str(&json).ok());
        if !work(prompt) {
            break;
        }
    }
    Ok(())
}
