//! What looks like a key or token.

use std::borrow::Cow;

/// The names of the patterns that `text` has something of.
pub(super) fn kinds(text: &str) -> Vec<&'static str> {
    let _ = text;
    Vec::new()
}

/// The text with everything that looks like a key or token replaced by `[its kind]`.
pub fn mask(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
