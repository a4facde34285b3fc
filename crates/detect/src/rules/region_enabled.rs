//! `region-enabled`: the lineage opened a region for the account, and launches.
//!
//! Regions that must be opted into have fresh quotas and no watchers. Opening one is a decision
//! of a platform team, made once, and not on the day of a launch.
//!
//! Blind spots: landing-zone automation enables regions in new accounts; it does not launch there.

use event::Detail;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage enabled a region in the window.
pub(crate) fn region_enabled(window: &Window<'_, '_>) -> Option<Signal> {
    let enabled: Vec<_> = window
        .acts
        .iter()
        .filter_map(|event| match &event.detail {
            Detail::EnableRegion { region } => Some((*event, region.as_str())),
            _ => None,
        })
        .collect();
    let names: Vec<&str> = enabled.iter().map(|(_, region)| *region).collect();
    let events: Vec<_> = enabled.iter().map(|(event, _)| *event).collect();
    Signal::proved_by(Decibans::new(6), format!("enabled {} for the account", names.join(", ")), &events)
}
