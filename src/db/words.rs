//! Full text: what is put into the index for a text, and what a query becomes.
//!
//! The query language is small and is ours: words, `"phrases"`, `prefix*`, `-without`. What a person types is never taken
//! for an expression of SQLite's: every word crosses as a quoted string.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::{Error, Result};

/// A character of a script that does not part words by blanks.
fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// The runs of such characters.
fn cjk_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_cjk(c)).filter(|run| !run.is_empty())
}

/// The words that stand beside such characters without a blank: full text search takes `API` in `检查API接口` for a part of one
/// long word.
fn beside_cjk(text: &str) -> impl Iterator<Item = &str> {
    let glued =
        text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|word| word.contains(is_cjk));
    glued.flat_map(|word| word.split(is_cjk)).filter(|word| !word.is_empty())
}

/// The pairs of neighbouring characters in each run, parted by blanks; a character alone and the last one of a run stand
/// by themselves, so that each is the start of a word. Then the words of other scripts beside them.
pub(crate) fn pairs(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        // Most texts have no byte as high as the first of these.
        if !text.bytes().any(|byte| byte >= 0xe3) {
            continue;
        }
        for run in cjk_runs(text) {
            let mut chars = run.chars().peekable();
            while let Some(c) = chars.next() {
                out.push(c);
                out.extend(chars.peek());
                out.push(' ');
            }
            out.push_str(". ");
        }
        beside_cjk(text).for_each(|word| out.extend([word, " . "]));
    }
    out
}

/// A word or phrase of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    text: String,
    prefix: bool,
    without: bool,
}

/// A word or phrase to show in a text, folded; with `prefix` the start of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    text: String,
    prefix: bool,
}

impl Mark {
    /// 2 where `folded` has it as full text search finds it, 1 where it is only a part of other words.
    fn score(&self, folded: &str) -> usize {
        match folded.contains(&self.text) {
            true if has(folded, &self.text, self.prefix) => 2,
            contained => usize::from(contained),
        }
    }
}

/// What somebody searches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    terms: Vec<Term>,
}

impl Query {
    /// Reads a query; `live`: it is still being typed, and its last word may be the start of one.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is nothing to look for.
    pub(crate) fn parse(query: &str, live: bool) -> Result<Self> {
        let mut terms: Vec<Term> = Vec::new();
        let mut rest = query.trim_start();
        while !rest.is_empty() {
            let without = rest.starts_with('-') && rest[1..].starts_with(|c: char| c == '"' || c.is_alphanumeric());
            let start = if without { &rest[1..] } else { rest };
            let (text, quoted, after) = match start.strip_prefix('"') {
                Some(phrase) => {
                    let end = phrase.find('"').unwrap_or(phrase.len());
                    (&phrase[..end], true, phrase.get(end + 1..).unwrap_or(""))
                }
                None => {
                    let end = start.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(start.len());
                    (&start[..end], false, &start[end..])
                }
            };
            let star = if quoted { after.starts_with('*') } else { text.ends_with('*') };
            let after = if quoted { after.trim_start_matches('*') } else { after };
            let last = live && !quoted && after.is_empty() && !query.ends_with(char::is_whitespace);
            // A word that has nothing to be found by, such as `->`, asks for nothing.
            if text.chars().any(char::is_alphanumeric) {
                terms.push(Term { text: text.trim_end_matches('*').to_owned(), prefix: star || last, without });
            }
            rest = after.trim_start();
        }
        if terms.iter().all(|term| term.without) {
            return Err(Error::Invalid(
                "the query has no word to look for: give words, \"a phrase\", prefix* or -without".to_owned(),
            ));
        }
        Ok(Self { terms })
    }

    /// Text that stands as it is, a phrase of its own each.
    pub(crate) fn any_of<'a>(phrases: impl IntoIterator<Item = &'a str>, columns: &str) -> Option<String> {
        let phrases: Vec<String> = phrases
            .into_iter()
            .filter(|phrase| phrase.chars().any(char::is_alphanumeric))
            .map(|phrase| expression(&Term { text: phrase.to_owned(), prefix: false, without: false }, columns))
            .collect();
        (!phrases.is_empty()).then(|| phrases.join(" OR "))
    }

    /// As SQLite's full text module wants it, for a table with the words in `columns` and pairs of characters in `cjk`.
    pub(crate) fn expression(&self, columns: &str) -> String {
        let part = |without: bool| {
            let terms = self.terms.iter().filter(move |term| term.without == without);
            terms.map(|term| expression(term, columns)).collect::<Vec<_>>()
        };
        let mut out = part(false).join(" AND ");
        for term in part(true) {
            out = format!("({out}) NOT ({term})");
        }
        out
    }

    /// What is looked for, to show where it is.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        let wanted = self.terms.iter().filter(|term| !term.without);
        wanted.map(|term| Mark { text: fold(&term.text), prefix: term.prefix }).collect()
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['"', '\0'], " "))
}

/// One term. Where it has characters of scripts without blanks, their pairs are looked up in the column that has those.
fn expression(term: &Term, columns: &str) -> String {
    let star = if term.prefix { " *" } else { "" };
    let mut parts = Vec::new();
    let other: String = term.text.chars().map(|c| if is_cjk(c) { ' ' } else { c }).collect();
    if other.chars().any(char::is_alphanumeric) {
        // Beside characters of those scripts each is a word by itself.
        if term.text.contains(is_cjk) {
            let words = other.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
            parts.extend(words.map(|word| format!("{{{columns} cjk}} : {}{star}", quoted(word))));
        } else {
            parts.push(format!("{{{columns} cjk}} : {}{star}", quoted(other.trim())));
        }
    }
    for run in cjk_runs(&term.text) {
        let chars: Vec<char> = run.chars().collect();
        let words: Vec<String> = if chars.len() == 1 {
            vec![run.to_owned()]
        } else {
            chars.windows(2).map(|pair| pair.iter().collect()).collect()
        };
        // One character is the start of the pairs that it begins.
        let star = if chars.len() == 1 { " *" } else { "" };
        parts.push(format!("cjk : {}{star}", quoted(&words.join(" "))));
    }
    format!("({})", parts.join(" AND "))
}

/// Letters as the full text index compares them: small, without diacritics.
pub(crate) fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// A title or alias as names are compared, here and in Org: case and blanks do not matter.
pub(crate) fn fold_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether `text` has `word` with no letter or digit beside it.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    has(text, word, false)
}

fn has(text: &str, word: &str, prefix: bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = text[at + word.len()..].chars().next().is_some_and(char::is_alphanumeric);
        !before && (prefix || !after)
    })
}

/// The line of `text` in which most of `marks` are, as words rather than inside of others, with its byte offset; the first
/// such.
pub(crate) fn best_line<'a>(text: &'a str, marks: &[Mark]) -> Option<(usize, &'a str)> {
    let mut best: Option<(usize, usize, &str)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let folded = fold(line);
        let score = marks.iter().map(|mark| mark.score(&folded)).sum();
        if score > best.map_or(0, |(score, ..)| score) {
            best = Some((score, at, line));
            if score == 2 * marks.len() {
                break;
            }
        }
        at += line.len();
    }
    best.map(|(_, at, line)| (at, line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(query: &str, live: bool) -> String {
        Query::parse(query, live).unwrap().expression("title alias tags body")
    }

    #[test]
    fn nothing_typed_is_an_expression_of_the_database() {
        let words = "{title alias tags body cjk} : ";
        for (query, want) in [
            ("cat dog", format!("({words}\"cat\") AND ({words}\"dog\")")),
            ("\"a cat\" dog*", format!("({words}\"a cat\") AND ({words}\"dog\" *)")),
            ("cat -dog", format!("(({words}\"cat\")) NOT (({words}\"dog\"))")),
            ("title:x OR", format!("({words}\"title:x\") AND ({words}\"OR\")")),
            ("NEAR(a b)", format!("({words}\"NEAR(a\") AND ({words}\"b)\")")),
            ("x -> y", format!("({words}\"x\") AND ({words}\"y\")")),
            ("\"open", format!("({words}\"open\")")),
        ] {
            assert_eq!(expression(query, false), want, "{query}");
        }
        assert_eq!(expression("cat do", true), format!("({words}\"cat\") AND ({words}\"do\" *)"));
        assert_eq!(expression("cat do ", true), format!("({words}\"cat\") AND ({words}\"do\")"));
    }

    #[test]
    fn a_query_without_a_word_is_refused() {
        for query in ["", "  ", "*", "\"\"", "-cat", "->"] {
            let e = Query::parse(query, false).unwrap_err();
            assert!(e.to_string().contains("no word to look for"), "{query}: {e}");
        }
    }

    #[test]
    fn scripts_without_blanks_are_found_by_pairs() {
        assert_eq!(pairs(&["日本語 and 中"]), "日本 本語 語 . 中 . ");
        assert_eq!(pairs(&["naïve Ελλάδα кошка"]), "");
        assert_eq!(expression("日本語", false), "(cjk : \"日本 本語\")");
        assert_eq!(expression("語", false), "(cjk : \"語\" *)");
        assert_eq!(expression("x日本", false), "({title alias tags body cjk} : \"x\" AND cjk : \"日本\")");
        // A word of another script beside them is one.
        assert_eq!(pairs(&["检查API接口v2, x 日"]), "检查 查 . 接口 口 . 日 . API . v2 . ");
    }

    #[test]
    fn the_line_with_most_of_the_words_is_shown() {
        let marks = Query::parse("café milk", false).unwrap().marks();
        assert_eq!(best_line("one\nmilk\n  Cafe and Milk \n", &marks), Some((9, "Cafe and Milk")));
        assert_eq!(best_line("nothing\n", &marks), None);
        // Full text search finds words; what only looks like one is shown where there is nothing else.
        let line = |query: &str, live| {
            let marks = Query::parse(query, live).unwrap().marks();
            best_line("start\nart\narts\n", &marks).map(|(_, line)| line)
        };
        assert_eq!(
            (line("art", false), line("arts", false), line("ar*", false)),
            (Some("art"), Some("arts"), Some("art"))
        );
        assert_eq!((line("ar", true), line("tart", false)), (Some("art"), Some("start")));
    }
}
