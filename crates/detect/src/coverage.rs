//! What the logs cover: which accounts and regions speak, when, and where they fall silent.

use std::collections::{BTreeMap, BTreeSet};

use event::Time;
use event::time::HOUR;
use serde::Serialize;

/// Hours of silence that make a gap.
///
/// Shorter, and the night of a small region is a gap; longer, and an attacker who stops a
/// trail for an evening is not noticed.
pub const GAP_HOURS_MIN: i64 = 2;

/// A region speaks usually when it has records in at least one hour out of this many.
///
/// Fewer, and a region with a nightly job is full of gaps; more, and none is ever found.
const USUAL_ONE_HOUR_IN: i64 = 2;

/// Accounts with their regions of which the hours are known.
///
/// Fewer, and the largest organisations have accounts without history; more, and a log of made-up accounts fills memory.
pub const COVERED_PLACES_MAX: usize = 200_000;

/// Hours with records from which on the beginning and the end of a place's records mean something.
///
/// Fewer, and a region that was used once is silent ever after; more, and a trail of two days has no end.
const SPOKEN_HOURS_MIN: usize = 24;

/// For each day, the hours with records, as bits.
type Days = BTreeMap<i64, u32>;

/// Records seen, by account and region: the set of hours in which there were any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    hours: BTreeMap<Box<str>, BTreeMap<Box<str>, Days>>,
    places: usize,
    lost: bool,
    first: Option<Time>,
    last: Option<Time>,
}

/// A stretch of hours without records from a region that usually speaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The first silent hour.
    pub from: Time,
    /// The hour in which records resume.
    pub until: Time,
}

/// What the logs cover, told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CoverageTold {
    /// Accounts, sorted.
    pub accounts: Vec<String>,
    /// Regions, sorted.
    pub regions: Vec<String>,
    /// The first record's time.
    pub first: Option<Time>,
    /// The last record's time.
    pub last: Option<Time>,
    /// Silent stretches.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// Notes that `account` had a record in `region` at `time`.
    pub fn note(&mut self, account: &str, region: &str, time: Time) {
        self.stretch(time);
        let bit = 1_u32 << time.hour().rem_euclid(24);
        if let Some(days) = self.place(account, region) {
            *days.entry(time.day()).or_default() |= bit;
        }
    }

    /// Notes that there was a record at `time`, of a place and hour that were noted already.
    #[inline]
    pub fn stretch(&mut self, time: Time) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }

    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        for (account, regions) in other.hours {
            for (region, days) in regions {
                let Some(mine) = self.place(&account, &region) else { continue };
                for (day, bits) in days {
                    *mine.entry(day).or_default() |= bits;
                }
            }
        }
        self.lost |= other.lost;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
    }

    /// Whether there were more than [`COVERED_PLACES_MAX`] accounts and regions.
    #[must_use]
    pub fn has_lost_places(&self) -> bool {
        self.lost
    }

    /// The days of one place; none if there are too many places. Nearly every record hits a known one, so a key is built
    /// only for a new one.
    fn place(&mut self, account: &str, region: &str) -> Option<&mut Days> {
        if !self.hours.get(account).is_some_and(|regions| regions.contains_key(region)) {
            if self.places >= COVERED_PLACES_MAX {
                self.lost = true;
                return None;
            }
            self.places += 1;
            self.hours.entry(account.into()).or_default().insert(region.into(), Days::new());
        }
        self.hours.get_mut(account)?.get_mut(region)
    }

    /// The last record's time, of all accounts.
    #[must_use]
    pub fn last(&self) -> Option<Time> {
        self.last
    }

    /// The last moment of which `accounts` have records, to the hour: the end of the last hour with any.
    #[must_use]
    pub fn last_of<'a>(&self, accounts: impl Iterator<Item = &'a str>) -> Option<Time> {
        let regions = accounts.filter_map(|account| self.hours.get(account)).flat_map(BTreeMap::values);
        let hours = regions.filter_map(|days| days.last_key_value()).map(|(day, bits)| {
            // A day that is noted has at least one hour.
            day * 24 + i64::from(bits.checked_ilog2().unwrap_or(0))
        });
        let end = hours.max().map(|hour| Time::from_seconds((hour + 1) * HOUR - 1))?;
        self.last.map(|last| last.min(end))
    }

    /// Days before the day of `time` on which `account` had records.
    #[must_use]
    pub fn days_before(&self, account: &str, time: Time) -> u32 {
        u32::try_from(self.days(account).range(..time.day()).count()).unwrap_or(u32::MAX)
    }

    /// Days on which `account` had records.
    #[must_use]
    pub fn days(&self, account: &str) -> BTreeSet<i64> {
        let regions = self.hours.get(account).into_iter().flat_map(BTreeMap::values);
        regions.flat_map(BTreeMap::keys).copied().collect()
    }

    /// Whether `account` has any record of `region`.
    #[must_use]
    pub fn has(&self, account: &str, region: &str) -> bool {
        self.hours.get(account).is_some_and(|regions| regions.contains_key(region))
    }

    /// The regions of which `account` has records, sorted.
    pub fn regions_of(&self, account: &str) -> impl Iterator<Item = &str> {
        self.hours.get(account).into_iter().flat_map(BTreeMap::keys).map(|region| &**region)
    }

    /// Accounts and regions with the hours since the epoch in which they have records.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str, Vec<i64>)> {
        self.hours.iter().flat_map(|(account, regions)| {
            regions.iter().map(move |(region, days)| (&**account, &**region, spoken(days)))
        })
    }

    /// Accounts and regions that usually speak, with the first and the last hour in which they do.
    pub fn usual_places(&self) -> impl Iterator<Item = (&str, &str, i64, i64)> {
        self.places().filter_map(|(account, region, hours)| {
            let (first, last) = (*hours.first()?, *hours.last()?);
            (hours.len() >= SPOKEN_HOURS_MIN && is_usual(&hours)).then_some((account, region, first, last))
        })
    }

    /// Tells what is covered.
    #[must_use]
    pub fn told(&self) -> CoverageTold {
        let accounts = self.hours.keys().map(|account| String::from(&**account)).collect();
        let regions: BTreeSet<&str> =
            self.hours.values().flat_map(BTreeMap::keys).map(|region| &**region).collect();
        let places = self.hours.iter().flat_map(|(account, regions)| {
            regions.iter().flat_map(move |(region, days)| gaps(account, region, days))
        });
        CoverageTold {
            accounts,
            regions: regions.into_iter().map(str::to_owned).collect(),
            first: self.first,
            last: self.last,
            gaps: places.collect(),
        }
    }
}

/// The hours in which a place spoke, in order.
fn spoken(days: &Days) -> Vec<i64> {
    let hours = |(day, bits): (&i64, &u32)| {
        let (day, bits) = (*day, *bits);
        (0..24).filter(move |hour| bits >> hour & 1 == 1).map(move |hour| day * 24 + hour)
    };
    days.iter().flat_map(hours).collect()
}

/// Whether a place that spoke in these hours usually speaks.
fn is_usual(hours: &[i64]) -> bool {
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else { return false };
    i64::try_from(hours.len()).unwrap_or(i64::MAX).saturating_mul(USUAL_ONE_HOUR_IN) > last - first
}

fn gaps(account: &str, region: &str, days: &Days) -> Vec<Gap> {
    let hours = spoken(days);
    if !is_usual(&hours) {
        return Vec::new();
    }
    hours
        .windows(2)
        .filter(|pair| pair[1] - pair[0] > GAP_HOURS_MIN)
        .map(|pair| Gap {
            account: account.to_owned(),
            region: region.to_owned(),
            from: Time::from_seconds((pair[0] + 1) * HOUR),
            until: Time::from_seconds(pair[1] * HOUR),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly(hours: impl Iterator<Item = i64>) -> Coverage {
        let mut coverage = Coverage::default();
        for hour in hours {
            coverage.note("111122223333", "eu-west-1", Time::from_seconds(1_700_000_000 + hour * HOUR));
        }
        coverage
    }

    #[test]
    fn an_evening_of_silence_is_a_gap() {
        let gaps = hourly((0..100).filter(|hour| !(40..46).contains(hour))).told().gaps;
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].until.since(gaps[0].from), 6 * HOUR);
    }

    #[test]
    fn an_hour_of_silence_is_none() {
        assert_eq!(hourly((0..100).filter(|hour| *hour != 40)).told().gaps, []);
        assert_eq!(hourly((0..100).filter(|hour| ![40, 41].contains(hour))).told().gaps.len(), 1);
    }

    #[test]
    fn a_region_with_a_nightly_job_has_no_gaps() {
        assert_eq!(hourly((0..20).map(|day| day * 24)).told().gaps, []);
    }

    #[test]
    fn of_too_many_accounts_the_first_are_covered_and_it_is_said() {
        let mut coverage = Coverage::default();
        for account in 0..=COVERED_PLACES_MAX {
            coverage.note(&account.to_string(), "eu-west-1", Time::from_seconds(1_700_000_000));
        }
        assert_eq!(coverage.told().accounts.len(), COVERED_PLACES_MAX);
        assert!(coverage.has_lost_places());
    }

    #[test]
    fn days_before_are_whole_days() {
        let coverage = hourly(0..72);
        assert_eq!(coverage.days_before("111122223333", Time::from_seconds(1_700_000_000 + 72 * HOUR)), 3);
        assert_eq!(coverage.days_before("444455556666", Time::from_seconds(1_800_000_000)), 0);
    }
}
