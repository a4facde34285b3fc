//! Cases: hot windows of a lineage joined in event time, and lineages that are one incident.
//!
//! A lineage is judged at each of its launches, and at each act by which it digs in. Moments
//! above the threshold with less than a day between them are one case. Two hot cases that share
//! an address or a principal within a day are one incident: a thief changes credentials more
//! easily than machines.

use std::collections::{BTreeMap, BTreeSet};

use event::event::Makes;
use event::time::{DAY, HOUR};
use event::{Address, Detail, Event, Time};

use crate::finding::{Link, Suppressed};
use crate::history::{Strangers, strangers};
use crate::ledger::Row;
use crate::lineage::{RootKind, trace};
use crate::past::Past;
use crate::profile::{DaySet, network_of};
use crate::rules::approved_workload::approval;
use crate::rules::{Weighed, weigh};
use crate::score::{Decibans, PRIOR};
use crate::window::{Known, Lineage, WINDOW, Window};
use crate::world::{RespawnerKey, World};

/// The sum from which a moment is hot: as likely a thief as not.
pub const THRESHOLD: Decibans = Decibans::ZERO;

/// Hot moments less than this apart are one case.
const QUIET: i64 = DAY;

/// Hot stretches of one lineage from one network less than this apart are one thief's.
///
/// Shorter, and a thief who mines by night is ten thieves; longer, and next week's is last week's.
const SAME_HAND: i64 = 3 * DAY;

/// A cold hour this near the threshold is looked at minute by minute.
///
/// Further, and busy automation is judged thousands of times; nearer, and a burst that was
/// undone within its hour is missed.
const NEAR: Decibans = Decibans::new(-10);

/// One moment, judged.
#[derive(Clone)]
pub struct Judged {
    /// The moment.
    pub at: Time,
    /// Prior and signals.
    pub sum: Decibans,
    /// The signals.
    pub weighed: Vec<Weighed>,
    /// Days of history before the window.
    pub history_days: u32,
    /// The approval that covers everything in the window.
    pub approved: Option<Suppressed>,
}

/// One lineage's part in a case.
#[derive(Clone)]
pub struct Part<'w, 'f> {
    /// The lineage.
    pub lineage: &'w Lineage<'f>,
    /// When the first hot window opens.
    pub opens: Time,
    /// The first hot moment.
    pub fired_at: Time,
    /// The last hot moment.
    pub last_hot: Time,
    /// The hottest moment.
    pub hottest: Judged,
}

/// One incident.
#[derive(Clone)]
pub struct Case<'w, 'f> {
    /// Its lineages, hottest first.
    pub parts: Vec<Part<'w, 'f>>,
    /// Launches by respawners of the case that came after its windows.
    pub later: Vec<&'w Row<'f>>,
}

impl<'w, 'f> Case<'w, 'f> {
    /// The part that leads: the hottest.
    #[must_use]
    pub fn lead(&self) -> &Part<'w, 'f> {
        self.parts.first().expect("a case has at least one part")
    }

    /// When it first fired.
    #[must_use]
    pub fn fired_at(&self) -> Time {
        self.parts.iter().map(|part| part.fired_at).min().unwrap_or_default()
    }

    /// Whether it is above the threshold.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        self.lead().hottest.sum >= THRESHOLD
    }
}

/// Follows every notable event to its root and gathers the lineages, by root.
#[must_use]
pub fn lineages<'f>(world: &World<'f>) -> Vec<Lineage<'f>> {
    let mut by_root: BTreeMap<String, Lineage<'f>> = BTreeMap::new();
    for event in world.events.iter().copied() {
        let traced = trace(event, world);
        let lineage = by_root.entry(traced.root.key.clone()).or_insert_with(|| Lineage {
            root: traced.root.clone(),
            rows: Vec::new(),
            acts: Vec::new(),
            links: BTreeSet::new(),
        });
        // A root may be met as console session and as key; the least of the two, whichever came first.
        lineage.root.kind = lineage.root.kind.min(traced.root.kind);
        lineage.links.extend(traced.links);
        match Row::of(event, world) {
            Some(row) => lineage.rows.push(row),
            None => lineage.acts.push(event),
        }
    }
    by_root
        .into_values()
        .filter(|lineage| {
            lineage.rows.iter().any(|_| true) || lineage.acts.iter().any(|event| is_raise(event))
        })
        .collect()
}

fn is_raise(event: &Event) -> bool {
    matches!(&event.detail, Detail::Quota(ask) if ask.raise && ask.compute)
}

/// Moments at which a lineage is judged: its launches, and the acts by which it digs in.
pub(crate) fn moments(lineage: &Lineage<'_>) -> Vec<Time> {
    let acts = lineage.acts.iter().filter(|event| {
        matches!(
            &event.detail,
            Detail::Protect(_)
                | Detail::Mint(_)
                | Detail::Tamper
                | Detail::PublicUrl { .. }
                | Detail::EnableRegion { .. }
        ) || is_raise(event)
    });
    let mut moments: Vec<Time> =
        lineage.rows.iter().map(|row| row.event.time).chain(acts.map(|event| event.time)).collect();
    moments.sort_unstable();
    moments.dedup();
    moments
}

/// A lineage being judged, moment after moment.
struct Judge<'w, 'f> {
    world: &'w World<'f>,
    lineage: &'w Lineage<'f>,
    hot_days: DaySet,
    owned: BTreeSet<&'f str>,
    past: Past<'f>,
    strangers: Strangers,
}

impl<'w, 'f> Judge<'w, 'f> {
    fn new(world: &'w World<'f>, lineage: &'w Lineage<'f>) -> Self {
        Self {
            world,
            lineage,
            hot_days: DaySet::default(),
            owned: BTreeSet::new(),
            past: Past::default(),
            strangers: Strangers::default(),
        }
    }

    /// Judges the moments of one hour; a hot one joins `parts`, a cold one is returned.
    fn hour(&mut self, hour: &[Time], parts: &mut Vec<Part<'w, 'f>>) -> Option<Judged> {
        let (first, last) = (hour.first()?, hour.last()?);
        // One past for the whole hour: up to the window of its first moment.
        self.past.advance(self.lineage, first.plus(-WINDOW), &self.owned, &self.strangers, self.world);
        let mut judged = self.at(*last);
        if judged.sum < THRESHOLD && judged.sum >= NEAR {
            judged = hottest_minute(self, hour).unwrap_or(judged);
        }
        if judged.sum < THRESHOLD {
            return Some(judged);
        }
        heat(self, parts, hour, judged);
        None
    }

    fn at(&self, at: Time) -> Judged {
        let window = self.window(at);
        // Without a launch or a wish for quota in the window there is nothing to judge.
        if window.rows.is_empty() && !window.acts.iter().any(|event| is_raise(event)) {
            return Judged {
                at,
                sum: PRIOR,
                weighed: Vec::new(),
                history_days: window.history.days,
                approved: None,
            };
        }
        let weighed = weigh(&window);
        let sum = PRIOR + weighed.iter().map(|weighed| weighed.counted).sum();
        Judged { at, sum, weighed, history_days: window.history.days, approved: approved(&window) }
    }

    fn window(&self, at: Time) -> Window<'_, 'f> {
        let known = Known { past: &self.past, hot_days: &self.hot_days, strangers: &self.strangers };
        Window::new(self.world, self.lineage, at, known)
    }

    /// Remembers what is new about the hands of a hot moment, before it looks usual.
    fn mark_strangers(&mut self, at: Time) {
        let found = strangers(&self.window(at));
        self.strangers.networks.extend(found.networks);
        self.strangers.regions.extend(found.regions);
        self.strangers.agents.extend(found.agents);
    }

    /// What belongs to a finding never becomes history.
    fn own(&mut self, opens: Time, until: Time) {
        for day in opens.day()..=until.day() {
            self.hot_days.insert(day);
        }
        let rows = self.lineage.rows.iter().filter(|row| row.event.time > opens && row.event.time <= until);
        self.owned.extend(rows.map(|row| row.event.id.as_str()));
    }
}

fn approved(window: &Window<'_, '_>) -> Option<Suppressed> {
    approval(window).map(|approval| Suppressed { by: approval.name.clone(), reason: approval.reason.clone() })
}

/// Judges one lineage; returns its hot stretches, or its hottest cold moment.
#[must_use]
pub fn judge_lineage<'w, 'f>(world: &'w World<'f>, lineage: &'w Lineage<'f>) -> Vec<Part<'w, 'f>> {
    let mut judge = Judge::new(world, lineage);
    let mut parts: Vec<Part<'w, 'f>> = Vec::new();
    let mut coldest: Option<Judged> = None;
    for hour in moments(lineage).chunk_by(is_one_hour) {
        let Some(judged) = judge.hour(hour, &mut parts) else { continue };
        if coldest.as_ref().is_none_or(|known| judged.sum > known.sum) {
            coldest = Some(judged);
        }
    }
    match (parts.is_empty(), coldest) {
        (true, Some(judged)) => {
            vec![Part {
                lineage,
                opens: judged.at.plus(-WINDOW),
                fired_at: judged.at,
                last_hot: judged.at,
                hottest: judged,
            }]
        }
        _ => parts,
    }
}

fn is_one_hour(a: &Time, b: &Time) -> bool {
    a.hour() == b.hour()
}

/// What was known of a lineage when it came to a moment: what belongs to findings, and what their hands brought along.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    hot_days: DaySet,
    owned: BTreeSet<String>,
    strangers: Strangers,
}

/// What was known of a lineage when it came to `at`.
#[must_use]
pub fn standing(world: &World<'_>, lineage: &Lineage<'_>, at: Time) -> Standing {
    let mut judge = Judge::new(world, lineage);
    let mut parts = Vec::new();
    let moments = moments(lineage);
    for hour in moments.chunk_by(is_one_hour).filter(|hour| hour.iter().all(|time| time.hour() < at.hour())) {
        judge.hour(hour, &mut parts);
    }
    let owned = judge.owned.into_iter().map(str::to_owned).collect();
    Standing { hot_days: judge.hot_days, owned, strangers: judge.strangers }
}

/// Judges a lineage at one moment, knowing of its findings what `standing` says.
///
/// The lineage may be another than that of the standing: one of facts that are supposed. With the
/// same facts, the verdict is that of [`judge_lineage`].
#[must_use]
pub fn judge_at(world: &World<'_>, lineage: &Lineage<'_>, at: Time, standing: &Standing) -> Judged {
    let mut judge = Judge::new(world, lineage);
    judge.hot_days = standing.hot_days.clone();
    judge.strangers = standing.strangers.clone();
    let ids = lineage.rows.iter().map(|row| row.event.id.as_str());
    judge.owned = ids.filter(|id| standing.owned.contains(*id)).collect();
    let first = moments(lineage).into_iter().find(|time| time.hour() == at.hour()).unwrap_or(at);
    judge.past.advance(lineage, first.plus(-WINDOW), &judge.owned, &judge.strangers, world);
    judge.at(at)
}

fn hottest_minute<'w, 'f>(judge: &Judge<'w, 'f>, hour: &[Time]) -> Option<Judged> {
    let minutes = hour.chunk_by(|a, b| a.seconds().div_euclid(60) == b.seconds().div_euclid(60));
    let judged = minutes.filter_map(|minute| minute.last()).map(|at| judge.at(*at));
    // The first of equals: what a live system would have known first.
    judged.reduce(|best, next| if next.sum > best.sum { next } else { best })
}

/// Takes a hot hour into the open part, or opens a new one at its first hot moment.
fn heat<'w, 'f>(judge: &mut Judge<'w, 'f>, parts: &mut Vec<Part<'w, 'f>>, hour: &[Time], judged: Judged) {
    let last = judged.at;
    if let Some(open) = parts.last_mut().filter(|open| last.since(open.last_hot) < QUIET) {
        open.last_hot = open.last_hot.max(last);
        if judged.sum > open.hottest.sum {
            open.hottest = judged;
        }
        let opens = open.opens;
        judge.mark_strangers(last);
        judge.own(opens, last);
        return;
    }
    let first = hour
        .iter()
        .map(|at| judge.at(*at))
        .find(|judged| judged.sum >= THRESHOLD)
        .unwrap_or_else(|| judged.clone());
    let opens = first.at.plus(-WINDOW);
    judge.mark_strangers(last);
    judge.own(opens, last);
    let hottest = if judged.sum > first.sum { judged } else { first.clone() };
    parts.push(Part {
        lineage: judge.lineage,
        opens,
        fired_at: first.at,
        last_hot: last.max(first.at),
        hottest,
    });
}

/// Joins hot parts that are one incident, and gives each case the later launches of its respawners.
#[must_use]
pub fn assemble<'w, 'f>(parts: Vec<Part<'w, 'f>>, world: &World<'f>) -> Vec<Case<'w, 'f>> {
    let (hot, cold): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.hottest.sum >= THRESHOLD);
    let mut cases: Vec<Case<'w, 'f>> = Vec::new();
    for part in hot {
        let (mut joined, apart): (Vec<_>, Vec<_>) =
            cases.into_iter().partition(|case| case.parts.iter().any(|other| is_one_incident(other, &part)));
        cases = apart;
        let mut parts = vec![part];
        parts.extend(joined.drain(..).flat_map(|case| case.parts));
        parts.sort_by_key(|part| {
            (std::cmp::Reverse(part.hottest.sum), part.fired_at, part.lineage.root.key.clone())
        });
        cases.push(Case { parts, later: Vec::new() });
    }
    let respawners: Vec<BTreeSet<RespawnerKey>> = cases.iter().map(respawners).collect();
    for part in cold {
        let owner = (part.lineage.root.kind == RootKind::Service)
            .then(|| {
                respawners
                    .iter()
                    .position(|owned| part.lineage.rows.iter().any(|row| is_of(row, owned, world)))
            })
            .flatten();
        match owner {
            Some(index) => {
                let fired_at = cases[index].fired_at();
                let until = set_by_others(&cases[index], &respawners[index], world);
                let rows = part.lineage.rows.iter().filter(|row| {
                    is_of(row, &respawners[index], world)
                        && row.event.time >= fired_at
                        && until.is_none_or(|until| row.event.time < until)
                });
                cases[index].later.extend(rows);
            }
            None => cases.push(Case { parts: vec![part], later: Vec::new() }),
        }
    }
    cases
}

/// When somebody outside the case first set the size of one of its respawners: what it launches then is theirs.
fn set_by_others(
    case: &Case<'_, '_>,
    respawners: &BTreeSet<RespawnerKey>,
    world: &World<'_>,
) -> Option<Time> {
    let hands: BTreeSet<&str> = case
        .parts
        .iter()
        .flat_map(|part| &part.lineage.rows)
        .filter(|row| !row.by_service)
        .map(|row| row.event.actor.principal.as_str())
        .collect();
    let last = case.parts.iter().map(|part| part.last_hot).max().unwrap_or_default();
    let others = |act: &&Event| {
        act.time > last && !act.actor.is_service_made() && !hands.contains(act.actor.principal.as_str())
    };
    let acts = respawners.iter().flat_map(|key| world.respawner_acts(key).iter().copied());
    let acts = acts.filter(others).map(|act| act.time);
    // A group that was made smaller has lost what it had too much of.
    let ends = respawners.iter().flat_map(|key| world.respawner_ends(key)).map(|(time, _)| *time);
    acts.chain(ends.filter(|time| *time > last)).min()
}

/// Whether a service launched for one of `respawners`.
#[must_use]
pub fn is_of(row: &Row<'_>, respawners: &BTreeSet<RespawnerKey>, world: &World<'_>) -> bool {
    let own = row.launch.made_by.as_ref().or(row.launch.respawner.as_ref().filter(|_| row.by_service));
    own.is_some_and(|own| {
        let key = RespawnerKey::of(row.event, own);
        respawners.contains(&key) || respawners.contains(&world.top_respawner(key))
    })
}

/// The respawners that a case made or enlarged.
#[must_use]
pub fn respawners(case: &Case<'_, '_>) -> BTreeSet<RespawnerKey> {
    case.parts
        .iter()
        .flat_map(|part| {
            part.lineage
                .rows
                .iter()
                .filter(|row| row.event.time > part.opens && row.event.time <= part.last_hot.plus(HOUR))
        })
        .filter(|row| row.event.succeeded() && matches!(row.launch.makes, Makes::Respawner | Makes::Enlarges))
        .flat_map(|row| {
            row.launch
                .respawner
                .iter()
                .chain(&row.launch.also)
                .map(|respawner| RespawnerKey::of(row.event, respawner))
        })
        .collect()
}

fn is_one_incident(a: &Part<'_, '_>, b: &Part<'_, '_>) -> bool {
    // One lineage in one hand is one thief, nights apart; two lineages must meet.
    let apart = if a.lineage.root.key == b.lineage.root.key { SAME_HAND } else { QUIET };
    let near = a.opens.since(b.last_hot) < apart && b.opens.since(a.last_hot) < apart;
    near && (!marks(a).is_disjoint(&marks(b)))
}

/// What a part is recognised by: the networks and principals of its hands, and whoever they go back to.
fn marks(part: &Part<'_, '_>) -> BTreeSet<String> {
    let rows = part.lineage.rows.iter().filter(|row| !row.by_service).map(|row| row.event);
    let acts = part.lineage.acts.iter().copied().filter(|event| event.actor.invoked_by.is_none());
    let events = rows.chain(acts).filter(|event| event.time > part.opens && event.time <= part.last_hot);
    let mut marks: BTreeSet<String> = BTreeSet::new();
    for event in events {
        if let Address::Ip(ip) = event.address {
            marks.insert(network_of(&ip.to_string()));
        }
        marks.insert(event.actor.principal.clone());
    }
    marks.extend(part.lineage.links.iter().flat_map(|Link { from, .. }| [from.clone()]));
    marks
}
