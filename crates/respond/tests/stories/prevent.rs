//! Guardrails over whole drills: each denies what it says, and nothing that anybody else did.
//!
//! The policies are judged by an evaluator of their own (`policies`), which knows nothing of how
//! they came about.

use std::collections::BTreeSet;

use respond::prevent::{Attach, Prevention, prevent};
use serde_json::Value;

use crate::logs;
use crate::policies::denies;

fn prevention(scenario: &str) -> Prevention {
    prevent(&logs::drill(scenario), &[], 50)
}

/// Holds every policy against every record of a drill.
#[track_caller]
fn assert_denies_no_ordinary_call(scenario: &str) -> Prevention {
    let drill = drill::write(scenario, 1).unwrap_or_else(|| panic!("no scenario {scenario}"));
    let prevention = prevent(&logs::facts(&drill.records), &[], 50);
    let thief = Thief::of(&drill);
    let mut denied = 0;
    for record in &drill.records {
        for document in &prevention.documents {
            if !denies(&document.policy, &document.attach, record) {
                continue;
            }
            denied += 1;
            assert!(
                thief.made(record) || !record["errorCode"].is_null(),
                "{scenario}: {:?} would have denied {} of {}",
                document.guardrails,
                record["eventName"],
                record["userIdentity"]["arn"]
            );
        }
    }
    assert!(denied > 0 || prevention.guardrails.is_empty(), "{scenario}: the policies deny nothing");
    prevention
}

/// What the truth says of the thief: launches, and the places that only the thief called from.
struct Thief<'d> {
    launches: BTreeSet<&'d str>,
    addresses: BTreeSet<&'d str>,
    keys: BTreeSet<&'d str>,
    owners: BTreeSet<&'d str>,
}

impl<'d> Thief<'d> {
    fn of(drill: &'d drill::Drill) -> Self {
        let incidents = &drill.truth.incidents;
        let launches: BTreeSet<&str> = incidents
            .iter()
            .flat_map(|incident| incident.launch_event_ids.iter().chain(&incident.service_launch_event_ids))
            .map(String::as_str)
            .collect();
        let first =
            incidents.iter().filter_map(|incident| incident.first_launch.as_deref()).min().unwrap_or("9");
        let day = first.get(..10).unwrap_or(first);
        let address = |record: &'d Value| record["sourceIPAddress"].as_str().unwrap_or_default();
        let is_before = |record: &&Value| record["eventTime"].as_str().is_some_and(|time| time < day);
        let is_theirs = |record: &&Value| record["eventID"].as_str().is_some_and(|id| launches.contains(id));
        Self {
            owners: drill.records.iter().filter(is_before).map(address).collect(),
            addresses: drill.records.iter().filter(is_theirs).map(address).collect(),
            keys: incidents
                .iter()
                .flat_map(|incident| incident.access_keys.iter().map(String::as_str))
                .collect(),
            launches,
        }
    }

    fn made(&self, record: &Value) -> bool {
        let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
        let address = text(&record["sourceIPAddress"]);
        let key = text(&record["userIdentity"]["accessKeyId"]);
        let is_new = !self.owners.contains(address.as_str());
        self.launches.contains(text(&record["eventID"]).as_str())
            || (is_new && (self.addresses.contains(address.as_str()) || self.keys.contains(key.as_str())))
    }
}

#[test]
fn a_stolen_token_meets_guardrails_that_ordinary_life_never_feels() {
    let prevention = assert_denies_no_ordinary_call("forged-request-token");
    let names: Vec<&str> = prevention.guardrails.iter().map(|guardrail| guardrail.name).collect();
    assert!(names.contains(&"no-more-than-its-job"), "{names:?}");
    assert!(prevention.guardrails.iter().all(|guardrail| guardrail.denies > 0));
}

#[test]
fn attacks_of_every_kind_are_met_without_breaking_ordinary_work() {
    for scenario in ["containers-and-groups-2025", "dangerdev", "elektra-leak", "ambersquid", "slow-miner"] {
        assert_denies_no_ordinary_call(scenario);
    }
}

#[test]
fn a_thief_who_only_asks_for_quota_is_denied_the_asking() {
    // Nothing was launched, so the truth names no call by which the thief's address is known.
    let prevention = prevention("quota-climb-stopped");
    let names: Vec<&str> = prevention.guardrails.iter().map(|guardrail| guardrail.name).collect();
    assert!(names.contains(&"quotas-stay"), "{names:?}");
}

#[test]
fn policies_stay_within_the_limits_of_aws() {
    for scenario in ["forged-request-token", "containers-and-groups-2025"] {
        for document in prevention(scenario).documents {
            let max = if document.attach == Attach::Organization { 5_120 } else { 6_144 };
            assert!(document.policy.to_string().len() <= max, "{scenario}");
            assert_eq!(document.characters, document.policy.to_string().len());
            let statements = document.policy["Statement"].as_array().unwrap();
            let sids: BTreeSet<&str> =
                statements.iter().filter_map(|statement| statement["Sid"].as_str()).collect();
            assert_eq!(sids.len(), statements.len(), "one Sid each");
            assert!(sids.iter().all(|sid| sid.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        }
    }
}

#[test]
fn where_nothing_was_found_nothing_is_prevented() {
    let prevention = prevention("karpenter-bursts");
    assert_eq!(
        (prevention.findings.len(), prevention.guardrails.len(), prevention.documents.len()),
        (0, 0, 0)
    );
}
