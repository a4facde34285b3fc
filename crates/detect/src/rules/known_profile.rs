//! `known-profile`: the same machines, in the same regions, from the same network, by the same
//! program, on many days before.
//!
//! Habit is the strongest thing an owner has to show, and the one thing a thief cannot make up
//! afterwards. Days on which a finding was hot are no habit.
//!
//! Blind spots: a thief who starts exactly what the owner starts, from the owner's network.

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Days of the same that make a strong habit.
const STRONG_DAYS: u32 = 8;

/// The window may be so many times the busiest day before and still be the same job.
const GROWTH_MAX: u64 = 3;

/// Returns a signal when every launch of the window is of a kind that was usual before it.
pub(crate) fn known_profile(window: &Window<'_, '_>) -> Option<Signal> {
    let days = window.by_hand().map(|row| window.history.past.days_alike(row)).min()?;
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let network = window.hands.iter().map(|hand| days_in_network(hand, window)).min()?;
    let agent = window.hands.iter().map(|hand| days_with_agent(hand, window)).min()?;
    let days = days.min(network).min(agent);
    let before = window.history.past.busiest_day().micro_usd_per_hour;
    if days < USUAL_DAYS || window.tally.wanted.micro_usd_per_hour > before.saturating_mul(GROWTH_MAX) {
        return None;
    }
    let weight = if days >= STRONG_DAYS { -18 } else { -12 };
    let sentence = format!(
        "the same machine families and regions, from the same network and program, on {days} days before"
    );
    let events: Vec<_> = window.by_hand().map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(weight), sentence, &events)
}

fn days_in_network(hand: &Hand<'_>, window: &Window<'_, '_>) -> u32 {
    if hand.address.is_service() {
        return u32::MAX;
    }
    let Some(profile) = window.profile(&hand.actor.principal) else { return 0 };
    if profile.addresses.is_saturated() || window.history.rotates(profile) {
        return window.history.days_active(profile);
    }
    window.history.days_of_network(&profile.addresses, &hand.network)
}

fn days_with_agent(hand: &Hand<'_>, window: &Window<'_, '_>) -> u32 {
    if hand.address.is_service() {
        return u32::MAX;
    }
    window
        .profile(&hand.actor.principal)
        .map_or(0, |profile| window.history.days_seen(&profile.agents, &hand.agent))
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::known_profile;

    #[test]
    fn speaks_for_what_was_done_on_many_days() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 at 198.51.100.7 with Terraform
            10:00 builds launches m5.large x2 at 198.51.100.7 with Terraform
            => - since 10:00: the same machine families and regions, from the same network and program, on 18 days before
        ",
        );
    }

    #[test]
    fn is_silent_where_there_was_no_before() {
        check(
            known_profile,
            "
            10:00 builds launches m5.large x2 with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn two_days_are_no_habit() {
        check(
            known_profile,
            "
            history 2 days: builds launches m5.large x2 with Terraform
            10:00 builds launches m5.large x2 with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn three_days_are() {
        check(
            known_profile,
            "
            history 3 days: builds launches m5.large x2 with Terraform
            10:00 builds launches m5.large x2 with Terraform
            => -
        ",
        );
    }

    #[test]
    fn is_silent_about_other_machines() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x20 with Terraform
            10:00 builds launches g5.xlarge with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_another_region() {
        check(
            known_profile,
            "
            history 18 days: builds us-east-1 launches m5.large x2 with Terraform
            10:00 builds eu-west-1 launches m5.large x2 with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_another_network() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 at 198.51.100.7 with Terraform
            10:00 builds launches m5.large x2 at 203.0.113.9 with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_another_program() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 with Terraform
            10:00 builds launches m5.large x2 with aws-cli/2.15.0
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_growth_beyond_three_times() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 with Terraform
            10:00 builds launches m5.large x7 with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn one_odd_launch_spoils_the_habit_of_the_others() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 with Terraform
            10:00 builds launches m5.large x2 with Terraform
            10:01 builds eu-west-1 launches m5.large with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn what_was_refused_is_no_habit() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 with Terraform !Client.UnauthorizedOperation
            10:00 builds launches m5.large x2 with Terraform
            => silent
        ",
        );
    }
}
