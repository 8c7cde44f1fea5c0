//! What assistants write, and what they cannot touch.

use std::fs;

use memento::Error;
use memento::notes::{Draft, Markup, PublicVault};

use crate::home::{Home, note, public_note};

fn draft(title: &str, body: &str) -> Draft {
    Draft { title: title.to_owned(), body: body.to_owned(), ..Draft::default() }
}

/// What the note's file says, whichever it is.
fn stored(home: &Home, vault: &PublicVault, name: &str) -> String {
    fs::read_to_string(home.note(vault.get(name, None).unwrap().node.file.as_deref().unwrap())).unwrap()
}

#[test]
fn a_new_note_is_public_found_and_linked() {
    let home = Home::with(&[("a.org", &public_note("a", "A", ""))]);
    let vault = home.public();
    let made = vault
        .create(&Draft {
            id: Some("plan".to_owned()),
            title: "Release Plan: ünïcode".to_owned(),
            tags: vec!["project".to_owned(), "PUBLIC".to_owned()],
            body: "First *bold* step, [a link](https://x.org).\n\n## Next\n\n- [ ] ship".to_owned(),
            markup: Markup::Markdown,
        })
        .unwrap();
    assert_eq!((made.node.id.as_str(), made.node.title.as_str()), ("plan", "Release Plan: ünïcode"));
    assert_eq!(made.node.tags, ["PUBLIC", "project"]);
    let file = made.node.file.clone().unwrap();
    assert!(
        file.ends_with("-release_plan_unicode.org") && file.len() == "20260101000000-release_plan_unicode.org".len(),
        "{file}"
    );
    let text = stored(&home, &vault, "plan");
    assert_eq!(
        text,
        ":PROPERTIES:\n:ID: plan\n:CREATED_BY: test\n:END:\n#+title: Release Plan: ünïcode\n#+filetags: :PUBLIC:project:\n\n\
         First /bold/ step, [[https://x.org][a link]].\n\n* Next\n- [ ] ship\n"
    );
    assert_eq!(made.sections, ["Next"]);
    assert_eq!(vault.search("ship", 5).unwrap().hits[0].node.id, "plan");
    let linked = vault.link("A", &vault.get("a", None).unwrap().revision, None, "release plan: ünïcode").unwrap();
    assert!(linked.text.contains("\n- [[id:plan][Release Plan: ünïcode]]\n"), "{}", linked.text);
    assert_eq!(vault.links("plan").unwrap().back.len(), 1);
}

#[test]
fn an_id_that_is_taken_conflicts_in_the_same_words_whoever_has_it() {
    let home = Home::with(&[
        ("a.org", &public_note("open", "A", "")),
        ("b.org", &note("closed", "B", "* X\n:PROPERTIES:\n:ID: inner\n:END:\n")),
    ]);
    let vault = home.public();
    let say = |id: &str| {
        let e = vault.create(&Draft { id: Some(id.to_owned()), ..draft("T", "") }).unwrap_err();
        assert!(matches!(e, Error::Conflict(_)), "{e}");
        e.to_string().replace(id, "ID")
    };
    assert_eq!(say("open"), say("closed"));
    assert_eq!(say("open"), say("inner"));
    let e = vault.create(&draft("T", "* H\n:PROPERTIES:\n:ID: closed\n:END:\n")).unwrap_err();
    assert!(matches!(e, Error::Conflict(_)), "{e}");
    assert_eq!(fs::read_dir(home.path("notes")).unwrap().count(), 2);
}

#[test]
fn an_edit_of_another_revision_changes_nothing() {
    let home = Home::with(&[("a.org", &public_note("a", "A", "one"))]);
    let vault = home.public();
    let read = vault.get("a", None).unwrap();
    let first = vault.append("a", &read.revision, None, "two", Markup::Org).unwrap();
    assert_ne!(first.revision, read.revision);
    let before = stored(&home, &vault, "a");
    for result in [
        vault.append("a", &read.revision, None, "three", Markup::Org),
        vault.replace("a", &read.revision, None, "three", Markup::Org),
        vault.set_tags("a", &read.revision, &["x".to_owned()]),
        vault.rename("a", "", "B"),
        vault.link("a", "0000000000000000", None, "a"),
    ] {
        let e = result.unwrap_err();
        assert!(matches!(e, Error::Conflict(_)) && e.to_string().contains(&first.revision), "{e}");
    }
    assert_eq!(stored(&home, &vault, "a"), before);
}

#[test]
fn of_two_writers_at_once_one_wins_and_nothing_is_lost() {
    let home = Home::with(&[("a.org", &public_note("a", "A", "start"))]);
    let won: usize = std::thread::scope(|scope| {
        let each = |writer: usize| {
            let home = &home;
            scope.spawn(move || {
                let vault = home.public();
                let try_once = |n: usize| {
                    let revision = vault.get("a", None).unwrap().revision;
                    match vault.append("a", &revision, None, &format!("line {writer}.{n}"), Markup::Org) {
                        Ok(_) => 1,
                        Err(Error::Conflict(_)) => 0,
                        Err(e) => panic!("{e}"),
                    }
                };
                (0..20).map(try_once).sum::<usize>()
            })
        };
        let threads: Vec<_> = (0..4).map(each).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let text = fs::read_to_string(home.note("a.org")).unwrap();
    assert!(won >= 20, "{won}");
    assert_eq!(text.matches("line ").count(), won, "{text}");
}

#[test]
fn sections_are_appended_to_and_replaced() {
    let home = Home::with(&[("a.org", &public_note("a", "A", "intro\n* Plan\nold\n** Detail\nfine\n* Log\nday"))]);
    let vault = home.public();
    let revision = || vault.get("a", None).unwrap().revision;
    vault.append("a", &revision(), Some("Log"), "night", Markup::Org).unwrap();
    vault.append("a", &revision(), Some("Plan/Detail"), "* Deeper\nyes", Markup::Org).unwrap();
    let note = vault.replace("a", &revision(), Some("plan"), "new\n* Other\nx", Markup::Org).unwrap();
    let body = note.text.split("\n\n").skip(1).collect::<Vec<_>>().join("\n\n");
    assert_eq!(body, "intro\n* Plan\nnew\n** Other\nx\n* Log\nday\n\nnight\n");
    let note = vault.replace("a", &note.revision, None, "all new\n\n* Only\n", Markup::Org).unwrap();
    assert!(note.text.ends_with("#+filetags: :PUBLIC:\n\nall new\n\n* Only\n"), "{}", note.text);
    let e = vault.append("a", &note.revision, Some("Plan"), "x", Markup::Org).unwrap_err();
    assert!(e.to_string().contains("the note has no section Plan: it has Only"), "{e}");
}

#[test]
fn replacing_keeps_every_private_subtree_and_link() {
    let body = "see [[id:closed][SECRET]] there\nplain\nand [[id:closed][TWO]]\n* Open\ntext\n** Hidden :PRIVATE:\nSECRET\n*** Deep\nSECRET\n* Other\n* Closed :PRIVATE:\nSECRET\n** Shared :PUBLIC:\n:PROPERTIES:\n:ID: shared\n:END:\nx";
    let home = Home::with(&[
        ("a.org", &public_note("a", "A [[id:closed][SECRET]]", body)),
        ("b.org", &note("closed", "B", "")),
    ]);
    let vault = home.public();
    let read = vault.get("a", None).unwrap();
    let note = vault.replace("a", &read.revision, None, "see there\nfresh\n* New\nwords", Markup::Org).unwrap();
    let text = stored(&home, &vault, "a");
    assert!(
        text.ends_with(
            "\nsee [[id:closed][SECRET]] there\nfresh\n[[id:closed][TWO]]\n* New\nwords\n** Hidden :PRIVATE:\nSECRET\n*** Deep\nSECRET\n\
             * Closed :PRIVATE:\nSECRET\n** Shared :PUBLIC:\n:PROPERTIES:\n:ID: shared\n:END:\nx\n"
        ),
        "{text}"
    );
    assert!(!note.text.contains("SECRET") && !note.text.contains("TWO"), "{}", note.text);
    let note = vault.rename("a", &note.revision, "B").unwrap();
    assert_eq!(note.node.title, "B");
    assert!(stored(&home, &vault, "a").contains("#+title: B [[id:closed][SECRET]]\n"));
}

#[test]
fn a_note_inside_a_note_is_not_replaced_away() {
    let home = Home::with(&[("a.org", &public_note("a", "A", "* Inner\n:PROPERTIES:\n:ID: inner\n:END:\nx"))]);
    let vault = home.public();
    let revision = vault.get("a", None).unwrap().revision;
    let e = vault.replace("a", &revision, None, "all gone", Markup::Org).unwrap_err();
    assert!(e.to_string().contains("would remove the note Inner: keep its heading with the :ID: inner"), "{e}");
    let kept =
        vault.replace("a", &revision, None, "new\n* Inner\n:PROPERTIES:\n:ID: inner\n:END:\ny", Markup::Org).unwrap();
    assert_eq!(vault.get("inner", None).unwrap().text, "* Inner\n:PROPERTIES:\n:ID: inner\n:END:\ny\n");
    assert!(kept.text.contains("new\n* Inner"));
}

#[test]
fn nothing_that_is_written_below_a_public_heading_opens_the_file_around_it() {
    let file =
        note("closed", "Diary", "SECRET\n* Open :PUBLIC:\n:PROPERTIES:\n:ID: open\n:END:\ntext\n* After\nSECRET");
    let home = Home::with(&[("a.org", &file)]);
    let vault = home.public();
    let revision = vault.get("open", None).unwrap().revision;
    for text in [
        "#+filetags: :PUBLIC:",
        "x\n#+FILETAGS: PUBLIC",
        "#+property: PUBLIC t",
        "#+begin_example\nnever closed",
        ":PROPERTIES:\n:PUBLIC: t\n:END:",
        "* Sub :PRIVATE:",
        "* Sub\n:PROPERTIES:\n:PUBLIC: nil\n:END:",
        "#+include: \"a.org\"",
        "#+setupfile: a.org",
        "nul \0",
    ] {
        let e = vault.append("open", &revision, None, text, Markup::Org).unwrap_err();
        assert!(matches!(e, Error::Invalid(_)), "{text}: {e}");
        let e = vault.replace("open", &revision, None, text, Markup::Org).unwrap_err();
        assert!(matches!(e, Error::Invalid(_)), "{text}: {e}");
    }
    assert_eq!(fs::read_to_string(home.note("a.org")).unwrap(), file);
    vault.append("open", &revision, None, "* Top\n** Below\n", Markup::Org).unwrap();
    let after = fs::read_to_string(home.note("a.org")).unwrap();
    assert_eq!(after, file.replace("text\n* After", "text\n** Top\n*** Below\n* After"));
    assert!(vault.get("closed", None).is_err());
    assert_eq!(vault.search("SECRET", 5).unwrap().total, 0);
}

#[test]
fn tags_change_and_marks_stay() {
    let file = "#+filetags: :PUBLIC:old:\n* H :PUBLIC:a:\n:PROPERTIES:\n:ID: h\n:END:\n";
    let home = Home::with(&[("a.org", &format!(":PROPERTIES:\n:ID: f\n:END:\n#+title: F\n{file}"))]);
    let vault = home.public();
    let set = |name: &str, tags: &[&str]| {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        vault.set_tags(name, &vault.get(name, None).unwrap().revision, &tags)
    };
    assert_eq!(set("f", &["new", "two"]).unwrap().node.tags, ["PUBLIC", "new", "two"]);
    assert!(set("h", &["b"]).unwrap().text.starts_with("* H :PUBLIC:b:\n"));
    assert!(set("h", &["PRIVATE"]).is_err());
    assert!(set("h", &["a b"]).is_err());
    assert_eq!(set("f", &[]).unwrap().node.tags, ["PUBLIC"]);
}

#[test]
fn line_endings_a_mark_at_the_start_and_a_missing_last_line_break_stay() {
    let text = format!("\u{feff}{}", public_note("a", "A", "one\n* Two\nlast").trim_end()).replace('\n', "\r\n");
    let home = Home::with(&[("a.org", &text)]);
    let vault = home.public();
    let revision = || vault.get("a", None).unwrap().revision;
    vault.append("a", &revision(), None, "more\nlines", Markup::Org).unwrap();
    vault.replace("a", &revision(), Some("Two"), "fresh\nlines", Markup::Org).unwrap();
    vault.rename("a", &revision(), "B").unwrap();
    let after = fs::read_to_string(home.note("a.org")).unwrap();
    assert!(after.starts_with("\u{feff}:PROPERTIES:\r\n") && after.contains("#+title: B\r\n"), "{after:?}");
    assert!(after.ends_with("one\r\n\r\nmore\r\nlines\r\n* Two\r\nfresh\r\nlines\r\n"), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn a_note_that_emacs_has_unsaved_is_not_written_and_not_named() {
    let home = Home::with(&[("20200101-secret_title.org", "* Open :PUBLIC:\n:PROPERTIES:\n:ID: open\n:END:\ntext\n")]);
    let vault = home.public();
    let revision = vault.get("open", None).unwrap().revision;
    std::os::unix::fs::symlink("ann@host.1", home.note(".#20200101-secret_title.org")).unwrap();
    let e = vault.append("open", &revision, None, "x", Markup::Org).unwrap_err();
    assert!(!e.to_string().contains("secret") && e.to_string().contains("is being edited"), "{e}");
}

#[test]
fn a_note_that_the_person_makes_is_private() {
    let home = Home::new();
    let made = home.vault().create("My own: thoughts").unwrap();
    let text = fs::read_to_string(&made.file).unwrap();
    assert_eq!(text, format!(":PROPERTIES:\n:ID:       {}\n:END:\n#+title: My own: thoughts\n", made.id));
    assert!(home.public().get(&made.id, None).is_err());
}
