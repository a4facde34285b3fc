//! Software that builds and deploys: it starts machines by the dozen, often from odd addresses.

use jiff::Timestamp;

use crate::addresses::{self, Network};
use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::groups::{self, Group};
use crate::calls::refusal::Verdict;
use crate::calls::{iam, prepare, sts};
use crate::life::pipeline;
use crate::stage::Stage;
use crate::time::{mins, secs};

/// Writes one machine the build server starts at `time` and ends after `minutes`.
pub(crate) fn agent_machine(stage: &mut Stage, time: Timestamp, machine: &str, spot: bool, minutes: i64) {
    let builder = stage.org.builder.clone();
    let actor = builder.actor(time, "ec2").with_agent(&agents::jenkins());
    let mut run = Run::new(&builder.account, &builder.region, machine, 1)
        .of_image(&builder.account.image("agent", &builder.region))
        .with_key("ci-agents")
        .with_user_data()
        .tagged("jenkins_slave_type", if spot { "spot" } else { "demand" });
    if spot {
        run = run.on_spot();
    }
    let launched = ec2::run_instances(&mut stage.log, &actor, time, &run, &Verdict::Granted);
    let ended = time + mins(minutes);
    let actor = builder.actor(ended, "ec2").with_agent(&agents::jenkins());
    ec2::terminate(&mut stage.log, &actor, ended, &builder.region, &launched.instances);
}

/// Writes Jenkins on the build server starting agents all day; on release day many more.
pub(super) fn jenkins(stage: &mut Stage) {
    for day in 0..stage.span.days {
        let count = match (stage.span.is_weekend(day), day) {
            (true, _) => 3,
            (_, 15) => 70,
            _ => stage.rng.between(15, 30),
        };
        for _ in 0..count {
            let (hour, minute) = (stage.rng.between(7, 19), stage.rng.between(0, 59));
            let machine = *stage.rng.pick(&["c5.2xlarge", "c5.2xlarge", "m5.2xlarge"]);
            let (minutes, spot) = (stage.rng.between(9, 55), stage.rng.chance(50));
            agent_machine(stage, stage.local(day, hour, minute), machine, spot, minutes);
        }
    }
    stage.truth.note =
        "an instance role that rightfully starts machines, every day, in its own region".into();
}

/// Writes runners whose launches fail for quota during a busy hour and are retried every half minute.
pub(super) fn runners_hit_quota(stage: &mut Stage) {
    let builder = stage.org.builder.clone();
    for day in 0..stage.span.days {
        for _ in 0..stage.rng.between(6, 12) {
            let (hour, minute) = (stage.rng.between(8, 18), stage.rng.between(0, 59));
            agent_machine(stage, stage.local(day, hour, minute), "c6i.4xlarge", false, 30);
        }
    }
    let mut time = stage.local(14, 15, 2);
    for attempt in 0..55 {
        let actor = builder.actor(time, "ec2").with_agent(&agents::jenkins());
        let run =
            Run::new(&builder.account, &builder.region, "c6i.4xlarge", 4).at_least(1).with_key("ci-agents");
        let verdict = if attempt % 9 == 8 { Verdict::Throttled } else { Verdict::Quota(512) };
        ec2::run_instances(&mut stage.log, &actor, time, &run, &verdict);
        time += secs(stage.rng.between(20, 70));
    }
    stage.truth.note = "own software against its own quota: refused launches without an intruder".into();
}

/// Writes Packer baking images from the build server: key pair, security group, machine, image, gone.
pub(super) fn packer(stage: &mut Stage) {
    let builder = stage.org.builder.clone();
    let account = builder.account.clone();
    let regions: Vec<String> = account.regions.iter().take(2).cloned().collect();
    for day in 0..stage.span.days {
        for (at, region) in regions.iter().enumerate() {
            let time = stage.local(day, 3, 10 + 20 * i64::try_from(at).unwrap_or(0));
            let actor = builder.actor(time, "ec2").with_agent(&agents::packer());
            let name = format!("packer_{}", stage.rng.uuid());
            prepare::describe(&mut stage.log, &actor, time, region, "DescribeImages");
            prepare::create_key_pair(&mut stage.log, &actor, time + secs(3), region, &name);
            let place = (&account, region.as_str());
            let group = prepare::create_security_group(&mut stage.log, &actor, time + secs(4), place, &name);
            prepare::open_port(&mut stage.log, &actor, time + secs(5), region, &group, (22, "0.0.0.0/0"));
            let machine = if at == 0 { "c5.4xlarge" } else { "g4dn.2xlarge" };
            let run = Run::new(&account, region, machine, 1).with_key(&name).tagged("Name", "Packer Builder");
            let launched =
                ec2::run_instances(&mut stage.log, &actor, time + secs(9), &run, &Verdict::Granted);
            ec2::stop(&mut stage.log, &actor, time + mins(12), region, &launched.instances);
            ec2::terminate(&mut stage.log, &actor, time + mins(16), region, &launched.instances);
        }
    }
    stage.truth.note = "Packer looks like preparation every night".into();
}

/// Writes Terraform in a region new to the account: roles, profiles, races, and then the machines.
pub(super) fn terraform(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let region = second_region(&account.regions);
    let time = stage.local(14, 14, 12);
    let build = pipeline::federate(stage, time);
    let actor = pipeline::plan(stage, &build, time + secs(30));
    let mut at = time + mins(2);
    for name in ["edge", "cache", "gateway"] {
        let profile = format!("{name}-instance-role");
        let trusted = serde_json::json!({"Service": "ec2.amazonaws.com"});
        iam::create_role(&mut stage.log, &actor, at, &account, &profile, &trusted);
        let request = serde_json::json!({"instanceProfileName": profile});
        iam::iam(&mut stage.log, &actor, at + secs(1), "CreateInstanceProfile").request(request).send();
        let run = Run::new(&account, region, "m6i.2xlarge", 3).with_profile(&profile).tagged("Name", name);
        let race = Verdict::UnknownProfile(profile.clone());
        for attempt in 0..stage.rng.between(2, 4) {
            ec2::run_instances(&mut stage.log, &actor, at + secs(2 + attempt * 2), &run, &race);
        }
        ec2::run_instances(&mut stage.log, &actor, at + secs(14), &run, &Verdict::Granted);
        at += secs(25);
    }
    let group = Group::standing(&account, region, "edge-asg", "c6i.2xlarge", "edge-instance-role");
    groups::create(&mut stage.log, &actor, at + secs(10), &group, (4, 24, 8), &Verdict::Granted);
    groups::scale_out(&mut stage.log, at + secs(30), &group, 8);
    stage.truth.note = "the pipeline's first time in this region, as planned".into();
}

/// Returns a region that is not in daily use.
fn second_region(used: &[String]) -> &'static str {
    ["eu-west-3", "ap-northeast-2", "ca-central-1"]
        .into_iter()
        .find(|r| !used.iter().any(|u| u == r))
        .unwrap_or("sa-east-1")
}

/// Writes a bot with a user's long-term key on rented servers that deploys every other day.
pub(super) fn pulumi(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let user = account.user("pulumi-deployer");
    for day in (0..stage.span.days).step_by(2) {
        let time = stage.local(day, 12, 25);
        // The provider gives its build machines a fresh address now and then.
        let mut place = account.ids.fork(&format!("pulumi:{}", day / 5));
        let address = addresses::address(&mut place, Network::Hosting);
        let actor = user.actor().at(&address).with_agent(&agents::pulumi());
        sts::who_am_i(&mut stage.log, &actor, time, &account.home);
        let names = [
            "DescribeVpcs",
            "DescribeSubnets",
            "DescribeInstances",
            "DescribeInstanceTypes",
            "DescribeImages",
        ];
        let at = prepare::look_around(&mut stage.log, &actor, time + secs(2), &account.home, &names, 1);
        let count = if day == 14 { 12 } else { 2 };
        let run = Run::new(&account, &account.home, "m6i.xlarge", count).tagged("pulumi:project", "platform");
        let launched = ec2::run_instances(&mut stage.log, &actor, at, &run, &Verdict::Granted);
        let old: Vec<String> = launched.instances.iter().map(|_| stage.rng.resource("i")).collect();
        ec2::terminate(&mut stage.log, &actor, at + mins(6), &account.home, &old);
    }
    stage.truth.note = "a long-term key on hosting addresses, and nothing wrong".into();
}
