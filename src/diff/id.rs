//! The ids of requests: to be typed.

/// What every id begins with.
pub(super) const PREFIX: &str = "d-";

/// Crockford's base 32, which has no letter that is mistaken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new id of so many letters.
pub(super) fn new(letters: usize) -> String {
    let bits = uuid::Uuid::new_v4().as_u64_pair().0;
    let letter = |i: usize| LETTERS[(bits >> (5 * i) & 31) as usize] as char;
    format!("{PREFIX}{}", (0..letters.min(9)).map(letter).collect::<String>())
}

/// An id as somebody typed it: with or without the prefix, in capitals, with letters that look like digits.
pub(super) fn full(typed: &str) -> String {
    let typed = typed.trim().to_lowercase();
    let letters = typed.strip_prefix(PREFIX).unwrap_or(&typed);
    let letters = letters.chars().map(|c| match c {
        'o' => '0',
        'i' | 'l' => '1',
        c => c,
    });
    format!("{PREFIX}{}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_was_typed() {
        assert_eq!((full("d-3kq0").as_str(), full("3KQO ").as_str()), ("d-3kq0", "d-3kq0"));
        let id = new(4);
        assert_eq!((id.len(), full(&id)), (6, id.clone()));
    }
}
