//! Attacks that start, or try to start, mining compute.
//!
//! How to write one: a file with `pub(crate) fn play(stage: &mut Stage)` and a row in [`scenarios`].
//! Ordinary life of [`LIFE_DAYS`](crate::stage::LIFE_DAYS) days has been written when `play` is called.
//! Strike on day 12 to 16, so that there is history before. Take what is stolen from the organisation:
//! `stage.org.web().instances[0].credential_at(time)` or `stage.org.legacy.actor()`, and carry it away
//! with `.at(&address).with_agent(&agent)`. Launch through [`crate::calls`]; each launch-class call
//! gives a [`Launched`](crate::truth::Launched), which `Incident::add` takes up, and service-made
//! launches of the attacker's groups (`calls::groups::scale_out`) go to `Incident::obtained`.
//! `Incident::blame(&actor)` names principal and key. End with `stage.admit(incident)`.

use crate::Scenario;

/// Returns all attacks.
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}
