//! The days that somebody names.

use chrono::{DateTime, Local, NaiveDate, TimeZone};
use memento::prompts::when;
use memento::{Error, Result};

/// The first and the last day of `date`, or of what lies from there to `to`.
pub(super) fn read(date: &str, to: Option<&str>, now: DateTime<Local>) -> Result<(NaiveDate, NaiveDate)> {
    let first = when(date, now)?;
    let last = to.map_or(Ok(first), |to| when(to, now))?;
    let day = |time: i64| {
        let none = || Error::Invalid(format!("{date}: the calendar here has no such day"));
        Local.timestamp_millis_opt(time).earliest().map(|time| time.date_naive()).ok_or_else(none)
    };
    // What is counted back from now, as 3d, ends now and not with a day.
    Ok((day(first.from)?, day((last.to - 1).max(last.from))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(date: &str, to: Option<&str>) -> (String, String) {
        let now = Local.with_ymd_and_hms(2025, 10, 2, 14, 30, 0).unwrap();
        let (from, to) = read(date, to, now).unwrap();
        (from.to_string(), to.to_string())
    }

    #[test]
    fn a_date_is_one_day_or_more() {
        let both = |day: &str| (day.to_owned(), day.to_owned());
        assert_eq!(days("2025-10-01", None), both("2025-10-01"));
        assert_eq!(days("today", None), both("2025-10-02"));
        assert_eq!(days("2025-09", None), ("2025-09-01".to_owned(), "2025-09-30".to_owned()));
        assert_eq!(days("2025-09-30", Some("yesterday")), ("2025-09-30".to_owned(), "2025-10-01".to_owned()));
        assert_eq!(days("2d", None), ("2025-09-30".to_owned(), "2025-10-02".to_owned()));
    }
}
