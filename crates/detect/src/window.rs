//! One lineage, judged at one moment: the 24 hours up to it, and the history before those.
//!
//! This is all that a rule sees. Everything in it is computed from facts, so the same launch
//! is judged the same whatever else arrived first.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Power;
use event::event::{Login, Makes};
use event::time::DAY;
use event::{Actor, Address, Detail, Event, FailureKind, Time};

use crate::case::is_of;
use crate::facts::Facts;
use crate::finding::Link;
use crate::history::{History, Strangers, USUAL_DAYS};
use crate::ledger::{Row, is_mining_grade, shows_instances};
use crate::lineage::Root;
use crate::past::Past;
use crate::profile::{DaySet, Profile, agent_family, network_of};
use crate::rules::used_off_instance::used_off_instance;
use crate::score::Decibans;
use crate::witness::Machine;
use crate::world::{RespawnerKey, World};

/// How long a window is.
///
/// Shorter, and a slow miner never adds up; longer, and a week of ordinary rollouts does.
pub const WINDOW: i64 = DAY;

/// A window may be so many times the busiest day before and still be the same job.
///
/// Fewer, and a business that doubles is news; more, and a thief who starts the owner's machines by the dozen is the owner.
pub const GROWTH_MAX: u64 = 3;

/// One lineage: everything that goes back to one root.
#[derive(Clone, Debug)]
pub struct Lineage<'f> {
    /// The root.
    pub root: Root,
    /// Its launches, in order.
    pub rows: Vec<Row<'f>>,
    /// Its other notable events, in order.
    pub acts: Vec<&'f Event>,
    /// How credentials and respawners hang together.
    pub links: BTreeSet<Link>,
}

/// A hand: one principal's credential in one place.
#[derive(Clone, Debug)]
pub struct Hand<'f> {
    /// Its first launch in the window.
    pub event: &'f Event,
    /// Who.
    pub actor: &'f Actor,
    /// From where.
    pub address: &'f Address,
    /// The network of the address, for comparison.
    pub network: String,
    /// The agent's family.
    pub agent: String,
    /// All its records in the window.
    pub events: Vec<&'f Event>,
}

/// The launches of a window, added up. Retries of a refused launch count once per region.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// What is wanted, net: running, refused, and promised by new respawners, less what ended.
    pub wanted: Power,
    /// The same in machines.
    pub machines: u64,
    /// The machines among them that have accelerators.
    pub accelerated_machines: u64,
    /// The machines among them that are worth mining on by themselves.
    pub mining_grade_machines: u64,
    /// Everything that was started in the window, gross.
    pub started_machines: u64,
    /// Machines that ended in the window.
    pub ended_machines: u64,
    /// vCPU thousandths that started in the window.
    pub started_millivcpus: u64,
    /// vCPU thousandths that ended in the window.
    pub ended_millivcpus: u64,
}

/// One lineage at one moment.
pub struct Window<'w, 'f> {
    /// The indexed facts.
    pub world: &'w World<'f>,
    /// The lineage.
    pub lineage: &'w Lineage<'f>,
    /// When the window opens.
    pub start: Time,
    /// The moment of judgement.
    pub at: Time,
    /// Launches in the window, in order. Where some are what the lineage always does and some are not, those that
    /// are not: an owner who works as ever speaks for nobody who works beside them.
    pub rows: Vec<&'w Row<'f>>,
    /// The launches that were set aside.
    pub usual: Vec<&'w Row<'f>>,
    /// Other notable events in the window, in order.
    pub acts: &'w [&'f Event],
    /// The hands on the launches (services left out), in order of their first launch.
    pub hands: Vec<Hand<'f>>,
    /// The launches added up.
    pub tally: Tally,
    /// What was known before.
    pub history: History<'w, 'f>,
}

/// What was known of a lineage before a window.
#[derive(Clone, Copy, Debug)]
pub struct Known<'w, 'f> {
    /// What it launched.
    pub past: &'w Past<'f>,
    /// Days on which it was hot.
    pub hot_days: &'w DaySet,
    /// What the hands of its findings brought along.
    pub strangers: &'w Strangers,
}

impl<'w, 'f> Window<'w, 'f> {
    /// Lays a window over a lineage, up to and including `at`.
    #[must_use]
    pub fn new(world: &'w World<'f>, lineage: &'w Lineage<'f>, at: Time, known: Known<'w, 'f>) -> Self {
        let start = at.plus(-WINDOW);
        let rows = between(&lineage.rows, start, at, |row| row.event.time);
        let acts = between(&lineage.acts, start, at, |event| event.time);
        let history = History {
            start,
            days: history_days(world.facts, rows, lineage, start),
            past: known.past,
            hot_days: known.hot_days,
            strangers: known.strangers,
        };
        let (usual, rows) = split(rows, &history, world);
        let mut window = Self {
            world,
            lineage,
            start,
            at,
            hands: hands(&rows, acts),
            rows,
            usual,
            acts,
            tally: Tally::default(),
            history,
        };
        window.tally = tally(&window);
        window
    }

    /// The facts.
    #[must_use]
    pub fn facts(&self) -> &'f Facts {
        self.world.facts
    }

    /// What a principal usually does.
    #[must_use]
    pub fn profile(&self, principal: &str) -> Option<&'f Profile> {
        self.world.facts.profile(principal)
    }

    /// Launches in the window that a hand made, slips of the keyboard left out.
    pub fn asks(&self) -> impl Iterator<Item = &'w Row<'f>> {
        self.rows.iter().copied().filter(|row| !row.is_slip())
    }

    /// Launches in the window that somebody's hand is directly on.
    pub fn by_hand(&self) -> impl Iterator<Item = &'w Row<'f>> {
        self.asks().filter(|row| !row.by_service)
    }

    /// The instances that launches of the window obtained, as side logs may know them, each with its launch.
    #[must_use]
    pub fn machines(&self) -> Vec<(Machine<'_>, &'f Event)> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let started =
            self.rows.iter().flat_map(|row| row.machines.iter().map(move |(id, _)| (*id, row.event)));
        started
            .filter(|(id, _)| id.starts_with("i-") && seen.insert(id))
            .map(|(id, event)| (self.world.machine_from(id, &event.account, event.time), event))
            .collect()
    }

    /// A weight of the group power, by how unusual such power is: a rendering house starts as much every day.
    #[must_use]
    pub fn weigh_power(&self, full: Decibans) -> Decibans {
        let half = self.tally.wanted.micro_usd_per_hour / 2;
        // A token off its instance is not the house's, whatever the house does every day.
        let stolen =
            self.hands.iter().any(|hand| hand.actor.instance.is_some()) && used_off_instance(self).is_some();
        let usual = half > 0 && self.history.past.days_as_big(half) >= USUAL_DAYS as usize && !stolen;
        if usual { full.scaled(1, 3) } else { full }
    }

    /// Whether nobody's hand is on any launch or act of the window.
    #[must_use]
    pub fn is_unattended(&self) -> bool {
        self.hands.is_empty()
    }

    /// Whether the same principal made the same look-up before the window.
    #[must_use]
    pub fn looked_before(&self, event: &Event) -> bool {
        self.history.past.has_looked(&event.actor.principal, &event.name, self.history.hot_days)
    }

    /// Console sign-ins of the lineage in the window.
    pub fn logins(&self) -> impl Iterator<Item = (&'f Event, &'f Login)> + use<'w, 'f> {
        self.acts.iter().filter_map(|event| match &event.detail {
            Detail::Login(login) => Some((*event, login)),
            _ => None,
        })
    }
}

/// The part of a sorted list after `start` and up to `at`.
fn between<T>(list: &[T], start: Time, at: Time, time: impl Fn(&T) -> Time) -> &[T] {
    let from = list.partition_point(|item| time(item) <= start);
    let to = list.partition_point(|item| time(item) <= at);
    &list[from..to.max(from)]
}

fn history_days(facts: &Facts, rows: &[Row<'_>], lineage: &Lineage<'_>, start: Time) -> u32 {
    let accounts: BTreeSet<&str> = rows.iter().map(|row| row.event.account.as_str()).collect();
    let home = std::iter::once(lineage.root.account.as_str()).filter(|account| !account.is_empty());
    accounts
        .into_iter()
        .chain(home)
        .map(|account| facts.coverage().days_before(account, start))
        .max()
        .unwrap_or(0)
}

/// Sets apart what the lineage always did, if there is anything else: the same machines, from the same network, by the
/// same program, on days before, and no more of them than it is used to.
fn split<'w, 'f>(
    rows: &'w [Row<'f>],
    history: &History<'_, 'f>,
    world: &World<'f>,
) -> (Vec<&'w Row<'f>>, Vec<&'w Row<'f>>) {
    let all = || (Vec::new(), rows.iter().collect());
    if history.past.launch_days() < USUAL_DAYS as usize {
        return all();
    }
    let (usual, mut rest): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
        rows.iter().partition(|row| history.is_usual(row, world.facts));
    let power: Power = usual.iter().map(|row| row.requested()).sum();
    let most = history.past.busiest_day().micro_usd_per_hour.saturating_mul(GROWTH_MAX);
    let others = rest.iter().any(|row| !row.by_service && !row.is_slip());
    if usual.is_empty() || !others || power.micro_usd_per_hour > most {
        return all();
    }
    // What services started for the owner's groups goes with them.
    let own: BTreeSet<RespawnerKey> = usual
        .iter()
        .flat_map(|row| row.launch.respawner.iter().map(|respawner| RespawnerKey::of(row.event, respawner)))
        .collect();
    let (served, strange): (Vec<_>, Vec<_>) =
        rest.drain(..).partition(|row| row.by_service && is_of(row, &own, world));
    (usual.into_iter().chain(served).collect(), strange)
}

fn hands<'f>(rows: &[&Row<'f>], acts: &[&'f Event]) -> Vec<Hand<'f>> {
    let mut hands: Vec<Hand<'f>> = Vec::new();
    let launches = rows.iter().filter(|row| !row.by_service).map(|row| row.event);
    let raises =
        acts.iter().copied().filter(|event| matches!(&event.detail, Detail::Quota(ask) if ask.raise));
    for event in launches.chain(raises) {
        let same = |hand: &&mut Hand<'f>| {
            hand.actor.principal == event.actor.principal
                && hand.actor.key == event.actor.key
                && *hand.address == event.address
        };
        match hands.iter_mut().find(same) {
            Some(hand) => hand.events.push(event),
            None => hands.push(Hand {
                event,
                actor: &event.actor,
                address: &event.address,
                network: network_of(&event.address.to_string()),
                agent: agent_family(&event.agent),
                events: vec![event],
            }),
        }
    }
    hands
}

fn tally(window: &Window<'_, '_>) -> Tally {
    let mut tally = Tally::default();
    add_started(&mut tally, window);
    add_refused(&mut tally, window);
    add_promised(&mut tally, window);
    tally
}

/// Adds what started, less what ended again.
fn add_started(tally: &mut Tally, window: &Window<'_, '_>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for row in &window.rows {
        let mut named = 0;
        for (id, power) in row.machines.iter().filter(|(id, _)| seen.insert(id)) {
            named += 1;
            tally.started_machines += 1;
            tally.started_millivcpus += power.millivcpus;
            let ended = window.world.ending(id, row.event.time).filter(|ending| ending.time <= window.at);
            if ended.is_none() {
                add(tally, *power, 1);
            }
        }
        if named == 0 && row.machines.is_empty() {
            for line in row.lines.iter().filter(|line| line.started > 0) {
                tally.started_machines += line.started;
                tally.started_millivcpus += line.power.times(line.started).millivcpus;
                add(tally, line.power, line.started);
            }
        }
    }
    // What ended is laid against what was set aside first: the owner's churn makes no room for a stranger's machines.
    let mut aside: u64 = window.usual.iter().map(|row| row.started().millivcpus).sum();
    for event in window.acts {
        if let Detail::End(end) = &event.detail
            && event.succeeded()
        {
            for id in &end.ids {
                let ended = window.world.machine(id, event.time).map_or(0, |unit| unit.power.millivcpus);
                let laid = ended.min(aside);
                aside -= laid;
                tally.ended_machines += u64::from(laid == 0);
                tally.ended_millivcpus += ended - laid;
            }
        }
    }
}

/// Adds what was refused: the largest refusal of each region and type, since a retry is not a second wish.
///
/// For want of capacity people ask next door: there it is the largest of all regions, less what
/// they got in the end.
fn add_refused(tally: &mut Tally, window: &Window<'_, '_>) {
    let mut refused: BTreeMap<(&str, &str, &str), (Power, u64)> = BTreeMap::new();
    let mut hunted: BTreeMap<&str, (Power, u64)> = BTreeMap::new();
    for row in window.asks() {
        for line in row.lines.iter().filter(|line| line.refused > 0) {
            let place = if row.failure() == Some(FailureKind::Capacity) {
                hunted.entry(&line.unit).or_insert((line.power, 0))
            } else {
                refused.entry((&row.event.account, &row.event.region, &line.unit)).or_insert((line.power, 0))
            };
            place.1 = place.1.max(line.refused);
        }
    }
    for (unit, (power, count)) in hunted {
        let got: u64 = window
            .rows
            .iter()
            .flat_map(|row| &row.lines)
            .filter(|line| line.unit == unit)
            .map(|line| line.started)
            .sum();
        add(tally, power, count.saturating_sub(got));
    }
    for (power, count) in refused.into_values() {
        add(tally, power, count);
    }
}

/// Adds what new respawners were told to start and have not visibly started yet.
fn add_promised(tally: &mut Tally, window: &Window<'_, '_>) {
    for row in window.by_hand().filter(|row| row.event.succeeded()) {
        let Some(respawner) =
            row.launch.respawner.as_ref().filter(|respawner| shows_instances(respawner.kind))
        else {
            continue;
        };
        if !matches!(row.launch.makes, Makes::Respawner | Makes::Enlarges)
            || row.count(|line| line.started) > 0
        {
            continue;
        }
        let key = RespawnerKey::of(row.event, respawner);
        let visible: u64 = window
            .rows
            .iter()
            .filter(|other| {
                let made_by = other.launch.made_by.as_ref();
                made_by.is_some_and(|made_by| {
                    window.world.top_respawner(RespawnerKey::of(other.event, made_by)) == key
                })
            })
            .map(|other| other.count(|line| line.started))
            .sum();
        let mut left = row.count(|line| line.requested).saturating_sub(visible);
        for line in &row.lines {
            let count = line.requested.min(left);
            left -= count;
            add(tally, line.power, count);
        }
    }
}

fn add(tally: &mut Tally, power: Power, count: u64) {
    tally.wanted += power.times(count);
    tally.machines += count;
    if power.accelerators > 0 {
        tally.accelerated_machines += count;
    }
    if is_mining_grade(power) {
        tally.mining_grade_machines += count;
    }
}
