//! Dates as people type them.

use chrono::{
    DateTime, Datelike, Days, Local, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
    Weekday,
};

use crate::error::{Error, Result};

/// A stretch of time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Its first millisecond.
    pub from: i64,
    /// The first one after it.
    pub to: i64,
}

/// What is told of a date that cannot be read.
const FORMS: &str = "2025-10-02, \"2025-10-02 14:30\", 2025-10, 2025, 2025-W40, \"oct 2\", 14:30, today, yesterday, \
                     \"yesterday 9:00\", \"this week\", \"last month\", monday, \"last friday\", \"3 days ago\", or back from \
                     now: 30min, 12h, 3d, 2w, 1m, 1y";

/// Reads a date: `2025-10-02`, `2025-10-02 14:30`, `2025-10`, `2025`, `2025-W40`, `oct 2`, `2 October 2025`, `14:30` (today),
/// `today`, `yesterday`, `yesterday 9:00`, `last week`, `this month`, `monday` (the latest one), `last monday`, `3 days ago`
/// (that day), and `3d`, `2w`, `12h`, `30min`, `1m`, `1y` back from `now`, which last until `now`. Case does not matter; all
/// of it is in the local time zone, except a time with an offset as in `2025-10-02T14:30:00Z`.
///
/// # Errors
/// [`Error::Invalid`] with what can be typed.
pub fn when(text: &str, now: DateTime<Local>) -> Result<When> {
    read(text, &now).map(|read| read.when)
}

/// Reads a date, as [`when`] does, and takes its beginning.
///
/// # Errors
/// Those of [`when`].
pub fn since(text: &str, now: DateTime<Local>) -> Result<i64> {
    when(text, now).map(|when| when.from)
}

/// Reads a date, as [`when`] does, and takes its end: `yesterday` is whole in it. Of what is counted back from now it takes the
/// beginning: until `3d` is until three days ago.
///
/// # Errors
/// Those of [`when`].
pub fn until(text: &str, now: DateTime<Local>) -> Result<i64> {
    read(text, &now).map(|read| if read.back { read.when.from } else { read.when.to })
}

/// The day as a stretch of time in the local time zone; 23 or 25 hours where the clocks change.
///
/// # Errors
/// [`Error::Invalid`] for a day that this time zone left out.
pub fn day(date: NaiveDate) -> Result<When> {
    let none = || Error::Invalid(format!("{date}: the time zone here had no such day"));
    span(&Local, start(date), date.succ_opt().map(start)).ok_or_else(none)
}

struct Read {
    when: When,
    /// Whether it was counted back from now.
    back: bool,
}

fn read<Tz: TimeZone>(text: &str, now: &DateTime<Tz>) -> Result<Read> {
    let typed = text.trim().to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let wrong = || Error::Invalid(format!("{}: that is no date known here; type {FORMS}", shown(text)));
    if let Some(from) = back(&words, now) {
        return Ok(Read { when: When { from, to: now.timestamp_millis() }, back: true });
    }
    let zone = now.timezone();
    let when = match &words[..] {
        ["now"] => Some(When { from: now.timestamp_millis(), to: now.timestamp_millis() + 1 }),
        _ => offset(text.trim()).or_else(|| moment(&typed, &words, now)).or_else(|| {
            days(&words, now.date_naive()).and_then(|(from, to)| span(&zone, start(from), Some(start(to))))
        }),
    };
    Ok(Read { when: when.ok_or_else(wrong)?, back: false })
}

/// The text as far as a line of an error has room for it.
fn shown(text: &str) -> String {
    let plain = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let short: String = plain.take(40).collect();
    format!("\"{short}\"")
}

/// The first moment of a day.
fn start(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// From one time of the clock on to another; `None` where the time zone left out what is between them.
fn span<Tz: TimeZone>(zone: &Tz, from: NaiveDateTime, to: Option<NaiveDateTime>) -> Option<When> {
    let when = When { from: first(zone, from)?, to: first(zone, to?)? };
    (when.from < when.to).then_some(when)
}

/// When the clock first shows that time or a later one: where it is put forward it may pass over a time, midnight included,
/// and where it is put back it shows some twice.
fn first<Tz: TimeZone>(zone: &Tz, clock: NaiveDateTime) -> Option<i64> {
    // A step of the clock by a whole day, over the date line, is the longest there was.
    let mut steps = (0..=36 * 60).filter_map(|minutes| clock.checked_add_signed(TimeDelta::minutes(minutes)));
    let moments = |clock| match zone.from_local_datetime(&clock) {
        LocalResult::None => None,
        LocalResult::Single(moment) => Some(moment.timestamp_millis()),
        // Whichever chrono names first.
        LocalResult::Ambiguous(one, other) => Some(one.timestamp_millis().min(other.timestamp_millis())),
    };
    steps.find_map(moments)
}

/// `3d`, `2 weeks`, and `2 hours ago`, as the moment so long ago.
fn back<Tz: TimeZone>(words: &[&str], now: &DateTime<Tz>) -> Option<i64> {
    let (words, ago) = match words {
        [words @ .., "ago"] => (words, true),
        ["last", words @ ..] if words.len() == 2 => (words, false),
        _ => (words, false),
    };
    let (number, unit) = count(words)?;
    let moment = match unit {
        Unit::Minutes(minutes) => {
            now.clone().checked_sub_signed(TimeDelta::try_minutes(number.checked_mul(minutes)?.into())?)
        }
        // `3 days ago` is that day.
        _ if ago => None,
        Unit::Days(_) | Unit::Months(_) => {
            let clock = unit.before(now.date_naive(), number)?.and_time(now.naive_local().time());
            return first(&now.timezone(), clock);
        }
    };
    Some(moment?.timestamp_millis())
}

#[derive(Clone, Copy)]
enum Unit {
    Minutes(u32),
    Days(u32),
    Months(u32),
}

impl Unit {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "min" | "mins" | "minute" | "minutes" => Self::Minutes(1),
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::Minutes(60),
            "d" | "day" | "days" => Self::Days(1),
            "w" | "week" | "weeks" => Self::Days(7),
            "m" | "mo" | "month" | "months" => Self::Months(1),
            "y" | "yr" | "year" | "years" => Self::Months(12),
            _ => return None,
        })
    }

    fn before(self, date: NaiveDate, number: u32) -> Option<NaiveDate> {
        match self {
            Self::Minutes(_) => None,
            Self::Days(days) => date.checked_sub_days(Days::new(u64::from(number.checked_mul(days)?))),
            Self::Months(months) => date.checked_sub_months(Months::new(number.checked_mul(months)?)),
        }
    }
}

/// `3d` and `3 days`.
fn count(words: &[&str]) -> Option<(u32, Unit)> {
    let (number, unit) = match words {
        [word] => word.split_at(word.find(|c: char| !c.is_ascii_digit())?),
        [number, unit] => (*number, *unit),
        _ => return None,
    };
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some((number, Unit::read(unit)?))
}

/// A time with an offset, as programs write it; it lasts as long as what it leaves unsaid.
fn offset(text: &str) -> Option<When> {
    let from = DateTime::parse_from_rfc3339(text).ok()?;
    let long = if from.timestamp_subsec_millis() == 0 { 1000 } else { 1 };
    Some(When { from: from.timestamp_millis(), to: from.timestamp_millis() + long })
}

/// A day with a time of day, or the latter alone.
fn moment<Tz: TimeZone>(typed: &str, words: &[&str], now: &DateTime<Tz>) -> Option<When> {
    let parted;
    let (day, time) = match words {
        [time] if !time.contains('t') => (None, *time),
        [_] => {
            parted = typed.split_once('t').filter(|(date, _)| date.ends_with(|c: char| c.is_ascii_digit()))?;
            (Some(vec![parted.0]), parted.1)
        }
        [day @ .., time] => (Some(day.to_vec()), *time),
        [] => return None,
    };
    let (time, long) = if let Ok(time) = NaiveTime::parse_from_str(time, "%H:%M") {
        (time, TimeDelta::minutes(1))
    } else {
        (NaiveTime::parse_from_str(time, "%H:%M:%S").ok()?, TimeDelta::seconds(1))
    };
    let date = match day {
        None => now.date_naive(),
        Some(day) => days(&day, now.date_naive()).filter(|(from, to)| from.succ_opt() == Some(*to))?.0,
    };
    let clock = date.and_time(time);
    span(&now.timezone(), clock, clock.checked_add_signed(long))
}

/// The first day and the one after the last.
fn days(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let one = |date: NaiveDate| Some((date, date.succ_opt()?));
    let monday = today.week(Weekday::Mon).first_day();
    let this_month = today.with_day(1)?;
    let this_year = today.with_ordinal(1)?;
    match words {
        ["today"] => one(today),
        ["yesterday"] => one(today.pred_opt()?),
        ["tomorrow"] => one(today.succ_opt()?),
        ["this", "week"] => Some((monday, monday.checked_add_days(Days::new(7))?)),
        ["last", "week"] => Some((monday.checked_sub_days(Days::new(7))?, monday)),
        ["this", "month"] => Some((this_month, this_month.checked_add_months(Months::new(1))?)),
        ["last", "month"] => Some((this_month.checked_sub_months(Months::new(1))?, this_month)),
        ["this", "year"] => Some((this_year, this_year.checked_add_months(Months::new(12))?)),
        ["last", "year"] => Some((this_year.checked_sub_months(Months::new(12))?, this_year)),
        [number, unit, "ago"] => ago(&[number, unit], today).and_then(one),
        [number, "ago"] => ago(&[number], today).and_then(one),
        [word] => weekday(word, today, false).and_then(one).or_else(|| written(word)).or_else(|| named(&[word], today)),
        ["last", word] => weekday(word, today, true).and_then(one),
        _ => named(words, today),
    }
}

fn ago(words: &[&str], today: NaiveDate) -> Option<NaiveDate> {
    let (number, unit) = count(words)?;
    unit.before(today, number)
}

/// The latest day of that name; with `before` today does not count.
fn weekday(word: &str, today: NaiveDate, before: bool) -> Option<NaiveDate> {
    let day: Weekday = word.parse().ok()?;
    let since = today.weekday().days_since(day);
    today.checked_sub_days(Days::new(u64::from(if before && since == 0 { 7 } else { since })))
}

/// `2025-10-02`, `2025/10/02`, `2025-10`, `2025` and `2025-w40`.
fn written(word: &str) -> Option<(NaiveDate, NaiveDate)> {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let year =
        parts.first().filter(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2 && !text.starts_with('+'));
    match parts[1..] {
        [] => Some((NaiveDate::from_yo_opt(year, 1)?, NaiveDate::from_yo_opt(year + 1, 1)?)),
        [week] if week.starts_with('w') => {
            let monday = NaiveDate::from_isoywd_opt(year, number(&week[1..])?, Weekday::Mon)?;
            Some((monday, monday.checked_add_days(Days::new(7))?))
        }
        [month] => {
            let first = NaiveDate::from_ymd_opt(year, number(month)?, 1)?;
            Some((first, first.checked_add_months(Months::new(1))?))
        }
        [month, day] => {
            let date = NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)?;
            Some((date, date.succ_opt()?))
        }
        _ => None,
    }
}

/// `october`, `oct 2`, `2 oct`, `oct 2025` and `2 oct 2025`; without a year the latest that has begun.
fn named(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let (mut month, mut day, mut year) = (None, None, None);
    for word in words {
        let word = word.trim_end_matches(',');
        let slot = match word.parse::<u32>() {
            Ok(number) if word.len() == 4 => (&mut year, number),
            Ok(number) if word.len() <= 2 => (&mut day, number),
            Ok(_) => return None,
            Err(_) => (&mut month, word.parse::<chrono::Month>().ok()?.number_from_month()),
        };
        if slot.0.replace(slot.1).is_some() {
            return None;
        }
    }
    let month = month?;
    let dates = |year: i32| {
        let first = NaiveDate::from_ymd_opt(year, month, day.unwrap_or(1))?;
        let after = if day.is_some() { first.succ_opt() } else { first.checked_add_months(Months::new(1)) };
        Some((first, after?))
    };
    match year {
        Some(year) => dates(i32::try_from(year).ok()?),
        // The 29th of February has been at most eight years ago.
        None => (0..=8).filter_map(|years| dates(today.year() - years)).find(|(first, _)| *first <= today),
    }
}

#[cfg(test)]
mod tests;
