//! `approved-workload`: the owner has said that this is meant to be.
//!
//! The configuration names the principal, the place, the machines, the most they may cost and
//! until when. Only what a thief cannot write is compared. The finding is marked as approved
//! and stays visible.
//!
//! Blind spots: a thief who holds the approved credential and stays within what it may do.

use catalog::Power;

use super::Signal;
use crate::approval::ApprovedWorkload;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when every launch of the window is covered by one approval.
pub(crate) fn approved_workload(window: &Window<'_, '_>) -> Option<Signal> {
    let approval = approval(window)?;
    let sentence = format!("approved as {:?}: {}", approval.name, approval.reason);
    let events: Vec<_> = window.rows.iter().map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(-15), sentence, &events)
}

/// The approval that covers everything in the window.
pub(crate) fn approval<'f>(window: &Window<'_, 'f>) -> Option<&'f ApprovedWorkload> {
    let wanted: Power = window.tally.wanted;
    window.world.approved.iter().find(|approval| {
        approval.holds_at(window.at)
            && wanted.usd_per_hour() <= approval.usd_per_hour_max
            && !window.rows.is_empty()
            && window.rows.iter().all(|row| {
                let by = [row.event.actor.principal.as_str(), window.lineage.root.principal.as_str()];
                by.into_iter().any(|principal| approval.covers_principal(principal))
                    && approval.covers_place(&row.event.account, &row.event.region)
                    && row.lines.iter().all(|line| approval.covers_type(&line.unit))
            })
    })
}
