//! Root causes, with their shares.
//!
//! The certainty is the share of theft; which theft, the root of the lineage says. What is left
//! is shared between people or software with too much power and automation that is meant to do
//! this, by what speaks for habit.

use event::{Detail, IdentityKind};

use crate::case::Case;
use crate::finding::{Cause, CauseShare};
use crate::lineage::RootKind;
use crate::score::certainty;

/// Returns the possible causes, likeliest first; shares add up to 1 in hundredths.
#[must_use]
pub fn root_cause(case: &Case<'_, '_>) -> Vec<CauseShare> {
    let judged = &case.lead().hottest;
    let stolen = u32::from(certainty(judged.sum)).clamp(1, 98);
    let rest = 100 - stolen;
    let habit = judged.weighed.iter().any(|weighed| matches!(weighed.rule.name, "known-profile" | "service-own" | "short-lived-build"));
    let automation = if habit { rest * 3 / 4 } else { rest / 3 };
    let shares = [
        (theft(case), stolen),
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

/// Which theft it would be.
///
/// Of several lineages in one case, the one that goes furthest back: the spare credentials come
/// later than the stolen one.
fn theft(case: &Case<'_, '_>) -> Cause {
    let first = case.parts.iter().min_by_key(|part| {
        let acts = part.lineage.acts.iter().map(|event| event.time).filter(|time| *time > part.opens);
        let rows = part.lineage.rows.iter().map(|row| row.event.time).filter(|time| *time > part.opens);
        (part.lineage.root.kind == RootKind::Service, acts.chain(rows).min(), &part.lineage.root.key)
    });
    let Some(part) = first else { return Cause::CompromisedRoleSession };
    match part.lineage.root.kind {
        RootKind::InstanceToken => Cause::CompromisedInstanceToken,
        RootKind::AccessKey => Cause::CompromisedAccessKey,
        RootKind::Console if signed_in_first(part) => Cause::CompromisedConsoleSession,
        RootKind::Console => Cause::CompromisedConsoleSession,
        RootKind::RoleSession | RootKind::Workload | RootKind::Service => Cause::CompromisedRoleSession,
    }
}

/// Whether the lineage begins with a sign-in and not with a key.
fn signed_in_first(part: &crate::case::Part<'_, '_>) -> bool {
    part.lineage.acts.iter().any(|event| {
        matches!(&event.detail, Detail::Login(login) if login.success) && matches!(event.actor.kind, IdentityKind::Root | IdentityKind::IamUser)
    })
}
