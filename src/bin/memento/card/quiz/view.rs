//! What the quiz shows.

use memento::cards::{Asked, Card, Counts, Preview};
use unicode_width::UnicodeWidthStr;

use super::super::display::{interval, place, why};
use super::wrap::wrap;
use crate::screen::{bar, line};

/// Lines longer than this are hard to read.
const WIDEST: usize = 96;
const KEYS: &str = "\
Enter, Space   show the answer
1              again: no idea
2              again: wrong, but it rang a bell
3 or h         hard: right with effort
4 or g         good: right
5 or e         easy: right at once
a              the same as 1

u              take the last answer back
s              suspend the card: it is not asked
e, E           edit the card (E once the answer shows)
Up, Down       scroll what does not fit
q, C-c         leave: every answer is stored

What follows a key below is when the card comes next. Below 3 it comes again today.";

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Bold,
    Dim,
}

/// What is to be seen.
pub(super) struct View<'a> {
    pub(super) card: &'a Card,
    pub(super) asked: Asked,
    pub(super) counts: Counts,
    /// How many cards this session has done, and how many are left to it.
    pub(super) done: usize,
    pub(super) left: usize,
    /// What the answers lead to; with it the answer shows.
    pub(super) preview: Option<&'a Preview>,
    pub(super) message: &'a str,
    pub(super) help: bool,
    pub(super) source: Option<String>,
    /// Whether it may be bold and dim.
    pub(super) styled: bool,
}

impl<'a> View<'a> {
    pub(super) fn source_of(card: &Card, env: &memento::config::Env) -> Option<String> {
        card.source.as_ref().map(|source| place(source, env))
    }

    /// The screen of so many columns and lines, from the line `scroll` of what there is on; that is set to one that there is.
    pub(super) fn screen(&self, (columns, lines): (usize, usize), scroll: &mut usize) -> String {
        let body = self.body(columns);
        let room = lines.saturating_sub(5).max(1);
        *scroll = (*scroll).min(body.len().saturating_sub(room));
        let hidden_below = body.len() > *scroll + room;
        let mut rows = vec![(Look::Dim, self.head(columns)), (Look::Dim, "─".repeat(columns))];
        rows.extend(body.into_iter().skip(*scroll).take(room));
        rows.resize(room + 2, (Look::Plain, String::new()));
        let more = if hidden_below { "↓ more below" } else { "" };
        let message = if self.message.is_empty() || hidden_below && *scroll == 0 { more } else { self.message };
        rows.push((Look::Dim, line(message, columns)));
        rows.push((Look::Bold, self.answers(columns)));
        rows.push((Look::Dim, self.keys(columns)));
        rows.truncate(lines);
        self.drawn(&rows)
    }

    fn drawn(&self, rows: &[(Look, String)]) -> String {
        let mut out = String::from("\u{1b}[H");
        for (i, (look, text)) in rows.iter().enumerate() {
            let (on, off) = match look {
                Look::Bold if self.styled => ("\u{1b}[1m", "\u{1b}[m"),
                Look::Dim if self.styled => ("\u{1b}[2m", "\u{1b}[m"),
                _ => ("", ""),
            };
            out.push_str(&format!("{on}{text}{off}\u{1b}[K"));
            if i + 1 < rows.len() {
                out.push_str("\r\n");
            }
        }
        out.push_str("\u{1b}[J");
        out
    }

    /// How far it is.
    fn head(&self, columns: usize) -> String {
        let counts = &self.counts;
        let parts = [(counts.due, "due"), (counts.again, "again"), (counts.new, "new")];
        let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        let all = self.done + self.left;
        let wide = if columns >= 60 { 20 } else { 0 };
        let filled = bar(self.done, all.max(1), wide);
        let gauge = if wide > 0 { format!("{filled}{}  ", "░".repeat(wide - filled.width())) } else { String::new() };
        let left = format!("{gauge}{}/{all}  {}", self.done, parts.join(" · "));
        let right = match self.card.project.as_str() {
            "" => why(self.asked).to_owned(),
            project => format!("{project} · {}", why(self.asked)),
        };
        let room = columns.saturating_sub(left.width() + 2);
        let right = line(&right, room);
        let gap = columns.saturating_sub(left.width() + right.width());
        line_exact(&format!("{left}{}{right}", " ".repeat(gap)), columns)
    }

    /// Question and answer. Each starts a line of its own, so that a terminal can set it from right to left.
    fn body(&self, columns: usize) -> Vec<(Look, String)> {
        let width = columns.min(WIDEST);
        let rows =
            |look: Look, text: &str| wrap(text, width).into_iter().map(move |line| (look, line)).collect::<Vec<_>>();
        if self.help {
            return rows(Look::Plain, KEYS);
        }
        let mut body = vec![(Look::Plain, String::new())];
        body.extend(rows(Look::Bold, &self.card.question));
        if self.preview.is_none() {
            return body;
        }
        body.push((Look::Plain, String::new()));
        body.push((Look::Dim, "─".repeat(width.min(24))));
        body.extend(rows(Look::Plain, &self.card.answer));
        let notes = [Some(self.card.notes.as_str()), self.source.as_deref()];
        for text in notes.into_iter().flatten().filter(|text| !text.trim().is_empty()) {
            body.push((Look::Plain, String::new()));
            body.extend(rows(Look::Dim, text));
        }
        body
    }

    /// The line of the body that the answer starts on.
    pub(super) fn answer_line(&self, columns: usize) -> usize {
        wrap(&self.card.question, columns.min(WIDEST)).len() + 2
    }

    /// How many lines of the body fit.
    pub(super) fn room(lines: usize) -> usize {
        lines.saturating_sub(5).max(1)
    }

    /// What each answer leads to.
    fn answers(&self, columns: usize) -> String {
        let Some(preview) = self.preview else { return String::new() };
        let days = preview.intervals.map(interval);
        let long = format!("1 2 again · 3 hard {} · 4 good {} · 5 easy {}", days[2], days[3], days[4]);
        let short = format!("1 2 again · 3 {} · 4 {} · 5 {}", days[2], days[3], days[4]);
        if long.width() <= columns { long } else { line_exact(&short, columns) }
    }

    fn keys(&self, columns: usize) -> String {
        let (long, short) = match (self.help, self.preview) {
            (true, _) => ("any key goes on", "any key goes on"),
            (false, None) => {
                ("Enter answer · u undo · s suspend · e edit · q leave · ? help", "Enter answer · q leave · ? help")
            }
            (false, Some(_)) => {
                ("1-5 or a h g e · u undo · s suspend · E edit · q leave · ? help", "1-5 · u undo · q leave · ? help")
            }
        };
        if long.width() <= columns { long.to_owned() } else { line_exact(short, columns) }
    }
}

/// A line with its blanks, cut where it is too long.
fn line_exact(text: &str, columns: usize) -> String {
    if text.width() <= columns { text.to_owned() } else { line(text, columns) }
}
