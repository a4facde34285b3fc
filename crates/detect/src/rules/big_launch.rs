//! `big-launch`: much power is wanted at once, in vCPUs and in dollars an hour.
//!
//! Net of what ended, and with retries of a refused launch counted once, so that a fleet that
//! replaces its machines all day is as big as it is, and not as busy.
//!
//! Blind spots: a miner who stays small (see `swarm`, `region-spread`); a price list is not a bill.

use super::{Signal, when_reached};
use crate::ledger::Row;
use crate::score::Decibans;
use crate::window::Window;

/// From so many vCPUs on, so many decibans. 64 is one big machine; 5,000 are a data centre aisle.
///
/// The steps are shallow: a business may be any size, and size alone must never convict.
const BY_VCPUS: [(u64, i32); 5] = [(64, 3), (192, 5), (512, 7), (1_500, 9), (5_000, 11)];

/// From so many US dollars an hour on, so many decibans. 200 an hour is a car a week.
const BY_DOLLARS: [(u64, i32); 5] = [(5, 3), (15, 5), (50, 7), (200, 9), (1_000, 11)];

/// Returns a signal when 64 vCPUs or 5 dollars an hour are wanted, refused ones included.
pub(crate) fn big_launch(window: &Window<'_, '_>) -> Option<Signal> {
    let wanted = window.tally.wanted;
    let weight = step(&BY_VCPUS, wanted.millivcpus / 1_000)
        .max(step(&BY_DOLLARS, wanted.micro_usd_per_hour / 1_000_000));
    if weight == 0 {
        return None;
    }
    let sentence = format!(
        "{:.0} vCPUs worth ${:.2} an hour asked for within 24 hours, net of what ended",
        wanted.vcpus(),
        wanted.usd_per_hour(),
    );
    let rows = told(window);
    let events: Vec<_> = rows.iter().map(|row| row.event).collect();
    let big = |row: &Row<'_>| {
        let asked = row.requested();
        (asked.millivcpus / BY_VCPUS[0].0).max(asked.micro_usd_per_hour / BY_DOLLARS[0].0 / 1_000)
    };
    let since = when_reached(&rows, 1_000, big);
    Some(Signal::proved_by(window.weigh_power(Decibans::new(weight)), sentence, &events)?.since(since))
}

/// The launches that make it big: a test server beside a fleet is no evidence.
fn told<'w, 'f>(window: &Window<'w, 'f>) -> Vec<&'w Row<'f>> {
    let rows: Vec<_> = window.asks().filter(|row| !row.lines.is_empty()).collect();
    let graded: Vec<_> = rows.iter().copied().filter(|row| row.is_mining_grade()).collect();
    let dollars = |rows: &[&Row<'_>]| rows.iter().map(|row| row.requested().micro_usd_per_hour).sum::<u64>();
    if dollars(&graded) * 10 >= dollars(&rows) * 9 { graded } else { rows }
}

fn step(steps: &[(u64, i32)], value: u64) -> i32 {
    steps.iter().take_while(|(from, _)| value >= *from).map(|(_, weight)| *weight).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::big_launch;

    #[test]
    fn speaks_from_64_vcpus_on() {
        check(
            big_launch,
            "
            10:00 mallory launches c5.2xlarge x7
            10:05 mallory launches c5.2xlarge
            => + since 10:05: 64 vCPUs worth $2.72 an hour asked for within 24 hours
        ",
        );
    }

    #[test]
    fn is_silent_below() {
        check(
            big_launch,
            "
            10:00 mallory launches c5.2xlarge x7
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_machines_that_are_gone() {
        check(
            big_launch,
            "
            10:00 mallory launches c5.2xlarge x7 => i-a
            10:10 mallory TerminateInstances i-a x7
            10:20 mallory launches c5.2xlarge x7
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_yesterday() {
        check(
            big_launch,
            "
            -1d 09:59 mallory launches c5.2xlarge x7
            10:00 mallory launches c5.2xlarge x7
            => silent
        ",
        );
    }

    #[test]
    fn a_retry_is_not_a_second_wish() {
        check(
            big_launch,
            "
            10:00 mallory launches c5.2xlarge x7 !Client.VcpuLimitExceeded
            10:01 mallory launches c5.2xlarge x7 !Client.VcpuLimitExceeded
            => silent
        ",
        );
    }

    #[test]
    fn a_group_counts_with_what_it_was_told_to_have() {
        check(
            big_launch,
            "
            09:59 mallory CreateLaunchTemplate big c5.2xlarge
            10:00 mallory CreateAutoScalingGroup workers on big x8 max 8
            => +: 64 vCPUs
        ",
        );
    }

    #[test]
    fn ten_times_as_much_weighs_more() {
        let more = "
            10:00 mallory launches c5.2xlarge x80
        ";
        let less = "
            10:00 mallory launches c5.2xlarge x8
        ";
        assert!(weight(big_launch, more) > weight(big_launch, less));
    }
}
