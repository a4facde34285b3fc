//! Crimes that are not mining. A detector of stolen credentials may speak; one of mining must not.

use serde_json::json;

use crate::actor::Actor;
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::{iam, prepare, sts};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Writes a thief of the legacy key who wants to send mail.
pub(super) fn ses_abuse(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let address = addresses::address(&mut stage.rng, Network::HomeElsewhere);
    let agent = agents::boto3(&mut stage.rng);
    let actor = stage.org.legacy.actor().at(&address).with_agent(&agent);
    let mut time = stage.utc(14, 4, 31);
    for region in ["us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2"] {
        for name in ["GetSendQuota", "ListIdentities", "GetAccount", "GetAccountSendingEnabled"] {
            stage.log.call(&actor, time, region, "ses", name).send();
            time += secs(2);
        }
    }
    let user = iam::create_user(&mut stage.log, &actor, time + mins(6), &account, "ses-smtp-user.20260");
    iam::attach_user_policy(&mut stage.log, &actor, time + mins(6) + secs(4), &user, "AmazonSESFullAccess");
    iam::create_access_key(&mut stage.log, &actor, time + mins(6) + secs(9), &user);
    for name in ["VerifyDomainIdentity", "PutAccountDetails", "UpdateAccountSendingEnabled"] {
        stage.log.call(&actor, time + mins(11), "us-east-1", "ses", name).send();
        time += secs(30);
    }
    stage.truth.note = "not mining: mail abuse with a stolen user key".into();
}

/// Writes a thief of the legacy key who reads buckets and secrets.
pub(super) fn data_theft(stage: &mut Stage) {
    let home = stage.org.production().home.clone();
    let address = addresses::address(&mut stage.rng, Network::Vpn);
    let actor = stage.org.legacy.actor().at(&address).with_agent("S3 Browser/12.2.9 (https://s3browser.com)");
    let start = stage.utc(13, 22, 14);
    sts::who_am_i(&mut stage.log, &actor, start, &home);
    stage
        .log
        .call(&actor, start + secs(5), &home, "s3", "ListBuckets")
        .request(json!({"Host": "s3.amazonaws.com"}))
        .send();
    let mut time = start + mins(1);
    for at in 0..40 {
        let bucket = format!("{}-{}", stage.org.name, ["exports", "invoices", "backups", "models"][at % 4]);
        let name = ["GetBucketLocation", "GetBucketAcl", "GetBucketVersioning", "GetBucketPolicy"][at / 10];
        let host = format!("{bucket}.s3.{home}.amazonaws.com");
        let call = stage
            .log
            .call(&actor, time, &home, "s3", name)
            .request(json!({"bucketName": bucket, "Host": host}));
        let call = if at % 5 == 3 { call.error("AccessDenied", "Access Denied") } else { call };
        call.send();
        time += secs(stage.rng.between(1, 6));
    }
    for at in 0..12 {
        let request = json!({"secretId": format!("prod/database/{at}")});
        stage
            .log
            .call(&actor, time + secs(at), &home, "secretsmanager", "GetSecretValue")
            .request(request)
            .send();
    }
    stage.truth.note = "not mining: data theft with a stolen user key".into();
}

/// What the prying key asks; nearly all is refused.
const ASKED: &[&str] = &[
    "DescribeInstances",
    "DescribeRegions",
    "DescribeInstanceTypes",
    "DescribeVpcs",
    "DescribeImages",
    "DescribeKeyPairs",
    "DescribeSecurityGroups",
    "DescribeAccountAttributes",
];

/// Writes a key from nowhere that polls for two days and is refused, but never tries to launch.
pub(super) fn reconnaissance(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let actor = prying(stage);
    let start = stage.utc(13, 2, 5);
    let mut time = start;
    while time < start + hours(44) {
        let region =
            *stage.rng.pick(&["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1"]);
        let name = *stage.rng.pick(ASKED);
        if stage.rng.chance(3) {
            prepare::describe(&mut stage.log, &actor, time, region, name);
        } else {
            let resource = format!("arn:aws:ec2:{region}:{}:*", account.id);
            stage
                .log
                .call(&actor, time, region, "ec2", name)
                .request(json!({"filterSet": {}}))
                .denied(&resource)
                .send();
        }
        time += secs(stage.rng.between(10, 110));
    }
    stage.truth.note = "not mining: refused reconnaissance, never a launch".into();
}

/// Returns the holder of an old key of a forgotten user, on a rented server.
fn prying(stage: &mut Stage) -> Actor {
    let address = addresses::address(&mut stage.rng, Network::Hosting);
    let agent = agents::boto3(&mut stage.rng);
    stage.org.production().user("intern-2019").actor().at(&address).with_agent(&agent)
}
