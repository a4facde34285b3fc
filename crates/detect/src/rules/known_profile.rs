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
use crate::window::{GROWTH_MAX, Window};

/// Days of the same that make a strong habit.
const STRONG_DAYS: u32 = 8;

/// Returns a signal when every launch of the window is of a kind that was usual before it.
pub(crate) fn known_profile(window: &Window<'_, '_>) -> Option<Signal> {
    let alike = window.by_hand().map(|row| window.history.past.days_alike(row)).min()?;
    let alike = u32::try_from(alike).unwrap_or(u32::MAX);
    let launched =
        window.by_hand().filter_map(|row| window.history.days_launching(row.event, window.facts()));
    let days = alike.min(launched.min().unwrap_or(u32::MAX));
    let (wanted, before) = (window.tally.wanted, window.history.past.busiest_day());
    let events: Vec<_> = window.by_hand().map(|row| row.event).collect();
    let growth = wanted.micro_usd_per_hour > before.micro_usd_per_hour.saturating_mul(GROWTH_MAX);
    if days >= USUAL_DAYS && !growth {
        let weight = if days >= STRONG_DAYS { -18 } else { -12 };
        let sentence = format!(
            "the same machine families and regions, from the same network and program, on {days} days before"
        );
        return Signal::proved_by(Decibans::new(weight), sentence, &events);
    }
    let token = window.hands.iter().any(|hand| hand.actor.instance.is_some());
    if alike < USUAL_DAYS || wanted.micro_usd_per_hour > before.micro_usd_per_hour || token {
        return None;
    }
    // What is launched is the owner's work, though the place or program is not.
    let sentence =
        format!("the same machine families and regions, and no more of them, on {alike} days before");
    Signal::proved_by(Decibans::new(-5), sentence, &events)
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
    fn says_little_where_only_the_machines_are_known() {
        for (before, now) in [
            ("at 198.51.100.7 with Terraform", "at 203.0.113.9 with Terraform"),
            ("with Terraform", "with aws-cli/2.15.0"),
        ] {
            let story = format!(
                "
                history 18 days: builds launches m5.large x2 {before}
                10:00 builds launches m5.large x2 {now}
                => -5: the same machine families and regions, and no more of them, on 18 days before
            "
            );
            check(known_profile, &story);
        }
    }

    #[test]
    fn is_silent_about_more_of_the_same_from_another_network() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 at 198.51.100.7 with Terraform
            10:00 builds launches m5.large x4 at 203.0.113.9 with Terraform
            => silent
        ",
        );
    }

    #[test]
    fn a_network_is_not_known_by_looking_around_from_it() {
        check(
            known_profile,
            "
            history 18 days: builds launches m5.large x2 at 198.51.100.7
            history 18 days: builds ec2:DescribeInstances at 203.0.113.9
            10:00 builds launches m5.large x4 at 203.0.113.9
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
