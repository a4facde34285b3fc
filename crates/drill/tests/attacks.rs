//! The truth of every attack agrees with its records, so that a detector is examined fairly.

use std::collections::{BTreeMap, BTreeSet};

use drill::{Drill, Incident, Kind};
use serde_json::Value;

/// Calls that ask for compute or for a respawner.
const LAUNCHES: &[&str] = &[
    "RunInstances",
    "StartInstances",
    "CreateFleet",
    "RequestSpotInstances",
    "RequestSpotFleet",
    "CreateAutoScalingGroup",
    "UpdateAutoScalingGroup",
    "SetDesiredCapacity",
    "CreateService",
    "RunTask",
    "CreateComputeEnvironment",
    "SubmitJob",
    "RunJobFlow",
    "CreateNotebookInstance",
    "CreateTrainingJob",
    "CreateInstances",
    "StartBuild",
    "StartJob",
    "CreateNodegroup",
    "StartImagePipelineExecution",
];

fn attacks() -> impl Iterator<Item = &'static str> {
    drill::scenarios().iter().filter(|scenario| scenario.kind == Kind::Attack).map(|scenario| scenario.name)
}

fn written(name: &str, seed: u64) -> Drill {
    drill::write(name, seed).expect("a scenario from the list")
}

/// Records by `eventID`.
type ById<'a> = BTreeMap<&'a str, &'a Value>;

fn by_id(drill: &Drill) -> ById<'_> {
    drill.records.iter().map(|record| (text(record, "eventID"), record)).collect()
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name].as_str().expect("every record has this field")
}

/// Returns who made the call: the role of a session, else the user itself.
fn principal(record: &Value) -> &str {
    let identity = &record["userIdentity"];
    let issuer = identity["sessionContext"]["sessionIssuer"]["arn"].as_str();
    issuer.or_else(|| identity["arn"].as_str()).unwrap_or_default()
}

fn key(record: &Value) -> &str {
    record["userIdentity"]["accessKeyId"].as_str().unwrap_or_default()
}

fn has(list: &[String], text: &str) -> bool {
    list.iter().any(|known| known == text)
}

/// Drills take their time, so each is written twice and shown to all checks.
#[test]
fn the_truth_of_every_attack_agrees_with_its_records() {
    let checks = [
        launches_are_the_thiefs_own,
        launches_of_services_are_made_by_services,
        the_first_launch_is_the_earliest,
        the_outcome_is_what_the_records_show,
        nothing_the_thief_launched_is_missing,
    ];
    for (at, name) in attacks().enumerate() {
        let seed = 11 + at as u64 % 5;
        let (drill, again) = (written(name, seed), written(name, seed));
        let which = format!("{name} seed {seed}");
        assert!(drill.truth == again.truth && drill.records == again.records, "{which}");
        let records = by_id(&drill);
        for incident in &drill.truth.incidents {
            for check in checks {
                check(&which, incident, &records);
            }
            every_instance_is_in_a_response(&which, incident, &drill);
        }
        has_history_unless_the_logs_begin_with_it(&which, &drill);
    }
}

fn launches_are_the_thiefs_own(which: &str, incident: &Incident, records: &ById<'_>) {
    for id in &incident.launch_event_ids {
        let record = records.get(id.as_str()).unwrap_or_else(|| panic!("{which}: {id} is no record"));
        let name = text(record, "eventName");
        assert!(LAUNCHES.contains(&name), "{which}: {name} is no launch");
        assert!(has(&incident.principals, principal(record)), "{which}: {}", principal(record));
        assert!(has(&incident.access_keys, key(record)), "{which}: {}", key(record));
        assert!(has(&incident.regions, text(record, "awsRegion")), "{which}");
    }
}

fn launches_of_services_are_made_by_services(which: &str, incident: &Incident, records: &ById<'_>) {
    for id in &incident.service_launch_event_ids {
        let record = records.get(id.as_str()).unwrap_or_else(|| panic!("{which}: {id} is no record"));
        let service = record["userIdentity"]["invokedBy"].as_str().unwrap_or_default();
        assert!(service.ends_with(".amazonaws.com"), "{which}: made by {service:?}");
        assert_eq!(record["sourceIPAddress"], service, "{which}");
        assert_eq!(record["userAgent"], service, "{which}");
        assert!(key(record).is_empty(), "{which}");
        if service == "autoscaling.amazonaws.com" {
            let parameters = &record["requestParameters"];
            let tags = parameters["tagSpecificationSet"].to_string();
            assert!(tags.contains("aws:autoscaling:groupName"), "{which}");
            assert!(text(parameters, "clientToken").starts_with("fleet-"), "{which}");
            assert!(principal(record).ends_with("/AWSServiceRoleForAutoScaling"), "{which}");
        }
    }
}

fn the_first_launch_is_the_earliest(which: &str, incident: &Incident, records: &ById<'_>) {
    let times = incident.launch_event_ids.iter().map(|id| text(records[id.as_str()], "eventTime"));
    assert_eq!(times.min(), incident.first_launch.as_deref(), "{which}");
    for id in &incident.service_launch_event_ids {
        assert!(
            records[id.as_str()]["eventTime"].as_str() > incident.first_launch.as_deref(),
            "{which}: a service was faster than the thief"
        );
    }
}

fn every_instance_is_in_a_response(which: &str, incident: &Incident, drill: &Drill) {
    let mut answered = BTreeSet::new();
    for record in &drill.records {
        let response = &record["responseElements"];
        let plain = response["instancesSet"]["items"].as_array().into_iter().flatten();
        answered.extend(plain.filter_map(|item| item["instanceId"].as_str().map(str::to_owned)));
        let fleets = &response["CreateFleetResponse"]["fleetInstanceSet"]["item"];
        for fleet in fleets.as_array().into_iter().flatten() {
            let ids = fleet["instanceIds"]["item"].as_array().into_iter().flatten();
            answered.extend(ids.filter_map(|id| id.as_str().map(str::to_owned)));
        }
    }
    // Whoever mines on a machine that ran already launched nothing, so no answer names it.
    let launched = incident.instances.iter().filter(|_| incident.kind != "mining-traffic");
    for id in launched {
        assert!(answered.contains(id), "{which}: nobody was ever told of {id}");
    }
    let unique: BTreeSet<&String> = incident.instances.iter().collect();
    assert_eq!(unique.len(), incident.instances.len(), "{which}");
}

fn the_outcome_is_what_the_records_show(which: &str, incident: &Incident, records: &ById<'_>) {
    let codes: Vec<&str> = incident
        .launch_event_ids
        .iter()
        .map(|id| records[id.as_str()]["errorCode"].as_str().unwrap_or("none"))
        .collect();
    let mut ended = BTreeSet::new();
    for record in records.values() {
        if record["eventName"] == "TerminateInstances" && record.get("errorCode").is_none() {
            let items = record["requestParameters"]["instancesSet"]["items"].as_array().expect("a list");
            ended.extend(items.iter().map(|item| text(item, "instanceId")));
        }
    }
    let gone = incident.instances.iter().filter(|id| ended.contains(id.as_str())).count();
    match incident.outcome.as_str() {
        "running" => {
            let unnumbered = codes.contains(&"none");
            assert!(gone < incident.instances.len() || unnumbered, "{which}: all are gone");
        }
        "ended" => assert!(gone > 0 && gone == incident.instances.len(), "{which}: some still run"),
        "refused" => {
            assert!(!codes.contains(&"none") && incident.instances.is_empty(), "{which}: {codes:?}");
            assert!(codes.iter().any(|code| *code != "Client.DryRunOperation"), "{which}");
        }
        "dry-run" => assert!(codes.iter().all(|code| *code == "Client.DryRunOperation"), "{which}"),
        "" => assert!(codes.is_empty(), "{which}: launches without an outcome"),
        other => panic!("{which}: {other} is no outcome"),
    }
    let silent =
        incident.optional || ["credential-misuse", "mining-traffic"].contains(&incident.kind.as_str());
    assert_eq!(codes.is_empty(), silent, "{which}: only such incidents have no launch");
}

/// A launch from the same key and address as one of the thief's must be in the truth as well.
fn nothing_the_thief_launched_is_missing(which: &str, incident: &Incident, records: &ById<'_>) {
    let hand = |record: &Value| (key(record).to_owned(), record["sourceIPAddress"].to_string());
    let hands: BTreeSet<_> = incident.launch_event_ids.iter().map(|id| hand(records[id.as_str()])).collect();
    for (id, record) in records {
        let launches = LAUNCHES.contains(&text(record, "eventName"));
        if launches && hands.contains(&hand(record)) {
            assert!(has(&incident.launch_event_ids, id), "{which}: {} {id}", record["eventName"]);
        }
    }
}

fn has_history_unless_the_logs_begin_with_it(which: &str, drill: &Drill) {
    let Some(strike) = &drill.truth.incidents[0].first_launch else { return };
    let before = drill.records.iter().filter(|r| text(r, "eventTime") < strike.as_str()).count();
    if ["logs-begin-with-the-attack", "spree-without-before"].contains(&drill.truth.scenario.as_str()) {
        assert!(before < 20, "{which}: {before}");
    } else {
        assert!(before > 2000, "{which}: {before}");
    }
}
