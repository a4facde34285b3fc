//! Long-term keys that leaked: from repositories, from buckets, of root, and what scripts do with them.

use serde_json::json;

use super::places::{self, REGIONS};
use super::raid::Raid;
use super::{aftermath, habits};
use crate::actor::Actor;
use crate::addresses::Network;
use crate::agents;
use crate::calls::refusal::Verdict;
use crate::calls::{iam, sts};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const KEY: &str = "compromised-access-key";

/// Writes the detection's own example: a key pushed to a public repository. Others find it too and
/// only look; one starts machines.
pub(super) fn public_repository(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "dev-tools");
    let start = stage.utc(15, 19, 12);
    let home = stage.org.production().home.clone();
    for (at, network) in [Network::Hosting, Network::Vpn, Network::Hosting].into_iter().enumerate() {
        // Bots that watch repositories ask what a key is and sell it on.
        let bot = places::seat(stage, network);
        let agent = agents::boto3(&mut stage.rng);
        let bot = user.actor().at(&bot).with_agent(&agent);
        let time = start + secs(40 * i64::try_from(at).unwrap_or(0));
        sts::who_am_i(&mut stage.log, &bot, time, "us-east-1");
    }
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let mut raid = Raid::begin(stage, actor, start + mins(5), KEY);
    raid.who_am_i("us-east-1");
    raid.pause(2, 5);
    raid.look(&home, &["DescribeRegions", "DescribeAccountAttributes"], 2);
    let far = places::dormant(&raid.account);
    for (region, machine) in [
        (far[0], "c6i.32xlarge"),
        (far[1], "c6i.32xlarge"),
        (far[4], "g4dn.12xlarge"),
        (&home, "c6i.32xlarge"),
    ] {
        raid.look(region, &["DescribeInstanceTypeOfferings", "DescribeSubnets"], 1);
        raid.open_doors(region, "default-key", "launch-wizard-9", 22);
        for verdict in [Verdict::Granted, Verdict::Granted, Verdict::Quota(256)] {
            let run = raid.want(region, machine, 2).with_key("default-key");
            raid.run(&run, &verdict);
            raid.pause(2, 9);
        }
    }
    aftermath::contain(&mut raid, hours(2));
    raid.finish();
}

/// Writes EleKtra-Leak: AWS puts the leaked key in quarantine after two minutes, the owner takes that
/// for a false alarm, and a script asks in all regions, 400 calls in seven minutes.
pub(super) fn elektra(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "github-artifacts");
    let leak = stage.utc(14, 5, 30);
    let account = stage.org.production().clone();
    let aws = Actor::other(&account.id, json!({"type": "AWSService", "invokedBy": "AWS Internal"}));
    let aws = aws.at("AWS Internal").with_agent("AWS Internal");
    iam::attach_user_policy(&mut stage.log, &aws, leak + mins(2), &user, "AWSCompromisedKeyQuarantineV3");
    let request = json!({
        "userName": user.name, "policyArn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
    });
    let owner = user
        .actor()
        .at(stage.org.office_on(14))
        .with_agent(&agents::cli(&mut account.ids.fork(&user.name), "iam.detach-user-policy"));
    iam::iam(&mut stage.log, &owner, leak + mins(4), "DetachUserPolicy").request(request).send();
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let mut raid = Raid::begin(stage, actor, leak + mins(6), KEY);
    raid.look("us-east-1", &["DescribeRegions"], 1);
    for region in REGIONS {
        let names = ["DescribeAccountAttributes", "DescribeInstanceTypes", "DescribeInstanceTypeOfferings"];
        raid.look(region, &names, 1);
    }
    for (at, region) in REGIONS.into_iter().enumerate() {
        raid.look(region, &["DescribeVpcs", "DescribeSubnets", "DescribeSecurityGroups"], 1);
        raid.security_group(region, "sg-all", 22);
        let verdict = if at % 5 == 4 { Verdict::Quota(32) } else { Verdict::Granted };
        let image = raid.account.ids.fork(&format!("thief's image:{region}")).resource("ami");
        for _ in 0..4 {
            let run = raid.want(region, "c5a.24xlarge", 2).of_image(&image);
            raid.run(&run, &verdict);
            raid.look(region, &["DescribeInstances", "DescribeInstanceStatus", "DescribeVolumes"], 1);
        }
    }
    aftermath::contain(&mut raid, hours(5));
    raid.finish();
}

/// Writes Expel's root key: ten machines in the home region, ended after 37 minutes.
pub(super) fn root_key(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let key = account.ids.fork("root's key").iam_id("AKIA", &account.id);
    let address = places::seat(stage, Network::Hosting);
    let actor = Actor::root(&account.id, &key).at(&address).with_agent(&places::boto(stage));
    let now = stage.utc(12, 23, 18);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let home = account.home.clone();
    raid.look(&home, &["DescribeRegions", "DescribeInstances"], 4);
    raid.open_doors(&home, "kp-1", "sg-1", 22);
    for _ in 0..2 {
        let run = raid.want(&home, "c5.4xlarge", 5).with_key("kp-1");
        raid.run(&run, &Verdict::Granted);
        raid.pause(15, 30);
    }
    aftermath::contain(&mut raid, mins(37));
    raid.finish();
}

/// Writes DXC: a key in a public repository, 244 machines over three days before somebody looks.
pub(super) fn dxc(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::HomeElsewhere);
    let now = stage.utc(12, 16, 40);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    let far = places::dormant(&raid.account);
    let mut left = 244;
    while left > 0 {
        let place = *raid.stage.rng.pick(&[far[0], far[2], far[3], home.as_str()]);
        let count = left.min(raid.stage.rng.between(6, 14).unsigned_abs());
        let run = raid.want(place, "m4.4xlarge", count);
        raid.look(place, &["DescribeInstances"], 2);
        raid.run(&run, &Verdict::Granted);
        left -= count;
        raid.pause(5400, 12_000);
    }
    aftermath::contain(&mut raid, hours(1));
    raid.finish();
}

/// Writes 600 machines in three hours, and a quota of mail beside.
pub(super) fn six_hundred(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "staging-deploy");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(13, 3, 5);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.who_am_i("us-east-1");
    raid.call("us-east-1", "ses", "GetSendQuota", json!(null));
    raid.call("us-east-1", "ses", "GetAccount", json!(null));
    raid.pause(60, 120);
    let far = places::dormant(&raid.account);
    for at in 0..30 {
        let region = far[at % 6];
        let run = raid.want(region, if at % 2 == 0 { "c5.2xlarge" } else { "m5.2xlarge" }, 20);
        if at % 9 == 8 {
            raid.run(&run, &Verdict::Quota(640));
            raid.pause(3, 10);
        }
        raid.run(&run, &Verdict::Granted);
        raid.pause(240, 420);
    }
    raid.call("us-east-1", "ses", "PutAccountDetails", json!({"mailType": "MARKETING"}));
    let quota = json!({"serviceCode": "ses", "quotaCode": "L-804C8AE8", "desiredValue": 500_000});
    raid.call("us-east-1", "servicequotas", "RequestServiceQuotaIncrease", quota);
    aftermath::contain(&mut raid, mins(50));
    raid.finish();
}

/// Writes EC2 Grouper: PowerShell, numbered security groups, never a rule opened by hand.
pub(super) fn grouper(stage: &mut Stage) {
    const AGENT: &str = "AWSPowerShell.Common/4.1.90.0 .NET_Runtime/4.0 .NET_Framework/4.0 OS/Microsoft_Windows_NT_10.0 \
                         ClientAsync";
    let user = habits::user_at_work(stage, "build-artifacts");
    let address = places::seat(stage, Network::Hosting);
    let now = stage.utc(16, 1, 22);
    let mut raid = Raid::begin(stage, user.actor().at(&address).with_agent(AGENT), now, KEY);
    raid.look("us-east-1", &["DescribeRegions"], 3);
    for (at, region) in
        ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "ap-southeast-1"].into_iter().enumerate()
    {
        raid.look(region, &["DescribeInstanceTypes", "DescribeVpcs", "DescribeSecurityGroups"], 2);
        let vpc = raid.account.vpc(region).id;
        let names: &[&str] = if at == 0 {
            &["ec2group", "ec2group1", "ec2group2", "ec2group3", "ec2group4", "ec2group5"]
        } else {
            &["ec2group"]
        };
        for name in names {
            let request = json!({"groupName": name, "groupDescription": name, "vpcId": vpc});
            raid.call(region, "ec2", "CreateSecurityGroup", request);
            raid.pause(1, 2);
        }
        let verdict = if at == 2 { Verdict::Quota(64) } else { Verdict::Granted };
        let run = raid.want(region, "c5.9xlarge", 6);
        raid.run(&run, &verdict);
        raid.pause(5, 15);
    }
    raid.finish();
}

/// Writes a key whose thief starts in the very first minute of the logs: nothing is known of before.
pub(super) fn no_history(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(2, 11, 2);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.who_am_i("us-east-1");
    raid.pause(10, 20);
    let far = places::dormant(&raid.account);
    for region in [far[0], far[1], far[6], far[8]] {
        raid.look(region, &["DescribeInstanceTypes"], 2);
        let run = raid.want(region, "g5.48xlarge", 2);
        raid.run(&run, &Verdict::DryRun);
        raid.pause(2, 4);
        for verdict in [Verdict::Granted, Verdict::NoCapacity, Verdict::Quota(384)] {
            raid.run(&run, &verdict);
            raid.pause(2, 8);
        }
    }
    aftermath::contain(&mut raid, hours(3));
    raid.stage.span.start = now;
    raid.stage.truth.note = "the logs begin with the attack".into();
    raid.finish();
}
