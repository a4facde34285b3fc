//! `first-launch-ever`: a principal with a history of other work launches for the first time.
//!
//! What a role does, it does every day. A web server's role that never started a machine and
//! now asks for twenty has been given another purpose, by somebody.
//!
//! Blind spots: everybody launches for the first time once; without history this says nothing.

use event::Event;

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Returns a signal when a hand's principal was active on several days before and never launched.
pub(crate) fn first_launch_ever(window: &Window<'_, '_>) -> Option<Signal> {
    if !window.history.rows.is_empty() {
        return None;
    }
    window.hands.iter().filter_map(|hand| judge(hand, window)).max_by_key(|signal| signal.weight)
}

fn judge(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Signal> {
    let profile = window.profile(&hand.actor.principal)?;
    let days = window.history.days_active(profile);
    let launched_before = window
        .world
        .launches_by(&hand.actor.principal)
        .iter()
        .any(|event: &&Event| event.time <= window.history.start && !window.history.hot_days.contains(event.time.day()));
    if days < USUAL_DAYS || launched_before {
        return None;
    }
    // Software does not take up new work by itself; people do.
    let full = if hand.actor.instance.is_some() || hand.actor.workload.is_some() {
        8
    } else if hand.actor.is_sso() || hand.actor.console {
        3
    } else {
        6
    };
    let sentence = format!("never launched anything before, though active on {days} days");
    Signal::proved_by(window.history.weigh(Decibans::new(full)), sentence, &[hand.event])
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::first_launch_ever;

    #[test]
    fn speaks_of_a_web_server_that_starts_machines() {
        check(
            first_launch_ever,
            "
            history 18 days: web/i-0abc12345678
            10:00 web/i-0abc12345678 launches m5.large
            => + since 10:00: never launched anything before, though active on 18 days
        ",
        );
    }

    #[test]
    fn is_silent_about_who_launched_before() {
        check(
            first_launch_ever,
            "
            history 18 days: deploy
            -9d 10:00 deploy launches t3.micro
            10:00 deploy launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_where_there_was_no_before() {
        check(
            first_launch_ever,
            "
            10:00 deploy launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_colleagues_second_day() {
        check(
            first_launch_ever,
            "
            history 18 days: deploy
            history 2 days: newcomer
            10:00 newcomer launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn software_does_not_take_up_new_work_as_people_do() {
        let more = "
            history 18 days: web/i-0abc12345678
            10:00 web/i-0abc12345678 launches m5.large
        ";
        let less = "
            history 18 days: AWSReservedSSO_Developer_0123456789abcdef/jane@example.com
            10:00 AWSReservedSSO_Developer_0123456789abcdef/jane@example.com launches m5.large
        ";
        assert!(weight(first_launch_ever, more) > weight(first_launch_ever, less));
    }
}
