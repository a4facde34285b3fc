//! Attacks in which other logs show the mining itself.

use super::places;
use super::raid::Raid;
use crate::addresses::Network;
use crate::beside::{Beside, Talk, later};
use crate::calls::refusal::Verdict;
use crate::stage::Stage;
use crate::truth::Incident;

/// The pool's name, and where it is: a network for documentation.
const POOL: (&str, &str) = ("pool.supportxmr.com", "203.0.113.77");

/// Writes ten small machines by a stolen key, which mine at a known pool: flow and resolver logs show it.
pub(super) fn after_launch(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(14, 10, 12);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    let region = raid.account.home.clone();
    let run = raid.want(&region, "t3.medium", 10);
    let machines = raid.run(&run, &Verdict::Granted);
    let (account, launched) = (raid.account.clone(), raid.now);
    raid.finish();
    let mut beside = Beside::new(&account, &region);
    for machine in &machines {
        beside.asks(machine, POOL.0, POOL.1, later(launched, 4));
        beside.talks(machine, (POOL.1, 3333), (later(launched, 5), 600), Talk::Mining);
    }
    stage.beside.push(beside);
}

/// Writes a web server that was there all along and begins to mine: nothing in the trail says so.
pub(super) fn hijacked(stage: &mut Stage) {
    let victim = stage.org.web().instances[0].clone();
    let begins = stage.utc(14, 3, 20);
    let mut beside = Beside::new(&victim.account, &victim.region);
    beside.is_silent(&victim.id, (later(begins, -3 * 1_440), 3 * 1_440));
    beside.asks(&victim.id, POOL.0, POOL.1, begins);
    beside.talks(&victim.id, (POOL.1, 14_444), (later(begins, 2), 1_200), Talk::Mining);
    stage.beside.push(beside);
    let mut incident = Incident::new("mining-traffic", "compromised-machine", "running");
    incident.instances.push(victim.id.clone());
    incident.principals.push(victim.role.arn());
    stage.truth.note = "no launch: a machine that was there was hijacked; other logs alone show it".into();
    stage.admit(incident);
}
