use proptest::prelude::*;

use super::*;

/// An example's text, and what is to become of it. `«» `mark the secret, `%` with a letter and a number stands for so many
/// characters of a kind, so that this source has nothing in it that a scanner would report.
struct Example {
    text: String,
    masked: String,
    secrets: Vec<String>,
}

fn expand(example: &str, kind: &str) -> Example {
    let alphabet = |letter| match letter {
        'w' => Some("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
        'h' => Some("0123456789abcdef"),
        'd' => Some("0123456789"),
        'u' => Some("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
        'l' => Some("abcdefghijklmnopqrstuvwxyz0123456789"),
        'b' => Some("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"),
        's' => Some("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"),
        _ => None,
    };
    let mut state = example
        .bytes()
        .fold(0x9e37_79b9_7f4a_7c15_u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut text = String::new();
    let mut chars = example.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(letters) = (c == '%').then(|| chars.peek().copied().and_then(alphabet)).flatten() else {
            text.push(c);
            continue;
        };
        chars.next();
        let mut count = 0;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            count = count * 10 + digit;
            chars.next();
        }
        for _ in 0..count {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push(letters.as_bytes()[(state >> 33) as usize % letters.len()] as char);
        }
    }
    let (mut plain, mut masked, mut secrets) = (String::new(), String::new(), Vec::new());
    for (i, part) in text.split(['«', '»']).enumerate() {
        plain.push_str(part);
        if i % 2 == 0 {
            masked.push_str(part);
        } else {
            masked.push_str(&format!("[{kind}]"));
            secrets.push(part.to_owned());
        }
    }
    Example { text: plain, masked, secrets }
}

fn examples() -> impl Iterator<Item = (&'static Pattern, Example)> {
    TABLES
        .iter()
        .copied()
        .flatten()
        .flat_map(|row| row.examples.iter().map(move |example| (row, expand(example, row.kind))))
}

/// All that fails is told at once.
fn assert_all(failures: &[String]) {
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// No eight bytes in a row of a secret are left.
fn assert_gone(masked: &str, kind: &str, secrets: &[String]) {
    let masked = masked.replace(&format!("[{kind}]"), "");
    for secret in secrets {
        let secret = secret.as_bytes();
        for piece in secret.windows(8.min(secret.len())) {
            let piece = String::from_utf8_lossy(piece);
            assert!(
                piece.chars().all(|c| !c.is_ascii_alphanumeric()) || !masked.contains(&*piece),
                "{piece} of {masked}"
            );
        }
    }
}

#[test]
fn every_example_is_found_named_and_masked() {
    let mut failures = Vec::new();
    for (row, Example { text, masked, .. }) in examples() {
        let (kinds, made) = (kinds(&text), mask(&text));
        if kinds != [row.kind] || made != masked {
            failures.push(format!("{}: {kinds:?}: {text}\n  {made}", row.kind));
        }
    }
    assert_all(&failures);
}

#[test]
fn what_is_no_secret_stays() {
    let others = TABLES.iter().copied().flatten().flat_map(|row| row.others);
    let masked = others.filter(|other| !kinds(other).is_empty() || matches!(mask(other), Cow::Owned(_)));
    assert_all(&masked.map(|other| format!("{:?}: {other}", kinds(other))).collect::<Vec<_>>());
}

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    let mut failures = Vec::new();
    for (row, Example { text, masked, secrets }) in examples() {
        let json = |text: &str| serde_json::to_string(&serde_json::json!({ "text": format!("a\n{text}\nb") })).unwrap();
        for (whole, expected) in [
            (
                format!("Why is this so: {text} and what is to be done?"),
                format!("Why is this so: {masked} and what is to be done?"),
            ),
            (format!("Über\n{text}\n日本語"), format!("Über\n{masked}\n日本語")),
            (format!("{text}\r\n"), format!("{masked}\r\n")),
            (format!("= \"{text}\""), format!("= \"{masked}\"")),
            (json(&text), json(&masked)),
        ] {
            let made = mask(&whole);
            if made != expected || !kinds(&whole).contains(&row.kind) {
                failures.push(format!("{}: {whole}\n  {made}\n  {expected}", row.kind));
            }
        }
        for whole in [
            format!("{text}."),
            format!("({text})"),
            format!("`{text}`"),
            format!("{text},{text};{text}"),
            json(&json(&text)),
        ] {
            let masked = mask(&whole);
            assert_gone(&masked, row.kind, &secrets);
            assert_eq!(mask(&masked), masked);
        }
    }
    assert_all(&failures);
}

#[test]
fn what_is_masked_holds_no_secret() {
    for (_, example) in examples() {
        assert_eq!(kinds(&mask(&example.text)), Vec::<&str>::new(), "{}", example.masked);
    }
}

#[test]
fn kinds_are_words_that_part_at_commas_and_hints_are_short() {
    for row in TABLES.iter().copied().flatten() {
        assert!(row.kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", row.kind);
        assert!(!row.hints.is_empty() && !row.examples.is_empty() && !row.others.is_empty(), "{}", row.kind);
        row.regex();
    }
}

#[test]
fn ordinary_prompts_hold_none() {
    for prompt in [
        "Explain how the tokenizer splits keywords; the token count is off by one in parser.rs:120.",
        "Add a primary key to the table and rename key_id to id",
        "git commit 9fceb02d0ae598e95dc970b74767f19372d61af8 broke the build",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "session 550e8400-e29b-41d4-a716-446655440000 hangs",
        "Write a test for the password reset flow; the secret question is gone. The authorization header is missing.",
        "src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4\"",
        "パスワードを忘れた場合の画面を直して",
        "const token = await fetchToken(config.tokenEndpoint2);",
    ] {
        assert_eq!(kinds(prompt), Vec::<&str>::new(), "{prompt}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masking_twice_is_masking_once(parts in prop::collection::vec((0_usize..400, 0_usize..12), 1..8)) {
        let all: Vec<Example> = examples().map(|(_, example)| example).collect();
        let glue = ["", " ", "\n", "\"", "\\\"", "password=", "token: ", "]", "[password]", "[", "@", "sk-"];
        let text: String = parts.iter().map(|&(i, g)| format!("{}{}", glue[g], all[i % all.len()].text)).collect();
        let masked = mask(&text).into_owned();
        prop_assert_eq!(&*mask(&masked), &*masked);
        prop_assert!(kinds(&masked).is_empty());
    }
}
