//! `replacement`: as much ended as started; the fleet did not grow.
//!
//! Spot interruptions, rolling updates and instance refreshes launch as many machines as they
//! end. What counts is net growth.
//!
//! Blind spots: a thief who terminates the owner's machines to make room in the quota.

use event::Detail;

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
    if window.tally.started_machines < MACHINES_MIN || started == 0 {
        return None;
    }
    let growth = started.saturating_sub(ended);
    if growth * GROWTH_PARTS > started {
        return None;
    }
    let events: Vec<_> = window.acts.iter().copied().filter(|event| matches!(event.detail, Detail::End(_))).collect();
    let sentence = format!(
        "{} machines started and {} ended within 24 hours: the fleet did not grow",
        window.tally.started_machines, window.tally.ended_machines,
    );
    Signal::proved_by(Decibans::new(-8), sentence, &events)
}
