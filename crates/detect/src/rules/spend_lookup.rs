//! `spend-lookup`: the hand that launches looked up what the account spends.
//!
//! Who knows the bill knows how much can be hidden in it. Engineers who launch seldom read
//! bills, and finance, who read bills, never launch.
//!
//! Blind spots: cost tools read bills every day; a look-up that is a habit does not count.

use event::Detail;
use event::event::Look;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage looked up costs in the window and never before.
pub(crate) fn spend_lookup(window: &Window<'_, '_>) -> Option<Signal> {
    let looks: Vec<_> = window
        .acts
        .iter()
        .copied()
        .filter(|event| matches!(event.detail, Detail::Look(Look::Spend)) && !window.looked_before(event))
        .collect();
    let first = looks.first()?;
    Signal::proved_by(Decibans::new(3), format!("looked up what the account spends ({})", first.name), &looks)
}
