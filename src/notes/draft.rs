//! The text of a new note.

use super::inert::{check_body, check_id};
use crate::error::{Error, Result};
use crate::org::edit::shift_headings;
use crate::org::{Outline, from_markdown, is_tag};

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Markup {
    /// Org.
    #[default]
    Org,
    /// CommonMark with tables, task lists and strikethrough; converted to Org.
    Markdown,
}

/// A note to be made.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its ID; a UUID where there is none.
    pub id: Option<String>,
    /// The title, one line.
    pub title: String,
    /// Tags besides `PUBLIC`.
    pub tags: Vec<String>,
    /// The text below the title.
    pub body: String,
    /// How `body` is written.
    pub markup: Markup,
}

/// The tag that makes a note public.
const PUBLIC: &str = "PUBLIC";

/// The whole text of the note that `draft` describes: its drawer with `id` and the session that made it, title, tags, body.
///
/// # Errors
/// [`Error::Invalid`] with what to send instead: no title or one of several lines, an ID or a tag that cannot be one, the tag
/// `PRIVATE`, a body that [`check_body`] refuses.
pub(crate) fn text(draft: &Draft, id: &str, session: &str) -> Result<String> {
    check_id(id)?;
    let title = one_line("the title", &draft.title)?;
    let session = one_line("the session's name", session)?;
    let mut tags = vec![PUBLIC];
    for tag in &draft.tags {
        check_tag(tag)?;
        if !tags.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    let body = body(&draft.body, draft.markup, 0)?;
    let gap = if body.is_empty() { "" } else { "\n" };
    let filetags = format!(":{}:", tags.join(":"));
    let text = format!(
        ":PROPERTIES:\n:ID: {id}\n:CREATED_BY: {session}\n:END:\n#+title: {title}\n#+filetags: {filetags}\n{gap}{body}"
    );
    let outline = Outline::scan(&text);
    let drawer = outline.file_drawer().and_then(|drawer| outline.drawer_property(drawer, "ID"));
    let as_meant = drawer.as_deref() == Some(id)
        && outline.keyword_values("title").eq([title])
        && outline.keyword_values("filetags").eq([filetags.as_str()])
        && outline.headlines().len() == Outline::scan(&body).headlines().len();
    if !as_meant {
        return Err(Error::Invalid(
            "the text would not be read as it is meant: send plain paragraphs and headings".into(),
        ));
    }
    Ok(text)
}

/// A text as it can be put below a heading of so many stars (0: a file), checked. It ends with a line break, or is empty.
///
/// # Errors
/// Those of [`check_body`].
pub(crate) fn body(text: &str, markup: Markup, level: usize) -> Result<String> {
    let org = match markup {
        Markup::Org => text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n"),
        Markup::Markdown => from_markdown(text),
    };
    check_body(&org)?;
    let org = shift_headings(org.trim_matches('\n'), level);
    Ok(if org.is_empty() { org } else { org + "\n" })
}

/// Whether an assistant may give a note this tag.
///
/// # Errors
/// [`Error::Invalid`] that says what a tag is.
pub(crate) fn check_tag(tag: &str) -> Result<()> {
    if !is_tag(tag) {
        return Err(Error::Invalid(format!("no tag: {tag:?}; letters, digits, and the signs _@#% make one")));
    }
    if tag == "PRIVATE" {
        return Err(Error::Invalid("a note that an assistant writes is public: leave the tag PRIVATE out".into()));
    }
    Ok(())
}

/// `text` without blanks at its ends, where it is words on one line.
///
/// # Errors
/// [`Error::Invalid`] that names `what` it is.
pub(crate) fn one_line<'t>(what: &str, text: &'t str) -> Result<&'t str> {
    let line = text.trim();
    if line.is_empty() {
        return Err(Error::Invalid(format!("{what} is empty: send words")));
    }
    if line.contains(char::is_control) {
        return Err(Error::Invalid(format!(
            "{what} has a line break or another control character in it: send one line"
        )));
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn draft(title: &str, tags: &[&str], body: &str, markup: Markup) -> Draft {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Draft { id: None, title: title.to_owned(), tags, body: body.to_owned(), markup }
    }

    #[test]
    fn a_note_has_drawer_title_tags_and_body() {
        for (title, tags, body, markup, expected) in [
            ("A", &[][..], "", Markup::Org, "#+title: A\n#+filetags: :PUBLIC:\n"),
            (
                "  A: b ",
                &["x", "PUBLIC", "ü", "x"],
                "b\r\n\r\n",
                Markup::Org,
                "#+title: A: b\n#+filetags: :PUBLIC:x:ü:\n\nb\n",
            ),
            ("A", &[], "\n** B\n*** C", Markup::Org, "#+title: A\n#+filetags: :PUBLIC:\n\n* B\n** C\n"),
            ("A", &[], "a\n* \n", Markup::Org, "#+title: A\n#+filetags: :PUBLIC:\n\na\n* \n"),
            (
                "A",
                &[],
                "\u{feff}## B\n\n*c* `d`\n",
                Markup::Markdown,
                "#+title: A\n#+filetags: :PUBLIC:\n\n* B\n/c/ ~d~\n",
            ),
            ("A", &[], "#+title: x", Markup::Markdown, "#+title: A\n#+filetags: :PUBLIC:\n\n\u{200b}#+title: x\n"),
        ] {
            let text = text(&draft(title, tags, body, markup), "my-note", "ann@host").unwrap();
            assert_eq!(text, format!(":PROPERTIES:\n:ID: my-note\n:CREATED_BY: ann@host\n:END:\n{expected}"));
        }
    }

    #[test]
    fn a_draft_that_makes_no_sense_is_refused_with_the_remedy() {
        let good = draft("A", &[], "b", Markup::Org);
        for (draft, id, session, what) in [
            (draft("", &[], "", Markup::Org), "a", "s", "the title is empty: send"),
            (draft(" \t", &[], "", Markup::Org), "a", "s", "the title is empty: send"),
            (draft("a\n#+filetags: :x:", &[], "", Markup::Org), "a", "s", "the title has a line break"),
            (draft("a\0", &[], "", Markup::Org), "a", "s", "the title has a line break"),
            (draft("a", &["x y"], "", Markup::Org), "a", "s", "no tag: \"x y\"; letters"),
            (draft("a", &[""], "", Markup::Org), "a", "s", "no tag"),
            (draft("a", &["x:PRIVATE"], "", Markup::Org), "a", "s", "no tag"),
            (draft("a", &["PRIVATE"], "", Markup::Org), "a", "s", "leave the tag PRIVATE out"),
            (draft("a", &[], "# b :PRIVATE:", Markup::Markdown), "a", "s", "line 1 of the text: the tag PRIVATE"),
            (draft("a", &[], "#+title: b", Markup::Org), "a", "s", "line 1 of the text: #+title"),
            (good.clone(), "a b", "s", "no ID"),
            (good.clone(), "a", "", "the session's name is empty"),
            (good, "a", "s\n:PUBLIC: no", "the session's name has a line break"),
        ] {
            match text(&draft, id, session) {
                Err(Error::Invalid(message)) => assert!(message.contains(what), "{message}"),
                other => panic!("{draft:?}: {other:?}"),
            }
        }
    }

    const PARTS: &[&str] = &[
        "\n",
        "\n",
        "\r\n",
        "* ",
        "\n* a",
        "** b",
        " :PRIVATE:",
        " :PUBLIC:x:\n",
        ":PROPERTIES:\n",
        ":ID: 1\n",
        ":PUBLIC: no\n",
        ":END:\n",
        "#+title: x\n",
        "#+filetags: :PRIVATE:\n",
        "#+todo: A | B\n",
        "#+begin_src\n",
        "#+end_src\n",
        "#+begin_quote\n",
        "#+end_quote\n",
        ":LOGBOOK:\n",
        "SCHEDULED: <x>\n",
        "# c\n",
        "- a\n",
        "    ",
        "> ",
        "```\n",
        "\\",
        ",",
        "word",
        "TODO ",
        "\u{feff}",
    ];

    proptest! {
        // A failure prints its input; nothing is written beside the source.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_the_body_is_the_note_is_public_and_its_own(
            parts in prop::collection::vec(prop::sample::select(PARTS), 0..20),
            markdown in any::<bool>(),
        ) {
            let markup = if markdown { Markup::Markdown } else { Markup::Org };
            let Ok(text) = text(&draft("A", &["x"], &parts.concat(), markup), "my-note", "s") else { return Ok(()) };
            let outline = Outline::scan(&text);
            let drawer = outline.file_drawer().unwrap();
            prop_assert_eq!(drawer.properties.len(), 2);
            prop_assert_eq!(outline.keywords().len(), 2, "{}", text);
            prop_assert_eq!(outline.todo_keywords(), (&["TODO"][..], &["DONE"][..]));
            for i in 0..outline.headlines().len() {
                prop_assert!(outline.tags(i).all(|tag| tag != "PRIVATE") && outline.property(i, "PUBLIC").is_none());
            }
            // What is put behind it stands on its own.
            let more = format!("{text}#+begin_src\n:x:\n#+end_src\n#+author: b\n");
            prop_assert_eq!(Outline::scan(&more).keywords().len(), 3, "{}", text);
            prop_assert_eq!(crate::org::unbalanced(&more), None);
        }
    }
}
