//! Records that somebody bent on purpose.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Any JSON of a few levels, with the names and shapes that rows look for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9.:/*-]{0,24}".prop_map(Value::from),
        ".{0,16}".prop_map(Value::from),
        Just(json!("p5.48xlarge")),
        Just(json!("arn:aws:iam::1:role/x")),
        Just(json!({"tag": 1, "content": "x"})),
        Just(json!({"omitted": true})),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any_name(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(NAMES).prop_map(str::to_owned), "[A-Za-z]{0,12}".prop_map(|name| name),]
}

const NAMES: &[&str] = &[
    "instanceType",
    "instancesSet",
    "items",
    "item",
    "minCount",
    "maxCount",
    "desiredCapacity",
    "maxSize",
    "targetCapacitySpecification",
    "totalTargetCapacity",
    "overrides",
    "weightedCapacity",
    "value",
    "content",
    "launchTemplateConfigs",
    "CreateFleetRequest",
    "instanceRequirements",
    "vCpuCount",
    "min",
    "cpu",
    "memory",
    "computeResources",
    "maxvCpus",
    "instanceTypes",
    "tags",
    "key",
    "clientToken",
    "credentials",
    "accessKeyId",
    "type",
    "arn",
    "sessionContext",
    "sessionIssuer",
    "inScopeOf",
    "policyDocument",
    "desiredCount",
    "tasks",
    "instanceGroups",
    "instanceCount",
    "numberOfWorkers",
    "workerType",
    "environment",
    "computeType",
];

fn any_call() -> impl Strategy<Value = (String, String)> {
    let launches = event::launch::rows().map(|row| (row.source, row.name));
    let others = [
        ("sts", "AssumeRole"),
        ("iam", "CreateAccessKey"),
        ("iam", "PutUserPolicy"),
        ("signin", "ConsoleLogin"),
        ("servicequotas", "GetServiceQuota"),
        ("ec2", "AuthorizeSecurityGroupIngress"),
        ("ec2", "CreateNatGateway"),
        ("lambda", "AddPermission20150331v2"),
        ("guardduty", "UpdateDetector"),
        ("ssm", "SendCommand"),
    ];
    let calls: Vec<_> = launches.chain(others).collect();
    prop::sample::select(calls).prop_map(|(source, name)| (source.to_owned(), name.to_owned()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_record_makes_decoding_panic(
        (source, name) in any_call(),
        identity in any_json(), request in any_json(), response in any_json(), extra in any_json(),
        failure in prop::option::of(".{0,80}"),
    ) {
        let record = json!({
            "eventTime": "2026-03-01T03:12:44Z", "eventSource": source, "eventName": name,
            "userIdentity": identity, "requestParameters": request, "responseElements": response,
            "additionalEventData": extra, "errorMessage": failure, "addendum": extra,
        });
        let raw = serde_json::to_vec(&record).unwrap();
        match event::decode(&raw) {
            Ok(event) => prop_assert_eq!(event::decode(&raw), Ok(event)),
            Err(error) => prop_assert!(!error.is_rejection(), "{}", error),
        }
    }

    #[test]
    fn no_bytes_make_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..600) {
        let _ = event::decode(&bytes);
        let sound = serde_json::to_vec(&crate::record("ec2 RunInstances")).unwrap();
        let mut bent = sound;
        bent.truncate(cut.min(bent.len()));
        bent.extend(bytes);
        let _ = event::decode(&bent);
    }
}

#[test]
fn depth_is_refused_and_not_followed() {
    let deep = format!("{}{}", "{\"a\":".repeat(100_000), "1");
    assert!(event::decode(deep.as_bytes()).is_err());
}

#[test]
fn one_long_name_does_not_fill_memory() {
    let mut record = crate::record("ec2 RunInstances");
    let long = "ö".repeat(100_000);
    record["requestParameters"] = json!({"instanceType": long, "imageId": long, "clientToken": long});
    record["userAgent"] = json!(long);
    assert!(format!("{:?}", crate::event_of(&record)).len() < 10_000);
}

#[test]
fn a_record_that_would_unfold_to_gigabytes_is_not_parsed() {
    let mut record = crate::record("ec2 RunInstances").to_string();
    let small_objects = r#"{"":0},"#.repeat(event::decode::DECODE_BYTES_MAX / 7);
    record.insert_str(1, &format!(r#""requestParameters":[{small_objects}0],"#));
    let error = event::decode(record.as_bytes()).unwrap_err();
    assert!(error.is_rejection());
    assert_eq!(error.to_string(), "longer than a record may be that is decoded whole");
}

#[test]
fn a_record_of_many_machines_keeps_few_names() {
    let machines: Vec<Value> =
        (0..9_000).map(|number| json!({"instanceId": format!("i-{number:017}")})).collect();
    let mut record = crate::record("ec2 RunInstances");
    record["requestParameters"] = json!({"instanceType": "m5.large", "instancesSet": {"items": machines}});
    record["responseElements"] = json!({"instancesSet": {"items": machines}});
    let printed = format!("{:?}", crate::event_of(&record));
    assert!(printed.len() < 700_000, "{}", printed.len());
}
