//! Org's comma escape for what stands in a block: manual node "Literal Examples", `org-escape-code-in-string`.

/// Puts a comma before every line of `text` that Org would take for a headline or a keyword, or that looks escaped already.
///
/// ```
/// assert_eq!(memento::org::escape_block("* a\n#+b\n  ,* c\nd"), ",* a\n,#+b\n  ,,* c\nd");
/// ```
pub fn escape_block(text: &str) -> String {
    by_line(text, |blanks, rest| {
        let commas = rest.len() - rest.trim_start_matches(',').len();
        let special = rest[commas..].starts_with('*') || rest[commas..].starts_with("#+");
        if special { format!("{blanks},{rest}") } else { format!("{blanks}{rest}") }
    })
}

/// Takes back what [`escape_block`] did: `org-unescape-code-in-string`.
///
/// ```
/// assert_eq!(memento::org::unescape_block(",* a\n,b"), "* a\n,b");
/// ```
pub fn unescape_block(text: &str) -> String {
    by_line(text, |blanks, rest| {
        let commas = rest.len() - rest.trim_start_matches(',').len();
        let special = rest[commas..].starts_with('*') || rest[commas..].starts_with("#+");
        if special && commas > 0 { format!("{blanks}{}", &rest[1..]) } else { format!("{blanks}{rest}") }
    })
}

fn by_line(text: &str, change: impl Fn(&str, &str) -> String) -> String {
    let mut result = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches([' ', '\t']);
        result.push_str(&change(&line[..line.len() - rest.len()], rest));
    }
    result
}
