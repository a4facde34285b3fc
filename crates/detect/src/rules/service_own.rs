//! `service-own`: a service launched by itself, and no suspect hand is upstream.
//!
//! Auto Scaling, EKS, EMR and Batch launch for groups that somebody made long ago. What they
//! write in `invokedBy` and their service-linked roles no customer can write.
//!
//! Blind spots: a group that a thief made before the logs begin.

use super::Signal;
use crate::lineage::RootKind;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when nobody's hand is on any launch of the window.
pub(crate) fn service_own(window: &Window<'_, '_>) -> Option<Signal> {
    if window.lineage.root.kind != RootKind::Service || !window.is_unattended() {
        return None;
    }
    let events: Vec<_> = window.rows.iter().map(|row| row.event).collect();
    let row = window.rows.first()?;
    let service = row.event.actor.invoked_by.as_deref().unwrap_or(&row.event.actor.principal);
    let sentence = format!("{service} launched by itself; nobody changed what it launches within a day before");
    Signal::proved_by(Decibans::new(-15), sentence, &events)
}
