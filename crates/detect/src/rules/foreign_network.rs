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
    let own = window.profile(&hand.actor.principal).filter(|profile| history.days_active(profile) >= USUAL_DAYS);
    let profile = own.or_else(|| window.profile(&window.lineage.root.principal).filter(|profile| history.days_active(profile) >= USUAL_DAYS));
    let account_days = window
        .facts()
        .account(&hand.event.account)
        .map_or(0, |account| history.days_seen(&account.networks, &hand.network));
    let (full, whose) = match profile {
        Some(profile) if history.days_of_network(&profile.addresses, &hand.network) > 0 => return None,
        Some(profile) if history.rotates(profile) => (1, "this principal, whose networks change often,"),
        Some(_) if account_days >= USUAL_DAYS => (2, "this principal (others in the account use it)"),
        Some(_) => (7, "this principal or anybody else in the account"),
        None if account_days > 0 => return None,
        None => (6, "anybody in the account"),
    };
    // Functions leave through whatever address the cloud has free; people travel.
    let limit = if is_cloud_egress(hand) || hand.actor.is_sso() { 3 } else { 7 };
    let full = full.min(limit);
    let sentence = format!("{} is in a network never used by {whose} {}", hand.address, history.told());
    Signal::proved_by(history.weigh(Decibans::new(full)), sentence, &hand.events)
}

/// Functions, tasks and hosted pipelines leave through whatever address the cloud has free.
fn is_cloud_egress(hand: &Hand<'_>) -> bool {
    let Address::Ip(ip) = hand.address else { return false };
    let machine = hand.actor.web_identity || hand.actor.workload.is_some();
    machine && catalog::aws_network(*ip).is_some_and(|network| network.region == hand.event.region)
}
