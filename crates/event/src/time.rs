//! Event time in whole seconds.
//!
//! CloudTrail stamps events to the second, so seconds are all the precision there is.
//! A plain number keeps the hot lane free of calendar arithmetic; the calendar is asked
//! only for odd spellings and for printing.

use std::fmt;

use serde::{Serialize, Serializer};

/// Seconds in a day.
pub const DAY: i64 = 86_400;
/// Seconds in an hour.
pub const HOUR: i64 = 3_600;

/// A moment of event time: seconds since 1970-01-01T00:00:00Z, possibly negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The earliest moment; no text spells it.
    pub const MIN: Self = Self(i64::MIN);

    /// The moment `seconds` after the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Days since the epoch, in UTC.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// Hours since the epoch.
    #[must_use]
    pub const fn hour(self) -> i64 {
        self.0.div_euclid(HOUR)
    }

    /// The moment `seconds` later (earlier where negative).
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative if it comes before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads the spellings that audit logs use.
    ///
    /// `2024-08-01T11:30:23Z`, with fractions or an offset, with a space in place of the
    /// `T`, in basic form (`20240801T113023Z`), or the long English form of expirations.
    /// A time without an offset is UTC. Returns `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_plain(text.as_bytes()).or_else(|| parse_odd(text.trim()))
    }
}

/// Reads exactly `YYYY-MM-DDTHH:MM:SSZ`, which is nearly every record, without a calendar library.
fn parse_plain(text: &[u8]) -> Option<Time> {
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2, b'Z'] =
        text
    else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_i64, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i64::from(**digit - b'0'))
        })
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[mo1, mo2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[mi1, mi2])?, number(&[s1, s2])?);
    if !(1..=12).contains(&month)
        || day < 1
        || day > days_in_month(year, month)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    Some(Time(days_from_epoch(year, month, day) * DAY + hour * HOUR + minute * 60 + second))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the epoch to a date of the proleptic Gregorian calendar.
///
/// Counts in years that begin in March, so that the leap day comes last.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn parse_odd(text: &str) -> Option<Time> {
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(Time(stamp.as_second()));
    }
    if let Ok(civil) = text.trim_end_matches('Z').parse::<jiff::civil::DateTime>() {
        return utc(civil);
    }
    // AssumeRole answers carry "Aug 1, 2024, 11:45:22 AM"; newer Java puts U+202F before the AM.
    let text = text.replace('\u{202f}', " ");
    jiff::civil::DateTime::strptime("%b %d, %Y, %I:%M:%S %p", &text).ok().and_then(utc)
}

fn utc(civil: jiff::civil::DateTime) -> Option<Time> {
    jiff::tz::TimeZone::UTC.to_timestamp(civil).ok().map(|stamp| Time(stamp.as_second()))
}

impl fmt::Display for Time {
    /// Writes `2024-08-01T11:30:23Z`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(stamp) => write!(out, "{stamp}"),
            Err(_) => write!(out, "@{}", self.0),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling_that_logs_use() {
        for spelling in [
            "2024-08-01T11:30:23Z",
            "2024-08-01T11:30:23.999Z",
            "2024-08-01T13:30:23+02:00",
            "2024-08-01 11:30:23.000000000",
            "2024-08-01 11:30:23",
            "20240801T113023Z",
            "Aug 1, 2024, 11:30:23 AM",
        ] {
            let time = Time::parse(spelling).unwrap_or_else(|| panic!("{spelling} was not read"));
            assert_eq!(time.to_string(), "2024-08-01T11:30:23Z", "{spelling}");
        }
    }

    #[test]
    fn the_plain_reader_agrees_with_the_calendar_library() {
        for seconds in (-5_000_000_000_i64..200_000_000_000).step_by(86_399 * 1_117) {
            let text = Time(seconds).to_string();
            if text.len() == 20 {
                assert_eq!(parse_plain(text.as_bytes()), Some(Time(seconds)), "{text}");
            }
        }
    }

    #[test]
    fn nonsense_is_not_a_time() {
        for nonsense in
            ["", "yesterday", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-08-01T25:00:00Z", "::"]
        {
            assert_eq!(Time::parse(nonsense), None, "{nonsense}");
        }
    }
}
