//! Every drill keeps the promises of the crate, whatever its scenario.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use drill::{Drill, Kind};
use serde_json::Value;

/// Seeds each scenario is checked with.
const SEEDS: [u64; 2] = [1, 2];

/// Fields every CloudTrail record of today has.
const REQUIRED: [&str; 13] = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "eventID",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
];

fn written(name: &str, seed: u64) -> Drill {
    drill::write(name, seed).expect("a scenario from the list")
}

/// All drills of the seeds, written once for all tests.
static ALL: LazyLock<Vec<(String, Drill)>> = LazyLock::new(|| {
    let pairs = drill::scenarios().iter().flat_map(|s| SEEDS.map(|seed| (s.name, seed)));
    pairs.map(|(name, seed)| (format!("{name} seed {seed}"), written(name, seed))).collect()
});

fn each(check: impl Fn(&str, &Drill)) {
    for (which, drill) in ALL.iter() {
        check(which, drill);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_other_ids() {
    let mut seen = BTreeSet::new();
    each(|which, drill| {
        let again = written(&drill.truth.scenario, drill.truth.seed);
        assert!(drill.records == again.records && drill.files() == again.files(), "{which}");
        assert_eq!(drill.truth, again.truth, "{which}");
    });
    for (which, drill) in ALL.iter() {
        let ids = drill.records.iter().filter_map(|r| r["eventID"].as_str());
        for id in ids {
            assert!(seen.insert(id), "{which}: {id} is in another drill too");
        }
    }
}

#[test]
fn every_record_has_the_fields_of_a_cloudtrail_record() {
    each(|which, drill| {
        for record in &drill.records {
            for field in REQUIRED {
                assert!(!record[field].is_null(), "{which}: {field} is missing in {record}");
            }
            for field in ["requestParameters", "responseElements"] {
                assert!(record.get(field).is_some(), "{which}: {field} is missing in {record}");
            }
        }
    });
}

#[test]
fn event_ids_are_unique_and_times_lie_within_the_weeks_of_the_drill_in_order() {
    each(|which, drill| {
        let ids: BTreeSet<&str> = drill.records.iter().filter_map(|r| r["eventID"].as_str()).collect();
        assert_eq!(ids.len(), drill.records.len(), "{which}");
        let times: Vec<jiff::Timestamp> =
            drill.records.iter().map(|r| r["eventTime"].as_str().unwrap().parse().unwrap()).collect();
        assert!(times.is_sorted(), "{which}");
        let (first, last) = (times[0], times[times.len() - 1]);
        assert!(last.duration_since(first) <= jiff::SignedDuration::from_hours(18 * 24), "{which}");
    });
}

#[test]
fn ordinary_drills_hold_nothing_to_find_and_attacks_hold_something() {
    each(|which, drill| match drill.truth.kind {
        Kind::Ordinary => assert!(drill.truth.incidents.is_empty(), "{which}"),
        Kind::Attack => assert!(!drill.truth.incidents.is_empty(), "{which}"),
    });
}

#[test]
fn what_the_truth_names_is_in_the_records() {
    each(|which, drill| {
        let ids: BTreeSet<&str> = drill.records.iter().filter_map(|r| r["eventID"].as_str()).collect();
        for incident in &drill.truth.incidents {
            for id in &incident.launch_event_ids {
                assert!(ids.contains(id.as_str()), "{which}: {id}");
            }
        }
    });
}

#[test]
fn the_files_hold_every_record_once_in_the_layout_of_a_trail() {
    each(|which, drill| {
        let files = drill.files();
        let mut found: Vec<String> = Vec::new();
        for file in &files {
            let parts: Vec<&str> = file.path.split('/').collect();
            assert_eq!(
                (parts.len(), parts[0], parts[2]),
                (8, "AWSLogs", "CloudTrail"),
                "{which}: {}",
                file.path
            );
            let body: Value = serde_json::from_slice(&file.body).unwrap();
            for record in body["Records"].as_array().unwrap() {
                assert_eq!(
                    (&record["recipientAccountId"], &record["awsRegion"]),
                    (&parts[1].into(), &parts[3].into())
                );
                found.push(record.to_string());
            }
        }
        let mut written: Vec<String> = drill.records.iter().map(Value::to_string).collect();
        found.sort();
        written.sort();
        assert!(found == written, "{which}: files and records differ");
    });
}

#[test]
fn a_drill_is_large_enough_to_have_a_history_and_small_enough_for_an_evaluation() {
    each(|which, drill| {
        let size = drill.records.len();
        assert!((3000..=10_000).contains(&size), "{which} has {size} records");
    });
}

#[test]
fn scenario_names_are_unique_and_in_kebab_case() {
    let names: BTreeSet<&str> = drill::scenarios().iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), drill::scenarios().len());
    assert!(
        names
            .iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
    );
}

#[test]
fn no_word_in_the_records_gives_the_drill_away() {
    each(|which, drill| {
        // `isDrill` is a parameter of Elastic Disaster Recovery.
        let text = serde_json::to_string(&drill.records).unwrap().replace("isDrill", "").to_lowercase();
        for word in ["synthetic", "minetrail", "drill"] {
            assert!(!text.contains(word), "{which}: {word}");
        }
    });
}
