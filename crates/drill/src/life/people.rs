//! People at work: they sign in, look around, sometimes start a small machine.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::sign_in;
use crate::organisation::{Account, Job, Person};
use crate::stage::Stage;
use crate::time::{mins, secs};

/// Writes the working days of everybody.
pub(crate) fn live(stage: &mut Stage) {
    for person in stage.org.people.clone() {
        for day in 0..stage.span.days {
            let works = if stage.span.is_weekend(day) { 6 } else { 60 };
            if stage.rng.chance(works) {
                work(stage, &person, day);
            }
        }
    }
}

/// Returns where `person` is on `day`: office, home, the company's VPN, now and then a hotel.
pub(crate) fn whereabouts(stage: &mut Stage, person: &Person, day: i64) -> String {
    match stage.rng.below(20) {
        0..=9 => stage.org.office_on(day).to_owned(),
        10..=16 => person.home.clone(),
        17 | 18 => stage.org.corporate_vpn.clone(),
        _ => addresses::address(&mut stage.rng, Network::HomeEurope),
    }
}

/// Writes one working session.
fn work(stage: &mut Stage, person: &Person, day: i64) {
    let account = stage.rng.pick(&stage.org.accounts.clone()).clone();
    let address = whereabouts(stage, person, day);
    let (hour, minute) = (stage.rng.between(8, 16), stage.rng.between(0, 59));
    let time = stage.local(day, hour, minute);
    let org = stage.org.clone();
    if stage.rng.chance(55) {
        let actor = sign_in::sso_console(&mut stage.log, &org, person, &account, time, &address);
        browse(stage, &actor, time + secs(9), &account);
    } else {
        let actor = sign_in::sso_terminal(&mut stage.log, &org, person, &account, time, &address);
        type_commands(stage, &actor, time + secs(40), &account);
    }
    if person.job == Job::Engineer && stage.rng.chance(12) {
        try_something(stage, person, time + mins(25), &address);
    }
}

/// What the console asks for by itself when somebody opens its pages.
const PAGES: &[(&str, &str)] = &[
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeInstanceStatus"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "DescribeAddresses"),
    ("ec2", "DescribeRegions"),
    ("ec2", "DescribeAccountAttributes"),
    ("monitoring", "DescribeAlarms"),
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("elasticloadbalancing", "DescribeLoadBalancers"),
    ("rds", "DescribeDBInstances"),
    ("lambda", "ListFunctions20150331"),
    ("ecs", "ListClusters"),
    ("health", "DescribeEventAggregates"),
    ("ce", "GetCostAndUsage"),
];

/// Writes some clicks in the console.
pub(crate) fn browse(stage: &mut Stage, actor: &Actor, from: Timestamp, account: &Account) {
    let region = stage.rng.pick(&account.regions).clone();
    let mut time = from;
    for _ in 0..stage.rng.between(5, 14) {
        let (service, name) = *stage.rng.pick(PAGES);
        let region = if matches!(service, "ce" | "health") { "us-east-1" } else { &region };
        let request = if service == "ec2" { json!({"filterSet": {}}) } else { Value::Null };
        stage.log.call(actor, time, region, service, name).request(request).send();
        time += secs(stage.rng.between(1, 90));
    }
}

/// What people type: service, operation and command.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("ec2", "DescribeInstances", "ec2.describe-instances"),
    ("logs", "DescribeLogGroups", "logs.describe-log-groups"),
    ("ecs", "DescribeServices", "ecs.describe-services"),
    ("ecr", "GetAuthorizationToken", "ecr.get-login-password"),
    ("eks", "DescribeCluster", "eks.update-kubeconfig"),
    ("ssm", "GetParameter", "ssm.get-parameter"),
    ("iam", "ListRoles", "iam.list-roles"),
    ("cloudformation", "DescribeStacks", "cloudformation.describe-stacks"),
];

/// Writes some commands.
fn type_commands(stage: &mut Stage, actor: &Actor, from: Timestamp, account: &Account) {
    let region = stage.rng.pick(&account.regions).clone();
    let mut time = from;
    for _ in 0..stage.rng.between(2, 8) {
        let (service, name, command) = *stage.rng.pick(COMMANDS);
        let agent = agents::cli(&mut account.ids.fork(actor.principal_id()), command);
        let caller = actor.clone().with_agent(&agent);
        let place = if service == "iam" { "us-east-1" } else { &region };
        let request = if service == "ec2" { json!({"filterSet": {}}) } else { Value::Null };
        stage.log.call(&caller, time, place, service, name).request(request).send();
        time += secs(stage.rng.between(10, 400));
    }
}

/// Writes an engineer starting a small machine in the sandbox and ending it later.
fn try_something(stage: &mut Stage, person: &Person, time: Timestamp, address: &str) {
    let account = stage.org.sandbox().clone();
    let actor = stage.org.at_console(person, &account, time - mins(20), address);
    let machine = *stage.rng.pick(&["t3.medium", "t3.large", "m6i.large"]);
    let run = Run::new(&account, &account.home, machine, 1).tagged("Name", &format!("{}-test", person.name));
    ec2::run_instances(&mut stage.log, &actor, time, &run, &Verdict::DryRun);
    let launched = ec2::run_instances(&mut stage.log, &actor, time + secs(4), &run, &Verdict::Granted);
    let ended = time + mins(stage.rng.between(60, 300));
    ec2::terminate(&mut stage.log, &actor, ended, &account.home, &launched.instances);
}
