//! `trail-tampering`: the audit trail or a detector was stopped, deleted or narrowed.
//!
//! Nobody who launches machines for a living stops the trail on the same day. An attempt counts
//! like a success.
//!
//! Blind spots: a trail stopped before it wrote anything; a teardown of a test account, which
//! deletes its trail last.

use event::Detail;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage touched the trail or a detector in the window.
pub(crate) fn trail_tampering(window: &Window<'_, '_>) -> Option<Signal> {
    let tampered: Vec<_> =
        window.acts.iter().copied().filter(|event| matches!(event.detail, Detail::Tamper) && event.actor.invoked_by.is_none()).collect();
    let mut names: Vec<&str> = tampered.iter().map(|event| event.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    Signal::proved_by(Decibans::new(8), format!("touched the audit trail or a detector ({})", names.join(", ")), &tampered)
}
