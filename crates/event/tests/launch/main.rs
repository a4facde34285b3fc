//! Every API of the launch table, each by a record of true shape.
//!
//! A story gives a call and its parameters, and one line that says what was understood.

mod autoscaling;
mod batch;
mod builds;
mod desktops;
mod ec2;
mod ecs;
mod eks;
mod emr;
mod functions;
mod glue;
mod lightsail;
mod niche;
mod sagemaker;
mod stacks;
mod tell;

use event::Event;
use serde_json::{Value, json};
use tell::tell;

/// What stands beside request and response in a record.
struct Call {
    record: Value,
}

/// A call by a person: `"ec2 RunInstances"`.
fn call(name: &str, request: Value) -> Call {
    let (source, name) = name.split_once(' ').expect("service and name");
    Call {
        record: json!({
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
                "arn": "arn:aws:iam::111122223333:user/mallory",
                "accountId": "111122223333",
                "accessKeyId": "AKIAMALLORY000000001",
                "userName": "mallory"
            },
            "requestParameters": request,
            "responseElements": null
        }),
    }
}

impl Call {
    /// It succeeded, and this was the answer.
    fn answered(mut self, response: Value) -> Self {
        self.record["responseElements"] = response;
        self
    }

    /// It failed.
    fn failed(mut self, code: &str, message: &str) -> Self {
        self.record["errorCode"] = json!(code);
        self.record["errorMessage"] = json!(message);
        self
    }

    /// A service made it, with its service-linked role.
    fn by_service(mut self, service: &str) -> Self {
        self.record["userIdentity"] = json!({
            "type": "AssumedRole",
            "arn": "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForIt/It",
            "accountId": "111122223333",
            "invokedBy": service,
        });
        self.record["sourceIPAddress"] = json!(service);
        self
    }

    fn event(&self) -> Event {
        let raw = serde_json::to_vec(&self.record).expect("a record is JSON");
        event::decode(&raw).unwrap_or_else(|error| panic!("{error}: {}", self.record))
    }

    /// Why it became no event.
    #[track_caller]
    fn refusal_to_decode(&self) -> event::DecodeError {
        let raw = serde_json::to_vec(&self.record).expect("a record is JSON");
        event::decode(&raw).expect_err("this says nothing that is kept")
    }

    /// The line that says what was understood.
    #[track_caller]
    fn means(self, expected: &str) {
        assert_eq!(tell(&self.event()), expected);
    }
}

/// A row without a story is a row that nobody tried.
#[test]
fn every_row_of_the_table_has_a_story() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/launch");
    let files = std::fs::read_dir(folder).unwrap();
    let texts: Vec<String> =
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let untold: Vec<String> = event::launch::rows()
        .map(|row| format!("{} {}", row.source, row.name))
        .filter(|call| !texts.iter().any(|text| text.contains(&format!("\"{call}\""))))
        .collect();
    assert!(untold.is_empty(), "{} rows without a story: {}", untold.len(), untold.join(", "));
}
