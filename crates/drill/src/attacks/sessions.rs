//! Sessions that are not what they seem: of pipelines, across accounts, shared with their owner.

use serde_json::json;

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::refusal::Verdict;
use crate::calls::sts;
use crate::life::pipeline;
use crate::organisation::Account;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const ROLE: &str = "compromised-role-session";

/// Writes a build step that sends the deploy role's session away: minutes after the build it is used
/// from a rented server.
pub(super) fn pipeline_session(stage: &mut Stage) {
    let build = stage.local(14, 16, 40);
    let own = pipeline::federate(stage, build);
    let address = places::seat(stage, Network::Hosting);
    let agent = places::boto(stage);
    let mut raid = Raid::begin(stage, own.at(&address).with_agent(&agent), build + mins(6), ROLE);
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    raid.pause(5, 12);
    raid.denied("us-east-1", "iam", "ListAttachedRolePolicies");
    let (caller, wanted) = (raid.actor.clone(), raid.account.role("OrganizationAccountAccessRole"));
    sts::assume_role_denied(&mut raid.stage.log, &caller, raid.now + secs(2), &home, &wanted);
    raid.pause(5, 12);
    raid.look(&home, &["DescribeRegions"], 3);
    let far = places::dormant(&raid.account);
    for region in [far[0], far[2], home.as_str()] {
        raid.look(region, &["DescribeSubnets", "DescribeImages"], 3);
        for verdict in [Verdict::Granted, Verdict::Granted, Verdict::Quota(384)] {
            let run = raid.want(region, "c6i.24xlarge", 2);
            raid.run(&run, &verdict);
            raid.pause(6, 20);
        }
    }
    aftermath::contain(&mut raid, hours(5));
    raid.finish();
}

/// Returns an account of the organisation beside production, made up if there is only one.
fn member(stage: &mut Stage) -> Account {
    if stage.org.accounts.len() == 1 {
        let production = stage.org.production().clone();
        let id = stage.rng.account();
        stage.org.accounts.push(Account { ids: stage.rng.fork(&id), id, ..production });
    }
    stage.org.sandbox().clone()
}

/// Writes a key of the management account used to enter a member account through the role every member
/// has, and machines started there.
pub(super) fn across_accounts(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "org-admin");
    let target = member(stage);
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(15, 4, 18);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    raid.incident.accept(ROLE);
    raid.who_am_i("us-east-1");
    raid.pause(10, 20);
    raid.call("us-east-1", "organizations", "ListAccounts", json!({}));
    raid.pause(20, 50);
    let role = target.role("OrganizationAccountAccessRole");
    let caller = raid.caller("sts", "AssumeRole");
    let inside = sts::assume_role(&mut raid.stage.log, &caller, raid.now, "us-east-1", &role, "admin");
    raid.switch_to(inside);
    raid.move_to(&target);
    raid.pause(4, 10);
    let far = places::dormant(&target);
    for region in [far[0], far[1], far[3], far[8]] {
        raid.look(region, &["DescribeVpcs", "DescribeInstanceTypeOfferings"], 3);
        raid.security_group(region, "ssh", 22);
        for _ in 0..2 {
            let run = raid.want(region, "c5.24xlarge", 3);
            raid.run(&run, &Verdict::Granted);
            raid.pause(5, 15);
        }
    }
    aftermath::contain(&mut raid, hours(3));
    raid.finish();
}

/// Writes thief and owner with one key at the same time: the build server goes on starting its agents.
pub(super) fn one_key_two_hands(stage: &mut Stage) {
    let user = habits::user_of_builds(stage, "jenkins-cloud");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.local(14, 11, 10);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    raid.who_am_i("us-east-1");
    raid.pause(15, 30);
    let far = places::dormant(&raid.account);
    for (at, region) in [far[0], far[1], far[2], far[6]].into_iter().enumerate() {
        raid.look(region, &["DescribeInstanceTypes"], 3);
        for verdict in [Verdict::Granted, Verdict::Granted, Verdict::NoCapacity] {
            let run = raid.want(region, "c6i.32xlarge", 2);
            raid.run(&run, &verdict);
            raid.pause(15, 40);
        }
        if at < 3 {
            let between = raid.now - secs(20);
            habits::start_agent(raid.stage, &user, between);
        }
    }
    aftermath::contain(&mut raid, hours(9));
    raid.stage.truth.note =
        "the owner's agents, started with the same key, are not part of the incident".into();
    raid.finish();
}

/// Writes a key exchanged for temporary ones (`GetSessionToken`), which launch from other addresses.
pub(super) fn session_token(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "mobile-builds");
    let actor = places::thief_of(stage, &user, Network::HomeElsewhere);
    let now = stage.utc(12, 12, 55);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    raid.who_am_i("us-east-1");
    raid.pause(10, 30);
    let key = raid.stage.log.ids().iam_id("ASIA", &user.account);
    let caller = raid.actor.clone();
    let response = json!({"credentials": {
        "accessKeyId": key, "sessionToken": "IQoJb3JpZ2luX2VjEXAMPLE", "expiration": crate::time::american(raid.now + hours(12)),
    }});
    raid.stage
        .log
        .call(&caller, raid.now, "us-east-1", "sts", "GetSessionToken")
        .request(json!({"durationSeconds": 43_200}))
        .response(response)
        .send();
    raid.wait(mins(4));
    let address = places::seat(raid.stage, Network::Hosting);
    let agent = raid.actor.agent().to_owned();
    raid.act_as(user.session(&key, raid.now).at(&address).with_agent(&agent));
    let far = places::dormant(&raid.account);
    for region in [far[0], far[5], far[7]] {
        raid.look(region, &["DescribeSubnets"], 2);
        let run = raid.want(region, "g4dn.16xlarge", 3);
        raid.run(&run, &Verdict::Granted);
        raid.pause(10, 40);
    }
    raid.finish();
}
