//! What time it is, and which day that is for who learns.

use std::str::FromStr;

use chrono::{DateTime, Days, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
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
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        date.map(Self::from).map_err(|_| Error::Invalid(format!("{text} is no day: give one as 2026-01-31")))
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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
        let time = DateTime::from_timestamp_millis(time).unwrap_or_default();
        // What the clock on the wall says, less four hours: an hour that a change of the clock adds or takes counts for nothing.
        Day::from((time.with_timezone(&Local).naive_local() - self.day_start).date())
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
    let local = Local.from_local_datetime(&at).earliest();
    let local = local.or_else(|| Local.from_local_datetime(&(at + TimeDelta::hours(1))).earliest());
    local.map(|time| time.to_utc()).ok_or_else(wrong)
}
