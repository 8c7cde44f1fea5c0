//! Finding cards.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::card::{Card, State};
use super::clock::Day;
use super::collection::{Collection, EXTRA, JOIN};
use super::scheduler::Algorithm;
use super::store::{COLUMNS, TABLES};
use crate::db::words;
use crate::error::Result;

/// Which cards are meant. The default is all that are not deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this project; empty: of none.
    pub project: Option<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// Scheduled by an algorithm of this name.
    pub algorithm: Option<String>,
    /// How many new cards a day, in the place of what the configuration says.
    pub new_limit: Option<u32>,
    /// From none of these notes: those that an assistant is not to know of.
    pub hidden_notes: Vec<String>,
    /// Nor from these files, as the cards name them.
    pub hidden_files: Vec<String>,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What fits the words best; without words the newest.
    #[default]
    Best,
    /// The newest.
    Newest,
    /// The oldest.
    Oldest,
    /// What is due first; what was never answered last.
    Due,
    /// What was forgotten most often.
    Lapses,
}

/// Which cards to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Which are meant.
    pub filter: Filter,
    /// Words, `"phrases"`, `prefix*` and `-without`, in question, answer and notes.
    pub text: Option<String>,
    /// Whether `text` is still being typed: its last word may be the start of one.
    pub live: bool,
    /// In this state.
    pub state: Option<State>,
    /// Due on this day or before.
    pub due: Option<Day>,
    /// Never answered, or answered.
    pub new: Option<bool>,
    /// Suspended because they were forgotten too often.
    pub leech: bool,
    /// Those that were deleted instead of the others.
    pub deleted: bool,
    /// What comes first.
    pub order: Order,
    /// At most so many; none: all.
    pub limit: Option<usize>,
    /// So many less from the front.
    pub offset: usize,
}

/// What a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// The cards.
    pub cards: Vec<Card>,
    /// How many there are without the limit.
    pub total: usize,
}

/// A project with how many cards it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectCount {
    /// The name; empty: none.
    pub project: String,
    /// What its cards are scheduled by.
    pub algorithm: Algorithm,
    /// Whether it has said so itself.
    pub own_algorithm: bool,
    /// How many cards it has.
    pub cards: usize,
    /// How many of them are drafts.
    pub drafts: usize,
    /// How many are suspended.
    pub suspended: usize,
    /// How many were never answered, of the active ones.
    pub new: usize,
    /// How many are due, of the active ones.
    pub due: usize,
}

/// A tag with how many cards bear it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// How many.
    pub cards: usize,
}

/// What is known of a condition: SQL, and the values for its question marks.
pub(super) type Conditions = (Vec<String>, Vec<Value>);

impl Filter {
    /// As conditions on the table `card c`; deleted cards are left out.
    pub(super) fn conditions(&self, collection: &Collection) -> Conditions {
        let mut sql = vec!["c.deleted = 0".to_owned()];
        let mut values = Vec::new();
        if let Some(project) = &self.project {
            sql.push(format!("c.project IN ({PROJECTS})"));
            values.extend([project.clone().into(), project.clone().into(), project.clone().into()]);
        }
        for tag in &self.tags {
            sql.push("c.number IN (SELECT card FROM card_tag WHERE tag = ?)".to_owned());
            values.push(tag.clone().into());
        }
        if let Some(algorithm) = &self.algorithm {
            let of_card = "coalesce(c.algorithm, (SELECT algorithm FROM card_project x WHERE x.id = c.project), ?)";
            sql.push(format!("{of_card} || ':' LIKE ? || ':%'"));
            values.extend([
                collection.algorithm.to_string().into(),
                algorithm.to_ascii_lowercase().replace("sm-2", "sm2").into(),
            ]);
        }
        if !self.hidden_notes.is_empty() {
            sql.push("(c.source_note IS NULL OR c.source_note NOT IN (SELECT value FROM json_each(?)))".to_owned());
            values.push(serde_json::Value::from(self.hidden_notes.clone()).to_string().into());
        }
        if !self.hidden_files.is_empty() {
            sql.push("(c.source_path IS NULL OR c.source_path NOT IN (SELECT value FROM json_each(?)))".to_owned());
            values.push(serde_json::Value::from(self.hidden_files.clone()).to_string().into());
        }
        (sql, values)
    }

    /// Which cards these are, by their numbers.
    pub(super) fn meant(&self, collection: &Collection, db: &Connection) -> rusqlite::Result<Meant> {
        let rest = Self { new_limit: None, project: None, ..self.clone() };
        let (sql, values) = match (&self.project, rest == Self::default()) {
            (None, true) => return Ok(Meant::All),
            (Some(project), true) => {
                let values = vec![project.clone().into(), project.clone().into(), project.clone().into()];
                (PROJECTS.to_owned(), values)
            }
            _ => {
                let (sql, values) = self.conditions(collection);
                (format!("SELECT c.number FROM card c WHERE {}", sql.join(" AND ")), values)
            }
        };
        let mut statement = db.prepare_cached(&sql)?;
        let numbers =
            statement.query_map(params_from_iter(values), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(if rest == Self::default() { Meant::Projects(numbers) } else { Meant::Cards(numbers) })
    }
}

/// The projects of a name: it, and those below it as Anki's decks are: `lang` has `lang::de`.
const PROJECTS: &str = "SELECT id FROM card_project WHERE name = ? OR substr(name, 1, length(?) + 2) = ? || '::'";

/// Cards, by their numbers.
#[derive(Debug)]
pub(super) enum Meant {
    All,
    /// Those of these projects.
    Projects(HashSet<i64>),
    Cards(HashSet<i64>),
}

impl Meant {
    pub(super) fn has(&self, card: i64, project: i64) -> bool {
        match self {
            Self::All => true,
            Self::Projects(projects) => projects.contains(&project),
            Self::Cards(cards) => cards.contains(&card),
        }
    }
}

impl Query {
    fn conditions(&self, collection: &Collection) -> Conditions {
        let (mut sql, mut values) = self.filter.conditions(collection);
        if self.deleted {
            sql[0] = "c.deleted = 1 AND t.question <> ''".to_owned();
        }
        match self.state {
            Some(State::Suspended) => sql.push("(c.state = 'suspended' OR s.leech = 1)".to_owned()),
            Some(State::Active) => sql.push("c.state = 'active' AND s.leech = 0".to_owned()),
            Some(State::Draft) => sql.push("c.state = 'draft'".to_owned()),
            None => {}
        }
        if let Some(due) = self.due {
            sql.push("s.active = 1 AND (s.due <= ? OR s.due IS NOT NULL AND s.confidence < 3)".to_owned());
            values.push(due.number().into());
        }
        match self.new {
            Some(true) => sql.push("s.due IS NULL".to_owned()),
            Some(false) => sql.push("s.due IS NOT NULL".to_owned()),
            None => {}
        }
        if self.leech {
            sql.push("s.leech = 1".to_owned());
        }
        (sql, values)
    }
}

impl Collection {
    /// Finds cards.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for a query without a word to look for.
    pub fn list(&self, query: &Query) -> Result<Found> {
        let (mut conditions, mut values) = query.conditions(self);
        let mut from = format!("{TABLES} {JOIN}");
        let text = query.text.as_deref().filter(|text| !text.trim().is_empty());
        if let Some(text) = text {
            let words = words::Query::parse(text, query.live)?.expression("question answer notes");
            from.push_str(" JOIN card_words w ON w.rowid = c.number");
            conditions.push("w.card_words MATCH ?".to_owned());
            values.push(words.into());
        }
        let order = match query.order {
            Order::Best if text.is_some() => "w.rank, c.number DESC",
            Order::Best | Order::Newest => "c.created DESC, c.number DESC",
            Order::Oldest => "c.created, c.number",
            Order::Due => "s.due IS NULL, s.due, c.number",
            Order::Lapses => "s.lapses DESC, c.number",
        };
        let conditions = conditions.join(" AND ");
        let limit = query.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
        self.read(|db| {
            let sql = format!(
                "SELECT {COLUMNS}, {EXTRA} FROM {from} WHERE {conditions} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(&values), |row| self.shown(row))?;
            let cards: Vec<Card> = rows.collect::<rusqlite::Result<_>>()?;
            let all = query.limit.is_none_or(|limit| cards.len() < limit) && (query.offset == 0 || !cards.is_empty());
            let total = if all {
                query.offset + cards.len()
            } else {
                let sql = format!("SELECT count(*) FROM {from} WHERE {conditions}");
                let total: i64 = db.prepare_cached(&sql)?.query_row(params_from_iter(&values), |row| row.get(0))?;
                usize::try_from(total).unwrap_or(0)
            };
            Ok(Found { cards, total })
        })
    }

    /// All projects that have cards or an algorithm, in alphabetical order.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn projects(&self) -> Result<Vec<ProjectCount>> {
        self.read(|db| {
            let today = self.day(db)?;
            let sql = "SELECT p.name, p.algorithm, count(c.number), sum(c.state = 'draft'), sum(c.state = 'suspended' OR s.leech), \
                       sum(s.active AND s.due IS NULL), \
                       sum(s.active AND s.due IS NOT NULL AND (s.due <= ?1 OR s.confidence < 3)) \
                       FROM card_project p LEFT JOIN card c ON c.project = p.id AND c.deleted = 0 \
                       LEFT JOIN card_schedule s ON s.card = c.number \
                       GROUP BY p.id HAVING count(c.number) > 0 OR p.algorithm IS NOT NULL ORDER BY p.name";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([today.number()], |row| {
                let own: Option<Algorithm> = row.get_ref(1)?.as_str_or_null()?.and_then(|text| text.parse().ok());
                let count = |column| {
                    let count: Option<i64> = row.get(column)?;
                    Ok::<_, rusqlite::Error>(usize::try_from(count.unwrap_or(0)).unwrap_or(0))
                };
                Ok(ProjectCount {
                    project: row.get(0)?,
                    own_algorithm: own.is_some(),
                    algorithm: own.unwrap_or_else(|| self.algorithm.clone()),
                    cards: count(2)?,
                    drafts: count(3)?,
                    suspended: count(4)?,
                    new: count(5)?,
                    due: count(6)?,
                })
            })?;
            rows.collect()
        })
    }

    /// All tags, the most used first.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        self.read(|db| {
            let sql = "SELECT x.tag, count(*) FROM card_tag x JOIN card c ON c.number = x.card WHERE c.deleted = 0 \
                       GROUP BY x.tag ORDER BY 2 DESC, 1";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                Ok(TagCount { tag: row.get(0)?, cards: usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0) })
            })?;
            rows.collect()
        })
    }

    /// The IDs of all notes that cards come from.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn source_notes(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let sql = "SELECT DISTINCT source_note FROM card WHERE source_note IS NOT NULL ORDER BY 1";
            db.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// The files that cards come from.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn source_files(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let sql = "SELECT DISTINCT source_path FROM card WHERE source_path IS NOT NULL ORDER BY 1";
            db.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect()
        })
    }
}
