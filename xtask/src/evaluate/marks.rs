//! How well one incident was found.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use detect::Finding;
use detect::finding::{Kind, Principal, Role};
use drill::{Drill, Incident};

use super::claims::Claim;
use super::delay::Delay;
use super::exam::RAISED;
use super::told::{Told, word};

/// How well one incident was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// Compute was asked for; else a credential was stolen and launched nothing.
    pub(super) mining: bool,
    /// Reasonable people differ on whether it should be raised; it is counted apart.
    pub(super) optional: bool,
    /// The highest certainty of a case that tells of it; 0 where none does.
    pub(super) certainty: u8,
    /// That case.
    pub(super) told: Option<Told>,
    /// Raised findings that tell of it, hottest first.
    pub(super) findings: Vec<Told>,
    /// A raised finding tells of another incident too.
    pub(super) merged: bool,
    pub(super) cause: Answer,
    pub(super) outcome: Answer,
    pub(super) instances: Compared,
    pub(super) principals: Compared,
    pub(super) keys: Compared,
    /// Machines asked for: what the truth counts, and what the finding says.
    pub(super) requested: Option<(u64, u64)>,
    /// How long it took; `None` where it was not raised, or nothing was launched.
    pub(super) delay: Option<Delay>,
}

/// The truth, and whether the finding says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) truth: String,
    pub(super) is_right: bool,
}

/// What should be found against what was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) found: usize,
    pub(super) missing: Vec<String>,
    /// Found, and in the truth of no incident.
    pub(super) extra: Vec<String>,
}

impl Marks {
    /// Marks the incident at place `at` of the truth of `drill`.
    pub(super) fn of(at: usize, claims: &[Claim<'_>], drill: &Drill) -> Self {
        let (incidents, incident) = (&drill.truth.incidents, &drill.truth.incidents[at]);
        let mining = incident.kind == "mining-launch";
        // A theft without a launch may be told as either kind; a launch only as one.
        let about = |claim: &&Claim<'_>| {
            claim.incidents.contains(&at) && (!mining || claim.finding.kind == Kind::MiningLaunch)
        };
        let mut about: Vec<&Claim<'_>> = claims.iter().filter(about).collect();
        about.sort_by_key(|claim| Reverse(claim.finding.score.sum));
        let told = about.first().map(|claim| Told::of(claim.finding));
        let merged = |claim: &&Claim<'_>| {
            claim.incidents.iter().any(|other| *other != at && !incidents[*other].optional)
        };
        about.retain(|claim| claim.finding.certainty >= RAISED);
        let raised: Vec<&Finding> = about.iter().map(|claim| claim.finding).collect();
        let fired = raised.iter().map(|finding| finding.fired_at).min();
        Self {
            mining,
            optional: incident.optional,
            certainty: told.as_ref().map_or(0, |told| told.certainty),
            told,
            findings: raised.iter().map(|finding| Told::of(finding)).collect(),
            merged: about.iter().any(merged),
            cause: cause(incident, raised.first().copied()),
            outcome: outcome(incident, raised.first().copied()),
            instances: Compared::of(at, incidents, |one| &one.instances, instances(&raised)),
            principals: Compared::of(at, incidents, |one| &one.principals, principals(&raised)),
            keys: Compared::of(at, incidents, |one| &one.access_keys, keys(&raised)),
            requested: incident
                .requested_instances
                .zip(raised.first().map(|finding| finding.launches.requested)),
            delay: fired.and_then(|fired| Delay::of(incident, fired, &drill.records)),
        }
    }

    /// Whether it was raised, and as one case of its own.
    pub(super) fn is_one_case(&self) -> bool {
        self.findings.len() == 1 && !self.merged
    }
}

fn cause(incident: &Incident, finding: Option<&Finding>) -> Answer {
    let top = finding.and_then(|finding| finding.root_cause.first()).map(|share| word(&share.cause));
    let is_right = top.is_some_and(|cause| incident.acceptable_root_causes.contains(&cause));
    Answer { truth: incident.root_cause.clone(), is_right }
}

/// Without a launch there is no outcome to be right about.
fn outcome(incident: &Incident, finding: Option<&Finding>) -> Answer {
    let says = |finding: &Finding| incident.outcome.is_empty() || word(&finding.outcome) == incident.outcome;
    Answer { truth: incident.outcome.clone(), is_right: finding.is_some_and(says) }
}

fn instances<'a>(findings: &[&'a Finding]) -> BTreeSet<&'a String> {
    findings.iter().flat_map(|finding| &finding.launches.instances).collect()
}

/// Services act for whoever calls them, so naming them blames nobody.
fn hands<'a>(findings: &[&'a Finding]) -> impl Iterator<Item = &'a Principal> {
    findings
        .iter()
        .flat_map(|finding| &finding.principals)
        .filter(|principal| principal.role != Role::Service)
}

fn principals<'a>(findings: &[&'a Finding]) -> BTreeSet<&'a String> {
    hands(findings).map(|principal| &principal.arn).collect()
}

fn keys<'a>(findings: &[&'a Finding]) -> BTreeSet<&'a String> {
    hands(findings).flat_map(|principal| &principal.access_keys).collect()
}

impl Compared {
    /// Compares what incident `at` holds with what was found.
    fn of(
        at: usize,
        incidents: &[Incident],
        held: impl Fn(&Incident) -> &Vec<String>,
        found: BTreeSet<&String>,
    ) -> Self {
        let wanted = held(&incidents[at]);
        let known: BTreeSet<&String> = incidents.iter().flat_map(held).collect();
        let missing: Vec<String> = wanted.iter().filter(|one| !found.contains(one)).cloned().collect();
        let extra = found.difference(&known).map(|one| (*one).clone()).collect();
        Self { found: wanted.len() - missing.len(), missing, extra }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_another_incident_is_not_extra() {
        let holding = |ids: &[&str]| Incident {
            instances: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Incident::default()
        };
        let incidents = [holding(&["i-1", "i-2"]), holding(&["i-3"])];
        let found = ["i-2", "i-3", "i-4"].map(str::to_owned);
        let compared = Compared::of(0, &incidents, |one| &one.instances, found.iter().collect());
        assert_eq!(
            compared,
            Compared { found: 1, missing: vec!["i-1".to_owned()], extra: vec!["i-4".to_owned()] }
        );
    }

    #[test]
    fn a_split_or_merged_incident_is_not_one_case() {
        let found = |findings: usize, merged| Marks {
            findings: vec![Told::default(); findings],
            merged,
            ..Marks::default()
        };
        let one_case = |marks: Marks| marks.is_one_case();
        assert!(one_case(found(1, false)));
        assert!(![found(0, false), found(2, false), found(1, true)].into_iter().any(one_case));
    }
}
