//! What every event has, and what a record must have to become one.

use event::{Address, DecodeError, Detail};
use serde_json::json;

use crate::{decode, event_of, record};

#[test]
fn the_header_is_read_as_written() {
    let mut record = record("sts GetCallerIdentity");
    record["sharedEventID"] = json!("b1");
    record["vpcEndpointId"] = json!("vpce-1");
    record["awsRegion"] = json!("ca-south-3r");
    record["sourceIPAddress"] = json!("06.237.252.245");
    let event = event_of(&record);
    assert_eq!(event.time.to_string(), "2026-03-01T03:12:44Z");
    assert_eq!(event.id, "5e1f6d1c-7c70-4c1c-8d7e-0a4f6e3f1a01");
    assert_eq!((event.source.as_str(), event.name.as_str()), ("sts", "GetCallerIdentity"));
    assert_eq!(event.region, "ca-south-3r");
    assert_eq!(event.address, Address::Text("06.237.252.245".into()));
    assert_eq!((event.shared_id.as_deref(), event.endpoint.as_deref()), (Some("b1"), Some("vpce-1")));
    assert!(event.succeeded());
}

#[test]
fn the_time_may_stand_in_the_exporters_place() {
    let mut record = record("sts GetCallerIdentity");
    let members = record.as_object_mut().unwrap();
    members.remove("eventTime");
    members.insert("@timestamp".into(), json!("2020-09-14T00:44:23.125Z"));
    assert_eq!(event_of(&record).time.to_string(), "2020-09-14T00:44:23Z");
}

#[test]
fn the_account_is_the_receivers_else_the_callers() {
    let mut record = record("sts GetCallerIdentity");
    assert_eq!(event_of(&record).account, "111122223333");
    record.as_object_mut().unwrap().remove("recipientAccountId");
    record["userIdentity"]["accountId"] = json!("00000");
    assert_eq!(event_of(&record).account, "00000");
    record["userIdentity"].as_object_mut().unwrap().remove("accountId");
    assert_eq!(event_of(&record).account, "111122223333");
}

#[test]
fn a_correction_replaces_and_a_delay_does_not() {
    let mut record = record("sts GetCallerIdentity");
    record["addendum"] = json!({"reason": "UPDATED_DATA", "originalEventID": "a0"});
    assert_eq!(event_of(&record).replaces.as_deref(), Some("a0"));
    record["addendum"] = json!({"reason": "DELIVERY_DELAY", "originalEventID": "a0"});
    assert_eq!(event_of(&record).replaces, None);
}

#[test]
fn a_made_up_id_gives_way_to_the_content() {
    let mut one = record("sts GetCallerIdentity");
    one["eventID"] = json!("1");
    let mut two = one.clone();
    two["userAgent"] = json!("another");
    assert!(event_of(&one).id.starts_with("content:"));
    assert_ne!(event_of(&one).id, event_of(&two).id);
}

#[test]
fn broken_records_are_told_apart_from_dull_ones() {
    assert!(matches!(event::decode(b"{"), Err(DecodeError::NotJson { .. })));
    assert_eq!(event::decode(b"[]"), Err(DecodeError::NotAnObject));
    let mut timeless = record("sts GetCallerIdentity");
    timeless["eventTime"] = json!("yesterday");
    assert!(matches!(decode(&timeless), Err(DecodeError::NoTime { .. })));
    let mut nameless = record("sts GetCallerIdentity");
    nameless["eventName"] = json!("");
    assert!(matches!(decode(&nameless), Err(DecodeError::NoName { .. })));
    let dull = decode(&record("s3 GetObject")).unwrap_err();
    assert!(matches!(dull, DecodeError::NotNotable { .. }) && !dull.is_rejection());
}

#[test]
fn secrets_are_never_kept() {
    let canary = "CANARY-do-not-keep";
    let mut record = record("sts AssumeRole");
    record["requestParameters"] =
        json!({"roleArn": "arn:aws:iam::1:role/dig", "roleSessionName": "a", "tokenCode": canary});
    record["responseElements"] = json!({"credentials": {
        "accessKeyId": "ASIASESSION000000001", "sessionToken": canary, "secretAccessKey": canary
    }});
    assert!(!format!("{:?}", event_of(&record)).contains(canary));
    record["eventSource"] = json!("iam.amazonaws.com");
    record["eventName"] = json!("CreateLoginProfile");
    record["requestParameters"] = json!({"userName": "eve", "password": canary});
    assert!(!format!("{:?}", event_of(&record)).contains(canary));
}

#[test]
fn parameters_that_a_table_stores_as_text_are_read() {
    let mut record = record("account EnableRegion");
    record["requestParameters"] = json!(json!({"RegionName": "ap-east-1"}).to_string());
    assert_eq!(event_of(&record).detail, Detail::EnableRegion { region: "ap-east-1".into() });
    record["requestParameters"] = json!("{RegionName=ap-east-1}");
    assert_eq!(event_of(&record).detail, Detail::EnableRegion { region: String::new() });
}

#[test]
fn a_service_that_stands_only_in_the_address_is_a_service() {
    let mut record = record("sts GetCallerIdentity");
    record["sourceIPAddress"] = json!("autoscaling.amazonaws.com");
    assert_eq!(event_of(&record).actor.invoked_by.as_deref(), Some("autoscaling.amazonaws.com"));
}
