use serde_json::json;

use crate::world::{HOSTILE, MINTED, TOKEN, call, document, failed, is_safe, stolen, told, user, write};

#[test]
fn a_keys_calls_are_told_once_and_in_order() {
    let folder = stolen();
    let told = document(folder.path(), &["timeline", "logs", "--key", TOKEN]);
    assert_eq!(told["schema"], "minetrail.timeline/1");
    let names: Vec<&str> =
        told["calls"].as_array().unwrap().iter().map(|call| call["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["GetCallerIdentity", "CreateUser", "CreateAccessKey", "AssumeRole"]);
    assert_eq!(told["profile"]["calls"], 4);
    assert_eq!(told["profile"]["changes"], 3);
    assert_eq!(told["profile"]["keys"], json!([{"value": TOKEN, "calls": 4}]));
    assert_eq!(told["read"]["records"], 16);
}

#[test]
fn a_hand_may_be_named_in_every_way() {
    let folder = stolen();
    let calls = |args: &[&str]| {
        document(folder.path(), &[&["timeline", "logs"], args].concat())["profile"]["calls"].clone()
    };
    assert_eq!(calls(&["--principal", "web-app-role"]), 4);
    assert_eq!(calls(&["--principal", "arn:aws:iam::111122223333:role/web-app-role"]), 4);
    assert_eq!(calls(&["--principal", "arn:aws:sts::111122223333:assumed-role/web-app-role/*"]), 4);
    assert_eq!(calls(&["--instance", "i-0a1b2c3d4e5f60718"]), 4);
    assert_eq!(calls(&["--address", "198.51.100.0/24"]), 8);
    assert_eq!(calls(&["--key", TOKEN, "--key", MINTED]), 5);
    assert_eq!(calls(&["--key", TOKEN, "--changes"]), 3);
    assert_eq!(calls(&["--key", TOKEN, "--since", "2026-09-14T10:02:00Z"]), 2);
    assert_eq!(calls(&["--key", TOKEN, "--until", "2026-09-14T10:02:00Z"]), 3);
    assert_eq!(calls(&["--key", "AKIANOBODYNOBODY0001"]), 0);
}

#[test]
fn threads_orders_and_copies_change_no_byte() {
    let folder = stolen();
    let calls = |args: &[&str]| {
        told(folder.path(), &[&["timeline", "--address", "0.0.0.0/0", "--format", "jsonl"], args].concat())
    };
    let one = calls(&["logs", "--threads", "1"]);
    assert_eq!(one.lines().count(), 8);
    assert_eq!(one, calls(&["logs", "--threads", "5"]));
    assert_eq!(one, calls(&["logs/c.json"]));
    assert_eq!(one, calls(&["logs/b.json", "logs/a.json"]));
}

#[test]
fn what_is_not_told_is_counted() {
    let folder = stolen();
    let told = document(folder.path(), &["timeline", "logs", "--key", TOKEN, "--limit", "1"]);
    assert_eq!((told["calls"].as_array().unwrap().len(), told["calls_not_told"].as_u64()), (1, Some(3)));
    let text = crate::world::told(folder.path(), &["timeline", "logs", "--key", TOKEN, "--limit", "1"]);
    assert!(text.contains("3 more calls"), "{text}");
}

#[test]
fn a_page_reads_well_and_keeps_to_its_width() {
    let folder = stolen();
    for columns in [80, 140] {
        let args = ["timeline", "logs", "--address", "198.51.100.23", "--columns", &columns.to_string()];
        let text = told(folder.path(), &args);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns), "{widest:?}\n{text}");
        for part in
            ["8 · ", "p4d.24xlarge", "Client.VcpuLimitExceeded", "prod/db", "mallory", "web-app-role/i-0a1b"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = json!({"userAgent": HOSTILE, "errorCode": HOSTILE, "awsRegion": HOSTILE, "eventName": HOSTILE,
                         "sourceIPAddress": HOSTILE, "eventID": HOSTILE, "requestParameters": {"name": HOSTILE}});
    write(folder.path(), "a.json", &[call(1, &user(HOSTILE, TOKEN), "iam:CreateUser", hostile)]);
    for verb in [
        &["timeline", "a.json", "--key", TOKEN][..],
        &["search", "a.json", "key:*"],
        &["actor", "a.json", TOKEN],
    ] {
        let text = told(folder.path(), verb);
        is_safe(&text);
        assert!(text.contains("evil"), "{text}");
        let line = told(folder.path(), &[verb, &["--format", "jsonl"]].concat());
        is_safe(&line);
        let parsed: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(parsed["agent"], HOSTILE);
    }
}

#[test]
fn a_question_about_nobody_is_a_mistake() {
    let folder = stolen();
    assert_eq!(failed(folder.path(), &["timeline", "logs"]).0, 2);
    assert_eq!(failed(folder.path(), &["timeline", "nowhere", "--key", TOKEN]).0, 3);
    assert_eq!(failed(folder.path(), &["timeline", "logs", "--key", TOKEN, "--since", "soon"]).0, 2);
    let (code, said) = failed(folder.path(), &["timeline", "logs", "--finding", "00000000"]);
    assert!(code == 2 && said.contains("no finding"), "{said}");
}

#[test]
fn a_finding_leads_to_its_calls() {
    let folder = tempfile::tempdir().unwrap();
    let drill = folder.path().join("drill");
    let write = ["drill", "write", "--seed", "7", "--scenario", "forged-request-token", "--out"];
    crate::world::minetrail().args(write).arg(&drill).assert().success();
    let finding = told(&drill, &["scan", "AWSLogs", "--format", "jsonl"]);
    let finding: serde_json::Value = serde_json::from_str(&finding).unwrap();
    let id = &finding["id"].as_str().unwrap()[..8];
    let told = document(&drill, &["timeline", "AWSLogs", "--finding", id]);
    assert_eq!(told["profile"]["started"], finding["launches"]["started"]);
}
