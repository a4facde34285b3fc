//! `short-lived-build`: this lineage's machines live for an hour or two and end by its own hand.
//!
//! Build runners, image bakers and test farms start machines all day and terminate them as
//! soon as the job is done. A mine is never terminated by its owner.
//!
//! Blind spots: the habit must be older than the window, so a build system's first day has none.

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Earlier machines that make a habit.
const MACHINES_MIN: usize = 5;

/// Returns a signal when most machines of the lineage before the window ended within hours by its own hand.
pub(crate) fn short_lived_build(window: &Window<'_, '_>) -> Option<Signal> {
    let (machines, short) = window.history.past.lives();
    if machines < MACHINES_MIN
        || short * 10 < machines * 8
        || !by_usual_hands(window)
        || !of_usual_kinds(window)
    {
        return None;
    }
    let sentence = format!(
        "{short} of its {} machines before lived less than three hours and ended by its own hand",
        machines
    );
    let events: Vec<_> = window.by_hand().map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(-6), sentence, &events)
}

/// Whether every launch is of machines that it started before: builds excuse builds.
fn of_usual_kinds(window: &Window<'_, '_>) -> bool {
    window.by_hand().all(|row| window.history.past.days_alike(row) > 0)
}

/// Whether every hand is where its principal usually is: the owner's habit is no excuse for a stranger.
fn by_usual_hands(window: &Window<'_, '_>) -> bool {
    !window.hands.is_empty()
        && window.hands.iter().all(|hand| {
            let profile = window.profile(&hand.actor.principal);
            hand.address.is_service()
                || profile.is_some_and(|profile| {
                    window.history.rotates(profile) || window.history.is_home(profile, &hand.network)
                })
        })
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::short_lived_build;

    #[test]
    fn speaks_for_builds_that_end_themselves() {
        check(
            short_lived_build,
            "
            history 5 days: builds launches m5.large lives 40m
            10:00 builds launches m5.large
            => - since 10:00: 5 of its 5 machines before lived less than three hours
        ",
        );
    }

    #[test]
    fn is_silent_about_machines_that_stay() {
        check(
            short_lived_build,
            "
            history 5 days: builds launches m5.large
            10:00 builds launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_on_the_first_day() {
        check(
            short_lived_build,
            "
            10:00 builds launches m5.large x5 lives 40m
            12:00 builds launches m5.large x5
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_machines_that_somebody_else_cleaned_up() {
        check(
            short_lived_build,
            "
            -5d 10:00 builds launches m5.large x6 => i-a
            -5d 10:40 janitor TerminateInstances i-a x6
            10:00 builds launches m5.large
            => silent
        ",
        );
    }
}
