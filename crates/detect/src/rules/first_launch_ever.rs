//! `first-launch-ever`: a principal with a history of other work launches for the first time.
//!
//! What a role does, it does every day. A web server's role that never started a machine and
//! now asks for twenty has been given another purpose, by somebody.
//!
//! Blind spots: everybody launches for the first time once; without history this says nothing.

use event::IdentityKind;

use super::{Signal, plural};
use crate::history::USUAL_DAYS;
use crate::profile::network_of;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Returns a signal when a hand's principal was active on several days before and never launched.
pub(crate) fn first_launch_ever(window: &Window<'_, '_>) -> Option<Signal> {
    if window.history.past.has_launched() {
        return new_kind(window);
    }
    window.hands.iter().filter_map(|hand| judge(hand, window)).max_by_key(|signal| signal.weight)
}

/// Who launches on many days, and never such machines or there: other work, if not the first.
fn new_kind(window: &Window<'_, '_>) -> Option<Signal> {
    let past = &window.history.past;
    if past.launch_days() < USUAL_DAYS as usize {
        return None;
    }
    let row = window.by_hand().find(|row| row.is_mining_grade() && past.days_alike(row) == 0)?;
    let full = if row.event.actor.is_sso() || row.event.actor.console { 1 } else { 2 };
    let sentence = format!(
        "launched on {} days before, and never such machines in {}",
        past.launch_days(),
        row.event.region
    );
    Signal::proved_by(window.history.weigh(Decibans::new(full)), sentence, &[row.event])
}

fn judge(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Signal> {
    // A role that was just taken up has no past of its own; whoever took it up has.
    let principals = [hand.actor.principal.as_str(), window.lineage.root.principal.as_str()];
    let known = principals.into_iter().filter_map(|principal| Some((principal, window.profile(principal)?)));
    let (principal, profile, days) = known
        .map(|(principal, profile)| (principal, profile, window.history.days_active(profile)))
        .find(|(_, _, days)| *days > 0)?;
    if launched_before(principal, window) {
        return None;
    }
    // Software does not take up new work by itself; people do.
    let full = if hand.actor.instance.is_some() || hand.actor.workload.is_some() {
        8
    } else if hand.actor.is_sso() || hand.actor.console {
        3
    } else if hand.actor.kind == IdentityKind::IamUser
        && window.history.is_settled(profile)
        && window.history.runs_alone(profile)
    {
        8
    } else {
        6
    };
    // Not only no launch: not one call to the service it launches with.
    let stranger = window.history.days_seen(&profile.services, &hand.event.source) == 0
        && !profile.services.is_saturated();
    let service = if stranger { format!(", and never called {}", hand.event.source) } else { String::new() };
    let full = full + if stranger { 2 } else { 0 };
    let days_told = plural(days as usize, "day", "days");
    let sentence = format!("never launched anything before, though active on {days_told}{service}");
    Signal::proved_by(window.history.weigh_own(days, Decibans::new(full)), sentence, &[hand.event])
}

fn launched_before(principal: &str, window: &Window<'_, '_>) -> bool {
    let strangers = &window.history.strangers.networks;
    window.world.launches_by(principal).iter().any(|event| {
        event.time <= window.history.start
            && !window.history.hot_days.contains(event.time.day())
            && !strangers.contains(&network_of(&event.address.to_string()))
    })
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
    fn two_days_tell_less_of_a_colleague_than_two_weeks() {
        let more = "
            history 18 days: deploy
            history 18 days: newcomer
            10:00 newcomer launches m5.large
        ";
        let less = "
            history 18 days: deploy
            history 2 days: newcomer
            10:00 newcomer launches m5.large
        ";
        assert!(weight(first_launch_ever, more).whole() > 2 * weight(first_launch_ever, less).whole());
    }

    #[test]
    fn other_machines_than_ever_are_new_work_too() {
        check(
            first_launch_ever,
            "
            history 9 days: deploy launches m5.large
            10:00 deploy launches p4d.24xlarge
            => +: launched on 9 days before, and never such machines in us-east-1
        ",
        );
        check(
            first_launch_ever,
            "
            history 9 days: deploy launches p4d.24xlarge
            10:00 deploy launches p4d.24xlarge x4
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
