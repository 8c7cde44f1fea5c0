use chrono::FixedOffset;
use proptest::prelude::*;

use super::*;

/// Thursday, the 2nd of October 2025, 14:30:15, two hours east of Greenwich.
fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2025-10-02T14:30:15+02:00").unwrap()
}

fn clock(millis: i64) -> String {
    let time = DateTime::from_timestamp_millis(millis).unwrap().with_timezone(now().offset());
    let text = time.format("%Y-%m-%d %H:%M:%S").to_string();
    text.strip_suffix(":00").unwrap_or(&text).to_owned()
}

/// What is typed, and from when to when it is.
const CASES: &[(&str, &str, &str)] = &[
    ("2025-10-02", "2025-10-02 00:00", "2025-10-03 00:00"),
    (" 2025-10-2 ", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("2025/10/02", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("2024-02-29", "2024-02-29 00:00", "2024-03-01 00:00"),
    ("2025-10-02 14:30", "2025-10-02 14:30", "2025-10-02 14:31"),
    ("2025-10-02T14:30", "2025-10-02 14:30", "2025-10-02 14:31"),
    ("2025-10-02 9:05:07", "2025-10-02 09:05:07", "2025-10-02 09:05:08"),
    ("2025-10-02T12:30:00Z", "2025-10-02 14:30", "2025-10-02 14:30:01"),
    ("2025-10-02T14:30:00+02:00", "2025-10-02 14:30", "2025-10-02 14:30:01"),
    ("2025-10", "2025-10-01 00:00", "2025-11-01 00:00"),
    ("2025-12", "2025-12-01 00:00", "2026-01-01 00:00"),
    ("2025", "2025-01-01 00:00", "2026-01-01 00:00"),
    ("2025-W40", "2025-09-29 00:00", "2025-10-06 00:00"),
    ("2026-W01", "2025-12-29 00:00", "2026-01-05 00:00"),
    ("14:30", "2025-10-02 14:30", "2025-10-02 14:31"),
    ("today", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("Today", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("yesterday", "2025-10-01 00:00", "2025-10-02 00:00"),
    ("yesterday 9:00", "2025-10-01 09:00", "2025-10-01 09:01"),
    ("tomorrow", "2025-10-03 00:00", "2025-10-04 00:00"),
    ("this week", "2025-09-29 00:00", "2025-10-06 00:00"),
    ("LAST   week", "2025-09-22 00:00", "2025-09-29 00:00"),
    ("this month", "2025-10-01 00:00", "2025-11-01 00:00"),
    ("last month", "2025-09-01 00:00", "2025-10-01 00:00"),
    ("this year", "2025-01-01 00:00", "2026-01-01 00:00"),
    ("last year", "2024-01-01 00:00", "2025-01-01 00:00"),
    ("thursday", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("monday", "2025-09-29 00:00", "2025-09-30 00:00"),
    ("Fri", "2025-09-26 00:00", "2025-09-27 00:00"),
    ("last thursday", "2025-09-25 00:00", "2025-09-26 00:00"),
    ("last mon", "2025-09-29 00:00", "2025-09-30 00:00"),
    ("monday 9:30", "2025-09-29 09:30", "2025-09-29 09:31"),
    ("3d", "2025-09-29 14:30:15", "2025-10-02 14:30:15"),
    ("3 days", "2025-09-29 14:30:15", "2025-10-02 14:30:15"),
    ("last 3 days", "2025-09-29 14:30:15", "2025-10-02 14:30:15"),
    ("2w", "2025-09-18 14:30:15", "2025-10-02 14:30:15"),
    ("12h", "2025-10-02 02:30:15", "2025-10-02 14:30:15"),
    ("30min", "2025-10-02 14:00:15", "2025-10-02 14:30:15"),
    ("2 hours ago", "2025-10-02 12:30:15", "2025-10-02 14:30:15"),
    ("1m", "2025-09-02 14:30:15", "2025-10-02 14:30:15"),
    ("1y", "2024-10-02 14:30:15", "2025-10-02 14:30:15"),
    ("3 days ago", "2025-09-29 00:00", "2025-09-30 00:00"),
    ("3d ago", "2025-09-29 00:00", "2025-09-30 00:00"),
    ("1 week ago", "2025-09-25 00:00", "2025-09-26 00:00"),
    ("oct 2", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("2 October", "2025-10-02 00:00", "2025-10-03 00:00"),
    ("oct 3", "2024-10-03 00:00", "2024-10-04 00:00"),
    ("feb 29", "2024-02-29 00:00", "2024-03-01 00:00"),
    ("Oct 2, 2024", "2024-10-02 00:00", "2024-10-03 00:00"),
    ("september", "2025-09-01 00:00", "2025-10-01 00:00"),
    ("december", "2024-12-01 00:00", "2025-01-01 00:00"),
    ("nov 2023", "2023-11-01 00:00", "2023-12-01 00:00"),
    ("oct 2 8:00", "2025-10-02 08:00", "2025-10-02 08:01"),
];

#[test]
fn dates_are_read_as_people_type_them() {
    for (typed, from, to) in CASES {
        let read = read(typed, &now()).unwrap_or_else(|e| panic!("{typed}: {e}")).when;
        assert_eq!((clock(read.from).as_str(), clock(read.to).as_str()), (*from, *to), "{typed}");
    }
}

#[test]
fn what_is_no_date_is_told_what_is() {
    let bad = [
        "",
        " ",
        "soon",
        "0d",
        "d",
        "-3d",
        "3x",
        "2025-13",
        "2025-02-30",
        "02.10.2025",
        "02/10/2025",
        "25-10-02",
        "2025-10-02-03",
        "2025-w54",
        "25:00",
        "14:60",
        "last",
        "this",
        "last today",
        "october october",
        "2 2 oct",
        "feb 30",
        "99999999999d",
        "4294967295y",
        "this week 9:00",
        "2025-10 14:30",
        "262143-01-01",
        "9999999-01-01",
        "+025-01-01",
    ];
    for typed in bad {
        let error = read(typed, &now()).err().unwrap_or_else(|| panic!("{typed} was read")).to_string();
        assert!(error.contains("that is no date known here; type 2025-10-02, "), "{typed}: {error}");
        assert!(!error.contains('\n'));
    }
    assert!(read(&"x\u{1b}".repeat(1000), &now()).err().unwrap().to_string().len() < 400);
}

#[test]
fn until_ends_with_what_is_named_and_begins_what_is_counted_back() {
    let now = Local::now();
    let yesterday = when("yesterday", now).unwrap();
    assert_eq!((since("yesterday", now).unwrap(), until("yesterday", now).unwrap()), (yesterday.from, yesterday.to));
    let three = when("3d", now).unwrap();
    assert_eq!((since("3d", now).unwrap(), until("3d", now).unwrap()), (three.from, three.from));
}

proptest! {
    #[test]
    fn nothing_panics_and_no_stretch_is_empty(text in "(last |this )?[0-9]{0,5}[-/ ]?[0-9a-z]{0,4}[-: ]?[0-9a-z]{0,8}( ago)?") {
        if let Ok(read) = read(&text, &now()) {
            prop_assert!(read.when.from < read.when.to);
        }
    }

    #[test]
    fn every_day_has_a_beginning(days in 0_u64..40_000) {
        let date = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(days);
        let typed = read(&date.to_string(), &now()).unwrap().when;
        prop_assert_eq!(typed.to - typed.from, 86_400_000);
    }
}

/// In the time zone that `TZ` names; run by the test below in a process of its own, since the zone is the process's.
#[test]
#[ignore = "needs TZ of its own"]
fn in_a_zone() {
    let typed = std::env::var("WHEN").unwrap();
    let now = Local::now();
    let told = when(&typed, now).map_or_else(|e| e.to_string(), |w| format!("{} {}", w.from, (w.to - w.from) / 60_000));
    println!("told: {told}");
}

#[test]
fn days_are_as_long_as_the_clocks_of_the_place_have_them() {
    let cases = [
        // The clock goes from 2 to 3, and from 3 to 2.
        ("Europe/Berlin", "2025-03-30", "1743289200000 1380"),
        ("Europe/Berlin", "2025-10-26", "1761429600000 1500"),
        // What a clock shows twice is the first of the two, what it leaves out is what follows.
        ("Europe/Berlin", "2025-10-26 02:30", "1761438600000 1"),
        ("Europe/Berlin", "2025-10", "1759269600000 44700"),
        // Midnight does not exist there.
        ("America/Sao_Paulo", "2018-11-04", "1541300400000 1380"),
        ("America/Havana", "2025-03-09", "1741496400000 1380"),
        // A day that was left out, and one of half an hour's change.
        ("Pacific/Apia", "2011-12-30", "that is no date known here"),
        ("Pacific/Apia", "2011-12-31", "1325239200000 1440"),
        ("Australia/Lord_Howe", "2025-10-05", "1759584600000 1410"),
    ];
    if !std::path::Path::new("/usr/share/zoneinfo/Europe/Berlin").exists() {
        return;
    }
    for (zone, typed, told) in cases {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "prompts::when::tests::in_a_zone"])
            .env("TZ", zone)
            .env("WHEN", typed)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find_map(|line| line.split_once("told: ").map(|(_, told)| told)).unwrap_or(&text);
        assert!(line.contains(told), "{zone} {typed}: {line}, not {told}");
    }
}
