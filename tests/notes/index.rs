//! The index follows the disk.

use memento::notes::Vault;

use crate::home::{Home, note, public_note};

fn titles(vault: &Vault) -> Vec<String> {
    vault.sync(&mut |_, _| true).unwrap();
    let mut titles: Vec<String> = vault.nodes().unwrap().into_iter().map(|node| node.title).collect();
    titles.sort();
    titles
}

fn found(vault: &Vault, query: &str) -> Vec<String> {
    vault.search(query, 10, false).unwrap().hits.into_iter().map(|hit| hit.node.id).collect()
}

#[test]
fn files_that_are_made_changed_moved_and_removed_are_followed() {
    let home = Home::with(&[("a.org", &note("a", "Apple", "red")), ("sub/b.org", &note("b", "Pear", "green"))]);
    let vault = home.vault();
    assert_eq!(titles(&vault), ["Apple", "Pear"]);
    home.write("a.org", note("a", "Apples", "yellow"));
    assert_eq!(titles(&vault), ["Apples", "Pear"]);
    assert_eq!((found(&vault, "red"), found(&vault, "yellow")), (vec![], vec!["a".to_owned()]));
    std::fs::rename(home.note("sub/b.org"), home.note("c.org")).unwrap();
    assert_eq!(titles(&vault), ["Apples", "Pear"]);
    assert_eq!(vault.with_id("b").unwrap()[0].file, home.note("c.org").canonicalize().unwrap());
    std::fs::remove_file(home.note("a.org")).unwrap();
    assert_eq!(titles(&vault), ["Pear"]);
    assert!(found(&vault, "yellow").is_empty());
}

#[test]
fn an_edit_of_the_same_size_within_the_same_tick_is_seen() {
    let home = Home::with(&[("a.org", &note("a", "Apple", "red"))]);
    let vault = home.vault();
    let time = std::fs::metadata(home.note("a.org")).unwrap().modified().unwrap();
    home.write("a.org", note("a", "Grape", "red"));
    std::fs::File::options().write(true).open(home.note("a.org")).unwrap().set_modified(time).unwrap();
    assert_eq!(titles(&vault), ["Grape"]);
}

#[test]
fn one_known_file_is_read_without_a_sweep() {
    let home = Home::with(&[("a.org", &note("a", "Apple", "red")), ("b.org", &note("b", "Pear", "green"))]);
    let vault = home.vault();
    home.write("b.org", note("b", "Plum", "blue"));
    vault.file_changed(&home.note("b.org")).unwrap();
    assert_eq!(found(&vault, "blue"), ["b"]);
    std::fs::remove_file(home.note("b.org")).unwrap();
    vault.file_changed(&home.note("b.org")).unwrap();
    assert!(found(&vault, "blue").is_empty());
    // What is no note changes nothing.
    home.write(".hidden/x.org", note("x", "Hidden", "purple"));
    vault.file_changed(&home.note(".hidden/x.org")).unwrap();
    vault.file_changed(&home.path("elsewhere.org")).unwrap();
    assert_eq!(titles(&vault), ["Apple"]);
}

#[test]
fn what_cannot_be_read_is_reported_and_the_rest_is_indexed() {
    let home = Home::with(&[("a.org", &note("a", "Apple", "red")), ("secret.org.gpg", "-----BEGIN PGP MESSAGE-----")]);
    home.write("latin.org", b":PROPERTIES:\n:ID: l\n:END:\ncaf\xe9\n");
    home.write("quote.org", ":PROPERTIES:\n:ID: q\n:ROAM_ALIASES: \"open\n:END:\n#+title: Quote\n");
    home.write("one.org", note("same", "One", ""));
    home.write("two.org", note("same", "Two", ""));
    let vault = home.vault();
    assert_eq!(titles(&vault), ["Apple", "One", "Quote", "Two"]);
    let problems: Vec<String> = vault
        .problems()
        .unwrap()
        .into_iter()
        .map(|p| format!("{}:{}: {}", p.file.file_name().unwrap().to_str().unwrap(), p.line, p.message))
        .collect();
    assert_eq!(problems.len(), 5, "{problems:#?}");
    assert!(problems[0].starts_with("latin.org:1: ") && problems[0].contains("not UTF-8"), "{problems:#?}");
    assert!(problems[1].starts_with("quote.org:") && problems[1].contains("double quote"), "{problems:#?}");
    assert!(problems[2].starts_with("secret.org.gpg:1: encrypted"), "{problems:#?}");
    assert!(problems[3].starts_with("one.org:1: the ID same is also that of ~/notes/two.org:1"), "{problems:#?}");
    assert!(problems[4].starts_with("two.org:1: the ID same is also that of ~/notes/one.org:1"), "{problems:#?}");
}

#[test]
fn words_phrases_prefixes_and_scripts_are_found() {
    let home = Home::with(&[
        ("a.org", &note("a", "Crème brûlée", "burnt sugar on top")),
        ("b.org", &note("b", "Sugar", "cane and beet")),
        ("c.org", &note("c", "日本語の文法", "助詞について")),
        ("d.org", &note("d", "Ελλάδα", "θάλασσα")),
    ]);
    let vault = home.vault();
    let is = |query: &str, want: &[&str]| assert_eq!(found(&vault, query), want, "{query}");
    is("creme", &["a"]);
    is("BRULEE", &["a"]);
    // The title weighs more than the text.
    is("sugar", &["b", "a"]);
    is("sugar -cane", &["a"]);
    is("\"burnt sugar\"", &["a"]);
    is("\"sugar burnt\"", &[]);
    is("bee*", &["b"]);
    is("bee", &[]);
    is("文法", &["c"]);
    is("法", &["c"]);
    is("日本語の文法", &["c"]);
    is("本日", &[]);
    is("について", &["c"]);
    is("ΘΆΛΑΣΣΑ", &["d"]);
    is("body:sugar OR title:*", &[]);
    assert_eq!(vault.search("bee", 10, true).unwrap().hits.len(), 1);
    let hit = &vault.search("burnt", 1, false).unwrap().hits[0];
    assert_eq!((hit.snippet.as_str(), hit.line), ("burnt sugar on top", 6));
}

#[test]
fn a_sync_that_is_quit_keeps_what_it_has_read_and_goes_on_later() {
    let home = Home::new();
    for n in 0..1300 {
        home.write(&format!("{n}.org"), note(&n.to_string(), &format!("Note {n}"), "word"));
    }
    let vault = Vault::open(&home.config()).unwrap();
    let mut calls = Vec::new();
    vault
        .sync(&mut |done, of| {
            calls.push((done, of));
            done == 0
        })
        .unwrap();
    let kept = vault.nodes().unwrap().len();
    assert!(kept > 0 && kept < 1300, "{kept} {calls:?}");
    assert_eq!(titles(&vault).len(), 1300);
    assert_eq!(vault.search("word", 5, false).unwrap().total, 1300);
}

#[test]
fn the_index_is_made_again_where_it_is_gone_broken_or_of_another_directory() {
    let home = Home::with(&[("a.org", &public_note("a", "Apple", "red"))]);
    assert_eq!(titles(&home.vault()), ["Apple"]);
    home.write("../data/index.db", "this is no database, and long enough to be taken for one at the first look");
    assert_eq!(titles(&home.vault()), ["Apple"]);
    std::fs::remove_dir_all(home.path("data")).unwrap();
    assert_eq!(titles(&home.vault()), ["Apple"]);
    std::fs::rename(home.path("notes"), home.path("old")).unwrap();
    home.write("b.org", public_note("b", "Pear", "green"));
    assert_eq!(titles(&home.vault()), ["Pear"]);
    assert_eq!(home.public().list(&Default::default()).unwrap().1, 1);
}

#[test]
fn many_processes_make_the_index_at_once() {
    let home = Home::new();
    for n in 0..600 {
        home.write(&format!("{n}.org"), public_note(&n.to_string(), &format!("Note {n}"), "word"));
    }
    std::thread::scope(|scope| {
        let each = |_| scope.spawn(|| home.public().search("word", 600).unwrap().total);
        let threads: Vec<_> = (0..6).map(each).collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 600));
    });
    assert_eq!(home.vault().nodes().unwrap().len(), 600);
}

#[test]
fn links_lead_back_by_id_title_file_and_ref() {
    let target = ":PROPERTIES:\n:ID: t\n:ROAM_REFS: https://example.org/paper @doe2020\n:ROAM_ALIASES: \"The goal\"\n:END:\n#+title: Target\n";
    let home = Home::with(&[
        ("t.org", target),
        ("sub/a.org", &note("a", "A", "before\n\nSee [[id:t][it]]\nand more.\n\nafter")),
        ("b.org", &note("b", "B", "[[roam:The goal]]")),
        ("sub/c.org", &note("c", "C", "[[file:../t.org::*x][file]]")),
        ("d.org", &note("d", "D", "* Heading\nhttps://example.org/paper and [cite:@doe2020]")),
        ("e.org", &note("e", "E", "The target is near, targets are not.")),
    ]);
    let vault = home.vault();
    let back = vault.backlinks("t").unwrap();
    let mut from: Vec<&str> = back.iter().map(|link| link.node.id.as_str()).collect();
    from.sort();
    assert_eq!(from, ["a", "b", "c"]);
    let a = back.iter().find(|link| link.node.id == "a").unwrap();
    assert_eq!((a.context.as_str(), a.line), ("See [[id:t][it]]\nand more.", 8));
    let reflinks = vault.reflinks("t").unwrap();
    assert_eq!(reflinks.iter().map(|link| link.node.id.as_str()).collect::<Vec<_>>(), ["d", "d"]);
    assert_eq!(reflinks[0].path, ["Heading"]);
    let unlinked = vault.unlinked("t", 10).unwrap();
    assert_eq!(unlinked.iter().map(|link| (link.node.id.as_str(), link.line)).collect::<Vec<_>>(), [("e", 6)]);
}

#[test]
fn a_directory_that_has_become_a_link_has_no_notes_any_more() {
    let home = Home::with(&[("a.org", &note("a", "Apple", "")), ("sub/b.org", &public_note("b", "Pear", "green"))]);
    let (vault, public) = (home.vault(), home.public());
    assert_eq!(titles(&vault), ["Apple", "Pear"]);
    std::fs::rename(home.note("sub"), home.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(home.path("elsewhere"), home.note("sub")).unwrap();
    assert_eq!(titles(&vault), ["Apple"]);
    assert_eq!(public.get("b", None).unwrap_err().kind(), "not-found");
}

#[test]
fn each_of_many_notes_in_one_file_is_found_at_its_own_line() {
    let mut text = public_note("file", "File", "");
    for n in 0..200 {
        text.push_str(&format!("* Head {n}\n:PROPERTIES:\n:ID: n{n}\n:END:\nword{n} and word, [[id:file][up]]\n"));
    }
    let home = Home::with(&[("many.org", &text), ("z.org", &public_note("z", "Z", "word, too"))]);
    let vault = home.vault();
    let line = |n: usize| 7 + 5 * n + 5;
    let hits = vault.search("word", 500, false).unwrap().hits;
    assert_eq!(hits.len(), 201);
    for n in 0..200 {
        let hit = hits.iter().find(|hit| hit.node.id == format!("n{n}")).unwrap();
        assert_eq!((hit.snippet.as_str(), hit.line), (format!("word{n} and word, [[id:file][up]]").as_str(), line(n)));
    }
    let back: Vec<_> = vault.backlinks("file").unwrap().into_iter().map(|link| (link.node.id, link.line)).collect();
    assert_eq!(back, (0..200).map(|n| (format!("n{n}"), line(n))).collect::<Vec<_>>());

    let public = home.public();
    let found = public.search("word", 500).unwrap();
    assert_eq!((found.hits.len(), found.total), (201, 201));
    let snippet = |id: &str| found.hits.iter().find(|hit| hit.node.id == id).unwrap().snippet.clone();
    assert!(
        snippet("n7").starts_with("word7 and") && snippet("z") == "word, too",
        "{} {}",
        snippet("n7"),
        snippet("z")
    );
    let back = public.links("file").unwrap().back;
    assert_eq!(back.len(), 200);
    assert!(back.iter().all(|link| link.context.starts_with(&format!("word{} and", &link.node.id[1..]))));
}

#[test]
fn nothing_is_listed_of_a_directory_that_is_gone() {
    let home = Home::with(&[("a.org", &public_note("a", "Apple", "red"))]);
    let public = home.public();
    assert_eq!(public.list(&Default::default()).unwrap().1, 1);
    std::fs::rename(home.note(""), home.path("away")).unwrap();
    assert_eq!(public.list(&Default::default()).unwrap().1, 0);
    assert_eq!(public.search("red", 10).unwrap().total, 0);
    let vault = Vault::open(&home.config()).unwrap();
    assert_eq!(vault.sync(&mut |_, _| true).unwrap_err().kind(), "not-found");
    assert!(vault.nodes().unwrap().is_empty());
    std::fs::rename(home.path("away"), home.note("")).unwrap();
    assert_eq!(titles(&vault), ["Apple"]);
}
