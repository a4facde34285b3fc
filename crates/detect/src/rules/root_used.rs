//! `root-used`: the account's root is behind the launch.
//!
//! Root has no daily work. Root keys that start machines are nearly always stolen, or the
//! account is a hobby of one person.
//!
//! Blind spots: small accounts in which root does everything; then `known-profile` answers.

use event::IdentityKind;

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when root launched, or made the identity that did.
pub(crate) fn root_used(window: &Window<'_, '_>) -> Option<Signal> {
    // Root that launches habitually is how this account works, however unwise.
    if window.launch_days_before() >= USUAL_DAYS as usize {
        return None;
    }
    let by_root = window.hands.iter().find(|hand| hand.actor.kind == IdentityKind::Root && hand.actor.invoked_by.is_none());
    if let Some(hand) = by_root {
        let with_key = hand.actor.key.as_deref().is_some_and(|key| key.starts_with("AKIA"));
        let sentence = format!("root itself launched{}", if with_key { ", with a long-term key" } else { "" });
        // A root key in use is a finding of every audit; one that starts machines is hardly ever its owner's.
        let idle = window.profile(&hand.actor.principal).is_none_or(|profile| window.history.days_active(profile) == 0);
        let awake = if idle { window.history.weigh(Decibans::new(3)) } else { Decibans::ZERO };
        return Signal::proved_by(Decibans::new(if with_key { 16 } else { 9 }) + awake, sentence, &hand.events);
    }
    if !window.lineage.root.principal.ends_with(":root") || window.is_unattended() {
        return None;
    }
    let act = window.acts.iter().find(|event| event.actor.kind == IdentityKind::Root)?;
    Signal::proved_by(Decibans::new(7), "root made the identity that launched".to_owned(), &[act])
}
