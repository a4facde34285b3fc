//! `permission-probe`: a dry run asked whether a launch would be allowed.
//!
//! A dry run costs nothing and tells a thief what the credential can do. Owners know; their
//! tools that probe (Karpenter, the console's wizard) do it in one region and launch the same.
//!
//! Blind spots: a thief who just launches (see `refused-launches`).

use std::collections::BTreeSet;

use event::FailureKind;

use super::{Signal, plural};
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when a hand made dry runs that would have succeeded.
pub(crate) fn permission_probe(window: &Window<'_, '_>) -> Option<Signal> {
    let probes: Vec<_> = window.by_hand().filter(|row| row.failure() == Some(FailureKind::DryRun)).collect();
    let regions: BTreeSet<&str> = probes.iter().map(|row| row.event.region.as_str()).collect();
    let wizard = probes.iter().all(|row| row.event.actor.console) && regions.len() == 1;
    let habit = window.history.rows.iter().filter(|row| row.failure() == Some(FailureKind::DryRun));
    let habit: BTreeSet<i64> = habit.map(|row| row.event.time.day()).collect();
    if probes.is_empty() || wizard || habit.len() >= USUAL_DAYS as usize {
        return None;
    }
    let weight = match regions.len() {
        1 => 3,
        2 => 5,
        _ => 7,
    };
    let events: Vec<_> = probes.iter().map(|row| row.event).collect();
    let sentence = format!(
        "{} that would have succeeded, in {}",
        plural(probes.len(), "dry run", "dry runs"),
        plural(regions.len(), "region", "regions"),
    );
    Signal::proved_by(Decibans::new(weight), sentence, &events)
}
