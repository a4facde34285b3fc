//! Mining in containers, and a container's role that tries for more.

use super::habits;
use super::places::{self, REGIONS};
use super::raid::Raid;
use crate::addresses::Network;
use crate::calls::managed;
use crate::calls::refusal::Verdict;
use crate::stage::Stage;
use crate::time::mins;

/// Writes the CIRT's second story: a task behind an exposed page uses its role, which may only use
/// S3; every launch is refused.
pub(super) fn task_role(stage: &mut Stage) {
    let now = stage.utc(14, 4, 48);
    let name = stage.org.containers[0].clone();
    let actor = stage.org.task(&name, now);
    let mut raid = Raid::begin(stage, actor, now, "compromised-role-session").with_cli_on_host();
    raid.incident.accept("over-permissive-role");
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    raid.pause(10, 30);
    raid.call(&home, "s3", "ListBuckets", serde_json::json!({"Host": "s3.amazonaws.com"}));
    for (service, name) in [("iam", "ListUsers"), ("iam", "CreateUser"), ("ecs", "ListClusters")] {
        let region = if service == "iam" { "us-east-1" } else { &home };
        raid.denied(region, service, name);
        raid.pause(5, 20);
    }
    for machine in ["c5.9xlarge", "c5.9xlarge", "m5.4xlarge", "g4dn.xlarge", "t3.large", "t2.micro"] {
        let run = raid.want(&home, machine, if machine == "t2.micro" { 1 } else { 5 });
        raid.run(&run, &Verdict::Denied);
        raid.pause(15, 80);
    }
    raid.denied(&home, "ecs", "RegisterTaskDefinition");
    raid.finish();
}

/// Writes Datadog's second case: a cluster and a service of 25 large tasks in seventeen regions within
/// two minutes, without a look around.
pub(super) fn seventeen_regions(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(15, 0, 25);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    let id = raid.account.id.clone();
    for region in REGIONS {
        let name = raid.stage.rng.letters(10);
        raid.stage_up(region, &managed::ecs_cluster(&id, region, &name));
        raid.pause(0, 1);
        for at in 0..2 {
            let family = format!("{name}{at}");
            let image = format!("yzsqbe/{}", raid.stage.rng.letters(2).to_lowercase());
            raid.stage_up(region, &managed::task_definition(&id, region, &family, &image, 16_384, 32_768));
            let service = managed::ecs_service(&id, region, &name, &family, 25);
            raid.pause(0, 1);
            raid.order(region, &service, &Verdict::Granted);
            raid.pause(0, 2);
        }
    }
    raid.finish();
}

/// Writes a thief who uses the cluster that is there, ten large tasks at a time.
pub(super) fn run_task(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "ci-containers");
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(13, 18, 33);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key").with_cli();
    let (id, home) = (raid.account.id.clone(), raid.account.home.clone());
    let cluster = raid.stage.org.name.clone();
    raid.call(&home, "ecs", "ListClusters", serde_json::json!({}));
    raid.pause(5, 12);
    let definition =
        managed::task_definition(&id, &home, "log-rotate", "ghcr.io/x/ka:latest", 16_384, 32_768);
    raid.stage_up(&home, &definition);
    raid.pause(10, 20);
    for _ in 0..24 {
        raid.order(&home, &managed::run_task(&id, &home, &cluster, "log-rotate:1", 10), &Verdict::Granted);
        raid.pause(2, 9);
    }
    let over = "You've reached the limit on the number of vCPUs you can run concurrently";
    for _ in 0..3 {
        let task = managed::run_task(&id, &home, &cluster, "log-rotate:1", 10);
        raid.order(&home, &task, &Verdict::Other("ThrottlingException", over.into()));
        raid.pause(20, 60);
    }
    raid.wait(mins(30));
    raid.finish();
}
