//! SCARLETEEL 2.0: from a notebook's container to the token of its node, from there to an admin's key.

use serde_json::json;

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::iam;
use crate::calls::refusal::Verdict;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// What the exploitation framework asks IAM, in its order; true where the node's role may.
const ENUMERATION: &[(&str, bool)] = &[
    ("GetUser", false),
    ("ListUsers", true),
    ("ListRoles", true),
    ("ListGroups", false),
    ("ListAttachedRolePolicies", true),
    ("GetAccountAuthorizationDetails", false),
    ("ListAccessKeys", true),
    ("ListPolicies", false),
];

/// Writes the whole way.
pub(super) fn play(stage: &mut Stage) {
    // The admin's user is spelled in another case than the policy that should protect it.
    let admin = habits::user_at_work(stage, "adminJane");
    let node = stage.org.fleets[1].instances[0].clone();
    let now = places::when_fresh(&node, stage.utc(14, 15, 0));
    let address = places::seat(stage, Network::Vpn);
    let agent = places::boto(stage);
    let actor = node.credential_at(now).with_delivery("1.0").at(&address).with_agent(&agent);
    let mut raid = Raid::begin(stage, actor, now, "compromised-instance-token");
    raid.incident.accept("compromised-access-key");
    let home = raid.account.home.clone();
    explore(&mut raid, &home);
    let key = raid.stage.log.ids().iam_id("AKIA", &raid.account.id);
    let response = json!({"accessKey": {"accessKeyId": key, "status": "Active", "userName": admin.name}});
    let (caller, time) = (raid.actor.clone(), raid.now);
    iam::iam(&mut raid.stage.log, &caller, time, "CreateAccessKey")
        .request(json!({"userName": admin.name}))
        .response(response)
        .send();
    raid.wait(mins(6));
    raid.act_as(admin.with_key(&key).at(&address).with_agent(&agent));
    settle(&mut raid, &home);
    raid.look(&home, &["DescribeInstanceTypes", "DescribeImages", "DescribeSubnets"], 3);
    let run = raid.want(&home, "c5.metal", 42);
    raid.run(&run, &Verdict::Quota(512));
    raid.pause(8, 20);
    let run = raid.want(&home, "r5a.4xlarge", 42).at_least(42);
    raid.run(&run, &Verdict::Quota(512));
    raid.pause(8, 20);
    for _ in 0..2 {
        let run = raid.want(&home, "r5a.4xlarge", 14).at_least(1);
        raid.run(&run, &Verdict::Granted);
        raid.pause(8, 20);
    }
    aftermath::contain(&mut raid, hours(4));
    raid.finish();
}

/// Writes the framework's questions and the launches the node's role may not make.
fn explore(raid: &mut Raid<'_>, home: &str) {
    raid.who_am_i(home);
    raid.pause(20, 60);
    for (name, allowed) in ENUMERATION {
        if *allowed {
            raid.call("us-east-1", "iam", name, json!(null));
        } else {
            raid.denied("us-east-1", "iam", name);
        }
        raid.pause(1, 4);
    }
    raid.call(home, "s3", "ListBuckets", json!({"Host": "s3.amazonaws.com"}));
    raid.pause(30, 90);
    for machine in ["c5.metal", "c5.metal", "r5a.4xlarge"] {
        let run = raid.want(home, machine, 2);
        raid.run(&run, &Verdict::Denied);
        raid.pause(10, 40);
    }
    raid.wait(mins(11));
}

/// Writes the admin's key at work: a user for later, an end to the trail that is refused.
fn settle(raid: &mut Raid<'_>, home: &str) {
    raid.who_am_i(home);
    raid.pause(20, 40);
    let (caller, account, time) = (raid.actor.clone(), raid.account.clone(), raid.now);
    let log = &mut raid.stage.log;
    let support = iam::create_user(log, &caller, time, &account, "aws_support");
    iam::attach_user_policy(log, &caller, time + secs(8), &support, "AdministratorAccess");
    let key = iam::create_access_key(log, &caller, time + secs(15), &support);
    iam::create_login_profile(log, &caller, time + secs(31), &support);
    raid.incident.spare(&support.arn(), &key);
    raid.wait(mins(2));
    raid.denied(home, "cloudtrail", "StopLogging");
    raid.pause(60, 200);
}
