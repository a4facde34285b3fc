//! `swarm`: many machines at once, however small each is.
//!
//! Five hundred micros in one call are many: bandwidth miners and proxies need addresses, not
//! cores. Counting machines catches what weighing them misses.
//!
//! Blind spots: one machine of the largest kind (see `accelerator-launch`, `big-launch`).

use super::Signal;
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
    let weight = BY_MACHINES.iter().take_while(|(from, _)| machines >= *from).map(|(_, weight)| *weight).last()?;
    let sentence = format!("{machines} machines asked for within 24 hours, net of what ended");
    let events: Vec<_> = window.asks().filter(|row| !row.lines.is_empty()).map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(weight), sentence, &events)
}
