//! Mining where nobody looks: managed services as machine rooms.

use serde_json::json;

use super::ambersquid::over_limit;
use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::ec2::{self, Run};
use crate::calls::fleet;
use crate::calls::groups::{self, Group};
use crate::calls::managed::{self, Managed};
use crate::calls::refusal::Verdict;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const KEY: &str = "compromised-access-key";

/// Writes notebooks with GPUs in three regions, whose start-up script mines.
pub(super) fn notebooks(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "ds-experiments");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(13, 9, 50);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let id = raid.account.id.clone();
    let far = places::dormant(&raid.account);
    for region in [far[0], far[1], far[2]] {
        raid.call(region, "sagemaker", "ListNotebookInstances", json!({}));
        raid.pause(3, 8);
        let name = "CreateNotebookInstanceLifecycleConfig";
        let request = json!({"notebookInstanceLifecycleConfigName": "setup"});
        raid.call(region, "sagemaker", name, request);
        for (at, machine) in
            ["ml.g4dn.12xlarge", "ml.p3.8xlarge", "ml.c5.18xlarge", "ml.c5.18xlarge"].iter().enumerate()
        {
            let name = format!("nb-{}", raid.stage.rng.hex(4));
            let verdict = if at == 1 { over_limit(machine) } else { Verdict::Granted };
            raid.order(region, &managed::notebook(&id, region, &name, machine), &verdict);
            raid.pause(4, 12);
        }
    }
    raid.finish();
}

/// Writes a compute environment, a queue and a thousand jobs; Batch makes a group, Auto Scaling the
/// machines.
pub(super) fn batch(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "genomics-pipeline");
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(14, 19, 15);
    let mut raid = Raid::begin(stage, actor, now, KEY).with_cli();
    let (id, home) = (raid.account.id.clone(), raid.account.home.clone());
    let order = managed::batch_environment(&id, &home, "ce-spot", &["c5.24xlarge", "c5a.24xlarge"], 4096);
    raid.order(&home, &order, &Verdict::Granted);
    raid.pause(30, 60);
    raid.call(
        &home,
        "batch",
        "CreateJobQueue",
        json!({"jobQueueName": "q1", "priority": 1,
        "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": "ce-spot"}]}),
    );
    let request = json!({"jobDefinitionName": "q1-job", "type": "container", "containerProperties": {
    "image": "ghcr.io/x/ka:latest", "resourceRequirements": [
        {"type": "VCPU", "value": "48"}, {"type": "MEMORY", "value": "90000"},
    ]}});
    raid.call(&home, "batch", "RegisterJobDefinition", request);
    raid.pause(10, 30);
    raid.order(&home, &managed::batch_job(&id, &home, "render", "q1", 1000), &Verdict::Granted);
    // What runs has ids of its own below.
    raid.managed_running = 0;
    let mut ids = Vec::new();
    let group = batch_group(&mut raid, &home);
    for (minutes, size) in [(2, 6), (5, 18), (11, 30)] {
        let time = raid.now + mins(minutes);
        let actor = batch_service(&raid, time);
        let log = &mut raid.stage.log;
        let made = groups::update(log, &actor, time, &group, (0, size, size), &Verdict::Granted);
        raid.incident.service_launch_event_ids.push(made.event_id);
        let more = size - ids.len() as u64;
        ids.extend(raid.scales(&group, mins(minutes) + secs(20), more));
    }
    aftermath::close_group(&mut raid, hours(10), &group, &ids);
    raid.finish();
}

fn batch_service(raid: &Raid<'_>, time: jiff::Timestamp) -> crate::actor::Actor {
    let service = "batch.amazonaws.com";
    raid.account.service_role(service, "AWSServiceRoleForBatch").for_service("aws-batch", service, time)
}

/// Writes the group Batch makes for the environment.
fn batch_group(raid: &mut Raid<'_>, region: &str) -> Group {
    let time = raid.now + secs(30);
    let actor = batch_service(raid, time);
    let name = format!("ce-spot-asg-{}", raid.stage.rng.uuid());
    let mut group = Group::standing(&raid.account, region, &name, "c5.24xlarge", "ecsInstanceRole");
    let data = json!({"InstanceType": "c5.24xlarge", "UserData": "<sensitiveDataRemoved>"});
    let log = &mut raid.stage.log;
    let template = format!("Batch-lt-{}", log.ids().uuid());
    group.template = fleet::create_launch_template(log, &actor, time, region, &template, &data);
    let made = groups::create(log, &actor, time + secs(3), &group, (0, 0, 0), &Verdict::Granted);
    raid.incident.service_launch_event_ids.push(made.event_id);
    group
}

/// Writes two clusters of forty nodes with a start-up action that mines.
pub(super) fn clusters(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(12, 3, 33);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let id = raid.account.id.clone();
    let far = places::dormant(&raid.account);
    for region in [far[0], far[3]] {
        raid.call(region, "elasticmapreduce", "ListClusters", json!({}));
        raid.pause(5, 15);
        let flow = managed::job_flow(&id, region, "analytics-q3", "c5.18xlarge", 40);
        raid.order(region, &flow, &Verdict::Granted);
        raid.managed_running = 0;
        let flow_id = flow.response["jobFlowId"].as_str().unwrap_or_default().to_owned();
        let service = "elasticmapreduce.amazonaws.com";
        for (machine, count, kind) in
            [("m6i.2xlarge", 1, "MASTER"), ("c5.18xlarge", 20, "CORE"), ("c5.18xlarge", 20, "CORE")]
        {
            let time = raid.now + secs(raid.stage.rng.between(25, 70));
            let actor =
                raid.account.role("EMR_DefaultRole").for_service("CCSSession", service, time - secs(9));
            let run = Run::new(&raid.account, region, machine, count)
                .with_profile("EMR_EC2_DefaultRole")
                .tagged("aws:elasticmapreduce:job-flow-id", &flow_id)
                .tagged("aws:elasticmapreduce:instance-group-role", kind);
            let launched = ec2::run_instances(&mut raid.stage.log, &actor, time, &run, &Verdict::Granted);
            raid.obtain(&launched);
        }
        raid.pause(90, 200);
    }
    aftermath::contain(&mut raid, hours(8));
    raid.finish();
}

/// Writes Lightsail in ten regions, five of the largest a call, until the limit says no.
pub(super) fn lightsail(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "landing-pages");
    let actor = places::thief_of(stage, &user, Network::HomeElsewhere);
    let now = stage.utc(16, 7, 7);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let id = raid.account.id.clone();
    raid.call("us-east-1", "lightsail", "GetRegions", json!({}));
    raid.call("us-east-1", "lightsail", "GetBundles", json!({}));
    let limit = "Sorry, you've reached your maximum limit of Lightsail Instances : 20.";
    for region in places::REGIONS.into_iter().take(10) {
        let names = ["node-1", "node-2", "node-3", "node-4", "node-5"];
        let order = managed::lightsail(&id, region, &names, "8xlarge_3_0");
        for at in 0..3 {
            let verdict = if at == 2 {
                Verdict::Other("InvalidInputException", limit.into())
            } else {
                Verdict::Granted
            };
            raid.order(region, &order, &verdict);
            raid.pause(4, 15);
        }
    }
    raid.finish();
}

/// Writes build projects of the largest size, started again and again.
pub(super) fn build_projects(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "release-manager");
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(15, 21, 12);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let id = raid.account.id.clone();
    let regions = [raid.account.home.clone(), places::dormant(&raid.account)[1].to_owned()];
    for region in &regions {
        for name in ["unit-tests", "lint"] {
            raid.stage_up(region, &managed::build_project(&id, region, name, "BUILD_GENERAL1_2XLARGE"));
            raid.pause(3, 9);
        }
    }
    for _ in 0..3 {
        for region in &regions {
            for name in ["unit-tests", "lint"] {
                for _ in 0..5 {
                    raid.order(region, &managed::start_build(&id, region, name), &Verdict::Granted);
                    raid.pause(1, 4);
                }
            }
        }
        // A build ends after eight hours at most; the script starts new ones before.
        raid.wait(hours(7));
    }
    raid.finish();
}

/// Writes training jobs on the largest GPU machines, and a Glue job beside.
pub(super) fn training(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "vision-team");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(14, 0, 40);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let id = raid.account.id.clone();
    let far = places::dormant(&raid.account)[0];
    for at in 0..6 {
        let name = format!("resnet-{}", raid.stage.rng.hex(5));
        let job: Managed = managed::training_job(&id, far, &name, "ml.g5.48xlarge", 2);
        let verdict = if at > 3 { over_limit("ml.g5.48xlarge") } else { Verdict::Granted };
        raid.order(far, &job, &verdict);
        raid.pause(20, 70);
    }
    raid.finish();
}
