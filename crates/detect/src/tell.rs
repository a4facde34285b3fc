//! From a case to a finding: everything that is told, in one value.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Networks;
use event::event::{Makes, MintKind};
use event::{Actor, Address, Detail, Event, IdentityKind, Time};
use uuid::Uuid;

use crate::actions::{Machines, actions};
use crate::attack::attack;
use crate::case::{Case, Part};
use crate::cause::root_cause;
use crate::corroboration::{Corroboration, Question, billed, corroboration, first_alert};
use crate::cost::{cost, spent_until};
use crate::finding::{
    Billed, Cause, Cost, Finding, Kind, Link, Origin, Outcome, Principal, Role, SCHEMA, ScoreTold, Severity,
    SignalTold,
};
use crate::ledger::Row;
use crate::lineage::{issuers, minted_principal};
use crate::numbers::{launches, outcome, own_rows, threat};
use crate::origin::origin;
use crate::profile::network_of;
use crate::rules::{Group, Weighed};
use crate::score::{PRIOR, certainty};
use crate::timeline::{short, timeline};
use crate::witness::Machine;
use crate::world::World;

/// From so many vCPUs a machine on, on average, machines are called large.
const LARGE_VCPUS: f64 = 16.0;

/// The namespace of finding ids: a UUIDv5 of the DNS name `minetrail.finding`, fixed for ever.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d69_6e65_7472_5169_8c1f_6669_6e64_696e);

/// Tells a case.
#[must_use]
pub fn tell(case: &Case<'_, '_>, world: &World<'_>) -> Finding {
    let rows = own_rows(case, world);
    let judged = &case.lead().hottest;
    let (launches, asked) = launches(&rows, case, world);
    // Another account's longer logs say nothing of these machines.
    let roots = case.parts.iter().map(|part| part.lineage.root.account.as_str());
    let accounts = launches.accounts.iter().map(String::as_str).chain(roots);
    let coverage = world.facts.coverage();
    let as_of = coverage.last_of(accounts).or(coverage.last()).unwrap_or(judged.at);
    let mut cost = cost(&rows, (&launches, asked), world, as_of);
    let signals = told_signals(&judged.weighed);
    let corroboration = corroborated(&rows, world, &signals, &mut cost);
    let entrenched =
        judged.weighed.iter().filter(|weighed| weighed.rule.group == Group::Entrenchment).count();
    let certainty = certainty(judged.sum);
    let threat = threat(&launches, &cost, entrenched);
    let urgency = urgency(certainty, threat);
    let outcome = outcome(&launches);
    let root_cause = root_cause(case, &rows, world);
    let (first_seen, last_seen) = span(case, &rows);
    let mut finding = Finding {
        schema: SCHEMA,
        id: id(case),
        revision: revision(&rows, &signals),
        kind: Kind::MiningLaunch,
        title: title(root_cause.first().map(|share| share.cause), &launches, outcome),
        summary: String::new(),
        urgency,
        certainty,
        threat,
        severity: severity(urgency),
        suppressed: judged.approved.clone(),
        root_cause,
        outcome,
        first_seen,
        last_seen,
        fired_at: case.fired_at(),
        principals: principals(case, &rows, world),
        origins: origins(case, &rows, world.facts.networks()),
        launches,
        cost,
        attack: attack(&signals),
        signals,
        score: ScoreTold { prior: PRIOR, sum: judged.sum },
        timeline: timeline(case, world),
        lineage: lineage(case, &rows, world),
        verify: Vec::new(),
        actions: Vec::new(),
        history_days: judged.history_days,
        caveats: caveats(case, &rows, judged.history_days, &corroboration),
        corroboration,
    };
    finding.summary = summary(&finding, case);
    finding.actions = actions(&finding, &machines(&rows));
    finding
}

/// What side logs covered of the case; bills and alerts about money go into its cost.
fn corroborated(
    rows: &[&Row<'_>],
    world: &World<'_>,
    signals: &[SignalTold],
    cost: &mut Cost,
) -> Vec<Corroboration> {
    let mut seen = BTreeSet::new();
    let started = rows.iter().flat_map(|row| row.machines.iter().map(move |(id, _)| (*id, row.event)));
    let machines: Vec<Machine<'_>> = started
        .filter(|(id, _)| id.starts_with("i-") && seen.insert(*id))
        .map(|(id, event)| world.machine_from(id, &event.account, event.time))
        .collect();
    let Some(first) = rows.iter().map(|row| row.event.time).min() else { return Vec::new() };
    let question = Question {
        witnesses: &world.witnesses,
        machines: &machines,
        accounts: rows.iter().map(|row| row.event.account.as_str()).collect(),
        first,
        signals,
    };
    cost.billed = billed(&question).map(|(paid, list, machine_hours, until)| Billed {
        cost: cents(paid),
        list_price: list.map(cents),
        machine_hours,
        until: Some(until),
    });
    cost.first_alert = first_alert(&question, |until| spent_until(rows, world, until));
    corroboration(&question)
}

/// Millionths as dollars, rounded to the cent.
fn cents(millionths: i128) -> f64 {
    (millionths as f64 / 10_000.0).round() / 100.0
}

fn machines(rows: &[&Row<'_>]) -> Machines {
    let mut machines = Machines::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        for (id, _) in row.machines.iter().filter(|(id, _)| seen.insert(*id)) {
            machines.entry(row.event.region.clone()).or_default().push((*id).to_owned());
        }
    }
    machines
}

/// Signals in the order in which they are told.
pub(crate) fn told_signals(weighed: &[Weighed]) -> Vec<SignalTold> {
    weighed
        .iter()
        .map(|weighed| SignalTold {
            rule: weighed.rule.name,
            group: weighed.rule.group.name(),
            decibans: weighed.counted,
            full_decibans: weighed.signal.weight,
            sentence: weighed.signal.sentence.clone(),
            since: weighed.signal.since,
            events: weighed.signal.events.clone(),
            techniques: weighed.rule.techniques,
        })
        .collect()
}

/// One number to sort by: certain and costly first; a certain, refused attempt before a costly maybe.
#[must_use]
pub fn urgency(certainty: u8, threat: u8) -> u8 {
    // The geometric mean, leaning to certainty: nobody gets up at night for a maybe.
    let (certainty, threat) = (f64::from(certainty), f64::from(threat));
    (certainty.powf(0.6) * threat.powf(0.4)).round().clamp(0.0, 99.0) as u8
}

/// The band of an urgency.
#[must_use]
pub fn severity(urgency: u8) -> Severity {
    match urgency {
        0..=19 => Severity::Informational,
        20..=39 => Severity::Low,
        40..=59 => Severity::Medium,
        60..=79 => Severity::High,
        _ => Severity::Critical,
    }
}

/// The case key: the least root of its lineages and the day on which it fired.
fn id(case: &Case<'_, '_>) -> String {
    let root = case.parts.iter().map(|part| part.lineage.root.key.as_str()).min().unwrap_or_default();
    id_of(&format!("mining-launch|{root}|{}", case.fired_at().day()))
}

/// The UUIDv5 of a case key.
pub(crate) fn id_of(key: &str) -> String {
    Uuid::new_v5(&NAMESPACE, key.as_bytes()).to_string()
}

/// Grows with what is known of the case: one for each record that counts in it.
fn revision(rows: &[&Row<'_>], signals: &[SignalTold]) -> u64 {
    let events: BTreeSet<&str> = rows
        .iter()
        .map(|row| row.event.id.as_str())
        .chain(signals.iter().flat_map(|signal| signal.events.iter().map(String::as_str)))
        .collect();
    u64::try_from(events.len()).unwrap_or(u64::MAX).max(1)
}

fn span(case: &Case<'_, '_>, rows: &[&Row<'_>]) -> (Time, Time) {
    // Other logs tell days later; that does not make the case longer.
    let of_trail = |weighed: &&Weighed| weighed.rule.group != Group::Corroboration;
    let evidence = case
        .parts
        .iter()
        .flat_map(|part| part.hottest.weighed.iter().filter(of_trail).map(|weighed| weighed.signal.since));
    let times: Vec<Time> = rows.iter().map(|row| row.event.time).chain(evidence).collect();
    let fired = case.fired_at();
    (
        times.iter().copied().min().unwrap_or(fired).min(fired),
        times.into_iter().max().unwrap_or(fired).max(fired),
    )
}

fn title(cause: Option<Cause>, launches: &crate::finding::Launches, outcome: Outcome) -> String {
    let whose = match cause {
        Some(Cause::CompromisedInstanceToken) => "Stolen instance token",
        Some(Cause::CompromisedAccessKey) => "Stolen access key",
        Some(Cause::CompromisedConsoleSession) => "Stolen console session",
        Some(Cause::CompromisedRoleSession) => "Stolen role session",
        Some(Cause::OverPermissiveRole) => "Credential with too much power",
        Some(Cause::CompromisedMachine) => "Hijacked machine",
        Some(Cause::AuthorisedAutomation) | None => "Automation",
    };
    let verb = match outcome {
        Outcome::Running | Outcome::Ended => "starts",
        Outcome::Refused => "is refused",
        Outcome::DryRun => "probes for",
        Outcome::Mixed => "asks for",
    };
    let asked = launches.requested + launches.dry_run;
    let are_large = asked > 0 && launches.vcpus_requested >= LARGE_VCPUS * asked as f64;
    let fleet = match (launches.accelerators_requested > 0, asked) {
        (true, 1) => "a GPU machine",
        (true, 2) => "two GPU machines",
        (true, _) => "a GPU fleet",
        (false, 100..) => "a swarm of machines",
        (false, 0) if launches.respawners.is_empty() => "more compute",
        (false, 1) => "a machine",
        (false, _) if are_large => "large machines",
        (false, _) => "machines",
    };
    match launches.regions.len() {
        0..=1 => format!("{whose} {verb} {fleet}"),
        regions => format!("{whose} {verb} {fleet} in {regions} regions"),
    }
}

fn summary(finding: &Finding, case: &Case<'_, '_>) -> String {
    let lead = case.lead();
    let launches = &finding.launches;
    let who = finding
        .principals
        .first()
        .map_or_else(|| short(&lead.lineage.root.principal).to_owned(), told_principal);
    let from = finding.origins.first().map(|origin| format!(" from {}", origin.address)).unwrap_or_default();
    let mut parts = Vec::new();
    if launches.started > 0 {
        let state = if finding.outcome == Outcome::Ended { "started and ended" } else { "started" };
        let accelerators = counted(launches.accelerators_started, "accelerator", "accelerators");
        let started = counted(launches.started, "machine", "machines");
        parts.push(format!("{started} ({:.0} vCPUs, {accelerators}) {state}", launches.vcpus_started));
    }
    if launches.refused > 0 {
        parts.push(format!("{} refused", counted(launches.refused, "machine", "machines")));
    }
    if launches.dry_run > 0 {
        parts.push(format!("{} tried in dry runs", launches.dry_run));
    }
    if parts.is_empty() {
        parts.push("compute asked for, no machine seen yet".to_owned());
    }
    format!("{who}{from}: {} since {}.", parts.join(", "), finding.fired_at)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn told_principal(principal: &Principal) -> String {
    match &principal.instance_id {
        Some(instance) => {
            format!("{instance} (role {}, account {})", short(&principal.arn), principal.account)
        }
        None => format!("{} (account {})", short(&principal.arn), principal.account),
    }
}

/// The events of a part that belong to its case.
fn events<'f>(part: &Part<'_, 'f>) -> Vec<&'f Event> {
    let within = |event: &&Event| event.time > part.opens && event.time <= part.last_hot;
    part.lineage
        .rows
        .iter()
        .map(|row| row.event)
        .chain(part.lineage.acts.iter().copied())
        .filter(within)
        .collect()
}

fn principals<'f>(case: &Case<'_, 'f>, rows: &[&Row<'f>], world: &World<'f>) -> Vec<Principal> {
    let mut by_arn: BTreeMap<(String, Option<String>), Principal> = BTreeMap::new();
    let roots: BTreeSet<&str> = case.parts.iter().map(|part| part.lineage.root.principal.as_str()).collect();
    let launchers: BTreeSet<&str> = rows.iter().map(|row| row.event.actor.principal.as_str()).collect();
    let links: BTreeSet<&str> = case
        .parts
        .iter()
        .flat_map(|part| &part.lineage.links)
        .flat_map(|link| [link.from.as_str(), link.to.as_str()])
        .collect();
    let hands = Hands::of(rows);
    let acts = case.parts.iter().flat_map(events).filter(|event| hands.made(event));
    for event in acts.chain(rows.iter().map(|row| row.event)) {
        let actor = &event.actor;
        // An instance's credential that launched nothing is another story: that of `credential-misuse`.
        let idle = actor.instance.is_some()
            && !launchers.contains(actor.principal.as_str())
            && !roots.contains(actor.principal.as_str());
        let belongs = !idle
            && (launchers.contains(actor.principal.as_str())
                || roots.contains(actor.principal.as_str())
                || links.contains(actor.principal.as_str()));
        if belongs {
            note_principal(&mut by_arn, actor, roots.contains(actor.principal.as_str()));
        }
    }
    for event in case.parts.iter().flat_map(events).filter(|event| event.succeeded() && hands.made(event)) {
        note_minted(&mut by_arn, event);
    }
    for (_, event) in world.told.issued.iter().filter(|(_, event)| hands.issued(event, case)) {
        note_minted(&mut by_arn, event);
    }
    // Whoever only handed the credential on launched nothing, and holds a key that must be cut.
    for issuer in rows.iter().flat_map(|row| issuers(row.event, world)) {
        note_principal(&mut by_arn, &issuer.actor, roots.contains(issuer.actor.principal.as_str()));
    }
    for link in case
        .parts
        .iter()
        .flat_map(|part| &part.lineage.links)
        .filter(|link| roots.contains(link.from.as_str()))
    {
        let known = by_arn.keys().any(|(arn, _)| *arn == link.from);
        if !known {
            let principal = Principal {
                arn: link.from.clone(),
                account: account_of(&link.from),
                role: Role::Origin,
                access_keys: Vec::new(),
                instance_id: None,
                attribution: None,
            };
            by_arn.insert((link.from.clone(), None), principal);
        }
    }
    let mut principals: Vec<Principal> = by_arn.into_values().collect();
    principals.sort_by(|a, b| {
        (order(a.role), &a.arn, &a.instance_id).cmp(&(order(b.role), &b.arn, &b.instance_id))
    });
    principals
}

/// By what the thief's calls are told from those of others with the same principal: keys and networks of the launches.
struct Hands<'f> {
    keys: BTreeSet<&'f str>,
    networks: BTreeSet<String>,
}

impl<'f> Hands<'f> {
    fn of(rows: &[&Row<'f>]) -> Self {
        let hands = || rows.iter().filter(|row| !row.by_service).map(|row| row.event);
        Self {
            keys: hands().filter_map(|event| event.actor.key.as_deref()).collect(),
            networks: hands()
                .filter(|event| matches!(event.address, Address::Ip(_)))
                .map(|event| network_of(&event.address.to_string()))
                .collect(),
        }
    }

    /// Whether a call was made with a key that launched, or from where it was launched from.
    fn made(&self, event: &Event) -> bool {
        let with_key = event.actor.key.as_deref().is_some_and(|key| self.keys.contains(key));
        let nobody = self.keys.is_empty() && self.networks.is_empty();
        nobody || with_key || self.networks.contains(&network_of(&event.address.to_string()))
    }

    /// Whether a credential was issued to the thief in the time of the case, to be used or kept.
    fn issued(&self, event: &Event, case: &Case<'_, '_>) -> bool {
        let within = case.parts.iter().any(|part| event.time > part.opens && event.time <= part.last_hot);
        within && event.succeeded() && event.actor.key.as_deref().is_some_and(|key| self.keys.contains(key))
    }
}

/// Notes a user that a hand made, or a key that it was given: a door that must be closed, used or not.
fn note_minted(by_arn: &mut BTreeMap<(String, Option<String>), Principal>, event: &Event) {
    let key = match &event.detail {
        Detail::Mint(mint) if mint.kind == MintKind::User => None,
        Detail::Issue(issue) => issue.key.clone(),
        _ => return,
    };
    let Some(arn) = minted_principal(event) else { return };
    let principal = by_arn.entry((arn.clone(), None)).or_insert_with(|| Principal {
        account: account_of(&arn),
        arn,
        role: Role::Actor,
        access_keys: Vec::new(),
        instance_id: None,
        attribution: None,
    });
    if let Some(key) = key.filter(|key| !key.is_empty())
        && let Err(place) = principal.access_keys.binary_search(&key)
    {
        principal.access_keys.insert(place, key);
    }
}

const fn order(role: Role) -> u8 {
    match role {
        Role::Origin => 0,
        Role::Actor => 1,
        Role::Service => 2,
    }
}

fn note_principal(by_arn: &mut BTreeMap<(String, Option<String>), Principal>, actor: &Actor, is_root: bool) {
    let instance = actor.instance.as_ref();
    // A role that a service took up for its own work comes without a key: nobody's hand is on it.
    let lent = actor.kind == IdentityKind::AssumedRole && actor.invoked_by.is_some() && actor.key.is_none();
    let service = actor.is_service_linked() || actor.kind == IdentityKind::Service || lent;
    let role = match (service, is_root) {
        (true, _) => Role::Service,
        (false, true) => Role::Origin,
        (false, false) => Role::Actor,
    };
    let principal = by_arn
        .entry((actor.principal.clone(), instance.map(|instance| instance.id.clone())))
        .or_insert_with(|| Principal {
            arn: actor.principal.clone(),
            account: actor.account.clone(),
            role,
            access_keys: Vec::new(),
            instance_id: instance.map(|instance| instance.id.clone()),
            attribution: instance.map(|instance| instance.attribution),
        });
    if let Some(instance) = instance {
        principal.attribution =
            principal.attribution.min(Some(instance.attribution)).or(Some(instance.attribution));
    }
    if let Some(key) = actor.key.as_deref().filter(|key| !key.is_empty())
        && let Err(place) = principal.access_keys.binary_search_by(|known| known.as_str().cmp(key))
    {
        principal.access_keys.insert(place, key.to_owned());
    }
}

fn account_of(arn: &str) -> String {
    arn.split(':').nth(4).unwrap_or_default().to_owned()
}

/// Where the launching hands were, most used first.
fn origins(case: &Case<'_, '_>, rows: &[&Row<'_>], networks: &Networks) -> Vec<Origin> {
    let mut count: BTreeMap<&Address, (u64, bool)> = BTreeMap::new();
    let launches = rows.iter().filter(|row| !row.by_service).map(|row| row.event);
    let acts = case.parts.iter().flat_map(events).filter(|event| event.actor.invoked_by.is_none());
    for (event, launched) in launches.map(|event| (event, true)).chain(acts.map(|event| (event, false))) {
        let known = count.entry(&event.address).or_default();
        known.0 += 1;
        known.1 |= launched;
    }
    let mut origins: Vec<(&Address, (u64, bool))> =
        count.into_iter().filter(|(address, _)| **address != Address::Absent).collect();
    origins.sort_by_key(|(address, (count, launched))| (!launched, std::cmp::Reverse(*count), *address));
    origins.into_iter().map(|(address, _)| origin(address, networks)).collect()
}

/// The links that lead to the case's launches, in order.
fn lineage<'f>(case: &Case<'_, 'f>, rows: &[&Row<'f>], world: &World<'f>) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let first = case.parts.iter().map(|part| part.opens).min().unwrap_or_default();
    let hands = rows.iter().flat_map(|row| issuers(row.event, world).into_iter().chain([row.event]));
    let actors: BTreeSet<&str> = hands.map(|event| event.actor.principal.as_str()).collect();
    for link in case.parts.iter().flat_map(|part| &part.lineage.links) {
        let lately = link.time > first.plus(-3 * event::time::DAY)
            && link.time <= case.lead().last_hot.plus(crate::window::WINDOW);
        let leads = actors.contains(link.to.as_str())
            || link.by.starts_with("Create")
            || link.by.starts_with("Update");
        if lately && leads {
            links.push(link.clone());
        }
    }
    links.sort();
    links.dedup();
    links.truncate(LINKS_MAX);
    links
}

/// Links told of one case.
///
/// Fewer, and a chain of roles is cut; more, and a thousand role sessions hide it.
const LINKS_MAX: usize = 60;

fn caveats(
    case: &Case<'_, '_>,
    rows: &[&Row<'_>],
    history_days: u32,
    corroboration: &[Corroboration],
) -> Vec<String> {
    let mut caveats = Vec::new();
    if history_days < crate::history::USUAL_DAYS {
        let days = counted(u64::from(history_days), "day", "days");
        caveats.push(format!(
            "only {days} of records before this: what rests on \"never before\" weighs next to nothing"
        ));
    }
    if rows.iter().any(|row| row.launch.user_data) {
        caveats
            .push("the machines carry user data, which the trail hides: read it on the machine".to_owned());
    }
    if rows.iter().any(|row| {
        row.launch.response_omitted && row.launch.makes == Makes::Instances && row.event.succeeded()
    }) {
        caveats.push("some responses were cut or omitted: counts are what was asked for".to_owned());
    }
    if rows.iter().any(|row| row.lines.iter().any(|line| line.unit == crate::ledger::UNKNOWN)) {
        caveats.push("the type of some machines is in no record read here".to_owned());
    }
    if case.parts.iter().any(|part| part.lineage.rows.iter().any(|row| row.event.endpoint.is_some())) {
        caveats.push(
            "some calls came through a VPC endpoint: the address is private and may be anybody's".to_owned(),
        );
    }
    let watched = ["vpc-flow-logs", "resolver-query-logs", "guardduty"];
    if !corroboration.iter().any(|source| watched.contains(&source.source) && !source.covers.is_empty()) {
        caveats.push("the trail shows launches, not mining: flow logs, resolver logs or GuardDuty would tell what the machines do".to_owned());
    }
    caveats
}
