//! Who may see what in a file: the marks.
//!
//! The nearest mark on the way from a headline up to its file decides; without any, all is private.
//!
//! | mark | where | says |
//! |---|---|---|
//! | tag `PUBLIC` | headline | public |
//! | `#+filetags:` with `PUBLIC`, before the first headline | file | public |
//! | property `PUBLIC`, any value but those below | drawer of a headline, of the file | public |
//! | tag `PRIVATE` | headline | private |
//! | `#+filetags:` with `PRIVATE`, anywhere | file | private |
//! | property `PUBLIC`, value `nil`, `no`, `false` or none, case ignored | drawer of a headline, of the file | private |
//! | `#+property: PUBLIC` with such a value, anywhere | file | private |
//!
//! At one place private wins. Where the rules leave a choice they are on the side of privacy: a `#+filetags:` below a
//! headline makes nothing public, since whoever may write below that headline could else open the whole file.

use super::node::Access;
use crate::org::{Drawer, Outline};

const PUBLIC: &str = "PUBLIC";
const PRIVATE: &str = "PRIVATE";

/// The access of every part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    /// Of what comes before the first headline.
    pub(super) file: Access,
    /// Of each headline with its own text.
    pub(super) headlines: Vec<Access>,
}

impl Marks {
    pub(super) fn read(outline: &Outline<'_>) -> Self {
        let file = of_file(outline).unwrap_or(Access::Private);
        let mut headlines: Vec<Access> = Vec::with_capacity(outline.headlines().len());
        for (i, headline) in outline.headlines().iter().enumerate() {
            let own = decide(outline.tags(i).map(of_tag).chain(of_drawer(outline, headline.drawer.as_ref())));
            let inherited = || outline.parent(i).map_or(file, |parent| headlines[parent]);
            headlines.push(own.unwrap_or_else(inherited));
        }
        Self { file, headlines }
    }

    /// Of the file (`None`) or of a headline.
    pub(super) fn of(&self, headline: Option<usize>) -> Access {
        headline.map_or(self.file, |i| self.headlines[i])
    }

    /// Whether anything in the file is public.
    pub(super) fn any_public(&self) -> bool {
        self.file == Access::Public || self.headlines.contains(&Access::Public)
    }
}

/// Whether the marks in `text` let assistants see the line `line`, counted from 1, if it is part of a note.
pub fn access_at(text: &str, line: usize) -> Access {
    let outline = Outline::scan(text);
    let offset = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    Marks::read(&outline).of(outline.headline_at(offset))
}

/// The mark of a place: private where one of its marks is.
fn decide(marks: impl Iterator<Item = Option<Access>>) -> Option<Access> {
    marks.flatten().min()
}

fn of_tag(tag: &str) -> Option<Access> {
    match tag {
        PUBLIC => Some(Access::Public),
        PRIVATE => Some(Access::Private),
        _ => None,
    }
}

fn of_value(value: &str) -> Access {
    let value = value.trim_matches(['"', '\'', ' ', '\t']);
    let no = ["", "nil", "no", "false"].iter().any(|no| value.eq_ignore_ascii_case(no));
    if no { Access::Private } else { Access::Public }
}

/// Every line counts, doubles and `PUBLIC+` too: one that says no is enough.
fn of_drawer<'a>(outline: &'a Outline<'_>, drawer: Option<&'a Drawer>) -> impl Iterator<Item = Option<Access>> + 'a {
    let text = outline.text();
    let lines = drawer.map_or(&[][..], |drawer| &drawer.properties);
    let same = |key: &str| key.eq_ignore_ascii_case(PUBLIC);
    lines
        .iter()
        .filter(move |line| same(&text[line.key.clone()]))
        .map(move |line| Some(of_value(&text[line.value.clone()])))
}

fn of_file(outline: &Outline<'_>) -> Option<Access> {
    let text = outline.text();
    let top = outline.preamble().end;
    let keyword = |name: &'static str| {
        let same = move |key: &str| key.eq_ignore_ascii_case(name);
        outline.keywords().iter().filter(move |keyword| same(&text[keyword.key.clone()]))
    };
    let tags = keyword("filetags").flat_map(|keyword| {
        let above = keyword.value.start < top;
        let tags = text[keyword.value.clone()].split(|c: char| c == ':' || c.is_whitespace());
        tags.map(of_tag).map(move |mark| mark.filter(|mark| above || *mark == Access::Private))
    });
    let properties = keyword("property").map(|keyword| {
        let (key, value) =
            text[keyword.value.clone()].split_once([' ', '\t']).unwrap_or((&text[keyword.value.clone()], ""));
        let mark = key.trim_end_matches('+').eq_ignore_ascii_case(PUBLIC).then(|| of_value(value));
        mark.filter(|mark| *mark == Access::Private)
    });
    decide(tags.chain(properties).chain(of_drawer(outline, outline.file_drawer())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Marks {
        Marks::read(&Outline::scan(text))
    }

    /// A drawer with this `PUBLIC` line, or none.
    fn drawer(value: Option<&str>) -> String {
        value.map_or_else(String::new, |value| format!(":PROPERTIES:\n:PUBLIC: {value}\n:END:\n"))
    }

    /// What a place with this tag and this property says, by the design's words.
    fn said(tag: &str, value: Option<&str>) -> Option<Access> {
        let no = |value: &str| ["nil", "no", "false", "NIL", "No", "\"nil\"", ""].contains(&value);
        match (tag, value) {
            ("PRIVATE" | "PUBLIC:PRIVATE", _) => Some(Access::Private),
            (_, Some(value)) if no(value) => Some(Access::Private),
            ("PUBLIC", _) | (_, Some(_)) => Some(Access::Public),
            (_, None) => None,
        }
    }

    /// File mark × heading mark × child mark × the values of the property: every combination.
    #[test]
    fn the_nearest_mark_decides_in_every_combination() {
        let tags = ["", "PUBLIC", "PRIVATE", "PUBLIC:PRIVATE", "public", "work"];
        let values = [
            None,
            Some("t"),
            Some("yes"),
            Some("nil"),
            Some("no"),
            Some("No"),
            Some("false"),
            Some("\"nil\""),
            Some(""),
        ];
        let places: Vec<(&str, Option<&str>)> = tags.iter().flat_map(|tag| values.map(|value| (*tag, value))).collect();
        let heading = |stars: &str, (tag, value): (&str, Option<&str>)| {
            let tag = if tag.is_empty() { String::new() } else { format!(" :{tag}:") };
            format!("{stars} H{tag}\n{}", drawer(value))
        };
        let mut cases = 0;
        for file in &places {
            let top = if file.0.is_empty() { String::new() } else { format!("#+filetags: :{}:\n", file.0) };
            for parent in &places {
                for child in &places {
                    let text = format!("{}{top}{}{}", drawer(file.1), heading("*", *parent), heading("**", *child));
                    let of_file = said(file.0, file.1).unwrap_or(Access::Private);
                    let of_parent = said(parent.0, parent.1).unwrap_or(of_file);
                    let of_child = said(child.0, child.1).unwrap_or(of_parent);
                    let want = Marks { file: of_file, headlines: vec![of_parent, of_child] };
                    assert_eq!(marks(&text), want, "{text}");
                    cases += 1;
                }
            }
        }
        assert_eq!(cases, 54 * 54 * 54);
    }

    #[test]
    fn each_line_has_the_access_of_its_headline() {
        let text = "#+filetags: :PUBLIC:\nTop\n* A\n** B :PRIVATE:\nSecret\n* C\n";
        let public: Vec<usize> = (1..=7).filter(|&line| access_at(text, line) == Access::Public).collect();
        assert_eq!(public, [1, 2, 3, 6, 7]);
        assert_eq!((access_at("", 1), access_at("* A :PUBLIC:", 9)), (Access::Private, Access::Public));
    }

    #[test]
    fn nothing_below_a_headline_makes_the_file_public() {
        for text in ["* A\n#+filetags: :PUBLIC:\n", "* A\n** B\n#+FILETAGS: PUBLIC\n", "#+property: PUBLIC t\n"] {
            assert_eq!(marks(text).file, Access::Private, "{text}");
        }
    }

    #[test]
    fn a_no_counts_wherever_the_file_says_it() {
        for more in [
            "* A\n#+filetags: :PRIVATE:\n",
            "#+PROPERTY: PUBLIC nil\n",
            "#+filetags: a PRIVATE\n",
            "* A\n#+property: public+ no\n",
        ] {
            let text = format!("#+filetags: :PUBLIC:\n{more}");
            assert_eq!(marks(&text).file, Access::Private, "{text}");
        }
    }

    #[test]
    fn every_form_of_filetags_is_read() {
        for line in
            ["#+filetags: :PUBLIC:", "#+FILETAGS: PUBLIC", "#+filetags: a :b:PUBLIC:", "#+Filetags:\t:x:\t:PUBLIC:"]
        {
            assert_eq!(marks(line).file, Access::Public, "{line}");
        }
        // In a block it is a text about Org.
        assert_eq!(marks("#+begin_src org\n#+filetags: :PUBLIC:\n#+end_src\n").file, Access::Private);
    }

    #[test]
    fn doubled_and_added_properties_say_no_if_one_does() {
        let text = |lines: &str| format!("* A\n:PROPERTIES:\n{lines}\n:END:\n");
        for lines in
            [":PUBLIC: t\n:PUBLIC: nil", ":PUBLIC: no\n:PUBLIC: t", ":PUBLIC: t\n:PUBLIC+: nil", ":public: NIL"]
        {
            assert_eq!(marks(&text(lines)).headlines, [Access::Private], "{lines}");
        }
        assert_eq!(marks(&text(":Public: yes")).headlines, [Access::Public]);
    }

    #[test]
    fn a_skipped_level_and_a_sibling_inherit_from_their_own_parents() {
        let m = marks("* A :PUBLIC:\n*** B\n** C :PRIVATE:\n*** D\n*** E :PUBLIC:\n* F\n");
        use Access::{Private, Public};
        assert_eq!(m.headlines, [Public, Public, Private, Private, Public, Private]);
    }
}
