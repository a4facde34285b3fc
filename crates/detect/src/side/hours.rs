//! Hours in which a side log spoke, as a set: reading a row twice changes nothing.

use event::Time;
use event::time::{DAY, HOUR};

/// Days that are remembered of one thing; the earliest are kept.
///
/// Fewer, and a long history is cut; more, and a year of flow logs of many interfaces fills memory.
const DAYS_MAX: usize = 400;

/// A set of hours, with the first and last moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// By day, sorted; a bit for each hour.
    days: Vec<(i32, u32)>,
    first: Option<Time>,
    last: Option<Time>,
}

impl Hours {
    /// Notes a stretch of time.
    pub fn note(&mut self, from: Time, until: Time) {
        self.first = Some(self.first.map_or(from, |first| first.min(from)));
        self.last = Some(self.last.map_or(until, |last| last.max(until)));
        for hour in from.hour()..=until.hour() {
            self.insert(i32::try_from(hour.div_euclid(24)).unwrap_or(i32::MAX), 1 << hour.rem_euclid(24));
        }
    }

    fn insert(&mut self, day: i32, bits: u32) {
        // Rows come nearly in order, so it is nearly always the last.
        match self.days.last_mut() {
            Some((last, known)) if *last == day => *known |= bits,
            _ => match self.days.binary_search_by_key(&day, |(day, _)| *day) {
                Ok(at) => self.days[at].1 |= bits,
                Err(at) => self.days.insert(at, (day, bits)),
            },
        }
        self.days.truncate(DAYS_MAX);
    }

    /// Adds another set.
    pub fn merge(&mut self, other: &Self) {
        for (day, bits) in &other.days {
            self.insert(*day, *bits);
        }
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }

    /// The first moment.
    #[must_use]
    pub fn first(&self) -> Option<Time> {
        self.first
    }

    /// How many seconds of `from` to `until` lie in these hours, and when they begin and end.
    #[must_use]
    pub fn within(&self, from: Time, until: Time) -> Option<(i64, Time, Time)> {
        let (from, until) = (from.max(self.first?), until.min(self.last?));
        let mut found: Option<(i64, Time, Time)> = None;
        for hour in self.hours().filter(|hour| *hour >= from.hour() && *hour <= until.hour()) {
            let (begin, end) =
                (Time::from_seconds(hour * HOUR).max(from), Time::from_seconds((hour + 1) * HOUR).min(until));
            let seconds = end.since(begin).max(0);
            found = Some(found.map_or((seconds, begin, end), |(sum, first, _)| (sum + seconds, first, end)));
        }
        found.filter(|(seconds, _, _)| *seconds > 0)
    }

    /// How many of the hours of `from` to `until` are in the set.
    #[must_use]
    pub fn count(&self, from: Time, until: Time) -> usize {
        self.hours().filter(|hour| *hour >= from.hour() && *hour <= until.hour()).count()
    }

    fn hours(&self) -> impl Iterator<Item = i64> {
        self.days.iter().flat_map(|(day, bits)| {
            (0..24)
                .filter(move |hour| bits >> hour & 1 == 1)
                .map(move |hour| i64::from(*day) * (DAY / HOUR) + hour)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Time {
        Time::from_seconds(1_789_344_000 + minutes * 60)
    }

    #[test]
    fn forty_minutes_are_forty_minutes_however_they_are_told() {
        let mut hours = Hours::default();
        for minute in (50..90).rev() {
            hours.note(at(minute), at(minute + 1));
        }
        assert_eq!(hours.within(at(0), at(600)), Some((40 * 60, at(50), at(90))));
        assert_eq!(hours.within(at(60), at(70)), Some((10 * 60, at(60), at(70))));
        assert_eq!(hours.within(at(200), at(300)), None);
    }

    #[test]
    fn a_gap_of_hours_is_not_covered() {
        let mut hours = Hours::default();
        hours.note(at(0), at(59));
        hours.note(at(300), at(330));
        assert_eq!(hours.within(at(0), at(600)), Some((60 * 60 + 30 * 60, at(0), at(330))));
        assert_eq!(hours.count(at(0), at(600)), 2);
    }

    #[test]
    fn sets_join_in_any_order() {
        let (mut one, mut other) = (Hours::default(), Hours::default());
        one.note(at(0), at(1));
        other.note(at(5_000), at(5_001));
        let mut both = one.clone();
        both.merge(&other);
        other.merge(&one);
        assert_eq!(both, other);
    }
}
