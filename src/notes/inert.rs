//! What an assistant's text may not have in it: anything that would change something outside of it, or hide it.

use crate::error::{Error, Result};
use crate::org::{Outline, unbalanced};

/// Keywords that set something for the whole file, or that bring in other files.
const FOR_THE_FILE: [&str; 23] = [
    "ARCHIVE",
    "BIND",
    "CATEGORY",
    "COLUMNS",
    "CONSTANTS",
    "EXCLUDE_TAGS",
    "FILETAGS",
    "INCLUDE",
    "LINK",
    "MACRO",
    "OPTIONS",
    "PRIORITIES",
    "PROPERTY",
    "SELECT_TAGS",
    "SEQ_TODO",
    "SETUPFILE",
    "STARTUP",
    "TAGS",
    "TITLE",
    "TODO",
    "TRANSCLUDE",
    "TYP_TODO",
    "CITE_EXPORT",
];

/// Refuses Org text that would do more than to stand where it is put.
///
/// # Errors
/// [`Error::Invalid`] with the line and what to do instead: control characters; keywords that set something for the file;
/// headings with the tag `PRIVATE` or a property `PUBLIC`; blocks and drawers without end; a property drawer or a planning
/// line that is not below a heading of the text; Emacs's file-local variables; an ID that cannot be one.
pub(crate) fn check_body(org: &str) -> Result<()> {
    let outline = Outline::scan(org);
    let refuse =
        |at: usize, what: &str| Err(Error::Invalid(format!("line {} of the text: {what}", outline.line_of(at))));
    if let Some((at, c)) = control_character(org) {
        return refuse(at, &format!("the control character U+{:04X} is no text; leave it out", u32::from(c)));
    }
    for keyword in outline.keywords() {
        let key = &org[keyword.key.clone()];
        if FOR_THE_FILE.iter().any(|other| key.eq_ignore_ascii_case(other)) {
            let what = format!("#+{key}: would count for the whole file; leave it out, or put a comma before it");
            return refuse(keyword.line.start, &what);
        }
    }
    for (i, headline) in outline.headlines().iter().enumerate() {
        if outline.tags(i).any(|tag| tag == "PRIVATE") {
            return refuse(headline.line.start, "the tag PRIVATE would hide what was written; leave it out");
        }
        for (key, ..) in outline.properties(i) {
            if key.eq_ignore_ascii_case("PUBLIC") {
                return refuse(headline.line.start, "the property PUBLIC is the person's to set; leave it out");
            }
        }
        if let Some(id) = outline.property(i, "ID")
            && let Err(Error::Invalid(what)) = check_id(&id)
        {
            return refuse(headline.line.start, &what);
        }
    }
    if outline.file_drawer().is_some() {
        return refuse(0, "a property drawer at the start would become the note's; put it below a heading of the text");
    }
    if let Some(found) = unbalanced(org) {
        let what = format!("{} lacks {}; add that, or put a comma before it", found.what, found.needs);
        return Err(Error::Invalid(format!("line {} of the text: {what}", found.line)));
    }
    check_lines(&outline)
}

/// The IDs that the text gives its headings, in its order.
pub(crate) fn ids(org: &str) -> Vec<String> {
    let outline = Outline::scan(org);
    let ids = (0..outline.headlines().len()).filter_map(|i| outline.property(i, "ID"));
    ids.map(std::borrow::Cow::into_owned).collect()
}

/// Whether a link and a drawer can hold the ID.
///
/// # Errors
/// [`Error::Invalid`] that says what an ID is.
pub(crate) fn check_id(id: &str) -> Result<()> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '[' | ']');
    if id.is_empty() || id == "nil" || id.contains(bad) || id.contains("::") {
        return Err(Error::Invalid(format!(
            "no ID: {id:?}; it is a word such as my-note-2, without blanks, brackets, control characters and \"::\""
        )));
    }
    Ok(())
}

/// The first character that is neither text nor a line break.
fn control_character(org: &str) -> Option<(usize, char)> {
    let lone_return = |at: usize| !org[at + 1..].starts_with('\n');
    org.char_indices().find(|(at, c)| match c {
        '\n' | '\t' => false,
        '\r' => lone_return(*at),
        c => c.is_control(),
    })
}

/// What a line alone can do.
fn check_lines(outline: &Outline<'_>) -> Result<()> {
    let org = outline.text();
    let refuse = |line: usize, what: &str| Err(Error::Invalid(format!("line {line} of the text: {what}")));
    let top = org[outline.preamble()].lines().filter(|line| !line.trim().is_empty());
    let starts = |line: &str, word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if let Some(first) = top.clone().next().map(str::trim_start)
        && ["CLOSED:", "DEADLINE:", "SCHEDULED:"].iter().any(|word| starts(first, word))
    {
        return refuse(
            1,
            "a planning line at the start would become that of the heading above; put it below a heading of the text",
        );
    }
    for (n, line) in org.lines().enumerate() {
        // Emacs looks for it in any text, whatever stands before it.
        if line.to_ascii_lowercase().contains("local variables:") {
            return refuse(n + 1, "Emacs would read \"Local Variables:\" as settings; write it without the colon");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_does_more_than_to_stand_there_is_refused() {
        for (org, line, what) in [
            ("a\n#+filetags: :PRIVATE:", 2, "#+filetags"),
            ("* A\n  #+TITLE: x", 2, "#+TITLE"),
            ("#+begin_quote\n#+property: PUBLIC no\n#+end_quote", 2, "#+property"),
            ("#+todo: A | B", 1, "#+todo"),
            ("#+Seq_Todo: A", 1, "#+Seq_Todo"),
            ("#+typ_todo: A", 1, "#+typ_todo"),
            ("#+tags: a", 1, "#+tags"),
            ("#+setupfile: /etc/passwd", 1, "#+setupfile"),
            ("a\n\n#+include: \"secret.org\"", 3, "#+include"),
            ("#+startup: overview", 1, "#+startup"),
            ("#+category: x", 1, "#+category"),
            ("#+link: a https://b.org/", 1, "#+link"),
            ("#+transclude: [[id:x]]", 1, "#+transclude"),
            ("#+bind: x y", 1, "#+bind"),
            ("#+options: toc:nil", 1, "#+options"),
            ("* A\n** B  :x:PRIVATE:\n", 2, "PRIVATE"),
            ("* A\n:PROPERTIES:\n:public: no\n:END:\n", 1, "PUBLIC"),
            ("* A\n:PROPERTIES:\n:PUBLIC+: t\n:END:\n", 1, "PUBLIC"),
            ("* A\n:PROPERTIES:\n:ID: a b\n:END:\n", 1, "no ID"),
            (":PROPERTIES:\n:ID: x\n:END:\n", 1, "drawer at the start"),
            ("# c\n:PROPERTIES:\n:END:\n", 1, "drawer at the start"),
            ("\n:PROPERTIES:\n:ID: x\n:END:\n", 2, "a headline right above"),
            ("a\n:properties:\n:ID: x\n:END:\n", 2, "a headline right above"),
            ("* A\nx\n:PROPERTIES:\n:END:\n", 3, "a headline right above"),
            ("  scheduled: <2026-01-01 Thu>\n", 1, "planning line"),
            ("a\n#+begin_src sh\nls\n", 2, "#+begin_src lacks #+end_src"),
            ("#+begin_example\n* A\n#+end_example\n", 1, "#+begin_example lacks"),
            ("a\n#+end_quote\n", 2, "#+end_quote lacks #+begin_quote"),
            (":LOGBOOK:\n", 1, ":LOGBOOK: lacks :END:"),
            ("a\0b", 1, "U+0000"),
            ("a\nb\x0cc", 2, "U+000C"),
            ("a\rb", 1, "U+000D"),
            ("a\u{9b}b", 1, "U+009B"),
            ("a\n# LOCAL variables:\n# eval: (x)\n# End:", 2, "Local Variables"),
            ("#+begin_src\nLocal Variables:\n#+end_src", 2, "Local Variables"),
        ] {
            match check_body(org) {
                Err(Error::Invalid(message)) => {
                    let start = format!("line {line} of the text: ");
                    assert!(message.starts_with(&start) && message.contains(what), "{org:?}: {message}");
                }
                other => panic!("{org:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn text_that_stands_there_is_not() {
        for org in [
            "",
            "a\r\n\tb\r\n",
            "* TODO A  :PUBLIC:x:\nSCHEDULED: <2026-01-01 Thu>\n:PROPERTIES:\n:ID: a-1\n:X:\n:END:\n:LOGBOOK:\n:END:\n",
            "#+begin_src org\n#+title: x\n,* A\n:PROPERTIES:\n#+end_quote\n#+end_src\n",
            "#+caption: a\n| b |\n#+tblfm: $1=2\n",
            "#+begin_quote\n#+attr_html: x\na\n#+end_quote\n",
            ",#+title: x\n,:smile:\nThe title: x\n: PRIVATE :PRIVATE:\n",
        ] {
            check_body(org).unwrap();
        }
    }

    #[test]
    fn ids_are_listed_and_checked() {
        let org = "* A\n:PROPERTIES:\n:ID: 1\n:END:\n** B\n* C\n:PROPERTIES:\n:id:   2 \n:END:\n";
        assert_eq!(ids(org), ["1", "2"]);
        for id in ["my-note-2", "Ünïcode", "a:b", "x/y", "2026-01-01T00:00"] {
            check_id(id).unwrap();
        }
        for id in ["", "nil", "a b", "a\tb", "a\u{a0}b", "[a", "a]", "a::b", "a\nb", "a\0"] {
            assert!(check_id(id).is_err(), "{id:?}");
        }
    }
}
