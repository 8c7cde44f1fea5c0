//! The words of prompts, counted in other threads while rows are read.
//!
//! A word counts once in a prompt. What parts words is what Unicode calls neither a letter nor a digit; Chinese and Japanese
//! do not part them, and there each pair of neighbours is taken for one, but for pairs of hiragana, which are grammar.
//!
//! A technical term is known by its shape, `snake_case`, `camelCase`, `a/path.rs`, `--flag`, `CONSTANT`, `f()`, and what
//! stands in backticks, and is no word.
//!
//! Left out are the words that say nothing: a short list for the languages that most people write, and in any language what
//! stands in more than a fifth of all prompts, where there are enough of them to tell.

use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::secret::mask;
use super::stats::WordCount;
use super::twin::typed;

/// How many words and terms are told.
const TOP: usize = 100;
/// A word that stands in more than one of so many prompts says nothing...
const COMMON: usize = 5;
/// ... where there are as many prompts.
const ENOUGH: usize = 500;
/// In bytes. Longer ones are nobody's words.
const LONGEST: usize = 64;
/// Bytes of text that a thread gets at once.
const BATCH: usize = 1 << 18;

/// Words that say nothing, of more than two letters; shorter ones are left out anyway.
const STOP: &str = include_str!("stop_words.txt");

/// Texts for a thread, and where each ends.
#[derive(Default)]
struct Batch {
    texts: String,
    ends: Vec<usize>,
}

/// Takes texts and hands them to threads.
pub(super) struct Counter {
    batch: Batch,
    send: SyncSender<Batch>,
}

impl Counter {
    /// Runs `work`, which adds texts, and returns what it does with the most used words and terms.
    pub(super) fn run<T>(work: impl FnOnce(&mut Self) -> T) -> (T, (Vec<WordCount>, Vec<WordCount>)) {
        let (send, receive) = sync_channel(4);
        let receive = Mutex::new(receive);
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(8);
        std::thread::scope(|scope| {
            let counting: Vec<_> = (0..threads).map(|_| scope.spawn(|| count(&receive))).collect();
            let mut counter = Self { batch: Batch::default(), send };
            let done = work(&mut counter);
            counter.flush();
            drop(counter);
            let mut all = Tally::default();
            for thread in counting {
                match thread.join() {
                    Ok(tally) => all.merge(tally),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            (done, all.top())
        })
    }

    /// Adds the text of a prompt, which may hold a secret.
    pub(super) fn add(&mut self, text: &str, secret: bool) {
        let text = if secret { mask(text) } else { Cow::Borrowed(text) };
        for piece in typed(&text) {
            self.batch.texts.push_str(piece);
            self.batch.texts.push(' ');
        }
        self.batch.ends.push(self.batch.texts.len());
        if self.batch.texts.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        // A thread that is gone has panicked, which its end tells.
        let _ = self.send.send(std::mem::take(&mut self.batch));
    }
}

fn count(batches: &Mutex<Receiver<Batch>>) -> Tally {
    let mut tally = Tally::default();
    loop {
        let next = batches.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(batch) = next else { return tally };
        let mut start = 0;
        for end in batch.ends {
            tally.prompt(&batch.texts[start..end]);
            start = end;
        }
    }
}

/// In how many prompts a word is, and in which it was last.
#[derive(Default)]
struct Uses {
    prompts: usize,
    last: usize,
}

#[derive(Default)]
struct Tally {
    prompts: usize,
    words: HashMap<String, Uses>,
    terms: HashMap<String, Uses>,
    folded: String,
}

fn note(uses: &mut HashMap<String, Uses>, word: &str, prompt: usize) {
    if word.len() > LONGEST {
        return;
    }
    match uses.get_mut(word) {
        Some(found) if found.last == prompt => {}
        Some(found) => *found = Uses { prompts: found.prompts + 1, last: prompt },
        None => _ = uses.insert(word.to_owned(), Uses { prompts: 1, last: prompt }),
    }
}

impl Tally {
    fn prompt(&mut self, text: &str) {
        self.prompts += 1;
        // What stands in backticks is a term as a whole.
        let mut quoted = false;
        for part in text.split('`') {
            let inside =
                quoted && !part.is_empty() && !part.contains(['\n', ' ']) && part.chars().any(char::is_alphabetic);
            if inside && !part.contains("://") {
                note(&mut self.terms, part, self.prompts);
            } else {
                part.split_whitespace().for_each(|token| self.token(token));
            }
            quoted = !quoted;
        }
    }

    fn token(&mut self, token: &str) {
        if token.contains("://") {
            return;
        }
        let bare = token.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '~' | '_' | '-' | '.'));
        let bare = bare.trim_end_matches(['.', '-', '/']);
        let bare = if token.contains("()") { bare.trim_end_matches(['(', ')']) } else { bare };
        if is_term(bare) || (token.contains("()") && bare.len() > 1) {
            note(&mut self.terms, bare.trim_start_matches("./"), self.prompts);
            return;
        }
        for word in token.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')) {
            self.word(word.trim_matches(['\'', '’']));
        }
    }

    fn word(&mut self, word: &str) {
        if word.bytes().any(|byte| byte >= 0xe3) && word.chars().any(is_unparted) {
            return self.pairs(word);
        }
        let letters = word.chars().take(3).count();
        if letters < 3 || !word.starts_with(char::is_alphabetic) {
            // A syllable of Hangul says more than a letter.
            let hangul = letters == 2 && word.chars().all(|c| matches!(c, '\u{ac00}'..='\u{d7af}'));
            if !hangul {
                return;
            }
        }
        self.folded.clear();
        if word.is_ascii() {
            self.folded.push_str(word);
            self.folded.make_ascii_lowercase();
        } else {
            self.folded.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }));
        }
        note(&mut self.words, &self.folded, self.prompts);
    }

    fn pairs(&mut self, text: &str) {
        for run in text.split(|c| !is_unparted(c)).filter(|run| !run.is_empty()) {
            let mut chars = run.char_indices().peekable();
            while let Some((start, first)) = chars.next() {
                let Some(&(at, second)) = chars.peek() else { break };
                if !(is_hiragana(first) && is_hiragana(second)) {
                    note(&mut self.words, &run[start..at + second.len_utf8()], self.prompts);
                }
            }
        }
        text.split(is_unparted).filter(|word| !word.is_empty()).for_each(|word| self.word(word));
    }

    fn merge(&mut self, other: Self) {
        self.prompts += other.prompts;
        for (into, from) in [(&mut self.words, other.words), (&mut self.terms, other.terms)] {
            if into.is_empty() {
                *into = from;
                continue;
            }
            for (word, uses) in from {
                into.entry(word).or_default().prompts += uses.prompts;
            }
        }
    }

    fn top(self) -> (Vec<WordCount>, Vec<WordCount>) {
        let stop: std::collections::HashSet<&str> = STOP.split_whitespace().collect();
        let common = if self.prompts >= ENOUGH { self.prompts / COMMON } else { usize::MAX };
        let says = |word: &str, uses: &Uses| uses.prompts <= common && !stop.contains(word);
        (top(self.words, says), top(self.terms, |_, _| true))
    }
}

fn top(uses: HashMap<String, Uses>, says: impl Fn(&str, &Uses) -> bool) -> Vec<WordCount> {
    let mut all: Vec<WordCount> = uses
        .into_iter()
        .filter(|(word, uses)| says(word, uses))
        .map(|(word, uses)| WordCount { word, prompts: uses.prompts })
        .collect();
    let order = |a: &WordCount, b: &WordCount| b.prompts.cmp(&a.prompts).then_with(|| a.word.cmp(&b.word));
    if all.len() > TOP {
        all.select_nth_unstable_by(TOP, order);
        all.truncate(TOP);
    }
    all.sort_unstable_by(order);
    all
}

/// Whether a word without blanks and quotes is a technical term, by its shape.
fn is_term(word: &str) -> bool {
    let bytes = word.as_bytes();
    if bytes.len() < 2 || !bytes.iter().any(u8::is_ascii_alphabetic) {
        return false;
    }
    if let Some(flag) = word.strip_prefix("--") {
        return flag.starts_with(|c: char| c.is_ascii_alphabetic());
    }
    if word.contains("::") || word.starts_with("~/") || word.starts_with("./") || word.starts_with("../") {
        return true;
    }
    if word.contains('/') {
        // `and/or` and a command `/x` are none.
        return word.contains('.') || word.matches('/').count() > 1;
    }
    if let Some((stem, end)) = word.rsplit_once('.') {
        let is_name = |s: &str| s.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        return stem.len() > 1
            && (1..=5).contains(&end.len())
            && end.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && end.starts_with(|c: char| c.is_ascii_lowercase())
            && is_name(stem);
    }
    let pairs = |test: fn(u8, u8) -> bool| bytes.windows(2).any(|pair| test(pair[0], pair[1]));
    let inner = word.trim_matches('_');
    if inner.contains('_') {
        return inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    }
    // Names in capitals, as long as nobody shouts.
    let capitals = bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (capitals && bytes[0].is_ascii_uppercase() && bytes.len() <= 5)
        || pairs(|a, b| a.is_ascii_lowercase() && b.is_ascii_uppercase())
}

fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{309f}')
}

/// A character of a script that does not part words.
fn is_unparted(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> (Vec<String>, Vec<String>) {
        let ((), (words, terms)) = Counter::run(|counter| texts.iter().for_each(|text| counter.add(text, false)));
        let names = |counts: Vec<WordCount>| {
            let mut names: Vec<String> = counts.into_iter().map(|count| count.word).collect();
            names.sort();
            names
        };
        (names(words), names(terms))
    }

    #[test]
    fn terms_are_known_by_their_shape() {
        let (words, terms) = of(&[
            "Fix parse_line in `Foo` (src/a.rs), call getUserById() with --dry-run; and/or set MAX_SIZE, see std::fs and JSON. /review",
        ]);
        assert_eq!(terms, ["--dry-run", "Foo", "JSON", "MAX_SIZE", "getUserById", "parse_line", "src/a.rs", "std::fs"]);
        assert_eq!(words, ["call", "fix", "review", "see", "set"]);
    }

    #[test]
    fn words_of_all_scripts_are_counted_once_a_prompt() {
        let (words, _) = of(&["Größe größe GRÖSSE", "исправь ошибку, пожалуйста", "エラーを修正して", "오류 수정"]);
        for word in ["größe", "исправь", "エラ", "修正", "오류"] {
            assert!(words.contains(&word.to_owned()), "{word}: {words:?}");
        }
        assert!(!words.contains(&"して".to_owned()));
        let ((), (counts, _)) = Counter::run(|counter| counter.add("Größe größe", false));
        assert_eq!(counts, [WordCount { word: "größe".into(), prompts: 1 }]);
    }

    #[test]
    fn what_stands_everywhere_and_secrets_are_left_out() {
        let texts: Vec<String> =
            (0..1000).map(|i| format!("wibble {} the test", if i % 10 == 0 { "rare" } else { "" })).collect();
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(of(&all).0, ["rare"]);
        assert_eq!(
            of(&["see [Pasted text #1 +23 lines] there [Image #2]", "odd [Pasted text #"]).0,
            ["odd", "pasted", "see", "text"]
        );
        let key = format!("token gh{}", "p_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2");
        let ((), (words, terms)) = Counter::run(|counter| counter.add(&key, true));
        assert!(words.iter().chain(&terms).all(|count| !count.word.contains("0aB1")), "{words:?} {terms:?}");
    }
}
