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
    Signal::proved_by(Decibans::new(weight.min(CEILING)), format!("looked up {}, for the first time", what.join(", ")), &events)
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
