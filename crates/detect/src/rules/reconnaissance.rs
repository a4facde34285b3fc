//! `reconnaissance`: the hand looked around as a stranger does.
//!
//! Which regions are there, what is the quota, which machines are sold, what has GuardDuty
//! seen, how much mail may be sent: an owner knows. The look-ups of machinery repeat every few
//! minutes for months; those that are new in the window count.
//!
//! Blind spots: security scanners ask all of this every day, and do not launch.

use std::collections::BTreeMap;

use event::event::Look;
use event::{Detail, Event};

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Looking in several directions adds up to this at most.
const CEILING: i32 = 7;

/// Returns a signal when the lineage made look-ups in the window that it never made before.
pub(crate) fn reconnaissance(window: &Window<'_, '_>) -> Option<Signal> {
    let mut looked: BTreeMap<&str, (i32, BTreeMap<&str, &Event>)> = BTreeMap::new();
    for event in window.acts.iter().copied().filter(|event| event.actor.invoked_by.is_none()) {
        let Some((what, weight)) = direction(event) else { continue };
        // A machine's credential that launches nothing looks around for somebody else: `credential-misuse` tells.
        let idle = event.actor.instance.as_ref().is_some_and(|own| {
            window
                .hands
                .iter()
                .all(|hand| hand.actor.instance.as_ref().is_none_or(|other| other.id != own.id))
        });
        if idle {
            continue;
        }
        if window.looked_before(event) {
            continue;
        }
        let entry = looked.entry(what).or_insert((weight, BTreeMap::new()));
        entry.1.entry(&event.name).or_insert(event);
    }
    // One look-up of machine types is a console page; several are a survey.
    looked.retain(|what, (_, names)| *what != "machines and regions" || names.len() >= 2);
    let weight: i32 = looked.values().map(|(weight, _)| *weight).sum();
    if weight == 0 {
        return None;
    }
    let what: Vec<&str> = looked.keys().copied().collect();
    let events: Vec<&Event> = looked.values().flat_map(|(_, names)| names.values().copied()).collect();
    Signal::proved_by(
        Decibans::new(weight.min(CEILING)),
        format!("looked up {}, for the first time", what.join(", ")),
        &events,
    )
}

fn direction(event: &Event) -> Option<(&'static str, i32)> {
    match &event.detail {
        Detail::Look(Look::Compute) => Some(("machines and regions", 2)),
        Detail::Look(Look::Identity) => Some(("who it is and what it may do", 1)),
        Detail::Look(Look::Detectors) => Some(("what the detectors found", 4)),
        Detail::Look(Look::Abuse) => Some(("mail quotas", 3)),
        Detail::Quota(ask) if !ask.raise => Some(("quotas", 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::reconnaissance;

    #[test]
    fn speaks_of_a_survey() {
        check(
            reconnaissance,
            "
            09:50 mallory DescribeRegions
            09:51 mallory DescribeInstanceTypes
            10:00 mallory launches p4d.24xlarge
            => + since 09:50: looked up machines and regions, for the first time
        ",
        );
    }

    #[test]
    fn one_look_at_machines_is_a_console_page() {
        check(
            reconnaissance,
            "
            09:51 jane DescribeInstanceTypes
            10:00 jane launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_scanner_that_asks_every_day() {
        check(
            reconnaissance,
            "
            history 9 days: scanner DescribeRegions
            history 9 days: scanner DescribeInstanceTypes
            history 9 days: scanner guardduty:ListFindings
            09:50 scanner DescribeRegions
            09:51 scanner DescribeInstanceTypes
            09:52 scanner guardduty:ListFindings
            10:00 scanner launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_what_a_service_looks_up() {
        check(
            reconnaissance,
            "
            09:50 jane DescribeRegions via cloudformation.amazonaws.com
            09:51 jane DescribeInstanceTypes via cloudformation.amazonaws.com
            10:00 jane launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn who_asks_what_the_detectors_saw_is_not_shopping() {
        let more = "
            09:50 mallory DescribeRegions
            09:51 mallory DescribeInstanceTypes
            09:52 mallory guardduty:ListFindings
            10:00 mallory launches p4d.24xlarge
        ";
        let less = "
            09:50 mallory DescribeRegions
            09:51 mallory DescribeInstanceTypes
            10:00 mallory launches p4d.24xlarge
        ";
        assert!(weight(reconnaissance, more) > weight(reconnaissance, less));
    }
}
