//! Rightful callers from outside: an old integration with a long-term key, and a security scanner.

use serde_json::json;

use crate::addresses;
use crate::agents;
use crate::calls::sts;
use crate::stage::Stage;
use crate::time::secs;

/// Writes both.
pub(crate) fn live(stage: &mut Stage) {
    integration(stage);
    for day in [2, 9, 16] {
        if day < stage.span.days {
            scan(stage, day);
        }
    }
}

/// Writes the nightly exports of the IAM user, always from its one server.
fn integration(stage: &mut Stage) {
    let agent = agents::boto3(&mut stage.rng.clone());
    let actor = stage.org.legacy.actor().at(&stage.org.legacy_address).with_agent(&agent);
    let home = stage.org.production().home.clone();
    let bucket = format!("{}-exports", stage.org.name);
    for day in 0..stage.span.days {
        for hour in [1, 2, 23] {
            let time = stage.sometime(day, hour);
            let host = format!("{bucket}.s3.{home}.amazonaws.com");
            stage
                .log
                .call(&actor, time, &home, "s3", "GetBucketLocation")
                .request(json!({"bucketName": bucket, "Host": host, "location": ""}))
                .send();
        }
    }
}

/// Regions a scanner asks about although nobody works there.
const ELSEWHERE: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ca-central-1",
    "sa-east-1",
];

/// Writes a scan of all regions of one account, some of it refused.
fn scan(stage: &mut Stage, day: i64) {
    let account = stage.rng.pick(&stage.org.accounts.clone()).clone();
    let start = stage.sometime(day, 3);
    let address = addresses::aws(&mut account.ids.fork("scanner"), "us-west-2");
    let agent = agents::prowler(&mut account.ids.fork("scanner"));
    let scanner = stage.org.production().role("vendor-scanner").session(
        "scan",
        &stage.org.production().key("scan"),
        start,
    );
    let scanner = scanner.at(&address).with_agent(&agent);
    let role = account.role("SecurityAudit");
    let actor = sts::assume_role(&mut stage.log, &scanner, start, "us-east-1", &role, "prowler");
    let mut time = start + secs(5);
    for region in ELSEWHERE {
        for name in
            ["DescribeInstances", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeInstanceTypes"]
        {
            stage.log.call(&actor, time, region, "ec2", name).request(json!({"filterSet": {}})).send();
            time += secs(1);
        }
        stage.log.call(&actor, time, region, "lightsail", "GetInstances").denied("*").send();
        let quota = json!({"serviceCode": "ec2"});
        stage.log.call(&actor, time, region, "servicequotas", "ListServiceQuotas").request(quota).send();
    }
}
