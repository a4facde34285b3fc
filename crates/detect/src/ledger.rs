//! What each launch asked for and what it got, in machines and in power.
//!
//! One launch event becomes one row of lines: a machine type with counts. Types that the
//! record leaves out are looked up in templates, respawners and earlier launches; a type that
//! no record tells is `unknown` and counts as a mid-sized machine, never as a small one.

use std::collections::BTreeSet;

use catalog::Power;
use event::event::{Ask, Launch, Makes, Started, Template, Unit};
use event::{Detail, Event, FailureKind};

use crate::world::{RespawnerKey, World};

/// What stands for a machine whose type no record tells: 16 vCPU at a list price to match.
///
/// Smaller, and an attacker hides a fleet behind a launch template made before the logs begin;
/// bigger, and every restart of a forgotten machine looks like an attack.
pub const UNKNOWN_MACHINE: Power = Power { millivcpus: 16_000, accelerators: 0, micro_usd_per_hour: 768_000 };

/// The name of such a machine.
pub const UNKNOWN: &str = "unknown";

/// Launch templates refer to others at most this deep (a clone of a clone of a group).
const REFERENCE_DEPTH_MAX: usize = 4;

/// Machines of one type in one launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The type's name.
    pub unit: String,
    /// One machine's power.
    pub power: Power,
    /// Asked for, in earnest.
    pub requested: u64,
    /// Obtained.
    pub started: u64,
    /// Refused.
    pub refused: u64,
    /// Asked for in a dry run.
    pub dry_run: u64,
}

/// A machine family, and whether it was of a size worth mining on: who starts `m5.large` every day does not start
/// `m5.24xlarge` every day.
pub type Kind = (String, bool);

/// One launch, resolved.
#[derive(Clone, Debug)]
pub struct Row<'f> {
    /// The record.
    pub event: &'f Event,
    /// The launch in it.
    pub launch: &'f Launch,
    /// By machine type.
    pub lines: Vec<Line>,
    /// The kinds of machine in them.
    pub kinds: Vec<Kind>,
    /// Instances obtained.
    pub machines: Vec<(&'f str, Power)>,
    /// A service made the call and nobody's hand is on it directly.
    pub by_service: bool,
    /// The least it would accept is less than the most it asked for.
    pub greedy: bool,
    /// Jobs that wait for machines which show by themselves: a wish, and not machines.
    pub queued: bool,
}

impl<'f> Row<'f> {
    /// Resolves a launch. Returns `None` for an event that is none.
    #[must_use]
    pub fn of(event: &'f Event, world: &World<'f>) -> Option<Self> {
        let Detail::Launch(launch) = &event.detail else { return None };
        let machines: Vec<(&str, Power)> = launch
            .got
            .iter()
            .filter(|started| is_instance(&started.id))
            .map(|started| (started.id.as_str(), started_unit(started, event, launch, world).power))
            .collect();
        let lines = lines(event, launch, world);
        Some(Self {
            event,
            launch,
            kinds: kinds(&lines),
            lines,
            machines,
            queued: is_queued(event, launch, world),
            by_service: event.actor.is_service_made(),
            greedy: launch.asks.iter().any(|ask| ask.min > 0 && ask.min < ask.max),
        })
    }

    /// The failure kind; `None` for success.
    #[must_use]
    pub fn failure(&self) -> Option<FailureKind> {
        self.event.failure.as_ref().map(|failure| failure.kind)
    }

    /// Power asked for in earnest.
    #[must_use]
    pub fn requested(&self) -> Power {
        self.lines.iter().map(|line| line.power.times(line.requested)).sum()
    }

    /// Power obtained.
    #[must_use]
    pub fn started(&self) -> Power {
        self.lines.iter().map(|line| line.power.times(line.started)).sum()
    }

    /// Power refused.
    #[must_use]
    pub fn refused(&self) -> Power {
        self.lines.iter().map(|line| line.power.times(line.refused)).sum()
    }

    /// Machines, by one of the counts.
    #[must_use]
    pub fn count(&self, of: impl Fn(&Line) -> u64) -> u64 {
        self.lines.iter().map(of).sum()
    }

    /// Whether any machine in it is worth mining on by itself.
    #[must_use]
    pub fn is_mining_grade(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.requested + line.dry_run + line.started > 0 && is_mining_grade(line.power))
    }

    /// Whether it speaks of a failure that a slip of the keyboard explains (a wrong parameter, throttling).
    #[must_use]
    pub fn is_slip(&self) -> bool {
        matches!(self.failure(), Some(FailureKind::Invalid | FailureKind::Throttled | FailureKind::Other))
    }
}

fn kinds(lines: &[Line]) -> Vec<Kind> {
    let kind = |line: &Line| {
        let family = line.unit.split_once('.').map_or(line.unit.as_str(), |(family, _)| family);
        (family.to_owned(), is_mining_grade(line.power))
    };
    lines.iter().map(kind).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether one machine is worth mining on: an accelerator, 16 vCPUs, or a dollar an hour.
///
/// Below that a thief needs a swarm to earn anything, and swarms are counted, not sized.
#[must_use]
pub fn is_mining_grade(power: Power) -> bool {
    power.accelerators > 0 || power.millivcpus >= 16_000 || power.micro_usd_per_hour >= 1_000_000
}

/// Whether an id is an EC2 instance's.
#[must_use]
pub fn is_instance(id: &str) -> bool {
    id.starts_with("i-")
}

fn lines(event: &Event, launch: &Launch, world: &World<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut add = |unit: &Unit, change: &dyn Fn(&mut Line)| {
        let found = lines.iter().position(|line| line.unit == unit.name);
        let index = found.unwrap_or_else(|| {
            lines.push(Line {
                unit: unit.name.clone(),
                power: unit.power,
                requested: 0,
                started: 0,
                refused: 0,
                dry_run: 0,
            });
            lines.len() - 1
        });
        change(&mut lines[index]);
    };
    let failure = event.failure.as_ref().map(|failure| failure.kind);
    // A job is a wish: the machines it runs on are its environment's, and show by themselves, unless they are tasks.
    let queued = is_queued(event, launch, world);
    let answer: &[Started] = if queued { &[] } else { &launch.got };
    let got = u64::try_from(answer.len()).unwrap_or(u64::MAX);
    let asked: u64 = launch.asks.iter().map(|ask| machines_asked(ask, launch, event, world)).sum();
    for started in answer {
        add(&started_unit(started, event, launch, world), &|line| {
            line.started += 1;
            line.requested += 1;
        });
    }
    // What the response does not name: refused, tried in a dry run, cut from a long response, or obtained out of sight.
    let unnamed = asked.saturating_sub(got);
    let mut left = unnamed;
    for ask in &launch.asks {
        let unit = ask_unit(ask, event, launch, world);
        let count = machines_asked(ask, launch, event, world).min(left);
        left -= count;
        add(&unit, &|line| note_unnamed(line, count, failure, !queued && starts_unseen(launch, got)));
    }
    lines.sort_by(|a, b| a.unit.cmp(&b.unit));
    lines.retain(|line| line.requested + line.started + line.refused + line.dry_run > 0);
    lines
}

fn is_queued(event: &Event, launch: &Launch, world: &World<'_>) -> bool {
    event.source == "batch" && launch.makes == Makes::Managed && !world.has_batch_tasks(&event.account)
}

fn note_unnamed(line: &mut Line, count: u64, failure: Option<FailureKind>, starts_unseen: bool) {
    match failure {
        Some(FailureKind::DryRun) => line.dry_run += count,
        Some(_) => {
            line.requested += count;
            line.refused += count;
        }
        None => {
            line.requested += count;
            if starts_unseen {
                line.started += count;
            }
        }
    }
}

/// Whether a successful call obtained machines that its response does not list.
fn starts_unseen(launch: &Launch, got: u64) -> bool {
    match launch.makes {
        // A short list in a whole answer means that fewer were given; no list at all, or a cut one, tells nothing.
        Makes::Instances | Makes::Restarts => launch.response_omitted || got == 0,
        Makes::Managed => got == 0,
        // Tasks of a service never show in the trail; instances of a group do, one by one.
        Makes::Respawner | Makes::Enlarges => {
            launch.respawner.as_ref().is_some_and(|respawner| !shows_instances(respawner.kind))
        }
        Makes::Resizes | Makes::Reserves => false,
    }
}

/// Whether what this kind of respawner starts appears in the trail as instances.
#[must_use]
pub fn shows_instances(kind: event::event::RespawnerKind) -> bool {
    use event::event::RespawnerKind as Kind;
    !matches!(kind, Kind::EcsService | Kind::Endpoint | Kind::ServiceFleet)
}

/// How many machines an ask means: vCPU-weighted targets are divided by the machine's size; enlargements count their growth.
fn machines_asked(ask: &Ask, launch: &Launch, event: &Event, world: &World<'_>) -> u64 {
    let count = match launch.makes {
        Makes::Enlarges => growth(ask.max, launch, event, world),
        _ => ask.max,
    };
    if !launch.weighted {
        return count;
    }
    let vcpus = (ask_unit(ask, event, launch, world).power.millivcpus / 1_000).max(1);
    count.div_ceil(vcpus)
}

/// What an enlargement adds to what the respawner was last set to; nothing where that is not known.
fn growth(target: u64, launch: &Launch, event: &Event, world: &World<'_>) -> u64 {
    let Some(respawner) = &launch.respawner else { return target };
    let acts = world.respawner_acts(&RespawnerKey::of(event, respawner));
    let before = acts
        .iter()
        .rev()
        .filter(|act| (act.time, &act.id) < (event.time, &event.id))
        .find_map(|act| size(act));
    match before {
        Some(before) => target.saturating_sub(before),
        None if shows_instances(respawner.kind) => 0,
        None => target,
    }
}

fn size(event: &Event) -> Option<u64> {
    let Detail::Launch(launch) = &event.detail else { return None };
    (!launch.asks.is_empty()).then(|| launch.asks.iter().map(|ask| ask.max).sum())
}

fn started_unit(started: &Started, event: &Event, launch: &Launch, world: &World<'_>) -> Unit {
    started
        .unit
        .clone()
        .or_else(|| world.machine(&started.id, event.time).cloned())
        .or_else(|| launch.asks.iter().find_map(|ask| ask.unit.clone()))
        .or_else(|| referred_unit(event, launch, world, 0))
        .unwrap_or_else(unknown)
}

fn ask_unit(ask: &Ask, event: &Event, launch: &Launch, world: &World<'_>) -> Unit {
    ask.unit.clone().or_else(|| referred_unit(event, launch, world, 0)).unwrap_or_else(unknown)
}

fn unknown() -> Unit {
    Unit { name: UNKNOWN.to_owned(), power: UNKNOWN_MACHINE, inferred: true }
}

/// The machine that a launch's template, or the respawner it enlarges, names.
fn referred_unit(event: &Event, launch: &Launch, world: &World<'_>, depth: usize) -> Option<Unit> {
    if depth > REFERENCE_DEPTH_MAX {
        return None;
    }
    if let Some(name) = &launch.template {
        if let event::event::TemplateRef::Machine(id) = name
            && let Some(unit) = world.machine(id, event.time)
        {
            return Some(unit.clone());
        }
        if let Some(unit) = template_of(event, launch, world).and_then(|template| template.units.first()) {
            return Some(unit.clone());
        }
    }
    let respawner = launch.respawner.as_ref().or(launch.made_by.as_ref())?;
    let acts = world.respawner_acts(&RespawnerKey::of(event, respawner));
    acts.iter().rev().filter(|act| act.time <= event.time && act.id != event.id).find_map(|act| {
        let Detail::Launch(made) = &act.detail else { return None };
        made.asks.iter().find_map(|ask| ask.unit.clone()).or_else(|| {
            // An enlargement names no machine of its own; the act that made the group does.
            (made.makes == Makes::Respawner).then(|| referred_unit(act, made, world, depth + 1)).flatten()
        })
    })
}

/// The stored description a launch refers to.
#[must_use]
pub fn template_of<'f>(event: &Event, launch: &Launch, world: &World<'f>) -> Option<&'f Template> {
    world.template(&event.account, launch.template.as_ref()?, event.time).map(|(_, template)| template)
}
