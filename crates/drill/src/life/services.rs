//! What AWS itself and serverless software do all day: functions, containers, Config, CloudTrail.

use serde_json::json;

use crate::actor::Actor;
use crate::calls::sts;
use crate::organisation::floor;
use crate::stage::Stage;
use crate::time::{mins, secs};

use super::machines;

/// Writes the life of functions, tasks and AWS's own services.
pub(crate) fn live(stage: &mut Stage) {
    for day in 0..stage.span.days {
        functions(stage, day);
        containers(stage, day);
        config(stage, day);
        trail(stage, day);
        probes(stage, day);
    }
}

/// Writes some runs of each function, spread over the day.
fn functions(stage: &mut Stage, day: i64) {
    let org = stage.org.clone();
    let home = org.production().home.clone();
    for name in &org.functions {
        for hour in [2, 8, 14, 20] {
            let time = stage.sometime(day, hour);
            let actor = org.function(name, time);
            let role = org.production().role(&format!("{name}-role"));
            let issued = floor(time, 3 * 3600) + secs(1);
            sts::service_assumes(
                &mut stage.log,
                issued,
                &home,
                "lambda.amazonaws.com",
                &role,
                (name, &actor.key),
            );
            let stream = format!("{}/[$LATEST]{}", time.strftime("%Y/%m/%d"), stage.rng.hex(32));
            stage
                .log
                .call(&actor, time, &home, "logs", "CreateLogStream")
                .request(json!({"logGroupName": format!("/aws/lambda/{name}"), "logStreamName": stream}))
                .send();
            let (service, call) =
                *stage.rng.pick(&[("kms", "Decrypt"), ("secretsmanager", "GetSecretValue")]);
            let request = machines::request(org.production(), name, &home, call, "");
            stage.log.call(&actor, time + secs(2), &home, service, call).request(request).send();
        }
    }
}

/// Writes the few calls long-running tasks make.
fn containers(stage: &mut Stage, day: i64) {
    let org = stage.org.clone();
    let home = org.production().home.clone();
    for name in &org.containers {
        for hour in [1, 7, 13, 19] {
            let time = stage.sometime(day, hour);
            let actor = org.task(name, time);
            let role = org.production().role(&format!("{name}-task-role"));
            let issued = floor(time, 6 * 3600) + secs(1);
            let task = actor.principal_id().split_once(':').map_or("", |(_, session)| session);
            let (issuer, pair) = ("ecs-tasks.amazonaws.com", (task, actor.key.as_str()));
            sts::service_assumes(&mut stage.log, issued, &home, issuer, &role, pair);
            let (service, call) = *stage.rng.pick(&[
                ("secretsmanager", "GetSecretValue"),
                ("sqs", "GetQueueUrl"),
                ("kms", "Decrypt"),
            ]);
            let request = machines::request(org.production(), name, &home, call, "");
            stage.log.call(&actor, time, &home, service, call).request(request).send();
        }
    }
}

/// Writes the recorder of AWS Config looking at what changed.
fn config(stage: &mut Stage, day: i64) {
    for account in stage.org.accounts.clone() {
        let service = "config.amazonaws.com";
        let role = account.service_role(service, "AWSServiceRoleForConfig");
        for hour in [3, 15] {
            let time = stage.sometime(day, hour);
            let actor = role.for_service("AWSConfig-Describe", service, time);
            for (at, name) in
                ["DescribeInstances", "DescribeSecurityGroups", "DescribeVolumes"].iter().enumerate()
            {
                let time = time + secs(i64::try_from(at).unwrap_or(0));
                let request = json!({"filterSet": {}});
                stage.log.call(&actor, time, &account.home, "ec2", name).request(request).send();
            }
        }
    }
}

/// Writes CloudTrail's own calls as it delivers to its bucket.
fn trail(stage: &mut Stage, day: i64) {
    let account = stage.org.production().clone();
    let actor = Actor::service(&account.id, "cloudtrail.amazonaws.com");
    let bucket = format!("{}-audit-trail", stage.org.name);
    for hour in [0, 6, 12, 18] {
        let time = stage.sometime(day, hour);
        stage
            .log
            .call(&actor, time, &account.home, "s3", "GetBucketAcl")
            .request(json!({"bucketName": bucket, "Host": format!("{bucket}.s3.{}.amazonaws.com", account.home), "acl": ""}))
            .resource(&account.id, "AWS::S3::Bucket", &format!("arn:aws:s3:::{bucket}"))
            .send();
    }
}

/// Writes the calls of AWS's services that fail every day and mean nothing.
fn probes(stage: &mut Stage, day: i64) {
    let account = stage.org.production().clone();
    let time = stage.sometime(day, 4);
    let role = account.service_role("trustedadvisor.amazonaws.com", "AWSServiceRoleForTrustedAdvisor");
    let actor = role.for_service("TrustedAdvisor", "trustedadvisor.amazonaws.com", time);
    for region in &account.regions {
        stage
            .log
            .call(&actor, time + mins(1), region, "ec2", "DescribeReservedInstances")
            .request(json!({}))
            .send();
    }
    let name = "DescribeAutoScalingGroups";
    stage.log.call(&actor, time + mins(2), &account.home, "autoscaling", name).denied("*").send();
}
