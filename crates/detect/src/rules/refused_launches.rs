//! `refused-launches`: launches were refused, and the kind of refusal says what was tried.
//!
//! A refused launch is the earliest sign there is. No permission: a credential that has no
//! business launching was told to. Quota or verification: more than this account ever needed.
//! Capacity: a hunt for machines. Wrong parameters and throttling are slips and are left out.
//!
//! Blind spots: a thief with permission and quota is never refused.

use std::collections::{BTreeMap, BTreeSet};

use event::{Event, FailureKind};

use super::Signal;
use crate::ledger::Row;
use crate::score::Decibans;
use crate::window::Window;

/// The most that refusals of all kinds add: they come from the same burst.
const CEILING: i32 = 20;

/// An ask for so many machines, or accelerators, is not a configuration mistake.
const LARGE_ASK: u64 = 8;

/// Returns a signal when launches by a hand were refused for want of permission, quota, verification or capacity.
pub(crate) fn refused_launches(window: &Window<'_, '_>) -> Option<Signal> {
    let mut refused: BTreeMap<FailureKind, Vec<&Row<'_>>> = BTreeMap::new();
    for row in window.by_hand() {
        match row.failure() {
            Some(kind @ (FailureKind::Unauthorized | FailureKind::Quota | FailureKind::Verification | FailureKind::Capacity)) => {
                refused.entry(kind).or_default().push(row);
            }
            // A region that is not enabled, or does not sell the type: somebody tries them all.
            Some(kind @ FailureKind::Unavailable) => refused.entry(kind).or_default().push(row),
            _ => {}
        }
    }
    let weight: i32 = refused.iter().map(|(kind, rows)| weight(*kind, rows)).sum();
    if weight == 0 {
        return None;
    }
    let told: Vec<String> = refused.iter().map(|(kind, rows)| told(*kind, rows.len())).collect();
    let events: Vec<&Event> = refused.values().flatten().map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(weight.min(CEILING)), format!("refused: {}", told.join(", ")), &events)
}

fn weight(kind: FailureKind, rows: &[&Row<'_>]) -> i32 {
    let regions = rows.iter().map(|row| row.event.region.as_str()).collect::<BTreeSet<_>>().len();
    match kind {
        FailureKind::Unauthorized => unauthorized(rows),
        // New and robbed accounts share the unverified payment; a business past its first day does not meet it.
        FailureKind::Verification => 8,
        FailureKind::Quota => match (rows.len(), regions) {
            (1..=2, 1) => 3,
            (3..=9, 1) => 5,
            _ => 7,
        },
        FailureKind::Capacity => match (rows.len(), regions) {
            (1..=4, 1) => 1,
            (_, 1) => 2,
            _ => 4,
        },
        FailureKind::Unavailable => i32::from(regions >= 3) * 3,
        _ => 0,
    }
}

/// No permission: one call is a mistake of configuration, ten are somebody who tries doors.
///
/// Asking for a fleet without permission, or asking with a credential made for a machine's or
/// task's own work, is rarer among owners by an order of magnitude.
fn unauthorized(rows: &[&Row<'_>]) -> i32 {
    let base = match rows.len() {
        1 => 6,
        2..=4 => 8,
        5..=19 => 10,
        _ => 12,
    };
    let large = rows.iter().any(|row| {
        let count = row.count(|line| line.refused);
        count >= LARGE_ASK || row.refused().accelerators >= LARGE_ASK
    });
    let workload = rows.iter().any(|row| row.event.actor.instance.is_some() || row.event.actor.workload.is_some());
    // The same refusal in region after region: whoever gives up in one and goes on in the next holds a stranger's key.
    let regions = rows.iter().map(|row| row.event.region.as_str()).collect::<BTreeSet<_>>().len();
    let wide = match regions {
        0..=2 => 0,
        3..=6 => 3,
        _ => 5,
    };
    base + wide + if large { 5 } else { 0 } + if workload { 4 } else { 0 }
}

fn told(kind: FailureKind, count: usize) -> String {
    let why = match kind {
        FailureKind::Unauthorized => "for want of permission",
        FailureKind::Quota => "by quota",
        FailureKind::Verification => "until the account is verified",
        FailureKind::Capacity => "for want of capacity",
        _ => "because region or type is not on offer",
    };
    format!("{count} {why}")
}
