//! The file name of a new note, as org-roam makes it.

use chrono::NaiveDateTime;
use unicode_normalization::UnicodeNormalization;

/// What `org-roam-node-slug` takes off letters, and no other mark.
const MARKS: [char; 21] = [
    '\u{300}', '\u{301}', '\u{302}', '\u{303}', '\u{304}', '\u{306}', '\u{307}', '\u{308}', '\u{309}', '\u{30a}',
    '\u{30b}', '\u{30c}', '\u{31b}', '\u{323}', '\u{324}', '\u{325}', '\u{327}', '\u{32d}', '\u{32e}', '\u{330}',
    '\u{331}',
];
/// A file name has 255 bytes, and that of a lock or a temporary file beside it is longer.
const LONGEST: usize = 200;

/// `YYYYmmddHHMMSS-slug.org`; without a slug, `YYYYmmddHHMMSS.org`.
pub(crate) fn file_name(title: &str, time: NaiveDateTime) -> String {
    let time = time.format("%Y%m%d%H%M%S");
    match slug(title) {
        slug if slug.is_empty() => format!("{time}.org"),
        slug => format!("{time}-{slug}.org"),
    }
}

/// The title in letters and digits, with `_` for all else, as `org-roam-node-slug` has it; of a long one the start.
pub(crate) fn slug(title: &str) -> String {
    let bare: String = title.nfd().filter(|c| !MARKS.contains(c)).nfc().collect();
    let mut slug = String::with_capacity(bare.len());
    for c in bare.chars() {
        if is_alphanumeric(c) {
            slug.push(c);
        } else if !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug = slug.trim_matches('_').to_lowercase();
    let mut end = slug.len().min(LONGEST);
    while !slug.is_char_boundary(end) {
        end -= 1;
    }
    slug[..end].trim_end_matches('_').to_owned()
}

/// `[[:alnum:]]` as Emacs has it: marks that are left count.
fn is_alphanumeric(c: char) -> bool {
    c != '_' && crate::org::is_tag(c.encode_utf8(&mut [0; 4])) && !matches!(c, '@' | '#' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_org_roam_s() {
        for (title, expected) in [
            ("A Title", "a_title"),
            ("  -- What?! (really) --", "what_really"),
            ("Über Größe, Ærø", "uber_große_ærø"),
            ("naïve café Ångström Ǖ", "naive_cafe_angstrom_u"),
            ("Việt Nam", "viet_nam"),
            ("snake_case__x", "snake_case_x"),
            ("漢字 かな ガ", "漢字_かな_ガ"),
            ("Ελληνικά ΣΑΣ", "ελληνικα_σας"),
            ("Ёлка й", "елка_и"),
            ("हिन्दी", "हिन्दी"),
            ("e\u{301}x \u{345}", "ex_\u{345}"),
            ("İẞ", "iß"),
            ("1² Ⅷ", "1_ⅷ"),
            ("a/../b\0c\nd", "a_b_c_d"),
            ("@home #tag 100%", "home_tag_100"),
            ("?!", ""),
            ("", ""),
        ] {
            assert_eq!(slug(title), expected, "{title:?}");
        }
    }

    #[test]
    fn a_file_name_is_one_at_any_length() {
        let time = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap().and_hms_opt(3, 4, 5).unwrap();
        assert_eq!(file_name("A b", time), "20260102030405-a_b.org");
        assert_eq!(file_name("?", time), "20260102030405.org");
        for title in ["漢".repeat(300), "a ".repeat(300), "x".repeat(199) + "é字", "a".repeat(199) + " b"] {
            let name = file_name(&title, time);
            assert!(name.len() <= 220 && !name.ends_with("_.org"), "{name}");
            assert!(name.len() > 210, "{name}");
        }
    }
}
