//! `short-lived-build`: this lineage's machines live for an hour or two and end by its own hand.
//!
//! Build runners, image bakers and test farms start machines all day and terminate them as
//! soon as the job is done. A mine is never terminated by its owner.
//!
//! Blind spots: the habit must be older than the window, so a build system's first day has none.

use super::Signal;
use crate::ledger::Row;
use crate::score::Decibans;
use crate::window::Window;

/// How long a build lives at most.
const LIFE_MAX: i64 = 3 * 60 * 60;

/// Earlier machines that make a habit.
const MACHINES_MIN: usize = 5;

/// Returns a signal when most machines of the lineage before the window ended within hours by its own hand.
pub(crate) fn short_lived_build(window: &Window<'_, '_>) -> Option<Signal> {
    let lives: Vec<Option<i64>> = window.history.rows.iter().flat_map(|row| lives(row, window)).collect();
    let short = lives.iter().flatten().filter(|life| **life <= LIFE_MAX).count();
    if lives.len() < MACHINES_MIN || short * 10 < lives.len() * 8 || !by_usual_hands(window) {
        return None;
    }
    let sentence = format!("{short} of its {} machines before lived less than three hours and ended by its own hand", lives.len());
    let events: Vec<_> = window.by_hand().map(|row| row.event).collect();
    Signal::proved_by(Decibans::new(-6), sentence, &events)
}

/// Whether every hand is where its principal usually is: the owner's habit is no excuse for a stranger.
fn by_usual_hands(window: &Window<'_, '_>) -> bool {
    !window.hands.is_empty()
        && window.hands.iter().all(|hand| {
            let profile = window.profile(&hand.actor.principal);
            hand.address.is_service()
                || profile.is_some_and(|profile| {
                    window.history.rotates(profile) || window.history.days_of_network(&profile.addresses, &hand.network) > 0
                })
        })
}

/// How long each machine of a launch lived, where the launching principal ended it.
fn lives(row: &Row<'_>, window: &Window<'_, '_>) -> Vec<Option<i64>> {
    let principal = &row.event.actor.principal;
    row.machines
        .iter()
        .map(|(id, _)| {
            let ending = window.world.ending(id, row.event.time)?;
            (&ending.event.actor.principal == principal).then(|| ending.time.since(row.event.time))
        })
        .collect()
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
