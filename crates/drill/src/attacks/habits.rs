//! What the owners of credentials did with them before and beside the thief.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actor::{Actor, User};
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::stage::Stage;
use crate::time::{mins, secs};

/// What an IAM user of the old days types.
const TYPED: &[(&str, &str, &str)] = &[
    ("ec2", "DescribeInstances", "ec2.describe-instances"),
    ("ec2", "DescribeSecurityGroups", "ec2.describe-security-groups"),
    ("iam", "ListUsers", "iam.list-users"),
    ("cloudformation", "DescribeStacks", "cloudformation.describe-stacks"),
    ("rds", "DescribeDBInstances", "rds.describe-db-instances"),
    ("logs", "DescribeLogGroups", "logs.describe-log-groups"),
];

/// Writes weeks of an engineer who uses a long-term key from the office, and returns the user.
pub(super) fn user_at_work(stage: &mut Stage, name: &str) -> User {
    let account = stage.org.production().clone();
    let user = account.user(name);
    for day in 0..stage.span.days {
        if stage.span.is_weekend(day) || stage.rng.chance(30) {
            continue;
        }
        let (hour, minute) = (stage.rng.between(9, 16), stage.rng.between(0, 59));
        let mut time = stage.local(day, hour, minute);
        for _ in 0..stage.rng.between(2, 5) {
            let (service, name, command) = *stage.rng.pick(TYPED);
            let agent = agents::cli(&mut account.ids.fork(&user.name), command);
            let actor = user.actor().at(stage.org.office_on(day)).with_agent(&agent);
            let region = if service == "iam" { "us-east-1" } else { &account.home };
            let request = if service == "ec2" { json!({"filterSet": {}}) } else { Value::Null };
            stage.log.call(&actor, time, region, service, name).request(request).send();
            time += secs(stage.rng.between(15, 500));
        }
    }
    user
}

/// Returns the build server outside AWS that holds the key of `user`.
pub(super) fn build_server(stage: &Stage, user: &User) -> Actor {
    let mut rng = stage.rng.fork("build server");
    let address = addresses::address(&mut rng, Network::Hosting);
    user.actor().at(&address).with_agent(&agents::jenkins())
}

/// Writes weeks of a build server outside AWS that starts a few small agents a day with the key of a
/// user, and returns the user.
pub(super) fn user_of_builds(stage: &mut Stage, name: &str) -> User {
    let user = stage.org.production().user(name);
    for day in 0..stage.span.days {
        let count = if stage.span.is_weekend(day) { 1 } else { stage.rng.between(3, 6) };
        for _ in 0..count {
            let (hour, minute) = (stage.rng.between(8, 17), stage.rng.between(0, 59));
            let time = stage.local(day, hour, minute);
            start_agent(stage, &user, time);
        }
    }
    user
}

/// Writes the build server starting one agent and ending it.
pub(super) fn start_agent(stage: &mut Stage, user: &User, time: Timestamp) {
    let account = stage.org.production().clone();
    let actor = build_server(stage, user);
    let run = Run::new(&account, &account.home, "c5.xlarge", 1).with_user_data().tagged("Name", "ci-agent");
    let launched = ec2::run_instances(&mut stage.log, &actor, time, &run, &Verdict::Granted);
    let end = time + mins(stage.rng.between(12, 50));
    ec2::terminate(&mut stage.log, &actor, end, &account.home, &launched.instances);
}
