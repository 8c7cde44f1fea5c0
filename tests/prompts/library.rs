//! Finding, marking and deleting prompts.

use std::collections::BTreeSet;

use memento::Error;
use memento::prompts::{Library, Order, Query, SyncOptions};
use serde_json::json;

use crate::home::{Home, T, all, line, sync, texts};

fn find(library: &Library, query: &Query) -> Vec<String> {
    let found = library.list(query).unwrap();
    assert!(!found.more);
    found.prompts.into_iter().map(|prompt| prompt.text).collect()
}

fn search(library: &Library, text: &str) -> Vec<String> {
    find(library, &Query { text: Some(text.into()), order: Order::Oldest, ..Query::default() })
}

#[test]
fn words_phrases_prefixes_and_what_is_not_to_be_there() {
    let (_home, library) = Home::with(&[
        "Fix the parser of org files",
        "the org parser: fix the files",
        "Überprüfe die Größe der Dateien",
        "修复解析器的错误 please",
        "emoji 🚀 launch it",
        "snake_case and kebab-case in src/main.rs",
    ]);
    assert_eq!(search(&library, "parser").len(), 2);
    assert_eq!(search(&library, "\"org files\""), ["Fix the parser of org files"]);
    assert_eq!(search(&library, "pars*").len(), 2);
    assert_eq!(search(&library, "pars").len(), 0);
    assert_eq!(search(&library, "parser -\"org files\""), ["the org parser: fix the files"]);
    assert_eq!(search(&library, "uberprufe grosse").len(), 0);
    assert_eq!(search(&library, "uberprufe große").len(), 1);
    assert_eq!(search(&library, "解析器").len(), 1);
    assert_eq!(search(&library, "launch").len(), 1);
    assert_eq!(search(&library, "main.rs").len(), 1);
    assert_eq!(search(&library, "snake_case").len(), 1);
    let live = Query { text: Some("fix the fil".into()), live: true, ..Query::default() };
    assert_eq!(find(&library, &live).len(), 2);
    let nothing = library.list(&Query { text: Some("->".into()), ..Query::default() }).unwrap_err();
    assert!(matches!(nothing, Error::Invalid(_)), "{nothing}");
    for hostile in ["a\" OR 1", "NEAR(", "text:x", "* *x", "'; DROP TABLE prompt; --", "\u{0}a"] {
        let _ = library.list(&Query { text: Some(hostile.into()), ..Query::default() });
        assert_eq!(library.count().unwrap(), 6, "{hostile}");
    }
}

#[test]
fn every_filter_leaves_what_it_says() {
    let home = Home::new();
    let day = 86_400_000;
    home.append(&[
        line("one", T, "/home/ann/app", "aaa-1"),
        line("two", T + day, "/home/ann/app-web", "aaa-2"),
        line("three", T + 2 * day, "/srv/APP", "bbb"),
        line("/clear", T + 2 * day + 1, "/srv/APP", "bbb"),
        line("four, the longest of them", T + 3 * day, "/r/100%_x", "c*c"),
    ]);
    let library = home.library();
    sync(&library);
    let newest = |query: Query| find(&library, &query);
    let none = Query::default;
    assert_eq!(newest(none()), ["four, the longest of them", "three", "two", "one"]);
    assert_eq!(newest(Query { commands: true, ..none() }).len(), 5);
    assert_eq!(newest(Query { project: Some("app".into()), ..none() }), ["three", "one"]);
    assert_eq!(newest(Query { project: Some("/home/ann/app".into()), ..none() }), ["one"]);
    assert_eq!(newest(Query { project: Some("ann".into()), ..none() }), ["two", "one"]);
    assert_eq!(newest(Query { project: Some("100%_".into()), ..none() }).len(), 1);
    assert_eq!(newest(Query { project: Some("nowhere".into()), ..none() }).len(), 0);
    assert_eq!(newest(Query { session: Some("aaa".into()), ..none() }), ["two", "one"]);
    assert_eq!(newest(Query { session: Some("c*".into()), ..none() }).len(), 1);
    assert_eq!(newest(Query { session: Some("?".into()), ..none() }).len(), 0);
    assert_eq!(newest(Query { since: Some(T + 1), until: Some(T + 2 * day), ..none() }), ["two"]);
    assert_eq!(
        newest(Query { text: Some("t*".into()), since: Some(T + 2 * day), ..none() }),
        ["four, the longest of them", "three"]
    );
    assert_eq!(newest(Query { order: Order::Oldest, limit: None, ..none() })[0], "one");
    assert_eq!(newest(Query { order: Order::Length, ..none() })[0], "four, the longest of them");
    let page = library.list(&Query { limit: Some(2), offset: 1, ..none() }).unwrap();
    assert_eq!((texts(&page.prompts), page.more), (vec!["three", "two"], true));
    let page = library.list(&Query { limit: Some(2), offset: 2, ..none() }).unwrap();
    assert_eq!((texts(&page.prompts), page.more), (vec!["two", "one"], false));
    let projects: Vec<(String, usize)> =
        library.projects().unwrap().into_iter().map(|count| (count.project, count.prompts)).collect();
    assert_eq!(projects[0], ("/srv/APP".to_owned(), 2));
}

#[test]
fn marks_are_kept_apart_and_survive_another_import() {
    let (home, library) = Home::with(&["one", "two", "three"]);
    let tags = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<BTreeSet<_>>();
    let marked = library.rate(&[1, 3], 5).unwrap();
    assert_eq!((marked[0].before.rating, marked[0].after.rating), (0, 5));
    library.rate(&[3], 2).unwrap();
    library.note(2, "  it worked\n\n").unwrap();
    library.tag(&[1, 2], &tags(&["rust", "Ärger"]), &tags(&[])).unwrap();
    library.tag(&[1], &tags(&["new"]), &tags(&["rust"])).unwrap();
    let options = SyncOptions { all: true, ..SyncOptions::default() };
    assert_eq!(library.sync(&options, &mut |_| true).unwrap().known, 3);
    let found = all(&library);
    assert_eq!(found.iter().map(|p| p.rating).collect::<Vec<_>>(), [5, 0, 2]);
    assert_eq!(found[1].note.as_deref(), Some("  it worked"));
    assert_eq!(found[0].tags, ["new", "Ärger"]);
    let newest = |query: Query| find(&library, &query);
    let none = Query::default;
    assert_eq!(newest(Query { min_rating: Some(3), ..none() }), ["one"]);
    assert_eq!(newest(Query { max_rating: Some(3), ..none() }), ["three"]);
    assert_eq!(newest(Query { rated: Some(true), ..none() }), ["three", "one"]);
    assert_eq!(newest(Query { rated: Some(false), ..none() }), ["two"]);
    assert_eq!(newest(Query { has_note: Some(true), ..none() }), ["two"]);
    assert_eq!(newest(Query { has_note: Some(false), ..none() }), ["three", "one"]);
    assert_eq!(newest(Query { tag: Some("rust".into()), ..none() }), ["two"]);
    assert_eq!(newest(Query { order: Order::Rating, ..none() }), ["one", "three", "two"]);
    assert_eq!(newest(Query { text: Some("one".into()), min_rating: Some(5), ..none() }), ["one"]);
    library.rate(&[1], 0).unwrap();
    library.note(2, " \n").unwrap();
    assert_eq!(library.get(1).unwrap().rating, 0);
    assert_eq!(library.get(2).unwrap().note, None);
    drop(library);
    assert_eq!(home.library().get(3).unwrap().rating, 2, "what was stored is read by the next one");
}

#[test]
fn a_mark_that_makes_no_sense_changes_nothing() {
    let (_home, library) = Home::with(&["one", "two"]);
    assert!(matches!(library.rate(&[1], 6), Err(Error::Invalid(_))));
    assert!(matches!(library.rate(&[1, 99], 5), Err(Error::NotFound(_))));
    assert!(matches!(library.delete(&[1, 99]), Err(Error::NotFound(_))));
    let bad: BTreeSet<String> = ["a b".to_owned(), "ok".to_owned()].into();
    assert!(matches!(library.tag(&[1], &bad, &BTreeSet::new()), Err(Error::Invalid(_))));
    let found = all(&library);
    assert!(found.iter().all(|prompt| prompt.rating == 0 && prompt.tags.is_empty()), "{found:?}");
    assert!(library.get(99).unwrap_err().to_string().contains("prompt 99"));
}

#[test]
fn what_was_deleted_is_gone_from_the_disk_and_does_not_come_back_by_itself() {
    let home = Home::new();
    let secret = "xyzzyplugh";
    let pasted = json!({"display": format!("my {secret} [Pasted text #1]"), "timestamp": T, "project": "/r", "sessionId": "s",
        "pastedContents": {"1": {"id": 1, "type": "text", "content": format!("pasted {secret} 解析")}}});
    home.append(&[pasted.to_string(), line("stays", T + 1, "/r", "s")]);
    let library = home.library();
    sync(&library);
    assert_eq!(search(&library, secret).len(), 1);
    assert_eq!(search(&library, "pasted 解析").len(), 1);
    assert!(library.show(1).unwrap().pasted.unwrap()["1"]["content"].is_string());
    library.rate(&[1], 5).unwrap();
    let deleted = library.delete(&[1]).unwrap();
    assert_eq!(deleted[0].id, 1);
    assert_eq!(search(&library, secret).len(), 0);
    assert!(matches!(library.get(1), Err(Error::NotFound(_))));
    let again = SyncOptions { all: true, ..SyncOptions::default() };
    let synced = library.sync(&again, &mut |_| true).unwrap();
    assert_eq!((synced.new, synced.known, synced.deleted), (0, 1, 1));
    for entry in std::fs::read_dir(home.path("data")).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        let there = memchr::memmem::find(&bytes, secret.as_bytes()).is_some();
        assert!(!there, "{} still has it", entry.path().display());
    }
    let restore = SyncOptions { restore: true, ..SyncOptions::default() };
    assert_eq!(library.sync(&restore, &mut |_| true).unwrap().new, 1);
    let back = library.get(1).unwrap();
    assert_eq!((back.rating, back.text.contains(secret)), (5, true));
    assert_eq!(search(&library, secret).len(), 1);
    home.append(&[line("new", T + 2, "/r", "s")]);
    sync(&library);
    assert_eq!(library.get(3).unwrap().text, "new");
}

#[test]
fn a_key_is_not_found_out_by_searching_for_its_start() {
    let key = format!("AKIA{}", "J7Q2WXN4PLKD3RTZ");
    let home = Home::new();
    let pasted = json!({"display": format!("deploy with {key} [Pasted text #1]"), "timestamp": T, "project": "/r", "sessionId": "s",
        "pastedContents": {"1": {"id": 1, "type": "text", "content": format!("id = {key}\nregion = north")}}});
    home.append(&[pasted.to_string()]);
    let library = home.library();
    assert_eq!(sync(&library).secrets, 1);
    assert!(!library.get(1).unwrap().secrets.is_empty());
    assert_eq!((search(&library, "deploy").len(), search(&library, "north").len()), (1, 1));
    for part in 4..=key.len() {
        assert_eq!(search(&library, &format!("{}*", &key[..part])).len(), 0, "{}", &key[..part]);
    }
    library.delete(&[1]).unwrap();
    for word in ["deploy", "north", "region", "aws*"] {
        assert_eq!(search(&library, word).len(), 0, "{word}");
    }
    for entry in std::fs::read_dir(home.path("data")).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(memchr::memmem::find(&bytes, b"north").is_none(), "{}", entry.path().display());
    }
}

#[test]
fn a_number_is_never_given_to_another() {
    let (home, library) = Home::with(&["one", "two"]);
    library.delete(&[2]).unwrap();
    home.append(&[line("three", T + 9000, "/r", "s")]);
    sync(&library);
    assert_eq!(library.get(3).unwrap().text, "three");
    assert!(library.get(2).is_err());
}

#[test]
fn what_asks_alike_is_found() {
    let (_home, library) = Home::with(&[
        "Fix the failing test in the parser module",
        "fix the failing test in the lexer module!",
        "Fix the failing test in the parser module",
        "write a poem about the sea",
        "/clear",
        "修复解析器的错误",
        "请修复解析器的错误",
    ]);
    let found = library.similar("Fix the failing test in the parser module", Some(1), 0.3, 10).unwrap();
    let ids: Vec<i64> = found.iter().map(|similar| similar.prompt.id).collect();
    assert_eq!(ids, [3, 2]);
    assert!(found[0].similarity > 0.999 && found[1].similarity < 0.999, "{found:?}");
    let chinese = library.similar("修复解析器的错误", Some(6), 0.5, 10).unwrap();
    assert_eq!(chinese.iter().map(|similar| similar.prompt.id).collect::<Vec<_>>(), [7]);
    assert!(library.similar("…", None, 0.0, 10).unwrap().is_empty());
}

#[test]
fn hours_and_weekdays_are_those_of_the_local_time_zone() {
    use chrono::{Datelike, Local, TimeZone, Timelike};
    let (_home, library) = Home::with(&["one"]);
    let time = Local.timestamp_millis_opt(T).unwrap();
    let (hour, weekday) = (time.hour() as u8, time.weekday().num_days_from_monday() as u8);
    let count = |query: Query| find(&library, &query).len();
    for n in 0..24 {
        assert_eq!(count(Query { hour: Some(n), ..Query::default() }), usize::from(n == hour), "{n}");
    }
    for n in 0..7 {
        assert_eq!(count(Query { weekday: Some(n), ..Query::default() }), usize::from(n == weekday), "{n}");
    }
}

#[test]
fn words_beside_a_script_without_blanks_are_found() {
    let (_home, library) = Home::with(&[
        "Reactを使うコンポーネント",
        "检查API接口v2的错误",
        "第3章 日本語の検索1 です",
        "reaction of APIs",
    ]);
    for (query, want) in [
        ("React", vec!["Reactを使うコンポーネント"]),
        ("api", vec!["检查API接口v2的错误"]),
        ("API接口", vec!["检查API接口v2的错误"]),
        ("接口v2", vec!["检查API接口v2的错误"]),
        ("検索1", vec!["第3章 日本語の検索1 です"]),
        ("\"日本語の検索1\"", vec!["第3章 日本語の検索1 です"]),
        ("第3章", vec!["第3章 日本語の検索1 です"]),
        ("react* -api", vec!["reaction of APIs", "Reactを使うコンポーネント"]),
        ("React接口", vec![]),
    ] {
        let found = library.list(&Query { text: Some(query.to_owned()), ..Query::default() }).unwrap().prompts;
        assert_eq!(texts(&found), want, "{query}");
    }
    // What is deleted is forgotten by its words.
    library.delete(&[1, 2]).unwrap();
    let found = library.list(&Query { text: Some("API".to_owned()), ..Query::default() }).unwrap();
    assert!(found.prompts.is_empty());
}

#[test]
fn a_project_of_private_prompts_hides_no_other() {
    let home = Home::new();
    let key = format!("ghp_{}", "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY2zA4");
    home.append(&[
        line("hidden", T, "/r/client", "s"),
        line("seen", T + 1, "/r/client-tools", "s"),
        line("keyed", T + 2, &format!("/r/{key}"), "s"),
    ]);
    let library = home.library();
    sync(&library);
    library.tag(&[1], &["PRIVATE".to_owned()].into(), &BTreeSet::new()).unwrap();
    let of = |project: &str, public: bool| {
        find(&library, &Query { project: Some(project.to_owned()), public, ..Query::default() })
    };
    assert_eq!((of("client", false), of("client", true)), (vec!["hidden".to_owned()], vec!["seen".to_owned()]));
    assert_eq!((of(&key[..9], false).len(), of(&key[..9], true).len()), (1, 0));
}
