//! The story of a case: what its hands did, in order, with alike calls told as one.

use std::collections::BTreeSet;

use event::event::{EndKind, HandOver, Issue, Look, MintKind};
use event::time::HOUR;
use event::{Detail, Event, FailureKind, Time};

use crate::case::{Case, Part};
use crate::finding::Moment;
use crate::ledger::Row;
use crate::numbers::reason;
use crate::world::World;

/// Moments in a timeline.
///
/// Fewer, and the story of a long case has holes; more, and nobody reads it. The beginning and
/// the end are kept when there are more.
pub const MOMENTS_MAX: usize = 400;

/// How long after the last hot moment the story goes on: protecting, covering tracks, cleaning up.
const AFTERWARDS: i64 = 24 * HOUR;

/// Tells the story of a case.
#[must_use]
pub fn timeline(case: &Case<'_, '_>, world: &World<'_>) -> Vec<Moment> {
    let mut told: Vec<(&Event, String)> = Vec::new();
    for part in &case.parts {
        let until = part.last_hot.plus(AFTERWARDS);
        let within = |time: Time| time > part.opens && time <= until;
        told.extend(
            part.lineage.rows.iter().filter(|row| within(row.event.time)).map(|row| (row.event, launch(row))),
        );
        told.extend(
            part.lineage
                .acts
                .iter()
                .filter(|event| within(event.time) && !is_idle_machine(event, part))
                .map(|event| (*event, act(event))),
        );
        told.extend(issued(part.lineage.links.iter().map(|link| link.event.as_str()).collect(), world));
    }
    told.extend(case.later.iter().map(|row| (row.event, launch(row))));
    // Of one second, preparations come before the launch they are for.
    let order = |event: &Event| matches!(event.detail, Detail::Launch(_));
    told.sort_by(|(a, _), (b, _)| (a.time, order(a), &a.id).cmp(&(b.time, order(b), &b.id)));
    told.dedup_by(|(a, _), (b, _)| a.id == b.id);
    shorten(collapse(&told))
}

/// Whether a machine's credential made a call that launched nothing, for somebody who only started the machine: that is
/// another story, which `credential-misuse` tells.
fn is_idle_machine(event: &Event, part: &Part<'_, '_>) -> bool {
    let Some(own) = &event.actor.instance else { return false };
    let is_root = part.lineage.root.principal == event.actor.principal;
    let launched = part.lineage.rows.iter().filter_map(|row| row.event.actor.instance.as_ref());
    !is_root && launched.into_iter().all(|other| other.id != own.id)
}

/// The calls that issued the credentials of the case.
fn issued<'f>(links: BTreeSet<&str>, world: &World<'f>) -> Vec<(&'f Event, String)> {
    let issues =
        world.told.issued.iter().map(|(_, event)| event).filter(|event| links.contains(event.id.as_str()));
    issues.map(|event| (event, act(event))).collect()
}

/// Calls of one name, hand, region and result in a row are one line.
fn collapse(told: &[(&Event, String)]) -> Vec<Moment> {
    let alike = |a: &(&Event, String), b: &(&Event, String)| {
        a.0.name == b.0.name
            && a.0.region == b.0.region
            && a.0.actor.principal == b.0.actor.principal
            && a.1 == b.1
    };
    told.chunk_by(alike)
        .map(|run| {
            let (event, what) = &run[0];
            let who = short(&event.actor.principal);
            let session =
                event.actor.session.as_deref().map(|session| format!("/{session}")).unwrap_or_default();
            Moment {
                time: event.time,
                event: event.id.clone(),
                what: format!("{what} in {} by {who}{session} from {}", event.region, event.address),
                count: u64::try_from(run.len()).unwrap_or(u64::MAX),
            }
        })
        .collect()
}

fn shorten(mut moments: Vec<Moment>) -> Vec<Moment> {
    let surplus = moments.len().saturating_sub(MOMENTS_MAX);
    if surplus > 0 {
        let from = MOMENTS_MAX * 3 / 4;
        let cut = moments[from].clone();
        let left_out: u64 = moments[from..=from + surplus].iter().map(|moment| moment.count).sum();
        moments.splice(
            from..=from + surplus,
            [Moment { what: format!("… {left_out} more calls of the same case"), count: left_out, ..cut }],
        );
    }
    moments
}

/// The last part of an arn.
#[must_use]
pub fn short(principal: &str) -> &str {
    principal
        .rsplit_once('/')
        .map_or_else(|| principal.rsplit(':').next().unwrap_or(principal), |(_, name)| name)
}

/// Says how a call ended, if not well.
fn ending(event: &Event) -> String {
    match event.failure.as_ref().map(|failure| (failure.kind, failure.code.as_str())) {
        None => String::new(),
        Some((FailureKind::DryRun, _)) => " (dry run: it would have been allowed)".to_owned(),
        Some((kind, code)) => format!(" (refused: {}, {code})", reason(kind)),
    }
}

fn launch(row: &Row<'_>) -> String {
    let machines: Vec<String> = row
        .lines
        .iter()
        .map(|line| format!("{} × {}", line.requested.max(line.started).max(line.dry_run), line.unit))
        .collect();
    let what = if machines.is_empty() { String::new() } else { format!(" {}", machines.join(", ")) };
    let respawner =
        row.launch.respawner.as_ref().map(|respawner| format!(" {}", respawner.name)).unwrap_or_default();
    let ceiling = row.launch.ceiling.map(|ceiling| format!(", up to {ceiling}")).unwrap_or_default();
    format!("{}{respawner}{what}{ceiling}{}", row.event.name, ending(row.event))
}

fn act(event: &Event) -> String {
    format!("{}{}{}", event.name, detail_told(event), ending(event))
}

/// What a call other than a launch did, to stand behind its name.
pub(crate) fn detail_told(event: &Event) -> String {
    match &event.detail {
        Detail::Issue(issue) => issue_told(issue),
        Detail::Login(login) if login.mfa == Some(false) => " without a second factor".to_owned(),
        Detail::Mint(mint) => {
            let policy =
                mint.policy.as_deref().map(|policy| format!(", {}", short(policy))).unwrap_or_default();
            let strong =
                if mint.admin && mint.kind == MintKind::Permission { " (administrator)" } else { "" };
            format!(" {}{policy}{strong}", short(&mint.target))
        }
        Detail::Quota(ask) => match ask.desired {
            Some(desired) => format!(" {} {} to {desired}", ask.service, ask.code),
            None => format!(" {} {}", ask.service, ask.code),
        },
        Detail::EnableRegion { region } => format!(" {region}"),
        Detail::Protect(protect) if protect.on => format!(": protects {}", protect.instances.join(", ")),
        Detail::PublicUrl { function } => format!(" of {function}, without authentication"),
        Detail::HandOver(HandOver::Function { name, .. }) => format!(" {name}"),
        Detail::HandOver(HandOver::Instances { ids }) => format!(" to {}", ids.join(", ")),
        Detail::End(end) => match (end.kind, &end.respawner) {
            (EndKind::Terminated | EndKind::Stopped, None) => format!(" {} machines", end.ids.len()),
            (_, Some(respawner)) => format!(" {}", respawner.name),
            _ => String::new(),
        },
        Detail::Look(Look::Spend) => " (what the account spends)".to_owned(),
        _ => String::new(),
    }
}

fn issue_told(issue: &Issue) -> String {
    match (&issue.principal, &issue.key) {
        (Some(principal), Some(key)) => format!(" of {} ({key})", short(principal)),
        (Some(principal), None) => format!(" of {}", short(principal)),
        _ => String::new(),
    }
}
