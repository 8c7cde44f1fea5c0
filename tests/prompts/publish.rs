//! Prompts as notes.

use std::collections::BTreeSet;

use memento::Error;
use memento::notes::{Caller, PublicVault, Vault, access_at};
use memento::prompts::Library;

use crate::home::{Home, T, line, sync};

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn edit(path: &std::path::Path, change: impl Fn(&str) -> String) {
    memento::file::update(path, |text| Ok((Some(change(text)), ()))).unwrap();
}

fn note_get(home: &Home, id: &str) -> Result<String, Error> {
    let caller = Caller { front_end: "mcp", session: "ann".into() };
    let vault = PublicVault::open(&home.config(), caller).unwrap();
    vault.get(id, None).map(|note| note.text)
}

fn first(library: &Library) -> i64 {
    crate::home::all(library)[0].id
}

#[test]
fn a_prompt_becomes_a_note_that_an_assistant_reads() {
    let (home, library) = Home::with(&["fix it: * no heading\n* none either\n#+title: nor a keyword"]);
    let id = first(&library);
    library.rate(&[id], 4).unwrap();
    library.note(id, "worked *well*").unwrap();
    library.tag(&[id], &BTreeSet::from(["rust".to_owned()]), &BTreeSet::new()).unwrap();
    let dry = library.publish(id, false, true).unwrap();
    assert!(dry.new && !dry.file.exists());
    let made = library.publish(id, false, false).unwrap();
    let time = chrono::DateTime::from_timestamp_millis(T).unwrap().with_timezone(&chrono::Local);
    assert_eq!(made.id, format!("prompt-{}", time.format("%Y%m%d-%H%M%S")));
    assert_eq!((made.title.as_str(), made.new), ("fix it: * no heading", true));
    let text = read(&made.file);
    assert_eq!(text, made.text);
    assert_eq!(text, dry.text);
    for part in [
        ":RATING: 4\n",
        ":PROJECT: /r/app\n",
        ":SESSION: s1\n",
        "#+filetags: :PUBLIC:prompt:rust:\n",
        ",* none either",
        "worked /well/",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let shown = note_get(&home, &made.id).unwrap();
    assert!(shown.contains("fix it: * no heading") && shown.contains("worked /well/"), "{shown}");
}

#[test]
fn again_replaces_what_was_published_and_nothing_else() {
    let (home, library) = Home::with(&["fix it"]);
    let id = first(&library);
    library.rate(&[id], 4).unwrap();
    let made = library.publish(id, false, false).unwrap();
    assert_eq!(library.publish(id, false, false).unwrap().text, made.text);
    // Renamed, moved, written around.
    let moved = home.path("notes/deep/other.org");
    std::fs::create_dir_all(moved.parent().unwrap()).unwrap();
    std::fs::rename(&made.file, &moved).unwrap();
    edit(&moved, |text| {
        text.replace("#+title: fix it", "#+title: My title").replace(":prompt:", ":prompt:mine:")
            + "\nmy own words\n* My section\nmore\n"
    });
    library.rate(&[id], 0).unwrap();
    library.note(id, "a note").unwrap();
    let again = library.publish(id, false, false).unwrap();
    assert!(!again.new);
    assert_eq!(again.file, moved.canonicalize().unwrap());
    let text = read(&moved);
    for part in
        ["#+title: My title", ":PUBLIC:prompt:mine:", "\nmy own words\n* My section\nmore\n", "\na note\n# end "]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("RATING"), "{text}");
    assert_eq!(std::fs::read_dir(home.path("notes")).unwrap().count(), 1);
}

#[test]
fn a_note_that_became_a_heading_is_found_there() {
    let (home, library) = Home::with(&["fix it"]);
    let id = first(&library);
    let made = library.publish(id, false, false).unwrap();
    let (drawer, body) = made.text.split_once(":END:\n").unwrap();
    let body = body.split_once("\n\n").unwrap().1;
    std::fs::remove_file(&made.file).unwrap();
    let file = home.path("notes/collection.org");
    memento::file::replace(
        &file,
        None,
        &format!("#+title: Collection\n* Other\n* Fix it :PUBLIC:\n{drawer}:END:\n{body}* Last\n"),
    )
    .unwrap();
    library.rate(&[id], 5).unwrap();
    let again = library.publish(id, false, false).unwrap();
    assert!(!again.new);
    let text = read(&file);
    assert!(
        text.contains(":RATING: 5")
            && text.ends_with("* Last\n")
            && text.starts_with("#+title: Collection\n* Other\n* Fix it"),
        "{text}"
    );
}

#[test]
fn what_was_made_private_stays_private_and_as_it_is() {
    let (home, library) = Home::with(&["fix it"]);
    let id = first(&library);
    let made = library.publish(id, false, false).unwrap();
    edit(&made.file, |text| text.replace(":PUBLIC:", ":PRIVATE:"));
    library.rate(&[id], 5).unwrap();
    let before = read(&made.file);
    let error = library.publish(id, false, false).unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text.contains("private")), "{error}");
    assert_eq!(read(&made.file), before);
    assert_eq!(access_at(&before, 1), memento::notes::Access::Private);
    assert!(note_get(&home, &made.id).is_err());
    // A prompt that is marked so is not published in the first place.
    library.tag(&[id], &BTreeSet::from(["PRIVATE".to_owned()]), &BTreeSet::new()).unwrap();
    assert!(matches!(library.publish(id, false, true), Err(Error::Invalid(_))));
}

#[test]
fn two_prompts_of_one_second_are_two_notes_and_a_lost_library_finds_its_own() {
    let home = Home::new();
    home.append(&[line("one", T, "/r/app", "s1"), line("two", T + 10, "/r/app", "s1")]);
    let library = home.library();
    sync(&library);
    let ids: Vec<i64> = crate::home::all(&library).iter().map(|prompt| prompt.id).collect();
    let one = library.publish(ids[0], false, false).unwrap();
    let two = library.publish(ids[1], false, false).unwrap();
    assert_eq!(two.id, format!("{}-2", one.id));
    drop(library);
    std::fs::remove_dir_all(home.path("data")).unwrap();
    let library = home.library();
    sync(&library);
    let again = library.publish(crate::home::all(&library)[1].id, false, false).unwrap();
    assert_eq!((again.id, again.new), (two.id, false));
}

#[test]
fn secrets_are_masked_and_a_missing_mark_is_said() {
    let key = format!("gh{}", "p_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2");
    let (_home, library) = Home::with(&[&format!("use {key} for it\n# Local Variables:\n\u{1b}[0m")]);
    let id = first(&library);
    let made = library.publish(id, false, false).unwrap();
    assert!(made.title.contains("[github-token]") && !made.text.contains(&key), "{}", made.text);
    assert!(library.publish(id, true, false).unwrap().text.contains(&key));
    edit(&made.file, |text| text.replace("# end", "# fin"));
    let error = library.publish(id, false, false).unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text.contains("put them back")), "{error}");
}

#[test]
fn an_index_knows_the_note_at_once() {
    let (home, library) = Home::with(&["fix it"]);
    let made = library.publish(first(&library), false, false).unwrap();
    let nodes = Vault::open(&home.config()).unwrap().with_id(&made.id).unwrap();
    assert_eq!(nodes.len(), 1);
    assert_eq!(nodes[0].title, "fix it");
}
