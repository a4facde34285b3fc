//! `credential-misuse`: an instance's credential in use where its instance is not, and nothing launched.
//!
//! Theft comes before mining, sometimes by days. The same rules of provenance that judge a
//! launch judge every place in which an instance's credential was ever seen.
//!
//! Blind spots: those of `used-off-instance`.

use std::collections::HashMap;

use event::time::DAY;
use event::{Event, Time};

use crate::actions::{Machines, actions};
use crate::attack::attack;
use crate::finding::{
    Cause, CauseShare, Cost, Finding, Kind, Launches, Moment, Outcome, Principal, Role, SCHEMA, ScoreTold,
    SignalTold,
};
use crate::history::{History, Strangers};
use crate::origin::origin;
use crate::past::Past;
use crate::profile::{DaySet, InstanceProfile, Place, Seen, UsedPlace, network_of, operating_system};
use crate::rules::used_off_instance::{is_news, what_is_wrong};
use crate::score::{Decibans, PRIOR, certainty};
use crate::tell::{id_of, severity, urgency};
use crate::world::World;

/// The most that provenance alone may add here, where nothing else speaks.
pub const CEILING: Decibans = Decibans::new(40);

/// Judges every place of every instance; `told` says which instances are already in a case.
#[must_use]
pub fn misuses(world: &World<'_>, told: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let doubtful = world
        .facts
        .instances()
        .filter_map(|(id, places)| (!told(id) && is_doubtful(id, places, world)).then_some(id));
    let mut instances: Vec<&str> = doubtful.collect();
    instances.sort_unstable();
    let mut days: HashMap<String, Vec<i64>> = HashMap::new();
    let calls = calls_of_instances(world);
    instances
        .into_iter()
        .filter_map(|id| {
            let used = Used { id, profile: world.facts.spell_instance(id)? };
            let days = days
                .entry(account_of(used.role()))
                .or_insert_with_key(|account| world.facts.coverage().days(account).into_iter().collect());
            let judged = used.profile.places.iter().filter_map(|at| judge(&used, at, days, world));
            let mut judged: Vec<Judged<'_>> = judged.collect();
            judged.sort_by_key(|judged| (std::cmp::Reverse(judged.sum), judged.first, judged.place));
            let worst = judged.first().filter(|worst| worst.sum >= Decibans::ZERO)?;
            let same: Vec<&Judged<'_>> = judged.iter().filter(|other| other.sum >= Decibans::ZERO).collect();
            let calls = calls.get(id).map_or(&[][..], Vec::as_slice);
            Some(tell((&used, calls), worst, &same, world))
        })
        .collect()
}

/// An instance and where its credentials were used.
struct Used<'i> {
    id: &'i str,
    profile: InstanceProfile,
}

impl Used<'_> {
    /// The role of its sessions.
    fn role(&self) -> &str {
        self.profile.roles.iter().next().map_or("", |(role, _)| role)
    }
}

/// Whether any place of an instance could add up to a finding. Nearly all instances stay in one network, where nobody
/// else works and no command comes from: then only the address and region can be wrong, and those do not suffice, unless
/// it is an exit of Tor.
fn is_doubtful<'f>(instance: &str, mut places: impl Iterator<Item = Place<'f>>, world: &World<'f>) -> bool {
    let mut home: Option<String> = None;
    let mut is_plain = |place: Place<'f>| {
        let network = network_of(place.address);
        let is_home = *home.get_or_insert_with(|| network.clone()) == network;
        is_home
            && !is_tor(place.address, world)
            && !matches!(operating_system(&place.agent.to_ascii_lowercase()), "kali" | "parrot" | "macos")
            && world.other_users_of(place.address, "").next().is_none()
    };
    !world.hand_overs(instance).is_empty() || places.any(|place| !is_plain(place))
}

fn is_tor(address: &str, world: &World<'_>) -> bool {
    let lists = &world.facts.networks().tor;
    // Without a list no address is read.
    !lists.is_empty() && address.parse().is_ok_and(|address| lists.iter().any(|list| list.has(address)))
}

struct Judged<'f> {
    place: Place<'f>,
    first: Time,
    last: Time,
    events: Vec<String>,
    signals: Vec<SignalTold>,
    sum: Decibans,
    history_days: u32,
}

/// Judges one place; `account_days` are the days on which the instance's account has records.
fn judge<'u>(
    used: &'u Used<'_>,
    at: &'u UsedPlace,
    account_days: &[i64],
    world: &World<'_>,
) -> Option<Judged<'u>> {
    let (instance, place, seen) = (used.id, at.place(), &at.seen);
    let (hot, past, strangers) = (DaySet::default(), Past::default(), Strangers::default());
    let start = seen.first.time.plus(-DAY);
    let days = account_days.partition_point(|day| *day < start.day());
    let history = History {
        start,
        days: u32::try_from(days).unwrap_or(u32::MAX),
        past: &past,
        hot_days: &hot,
        strangers: &strangers,
    };
    let witness = witness(used, at);
    let wrong = what_is_wrong((instance, &used.profile), &place, &witness, world, &history)?;
    let mut signals = vec![signal(
        "used-off-instance",
        wrong.weight,
        format!("{instance} used from {}: {}", place.address, wrong.because.join("; ")),
        seen,
    )];
    signals.extend(other_signals(used, at, world, &history));
    let added = signals.iter().map(|signal| signal.decibans).sum::<Decibans>().min(CEILING);
    let mut events = vec![seen.first.event.to_string(), seen.last.event.to_string()];
    events.sort();
    events.dedup();
    Some(Judged {
        place,
        first: seen.first.time,
        last: seen.last.time,
        events,
        signals,
        sum: PRIOR + added,
        history_days: history.days,
    })
}

/// The place's first record, as far as the profile remembers it.
fn witness(used: &Used<'_>, at: &UsedPlace) -> Event {
    let (instance, place, seen) = (used.id, at.place(), &at.seen);
    let role = used.role().to_owned();
    let account = account_of(&role);
    Event {
        time: seen.first.time,
        id: seen.first.event.to_string(),
        shared_id: None,
        replaces: None,
        account: account.clone(),
        region: place.region.to_owned(),
        source: String::new(),
        name: String::new(),
        actor: event::Actor {
            kind: event::IdentityKind::AssumedRole,
            principal: role,
            account,
            session: Some(instance.to_owned()),
            key: None,
            invoked_by: None,
            instance: None,
            delivery: None,
            workload: None,
            mfa: None,
            issued: None,
            web_identity: false,
            console: false,
        },
        address: event::Address::parse(place.address),
        agent: place.agent.to_owned(),
        endpoint: (!place.endpoint.is_empty()).then(|| place.endpoint.to_owned()),
        failure: None,
        detail: event::Detail::Tamper,
    }
}

/// Delivery and agent, as the rules of the same names see them.
fn other_signals(
    used: &Used<'_>,
    at: &UsedPlace,
    world: &World<'_>,
    history: &History<'_, '_>,
) -> Vec<SignalTold> {
    let (instance, profile, place, seen) = (used.id, &used.profile, at.place(), &at.seen);
    let mut signals = Vec::new();
    let network = at.network();
    let others: Vec<(Place<'_>, &Seen)> = profile
        .places
        .iter()
        .filter(|used| used.network() != network)
        .map(|used| (used.place(), &used.seen))
        .collect();
    if place.delivery == "1" && others.iter().any(|(other, _)| other.delivery == "2") {
        let sentence =
            format!("{instance} gets its credentials by IMDSv2 elsewhere; this one came by IMDSv1");
        signals.push(signal("delivery-flip", Decibans::new(5), sentence, seen));
    }
    let system = operating_system(&place.agent.to_ascii_lowercase());
    let is_mac = world.machine(instance, seen.first.time).is_some_and(|unit| unit.name.starts_with("mac"));
    if matches!(system, "kali" | "parrot") || (system == "macos" && !is_mac) {
        let sentence = format!("the credential of {instance} is used by {}, on {system}", place.agent);
        signals.push(signal("agent-flip", Decibans::new(12), sentence, seen));
    } else if !others.is_empty() && others.iter().all(|(other, _)| other.agent != place.agent) {
        let sentence =
            format!("{} is used there and nowhere else with this instance's credentials", place.agent);
        signals.push(signal("agent-flip", Decibans::new(4), sentence, seen));
    }
    let at_once = others.iter().find(|(_, other)| {
        other.first.time <= seen.last.time.plus(3_600) && other.last.time >= seen.first.time.plus(-3_600)
    });
    if let Some((other, _)) = at_once.filter(|_| is_news(&place, history, profile)) {
        let sentence = format!(
            "its credentials are in use at {} and at {} within an hour",
            place.address, other.address
        );
        signals.push(signal("two-places-at-once", Decibans::new(8), sentence, seen));
    }
    signals
}

fn signal(rule: &'static str, weight: Decibans, sentence: String, seen: &Seen) -> SignalTold {
    let techniques =
        crate::rules::RULES.iter().find(|known| known.name == rule).map_or(&[][..], |known| known.techniques);
    SignalTold {
        rule,
        group: "provenance",
        decibans: weight,
        full_decibans: weight,
        sentence,
        since: seen.first.time,
        events: vec![seen.first.event.to_string()],
        techniques,
    }
}

fn account_of(arn: &str) -> String {
    arn.split(':').nth(4).unwrap_or_default().to_owned()
}

/// The calls that were kept whole, by the instance whose credential made them.
fn calls_of_instances<'f>(world: &World<'f>) -> HashMap<&'f str, Vec<&'f Event>> {
    let mut calls: HashMap<&str, Vec<&Event>> = HashMap::new();
    for event in world.events.iter().copied() {
        if let Some(instance) = &event.actor.instance {
            calls.entry(&instance.id).or_default().push(event);
        }
    }
    calls
}

fn tell(
    (used, calls): (&Used<'_>, &[&Event]),
    worst: &Judged<'_>,
    all: &[&Judged<'_>],
    world: &World<'_>,
) -> Finding {
    let certainty = certainty(worst.sum);
    let threat = 25;
    let urgency = urgency(certainty, threat);
    let (instance, role) = (used.id, used.role().to_owned());
    let (keys, events) = keys_and_events((instance, calls), all, world);
    let first = all.iter().map(|judged| judged.first).min().unwrap_or(worst.first);
    let last = all.iter().map(|judged| judged.last).max().unwrap_or(worst.last);
    let stolen = u32::from(certainty).clamp(1, 98);
    let mut finding = Finding {
        schema: SCHEMA,
        id: id_of(&format!("credential-misuse|{role}#{instance}|{}", first.day())),
        revision: u64::try_from(events.len()).unwrap_or(1).max(1),
        kind: Kind::CredentialMisuse,
        title: "Instance credential used off its instance".to_owned(),
        summary: format!(
            "the credential of {instance} (role {}) was used from {} with {} between {first} and {last}; it launched no mining-grade compute.",
            crate::timeline::short(&role), worst.place.address, worst.place.agent,
        ),
        urgency,
        certainty,
        threat,
        severity: severity(urgency),
        suppressed: None,
        root_cause: vec![
            CauseShare { cause: Cause::CompromisedInstanceToken, share: f64::from(stolen) / 100.0 },
            CauseShare { cause: Cause::OverPermissiveRole, share: f64::from(100 - stolen) / 100.0 },
        ],
        outcome: Outcome::Mixed,
        first_seen: first,
        last_seen: last,
        fired_at: worst.first,
        principals: vec![Principal {
            account: account_of(&role),
            arn: role,
            role: Role::Origin,
            access_keys: keys,
            instance_id: Some(instance.to_owned()),
            attribution: Some(if worst.place.delivery.is_empty() { event::Attribution::SessionName } else { event::Attribution::Ec2RoleDelivery }),
        }],
        origins: all.iter().map(|judged| origin(&event::Address::parse(judged.place.address), world.facts.networks())).collect::<std::collections::BTreeSet<_>>().into_iter().collect(),
        launches: Launches::default(),
        cost: Cost { currency: "USD", prices: catalog::PRICES, ..Cost::default() },
        attack: attack(&worst.signals),
        signals: worst.signals.clone(),
        score: ScoreTold { prior: PRIOR, sum: worst.sum },
        timeline: moments(instance, all),
        lineage: Vec::new(),
        verify: Vec::new(),
        actions: Vec::new(),
        history_days: worst.history_days,
        caveats: vec!["only places and programs are remembered of calls that launch nothing: list this key's calls to see what else it touched".to_owned()],
        corroboration: Vec::new(),
    };
    finding.actions = actions(&finding, &Machines::new());
    finding
}

/// The keys used at the wrong places, and the records that show it.
fn keys_and_events(
    (instance, calls): (&str, &[&Event]),
    all: &[&Judged<'_>],
    world: &World<'_>,
) -> (Vec<String>, Vec<String>) {
    let mut keys = Vec::new();
    let mut events: Vec<String> = all.iter().flat_map(|judged| judged.events.iter().cloned()).collect();
    let uses = world.facts.keys_of(instance);
    for used in uses.iter().filter(|used| all.iter().any(|judged| judged.place == used.at.place())) {
        keys.push(used.key.to_string());
        events.extend([&used.at.seen.first, &used.at.seen.last].map(|sight| sight.event.to_string()));
    }
    // The profile keeps a limited number of keys; the records that were kept whole name theirs as well.
    let strange = calls.iter().filter(|event| {
        let address = event.address.to_string();
        all.iter().any(|judged| judged.place.address == address)
    });
    keys.extend(strange.filter_map(|event| event.actor.key.clone()));
    keys.sort();
    keys.dedup();
    events.sort();
    events.dedup();
    (keys, events)
}

fn moments(instance: &str, all: &[&Judged<'_>]) -> Vec<Moment> {
    let mut moments: Vec<Moment> = all
        .iter()
        .flat_map(|judged| {
            let told = |time: Time, event: &str, which: &str| Moment {
                time,
                event: event.to_owned(),
                what: format!(
                    "{which} call with the credential of {instance} from {} by {} in {}",
                    judged.place.address, judged.place.agent, judged.place.region
                ),
                count: 1,
            };
            let first = told(judged.first, judged.events.first().map_or("", String::as_str), "first");
            let last = told(judged.last, judged.events.last().map_or("", String::as_str), "last");
            [first, last]
        })
        .collect();
    moments.sort();
    moments.dedup();
    moments
}
