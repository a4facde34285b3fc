//! `respawner-made`: the lineage made things that launch by themselves.
//!
//! A group, a fleet or a service starts a machine for every one that is terminated. One is how
//! software is deployed; a dozen of them within an hour are a hydra.
//!
//! Blind spots: infrastructure code that sets up a platform makes several at once.

use event::Event;
use event::event::Makes;

use super::{Signal, plural};
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when the lineage made respawners in the window.
pub(crate) fn respawner_made(window: &Window<'_, '_>) -> Option<Signal> {
    let made: Vec<&Event> = window
        .by_hand()
        .filter(|row| row.launch.makes == Makes::Respawner && row.event.succeeded())
        .map(|row| row.event)
        .collect();
    let weight = match made.len() {
        0 => return None,
        1..=2 => 1,
        3..=9 => 4,
        _ => 8,
    };
    let habit = window.history.past.making_days() >= USUAL_DAYS as usize;
    let sentence = format!(
        "made {} that will launch again by themselves",
        plural(made.len(), "group, fleet or service", "groups, fleets or services")
    );
    Signal::proved_by(Decibans::new(if habit { weight.min(1) } else { weight }), sentence, &made)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::respawner_made;

    #[test]
    fn speaks_softly_of_a_group() {
        check(
            respawner_made,
            "
            10:00 ops CreateAutoScalingGroup workers m5.large x2 max 4
            => + since 10:00: made 1 group, fleet or service that will launch again
        ",
        );
    }

    #[test]
    fn is_silent_about_a_refused_group() {
        check(
            respawner_made,
            "
            10:00 mallory CreateAutoScalingGroup workers m5.large x2 max 4 !AccessDenied
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_machines() {
        check(
            respawner_made,
            "
            10:00 ops launches m5.large x4
            => silent
        ",
        );
    }

    #[test]
    fn ten_groups_are_a_hydra() {
        let more = "
            10:00 mallory CreateAutoScalingGroup head-0 m5.large
            10:01 mallory CreateAutoScalingGroup head-1 m5.large
            10:02 mallory CreateAutoScalingGroup head-2 m5.large
            10:03 mallory CreateAutoScalingGroup head-3 m5.large
            10:04 mallory CreateAutoScalingGroup head-4 m5.large
            10:05 mallory CreateAutoScalingGroup head-5 m5.large
            10:06 mallory CreateAutoScalingGroup head-6 m5.large
            10:07 mallory CreateAutoScalingGroup head-7 m5.large
            10:08 mallory CreateAutoScalingGroup head-8 m5.large
            10:09 mallory CreateAutoScalingGroup head-9 m5.large
        ";
        let less = "
            10:00 ops CreateAutoScalingGroup workers m5.large
        ";
        assert!(weight(respawner_made, more) > weight(respawner_made, less));
    }

    #[test]
    fn who_makes_groups_every_day_is_a_pipeline() {
        let more = "
            10:00 mallory CreateAutoScalingGroup head-0 m5.large
            10:01 mallory CreateAutoScalingGroup head-1 m5.large
            10:02 mallory CreateAutoScalingGroup head-2 m5.large
            10:03 mallory CreateAutoScalingGroup head-3 m5.large
        ";
        let less = "
            history 5 days: pipeline CreateAutoScalingGroup blue m5.large
            10:00 pipeline CreateAutoScalingGroup head-0 m5.large
            10:01 pipeline CreateAutoScalingGroup head-1 m5.large
            10:02 pipeline CreateAutoScalingGroup head-2 m5.large
            10:03 pipeline CreateAutoScalingGroup head-3 m5.large
        ";
        assert!(weight(respawner_made, more) > weight(respawner_made, less));
    }
}
