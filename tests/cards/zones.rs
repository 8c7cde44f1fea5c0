//! Somebody who travels: the binary, in one time zone after another.

use std::process::Command;

use serde_json::Value;

use crate::home::Home;

/// What `memento card` prints as JSON in a time zone at a time.
fn card(home: &Home, zone: &str, now: &str, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_memento"))
        .arg("card")
        .args(arguments)
        .arg("--json")
        .env_clear()
        .env("HOME", home.dir.path())
        .env("MEMENTO_DATA_DIR", home.path("data"))
        .env("MEMENTO_NOTES_DIR", home.path("notes"))
        .env("MEMENTO_CLAUDE_DIR", home.path("claude"))
        .env("MEMENTO_NOW", now)
        .env("TZ", zone)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.code() == Some(0), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&said).unwrap()
}

const TOKYO: &str = "Asia/Tokyo";
const HONOLULU: &str = "Pacific/Honolulu";

fn create(home: &Home, question: &str) -> String {
    let now = "2026-01-01T00:00:00Z";
    let made = card(home, TOKYO, now, &["create", "--question", question, "--answer", "yes", "--algorithm", "sm2"]);
    id(&made)
}

/// The id of the card that the answer is about, wherever it stands.
fn id(value: &Value) -> String {
    let card = value.get("card").unwrap_or(value);
    card["id"].as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

fn schedule(home: &Home, zone: &str, now: &str, id: &str) -> Value {
    let shown = card(home, zone, now, &["show", id]);
    let shown = shown.get("cards").map_or(&shown, |cards| &cards[0]);
    let shown = shown.as_array().map_or(shown, |cards| &cards[0]);
    let shown = shown.get("card").unwrap_or(shown);
    shown["schedule"].clone()
}

#[test]
fn who_flies_west_does_not_live_a_day_twice() {
    let home = Home::new();
    let (one, other) = (create(&home, "one"), create(&home, "other"));
    // Ten in the morning of the 5th in Tokyo is three in the afternoon of the 4th in Honolulu.
    card(&home, TOKYO, "2026-01-05T01:00:00Z", &["review", &one, "--confidence", "4"]);
    assert_eq!(schedule(&home, TOKYO, "2026-01-05T01:00:00Z", &one)["due"], "2026-01-06");
    card(&home, HONOLULU, "2026-01-05T09:00:00Z", &["review", &other, "--confidence", "4"]);
    let schedule = schedule(&home, HONOLULU, "2026-01-05T09:00:00Z", &other);
    assert_eq!((&schedule["last"], &schedule["due"]), (&"2026-01-05".into(), &"2026-01-06".into()));
}

#[test]
fn a_replay_elsewhere_changes_nothing() {
    let home = Home::new();
    let one = create(&home, "one");
    // On some of these days it is another date in Honolulu.
    for (now, confidence) in [
        ("2026-01-05T01:00:00Z", "4"),
        ("2026-01-06T12:00:00Z", "5"),
        ("2026-01-12T19:30:00Z", "3"),
        ("2026-01-28T01:00:00Z", "1"),
        ("2026-01-28T01:05:00Z", "4"),
    ] {
        card(&home, TOKYO, now, &["review", &one, "--confidence", confidence]);
    }
    let now = "2026-01-29T12:00:00Z";
    let before = schedule(&home, TOKYO, now, &one);
    assert_eq!((&before["last"], &before["answers"]), (&"2026-01-28".into(), &5.into()));
    for zone in [HONOLULU, "Pacific/Kiritimati", "Europe/Berlin", "UTC"] {
        card(&home, zone, now, &["replay"]);
        assert_eq!(schedule(&home, zone, now, &one), before, "{zone}");
    }
}
