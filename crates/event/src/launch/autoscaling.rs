//! The rows of `autoscaling.amazonaws.com`: groups that launch by themselves, and what they launch from.
//!
//! Application Auto Scaling writes the same source; its rows stand here too.
//!
//! Blind spots: a group that clones an instance says only the instance's id; a group on a
//! template says only the template's; `detect` joins them.

use crate::event::{
    Detail, End, EndKind, Launch, Makes, Market, RespawnerKind, RespawnerRef, Started, Template, TemplateRef,
};
use crate::launch::call::{Call, Node, last_part};
use crate::launch::ec2::fleet::spread;
use crate::launch::ec2::instances::{instance_ids, launch_template, started_id};
use crate::launch::ec2::template::stored;
use crate::launch::unit::{Choice, Measure};
use crate::launch::{Row, detail, end, launch, template, unit};

pub(crate) const ROWS: &[Row] = &[
    launch("autoscaling", "CreateAutoScalingGroup", create_group),
    detail("autoscaling", "UpdateAutoScalingGroup", update_group),
    detail("autoscaling", "SetDesiredCapacity", update_group),
    detail("autoscaling", "PutScheduledUpdateGroupAction", update_group),
    launch("autoscaling", "PutWarmPool", put_warm_pool),
    launch("autoscaling", "AttachInstances", attach_instances),
    launch("autoscaling", "LaunchInstances", launch_instances),
    launch("autoscaling", "ExecutePolicy", execute_policy),
    detail("autoscaling", "StartInstanceRefresh", start_instance_refresh),
    template("autoscaling", "CreateLaunchConfiguration", create_launch_configuration),
    end("autoscaling", "DeleteAutoScalingGroup", delete_group),
    end("autoscaling", "TerminateInstanceInAutoScalingGroup", terminate_in_group),
    detail("autoscaling", "RegisterScalableTarget", register_scalable_target),
    detail("application-autoscaling", "RegisterScalableTarget", register_scalable_target),
];

fn group(request: Node<'_>) -> Option<RespawnerRef> {
    let name = request.get("autoScalingGroupName").owned()?;
    Some(RespawnerRef { kind: RespawnerKind::Asg, name })
}

fn create_group(call: &Call<'_>) -> Launch {
    Launch { makes: Makes::Respawner, ..grown(call.request) }
}

/// What a group is told to have: machines now, and the most that it may grow to.
fn grown(request: Node<'_>) -> Launch {
    let mixed = request.get("mixedInstancesPolicy");
    let policy = mixed.get("launchTemplate");
    let choices: Vec<Choice> = policy.get("overrides").list().into_iter().filter_map(Choice::read).collect();
    let measure = Measure::read(request.get("desiredCapacityType"));
    let least = request.get("minSize").number();
    let wanted = request.get("desiredCapacity").number().or(least).unwrap_or(0);
    let most = request.get("maxSize").number();
    let (mut ask, weighted) = spread(choices.clone(), wanted, measure);
    ask.min = least.map_or(ask.min, |least| spread(choices.clone(), least, measure).0.max).min(ask.max);
    Launch {
        makes: Makes::Enlarges,
        asks: vec![ask],
        template: template_of(request).or_else(|| launch_template(policy.get("launchTemplateSpecification"))),
        respawner: group(request),
        ceiling: most.map(|most| spread(choices, most, measure).0.max),
        market: spot_share(mixed.get("instancesDistribution")),
        weighted,
        ..Launch::default()
    }
}

fn template_of(request: Node<'_>) -> Option<TemplateRef> {
    let configuration = request.get("launchConfigurationName").owned();
    launch_template(request.get("launchTemplate"))
        .or_else(|| configuration.map(TemplateRef::LaunchConfiguration))
        .or_else(|| request.get("instanceId").owned().map(TemplateRef::Machine))
}

fn spot_share(distribution: Node<'_>) -> Market {
    match distribution.get("onDemandPercentageAboveBaseCapacity").number() {
        Some(share) if share < 100 => Market::Spot,
        _ => Market::OnDemand,
    }
}

/// A group gets other sizes. Told to have none, or to have none at most, it is ended.
fn update_group(call: &Call<'_>) -> Option<Detail> {
    let request = call.request;
    let wanted = request.get("desiredCapacity").number();
    let most = request.get("maxSize").number();
    if most == Some(0) || wanted == Some(0) {
        return Some(Detail::End(End {
            kind: EndKind::RespawnerShrunk,
            ids: Vec::new(),
            respawner: group(request),
            size: Some(0),
        }));
    }
    Some(Detail::Launch(Box::new(grown(request))))
}

fn put_warm_pool(call: &Call<'_>) -> Launch {
    let request = call.request;
    let least = request.get("minSize").number().unwrap_or(0);
    let most = request.get("maxGroupPreparedCapacity").number();
    Launch {
        makes: Makes::Enlarges,
        asks: vec![unit::ask(None, least)],
        respawner: group(request),
        ceiling: most,
        ..Launch::default()
    }
}

fn attach_instances(call: &Call<'_>) -> Launch {
    let ids = instance_ids(call.request);
    Launch {
        makes: Makes::Enlarges,
        // The instances exist already: the group grows by them, but nothing is launched now.
        asks: vec![unit::ask(None, 0)],
        template: ids.into_iter().next().map(TemplateRef::Machine),
        respawner: group(call.request),
        ..Launch::default()
    }
}

fn launch_instances(call: &Call<'_>) -> Launch {
    let count = call.request.get("requestedCapacity").number().unwrap_or(1);
    let groups = call.response.first_of(&["instances", "instanceCollections"]).list();
    let got: Vec<Started> = groups
        .into_iter()
        .flat_map(|item| {
            let unit = item.get("instanceType").text().map(unit::ec2);
            let ids = item.first_of(&["instanceIds", "instanceId"]).texts();
            ids.into_iter().map(move |id| Started { unit: unit.clone(), ..started_id(id) })
        })
        .collect();
    let unit = got.iter().find_map(|started| started.unit.clone());
    Launch {
        makes: Makes::Enlarges,
        asks: vec![unit::ask(unit, count)],
        got,
        respawner: group(call.request),
        ..Launch::default()
    }
}

/// How far a policy scales stands in the policy; that it was run by hand is what counts.
fn execute_policy(call: &Call<'_>) -> Launch {
    Launch {
        makes: Makes::Enlarges,
        asks: vec![unit::ask(None, 1)],
        respawner: group(call.request),
        ..Launch::default()
    }
}

/// A refresh replaces machines; it is a launch only where it brings another template or other types.
fn start_instance_refresh(call: &Call<'_>) -> Option<Detail> {
    let desired = call.request.get("desiredConfiguration");
    desired.exists().then(|| {
        let mut launch = grown(desired);
        launch.respawner = group(call.request);
        Detail::Launch(Box::new(launch))
    })
}

fn create_launch_configuration(call: &Call<'_>) -> Template {
    let name = call.request.get("launchConfigurationName").owned();
    let mut template = stored(name.map(TemplateRef::LaunchConfiguration).into_iter().collect(), call.request);
    // Here the profile is a bare text and not an object.
    template.profile = template.profile.or_else(|| call.request.get("iamInstanceProfile").owned());
    template
}

fn delete_group(call: &Call<'_>) -> End {
    End { kind: EndKind::RespawnerDeleted, ids: Vec::new(), respawner: group(call.request), size: None }
}

fn terminate_in_group(call: &Call<'_>) -> End {
    End {
        kind: EndKind::Terminated,
        ids: instance_ids(call.request),
        respawner: group(call.response.get("activity")),
        size: None,
    }
}

/// The resource's id says what scales: `service/CLUSTER/NAME`, `spot-fleet-request/ID`, `endpoint/NAME/…`.
fn register_scalable_target(call: &Call<'_>) -> Option<Detail> {
    let request = call.request;
    let resource = request.get("resourceId").text().unwrap_or_default();
    let kind = match resource.split('/').next().unwrap_or_default() {
        "service" => RespawnerKind::EcsService,
        "spot-fleet-request" => RespawnerKind::SpotFleet,
        "endpoint" => RespawnerKind::Endpoint,
        "instancegroup" => RespawnerKind::EmrCluster,
        "fleet" => RespawnerKind::ServiceFleet,
        // Tables, streams and the like hold no compute; a refused call does not say.
        "" if call.failure.is_some() => RespawnerKind::ServiceFleet,
        _ => return None,
    };
    let name = match kind {
        RespawnerKind::Endpoint | RespawnerKind::EmrCluster => resource.split('/').nth(1).unwrap_or(resource),
        _ => last_part(resource),
    };
    let respawner = (!name.is_empty()).then(|| RespawnerRef { kind, name: crate::launch::call::kept(name) });
    let most = request.get("maxCapacity").number();
    let least = request.get("minCapacity").number().unwrap_or(0);
    if most == Some(0) {
        return Some(Detail::End(End {
            kind: EndKind::RespawnerShrunk,
            ids: Vec::new(),
            respawner,
            size: Some(0),
        }));
    }
    Some(Detail::Launch(Box::new(Launch {
        makes: Makes::Enlarges,
        asks: vec![unit::ask(None, least)],
        respawner,
        ceiling: most,
        ..Launch::default()
    })))
}
