//! A log that a person has written into: all of it survives every operation byte for byte.

use crate::home::Home;

const LOG: &str = "\u{feff}# mine\n#+TITLE: My reviews\n#+TODO: TODO WAIT(w@/!) | DONE DROPPED\n\nSome words.\n\n\
* Inbox :work:\nText of my own.\n\
** TODO [[file:~/app/cli.py::2][cli.py:2]]  :security:\n\
\t:properties:\n\t:PROJECT: app\n\t:mine+: kept\n\t:EMPTY:\n\t:TIMESTAMP: [2025-09-30 Mon 14:23]\n\t:end:  \n\
\tToo generic\n\n\t  - catch\n\t* not a headline\n\
*** A note of my own\n    with text\n\
** WAIT [#A] [[file:~/app/cli.py::1][cli.py:1]]\nNo drawer, no indentation.\n\n\n\
** DROPPED [[file:~/app/gone.py::9][gone.py:9]]\n   CLOSED: [2025-10-02 Thu 10:00] DEADLINE: <2025-10-03 Fri>\n\
** TODO buy milk\n* Last\nno final newline";

fn home() -> Home {
    let home = Home::new();
    home.write("app/cli.py", "import os\nexcept Exception:\n    pass\n");
    home.write_log(LOG);
    home
}

fn id_of(home: &Home, comment: &str) -> String {
    let all = home.json(&["list", "--state", "all"]);
    let found = all.as_array().unwrap().iter().find(|e| e["comment"].as_str().unwrap().starts_with(comment)).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// The lines that are only in `after`; every line of `before` must be in `after`, in order.
fn added(before: &str, after: &str) -> Vec<String> {
    let mut rest = before.split('\n').peekable();
    let added = after.split('\n').filter(|line| rest.next_if(|b| b == line).is_none()).map(str::to_owned).collect();
    assert_eq!(rest.next(), None, "a line is gone from\n{after}");
    added
}

#[test]
fn it_is_read_as_it_is() {
    let home = home();
    let all = home.json(&["list", "--state", "all"]);
    let all = all.as_array().unwrap();
    assert_eq!(all.iter().map(|e| e["keyword"].as_str().unwrap()).collect::<Vec<_>>(), ["TODO", "WAIT", "DROPPED"]);
    assert_eq!(all[0]["comment"], "Too generic\n\n  - catch\n* not a headline");
    assert_eq!((&all[0]["category"], &all[0]["line"]), (&"security".into(), &2.into()));
    assert_eq!((&all[1]["project"], &all[1]["done"]), (&"app".into(), &false.into()));
    assert_eq!((&all[2]["done"], all[2]["closed"].as_str().unwrap()), (&true.into(), "[2025-10-02 Thu 10:00]"));
    assert_eq!(home.log_text(), LOG, "reading writes nothing");
}

#[test]
fn entries_without_an_id_are_addressed_and_get_it_on_the_first_edit() {
    let home = home();
    let id = id_of(&home, "Too generic");
    assert_eq!(home.json(&["show", &id])["id"], id);
    home.json(&["next", "--session", "s"]);
    let new = added(LOG, &home.log_text());
    assert_eq!(new[0], format!("\t:ID: {id}"));
    assert_eq!(new[1], "\t:CLAIMED_BY: s");
    assert!(new[2].starts_with("\t:CLAIMED_UNTIL: "), "{new:?}");
    assert_eq!(new.len(), 3);
    assert_eq!(home.json(&["show", &id])["claimed_by"], "s");
}

#[test]
fn closing_and_reopening_change_one_keyword_and_the_properties() {
    let home = home();
    let id = id_of(&home, "No drawer");
    home.json(&["done", &id, "--no-test", "words", "--session", "s"]);
    let text = home.log_text();
    assert!(text.contains("** DONE [#A] [[file:~/app/cli.py::1][cli.py:1]]\n"), "{text}");
    let as_before = text.replace("** DONE [#A]", "** WAIT [#A]");
    let new = added(LOG, &as_before);
    assert!(new.iter().all(|l| l.trim().starts_with(':') || l.trim().starts_with("CLOSED: [")), "{new:?}");
    home.json(&["reopen", &id]);
    let new = added(LOG, &home.log_text().replace("** TODO [#A]", "** WAIT [#A]"));
    assert!(
        new.iter()
            .all(|l| [":PROPERTIES:", ":END:"].contains(&l.trim()) || l.contains(":ID:") || l.contains(":REOPENED:")),
        "{new:?}"
    );
}

#[test]
fn adding_leaves_every_byte_and_goes_where_the_project_is() {
    let home = home();
    home.add("app/cli.py:3", "pass?", &[]);
    let text = home.log_text();
    let new = added(LOG, &text);
    assert!(new[0].starts_with("** TODO [[file:~/app/cli.py::3][cli.py:3]]"), "{new:?}");
    assert!(text.find("pass?").unwrap() < text.find("* Last\n").unwrap(), "{text}");
    assert!(text.ends_with("* Last\nno final newline"));
    home.write("other/x.py", "1\n");
    home.add("other/x.py:1", "another project", &[]);
    let tail = home.log_text();
    assert!(
        tail[tail.find("no final newline").unwrap()..].starts_with("no final newline\n* other\n** TODO [["),
        "{tail}"
    );
}

#[test]
fn deleting_gives_the_text_back_and_spares_the_person_s_headings() {
    let home = home();
    let log = memento::review::Log::new(
        memento::Config::load(memento::config::Env::from_pairs([format!("HOME={}", home.path("").display())])).unwrap(),
    );
    let refused = log.delete(&id_of(&home, "Too generic")).unwrap_err();
    assert!(refused.to_string().contains("headings of your own"), "{refused}");
    let removed = log.delete(&id_of(&home, "No drawer")).unwrap();
    assert!(removed.starts_with("** WAIT [#A]") && removed.ends_with("indentation.\n\n\n"), "{removed:?}");
    assert_eq!(home.log_text(), LOG.replace(&removed, ""));
}

#[test]
fn editing_replaces_the_words_alone() {
    let home = home();
    let log = memento::review::Log::new(
        memento::Config::load(memento::config::Env::from_pairs([format!("HOME={}", home.path("").display())])).unwrap(),
    );
    let id = id_of(&home, "Too generic");
    let entry = log.edit(&id, Some("New words\n* starred"), Some("performance")).unwrap();
    assert_eq!((entry.comment.as_str(), entry.category.as_deref()), ("New words\n* starred", Some("performance")));
    let text = home.log_text();
    let rest = |t: &str| t[t.find("*** A note").unwrap()..].to_owned();
    assert_eq!(rest(&text), rest(LOG));
    let entry = log.edit(&id, None, Some("")).unwrap();
    assert_eq!((entry.comment.as_str(), entry.category), ("New words\n* starred", None));
    assert_eq!(text[..text.find("** TODO").unwrap()], LOG[..LOG.find("** TODO").unwrap()]);
}

#[test]
fn a_flat_log_stays_flat_and_an_empty_one_gets_a_title() {
    let home = Home::new();
    home.write("app/a.py", "1\n2\n");
    home.write_log("** TODO [[file:~/other/cli.py::127][cli.py:127]]  :security:\n   :PROPERTIES:\n   :PROJECT: other\n   :END:\n   words\n");
    home.add("app/a.py:1", "one", &[]);
    assert!(!home.log_text().lines().any(|l| l.starts_with("* ")), "{}", home.log_text());
    std::fs::remove_file(home.log()).unwrap();
    home.add("app/a.py:1", "one", &[]);
    assert!(home.log_text().starts_with("#+title: Code review\n\n* app\n** TODO [[file:~/app/a.py::1][a.py:1]]\n"));
}

#[test]
fn crlf_stays_crlf() {
    let home = home();
    let log = LOG.replace('\n', "\r\n");
    home.write_log(&log);
    home.json(&["next"]);
    home.add("app/cli.py:3", "pass?", &[]);
    let text = home.log_text();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    assert_eq!(home.json(&["list", "--state", "all"]).as_array().unwrap().len(), 4);
}

#[test]
fn a_copied_entry_is_addressable_and_gets_an_id_of_its_own() {
    let home = Home::new();
    let one = "** TODO [[file:~/x::1][x:1]]\n:PROPERTIES:\n:ID: same\n:END:\nwords\n";
    home.write_log(&format!("{one}{one}"));
    let copy = home.json(&["list"])[1]["id"].as_str().unwrap().to_owned();
    assert_ne!(copy, "same");
    home.json(&["done", &copy, "--no-test", "x"]);
    let all = home.json(&["list", "--state", "all"]);
    assert_eq!((&all[0]["id"], &all[0]["done"]), (&"same".into(), &false.into()));
    assert_eq!((all[1]["id"].as_str().unwrap(), &all[1]["done"]), (copy.as_str(), &true.into()));
    assert!(home.log_text().starts_with(one));
}

#[test]
fn nothing_new_goes_where_things_are_put_away_or_below_a_remark() {
    let home = Home::new();
    home.write("p/a.py", "1\n2\n");
    home.write_log(
        "* p\n** TODO [[file:~/p/a.py::1][a.py:1]]\n:PROPERTIES:\n:TIMESTAMP: [2025-01-01 Wed 10:00]\n:END:\none\n\
         *** DONE [[file:~/p/a.py::1][a.py:1]]\n:PROPERTIES:\n:TIMESTAMP: [2025-02-01 Sat 10:00]\n:END:\nnested\n\
         * Archive :ARCHIVE:\n** DONE [[file:~/p/a.py::1][a.py:1]]\n:PROPERTIES:\n:TIMESTAMP: [2025-03-01 Sat 10:00]\n:END:\nold\n",
    );
    home.add("p/a.py:2", "new", &[]);
    let text = home.log_text();
    let at = |what: &str| text.find(what).unwrap();
    assert!(at("nested") < at("new") && at("new") < at("* Archive"), "{text}");
    assert!(text.contains("\n** TODO [[file:~/p/a.py::2][a.py:2]]\n"), "{text}");
}

#[test]
fn words_after_the_link_are_the_remark_and_org_s_own_drawers_are_not() {
    let home = Home::new();
    home.write("p/a.py", "1\n");
    home.write_log("** TODO [[file:p/a.py::1][a]] fix this :security:\n   :LOGBOOK:\n   - State from TODO\n   :END:\n   and that\n");
    let entry = home.json(&["next"]);
    assert_eq!(entry["comment"], "fix this\nand that");
    assert_eq!(entry["file"], home.path("p/a.py").to_str().unwrap());
    let log = memento::review::Log::new(
        memento::Config::load(memento::config::Env::from_pairs([format!("HOME={}", home.path("").display())])).unwrap(),
    );
    let edited = log.edit(entry["id"].as_str().unwrap(), Some("fix these"), None).unwrap();
    assert_eq!((edited.comment.as_str(), edited.category.as_deref()), ("fix these", Some("security")));
    let text = home.log_text();
    assert!(text.starts_with("** TODO [[file:p/a.py::1][a]] :security:\n   :PROPERTIES:\n"), "{text}");
    assert!(text.ends_with("   :LOGBOOK:\n   - State from TODO\n   :END:\n   fix these\n"), "{text}");
}

#[test]
fn a_log_that_is_no_text_is_named_with_its_line() {
    let home = Home::new();
    std::fs::File::create(home.log()).and_then(|mut f| std::io::Write::write_all(&mut f, b"* a\n\xff\n")).unwrap();
    let run = home.run(&["review", "list"]);
    assert_eq!(run.code(), 2);
    assert!(run.err().contains("code_review.org:2: not UTF-8"), "{}", run.err());
}
