//! Owners who move: to another place, another program, another supplier, another size.

use serde_json::json;

use crate::actor::Actor;
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::{iam, prepare, sign_in, sts};
use crate::life::people;
use crate::organisation::{Job, Person};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Writes an admin who makes a role for a supplier's account, and the supplier's first machines.
pub(super) fn supplier(stage: &mut Stage) {
    let (org, account) = (stage.org.clone(), stage.org.production().clone());
    let admin = org.person(Job::Admin).clone();
    let time = stage.local(14, 10, 12);
    let actor = sign_in::sso_console(&mut stage.log, &org, &admin, &account, time, org.office_on(14));
    people::browse(stage, &actor, time + mins(1), &account);
    let foreign = stage.rng.account();
    let trusted = json!({"AWS": format!("arn:aws:iam::{foreign}:root")});
    let role =
        iam::create_role(&mut stage.log, &actor, time + mins(6), &account, "scaler-integration", &trusted);
    iam::attach_role_policy(&mut stage.log, &actor, time + mins(7), &role, "AmazonEC2FullAccess");
    let seat = addresses::aws(&mut stage.rng, "us-east-1");
    let tool = Actor::other(&foreign, json!({})).at(&seat).with_agent(&agents::java());
    let start = time + mins(40);
    let session = sts::from_outside(&mut stage.log, &foreign, &role, start, &tool);
    for at in 0..3 {
        let run = Run::new(&account, &account.home, "m5.2xlarge", 4).on_spot().tagged("Name", "scaler-node");
        ec2::run_instances(&mut stage.log, &session, start + mins(2 + at), &run, &Verdict::Granted);
    }
    stage.truth.note = "a supplier's tool, let in by an admin that morning".into();
}

/// Writes a build server that moves: its key starts the same agents from the old place, for a day from both, then from
/// the new one.
pub(super) fn build_server_moves(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let user = account.user("build-agents");
    let mut place = stage.rng.fork("places");
    let [old, new] = [(); 2].map(|()| addresses::address(&mut place, Network::Hosting));
    for day in 0..stage.span.days {
        for hour in [8, 10, 11, 14, 16] {
            let at_new = day > 14 || (day == 14 && hour >= 11 && hour != 14);
            let own = user.actor().at(if at_new { &new } else { &old }).with_agent(&agents::jenkins());
            let minute = stage.rng.between(0, 59);
            let time = stage.local(day, hour, minute);
            let run =
                Run::new(&account, &account.home, "c5.4xlarge", 2).with_user_data().tagged("Name", "agent");
            let agents = ec2::run_instances(&mut stage.log, &own, time, &run, &Verdict::Granted);
            ec2::terminate(&mut stage.log, &own, time + mins(45), &account.home, &agents.instances);
        }
    }
    stage.truth.note = "one key in two places, for the day of the move".into();
}

/// Writes load generators in five regions at once, from the office, ended after an hour.
pub(super) fn load_test_worldwide(stage: &mut Stage) {
    let (org, account) = (stage.org.clone(), stage.org.sandbox().clone());
    let engineer = org.person(Job::Engineer).clone();
    let time = stage.local(14, 13, 30);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &engineer, &account, time, org.office_on(14));
    let actor = actor.with_agent(&agents::terraform());
    for (at, region) in
        ["us-east-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-northeast-1"].into_iter().enumerate()
    {
        let start = time + mins(4) + secs(9 * at as i64);
        let place = (&account, region);
        prepare::create_security_group(&mut stage.log, &actor, start, place, "loadgen");
        let run = Run::new(&account, region, "c5.2xlarge", 6).with_user_data().tagged("Name", "loadgen");
        let launched = ec2::run_instances(&mut stage.log, &actor, start + secs(3), &run, &Verdict::Granted);
        ec2::terminate(&mut stage.log, &actor, time + mins(70), region, &launched.instances);
    }
    stage.truth.note = "a load test from five regions, gone after an hour".into();
}

/// Writes an autoscaler on an instance that finds no capacity for an hour and takes what there is.
pub(super) fn capacity_hunt(stage: &mut Stage) {
    let builder = stage.org.builder.clone();
    let launch = |stage: &mut Stage, time, machine: &str, verdict: &Verdict| {
        let actor = builder.actor(time, "ec2").with_agent(&agents::go("ec2"));
        let run = Run::new(&builder.account, &builder.region, machine, 2).on_spot().tagged("Name", "worker");
        let got = ec2::run_instances(&mut stage.log, &actor, time, &run, verdict).instances;
        if !got.is_empty() {
            ec2::terminate(&mut stage.log, &actor, time + hours(5), &builder.region, &got);
        }
    };
    for day in 0..stage.span.days {
        for hour in [7, 9, 13, 18] {
            let minute = stage.rng.between(0, 59);
            let time = stage.local(day, hour, minute);
            launch(stage, time, "c5.4xlarge", &Verdict::Granted);
        }
    }
    let mut time = stage.local(14, 15, 4);
    for machine in ["c5.4xlarge", "c5a.4xlarge", "m5.4xlarge", "c5n.4xlarge", "r5.4xlarge", "c6i.4xlarge"] {
        for _ in 0..10 {
            launch(stage, time, machine, &Verdict::NoCapacity);
            time += secs(stage.rng.between(20, 50));
        }
    }
    for machine in ["m5a.4xlarge", "r5a.4xlarge", "m6a.4xlarge"] {
        launch(stage, time, machine, &Verdict::Granted);
        time += secs(40);
    }
    stage.truth.note = "no capacity: other families, the same work".into();
}

/// Writes a quota asked for by the pipeline and four GPU machines of a new team, started by hand two days later.
pub(super) fn team_with_quota(stage: &mut Stage) {
    let (org, account) = (stage.org.clone(), stage.org.sandbox().clone());
    let admin = org.person(Job::Admin).clone();
    let time = stage.local(12, 11, 0);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &admin, &account, time, org.office_on(12));
    let actor = actor.with_agent(&agents::terraform());
    prepare::ask_for_quota(
        &mut stage.log,
        &actor,
        time + mins(1),
        (&account, &account.home),
        "L-DB2E81BA",
        192,
    );
    let scientist = org.person(Job::Scientist).clone();
    let start = stage.local(14, 9, 50);
    let own = sign_in::sso_console(&mut stage.log, &org, &scientist, &account, start, org.office_on(14));
    people::browse(stage, &own, start + mins(1), &account);
    prepare::create_key_pair(&mut stage.log, &own, start + mins(8), &account.home, "ml-team");
    let run = Run::new(&account, &account.home, "g5.12xlarge", 4).with_key("ml-team").tagged("team", "ml");
    ec2::run_instances(&mut stage.log, &own, start + mins(10), &run, &Verdict::DryRun);
    ec2::run_instances(&mut stage.log, &own, start + mins(10) + secs(2), &run, &Verdict::Granted);
    stage.truth.note = "a new team's first GPU machines, with the quota that was asked for them".into();
}

/// Writes an engineer with a long-term key: the office for weeks, then a day at home and a test cluster.
pub(super) fn key_user_at_home(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let user = account.user("platform-eng");
    let mut place = stage.rng.fork("home");
    let home = addresses::address(&mut place, Network::HomeEurope);
    let agent = agents::cli(&mut account.ids.fork("platform-eng"), "ec2.run-instances");
    for day in (0..stage.span.days).filter(|day| !stage.span.is_weekend(*day)).collect::<Vec<_>>() {
        let seat = if day == 15 { home.clone() } else { stage.org.office_on(day).to_owned() };
        let own = user.actor().at(&seat).with_agent(&agent);
        let minute = stage.rng.between(0, 50);
        let time = stage.local(day, 10, minute);
        sts::who_am_i(&mut stage.log, &own, time, &account.home);
        ec2_tag(stage, &own, time + mins(3), &account.home);
        let (machine, count) = if day == 15 { ("m5.4xlarge", 3) } else { ("t3.large", 1) };
        if day % 3 == 0 {
            let run = Run::new(&account, &account.home, machine, count).tagged("Name", "test");
            let launched = ec2::run_instances(&mut stage.log, &own, time + mins(20), &run, &Verdict::Granted);
            ec2::terminate(&mut stage.log, &own, time + hours(6), &account.home, &launched.instances);
        }
    }
    stage.truth.note = "home for a day, and a test that day".into();
}

/// Writes a tag put on something, as people do all day.
fn ec2_tag(stage: &mut Stage, actor: &Actor, time: jiff::Timestamp, region: &str) {
    let resource = stage.rng.resource("vol");
    let request = json!({"resourcesSet": {"items": [{"resourceId": resource}]}, "tagSet": {"items": [{"key": "seen", "value": "yes"}]}});
    stage
        .log
        .call(actor, time, region, "ec2", "CreateTags")
        .request(request)
        .response(json!({"_return": true}))
        .send();
}

/// Writes a cluster whose autoscaler is replaced: other program, other families, on the same instance role.
pub(super) fn autoscaler_upgraded(stage: &mut Stage) {
    let builder = stage.org.builder.clone();
    for day in 0..stage.span.days {
        let (agent, machine) = if day < 14 {
            (agents::go("ec2"), "m5.4xlarge")
        } else {
            (agents::karpenter(), *stage.rng.pick(&["m6i.4xlarge", "c6i.8xlarge", "r6i.4xlarge"]))
        };
        for hour in [7, 8, 9, 12, 15] {
            let minute = stage.rng.between(0, 59);
            let time = stage.local(day, hour, minute);
            let actor = builder.actor(time, "ec2").with_agent(&agent);
            let run = Run::new(&builder.account, &builder.region, machine, 2).tagged("Name", "node");
            if day >= 14 {
                ec2::run_instances(&mut stage.log, &actor, time - secs(4), &run, &Verdict::DryRun);
            }
            let nodes = ec2::run_instances(&mut stage.log, &actor, time, &run, &Verdict::Granted).instances;
            ec2::terminate(&mut stage.log, &actor, time + hours(7), &builder.region, &nodes);
        }
    }
    stage.truth.note = "another autoscaler on the same nodes".into();
}

/// Writes an engineer in CloudShell: the person's session, Amazon's address.
pub(super) fn cloudshell(stage: &mut Stage) {
    let (org, account) = (stage.org.clone(), stage.org.production().clone());
    let engineer = org.person(Job::Engineer).clone();
    let time = stage.local(14, 14, 20);
    let own = sign_in::sso_console(&mut stage.log, &org, &engineer, &account, time, org.office_on(14));
    people::browse(stage, &own, time + mins(1), &account);
    let shell = addresses::aws(&mut stage.rng, &account.home);
    let agent = "aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.150-174 md/arch#x86_64 lang/python#3.13.7 \
                 md/pyimpl#CPython exec-env/CloudShell cfg/retry-mode#standard md/command#ec2.run-instances";
    let own = own.at(&shell).with_agent(agent);
    let run = Run::new(&account, &account.home, "c6i.8xlarge", 3).tagged("Name", "reindex");
    let launched = ec2::run_instances(&mut stage.log, &own, time + mins(9), &run, &Verdict::Granted);
    ec2::terminate(&mut stage.log, &own, time + hours(3), &account.home, &launched.instances);
    stage.truth.note = "the same person, in a shell of Amazon's".into();
}

/// Writes the weekly training run of a person who is abroad this week.
pub(super) fn engineer_abroad(stage: &mut Stage) {
    let (org, account) = (stage.org.clone(), stage.org.sandbox().clone());
    let scientist: Person = org.person(Job::Scientist).clone();
    let hotel = addresses::address(&mut stage.rng, Network::HomeElsewhere);
    for day in [1, 4, 8, 11, 15] {
        let time = stage.local(day, 9, 20);
        let seat = if day == 15 { hotel.as_str() } else { org.office_on(day) };
        let own = sign_in::sso_terminal(&mut stage.log, &org, &scientist, &account, time, seat);
        people::browse(stage, &own, time + mins(2), &account);
        let run = Run::new(&account, &account.home, "g5.12xlarge", 2).tagged("Name", "train");
        let launched = ec2::run_instances(&mut stage.log, &own, time + mins(15), &run, &Verdict::Granted);
        ec2::terminate(&mut stage.log, &own, time + hours(8), &account.home, &launched.instances);
    }
    stage.truth.note = "the same run as ever, from a hotel".into();
}
