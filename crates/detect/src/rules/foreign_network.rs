//! `foreign-network`: the launch came from a network its principal was never seen in.
//!
//! Software has an address, offices have a few, and both keep them for months. A thief's
//! machine is new to the principal and nearly always new to the account.
//!
//! Lists that the user brings say more: an own network is never foreign, another address of the usual provider is less
//! so, a rented machine more, and an exit of Tor is strange by itself.
//!
//! Blind spots: a thief behind the company's own network or its provider; people at home and on the road look
//! the same and are innocent, so this is never a verdict by itself.

use std::collections::BTreeSet;
use std::net::IpAddr;

use catalog::Whereabouts;
use event::{Address, IdentityKind};

use super::Signal;
use crate::history::{FULL_HISTORY_DAYS, History, USUAL_DAYS};
use crate::origin::owner_told;
use crate::profile::{Profile, network_of};
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// An account that worked from so many networks at most, for as many days as make a full history, has one way out.
///
/// Fewer, and a second office ends it; more, and every team that sits together is behind a proxy.
const ONE_WAY_OUT_MAX: usize = 2;

/// From this weight on a network is new to somebody who does not move about; below it, somebody who moves or whose
/// colleagues are there.
const NEW_MIN: i32 = 6;

/// What is known of a hand's network.
struct Strange {
    full: i32,
    /// To whom it is new.
    whose: String,
    /// On how many days whoever is asked was active before.
    own_days: u32,
    /// The network in which the principal usually is goes on.
    alive: bool,
    /// The principal usually comes from the same provider.
    same_provider: bool,
}

/// Returns a signal when a hand's network is new to its principal, or one from which it never did a thing.
pub(crate) fn foreign_network(window: &Window<'_, '_>) -> Option<Signal> {
    window.hands.iter().filter_map(|hand| judge(hand, window)).max_by_key(|signal| signal.weight)
}

fn judge(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Signal> {
    let Address::Ip(ip) = hand.address else { return None };
    if catalog::is_private(*ip) && hand.event.endpoint.is_some() {
        return None;
    }
    // The instance's own address is `used-off-instance`'s to judge.
    if hand.actor.instance.is_some() {
        return None;
    }
    let whereabouts = window.facts().networks().whereabouts(*ip);
    if matches!(whereabouts, Whereabouts::Own(_)) {
        return None;
    }
    let strange = strange(hand, window)?;
    let (more, tor, what) = by_kind(&strange, whereabouts);
    // Functions leave through whatever address the cloud has free; people travel, and share their company's roles.
    let limit = if is_cloud_egress(hand, window) || hand.actor.is_sso() { 3 } else { 18 };
    let still = if strange.alive { "; its usual network is in use as before" } else { "" };
    let history = &window.history;
    let owner = owner_told(*ip, window.facts().networks());
    let sentence =
        format!("{}{owner} is in a network {} {}{still}{what}", hand.address, strange.whose, history.told());
    let weight = history.weigh_own(strange.own_days, Decibans::new((strange.full + more).min(limit))) + tor;
    Signal::proved_by(weight, sentence, &hand.events)
}

/// What lists say of a strange network: more or less that rests on "never before", more that does not, and in words.
fn by_kind(strange: &Strange, whereabouts: Whereabouts<'_>) -> (i32, Decibans, &'static str) {
    match whereabouts {
        // Whoever has reason to hide from a provider of clouds is seldom its customer's employee. What was never seen before
        // is told apart: Tor is as strange on the first day of the logs.
        Whereabouts::Tor => (0, Decibans::new(6), "; it is an exit of the Tor network"),
        // Lines at home and phones get other addresses of the same provider all the time; a thief somewhere in the world
        // seldom has the same one. A provider of machines for rent has thieves and owners alike.
        Whereabouts::Access | Whereabouts::Other if strange.same_provider => {
            ((3 - strange.full).min(0), Decibans::ZERO, "; its usual provider's")
        }
        // People turn up at new offices, homes and trains; most thieves rent a machine or a VPN. Who moves within a hosting
        // company, or has a place there, is no newer for it.
        Whereabouts::Hosting if strange.full >= NEW_MIN && !strange.same_provider => {
            (3, Decibans::ZERO, "; it is a hosting company's")
        }
        _ => (0, Decibans::ZERO, ""),
    }
}

/// Says to whom the hand's network is new: to the principal, else to whoever it goes back to, else to the account.
fn strange(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Strange> {
    let history = &window.history;
    let own = window.profile(&hand.actor.principal).filter(|profile| history.days_active(profile) > 0);
    if own.is_some_and(|profile| history.is_home(profile, &hand.network)) {
        return None;
    }
    // An identity that was just made has no habits; its maker's are asked instead.
    let root = window
        .profile(&window.lineage.root.principal)
        .filter(|profile| history.days_active(profile) >= USUAL_DAYS);
    let old = own.filter(|profile| history.days_active(profile) >= USUAL_DAYS).or(root);
    if let Some(profile) = old {
        return to_principal(profile, hand, window);
    }
    let by_account = to_account(hand, window);
    let by_own = own.and_then(|profile| to_principal(profile, hand, window));
    let weight = |strange: &Strange| history.weigh_own(strange.own_days, Decibans::new(strange.full));
    by_account.into_iter().chain(by_own).max_by_key(weight)
}

/// Says how new the network is to a principal that has habits.
fn to_principal(profile: &Profile, hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Strange> {
    let history = &window.history;
    if history.is_home(profile, &hand.network) {
        return None;
    }
    let visits = history.days_of_network(&profile.addresses, &hand.network);
    let at_account = days_at_account(hand, window);
    let (full, whose) = if history.rotates(profile) {
        match history.leaves_its_blocks(profile, &hand.network) {
            true => (4, "far from those of this principal, which change often,".to_owned()),
            false => (1, "never used by this principal, whose networks change often,".to_owned()),
        }
    } else if at_account >= USUAL_DAYS {
        (2, "never used by this principal (others in the account use it)".to_owned())
    } else if visits > 0 {
        (8, format!("from which this principal only looked around, on {visits} days,"))
    } else {
        (9, "never used by this principal or anybody else in the account".to_owned())
    };
    let alive = history.goes_on(profile, &hand.network, hand.event.time);
    let same_provider = is_of_usual_provider(profile, hand, window);
    let strange = Strange { full, whose, own_days: history.days_active(profile), alive, same_provider };
    // Who never moved has moved now; and who moves does not stay at the old place as well.
    let asked =
        hand.actor.kind != IdentityKind::IamUser || hand.actor.principal == window.lineage.root.principal;
    let moved = i32::from(history.is_settled(profile)) * if history.runs_alone(profile) { 3 } else { 2 }
        + i32::from(alive) * if is_long_term(hand) { 3 } else { 1 }
        + i32::from(has_one_way_out(hand, history, window)) * 3;
    // Of an identity that was made for somebody else, its maker's habits tell less.
    Some(if full >= 7 && asked { Strange { full: full + moved, ..strange } } else { strange })
}

/// Where nobody who could be asked has habits: whether anybody in the account ever did anything from there.
fn to_account(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Strange> {
    let known = days_at_account(hand, window) > 0;
    (!known).then(|| Strange {
        full: 6,
        whose: "never used by anybody in the account".to_owned(),
        own_days: USUAL_DAYS,
        alive: false,
        same_provider: false,
    })
}

/// Whether the principal was at home, on several days, in other networks of whoever announces the hand's address.
fn is_of_usual_provider(profile: &Profile, hand: &Hand<'_>, window: &Window<'_, '_>) -> bool {
    let (networks, history) = (window.facts().networks(), &window.history);
    let asn = |ip: IpAddr| networks.owner(ip).map(|owner| owner.asn);
    let Address::Ip(ip) = hand.address else { return false };
    let Some(own) = asn(*ip) else { return false };
    let of_same = profile
        .addresses
        .iter()
        .filter(|(_, seen)| seen.first < history.start)
        .filter(|(address, _)| address.parse().ok().and_then(asn) == Some(own))
        .map(|(address, _)| network_of(address));
    let of_same: BTreeSet<String> = of_same.collect();
    let at_home = of_same.iter().filter(|network| history.is_home(profile, network));
    at_home.map(|network| history.days_of_network(&profile.addresses, network)).sum::<u32>() >= USUAL_DAYS
}

/// Days on which somebody changed something from there.
fn days_at_account(hand: &Hand<'_>, window: &Window<'_, '_>) -> u32 {
    let account = window.facts().account(&hand.event.account);
    account.map_or(0, |account| window.history.days_seen(&account.acted_from, &hand.network))
}

/// Whether everybody in the account has always left through the same one or two networks.
fn has_one_way_out(hand: &Hand<'_>, history: &History<'_, '_>, window: &Window<'_, '_>) -> bool {
    let Some(account) = window.facts().account(&hand.event.account) else { return false };
    let before = account.networks.iter().filter(|(_, seen)| seen.first < history.start).count();
    history.days >= FULL_HISTORY_DAYS && (1..=ONE_WAY_OUT_MAX).contains(&before)
}

/// A long-term key is in a program, and a program is in one place; a person's browser is where the person is.
fn is_long_term(hand: &Hand<'_>) -> bool {
    hand.actor.kind == IdentityKind::IamUser && !hand.actor.console
}

/// Functions, tasks and hosted pipelines leave through whatever address the cloud has free.
fn is_cloud_egress(hand: &Hand<'_>, window: &Window<'_, '_>) -> bool {
    let Address::Ip(ip) = hand.address else { return false };
    let machine = hand.actor.web_identity || hand.actor.workload.is_some();
    machine && window.facts().networks().aws(*ip).is_some_and(|network| network.region == hand.event.region)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::foreign_network;

    #[test]
    fn whoever_only_looked_around_from_a_network_is_not_at_home_there() {
        check(
            foreign_network,
            "
            history 18 days: upload s3:ListBuckets at 198.51.100.7
            history 9 days: upload ec2:DescribeInstances at 203.0.113.9
            10:00 upload launches m5.large at 203.0.113.9
            => +: from which this principal only looked around, on 9 days
        ",
        );
    }

    #[test]
    fn is_silent_about_a_second_place_of_work() {
        check(
            foreign_network,
            "
            history 18 days: upload ec2:CreateTags at 198.51.100.7
            history 9 days: upload ec2:CreateTags at 203.0.113.9
            10:00 upload launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_who_only_ever_looked_from_one_place() {
        check(
            foreign_network,
            "
            history 18 days: upload s3:ListBuckets at 198.51.100.7
            10:00 upload launches m5.large at 198.51.100.7
            => silent
        ",
        );
    }

    #[test]
    fn speaks_of_a_network_that_its_principal_never_used() {
        check(
            foreign_network,
            "
            history 18 days: deploy at 198.51.100.7
            10:00 deploy launches m5.large at 203.0.113.9
            => + since 10:00: 203.0.113.9 is in a network never used by this principal or anybody else in the account
        ",
        );
    }

    #[test]
    fn an_own_network_is_never_foreign() {
        check(
            foreign_network,
            "
            known own 203.0.113.0/24 office Lisbon, opened today
            history 18 days: deploy at 198.51.100.7
            10:00 deploy launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn a_rented_machine_is_more_foreign_than_an_unknown_place() {
        let story = |known: &str| {
            let text = format!(
                "
                {known}
                history 18 days: deploy at 198.51.100.7
                10:00 deploy launches m5.large at 203.0.113.9
                "
            );
            weight(foreign_network, &text)
        };
        let unknown = story("");
        assert!(story("known hosting 203.0.113.0/24") > unknown);
        assert!(story("known asn 203.0.113.0/24 24940 Hetzner Online GmbH") > unknown);
        assert!(story("known tor 203.0.113.9") > story("known hosting 203.0.113.0/24"));
        assert_eq!(story("known asn 203.0.113.0/24 3320 Deutsche Telekom AG"), unknown);
    }

    #[test]
    fn who_always_rented_there_is_no_newer_for_it() {
        let story = |known: &str| {
            let text = format!(
                "
                {known}
                history 18 days: deploy at 198.51.100.7
                10:00 deploy launches m5.large at 203.0.113.9
                "
            );
            weight(foreign_network, &text)
        };
        let both = "known asn 198.51.100.0/24 24940 Hetzner\nknown asn 203.0.113.0/24 24940 Hetzner";
        assert_eq!(story(both), story(""));
    }

    #[test]
    fn another_address_of_the_usual_provider_is_hardly_foreign() {
        check(
            foreign_network,
            "
            known asn 198.51.100.0/24 3320 Deutsche Telekom AG
            known asn 203.0.113.0/24 3320 Deutsche Telekom AG
            history 18 days: anna at 198.51.100.7
            10:00 anna launches m5.large at 203.0.113.9
            => +3: 203.0.113.9 (Deutsche Telekom AG, AS3320) is in a network never used by this principal
        ",
        );
    }

    #[test]
    fn a_provider_from_which_somebody_only_looked_around_is_not_usual() {
        check(
            foreign_network,
            "
            known asn 192.0.2.0/24 3320 Deutsche Telekom AG
            known asn 203.0.113.0/24 3320 Deutsche Telekom AG
            history 18 days: upload ec2:CreateTags at 198.51.100.7
            history 9 days: upload ec2:DescribeInstances at 192.0.2.9
            10:00 upload launches m5.large at 203.0.113.9
            => +14: never used by this principal or anybody else in the account
        ",
        );
    }

    #[test]
    fn an_exit_of_tor_is_strange_on_the_first_day_of_the_logs() {
        check(
            foreign_network,
            "
            known tor 203.0.113.9
            10:00 deploy launches m5.large at 203.0.113.9
            => +6: it is an exit of the Tor network
        ",
        );
    }

    #[test]
    fn is_silent_about_who_always_works_through_tor() {
        check(
            foreign_network,
            "
            known tor 203.0.113.9
            history 18 days: deploy at 203.0.113.9
            10:00 deploy launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_the_next_desk() {
        check(
            foreign_network,
            "
            history 18 days: deploy at 198.51.100.7
            10:00 deploy launches m5.large at 198.51.100.8
            => silent
        ",
        );
    }

    #[test]
    fn weighs_nothing_where_there_was_no_before() {
        check(
            foreign_network,
            "
            10:00 deploy launches m5.large at 203.0.113.9
            => 0: there are no records from before
        ",
        );
    }

    #[test]
    fn asks_the_maker_of_an_identity_that_has_no_habits() {
        check(
            foreign_network,
            "
            history 18 days: deploy at 198.51.100.7
            09:58 deploy CreateUser spare at 203.0.113.9
            09:59 deploy CreateAccessKey spare at 203.0.113.9
            10:00 spare launches m5.large at 203.0.113.9
            => +: 203.0.113.9 is in a network never used by this principal
        ",
        );
    }

    #[test]
    fn leaves_an_instances_address_to_another_rule() {
        check(
            foreign_network,
            "
            history 18 days: web/i-0abc12345678 at 3.225.16.109
            10:00 web/i-0abc12345678 launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn a_colleagues_network_is_half_known() {
        let more = "
            history 18 days: deploy at 198.51.100.7
            10:00 deploy launches m5.large at 203.0.113.9
        ";
        let less = "
            history 18 days: deploy at 198.51.100.7
            history 18 days: colleague at 203.0.113.20
            10:00 deploy launches m5.large at 203.0.113.9
        ";
        assert!(weight(foreign_network, more) > weight(foreign_network, less));
    }
}
