//! Every drill keeps the promises of the crate, whatever its scenario.

use std::collections::BTreeSet;

use drill::{Drill, Kind};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Fields every CloudTrail record of today has, and which are never null.
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

/// The longest a drill may be.
const DAYS: i64 = 18;

fn written(name: &str, seed: u64) -> Drill {
    drill::write(name, seed).expect("a scenario from the list")
}

/// Drills are large, so each is written once and shown to all checks, then dropped.
#[test]
fn every_drill_keeps_its_promises() {
    let checks = [
        has_the_fields_of_a_cloudtrail_record,
        has_unique_ids_and_stays_in_order_within_its_weeks,
        holds_something_to_find_exactly_if_it_is_an_attack,
        names_nothing_in_its_truth_that_is_not_in_its_records,
        puts_every_record_into_one_file_of_the_layout_of_a_trail,
        has_a_history_and_is_small_enough_for_an_evaluation,
        gives_itself_away_by_no_word,
        shows_no_service_with_an_access_key_or_a_user_without_one,
    ];
    for (at, scenario) in drill::scenarios().iter().enumerate() {
        let seed = 1 + at as u64 % 4;
        let drill = written(scenario.name, seed);
        for check in checks {
            check(&format!("{} seed {seed}", scenario.name), &drill);
        }
    }
}

fn has_the_fields_of_a_cloudtrail_record(which: &str, drill: &Drill) {
    for record in &drill.records {
        for field in REQUIRED {
            assert!(!record[field].is_null(), "{which}: {field} is missing in {record}");
        }
        for field in ["requestParameters", "responseElements"] {
            assert!(record.get(field).is_some(), "{which}: {field} is missing in {record}");
        }
    }
}

fn has_unique_ids_and_stays_in_order_within_its_weeks(which: &str, drill: &Drill) {
    let ids: BTreeSet<&str> = drill.records.iter().filter_map(|r| r["eventID"].as_str()).collect();
    assert_eq!(ids.len(), drill.records.len(), "{which}");
    let times: Vec<Timestamp> = drill
        .records
        .iter()
        .map(|r| r["eventTime"].as_str().expect("a text").parse().expect("a time"))
        .collect();
    assert!(times.is_sorted(), "{which}");
    assert!(
        times[times.len() - 1].duration_since(times[0]) <= SignedDuration::from_hours(DAYS * 24),
        "{which}"
    );
}

fn holds_something_to_find_exactly_if_it_is_an_attack(which: &str, drill: &Drill) {
    assert_eq!(drill.truth.kind == Kind::Attack, !drill.truth.incidents.is_empty(), "{which}");
    assert!(drill.truth.synthetic && drill.truth.schema == drill::TRUTH_SCHEMA, "{which}");
}

fn names_nothing_in_its_truth_that_is_not_in_its_records(which: &str, drill: &Drill) {
    let ids: BTreeSet<&str> = drill.records.iter().filter_map(|r| r["eventID"].as_str()).collect();
    for incident in &drill.truth.incidents {
        for id in &incident.launch_event_ids {
            assert!(ids.contains(id.as_str()), "{which}: {id}");
        }
    }
}

fn puts_every_record_into_one_file_of_the_layout_of_a_trail(which: &str, drill: &Drill) {
    let mut found = BTreeSet::new();
    let mut count = 0;
    for file in drill.files() {
        let parts: Vec<&str> = file.path.split('/').collect();
        assert_eq!(parts[0], "AWSLogs", "{which}: {}", file.path);
        // Flow logs and other side logs lie in folders of their own.
        if parts[2] != "CloudTrail" {
            continue;
        }
        assert_eq!(parts.len(), 8, "{which}: {}", file.path);
        let mut body: Value = serde_json::from_slice(&file.body).expect("valid JSON");
        for record in body["Records"].as_array_mut().expect("a list") {
            assert_eq!(
                (&record["recipientAccountId"], &record["awsRegion"]),
                (&parts[1].into(), &parts[3].into())
            );
            count += 1;
            found.insert(record["eventID"].as_str().expect("a text").to_owned());
        }
    }
    assert_eq!((count, found.len()), (drill.records.len(), drill.records.len()), "{which}");
}

fn has_a_history_and_is_small_enough_for_an_evaluation(which: &str, drill: &Drill) {
    let size = drill.records.len();
    assert!((3000..=10_000).contains(&size), "{which} has {size} records");
}

fn gives_itself_away_by_no_word(which: &str, drill: &Drill) {
    for record in &drill.records {
        // A token is letters by chance, and chance spells words.
        let mut record = record.clone();
        if let Some(token) = record.pointer_mut("/responseElements/credentials/sessionToken") {
            *token = Value::Null;
        }
        // `isDrill` is a parameter of Elastic Disaster Recovery.
        let text = record.to_string().replace("isDrill", "").to_lowercase();
        // So is what AWS encodes.
        let text = text.split("encoded authorization failure message").next().unwrap_or_default();
        for word in ["synthetic", "minetrail", "drill", "attacker", "malicious"] {
            assert!(!text.contains(word), "{which}: {word} in {text}");
        }
    }
}

fn shows_no_service_with_an_access_key_or_a_user_without_one(which: &str, drill: &Drill) {
    for record in &drill.records {
        let identity = &record["userIdentity"];
        let has_key = identity["accessKeyId"].is_string();
        match identity["type"].as_str() {
            Some("AWSService") => assert!(!has_key, "{which}: {record}"),
            Some("IAMUser") if record["eventName"] != "ConsoleLogin" => assert!(has_key, "{which}: {record}"),
            _ => {}
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for name in ["quiet-weeks", "karpenter-bursts", "landing-zone"] {
        let (first, again) = (written(name, 3), written(name, 3));
        assert!(first.records == again.records, "{name}");
        assert!(first.files() == again.files(), "{name}");
        assert_eq!(first.truth, again.truth, "{name}");
    }
}

#[test]
fn another_seed_or_another_scenario_shares_no_id() {
    let mut seen = BTreeSet::new();
    for (name, seed) in [("quiet-weeks", 1), ("quiet-weeks", 2), ("launch-wizard", 1)] {
        for record in written(name, seed).records {
            let id = record["eventID"].as_str().unwrap().to_owned();
            assert!(seen.insert(id), "{name} seed {seed}: {record}");
        }
    }
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
    assert!(drill::write("no-such-scenario", 1).is_none());
}

#[test]
fn late_records_are_in_later_files_and_files_are_out_of_order_inside() {
    let files = written("quiet-weeks", 5).files();
    let (mut late, mut unordered) = (0, 0);
    for file in &files {
        let stamp = file.path.split('_').nth(3).unwrap();
        let delivered = jiff::civil::DateTime::strptime("%Y%m%dT%H%MZ", stamp).unwrap();
        let delivered = jiff::tz::TimeZone::UTC.to_timestamp(delivered).unwrap();
        let body: Value = serde_json::from_slice(&file.body).unwrap();
        let times: Vec<Timestamp> = body["Records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| record["eventTime"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(times.iter().all(|time| *time < delivered), "{}", file.path);
        late += times
            .iter()
            .filter(|time| delivered.duration_since(**time) > SignedDuration::from_mins(30))
            .count();
        unordered += usize::from(!times.is_sorted());
    }
    assert!(late > 3, "{late} late records");
    assert!(unordered > 50, "{unordered} files out of order");
}
