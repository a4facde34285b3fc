//! Thieves beside owners who go on as ever, thieves who wait, and thieves with nothing before them.

use serde_json::json;

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::actor::User;
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::{iam, sign_in, sts};
use crate::life::people;
use crate::organisation::Job;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const KEY: &str = "compromised-access-key";

/// Writes an owner who starts a small machine on many mornings, and a thief of the same key, with the same client and
/// in the same region, an hour and a half after the owner's.
pub(super) fn owner_beside(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "devops-tools");
    let account = stage.org.production().clone();
    let agent = agents::cli(&mut account.ids.fork(&user.name), "ec2.run-instances");
    let bench = Run::new(&account, &account.home, "t3.medium", 1).tagged("Name", "bench");
    for day in
        (0..stage.span.days).filter(|day| day % 2 == 0 && !stage.span.is_weekend(*day)).collect::<Vec<_>>()
    {
        let own = user.actor().at(stage.org.office_on(day)).with_agent(&agent);
        let time = stage.local(day, 8, 33);
        ec2::run_instances(&mut stage.log, &own, time, &bench, &Verdict::Granted);
    }
    let address = places::seat(stage, Network::Vpn);
    let now = stage.local(14, 10, 3);
    let own = user.actor().at(stage.org.office_on(14)).with_agent(&agent);
    sts::who_am_i(&mut stage.log, &own, now + mins(24), &account.home);
    let mut raid = Raid::begin(stage, user.actor().at(&address).with_agent(&agent), now, KEY);
    let home = account.home.clone();
    raid.look(&home, &["DescribeInstances"], 40);
    let run = raid.want(&home, "c5.9xlarge", 8);
    raid.run(&run, &Verdict::Granted);
    aftermath::contain(&mut raid, hours(6));
    raid.stage.truth.note = "the owner's own machine of that morning is not part of the incident".into();
    raid.finish();
}

/// Writes weeks of a program that uploads with a user's key from one server, and returns user and program.
fn uploader(stage: &mut Stage, name: &str) -> User {
    let account = stage.org.production().clone();
    let user = account.user(name);
    let mut place = stage.rng.fork(name);
    let own = user
        .actor()
        .at(&addresses::address(&mut place, Network::Hosting))
        .with_agent(&agents::boto3(&mut place));
    for day in 0..stage.span.days {
        let minute = stage.rng.between(0, 50);
        let log = &mut stage.log;
        let bucket = json!({"bucketName": format!("{}-{name}", stage.org.name)});
        log.call(&own, stage.span.at(day, 4, minute), &account.home, "s3", "ListBuckets")
            .request(json!({}))
            .send();
        log.call(&own, stage.span.at(day, 16, minute), &account.home, "s3", "GetBucketLocation")
            .request(bucket)
            .send();
    }
    user
}

/// Writes a thief who looks around every night for two weeks from one place, and launches from there.
pub(super) fn patient(stage: &mut Stage) {
    let user = uploader(stage, "media-upload");
    let actor = places::thief_of(stage, &user, Network::HomeElsewhere);
    let home = stage.org.production().home.clone();
    for day in 2..16 {
        let minute = stage.rng.between(0, 50);
        let time = stage.utc(day, 3, minute);
        sts::who_am_i(&mut stage.log, &actor, time, &home);
        stage
            .log
            .call(&actor, time + secs(9), &home, "ec2", "DescribeInstances")
            .request(json!({"filterSet": {}}))
            .send();
    }
    let now = stage.utc(16, 3, 20);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let far = places::dormant(&raid.account);
    for region in [home.as_str(), far[0]] {
        let run = raid.want(region, "c5.24xlarge", 4);
        raid.run(&run, &Verdict::Granted);
        raid.pause(15, 25);
    }
    aftermath::contain(&mut raid, hours(5));
    raid.finish();
}

/// Writes one middling machine every seventy minutes with a program's key, in the account's own region.
pub(super) fn hourly(stage: &mut Stage) {
    let user = uploader(stage, "label-print");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(14, 1, 0);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let home = raid.account.home.clone();
    for at in 0..16 {
        let run = raid.want(&home, "c5.4xlarge", 1).in_subnet(at % 3);
        raid.run(&run, &Verdict::Granted);
        raid.wait(mins(70));
    }
    aftermath::contain(&mut raid, hours(9));
    raid.finish();
}

/// Writes an engineer's command-line session, used by somebody else from a rented server an hour later, while the
/// engineer works on in the office.
pub(super) fn session_carried_away(stage: &mut Stage) {
    let org = stage.org.clone();
    let (account, person) = (org.production().clone(), org.person(Job::Engineer).clone());
    let (time, office) = (stage.local(14, 8, 30), org.office_on(14).to_owned());
    let own = sign_in::sso_terminal(&mut stage.log, &org, &person, &account, time, &office);
    for minute in [1, 95] {
        people::browse(stage, &own, time + mins(minute), &account);
        sts::who_am_i(&mut stage.log, &own, time + mins(minute), &account.home);
    }
    let (address, agent) = (places::seat(stage, Network::Hosting), places::boto(stage));
    let mut raid =
        Raid::begin(stage, own.at(&address).with_agent(&agent), time + mins(70), "compromised-role-session");
    raid.incident.accept("compromised-console-session");
    let home = account.home.clone();
    raid.look(&home, &["DescribeInstances", "DescribeSubnets"], 6);
    let far = places::dormant(&account);
    for region in [home.as_str(), far[1]] {
        let run = raid.want(region, "g5.48xlarge", 4);
        raid.run(&run, &Verdict::Granted);
        raid.pause(60, 140);
    }
    aftermath::contain(&mut raid, hours(3));
    raid.finish();
}

/// Writes a key that opens a role to the thief's own account, which takes it up two hours later and launches.
pub(super) fn opened_role(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "sync-job");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(15, 5, 0);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.incident.accept("compromised-role-session");
    let foreign = raid.stage.rng.account();
    let role = raid.account.role("reporting-admin");
    let caller = raid.caller("iam", "UpdateAssumeRolePolicy");
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": format!("arn:aws:iam::{foreign}:root")}}]});
    iam::iam(&mut raid.stage.log, &caller, now, "UpdateAssumeRolePolicy")
        .request(json!({"roleName": role.name, "policyDocument": policy.to_string()}))
        .send();
    raid.wait(hours(2));
    let session = sts::from_outside(&mut raid.stage.log, &foreign, &role, raid.now, &caller);
    raid.switch_to(session);
    raid.pause(20, 40);
    let far = places::dormant(&raid.account);
    let home = raid.account.home.clone();
    for region in [home.as_str(), far[2]] {
        let run = raid.want(region, "c6a.48xlarge", 3);
        raid.run(&run, &Verdict::Granted);
        raid.pause(15, 30);
    }
    aftermath::contain(&mut raid, hours(4));
    raid.finish();
}

/// Writes six regions asked for three large machines each within a minute, and nothing before it.
pub(super) fn spree(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(3, 0, 20);
    let mut raid = Raid::begin(stage, actor, now, KEY).with_cli();
    for region in places::REGIONS.iter().take(6) {
        let run = raid.want(region, "c5.24xlarge", 3);
        raid.run(&run, &Verdict::Granted);
        raid.pause(6, 10);
    }
    aftermath::contain(&mut raid, hours(8));
    raid.stage.span.start = now;
    raid.stage.truth.note = "the logs begin with the attack, and the attack with the launch".into();
    raid.finish();
}

/// Writes the key of hosted build machines, whose addresses never stay, used for the same machines and more of them.
pub(super) fn runner_key(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let user = account.user("gpu-builds");
    let agent = agents::boto3(&mut account.ids.fork("gpu-builds"));
    for day in 0..stage.span.days {
        for hour in [9, 12, 17] {
            let address = addresses::address(&mut stage.rng, Network::GithubRunner);
            let own = user.actor().at(&address).with_agent(&agent);
            let minute = stage.rng.between(0, 59);
            let time = stage.local(day, hour, minute);
            let run = Run::new(&account, &account.home, "g5.12xlarge", 1).tagged("Name", "gpu-build");
            let built = ec2::run_instances(&mut stage.log, &own, time, &run, &Verdict::Granted);
            ec2::terminate(&mut stage.log, &own, time + mins(35), &account.home, &built.instances);
        }
    }
    let address = places::seat(stage, Network::Vpn);
    let now = stage.utc(15, 3, 2);
    let mut raid = Raid::begin(stage, user.actor().at(&address).with_agent(&agent), now, KEY);
    let far = places::dormant(&account);
    for region in [account.home.as_str(), far[0], far[1]] {
        let run = raid.want(region, "g5.12xlarge", 4);
        raid.run(&run, &Verdict::Granted);
        raid.pause(10, 20);
    }
    aftermath::contain(&mut raid, hours(5));
    raid.finish();
}
