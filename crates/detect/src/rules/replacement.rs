//! `replacement`: as much ended as started; the fleet did not grow.
//!
//! Spot interruptions, rolling updates and instance refreshes launch as many machines as they
//! end. What counts is net growth.
//!
//! Blind spots: a thief who terminates the owner's machines to make room in the quota.

use event::Detail;
use event::event::Makes;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Growth of less than one tenth is none.
const GROWTH_PARTS: u64 = 10;

/// Fewer machines than this are a test that was thrown away, not a rolling update.
const MACHINES_MIN: u64 = 4;

/// Returns a signal when the machines that ended in the window make up for those that started.
pub(crate) fn replacement(window: &Window<'_, '_>) -> Option<Signal> {
    let (started, ended) = (window.tally.started_millivcpus, window.tally.ended_millivcpus);
    // Stopped, given another size and started again: the same machines, and not the same power.
    let resized = window.rows.iter().any(|row| matches!(row.launch.makes, Makes::Restarts | Makes::Resizes));
    if window.tally.started_machines < MACHINES_MIN || started == 0 || resized {
        return None;
    }
    let growth = started.saturating_sub(ended);
    if growth * GROWTH_PARTS > started {
        return None;
    }
    let events: Vec<_> =
        window.acts.iter().copied().filter(|event| matches!(event.detail, Detail::End(_))).collect();
    let sentence = format!(
        "{} machines started and {} ended within 24 hours: the fleet did not grow",
        window.tally.started_machines, window.tally.ended_machines,
    );
    let since = events.iter().map(|event| event.time).max()?;
    Some(Signal::proved_by(Decibans::new(-8), sentence, &events)?.since(since))
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::replacement;

    #[test]
    fn speaks_for_a_rolling_update() {
        check(
            replacement,
            "
            -5d 10:00 ops launches m5.large x4 => i-old
            10:00 ops TerminateInstances i-old x4
            10:05 ops launches m5.large x4 => i-new
            => - since 10:00: 4 machines started and 4 ended within 24 hours: the fleet did not grow
        ",
        );
    }

    #[test]
    fn is_silent_about_a_test_that_was_thrown_away() {
        check(
            replacement,
            "
            10:00 mallory launches t3.micro => i-test
            10:05 mallory TerminateInstances i-test
            10:10 mallory launches t3.micro
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_fleet_that_grew() {
        check(
            replacement,
            "
            -5d 10:00 ops launches m5.large x4 => i-old
            10:00 ops TerminateInstances i-old x4
            10:05 ops launches m5.large x8 => i-new
            => silent
        ",
        );
    }

    #[test]
    fn small_machines_do_not_make_up_for_large_ones() {
        check(
            replacement,
            "
            -5d 10:00 ops launches t3.micro x8 => i-old
            10:00 ops TerminateInstances i-old x8
            10:05 ops launches p4d.24xlarge x8 => i-new
            => silent
        ",
        );
    }
}
