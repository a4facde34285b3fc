//! `dormant-region`: compute was asked for where the account never changed anything.
//!
//! Quotas are per region and nobody watches the ones nobody uses. A business opens a region
//! rarely, and on purpose.
//!
//! Blind spots: trails that record one region only; then every other one looks dormant, and
//! there is no history of it to weigh.

use std::collections::BTreeMap;

use event::Event;

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when launches went to regions in which no customer's call changed anything before.
pub(crate) fn dormant_region(window: &Window<'_, '_>) -> Option<Signal> {
    let mut first_launches: BTreeMap<(&str, &str), &Event> = BTreeMap::new();
    for row in window.by_hand() {
        let account = window.facts().account(&row.event.account)?;
        if account.changed_regions.is_saturated() || window.history.days_seen(&account.changed_regions, &row.event.region) > 0 {
            continue;
        }
        first_launches.entry((&row.event.account, &row.event.region)).or_insert(row.event);
    }
    let full = match first_launches.len() {
        0 => return None,
        1 => 4,
        2..=3 => 6,
        _ => 7,
    };
    let names: Vec<&str> = first_launches.keys().map(|(_, region)| *region).take(4).collect();
    let more = if first_launches.len() > names.len() { ", …" } else { "" };
    let sentence = format!(
        "{} in which the account changed nothing {} ({}{more})",
        plural(first_launches.len(), "region", "regions"),
        window.history.told(),
        names.join(", "),
    );
    let events: Vec<&Event> = first_launches.values().copied().collect();
    Signal::proved_by(window.history.weigh(Decibans::new(full)), sentence, &events)
}
