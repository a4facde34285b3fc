//! Tokens of instances, stolen from the metadata service and used in ever less obvious places.

use jiff::Timestamp;
use serde_json::json;

use super::aftermath;
use super::places::{self, REGIONS};
use super::raid::Raid;
use crate::actor::Actor;
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::prepare;
use crate::calls::refusal::Verdict;
use crate::organisation::Instance;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const TOKEN: &str = "compromised-instance-token";

/// Returns one of the web servers and a moment on `day` at which its token is fresh.
fn victim(stage: &Stage, day: i64, hour: i64) -> (Instance, Timestamp) {
    let instance = stage.org.web().instances[0].clone();
    let time = places::when_fresh(&instance, stage.utc(day, hour, 0));
    (instance, time)
}

/// Returns the token of `instance` at `time` as an old request-forgery hole gives it away: through
/// version 1 of the metadata service.
fn forged(instance: &Instance, time: Timestamp) -> Actor {
    instance.credential_at(time).with_delivery("1.0")
}

/// Writes the detection's own example: a role that may do too much, a token stolen through request
/// forgery, GPU machines in several regions.
pub(super) fn forgery(stage: &mut Stage) {
    let (instance, now) = victim(stage, 13, 21);
    let home = instance.region.clone();
    let address = places::seat(stage, Network::Hosting);
    let actor = forged(&instance, now).at(&address);
    let mut raid = Raid::begin(stage, actor, now, TOKEN).with_cli();
    raid.incident.accept("over-permissive-role");
    raid.who_am_i(&home);
    raid.pause(20, 40);
    raid.look(&home, &["DescribeInstances", "DescribeRegions", "DescribeVpcs"], 6);
    let probe = raid.want(&home, "g5.48xlarge", 1);
    raid.run(&probe, &Verdict::DryRun);
    raid.pause(8, 14);
    let regions = [home.as_str(), places::dormant(&raid.account)[0], places::dormant(&raid.account)[5]];
    for region in regions {
        raid.look(region, &["DescribeSubnets", "DescribeSecurityGroups"], 2);
        for batch in 0..3 {
            let run = raid.want(region, "g5.48xlarge", 4);
            let verdict = if batch < 2 { Verdict::Granted } else { Verdict::Quota(1536) };
            raid.run(&run, &verdict);
            raid.pause(4, 12);
        }
    }
    let refused = places::dormant(&raid.account)[2];
    let run = raid.want(refused, "g5.48xlarge", 4);
    raid.run(&run, &Verdict::Quota(0));
    aftermath::contain(&mut raid, mins(95));
    raid.finish();
}

/// Writes a token used from machines of the thief in AWS, in a region the organisation never uses: the
/// address is one of Amazon's own.
pub(super) fn from_aws_elsewhere(stage: &mut Stage) {
    let (instance, now) = victim(stage, 14, 8);
    let far = places::dormant(&instance.account)[7];
    let address = addresses::aws(&mut stage.rng, far);
    let actor = instance.credential_at(now).at(&address);
    let mut raid = Raid::begin(stage, actor, now, TOKEN).with_cli_on_host();
    raid.who_am_i(far);
    raid.pause(30, 90);
    raid.look(far, &["DescribeInstanceTypes", "DescribeSubnets", "DescribeImages"], 7);
    for machine in ["c6i.32xlarge", "c6i.32xlarge", "m6i.32xlarge"] {
        let run = raid.want(far, machine, 3);
        raid.run(&run, &Verdict::Granted);
        raid.pause(20, 60);
    }
    let run = raid.want(far, "c6i.32xlarge", 3);
    raid.run(&run, &Verdict::Quota(1152));
    raid.finish();
}

/// Writes a token used through a VPC endpoint in the thief's own account: the record shows a private
/// address and an endpoint nobody here owns.
pub(super) fn foreign_endpoint(stage: &mut Stage) {
    let (instance, now) = victim(stage, 15, 1);
    let home = instance.region.clone();
    let mut theirs = stage.rng.fork("thief's account");
    let endpoint = theirs.resource("vpce");
    let address =
        format!("10.{}.{}.{}", theirs.between(0, 250), theirs.between(0, 250), theirs.between(4, 250));
    let owner = theirs.account();
    let actor = instance.credential_at(now).via_foreign_endpoint(&endpoint, &owner, &address);
    let mut raid = Raid::begin(stage, actor, now, TOKEN).with_cli_on_host();
    raid.who_am_i(&home);
    raid.pause(40, 80);
    raid.look(&home, &["DescribeImages", "DescribeSubnets"], 9);
    for _ in 0..4 {
        let run = raid.want(&home, "c5a.24xlarge", 4);
        raid.run(&run, &Verdict::Granted);
        raid.pause(10, 40);
    }
    aftermath::contain(&mut raid, hours(6));
    raid.finish();
}

/// Writes a thief on the compromised host itself: same address, same token, only the deeds differ.
pub(super) fn on_the_host(stage: &mut Stage) {
    let (instance, now) = victim(stage, 14, 13);
    let home = instance.region.clone();
    let actor = instance.actor(now, "ec2");
    let mut raid = Raid::begin(stage, actor, now, TOKEN).with_cli_on_host();
    // From the trail alone, own software gone astray looks the same.
    raid.incident.accept("over-permissive-role");
    raid.who_am_i(&home);
    raid.pause(60, 120);
    raid.denied("us-east-1", "iam", "ListRoles");
    raid.look(&home, &["DescribeRegions", "DescribeKeyPairs", "DescribeSubnets"], 12);
    raid.open_doors(&home, "k", "k", 22);
    raid.look(&home, &["DescribeImages"], 5);
    let far = places::dormant(&raid.account)[3];
    for (region, count) in [(home.as_str(), 5), (home.as_str(), 5), (far, 6)] {
        let run = raid.want(region, "g4dn.12xlarge", count).with_key("k");
        raid.run(&run, &Verdict::Granted);
        raid.pause(30, 90);
    }
    aftermath::contain(&mut raid, hours(9));
    raid.finish();
}

/// Writes a token used from a VPN to ask in every region, where the vCPU quota or the role says no.
pub(super) fn token_refused_everywhere(stage: &mut Stage) {
    let instance = stage.org.fleets[1].instances[0].clone();
    let now = places::when_fresh(&instance, stage.utc(13, 2, 0));
    let address = places::seat(stage, Network::Vpn);
    let actor = instance.credential_at(now).at(&address).with_agent(&places::boto(stage));
    let mut raid = Raid::begin(stage, actor, now, TOKEN);
    raid.who_am_i(&instance.region);
    raid.pause(5, 9);
    for region in REGIONS {
        for machine in ["p4d.24xlarge", "g5.48xlarge", "c5.24xlarge"] {
            let run = raid.want(region, machine, 10).at_least(1);
            raid.run(&run, &Verdict::Denied);
            raid.pause(0, 2);
        }
    }
    raid.finish();
}

/// What a thief of data asks for: service and operation.
const DATA: &[(&str, &str)] = &[
    ("s3", "ListBuckets"),
    ("s3", "GetBucketLocation"),
    ("s3", "GetBucketAcl"),
    ("s3", "GetBucketPolicy"),
    ("secretsmanager", "ListSecrets"),
    ("ssm", "DescribeParameters"),
];

/// Writes a stolen token used for data, not for compute.
pub(super) fn token_for_data(stage: &mut Stage) {
    let (instance, now) = victim(stage, 13, 15);
    let home = instance.region.clone();
    let address = places::seat(stage, Network::Vpn);
    let actor = forged(&instance, now).at(&address);
    let mut raid = Raid::begin(stage, actor, now, TOKEN).with_cli();
    raid.incident.kind = "credential-misuse".into();
    raid.who_am_i(&home);
    let bucket = format!("{}-exports", raid.stage.org.name);
    for round in 0..9 {
        for (service, name) in DATA {
            let request = if *service == "s3" && *name != "ListBuckets" {
                json!({"bucketName": bucket, "Host": format!("{bucket}.s3.{home}.amazonaws.com")})
            } else {
                json!(null)
            };
            if round % 3 == 2 && *service != "s3" {
                raid.denied(&home, service, name);
            } else {
                raid.call(&home, service, name, request);
            }
            raid.pause(3, 40);
        }
    }
    raid.stage.truth.note = "an instance token used off its instance for data; nothing is launched".into();
    raid.finish();
}

/// Writes a stolen token that only looks around, from a machine in AWS that is not the organisation's.
pub(super) fn token_for_looking(stage: &mut Stage) {
    let (instance, now) = victim(stage, 15, 10);
    let home = instance.region.clone();
    let address = addresses::aws(&mut stage.rng, "us-west-2");
    let agent = agents::boto3(&mut stage.rng.fork("thief's host"));
    let actor = instance.credential_at(now).at(&address).with_agent(&agent);
    let mut raid = Raid::begin(stage, actor, now, TOKEN);
    raid.incident.kind = "credential-misuse".into();
    raid.who_am_i(&home);
    raid.wait(secs(20));
    for region in [home.as_str(), "us-east-1", places::dormant(&raid.account)[4]] {
        let names = ["DescribeInstances", "DescribeSecurityGroups", "DescribeVpcs", "DescribeSnapshots"];
        raid.look(region, &names, 2);
        let caller = raid.actor.clone();
        let code = "L-1216C47A";
        prepare::quota(&mut raid.stage.log, &caller, raid.now, region, "GetServiceQuota", code).send();
    }
    for name in ["ListUsers", "ListRoles", "GetAccountSummary"] {
        raid.denied("us-east-1", "iam", name);
        raid.pause(1, 5);
    }
    raid.stage.truth.note =
        "an instance token used off its instance to look around; nothing is launched".into();
    raid.finish();
}
