//! Text broken into lines of a terminal, whatever script it is in.

use unicode_width::UnicodeWidthChar;

/// How wide a tab is.
const TAB: usize = 4;

/// The lines of a text, none wider than `width` columns. What a terminal would obey is shown as what it is not.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    text.trim_end().replace("\r\n", "\n").split('\n').flat_map(|line| wrap_line(line, width)).collect()
}

/// A character as it may be shown. Marks of direction go: a line has its own, and none may change that of others.
fn shown(c: char) -> Option<char> {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => Some('\u{fffd}'),
        c => Some(c),
    }
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let chars: Vec<char> = line.replace('\t', &" ".repeat(TAB)).chars().filter_map(shown).collect();
    // What a line of code is broken into is indented as it is.
    let indent = chars.iter().take_while(|c| **c == ' ').count();
    let indent = if indent * 2 <= width { indent } else { 0 };
    let (mut lines, mut start) = (Vec::new(), 0);
    while start < chars.len() {
        let margin = if start == 0 { 0 } else { indent };
        let end = line_end(&chars[start..], (width - margin).max(2)) + start;
        let text: String = chars[start..end].iter().collect();
        lines.push(format!("{}{}", " ".repeat(margin), text.trim_end()));
        start = end;
        // The blanks that a line was broken at are not those of an indentation.
        while start < chars.len() && chars[start] == ' ' {
            start += 1;
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// How many characters go on a line: up to a blank, to a character of a script without blanks, or as many as fit.
fn line_end(chars: &[char], width: usize) -> usize {
    let wide = |c: char| c.width().unwrap_or(0);
    let indent = chars.iter().take_while(|c| **c == ' ').count();
    let (mut columns, mut best) = (0, None);
    for (i, &c) in chars.iter().enumerate() {
        // What has no width belongs to what is before it.
        let alone = wide(c) > 0 && (i == 0 || chars[i - 1] != '\u{200d}');
        if i > indent && alone && (c == ' ' || wide(c) == 2 || wide(chars[i - 1]) == 2 || chars[i - 1] == '-') {
            best = Some(i);
        }
        columns += wide(c);
        if columns > width {
            return best.unwrap_or(i).max(1);
        }
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 13), ["one two three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("  fn main() {\n\tx\n", 40), ["  fn main() {", "    x"]);
        assert_eq!(wrap("  let x = a_long_name;", 12), ["  let x =", "  a_long_nam", "  e;"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("", 9), [""]);
        assert_eq!(wrap("well-known thing", 6), ["well-", "known", "thing"]);
    }

    #[test]
    fn scripts_without_blanks_break_anywhere_and_marks_stay_with_their_letter() {
        assert_eq!(wrap("漢字漢字漢", 4), ["漢字", "漢字", "漢"]);
        assert_eq!(wrap("ab漢字", 5), ["ab漢", "字"]);
        assert_eq!(wrap("שָׁלוֹם עוֹלָם", 5), ["שָׁלוֹם", "עוֹלָם"]);
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
    }

    #[test]
    fn nothing_is_obeyed() {
        assert_eq!(wrap("a\u{1b}[2Jb\u{202e}c", 80), ["a\u{fffd}[2Jbc"]);
        assert_eq!(wrap("a\u{7}", 80), ["a\u{fffd}"]);
    }

    #[test]
    fn no_line_is_too_wide() {
        let text = "Wörter, 漢字と仮名, اللغة العربية, and_a_very_long_identifier_that_goes_on 👩‍💻 ".repeat(9);
        for width in 2..60 {
            for line in wrap(&text, width) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}
