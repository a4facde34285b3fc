//! What was known before a window opened, and how much that is worth.
//!
//! Only what was seen before a window can speak for or against it, and what belongs to a
//! finding never becomes history: days on which a finding was hot are left out.

use event::Time;

use crate::ledger::Row;
use crate::profile::{DaySet, Feature, Profile, network_of};
use crate::score::Decibans;

/// Days of history after which "never before" has its full weight.
///
/// Two working weeks. Fewer, and a weekly job is new every time; more, and a young account is never judged.
pub const FULL_HISTORY_DAYS: u32 = 10;

/// Days on which a thing was seen that make it usual.
///
/// Fewer, and a thief who tried the key yesterday is an old acquaintance; more, and a new
/// colleague is a stranger for weeks.
pub const USUAL_DAYS: u32 = 3;

/// What was known before a window.
#[derive(Clone, Debug)]
pub struct History<'w, 'f> {
    /// When the window opens.
    pub start: Time,
    /// Days of records of the account before it.
    pub days: u32,
    /// The lineage's own launches before it, findings left out.
    pub rows: Vec<&'w Row<'f>>,
    /// Days on which this lineage was hot.
    pub hot_days: &'w DaySet,
}

impl History<'_, '_> {
    /// A weight that rests on "never before", by how much "before" there was.
    #[must_use]
    pub fn weigh(&self, full: Decibans) -> Decibans {
        full.scaled(self.days.min(FULL_HISTORY_DAYS), FULL_HISTORY_DAYS)
    }

    /// How that is told.
    #[must_use]
    pub fn told(&self) -> String {
        match self.days {
            0 => "(there are no records from before)".to_owned(),
            1 => "in the one day of records before".to_owned(),
            days => format!("in {days} days of records before"),
        }
    }

    /// On how many days before the window a value was seen.
    #[must_use]
    pub fn days_seen(&self, feature: &Feature, value: &str) -> u32 {
        let Some(seen) = feature.get(value) else { return 0 };
        let whole = seen.days.count_before(self.start.day(), self.hot_days);
        // The morning of the day on which the window opens counts, if the value was first seen then.
        let morning = seen.first.time < self.start && seen.first.time.day() == self.start.day();
        whole + u32::from(morning && !self.hot_days.contains(self.start.day()))
    }

    /// On how many days before the window any address of this network was seen.
    #[must_use]
    pub fn days_of_network(&self, addresses: &Feature, network: &str) -> u32 {
        let mut days = DaySet::default();
        for (_, seen) in addresses.iter().filter(|(address, seen)| seen.first.time < self.start && network_of(address) == network) {
            for day in seen.days.iter().filter(|day| *day <= self.start.day()) {
                days.insert(day);
            }
        }
        days.count_before(self.start.day() + 1, self.hot_days)
    }

    /// On how many days before the window a principal did anything.
    #[must_use]
    pub fn days_active(&self, profile: &Profile) -> u32 {
        profile.days.count_before(self.start.day(), self.hot_days)
    }

    /// Whether a principal's networks change so often that a new one says nothing (hosted runners, rotating egress).
    #[must_use]
    pub fn rotates(&self, profile: &Profile) -> bool {
        let before = profile.addresses.iter().filter(|(_, seen)| seen.first.time < self.start);
        let networks: std::collections::BTreeSet<String> = before.map(|(address, _)| network_of(address)).collect();
        let networks = u32::try_from(networks.len()).unwrap_or(u32::MAX);
        profile.addresses.is_saturated() || (networks >= 5 && networks * 2 >= self.days_active(profile))
    }
}
