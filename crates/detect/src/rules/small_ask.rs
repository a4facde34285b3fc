//! `small-ask`: a machine or three, none of them worth mining on.
//!
//! Whoever holds the credential may be a thief, and other findings are there for that; but two
//! small machines are no mine. Without this, everything suspicious about a credential would
//! count as evidence for mining as soon as it starts a test server.
//!
//! Blind spots: the first, cheap test of a thief: the finding comes with the launch after it.

use super::Signal;
use crate::ledger::{UNKNOWN, is_mining_grade};
use crate::score::Decibans;
use crate::window::Window;

/// More machines or calls than this are not small any more, whatever each is.
const MACHINES_MAX: u64 = 3;
const CALLS_MAX: usize = 3;

/// Returns a signal when all that was asked for in the window is at most three small machines in three calls.
pub(crate) fn small_ask(window: &Window<'_, '_>) -> Option<Signal> {
    let rows: Vec<_> = window.rows.iter().collect();
    let calls = rows.iter().filter(|row| !row.is_slip()).count();
    let large = rows.iter().any(|row| {
        row.launch.ceiling.is_some_and(|ceiling| ceiling > MACHINES_MAX)
            || row.lines.iter().any(|line| line.unit != UNKNOWN && is_mining_grade(line.power))
    });
    let dry_run: u64 = rows.iter().map(|row| row.count(|line| line.dry_run)).sum();
    if large || window.tally.machines + dry_run > MACHINES_MAX || calls > CALLS_MAX {
        return None;
    }
    let events: Vec<_> = rows.iter().map(|row| row.event).collect();
    let sentence = format!("{} small machines in {calls} calls are no mine", window.tally.machines.max(dry_run));
    Signal::proved_by(Decibans::new(-12), sentence, &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::small_ask;

    #[test]
    fn speaks_for_two_small_machines() {
        check(
            small_ask,
            "
            10:00 jane launches t3.micro x2
            => - since 10:00: 2 small machines in 1 calls are no mine
        ",
        );
    }

    #[test]
    fn is_silent_about_a_large_one() {
        check(
            small_ask,
            "
            10:00 mallory launches g5.xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_the_fourth_machine() {
        check(
            small_ask,
            "
            10:00 mallory launches t3.micro x3
            10:10 mallory launches t3.micro
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_group_that_may_grow() {
        check(
            small_ask,
            "
            10:00 mallory CreateAutoScalingGroup workers t3.micro x1 max 50
            => silent
        ",
        );
    }

    #[test]
    fn a_dry_run_for_a_fleet_is_not_small() {
        check(
            small_ask,
            "
            10:00 mallory launches t3.micro x50 !Client.DryRunOperation
            => silent
        ",
        );
    }

    #[test]
    fn a_large_machine_that_is_gone_was_large() {
        check(
            small_ask,
            "
            10:00 mallory launches p4d.24xlarge => i-a
            10:05 mallory TerminateInstances i-a
            10:10 mallory launches t3.micro
            => silent
        ",
        );
    }
}
