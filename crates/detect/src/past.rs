//! A lineage's past: what it launched before a window, day by day, findings left out.
//!
//! Judging walks through a lineage in event time, so its past only grows: each launch is taken
//! in once, when it is older than the window, and by then it is known whether it belongs to a
//! finding. Asking is then as cheap on the ten thousandth launch as on the first.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Power;
use event::event::{Makes, RespawnerRef};
use event::{Detail, Event, FailureKind, Time};

use crate::history::Strangers;
use crate::ledger::{Kind, Row};
use crate::profile::{DaySet, agent_family, network_of};
use crate::rules::is_minting;
use crate::window::Lineage;
use crate::world::World;

/// How long a build's machine lives at most.
const BUILD_LIFE_MAX: i64 = 3 * 60 * 60;

/// What a lineage did before a window.
#[derive(Clone, Debug, Default)]
pub struct Past<'f> {
    rows_taken: usize,
    acts_taken: usize,
    launches: usize,
    launch_days: DaySet,
    kinds: BTreeMap<(&'f str, &'f str), BTreeMap<Kind, DaySet>>,
    respawner_days: BTreeMap<&'f RespawnerRef, DaySet>,
    making_days: DaySet,
    probe_days: DaySet,
    power: BTreeMap<i64, Power>,
    regions: BTreeMap<i64, BTreeSet<&'f str>>,
    machines: usize,
    short_lives: usize,
    largest_call: u64,
    looks: BTreeMap<(&'f str, &'f str), DaySet>,
    networks: BTreeMap<(&'f str, String), DaySet>,
    agents: BTreeMap<(&'f str, String), DaySet>,
    mint_days: DaySet,
}

impl<'f> Past<'f> {
    /// Takes in everything up to and including `until` that is not `owned` by a finding.
    ///
    /// What strangers' networks sent is not the owner's past either.
    pub fn advance(
        &mut self,
        lineage: &Lineage<'f>,
        until: Time,
        owned: &BTreeSet<&'f str>,
        strangers: &Strangers,
        world: &World<'f>,
    ) {
        let is_strange = |event: &Event| {
            !strangers.networks.is_empty()
                && strangers.networks.contains(&network_of(&event.address.to_string()))
        };
        while let Some(row) = lineage.rows.get(self.rows_taken).filter(|row| row.event.time <= until) {
            self.rows_taken += 1;
            if !owned.contains(row.event.id.as_str()) && !is_strange(row.event) {
                self.take(row, world);
            }
        }
        while let Some(act) = lineage.acts.get(self.acts_taken).copied().filter(|act| act.time <= until) {
            self.acts_taken += 1;
            if !is_strange(act) {
                self.take_act(act);
            }
        }
    }

    fn take(&mut self, row: &Row<'f>, world: &World<'f>) {
        let (event, day) = (row.event, row.event.time.day());
        self.launches += 1;
        if row.failure() == Some(FailureKind::DryRun) {
            self.probe_days.insert(day);
        }
        if !row.by_service {
            self.regions.entry(day).or_default().insert(&event.region);
        }
        if row.launch.makes == Makes::Respawner {
            self.making_days.insert(day);
        }
        if let Some(respawner) = row.launch.respawner.as_ref().filter(|_| event.succeeded()) {
            self.respawner_days.entry(respawner).or_default().insert(day);
        }
        *self.power.entry(day).or_default() += row.started();
        self.largest_call = self.largest_call.max(row.started().micro_usd_per_hour);
        if row.count(|line| line.started) > 0 {
            self.launch_days.insert(day);
            let kinds = self.kinds.entry((&event.account, &event.region)).or_default();
            for kind in &row.kinds {
                kinds.entry(kind.clone()).or_default().insert(day);
            }
        }
        if !row.by_service && event.succeeded() {
            let principal = event.actor.principal.as_str();
            self.networks.entry((principal, network_of(&event.address.to_string()))).or_default().insert(day);
            self.agents.entry((principal, agent_family(&event.agent))).or_default().insert(day);
        }
        for (id, _) in &row.machines {
            self.machines += 1;
            let ending = world
                .ending(id, event.time)
                .filter(|ending| ending.event.actor.principal == event.actor.principal);
            self.short_lives +=
                usize::from(ending.is_some_and(|ending| ending.time.since(event.time) <= BUILD_LIFE_MAX));
        }
    }

    fn take_act(&mut self, act: &'f Event) {
        let day = act.time.day();
        if matches!(act.detail, Detail::Look(_) | Detail::Quota(_)) {
            self.looks.entry((&act.actor.principal, &act.name)).or_default().insert(day);
        }
        if is_minting(act) {
            self.mint_days.insert(day);
        }
    }

    /// Whether it ever launched.
    #[must_use]
    pub fn has_launched(&self) -> bool {
        self.launches > 0
    }

    /// Days on which it obtained machines.
    #[must_use]
    pub fn launch_days(&self) -> usize {
        self.launch_days.iter().count()
    }

    /// Days on which it obtained every kind of machine that `row` asks for, in the same account and region; or on which
    /// it worked on the same respawner.
    #[must_use]
    pub fn days_alike(&self, row: &Row<'f>) -> usize {
        let same = row.launch.respawner.as_ref().and_then(|respawner| self.respawner_days.get(respawner));
        let same = same.map_or(0, |days| days.iter().count());
        let Some(kinds) = self.kinds.get(&(row.event.account.as_str(), row.event.region.as_str())) else {
            return same;
        };
        let mut wanted = row.kinds.iter().map(|kind| kinds.get(kind));
        let Some(Some(first)) = wanted.next() else { return same };
        let rest: Option<Vec<&DaySet>> = wanted.collect();
        let alike = rest
            .map_or(0, |rest| first.iter().filter(|day| rest.iter().all(|days| days.contains(*day))).count());
        alike.max(same)
    }

    /// What its largest call obtained, in millionths of a dollar an hour.
    #[must_use]
    pub fn largest_call(&self) -> u64 {
        self.largest_call
    }

    /// Days on which `principal` launched from a network.
    #[must_use]
    pub fn days_from(&self, principal: &'f str, network: &str) -> u32 {
        count(self.networks.get(&(principal, network.to_owned())))
    }

    /// Days on which `principal` launched with a program.
    #[must_use]
    pub fn days_with(&self, principal: &'f str, agent: &str) -> u32 {
        count(self.agents.get(&(principal, agent.to_owned())))
    }

    /// Days on which it made respawners.
    #[must_use]
    pub fn making_days(&self) -> usize {
        self.making_days.iter().count()
    }

    /// Days on which it made dry runs.
    #[must_use]
    pub fn probe_days(&self) -> usize {
        self.probe_days.iter().count()
    }

    /// Days on which it asked for compute in at least so many regions.
    #[must_use]
    pub fn days_as_wide(&self, regions: usize) -> usize {
        self.regions.values().filter(|seen| seen.len() >= regions).count()
    }

    /// The power that its busiest day started.
    #[must_use]
    pub fn busiest_day(&self) -> Power {
        self.power
            .values()
            .copied()
            .max_by_key(|power| (power.micro_usd_per_hour, power.millivcpus))
            .unwrap_or_default()
    }

    /// Days on which it started at least so much, in millionths of a dollar an hour.
    #[must_use]
    pub fn days_as_big(&self, micro_usd_per_hour: u64) -> usize {
        self.power.values().filter(|power| power.micro_usd_per_hour >= micro_usd_per_hour).count()
    }

    /// How many machines it obtained, and how many of them it ended itself within three hours.
    #[must_use]
    pub fn lives(&self) -> (usize, usize) {
        (self.machines, self.short_lives)
    }

    /// Whether a principal made a look-up on a day that is not in `without`.
    #[must_use]
    pub fn has_looked(&self, principal: &str, name: &str, without: &DaySet) -> bool {
        self.looks.get(&(principal, name)).is_some_and(|days| days.iter().any(|day| !without.contains(day)))
    }

    /// Days, not in `without`, on which it minted people's credentials.
    #[must_use]
    pub fn mint_days(&self, without: &DaySet) -> usize {
        self.mint_days.iter().filter(|day| !without.contains(*day)).count()
    }
}

fn count(days: Option<&DaySet>) -> u32 {
    days.map_or(0, |days| u32::try_from(days.iter().count()).unwrap_or(u32::MAX))
}
