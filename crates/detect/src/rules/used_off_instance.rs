//! `used-off-instance`: an instance's credential was used somewhere its instance is not.
//!
//! The metadata service hands a credential to one machine. Its calls leave through that
//! machine's addresses, its VPC's NAT, or a VPC endpoint, day after day. A call from anywhere
//! else is made by whoever copied the credential.
//!
//! Blind spots: a thief on the instance itself; a thief who sends the calls through a machine
//! in the same VPC, or through a network that the user named as an own one; a machine whose first record is the theft (then only what is wrong by
//! itself speaks: an address outside AWS, an address that a person uses too).

use std::collections::BTreeSet;
use std::net::IpAddr;

use catalog::{Networks, OwnKind, OwnNetwork, Whereabouts};
use event::time::{DAY, HOUR};
use event::{Address, Event, Time};

use super::Signal;
use crate::history::{AROUND_DAYS, History, USUAL_DAYS};
use crate::lineage::issuers;
use crate::origin::{GLOBAL, owner_told};
use crate::profile::{InstanceProfile, Place, agent_family, network_of};
use crate::score::Decibans;
use crate::window::Window;
use crate::world::World;

/// The most that all that is wrong with a place adds up to: the parts see the same theft.
const CEILING: Decibans = Decibans::new(28);

/// How long after a command was sent to the instance its credential may be expected elsewhere.
const HAND_OVER_WINDOW: i64 = HOUR;

/// A place in use for more days than this, from the first day of the logs on, is no news.
const LASTING_DAYS: usize = 2;

/// So many other machines behind one network make it a shared exit, where there is no history to ask.
///
/// Fewer, and a thief with two stolen tokens looks like a NAT gateway; more, and a small fleet has none.
const SHARED_BY_MIN: usize = 2;

/// A machine that calls from so many networks has a rotating exit: one more is no news.
const ROTATING_NETWORKS_MIN: usize = 4;

/// What is wrong with a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrong {
    /// The weight of it all, ceiling applied.
    pub weight: Decibans,
    /// Clauses that say why.
    pub because: Vec<String>,
}

/// Returns a signal when the credential behind a launch belongs to an instance that is elsewhere.
///
/// Behind a launch is also the credential that took up the role which launches.
pub(crate) fn used_off_instance(window: &Window<'_, '_>) -> Option<Signal> {
    let hands = window.hands.iter().map(|hand| (hand.event, hand.events.clone()));
    let upstream = window.hands.iter().flat_map(|hand| issuers(hand.event, window.world));
    let upstream = upstream.filter(|issuer| issuer.time > window.start).map(|issuer| (issuer, vec![issuer]));
    let judged =
        hands.chain(upstream).filter_map(|(event, events)| Some((judge(event, window)?, event, events)));
    let (wrong, event, events) =
        judged.max_by_key(|(wrong, event, _)| (wrong.weight, std::cmp::Reverse((event.time, &event.id))))?;
    let instance = event.actor.instance.as_ref()?;
    let sentence = format!("{} used from {}: {}", instance.id, event.address, wrong.because.join("; "));
    Signal::proved_by(wrong.weight, sentence, &events)
}

/// What is wrong with the place of a call, if an instance's credential made it.
fn judge(event: &Event, window: &Window<'_, '_>) -> Option<Wrong> {
    let instance = event.actor.instance.as_ref()?;
    let (address, agent) = (event.address.to_string(), agent_family(&event.agent));
    let place = Place {
        address: &address,
        agent: &agent,
        delivery: "",
        endpoint: event.endpoint.as_deref().unwrap_or_default(),
        region: &event.region,
    };
    let profile = window.facts().instance(&instance.id)?;
    what_is_wrong((&instance.id, profile), &place, event, window.world, &window.history)
}

/// Says what is wrong with `place` as a place of `instance`, as of the history before a window. `None` if nothing is.
pub(crate) fn what_is_wrong(
    (instance, profile): (&str, &InstanceProfile),
    place: &Place<'_>,
    event: &Event,
    world: &World<'_>,
    history: &History<'_, '_>,
) -> Option<Wrong> {
    if event.address.is_service() || event.actor.invoked_by.is_some() {
        return None;
    }
    let own = own_network(&event.address, world.facts.networks());
    // Machines leave by a NAT gateway, and the user says that this is one.
    if own.is_some_and(|own| own.kind == OwnKind::Nat)
        || is_rightful(instance, place, world, history, profile)
    {
        return None;
    }
    let mut reasons: Vec<(Decibans, String)> = Vec::new();
    match own {
        Some(own) => reasons.extend(brought_home(own, place, history, profile)),
        None => {
            reasons.extend(never_seen(place, history, profile));
            reasons.extend(at_a_strange_address((instance, profile), place, event, world, history));
        }
    }
    reasons.extend(calls_elsewhere(instance, place, world, history, profile));
    reasons.extend(after_a_command(instance, event, world));
    if reasons.is_empty() {
        return None;
    }
    let weight = reasons.iter().map(|(weight, _)| *weight).sum::<Decibans>().min(CEILING);
    (weight > Decibans::ZERO)
        .then(|| Wrong { weight, because: reasons.into_iter().map(|(_, because)| because).collect() })
}

/// Whether the place is the instance's own, its network's exit, or an old habit.
fn is_rightful(
    instance: &str,
    place: &Place<'_>,
    world: &World<'_>,
    history: &History<'_, '_>,
    profile: &InstanceProfile,
) -> bool {
    if let Ok(address) = place.address.parse::<IpAddr>()
        && (world.is_own_address(instance, address) || world.is_nat_address(address))
    {
        return true;
    }
    if !place.endpoint.is_empty() && world.is_own_endpoint(place.endpoint) {
        return true;
    }
    let (days, soon) = (days_at(place, history, profile), history.start.plus(AROUND_DAYS * DAY));
    days >= USUAL_DAYS
        || world.instances_at(place.address, instance, history.start) > 0
        // At the beginning of the logs nothing is older than the window; an exit that three machines share is one.
        || (history.days < USUAL_DAYS && world.instances_at(place.address, instance, soon) >= SHARED_BY_MIN)
}

/// Days before the window on which the instance called from this network or endpoint.
fn days_at(place: &Place<'_>, history: &History<'_, '_>, profile: &InstanceProfile) -> u32 {
    let network = network_of(place.address);
    if history.strangers.networks.contains(&network) {
        return 0;
    }
    let same = profile.places.iter().filter(|known| {
        known.network() == network || (!place.endpoint.is_empty() && known.place().endpoint == place.endpoint)
    });
    same.map(|known| history.days_of(&known.seen)).max().unwrap_or(0)
}

/// Whether a place is news: not seen on any day before, and not simply as old as the logs.
pub(crate) fn is_news(place: &Place<'_>, history: &History<'_, '_>, profile: &InstanceProfile) -> bool {
    days_at(place, history, profile) == 0 && !(history.days < USUAL_DAYS && lasts(place, history, profile))
}

/// Whether the instance calls from this network for more than a few days.
fn lasts(place: &Place<'_>, history: &History<'_, '_>, profile: &InstanceProfile) -> bool {
    let network = network_of(place.address);
    let here = profile.places.iter().filter(|known| known.network() == network);
    here.map(|known| history.days_around(&known.seen)).max().unwrap_or(1) > LASTING_DAYS
}

/// Other places of the instance: many days of them make this one strange.
fn never_seen(
    place: &Place<'_>,
    history: &History<'_, '_>,
    profile: &InstanceProfile,
) -> Option<(Decibans, String)> {
    if profile.places.is_saturated() {
        return None;
    }
    let network = network_of(place.address);
    let near = || profile.places.iter().filter(|known| history.is_near(&known.seen));
    let others = || near().filter(|known| known.network() != network);
    let (days, usual) = others()
        .map(|known| (history.days_of(&known.seen), known.place().address))
        .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1)))?;
    // Two places that are both as old as the logs are two exits of one network: neither is strange.
    if !is_news(place, history, profile) {
        return None;
    }
    if others().map(|known| known.network()).collect::<BTreeSet<_>>().len() >= ROTATING_NETWORKS_MIN {
        return Some((Decibans::new(3), "one more of the many networks it calls from".to_owned()));
    }
    // Eight for two places within a day, up to eighteen for a machine that never called from elsewhere in two weeks.
    let weight = Decibans::new(8) + Decibans::new(10).scaled(days.min(14), 14);
    let because = match days {
        0 => format!("it also calls from {usual}, and nothing older is known"),
        days => format!("never seen for it; it called from {usual} on {days} days before"),
    };
    Some((weight, because))
}

/// The user's own network that an address is in.
fn own_network<'n>(address: &Address, networks: &'n Networks) -> Option<&'n OwnNetwork> {
    let Address::Ip(ip) = address else { return None };
    match networks.whereabouts(*ip) {
        Whereabouts::Own(own) => Some(own),
        _ => None,
    }
}

/// A credential that turns up in an own office or VPN: an engineer copied it to try something, far oftener than a thief
/// came in by there. It has left its machine all the same, and that is told.
fn brought_home(
    own: &OwnNetwork,
    place: &Place<'_>,
    history: &History<'_, '_>,
    profile: &InstanceProfile,
) -> Option<(Decibans, String)> {
    never_seen(place, history, profile)?;
    Some((Decibans::new(2), format!("never seen for it; it is your own network {}", own.name)))
}

/// An instance's calls leave through AWS addresses, unless a company routes them home.
///
/// Home is an office or a data centre: seldom a machine for rent, as most thieves have, so that adds a little; and never
/// Tor. A household's line says no more than any other, since small offices have the same.
fn outside_aws(address: &Address, networks: &Networks) -> Option<(Decibans, String)> {
    let Address::Ip(ip) = address else { return None };
    let owner = owner_told(*ip, networks);
    match networks.whereabouts(*ip) {
        // What customers bring along and Amazon announces is in no list of AWS's, and as much AWS's as the rest.
        Whereabouts::Private | Whereabouts::Own(_) | Whereabouts::Aws(_) => None,
        Whereabouts::Tor => {
            Some((Decibans::new(14), format!("the address is an exit of the Tor network{owner}")))
        }
        Whereabouts::Hosting => {
            Some((Decibans::new(10), format!("the address is a hosting company's{owner}, not AWS's")))
        }
        Whereabouts::Access => Some((
            Decibans::new(8),
            format!("the address is a household's or mobile phone's{owner}, not AWS's"),
        )),
        Whereabouts::Other | Whereabouts::Unknown => {
            Some((Decibans::new(8), format!("the address is not one of AWS's{owner}")))
        }
    }
}

/// What is wrong with the address itself, unless people of the account have used its network for days: then it may be
/// the company's own way out. At the beginning of the logs nobody has yet; whoever stays is then given half the benefit.
fn at_a_strange_address(
    (instance, profile): (&str, &InstanceProfile),
    place: &Place<'_>,
    event: &Event,
    world: &World<'_>,
    history: &History<'_, '_>,
) -> Vec<(Decibans, String)> {
    let network = network_of(place.address);
    let account = world.facts.account(&event.account);
    let before = account.map_or(0, |account| history.days_seen(&account.networks, &network));
    if before >= USUAL_DAYS {
        return Vec::new();
    }
    let lasted = account
        .and_then(|account| account.networks.get(&network))
        .map_or(0, |seen| history.days_around(seen));
    let stays = history.days < USUAL_DAYS && lasted > LASTING_DAYS;
    let shared = shared_with_a_person(place, event, world, history).filter(|_| !stays);
    let region = other_region(instance, place, &event.address, world, history, profile);
    outside_aws(&event.address, world.facts.networks()).into_iter().chain(region).chain(shared).collect()
}

/// The calls go to a region that the instance does not live in and never called.
fn calls_elsewhere(
    instance: &str,
    place: &Place<'_>,
    world: &World<'_>,
    history: &History<'_, '_>,
    profile: &InstanceProfile,
) -> Option<(Decibans, String)> {
    let home = home_region(instance, place, world, history, profile)?;
    let known = profile
        .places
        .iter()
        .any(|known| known.place().region == place.region && history.days_of(&known.seen) > 0);
    (home != place.region && !known).then(|| {
        (history.weigh(Decibans::new(6)), format!("it lives in {home} and never called {}", place.region))
    })
}

fn other_region(
    instance: &str,
    place: &Place<'_>,
    address: &Address,
    world: &World<'_>,
    history: &History<'_, '_>,
    profile: &InstanceProfile,
) -> Option<(Decibans, String)> {
    let Address::Ip(ip) = address else { return None };
    let network = world.facts.networks().aws(*ip).filter(|network| network.region != GLOBAL)?;
    let home = home_region(instance, place, world, history, profile)?;
    (network.region != home).then(|| {
        (
            Decibans::new(6),
            format!("the address is AWS's in {}, the instance lives in {home}", network.region),
        )
    })
}

/// Where the instance lives: the region of its launch, else the region it calls most days.
fn home_region(
    instance: &str,
    place: &Place<'_>,
    world: &World<'_>,
    history: &History<'_, '_>,
    profile: &InstanceProfile,
) -> Option<String> {
    if let Some(region) = world.region_of_machine(instance) {
        return Some(region.to_owned());
    }
    let near = history.start.day() + AROUND_DAYS;
    let others = profile.places.iter().map(|known| (known.place(), &known.seen));
    others
        .filter(|(known, seen)| {
            known.address != place.address
                && catalog::region(known.region).is_some()
                && history.is_near(*seen)
        })
        .max_by_key(|(known, seen)| {
            (seen.days.iter().filter(|day| *day <= near).count(), std::cmp::Reverse(known.region))
        })
        .map(|(known, _)| known.region.to_owned())
}

/// Somebody who is not on the instance works from the same address.
fn shared_with_a_person(
    place: &Place<'_>,
    event: &Event,
    world: &World<'_>,
    history: &History<'_, '_>,
) -> Option<(Decibans, String)> {
    // Whoever has the address weeks later is another holder of it.
    let near = |other: &&str| {
        let seen = world.facts.profile(other).and_then(|profile| profile.addresses.get(place.address));
        seen.is_some_and(|seen| history.is_near(seen))
    };
    let other = world.other_users_of(place.address, &event.actor.principal).find(near)?;
    let same_program = world
        .facts
        .profile(other)
        .is_some_and(|profile| profile.agents.get(place.agent).is_some_and(|seen| history.is_near(seen)));
    let weight = Decibans::new(if same_program { 12 } else { 8 });
    let program = if same_program { ", with the same program" } else { "" };
    Some((weight, format!("{other} works from the same address{program}")))
}

/// A command was sent to the instance from this very address, shortly before: how a token is fetched.
fn after_a_command(instance: &str, event: &Event, world: &World<'_>) -> Option<(Decibans, String)> {
    let sent = world.hand_overs(instance).iter().find(|sent| {
        sent.address == event.address
            && sent.time <= event.time
            && event.time.since(sent.time) <= HAND_OVER_WINDOW
    })?;
    let because = format!(
        "{} sent it a command from there {} before",
        sent.actor.principal,
        minutes(event.time, sent.time)
    );
    Some((Decibans::new(14), because))
}

fn minutes(later: Time, earlier: Time) -> String {
    match later.since(earlier) {
        seconds @ 0..=119 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::used_off_instance;

    #[test]
    fn speaks_of_a_token_that_left_its_machine() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            10:00 web/i-0abc12345678 launches p4d.24xlarge at 203.0.113.9 v2
            => + since 10:00: i-0abc12345678 used from 203.0.113.9: never seen for it; it called from 3.225.16.109 on 14 days before
        ",
        );
    }

    #[test]
    fn is_silent_about_a_machine_at_home() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            10:00 web/i-0abc12345678 launches p4d.24xlarge at 3.225.16.109 v2
            => silent
        ",
        );
    }

    #[test]
    fn knows_the_address_that_an_elastic_ip_gave_it() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            09:00 ops AssociateAddress i-0abc12345678 3.220.0.7
            10:00 web/i-0abc12345678 launches m5.large at 3.220.0.7 v2
            => silent
        ",
        );
    }

    #[test]
    fn knows_the_address_of_the_nat_gateway() {
        check(
            used_off_instance,
            r#"
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            09:00 ops CreateNatGateway {} {"CreateNatGatewayResponse":{"natGateway":{"natGatewayAddressSet":{"item":[{"publicIp":"3.220.0.7"}]}}}}
            10:00 web/i-0abc12345678 launches m5.large at 3.220.0.7 v2
            => silent
        "#,
        );
    }

    #[test]
    fn knows_the_accounts_own_endpoint() {
        check(
            used_off_instance,
            r#"
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            09:00 ops CreateVpcEndpoint {} {"CreateVpcEndpointResponse":{"vpcEndpoint":{"vpcEndpointId":"vpce-0abc"}}}
            10:00 web/i-0abc12345678 launches m5.large at 10.0.3.4 through vpce-0abc v2
            => silent
        "#,
        );
    }

    #[test]
    fn an_exit_that_other_machines_use_is_the_networks() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            history 14 days: web/i-0def12345678 at 3.220.0.7 v2
            10:00 web/i-0abc12345678 launches m5.large at 3.220.0.7 v2
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_machine_whose_first_record_this_is() {
        check(
            used_off_instance,
            "
            10:00 web/i-0abc12345678 launches m5.large at 3.225.16.109 v2
            => silent
        ",
        );
    }

    #[test]
    fn an_address_outside_of_amazon_is_wrong_by_itself() {
        check(
            used_off_instance,
            "
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => +: the address is not one of AWS's
        ",
        );
    }

    #[test]
    fn an_exit_of_tor_is_worse_than_a_rented_machine_and_that_worse_than_a_line() {
        let story = |known: &str| {
            weight(
                used_off_instance,
                &format!(
                    "
                    {known}
                    10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
                    "
                ),
            )
        };
        let line = story("known asn 203.0.113.0/24 3320 Deutsche Telekom AG");
        let rented = story("known asn 203.0.113.0/24 24940 Hetzner Online GmbH");
        let tor = story("known tor 203.0.113.9");
        assert!(tor > rented && rented > line, "{tor} {rented} {line}");
        assert_eq!(line, story(""), "that somebody's name is known makes nobody a thief");
    }

    #[test]
    fn says_whose_the_address_is() {
        check(
            used_off_instance,
            "
            known asn 203.0.113.0/24 24940 Hetzner Online GmbH
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => +10: the address is a hosting company's (Hetzner Online GmbH, AS24940), not AWS's
        ",
        );
    }

    #[test]
    fn an_address_that_amazon_announces_for_a_customer_is_not_outside() {
        check(
            used_off_instance,
            "
            known asn 203.0.113.0/24 16509 Amazon.com, Inc.
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => silent
        ",
        );
    }

    #[test]
    fn a_way_out_that_the_owner_named_is_the_machines_own() {
        check(
            used_off_instance,
            "
            known own 203.0.113.0/28 nat Frankfurt egress
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches p4d.24xlarge at 203.0.113.9 v2
            => silent
        ",
        );
    }

    #[test]
    fn the_address_beside_an_own_way_out_is_anybodys() {
        check(
            used_off_instance,
            "
            known own 203.0.113.0/28 nat Frankfurt egress
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches p4d.24xlarge at 203.0.113.16 v2
            => +: the address is not one of AWS's
        ",
        );
    }

    #[test]
    fn an_engineer_who_tries_a_token_in_the_office_is_told_and_weighs_next_to_nothing() {
        check(
            used_off_instance,
            "
            known own 203.0.113.0/24 office Berlin
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => +2: never seen for it; it is your own network Berlin
        ",
        );
    }

    #[test]
    fn a_command_from_the_office_is_still_how_the_token_was_fetched() {
        check(
            used_off_instance,
            "
            known own 203.0.113.0/24 office Berlin
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            09:50 mallory SendCommand i-0abc12345678 at 203.0.113.9
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => +16: user/mallory sent it a command from there 10 minutes before
        ",
        );
    }

    #[test]
    fn a_private_address_is_nobodys_whatever_the_list_says() {
        check(
            used_off_instance,
            "
            known own 10.0.0.0/8 nat own endpoint
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches m5.large at 10.0.3.4 through vpce-0fee v2
            => +: never seen for it
        ",
        );
    }

    #[test]
    fn a_newer_list_of_aws_knows_a_newer_region() {
        check(
            used_off_instance,
            "
            known aws 203.0.113.0/24 xx-north-7
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => +: the address is AWS's in xx-north-7, the instance lives in us-east-1
        ",
        );
    }

    #[test]
    fn an_address_that_a_person_works_from_is_that_persons() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            09:50 mallory s3:ListBuckets at 3.220.0.7
            10:00 web/i-0abc12345678 launches m5.large at 3.220.0.7 v2
            => +: user/mallory works from the same address, with the same program
        ",
        );
    }

    #[test]
    fn a_command_from_there_is_how_the_token_was_fetched() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            09:50 mallory SendCommand i-0abc12345678 at 203.0.113.9
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9 v2
            => +: user/mallory sent it a command from there 10 minutes before
        ",
        );
    }

    #[test]
    fn a_role_that_a_stolen_token_took_up_is_the_thiefs() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            09:50 web/i-0abc12345678 AssumeRole admin/one at 203.0.113.9 v2
            10:00 admin/one launches p4d.24xlarge at 203.0.113.9
            => + since 09:50: i-0abc12345678 used from 203.0.113.9: never seen for it
        ",
        );
    }

    #[test]
    fn is_silent_about_a_machine_that_takes_up_a_role_at_home() {
        check(
            used_off_instance,
            "
            history 14 days: ci/i-0abc12345678 at 3.225.16.109 v2
            09:50 ci/i-0abc12345678 AssumeRole deploy/one at 3.225.16.109 v2
            10:00 deploy/one launches m5.large at 3.225.16.109
            => silent
        ",
        );
    }

    #[test]
    fn a_service_that_calls_with_the_role_is_not_elsewhere() {
        check(
            used_off_instance,
            "
            history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
            
            10:00 web/i-0abc12345678 launches m5.large via cloudformation.amazonaws.com v2
            => silent
        ",
        );
    }
}
