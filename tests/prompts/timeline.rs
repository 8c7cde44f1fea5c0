//! Days of prompts, from a history to lanes.

use chrono::{Local, NaiveDate, TimeZone};

use super::home::{Home, line, sync};

const DAY: i64 = 86_400_000;

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
}

fn at(day: u32, hour: u32) -> i64 {
    Local.from_local_datetime(&date(day).and_hms_opt(hour, 0, 0).unwrap()).unwrap().timestamp_millis()
}

#[test]
fn a_day_holds_its_prompts_and_names_the_days_around() {
    let home = Home::new();
    home.append(&[
        line("undated", 0, "/r/app", "s"),
        line("long before", at(1, 12) - 30 * DAY, "/r/app", "s"),
        line("before", at(1, 23), "/r/app", "s"),
        line("first", at(2, 0), "/r/app", "s"),
        line("/clear", at(2, 1), "/r/app", "s"),
        line("second", at(2, 12), "/r/other/app", "s"),
        line("after", at(4, 0), "/r/app", "s"),
    ]);
    let library = home.library();
    sync(&library);
    let timeline = library.timeline(date(2), date(2), false).unwrap();
    let lanes: Vec<(&str, Vec<&str>)> = timeline
        .lanes
        .iter()
        .map(|lane| (lane.name.as_str(), lane.bubbles.iter().map(|bubble| bubble.prompt.text.as_str()).collect()))
        .collect();
    assert_eq!(lanes, [("r/app", vec!["first"]), ("other/app", vec!["second"])]);
    assert_eq!((timeline.previous, timeline.next), (Some(date(1)), Some(date(4))));
    assert_eq!(timeline.start, at(2, 0));
    assert_eq!(timeline.lanes[0].bubbles[0].x, 0.0);
    let with_commands = library.timeline(date(2), date(2), true).unwrap();
    assert_eq!(with_commands.lanes[0].bubbles.len(), 2);
    let days = library.timeline(date(1), date(4), false).unwrap();
    assert_eq!(days.lanes.iter().map(|lane| lane.bubbles.len()).sum::<usize>(), 4);
    let empty = library.timeline(date(3), date(3), false).unwrap();
    assert_eq!((empty.lanes.len(), empty.previous, empty.next), (0, Some(date(2)), Some(date(4))));
    let wrong = library.timeline(date(3), date(2), false).unwrap_err();
    assert!(matches!(wrong, memento::Error::Invalid(_)), "{wrong}");
}

#[test]
fn the_command_line_prints_it_masked() {
    let home = Home::new();
    home.append(&[
        line("look at the parser", 1_759_403_045_000, "/r/app", "s1"),
        line("push with ghp_0123456789abcdefghijABCDEFGHIJ012345", 1_759_410_000_500, "/r/app", "s1"),
        line("what is new", 1_759_492_800_000, "/r/site", "s2"),
    ]);
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_memento"));
        let output = command
            .env_clear()
            .env("TZ", "UTC")
            .env("HOME", home.dir.path())
            .env("MEMENTO_CLAUDE_DIR", home.path(".claude"))
            .env("MEMENTO_DATA_DIR", home.path("data"))
            .args(["prompt", "timeline"])
            .args(args)
            .output()
            .unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code())
    };
    let (json, errors, code) = run(&["2025-10-02", "--json"]);
    assert_eq!((errors.as_str(), code), ("", Some(0)));
    insta::assert_snapshot!("timeline_json", json);
    let (out, errors, code) = run(&["2025-10-02", "--to", "2025-10-01", "--json"]);
    assert_eq!(code, Some(2), "{out}");
    assert_eq!(errors, "memento: 2025-10-01 is before 2025-10-02: name the earlier day first\n");
    let (page, errors, code) = run(&["2025-10-02", "--output", "-"]);
    if cfg!(feature = "web") {
        assert!(page.starts_with("<!doctype html>") && !page.contains("ghp_0123456789"));
    } else {
        assert_eq!((page.as_str(), code), ("", Some(2)));
        assert!(errors.contains("npm") && errors.lines().count() == 1, "{errors}");
    }
}
