//! Records that are not launches: who called, and what it was.

mod actors;
mod brief;
mod corpora;
mod details;
mod headers;
mod hostile;
mod identities;

use event::{Detail, Event};
use serde_json::{Value, json};

/// A sound record of a call by mallory, into which a story writes what it is about.
fn record(name: &str) -> Value {
    let (source, name) = name.split_once(' ').expect("service and name");
    json!({
        "eventVersion": "1.11",
        "eventTime": "2026-03-01T03:12:44Z",
        "eventID": "5e1f6d1c-7c70-4c1c-8d7e-0a4f6e3f1a01",
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "recipientAccountId": "111122223333",
        "userIdentity": {
            "type": "IAMUser",
            "arn": "arn:aws:iam::111122223333:user/team/mallory",
            "accountId": "111122223333",
            "accessKeyId": "AKIAMALLORY000000001",
            "userName": "mallory"
        },
        "requestParameters": null,
        "responseElements": null
    })
}

fn decode(record: &Value) -> Result<Event, event::DecodeError> {
    event::decode(&serde_json::to_vec(record).expect("a record is JSON"))
}

/// The event of a record that must become one.
#[track_caller]
fn event_of(record: &Value) -> Event {
    decode(record).unwrap_or_else(|error| panic!("{error}: {record}"))
}

/// The detail of a call with these parameters and this answer.
#[track_caller]
fn detail(name: &str, request: Value, response: Value) -> Detail {
    let mut record = record(name);
    record["requestParameters"] = request;
    record["responseElements"] = response;
    event_of(&record).detail
}

/// The detail of a call that was refused, without parameters, with this message.
#[track_caller]
fn refused(name: &str, message: &str) -> Detail {
    let mut record = record(name);
    record["errorCode"] = json!("AccessDenied");
    record["errorMessage"] = json!(message);
    event_of(&record).detail
}

/// Asserts that a call with these parameters is sound and says nothing that is kept.
#[track_caller]
fn is_not_kept(name: &str, request: Value) {
    let mut record = record(name);
    record["requestParameters"] = request;
    let error = decode(&record).expect_err("this should not be kept");
    assert!(!error.is_rejection(), "{error}");
}

/// A row without a story is a row that nobody tried. Look-ups are all read by one line of code.
#[test]
fn every_row_that_is_no_look_up_has_a_story() {
    let text = concat!(include_str!("details.rs"), include_str!("identities.rs"));
    let launches: Vec<&str> = event::launch::rows().map(|row| row.name).collect();
    let others = event::notable::rows().filter(|row| row.lane() == event::Lane::Whole);
    let untold: Vec<String> = others
        .filter(|row| !launches.contains(&row.name))
        .map(|row| format!("{} {}", row.source, row.name))
        .filter(|call| !text.contains(&format!("\"{call}")))
        .collect();
    assert!(untold.is_empty(), "{} rows without a story: {}", untold.len(), untold.join(", "));
}
