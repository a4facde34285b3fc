//! Root causes, with their shares.
//!
//! The certainty is the share of theft; which theft, the root of the lineage says. What is left
//! is shared between people or software with too much power and automation that is meant to do
//! this, by what speaks for habit.

use crate::case::Case;
use crate::finding::{Cause, CauseShare};
use crate::ledger::Row;
use crate::lineage::{RootKind, trace};
use crate::score::certainty;
use crate::world::World;

/// Returns the possible causes, likeliest first; shares add up to 1 in hundredths.
#[must_use]
pub fn root_cause(case: &Case<'_, '_>, rows: &[&Row<'_>], world: &World<'_>) -> Vec<CauseShare> {
    let judged = &case.lead().hottest;
    let stolen = u32::from(certainty(judged.sum)).clamp(1, 98);
    let rest = 100 - stolen;
    let habit = judged
        .weighed
        .iter()
        .any(|weighed| matches!(weighed.rule.name, "known-profile" | "service-own" | "short-lived-build"));
    let automation = if habit { rest * 3 / 4 } else { rest / 3 };
    let shares = [
        (theft(case, rows, world), stolen),
        (Cause::OverPermissiveRole, rest - automation),
        (Cause::AuthorisedAutomation, automation),
    ];
    let mut shares: Vec<CauseShare> = shares
        .into_iter()
        .filter(|(_, share)| *share > 0)
        .map(|(cause, share)| CauseShare { cause, share: f64::from(share) / 100.0 })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.cause.cmp(&b.cause)));
    shares
}

/// Which theft it would be: what the first launch of the case goes back to.
///
/// Spare credentials come later than the stolen one, and a user's own key may have been in use
/// for years beside the stolen console session: so the launch is asked, not the lineage.
fn theft(case: &Case<'_, '_>, rows: &[&Row<'_>], world: &World<'_>) -> Cause {
    let launches = rows.iter().filter(|row| !row.by_service).map(|row| row.event);
    let acts = case.parts.iter().flat_map(|part| {
        part.lineage
            .acts
            .iter()
            .copied()
            .filter(|event| event.time > part.opens && event.time <= part.last_hot)
    });
    let first = launches.chain(acts.filter(|event| event.actor.invoked_by.is_none())).next();
    let kind = first.map_or(case.lead().lineage.root.kind, |event| trace(event, world).root.kind);
    match kind {
        RootKind::InstanceToken => Cause::CompromisedInstanceToken,
        RootKind::AccessKey => Cause::CompromisedAccessKey,
        RootKind::Console => Cause::CompromisedConsoleSession,
        RootKind::RoleSession | RootKind::Workload | RootKind::Service => Cause::CompromisedRoleSession,
    }
}
