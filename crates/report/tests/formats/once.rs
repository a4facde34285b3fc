//! A finding full of hostile text in which everything stands once.

use detect::Finding;

use crate::samples::hostile::poisoned_suppressed;

/// What nobody would write to do harm, and what has no form that a field asks for.
pub(crate) const HARMLESS: &str = "plain text";

/// A kilobyte, as long as a trail lets a user agent be.
pub(crate) fn kilobyte() -> String {
    "A".repeat(1_024)
}

/// The same finding with one of each: what a format writes once for each then stands once.
pub(crate) fn poisoned_once(text: &str) -> Finding {
    let mut told = poisoned_suppressed(text);
    told.principals.truncate(1);
    for principal in &mut told.principals {
        principal.access_keys.truncate(1);
    }
    told.launches.accounts.truncate(1);
    told.launches.instances.truncate(1);
    told.signals.truncate(2);
    for signal in &mut told.signals {
        signal.events.truncate(1);
    }
    told.timeline.truncate(1);
    for action in &mut told.actions {
        action.commands = vec![text.to_owned()];
    }
    told.actions.truncate(1);
    told
}
