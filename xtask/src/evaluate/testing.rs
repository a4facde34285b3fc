//! One launch, judged, for tests.

use detect::Finding;
use serde_json::json;

use super::exam::read_text;

/// The launch's record.
pub(super) const LAUNCH: &str = "5d2f1f3c-0000-4000-8000-000000000001";

/// When it was made.
pub(super) const AT: &str = "2026-02-01T03:00:00Z";

/// The key that made it.
pub(super) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// The instance that it obtained.
pub(super) const INSTANCE: &str = "i-0123456789abcdef0";

/// Returns the one case of a user who starts one GPU machine. Cold cases are told too.
pub(super) fn one_launch() -> Vec<Finding> {
    let user = json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/kim", "userName": "kim",
        "accountId": "111122223333", "accessKeyId": KEY});
    let record = json!({
        "eventVersion": "1.11", "eventID": LAUNCH, "eventTime": AT, "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances", "awsRegion": "eu-west-1", "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0", "recipientAccountId": "111122223333", "userIdentity": user,
        "requestParameters": {"instanceType": "g5.xlarge", "maxCount": 1, "minCount": 1},
        "responseElements": {"instancesSet": {"items": [{"instanceId": INSTANCE, "instanceType": "g5.xlarge"}]}},
    });
    let findings = detect::judge(&read_text(&record.to_string()).facts, &[]);
    assert_eq!(findings.len(), 1, "one launch is one case");
    findings
}
