//! Days and hours of a drill: all in event time, from a Monday at midnight UTC.

use jiff::{SignedDuration, Timestamp};

/// Monday 2026-01-05, 00:00 UTC: the earliest start of a drill.
const FIRST_MONDAY: i64 = 1_767_571_200;
/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;

/// The stretch of time a drill covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// The first moment, a Monday at midnight UTC.
    pub(crate) start: Timestamp,
    /// How many days it lasts.
    pub(crate) days: i64,
}

impl Span {
    /// Returns the span that starts `week` weeks after the first Monday of 2026.
    pub(crate) fn new(week: i64, days: i64) -> Self {
        let start = Timestamp::from_second(FIRST_MONDAY + week * WEEK).expect("within this century");
        Self { start, days }
    }

    /// Returns the moment on `day` (0 is the first) at `hour` and `minute` UTC.
    pub(crate) fn at(&self, day: i64, hour: i64, minute: i64) -> Timestamp {
        self.start + SignedDuration::from_mins(day * 1440 + hour * 60 + minute)
    }

    /// Returns the moment after the last one.
    pub(crate) fn end(&self) -> Timestamp {
        self.at(self.days, 0, 0)
    }

    /// Tells whether `day` is a Saturday or Sunday.
    pub(crate) fn is_weekend(&self, day: i64) -> bool {
        day.rem_euclid(7) >= 5
    }
}

/// Returns `n` seconds.
pub(crate) fn secs(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

/// Returns `n` minutes.
pub(crate) fn mins(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// Returns `n` hours.
pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Returns `time` as CloudTrail writes `eventTime`: whole seconds, `Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns `time` as CloudTrail writes times of query services, `Aug 1, 2024, 11:45:21 AM`.
pub(crate) fn american(time: Timestamp) -> String {
    time.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_on_a_monday_and_knows_its_weekends() {
        let span = Span::new(3, 18);
        assert_eq!(iso(span.start), "2026-01-26T00:00:00Z");
        assert!(!span.is_weekend(4) && span.is_weekend(5) && span.is_weekend(6) && !span.is_weekend(7));
        assert_eq!(iso(span.end()), "2026-02-13T00:00:00Z");
    }

    #[test]
    fn writes_expiry_times_the_american_way() {
        assert_eq!(american(Span::new(0, 1).at(0, 13, 5)), "Jan 5, 2026, 1:05:00 PM");
    }
}
