//! `termination-protection`: machines were protected against being stopped or terminated.
//!
//! Protection makes every `TerminateInstances` fail until it is lifted, and so breaks the
//! responder's script. Owners protect databases, at launch, in code; a thief protects a fleet
//! right after launching it.
//!
//! Blind spots: protection set in a launch template is seen only where the template was.

use event::{Detail, Event};

use super::{Signal, plural};
use crate::ledger::template_of;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage protected machines in the window.
pub(crate) fn termination_protection(window: &Window<'_, '_>) -> Option<Signal> {
    let after: Vec<&Event> = window
        .acts
        .iter()
        .copied()
        .filter(|event| event.succeeded() && matches!(&event.detail, Detail::Protect(protect) if protect.on))
        .collect();
    if !after.is_empty() {
        let weight = if after.len() >= 3 { 7 } else { 5 };
        let sentence = format!("protected machines against termination in {}, after launching", plural(after.len(), "call", "calls"));
        return Signal::proved_by(Decibans::new(weight), sentence, &after);
    }
    let at_launch: Vec<&Event> = window
        .by_hand()
        .filter(|row| row.launch.protected || template_of(row.event, row.launch, window.world).is_some_and(|template| template.protected))
        .map(|row| row.event)
        .collect();
    Signal::proved_by(Decibans::new(2), "launched with protection against termination".to_owned(), &at_launch)
}
