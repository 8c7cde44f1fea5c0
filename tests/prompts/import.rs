//! Lines of other tools and other libraries.

use std::collections::BTreeSet;

use memento::Error;
use memento::prompts::{Format, Library, Query, Synced, export};

use crate::home::{Home, all, append, sync, texts};

fn import(library: &Library, file: &std::path::Path) -> Synced {
    library.import(file, &mut |_| true).unwrap()
}

/// All prompts of the library, in a file.
fn exported(home: &Home, library: &Library) -> std::path::PathBuf {
    let mut out = Vec::new();
    let prompts: Vec<_> = all(library).iter().map(|prompt| library.show(prompt.id).unwrap()).collect();
    export(&prompts, Format::Jsonl, true, &mut out).unwrap();
    let file = home.path("export.jsonl");
    append(&file, &String::from_utf8(out).unwrap());
    file
}

#[test]
fn what_one_library_exports_another_has_with_ratings_notes_and_tags() {
    let (home, library) = Home::with(&["one", "two", "three 😀"]);
    let ids: Vec<i64> = all(&library).iter().map(|prompt| prompt.id).collect();
    library.rate(&[ids[0]], 5).unwrap();
    library.note(ids[1], "a note").unwrap();
    library.tag(&[ids[2]], &BTreeSet::from(["rust".into(), "good".into()]), &BTreeSet::new()).unwrap();
    let file = exported(&home, &library);

    let other = Home::new();
    let there = other.library();
    let synced = import(&there, &file);
    assert_eq!((synced.new, synced.bad), (3, 0));
    let strip = |prompts: Vec<memento::prompts::Prompt>| -> Vec<_> {
        prompts.into_iter().map(|p| (p.time, p.text, p.project, p.session, p.rating, p.note, p.tags)).collect()
    };
    assert_eq!(strip(all(&there)), strip(all(&library)));
    assert_eq!((import(&there, &file).new, import(&there, &file).known), (0, 3));
}

#[test]
fn what_the_person_said_here_wins() {
    let (home, library) = Home::with(&["one"]);
    let id = all(&library)[0].id;
    library.rate(&[id], 2).unwrap();
    library.note(id, "theirs").unwrap();
    library.tag(&[id], &BTreeSet::from(["theirs".into()]), &BTreeSet::new()).unwrap();
    let file = exported(&home, &library);

    let (_other, here) = Home::with(&["one"]);
    let id = all(&here)[0].id;
    here.rate(&[id], 4).unwrap();
    here.tag(&[id], &BTreeSet::from(["mine".into()]), &BTreeSet::new()).unwrap();
    assert_eq!(import(&here, &file).known, 1);
    let prompt = here.get(id).unwrap();
    assert_eq!((prompt.rating, prompt.note.as_deref(), prompt.tags), (4, Some("theirs"), vec!["mine".to_owned()]));
}

#[test]
fn a_last_line_without_an_end_counts_and_a_bad_one_is_named() {
    let home = Home::new();
    let library = home.library();
    let file = home.path("other.jsonl");
    append(&file, "{\"prompt\":\"one\",\"timestamp\":1759403045}\nno JSON\n\n{\"prompt\":\"two\"}");
    let synced = import(&library, &file);
    assert_eq!((synced.new, synced.bad, synced.bad_lines[0].line), (2, 1, 2));
    assert_eq!(texts(&all(&library)), ["two", "one"]);
    assert!(matches!(library.import(&home.path("none"), &mut |_| true), Err(Error::NotFound(_))));
}

#[test]
fn a_deleted_prompt_is_not_imported_again() {
    let (home, library) = Home::with(&["one"]);
    let file = exported(&home, &library);
    library.delete(&[all(&library)[0].id]).unwrap();
    let synced = import(&library, &file);
    assert_eq!((synced.new, synced.deleted), (0, 1));
    assert!(library.list(&Query::default()).unwrap().prompts.is_empty());
    assert_eq!(sync(&library).new, 0);
}
