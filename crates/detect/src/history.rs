//! What was known before a window opened, and how much that is worth.
//!
//! Only what was seen before a window can speak for or against it, and what belongs to a
//! finding never becomes history: days on which a finding was hot are left out.

use std::collections::BTreeSet;

use event::{Address, Event, Time};

use crate::facts::Facts;
use crate::ledger::Row;
use crate::past::Past;
use crate::profile::{Dated, DaySet, Feature, Profile, agent_family, is_typed, network_of};
use crate::score::Decibans;
use crate::window::Window;

/// Days of history after which "never before" has its full weight.
///
/// Two working weeks. Fewer, and a weekly job is new every time; more, and a young account is never judged.
pub const FULL_HISTORY_DAYS: u32 = 10;

/// Days in the same one or two networks after which a principal is settled.
///
/// Fewer, and a new service is settled on its second day; more, and young accounts have none.
const SETTLED_DAYS: u32 = 5;

/// Hundredths of the full weight after so many days of history: the square root of their share of [`FULL_HISTORY_DAYS`].
const SHARE_BY_DAYS: [u32; FULL_HISTORY_DAYS as usize + 1] = [0, 32, 45, 55, 63, 71, 77, 84, 89, 95, 100];

/// Days on which a thing was seen that make it usual.
///
/// Fewer, and a thief who tried the key yesterday is an old acquaintance; more, and a new
/// colleague is a stranger for weeks.
pub const USUAL_DAYS: u32 = 3;

/// How far around a window other days are asked, where it has none before it.
///
/// Nearer, and what runs at weekends is new at the beginning of the logs; further, and what happens weeks later
/// changes what is said of today.
pub const AROUND_DAYS: i64 = 9;

/// Addresses of which the blocks are worth comparing.
///
/// Fewer, and every address of a traveller is far from the others; more, and a young pipeline has no blocks.
const BLOCK_ADDRESSES_MIN: usize = 10;

/// What was known before a window.
#[derive(Clone, Debug)]
pub struct History<'w, 'f> {
    /// When the window opens.
    pub start: Time,
    /// Days of records of the account before it.
    pub days: u32,
    /// The lineage's own launches before it, findings left out.
    pub past: &'w Past<'f>,
    /// Days on which this lineage was hot.
    pub hot_days: &'w DaySet,
    /// What the hands of its findings brought along.
    pub strangers: &'w Strangers,
}

/// What the hands of a finding brought along: it never becomes habit, however long they stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strangers {
    /// Networks that were new when they were hot.
    pub networks: BTreeSet<String>,
    /// Regions that were dormant.
    pub regions: BTreeSet<String>,
    /// Agent families that were new.
    pub agents: BTreeSet<String>,
}

impl<'f> History<'_, 'f> {
    /// A weight that rests on "never before", by how much "before" there was.
    ///
    /// The first days tell most: a program that called from one address two hundred times in two
    /// days has shown where it lives. So the weight grows with the square root of the days.
    #[must_use]
    pub fn weigh(&self, full: Decibans) -> Decibans {
        weigh_by(self.days, full)
    }

    /// The same, of a principal that was active on `own` days: what is younger than the logs has shown less.
    #[must_use]
    pub fn weigh_own(&self, own: u32, full: Decibans) -> Decibans {
        weigh_by(if own < USUAL_DAYS { own.min(self.days) } else { self.days }, full)
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
    pub fn days_seen(&self, feature: &Feature<impl Dated>, value: &str) -> u32 {
        feature.get(value).map_or(0, |seen| self.days_of(seen))
    }

    /// On how many days before the window this was seen.
    #[must_use]
    pub fn days_of(&self, seen: &impl Dated) -> u32 {
        let whole = seen.days().count_before(self.start.day(), self.hot_days);
        // The morning of the day on which the window opens counts, if the value was first seen then.
        let morning = seen.since() < self.start && seen.since().day() == self.start.day();
        whole + u32::from(morning && !self.hot_days.contains(self.start.day()))
    }

    /// On how many days around the window, before and after it, a value was seen.
    ///
    /// Only for the beginning of the logs, where nothing is older than the window.
    #[must_use]
    pub fn days_around(&self, seen: &impl Dated) -> usize {
        seen.days().iter().filter(|day| (day - self.start.day()).abs() <= AROUND_DAYS).count()
    }

    /// Whether a value was seen before the window, or within a week around it. What is first seen later is another story.
    #[must_use]
    pub fn is_near(&self, seen: &impl Dated) -> bool {
        seen.since() < self.start || self.days_around(seen) > 0
    }

    /// On how many days before the window any address of this network was seen.
    #[must_use]
    pub fn days_of_network(&self, addresses: &Feature, network: &str) -> u32 {
        if self.strangers.networks.contains(network) {
            return 0;
        }
        let mut days = DaySet::default();
        for (_, seen) in addresses
            .iter()
            .filter(|(address, seen)| seen.first < self.start && network_of(address) == network)
        {
            for day in seen.days.iter().filter(|day| *day <= self.start.day()) {
                days.insert(day);
            }
        }
        days.count_before(self.start.day() + 1, self.hot_days)
    }

    /// Whether a principal is at home in a network: it changed something from there before, or never did from anywhere
    /// and is seen there most. Whoever only looks around from a second place, however long, is a visitor.
    #[must_use]
    pub fn is_home(&self, profile: &Profile, network: &str) -> bool {
        let here = self.days_of_network(&profile.addresses, network);
        if here == 0 {
            return false;
        }
        let acted = |network: &str| {
            !self.strangers.networks.contains(network) && self.days_seen(&profile.acted_from, network) > 0
        };
        if acted(network) || profile.acted_from.is_saturated() {
            return true;
        }
        let others: BTreeSet<String> = profile
            .addresses
            .iter()
            .filter(|(_, seen)| seen.first < self.start)
            .map(|(address, _)| network_of(address))
            .filter(|other| other != network)
            .collect();
        others.iter().all(|other| !acted(other) && self.days_of_network(&profile.addresses, other) <= here)
    }

    /// Whether a launch by hand is what its principal always did: the same machines in the same region, from the same
    /// network, by the same program, on several days before.
    #[must_use]
    pub fn is_usual(&self, row: &Row<'f>, facts: &Facts) -> bool {
        !row.by_service
            && !row.is_slip()
            && self.past.days_alike(row) >= USUAL_DAYS as usize
            && row.requested().micro_usd_per_hour <= self.past.largest_call().saturating_mul(2)
            && self.days_launching(row.event, facts).is_some_and(|days| days >= USUAL_DAYS)
    }

    /// Days on which the caller of a launch launched from the same network, and with the same program; the fewer.
    /// `None` for a service, which has no place.
    #[must_use]
    pub fn days_launching(&self, event: &'f Event, facts: &Facts) -> Option<u32> {
        if event.address.is_service() {
            return None;
        }
        let principal = event.actor.principal.as_str();
        let network = network_of(&event.address.to_string());
        let moves = facts.profile(principal).is_some_and(|profile| self.rotates(profile));
        let there = match (self.strangers.networks.contains(&network), moves) {
            (true, _) => 0,
            // Hosted runners never launch from the same place twice.
            (false, true) => u32::MAX,
            (false, false) => self.past.days_from(principal, &network),
        };
        Some(there.min(self.past.days_with(principal, &agent_family(&event.agent))))
    }

    /// On how many days before the window a principal did anything.
    #[must_use]
    pub fn days_active(&self, profile: &Profile) -> u32 {
        profile.days.count_before(self.start.day(), self.hot_days)
    }

    /// Whether a principal has kept to one or two networks for days.
    #[must_use]
    pub fn is_settled(&self, profile: &Profile) -> bool {
        let before = profile.addresses.iter().filter(|(_, seen)| seen.first < self.start);
        let networks: BTreeSet<String> = before.map(|(address, _)| network_of(address)).collect();
        !profile.addresses.is_saturated()
            && (1..=2).contains(&networks.len())
            && self.days_active(profile) >= SETTLED_DAYS
    }

    /// Whether nobody types with a principal: no command line or browser was seen before.
    #[must_use]
    pub fn runs_alone(&self, profile: &Profile) -> bool {
        let mut before = profile.agents.iter().filter(|(_, seen)| seen.first < self.start).peekable();
        !profile.agents.is_saturated() && before.peek().is_some() && before.all(|(agent, _)| !is_typed(agent))
    }

    /// Whether a principal still calls from a network it used before the window, while a hand is in `network`: on that
    /// day or the next. What it does weeks later says nothing of today.
    #[must_use]
    pub fn goes_on(&self, profile: &Profile, network: &str, time: Time) -> bool {
        let near = time.day()..=time.day() + 1;
        profile.addresses.iter().any(|(address, seen)| {
            seen.first < self.start
                && network_of(address) != network
                && seen.days.iter().any(|day| near.contains(&day))
        })
    }

    /// Whether a principal whose networks change has kept to some large blocks of addresses (`/8`), and `network` is in
    /// none of them: a hoster's runners move within the hoster's blocks.
    #[must_use]
    pub fn leaves_its_blocks(&self, profile: &Profile, network: &str) -> bool {
        let before = profile.addresses.iter().filter(|(_, seen)| seen.first < self.start);
        let addresses: BTreeSet<&str> = before.map(|(address, _)| address).collect();
        let blocks: BTreeSet<&str> = addresses.iter().filter_map(|address| block(address)).collect();
        let Some(own) = block(network) else { return false };
        // Of too many the smallest are kept: what would stand behind the last of them may have been seen.
        let told = !profile.addresses.is_saturated() || addresses.last().is_some_and(|last| network < *last);
        told && addresses.len() >= BLOCK_ADDRESSES_MIN
            && blocks.len() * 2 <= addresses.len()
            && !blocks.contains(own)
    }

    /// Whether a principal's networks change so often that a new one says nothing (hosted runners, rotating egress).
    #[must_use]
    pub fn rotates(&self, profile: &Profile) -> bool {
        let before = profile.addresses.iter().filter(|(_, seen)| seen.first < self.start);
        let networks: BTreeSet<String> = before.map(|(address, _)| network_of(address)).collect();
        let networks = u32::try_from(networks.len()).unwrap_or(u32::MAX);
        profile.addresses.is_saturated() || (networks >= 5 && networks * 2 >= self.days_active(profile))
    }
}

/// The first octet of an IPv4 address or network.
fn block(address: &str) -> Option<&str> {
    address.split_once('.').map(|(first, _)| first)
}

fn weigh_by(days: u32, full: Decibans) -> Decibans {
    full.scaled(SHARE_BY_DAYS[days.min(FULL_HISTORY_DAYS) as usize], 100)
}

/// What the hands of a window brought along that was new when it was judged.
#[must_use]
pub fn strangers(window: &Window<'_, '_>) -> Strangers {
    let history = &window.history;
    let mut strangers = Strangers::default();
    for hand in window.hands.iter().filter(|hand| matches!(hand.address, Address::Ip(_))) {
        let profile = window.profile(&hand.actor.principal);
        let days = profile.map_or(0, |profile| history.days_of_network(&profile.addresses, &hand.network));
        if days == 0 && history.days > 0 {
            strangers.networks.insert(hand.network.clone());
        }
        let usual = profile.is_some_and(|profile| history.days_seen(&profile.agents, &hand.agent) > 0);
        if !usual && history.days > 0 {
            strangers.agents.insert(hand.agent.clone());
        }
    }
    for row in window.by_hand() {
        let account = window.facts().account(&row.event.account);
        let used =
            account.is_some_and(|account| history.days_seen(&account.changed_regions, &row.event.region) > 0);
        if !used && history.days > 0 {
            strangers.regions.insert(row.event.region.clone());
        }
    }
    strangers
}
