use serde_json::{Value, json};

use crate::world::{call, document, session, stolen, told, user, write};

fn kinds(told: &Value) -> Vec<&str> {
    let mut kinds: Vec<&str> = told["missing"]
        .as_array()
        .expect("the story is set up")
        .iter()
        .map(|one| one["kind"].as_str().expect("the story is set up"))
        .collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_trail_that_was_stopped_is_told() {
    let folder = stolen();
    let told = document(folder.path(), &["gaps", "logs"]);
    assert_eq!(told["schema"], "minetrail.gaps/1");
    assert_eq!(told["tampering"][0]["name"], "StopLogging");
    assert_eq!(told["tampering"].as_array().unwrap().len(), 1);
    assert_eq!(kinds(&told), ["no-data-events"]);
}

#[test]
fn missing_regions_services_and_callers_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut who = session("web-app-role", "i-0a1b2c3d4e5f60718", "ASIATOKENTOKENTOKEN1");
    who["inScopeOf"] = json!({"issuerType": "AWS::EC2::Instance",
        "credentialsIssuedTo": "arn:aws:ec2:ap-south-1:111122223333:instance/i-0a1b2c3d4e5f60718"});
    let mut stranger = user("eve", "AKIAEVEEVEEVEEVE0001");
    stranger["accountId"] = json!("999999999999");
    let here = json!({"awsRegion": "eu-west-1"});
    let records = [
        call(1, &who, "ec2:TerminateInstances", here.clone()),
        call(2, &stranger, "ec2:StopInstances", here),
    ];
    write(folder.path(), "a.json", &records);
    let told = document(folder.path(), &["gaps", "a.json"]);
    assert_eq!(
        kinds(&told),
        ["no-global-region", "no-reads", "no-data-events", "caller-without-logs", "machine-without-region"]
    );
    let machine = told["missing"].as_array().unwrap().last().unwrap();
    assert_eq!(machine["region"], "ap-south-1");
}

/// One call an hour, of the hours of three days that `speaks` says.
fn hourly(folder: &std::path::Path, speaks: fn(u32) -> bool) {
    let alice = user("alice", "AKIAALICEALICE000001");
    let hours = (0..72).filter(|hour| speaks(*hour)).map(|hour| {
        let mut record = call(0, &alice, "iam:GetUser", json!({}));
        record["eventTime"] = json!(format!("2026-09-{:02}T{:02}:30:00Z", 14 + hour / 24, hour % 24));
        record["eventID"] = json!(format!("{hour:08}-1111-4000-8000-000000000000"));
        record
    });
    write(folder, "logs/hourly.json", &hours.collect::<Vec<_>>());
}

#[test]
fn silent_hours_are_gaps_in_the_middle_and_at_both_ends() {
    let folder = tempfile::tempdir().unwrap();
    hourly(folder.path(), |hour| !(30..36).contains(&hour) && hour < 60);
    let silent =
        |more: &[&str]| document(folder.path(), &[&["gaps", "logs"], more].concat())["silent"].clone();
    let evening = json!({"account": "111122223333", "region": "us-east-1",
                         "from": "2026-09-15T06:00:00Z", "until": "2026-09-15T12:00:00Z"});
    assert_eq!(silent(&[]), json!([evening]));
    let all = silent(&["--since", "2026-09-13T00:00:00Z", "--until", "2026-09-17T00:00:00Z"]);
    let from: Vec<&str> = all.as_array().unwrap().iter().map(|gap| gap["from"].as_str().unwrap()).collect();
    assert_eq!(from, ["2026-09-13T00:00:00Z", "2026-09-15T06:00:00Z", "2026-09-16T12:00:00Z"]);
}

#[test]
fn a_page_tells_each_kind_once_and_keeps_to_its_width() {
    let folder = stolen();
    let mut other = user("bob", "AKIABOBBOBBOBBOB0001");
    other["accountId"] = json!("444455556666");
    let theirs = json!({"recipientAccountId": "444455556666"});
    write(folder.path(), "logs/d.json", &[call(900, &other, "iam:GetUser", theirs)]);
    std::fs::write(folder.path().join("logs/broken.json"), "{\"Records\":[{\"eventName\":\"x\",").unwrap();
    for columns in [80, 140] {
        let text = told(folder.path(), &["gaps", "logs", "--columns", &columns.to_string()]);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns), "{widest:?}\n{text}");
        assert_eq!(text.matches("no-data-events").count(), 1, "{text}");
        for part in ["likewise: 444455556666", "StopLogging", "1 failed", "broken.json"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
    assert_eq!(crate::world::failed(folder.path(), &["gaps", "logs", "--strict"]).0, 4);
}
