//! `accelerator-launch`: machines with GPUs or other accelerators were asked for.
//!
//! Accelerators are what a miner earns most with, and few jobs of a business need many at
//! once. One or two are a data scientist's day; ten are a decision somebody has signed.
//!
//! Blind spots: CPU coins (Monero) and bandwidth mining need none (see `big-launch`, `swarm`).

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;

/// A call that would take any number up to this many is greedy: it takes what it can get.
const GREEDY_COUNT_MIN: u64 = 5;

/// Returns a signal when machines with accelerators are wanted, refused ones included.
pub(crate) fn accelerator_launch(window: &Window<'_, '_>) -> Option<Signal> {
    let (machines, accelerators) = (window.tally.accelerated_machines, window.tally.wanted.accelerators);
    let rows: Vec<_> =
        window.asks().filter(|row| row.lines.iter().any(|line| line.power.accelerators > 0)).collect();
    if machines == 0 {
        return None;
    }
    // Machines tell more than chips: one machine with eight GPUs is a training job, eight machines are a fleet.
    let by_machines = match machines {
        0..=2 if accelerators >= 8 => 6,
        0..=2 => 4,
        3..=9 if accelerators >= 24 => 10,
        3..=9 => 8,
        10..=49 => 12,
        _ => 14,
    };
    let greedy = rows.iter().any(|row| row.greedy && row.count(|line| line.requested) >= GREEDY_COUNT_MIN);
    let taking = if greedy { ", taking any number it could get" } else { "" };
    let started: u64 = window.rows.iter().map(|row| row.started().accelerators).sum();
    let sentence = format!(
        "{} with {} asked for, {started} of them obtained{taking}",
        plural(usize::try_from(machines).unwrap_or(usize::MAX), "machine", "machines"),
        plural(usize::try_from(accelerators).unwrap_or(usize::MAX), "accelerator", "accelerators"),
    );
    let events: Vec<_> = rows.iter().map(|row| row.event).collect();
    let weight = window.weigh_power(Decibans::new(by_machines + if greedy { 3 } else { 0 }));
    Signal::proved_by(weight, sentence, &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::accelerator_launch;

    #[test]
    fn speaks_of_a_single_gpu() {
        check(
            accelerator_launch,
            "
            10:00 mallory launches g5.xlarge
            => + since 10:00: 1 machine with 1 accelerator asked for, 1 of them obtained
        ",
        );
    }

    #[test]
    fn is_silent_about_processors() {
        check(
            accelerator_launch,
            "
            10:00 mallory launches c5.24xlarge x100
            => silent
        ",
        );
    }

    #[test]
    fn a_refused_machine_was_asked_for() {
        check(
            accelerator_launch,
            "
            10:00 mallory launches p4d.24xlarge x2 !Client.VcpuLimitExceeded
            => +: 2 machines with 16 accelerators asked for, 0 of them obtained
        ",
        );
    }

    #[test]
    fn ten_retries_are_one_wish() {
        check(
            accelerator_launch,
            "
            10:00 mallory launches p4d.24xlarge x2 !Client.VcpuLimitExceeded
            10:01 mallory launches p4d.24xlarge x2 !Client.VcpuLimitExceeded
            10:02 mallory launches p4d.24xlarge x2 !Client.VcpuLimitExceeded
            => +: 2 machines with 16 accelerators
        ",
        );
    }

    #[test]
    fn a_typing_error_is_no_wish() {
        check(
            accelerator_launch,
            "
            10:00 mallory launches p4d.24xlarge x20 !Client.InvalidParameterValue
            10:01 mallory launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn whoever_takes_any_number_weighs_more_than_whoever_knows_how_many() {
        let more = "
            10:00 mallory launches g5.xlarge x1-20
        ";
        let less = "
            10:00 mallory launches g5.xlarge x20
        ";
        assert!(weight(accelerator_launch, more) > weight(accelerator_launch, less));
    }
}
