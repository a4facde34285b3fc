//! `permission-probe`: a dry run asked whether a launch would be allowed.
//!
//! A dry run costs nothing and tells a thief what the credential can do. Owners know; their
//! tools that probe (Karpenter, the console's wizard) do it in one region and launch the same.
//!
//! Blind spots: a thief who just launches (see `refused-launches`).

use std::collections::BTreeSet;

use event::FailureKind;

use super::{Signal, plural};
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when a hand made dry runs that would have succeeded.
pub(crate) fn permission_probe(window: &Window<'_, '_>) -> Option<Signal> {
    let probes: Vec<_> = window.by_hand().filter(|row| row.failure() == Some(FailureKind::DryRun)).collect();
    let regions: BTreeSet<&str> = probes.iter().map(|row| row.event.region.as_str()).collect();
    let wizard = probes.iter().all(|row| row.event.actor.console) && regions.len() == 1;
    if probes.is_empty() || wizard || window.history.past.probe_days() >= USUAL_DAYS as usize {
        return None;
    }
    let weight = match regions.len() {
        1 => 3,
        2 => 5,
        _ => 7,
    };
    let events: Vec<_> = probes.iter().map(|row| row.event).collect();
    let sentence = format!(
        "{} that would have succeeded, in {}",
        plural(probes.len(), "dry run", "dry runs"),
        plural(regions.len(), "region", "regions"),
    );
    Signal::proved_by(Decibans::new(weight), sentence, &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::permission_probe;

    #[test]
    fn speaks_of_a_dry_run_that_would_have_succeeded() {
        check(
            permission_probe,
            "
            10:00 mallory launches p4d.24xlarge !Client.DryRunOperation
            => + since 10:00: 1 dry run that would have succeeded, in 1 region
        ",
        );
    }

    #[test]
    fn is_silent_about_a_dry_run_that_would_not() {
        check(
            permission_probe,
            "
            10:00 mallory launches p4d.24xlarge !Client.UnauthorizedOperation
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_the_consoles_own_rehearsal() {
        check(
            permission_probe,
            "
            10:00 jane launches m5.large console !Client.DryRunOperation
            10:01 jane launches m5.large console
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_software_that_rehearses_every_day() {
        check(
            permission_probe,
            "
            history 5 days: karpenter launches m5.large !Client.DryRunOperation
            10:00 karpenter launches m5.large !Client.DryRunOperation
            => silent
        ",
        );
    }

    #[test]
    fn three_regions_weigh_more_than_one() {
        let more = "
            10:00 mallory us-east-1 launches p4d.24xlarge !Client.DryRunOperation
            10:00 mallory eu-west-1 launches p4d.24xlarge !Client.DryRunOperation
            10:00 mallory us-west-2 launches p4d.24xlarge !Client.DryRunOperation
        ";
        let less = "
            10:00 mallory us-east-1 launches p4d.24xlarge !Client.DryRunOperation
            10:01 mallory us-east-1 launches p4d.24xlarge !Client.DryRunOperation
            10:02 mallory us-east-1 launches p4d.24xlarge !Client.DryRunOperation
        ";
        assert!(weight(permission_probe, more) > weight(permission_probe, less));
    }
}
