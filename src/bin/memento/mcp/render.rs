//! Answers as text within a budget, with a way to ask for more.

use memento::Error;
use memento::config::Env;

/// How long an answer may be, in bytes: some six thousand tokens, of a client's usual limit of ten.
pub(super) const BUDGET: usize = 24_000;

/// A part of a longer text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<'a> {
    /// The part.
    pub(super) text: &'a str,
    /// Where the next one starts; `None`: this is the last.
    pub(super) next: Option<usize>,
}

/// The part of `text` from the byte `offset` on that fits into `budget`, cut at the end of a line where there is one.
pub(super) fn page(text: &str, offset: usize, budget: usize) -> Page<'_> {
    let start = boundary(text, offset);
    let rest = &text[start..];
    if rest.len() <= budget {
        return Page { text: rest, next: None };
    }
    // At least a character, or there would be no end of pages.
    let most = boundary(rest, budget).max(rest.chars().next().map_or(0, char::len_utf8));
    // A line may be longer than a page.
    let cut = rest[..most].rfind('\n').map(|at| at + 1).filter(|at| *at > most / 2).unwrap_or(most);
    Page { text: &rest[..cut], next: Some(start + cut) }
}

/// The last place up to `at` where no character is cut.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// One part of a text that has no pages; what is left out is said.
pub(super) fn cut(text: &str, budget: usize, where_more: &str) -> String {
    let page = page(text, 0, budget);
    match page.next {
        None => text.to_owned(),
        Some(next) => format!("{}\n[{} more bytes: {where_more}]", page.text.trim_end(), text.len() - next),
    }
}

/// A part of a list, as far as the budget goes, with what to ask for next. `rows` start at `offset` of `total`.
pub(super) fn list(rows: impl IntoIterator<Item = String>, offset: usize, total: usize) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for row in rows {
        if shown > 0 && out.len() + row.len() > BUDGET {
            break;
        }
        out.push_str(&cut(&row, BUDGET, "ask for this one alone"));
        out.push('\n');
        shown += 1;
    }
    let end = offset + shown;
    if end < total {
        out.push_str(&format!("\n{shown} of {total}; for more: offset {end}\n"));
    }
    out
}

/// `3 notes`.
pub(super) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// A note's name for the eye and for the next call.
pub(super) fn quoted(title: &str) -> String {
    format!("\"{}\"", title.replace('"', "'"))
}

/// What an assistant is told of an error, with the output of failed tests.
pub(super) fn error(error: &Error, env: &Env) -> String {
    let mut text = in_tools(&error.to_string());
    if let Error::Failed { output, log, .. } = error {
        // The end of a test's output says what failed.
        let start = boundary(output, output.len().saturating_sub(BUDGET / 2));
        text = format!(
            "{text}\nThe remark stays open and yours. The last lines (all of it is in {}):\n\n{}",
            env.abbreviate(log),
            &output[start..]
        );
    }
    text
}

/// The library speaks to somebody at a shell: some of what it names has another name here.
fn in_tools(message: &str) -> String {
    const NAMES: [(&str, &str); 10] = [
        ("memento review next", "review_next"),
        ("memento review release", "review_release"),
        ("memento review list --state all", "review_list with the state \"all\""),
        ("memento diff wait", "diff_wait"),
        ("memento diff list --all", "diff_list with closed"),
        ("leave --commit out", "leave commit out"),
        ("memento prompt list shows the numbers", "prompt_search shows the ids"),
        ("the good ones alone with --partial", "the good ones alone with partial"),
        ("memento card list shows their ids", "flashcard_list shows the ids"),
        (": accept it first, with memento card accept", ": the person accepts it first, with memento card accept"),
    ];
    NAMES.iter().fold(message.to_owned(), |message, (shell, tool)| message.replace(shell, tool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_together_are_the_text() {
        let text = "für alle\n".repeat(50) + &"ü".repeat(300);
        for budget in [1, 2, 7, 64, 5000] {
            let (mut all, mut offset) = (String::new(), Some(0));
            while let Some(at) = offset {
                let page = page(&text, at, budget);
                assert!(page.text.len() <= budget.max(2), "{budget}: {}", page.text.len());
                all.push_str(page.text);
                offset = page.next;
            }
            assert_eq!(all, text);
        }
        assert_eq!(page(&text, usize::MAX, 10), Page { text: "", next: None });
    }

    #[test]
    fn a_list_says_where_it_goes_on() {
        let rows = (0..100).map(|i| format!("{i} {}", "x".repeat(1000)));
        let text = list(rows, 10, 200);
        assert!(text.len() < BUDGET + 100, "{}", text.len());
        assert!(text.ends_with("\n23 of 200; for more: offset 33\n"), "{}", &text[text.len() - 60..]);
        assert_eq!(list(["a".to_owned()], 0, 1), "a\n");
    }
}
