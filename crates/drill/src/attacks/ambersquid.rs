//! AMBERSQUID: everything but plain instances, because instances need a quota and are watched.

use serde_json::{Value, json};

use super::places::{self, REGIONS};
use super::raid::Raid;
use crate::addresses::Network;
use crate::calls::groups::Group;
use crate::calls::managed::{self, Managed};
use crate::calls::refusal::Verdict;
use crate::calls::{fleet, iam};
use crate::stage::Stage;
use crate::time::secs;

/// Writes the scripts: roles first, then sixteen regions one after the other.
pub(super) fn play(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(14, 22, 3);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key").with_cli();
    roles(&mut raid);
    for region in REGIONS.into_iter().filter(|region| *region != "ap-northeast-3") {
        builds(&mut raid, region);
        containers(&mut raid, region);
        notebooks(&mut raid, region);
        images_and_stacks(&mut raid, region);
        raid.pause(10, 40);
    }
    raid.finish();
}

/// Writes three roles with far too much power.
fn roles(raid: &mut Raid<'_>) {
    let account = raid.account.clone();
    for (name, service) in [
        ("AWSCodeCommit-Role", "amplify.amazonaws.com"),
        ("sugo-role", "sagemaker.amazonaws.com"),
        ("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com"),
    ] {
        let caller = raid.caller("iam", "CreateRole");
        let trusted = json!({"Service": service});
        let role = iam::create_role(&mut raid.stage.log, &caller, raid.now, &account, name, &trusted);
        let caller = raid.caller("iam", "AttachRolePolicy");
        let log = &mut raid.stage.log;
        iam::attach_role_policy(log, &caller, raid.now + secs(2), &role, "AdministratorAccess");
        raid.pause(4, 8);
    }
}

/// Returns a call of `service` with `request`; `count` is 0 where it only prepares.
fn other(service: &'static str, name: &'static str, request: Value, count: u64) -> Managed {
    Managed { service, name, resource: format!("arn:aws:{service}:*"), request, response: json!({}), count }
}

/// Writes a repository, two web apps that mine while they are built, and a build project.
fn builds(raid: &mut Raid<'_>, region: &str) {
    let id = raid.account.id.clone();
    raid.stage_up(region, &other("codecommit", "CreateRepository", json!({"repositoryName": "test"}), 0));
    raid.pause(1, 3);
    for at in 0..2 {
        let app = format!("d{}", raid.stage.rng.hex(12));
        let request = json!({
            "name": format!("task{at}"), "platform": "WEB", "buildSpec": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "repository": format!("https://git-codecommit.{region}.amazonaws.com/v1/repos/test"),
            "iamServiceRoleArn": format!("arn:aws:iam::{id}:role/AWSCodeCommit-Role"),
        });
        raid.stage_up(region, &other("amplify", "CreateApp", request, 0));
        let request = json!({"appId": app, "branchName": "main", "enableAutoBuild": true});
        raid.stage_up(region, &other("amplify", "CreateBranch", request, 0));
        raid.pause(1, 3);
        let request = json!({"appId": app, "branchName": "main", "jobType": "RELEASE"});
        raid.order(region, &other("amplify", "StartJob", request, 1), &Verdict::Granted);
    }
    raid.stage_up(region, &managed::build_project(&id, region, "tost", "BUILD_GENERAL1_LARGE"));
    raid.pause(1, 3);
    raid.order(region, &managed::start_build(&id, region, "tost"), &Verdict::Granted);
}

/// Writes a cluster with ten tasks.
fn containers(raid: &mut Raid<'_>, region: &str) {
    let id = raid.account.id.clone();
    raid.stage_up(region, &managed::ecs_cluster(&id, region, "test"));
    raid.stage_up(region, &managed::task_definition(&id, region, "test", "delbidaluan/epicx", 2048, 4096));
    raid.pause(1, 3);
    raid.order(region, &managed::ecs_service(&id, region, "test", "test", 30), &Verdict::Granted);
}

/// Writes notebooks whose start-up script mines; only some of the regions have the quota.
fn notebooks(raid: &mut Raid<'_>, region: &str) {
    let id = raid.account.id.clone();
    let name = "CreateNotebookInstanceLifecycleConfig";
    let request = json!({"notebookInstanceLifecycleConfigName": "config", "onStart": [{"content": "HIDDEN_DUE_TO_SECURITY_REASONS"}]});
    raid.stage_up(region, &other("sagemaker", name, request, 0));
    for at in 0..3 {
        let notebook = managed::notebook(&id, region, &format!("note{at}"), "ml.t3.2xlarge");
        let verdict = if at == 2 { over_limit("ml.t3.2xlarge") } else { Verdict::Granted };
        raid.order(region, &notebook, &verdict);
        raid.pause(1, 4);
    }
}

/// Returns SageMaker's answer beyond its limit.
pub(super) fn over_limit(machine: &str) -> Verdict {
    Verdict::Other(
        "ResourceLimitExceeded",
        format!(
            "The account-level service limit '{machine} for notebook instance usage' is 2 Instances, with current \
             utilization of 2 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an \
             increase for this quota."
        ),
    )
}

/// Writes a stack, an image pipeline, and a small group of instances.
fn images_and_stacks(raid: &mut Raid<'_>, region: &str) {
    let id = raid.account.id.clone();
    raid.stage_up(region, &managed::stack(&id, region, "cf-test"));
    let request =
        json!({"name": "infra", "instanceTypes": ["z1d.12xlarge"], "instanceProfileName": "sugo-role"});
    raid.stage_up(region, &other("imagebuilder", "CreateInfrastructureConfiguration", request, 0));
    let pipeline = format!("arn:aws:imagebuilder:{region}:{id}:image-pipeline/test");
    let request = json!({"imagePipelineArn": pipeline});
    raid.order(region, &other("imagebuilder", "StartImagePipelineExecution", request, 1), &Verdict::Granted);
    raid.pause(1, 3);
    let mut group = Group::standing(&raid.account, region, "task-asg", "c5.2xlarge", "");
    let caller = raid.caller("ec2", "CreateLaunchTemplate");
    let image = raid.account.image("amazon", region);
    let data = json!({"InstanceType": "c5.2xlarge", "ImageId": image, "UserData": "<sensitiveDataRemoved>"});
    let log = &mut raid.stage.log;
    group.template = fleet::create_launch_template(log, &caller, raid.now, region, "task-lt", &data);
    raid.group(&group, (2, 8, 2), &Verdict::Granted);
    raid.scales(&group, secs(14), 2);
}
