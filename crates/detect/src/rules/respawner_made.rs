//! `respawner-made`: the lineage made things that launch by themselves.
//!
//! A group, a fleet or a service starts a machine for every one that is terminated. One is how
//! software is deployed; a dozen of them within an hour are a hydra.
//!
//! Blind spots: infrastructure code that sets up a platform makes several at once.

use event::Event;
use event::event::Makes;

use super::{Signal, plural};
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage made respawners in the window.
pub(crate) fn respawner_made(window: &Window<'_, '_>) -> Option<Signal> {
    let made: Vec<&Event> = window
        .by_hand()
        .filter(|row| row.launch.makes == Makes::Respawner && row.event.succeeded())
        .map(|row| row.event)
        .collect();
    let weight = match made.len() {
        0 => return None,
        1..=2 => 1,
        3..=9 => 4,
        _ => 8,
    };
    let days: std::collections::BTreeSet<i64> = window
        .history
        .rows
        .iter()
        .filter(|row| row.launch.makes == Makes::Respawner)
        .map(|row| row.event.time.day())
        .collect();
    let habit = days.len() >= USUAL_DAYS as usize;
    let sentence = format!("made {} that will launch again by themselves", plural(made.len(), "group, fleet or service", "groups, fleets or services"));
    Signal::proved_by(Decibans::new(if habit { weight.min(1) } else { weight }), sentence, &made)
}
