//! Requests, reviews and verdicts as Lisp, and what Lisp says of them.

use std::path::Path;

use emacs::Value;

use super::super::failure::Failure;
use super::super::lisp::{Lisp, Plist};
use crate::diff::patch::{Change, FileDiff};
use crate::diff::{
    Comment, Decision, Item, Judged, Judgement, Mark, NewComment, Outcome, Request, Review, Shown, Submission, Verdict,
    shown,
};
use crate::error::Error;

fn path(path: &Path) -> Lisp<'static> {
    Lisp::string(path.display().to_string())
}

fn decision(decision: Decision) -> Lisp<'static> {
    Lisp::Symbol(match decision {
        Decision::Approved => "approved",
        Decision::ChangesRequested => "changes-requested",
        Decision::Abandoned => "abandoned",
    })
}

fn judgement_name(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Approve => "approve",
        Judgement::Reject => "reject",
    }
}

fn judgement(judgement: Option<Judgement>) -> Lisp<'static> {
    judgement.map_or(Lisp::Nil, |judgement| Lisp::Symbol(judgement_name(judgement)))
}

pub(super) fn request(request: &Request) -> Lisp<'_> {
    Lisp::plist([
        ("id", (&request.id).into()),
        ("round", request.round.into()),
        ("previous", request.previous.as_ref().into()),
        ("next", request.next.as_ref().into()),
        ("session", (&request.session).into()),
        ("repository", path(&request.repository)),
        ("project", (&request.project).into()),
        ("branch", request.branch.as_ref().into()),
        ("base", (&request.base).into()),
        ("scope", (&request.scope).into()),
        ("title", (&request.title).into()),
        ("summary", request.summary.as_ref().into()),
        ("created", request.created.into()),
        ("state", Lisp::Symbol(request.state.as_str())),
        ("reviewer", request.reviewer.as_ref().into()),
        ("files", request.files.into()),
        ("items", request.items.into()),
        ("unmarked", request.unmarked.into()),
        ("added", request.added.into()),
        ("removed", request.removed.into()),
        ("decision", request.decision.map_or(Lisp::Nil, decision)),
        ("own", Lisp::bool(request.own)),
    ])
}

pub(super) fn requests(requests: &[Request]) -> Lisp<'_> {
    Lisp::List(requests.iter().map(request).collect())
}

/// Builds the Lisp of a review within `use_it`, since its text is borrowed from what is made here.
pub(super) fn with_review<T>(review: &Review, use_it: impl FnOnce(&Lisp<'_>) -> T) -> T {
    let shown = shown(&review.patch);
    let record = Lisp::plist([
        ("request", request(&review.request)),
        ("text", (&shown.text).into()),
        ("files", files(review, &shown)),
        ("items", items(review, &shown)),
        ("comments", Lisp::List(review.comments.iter().map(comment).collect())),
    ]);
    use_it(&record)
}

fn files<'a>(review: &'a Review, shown: &Shown) -> Lisp<'a> {
    let mut items = review.items.iter().enumerate().peekable();
    let files = review.patch.files.iter().enumerate().map(|(index, file)| {
        let mut first = None;
        let mut count = 0_usize;
        while let Some((item, _)) = items.next_if(|(_, item)| item.file == index) {
            first.get_or_insert(item);
            count += 1;
        }
        file_record(file, shown.files.get(index).copied(), first, count)
    });
    Lisp::List(files.collect())
}

fn file_record(file: &FileDiff, line: Option<usize>, first: Option<usize>, count: usize) -> Lisp<'static> {
    let change = match file.change {
        Change::Modified => "modified",
        Change::Added => "added",
        Change::Deleted => "deleted",
        Change::Renamed => "renamed",
        Change::Copied => "copied",
    };
    let moved = matches!(file.change, Change::Renamed | Change::Copied);
    let counts = file.hunks.iter().map(|hunk| hunk.counts());
    let (added, removed) = counts.fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1));
    Lisp::plist([
        ("path", Lisp::string(file.path())),
        (
            "old-path",
            if moved { Lisp::string(String::from_utf8_lossy(&file.old_path).into_owned()) } else { Lisp::Nil },
        ),
        ("change", Lisp::Symbol(change)),
        ("binary", Lisp::bool(file.binary)),
        ("submodule", Lisp::bool(file.is_submodule())),
        ("line", line.into()),
        ("added", added.into()),
        ("removed", removed.into()),
        ("first-item", first.into()),
        ("item-count", count.into()),
    ])
}

fn items<'a>(review: &'a Review, shown: &Shown) -> Lisp<'a> {
    let marked = review.items.iter().zip(&review.marks).zip(&shown.items);
    Lisp::List(marked.map(|((item, mark), place)| item_record(item, mark, *place)).collect())
}

fn item_record<'a>(item: &Item, mark: &'a Mark, (line, lines): (usize, usize)) -> Lisp<'a> {
    Lisp::plist([
        ("file", item.file.into()),
        ("hunk", item.hunk.into()),
        ("line", line.into()),
        ("lines", lines.into()),
        ("kept", Lisp::bool(item.kept)),
        ("judgement", judgement(mark.judgement)),
        ("reason", mark.reason.as_ref().into()),
    ])
}

pub(super) fn comment(comment: &Comment) -> Lisp<'_> {
    Lisp::plist([
        ("id", comment.id.into()),
        ("item", comment.item.into()),
        ("first", comment.first.into()),
        ("last", comment.last.into()),
        ("text", (&comment.text).into()),
    ])
}

/// Marks, as [`read_marks`] takes them.
pub(super) fn marks(marks: &[Mark]) -> Lisp<'static> {
    let mark = |mark: &Mark| {
        let judgement = mark.judgement.map_or(Lisp::Nil, |judgement| Lisp::string(judgement_name(judgement)));
        let reason = mark.reason.clone().map_or(Lisp::Nil, Lisp::string);
        Lisp::plist([("item", mark.item.into()), ("judgement", judgement), ("reason", reason)])
    };
    Lisp::List(marks.iter().map(mark).collect())
}

/// The verdict with `text`, its own.
pub(super) fn verdict<'a>(verdict: &'a Verdict, text: &'a String) -> Lisp<'a> {
    Lisp::plist([
        ("request", (&verdict.request).into()),
        ("round", verdict.round.into()),
        ("decision", decision(verdict.decision)),
        ("remark", verdict.remark.as_ref().into()),
        ("reviewer", (&verdict.reviewer).into()),
        ("decided", verdict.decided.into()),
        ("not-reverted", verdict.not_reverted.as_ref().into()),
        ("not-staged", verdict.not_staged.as_ref().into()),
        ("text", text.into()),
        ("items", Lisp::List(verdict.items.iter().map(judged).collect())),
    ])
}

fn judged(judged: &Judged) -> Lisp<'_> {
    let outcome = match judged.outcome {
        Outcome::Nothing => "nothing",
        Outcome::Reverted => "reverted",
        Outcome::Gone => "gone",
        Outcome::PleaseRevert => "please-revert",
        Outcome::Staged => "staged",
        Outcome::NotStaged => "not-staged",
    };
    Lisp::plist([
        ("file", (&judged.file).into()),
        ("line", judged.line.into()),
        ("what", (&judged.what).into()),
        ("judgement", judgement(judged.judgement)),
        ("reason", judged.reason.as_ref().into()),
        ("outcome", Lisp::Symbol(outcome)),
        ("kept", Lisp::bool(judged.kept)),
    ])
}

/// A number that counts from 0.
pub(super) fn index(plist: Plist<'_>, key: &str) -> Result<usize, Failure> {
    let n: i64 = plist.need(key)?;
    usize::try_from(n).map_err(|_| Error::Invalid(format!(":{key} counts from 0, and {n} does not")).into())
}

/// The marks of a list of plists.
pub(super) fn read_marks(list: Value<'_>) -> Result<Vec<Mark>, Failure> {
    let env = list.env;
    let vector: emacs::Vector<'_> = env.call("vconcat", (list,))?.into_rust()?;
    let mark = |i| {
        let plist = Plist(vector.get(i)?);
        let judgement = match plist.get::<String>("judgement")?.as_deref() {
            None => None,
            Some("approve") => Some(Judgement::Approve),
            Some("reject") => Some(Judgement::Reject),
            Some(other) => {
                return Err(Error::Invalid(format!("{other} is no judgement: give approve or reject")).into());
            }
        };
        Ok(Mark { item: index(plist, "item")?, judgement, reason: plist.get("reason")? })
    };
    (0..vector.len()).map(mark).collect()
}

pub(super) fn read_comment(plist: Plist<'_>) -> Result<NewComment, Failure> {
    Ok(NewComment {
        id: plist.get("id")?,
        item: index(plist, "item")?,
        first: index(plist, "first")?,
        last: index(plist, "last")?,
        text: plist.need("text")?,
    })
}

pub(super) fn read_submission(plist: Plist<'_>) -> Result<Submission, Failure> {
    let decision = match plist.need::<String>("decision")?.as_str() {
        "approved" => Decision::Approved,
        "changes-requested" => Decision::ChangesRequested,
        "abandoned" => Decision::Abandoned,
        other => {
            let message = format!("{other} is no decision: give approved, changes-requested or abandoned");
            return Err(Error::Invalid(message).into());
        }
    };
    Ok(Submission {
        decision,
        remark: plist.get("remark")?,
        approve_rest: plist.flag("approve-rest")?,
        revert: plist.flag("revert")?,
        stage: plist.flag("stage")?,
    })
}
