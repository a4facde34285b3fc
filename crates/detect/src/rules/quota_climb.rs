//! `quota-climb`: the lineage asked for a higher compute quota.
//!
//! Quotas are the only thing between a stolen credential and a six-figure bill, so thieves ask
//! for more, in several regions, on the day they come.
//!
//! Blind spots: growing companies ask too: once, for one region, days before they need it.

use std::collections::BTreeSet;

use event::Detail;

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when a raise of a compute quota was asked for in the window.
pub(crate) fn quota_climb(window: &Window<'_, '_>) -> Option<Signal> {
    let raises: Vec<_> = window
        .acts
        .iter()
        .copied()
        .filter(|event| matches!(&event.detail, Detail::Quota(ask) if ask.raise && ask.compute))
        .collect();
    let regions: BTreeSet<&str> = raises.iter().map(|event| event.region.as_str()).collect();
    let weight = match regions.len() {
        0 => return None,
        1 => 5,
        2 => 7,
        _ => 10,
    };
    let sentence = format!(
        "asked for {} in {}",
        plural(raises.len(), "higher compute quota", "higher compute quotas"),
        plural(regions.len(), "region", "regions"),
    );
    Signal::proved_by(Decibans::new(weight), sentence, &raises)
}
