//! Machines that come up all at once because something went down, or because it is Monday.

use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::prepare;
use crate::calls::refusal::Verdict;
use crate::calls::sign_in;
use crate::organisation::{Account, Job};
use crate::stage::Stage;
use crate::time::{mins, secs};

/// Returns the region an organisation keeps for the day its own is gone.
fn dormant(account: &Account) -> &'static str {
    ["eu-west-2", "us-east-2", "ap-southeast-2"]
        .into_iter()
        .find(|region| !account.regions.iter().any(|used| used == region))
        .unwrap_or("ca-central-1")
}

/// Writes Elastic Disaster Recovery starting a region's machines after an admin said so.
pub(super) fn service(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let region = dormant(&account);
    let (org, admin) = (stage.org.clone(), stage.org.person(Job::Admin).clone());
    let time = stage.local(14, 8, 20);
    let actor = sign_in::sso_console(&mut stage.log, &org, &admin, &account, time, org.office_on(14));
    let servers: Vec<String> = (0..14).map(|_| stage.rng.resource("s")).collect();
    let list: Vec<_> = servers.iter().map(|id| serde_json::json!({"sourceServerID": id})).collect();
    stage
        .log
        .call(&actor, time + mins(4), region, "drs", "StartRecovery")
        .request(serde_json::json!({"isDrill": false, "sourceServers": list}))
        .response(serde_json::json!({"job": {"status": "PENDING", "type": "LAUNCH"}}))
        .send();
    let name = "drs.amazonaws.com";
    let role = account.service_role(name, "AWSServiceRoleForElasticDisasterRecovery");
    let mut at = time + mins(9);
    for (place, server) in servers.iter().enumerate() {
        let actor = role.for_service("ElasticDisasterRecovery", name, at);
        let machine = if place % 3 == 0 { "r6i.4xlarge" } else { "m6i.2xlarge" };
        let run = Run::new(&account, region, machine, 1)
            .tagged("AWSElasticDisasterRecoverySourceServerID", server)
            .tagged("AWSElasticDisasterRecoveryManaged", "drs.amazonaws.com");
        ec2::run_instances(&mut stage.log, &actor, at, &run, &Verdict::Granted);
        at += secs(stage.rng.between(4, 30));
    }
    stage.truth.note = "failover by the disaster recovery service into a dormant region".into();
}

/// Writes the on-call engineer failing over by hand: at night, from home, into a dormant region.
pub(super) fn by_hand(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let region = dormant(&account);
    let (org, person) = (stage.org.clone(), stage.org.person(Job::OnCall).clone());
    let time = stage.local(15, 3, 12);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &person, &account, time, &person.home);
    let agent = agents::cli(&mut account.ids.fork("failover"), "ec2.run-instances");
    let actor = actor.with_agent(&agent);
    let names = ["DescribeImages", "DescribeSubnets", "DescribeSecurityGroups", "DescribeKeyPairs"];
    let mut at = prepare::look_around(&mut stage.log, &actor, time + secs(30), region, &names, 14);
    for (machine, count, name) in
        [("r6i.2xlarge", 3, "database"), ("c6i.4xlarge", 12, "api"), ("m6i.xlarge", 8, "web")]
    {
        let image = account.image(name, region);
        let run =
            Run::new(&account, region, machine, count).of_image(&image).with_profile("web-instance-role");
        ec2::run_instances(&mut stage.log, &actor, at, &run.tagged("Name", name), &Verdict::Granted);
        at += mins(stage.rng.between(2, 6));
    }
    stage.truth.note = "failover by hand: night, new region, many machines, own person".into();
}

/// Writes sixty development machines stopped on Fridays and started on Mondays by the same person.
pub(super) fn monday(stage: &mut Stage) {
    let account = stage.org.sandbox().clone();
    let machines: Vec<String> = (0..60).map(|_| stage.rng.resource("i")).collect();
    let (org, person) = (stage.org.clone(), stage.org.person(Job::OnCall).clone());
    for day in [4, 7, 11, 14] {
        let address = if day == 14 {
            addresses::address(&mut stage.rng, Network::HomeEurope)
        } else {
            person.home.clone()
        };
        let starts = day % 7 == 0;
        let time = stage.local(day, if starts { 7 } else { 18 }, 35);
        let actor = sign_in::sso_terminal(&mut stage.log, &org, &person, &account, time, &address);
        for (at, some) in machines.chunks(20).enumerate() {
            let time = time + mins(3) + secs(4 * i64::try_from(at).unwrap_or(0));
            if starts {
                ec2::start(&mut stage.log, &actor, time, &account.home, some);
            } else {
                ec2::stop(&mut stage.log, &actor, time, &account.home, some);
            }
        }
    }
    stage.truth.note = "machines that were stopped are started again".into();
}
