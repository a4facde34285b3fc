//! `test-then-scale`: one small machine first, then many or large ones.
//!
//! A thief does not know what the credential may do, so the first launch is cheap: it works,
//! it is terminated, and the real ones follow within the hour. Owners know their permissions.
//!
//! Blind spots: a thief who tests with a dry run (see `permission-probe`) or not at all.

use super::Signal;
use crate::ledger::{Row, is_mining_grade};
use crate::score::Decibans;
use crate::window::Window;

/// How soon after the test the real launch comes.
///
/// Shorter, and a thief who has dinner first is missed; longer, and the morning's test server counts in the evening.
const SOON: i64 = 2 * 60 * 60;

/// How many times the test's power the real launch must be to count as scaling.
///
/// Less, and a t3.large after a t3.small counts; more, and three p3.2xlarge after a t2.micro do not.
const SCALE_MIN: u64 = 16;

/// Returns a signal when the same credential started one small machine and then asked for far more.
pub(crate) fn test_then_scale(window: &Window<'_, '_>) -> Option<Signal> {
    let is_test = |row: &&Row<'_>| {
        row.machines.len() == 1 && !row.is_mining_grade() && window.history.past.days_alike(row) == 0
    };
    let test = window.by_hand().find(is_test)?;
    let scaled = window.by_hand().find(|row| {
        row.event.time > test.event.time
            && row.event.time.since(test.event.time) <= SOON
            && row.event.actor.key == test.event.actor.key
            && row.event.address == test.event.address
            && row.lines.iter().any(|line| is_mining_grade(line.power))
            && row.requested().millivcpus >= test.started().millivcpus * SCALE_MIN
    })?;
    let ended = test
        .machines
        .iter()
        .any(|(id, _)| window.world.ending(id, test.event.time).is_some_and(|end| end.time <= window.at));
    let sentence = format!(
        "one {}{} first, then {} machines with {:.0} vCPUs {} minutes later",
        test.lines.first().map_or("machine", |line| line.unit.as_str()),
        if ended { ", soon terminated," } else { "" },
        scaled.count(|line| line.requested),
        scaled.requested().vcpus(),
        scaled.event.time.since(test.event.time) / 60,
    );
    // A test that was thrown away was a test; one that stayed may be the first server of many.
    let weight = Decibans::new(if ended { 6 } else { 3 });
    Some(Signal::proved_by(weight, sentence, &[test.event, scaled.event])?.since(scaled.event.time))
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::test_then_scale;

    #[test]
    fn speaks_when_large_machines_follow_a_small_one() {
        check(
            test_then_scale,
            "
            10:00 mallory launches t3.micro
            10:20 mallory launches p4d.24xlarge x2
            => + since 10:20: one t3.micro first, then 2 machines with 192 vCPUs 20 minutes later
        ",
        );
    }

    #[test]
    fn a_refused_fleet_was_wanted() {
        check(
            test_then_scale,
            "
            10:00 mallory launches t3.micro
            10:20 mallory launches p4d.24xlarge x2 !Client.VcpuLimitExceeded
            => +
        ",
        );
    }

    #[test]
    fn is_silent_about_another_small_one() {
        check(
            test_then_scale,
            "
            10:00 jane launches t3.micro
            10:20 jane launches t3.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_when_the_large_one_came_first() {
        check(
            test_then_scale,
            "
            10:00 jane launches p4d.24xlarge
            10:20 jane launches t3.micro
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_two_keys_of_one_user() {
        check(
            test_then_scale,
            "
            10:00 jane launches t3.micro using AKIAAAAAAAAAAAAAAAA1
            10:20 jane launches p4d.24xlarge using AKIAAAAAAAAAAAAAAAA2
            => silent
        ",
        );
    }

    #[test]
    fn a_test_that_was_thrown_away_was_a_test() {
        let more = "
            10:00 mallory launches t3.micro => i-test
            10:05 mallory TerminateInstances i-test
            10:20 mallory launches p4d.24xlarge
        ";
        let less = "
            10:00 jane launches t3.micro
            10:20 jane launches p4d.24xlarge
        ";
        assert!(weight(test_then_scale, more) > weight(test_then_scale, less));
    }
}
