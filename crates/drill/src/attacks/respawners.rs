//! Thieves who let AWS launch for them: groups, fleets, stacks, node groups.

use serde_json::{Value, json};

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::calls::ec2::{self, Run, Template};
use crate::calls::fleet::{self, Fleet};
use crate::calls::groups::{self, Group};
use crate::calls::managed::{self, Managed};
use crate::calls::refusal::Verdict;
use crate::life::scaling;
use crate::organisation::Instance;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const KEY: &str = "compromised-access-key";

/// Writes the thief's launch template `name` for `machine` and returns it.
fn template(raid: &mut Raid<'_>, region: &str, name: &str, machine: &str) -> Template {
    let image = raid.account.ids.fork(&format!("thief's image:{region}")).resource("ami");
    let data = json!({"InstanceType": machine, "ImageId": image, "UserData": "<sensitiveDataRemoved>"});
    let caller = raid.caller("ec2", "CreateLaunchTemplate");
    fleet::create_launch_template(&mut raid.stage.log, &caller, raid.now, region, name, &data)
}

/// Writes the only deed of a thief who makes a group and goes: it grows by a scaling policy for two
/// days, and every launch is Auto Scaling's.
pub(super) fn growing_group(stage: &mut Stage) {
    let actor = places::thief_of_integration(stage, Network::Hosting);
    let now = stage.utc(14, 10, 22);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let home = raid.account.home.clone();
    raid.who_am_i(&home);
    raid.pause(20, 40);
    raid.look(&home, &["DescribeSubnets", "DescribeImages"], 6);
    let template = template(&mut raid, &home, "app-node", "c6a.8xlarge");
    raid.pause(4, 8);
    let mut group = Group::standing(&raid.account, &home, "app-node-asg", "c6a.8xlarge", "");
    group.template = template;
    raid.group(&group, (1, 400, 2), &Verdict::Granted);
    raid.pause(3, 6);
    // A miner's processor is always above the target, so the group grows until its maximum.
    let request = json!({
        "autoScalingGroupName": group.name, "policyName": "cpu", "policyType": "TargetTrackingScaling",
        "targetTrackingConfiguration": {
            "predefinedMetricSpecification": {"predefinedMetricType": "ASGAverageCPUUtilization"},
            "targetValue": 10.0,
        },
    });
    raid.call(&home, "autoscaling", "PutScalingPolicy", request);
    let mut ids = raid.scales(&group, secs(16), 2);
    for step in 1..17 {
        let more = raid.stage.rng.between(2, 4).unsigned_abs();
        let wobble = secs(raid.stage.rng.between(0, 900));
        ids.extend(raid.scales(&group, hours(3 * step) + wobble, more));
    }
    aftermath::close_group(&mut raid, hours(51), &group, &ids);
    raid.finish();
}

/// Returns a launch that `service` makes with its role `role` for the order `tag`.
fn service_run(
    raid: &mut Raid<'_>,
    (service, role, session): (&str, &str, &str),
    after: jiff::SignedDuration,
    run: &Run,
) -> Vec<String> {
    let time = raid.now + after;
    let role = raid.account.service_role(service, role);
    let actor = role.for_service(session, service, time - secs(2));
    let launched = ec2::run_instances(&mut raid.stage.log, &actor, time, run, &Verdict::Granted);
    raid.obtain(&launched)
}

/// Writes spot fleets in three regions: the fleet service launches for them, and replaces what the
/// market takes away.
pub(super) fn spot_fleet(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "render-queue");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(13, 20, 8);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let far = places::dormant(&raid.account);
    for region in [far[0], far[1], far[2]] {
        raid.look(region, &["DescribeSpotPriceHistory", "DescribeSubnets"], 4);
        let caller = raid.caller("ec2", "RequestSpotFleet");
        let account = raid.account.clone();
        let (id, launched) = fleet::request_spot_fleet(
            &mut raid.stage.log,
            &caller,
            raid.now,
            (&account, region),
            (&["c5.18xlarge", "c5.9xlarge"], 30),
            &Verdict::Granted,
        );
        raid.take(launched, &Verdict::Granted);
        let service = ("spotfleet.amazonaws.com", "AWSServiceRoleForEC2SpotFleet", "SpotFleet");
        for (minutes, machine, count) in
            [(1, "c5.18xlarge", 12), (2, "c5.9xlarge", 12), (95, "c5.9xlarge", 3)]
        {
            let run = Run::new(&account, region, machine, count)
                .on_spot()
                .with_user_data()
                .tagged("aws:ec2spot:fleet-request-id", &id);
            service_run(&mut raid, service, mins(minutes), &run);
        }
        raid.pause(30, 80);
    }
    raid.finish();
}

/// Writes an instant fleet, which answers with its instances, and one that is refused.
pub(super) fn instant_fleet(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "load-generator");
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(12, 14, 27);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.look("us-east-1", &["DescribeRegions"], 3);
    let far = places::dormant(&raid.account);
    for (at, region) in [far[0], far[1], far[4], far[6]].into_iter().enumerate() {
        let template = template(&mut raid, region, "lt-9", "g4dn.xlarge");
        raid.pause(3, 7);
        let fleet = Fleet {
            account: raid.account.clone(),
            region: region.into(),
            template,
            machines: ["g4dn.xlarge", "g5.xlarge", "g4dn.2xlarge"].map(str::to_owned).to_vec(),
            target: 24,
            spot: at % 2 == 0,
            kind: "instant",
            tags: Vec::new(),
        };
        let verdict = if at == 3 { Verdict::Quota(16) } else { Verdict::Granted };
        raid.fleet(&fleet, &verdict);
        raid.pause(5, 20);
    }
    aftermath::contain(&mut raid, hours(7));
    raid.finish();
}

/// Writes the web fleet's own group enlarged by a web server's stolen token: a new version of its
/// template, then sixty machines more, while the owner's daily rhythm goes on in the same group.
pub(super) fn standing_group(stage: &mut Stage) {
    let instance: Instance = stage.org.web().instances[1].clone();
    let now = places::when_fresh(&instance, stage.utc(15, 12, 0));
    let address = places::seat(stage, Network::Hosting);
    let mut group = scaling::web_group(stage);
    let mut raid =
        Raid::begin(stage, instance.credential_at(now).at(&address), now, "compromised-instance-token")
            .with_cli();
    raid.incident.accept("over-permissive-role");
    let home = instance.region.clone();
    raid.who_am_i(&home);
    raid.pause(20, 60);
    raid.call(&home, "autoscaling", "DescribeAutoScalingGroups", json!(null));
    raid.look(&home, &["DescribeLaunchTemplates"], 20);
    let image = raid.account.ids.fork("thief's image").resource("ami");
    let request = json!({"CreateLaunchTemplateVersionRequest": {
        "LaunchTemplateId": group.template.id, "SourceVersion": group.template.version,
        "LaunchTemplateData": {"InstanceType": "c6i.8xlarge", "ImageId": image, "UserData": "<sensitiveDataRemoved>"},
    }});
    let caller = raid.caller("ec2", "CreateLaunchTemplateVersion");
    raid.stage
        .log
        .call(&caller, raid.now, &home, "ec2", "CreateLaunchTemplateVersion")
        .request(request)
        .response(json!({"CreateLaunchTemplateVersionResponse": {"launchTemplateVersion": {
            "launchTemplateId": group.template.id, "launchTemplateName": group.template.name, "versionNumber": 4,
        }}}))
        .send();
    raid.pause(10, 30);
    group.template.version = "4".into();
    group.machine = "c6i.8xlarge".into();
    let caller = raid.caller("autoscaling", "UpdateAutoScalingGroup");
    let event_id = raid
        .stage
        .log
        .call(&caller, raid.now, &home, "autoscaling", "UpdateAutoScalingGroup")
        .request(json!({
            "autoScalingGroupName": group.name, "minSize": 60, "maxSize": 300, "desiredCapacity": 64,
            "launchTemplate": {"launchTemplateId": group.template.id, "version": "4"},
        }))
        .send();
    let launched = crate::truth::Launched {
        event_id,
        time: raid.now,
        region: home,
        requested: 64,
        instances: Vec::new(),
    };
    raid.take(launched, &Verdict::Granted);
    raid.scales(&group, secs(20), 60);
    raid.stage.truth.note = "the owner's own launches in the same group are not part of the incident".into();
    raid.finish();
}

/// Writes a stack whose template holds the machines: CloudFormation launches with the thief's own
/// identity.
pub(super) fn stack(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "infra-bot");
    let actor = places::thief_of(stage, &user, Network::Vpn);
    let now = stage.utc(14, 16, 51);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    let far = places::dormant(&raid.account);
    let id = raid.account.id.clone();
    let person = raid.actor.clone();
    for region in [far[0], far[1], far[3]] {
        raid.switch_to(person.clone());
        let stack = managed::stack(&id, region, "monitoring-agents");
        raid.stage_up(region, &stack);
        raid.pause(8, 14);
        // CloudFormation works with a temporary key of the user who gave the order.
        let key = raid.stage.log.ids().iam_id("ASIA", &id);
        raid.switch_to(user.session(&key, raid.now).invoked_by("cloudformation.amazonaws.com"));
        let arn =
            format!("arn:aws:cloudformation:{region}:{id}:stack/monitoring-agents/{}", raid.stage.rng.uuid());
        for at in 0..4 {
            let run = raid
                .want(region, "c5.12xlarge", 1)
                .in_subnet(at % 3)
                .tagged("aws:cloudformation:stack-name", "monitoring-agents")
                .tagged("aws:cloudformation:stack-id", &arn)
                .tagged("aws:cloudformation:logical-id", &format!("Node{at}"));
            raid.run(&run, &Verdict::Granted);
            raid.pause(0, 3);
        }
    }
    raid.finish();
}

/// Writes a node group in the cluster that is there: EKS makes the group, Auto Scaling the machines.
pub(super) fn node_group(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "cluster-admin");
    let actor = places::thief_of(stage, &user, Network::Hosting);
    let now = stage.utc(13, 5, 30);
    let mut raid = Raid::begin(stage, actor, now, KEY).with_cli();
    let (id, home, cluster) =
        (raid.account.id.clone(), raid.account.home.clone(), raid.stage.org.name.clone());
    raid.call(&home, "eks", "ListClusters", json!(null));
    raid.pause(5, 15);
    raid.call(&home, "eks", "DescribeCluster", json!({"name": cluster}));
    raid.pause(20, 60);
    let order = node_group_order(&id, &home, &cluster);
    raid.order(&home, &order, &Verdict::Granted);
    // The machines have ids of their own below, so the order itself does not count as running.
    raid.managed_running = 0;
    let service = "eks-nodegroup.amazonaws.com";
    let role = raid.account.service_role(service, "AWSServiceRoleForAmazonEKSNodegroup");
    let time = raid.now + secs(25);
    let actor = role.for_service("EKS", service, time);
    let name = format!("eks-system-2-{}", raid.stage.rng.uuid());
    let mut group = Group::standing(&raid.account, &home, &name, "c6i.16xlarge", "eks-node-role");
    let data = json!({"InstanceType": "c6i.16xlarge", "UserData": "<sensitiveDataRemoved>"});
    let log = &mut raid.stage.log;
    let template = fleet::create_launch_template(log, &actor, time, &home, &format!("{name}-lt"), &data);
    group.template = template;
    let made = groups::create(log, &actor, time + secs(4), &group, (24, 60, 24), &Verdict::Granted);
    raid.incident.service_launch_event_ids.push(made.event_id);
    let ids = raid.scales(&group, secs(45), 24);
    aftermath::close_group(&mut raid, hours(9), &group, &ids);
    raid.finish();
}

/// Returns `eks:CreateNodegroup` of 24 machines.
fn node_group_order(account: &str, region: &str, cluster: &str) -> Managed {
    let arn = format!("arn:aws:eks:{region}:{account}:nodegroup/{cluster}/system-2");
    let request: Value = json!({
        "name": cluster, "nodegroupName": "system-2", "instanceTypes": ["c6i.16xlarge"], "capacityType": "ON_DEMAND",
        "scalingConfig": {"minSize": 24, "maxSize": 60, "desiredSize": 24},
        "nodeRole": format!("arn:aws:iam::{account}:role/eks-node-role"),
    });
    Managed {
        service: "eks",
        name: "CreateNodegroup",
        resource: arn.clone(),
        request,
        response: json!({"nodegroup": {"nodegroupName": "system-2", "nodegroupArn": arn, "status": "CREATING"}}),
        count: 24,
    }
}
