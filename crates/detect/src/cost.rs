//! What a case costs: by the hour, so far, and if nobody ends it.
//!
//! Sums are made in millionths of a dollar, so they are the same in any order. A machine is counted once, however many
//! records show it.
//!
//! Blind spots: list prices on demand; what was assumed beside them is told with the sum.

use std::collections::BTreeMap;

use catalog::Power;
use event::Time;
use event::event::Makes;

use crate::curve::curve;
use crate::finding::{Cost, Launches, Respawner};
use crate::ledger::{Row, UNKNOWN, is_mining_grade};
use crate::numbers::unseen_end;
use crate::world::World;

/// One machine of the case, or several alike, from start to end.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) power: Power,
    pub(crate) from: Time,
    /// `None` while it runs.
    pub(crate) until: Option<Time>,
}

/// Prices the case, up to `as_of` (the end of the logs).
#[must_use]
pub fn cost(
    rows: &[&Row<'_>],
    (launches, asked): (&Launches, Power),
    world: &World<'_>,
    as_of: Time,
) -> Cost {
    let machines = machines(rows, world);
    let running: u64 = machines
        .iter()
        .filter(|machine| machine.until.is_none())
        .map(|machine| machine.power.micro_usd_per_hour)
        .sum();
    let so_far = cost_by(&machines, as_of);
    let grown = launches
        .respawners
        .iter()
        .filter(|respawner| !respawner.ended)
        .map(|respawner| ceiling(respawner, rows))
        .sum::<u64>();
    let per_hour = dollars(u128::from(running));
    Cost {
        currency: "USD",
        per_hour,
        so_far: dollars(so_far),
        next_24h: dollars(u128::from(running) * 24),
        ceiling_per_hour: dollars(u128::from(running.max(grown))),
        asked_per_hour: dollars(u128::from(asked.micro_usd_per_hour)),
        as_of: Some(as_of),
        prices: catalog::PRICES,
        assumptions: assumptions(rows),
        curve: curve(&machines, as_of),
        billed: None,
        first_alert: None,
    }
}

/// What the machines of a case had cost by `until`, in US dollars at list price.
#[must_use]
pub(crate) fn spent_until(rows: &[&Row<'_>], world: &World<'_>, until: Time) -> f64 {
    dollars(cost_by(&machines(rows, world), until))
}

/// What machines had cost by `time`, in millionths of a dollar.
pub(crate) fn cost_by(machines: &[Machine], time: Time) -> u128 {
    let cost = |machine: &Machine| {
        let seconds = machine.until.map_or(time, |until| until.min(time)).since(machine.from).max(0);
        u128::from(machine.power.micro_usd_per_hour) * u128::from(seconds.unsigned_abs()) / 3_600
    };
    machines.iter().map(cost).sum()
}

fn machines(rows: &[&Row<'_>], world: &World<'_>) -> Vec<Machine> {
    let mut runs_until: BTreeMap<&str, Option<Time>> = BTreeMap::new();
    let mut machines = Vec::new();
    for row in rows {
        for (id, power) in &row.machines {
            // Another record of a machine that runs shows it again; one of a machine that had stopped starts it again.
            if runs_until.get(id).is_some_and(|until| until.is_none_or(|until| until > row.event.time)) {
                continue;
            }
            let until = world.ending(id, row.event.time).map(|ending| ending.time);
            runs_until.insert(id, until);
            machines.push(Machine { power: *power, from: row.event.time, until });
        }
        if row.machines.is_empty() {
            let ended = row
                .launch
                .got
                .iter()
                .find_map(|got| world.ending(&got.id, row.event.time))
                .map(|ending| ending.time);
            let until = ended.or_else(|| unseen_end(row, world));
            let started = row.lines.iter().filter(|line| line.started > 0);
            machines.extend(started.map(|line| Machine {
                power: line.power.times(line.started),
                from: row.event.time,
                until,
            }));
        }
    }
    machines
}

/// What a respawner costs an hour when it has grown to its ceiling, by the machine its maker named.
fn ceiling(respawner: &Respawner, rows: &[&Row<'_>]) -> u64 {
    let of = |row: &&&Row<'_>| {
        let refers = |named: &Option<event::event::RespawnerRef>| {
            named.as_ref().is_some_and(|named| named.kind == respawner.kind && named.name == respawner.name)
        };
        row.event.region == respawner.region && (refers(&row.launch.respawner) || refers(&row.launch.made_by))
    };
    let dearest = rows
        .iter()
        .filter(of)
        .flat_map(|row| &row.lines)
        .map(|line| line.power.micro_usd_per_hour)
        .max()
        .unwrap_or(0);
    dearest.saturating_mul(respawner.max.unwrap_or(0))
}

fn assumptions(rows: &[&Row<'_>]) -> Vec<String> {
    let mut assumptions =
        vec!["list prices on demand, without discounts, storage, addresses or traffic".to_owned()];
    let has = |test: &dyn Fn(&Row<'_>) -> bool| rows.iter().any(|row| test(row));
    if has(&|row| row.launch.market == event::event::Market::Spot) {
        assumptions.push("spot machines are counted at the on-demand price; they cost less".to_owned());
    }
    if has(&|row| row.lines.iter().any(|line| line.unit == UNKNOWN)) {
        assumptions.push("machines whose type no record tells are counted as 16 vCPUs".to_owned());
    }
    if has(&|row| {
        row.event.succeeded()
            && row.machines.is_empty()
            && row.count(|line| line.started) > 0
            && row.launch.makes != Makes::Reserves
    }) {
        assumptions.push(
            "tasks and managed machines are counted as asked for; the trail does not show them start or end"
                .to_owned(),
        );
    }
    if has(&|row| row.launch.response_omitted && row.event.succeeded()) {
        assumptions
            .push("where the response was cut, as many machines are counted as were asked for".to_owned());
    }
    if has(&|row| {
        row.lines.iter().any(|line| {
            is_mining_grade(line.power)
                && !line.unit.is_empty()
                && catalog::instance_type(&line.unit).inferred
                && line.unit.contains('.')
        })
    }) {
        assumptions.push(
            "sizes and prices of types that the catalogue does not know are inferred from family and size"
                .to_owned(),
        );
    }
    assumptions
}

/// Dollars, rounded half up to the cent.
pub(crate) fn dollars(micro: u128) -> f64 {
    let cents = (micro + 5_000) / 10_000;
    u64::try_from(cents).unwrap_or(u64::MAX) as f64 / 100.0
}
