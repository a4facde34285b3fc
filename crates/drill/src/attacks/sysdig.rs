//! Two intrusions Sysdig reported: many tiny machines for their bandwidth, and an agent that needed
//! eight minutes to become admin.

use serde_json::json;

use super::habits;
use super::places::{self, REGIONS};
use super::raid::Raid;
use crate::actor::Actor;
use crate::addresses::Network;
use crate::calls::refusal::Verdict;
use crate::calls::{iam, sts};
use crate::stage::Stage;
use crate::time::{mins, secs};

const KEY: &str = "compromised-access-key";

/// Writes Meson: five hundred micro machines per region in single calls. CloudTrail leaves out answers
/// as long as these.
pub(super) fn meson(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "wordpress-media");
    let address = places::seat(stage, Network::Hosting);
    let agent = "Boto3/1.34.49 md/Botocore#1.34.49 ua/2.0 os/linux#5.4.0-173-generic md/arch#x86_64 lang/python#3.8.10 \
                 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.49";
    let now = stage.utc(13, 23, 51);
    let mut raid = Raid::begin(stage, user.actor().at(&address).with_agent(agent), now, KEY);
    raid.look("us-east-1", &["DescribeRegions"], 2);
    for (at, region) in REGIONS.into_iter().enumerate() {
        raid.look(region, &["DescribeImages", "DescribeVpcs"], 1);
        raid.security_group(region, "meson", 443);
        let run = raid.want(region, "t3.micro", 500);
        if at % 4 == 3 {
            raid.run(&run, &Verdict::Quota(640));
        } else {
            raid.run_unseen(&run);
        }
        raid.pause(4, 12);
    }
    raid.finish();
}

/// Writes the eight minutes: code of a function replaced, its role mints keys, nineteen identities, a
/// new address with each call, one GPU machine for five minutes.
pub(super) fn eight_minutes(stage: &mut Stage) {
    let now = stage.utc(15, 6, 2);
    let rotation: Vec<String> = (0..60)
        .map(|at| places::seat(stage, if at % 3 == 0 { Network::Hosting } else { Network::Vpn }))
        .collect();
    let actor = stage.org.legacy.actor().with_agent(&places::boto(stage));
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.incident.accept("compromised-role-session");
    raid.rotation = rotation;
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    for (service, name) in [
        ("lambda", "ListFunctions20150331"),
        ("bedrock", "ListFoundationModels"),
        ("secretsmanager", "ListSecrets"),
        ("rds", "DescribeDBInstances"),
        ("ecs", "ListClusters"),
    ] {
        raid.call(&home, service, name, json!(null));
        raid.pause(2, 7);
    }
    let admin = through_the_function(&mut raid, &home);
    wander(&mut raid, &home, &admin);
    gpu(&mut raid, &home);
    raid.finish();
}

/// Writes the function's code being replaced until its role makes a key for an admin.
fn through_the_function(raid: &mut Raid<'_>, home: &str) -> Actor {
    let name = raid.stage.org.functions[0].clone();
    for _ in 0..3 {
        let request = json!({"functionName": name, "dryRun": false, "publish": false});
        raid.call(home, "lambda", "UpdateFunctionCode20150331v2", request);
        raid.pause(15, 40);
    }
    let frick = raid.account.user("frick");
    // Inside Lambda, the address is the function's own.
    let function = raid.stage.org.function(&name, raid.now);
    raid.incident.blame(&function);
    iam::iam(&mut raid.stage.log, &function, raid.now, "ListUsers").send();
    let key = iam::create_access_key(&mut raid.stage.log, &function, raid.now + secs(2), &frick);
    raid.wait(secs(50));
    let agent = places::boto(raid.stage);
    let admin = frick.with_key(&key).with_agent(&agent);
    raid.switch_to(admin.clone());
    raid.who_am_i(home);
    admin
}

/// Writes the chain of roles and users: nineteen identities with those before.
fn wander(raid: &mut Raid<'_>, home: &str, admin: &Actor) {
    for at in 0..6 {
        let role =
            raid.account.role(["sysadmin", "netadmin", "account", "readonly", "billing", "deploy"][at]);
        raid.switch_to(admin.clone());
        for session in ["explore", "session"] {
            let caller = raid.caller("sts", "AssumeRole");
            let actor = sts::assume_role(&mut raid.stage.log, &caller, raid.now, home, &role, session);
            raid.switch_to(actor);
            raid.pause(1, 5);
            raid.call(home, "ec2", "DescribeInstances", json!({"instancesSet": {}, "filterSet": {}}));
            raid.pause(2, 6);
            raid.switch_to(admin.clone());
        }
    }
    raid.switch_to(admin.clone());
    for name in ["backdoor-admin", "svc-a", "svc-b", "svc-c"] {
        let caller = raid.caller("iam", "CreateUser");
        let (log, account) = (&mut raid.stage.log, &raid.account);
        let user = iam::create_user(log, &caller, raid.now, account, name);
        let key = iam::create_access_key(log, &caller, raid.now + secs(2), &user);
        iam::attach_user_policy(log, &caller, raid.now + secs(4), &user, "AdministratorAccess");
        raid.pause(6, 12);
        let agent = raid.actor.agent().to_owned();
        raid.switch_to(user.with_key(&key).with_agent(&agent));
        raid.who_am_i(home);
        raid.switch_to(admin.clone());
    }
}

/// Writes the search for an image, five tries for the largest machine, one for the next.
fn gpu(raid: &mut Raid<'_>, home: &str) {
    raid.wait(mins(40));
    let request = json!({"filterSet": {"items": [
        {"name": "name", "valueSet": {"items": [{"value": "*Deep Learning*Ubuntu*"}]}},
    ]}});
    raid.call(home, "ec2", "DescribeImages", request);
    raid.pause(20, 40);
    raid.open_doors(home, "stevan-gpu-key", "stevan-gpu-sg", 0);
    for at in 0..5 {
        let run = raid.want(home, "p5.48xlarge", 1).with_key("stevan-gpu-key").in_subnet(at % 3);
        raid.run(&run, &Verdict::NoCapacity);
        raid.pause(6, 20);
    }
    let run =
        raid.want(home, "p4d.24xlarge", 1).with_key("stevan-gpu-key").tagged("Name", "stevan-gpu-monster");
    let got = raid.run(&run, &Verdict::Granted);
    raid.wait(mins(5));
    raid.terminate(home, &got);
}
