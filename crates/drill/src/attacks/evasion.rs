//! Thieves who know what detectors count: one machine, one at a time, small ones, none at all.

use super::places::{self, REGIONS};
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::prepare;
use crate::calls::refusal::Verdict;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const KEY: &str = "compromised-access-key";

/// Writes one p5.48xlarge after a test with a t3.micro: two machines in all.
pub(super) fn one_large(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "ml-notebooks");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(14, 11, 36);
    let mut raid = Raid::begin(stage, actor, now, KEY).with_cli();
    let region = if raid.account.home == "us-west-2" { "us-east-2" } else { "us-west-2" };
    raid.who_am_i("us-east-1");
    raid.pause(30, 60);
    raid.look(region, &["DescribeInstanceTypeOfferings", "DescribeSubnets", "DescribeImages"], 15);
    let run = raid.want(region, "t3.micro", 1);
    let small = raid.run(&run, &Verdict::Granted);
    raid.wait(mins(7));
    raid.terminate(region, &small);
    raid.pause(60, 120);
    let run = raid.want(region, "p5.48xlarge", 1);
    raid.run(&run, &Verdict::Granted);
    raid.finish();
}

/// Writes a slow miner: one g4dn.12xlarge every fifty minutes of working hours, for two days, with the
/// key of a build server that starts machines all day.
pub(super) fn slow(stage: &mut Stage) {
    let user = habits::user_of_builds(stage, "ci-runner");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.local(14, 9, 4);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let home = raid.account.home.clone();
    for day in [14, 15] {
        raid.now = raid.stage.local(day, 9, 4);
        for at in 0..10 {
            let run = raid.want(&home, "g4dn.12xlarge", 1).in_subnet(at % 3).tagged("Name", "ci-agent");
            raid.run(&run, &Verdict::Granted);
            raid.pause(50 * 60 - 70, 50 * 60 + 70);
        }
    }
    aftermath::contain(&mut raid, hours(30));
    raid.finish();
}

/// Writes many small machines in many regions: none large, no call of more than eight.
pub(super) fn many_small(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Vpn);
    let now = stage.utc(15, 13, 20);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    for region in REGIONS {
        raid.look(region, &["DescribeSubnets", "DescribeImages"], 2);
        for machine in ["t3.medium", "t3a.medium", "c5.large"] {
            let run = raid.want(region, machine, 8);
            raid.run(&run, &Verdict::Granted);
            raid.pause(8, 25);
        }
    }
    aftermath::contain(&mut raid, hours(4));
    raid.finish();
}

/// Writes a burst of 340 launches over all regions in some four minutes, all refused for want of
/// permission.
pub(super) fn all_refused(stage: &mut Stage) {
    let user = stage.org.production().user("intern-2019");
    let actor = places::thief_of(stage, &user, Network::Tor);
    let now = stage.utc(14, 2, 59);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    for machine in ["p4d.24xlarge", "p3.16xlarge", "g5.48xlarge", "c5.24xlarge", "c6a.48xlarge"] {
        for region in REGIONS {
            for count in [20, 10, 5, 1] {
                let run = raid.want(region, machine, count);
                raid.run(&run, &Verdict::Denied);
                raid.now += secs(i64::from(raid.stage.rng.chance(70)));
            }
        }
    }
    raid.finish();
}

/// Writes a key that may launch but meets quotas, verification and closed regions everywhere.
pub(super) fn all_over_quota(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "qa-automation");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(13, 8, 41);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.look("us-east-1", &["DescribeRegions"], 1);
    let closed = "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.";
    for (at, region) in REGIONS.into_iter().enumerate() {
        for machine in ["p4d.24xlarge", "p3.16xlarge", "g4dn.16xlarge", "c5.24xlarge"] {
            let verdict = match at % 4 {
                0 => Verdict::Pending,
                1 => Verdict::Other("Client.OptInRequired", closed.into()),
                _ => Verdict::Quota(if machine.starts_with('c') { 64 } else { 0 }),
            };
            for count in [8, 2] {
                let run = raid.want(region, machine, count);
                raid.run(&run, &verdict);
                raid.pause(0, 2);
            }
        }
    }
    raid.finish();
}

/// Writes a thief who only asks whether it would work, in six regions.
pub(super) fn only_dry_runs(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "data-import");
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(16, 5, 5);
    let mut raid = Raid::begin(stage, actor, now, KEY).with_cli();
    raid.who_am_i("us-east-1");
    raid.pause(10, 20);
    let far = places::dormant(&raid.account);
    for region in [far[0], far[1], far[3], far[5], far[7], far[9]] {
        raid.look(region, &["DescribeInstanceTypeOfferings"], 2);
        for (machine, code) in [("p4d.24xlarge", "L-417A185B"), ("g5.48xlarge", "L-DB2E81BA")] {
            let caller = raid.caller("service-quotas", "GetServiceQuota");
            let log = &mut raid.stage.log;
            prepare::quota(log, &caller, raid.now, region, "GetServiceQuota", code).send();
            raid.pause(1, 4);
            let run = raid.want(region, machine, 4);
            raid.run(&run, &Verdict::DryRun);
            raid.pause(2, 8);
        }
    }
    raid.finish();
}
