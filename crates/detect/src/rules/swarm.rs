//! `swarm`: many machines at once, however small each is.
//!
//! Five hundred micros in one call are many: bandwidth miners and proxies need addresses, not
//! cores. Counting machines catches what weighing them misses.
//!
//! Blind spots: one machine of the largest kind (see `accelerator-launch`, `big-launch`).

use super::{Signal, when_reached};
use crate::ledger::Row;
use crate::score::Decibans;
use crate::window::Window;

/// From so many machines on, so many decibans.
///
/// Ten are a deployment, a hundred are an elastic service's busy hour, five hundred of one
/// lineage within a day are a decision.
const BY_MACHINES: [(u64, i32); 6] = [(10, 2), (20, 4), (50, 6), (100, 9), (250, 11), (500, 13)];

/// Returns a signal when ten or more machines are wanted, refused ones included.
pub(crate) fn swarm(window: &Window<'_, '_>) -> Option<Signal> {
    let machines = window.tally.machines;
    let weight =
        BY_MACHINES.iter().take_while(|(from, _)| machines >= *from).map(|(_, weight)| *weight).last()?;
    let sentence = format!("{machines} machines asked for within 24 hours, net of what ended");
    let all: Vec<_> = window.asks().filter(|row| !row.lines.is_empty()).collect();
    // Where the large ones alone are a swarm, a test server beside them is no evidence.
    let graded: Vec<_> = all.iter().copied().filter(|row| row.is_mining_grade()).collect();
    let count = |rows: &[&Row<'_>]| rows.iter().map(|row| row.count(|line| line.requested)).sum::<u64>();
    let rows = if count(&graded) * 10 >= count(&all) * 9 { graded } else { all };
    let events: Vec<_> = rows.iter().map(|row| row.event).collect();
    let since = when_reached(&rows, BY_MACHINES[0].0, |row| row.count(|line| line.requested));
    Some(Signal::proved_by(window.weigh_power(Decibans::new(weight)), sentence, &events)?.since(since))
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::swarm;

    #[test]
    fn speaks_at_the_tenth_machine() {
        check(
            swarm,
            "
            10:00 mallory launches t3.micro x9
            10:20 mallory launches t3.micro
            => + since 10:20: 10 machines asked for within 24 hours
        ",
        );
    }

    #[test]
    fn is_silent_about_nine() {
        check(
            swarm,
            "
            10:00 mallory launches t3.micro x9
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_nine_at_a_time() {
        check(
            swarm,
            "
            10:00 builds launches t3.micro x9 => i-a
            10:30 builds TerminateInstances i-a x9
            11:00 builds launches t3.micro x9
            => silent
        ",
        );
    }

    #[test]
    fn five_hundred_micros_are_many_although_refused() {
        check(
            swarm,
            "
            10:00 mallory launches t3.micro x500 !Client.InstanceLimitExceeded
            => +: 500 machines
        ",
        );
    }

    #[test]
    fn a_group_that_grows_one_by_one_adds_up() {
        check(
            swarm,
            "
            09:00 mallory CreateAutoScalingGroup workers t3.micro x12 max 12
            10:00 autoscaling.amazonaws.com launches t3.micro group workers => i-0
            10:01 autoscaling.amazonaws.com launches t3.micro group workers => i-1
            10:02 autoscaling.amazonaws.com launches t3.micro group workers => i-2
            10:03 autoscaling.amazonaws.com launches t3.micro group workers => i-3
            10:04 autoscaling.amazonaws.com launches t3.micro group workers => i-4
            10:05 autoscaling.amazonaws.com launches t3.micro group workers => i-5
            10:06 autoscaling.amazonaws.com launches t3.micro group workers => i-6
            10:07 autoscaling.amazonaws.com launches t3.micro group workers => i-7
            10:08 autoscaling.amazonaws.com launches t3.micro group workers => i-8
            10:09 autoscaling.amazonaws.com launches t3.micro group workers => i-9
            10:10 autoscaling.amazonaws.com launches t3.micro group workers => i-10
            10:11 autoscaling.amazonaws.com launches t3.micro group workers => i-11
            => +: 12 machines
        ",
        );
    }

    #[test]
    fn five_hundred_weigh_more_than_ten() {
        let more = "
            10:00 mallory launches t3.micro x500
        ";
        let less = "
            10:00 mallory launches t3.micro x10
        ";
        assert!(weight(swarm, more) > weight(swarm, less));
    }
}
