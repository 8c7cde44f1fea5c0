//! Edits by an assistant of notes with private parts: every private byte stays, and none comes to light.

use memento::notes::{Markup, Note, PublicVault};

use crate::home::{Home, SECRETS, assert_clean, everything, note, public_note};

/// A file with private parts around and inside of what is public: `open` is the file, `child` a heading of it.
const MIXED: &str = ":PROPERTIES:\n:ID: open\n:SEE: id:s3cr3t\n:END:\n#+title: Open\n#+filetags: :PUBLIC:\n#+include: \"s3cr3t.org\"\n\n\
first [[id:s3cr3t][canary one]] line\nplain\nsee id:s3cr3t for more\nsee [[Gone][canary gone]]\n[[id:s3cr3t][canary\ntwo]] tail\n\n\
* Canary :PRIVATE:\ncanary three\n\n** Below\ncanary four\n* Plan\nwork [[file:s3cr3t.org][canary five]]\n** Canary six :PRIVATE:\ncanary  \n\n** Step\nwalk\n\
* Child :x:\n:PROPERTIES:\n:ID: child\n:END:\nchild <file:s3cr3t canary.org> text\n*** Canary seven :PRIVATE:\n  canary\t\n** Last\nend\n\
* Canary eight :PRIVATE:\ncanary nine\n** Granted :PUBLIC:\n:PROPERTIES:\n:ID: granted\n:END:\ntext\n*** Canary ten :PRIVATE:\ncanary eleven\n";

/// The private parts of [`MIXED`], by hand.
const PARTS: &[&str] = &[
    ":SEE: id:s3cr3t\n",
    "#+include: \"s3cr3t.org\"\n",
    "[[id:s3cr3t][canary one]]",
    "id:s3cr3t",
    "[[Gone][canary gone]]",
    "[[id:s3cr3t][canary\ntwo]]",
    "* Canary :PRIVATE:\ncanary three\n\n** Below\ncanary four\n",
    "[[file:s3cr3t.org][canary five]]",
    "** Canary six :PRIVATE:\ncanary  \n\n",
    "<file:s3cr3t canary.org>",
    "*** Canary seven :PRIVATE:\n  canary\t\n",
    "* Canary eight :PRIVATE:\ncanary nine\n",
    "*** Canary ten :PRIVATE:\ncanary eleven",
];

type Edit = fn(&PublicVault, &Note) -> memento::Result<Note>;

/// Texts by which an assistant might reach for more than it was shown.
const TEXTS: &[(&str, &str)] = &[
    ("plain", "new text\n"),
    ("nothing", ""),
    ("headings", "new\n* One\n** Two\n* Three"),
    ("a mark for the file", "#+filetags: :PUBLIC:"),
    ("a mark by a property", "#+property: PUBLIC t"),
    ("a drawer at the start", ":PROPERTIES:\n:PUBLIC: t\n:END:\n"),
    ("a public heading", "* H :PUBLIC:\ntext"),
    ("a public heading of one star", "* H :PUBLIC:\n* I :PUBLIC:\n"),
    ("a private heading", "* H :PRIVATE:\ntext"),
    ("a block that stays open", "#+begin_src\ntext"),
    ("a comment that stays open", "#+begin_comment\n"),
    ("the end of a block", "text\n#+end_src"),
    ("a drawer that stays open", ":LOGBOOK:\ntext"),
    ("the end of a drawer", ":END:\n"),
    ("a link that stays open", "[[https://example.org/\n"),
    ("a description that stays open", "[[https://example.org][\n"),
    ("the end of a link", "]]\n"),
    ("angle brackets that stay open", "<https://example.org\n"),
    ("a link around a hidden one", "[[https://example.org/\nsee  for more\n]]"),
    ("a block around hidden ones", "#+begin_src org\nsee \nsee  for more\nfirst  line\n#+end_src"),
    ("lines as they are shown", "first  line\nsee  for more\nsee \n tail\nwork \n"),
    ("the heading that a hidden link leads to", "* Gone\ntext"),
    ("the target that a hidden link leads to", "<<Gone>>"),
    ("a keyword for names", "#+todo: NAME | DONE"),
    ("an abbreviation", "#+link: https id:"),
    ("an inclusion", "#+include: \"s3cr3t.org\""),
    ("a transclusion", "#+transclude: [[id:s3cr3t]]"),
    ("a setup file", "#+setupfile: s3cr3t.org"),
    ("links to what is private", "[[id:s3cr3t][x]] [[file:s3cr3t.org]] id:s3cr3t"),
    ("an ID that is taken", "* H\n:PROPERTIES:\n:ID: s3cr3t\n:END:\n"),
    ("the ID of a heading that must stay", "* H\n:PROPERTIES:\n:ID: granted\n:END:\n"),
    ("a byte order mark", "\u{feff}text"),
    ("the end of a line of old", "text\r* H\r"),
    ("variables for Emacs", "# Local Variables:\n# eval: (s)\n# End:\n"),
    ("an inline task", "*************** H :PUBLIC:\n*************** END\n"),
];

fn home(text: &str) -> Home {
    let home = Home::with([("open.org", text.to_owned()), ("s3cr3t.org", note("s3cr3t", "Canary", "canary"))]);
    home.write("target.org", public_note("target", "Target", "text"));
    home
}

/// Every private part is there as often as it was, in its order, and nothing of it is shown.
fn assert_kept(attempt: &str, home: &Home, vault: &PublicVault, before: &str, parts: &[String]) {
    let after = home.read("open.org");
    for part in parts {
        let count = |text: &str| text.matches(part.as_str()).count();
        assert!(count(&after) >= count(before), "{attempt}: {part:?} is lost:\n{after}");
    }
    assert_eq!(home.read("s3cr3t.org"), note("s3cr3t", "Canary", "canary"), "{attempt}");
    let shown = everything(vault);
    assert_clean(attempt, &shown);
}

fn attack(change: impl Fn(&str) -> String) -> usize {
    let text = change(MIXED);
    let parts: Vec<String> = PARTS.iter().map(|part| change(part).trim_start_matches('\u{feff}').to_owned()).collect();
    let sections = ["Plan", "Plan/Step", "Last"];
    let mut attempts = 0;
    let home = home(&text);
    let vault = home.public();
    let mut check = |attempt: &str, name: &str, edit: &dyn Fn(&Note) -> memento::Result<Note>| {
        home.write("open.org", &text);
        let read = vault.get(name, None).unwrap();
        let result = edit(&read);
        attempts += 1;
        if let Err(error) = &result {
            // What was asked for is named.
            let asked = ["the ID s3cr3t", "note: s3cr3t", "note: Canary"];
            assert_clean(attempt, &asked.iter().fold(error.to_string(), |said, asked| said.replace(asked, "")));
            assert_eq!(home.read("open.org"), text, "{attempt}");
            return;
        }
        assert_kept(attempt, &home, &vault, &text, &parts);
        let (told, read) = (result.unwrap(), vault.get(name, None).unwrap());
        assert_eq!((told.text, told.revision), (read.text, read.revision), "{attempt}");
    };
    for (attempt, body) in TEXTS {
        for name in ["open", "child", "granted"] {
            // Markdown that is no link stays as it is, and is what the assistant itself has said.
            let said = SECRETS.iter().any(|secret| body.contains(secret));
            for markup in [Markup::Org, Markup::Markdown].into_iter().take(if said { 1 } else { 2 }) {
                check(attempt, name, &|read| vault.append(name, &read.revision, None, body, markup));
                check(attempt, name, &|read| vault.replace(name, &read.revision, None, body, markup));
            }
        }
        for section in sections {
            let name = if section == "Last" { "child" } else { "open" };
            check(attempt, name, &|read| vault.append(name, &read.revision, Some(section), body, Markup::Org));
            check(attempt, name, &|read| vault.replace(name, &read.revision, Some(section), body, Markup::Org));
        }
    }
    // What was read comes back as it was, or with its lines turned around.
    for name in ["open", "child", "granted"] {
        check("its own text", name, &|read| {
            vault.replace(name, &read.revision, None, &own_body(&read.text), Markup::Org)
        });
        let turned =
            |read: &Note| own_body(&read.text).lines().rev().map(|line| format!("{line}\n")).collect::<String>();
        check("its lines turned around", name, &|read| {
            vault.replace(name, &read.revision, None, &turned(read), Markup::Org)
        });
        for title in [
            "New",
            "New :PUBLIC:",
            "New :PRIVATE:",
            "* New",
            "TODO New",
            "COMMENT New",
            "[[https://example.org][",
            "[[id:",
            "<file:",
            "New\n#+filetags: :x:",
            "]]",
            "\u{200b}",
        ] {
            check(title, name, &|read| vault.rename(name, &read.revision, title));
        }
        for tags in [&["a"][..], &[], &["PUBLIC"], &["PRIVATE"], &["a:PUBLIC"], &["a b"], &["a\n#+title: x"]] {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            check("tags", name, &|read| vault.set_tags(name, &read.revision, &tags));
        }
        for target in ["target", "open", "s3cr3t", "Canary"] {
            check("a link", name, &|read| vault.link(name, &read.revision, None, target));
        }
    }
    attempts
}

/// The text below a note's own heading or keywords.
fn own_body(text: &str) -> String {
    let own = |line: &&str| line.starts_with(':') || line.starts_with("#+") || line.starts_with("* ");
    text.lines().skip_while(|line| own(line)).map(|line| format!("{line}\n")).collect()
}

#[test]
fn no_edit_loses_or_shows_what_is_private() {
    assert!(attack(str::to_owned) > 500);
}

#[test]
fn nor_where_lines_end_as_on_windows() {
    assert!(attack(|text| text.replace('\n', "\r\n")) > 500);
}

#[test]
fn nor_behind_a_byte_order_mark_and_without_a_last_line_break() {
    assert!(attack(|text| format!("\u{feff}{}", text.trim_end_matches('\n'))) > 500);
}

/// An assistant may not make more public than is: the marks are the person's.
#[test]
fn no_edit_sets_or_takes_a_mark() {
    let text = ":PROPERTIES:\n:ID: open\n:PUBLIC: t\n:END:\n#+title: Open\n\ntext\n* Child\n:PROPERTIES:\n:ID: child\n:END:\ntext\n";
    let edits: &[(&str, Edit)] = &[
        ("a tag", |vault, read| vault.set_tags(&read.node.id, &read.revision, &["PUBLIC".to_owned(), "x".to_owned()])),
        ("a tag in the title", |vault, read| vault.rename(&read.node.id, &read.revision, "New :PUBLIC:")),
        ("a drawer", |vault, read| {
            vault.replace(&read.node.id, &read.revision, None, ":PROPERTIES:\n:PUBLIC: t\n:END:\ntext", Markup::Org)
        }),
        ("a keyword", |vault, read| {
            vault.append(&read.node.id, &read.revision, None, "#+filetags: :PUBLIC:", Markup::Org)
        }),
    ];
    for (attempt, edit) in edits {
        for name in ["open", "child"] {
            let home = home(text);
            let vault = home.public();
            let read = vault.get(name, None).unwrap();
            let _ = edit(&vault, &read);
            // The person takes the mark away, and all is private.
            let after = home.read("open.org");
            home.write("open.org", after.replace(":PUBLIC: t\n", ""));
            assert!(
                vault.get("open", None).is_err() && vault.get("child", None).is_err(),
                "{attempt}, {name}:\n{after}"
            );
        }
    }
}

/// Guesses at what a hidden link leads to, made true by a note of that name, bring no description to light.
#[test]
fn a_note_with_a_guessed_title_shows_no_description() {
    let home = Home::with([
        (
            "open.org",
            public_note(
                "open",
                "Open",
                "text [[roam:Doctor][the canary]] [[*Doctor][the canary]] [[Doctor][the canary]]",
            ),
        ),
        ("s3cr3t.org", note("s3cr3t", "Doctor", "canary")),
    ]);
    let vault = home.public();
    vault.create(&memento::notes::Draft { title: "Doctor".to_owned(), ..Default::default() }).unwrap();
    let revision = vault.get("open", None).unwrap().revision;
    for guess in ["* Doctor\ntext", "<<Doctor>>", "#+name: Doctor\n| a |"] {
        let _ = vault.append("open", &revision, None, guess, Markup::Org);
        assert_clean(guess, &everything(&vault));
    }
}

/// What the system says of a file may not name it: its name is a private title.
#[test]
fn errors_of_the_disk_and_of_git_name_no_file() {
    let text = "* Canary\ncanary\n** Open :PUBLIC:\n:PROPERTIES:\n:ID: open\n:END:\ntext\n";
    let home = Home::with([("s3cr3t-canary.org", text)]);
    let vault = home.public();
    let revision = vault.get("open", None).unwrap().revision;
    // An Emacs that has unsaved changes, of a host where nobody can look.
    std::os::unix::fs::symlink("ann@elsewhere.1:2", home.note(".#s3cr3t-canary.org")).unwrap();
    let error = vault.append("open", &revision, None, "more", Markup::Org).unwrap_err();
    assert_eq!(error.kind(), "locked");
    assert_clean("a lock", &format!("{error} {error:?}"));
    std::fs::remove_file(home.note(".#s3cr3t-canary.org")).unwrap();
    let readonly = |on: bool| {
        let mut permissions = std::fs::metadata(home.note("s3cr3t-canary.org")).unwrap().permissions();
        permissions.set_readonly(on);
        std::fs::set_permissions(home.note("s3cr3t-canary.org"), permissions).unwrap();
    };
    readonly(true);
    let error = vault.append("open", &revision, None, "more", Markup::Org).unwrap_err();
    assert_clean("a file that may not be written", &format!("{error} {error:?}"));
    assert_eq!(home.read("s3cr3t-canary.org"), text);
}
