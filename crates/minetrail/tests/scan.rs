//! The program as its users meet it: exit codes, totals, and the law over files.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn minetrail() -> Command {
    let mut command = Command::cargo_bin("minetrail").expect("the program is built");
    command.env_clear();
    command
}

/// Writes a drill and returns the folder of its logs.
fn drill(folder: &Path, scenario: &str) -> PathBuf {
    let out = folder.join(scenario);
    minetrail()
        .args(["drill", "write", "--seed", "7", "--scenario", scenario, "--out"])
        .arg(&out)
        .assert()
        .success();
    out.join("AWSLogs")
}

fn findings(paths: &[PathBuf], more: &[&str]) -> String {
    let run = minetrail().arg("scan").args(paths).args(["--format", "jsonl"]).args(more).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).expect("findings are text")
}

/// Every record of the logs below a folder.
fn records(folder: &Path) -> Vec<Value> {
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            records.extend(self::records(&entry));
            continue;
        }
        let file = fs::File::open(&entry).expect("a file");
        let object: Value = serde_json::from_reader(flate2::read::MultiGzDecoder::new(file)).expect("JSON");
        records.extend(object["Records"].as_array().expect("records").iter().cloned());
    }
    records
}

#[test]
fn other_orders_splits_repetitions_threads_and_instructions_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let logs = drill(folder.path(), "forged-request-token");
    let told = findings(std::slice::from_ref(&logs), &["--min-certainty", "0", "--threads", "1"]);
    assert!(told.lines().count() > 1);
    assert_eq!(told, findings(std::slice::from_ref(&logs), &["--min-certainty", "0", "--threads", "7"]));
    assert_eq!(told, findings(std::slice::from_ref(&logs), &["--min-certainty", "0", "--portable"]));

    let mut records = records(&logs);
    records.reverse();
    let split = folder.path().join("split");
    fs::create_dir(&split).unwrap();
    for (number, part) in records.chunks(997).enumerate() {
        fs::write(split.join(format!("{number}.json")), serde_json::json!({ "Records": part }).to_string())
            .unwrap();
    }
    let lines: String = records[..500].iter().map(|record| format!("{record}\n")).collect();
    fs::write(split.join("again.jsonl"), lines).unwrap();
    assert_eq!(told, findings(std::slice::from_ref(&split), &["--min-certainty", "0"]));
    assert_eq!(told, findings(&[split, logs], &["--min-certainty", "0"]));
}

#[test]
fn the_stolen_token_is_one_finding_and_the_totals_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let logs = drill(folder.path(), "forged-request-token");
    let stats = folder.path().join("stats.json");
    let told = findings(&[logs], &["--stats", stats.to_str().unwrap()]);
    assert_eq!(told.lines().count(), 1);
    let finding: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(finding["schema"], "minetrail.finding/1");
    assert_eq!(finding["root_cause"][0]["cause"], "compromised-instance-token");
    assert_eq!(finding["launches"]["started"], 24);

    let stats: Value = serde_json::from_str(&fs::read_to_string(stats).unwrap()).unwrap();
    let count =
        |part: &str, name: &str| stats[part][name].as_u64().unwrap_or_else(|| panic!("{part}.{name}"));
    let records =
        count("records", "events") + count("records", "skimmed_only") + count("records", "duplicate");
    assert_eq!(count("records", "read"), records + count("records", "rejected"));
    let objects = count("objects", "read") + count("objects", "skipped") + count("objects", "failed");
    assert_eq!(count("objects", "found"), objects);
}

#[test]
fn ordinary_life_is_quiet() {
    let folder = tempfile::tempdir().unwrap();
    let logs = drill(folder.path(), "karpenter-bursts");
    assert_eq!(findings(&[logs], &[]), "");
}

#[test]
fn exit_codes_are_the_documented_ones() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    fs::write(folder.path().join("readme.txt"), "no log").unwrap();
    let code =
        |args: &[&str]| minetrail().current_dir(folder.path()).args(args).assert().get_output().status.code();
    assert_eq!(code(&["scan", "nowhere"]), Some(3));
    assert_eq!(code(&["scan", "empty"]), Some(3));
    assert_eq!(code(&["scan", "readme.txt"]), Some(3));
    assert_eq!(code(&["scan", "empty", "--since", "yesterday"]), Some(2));
    assert_eq!(code(&["scan", "empty", "--no-such-flag"]), Some(2));
    assert_eq!(code(&["scan", "empty", "--config", "nowhere.toml"]), Some(2));

    let logs = drill(folder.path(), "forged-request-token");
    let logs = logs.to_str().unwrap();
    assert_eq!(code(&["scan", logs, "--format", "jsonl"]), Some(0));
    assert_eq!(code(&["scan", logs, "--format", "jsonl", "--fail-on", "high"]), Some(10));
    assert_eq!(code(&["scan", logs, "--format", "jsonl", "--output", "no/such/folder/file"]), Some(1));
    fs::write(Path::new(logs).join("broken.json"), "{\"Records\":[{\"eventName\":\"x\",").unwrap();
    assert_eq!(code(&["scan", logs, "--format", "jsonl"]), Some(0));
    assert_eq!(code(&["scan", logs, "--format", "jsonl", "--strict"]), Some(4));
}

#[test]
fn every_rule_can_be_read_about() {
    let list = minetrail().args(["rules", "list"]).assert().success();
    let list = String::from_utf8(list.get_output().stdout.clone()).unwrap();
    for rule in list.lines().filter_map(|line| line.split_whitespace().next()) {
        minetrail().args(["rules", "show", rule]).assert().success();
    }
    minetrail().args(["rules", "show", "no-such-rule"]).assert().code(2);
}
