//! One prompt in two sources: Claude Code writes it into its history and into the transcript, at about the same time and not
//! always in the same words.

use std::borrow::Cow;
use std::ops::Range;

use rusqlite::Transaction;
use serde_json::Value;

use super::new_prompt::NewPrompt;
use super::prompt::Source;

/// How far apart, in milliseconds, the two may have been written.
const NEAR: i64 = 10_000;

/// How long a prompt may have waited for the assistant to end what it was at: the history has the time when it was typed,
/// the transcript that when the assistant got it.
const QUEUED: i64 = 3_600_000;

/// The prompt of the library that `prompt` is another account of, from the other source: the nearest one that has no other
/// account yet.
pub(super) fn find(tx: &Transaction<'_>, prompt: &NewPrompt) -> rusqlite::Result<Option<i64>> {
    // Of two that nobody knows the time of, nothing says that they belong together.
    if prompt.time == 0 {
        return Ok(None);
    }
    let place = super::store::first_place;
    // Those of transcripts have an index of their own: however many lines of the history are near, none is looked at.
    let (from, to, near) = match prompt.source {
        Source::Transcript => {
            let (from, to) = (prompt.time - QUEUED, prompt.time + NEAR);
            (place(from.max(1)), place(to + 1) - 1, "p.place BETWEEN ?1 AND ?2 AND p.source = 'history'")
        }
        Source::History => {
            let (from, to) = (prompt.time - NEAR, prompt.time + QUEUED);
            (from.max(1), to, "p.time BETWEEN ?1 AND ?2 AND p.source = 'transcript'")
        }
        Source::Import => return Ok(None),
    };
    let sql = format!(
        "SELECT p.identity, p.time, p.text, s.name, r.path,
        (SELECT contents FROM prompt_pasted c WHERE c.identity = p.identity)
      FROM prompt p LEFT JOIN prompt_session s ON s.id = p.session JOIN prompt_project r ON r.id = p.project
      WHERE {near} AND NOT EXISTS (SELECT 1 FROM prompt_alias a WHERE a.identity = p.identity)"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query([from, to])?;
    let mut best: Option<(i64, (Same, i64))> = None;
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
        // Where no word tells, the time must.
        let Some(same) = same.filter(|same| *same != Same::Unknown || apart <= NEAR) else { continue };
        if best.is_none_or(|(_, other)| (same, apart) < other) {
            best = Some((row.get(0)?, (same, apart)));
        }
    }
    Ok(best.map(|(identity, _)| identity))
}

/// How sure it is that two texts are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    /// They have all words in common.
    Whole,
    /// All but what was pasted, which the history does not tell.
    Around,
    /// The history tells nothing but that something was pasted.
    Unknown,
}

/// Whether the history's text, in which `[Pasted text #1 +23 lines]` stands for what was pasted, is that of the transcript.
fn same_text(history: &str, pasted: Option<&str>, transcript: &str) -> Option<Same> {
    let (history, transcript) = (history.trim(), transcript.trim());
    if history == transcript {
        return Some(Same::Whole);
    }
    let pasted: Option<Value> = pasted.and_then(|json| serde_json::from_str(json).ok());
    let content = |number: &str| Some(one_end(pasted.as_ref()?.get(number)?.get("content")?.as_str()?));
    let (history, transcript) = (one_end(history), one_end(transcript));
    let mut rest = transcript.as_ref();
    let mut text = history.as_ref();
    // Whether what stands before `rest` is not known and may go on; whether anything is not, and anything is.
    let (mut open, mut holes, mut words) = (false, false, false);
    // Piece by piece: what stands between the placeholders, and what they stand for where that is known.
    loop {
        let hole = placeholder(text);
        // Blanks around what was pasted come and go.
        let piece = text[..hole.as_ref().map_or(text.len(), |hole| hole.range.start)].trim();
        words |= !piece.is_empty();
        let Some(hole) = hole else {
            let all = if open { rest.trim_end().ends_with(piece) } else { rest.trim() == piece };
            return all.then_some(match (holes, words) {
                (false, _) => Same::Whole,
                (true, true) => Same::Around,
                (true, false) => Same::Unknown,
            });
        };
        rest = after(rest, piece, open)?;
        open &= piece.is_empty();
        if hole.image {
            // Its name, or nothing: what is seen is no text.
            rest = rest.trim_start().strip_prefix(&text[hole.range.clone()]).unwrap_or(rest);
        } else if let Some(content) = content(hole.number) {
            rest = after(rest, content.trim(), open)?;
            (open, words) = (false, true);
        } else {
            (open, holes) = (true, true);
        }
        text = &text[hole.range.end..];
    }
}

/// What follows `piece`, with which `text` begins, or which stands somewhere in it.
fn after<'t>(text: &'t str, piece: &str, anywhere: bool) -> Option<&'t str> {
    let text = text.trim_start();
    let at = if anywhere { text.find(piece)? } else { text.starts_with(piece).then_some(0)? };
    Some(&text[at + piece.len()..])
}

/// The text with line ends of one kind.
fn one_end(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// What stands for something else in a text of the history.
struct Placeholder<'t> {
    range: Range<usize>,
    number: &'t str,
    image: bool,
}

/// The first `[Pasted text #1 +23 lines]`, `[...Truncated text #1 +23 lines...]` or `[Image #1]` of a text.
fn placeholder(text: &str) -> Option<Placeholder<'_>> {
    let mut at = 0;
    while let Some(start) = text[at..].find('[').map(|i| at + i) {
        let inside = &text[start + 1..];
        let kinds = ["Pasted text #", "...Truncated text #", "Image #"];
        if let Some((kind, number)) = kinds.iter().find_map(|kind| Some((*kind, inside.strip_prefix(kind)?))) {
            let digits = number.bytes().take_while(u8::is_ascii_digit).count();
            if let Some(end) = inside.find(']').filter(|_| digits > 0) {
                let range = start..start + 1 + end + 1;
                return Some(Placeholder { range, number: &number[..digits], image: kind == "Image #" });
            }
        }
        at = start + 1;
    }
    None
}

/// What of a text was typed: the pieces between what stands for something pasted.
pub(super) fn typed(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (piece, after) = match placeholder(text) {
            Some(hole) => (&text[..hole.range.start], Some(&text[hole.range.end..])),
            None => (text, None),
        };
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_may_stand_in_its_place() {
        let pasted = r#"{"1":{"id":1,"type":"text","content":"a\nb"},"2":{"id":2,"type":"text","contentHash":"x"}}"#;
        let (whole, around, unknown) = (Some(Same::Whole), Some(Same::Around), Some(Same::Unknown));
        for (history, transcript, same) in [
            ("fix it", " fix it\n", whole),
            ("fix it", "fix it now", None),
            ("see [Pasted text #1 +1 lines] there", "see a\nb there", whole),
            ("see [Pasted text #1 +1 lines]", "see a\r\nb", whole),
            ("[Pasted text #1 +1 lines] a\nb", "a\nb a\nb", whole),
            // What was pasted is known: nothing else stands for it.
            ("see [Pasted text #1 +1 lines]", "see something else", None),
            ("[Pasted text #1 +1 lines]", "fix the other bug", None),
            ("see [...Truncated text #1 +1 lines...] there", "see a\nb there", whole),
            ("see [Pasted text #2 +9 lines] there", "see whatever it was there", around),
            ("see [Pasted text #2 +9 lines] there", "see what was there, there", around),
            ("see [Pasted text #2 +9 lines] there", "see whatever it was here", None),
            ("[Pasted text #2 +9 lines] [Pasted text #1 +1 lines]", "what it was a\nb", around),
            ("[Pasted text #2 +9 lines]", "whatever it was", unknown),
            ("look [Image #1]", "look [Image #1]", whole),
            ("look [Image #1]", "look ", whole),
            ("look [Image #1] there", "look there", whole),
            // An image is no text.
            ("look [Image #1]", "look elsewhere", None),
            ("[Image #1]", "fix the other bug", None),
            ("[x] fix", "[x] fix", whole),
            ("[x] fix", "[y] fix", None),
            ("", "", whole),
        ] {
            assert_eq!(same_text(history, Some(pasted), transcript), same, "{history:?} {transcript:?}");
        }
    }
}
