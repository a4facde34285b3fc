//! What the logs cover: which accounts and regions speak, when, and where they fall silent.

use std::collections::BTreeMap;

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

/// Records seen, by account and region: the set of hours in which there were any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    hours: BTreeMap<(String, String), BTreeMap<i64, u32>>,
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
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        let bit = 1_u32 << time.hour().rem_euclid(24);
        // Nearly every record hits a known place, so the look-up must not build a key.
        let key = (account.to_owned(), region.to_owned());
        *self.hours.entry(key).or_default().entry(time.day()).or_default() |= bit;
    }

    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        for (place, days) in other.hours {
            let mine = self.hours.entry(place).or_default();
            for (day, bits) in days {
                *mine.entry(day).or_default() |= bits;
            }
        }
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
    }

    /// The last record's time, of all accounts.
    #[must_use]
    pub fn last(&self) -> Option<Time> {
        self.last
    }

    /// Days before the day of `time` on which `account` had records, in `region` where given.
    #[must_use]
    pub fn days_before(&self, account: &str, region: Option<&str>, time: Time) -> u32 {
        let mut days = std::collections::BTreeSet::new();
        for ((_, _), seen) in self.hours.iter().filter(|((a, r), _)| a == account && region.is_none_or(|region| region == r)) {
            days.extend(seen.range(..time.day()).map(|(day, _)| *day));
        }
        u32::try_from(days.len()).unwrap_or(u32::MAX)
    }

    /// Tells what is covered.
    #[must_use]
    pub fn told(&self) -> CoverageTold {
        let mut accounts: Vec<String> = self.hours.keys().map(|(account, _)| account.clone()).collect();
        accounts.dedup();
        let mut regions: Vec<String> = self.hours.keys().map(|(_, region)| region.clone()).collect();
        regions.sort();
        regions.dedup();
        let gaps = self.hours.iter().flat_map(|((account, region), days)| gaps(account, region, days)).collect();
        CoverageTold { accounts, regions, first: self.first, last: self.last, gaps }
    }
}

fn gaps(account: &str, region: &str, days: &BTreeMap<i64, u32>) -> Vec<Gap> {
    let hours: Vec<i64> = days
        .iter()
        .flat_map(|(day, bits)| (0..24).filter(move |hour| bits >> hour & 1 == 1).map(move |hour| day * 24 + hour))
        .collect();
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else { return Vec::new() };
    let spoken = i64::try_from(hours.len()).unwrap_or(i64::MAX);
    if spoken.saturating_mul(USUAL_ONE_HOUR_IN) < last - first + 1 {
        return Vec::new();
    }
    hours
        .windows(2)
        .filter(|pair| pair[1] - pair[0] > GAP_HOURS_MIN - 1 && pair[1] - pair[0] > 1)
        .map(|pair| Gap {
            account: account.to_owned(),
            region: region.to_owned(),
            from: Time::from_seconds((pair[0] + 1) * HOUR),
            until: Time::from_seconds(pair[1] * HOUR),
        })
        .collect()
}
