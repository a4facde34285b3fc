//! `respawner-ceiling`: a group that may grow far beyond what it starts with.
//!
//! Who sets 999 as a maximum does not plan a capacity; they ask for whatever the quota gives.
//!
//! Blind spots: a thief who sets the desired size at once (see `big-launch`).

use event::event::Makes;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// From so many machines on, a ceiling is no plan any more.
const CEILING_MIN: u64 = 100;
const CEILING_ABSURD: u64 = 500;

/// Returns a signal when a respawner was made or enlarged with a ceiling of 100 machines or more.
pub(crate) fn respawner_ceiling(window: &Window<'_, '_>) -> Option<Signal> {
    let rows = window
        .by_hand()
        .filter(|row| matches!(row.launch.makes, Makes::Respawner | Makes::Enlarges) && !row.launch.weighted);
    let (row, ceiling) = rows
        .filter_map(|row| row.launch.ceiling.map(|ceiling| (row, ceiling)))
        .filter(|(_, ceiling)| *ceiling >= CEILING_MIN)
        .max_by_key(|(row, ceiling)| (*ceiling, std::cmp::Reverse((row.event.time, &row.event.id))))?;
    let name = row.launch.respawner.as_ref().map_or("a group", |respawner| respawner.name.as_str());
    let sentence = format!("{name} may grow to {ceiling} machines by itself");
    Signal::proved_by(Decibans::new(if ceiling >= CEILING_ABSURD { 7 } else { 3 }), sentence, &[row.event])
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::respawner_ceiling;

    #[test]
    fn speaks_of_a_group_that_may_grow_to_a_hundred() {
        check(
            respawner_ceiling,
            "
            09:59 mallory CreateLaunchTemplate big g5.xlarge
            10:00 mallory CreateAutoScalingGroup workers on big x2 max 100
            => + since 10:00: workers may grow to 100 machines by itself
        ",
        );
    }

    #[test]
    fn is_silent_about_a_group_of_ninety_nine() {
        check(
            respawner_ceiling,
            "
            09:59 ops CreateLaunchTemplate big g5.xlarge
            10:00 ops CreateAutoScalingGroup workers on big x2 max 99
            => silent
        ",
        );
    }

    #[test]
    fn nine_hundred_and_ninety_nine_is_no_plan() {
        let more = "
            10:00 mallory CreateAutoScalingGroup workers g5.xlarge max 999
        ";
        let less = "
            10:00 ops CreateAutoScalingGroup workers g5.xlarge max 100
        ";
        assert!(weight(respawner_ceiling, more) > weight(respawner_ceiling, less));
    }
}
