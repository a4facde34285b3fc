//! `foreign-network`: the launch came from a network its principal was never seen in.
//!
//! Software has an address, offices have a few, and both keep them for months. A thief's
//! machine is new to the principal and nearly always new to the account.
//!
//! Blind spots: a thief behind the company's own network; people at home and on the road look
//! the same and are innocent, so this is never a verdict by itself.

use event::Address;

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Returns a signal when a hand's network is new to its principal.
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
    let history = &window.history;
    // An identity that was just made has no habits; its maker's are asked instead.
    let own =
        window.profile(&hand.actor.principal).filter(|profile| history.days_active(profile) >= USUAL_DAYS);
    let profile = own.or_else(|| {
        window
            .profile(&window.lineage.root.principal)
            .filter(|profile| history.days_active(profile) >= USUAL_DAYS)
    });
    let account_days = window
        .facts()
        .account(&hand.event.account)
        .map_or(0, |account| history.days_seen(&account.networks, &hand.network));
    let (full, whose) = match profile {
        Some(profile) if history.days_of_network(&profile.addresses, &hand.network) > 0 => return None,
        Some(profile) if history.rotates(profile) => (1, "this principal, whose networks change often,"),
        Some(_) if account_days >= USUAL_DAYS => (2, "this principal (others in the account use it)"),
        Some(_) => (9, "this principal or anybody else in the account"),
        None if account_days > 0 => return None,
        None => (6, "anybody in the account"),
    };
    let settled = profile.is_some_and(|profile| history.is_settled(profile));
    let alive = profile.is_some_and(|profile| history.goes_on(profile, &hand.network, hand.event.time));
    // Who never moved has moved now; and who moves does not stay at the old place as well.
    let full = full + if full >= 7 { i32::from(settled) * 2 + i32::from(alive) } else { 0 };
    // Functions leave through whatever address the cloud has free; people travel.
    let limit = if is_cloud_egress(hand) || hand.actor.is_sso() { 3 } else { 12 };
    let full = full.min(limit);
    let still = if alive { "; its usual network is in use as before" } else { "" };
    let sentence =
        format!("{} is in a network never used by {whose} {}{still}", hand.address, history.told());
    Signal::proved_by(history.weigh(Decibans::new(full)), sentence, &hand.events)
}

/// Functions, tasks and hosted pipelines leave through whatever address the cloud has free.
fn is_cloud_egress(hand: &Hand<'_>) -> bool {
    let Address::Ip(ip) = hand.address else { return false };
    let machine = hand.actor.web_identity || hand.actor.workload.is_some();
    machine && catalog::aws_network(*ip).is_some_and(|network| network.region == hand.event.region)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::foreign_network;

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
