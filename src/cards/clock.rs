//! What time it is, and which day that is for who learns.

use std::str::FromStr;

use chrono::{DateTime, Days, Local, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::{Error, Result};

/// A day of learning: from 04:00 (or what the configuration says) to that hour of the next day, in local time.
///
/// Schedules are in days and not in hours, so that no change of the clock moves a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day of this number of days since 1970-01-01.
    pub fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i32 {
        self.0
    }

    /// So many days later.
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add_unsigned(days))
    }

    /// How many days this is after `other`; 0 where it is before.
    pub fn since(self, other: Self) -> u32 {
        u32::try_from(i64::from(self.0) - i64::from(other.0)).unwrap_or(0)
    }

    /// The date.
    pub fn date(self) -> NaiveDate {
        let days = Days::new(u64::from(self.0.unsigned_abs()));
        let moved = if self.0 < 0 {
            NaiveDate::default().checked_sub_days(days)
        } else {
            NaiveDate::default().checked_add_days(days)
        };
        moved.unwrap_or(NaiveDate::MAX)
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        let days = date.signed_duration_since(NaiveDate::default()).num_days();
        Self(i32::try_from(days).unwrap_or(i32::MAX))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let date = usual(text).map_or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d"), Ok);
        date.map(Self::from).map_err(|_| Error::Invalid(format!("{text} is no day: give one as 2026-01-31")))
    }
}

/// A date as it is written nearly always, with ten characters: a log has millions.
fn usual(text: &str) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Day;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// What time it is.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Where it stands still; `None`: it is the machine's.
    now: Option<DateTime<Utc>>,
    /// When a day begins, after midnight.
    day_start: TimeDelta,
}

impl Clock {
    /// The machine's clock, or where `MEMENTO_NOW` is set the time that it says.
    ///
    /// # Errors
    /// [`Error::Invalid`] where that is no time.
    pub fn of(config: &Config) -> Result<Self> {
        let now = config.env.get("MEMENTO_NOW").map(read).transpose()?;
        Ok(Self { now, day_start: since_midnight(config.cards.day_start) })
    }

    /// A clock that stands at this time, with days that begin at `day_start`.
    pub fn at(now: DateTime<Utc>, day_start: NaiveTime) -> Self {
        Self { now: Some(now), day_start: since_midnight(day_start) }
    }

    /// The time, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.now.unwrap_or_else(Utc::now).timestamp_millis()
    }

    /// The day by this clock, in the local time zone.
    pub fn today(&self) -> Day {
        self.day(self.now())
    }

    /// The day that this time, in milliseconds since 1970, is in, in the local time zone.
    pub fn day(&self, time: i64) -> Day {
        let time = DateTime::from_timestamp_millis(time).unwrap_or_default().with_timezone(&Local);
        // What the clock on the wall says, less four hours: an hour that a change of the clock adds or takes counts for nothing.
        let date = (time.naive_local() - self.day_start).date();
        // Where the clock is set back over the hour at which days begin, the day has begun when it showed that hour first.
        let next = date.succ_opt().map(|next| NaiveDateTime::new(next, NaiveTime::MIN) + self.day_start);
        let begins = next.and_then(|next| first(&next));
        Day::from(if begins.is_some_and(|begins| begins <= time) { date.succ_opt().unwrap_or(date) } else { date })
    }
}

/// When the clock on the wall shows this first; never, where a change of the clock skips it.
fn first(wall: &NaiveDateTime) -> Option<DateTime<Local>> {
    match Local.from_local_datetime(wall) {
        LocalResult::Single(time) => Some(time),
        // chrono does not order them where the zone's rule and not its table has the change.
        LocalResult::Ambiguous(one, other) => Some(one.min(other)),
        LocalResult::None => None,
    }
}

fn since_midnight(time: NaiveTime) -> TimeDelta {
    time.signed_duration_since(NaiveTime::MIN)
}

/// Reads `MEMENTO_NOW`: RFC 3339, or a date and a time in the local time zone, or a date, which is its noon.
fn read(text: &str) -> Result<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let at = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let noon = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(12, 0, 0);
    let wrong = || {
        Error::Invalid(format!("MEMENTO_NOW is {text:?}: give a time as 2026-01-31T09:00 or 2026-01-31T09:00:00+01:00"))
    };
    let at = at.or_else(noon).ok_or_else(wrong)?;
    // Of a time that a change of the clock skips, the one an hour later.
    let local = first(&at).or_else(|| first(&(at + TimeDelta::hours(1))));
    local.map(|time| time.to_utc()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn clock(day_start: &str) -> Clock {
        Clock::at(DateTime::UNIX_EPOCH, NaiveTime::parse_from_str(day_start, "%H:%M").expect("a time of day"))
    }

    fn time(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).expect("a time").timestamp_millis()
    }

    /// When days begin, a time, and its day.
    type Known = (&'static str, &'static str, &'static str);

    /// Zones with what is odd about them, and known days.
    const ZONES: &[(&str, &[Known])] = &[
        ("UTC", &[("04:00", "2026-01-02T03:59:59Z", "2026-01-01"), ("04:00", "2026-01-02T04:00:00Z", "2026-01-02")]),
        // 2026-03-29 02:00 becomes 03:00, and 2026-10-25 03:00 becomes 02:00.
        (
            "Europe/Berlin",
            &[
                ("04:00", "2026-03-29T03:59:59+02:00", "2026-03-28"),
                ("04:00", "2026-03-29T04:00:00+02:00", "2026-03-29"),
                ("04:00", "2026-03-30T03:59:59+02:00", "2026-03-29"),
                ("04:00", "2026-10-25T03:59:59+01:00", "2026-10-24"),
                ("04:00", "2026-10-25T04:00:00+01:00", "2026-10-25"),
                // Half past two is twice that night, and the day begins once.
                ("02:30", "2026-10-25T02:29:59+02:00", "2026-10-24"),
                ("02:30", "2026-10-25T02:30:00+02:00", "2026-10-25"),
                ("02:30", "2026-10-25T02:00:00+01:00", "2026-10-25"),
                // And never that night.
                ("02:30", "2026-03-29T01:59:59+01:00", "2026-03-28"),
                ("02:30", "2026-03-29T03:00:00+02:00", "2026-03-29"),
            ],
        ),
        ("America/New_York", &[("04:00", "2026-03-08T03:59:59-04:00", "2026-03-07")]),
        // Half an hour of summer time.
        ("Australia/Lord_Howe", &[("04:00", "2026-04-05T04:00:00+10:30", "2026-04-05")]),
        // Two hours of it.
        ("Antarctica/Troll", &[("04:00", "2026-03-29T04:00:00+02:00", "2026-03-29")]),
        ("Asia/Kathmandu", &[("04:00", "2026-01-02T03:59:59+05:45", "2026-01-01")]),
        // The clock is changed at midnight.
        ("Africa/Cairo", &[("00:00", "2026-10-29T23:30:00+02:00", "2026-10-30")]),
        ("America/Havana", &[("00:00", "2026-03-08T01:00:00-04:00", "2026-03-08")]),
        // 2011-12-30 was left out.
        (
            "Pacific/Apia",
            &[
                ("04:00", "2011-12-29T23:59:59-10:00", "2011-12-29"),
                ("04:00", "2011-12-31T00:00:00+14:00", "2011-12-30"),
            ],
        ),
        ("Pacific/Kiritimati", &[]),
        ("Etc/GMT+12", &[]),
    ];

    /// What holds in the zone that the process is in; `in_every_zone` runs it in many.
    #[test]
    fn days_follow_each_other() {
        let zone = std::env::var("TZ").unwrap_or_default();
        let known = ZONES.iter().filter(|(name, _)| *name == zone).flat_map(|(_, known)| *known);
        for (day_start, at, day) in known {
            assert_eq!(clock(day_start).day(time(at)).to_string(), *day, "{zone}: {at}, days from {day_start}");
        }
        for day_start in ["04:00", "00:00", "02:30", "23:45"] {
            let clock = clock(day_start);
            let quarter = 15 * 60 * 1000;
            let (mut before, mut began) = (None, None);
            for at in (time("2011-12-01T00:00:00Z")..time("2013-12-31T00:00:00Z")).step_by(quarter as usize) {
                let day = clock.day(at);
                let passed = before.map_or(0, |before: Day| day.number() - before.number());
                let what = || format!("{zone}, days from {day_start}: {day} after {before:?} at {at}");
                // Where a date is left out two days pass in an instant.
                assert!((0..=2).contains(&passed), "{}", what());
                if passed > 0 {
                    let hours = began.map(|began: i64| (at - began) as f64 / 3_600_000.0);
                    // Of the date that was left out in Samoa there are the hours before 04:00.
                    let least = if zone == "Pacific/Apia" { 0.0 } else { 19.0 };
                    assert!(hours.is_none_or(|hours| (least..=26.0).contains(&hours)), "{}: {hours:?} hours", what());
                    began = before.map(|_| at);
                }
                before = Some(day);
            }
        }
    }

    #[test]
    fn in_every_zone() {
        // A process has one zone: each gets a process of its own.
        let test = std::env::current_exe().expect("the path of this program");
        let arguments = ["--exact", "cards::clock::tests::days_follow_each_other"];
        for (zone, _) in ZONES {
            let output = Command::new(&test).args(arguments).env("TZ", zone).output().expect("this program again");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("1 passed"), "{zone}: {said}");
        }
    }

    proptest! {
        #[test]
        fn a_day_is_a_date(number in -700_000..700_000_i32, days in 0..36_500_u32) {
            let day = Day::from_number(number);
            prop_assert_eq!(Day::from(day.date()), day);
            prop_assert_eq!(day.to_string().parse::<Day>().expect("what it is written as"), day);
            let later = day.plus(days);
            prop_assert_eq!(later.since(day), days);
            prop_assert_eq!(day.since(later), 0);
            prop_assert_eq!(later.number() - number, days as i32);
            prop_assert_eq!(later.date().signed_duration_since(day.date()).num_days(), i64::from(days));
        }

        #[test]
        fn no_number_is_too_much(number: i32, days: u32, milliseconds: i64) {
            let day = Day::from_number(number);
            prop_assert!(day.plus(days) >= day);
            prop_assert_eq!(Day::from_number(i32::MIN).since(day), 0);
            _ = day.to_string();
            _ = clock("04:00").day(milliseconds);
        }
    }

    #[test]
    fn the_time_that_is_set_is_read() {
        let noon = read("2026-01-31").expect("a date").with_timezone(&Local);
        assert_eq!(noon.naive_local().to_string(), "2026-01-31 12:00:00");
        for text in ["2026-01-31T09:30", "2026-01-31 09:30", " 2026-01-31T09:30:00 "] {
            let at = read(text).expect(text).with_timezone(&Local);
            assert_eq!(at.naive_local().to_string(), "2026-01-31 09:30:00");
        }
        assert_eq!(
            read("2026-01-31T09:00:00+01:00").expect("RFC 3339").timestamp_millis(),
            time("2026-01-31T08:00:00Z")
        );
        for text in ["", "now", "2026-02-30", "2026-01-31T25:00"] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.starts_with("MEMENTO_NOW is ") && error.contains("2026-01-31T09:00"), "{error}");
        }
    }
}
