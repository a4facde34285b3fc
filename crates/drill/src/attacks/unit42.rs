//! Two more of Unit 42's cases: keys found on a web server, and a function's credential far from any
//! function.

use serde_json::json;

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::refusal::Verdict;
use crate::calls::{ec2, prepare};
use crate::stage::Stage;
use crate::time::{hours, mins};

/// Writes SugarCRM: keys on the host, a look at the bill to learn what would not be noticed, machines
/// in used and in new regions, and the owner's stopped ones started.
pub(super) fn sugarcrm(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "crm-backup");
    let stopped: Vec<String> = (0..3).map(|_| stage.rng.resource("i")).collect();
    let (account, day) = (stage.org.production().clone(), stage.local(4, 17, 40));
    let owner = user.actor().at(stage.org.office_on(4)).with_agent(&places::boto(stage));
    ec2::stop(&mut stage.log, &owner, day, &account.home, &stopped);
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(14, 20, 30);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key").with_cli();
    let home = account.home.clone();
    raid.who_am_i("us-east-1");
    raid.pause(60, 120);
    for name in ["DescribeOrganization", "ListAccounts"] {
        raid.denied("us-east-1", "organizations", name);
        raid.pause(5, 10);
    }
    for _ in 0..3 {
        let request =
            json!({"granularity": "MONTHLY", "metrics": ["UnblendedCost"], "groupBy": [{"key": "SERVICE"}]});
        raid.call("us-east-1", "ce", "GetCostAndUsage", request);
        raid.pause(30, 60);
    }
    raid.look(&home, &["DescribeInstances", "DescribeSnapshots", "DescribeSecurityGroups"], 8);
    raid.call(
        &home,
        "ec2",
        "CreateImage",
        json!({"instanceId": stopped[0], "name": "backup-1", "noReboot": true}),
    );
    for region in [home.as_str(), places::dormant(&account)[1]] {
        raid.pause(60, 200);
        let caller = raid.caller("ec2", "ImportKeyPair");
        prepare::import_key_pair(&mut raid.stage.log, &caller, raid.now, region, "id_rsa");
        raid.security_group(region, "default-2", 22);
        for _ in 0..3 {
            let run = raid.want(region, "c5.9xlarge", 2).with_key("id_rsa");
            raid.run(&run, &Verdict::Granted);
            raid.pause(60, 240);
        }
    }
    let caller = raid.caller("ec2", "StartInstances");
    let launched = ec2::start(&mut raid.stage.log, &caller, raid.now, &home, &stopped);
    raid.take(launched, &Verdict::Granted);
    aftermath::contain(&mut raid, hours(14));
    raid.stage.truth.note = "three of the instances are the owner's, started by the thief".into();
    raid.finish();
}

/// Writes a function's credential used from a home line: GPU machines in four regions.
pub(super) fn function_credential(stage: &mut Stage) {
    let now = stage.utc(13, 17, 12);
    let name = stage.org.functions[2].clone();
    let address = places::seat(stage, Network::HomeAmerica);
    let actor = stage.org.function(&name, now).at(&address);
    let mut raid = Raid::begin(stage, actor, now, "compromised-role-session").with_cli();
    raid.incident.accept("over-permissive-role");
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    raid.pause(20, 60);
    raid.denied("us-east-1", "iam", "ListUsers");
    raid.call(&home, "lambda", "ListFunctions20150331", json!(null));
    raid.pause(20, 60);
    raid.look(&home, &["DescribeRegions", "DescribeInstances"], 5);
    let far = places::dormant(&raid.account);
    for region in [home.as_str(), far[0], far[2], far[9]] {
        raid.look(region, &["DescribeSubnets", "DescribeImages"], 3);
        for verdict in [Verdict::Granted, Verdict::Granted, Verdict::Quota(192)] {
            let run = raid.want(region, "g5.12xlarge", 2);
            raid.run(&run, &verdict);
            raid.pause(10, 40);
        }
    }
    raid.wait(mins(5));
    raid.finish();
}
