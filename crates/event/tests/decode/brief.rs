//! What is decoded from the skim is what a parser would have made of it.

use event::decode::brief;
use event::limits::Limits;
use event::skim::{Reader, RecordSink, Rejected, Skimmed};
use event::{Event, decode};
use serde_json::{Value, json};

use super::record;

/// What the skim made of each record, and what the parser makes of it.
#[derive(Default)]
struct Both(Vec<(Option<Event>, Option<Event>)>);

impl RecordSink for Both {
    fn record(&mut self, record: &Skimmed<'_>) {
        self.0.push((brief(record), decode(record.raw()).ok()));
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{}", rejected.reason);
    }
}

/// What both make of the records in a document. One that only looks like a record (a notice of S3) is none.
pub(super) fn all(document: &Value) -> Vec<(Option<Event>, Option<Event>)> {
    let mut sink = Both::default();
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    reader.finish(&serde_json::to_vec(document).expect("a record is JSON"), &mut sink);
    sink.0
}

fn both(record: &Value) -> (Option<Event>, Option<Event>) {
    let mut told = all(record);
    assert_eq!(told.len(), 1, "{record}");
    told.remove(0)
}

/// Checks that the skim is enough, and that it is right.
#[track_caller]
fn agrees(record: &Value) {
    let (skimmed, parsed) = both(record);
    assert!(skimmed.is_some(), "left to the parser: {record}");
    assert_eq!(skimmed, parsed, "{record}");
}

/// Checks that the record is left to the parser.
#[track_caller]
fn is_left(record: &Value) {
    assert_eq!(both(record).0, None, "{record}");
}

fn identities() -> Vec<Value> {
    let role = json!({
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:i-0123456789abcdef0",
        "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0",
        "accountId": "111122223333",
        "accessKeyId": "ASIAWEB0000000000001",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": "arn:aws:iam::111122223333:role/team/web",
                "accountId": "111122223333",
                "userName": "web"
            },
            "attributes": {"creationDate": "2026-03-01T01:00:00Z", "mfaAuthenticated": "false"},
            "ec2RoleDelivery": "2.0"
        }
    });
    let mut pod = role.clone();
    pod["sessionContext"]["webIdFederationData"] = json!({"federatedProvider": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1", "attributes": {}});
    let mut behind = role.clone();
    behind["invokedBy"] = json!("cloudformation.amazonaws.com");
    let mut scoped = role.clone();
    scoped["inScopeOf"] = json!({"issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": "arn:aws:lambda:eu-west-1:111122223333:function:f"});
    vec![
        role,
        pod,
        behind,
        scoped,
        json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
        json!({"type": "AWSAccount", "principalId": "AIDAFOREIGN", "accountId": "444455556666"}),
        json!({"type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"}),
        json!({"type": "WebIdentityUser", "principalId": "p", "userName": "u", "identityProvider": "token.actions.githubusercontent.com"}),
        json!({"type": "SAMLUser", "principalId": "p", "userName": "jane@example.com", "identityProvider": "abc="}),
        json!({"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}),
        json!({}),
        json!(null),
    ]
}

#[test]
fn look_ups_by_all_kinds_of_callers() {
    for identity in identities() {
        let mut looked = record("sts GetCallerIdentity");
        looked["userIdentity"] = identity;
        agrees(&looked);
    }
}

#[test]
fn sessions_for_all_kinds_of_callers() {
    for identity in identities() {
        for name in ["sts AssumeRole", "sts AssumeRoleWithSAML", "sts AssumeRoleWithWebIdentity"] {
            let mut issued = record(name);
            issued["userIdentity"] = identity.clone();
            issued["sharedEventID"] = json!("0c3d7a3e-1f0a-4a40-9d9a-7f3c5b1d2e4f");
            issued["requestParameters"] =
                json!({"roleArn": "arn:aws:iam::111122223333:role/x", "roleSessionName": "s"});
            issued["responseElements"] = json!({
                "credentials": {"accessKeyId": "ASIAX000000000000001", "sessionToken": "\"}{", "expiration": "Mar 1, 2026, 4:12:44 AM"},
                "assumedRoleUser": {"assumedRoleId": "AROAX:s", "arn": "arn:aws:sts::111122223333:assumed-role/x/s"}
            });
            agrees(&issued);
        }
    }
}

#[test]
fn sessions_that_were_refused_or_say_little() {
    let mut refused = record("sts AssumeRole");
    refused["errorCode"] = json!("AccessDenied");
    refused["errorMessage"] = json!(
        "User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/x"
    );
    agrees(&refused);
    agrees(&record("sts AssumeRole"));
    let mut masked = record("sts AssumeRole");
    masked["requestParameters"] =
        json!({"roleArn": "HIDDEN_DUE_TO_SECURITY_REASONS", "roleSessionName": null});
    masked["responseElements"] = json!({"credentials": {"accessKeyId": "ASIA****"}});
    agrees(&masked);
    for nothing in [json!({}), json!({"credentials": null}), json!({"omitted": true})] {
        masked["responseElements"] = nothing;
        agrees(&masked);
    }
}

#[test]
fn look_ups_with_everything_there_is() {
    let mut looked = record("ec2 DescribeInstanceTypes");
    looked["vpcEndpointId"] = json!("vpce-1");
    looked["sessionCredentialFromConsole"] = json!("true");
    looked["errorCode"] = json!("Client.DryRunOperation");
    looked["errorMessage"] = json!("would have \"succeeded\" \u{e9}");
    looked["sourceIPAddress"] = json!("AWS Internal");
    looked["userAgent"] = json!("a".repeat(3_000));
    agrees(&looked);
    for address in
        ["2001:db8::7", " 198.51.100.7", "autoscaling.amazonaws.com", "signin.amazonaws.com", "", "nowhere"]
    {
        looked["sourceIPAddress"] = json!(address);
        agrees(&looked);
    }
}

#[test]
fn what_is_written_in_an_unusual_way_is_left_to_the_parser() {
    let mut issued = record("sts AssumeRole");
    issued["requestParameters"] = json!({"roleArn": "arn:aws:iam::111122223333:role/x"});
    for (path, value) in [
        ("/requestParameters", json!({"AssumeRoleRequest": {"roleArn": "arn:aws:iam::111122223333:role/x"}})),
        ("/requestParameters", json!({"RoleArn": "arn:aws:iam::111122223333:role/x"})),
        ("/requestParameters", json!({"roleArn": {"value": "arn:aws:iam::111122223333:role/x"}})),
        ("/requestParameters", json!("{\"roleArn\": \"arn:aws:iam::111122223333:role/x\"}")),
        ("/requestParameters", json!({"sessionName": "s"})),
        ("/eventID", json!("1")),
        ("/eventTime", json!("yesterday")),
    ] {
        let mut record = issued.clone();
        *record.pointer_mut(path).expect("the place is there") = value;
        is_left(&record);
    }
    issued["addendum"] = json!({"reason": "UPDATED_DATA", "originalEventID": "x"});
    is_left(&issued);
    is_left(&record("ec2 RunInstances"));
    is_left(&record("iam CreateAccessKey"));
    is_left(&record("s3 GetObject"));
}
