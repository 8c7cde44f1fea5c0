//! Notes that change while they are asked for, notes with one ID, and what is written beside the notes.

use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};

use memento::notes::{Draft, ListQuery, Markup, PublicVault};

use crate::home::{Home, SECRETS, assert_clean, by_name, everything, files_below, note, public_note, told};

fn absent(vault: &PublicVault, name: &str) {
    let nothing = by_name(vault, "n0wh3r3", "0");
    for ((call, said), (_, nothing)) in by_name(vault, name, "0").into_iter().zip(nothing) {
        assert_eq!(said, nothing.replace("n0wh3r3", name), "{call}");
    }
}

#[test]
fn a_note_that_becomes_private_between_two_calls_is_gone_from_all() {
    type Change = fn(&Home);
    let to = |text: &'static str| move |home: &Home| _ = home.write("a.org", text);
    type Way = (&'static str, &'static str, Box<dyn Fn(&Home)>);
    let ways: [Way; 8] = [
        (
            "its mark is removed",
            "#+filetags: :PUBLIC:\n",
            Box::new(to(":PROPERTIES:\n:ID: a\n:END:\n#+title: Canary\n\ncanary\n")),
        ),
        (
            "another mark is added",
            "#+filetags: :PUBLIC:\n",
            Box::new(to(":PROPERTIES:\n:ID: a\n:END:\n#+title: Canary\n#+filetags: :PUBLIC:PRIVATE:\n\ncanary\n")),
        ),
        (
            "its property says no",
            "#+filetags: :PUBLIC:\n",
            Box::new(to(
                ":PROPERTIES:\n:ID: a\n:PUBLIC: nil\n:END:\n#+title: Canary\n#+filetags: :PUBLIC:\n\ncanary\n",
            )),
        ),
        (
            "its ID is removed",
            "#+filetags: :PUBLIC:\n",
            Box::new(to("#+title: Canary\n#+filetags: :PUBLIC:\n\ncanary\n")),
        ),
        (
            "it is removed",
            "#+filetags: :PUBLIC:\n",
            Box::new((|home| std::fs::remove_file(home.note("a.org")).unwrap()) as Change),
        ),
        (
            "it is moved out",
            "#+filetags: :PUBLIC:\n",
            Box::new((|home| std::fs::rename(home.note("a.org"), home.path("s3cr3t.org")).unwrap()) as Change),
        ),
        (
            "it is a link to outside now",
            "#+filetags: :PUBLIC:\n",
            Box::new(
                (|home| {
                    std::fs::rename(home.note("a.org"), home.path("s3cr3t.org")).unwrap();
                    symlink(home.path("s3cr3t.org"), home.note("a.org")).unwrap();
                }) as Change,
            ),
        ),
        (
            "it is no text now",
            "#+filetags: :PUBLIC:\n",
            Box::new((|home| _ = home.write("a.org", b"canary \xff")) as Change),
        ),
    ];
    for (way, tags, change) in ways {
        let home = Home::with([
            ("a.org", format!(":PROPERTIES:\n:ID: a\n:END:\n#+title: Canary\n{tags}\ncanary\n")),
            ("b.org", public_note("b", "B", "text [[id:a][canary]] [[file:a.org][canary]]")),
        ]);
        let vault = home.public();
        let seen = vault.get("a", None).unwrap();
        assert!(everything(&vault).contains("canary"), "{way}");
        change(&home);
        absent(&vault, "a");
        absent(&vault, "Canary");
        let with_revision = told(&vault.append("a", &seen.revision, None, "x", Markup::Org));
        assert_eq!(with_revision, told(&vault.append("a", "0", None, "x", Markup::Org)), "{way}");
        assert_clean(way, &everything(&vault));
        assert_eq!(vault.search("canary", 5).unwrap().total, 0, "{way}");
        assert!(!home.read("b.org").is_empty());
        // Another one that is opened now knows no more.
        assert_clean(way, &everything(&home.public()));
    }
}

#[test]
fn a_note_that_is_moved_is_what_it_is_where_it_is() {
    let home = Home::with([
        ("a.org", public_note("a", "A", "text [[file:b.org][here]]")),
        ("b.org", public_note("b", "B", "text")),
    ]);
    home.write("s3cr3t/b.org", note("s3cr3t", "Canary", "canary"));
    let vault = home.public();
    assert!(vault.get("a", None).unwrap().text.contains("[[file:b.org][here]]"));
    // In its new directory the same link leads to a private note.
    std::fs::rename(home.note("a.org"), home.note("s3cr3t/a.org")).unwrap();
    assert!(!vault.get("a", None).unwrap().text.contains("here"));
    assert!(vault.links("a").unwrap().forward.is_empty());
    assert_eq!(vault.search("here", 5).unwrap().total, 0);
}

#[test]
fn of_two_notes_with_one_id_the_public_one_alone_is_there() {
    for names in [["a.org", "b.org"], ["b.org", "a.org"]] {
        let home = Home::with([
            (names[0], public_note("same", "Open", "text")),
            (names[1], note("same", "Canary", "canary [[id:same][canary]]")),
            ("c.org", public_note("c", "C", "[[id:same]]")),
        ]);
        home.write("d.org", "* Canary\n:PROPERTIES:\n:ID: same\n:END:\ncanary\n* Open two :PUBLIC:\n:PROPERTIES:\n:ID: two\n:END:\ntext\n");
        let vault = home.public();
        assert_eq!(vault.get("same", None).unwrap().node.title, "Open");
        assert_clean("two of one ID", &everything(&vault));
        assert!(vault.doubled().unwrap().is_empty());
        assert_eq!(vault.links("same").unwrap().back.len(), 1);
        let before = home.read(names[1]);
        let revision = vault.get("same", None).unwrap().revision;
        vault.append("same", &revision, None, "more", Markup::Org).unwrap();
        assert_eq!(home.read(names[1]), before);
        assert!(home.read(names[0]).ends_with("more\n"));
        // The private one alone is not there.
        std::fs::remove_file(home.note(names[0])).unwrap();
        absent(&vault, "same");
    }
}

/// The canary is in the file while it is private, and never while it is public.
#[test]
fn nobody_reads_a_private_text_by_asking_at_the_right_moment() {
    let home = Home::with([("b.org", public_note("b", "B", "text [[id:a][link]]"))]);
    let (open, closed) =
        (public_note("a", "Open", "text"), note("a", "Canary", "canary text\n* H\n:PROPERTIES:\n:ID: s3cr3t\n:END:\n"));
    let swap = |text: &str| {
        home.write("../next", text);
        std::fs::rename(home.path("next"), home.note("a.org")).unwrap();
    };
    swap(&open);
    let done = AtomicBool::new(false);
    let rounds: usize = std::thread::scope(|scope| {
        let reader = |n: usize| {
            let (home, done) = (&home, &done);
            scope.spawn(move || {
                let vault = home.public();
                let mut rounds = 0;
                while !done.load(Ordering::Relaxed) {
                    let out = match (rounds + n) % 4 {
                        0 => told(&vault.get("a", None)) + &told(&vault.get("Open", None)),
                        1 => told(&vault.search("text", 50)),
                        2 => told(&vault.list(&ListQuery::default())) + &told(&vault.tags()),
                        _ => told(&vault.links("b")) + &told(&vault.links("a")),
                    };
                    assert_clean("in between", &out);
                    assert!(matches!(&vault.get("s3cr3t", None), Err(memento::Error::NotFound(_))));
                    rounds += 1;
                }
                rounds
            })
        };
        let readers: Vec<_> = (0..2).map(reader).collect();
        for round in 0..400 {
            swap(if round % 2 == 0 { &closed } else { &open });
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        done.store(true, Ordering::Relaxed);
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    });
    assert!(rounds > 4, "{rounds}");
}

#[test]
fn the_trail_and_all_other_files_have_what_was_asked_and_no_more() {
    let home = crate::names::home();
    let vault = home.public();
    let _ = everything(&vault);
    for name in ["open", "recipe", "granted", "n0wh3r3"] {
        by_name(&vault, name, "0");
    }
    vault.create(&Draft { title: "New".to_owned(), ..Draft::default() }).unwrap();
    let asked = ["s3cr3t", "Canary title", "canary"];
    let rows = vault.audit(10_000).unwrap();
    assert_clean("the trail", &serde_json::to_string(&rows).unwrap());
    for name in asked {
        let _ = (vault.get(name, None), vault.search(name, 5));
    }
    let _ = vault.get("n0wh3r3", None);
    let rows = vault.audit(7).unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.call.as_str(), row.outcome.as_str(), row.notes)).collect();
    let (get, search) = (("get", "not-found", 0), ("search", "ok", 0));
    assert_eq!(told, [get, search, get, search, get, search, get]);
    assert!(rows.iter().all(|row| row.subject == "n0wh3r3" || asked.contains(&row.subject.as_str())));
    drop(vault);
    for (path, bytes) in files_below(&home.path("data")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(!SECRETS.iter().any(|secret| name.contains(secret)), "{name}");
        // The index is the person's, and the trail has what was asked for.
        if !name.starts_with("index.db") && !name.starts_with("memento.db") {
            assert_clean(&name, &String::from_utf8_lossy(&bytes));
        }
    }
}
