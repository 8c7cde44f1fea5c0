//! The person's side before the verdict: who has a request open, what is marked in it. Every key press is stored.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::item::{Comment, Judgement, Mark, NewComment, Review, items};
use super::patch::Patch;
use super::queue::{Queue, Stored, set_state};
use super::request::{Request, Reviewer, State};
use crate::db::Stop;
use crate::error::{Error, Result};

/// What is stored of a request besides the request.
pub(super) struct Loaded {
    pub(super) patch: Patch,
    pub(super) items: Vec<super::item::Item>,
    pub(super) marks: Vec<Mark>,
    /// Whether each was judged in this round.
    pub(super) touched: Vec<bool>,
    pub(super) comments: Vec<Comment>,
}

/// Reads what is stored of a request.
pub(super) fn load(db: &Connection, id: &str) -> Result<Loaded, Stop> {
    let bytes: Vec<u8> =
        db.prepare_cached("SELECT patch FROM diff_patch WHERE request = ?1")?.query_row([id], |row| row.get(0))?;
    let patch = Patch::parse(&bytes)?;
    let mut items = items(&patch);
    let mut marks: Vec<Mark> = (0..items.len()).map(|item| Mark { item, judgement: None, reason: None }).collect();
    let mut touched = vec![false; items.len()];
    let mut select =
        db.prepare_cached("SELECT item, judgement, reason, kept, touched FROM diff_mark WHERE request = ?1")?;
    let mut rows = select.query([id])?;
    while let Some(row) = rows.next()? {
        let item = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
        if let Some(mark) = marks.get_mut(item) {
            mark.judgement = judgement(row.get::<_, Option<String>>(1)?.as_deref());
            mark.reason = row.get(2)?;
            items[item].kept = row.get(3)?;
            touched[item] = row.get(4)?;
        }
    }
    let mut select = db.prepare_cached(
        "SELECT id, item, first, last, text FROM diff_comment WHERE request = ?1 ORDER BY item, first, last, id",
    )?;
    let comments = select.query_map([id], comment)?.collect::<rusqlite::Result<_>>()?;
    Ok(Loaded { patch, items, marks, touched, comments })
}

fn comment(row: &rusqlite::Row<'_>) -> rusqlite::Result<Comment> {
    let number = |column: usize| row.get::<_, i64>(column).map(|n| usize::try_from(n).unwrap_or(0));
    Ok(Comment { id: row.get(0)?, item: number(1)?, first: number(2)?, last: number(3)?, text: row.get(4)? })
}

fn judgement(name: Option<&str>) -> Option<Judgement> {
    match name {
        Some("approve") => Some(Judgement::Approve),
        Some("reject") => Some(Judgement::Reject),
        _ => None,
    }
}

/// The name of a judgement, as it is stored.
pub(super) fn judgement_name(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Approve => "approve",
        Judgement::Reject => "reject",
    }
}

/// Stores a comment under a new number.
pub(super) fn insert_comment(tx: &Transaction<'_>, id: &str, comment: &Comment) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO diff_comment (request, item, first, last, text) VALUES (?1, ?2, ?3, ?4, ?5)";
    let Comment { item, first, last, text, .. } = comment;
    tx.prepare_cached(sql)?.insert(params![id, *item as i64, *first as i64, *last as i64, text])
}

impl Stored {
    /// Refuses where `reviewer` does not have the request open.
    pub(super) fn held_by(&self, reviewer: &Reviewer) -> Result<()> {
        let Request { id, state, next, .. } = &self.request;
        let why = match state {
            State::InReview if !self.is_held_by_another(reviewer) => return Ok(()),
            State::InReview => {
                format!("{} has taken {id} over", self.request.reviewer.as_deref().unwrap_or("somebody"))
            }
            State::Waiting => format!("{id} is not open for review: open it again"),
            State::Decided => format!("{id} was decided already"),
            State::Superseded => {
                format!("a new round took the place of {id}: open {}", next.as_deref().unwrap_or("that one"))
            }
            State::Abandoned => format!("{id} was taken back by {}", self.request.session),
            State::Expired => format!("{id} has expired"),
        };
        Err(Error::Conflict(why))
    }
}

impl Queue {
    /// A request with all that is in it, whoever has it.
    ///
    /// # Errors
    /// Those of [`Queue::get`].
    pub fn review(&self, id: &str) -> Result<Review> {
        self.read(|db| {
            let request = self.find(db, id)?.request;
            review(db, request)
        })
    }

    /// Gives the review of a request to `reviewer`. Of one that was decided or closed it gives what there is, to be read.
    ///
    /// # Errors
    /// [`Error::Conflict`] where somebody else has it and `take_over` is not set, or is submitting its verdict.
    pub fn begin(&self, id: &str, reviewer: &Reviewer, take_over: bool) -> Result<Review> {
        self.write(|tx| {
            let stored = self.find(tx, id)?;
            if !stored.request.state.is_open() {
                return review(tx, stored.request);
            }
            if stored.is_held_by_another(reviewer) {
                let (id, who) = (&stored.request.id, stored.request.reviewer.as_deref().unwrap_or("somebody"));
                if stored.is_being_submitted() {
                    return Err(Error::Conflict(format!("{who} is submitting the verdict on {id}")).into());
                }
                if !take_over {
                    let how = "take it over, or let them finish";
                    return Err(Error::Conflict(format!("{who} has {id} open: {how}")).into());
                }
            }
            let sql = "UPDATE diff_request SET state = 'in-review', reviewer = ?2, host = ?3, process = ?4, submitting = 0 \
                       WHERE id = ?1";
            tx.execute(sql, params![stored.request.id, reviewer.name, reviewer.host, reviewer.process])?;
            let request = self.find(tx, &stored.request.id)?.request;
            review(tx, request)
        })
    }

    /// Puts a request back to waiting; what was marked stays.
    ///
    /// # Errors
    /// [`Error::Conflict`] where `reviewer` does not have it.
    pub fn put_back(&self, id: &str, reviewer: &Reviewer) -> Result<Request> {
        self.write(|tx| {
            let stored = self.find(tx, id)?;
            stored.held_by(reviewer)?;
            set_state(tx, &stored.request.id, State::Waiting)?;
            Ok(self.find(tx, &stored.request.id)?.request)
        })
    }

    /// Stores marks and returns what was marked there before, to be stored again by undo.
    ///
    /// # Errors
    /// [`Error::Conflict`] where `reviewer` does not have the request, [`Error::Invalid`] where there is no such item.
    pub fn mark(&self, id: &str, reviewer: &Reviewer, marks: &[Mark]) -> Result<Vec<Mark>> {
        self.write(|tx| {
            let stored = self.find(tx, id)?;
            stored.held_by(reviewer)?;
            let mut select =
                tx.prepare_cached("SELECT judgement, reason FROM diff_mark WHERE request = ?1 AND item = ?2")?;
            let mut update = tx.prepare_cached(
                "INSERT INTO diff_mark (request, item, judgement, reason, kept, touched) VALUES (?1, ?2, ?3, ?4, 0, 1) \
                 ON CONFLICT (request, item) DO UPDATE SET touched = 1, judgement = ?3, reason = ?4",
            )?;
            let mut before = Vec::with_capacity(marks.len());
            for mark in marks {
                check_item(&stored.request, mark.item)?;
                let key = params![stored.request.id, mark.item as i64];
                let old = select
                    .query_row(key, |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?)))
                    .optional()?
                    .unwrap_or_default();
                before.push(Mark { item: mark.item, judgement: judgement(old.0.as_deref()), reason: old.1 });
                let judgement = mark.judgement.map(judgement_name);
                // A reason is one for a rejection.
                let reason = mark.reason.as_deref().map(str::trim).filter(|r| !r.is_empty());
                let reason = reason.filter(|_| mark.judgement == Some(Judgement::Reject));
                update.execute(params![stored.request.id, mark.item as i64, judgement, reason])?;
            }
            Ok(before)
        })
    }

    /// Stores a comment.
    ///
    /// # Errors
    /// [`Error::Conflict`] where `reviewer` does not have the request, [`Error::Invalid`] where it is empty or its lines are
    /// none of the hunk's, [`Error::NotFound`] where the comment that it takes the place of is gone.
    pub fn comment(&self, id: &str, reviewer: &Reviewer, new: &NewComment) -> Result<Comment> {
        self.write(|tx| {
            let stored = self.find(tx, id)?;
            stored.held_by(reviewer)?;
            let id = &stored.request.id;
            check_item(&stored.request, new.item)?;
            if new.text.trim().is_empty() {
                return Err(Error::Invalid("the comment is empty: say something, or remove it".into()).into());
            }
            let loaded = load(tx, id)?;
            let item = &loaded.items[new.item];
            let lines = item.hunk.map_or(1, |hunk| loaded.patch.files[item.file].hunks[hunk].lines.len());
            if new.first > new.last || new.last >= lines {
                let range = format!("{}-{}", new.first, new.last);
                return Err(Error::Invalid(format!("{id}: item {} has {lines} lines, not {range}", new.item)).into());
            }
            let text = new.text.trim_end().to_owned();
            let mut comment = Comment { id: 0, item: new.item, first: new.first, last: new.last, text };
            match new.id {
                None => comment.id = insert_comment(tx, id, &comment)?,
                Some(number) => {
                    comment.id = number;
                    let sql = "UPDATE diff_comment SET item = ?3, first = ?4, last = ?5, text = ?6 WHERE request = ?1 AND id = ?2";
                    let Comment { item, first, last, .. } = comment;
                    let values = params![id, number, item as i64, first as i64, last as i64, comment.text];
                    if tx.execute(sql, values)? == 0 {
                        return Err(no_comment(id, number).into());
                    }
                }
            }
            Ok(comment)
        })
    }

    /// Removes a comment and returns it.
    ///
    /// # Errors
    /// [`Error::Conflict`] where `reviewer` does not have the request, [`Error::NotFound`] where there is no such comment.
    pub fn remove_comment(&self, id: &str, reviewer: &Reviewer, number: i64) -> Result<Comment> {
        self.write(|tx| {
            let stored = self.find(tx, id)?;
            stored.held_by(reviewer)?;
            let id = &stored.request.id;
            let sql = "DELETE FROM diff_comment WHERE request = ?1 AND id = ?2 RETURNING id, item, first, last, text";
            let removed = tx.query_row(sql, params![id, number], comment).optional()?;
            removed.ok_or_else(|| no_comment(id, number).into())
        })
    }
}

fn review(db: &Connection, request: Request) -> Result<Review, Stop> {
    let Loaded { patch, items, marks, comments, .. } = load(db, &request.id)?;
    Ok(Review { request, patch, items, marks, comments })
}

fn check_item(request: &Request, item: usize) -> Result<()> {
    if item < request.items {
        return Ok(());
    }
    Err(Error::Invalid(format!("{}: there is no item {item}: it has {}", request.id, request.items)))
}

fn no_comment(id: &str, number: i64) -> Error {
    Error::NotFound(format!("{id} has no comment {number}"))
}
