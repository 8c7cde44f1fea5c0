//! The verdict as an assistant is told it: what to change first, what is approved as a count.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::item::Judgement;
use super::verdict::{Decision, Judged, Outcome, Verdict};

/// As many lines of a hunk as are shown whole; of longer ones the start is enough to find it.
const LINES: usize = 40;

/// As much of an answer as is given, in bytes: assistants cut longer ones, and then at any place.
const BUDGET: usize = 20 * 1024;

impl Verdict {
    /// The verdict as an assistant is told it: what to change first, each with file, line, the hunk's lines and the reason;
    /// what was approved as a count.
    pub fn text(&self) -> String {
        let mut out = self.heading();
        if let Some(remark) = &self.remark {
            _ = write!(out, "\n\nThe reviewer says:\n{}", start(&indented(remark), BUDGET / 2));
        }
        let rejected = |item: &&Judged| item.judgement == Some(Judgement::Reject);
        let first = self.items.iter().filter(rejected);
        let then = self.items.iter().filter(|item| !rejected(item) && !item.comments.is_empty());
        let todo: Vec<&Judged> = first.chain(then).collect();
        let mut left_out = 0;
        for (number, item) in todo.iter().enumerate() {
            let text = described(number + 1, item);
            let room = BUDGET.saturating_sub(out.len());
            if left_out == 0 && text.len() <= room {
                _ = write!(out, "\n\n{text}");
            } else if number == 0 {
                // Something must be told, and the reason comes first.
                _ = write!(out, "\n\n{}", start(&text, room));
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            let id = &self.request;
            _ = write!(out, "\n\n{left_out} more are left out here: memento diff verdict {id} --json has all of them.");
        }
        out.push_str("\n\n");
        out.push_str(&self.counts());
        for why in [&self.not_reverted, &self.not_staged].into_iter().flatten() {
            _ = write!(out, "\n{}.", capital(why));
        }
        out.push_str("\n\n");
        out.push_str(self.what_next());
        out.push('\n');
        out
    }

    fn heading(&self) -> String {
        let id = &self.request;
        let round = if self.round > 1 { format!(" (round {})", self.round) } else { String::new() };
        match self.decision {
            Decision::Approved => format!("APPROVED: {id}{round}, by {}.", self.reviewer),
            Decision::ChangesRequested => format!("CHANGES REQUESTED: {id}{round}, by {}.", self.reviewer),
            Decision::Abandoned => format!("ABANDONED: {id}{round}, by {}.", self.reviewer),
        }
    }

    /// How many were approved, rejected and so on, and what was done with them.
    fn counts(&self) -> String {
        let n = |judgement| self.count(judgement);
        let outcome = |outcome| self.items.iter().filter(|item| item.outcome == outcome).count();
        let parts = [
            (n(Some(Judgement::Approve)), "approved"),
            (n(Some(Judgement::Reject)), "rejected"),
            (n(None), "not judged"),
        ];
        let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        let total = self.items.len();
        let mut out = format!("Of {total} hunk{}: {}.", if total == 1 { "" } else { "s" }, said.join(", "));
        for (what, done) in [
            (Outcome::Reverted, "Reverted, not in the working tree any more"),
            (Outcome::Gone, "Rejected, and gone from the working tree already"),
            (Outcome::PleaseRevert, "Rejected, and for you to revert or to change"),
            (Outcome::Staged, "Staged"),
            (Outcome::NotStaged, "Approved, and not staged"),
        ] {
            let n = outcome(what);
            if n > 0 {
                _ = write!(out, "\n{done}: {n}.");
            }
        }
        out
    }

    fn what_next(&self) -> &'static str {
        match self.decision {
            Decision::Approved if self.items.iter().any(|item| !item.comments.is_empty()) => {
                "You may go on. The comments are for you to take in; they need no new review."
            }
            Decision::Approved => "You may go on.",
            Decision::ChangesRequested => {
                "Make these changes, then ask for review again: hunks that you leave as they are keep their verdict."
            }
            Decision::Abandoned => "Drop this attempt: do not go on with it, and ask what is wanted instead.",
        }
    }
}

fn described(number: usize, item: &Judged) -> String {
    let place = if item.line > 0 { format!("{}:{}", item.file, item.line) } else { item.file.clone() };
    let what = if item.what == "hunk" { String::new() } else { format!(" ({})", item.what) };
    let said = match item.judgement {
        Some(Judgement::Reject) => "REJECTED",
        Some(Judgement::Approve) => "approved, with a comment",
        None => "comment",
    };
    let kept = if item.kept { ", as in the round before: it has not changed since" } else { "" };
    let done = match item.outcome {
        Outcome::Reverted => "; it was reverted, the working tree does not have it any more",
        Outcome::Gone => "; it is not in the working tree any more",
        Outcome::PleaseRevert => "; please revert or change it",
        Outcome::Nothing | Outcome::Staged | Outcome::NotStaged => "",
    };
    let mut out = format!("{number}. {place}{what}: {said}{kept}{done}");
    if let Some(reason) = &item.reason {
        _ = write!(out, "\n   Reason:\n{}", indented(reason));
    } else if item.judgement == Some(Judgement::Reject) && item.comments.is_empty() {
        out.push_str("\n   No reason was given: ask if you cannot tell.");
    }
    for comment in &item.comments {
        let lines = match (comment.line, comment.end_line) {
            (0, _) => "On the file".to_owned(),
            (first, last) if first >= last => format!("On line {first}"),
            (first, last) => format!("On lines {first}-{last}"),
        };
        _ = write!(out, "\n   {lines}:\n{}{}", quoted(&comment.lines), indented(&comment.text));
    }
    if let Some(lines) = &item.lines {
        _ = write!(out, "\n   The hunk:\n{}", quoted(lines).trim_end_matches('\n'));
    }
    out
}

/// The start of a text that is too long.
fn start(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    let end = (0..=most).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    format!("{} [... {} more bytes]", text[..end].trim_end(), text.len() - end).into()
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(|line| format!("   {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Lines of a diff, set apart from what is said of them; of many the first ones.
fn quoted(lines: &str) -> String {
    let mut out = String::new();
    let count = lines.lines().count();
    let shown = if count > LINES + 5 { LINES } else { count };
    for line in lines.lines().take(shown) {
        _ = writeln!(out, "   | {line}");
    }
    if shown < count {
        _ = writeln!(out, "   | ... {} more lines", count - shown);
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
