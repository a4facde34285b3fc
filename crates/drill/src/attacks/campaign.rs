//! The campaign GuardDuty reported in November 2025: containers and Auto Scaling groups at once, mining
//! within ten minutes, and machines that cannot be ended.

use serde_json::{Value, json};

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::ec2::{self, Template};
use crate::calls::groups::{self, Group};
use crate::calls::managed;
use crate::calls::refusal::Verdict;
use crate::calls::{fleet, iam, prepare};
use crate::organisation::Job;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// How many container clusters the script makes.
const CLUSTERS: u64 = 52;
/// Types of each group, GPU machines first, and how many of the twenty it asks for come up.
const GROUPS: [(&[&str], u64); 14] = [
    (&["g4dn.xlarge", "g4dn.2xlarge"], 4),
    (&["g5.xlarge", "g5.2xlarge"], 0),
    (&["p3.2xlarge"], 0),
    (&["g6.xlarge"], 0),
    (&["inf2.xlarge", "trn1.2xlarge"], 0),
    (&["c6i.4xlarge", "c6a.4xlarge"], 12),
    (&["c5.4xlarge", "c5a.4xlarge"], 12),
    (&["c7i.4xlarge"], 8),
    (&["m6i.4xlarge", "m5.4xlarge"], 8),
    (&["r6i.4xlarge", "r5.4xlarge"], 6),
    (&["c6i.8xlarge"], 3),
    (&["c5.9xlarge"], 0),
    (&["m6a.8xlarge"], 0),
    (&["t3.2xlarge"], 5),
];

/// Writes the campaign.
pub(super) fn play(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "platform-automation");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(15, 2, 10);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    probe(&mut raid);
    roles(&mut raid);
    containers(&mut raid);
    let groups = scaling(&mut raid);
    persist(&mut raid);
    keep_growing(&mut raid, &groups);
    try_to_end(&mut raid);
    raid.finish();
}

/// Writes the look at quotas and the dry runs that cost nothing.
fn probe(raid: &mut Raid<'_>) {
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    raid.pause(3, 6);
    for code in ["L-1216C47A", "L-DB2E81BA", "L-417A185B", "L-34B43A08"] {
        let caller = raid.caller("servicequotas", "GetServiceQuota");
        prepare::quota(&mut raid.stage.log, &caller, raid.now, &home, "GetServiceQuota", code).send();
        raid.pause(1, 3);
    }
    for machine in ["g4dn.xlarge", "c6i.4xlarge"] {
        let run = raid.want(&home, machine, 1);
        raid.run(&run, &Verdict::DryRun);
        raid.pause(2, 5);
    }
}

/// Writes roles minted minutes before they are needed.
fn roles(raid: &mut Raid<'_>) {
    let caller = raid.caller("iam", "CreateServiceLinkedRole");
    let (log, account) = (&mut raid.stage.log, &raid.account);
    iam::create_service_linked_role(log, &caller, raid.now, "autoscaling.amazonaws.com");
    iam::create_service_linked_role(log, &caller, raid.now + secs(2), "ecs.amazonaws.com");
    let trusted = json!({"Service": "lambda.amazonaws.com"});
    let role = iam::create_role(log, &caller, raid.now + secs(5), account, "lambda-exec-7f3a", &trusted);
    iam::attach_role_policy(
        log,
        &caller,
        raid.now + secs(6),
        &role,
        "service-role/AWSLambdaBasicExecutionRole",
    );
    let trusted = json!({"Service": "ecs-tasks.amazonaws.com"});
    iam::create_role(log, &caller, raid.now + secs(8), account, "ecsTaskExecutionRole", &trusted);
    raid.pause(12, 20);
}

/// Writes fifty clusters; ten of them get a service of ten large tasks each.
fn containers(raid: &mut Raid<'_>) {
    let (id, home) = (raid.account.id.clone(), raid.account.home.clone());
    let image = "yenik65958/secret:user";
    raid.stage_up(&home, &managed::task_definition(&id, &home, "task-user", image, 16_384, 32_768));
    for at in 0..CLUSTERS {
        let name = format!("cluster-{}", raid.stage.rng.hex(8));
        raid.stage_up(&home, &managed::ecs_cluster(&id, &home, &name));
        if at % 5 == 0 {
            let service = managed::ecs_service(&id, &home, &name, "task-user", 10);
            raid.order(&home, &service, &Verdict::Granted);
        }
        raid.pause(1, 3);
    }
}

/// Writes two launch templates and fourteen groups, and what Auto Scaling gets for them.
fn scaling(raid: &mut Raid<'_>) -> Vec<Group> {
    let home = raid.account.home.clone();
    let templates = ["tpl-gpu", "tpl-cpu"].map(|name| template(raid, &home, name));
    let mut made = Vec::new();
    for (at, (machines, obtained)) in GROUPS.into_iter().enumerate() {
        let name = format!("SPOT-{}", raid.stage.rng.hex(6));
        let mut group = Group::standing(&raid.account, &home, &name, machines[0], "");
        group.template = templates[usize::from(at >= 5)].clone();
        create_mixed(raid, &group, machines);
        if obtained > 0 {
            raid.scales(&group, secs(9), obtained);
        }
        if obtained < 12 {
            let launched = groups::service_run(
                &mut raid.stage.log,
                raid.now + secs(15),
                &group,
                20 - obtained,
                &Verdict::Quota(256),
            );
            raid.obtain(&launched);
        }
        raid.pause(3, 8);
        made.push(group);
    }
    made
}

fn template(raid: &mut Raid<'_>, region: &str, name: &str) -> Template {
    let caller = raid.caller("ec2", "CreateLaunchTemplate");
    let data = json!({
        "ImageId": raid.account.image("ubuntu", region), "InstanceType": "c6i.4xlarge",
        "UserData": "<sensitiveDataRemoved>",
    });
    raid.pause(2, 4);
    fleet::create_launch_template(&mut raid.stage.log, &caller, raid.now, region, name, &data)
}

/// Writes `CreateAutoScalingGroup` with a choice of `machines`: from 20 to 999.
fn create_mixed(raid: &mut Raid<'_>, group: &Group, machines: &[&str]) {
    let overrides: Vec<Value> = machines.iter().map(|m| json!({"instanceType": m})).collect();
    let subnets: Vec<String> = raid.account.vpc(&group.region).subnets.into_iter().map(|s| s.id).collect();
    let request = json!({
        "autoScalingGroupName": group.name, "minSize": 20, "maxSize": 999, "desiredCapacity": 20,
        "vPCZoneIdentifier": subnets.join(","),
        "mixedInstancesPolicy": {
            "launchTemplate": {
                "launchTemplateSpecification": {
                    "launchTemplateId": group.template.id, "version": group.template.version,
                },
                "overrides": overrides,
            },
            "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 100},
        },
    });
    let caller = raid.caller("autoscaling", "CreateAutoScalingGroup");
    let launched = crate::truth::Launched {
        event_id: raid
            .stage
            .log
            .call(&caller, raid.now, &group.region, "autoscaling", "CreateAutoScalingGroup")
            .request(request)
            .send(),
        time: raid.now,
        region: group.region.clone(),
        requested: 20,
        instances: Vec::new(),
    };
    raid.take(launched, &Verdict::Granted);
}

/// Writes the guard on every machine, a function anybody may call, and a user for mail.
fn persist(raid: &mut Raid<'_>) {
    let (id, home) = (raid.account.id.clone(), raid.account.home.clone());
    for instance in raid.incident.instances.clone() {
        let caller = raid.caller("ec2", "ModifyInstanceAttribute");
        ec2::protect(&mut raid.stage.log, &caller, raid.now, &home, &instance);
        raid.pause(0, 1);
    }
    let role = format!("arn:aws:iam::{id}:role/lambda-exec-7f3a");
    raid.stage_up(&home, &managed::create_function(&id, &home, "generate-report-9c", &role, 128));
    raid.pause(2, 5);
    let request = json!({
        "functionName": "generate-report-9c", "statementId": "FunctionURLAllowPublicAccess", "principal": "*",
        "action": "lambda:InvokeFunctionUrl", "functionUrlAuthType": "NONE",
    });
    raid.call(&home, "lambda", "AddPermission20150331v2", request);
    raid.stage_up(&home, &managed::public_function_url(&id, &home, "generate-report-9c"));
    raid.pause(4, 9);
    let caller = raid.caller("iam", "CreateUser");
    let (log, account) = (&mut raid.stage.log, &raid.account);
    let user = iam::create_user(log, &caller, raid.now, account, "user-x1x2x3x4");
    iam::attach_user_policy(log, &caller, raid.now + secs(3), &user, "AmazonSESFullAccess");
    raid.incident.spare(&user.arn(), "");
}

/// Writes one group that gets some more machines an hour later, when others let go of theirs.
fn keep_growing(raid: &mut Raid<'_>, groups: &[Group]) {
    raid.scales(&groups[5], mins(55), 8);
}

/// Writes the owner who cannot end protected machines; the key is cut, the mining goes on.
fn try_to_end(raid: &mut Raid<'_>) {
    let org = raid.stage.org.clone();
    let time = raid.now + hours(4);
    let person = org.person(Job::OnCall);
    let account = raid.account.clone();
    let actor =
        crate::calls::sign_in::sso_terminal(&mut raid.stage.log, &org, person, &account, time, &person.home);
    let first = raid.incident.instances[0].clone();
    let message = format!(
        "The instance '{first}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try \
         again."
    );
    raid.stage
        .log
        .call(&actor, time + mins(2), &account.home, "ec2", "TerminateInstances")
        .request(json!({"instancesSet": {"items": [{"instanceId": first}]}}))
        .error("Client.OperationNotPermitted", &message)
        .send();
    let running = std::mem::take(&mut raid.running);
    aftermath::contain(raid, hours(4) + mins(5));
    raid.running = running;
}
