//! The verdict: made, carried out, stored.

use rusqlite::{OptionalExtension, params};

use super::apply;
use super::item::Judgement;
use super::judge::{Loaded, load};
use super::patch::{Change, FileDiff, Origin};
use super::queue::{Queue, Stored, now};
use super::request::Reviewer;
use super::verdict::{Decision, Judged, Outcome, Said, Submission, Verdict};
use crate::error::{Error, Result};
use crate::file;

impl Queue {
    /// Makes the verdict: does with the working tree and the index what was asked, and stores what was done.
    ///
    /// Nothing in the tree changes before. Where this process ends between the two, the request stays open with all its
    /// marks, and submitting it again finds what was done.
    ///
    /// # Errors
    /// [`Error::Conflict`] where `reviewer` does not have the request, [`Error::Invalid`] where something is rejected and the
    /// whole approved. That hunks could not be reverted or staged is no error: the verdict says so.
    pub fn submit(&self, id: &str, reviewer: &Reviewer, submission: &Submission) -> Result<Verdict> {
        let (stored, mut loaded) = self.write(|tx| {
            let stored = self.find(tx, id)?;
            stored.held_by(reviewer)?;
            let loaded = load(tx, &stored.request.id)?;
            let sql = "UPDATE diff_request SET submitting = ?2 WHERE id = ?1";
            tx.execute(sql, params![stored.request.id, now()])?;
            Ok((stored, loaded))
        })?;
        // Half of it is worse than all of it late: C-g does not come through here.
        let verdict = file::interruptible(|| false, || decide(&stored, &mut loaded, reviewer, submission));
        let id = &stored.request.id;
        self.write(|tx| {
            let verdict = match verdict {
                Ok(verdict) => verdict,
                Err(error) => {
                    tx.execute("UPDATE diff_request SET submitting = 0 WHERE id = ?1", [id])?;
                    return Ok(Err(error));
                }
            };
            let mut mark = tx.prepare_cached(
                "INSERT INTO diff_mark (request, item, judgement, kept, touched) VALUES (?1, ?2, 'approve', 0, 1) \
                 ON CONFLICT (request, item) DO UPDATE SET judgement = 'approve', touched = 1 WHERE judgement IS NULL",
            )?;
            for (item, judged) in verdict.items.iter().enumerate() {
                if submission.approve_rest && judged.judgement == Some(Judgement::Approve) {
                    mark.execute(params![id, item as i64])?;
                }
            }
            // The tree has changed: the verdict is said, whatever became of the request meanwhile.
            let text = serde_json::to_string(&verdict).map_err(|e| Error::Invalid(e.to_string()))?;
            tx.execute("INSERT INTO diff_verdict (request, verdict) VALUES (?1, ?2)", params![id, text])?;
            let sql = "UPDATE diff_request SET state = 'decided', submitting = 0 WHERE id = ?1";
            tx.execute(sql, [id])?;
            Ok(Ok(verdict))
        })?
    }

    /// The verdict on a request, as often as one likes; none before there is one.
    ///
    /// # Errors
    /// Those of [`Queue::get`].
    pub fn verdict(&self, id: &str) -> Result<Option<Verdict>> {
        self.read(|db| {
            let id = self.find(db, id)?.request.id;
            let sql = "SELECT verdict FROM diff_verdict WHERE request = ?1";
            let text: Option<String> = db.prepare_cached(sql)?.query_row([&id], |row| row.get(0)).optional()?;
            let read = |text: String| {
                serde_json::from_str(&text).map_err(|e| Error::Invalid(format!("the verdict on {id}: {e}")))
            };
            Ok(text.map(read).transpose()?)
        })
    }

    /// Remembers that whoever asked has got the verdict.
    ///
    /// # Errors
    /// Those of [`Queue::get`].
    pub fn deliver(&self, id: &str) -> Result<()> {
        self.write(|tx| {
            let id = self.find(tx, id)?.request.id;
            tx.execute("UPDATE diff_request SET delivered = 1 WHERE id = ?1 AND delivered = 0", [id])?;
            Ok(())
        })
    }

    /// The verdict on the last request of a session on the repository around a directory, where the session has not got it
    /// yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the directory is in no repository.
    pub fn undelivered(&self, session: &str, directory: &std::path::Path) -> Result<Option<Verdict>> {
        let root = super::snapshot::repository(directory)?.root;
        let sql = "SELECT id, state = 'decided' AND NOT delivered FROM diff_request \
                   WHERE session = ?1 AND repository = ?2 AND own = 0 ORDER BY number DESC LIMIT 1";
        let last: Option<(String, bool)> = self.read(|db| {
            let row = db.query_row(sql, params![session, root.to_str()], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok(row.optional()?)
        })?;
        match last {
            Some((id, true)) => self.verdict(&id),
            _ => Ok(None),
        }
    }
}

fn decide(stored: &Stored, loaded: &mut Loaded, reviewer: &Reviewer, submission: &Submission) -> Result<Verdict> {
    let id = &stored.request.id;
    if submission.approve_rest {
        let open = loaded.marks.iter_mut().filter(|mark| mark.judgement.is_none());
        open.for_each(|mark| mark.judgement = Some(Judgement::Approve));
    }
    let marked = |wanted| {
        let marked = loaded.marks.iter().filter(move |mark| mark.judgement == Some(wanted));
        marked.map(|mark| mark.item).collect::<Vec<_>>()
    };
    let (approved, rejected) = (marked(Judgement::Approve), marked(Judgement::Reject));
    if submission.decision == Decision::Approved && !rejected.is_empty() {
        let n = rejected.len();
        return Err(Error::Invalid(format!("{id}: {n} rejected: request changes, or take the rejections back")));
    }
    let mut outcomes = vec![Outcome::Nothing; loaded.items.len()];
    rejected.iter().for_each(|&item| outcomes[item] = Outcome::PleaseRevert);
    let (mut not_reverted, mut not_staged) = (None, None);
    let wanted = [(submission.revert, &rejected), (submission.stage, &approved)];
    if wanted.iter().any(|(wanted, items)| *wanted && !items.is_empty()) {
        match stored.repository() {
            Err(error) => {
                not_reverted = submission.revert.then(|| format!("nothing was reverted: {error}"));
                not_staged = submission.stage.then(|| format!("nothing was staged: {error}"));
                if submission.stage {
                    approved.iter().for_each(|&item| outcomes[item] = Outcome::NotStaged);
                }
            }
            Ok(repository) => {
                let judged = apply::Judged {
                    repository: &repository,
                    base: &stored.request.base,
                    kind: stored.kind,
                    patch: &loaded.patch,
                    items: &loaded.items,
                };
                let mut done = |items: &[usize], done: apply::Done| {
                    items.iter().zip(done.outcomes).for_each(|(&item, outcome)| outcomes[item] = outcome);
                    done.why_not
                };
                if submission.revert {
                    not_reverted = done(&rejected, judged.revert(&rejected));
                }
                if submission.stage {
                    not_staged = done(&approved, judged.stage(&approved));
                }
            }
        }
    }
    Ok(Verdict {
        request: id.clone(),
        round: stored.request.round,
        decision: submission.decision,
        remark: submission.remark.as_deref().map(str::trim).filter(|remark| !remark.is_empty()).map(str::to_owned),
        reviewer: reviewer.name.clone(),
        decided: now(),
        not_reverted,
        not_staged,
        items: (0..loaded.items.len()).map(|item| judged(loaded, item, outcomes[item])).collect(),
    })
}

/// What became of one item, with as much of it as whoever asked needs to see.
fn judged(loaded: &Loaded, index: usize, outcome: Outcome) -> Judged {
    let (item, mark) = (&loaded.items[index], &loaded.marks[index]);
    let file = &loaded.patch.files[item.file];
    let hunk = item.hunk.map(|hunk| &file.hunks[hunk]);
    let comments: Vec<Said> = loaded
        .comments
        .iter()
        .filter(|comment| comment.item == index)
        .map(|comment| Said {
            line: hunk.map_or(0, |hunk| hunk.new_line(comment.first)),
            end_line: hunk.map_or(0, |hunk| hunk.new_line(comment.last)),
            lines: hunk.map_or_else(String::new, |hunk| hunk.text(comment.first..=comment.last)),
            text: comment.text.clone(),
        })
        .collect();
    let told = mark.judgement == Some(Judgement::Reject) || !comments.is_empty();
    let first = hunk.and_then(|hunk| hunk.lines.iter().position(|line| line.origin != Origin::Context));
    Judged {
        file: file.path(),
        line: hunk.zip(first).map_or(0, |(hunk, first)| hunk.new_line(first)),
        what: what(file, item.hunk).to_owned(),
        judgement: mark.judgement,
        reason: mark.reason.clone(),
        lines: hunk.filter(|_| told).map(|hunk| format!("{}\n{}", hunk.heading(), hunk.text(0..=hunk.lines.len() - 1))),
        comments,
        outcome,
        kept: item.kept && !loaded.touched[index],
    }
}

fn what(file: &FileDiff, hunk: Option<usize>) -> &'static str {
    match (file.change, hunk) {
        _ if file.is_submodule() => "submodule",
        (Change::Renamed, None) => "rename",
        (Change::Copied, None) => "copy",
        _ if file.binary => "binary",
        (Change::Added, Some(_)) => "new file",
        (Change::Deleted, Some(_)) => "deleted file",
        (Change::Added, None) => "new empty file",
        (Change::Deleted, None) => "deleted empty file",
        (_, None) => "mode",
        (_, Some(_)) => "hunk",
    }
}
