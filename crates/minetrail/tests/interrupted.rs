//! What becomes of a scan that somebody stops, and of one whose reader has gone.
//!
//! The program reads from a pipe that the test holds, so it is certainly at work when it is stopped: the pipe takes no
//! more than a few kilobytes that nobody reads, and what is written is far more.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// More than pipes and windows hold, so that whoever took it has read most of it.
const READ_BYTES: usize = 4 << 20;

fn scan(format: &str, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_minetrail"))
        .args(["scan", "-", "--format", format, "--min-certainty", "0"])
        .args(more)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is built")
}

/// An attack: a fleet of GPUs that a key of nobody's asks for.
fn attack(number: usize) -> String {
    format!(
        concat!(
            r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","principalId":"AIDA{number:016}","arn":"arn:aws:iam::111122223333:user/ci-{number}","#,
            r#""accountId":"111122223333","accessKeyId":"AKIA{number:016}","userName":"ci-{number}"}},"eventTime":"2026-09-14T02:17:00Z","#,
            r#""eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.77","#,
            r#""userAgent":"aws-cli/2.1","requestParameters":{{"instanceType":"p4d.24xlarge","instancesSet":{{"items":[{{"imageId":"ami-0f","minCount":8,"maxCount":8}}]}}}},"#,
            r#""responseElements":null,"eventID":"5b1e9bd0-0000-4000-8000-{number:012}","eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#
        ),
        number = number
    ) + "\n"
}

/// A look-up, of which there are many.
const LOOK: &str = concat!(
    r#"{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333"},"#,
    r#""eventTime":"2026-09-14T02:20:00Z","eventSource":"ec2.amazonaws.com","eventName":"DescribeRegions","awsRegion":"us-east-1","#,
    r#""sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.1","eventID":"5b1e9bd0-0000-4000-9000-000000000001"}"#,
    "\n"
);

#[test]
fn ctrl_c_tells_what_was_found_so_far_and_that_it_is_partial() {
    let mut child = scan("json", &["--threads", "1"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(attack(1).as_bytes()).expect("the program reads");
    for _ in 0..READ_BYTES / LOOK.len() {
        stdin.write_all(LOOK.as_bytes()).expect("the program reads");
    }
    let stop = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(stop.expect("there is a shell").success());
    // It goes on for ever, so only the signal can end it.
    while stdin.write_all(LOOK.as_bytes()).is_ok() {}
    drop(stdin);

    let run = child.wait_with_output().expect("it ends");
    assert_eq!(run.status.code(), Some(130), "{}", String::from_utf8_lossy(&run.stderr));
    let told: Value = serde_json::from_slice(&run.stdout).expect("the partial result is JSON");
    assert_eq!(told["summary"]["partial"], true, "{told}");
    assert_eq!(told["findings"].as_array().map(Vec::len), Some(1), "{told}");
}

#[test]
fn the_totals_of_a_stopped_scan_say_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let stats = folder.path().join("stats.json");
    let mut child = scan("jsonl", &["--stats", stats.to_str().expect("a plain name")]);
    let mut stdin = child.stdin.take().expect("a pipe");
    for _ in 0..READ_BYTES / LOOK.len() {
        stdin.write_all(LOOK.as_bytes()).expect("the program reads");
    }
    let stop = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(stop.expect("there is a shell").success());
    while stdin.write_all(LOOK.as_bytes()).is_ok() {}
    let run = child.wait_with_output().expect("it ends");
    assert_eq!(run.status.code(), Some(130));
    let totals = std::fs::read(stats).expect("totals are written nevertheless");
    let totals: Value = serde_json::from_slice(&totals).expect("JSON");
    assert_eq!(totals["stopped_early"], true, "{totals}");
    assert!(totals["records"]["read"].as_u64() > Some(1_000), "{totals}");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let mut child = scan("jsonl", &[]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    // So many findings do not fit a pipe: the program is still writing when its reader goes.
    for number in 0..200 {
        stdin.write_all(attack(number).as_bytes()).expect("the program reads");
    }
    drop(stdin);
    let mut first = String::new();
    stdout.read_line(&mut first).expect("a finding");
    drop(stdout);

    let mut talk = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut talk).expect("text");
    assert_eq!((child.wait().expect("it ends").code(), talk.as_str()), (Some(0), ""));
    let told: Value = serde_json::from_str(&first).expect("a whole line");
    assert_eq!(told["schema"], "minetrail.finding/1");
}

#[test]
fn a_reader_that_was_never_there_is_no_error() {
    let mut child = scan("text", &[]);
    let mut stdin = child.stdin.take().expect("a pipe");
    drop(child.stdout.take());
    stdin.write_all(attack(1).as_bytes()).expect("the program reads");
    drop(stdin);
    let run = child.wait_with_output().expect("it ends");
    assert_eq!((run.status.code(), String::from_utf8_lossy(&run.stderr).as_ref()), (Some(0), ""));
}
