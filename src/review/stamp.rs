//! Times as the log has them.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

/// An inactive timestamp with English day names whatever the locale (Org manual, node "Timestamps").
pub(super) fn format(time: DateTime<Local>) -> String {
    time.format("[%Y-%m-%d %a %H:%M]").to_string()
}

/// Reads an Org timestamp, active or inactive, with any day name or none, with or without a time, as local time.
pub(super) fn parse(text: &str) -> Option<i64> {
    let inner = text.trim().trim_matches(['[', ']', '<', '>']);
    let mut words = inner.split_whitespace();
    let date = NaiveDate::parse_from_str(words.next()?, "%Y-%m-%d").ok()?;
    let time =
        words.find_map(|w| NaiveTime::parse_from_str(w.split('-').next()?, "%H:%M").ok()).unwrap_or(NaiveTime::MIN);
    Local.from_local_datetime(&NaiveDateTime::new(date, time)).earliest().map(|t| t.timestamp())
}

/// `CLAIMED_UNTIL` has seconds and a zone (RFC 3339), which an Org timestamp has not: leases must not shift with a DST change.
pub(super) fn format_until(until: i64) -> String {
    Local.timestamp_opt(until, 0).single().map_or_else(String::new, |t| t.to_rfc3339())
}

pub(super) fn parse_until(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|t| t.timestamp()).or_else(|| parse(text))
}
