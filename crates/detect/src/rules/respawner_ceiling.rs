//! `respawner-ceiling`: a group that may grow far beyond what it starts with.
//!
//! Who sets 999 as a maximum does not plan a capacity; they ask for whatever the quota gives.
//!
//! Blind spots: a thief who sets the desired size at once (see `big-launch`).

use event::event::Makes;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// From so many machines on, a ceiling is no plan any more.
const CEILING_MIN: u64 = 100;
const CEILING_ABSURD: u64 = 500;

/// Returns a signal when a respawner was made or enlarged with a ceiling of 100 machines or more.
pub(crate) fn respawner_ceiling(window: &Window<'_, '_>) -> Option<Signal> {
    let rows = window.by_hand().filter(|row| matches!(row.launch.makes, Makes::Respawner | Makes::Enlarges) && !row.launch.weighted);
    let (row, ceiling) = rows
        .filter_map(|row| row.launch.ceiling.map(|ceiling| (row, ceiling)))
        .filter(|(_, ceiling)| *ceiling >= CEILING_MIN)
        .max_by_key(|(row, ceiling)| (*ceiling, std::cmp::Reverse((row.event.time, &row.event.id))))?;
    let name = row.launch.respawner.as_ref().map_or("a group", |respawner| respawner.name.as_str());
    let sentence = format!("{name} may grow to {ceiling} machines by itself");
    Signal::proved_by(Decibans::new(if ceiling >= CEILING_ABSURD { 7 } else { 3 }), sentence, &[row.event])
}
