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
        let sentence = format!(
            "protected machines against termination in {}, after launching",
            plural(after.len(), "call", "calls")
        );
        return Signal::proved_by(Decibans::new(weight), sentence, &after);
    }
    let at_launch: Vec<&Event> = window
        .by_hand()
        .filter(|row| {
            row.launch.protected
                || template_of(row.event, row.launch, window.world).is_some_and(|template| template.protected)
        })
        .map(|row| row.event)
        .collect();
    Signal::proved_by(Decibans::new(2), "launched with protection against termination".to_owned(), &at_launch)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::termination_protection;

    #[test]
    fn speaks_of_machines_that_will_not_be_stopped() {
        check(
            termination_protection,
            "
            10:00 mallory launches p4d.24xlarge => i-a
            10:01 mallory ModifyInstanceAttribute i-a
            => + since 10:01: protected machines against termination in 1 call, after launching
        ",
        );
    }

    #[test]
    fn is_silent_about_protection_that_was_lifted() {
        check(
            termination_protection,
            r#"
            10:00 ops launches m5.large => i-a
            10:01 ops ModifyInstanceAttribute {"instanceId":"i-a","disableApiTermination":{"value":false}}
            => silent
        "#,
        );
    }

    #[test]
    fn is_silent_about_a_refused_attempt() {
        check(
            termination_protection,
            "
            10:00 ops launches m5.large => i-a
            10:01 ops ModifyInstanceAttribute i-a !Client.UnauthorizedOperation
            => silent
        ",
        );
    }

    #[test]
    fn finds_it_in_the_launch_template() {
        check(
            termination_protection,
            "
            -9d 10:00 mallory CreateLaunchTemplate hard g5.xlarge protected
            10:00 mallory launches g5.xlarge on hard
            => + since 10:00: launched with protection against termination
        ",
        );
    }

    #[test]
    fn a_database_that_is_protected_from_the_start_hardly_weighs() {
        let more = "
            10:00 mallory launches p4d.24xlarge => i-a
            10:01 mallory ModifyInstanceAttribute i-a
        ";
        let less = "
            10:00 ops launches r5.large protected
        ";
        assert!(weight(termination_protection, more) > weight(termination_protection, less));
    }
}
