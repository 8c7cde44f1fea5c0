//! One row of the table.

use regex::Regex;

use super::judge::Judge;

/// What keys or tokens of one kind look like.
pub(super) struct Pattern {
    /// What a person reads: `github-token`.
    pub(super) kind: &'static str,
    /// One of these is in every text that the expression matches; case matters where it does to the expression.
    pub(super) hints: &'static [&'static str],
    /// Its first group that takes part is the secret; without groups all of it is. A `~` in front stands for a place where
    /// a word may begin.
    expression: &'static str,
    /// What tells a secret from what merely has its form.
    pub(super) judge: Judge,
    /// Texts that hold one, as [`expand`](super::tests) reads them: no scanner takes this source for a leak.
    #[cfg(test)]
    pub(super) examples: &'static [&'static str],
    /// Texts that hold none.
    #[cfg(test)]
    pub(super) others: &'static [&'static str],
}

/// The beginning of a text or a line, a sign that is no part of a word, or an escape of JSON's.
const BEGIN: &str = r"(?m:^|[^0-9A-Za-z_\-]|\\[bfnrt]|\\u[0-9A-Fa-f]{4})";

impl Pattern {
    /// Whether case does not matter.
    pub(super) fn folds(&self) -> bool {
        self.expression.contains("(?i)")
    }

    pub(super) fn regex(&self) -> Regex {
        let expression = match self.expression.strip_prefix('~') {
            Some(rest) => format!("{BEGIN}(?:{rest})"),
            None => self.expression.to_owned(),
        };
        Regex::new(&expression).expect("a test compiles every expression of the table")
    }

    const fn new(
        kind: &'static str,
        hints: &'static [&'static str],
        expression: &'static str,
        judge: Judge,
        examples: &'static [&'static str],
        others: &'static [&'static str],
    ) -> Self {
        #[cfg(not(test))]
        let _ = (examples, others);
        Self {
            kind,
            hints,
            expression,
            judge,
            #[cfg(test)]
            examples,
            #[cfg(test)]
            others,
        }
    }
}

/// A token with a form of its own.
pub(super) const fn token(
    kind: &'static str,
    hints: &'static [&'static str],
    expression: &'static str,
    examples: &'static [&'static str],
    others: &'static [&'static str],
) -> Pattern {
    Pattern::new(kind, hints, expression, Judge::Form, examples, others)
}

/// A block, masked as a whole.
pub(super) const fn block(
    kind: &'static str,
    hints: &'static [&'static str],
    expression: &'static str,
    examples: &'static [&'static str],
    others: &'static [&'static str],
) -> Pattern {
    Pattern::new(kind, hints, expression, Judge::Any, examples, others)
}

/// Something that its surroundings alone tell, if it looks random.
pub(super) const fn random(
    kind: &'static str,
    hints: &'static [&'static str],
    expression: &'static str,
    examples: &'static [&'static str],
    others: &'static [&'static str],
) -> Pattern {
    Pattern::new(kind, hints, expression, Judge::Random, examples, others)
}

/// Something that its surroundings call a password, if it can be one.
pub(super) const fn password(
    kind: &'static str,
    hints: &'static [&'static str],
    expression: &'static str,
    examples: &'static [&'static str],
    others: &'static [&'static str],
) -> Pattern {
    Pattern::new(kind, hints, expression, Judge::Password, examples, others)
}

/// What stands as a password in an address, unless it is a placeholder or the user's name over again.
pub(super) const fn address(
    kind: &'static str,
    hints: &'static [&'static str],
    expression: &'static str,
    examples: &'static [&'static str],
    others: &'static [&'static str],
) -> Pattern {
    Pattern::new(kind, hints, expression, Judge::Address, examples, others)
}
