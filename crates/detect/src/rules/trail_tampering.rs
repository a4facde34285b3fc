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
    let tampered: Vec<_> = window
        .acts
        .iter()
        .copied()
        .filter(|event| matches!(event.detail, Detail::Tamper) && event.actor.invoked_by.is_none())
        .collect();
    let mut names: Vec<&str> = tampered.iter().map(|event| event.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    Signal::proved_by(
        Decibans::new(8),
        format!("touched the audit trail or a detector ({})", names.join(", ")),
        &tampered,
    )
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::trail_tampering;

    #[test]
    fn speaks_of_a_trail_that_was_stopped() {
        check(
            trail_tampering,
            "
            09:50 mallory StopLogging
            10:00 mallory launches p4d.24xlarge
            => + since 09:50: touched the audit trail or a detector (StopLogging)
        ",
        );
    }

    #[test]
    fn an_attempt_counts_like_a_success() {
        check(
            trail_tampering,
            "
            09:50 mallory guardduty:DeleteDetector !AccessDeniedException
            10:00 mallory launches p4d.24xlarge
            => +: DeleteDetector
        ",
        );
    }

    #[test]
    fn is_silent_about_a_look_at_the_trail() {
        check(
            trail_tampering,
            "
            09:50 audit cloudtrail:DescribeTrails
            10:00 audit launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_what_the_organisation_does_through_a_service() {
        check(
            trail_tampering,
            r#"
            09:50 ops guardduty:UpdateDetector {"enable":false} via controltower.amazonaws.com
            10:00 ops launches m5.large
            => silent
        "#,
        );
    }
}
