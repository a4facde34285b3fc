//! `agent-flip`: the credential is used by a program its principal never used.
//!
//! A role's software sends the same user agent for months. A command line on it, or an
//! operating system that its machine does not run, is another user.
//!
//! Blind spots: a thief who copies the agent string. A user agent is the caller's own word, so
//! the usual one never speaks for anybody (see `known-profile`, which needs far more).

use super::Signal;
use crate::profile::operating_system;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Returns a signal when a hand's agent is new to its principal, or cannot be its machine's.
pub(crate) fn agent_flip(window: &Window<'_, '_>) -> Option<Signal> {
    window.hands.iter().filter_map(|hand| judge(hand, window)).max_by_key(|signal| signal.weight)
}

fn judge(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Signal> {
    let system = operating_system(&hand.agent.to_ascii_lowercase());
    if matches!(system, "kali" | "parrot") {
        let sentence = format!("the user agent names {system}, a distribution for break-ins");
        return Signal::proved_by(Decibans::new(8), sentence, &[hand.event]);
    }
    if system == "macos"
        && let Some(instance) = &hand.actor.instance
        && !is_mac(&instance.id, window)
    {
        let sentence = format!("the credential of {} is used by {}, on a Mac", instance.id, hand.agent);
        return Signal::proved_by(Decibans::new(12), sentence, &[hand.event]);
    }
    new_agent(hand, window)
}

fn is_mac(instance: &str, window: &Window<'_, '_>) -> bool {
    window.world.machine(instance, window.at).is_some_and(|unit| unit.name.starts_with("mac"))
}

fn new_agent(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Signal> {
    let profile = window.profile(&hand.actor.principal)?;
    let days = window.history.days_active(profile);
    let seen = window.history.days_seen(&profile.agents, &hand.agent) > 0
        && !window.history.strangers.agents.contains(&hand.agent);
    let new = !seen && !profile.agents.is_saturated();
    let by_service = hand.address.is_service() || hand.agent.is_empty();
    if days == 0 || !new || by_service {
        return None;
    }
    // People change programs more often than software does.
    let full = if hand.actor.is_sso() || hand.actor.console { 1 } else { 4 };
    let sentence = format!("{} was never used by this principal {}", hand.agent, window.history.told());
    Signal::proved_by(window.history.weigh_own(days, Decibans::new(full)), sentence, &[hand.event])
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::agent_flip;

    #[test]
    fn speaks_when_software_that_never_changes_becomes_a_command_line() {
        check(
            agent_flip,
            "
            history 18 days: deploy with Terraform/1.5.7
            10:00 deploy launches m5.large with aws-cli/2.15.0
            => + since 10:00: aws-cli was never used by this principal
        ",
        );
    }

    #[test]
    fn is_silent_about_a_new_version_of_the_same_program() {
        check(
            agent_flip,
            "
            history 18 days: deploy with Terraform/1.5.7
            10:00 deploy launches m5.large with Terraform/1.9.0
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_where_there_was_no_before() {
        check(
            agent_flip,
            "
            10:00 deploy launches m5.large with aws-cli/2.15.0
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_principal_that_is_new_itself() {
        check(
            agent_flip,
            "
            history 18 days: deploy with Terraform/1.5.7
            10:00 newcomer launches m5.large with aws-cli/2.15.0
            => silent
        ",
        );
    }

    #[test]
    fn a_distribution_for_break_ins_needs_no_history() {
        check(
            agent_flip,
            r#"
            10:00 mallory launches m5.large with "aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/linux#6.8.0-kali"
            => +: kali
        "#,
        );
    }

    #[test]
    fn a_laptop_is_no_server() {
        check(
            agent_flip,
            r#"
            10:00 web/i-0abc12345678 launches m5.large with "aws-cli/2.15.0 Python/3.11 Darwin/23.1.0"
            => +: the credential of i-0abc12345678 is used by aws-cli macos, on a Mac
        "#,
        );
    }

    #[test]
    fn a_mac_in_the_cloud_is_one() {
        check(
            agent_flip,
            r#"
            -9d 10:00 ops launches mac2.metal => i-0abc12345678
            10:00 ios/i-0abc12345678 launches m5.large with "aws-cli/2.15.0 Python/3.11 Darwin/23.1.0"
            => silent
        "#,
        );
    }
}
