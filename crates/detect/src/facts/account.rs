//! What an account usually does, by number.

use std::sync::OnceLock;

use event::Time;

use super::habits::Habits;
use super::names::{Name, Names, Renamed};
use crate::profile::AccountProfile;

/// The habits of one account.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: Name,
    changed_regions: Habits,
    networks: Habits,
    acted_from: Habits,
    profile: OnceLock<Box<AccountProfile>>,
}

impl Account {
    pub(super) fn new(id: Name) -> Self {
        Self {
            id,
            changed_regions: Habits::default(),
            networks: Habits::default(),
            acted_from: Habits::default(),
            profile: OnceLock::new(),
        }
    }

    /// Notes a call from `network`; returns since when it is noted.
    pub(super) fn note(&mut self, network: Name, time: Time, names: &mut Names) -> Time {
        self.profile.take();
        self.networks.note_name(network, time, names)
    }

    /// Notes a call from `network` that changed something in `region`.
    pub(super) fn note_change(&mut self, region: Name, network: Name, time: Time, names: &mut Names) {
        self.profile.take();
        self.changed_regions.note_name(region, time, names);
        self.acted_from.note_name(network, time, names);
    }

    /// Adds what `other` saw.
    pub(super) fn merge(&mut self, other: Self, renamed: &Renamed, names: &Names) {
        self.profile.take();
        self.changed_regions.merge(other.changed_regions, renamed, names);
        self.networks.merge(other.networks, renamed, names);
        self.acted_from.merge(other.acted_from, renamed, names);
    }

    /// The profile, spelled out when first asked for.
    pub(super) fn profile(&self, names: &Names) -> &AccountProfile {
        self.profile.get_or_init(|| {
            Box::new(AccountProfile {
                changed_regions: self.changed_regions.told(names),
                networks: self.networks.told(names),
                acted_from: self.acted_from.told(names),
            })
        })
    }
}
