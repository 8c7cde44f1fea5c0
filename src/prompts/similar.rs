//! Prompts that ask alike: near-duplicates by shingles.
//!
//! A text is the set of its shingles, all runs of [`SHINGLE`] characters of its letters and digits; how alike two texts are is
//! what their sets have in common, by all that is in either (A. Broder, "On the resemblance and containment of documents",
//! 1997). Runs of characters, not of words, do for any script and forgive a word in another form.

use rayon::prelude::*;
use serde::Serialize;

use super::library::{Library, find};
use super::prompt::Prompt;
use crate::error::Result;

/// A prompt with how much it is like another text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Similar {
    /// The prompt.
    pub prompt: Prompt,
    /// From 0, nothing in common, to 1, the same.
    pub similarity: f64,
}

/// Characters of a shingle.
const SHINGLE: usize = 4;

/// The longest text that is looked at as a whole, in shingles: what is further on says nothing new.
const MOST: usize = 4000;

/// How many texts are read before they are compared.
const BATCH: usize = 50_000;

/// The shingles of a text, each once, in order. A text that is shorter than one is a shingle itself.
fn shingles(text: &str) -> Vec<u32> {
    let mut last = ['\0'; SHINGLE];
    let mut count = 0;
    // What is between words is one blank; what is around them is none.
    let (mut blank, mut begun) = (false, false);
    let mut out = Vec::with_capacity(text.len().min(MOST));
    let mut push = |c: char, out: &mut Vec<u32>| {
        last.rotate_left(1);
        last[SHINGLE - 1] = c;
        count += 1;
        if count >= SHINGLE {
            out.push(hash(&last));
        }
    };
    for c in text.chars() {
        if !c.is_alphanumeric() {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) && begun {
            push(' ', &mut out);
        }
        begun = true;
        c.to_lowercase().for_each(|c| push(c, &mut out));
        if out.len() >= MOST {
            break;
        }
    }
    if out.is_empty() && count > 0 {
        out.push(hash(&last));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// FNV-1a, as wide as a shingle's number.
fn hash(characters: &[char; SHINGLE]) -> u32 {
    characters.iter().fold(0x811c_9dc5, |hash, &c| (hash ^ c as u32).wrapping_mul(0x0100_0193))
}

/// What two sets have in common, by all that is in either.
fn resemblance(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    match a.len() + b.len() - common {
        0 => 0.0,
        all => common as f64 / all as f64,
    }
}

/// How alike two texts are, from 0 to 1.
pub(super) fn similarity(a: &str, b: &str) -> f64 {
    resemblance(&shingles(a), &shingles(b))
}

impl Library {
    /// The prompts that are most like `text`, the most alike first, down to `least` (0 to 1); with `but` without that one.
    /// Of prompts with the very same text the last one alone is named.
    ///
    /// # Errors
    /// [`Error::Database`](crate::Error::Database).
    pub fn similar(&self, text: &str, but: Option<i64>, least: f64, limit: usize) -> Result<Vec<Similar>> {
        let wanted = shingles(text);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut best: Vec<(f64, i64, String)> = Vec::new();
        let keep = |best: &mut Vec<(f64, i64, String)>| {
            // Of equals the newest, and of the same texts one.
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            let mut seen = std::collections::HashSet::new();
            best.retain(|(_, _, text)| seen.insert(text.clone()));
            best.truncate(limit);
        };
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT id, text FROM prompt WHERE command = 0 ORDER BY place")?;
            let mut rows = statement.query([])?;
            let mut texts: Vec<(i64, String)> = Vec::with_capacity(BATCH);
            loop {
                let row = rows.next()?;
                if let Some(row) = row {
                    let id = row.get(0)?;
                    let text = row.get_ref(1)?.as_str()?;
                    // Much shorter or longer texts cannot be alike: a set is no larger than its text.
                    if but != Some(id) && text.len() as f64 >= least * wanted.len() as f64 {
                        texts.push((id, text.to_owned()));
                    }
                    if texts.len() < BATCH {
                        continue;
                    }
                }
                let ended = texts.len() < BATCH;
                let alike: Vec<(f64, i64, String)> = texts
                    .par_drain(..)
                    .filter_map(|(id, text)| {
                        let similarity = resemblance(&wanted, &shingles(&text));
                        (similarity >= least && similarity > 0.0).then_some((similarity, id, text))
                    })
                    .collect();
                best.extend(alike);
                keep(&mut best);
                if ended {
                    break;
                }
            }
            let mut found = Vec::with_capacity(best.len());
            for (similarity, id, _) in best {
                if let Some((prompt, _)) = find(db, id)? {
                    found.push(Similar { prompt, similarity });
                }
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_by_what_they_have_in_common() {
        let s = similarity;
        assert_eq!(s("Fix the parser!", "fix  the parser"), 1.0);
        assert_eq!(s("- Fix the parser", "fix the parser"), 1.0);
        assert_eq!(s("abc", "xyz"), 0.0);
        assert_eq!(s("ok", "ok"), 1.0);
        assert!(s("fix the parser in src", "fix the parser in lib") > 0.6);
        assert!(s("fix the parser in src", "write a poem of the sea") < 0.1);
        assert!(s("修复解析器的错误", "请修复解析器的错误") > 0.7);
        assert_eq!(s("", ""), 0.0);
    }
}
