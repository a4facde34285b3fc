//! Deployment: hosted build machines that federate in, publish images, and run Terraform.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::managed;
use crate::calls::refusal::Verdict;
use crate::calls::sts;
use crate::stage::Stage;
use crate::time::secs;

/// The issuer of GitHub's identity tokens.
const GITHUB: &str = "token.actions.githubusercontent.com";

/// Writes the deployments of all days.
pub(crate) fn live(stage: &mut Stage) {
    for day in 0..stage.span.days {
        if stage.span.is_weekend(day) {
            continue;
        }
        for _ in 0..stage.rng.between(2, 4) {
            let (hour, minute) = (stage.rng.between(8, 18), stage.rng.between(0, 59));
            let time = stage.local(day, hour, minute);
            let actor = federate(stage, time);
            publish(stage, &actor, time + secs(50));
            if stage.rng.chance(40) {
                plan(stage, &actor, time + secs(200));
            }
        }
    }
}

/// Writes the sign-in of a hosted build machine and returns its session.
pub(crate) fn federate(stage: &mut Stage, time: Timestamp) -> Actor {
    let account = stage.org.production().clone();
    let role = account.role("github-deploy");
    let address = addresses::address(&mut stage.rng, Network::GithubRunner);
    let agent = "aws-sdk-nodejs/3.864.0 ua/2.1 os/linux#6.11.0-1018-azure lang/js md/nodejs#20.19.4 \
                 api/sts#3.864.0 configure-aws-credentials-for-github-actions m/E,O";
    let subject = format!("repo:{}/platform:ref:refs/heads/main", stage.org.name);
    let seen = (address.as_str(), agent);
    let actor = sts::with_web_identity(
        &mut stage.log,
        time,
        &account.home,
        &role,
        "GitHubActions",
        (GITHUB, &subject),
        seen,
    );
    sts::who_am_i(&mut stage.log, &actor, time + secs(1), &account.home);
    actor
}

/// Writes the publishing of an image and the update of a service.
fn publish(stage: &mut Stage, actor: &Actor, time: Timestamp) {
    let account = stage.org.production().clone();
    let name = stage.rng.pick(&stage.org.containers.clone()).clone();
    stage.log.call(actor, time, &account.home, "ecr", "GetAuthorizationToken").send();
    let revision = stage.rng.between(40, 90).unsigned_abs();
    let update = managed::ecs_update(&account.id, &account.home, &stage.org.name, &name, revision, 4);
    let actor = actor.clone().with_agent(&agents::boto3(&mut account.ids.fork("deploy")));
    managed::launch(&mut stage.log, &actor, time + secs(40), &account.home, &update, &Verdict::Granted);
}

/// What a plan reads.
const PLAN: &[(&str, &str)] = &[
    ("ec2", "DescribeVpcs"),
    ("ec2", "DescribeSubnets"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeLaunchTemplates"),
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("iam", "GetRole"),
    ("iam", "ListAttachedRolePolicies"),
    ("s3", "GetBucketPolicy"),
    ("elasticloadbalancing", "DescribeLoadBalancers"),
];

/// Writes Terraform taking its role and reading the state of things, and returns its session.
pub(crate) fn plan(stage: &mut Stage, actor: &Actor, time: Timestamp) -> Actor {
    let account = stage.org.production().clone();
    let role = account.role("terraform-apply");
    let caller = actor.clone().with_agent(&agents::terraform());
    let session = format!("aws-go-sdk-{}", time.as_nanosecond());
    let terraform = sts::assume_role(&mut stage.log, &caller, time, &account.home, &role, &session);
    for (at, (service, name)) in PLAN.iter().enumerate() {
        let region = if *service == "iam" { "us-east-1" } else { &account.home };
        let request = if *service == "ec2" { json!({"filterSet": {}}) } else { Value::Null };
        let time = time + secs(2 + i64::try_from(at).unwrap_or(0) / 2);
        stage.log.call(&terraform, time, region, service, name).request(request).send();
    }
    terraform
}
