//! Leases: taken once, renewed by use, ended by time.

use crate::home::Home;

fn three_remarks() -> Home {
    let home = Home::new();
    home.repository("app", &[("a.rs", "1\n2\n3\n")]);
    home.add("app/a.rs:1", "style", &["--category", "style"]);
    home.add("app/a.rs:2", "wrong", &["--category", "correctness"]);
    home.add("app/a.rs:3", "slow", &["--category", "performance"]);
    home
}

fn take(home: &Home, session: &str) -> Option<String> {
    let run = home.run(&["review", "next", "--session", session, "--json"]);
    let entry: serde_json::Value = serde_json::from_str(&run.out()).unwrap();
    assert_eq!(run.code(), i32::from(entry.is_null()), "{}", run.err());
    entry["comment"].as_str().map(str::to_owned)
}

/// The end of the first lease, in seconds since 1970.
fn first_lease(home: &Home) -> i64 {
    let text = home.log_text();
    let end = text.lines().find_map(|l| l.trim().strip_prefix(":CLAIMED_UNTIL: ")).unwrap();
    chrono::DateTime::parse_from_rfc3339(end).unwrap().timestamp()
}

/// Sets every lease's end.
fn set_leases(home: &Home, until: &str) {
    let text = home.log_text();
    let lines = text.lines().map(|l| match l.split_once(":CLAIMED_UNTIL:") {
        Some((indent, _)) => format!("{indent}:CLAIMED_UNTIL: {until}\n"),
        None => format!("{l}\n"),
    });
    home.write_log(&lines.collect::<String>());
}

#[test]
fn remarks_come_in_the_order_of_work_and_each_once() {
    let home = three_remarks();
    assert_eq!(take(&home, "a").as_deref(), Some("wrong"));
    assert_eq!(take(&home, "a").as_deref(), Some("slow"), "what the caller holds is not given to it again");
    assert_eq!(take(&home, "b").as_deref(), Some("style"));
    assert_eq!(take(&home, "b"), None);
    assert_eq!(home.json(&["list", "--mine", "--session", "a"]).as_array().unwrap().len(), 2);
}

#[test]
fn older_ones_come_first_whatever_their_place() {
    let home = Home::new();
    home.write_log(
        "** TODO [[file:~/x::1][x:1]]\n:PROPERTIES:\n:TIMESTAMP: [2026-03-01 Sun 10:00]\n:END:\nnew\n\
         ** TODO [[file:~/x::2][x:2]]\n:PROPERTIES:\n:TIMESTAMP: [2025-03-01 Sat 10:00]\n:END:\nold\n",
    );
    assert_eq!(take(&home, "a").as_deref(), Some("old"));
}

#[test]
fn another_s_live_lease_is_a_conflict_and_changes_nothing() {
    let home = three_remarks();
    take(&home, "a");
    let id = home.json(&["list", "--mine", "--session", "a"])[0]["id"].as_str().unwrap().to_owned();
    let before = home.log_text();
    let run = home.run(&["review", "done", &id, "--session", "b", "--test", "true"]);
    assert_eq!(run.code(), 1);
    assert!(run.err().contains("is held by a for another 30 min"), "{}", run.err());
    assert_eq!(home.run(&["review", "release", &id, "--session", "b"]).code(), 1);
    assert_eq!(home.log_text(), before);
}

#[test]
fn a_lease_ends_by_itself() {
    let home = three_remarks();
    assert_eq!(take(&home, "a").as_deref(), Some("wrong"));
    set_leases(&home, "2020-01-01T00:00:00+00:00");
    assert_eq!(take(&home, "b").as_deref(), Some("wrong"));
    assert!(home.json(&["list", "--state", "all"]).as_array().unwrap().len() == 3);
}

#[test]
fn any_later_call_of_its_holder_renews_it() {
    let home = three_remarks();
    take(&home, "a");
    let soon = chrono::Utc::now() + chrono::TimeDelta::minutes(2);
    let until = || first_lease(&home) - soon.timestamp();
    let id = home.json(&["list", "--mine", "--session", "a"])[0]["id"].as_str().unwrap().to_owned();
    let calls: [&[&str]; 4] =
        [&["list", "--session", "a"], &["show", &id, "--session", "a"], &["next", "--session", "a"], &["list"]];
    for (call, renews) in calls.iter().zip([true, true, true, false]) {
        set_leases(&home, &soon.to_rfc3339());
        home.json(call);
        assert_eq!(until() > 20 * 60, renews, "{call:?}");
    }
}

#[test]
fn commands_without_a_session_of_their_own_renew_too() {
    let home = three_remarks();
    take_default(&home);
    let soon = chrono::Utc::now() + chrono::TimeDelta::minutes(2);
    for call in [&["stats"][..], &["prompt", "--all"], &["add", "app/a.rs:1", "-m", "more"]] {
        set_leases(&home, &soon.to_rfc3339());
        home.json(call);
        assert!(first_lease(&home) - soon.timestamp() > 20 * 60, "{call:?}");
    }
}

#[test]
fn the_environment_names_the_session() {
    let home = three_remarks();
    let output = home.memento(&["review", "next", "--json"]).env("MEMENTO_SESSION", "worker").output().unwrap();
    let entry: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(entry["claimed_by"], "worker");
    let own = take_default(&home);
    assert!(own.starts_with("ann@"), "{own}");
    assert_eq!(own, take_default(&home), "the same from one call to the next");
}

fn take_default(home: &Home) -> String {
    home.json(&["next"])["claimed_by"].as_str().unwrap().to_owned()
}

#[test]
fn release_makes_it_free_again_byte_for_byte() {
    let home = three_remarks();
    let before = home.log_text();
    take(&home, "a");
    let id = home.json(&["list", "--mine", "--session", "a"])[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.run(&["review", "release", &id]).code(), 0);
    assert_eq!(home.log_text(), before);
    let again = home.run(&["review", "release", &id]);
    assert_eq!((again.code(), again.err().contains("nobody holds")), (1, true), "{}", again.err());
}
