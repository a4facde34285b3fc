//! `human-with-mfa`: a person with a second factor, or signed in through the company, launched by hand.
//!
//! People start odd things: a load test, a training run, a rescue. What they have that a stolen
//! key has not is a sign-in that somebody had to be present for.
//!
//! Blind spots: a stolen browser session carries the same marks; so the weight is limited, halved where the person
//! signed in from a network that is new to them, and next to nothing where the session was only carried there.

use event::{Address, Detail, Event};

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::profile::network_of;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Returns a signal when every hand in the window is a person's with a second factor or a company sign-in.
pub(crate) fn human_with_mfa(window: &Window<'_, '_>) -> Option<Signal> {
    let weights: Option<Vec<i32>> = window.hands.iter().map(|hand| weight(hand, window)).collect();
    let weakest = weights?.into_iter().min()?;
    let hand = window.hands.first()?;
    let how =
        if hand.actor.mfa == Some(true) { "with a second factor" } else { "through the company's sign-in" };
    let who = hand.actor.session.as_deref().unwrap_or(&hand.actor.principal);
    let events: Vec<_> = window.hands.iter().map(|hand| hand.event).collect();
    Signal::proved_by(Decibans::new(-weakest), format!("{who} is a person, signed in {how}"), &events)
}

fn weight(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<i32> {
    if hand.actor.instance.is_some() || hand.actor.workload.is_some() || hand.actor.web_identity {
        return None;
    }
    let full = match (hand.actor.mfa, hand.actor.is_sso()) {
        (Some(true), _) => 8,
        (_, true) => 7,
        _ => return None,
    };
    if !is_stranger(hand, window) && !was_carried(hand, window) {
        return Some(full);
    }
    // A second factor speaks for whoever gave it, and they were elsewhere: unless the sign-in came from here.
    let signed_in = window.acts.iter().any(|event| is_sign_in(event, hand));
    Some(if signed_in { full / 2 } else { full / 4 })
}

/// A person with habits who is somewhere new. Without habits there is nothing to compare.
fn is_stranger(hand: &Hand<'_>, window: &Window<'_, '_>) -> bool {
    let Some(profile) = window.profile(&hand.actor.principal) else { return false };
    !window.history.rotates(profile)
        && !hand.address.is_service()
        && window.history.days_active(profile) >= USUAL_DAYS
        && !window.history.is_home(profile, &hand.network)
}

/// Whether the hand's session was elsewhere before it was here.
fn was_carried(hand: &Hand<'_>, window: &Window<'_, '_>) -> bool {
    let rows = window.lineage.rows.iter().map(|row| row.event);
    let before = rows.chain(window.lineage.acts.iter().copied()).filter(|event| {
        event.time > window.start
            && event.time <= hand.event.time
            && event.actor.principal == hand.actor.principal
            && event.actor.session == hand.actor.session
            && event.actor.issued.is_some()
            && event.actor.issued == hand.actor.issued
            && matches!(event.address, Address::Ip(_))
    });
    let first = before.min_by_key(|event| (event.time, &event.id));
    first.is_some_and(|first| network_of(&first.address.to_string()) != hand.network)
}

/// Whether `event` is the hand's own sign-in, from the network in which the hand is.
fn is_sign_in(event: &Event, hand: &Hand<'_>) -> bool {
    matches!(&event.detail, Detail::Login(login) if login.success)
        && event.actor.principal == hand.actor.principal
        && event.actor.session == hand.actor.session
        && network_of(&event.address.to_string()) == hand.network
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::human_with_mfa;

    #[test]
    fn speaks_for_a_person_with_a_second_factor() {
        check(
            human_with_mfa,
            "
            10:00 jane launches g5.xlarge mfa
            => - since 10:00: is a person, signed in with a second factor
        ",
        );
    }

    #[test]
    fn speaks_for_a_person_who_came_through_the_companys_sign_in() {
        check(
            human_with_mfa,
            "
            10:00 AWSReservedSSO_Developer_0123456789abcdef/jane@example.com launches g5.xlarge
            => -: jane@example.com is a person, signed in through the company's sign-in
        ",
        );
    }

    #[test]
    fn says_least_of_a_session_that_was_carried_elsewhere() {
        let carried = "
            history 9 days: jane ec2:CreateTags at 198.51.100.7 mfa
            10:00 jane launches g5.xlarge at 203.0.113.9 mfa console
        ";
        let signed_in_there = "
            history 9 days: jane ec2:CreateTags at 198.51.100.7 mfa
            09:50 jane ConsoleLogin mfa at 203.0.113.9
            10:00 jane launches g5.xlarge at 203.0.113.9 mfa console
        ";
        let at_home = "
            history 9 days: jane ec2:CreateTags at 198.51.100.7 mfa
            10:00 jane launches g5.xlarge at 198.51.100.7 mfa console
        ";
        let [carried, there, home] =
            [carried, signed_in_there, at_home].map(|story| weight(human_with_mfa, story));
        assert!(home < there && there < carried, "{home} {there} {carried}");
    }

    #[test]
    fn is_silent_about_a_key() {
        check(
            human_with_mfa,
            "
            10:00 jane launches g5.xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_machine_whatever_its_session_says() {
        check(
            human_with_mfa,
            "
            10:00 web/i-0abc12345678 launches g5.xlarge mfa
            => silent
        ",
        );
    }

    #[test]
    fn one_hand_without_a_second_factor_is_enough_to_doubt() {
        check(
            human_with_mfa,
            "
            09:58 jane launches g5.xlarge mfa
            10:00 jane launches g5.xlarge
            => silent
        ",
        );
    }

    /// A stolen browser session carries the same marks; what it has not is the person's network.
    #[test]
    fn a_person_who_is_somewhere_new_counts_less() {
        let known = "
            history 18 days: jane at 198.51.100.7
            10:00 jane launches g5.xlarge mfa at 198.51.100.7
        ";
        let new = "
            history 18 days: jane at 198.51.100.7
            10:00 jane launches g5.xlarge mfa at 203.0.113.9
        ";
        assert!(weight(human_with_mfa, known) < weight(human_with_mfa, new));
    }
}
