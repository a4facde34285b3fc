//! Questions after a scan, asked of the program: explanations and guardrails.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

#[path = "../../../tools/validate/judges.rs"]
mod judges;

fn minetrail() -> Command {
    let mut command = Command::cargo_bin("minetrail").expect("the program is built");
    command.env_clear();
    command
}

/// Writes a drill and returns the folder of its logs.
fn drill(folder: &Path, scenario: &str) -> PathBuf {
    let out = folder.join(scenario);
    let write = ["drill", "write", "--scenario", scenario, "--out"];
    minetrail().args(write).arg(&out).assert().success();
    out.join("AWSLogs")
}

fn said(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("answers are text")
}

#[test]
fn a_finding_is_explained_from_logs_and_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let logs = drill(folder.path(), "forged-request-token");
    let findings = folder.path().join("findings.jsonl");
    let scan = ["--format", "jsonl", "--output"];
    minetrail().arg("scan").arg(&logs).args(scan).arg(&findings).assert().success();
    let finding: Value = serde_json::from_str(fs::read_to_string(&findings).unwrap().trim()).unwrap();
    let id = &finding["id"].as_str().unwrap()[..8];

    let from_logs = said(minetrail().args(["explain", id]).arg(&logs).args(["--format", "json"]));
    let from_logs: Value = serde_json::from_str(&from_logs).unwrap();
    let from_file = said(minetrail().args(["explain", id, "--format", "json", "--findings"]).arg(&findings));
    let mut from_file: Value = serde_json::from_str(&from_file).unwrap();
    assert_eq!(from_logs["certainty"], finding["certainty"]);
    assert!(!from_logs["otherwise"].as_array().unwrap().is_empty());
    from_file["otherwise"] = from_logs["otherwise"].clone();
    assert_eq!(from_logs, from_file, "but for what only the logs can answer");

    let text = said(minetrail().args(["explain", id]).arg(&logs).args(["--columns", "80"]));
    assert!(text.contains("arithmetic") && text.contains("without a signal"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");

    minetrail().args(["explain", "no-such-id"]).arg(&logs).assert().code(3);
    minetrail().args(["explain", id]).assert().code(2);
    minetrail().args(["explain", id, "--findings", "nowhere.jsonl"]).assert().code(3);
}

#[test]
fn guardrails_are_policies_that_another_linter_takes() {
    let folder = tempfile::tempdir().unwrap();
    let judged = folder.path().join("judged");
    fs::create_dir(&judged).unwrap();
    for scenario in ["forged-request-token", "containers-and-groups-2025"] {
        let logs = drill(folder.path(), scenario);
        let prevention = said(minetrail().arg("prevent").arg(&logs).args(["--format", "json"]));
        let prevention: Value = serde_json::from_str(&prevention).unwrap();
        let documents = prevention["documents"].as_array().unwrap();
        assert!(!documents.is_empty(), "{scenario}");
        let policies: String = documents.iter().map(|document| format!("{}\n", document["policy"])).collect();
        fs::write(judged.join(format!("{scenario}.policy")), policies).unwrap();
        let text = said(minetrail().arg("prevent").arg(&logs));
        assert!(text.contains("it denies none"), "{text}");
    }
    let Some(python) = judges::python() else { return };
    let (accepted, said) = judges::judged(&python, &judged);
    assert!(accepted, "{said}");
}

#[test]
fn one_output_that_fails_leaves_no_half_file_and_keeps_no_other_from_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let logs = drill(folder.path(), "forged-request-token");
    let file = |name: &str| folder.path().join(name);
    fs::create_dir(file("taken")).unwrap();
    fs::write(file("taken/child"), "a folder stands where the output should go").unwrap();
    let run = minetrail()
        .arg("scan")
        .arg(&logs)
        .args(["--format", "jsonl", "--output"])
        .arg(file("findings.jsonl"))
        .args(["--format", "csv", "--output"])
        .arg(file("no/such/folder/findings.csv"))
        .args(["--format", "ocsf", "--output"])
        .arg(file("taken"))
        .args(["--format", "html", "--output"])
        .arg(file("report.html"))
        .assert()
        .code(1);
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert_eq!(told.matches("error: cannot write").count(), 2, "{told}");
    assert!(fs::read_to_string(file("findings.jsonl")).unwrap().ends_with("}\n"));
    assert!(fs::read_to_string(file("report.html")).unwrap().trim_end().ends_with("</html>"));
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(
        names,
        ["findings.jsonl", "forged-request-token", "report.html", "taken"],
        "nothing half-written"
    );
}
