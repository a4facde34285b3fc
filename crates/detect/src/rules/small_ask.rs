//! `small-ask`: a machine or three, none of them worth mining on.
//!
//! Whoever holds the credential may be a thief, and other findings are there for that; but two
//! small machines are no mine. Without this, everything suspicious about a credential would
//! count as evidence for mining as soon as it starts a test server.
//!
//! Blind spots: the first, cheap test of a thief: the finding comes with the launch after it.

use super::used_off_instance::used_off_instance;
use super::{Signal, plural};
use crate::ledger::{UNKNOWN, is_mining_grade};
use crate::score::Decibans;
use crate::window::Window;

/// More machines or calls than this are not small any more, whatever each is.
const MACHINES_MAX: u64 = 3;
const CALLS_MAX: usize = 3;

/// Less than this many vCPUs in all is a test server.
const TINY_MILLIVCPUS: u64 = 8_000;

/// Less than this an hour is a machine that somebody tries out, with a GPU or without.
const CHEAP_MICRO_USD: u64 = 1_500_000;

/// Returns a signal when all that was asked for in the window is at most three small machines in three calls.
pub(crate) fn small_ask(window: &Window<'_, '_>) -> Option<Signal> {
    let calls = window.asks().count();
    let ceiling =
        window.rows.iter().any(|row| row.launch.ceiling.is_some_and(|ceiling| ceiling > MACHINES_MAX));
    let machines = machines(window);
    let largest = window
        .rows
        .iter()
        .flat_map(|row| &row.lines)
        .filter(|line| line.unit != UNKNOWN)
        .map(|line| line.power);
    let cheap = largest.clone().map(|power| power.micro_usd_per_hour).max().unwrap_or(0) * machines.max(1)
        < CHEAP_MICRO_USD;
    if ceiling
        || machines > MACHINES_MAX
        || calls > CALLS_MAX
        || (largest.clone().any(is_mining_grade) && !cheap)
    {
        return None;
    }
    let strange_token =
        window.hands.iter().any(|hand| hand.actor.instance.is_some()) && used_off_instance(window).is_some();
    let tiny = largest.map(|power| power.millivcpus).max().unwrap_or(0) * machines.max(1) < TINY_MILLIVCPUS;
    // Two middling machines are a small mine at least; two tiny ones are none.
    let weight = match (tiny, strange_token) {
        (true, _) => -12,
        (false, false) => -5,
        // A token that is proved stolen and launches at all: the proof is not undone by modesty.
        (false, true) => return None,
    };
    let events: Vec<_> = window.rows.iter().map(|row| row.event).collect();
    let (machines, calls) = (usize::try_from(machines).unwrap_or(usize::MAX), plural(calls, "call", "calls"));
    let sentence =
        format!("no more than {} asked for, in {calls}", plural(machines, "small machine", "small machines"));
    Signal::proved_by(Decibans::new(weight), sentence, &events)
}

/// Machines asked for, in earnest or in a dry run.
fn machines(window: &Window<'_, '_>) -> u64 {
    let dry_run: u64 = window.rows.iter().map(|row| row.count(|line| line.dry_run)).sum();
    window.tally.machines.max(dry_run)
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
            => - since 10:00: 2 small machines
        ",
        );
    }

    #[test]
    fn is_silent_about_a_large_one() {
        check(
            small_ask,
            "
            10:00 mallory launches g5.12xlarge
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
