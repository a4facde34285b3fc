use serde_json::Value;

use crate::world::{failed, minetrail, stolen, told};

fn count(folder: &std::path::Path, expression: &str) -> String {
    told(folder, &["search", "logs", "--count", expression]).trim().to_owned()
}

#[test]
fn every_field_of_the_language_finds_what_it_says() {
    let folder = stolen();
    for (expression, matches) in [
        ("service:iam", "2"),
        ("service:iam.amazonaws.com", "2"),
        ("name:create*", "2"),
        ("name:CreateUser,AssumeRole", "2"),
        ("error:*", "1"),
        ("error:none", "7"),
        ("error:*limit*", "1"),
        ("region:eu-*", "1"),
        ("not region:us-east-1", "1"),
        ("service:* -region:us-east-1", "1"),
        ("account:111122223333", "8"),
        ("principal:mallory", "1"),
        ("session:x", "2"),
        ("key:ASIA*", "6"),
        ("instance:i-*", "4"),
        ("address:198.51.100.0/24", "8"),
        ("address:203.0.113.0/24", "0"),
        ("agent:AWS-CLI", "8"),
        ("request:mallory", "2"),
        ("response:mallory", "1"),
        ("mallory", "3"),
        ("changes:yes", "5"),
        ("since:2026-09-14T10:05:00Z until:2026-09-14T10:06:00Z", "2"),
        ("service:iam or service:sts", "4"),
        ("(service:iam or service:sts) name:AssumeRole", "1"),
        ("not (service:iam or service:sts)", "4"),
        ("text:\"web-app-role\" changes:no", "1"),
    ] {
        assert_eq!(count(folder.path(), expression), matches, "{expression}");
    }
}

#[test]
fn lines_stand_in_the_order_of_time_and_hold_what_matters() {
    let folder = stolen();
    let text = told(folder.path(), &["search", "logs", "service:*"]);
    let times: Vec<&str> = text.lines().map(|line| &line[..20]).collect();
    assert_eq!(times.len(), 8);
    assert!(times.is_sorted(), "{text}");
    let launch = text.lines().find(|line| line.contains("ec2:RunInstances")).unwrap();
    for part in [
        "111122223333",
        "eu-west-1",
        "admin/x",
        "198.51.100.23",
        "8 × p4d.24xlarge",
        "Client.VcpuLimitExceeded",
    ] {
        assert!(launch.contains(part), "{part}: {launch}");
    }
}

#[test]
fn raw_records_are_the_records_without_their_secrets() {
    let folder = stolen();
    let text = told(folder.path(), &["search", "logs", "name:AssumeRole", "--raw"]);
    assert_eq!(text.lines().count(), 1);
    let record: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(record["responseElements"]["credentials"]["accessKeyId"], crate::world::ROLE_KEY);
    assert!(!text.contains("SECRET-SESSION-TOKEN"), "{text}");
}

#[test]
fn what_is_left_out_is_said_and_results_stay_clean() {
    let folder = stolen();
    let run = minetrail()
        .current_dir(folder.path())
        .args(["search", "logs", "service:*", "--limit", "2"])
        .assert()
        .success();
    let output = run.get_output();
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("the earliest 2 of 8 matches"));
}

#[test]
fn mistakes_are_told_before_anything_is_read() {
    let folder = stolen();
    assert_eq!(failed(folder.path(), &["search", "logs"]).0, 2);
    assert_eq!(failed(folder.path(), &["actor", "--ascii", "logs"]).0, 2);
    for (expression, part) in [
        ("colour:red", "the fields are service, name"),
        ("(name:a", "a bracket opens that never closes at character 1"),
        ("since:yesterday", "is not a time"),
        (" ", "the expression is empty"),
    ] {
        let (code, said) = failed(folder.path(), &["search", "nowhere", expression]);
        assert!(code == 2 && said.contains(part), "{expression}: {code} {said}");
    }
}
