//! An entry as Markdown, and the caps on what is parsed.

use memento::org::entry::markdown;
use proptest::prelude::*;

#[test]
fn every_part_of_an_entry_has_its_markdown() {
    let text = r#"Preamble with =code= and ~more~.

* TODO [#A] A *title* :tag:
SCHEDULED: <2026-01-01 Thu>
:PROPERTIES:
:ID: 1
:END:
A paragraph
of /two/ lines.

Another [[file:a.org::12][with *a* link]] and [[https://b.org]] https://c.org.
- one
- [X] two
  more
  1. nested
     #+begin_src rust
     fn f() {}
     #+end_src
- term :: what

| a | b |
|---+---|
| 1 | 2 |

#+begin_quote
To be.

Or not.
#+end_quote
#+begin_example
,* x
#+end_example
# comment
: fixed
: width
#+begin_src sh -n :results output
```
#+end_src
a_{b} c^{d} \alpha [fn:1] <2026-01-01 Thu> $x$
-----
[fn:1] foot
** Child
text
"#;
    assert_eq!(markdown(text), MARKDOWN);
}

const MARKDOWN: &str = r#"Preamble with `code` and `more`.

# TODO [#A] A **title** :tag:

SCHEDULED: <2026-01-01 Thu>

A paragraph
of *two* lines.

Another [with **a** link](a.org::12) and [https://b.org](https://b.org) https://c.org.

- one
- [X] two
  more
  1. nested

     ```rust
     fn f() {}
     ```
- **term:** what

| a | b |
| --- | --- |
| 1 | 2 |

> To be.
>
> Or not.

```
* x
```

```
fixed
width
```

````sh
```
````

a<sub>b</sub> c<sup>d</sup> α [fn:1] <2026-01-01 Thu> $x$

---

[fn:1] foot

## Child

text
"#;

#[test]
fn what_is_over_a_cap_comes_as_it_is() {
    let line = format!("/{}/", "a".repeat(1100));
    let deep: String = (0..201).map(|level| format!("{}- /a/\n", " ".repeat(level))).collect();
    let brackets = format!("/a/ {}", "[fn::".repeat(201));
    let blocks = "#+begin_quote\n/a/\n#+end_quote\n".repeat(201);
    let items = format!("{}/a/", "- ".repeat(201));
    for section in [line, deep, brackets, blocks, items] {
        let section = section.trim_end();
        assert_eq!(markdown(&format!("* /b/\n{section}\n")), format!("# *b*\n\n{section}\n"));
    }
    let long = "/a/\n".repeat(256 * 256 + 1);
    assert_eq!(markdown(&format!("* /b/\n{long}")), format!("# /b/\n\n{long}"));
}

#[test]
fn what_is_just_below_the_caps_is_parsed() {
    let deep: String = (0..190).map(|level| format!("{}- a\n", " ".repeat(level))).collect();
    let bullets = format!("{}/a/", "- ".repeat(190));
    let blocks = "#+begin_quote\n".repeat(95) + "/a/\n" + &"#+end_quote\n".repeat(95);
    for section in [deep, bullets, blocks] {
        assert!(!markdown(&section).contains("/a/"));
    }
    let line = format!("{} /a/", "a".repeat(1000));
    assert!(markdown(&line).ends_with("*a*\n"));
}

#[test]
fn a_title_keeps_what_only_looks_like_more() {
    for (org, expected) in [
        ("* DONE", "# DONE\n"),
        ("* - a", "# - a\n"),
        ("********* a  :b:", "###### a  :b:\n"),
        ("* ", "#\n"),
        ("", ""),
        ("\u{feff}a", "a\n"),
    ] {
        assert_eq!(markdown(org), expected, "{org:?}");
    }
}

proptest! {
    // A failure prints its input; nothing is written beside the source.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(parts in prop::collection::vec(prop::sample::select(PARTS), 0..60)) {
        markdown(&parts.concat());
    }
}

const PARTS: &[&str] = &[
    "\n",
    "\n",
    "\n\n",
    "* ",
    "** ",
    "TODO ",
    "[#A] ",
    " :a:b:",
    ":PROPERTIES:\n",
    ":ID: 1\n",
    ":END:\n",
    "- ",
    "+ ",
    "1. ",
    "1) ",
    "[ ] ",
    "[@5] ",
    " :: ",
    "  ",
    "\t",
    "| a | b |\n",
    "|---+---|\n",
    "#+begin_src c\n",
    "#+end_src\n",
    "#+begin_quote\n",
    "#+end_quote\n",
    "#+name: x\n",
    "#+begin_example\n",
    "#+end_example\n",
    ",* ",
    ": fixed\n",
    "# comment\n",
    "[[",
    "]]",
    "][",
    "file:",
    "https://a.b",
    "<",
    ">",
    "*",
    "/",
    "_",
    "=",
    "~",
    "+",
    "{",
    "}",
    "^",
    "\\alpha",
    "\\\\\n",
    "$",
    "[fn:1]",
    "[fn:: ",
    "]",
    "<2026-01-01 Thu>",
    "[2026-01-01 Thu]",
    "-----\n",
    "word",
    "ü",
    "漢",
    "\0",
    "\r\n",
    "\u{feff}",
    "src_c{x}",
    "@@html:<b>@@",
    "{{{m(a)}}}",
    "<<t>>",
    "CLOCK: ",
    "#+call: f()\n",
    "\\begin{a}\n",
    "\\end{a}\n",
    ":LOGBOOK:\n",
];
