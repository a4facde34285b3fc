//! The verdict: a pure function of the facts.

use std::collections::BTreeSet;

use crate::approval::ApprovedWorkload;
use crate::case::{Case, assemble, judge_lineage, lineages};
use crate::facts::{Facts, Told};
use crate::finding::Finding;
use crate::misuse::misuses;
use crate::tell::tell;
use crate::traffic::traffic;
use crate::world::World;

/// Judges the facts, knowing what the owner has approved.
///
/// Returns every case, hot or cold, by urgency and then by id; a cold case is its lineage's
/// hottest moment. The caller keeps what is at or above its threshold.
#[must_use]
pub fn judge(facts: &Facts, approved: &[ApprovedWorkload]) -> Vec<Finding> {
    judge_told(facts, &facts.told(), approved)
}

/// Judges facts of which `told` is spelled out. [`judge`] chooses what is needed; a test spells out everything.
#[must_use]
pub fn judge_told(facts: &Facts, told: &Told, approved: &[ApprovedWorkload]) -> Vec<Finding> {
    judge_with(&World::new(facts, told, approved), &mut |_, _| {})
}

/// Judges like [`judge`], and shows each finding with its case to `see`, which may add to what is told.
///
/// A misuse of a credential has no case: nothing was launched.
#[must_use]
pub fn judge_with(world: &World<'_>, see: &mut See<'_>) -> Vec<Finding> {
    let lineages = lineages(world);
    let parts = lineages.iter().flat_map(|lineage| judge_lineage(world, lineage)).collect();
    let cases = assemble(parts, world);
    let mut findings: Vec<Finding> = cases.iter().map(|case| tell(case, world)).collect();
    let told: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.certainty >= 50)
        .flat_map(|finding| finding.principals.iter().filter_map(|principal| principal.instance_id.clone()))
        .collect();
    let mining: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.certainty >= 50)
        .flat_map(|finding| finding.launches.instances.iter().cloned())
        .collect();
    for (finding, case) in findings.iter_mut().zip(&cases) {
        see(finding, Some(case));
    }
    let mut misuses = misuses(world, &|instance| told.contains(instance));
    for finding in &mut misuses {
        see(finding, None);
    }
    findings.extend(misuses);
    let mut traffic = traffic(world, &|instance| mining.contains(instance));
    for finding in &mut traffic {
        see(finding, None);
    }
    findings.extend(traffic);
    findings.sort_by(|a, b| b.urgency.cmp(&a.urgency).then_with(|| a.id.cmp(&b.id)));
    findings
}

/// What is shown each finding with its case.
pub type See<'s> = dyn FnMut(&mut Finding, Option<&Case<'_, '_>>) + 's;
