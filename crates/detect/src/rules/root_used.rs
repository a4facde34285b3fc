//! `root-used`: the account's root is behind the launch.
//!
//! Root has no daily work. Root keys that start machines are nearly always stolen, or the
//! account is a hobby of one person.
//!
//! Blind spots: small accounts in which root does everything; then `known-profile` answers.

use event::IdentityKind;

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Less than two dollars an hour is what one person tries out on a Sunday.
const HOBBY_MICRO_USD: u64 = 2_000_000;

/// Returns a signal when root launched, or made the identity that did.
pub(crate) fn root_used(window: &Window<'_, '_>) -> Option<Signal> {
    // Root that launches habitually is how this account works, however unwise.
    if window.history.past.launch_days() >= USUAL_DAYS as usize {
        return None;
    }
    let by_root = window
        .hands
        .iter()
        .find(|hand| hand.actor.kind == IdentityKind::Root && hand.actor.invoked_by.is_none());
    if let Some(hand) = by_root {
        let with_key = hand.actor.key.as_deref().is_some_and(|key| key.starts_with("AKIA"));
        let sentence =
            format!("root itself launched{}", if with_key { ", with a long-term key" } else { "" });
        // A root key in use is a finding of every audit; one that starts machines is hardly ever its owner's.
        let idle = window
            .profile(&hand.actor.principal)
            .is_none_or(|profile| window.history.days_active(profile) == 0);
        let awake = if idle { window.history.weigh(Decibans::new(3)) } else { Decibans::ZERO };
        let full = Decibans::new(if with_key { 16 } else { 9 }) + awake;
        // One cheap machine is a hobby, and hobbies are run by root.
        let hobby = window.tally.wanted.micro_usd_per_hour < HOBBY_MICRO_USD;
        return Signal::proved_by(if hobby { full.scaled(1, 3) } else { full }, sentence, &hand.events);
    }
    if !window.lineage.root.principal.ends_with(":root") || window.is_unattended() {
        return None;
    }
    let act = window.acts.iter().find(|event| event.actor.kind == IdentityKind::Root)?;
    Signal::proved_by(Decibans::new(7), "root made the identity that launched".to_owned(), &[act])
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::root_used;

    #[test]
    fn speaks_of_a_root_key_that_starts_machines() {
        check(
            root_used,
            "
            10:00 root launches m5.large
            => + since 10:00: root itself launched, with a long-term key
        ",
        );
    }

    #[test]
    fn is_silent_about_a_user() {
        check(
            root_used,
            "
            10:00 jane launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_where_root_does_everything() {
        check(
            root_used,
            "
            history 9 days: root launches t3.micro
            10:00 root launches t3.micro
            => silent
        ",
        );
    }

    #[test]
    fn root_stands_behind_the_user_whose_key_it_made() {
        check(
            root_used,
            "
            09:55 root CreateUser spare
            09:56 root CreateAccessKey spare
            10:00 spare launches p4d.24xlarge
            => +: root made the identity that launched
        ",
        );
    }

    #[test]
    fn is_silent_about_a_service_that_old_records_write_as_root() {
        check(
            root_used,
            "
            10:00 root launches m5.large via autoscaling.amazonaws.com
            => silent
        ",
        );
    }

    #[test]
    fn a_key_weighs_more_than_a_sign_in() {
        let more = "
            10:00 root launches m5.large
        ";
        let less = "
            10:00 root launches m5.large console
        ";
        assert!(weight(root_used, more) > weight(root_used, less));
    }
}
