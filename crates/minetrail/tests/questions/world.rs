//! What the tests share: the program, a small hand-made log, hostile text.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};

/// The program, without the environment of whoever runs the tests.
pub(crate) fn minetrail() -> Command {
    let mut command = Command::cargo_bin("minetrail").expect("the program is built");
    command.env_clear();
    command
}

/// Runs the program and returns what it printed. It must succeed.
pub(crate) fn told(folder: &Path, args: &[&str]) -> String {
    let run = minetrail().current_dir(folder).args(args).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).expect("answers are text")
}

/// Runs the program and returns its exit code and what it said on standard error.
pub(crate) fn failed(folder: &Path, args: &[&str]) -> (i32, String) {
    let run = minetrail().current_dir(folder).args(args).assert();
    let output = run.get_output();
    (output.status.code().expect("it ended by itself"), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Its answer as JSON.
pub(crate) fn document(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&told(folder, &[args, &["--format", "json"]].concat())).expect("a document")
}

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const TOKEN: &str = "ASIATOKENTOKENTOKEN1";
pub(crate) const MINTED: &str = "AKIAMINTEDMINTED0001";
pub(crate) const ROLE_KEY: &str = "ASIAROLEROLEROLE0001";

/// One call: `minute` of the day, who, what, and what else the record has.
pub(crate) fn call(minute: u32, who: &Value, name: &str, more: Value) -> Value {
    let (service, name) = name.split_once(':').expect("service:name");
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": format!("2026-09-14T{:02}:{:02}:00Z", minute / 60, minute % 60),
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.23",
        "userAgent": "aws-cli/2.17.0 os/linux",
        "requestID": format!("r{minute}"),
        "eventID": format!("{minute:08}-0000-4000-8000-000000000000"),
        "readOnly": name.starts_with("Get") || name.starts_with("Describe") || name.starts_with("List"),
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    });
    let members = record.as_object_mut().expect("a record");
    members.extend(more.as_object().expect("members").clone());
    record
}

/// The credential of an instance.
pub(crate) fn token() -> Value {
    session("web-app-role", "i-0a1b2c3d4e5f60718", TOKEN)
}

/// A session of a role.
pub(crate) fn session(role: &str, name: &str, key: &str) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": format!("AROAEXAMPLE:{name}"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}"),
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "sessionContext": {"sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLE",
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
            "accountId": ACCOUNT,
            "userName": role,
        }},
    })
}

/// A user with a key.
pub(crate) fn user(name: &str, key: &str) -> Value {
    json!({
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
        "accountId": ACCOUNT,
        "accessKeyId": key,
        "userName": name,
    })
}

/// A stolen token makes a user and assumes a role; both go on.
pub(crate) fn theft() -> Vec<Value> {
    let (mallory, admin) = (user("mallory", MINTED), session("admin", "x", ROLE_KEY));
    let user_of = |name: &str| json!({"requestParameters": {"userName": name}});
    vec![
        call(600, &token(), "sts:GetCallerIdentity", json!({})),
        call(601, &token(), "iam:CreateUser", user_of("mallory")),
        call(
            602,
            &token(),
            "iam:CreateAccessKey",
            json!({"requestParameters": {"userName": "mallory"},
                   "responseElements": {"accessKey": {"userName": "mallory", "accessKeyId": MINTED, "status": "Active"}}}),
        ),
        call(
            603,
            &token(),
            "sts:AssumeRole",
            json!({"requestParameters": {"roleArn": format!("arn:aws:iam::{ACCOUNT}:role/admin"), "roleSessionName": "x"},
                   "responseElements": {"credentials": {"accessKeyId": ROLE_KEY, "sessionToken": "SECRET-SESSION-TOKEN"}}}),
        ),
        call(
            604,
            &mallory,
            "secretsmanager:GetSecretValue",
            json!({"requestParameters": {"secretId": "prod/db"}}),
        ),
        call(605, &admin, "cloudtrail:StopLogging", json!({"requestParameters": {"name": "org-trail"}})),
        call(
            606,
            &admin,
            "ec2:RunInstances",
            json!({"awsRegion": "eu-west-1", "errorCode": "Client.VcpuLimitExceeded", "errorMessage": "no",
                   "requestParameters": {"instanceType": "p4d.24xlarge",
                                         "instancesSet": {"items": [{"imageId": "ami-1", "minCount": 8, "maxCount": 8}]}}}),
        ),
        call(607, &user("alice", "AKIAALICEALICE000001"), "ec2:DescribeInstances", json!({})),
    ]
}

/// Writes records as one log file below `folder` and returns its path.
pub(crate) fn write(folder: &Path, name: &str, records: &[Value]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
    fs::write(&path, json!({ "Records": records }).to_string()).expect("a new file");
    path
}

/// A folder with the theft in `logs/`.
pub(crate) fn stolen() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let theft = theft();
    write(folder.path(), "logs/a.json", &theft[..5]);
    write(folder.path(), "logs/b.json", &theft[5..]);
    // The same records again, in another order: nothing may count twice.
    let mut again = theft;
    again.reverse();
    write(folder.path(), "logs/c.json", &again);
    folder
}

/// Text that attacks terminals and readers.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\u{202e}evil\r\n=cmd|'/C calc'!A0\u{7}";

/// Fails where `text` holds a byte that moves a cursor or turns text around.
pub(crate) fn is_safe(text: &str) {
    let bad = |letter: &char| {
        (letter.is_control() && *letter != '\n')
            || ['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}'].contains(letter)
    };
    assert_eq!(text.chars().find(bad), None, "{text:?}");
}
