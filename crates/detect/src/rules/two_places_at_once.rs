//! `two-places-at-once`: one credential was used from two networks within minutes.
//!
//! A key is in one program on one machine; a person is in one place. Two networks at once are
//! two holders.
//!
//! Blind spots: hosted runners and phones change networks by themselves (principals whose
//! networks always change are left out); a thief who waits until the owner sleeps.

use std::collections::BTreeMap;

use event::Event;

use super::Signal;
use super::used_off_instance::is_news;
use crate::profile::{Place, Sight, network_of};
use crate::score::Decibans;
use crate::window::Window;

/// How close together two calls must be.
///
/// Shorter, and two holders who work at different pace are missed; longer, and a commute is a theft.
const AT_ONCE: i64 = 10 * 60;

/// Returns a signal when a hand's credential called from another network within ten minutes.
pub(crate) fn two_places_at_once(window: &Window<'_, '_>) -> Option<Signal> {
    instance_token(window).or_else(|| same_key(window))
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
        let elsewhere = profile.keys.iter().find_map(|(text, seen)| {
            let (used, place) = text.split_once('\u{1f}')?;
            let address = crate::profile::read_place(place).address;
            let at_once = seen.first.time.seconds() <= here.seconds() + AT_ONCE
                && seen.last.time.seconds() >= here.seconds() - AT_ONCE;
            (used == key && network_of(address) != hand.network && at_once).then_some((address, seen))
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

/// Two notable calls with one key, close together, from unrelated networks.
fn same_key(window: &Window<'_, '_>) -> Option<Signal> {
    let calls = window.rows.iter().map(|row| row.event).chain(window.acts.iter().copied());
    let mut by_key: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in calls
        .filter(|event| event.actor.invoked_by.is_none() && matches!(event.address, event::Address::Ip(_)))
    {
        if let Some(key) = event.actor.key.as_deref() {
            by_key.entry(key).or_default().push(event);
        }
    }
    let rotates = |event: &Event| {
        window.profile(&event.actor.principal).is_none_or(|profile| window.history.rotates(profile))
    };
    // If any two calls of a key are from two networks within ten minutes, then two neighbours in time are.
    let pair = by_key.into_values().find_map(|mut calls| {
        calls.sort_by_key(|event| (event.time, &event.id));
        let apart = |pair: &&[&Event]| {
            pair[1].time.since(pair[0].time) <= AT_ONCE
                && pair[0].address != pair[1].address
                && network_of(&pair[0].address.to_string()) != network_of(&pair[1].address.to_string())
        };
        let pair = calls.windows(2).find(apart).map(|pair| (pair[0], pair[1]));
        pair.filter(|(first, _)| !rotates(first))
    });
    let (first, second) = pair?;
    let sentence =
        format!("the same key is in use at {} and at {} within ten minutes", first.address, second.address);
    Signal::proved_by(Decibans::new(6), sentence, &[first, second])
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
