//! One prompt in two sources: Claude Code writes it into its history and into the transcript, at about the same time and not
//! always in the same words.

use rusqlite::{Transaction, params};
use serde_json::Value;

use super::prompt::Source;
use super::store::NewPrompt;

/// How far apart, in milliseconds, the two may have been written.
const NEAR: i64 = 10_000;

/// How long a prompt may have waited for the assistant to end what it was at: the history has the time when it was typed,
/// the transcript that when the assistant got it.
const QUEUED: i64 = 3_600_000;

/// The prompt of the library that `prompt` is another account of, from the other source: the nearest one that has no other
/// account yet.
pub(super) fn find(tx: &Transaction<'_>, prompt: &NewPrompt) -> rusqlite::Result<Option<i64>> {
    let (other, from, to) = match prompt.source {
        Source::Transcript => ("history", prompt.time - QUEUED, prompt.time + NEAR),
        Source::History => ("transcript", prompt.time - NEAR, prompt.time + QUEUED),
        Source::Import => return Ok(None),
    };
    let sql = "SELECT p.identity, p.time, p.text, s.name, r.path,
        (SELECT contents FROM prompt_pasted c WHERE c.identity = p.identity)
      FROM prompt p LEFT JOIN prompt_session s ON s.id = p.session JOIN prompt_project r ON r.id = p.project
      WHERE p.place BETWEEN ?1 AND ?2 AND p.source = ?3
        AND NOT EXISTS (SELECT 1 FROM prompt_alias a WHERE a.identity = p.identity)";
    let mut statement = tx.prepare_cached(sql)?;
    let place = super::store::first_place;
    let mut rows = statement.query(params![place(from.max(0)), place(to + 1) - 1, other])?;
    let mut best: Option<(i64, i64)> = None;
    while let Some(row) = rows.next()? {
        let (time, session): (i64, Option<String>) = (row.get(1)?, row.get(3)?);
        let same_session = match (&session, &prompt.session) {
            (Some(one), Some(other)) => one == other,
            // Older lines of the history name no session.
            _ => row.get_ref(4)?.as_str()? == prompt.project && time.abs_diff(prompt.time) <= NEAR.unsigned_abs(),
        };
        if !same_session {
            continue;
        }
        let apart = (time - prompt.time).abs();
        let text: String = row.get(2)?;
        let pasted: Option<String> = row.get(5)?;
        let same = match prompt.source {
            Source::Transcript => same_text(&text, pasted.as_deref(), &prompt.text),
            _ => same_text(&prompt.text, prompt.pasted.as_deref(), &text),
        };
        if same && best.is_none_or(|(_, other)| apart < other) {
            best = Some((row.get(0)?, apart));
        }
    }
    Ok(best.map(|(identity, _)| identity))
}

/// Whether the history's text, in which `[Pasted text #1 +23 lines]` stands for what was pasted, is that of the transcript.
fn same_text(history: &str, pasted: Option<&str>, transcript: &str) -> bool {
    let (history, transcript) = (history.trim(), transcript.trim());
    if history == transcript {
        return true;
    }
    let pasted: Option<Value> = pasted.and_then(|json| serde_json::from_str(json).ok());
    let content = |number: &str| Some(pasted.as_ref()?.get(number)?.get("content")?.as_str()?.to_owned());
    let mut rest = transcript;
    let mut text = history;
    let mut open = false;
    // Piece by piece: what stands between the placeholders, and what they stand for where that is known.
    loop {
        let (piece, hole, after) = match placeholder(text) {
            Some((start, number, end)) => (&text[..start], Some(number), &text[end..]),
            None => (text, None, ""),
        };
        // Blanks around what was pasted come and go.
        let piece = piece.trim();
        rest = rest.trim_start();
        let found = if open { rest.find(piece) } else { rest.starts_with(piece).then_some(0) };
        let Some(at) = found else { return false };
        rest = &rest[at + piece.len()..];
        let Some(number) = hole else {
            // A hole at the end takes all that is left.
            return history.len() > text.len() && (rest.trim().is_empty() || (open && piece.is_empty()));
        };
        open = true;
        if let Some(content) = content(number)
            && let Some(after) = rest.trim_start().strip_prefix(content.trim())
        {
            (rest, open) = (after, false);
        }
        text = after;
    }
}

/// The first `[Pasted text #1 +23 lines]` or `[Image #1]` of a text: where it starts, its number, where it ends.
fn placeholder(text: &str) -> Option<(usize, &str, usize)> {
    let mut at = 0;
    while let Some(start) = text[at..].find('[').map(|i| at + i) {
        let inside = &text[start + 1..];
        if inside.starts_with("Pasted text #") || inside.starts_with("Image #") {
            let number = &inside[inside.find('#')? + 1..];
            let digits = number.bytes().take_while(u8::is_ascii_digit).count();
            if let Some(end) = inside.find(']').filter(|_| digits > 0) {
                return Some((start, &number[..digits], start + 1 + end + 1));
            }
        }
        at = start + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_may_stand_in_its_place() {
        let pasted = r#"{"1":{"id":1,"type":"text","content":"a\nb"},"2":{"id":2,"type":"text","contentHash":"x"}}"#;
        for (history, transcript, same) in [
            ("fix it", " fix it\n", true),
            ("fix it", "fix it now", false),
            ("see [Pasted text #1 +1 lines] there", "see a\nb there", true),
            ("see [Pasted text #1 +1 lines]", "see a\nb", true),
            ("see [Pasted text #1 +1 lines]", "see something else", true),
            ("see [Pasted text #2 +9 lines] there", "see whatever it was there", true),
            ("see [Pasted text #2 +9 lines] there", "see whatever it was here", false),
            ("look [Image #1]", "look [Image #1]", true),
            ("look [Image #1]", "look ", true),
            ("[x] fix", "[x] fix", true),
            ("[x] fix", "[y] fix", false),
            ("", "", true),
        ] {
            assert_eq!(same_text(history, Some(pasted), transcript), same, "{history:?} {transcript:?}");
        }
    }
}
