//! Markdown as Org.

#![allow(clippy::unwrap_used, reason = "a test that panics has said so")]

use memento::org::entry::markdown;
use memento::org::{LinkKind, Outline, PieceKind, from_markdown};
use proptest::prelude::*;

/// The escape, visible.
fn org(markdown: &str) -> String {
    from_markdown(markdown).replace('\u{200b}', "^")
}

#[test]
fn every_construct_has_its_org() {
    for (markdown, expected) in [
        ("", ""),
        ("a\nb  \nc\\\nd\n\n\n\ne", "a\nb\\\\\nc\\\\\nd\n\ne\n"),
        ("# A\n\ntext\n## *B*\n### `C` ###\ntext", "* A\ntext\n\n** /B/\n*** ~C~\ntext\n"),
        ("A\nB\n===\n\n#\n", "* A B\n* \n"),
        ("*a* _b_ **c** ***d*** ~~e~~ `f`", "/a/ /b/ *c* /*d*/ +e+ ~f~\n"),
        ("a*b*c **d**e (*f*) **a *b* c**", "a^/b/^c *d*^e (/f/) *a /b/ c*\n"),
        ("**a **b** c** *a***b**", "*a b c* /a/^*b*\n"),
        ("`` a ` b `` `~` `=` `~=` ` ` `**`", "~a ` b~ =~= ~=~ ~~=~   ~**~\n"),
        ("**a `b*`** **`c* d`**", "*a ~b*~* *~c^* d~*\n"),
        ("~/x and `y`", "~/x and =y=\n"),
        ("> a\n> b\n>\n> > c\n\nd", "#+begin_quote\na\nb\n\n#+begin_quote2\nc\n#+end_quote2\n#+end_quote\n\nd\n"),
        ("> # A\n\n- # B\n", "#+begin_quote\n*A*\n#+end_quote\n\n- *B*\n"),
        ("- a\n- b\n  c\n  - d\n    1. e\n- f", "- a\n- b\n  c\n  - d\n    1. e\n- f\n"),
        ("* a\n\n  b\n* c", "- a\n\n  b\n\n- c\n"),
        ("7. a\n1. b\n\n10) c\n\n    d", "7. [@7] a\n8. b\n\n\n10. [@10] c\n\n    d\n"),
        ("- [ ] a\n- [x] b\n- [ ]\n", "- [ ] a\n- [X] b\n- [ ]\n"),
        ("- - a\n-\n- ```\n  b\n  ```", "-\n  - a\n-\n-\n  #+begin_example\n  b\n  #+end_example\n"),
        ("- a\n  ```rust,ignore\n  * b\n\n  c\n  ```\n", "- a\n  #+begin_src rust\n  ,* b\n\n  c\n  #+end_src\n"),
        (
            "```sh -n\n#+end_src\n* a\n  ,* b\n```\n\n    c",
            "#+begin_src sh\n,#+end_src\n,* a\n  ,,* b\n#+end_src\n\n#+begin_example\nc\n#+end_example\n",
        ),
        ("```\nnot closed\n\n", "#+begin_example\nnot closed\n\n#+end_example\n"),
        ("a|b\n-|:-:\n*c*|`d\\|e`\n\n|f|\n|-|", "| a | b |\n|---+---|\n| /c/ | d\\vert{}e |\n\n| f |\n|---|\n"),
        ("a|b\n-|-\nc\\|d|[e](x\\|y)\n", "| a | b |\n|---+---|\n| c\\vert{}d | [[file:x%7Cy][e]] |\n"),
        (
            "[a](https://b.org \"t\") <https://c.org> <d@e.org>",
            "[[https://b.org][a]] [[https://c.org]] [[mailto:d@e.org][d@e.org]]\n",
        ),
        (
            "[a](b.org) [c](/d) [e](#f) [g](id:h) []( i) [j]()",
            "[[file:b.org][a]] [[file:/d][c]] [[#f][e]] [[id:h][g]] [[file:i]] j\n",
        ),
        (
            "![](a.png) ![b](c.png) [![d](e)](f) [![](e)](f)",
            "[[file:a.png]] [[file:c.png][b]] [[file:f][d]] [[file:f][file:e]]\n",
        ),
        ("[a\nb\\]](<c [d]>)", "[[file:c \\[d\\]][a b]^]]\n"),
        ("a\n\n***\n\nb", "a\n\n-----\n\nb\n"),
        (
            "a <b>c</b>\n\n<div>\n* d\n</div>\n\n<!-- e -->",
            "a @@html:<b>@@c@@html:</b>@@\n\n#+begin_export html\n<div>\n,* d\n</div>\n#+end_export\n\n#+begin_export html\n<!-- e -->\n#+end_export\n",
        ),
        (
            "a[^1] b[^x.y]\n\n[^1]: c\n\n    d\n\n[^x.y]: e\n\nf",
            "a[fn:1] b[fn:note-1]\n\nf\n\n[fn:1] c\n\nd\n\n[fn:note-1] e\n",
        ),
        ("$a_{b}$ $HOME/$USER $$c$$", "\\(a_{b}\\) $HOME/$USER \\[c\\]\n"),
        ("\u{feff}# a\r\nb\r\n", "* a\nb\n"),
        ("# TODO [#A] Read *this* :work:", "* TODO [#A] Read /this/ :work:\n"),
        ("# TODO\n# :a:\n# DONE :b:\n", "* ^TODO\n* ^:a:\n* ^DONE :b:\n"),
    ] {
        assert_eq!(org(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn what_org_would_take_for_markup_is_escaped() {
    for (markdown, expected) in [
        ("\\* a", "^* a"),
        ("&#42; a", "^* a"),
        ("a\n\\** b", "a\n^** b"),
        ("x&#10;* a", "x * a"),
        ("&#32;&#32;\\* a", "^  * a"),
        ("\\#+title: a", "^#+title: a"),
        ("\\# a", "^# a"),
        ("\\| a |", "^| a |"),
        (":PROPERTIES:\n:ID: 1\n:END:", "^:PROPERTIES:\n:ID: 1\n^:END:"),
        (": a", "^: a"),
        ("\\- a", "^- a"),
        ("a\n\\+ b", "a\n^+ b"),
        ("1\\. a", "^1. a"),
        ("a) b", "^a) b"),
        ("\\-----", "^-----"),
        ("# A\nSCHEDULED: <2026-01-01 Thu>", "* A\n^SCHEDULED: <^2026-01-01 Thu>"),
        ("%%(diary-date)", "^%%(diary-date)"),
        ("\\[[a]] [[b][c]]", "[^[a]] [^[b][c]]"),
        ("a [fn:1] [cite:@b] [1/2] [50%]", "a [^fn:1] [^cite:@b] [^1/2] [^50%]"),
        ("<<1>> {{{b}}} {{c}} @@d:e@@", "<^<1>> {^{{b}}} {{c}} @^@d:e@@"),
        ("C:\\alpha \\\\(a\\\\)", "C:\\^alpha \\^(a\\)"),
        ("\\*a\\* /b/ +c+ =d= _e_ \\~f\\~", "*^a* /^b/ +^c+ =^d= /e/ ~^f~"),
        ("/usr/bin, snake_case, a/b, 1+1=2, ~/x", "/usr/bin, snake_case, a/b, 1+1=2, ~/x"),
        ("*a/ b* and **a\\* b**", "/a^/ b/ and *a^* b*"),
        ("- a :: b", "- a :^: b"),
        ("- \\[ \\] a", "- ^[ ] a"),
        ("src_sh{ls} call_f(x)", "src_^sh{ls} call_^f(x)"),
        ("[^1] a\n\n[^1]: b", "^[fn:1] a\n\n[fn:1] b"),
    ] {
        assert_eq!(org(markdown), format!("{expected}\n"), "{markdown:?}");
    }
}

#[test]
fn depth_and_length_cost_no_more_than_their_share() {
    for part in [
        "> ", "- ", "*a **b ", "[", "![", "`", "~", "[a](", "<", "|a", "1. ", "/a ", "_", "$", "\\", "[^a]: ", "call_",
        "&#42;",
    ] {
        let long = from_markdown(&part.repeat(20_000));
        assert!(long.len() < 20_000 * 100, "{part:?}: {}", long.len());
    }
}

/// What Markdown is made of.
const PARTS: &[&str] = &[
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "\r\n",
    "    ",
    "  ",
    " ",
    "\t",
    "# ",
    "## ",
    "\n# ",
    "===\n",
    "---\n",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "7) ",
    "> ",
    "[ ] ",
    "[x] ",
    "```\n",
    "~~~ rust\n",
    "`",
    "``",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "~",
    "=",
    "/",
    "+",
    "[",
    "]",
    "](",
    ")",
    "![",
    "<",
    ">",
    "<b>",
    "</b>",
    "<!-- ",
    " -->",
    "<div>",
    "https://a.org",
    "<https://b.org>",
    "|",
    "|-|-|\n",
    "a|b\n-|-\n",
    "\\",
    "&#42;",
    "&#10;",
    "&nbsp;",
    "[^1]",
    "[^1]: ",
    "[^a.b]",
    "$",
    "$$",
    "#+title: ",
    "#+begin_src\n",
    "#+end_quote\n",
    ":PROPERTIES:\n",
    ":END:\n",
    "[[",
    "]]",
    "{{{",
    "@@",
    "word",
    "ü",
    "漢",
    "\u{200b}",
    "\u{a0}",
    "\0",
    "TODO ",
    " :a:",
    "SCHEDULED: <2026-01-01 Thu>",
    "\\\\\n",
    ".",
    ",",
    "\"",
    "1",
    ":: ",
];

fn any_markdown() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(PARTS), 0..40).prop_map(|parts| parts.concat()),
        1 => ".{0,60}",
    ]
}

/// How many headings stand in no list, quote or footnote.
fn headings(markdown: &str) -> usize {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let text = markdown
        .strip_prefix('\u{feff}')
        .unwrap_or(markdown)
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{fffd}");
    let (mut depth, mut count) = (0, 0);
    for event in Parser::new_ext(&text, options) {
        match event {
            Event::Start(Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => depth += 1,
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => depth -= 1,
            Event::Start(Tag::Heading { .. }) if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// Markdown that is plain about what it means: nothing but words is said in it.
fn plain_markdown() -> impl Strategy<Value = String> {
    let word = || {
        prop::sample::select(
            &["one", "two_x", "Ünder", "漢字", "/usr/bin", "a.b", "x\\*y", "C:", "(b)", "e-f", "~home"][..],
        )
    };
    let phrase = move || {
        (word(), word(), 0usize..8).prop_map(|(a, b, how)| match how {
            0 => format!("*{a}*"),
            1 => format!("**{a} {b}**"),
            2 => format!("`{a}`"),
            3 => format!("~~{}~~", a.trim_start_matches('~')),
            4 => format!("{a}\\\n{b}"),
            5 => format!("**{a}** *{b}*"),
            _ => format!("{a} {b}"),
        })
    };
    let text = move || prop::collection::vec(phrase(), 1..6).prop_map(|phrases| phrases.join(" "));
    let block = (text(), text(), 0usize..8).prop_map(|(a, b, how)| match how {
        0 => format!("## {}", a.replace("\\\n", " ")),
        1 => format!("> {}", a.replace('\n', "\n> ")),
        2 => format!("- {}\n- {}\n  - {}", a.replace('\n', "\n  "), b.replace('\n', "\n  "), a.replace('\n', "\n    ")),
        3 => format!("- {}\n\n  {}", a.replace('\n', "\n  "), b.replace('\n', "\n  ")),
        4 => format!("```\n{a}\n```"),
        5 => "---".to_owned(),
        _ => a,
    });
    prop::collection::vec(block, 1..6).prop_map(|blocks| blocks.join("\n\n"))
}

proptest! {
    // A failure prints its input; nothing is written beside the source.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn headings_and_nothing_else_become_headlines(markdown in any_markdown()) {
        let org = from_markdown(&markdown);
        let outline = Outline::scan(&org);
        prop_assert_eq!(outline.headlines().len(), headings(&markdown), "{}", org);
        prop_assert!(outline.file_drawer().is_none());
        prop_assert!(outline.pieces().all(|piece| !matches!(piece.kind, PieceKind::Drawer | PieceKind::Planning)), "{}", org);
        prop_assert_eq!(outline.keywords().len(), 0, "{}", org);
        prop_assert!(org.is_empty() || org.ends_with('\n'));
        prop_assert!(!org.contains(['\r', '\0']));
    }

    #[test]
    fn links_are_those_that_markdown_has(text in "[\\[\\]a:x* /=~\\\\]{0,30}") {
        let markdown = format!("x {text}");
        let org = from_markdown(&markdown);
        let links = Outline::scan(&org).links(0..org.len());
        let meant = markdown.contains("](");
        prop_assert!(meant || links.iter().all(|link| link.kind != LinkKind::Bracket), "{}", org);
    }

    #[test]
    fn the_words_come_back(text in plain_markdown()) {
        let org = from_markdown(&text);
        let back = markdown(&org);
        prop_assert_eq!(words(&back), words(&text), "{}\n{}", org, back);
    }
}
