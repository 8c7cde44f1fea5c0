//! The library in numbers.

use chrono::{Local, TimeZone};
use memento::prompts::Query;

use crate::home::{Home, line, sync};

/// Milliseconds of a local time.
fn at(year: i32, month: u32, day: u32, hour: u32) -> i64 {
    Local.with_ymd_and_hms(year, month, day, hour, 30, 0).earliest().unwrap().timestamp_millis()
}

#[test]
fn everything_is_counted_in_one_pass() {
    let home = Home::new();
    home.append(&[
        line("fix the parser", at(2025, 10, 2, 9), "/r/app", "s1"),
        line("fix it again", at(2025, 10, 2, 9) + 5, "/r/app", "s2"),
        line("/clear", at(2025, 10, 2, 10), "/r/app", "s2"),
        line(&"a long text ".repeat(20), at(2025, 10, 3, 23), "/r/web", "s2"),
        "{\"display\":\"without a date\"}".to_owned(),
    ]);
    let library = home.library();
    sync(&library);
    let prompts = crate::home::all(&library);
    let id = |text: &str| prompts.iter().find(|prompt| prompt.text.starts_with(text)).unwrap().id;
    library.rate(&[id("fix the")], 2).unwrap();
    library.rate(&[id("fix it")], 1).unwrap();
    library.rate(&[id("a long")], 5).unwrap();
    let stats = library.stats(&Query::default()).unwrap();
    assert_eq!((stats.prompts, stats.commands, stats.rated, stats.days, stats.sessions), (4, 1, 3, 2, 2));
    assert_eq!(stats.ratings, [1, 1, 0, 0, 1]);
    assert!((stats.average.unwrap() - 8.0 / 3.0).abs() < 1e-9);
    assert_eq!((stats.hours[9], stats.hours[23], stats.hours.iter().sum::<usize>()), (2, 1, 3));
    assert_eq!((stats.weekdays[3], stats.weekdays[4]), (2, 1));
    let projects: Vec<(&str, usize)> = stats.projects.iter().map(|p| (p.project.as_str(), p.prompts)).collect();
    assert_eq!(projects, [("/r/app", 2), ("", 1), ("/r/web", 1)]);
    assert_eq!((stats.lengths[0].prompts, stats.lengths[4].prompts), (3, 1));
    assert!(stats.rating_by_length.unwrap() > 0.9);
    assert_eq!((stats.streak.longest, stats.streak.current), (2, 0));
    // Two on the first day, one on the second.
    assert!((stats.sessions_per_day - 1.5).abs() < 1e-9);
    assert_eq!((stats.first, stats.last), (Some(at(2025, 10, 2, 9)), Some(at(2025, 10, 3, 23))));
    assert_eq!(stats.words[0].word, "fix");
}

#[test]
fn a_query_narrows_it() {
    let (_home, library) = Home::with(&["fix the parser", "write a test", "/review it"]);
    let of = |query: Query| library.stats(&query).unwrap();
    assert_eq!(of(Query { text: Some("parser".into()), ..Query::default() }).prompts, 1);
    let all = of(Query { commands: true, ..Query::default() });
    assert_eq!((all.prompts, all.commands), (3, 0));
    assert_eq!(of(Query { project: Some("nowhere".into()), ..Query::default() }).prompts, 0);
    assert_eq!(of(Query { rated: Some(true), ..Query::default() }).words, []);
}
