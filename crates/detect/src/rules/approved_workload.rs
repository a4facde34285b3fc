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
            && window.rows.iter().chain(&window.usual).all(|row| {
                let by = [row.event.actor.principal.as_str(), window.lineage.root.principal.as_str()];
                by.into_iter().any(|principal| approval.covers_principal(principal))
                    && approval.covers_place(&row.event.account, &row.event.region)
                    && row.lines.iter().all(|line| approval.covers_type(&line.unit))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::approved_workload;

    #[test]
    fn speaks_for_what_the_owner_approved() {
        check(
            approved_workload,
            r#"
            approved 100: train p4d.* us-east-1
            10:00 train launches p4d.24xlarge x3
            => - since 10:00: approved as "train": the owner said so
        "#,
        );
    }

    #[test]
    fn is_silent_about_more_than_was_approved() {
        check(
            approved_workload,
            "
            approved 100: train p4d.* us-east-1
            10:00 train launches p4d.24xlarge x3
            10:01 train launches p4d.24xlarge x3
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_another_region() {
        check(
            approved_workload,
            "
            approved 100: train p4d.* us-east-1
            10:00 train us-east-1 launches p4d.24xlarge
            10:01 train eu-west-1 launches p4d.24xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_another_machine() {
        check(
            approved_workload,
            "
            approved 100: train p4d.*
            10:00 train launches g5.48xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_somebody_else() {
        check(
            approved_workload,
            "
            approved 100: train p4d.*
            10:00 mallory launches p4d.24xlarge
            => silent
        ",
        );
    }

    #[test]
    fn a_role_of_the_same_name_in_another_account_is_somebody_else() {
        check(
            approved_workload,
            "
            approved 100: train p4d.*
            10:00 train@444455556666 launches p4d.24xlarge
            => silent
        ",
        );
    }
}
