//! Minutes in which a log had a row, as a set. A log of moments, unlike one of windows, says nothing about the time
//! between two rows; where they are minutes apart, nothing was asked in between.

use std::collections::BTreeMap;

use event::Time;
use event::time::HOUR;

/// Hours that are remembered of one place; the earliest are kept.
///
/// Fewer, and a long history is cut; more, and years of logs fill memory.
const HOURS_MAX: usize = 24 * 400;

/// Minutes between two rows up to which the log was on in between.
///
/// Fewer, and a quiet network is covered by the minute; more, and a single row covers an hour that nobody logged.
const APART_MINUTES_MAX: i64 = 15;

/// A set of minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    /// By hour since the epoch, a bit for each minute.
    hours: BTreeMap<i64, u64>,
}

impl Moments {
    /// Notes a moment.
    pub fn note(&mut self, time: Time) {
        let minute = time.seconds().div_euclid(60).rem_euclid(60);
        self.insert(time.hour(), 1 << minute);
    }

    fn insert(&mut self, hour: i64, minutes: u64) {
        *self.hours.entry(hour).or_default() |= minutes;
        while self.hours.len() > HOURS_MAX {
            self.hours.pop_last();
        }
    }

    /// Adds another set.
    pub fn merge(&mut self, other: &Self) {
        for (hour, minutes) in &other.hours {
            self.insert(*hour, *minutes);
        }
    }

    /// How many seconds of `from` to `until` are covered, and when that begins and ends.
    #[must_use]
    pub fn within(&self, from: Time, until: Time) -> Option<(i64, Time, Time)> {
        // A machine may end before it began, where somebody made the logs up.
        if until <= from {
            return None;
        }
        let near = APART_MINUTES_MAX * 60;
        let (least, most) = (from.plus(-near), until.plus(near));
        let minutes = self.minutes(least, most).collect::<Vec<i64>>();
        let stretches = minutes.chunk_by(|one, next| next - one <= APART_MINUTES_MAX);
        let mut found: Option<(i64, Time, Time)> = None;
        for stretch in stretches {
            let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
            let begin = Time::from_seconds(first * 60).max(from);
            let end = Time::from_seconds((last + 1) * 60).min(until);
            if end > begin {
                let seconds = end.since(begin);
                found =
                    Some(found.map_or((seconds, begin, end), |(sum, first, _)| (sum + seconds, first, end)));
            }
        }
        found
    }

    fn minutes(&self, least: Time, most: Time) -> impl Iterator<Item = i64> {
        let hours = self.hours.range(least.seconds().div_euclid(HOUR)..=most.seconds().div_euclid(HOUR));
        hours
            .flat_map(|(hour, bits)| {
                (0..60).filter(move |minute| bits >> minute & 1 == 1).map(move |minute| hour * 60 + minute)
            })
            .filter(move |minute| (least.seconds()..=most.seconds()).contains(&(minute * 60)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Time {
        Time::from_seconds(1_789_344_000 + minute * 60)
    }

    fn of(minutes: &[i64]) -> Moments {
        let mut moments = Moments::default();
        minutes.iter().for_each(|minute| moments.note(at(*minute).plus(7)));
        moments
    }

    #[test]
    fn one_row_covers_its_minute_and_no_hour() {
        assert_eq!(of(&[30]).within(at(0), at(600)), Some((60, at(30), at(31))));
        assert_eq!(of(&[30]).within(at(40), at(600)), None);
    }

    #[test]
    fn of_a_time_that_ends_before_it_begins_nothing_is_covered() {
        assert_eq!(of(&[30]).within(at(600), at(0)), None);
    }

    #[test]
    fn rows_minutes_apart_cover_what_is_between_them() {
        assert_eq!(of(&[50, 62, 70]).within(at(0), at(600)), Some((21 * 60, at(50), at(71))));
        assert_eq!(of(&[50, 62, 70]).within(at(55), at(65)), Some((10 * 60, at(55), at(65))));
        assert_eq!(of(&[0, 200]).within(at(0), at(600)), Some((120, at(0), at(201))));
    }

    #[test]
    fn sets_join_in_any_order() {
        let (mut one, mut other) = (of(&[1, 99]), of(&[2, 5_000]));
        let mut both = one.clone();
        both.merge(&other);
        other.merge(&one);
        one.merge(&other);
        assert_eq!((&both, &both), (&other, &one));
    }
}
