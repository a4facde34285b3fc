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
            // A refused dry run asked a question, and was answered.
            Some(FailureKind::Unauthorized) if row.launch.dry_run => {}
            Some(
                kind @ (FailureKind::Unauthorized
                | FailureKind::Quota
                | FailureKind::Verification
                | FailureKind::Capacity),
            ) => {
                refused.entry(kind).or_default().push(row);
            }
            // A region that is not enabled, or does not sell the type: somebody tries them all.
            Some(kind @ FailureKind::Unavailable) => refused.entry(kind).or_default().push(row),
            _ => {}
        }
    }
    let weight: i32 = refused.iter().map(|(kind, rows)| weight(*kind, rows, window)).sum();
    if weight == 0 {
        return None;
    }
    let told: Vec<String> = refused.iter().map(|(kind, rows)| told(*kind, rows.len())).collect();
    let events: Vec<&Event> = refused.values().flatten().map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(weight.min(CEILING)), format!("refused: {}", told.join(", ")), &events)
}

fn weight(kind: FailureKind, rows: &[&Row<'_>], window: &Window<'_, '_>) -> i32 {
    let regions = rows.iter().map(|row| row.event.region.as_str()).collect::<BTreeSet<_>>().len();
    match kind {
        FailureKind::Unauthorized => unauthorized(rows, window),
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
fn unauthorized(rows: &[&Row<'_>], window: &Window<'_, '_>) -> i32 {
    // Who launches every day is refused now and then: a tag is missing, a type is not allowed.
    let allowed = window.history.past.launch_days() > 0
        || window.by_hand().any(|row| row.count(|line| line.started) > 0);
    if allowed && rows.len() <= 4 {
        return 2;
    }
    let base = match rows.len() {
        1 => 4,
        2..=4 => 8,
        5..=19 => 10,
        _ => 12,
    };
    let large = rows.iter().any(|row| {
        let count = row.count(|line| line.refused);
        count >= LARGE_ASK || row.refused().accelerators >= LARGE_ASK
    });
    let workload =
        rows.iter().any(|row| row.event.actor.instance.is_some() || row.event.actor.workload.is_some());
    // The same refusal in region after region: whoever gives up in one and goes on in the next holds a stranger's key.
    let regions = rows.iter().map(|row| row.event.region.as_str()).collect::<BTreeSet<_>>().len();
    let wide = match regions {
        0..=2 => 0,
        3..=6 => 3,
        _ => 5,
    };
    base + wide + if large { 7 } else { 0 } + if workload { 4 } else { 0 }
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

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::refused_launches;

    #[test]
    fn speaks_of_a_credential_that_has_no_business_launching() {
        check(
            refused_launches,
            "
            10:00 mallory launches m5.large !Client.UnauthorizedOperation
            => + since 10:00: refused: 1 for want of permission
        ",
        );
    }

    #[test]
    fn tells_the_reasons_apart() {
        check(
            refused_launches,
            "
            10:00 mallory launches p4d.24xlarge !Client.VcpuLimitExceeded
            10:01 mallory launches p3.16xlarge !Server.InsufficientInstanceCapacity
            10:02 mallory launches g5.xlarge !Client.PendingVerification
            => + since 10:00: refused: 1 by quota, 1 for want of capacity, 1 until the account is verified
        ",
        );
    }

    #[test]
    fn is_silent_about_slips_of_the_keyboard() {
        check(
            refused_launches,
            "
            10:00 dev launches m5.large !Client.InvalidParameterValue
            10:01 dev launches m5.large !Client.RequestLimitExceeded
            10:02 dev launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn a_dry_run_that_would_have_succeeded_was_not_refused() {
        check(
            refused_launches,
            "
            10:00 mallory launches p4d.24xlarge !Client.DryRunOperation
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_group_that_finds_no_capacity() {
        check(
            refused_launches,
            "
            10:00 autoscaling.amazonaws.com launches p4d.24xlarge group workers !Server.InsufficientInstanceCapacity
            => silent
        ",
        );
    }

    #[test]
    fn one_region_that_is_not_enabled_is_a_slip() {
        check(
            refused_launches,
            "
            10:00 dev me-south-1 launches m5.large !OptInRequired
            10:01 dev us-east-1 launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn a_fleet_without_permission_weighs_more_than_a_machine() {
        let more = "
            10:00 mallory launches p4d.24xlarge x10 !Client.UnauthorizedOperation
        ";
        let less = "
            10:00 mallory launches t3.micro !Client.UnauthorizedOperation
        ";
        assert!(weight(refused_launches, more) > weight(refused_launches, less));
    }

    #[test]
    fn want_of_capacity_in_one_region_hardly_weighs() {
        let more = "
            10:00 mallory launches g5.xlarge !Client.PendingVerification
        ";
        let less = "
            10:00 ops launches m5.large !Server.InsufficientInstanceCapacity
        ";
        assert!(weight(refused_launches, more) > weight(refused_launches, less));
    }
}
