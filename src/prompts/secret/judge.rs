//! What tells a secret from what merely has its form: placeholders, names and code.

use std::ops::Range;

/// How what an expression found is looked at again.
#[derive(Clone, Copy)]
pub(super) enum Judge {
    /// It is one.
    Any,
    /// It is one, unless it is written to show the form (`xxxx`, `0000`).
    Form,
    /// It is one if it looks random.
    Random,
    /// It is one if it can be a password and is neither a placeholder nor code.
    Password,
    /// As a password, but simple words count: the place says what it is.
    Address,
}

/// Bits per byte, below which a token shows a form only.
const FORM_BITS: f64 = 2.0;
/// Bits per byte that something random has at least.
const RANDOM_BITS: f64 = 3.0;
/// Something random has at least so many bytes.
const RANDOM_LENGTH: usize = 16;
/// A password has at least so many bytes.
const PASSWORD_LENGTH: usize = 6;
/// And as many bits per byte.
const PASSWORD_BITS: f64 = 1.9;

/// What people write where a password would stand.
const PLACEHOLDERS: &[&str] = &[
    "pass",
    "passw",
    "passwd",
    "password",
    "passwort",
    "pw",
    "pwd",
    "secret",
    "token",
    "xxx",
    "changeme",
    "example",
    "user",
    "username",
    "your",
    "placeholder",
    "redacted",
    "masked",
    "hidden",
    "mypassword",
    "mysecret",
    "none",
    "null",
    "env",
    "string",
    "prompt",
    "key",
    "apikey",
    "api_key",
    "test",
    "foo",
    "bar",
];

impl Judge {
    /// The part of `found` that was looked at, and whether it is a secret.
    pub(super) fn judge(self, text: &str, found: Range<usize>) -> (Range<usize>, bool) {
        let value = &text[found.clone()];
        let field = || found.start..found.start + before_next_field(value);
        match self {
            Self::Any => (found, true),
            Self::Form => {
                let is_secret = bits(value) >= FORM_BITS && !shows_form(value);
                (found, is_secret)
            }
            Self::Random => (field(), is_random(&text[field()])),
            Self::Password => (field(), is_password(&text[field()])),
            Self::Address => {
                // `//user:password@`: what stands before it, back to the slashes.
                let before = text[..found.start].strip_suffix(':').unwrap_or_default();
                let user = before.rsplit('/').next().unwrap_or_default();
                let is_secret = !is_placeholder(value) && user != value && !is_code(value);
                (found, is_secret)
            }
        }
    }
}

/// Where `value` ends if other fields follow in it: `a1b2&user=x`, `a1b2;Server=x`, `a1b2,user:`.
fn before_next_field(value: &str) -> usize {
    let is_name = |name: &str| {
        name.starts_with(char::is_alphabetic)
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let next = value.match_indices(['&', ';', ',']).find(|(at, _)| {
        let rest = &value[at + 1..];
        rest.split_once('=').is_some_and(|(name, _)| is_name(name)) || rest.strip_suffix(':').is_some_and(is_name)
    });
    next.map_or(value.len(), |(at, _)| at)
}

/// Shannon's entropy of the bytes, in bits per byte.
fn bits(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = value.len() as f64;
    counts.iter().filter(|&&n| n > 0).map(|&n| f64::from(n) / all).map(|p| -p * p.log2()).sum()
}

/// Whether it only shows what such a token looks like: most of it is one sign (`sk_live_xxxxxxxxxxxx`), or dots.
fn shows_form(value: &str) -> bool {
    let (mut run, mut longest, mut last) = (0, 0, 0);
    for byte in value.bytes() {
        run = if byte == last { run + 1 } else { 1 };
        longest = longest.max(run);
        last = byte;
    }
    longest >= 8.max(value.len() / 3)
}

/// Letters and digits in an order that neither words nor names have.
fn is_random(value: &str) -> bool {
    let core = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if core.len() < RANDOM_LENGTH || bits(core) < RANDOM_BITS || shows_form(core) || is_code(value) {
        return false;
    }
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    let classes: Vec<u8> = core.bytes().map(class).filter(|&class| class != 0).collect();
    let changes = classes.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let digits = core.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    let letters = classes.iter().any(|&class| class != 3);
    letters && (digits >= 2 || changes * 2 >= classes.len())
}

/// Letters with digits or other signs in between, as passwords have them and words do not.
fn is_password(value: &str) -> bool {
    if value.len() < PASSWORD_LENGTH || bits(value) < PASSWORD_BITS || is_placeholder(value) || is_code(value) {
        return false;
    }
    // `PWD=/home/ann/app2`.
    if ["/", "~/", "./", "../"].iter().any(|start| value.starts_with(start)) || value.contains("://") {
        return false;
    }
    let core = value.trim_end_matches(['.', ',', ';', ':', '?', '!', ')', ']', '}']);
    let letter = core.chars().any(char::is_alphabetic);
    let digit = core.bytes().any(|byte| byte.is_ascii_digit());
    let sign = core.chars().any(|c| c.is_ascii_punctuation() && !matches!(c, '-' | '_' | '.' | '/' | ',' | ':' | '\''));
    letter && (digit || sign) || digit && sign || digit && core.len() >= 8 && core.bytes().all(|b| b.is_ascii_digit())
}

fn is_placeholder(value: &str) -> bool {
    let plain = value.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = plain.to_lowercase();
    plain.is_empty()
        || PLACEHOLDERS.contains(&lower.as_str())
        || ["your", "my-", "my_", "<", "example", "xxx", "insert", "enter-"]
            .iter()
            .any(|start| lower.starts_with(start))
        || value.contains("...")
        || value.contains('…')
        || value.contains("***")
        || value.contains("xxxx")
        || value.contains("XXXX")
}

/// A variable, a call or a name of something that holds the secret elsewhere.
fn is_code(value: &str) -> bool {
    let starts =
        ["$", "{", "<", "%", "#{", "@{", "[[", "(", "process.", "os.", "env.", "std::", "self.", "this.", "config."];
    if starts.iter().any(|start| value.starts_with(start)) || value.contains("${") || value.contains("{{") {
        return true;
    }
    // A call: a name and a parenthesis.
    let is_name = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:!?".contains(&b));
    if value.split_once('(').is_some_and(|(name, rest)| is_name(name) && (rest.is_empty() || rest.contains(')'))) {
        return true;
    }
    if value.split_once('[').is_some_and(|(name, rest)| is_name(name) && (rest.is_empty() || rest.contains(']'))) {
        return true;
    }
    // `DB_PASSWORD_2`, a name in capitals.
    let capitals = value.contains('_')
        && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
        && value.split('_').all(|part| part.bytes().any(|b| b.is_ascii_uppercase()) || part.len() < 3);
    // `settings.db2.password`: words with dots, no digit at the start of one.
    let dotted = value.contains('.')
        && value.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        });
    capitals || dotted || value.contains("::") || value.contains("->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_is_told_from_names_and_words() {
        for value in ["f3a9c1d27b6e40518a2c", "aB3dE5fG7hJ9kL1mN2p", "550e8400-e29b-41d4-a716-446655440000"] {
            assert!(is_random(value), "{value}");
        }
        for value in [
            "getTokenFromStore",
            "a-long-name-with-dashes",
            "1234567890123456",
            "short1a2",
            "xxxxxxxxxxxxxxxxxxxx1a2",
            "AWS_SECRET_ACCESS_KEY",
        ] {
            assert!(!is_random(value), "{value}");
        }
    }

    #[test]
    fn a_field_behind_a_secret_is_none_of_it() {
        assert_eq!(before_next_field("a1b2&user=x"), 4);
        assert_eq!(before_next_field("a1b2;Server=x;y=1"), 4);
        assert_eq!(before_next_field("a1&b2"), 5);
        assert_eq!(before_next_field("a1&=b2"), 6);
    }
}
