//! A case in numbers: which launches are its own, how many machines, how much power, how grave. What they cost is in
//! [`crate::cost`].
//!
//! Sums are made in whole units (machines, thousandths of a vCPU), so they are the same in any order. A machine is
//! counted once, however many records show it.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Power;
use event::event::{EndKind, Makes};
use event::time::HOUR;
use event::{FailureKind, Time};

use crate::case::{Case, is_of, respawners};
use crate::finding::{Cost, Launches, Outcome, Place, Respawner};
use crate::history::USUAL_DAYS;
use crate::ledger::{Line, Row, UNKNOWN, shows_instances};
use crate::profile::{Habit, network_of};
use crate::world::{RespawnerKey, World};

/// From so many machines on, small ones count as the thing itself and not as by-catch.
const SWARM_MIN: u64 = 20;

/// A principal that launched from so many networks before has no home.
const ROTATING_NETWORKS_MIN: usize = 5;

/// The case's own launches, in order: those by hands that asked for mining-grade compute, and by their respawners.
///
/// Other launches of the same lineage in the same day are somebody's ordinary work; they are in
/// the story and not in the numbers.
#[must_use]
pub fn own_rows<'w, 'f>(case: &Case<'w, 'f>, world: &World<'f>) -> Vec<&'w Row<'f>> {
    let mut rows: Vec<&Row<'_>> = case
        .parts
        .iter()
        .flat_map(|part| {
            part.lineage
                .rows
                .iter()
                .filter(|row| row.event.time > part.opens && row.event.time <= part.last_hot.plus(HOUR))
        })
        .collect();
    rows.retain(|row| !row.is_slip());
    let grade: BTreeSet<(&str, Option<&str>)> =
        rows.iter().filter(|row| counts_alone(row)).map(|row| hand(row)).collect();
    let small: u64 =
        rows.iter().filter(|row| !row.is_mining_grade()).map(|row| row.count(|line| line.requested)).sum();
    let made = respawners(case);
    let habits = habits(case);
    let strangers = rows.iter().any(|row| counts_alone(row) && !is_habit(row, &habits, world));
    if !grade.is_empty() && small < SWARM_MIN {
        // A small machine that was started for its credential is where the large ones were asked from.
        let hosts: BTreeSet<String> = rows
            .iter()
            .filter_map(|row| row.event.actor.instance.as_ref().map(|instance| instance.id.clone()))
            .collect();
        // A small machine from where the owner works is the owner's, whatever a thief does with the same key elsewhere.
        let strange: BTreeSet<String> = rows
            .iter()
            .filter(|row| counts_alone(row) && !is_owners_place(row, world))
            .map(|row| hand_network(row))
            .collect();
        let is_owners = |row: &Row<'_>| {
            !strange.is_empty() && !strange.contains(&hand_network(row)) && is_owners_place(row, world)
        };
        let is_host = |row: &Row<'_>| row.machines.iter().any(|(id, _)| hosts.contains(*id));
        rows.retain(|row| {
            (grade.contains(&hand(row)) && !is_owners(row))
                || row.is_mining_grade()
                || is_host(row)
                || is_of(row, &made, world)
        });
    }
    if strangers {
        rows.retain(|row| !is_habit(row, &habits, world));
    }
    rows.extend(case.later.iter().copied());
    let all = rows.clone();
    rows.retain(|row| !is_replacement(row, &all, world));
    rows.sort_by(|a, b| (a.event.time, &a.event.id).cmp(&(b.event.time, &b.event.id)));
    rows.dedup_by(|a, b| a.event.id == b.event.id);
    rows
}

/// How long an owner's group that was given a larger size takes to reach it. What it launches later replaces what ended.
///
/// Shorter, and a group that waits for capacity is cut; longer, and the owner's next morning is the thief's.
const GROWS: i64 = 2 * HOUR;

/// Whether a service launched for a group that was enlarged to a stated size, and has grown.
fn is_replacement(row: &Row<'_>, rows: &[&Row<'_>], world: &World<'_>) -> bool {
    let made_by = row.launch.made_by.as_ref().filter(|_| row.by_service);
    let Some(key) = made_by.map(|made_by| world.top_respawner(RespawnerKey::of(row.event, made_by))) else {
        return false;
    };
    let own = BTreeSet::from([key.clone()]);
    let sizes: Vec<&&Row<'_>> = rows
        .iter()
        .filter(|other| !other.by_service && other.event.succeeded())
        .filter(|other| {
            other.launch.respawner.as_ref().is_some_and(|named| RespawnerKey::of(other.event, named) == key)
        })
        .collect();
    let stated = sizes.iter().all(|other| other.launch.makes == Makes::Enlarges)
        && sizes.iter().any(|other| !other.launch.asks.is_empty());
    let Some(last) = sizes.iter().map(|other| other.event.time).max().filter(|_| stated) else {
        return false;
    };
    let grown =
        |other: &&&Row<'_>| (0..=GROWS).contains(&other.event.time.since(last)) && is_of(other, &own, world);
    row.event.time.since(last) > GROWS && rows.iter().any(|other| grown(&other))
}

fn counts_alone(row: &Row<'_>) -> bool {
    !row.by_service && (row.is_mining_grade() || row.launch.ceiling.is_some())
}

fn hand_network(row: &Row<'_>) -> String {
    network_of(&row.event.address.to_string())
}

/// Whether the caller was in this network on more than one day before, and did something from there.
fn is_owners_place(row: &Row<'_>, world: &World<'_>) -> bool {
    let (day, network) = (row.event.time.day(), hand_network(row));
    let profile = world.facts.profile(&row.event.actor.principal);
    let Some(profile) = profile else { return false };
    let before = |habit: &Habit| habit.days.iter().take_while(|seen| *seen < day).collect::<BTreeSet<_>>();
    let there = profile.addresses.iter().filter(|(address, _)| network_of(address) == network);
    let days: BTreeSet<i64> = there.flat_map(|(_, habit)| before(habit)).collect();
    let acted = profile.acted_from.get(&network).is_some_and(|habit| !before(habit).is_empty());
    acted && days.len() > 1
}

fn hand<'f>(row: &Row<'f>) -> (&'f str, Option<&'f str>) {
    (&row.event.actor.principal, row.event.actor.key.as_deref())
}

/// What the owner did before, by region and network: on which days, with which machine types, and how many at once.
type Habits<'f> = BTreeMap<(&'f str, String), BTreeMap<String, (BTreeSet<i64>, u64)>>;

fn habits<'f>(case: &Case<'_, 'f>) -> Habits<'f> {
    let mut habits: Habits<'f> = BTreeMap::new();
    for part in &case.parts {
        for row in part
            .lineage
            .rows
            .iter()
            .take_while(|row| row.event.time <= part.opens)
            .filter(|row| !row.by_service)
        {
            let place =
                habits.entry((&row.event.region, network_of(&row.event.address.to_string()))).or_default();
            for line in &row.lines {
                let habit = place.entry(line.unit.clone()).or_default();
                habit.0.insert(row.event.time.day());
                habit.1 = habit.1.max(line.requested);
            }
        }
    }
    habits
}

/// Whether a launch is what its principal did from the same network on days before: the owner's own work,
/// beside the thief's, with one key.
fn is_habit(row: &Row<'_>, habits: &Habits<'_>, world: &World<'_>) -> bool {
    let usual = USUAL_DAYS as usize;
    let place = habits.get(&(row.event.region.as_str(), network_of(&row.event.address.to_string())));
    let known = place.is_some_and(|place| {
        row.lines.iter().all(|line| place.get(&line.unit).is_some_and(|(days, _)| days.len() >= usual))
    });
    // Hosted runners never come from the same network twice: there the region and the machine must do.
    let anywhere = |line: &Line| {
        let places = habits
            .iter()
            .filter(|((region, _), _)| *region == row.event.region)
            .filter_map(|(_, units)| units.get(&line.unit));
        let most = places.clone().map(|(_, most)| *most).max().unwrap_or(0);
        places.flat_map(|(days, _)| days).collect::<BTreeSet<_>>().len() >= usual
            && line.requested <= most * 2
    };
    let networks = habits.keys().map(|(_, network)| network).collect::<BTreeSet<_>>().len();
    let rotates = networks >= ROTATING_NETWORKS_MIN
        || world
            .facts
            .profile(&row.event.actor.principal)
            .is_none_or(|profile| profile.addresses.is_saturated());
    let known = known || (rotates && row.lines.iter().all(anywhere));
    known && !row.lines.is_empty() && !row.by_service
}

/// Adds up the case's launches; beside them stands the power that was asked for.
#[must_use]
pub fn launches(rows: &[&Row<'_>], case: &Case<'_, '_>, world: &World<'_>) -> (Launches, Power) {
    let mut told = Launches::default();
    let mut places: BTreeMap<(String, String, String), Place> = BTreeMap::new();
    let mut requested = Power::default();
    let mut started = Power::default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for row in rows {
        told.calls += u64::from(!row.by_service);
        if let Some(failure) = row.failure() {
            *told.refusals.entry(reason(failure).to_owned()).or_default() += 1;
        }
        let doubled = is_answer_to_a_wish(row, rows, world)
            || is_a_services_sizing(row)
            || row.queued
            || row.launch.makes == Makes::Resizes;
        for line in &row.lines {
            let fresh = fresh_machines(row, line.unit.as_str(), line.started, &mut seen);
            let wished = if doubled {
                0
            } else {
                line.requested - (line.started - fresh.min(line.started)).min(line.requested)
            };
            let place = place(&mut places, row, &line.unit);
            place.requested += wished;
            place.started += fresh;
            place.refused += line.refused;
            told.dry_run += line.dry_run;
            requested += line.power.times(wished);
            started += line.power.times(fresh);
        }
    }
    count_endings(rows, world, &mut places);
    told.requested = places.values().map(|place| place.requested).sum();
    told.started = places.values().map(|place| place.started).sum();
    told.refused = places.values().map(|place| place.refused).sum();
    told.ended = places.values().map(|place| place.ended).sum();
    told.vcpus_requested = requested.vcpus();
    told.vcpus_started = started.vcpus();
    told.accelerators_requested = requested.accelerators;
    told.accelerators_started = started.accelerators;
    told.regions = sorted(rows.iter().map(|row| row.event.region.as_str()));
    told.accounts = sorted(rows.iter().map(|row| row.event.account.as_str()));
    told.instances = sorted(rows.iter().flat_map(|row| row.machines.iter().map(|(id, _)| *id)));
    told.types = types(&places);
    told.places = places.into_values().collect();
    told.respawners = told_respawners(case, world);
    (told, requested)
}

/// How many of a line's machines no earlier record of the case showed.
fn fresh_machines<'f>(row: &Row<'f>, unit: &str, started: u64, seen: &mut BTreeSet<&'f str>) -> u64 {
    if row.machines.is_empty() {
        return started;
    }
    let of_unit =
        row.launch.got.iter().filter(|got| got.unit.as_ref().is_none_or(|known| known.name == unit));
    let fresh = of_unit.filter(|got| seen.insert(&got.id)).count();
    u64::try_from(fresh).unwrap_or(u64::MAX).min(started)
}

/// Whether a service's launch answers the wish of a respawner whose making is counted in the case itself.
fn is_answer_to_a_wish(row: &Row<'_>, rows: &[&Row<'_>], world: &World<'_>) -> bool {
    let own = row.launch.made_by.as_ref().or(row.launch.respawner.as_ref().filter(|_| row.by_service));
    let Some(own) = own else { return false };
    let key = RespawnerKey::of(row.event, own);
    let top = world.top_respawner(key.clone());
    rows.iter().any(|other| {
        other.event.succeeded()
            && other.event.id != row.event.id
            && !other.by_service
            && other.launch.respawner.iter().chain(&other.launch.also).any(|respawner| {
                let made = RespawnerKey::of(other.event, respawner);
                made == key || made == top
            })
            && other.count(|line| line.requested) > 0
    })
}

/// Whether a service sized a group of its own: the machines show by themselves, one by one.
fn is_a_services_sizing(row: &Row<'_>) -> bool {
    let shows = row.launch.respawner.as_ref().is_some_and(|respawner| shows_instances(respawner.kind));
    row.by_service && shows && matches!(row.launch.makes, Makes::Respawner | Makes::Enlarges)
}

fn place<'p>(
    places: &'p mut BTreeMap<(String, String, String), Place>,
    row: &Row<'_>,
    unit: &str,
) -> &'p mut Place {
    let (account, region) = (row.event.account.clone(), row.event.region.clone());
    places.entry((account.clone(), region.clone(), unit.to_owned())).or_insert_with(|| Place {
        account,
        region,
        unit: unit.to_owned(),
        requested: 0,
        started: 0,
        ended: 0,
        refused: 0,
    })
}

fn count_endings(
    rows: &[&Row<'_>],
    world: &World<'_>,
    places: &mut BTreeMap<(String, String, String), Place>,
) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    // From the last start back: a machine that was stopped and started again runs.
    for row in rows.iter().rev() {
        for got in &row.launch.got {
            let ended = seen.insert(&got.id) && world.ending(&got.id, row.event.time).is_some();
            let unit = got
                .unit
                .as_ref()
                .map(|unit| unit.name.clone())
                .or_else(|| row.lines.first().map(|line| line.unit.clone()));
            if ended {
                place(places, row, &unit.unwrap_or_else(|| UNKNOWN.to_owned())).ended += 1;
            }
        }
        if row.launch.got.is_empty() && unseen_end(row, world).is_some() {
            for line in row.lines.iter().filter(|line| line.started > 0) {
                place(places, row, &line.unit).ended += line.started;
            }
        }
    }
    for place in places.values_mut() {
        place.ended = place.ended.min(place.started);
    }
}

/// When what a call started out of sight ended: with its respawner.
pub(crate) fn unseen_end(row: &Row<'_>, world: &World<'_>) -> Option<Time> {
    let respawner = row.launch.respawner.as_ref()?;
    let ends = world.respawner_ends(&RespawnerKey::of(row.event, respawner));
    ends.iter().map(|(time, _)| *time).find(|time| *time >= row.event.time)
}

fn types(places: &BTreeMap<(String, String, String), Place>) -> BTreeMap<String, u64> {
    let any_started = places.values().any(|place| place.started > 0);
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for place in places.values() {
        let count = if any_started { place.started } else { place.requested };
        if count > 0 {
            *types.entry(place.unit.clone()).or_default() += count;
        }
    }
    types
}

fn told_respawners(case: &Case<'_, '_>, world: &World<'_>) -> Vec<Respawner> {
    let mut told: Vec<Respawner> = respawners(case)
        .into_iter()
        .map(|key| {
            let ceilings = world.respawner_acts(&key).iter().filter_map(|act| match &act.detail {
                event::Detail::Launch(launch) => launch.ceiling,
                _ => None,
            });
            Respawner {
                max: ceilings.max(),
                ended: world.respawner_ends(&key).iter().any(|(_, end)| {
                    end.kind == EndKind::RespawnerDeleted
                        || (end.kind == EndKind::RespawnerShrunk && end.size == Some(0))
                }),
                kind: key.respawner.kind,
                name: key.respawner.name,
                account: key.account,
                region: key.region,
            }
        })
        .collect();
    told.sort();
    told
}

fn sorted<'t>(values: impl Iterator<Item = &'t str>) -> Vec<String> {
    values.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

/// The reason of a refusal as one word.
#[must_use]
pub fn reason(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::DryRun => "dry-run",
        FailureKind::Unauthorized => "unauthorized",
        FailureKind::Quota => "quota",
        FailureKind::Capacity => "capacity",
        FailureKind::Verification => "verification",
        FailureKind::Unavailable => "unavailable",
        FailureKind::Throttled => "throttled",
        FailureKind::Invalid => "invalid",
        FailureKind::Other => "other",
    }
}

/// What became of the launches.
#[must_use]
pub fn outcome(launches: &Launches) -> Outcome {
    let growing =
        launches.respawners.iter().any(|respawner| !respawner.ended && shows_instances(respawner.kind));
    if launches.started > launches.ended {
        Outcome::Running
    } else if launches.started > 0 {
        Outcome::Ended
    } else if launches.refused > 0 && !growing {
        Outcome::Refused
    } else if launches.dry_run > 0 && !growing {
        Outcome::DryRun
    } else {
        Outcome::Mixed
    }
}

/// How costly it is, 0 to 99: dollars an hour, accelerators, regions, ways to come back, what could still grow.
#[must_use]
pub fn threat(launches: &Launches, cost: &Cost, entrenched: usize) -> u8 {
    let at_risk = cost.per_hour.max(cost.ceiling_per_hour / 4.0).max(cost.asked_per_hour / 4.0);
    let money = match at_risk {
        usd if usd >= 1_000.0 => 50,
        usd if usd >= 200.0 => 42,
        usd if usd >= 50.0 => 34,
        usd if usd >= 15.0 => 26,
        usd if usd >= 5.0 => 18,
        usd if usd >= 1.0 => 10,
        _ => 4,
    };
    let running = if launches.started > launches.ended { 15 } else { 0 };
    let accelerators = match launches.accelerators_started.max(launches.accelerators_requested / 4) {
        0 => 0,
        1..=7 => 4,
        8..=63 => 8,
        _ => 12,
    };
    let regions = match launches.regions.len() {
        0..=1 => 0,
        2..=3 => 3,
        4..=9 => 6,
        _ => 8,
    };
    let growing = if launches.respawners.iter().any(|respawner| !respawner.ended) { 6 } else { 0 };
    let entrenched = i32::try_from(entrenched.min(3)).unwrap_or(3) * 3;
    u8::try_from((money + running + accelerators + regions + growing + entrenched).clamp(1, 99)).unwrap_or(99)
}
