//! Noise that never stops, and work that changes many machines without adding any.

use serde_json::json;

use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::{sign_in, sts};
use crate::organisation::Job;
use crate::stage::Stage;
use crate::time::{mins, secs};

/// Services that try what they may not, and their roles.
const PROBING: &[(&str, &str, &str, &str)] = &[
    ("resource-explorer-2.amazonaws.com", "AWSServiceRoleForResourceExplorer", "lightsail", "GetInstances"),
    ("securityhub.amazonaws.com", "AWSServiceRoleForSecurityHub", "ec2", "DescribeImages"),
    ("support.amazonaws.com", "AWSServiceRoleForSupport", "sagemaker", "ListTrainingJobs"),
    (
        "compute-optimizer.amazonaws.com",
        "AWSServiceRoleForComputeOptimizer",
        "autoscaling",
        "DescribePolicies",
    ),
    ("eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup", "ec2", "RunInstances"),
];

/// Writes services and a scanner failing all day, every day, the scanner at launch calls too.
pub(super) fn probes(stage: &mut Stage) {
    let account = stage.org.production().clone();
    for day in 0..stage.span.days {
        for (service, role, target, name) in PROBING {
            let role = account.service_role(service, role);
            for hour in [0, 6, 12, 18] {
                let time = stage.sometime(day, hour);
                let actor = role.for_service("probe", service, time);
                if *name == "RunInstances" {
                    let run = Run::new(&account, &account.home, "m5.large", 1);
                    let verdict = if hour == 6 { Verdict::Denied } else { Verdict::DryRun };
                    ec2::run_instances(&mut stage.log, &actor, time, &run, &verdict);
                } else {
                    stage.log.call(&actor, time, &account.home, target, name).denied("*").send();
                }
            }
        }
        posture_vendor(stage, day);
    }
    stage.truth.note = "failing probes of AWS services and of a vendor's scanner".into();
}

/// Writes a vendor that asks much, may little, and comes from addresses of its cloud.
fn posture_vendor(stage: &mut Stage, day: i64) {
    let account = stage.org.production().clone();
    let time = stage.sometime(day, 10);
    let vendor = stage.org.sandbox().role("vendor-entry").session("vendor", &account.key("vendor"), time);
    let address = crate::addresses::aws(&mut account.ids.fork(&format!("vendor:{}", day % 3)), "us-west-2");
    let vendor = vendor.at(&address).with_agent(&agents::boto3(&mut account.ids.fork("vendor")));
    let role = account.role("VendorPostureRole");
    let actor = sts::assume_role(&mut stage.log, &vendor, time, "us-west-2", &role, "posture");
    let asked = [
        ("batch", "ListJobs"),
        ("lightsail", "GetInstances"),
        ("glue", "GetJobs"),
        ("gamelift", "ListFleets"),
    ];
    for round in 0..8 {
        let (service, name) = *stage.rng.pick(&asked);
        stage.log.call(&actor, time + secs(4 + round), &account.home, service, name).denied("*").send();
    }
}

/// Writes a team moving its workers to larger types: stop, change, start, one after the other.
pub(super) fn resize(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let (org, engineer) = (stage.org.clone(), stage.org.person(Job::Engineer).clone());
    let time = stage.local(14, 20, 10);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &engineer, &account, time, org.office_on(14));
    let mut at = time + mins(5);
    for instance in &org.fleets[1].instances {
        let ids = [instance.id.clone()];
        ec2::stop(&mut stage.log, &actor, at, &instance.region, &ids);
        let request = json!({"instanceId": instance.id, "instanceType": {"value": "m5.4xlarge"}});
        stage
            .log
            .call(&actor, at + secs(95), &instance.region, "ec2", "ModifyInstanceAttribute")
            .request(request)
            .response(json!({"_return": true}))
            .send();
        ec2::start(&mut stage.log, &actor, at + secs(110), &instance.region, &ids);
        at += mins(4);
    }
    stage.truth.note = "the same machines, larger".into();
}
