//! How well one incident was found.

use std::collections::BTreeSet;

use detect::Finding;
use detect::finding::Kind as FindingKind;
use drill::{Drill, Incident};
use event::Time;
use event::time::HOUR;
use serde_json::Value;

use super::claims::Claim;
use super::exam::RAISED;
use super::told::{Told, word};

/// How well one incident was found.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    /// Compute was asked for; else a credential was stolen and launched nothing.
    pub(super) mining: bool,
    /// Nothing was launched, and it is counted apart.
    pub(super) optional: bool,
    /// The highest certainty of a case that tells of it; 0 where none does.
    pub(super) certainty: u8,
    /// That case.
    pub(super) told: Option<Told>,
    /// Raised findings that tell of it, hottest first.
    pub(super) findings: Vec<Told>,
    /// The raised finding tells of another incident too.
    pub(super) merged: bool,
    /// The truth's cause, and whether the top share is as good an answer.
    pub(super) cause: (String, bool),
    /// The truth's outcome, and whether the finding says so.
    pub(super) outcome: (String, bool),
    pub(super) instances: Compared,
    pub(super) principals: Compared,
    pub(super) keys: Compared,
    /// Machines asked for: what the truth counts, and what the finding says.
    pub(super) requested: Option<(u64, u64)>,
    /// How long it took; `None` where it was not raised, or nothing was launched.
    pub(super) delay: Option<Delay>,
}

/// What should be found against what was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) found: usize,
    pub(super) missing: Vec<String>,
    /// Found, and in the truth of no incident.
    pub(super) extra: Vec<String>,
}

/// From the first malicious launch to the moment at which a finding fired.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delay {
    pub(super) seconds: i64,
    /// Malicious launch calls by then, of hands and of services, the first included.
    pub(super) launches: usize,
    /// US dollars an hour of the machines that had started by then.
    pub(super) usd_per_hour: f64,
    /// US dollars that they had cost by then.
    pub(super) usd: f64,
}

impl Marks {
    /// Marks the incident at place `at` of the truth of `drill`.
    pub(super) fn of(incident: &Incident, at: usize, claims: &[Claim<'_>], drill: &Drill) -> Self {
        let mut about: Vec<&Claim<'_>> =
            claims.iter().filter(|claim| claim.incidents.contains(&at)).collect();
        // A theft without a launch may be told as either kind; a launch only as one.
        let mining = incident.kind == "mining-launch";
        about.retain(|claim| !mining || claim.finding.kind == FindingKind::MiningLaunch);
        about.sort_by_key(|claim| std::cmp::Reverse(claim.finding.score.sum));
        let raised: Vec<&Claim<'_>> =
            about.iter().copied().filter(|claim| claim.finding.certainty >= RAISED).collect();
        let told = about.first().map(|claim| Told::of(claim.finding));
        let all: Vec<&Finding> = raised.iter().map(|claim| claim.finding).collect();
        let others = &drill.truth.incidents;
        let cause = raised
            .first()
            .and_then(|_| told.as_ref())
            .is_some_and(|told| incident.acceptable_root_causes.contains(&told.cause));
        // Without a launch there is no outcome to be right about.
        let right =
            |finding: &&Finding| incident.outcome.is_empty() || word(&finding.outcome) == incident.outcome;
        let outcome = all.first().is_some_and(right);
        Self {
            mining,
            optional: incident.optional,
            certainty: told.as_ref().map_or(0, |told| told.certainty),
            told,
            findings: all.iter().map(|finding| Told::of(finding)).collect(),
            merged: raised
                .iter()
                .any(|claim| claim.incidents.iter().filter(|at| !others[**at].optional).count() > 1),
            cause: (incident.root_cause.clone(), cause),
            outcome: (incident.outcome.clone(), outcome),
            instances: compare(
                incident,
                others,
                &all,
                |incident| &incident.instances,
                |finding| finding.launches.instances.iter().collect(),
            ),
            principals: compare(
                incident,
                others,
                &all,
                |incident| &incident.principals,
                |finding| finding.principals.iter().map(|principal| &principal.arn).collect(),
            ),
            keys: compare(
                incident,
                others,
                &all,
                |incident| &incident.access_keys,
                |finding| finding.principals.iter().flat_map(|principal| &principal.access_keys).collect(),
            ),
            requested: incident
                .requested_instances
                .zip(all.first().map(|finding| finding.launches.requested)),
            delay: all
                .iter()
                .map(|finding| finding.fired_at)
                .min()
                .and_then(|fired| delay(incident, fired, drill)),
        }
    }

    /// Whether it was raised, and as one case of its own.
    pub(super) fn is_one_case(&self) -> bool {
        self.findings.len() == 1 && !self.merged
    }
}

fn compare(
    incident: &Incident,
    others: &[Incident],
    findings: &[&Finding],
    wanted: impl Fn(&Incident) -> &Vec<String>,
    found: impl Fn(&Finding) -> Vec<&String>,
) -> Compared {
    let found: BTreeSet<&String> = findings.iter().flat_map(|finding| found(finding)).collect();
    let known: BTreeSet<&String> = others.iter().flat_map(&wanted).collect();
    let wanted = wanted(incident);
    let missing: Vec<String> = wanted.iter().filter(|one| !found.contains(one)).cloned().collect();
    Compared {
        found: wanted.len() - missing.len(),
        missing,
        extra: found.difference(&known).map(|one| (*one).clone()).collect(),
    }
}

/// Machines that are no EC2 instances (tasks, functions, notebooks) have no price here.
fn delay(incident: &Incident, fired: Time, drill: &Drill) -> Option<Delay> {
    let first = Time::parse(incident.first_launch.as_deref()?)?;
    let ids: BTreeSet<&str> = incident
        .launch_event_ids
        .iter()
        .chain(&incident.service_launch_event_ids)
        .map(String::as_str)
        .collect();
    let mut delay = Delay { seconds: fired.since(first), launches: 0, usd_per_hour: 0.0, usd: 0.0 };
    for record in
        drill.records.iter().filter(|record| record["eventID"].as_str().is_some_and(|id| ids.contains(id)))
    {
        let Some(time) = record["eventTime"].as_str().and_then(Time::parse).filter(|time| *time <= fired)
        else {
            continue;
        };
        let started = obtained(&record["responseElements"]);
        let per_hour: f64 =
            started.iter().map(|name| catalog::instance_type(name).power.usd_per_hour()).sum();
        delay.launches += 1;
        delay.usd_per_hour += per_hour;
        delay.usd += per_hour * fired.since(time) as f64 / HOUR as f64;
    }
    Some(delay)
}

/// The type of each instance that a launch obtained, wherever its response lists them.
fn obtained(answer: &Value) -> Vec<&str> {
    match answer {
        Value::Array(items) => items.iter().flat_map(obtained).collect(),
        Value::Object(members) => match answer["instanceType"].as_str() {
            Some(name) if answer["instanceId"].is_string() => vec![name],
            // A fleet lists the ids of one type together.
            Some(name) => vec![name; answer["instanceIds"]["item"].as_array().map_or(0, Vec::len)],
            None => members.values().flat_map(obtained).collect(),
        },
        _ => Vec::new(),
    }
}
