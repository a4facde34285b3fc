//! `two-places-at-once`: one credential was used from two networks within minutes, or from a strange one while it is
//! in use at home.
//!
//! A key is in one program on one machine; a person is in one place. Two networks at once are
//! two holders.
//!
//! Blind spots: hosted runners and phones change networks by themselves (principals whose
//! networks always change are left out); a thief who waits until the owner sleeps.

use std::collections::{BTreeMap, BTreeSet};

use event::{Address, Event, IdentityKind, Time};

use super::Signal;
use super::used_off_instance::is_news;
use crate::profile::{Place, Sight, network_of};
use crate::score::Decibans;
use crate::window::Window;

/// How close together two calls must be.
///
/// Shorter, and two holders who work at different pace are missed; longer, and a commute is a theft.
const AT_ONCE: i64 = 10 * 60;

/// How soon the same credential at home shows that the launch elsewhere was somebody else's.
///
/// Shorter, and a thief who waits for the coffee break is missed; longer, and everybody who goes home is one.
const SOON: i64 = 2 * 60 * 60;

/// Returns a signal when a hand's credential called from another network at the same time.
pub(crate) fn two_places_at_once(window: &Window<'_, '_>) -> Option<Signal> {
    instance_token(window).or_else(|| same_credential(window))
}

/// An instance credential's own record of places tells which key was where, and when.
fn instance_token(window: &Window<'_, '_>) -> Option<Signal> {
    window.hands.iter().find_map(|hand| {
        let instance = hand.actor.instance.as_ref()?;
        let key = hand.actor.key.as_deref()?;
        let profile = window.facts().instance(&instance.id)?;
        let address = hand.address.to_string();
        let place = Place {
            address: &address,
            agent: &hand.agent,
            delivery: "",
            endpoint: "",
            region: &hand.event.region,
        };
        if !is_news(&place, &window.history, profile) {
            return None;
        }
        let here = hand.event.time;
        let uses = window.facts().uses_of(&instance.id, key);
        let elsewhere = uses.iter().find_map(|used| {
            let (address, seen) = (used.at.place().address, &used.at.seen);
            let at_once = seen.first.time.seconds() <= here.seconds() + AT_ONCE
                && seen.last.time.seconds() >= here.seconds() - AT_ONCE;
            (used.at.network() != hand.network && at_once).then_some((address, seen))
        });
        let (address, seen) = elsewhere?;
        // Between its first and last call there the key was there: what a profile remembers of it.
        let near = |sight: &Sight| sight.time.since(here).abs() <= AT_ONCE;
        let when = if near(&seen.first) || near(&seen.last) {
            " within ten minutes".to_owned()
        } else {
            format!(", where it was used before and after, at {} and {}", seen.first.time, seen.last.time)
        };
        let sentence =
            format!("the same key of {} is in use at {} and at {address}{when}", instance.id, hand.address);
        let mut signal = Signal::proved_by(Decibans::new(8), sentence, &[hand.event])?;
        signal.events.extend([&seen.first, &seen.last].map(|sight| sight.event.to_string()));
        signal.events.dedup();
        Some(signal)
    })
}

/// Two notable calls with one credential, close together, from unrelated networks.
fn same_credential(window: &Window<'_, '_>) -> Option<Signal> {
    let mut by_credential: BTreeMap<Credential<'_>, Vec<&Event>> = BTreeMap::new();
    for event in calls(window) {
        for credential in credentials(event) {
            by_credential.entry(credential).or_default().push(event);
        }
    }
    let pairs = by_credential.values_mut().filter_map(|calls| {
        calls.sort_by_key(|event| (event.time, &event.id));
        let rotates = |event: &Event| {
            window.profile(&event.actor.principal).is_none_or(|profile| window.history.rotates(profile))
        };
        match calls.first() {
            // A company's people share its roles, and each is somewhere else: their sessions tell.
            Some(first) if first.actor.is_sso() => moved(calls, window),
            Some(first) if !rotates(first) => at_once(calls).or_else(|| away_from_home(calls, window)),
            _ => None,
        }
    });
    let (weight, first, second, within) =
        pairs.max_by_key(|(weight, first, _, _)| (*weight, std::cmp::Reverse((first.time, &first.id))))?;
    let what =
        if first.actor.key.is_some() && first.actor.key == second.actor.key { "key" } else { "session" };
    let sentence =
        format!("the same {what} is in use at {} and at {} within {within}", first.address, second.address);
    Some(Signal::proved_by(Decibans::new(weight), sentence, &[first, second])?.since(second.time))
}

/// A key, or one sign-in of a person: the console changes keys as it goes.
type Credential<'e> = (&'e str, &'e str, Option<Time>);

fn credentials(event: &Event) -> impl Iterator<Item = Credential<'_>> {
    let actor = &event.actor;
    let key = actor.key.as_deref().filter(|key| !key.is_empty()).map(|key| (key, "", None));
    let session = actor.session.as_deref().filter(|_| actor.is_sso() || actor.console);
    let session = session.map(|session| (actor.principal.as_str(), session, actor.issued));
    key.into_iter().chain(session.filter(|(_, _, issued)| issued.is_some()))
}

/// Notable calls of people and programs in the window, and for a while after it: a second holder shows when the first
/// goes on with the day.
fn calls<'f>(window: &Window<'_, 'f>) -> impl Iterator<Item = &'f Event> {
    let until = window.at.plus(SOON);
    let within = move |event: &&Event| event.time > window.start && event.time <= until;
    let rows = window.lineage.rows.iter().map(|row| row.event);
    rows.chain(window.lineage.acts.iter().copied())
        .filter(within)
        .filter(|event| event.actor.invoked_by.is_none() && matches!(event.address, Address::Ip(_)))
}

/// If any two calls of a credential are from two networks within ten minutes, then two neighbours in time are.
fn at_once<'f>(calls: &[&'f Event]) -> Option<(i32, &'f Event, &'f Event, &'static str)> {
    let apart =
        |pair: &&[&Event]| pair[1].time.since(pair[0].time) <= AT_ONCE && is_elsewhere(pair[0], pair[1]);
    calls.windows(2).find(apart).map(|pair| (6, pair[0], pair[1], "ten minutes"))
}

/// A launch from where nobody is at home, and the same credential at home within hours.
///
/// People move; a program's key does not, and nobody's first launch from a new place comes while they work at the old.
fn away_from_home<'f>(
    calls: &[&'f Event],
    window: &Window<'_, '_>,
) -> Option<(i32, &'f Event, &'f Event, &'static str)> {
    let is_home = |event: &Event| {
        let profile = window.profile(&event.actor.principal);
        profile
            .is_some_and(|profile| window.history.is_home(profile, &network_of(&event.address.to_string())))
    };
    let away = window
        .hands
        .iter()
        .map(|hand| hand.event)
        .find(|hand| calls.iter().any(|call| call.id == hand.id) && !is_home(hand))?;
    let away = calls.iter().copied().find(|call| call.id == away.id)?;
    let apart = |call: &Event| call.time.since(away.time).abs();
    let home = calls
        .iter()
        .copied()
        .filter(|call| is_elsewhere(call, away) && is_home(call))
        .min_by_key(|call| (apart(call), &call.id))?;
    let program = away.actor.kind == IdentityKind::IamUser && !away.actor.console;
    let (weight, within) = match (apart(home) <= SOON, program) {
        (true, true) => (6, "two hours"),
        (true, false) => (4, "two hours"),
        (false, true) => (3, "a day"),
        (false, false) => return None,
    };
    let (first, second) = if home.time <= away.time { (home, away) } else { (away, home) };
    Some((weight, first, second, within))
}

/// A session that launches from where nobody in the account works, and was or is elsewhere within two hours.
///
/// Phones and trains change networks as well, so only one such move counts.
fn moved<'f>(
    calls: &[&'f Event],
    window: &Window<'_, '_>,
) -> Option<(i32, &'f Event, &'f Event, &'static str)> {
    let networks: BTreeSet<String> = calls.iter().map(|call| network_of(&call.address.to_string())).collect();
    if networks.len() != 2 {
        return None;
    }
    let is_known = |call: &Event| {
        let account = window.facts().account(&call.account);
        let network = network_of(&call.address.to_string());
        account.is_some_and(|account| window.history.days_seen(&account.acted_from, &network) > 0)
    };
    let away = window.hands.iter().map(|hand| hand.event);
    let away = away
        .filter_map(|hand| calls.iter().copied().find(|call| call.id == hand.id))
        .find(|call| !is_known(call))?;
    let other = calls
        .iter()
        .copied()
        .filter(|call| is_elsewhere(call, away) && call.time.since(away.time).abs() <= SOON)
        .min_by_key(|call| (call.time.since(away.time).abs(), &call.id))?;
    let (first, second) = if other.time <= away.time { (other, away) } else { (away, other) };
    Some((5, first, second, "two hours"))
}

fn is_elsewhere(one: &Event, other: &Event) -> bool {
    one.address != other.address
        && network_of(&one.address.to_string()) != network_of(&other.address.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::two_places_at_once;

    #[test]
    fn speaks_of_one_key_in_two_networks() {
        check(
            two_places_at_once,
            "
            09:50 deploy launches m5.large at 198.51.100.7
            10:00 deploy launches p4d.24xlarge at 203.0.113.9
            => + since 10:00: the same key is in use at 198.51.100.7 and at 203.0.113.9 within ten minutes
        ",
        );
    }

    #[test]
    fn a_key_that_works_at_home_while_it_launches_elsewhere_has_two_holders() {
        check(
            two_places_at_once,
            "
            history 9 days: deploy ec2:CreateTags at 198.51.100.7
            08:30 deploy launches t3.medium at 198.51.100.7
            10:00 deploy launches c5.9xlarge x8 at 203.0.113.9
            => +6 since 10:00: the same key is in use at 198.51.100.7 and at 203.0.113.9 within two hours
        ",
        );
    }

    #[test]
    fn what_comes_shortly_after_counts() {
        check(
            two_places_at_once,
            "
            history 9 days: deploy ec2:CreateTags at 198.51.100.7
            10:00 deploy launches c5.9xlarge x8 at 203.0.113.9
            10:30 deploy ec2:DescribeInstanceTypes at 198.51.100.7
            => +6: within two hours
        ",
        );
    }

    #[test]
    fn is_silent_about_two_places_of_work() {
        check(
            two_places_at_once,
            "
            history 9 days: deploy ec2:CreateTags at 198.51.100.7
            history 9 days: deploy ec2:CreateTags at 203.0.113.9
            08:30 deploy launches t3.medium at 198.51.100.7
            10:00 deploy launches c5.9xlarge x8 at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_commute() {
        check(
            two_places_at_once,
            "
            09:49 deploy launches m5.large at 198.51.100.7
            10:00 deploy launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_two_desks_in_one_office() {
        check(
            two_places_at_once,
            "
            09:59 deploy launches m5.large at 198.51.100.7
            10:00 deploy launches m5.large at 198.51.100.8
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_two_keys() {
        check(
            two_places_at_once,
            "
            09:59 deploy launches m5.large at 198.51.100.7 using AKIAAAAAAAAAAAAAAAA1
            10:00 deploy launches m5.large at 203.0.113.9 using AKIAAAAAAAAAAAAAAAA2
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_hosted_runners_whose_address_always_changes() {
        check(
            two_places_at_once,
            "
            -3d 09:00 runner ec2:CreateTags at 203.0.3.9
            -4d 09:00 runner ec2:CreateTags at 203.0.4.9
            -5d 09:00 runner ec2:CreateTags at 203.0.5.9
            -6d 09:00 runner ec2:CreateTags at 203.0.6.9
            -7d 09:00 runner ec2:CreateTags at 203.0.7.9
            -8d 09:00 runner ec2:CreateTags at 203.0.8.9
            -9d 09:00 runner ec2:CreateTags at 203.0.9.9
            -10d 09:00 runner ec2:CreateTags at 203.0.10.9
            -11d 09:00 runner ec2:CreateTags at 203.0.11.9
            09:59 runner launches m5.large at 198.51.100.7
            10:00 runner launches m5.large at 203.0.113.9
            => silent
        ",
        );
    }

    #[test]
    fn an_instances_key_is_known_by_every_call_it_makes() {
        check(
            two_places_at_once,
            "
            09:55 web/i-0abc12345678 s3:ListBuckets at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches p4d.24xlarge at 203.0.113.9 v2
            => +: the same key of i-0abc12345678 is in use at 203.0.113.9 and at 3.225.16.109 within ten minutes
        ",
        );
    }

    #[test]
    fn does_not_say_ten_minutes_where_they_are_hours() {
        check(
            two_places_at_once,
            "
            06:00 web/i-0abc12345678 s3:ListBuckets at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches p4d.24xlarge at 203.0.113.9 v2
            11:00 web/i-0abc12345678 s3:ListBuckets at 3.225.16.109 v2
            => +: and at 3.225.16.109, where it was used before and after, at 2026-03-20T06:00:00Z and 2026-03-20T11:00:00Z
        ",
        );
    }

    #[test]
    fn is_silent_about_an_instance_at_home() {
        check(
            two_places_at_once,
            "
            09:55 web/i-0abc12345678 s3:ListBuckets at 3.225.16.109 v2
            10:00 web/i-0abc12345678 launches m5.large at 3.225.16.109 v2
            => silent
        ",
        );
    }
}
