//! What some organisations run beside the rest: software that starts machines as its daily work.
//!
//! Without it every launch by software would be an event; with it an intruder has noise to hide in.

use crate::ordinary::{builds, data, kubernetes};
use crate::stage::Stage;

/// Writes one of: a little Karpenter, some build agents, a small nightly job; or nothing.
pub(super) fn live(stage: &mut Stage) {
    match stage.rng.below(5) {
        0 => nodes(stage),
        1 => agents(stage),
        2 => data::every_night(stage, "c5.4xlarge", 6),
        _ => {}
    }
}

/// Writes a few nodes a day.
fn nodes(stage: &mut Stage) {
    for day in 0..stage.span.days {
        for _ in 0..stage.rng.between(1, 2) {
            let (hour, minute) = (stage.rng.between(7, 19), stage.rng.between(0, 59));
            let count = stage.rng.between(1, 3);
            kubernetes::burst(stage, stage.local(day, hour, minute), count);
        }
    }
}

/// Writes some build agents a day.
fn agents(stage: &mut Stage) {
    for day in 0..stage.span.days {
        let count = if stage.span.is_weekend(day) { 1 } else { stage.rng.between(3, 7) };
        for _ in 0..count {
            let (hour, minute) = (stage.rng.between(7, 19), stage.rng.between(0, 59));
            let minutes = stage.rng.between(9, 50);
            builds::agent_machine(stage, stage.local(day, hour, minute), "m5.xlarge", false, minutes);
        }
    }
}
