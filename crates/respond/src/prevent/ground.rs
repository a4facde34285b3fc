//! Whose call was whose: the calls of the findings, and everybody else's.

use std::collections::BTreeSet;

use detect::case::Case;
use detect::judge_with;
use detect::ledger::Row;
use detect::numbers::own_rows;
use detect::profile::network_of;
use detect::world::World;
use event::{Event, FailureKind};

/// The calls that a policy could have denied.
pub(crate) struct Ground<'a, 'f> {
    pub(crate) world: &'a World<'f>,
    /// The findings.
    pub(crate) findings: Vec<String>,
    /// Calls that belong to them and were not denied already, in order.
    pub(crate) attack: Vec<&'f Event>,
    /// Everybody else's calls that did what they asked, in order.
    pub(crate) ordinary: Vec<&'f Event>,
    /// Principals of the findings' calls.
    pub(crate) principals: BTreeSet<&'f str>,
    /// Addresses of the findings' calls.
    pub(crate) addresses: BTreeSet<String>,
}

impl<'a, 'f> Ground<'a, 'f> {
    pub(crate) fn new(world: &'a World<'f>, min_certainty: u8) -> Self {
        let mut findings = Vec::new();
        let mut theirs: BTreeSet<String> = BTreeSet::new();
        let told = judge_with(world, &mut |finding, case| {
            if finding.certainty < min_certainty || finding.suppressed.is_some() {
                return;
            }
            theirs.extend(case.map(|case| belonging(case, world)).unwrap_or_default());
            theirs.extend(
                finding.signals.iter().filter(|_| case.is_none()).flat_map(|signal| signal.events.clone()),
            );
        });
        let raised =
            told.iter().filter(|finding| finding.certainty >= min_certainty && finding.suppressed.is_none());
        findings.extend(raised.map(|finding| finding.id.clone()));
        let reachable = world.events.iter().copied().filter(|event| is_reachable(event));
        let (attack, ordinary): (Vec<&Event>, Vec<&Event>) =
            reachable.partition(|event| theirs.contains(&event.id));
        let attack: Vec<&Event> = attack.into_iter().filter(|event| !is_denied(event)).collect();
        Self {
            world,
            findings,
            principals: attack.iter().map(|event| event.actor.principal.as_str()).collect(),
            addresses: attack.iter().map(|event| event.address.to_string()).collect(),
            attack,
            ordinary: ordinary.into_iter().filter(|event| did_work(event)).collect(),
        }
    }

    /// The launches among some calls, resolved.
    pub(crate) fn rows(&self, events: &[&'f Event]) -> Vec<Row<'f>> {
        events.iter().filter_map(|event| Row::of(event, self.world)).collect()
    }
}

/// The records that a case owns: its launches, and what the same hands did from the same networks.
fn belonging(case: &Case<'_, '_>, world: &World<'_>) -> BTreeSet<String> {
    let rows = own_rows(case, world);
    let networks: BTreeSet<String> = rows
        .iter()
        .filter(|row| !row.by_service)
        .map(|row| network_of(&row.event.address.to_string()))
        .collect();
    let acts = case.parts.iter().flat_map(|part| {
        let within =
            |act: &&&Event| act.time > part.opens && act.time <= part.last_hot.plus(event::time::DAY);
        part.lineage.acts.iter().filter(within)
    });
    // Where nothing was launched, the acts are what it is about.
    let acts =
        acts.filter(|act| networks.is_empty() || networks.contains(&network_of(&act.address.to_string())));
    rows.iter().map(|row| row.event.id.clone()).chain(acts.map(|act| act.id.clone())).collect()
}

/// Whether a policy of the organisation can reach the caller: service-linked roles and services are beyond it.
fn is_reachable(event: &Event) -> bool {
    !event.actor.is_service_linked() && event.actor.kind != event::IdentityKind::Service
}

fn is_denied(event: &Event) -> bool {
    event.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Unauthorized)
}

/// Whether a call would be missed: it succeeded, or was a dry run that would have.
fn did_work(event: &Event) -> bool {
    event.failure.as_ref().is_none_or(|failure| failure.kind == FailureKind::DryRun)
}

/// The name of a call as policies spell it: `ec2:RunInstances`.
pub(crate) fn action(event: &Event) -> String {
    let name = event::notable::base_name(event.name.as_bytes());
    format!("{}:{}", event.source, String::from_utf8_lossy(name))
}
