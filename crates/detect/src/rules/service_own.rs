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
    let sentence =
        format!("{service} launched by itself; nobody changed what it launches within a day before");
    Signal::proved_by(Decibans::new(-15), sentence, &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::service_own;

    #[test]
    fn speaks_for_a_group_that_was_made_long_ago() {
        check(
            service_own,
            "
            -9d 10:00 ops CreateAutoScalingGroup workers m5.large x2 max 8
            10:00 autoscaling.amazonaws.com launches m5.large x2 group workers
            => - since 10:00: autoscaling.amazonaws.com launched by itself
        ",
        );
    }

    #[test]
    fn is_silent_when_somebody_has_just_enlarged_the_group() {
        check(
            service_own,
            "
            -9d 10:00 ops CreateAutoScalingGroup workers m5.large x2 max 8
            09:55 mallory UpdateAutoScalingGroup workers x8 max 8
            10:00 autoscaling.amazonaws.com launches m5.large x6 group workers
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_everybody_whose_hand_is_on_it() {
        check(
            service_own,
            "
            10:00 deploy launches m5.large x2
            => silent
        ",
        );
    }
}
