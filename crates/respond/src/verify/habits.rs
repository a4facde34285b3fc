//! Was this usual? Address, company, machines, program, second factor.

use std::collections::BTreeSet;

use detect::finding::{NetworkKind, Question, Role};
use detect::profile::{Feature, agent_family, network_of};
use detect::timeline::short;
use event::{Address, Event};

use super::{Asked, answered, counted, listed, on_days, open};

/// Was this address ever seen for this credential?
pub(super) fn address_seen_before(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let hand = first_with_address(asked)?;
    let (address, who) = (hand.address.to_string(), short(&hand.actor.principal));
    let question = format!("Was {address} ever seen for {who}?");
    let profile = asked.world.facts.profile(&hand.actor.principal)?;
    if profile.addresses.is_saturated() {
        return open(
            question,
            format!(
                "{who} calls from more addresses than are remembered: ask its owner whether {address} is theirs"
            ),
        );
    }
    let network = network_of(&address);
    let same: BTreeSet<i64> = days_before(&profile.addresses, asked, |known| *known == *address);
    let near: BTreeSet<i64> = days_before(&profile.addresses, asked, |known| network_of(known) == network);
    let others: Vec<&str> = profile
        .addresses
        .iter()
        .filter(|(known, seen)| seen.first < asked.opens && **known != *address)
        .map(|(known, _)| known)
        .collect();
    let answer = match (same.len(), near.len(), others.len()) {
        (0, 0, 0) => format!("no, nor any other: {who} was not seen {}", asked.before()),
        (0, 0, _) => format!("no: {}, it called from {} only", asked.before(), listed(others)),
        (0, near, _) => format!("not this address, but its network {network}, {}", on_days(count(near))),
        (same, ..) => format!("yes, {}", on_days(count(same))),
    };
    answered(question, answer, &[hand])
}

fn first_with_address<'f>(asked: &Asked<'_, '_, 'f>) -> Option<&'f Event> {
    asked.hands().find(|event| matches!(event.address, Address::Ip(_) | Address::Text(_)))
}

/// Days before the case on which a value that `fits` was seen.
fn days_before(feature: &Feature, asked: &Asked<'_, '_, '_>, fits: impl Fn(&str) -> bool) -> BTreeSet<i64> {
    let seen = feature.iter().filter(|(value, seen)| fits(value) && seen.first < asked.opens);
    seen.flat_map(|(_, seen)| seen.days.iter()).filter(|day| *day <= asked.opens.day()).collect()
}

fn count(days: usize) -> u32 {
    u32::try_from(days).unwrap_or(u32::MAX)
}

/// Whose network is it? Asked where a list answers.
pub(super) fn whose_network(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let hand = first_with_address(asked)?;
    let address = hand.address.to_string();
    let origin = asked.finding.origins.iter().find(|origin| origin.address == address)?;
    let owner = origin.autonomous_system.as_ref().map(|system| match system.name.as_str() {
        "" => format!("AS{}", system.number),
        name => format!("{name} (AS{})", system.number),
    });
    let by = owner.as_ref().map_or_else(String::new, |owner| format!(", {owner}"));
    let answer = match origin.kind {
        NetworkKind::Own => format!("yours: {}", origin.network),
        NetworkKind::Tor => format!("an exit of the Tor network{by}: whoever uses it hides"),
        NetworkKind::Hosting => {
            format!("a hosting company's or VPN's{by}: whoever has a card is there in minutes")
        }
        NetworkKind::Residential => format!(
            "a company's that connects households and phones{by}: ask {} whether they were there",
            short(&hand.actor.principal)
        ),
        NetworkKind::Other => format!("another company's{by}"),
        NetworkKind::Vpn | NetworkKind::Aws | NetworkKind::Endpoint => return None,
        NetworkKind::Service | NetworkKind::Unknown => return None,
    };
    answered(format!("Whose network is {address} in?"), answer, &[hand])
}

/// Does a colleague work from there?
pub(super) fn others_at_address(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let hand = first_with_address(asked)?;
    let address = hand.address.to_string();
    let own: BTreeSet<&str> =
        asked.finding.principals.iter().map(|principal| principal.arn.as_str()).collect();
    let others =
        asked.world.other_users_of(&address, &hand.actor.principal).filter(|other| !own.contains(other));
    let others: Vec<&str> = others.map(short).collect();
    let answer = match others.len() {
        0 => "no person's principal in these accounts does".to_owned(),
        _ => format!("yes: {}", listed(others)),
    };
    answered(format!("Does anybody else here work from {address}?"), answer, &[hand])
}

/// Did this hand start such machines before?
pub(super) fn started_such_before(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let first = asked.by_hand().next()?;
    let who = asked.principal();
    let own: BTreeSet<&str> = asked.rows.iter().map(|row| row.event.id.as_str()).collect();
    let before: Vec<&Event> = asked
        .world
        .launches_by(who)
        .iter()
        .copied()
        .filter(|event| event.time <= asked.opens && event.succeeded() && !own.contains(event.id.as_str()))
        .collect();
    let wanted: BTreeSet<String> =
        asked.by_hand().flat_map(|row| row.lines.iter().map(|line| family(&line.unit))).collect();
    let alike: Vec<&Event> = before
        .iter()
        .copied()
        .filter(|event| units(event).iter().any(|unit| wanted.contains(&family(unit))))
        .collect();
    let days =
        |events: &[&Event]| count(events.iter().map(|event| event.time.day()).collect::<BTreeSet<_>>().len());
    let told = listed(wanted.iter().map(String::as_str));
    let answer = match (before.len(), alike.len()) {
        (0, _) => format!("no: it started nothing at all {}", asked.before()),
        (_, 0) => {
            let usual: BTreeSet<String> = before.iter().flat_map(|event| units(event)).collect();
            let usual = listed(usual.iter().map(String::as_str));
            format!(
                "no: it started machines {}, but only {}",
                on_days(days(&before)),
                if usual.is_empty() { "others" } else { &usual }
            )
        }
        _ => format!("yes, {}", on_days(days(&alike))),
    };
    let evidence: Vec<&Event> = if alike.is_empty() { vec![first.event] } else { alike };
    answered(format!("Did {} start {told} before?", short(who)), answer, &evidence)
}

fn family(unit: &str) -> String {
    unit.split_once('.').map_or(unit, |(family, _)| family).to_owned()
}

fn units(event: &Event) -> Vec<String> {
    let event::Detail::Launch(launch) = &event.detail else { return Vec::new() };
    let got = launch.got.iter().filter_map(|got| got.unit.as_ref());
    launch.asks.iter().filter_map(|ask| ask.unit.as_ref()).chain(got).map(|unit| unit.name.clone()).collect()
}

/// Is this the program that always does it?
pub(super) fn program_seen_before(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let hand = asked.hands().find(|event| !event.agent.is_empty())?;
    let profile = asked.world.facts.profile(&hand.actor.principal)?;
    let (program, who) = (agent_family(&hand.agent), short(&hand.actor.principal));
    let question = format!("Is {program} the program that {who} usually works with?");
    if profile.agents.is_saturated() {
        return open(question, "more programs were seen than are remembered: ask its owner");
    }
    let days = days_before(&profile.agents, asked, |known| known == program).len();
    let before: Vec<&str> =
        profile.agents.iter().filter(|(_, seen)| seen.first < asked.opens).map(|(known, _)| known).collect();
    let answer = match (days, before.len()) {
        (0, 0) => format!("it was not seen {}", asked.before()),
        (0, _) => format!("no: before, it was {}", listed(before)),
        (days, _) => format!("yes, {}; whoever calls may write any program's name", on_days(count(days))),
    };
    answered(question, answer, &[hand])
}

/// Did the session begin with a second factor?
pub(super) fn second_factor(asked: &Asked<'_, '_, '_>) -> Option<Question> {
    let question = "Did the session begin with a second factor?";
    let hands: Vec<&Event> = asked.hands().collect();
    let first = *hands.first()?;
    if first.actor.instance.is_some() || first.actor.workload.is_some() {
        return answered(
            question,
            "machines have none: the credential is enough, wherever it is used".to_owned(),
            &[first],
        );
    }
    let with = hands.iter().filter(|event| event.actor.mfa == Some(true)).count();
    let without: Vec<&Event> = hands.iter().copied().filter(|event| event.actor.mfa == Some(false)).collect();
    match (with, without.len()) {
        (0, 0) if is_key(first) => answered(question, "no: a long-term key needs none".to_owned(), &[first]),
        (0, 0) => open(question, "the records do not say: look at the sign-in in your identity provider"),
        (_, 0) => answered(question, "yes, in every call that says it".to_owned(), &[first]),
        (0, _) => answered(question, "no".to_owned(), &without),
        (_, few) => answered(question, format!("not in {}", counted(few, "call", "calls")), &without),
    }
}

fn is_key(event: &Event) -> bool {
    event.actor.key.as_deref().is_some_and(|key| key.starts_with("AKIA"))
}

/// Whether a principal is a hand of the case, and not a service.
pub(super) fn is_hand(role: Role) -> bool {
    role != Role::Service
}
