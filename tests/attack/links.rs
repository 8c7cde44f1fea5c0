//! What a public text says of private notes: links of every kind, in every place.

use std::os::unix::fs::symlink;

use crate::home::{Home, SECRETS, assert_clean, everything, note, public_note, told};

/// Public bodies, each with something private in it. The note `s3cr3t` is in `s3cr3t-plan.org`; every body is followed by
/// a private heading.
const BODIES: &[(&str, &str)] = &[
    ("a link with a description", "[[id:s3cr3t][canary]]"),
    ("a link without", "[[id:s3cr3t]]"),
    ("its type in capitals", "[[ID:s3cr3t][canary]]"),
    ("blanks around its target", "[[ id:s3cr3t ][canary]]"),
    ("a place in the note", "[[id:s3cr3t::*Canary heading][canary]]"),
    ("a place in a public note", "[[id:open::*Canary heading][canary]]"),
    ("a description of two lines", "[[id:s3cr3t][canary one\ncanary two]]"),
    ("a target of two lines", "[[id:\ns3cr3t][canary]]"),
    ("a target that is broken in the middle", "[[id:s3\ncr3t][canary]]"),
    ("angle brackets", "<id:s3cr3t>"),
    ("angle brackets with blanks", "<file:s3cr3t plan of the canary.org>"),
    ("angle brackets over two lines", "<file:s3cr3t plan\n  of the canary.org>"),
    ("angle brackets that stay open", "<file:s3cr3t-canary.org and"),
    ("no brackets", "see id:s3cr3t there"),
    ("no brackets, in capitals", "see ID:s3cr3t there"),
    ("no brackets, in parentheses", "(id:s3cr3t)"),
    ("no brackets, at the end of a sentence", "it is id:s3cr3t. And"),
    ("no brackets, parentheses in the path", "file:s3cr3t(canary).org"),
    ("no brackets, signs in the path", "file:s3cr3t,canary;canary'canary.org"),
    ("no brackets, after a letter with an accent", "éid:s3cr3t"),
    ("inside of a good link's description", "[[https://example.org][good [[id:s3cr3t][canary]] good]]"),
    ("no brackets in a good link's description", "[[https://example.org][good id:s3cr3t good]]"),
    ("a good link inside of its description", "[[id:s3cr3t][canary [[id:open][x]] canary]]"),
    ("inside of a good link's target", "[[https://example.org/\nsee id:s3cr3t for\nmore]]"),
    ("inside of a good link's angle brackets", "<https://example.org\nid:s3cr3t>"),
    ("angle brackets in angle brackets", "<https://example.org\n<file:s3cr3t of the canary.org>"),
    ("a third bracket", "[[[id:s3cr3t][canary]]]"),
    ("a description that stays open", "[[id:s3cr3t][canary"),
    ("a comment", "# [[id:s3cr3t][canary]]"),
    ("a comment block", "#+begin_comment\n[[id:s3cr3t][canary]]\n#+end_comment"),
    ("a source block", "#+begin_src org\n[[id:s3cr3t][canary]]\n#+end_src"),
    ("an example block", "#+begin_example\n[[id:s3cr3t][canary]]\n#+end_example"),
    ("a quote block", "#+begin_quote\n[[id:s3cr3t][canary]]\n#+end_quote"),
    ("a fixed-width line", ": [[id:s3cr3t][canary]]"),
    ("a table", "| a | [[id:s3cr3t][canary]] |\n|---+---|\n| id:s3cr3t | b |"),
    ("a footnote in the text", "text[fn:: [[id:s3cr3t][canary]]]"),
    ("a footnote below", "text[fn:1]\n\n[fn:1] [[id:s3cr3t][canary]]"),
    ("a caption", "#+caption: [[id:s3cr3t][canary]]\n| a |"),
    ("an attribute", "#+attr_html: :alt [[id:s3cr3t][canary]]\n| a |"),
    ("a keyword", "#+description: [[id:s3cr3t][canary]]"),
    ("a list", "- [ ] [[id:s3cr3t][canary]] :: [[id:s3cr3t][canary]]"),
    ("verbatim", "=[[id:s3cr3t][canary]]= ~[[id:s3cr3t][canary]]~"),
    ("a heading", "* Head [[id:s3cr3t][canary]] line\ntext"),
    ("a heading of which the link goes on below", "* Head [[id:s3cr3t][canary\ncanary]] text"),
    ("a heading that breaks the target", "* Head [[id:s3\ncr3t][canary]] text"),
    ("a heading with a drawer", "* Head\n:PROPERTIES:\n:SEE: [[id:s3cr3t][canary]]\n:ALSO: id:s3cr3t\n:END:\ntext"),
    ("a log", "* Head\n:LOGBOOK:\n- Refiled from [[id:s3cr3t][canary]]\n:END:\ntext"),
    ("a public note's own heading", "* Head [[id:s3cr3t][canary]]\n:PROPERTIES:\n:ID: CASE-head\n:END:\ntext"),
    ("roam by title", "[[roam:Canary title][canary]]"),
    ("roam by alias", "[[roam:Canary alias]]"),
    ("a heading of the file, by a star", "[[*Canary heading][canary]]"),
    ("a heading of the file, by its title", "[[Canary heading][canary]]"),
    ("a heading of the file, in a comment", "# [[Canary heading][canary]] [[*Canary heading]]"),
    ("a heading of the file, in a source block", "#+begin_src org\n[[Canary heading][canary]]\n#+end_src"),
    ("a heading of the file, in a keyword", "#+description: [[Canary heading][canary]]"),
    ("a custom ID of the file", "[[#s3cr3t-custom][canary]]"),
    ("a target of the file", "[[canary target][canary]]"),
    ("a name of the file", "[[canary-table][canary]]"),
    ("a line of code", "[[(s3cr3t)][canary]]"),
    ("an abbreviation of an outer type", "#+link: doi id:\n\n[[doi:s3cr3t][canary]]"),
    ("an abbreviation with a place for the name", "#+link: http id:s3%s\n\n[[http:cr3t][canary]]"),
    ("a type that nobody knows", "[[denote:s3cr3t][canary]] [[elisp:(s3cr3t)][canary]] [[shell:cat s3cr3t][canary]]"),
    ("including", "#+include: \"s3cr3t-plan.org\"\n#+INCLUDE: \"./s3cr3t-plan.org::*Canary heading\" :lines \"1-\""),
    ("including, indented", "  #+include: s3cr3t-plan.org"),
    ("transcluding", "#+transclude: [[id:s3cr3t][canary]] :level 2"),
    ("setting up from a file", "#+setupfile: s3cr3t-plan.org"),
    ("a file", "[[file:s3cr3t-plan.org][canary]]"),
    ("a file and a place", "[[file:s3cr3t-plan.org::*Canary heading][canary]]"),
    ("a place in a public file", "[[file:open.org::*Canary heading][canary]]"),
    ("a file by ./", "[[./s3cr3t-plan.org][canary]]"),
    ("a file by ..", "[[file:sub/../s3cr3t-plan.org][canary]] [[../notes/s3cr3t-plan.org][canary]]"),
    (
        "a file by its whole path",
        "[[file:HOME/notes/s3cr3t-plan.org][canary]] [[file:///HOME/notes/s3cr3t-plan.org][canary]]",
    ),
    ("a file by ~", "[[~/notes/s3cr3t-plan.org][canary]] [[file:~/notes/s3cr3t-plan.org]]"),
    ("a file by a user's ~", "[[file:~root/s3cr3t][canary]]"),
    ("a file by a variable", "[[file:$HOME/notes/s3cr3t-plan.org][canary]]"),
    ("a remote file", "[[file:/ssh:localhost:s3cr3t-plan.org][canary]] [[/sudo::/s3cr3t][canary]]"),
    ("a file, percent-encoded", "[[file:%733cr3t-plan.org][canary]]"),
    ("a file by another type", "[[file+sys:s3cr3t-plan.org][canary]] [[docview:s3cr3t-plan.org::3][canary]]"),
    ("a file that has no node", "[[file:no-node-s3cr3t.org][canary]]"),
    ("a file with an accent, composed", "[[file:caf\u{e9}-s3cr3t.org][canary]]"),
    ("a file with an accent, decomposed", "[[file:cafe\u{301}-s3cr3t.org][canary]]"),
    ("a file in other letters", "[[file:S3CR3T-PLAN.ORG][canary]]"),
    ("a file behind a link from outside", "[[file:~/door/s3cr3t-plan.org][canary]]"),
    ("a thing behind a link from outside", "[[file:~/door/data/s3cr3t.pdf][canary]]"),
    ("a thing behind a link from outside that is not there", "[[file:~/door/data/no-s3cr3t.pdf][canary]]"),
    ("an attachment", "[[attachment:s3cr3t.pdf][canary]] [[file:data/s3cr3t.pdf][canary]] attachment:s3cr3t.pdf"),
    ("an encrypted note", "[[file:s3cr3t.org.gpg][canary]]"),
    ("a note outside, by a link in the notes", "[[file:away.org][canary]]"),
    ("a note outside", "[[file:~/s3cr3t-outside.org][canary]] [[~/s3cr3t-outside.org]]"),
];

/// Whole files with something private at the top. `CASE` is the note's ID.
const FILES: &[(&str, &str)] = &[
    ("the title", "#+title: Head [[id:s3cr3t][canary]] line\n#+filetags: :PUBLIC:\n\ntext\n"),
    ("the title in two keywords", "#+title: Head\n#+title: [[id:s3cr3t][canary]]\n#+filetags: :PUBLIC:\n\ntext\n"),
    (
        "a title in a private subtree",
        "#+title: Head\n#+filetags: :PUBLIC:\n\ntext\n* Canary :PRIVATE:\n#+title: Canary\n",
    ),
    ("the title in a private subtree alone", "#+filetags: :PUBLIC:\n\ntext\n* Canary :PRIVATE:\n#+title: Canary\n"),
    (
        "tags in a private subtree",
        "#+title: Head\n#+filetags: :PUBLIC:\n\ntext\n* Canary :PRIVATE:\n#+filetags: :canary:\n* Sub\n:PROPERTIES:\n:ID: CASE-sub\n:END:\n",
    ),
];

/// Values of the drawer of a public note.
const DRAWERS: &[(&str, &str)] = &[
    ("an alias with a link", ":ROAM_ALIASES: \"[[id:s3cr3t][canary]]\" other"),
    ("an alias with a link and no quotes", ":ROAM_ALIASES: [[id:s3cr3t][canary one canary two]] other"),
    ("an alias of two lines", ":ROAM_ALIASES: other\n:ROAM_ALIASES+: [[id:s3cr3t][the canary]]"),
    ("a ref that is a link", ":ROAM_REFS: [[id:s3cr3t][canary]]"),
    ("a ref in quotes", ":ROAM_REFS: \"[[roam:Canary title]]\" https://example.org/x"),
    ("a ref without brackets", ":ROAM_REFS: id:s3cr3t file:s3cr3t-plan.org"),
    ("a property", ":SEE: [[id:s3cr3t][canary]] id:s3cr3t"),
];

const PRIVATE: &str = "* Canary heading :PRIVATE:canary:\n:PROPERTIES:\n:ID: CASE-s3cr3t\n:CUSTOM_ID: s3cr3t-custom\n:END:\n\
                       <<canary target>> canary\n#+name: canary-table\n| canary |\n** Canary below\ncanary\n";

/// Every attempt as a file of its own, with its name.
fn cases() -> Vec<(&'static str, String)> {
    let bodies =
        BODIES.iter().map(|(name, body)| (*name, public_note("CASE", "Head", &format!("text\n\n{body}\n\n{PRIVATE}"))));
    let files = FILES.iter().map(|(name, text)| (*name, format!(":PROPERTIES:\n:ID: CASE\n:END:\n{text}")));
    let drawers = DRAWERS.iter().map(|(name, lines)| {
        (*name, format!(":PROPERTIES:\n:ID: CASE\n{lines}\n:END:\n#+title: Head\n#+filetags: :PUBLIC:\n\ntext\n"))
    });
    let long = format!(
        "#+title: Head\n#+filetags: :PUBLIC:\n\ntext [[id:s3cr3t][canary\n{}[[id:open]]\n",
        "the canary goes on\n".repeat(60)
    );
    let long =
        ("a description longer than what is shown around a link", format!(":PROPERTIES:\n:ID: CASE\n:END:\n{long}"));
    bodies.chain(files).chain(drawers).chain([long]).collect()
}

fn home(change: impl Fn(&str) -> String) -> Home {
    let home = Home::new();
    for (name, text) in [
        ("open.org", public_note("open", "Open", "text")),
        ("s3cr3t-plan.org", note("s3cr3t", "Canary title", "canary\n* Canary heading\ncanary")),
        ("caf\u{e9}-s3cr3t.org", note("s3cr3t-cafe", "Canary", "canary")),
        ("no-node-s3cr3t.org", "canary".to_owned()),
        ("sub/other.org", note("s3cr3t-sub", "Canary sub", "canary")),
        ("data/s3cr3t.pdf", "canary".to_owned()),
        ("s3cr3t.org.gpg", "canary".to_owned()),
        ("../s3cr3t-outside.org", public_note("s3cr3t-outside", "Canary outside", "canary")),
    ] {
        home.write(name, text);
    }
    let aliased = note("s3cr3t-alias", "Canary", "").replace(":END:", ":ROAM_ALIASES: \"Canary alias\"\n:END:");
    home.write("aliased.org", aliased);
    symlink(home.path("s3cr3t-outside.org"), home.note("away.org")).unwrap();
    symlink(home.path("notes"), home.path("door")).unwrap();
    for (i, (_, text)) in cases().into_iter().enumerate() {
        let text = text.replace("CASE", &format!("case-{i}")).replace("HOME", home.path("").to_str().unwrap());
        home.write(&format!("case-{i}.org"), change(&text));
    }
    home
}

/// Looks at each case alone, then at all that there is.
fn attack(home: &Home) {
    let vault = home.public();
    let mut leaks = Vec::new();
    for (i, (name, _)) in cases().into_iter().enumerate() {
        let id = format!("case-{i}");
        let note = vault.get(&id, None).unwrap();
        let out = told(&Ok(&note)) + &told(&vault.links(&id));
        if SECRETS.iter().any(|secret| out.to_lowercase().contains(secret)) {
            leaks.push((name, out));
        } else if !note.text.contains("text") {
            leaks.push((name, "nothing is left".to_owned()));
        }
    }
    assert!(leaks.is_empty(), "{} of {} attempts: {leaks:#?}", leaks.len(), cases().len());
    assert_clean("everything", &everything(&vault));
    for word in ["canary", "canar*", "s3cr3t", "s3*", "\"the canary goes on\"", "below"] {
        assert_eq!(vault.search(word, 500).unwrap().total, 0, "{word}");
    }
}

#[test]
fn nothing_private_is_left_in_a_public_text() {
    assert!(cases().len() >= 90);
    attack(&home(str::to_owned));
}

#[test]
fn nor_where_lines_end_as_on_windows() {
    attack(&home(|text| text.replace('\n', "\r\n")));
}

#[test]
fn nor_behind_a_byte_order_mark_and_without_a_last_line_break() {
    attack(&home(|text| format!("\u{feff}{}", text.trim_end())));
}

/// A link of a public note to a private one is as if the private one were not there.
#[test]
fn a_private_target_and_an_absent_one_are_the_same() {
    let full = home(str::to_owned);
    let bare = home(str::to_owned);
    for name in [
        "s3cr3t-plan.org",
        "caf\u{e9}-s3cr3t.org",
        "no-node-s3cr3t.org",
        "sub/other.org",
        "data/s3cr3t.pdf",
        "s3cr3t.org.gpg",
    ] {
        std::fs::remove_file(bare.note(name)).unwrap();
    }
    let (full_vault, bare_vault) = (full.public(), bare.public());
    for (i, (name, text)) in cases().into_iter().enumerate().filter(|(_, (_, text))| !text.contains("HOME")) {
        let id = format!("case-{i}");
        let say = |vault: &memento::notes::PublicVault| {
            (vault.get(&id, None).unwrap().text, vault.links(&id).unwrap().forward)
        };
        assert_eq!(say(&full_vault), say(&bare_vault), "{name}: {text}");
    }
}
