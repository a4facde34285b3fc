//! `first-launch-ever`: a principal with a history of other work launches for the first time.
//!
//! What a role does, it does every day. A web server's role that never started a machine and
//! now asks for twenty has been given another purpose, by somebody.
//!
//! Blind spots: everybody launches for the first time once; without history this says nothing.

use event::Event;

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::{Hand, Window};

/// Returns a signal when a hand's principal was active on several days before and never launched.
pub(crate) fn first_launch_ever(window: &Window<'_, '_>) -> Option<Signal> {
    if !window.history.rows.is_empty() {
        return None;
    }
    window.hands.iter().filter_map(|hand| judge(hand, window)).max_by_key(|signal| signal.weight)
}

fn judge(hand: &Hand<'_>, window: &Window<'_, '_>) -> Option<Signal> {
    let profile = window.profile(&hand.actor.principal)?;
    let days = window.history.days_active(profile);
    let launched_before = window
        .world
        .launches_by(&hand.actor.principal)
        .iter()
        .any(|event: &&Event| event.time <= window.history.start && !window.history.hot_days.contains(event.time.day()));
    if days < USUAL_DAYS || launched_before {
        return None;
    }
    // Software does not take up new work by itself; people do.
    let full = if hand.actor.instance.is_some() || hand.actor.workload.is_some() {
        8
    } else if hand.actor.is_sso() || hand.actor.console {
        3
    } else {
        5
    };
    let sentence = format!("never launched anything before, though active on {days} days");
    Signal::proved_by(window.history.weigh(Decibans::new(full)), sentence, &[hand.event])
}
