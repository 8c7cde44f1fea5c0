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
