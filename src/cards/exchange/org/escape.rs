//! A comma in front of lines that Org would obey.

use std::sync::LazyLock;

use regex::Regex;

/// What Org takes for a heading, the setting of a file, or what may stand at the top of an entry.
static OBEYED: LazyLock<Regex> = LazyLock::new(|| {
    let keywords = r"#\+(?:todo|seq_todo|typ_todo|filetags|title|property|setupfile|startup|memento):";
    let pattern = format!(r"\A(?:\*+[ \t]|\*+\r?\z|[ \t]*(?i:{keywords}|:properties:|(?:deadline|scheduled|closed):))");
    Regex::new(&pattern).expect("the pattern is a constant that compiles")
});

/// Puts a comma before every line that Org would obey, and before those that look as if it had been done.
pub(super) fn escape(text: &str) -> String {
    by_line(text, |commas, rest| if obeyed(rest) { format!(",{commas}{rest}") } else { format!("{commas}{rest}") })
}

/// Takes back what [`escape`] did.
pub(super) fn unescape(text: &str) -> String {
    by_line(text, |commas, rest| {
        let commas = if obeyed(rest) { commas.strip_prefix(',').unwrap_or(commas) } else { commas };
        format!("{commas}{rest}")
    })
}

fn obeyed(line: &str) -> bool {
    OBEYED.is_match(line.strip_suffix('\n').unwrap_or(line))
}

fn by_line(text: &str, change: impl Fn(&str, &str) -> String) -> String {
    let mut result = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches(',');
        result.push_str(&change(&line[..line.len() - rest.len()], rest));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        for text in ["* a", ",* a", "**", "a\n* b\n", "  :PROPERTIES:\nx", "#+begin_src rust\nfn f() {}\n#+end_src", "#+TODO: A"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(escape("* a\n*b*\n#+begin_src c\n* x\n#+end_src"), ",* a\n*b*\n#+begin_src c\n,* x\n#+end_src");
    }
}
