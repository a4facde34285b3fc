//! Rows of services that few use, which is what makes them good hiding places.
//!
//! No report names them yet; each takes an instance type and starts it.

use super::call::{Call, Node};
use super::ec2::instances::launch_template;
use super::managed::{deleted, ended, enlarges, lines, name, names, respawns, runs, started_names};
use super::{Row, end, launch, unit};
use crate::event::{Ask, EndKind, Launch, Makes, Market, RespawnerKind, Unit};

pub(super) const ROWS: &[Row] = &[
    launch("deadline", "CreateFleet", |call| render_fleet(call, respawns, name(call.response, &["fleetId"]))),
    launch("deadline", "UpdateFleet", |call| render_fleet(call, enlarges, name(call.request, &["fleetId"]))),
    end("deadline", "DeleteFleet", |call| deleted(call, RespawnerKind::ServiceFleet, &["fleetId"])),
    launch("pcs", "CreateComputeNodeGroup", |call| {
        node_group(call, respawns, name(call.request, &["computeNodeGroupName"]))
    }),
    launch("pcs", "UpdateComputeNodeGroup", |call| {
        node_group(call, enlarges, name(call.request, &["computeNodeGroupIdentifier"]))
    }),
    end("pcs", "DeleteComputeNodeGroup", |call| {
        deleted(call, RespawnerKind::ServiceFleet, &["computeNodeGroupIdentifier"])
    }),
    launch("braket", "CreateJob", |call| one(call, "instanceConfig", unit::sagemaker, &["jobArn"])),
    launch("m2", "CreateEnvironment", create_mainframe),
    end("m2", "DeleteEnvironment", |call| ended(call, EndKind::Terminated, &["environmentId"])),
    launch("evs", "CreateEnvironment", |call| hosts(call, "hosts")),
    launch("evs", "CreateEnvironmentHost", |call| hosts(call, "host")),
    launch("cleanrooms-ml", "CreateTrainedModel", |call| {
        one(call, "resourceConfig", unit::sagemaker, &["trainedModelArn"])
    }),
    launch("cleanrooms-ml", "StartTrainedModelInferenceJob", |call| {
        one(call, "resourceConfig", unit::sagemaker, &["trainedModelInferenceJobArn"])
    }),
    launch("bedrock", "CreateMarketplaceModelEndpoint", |call| {
        model_endpoint(call, respawns, name(call.request, &["endpointName"]))
    }),
    launch("bedrock", "UpdateMarketplaceModelEndpoint", |call| {
        model_endpoint(call, enlarges, name(call.request, &["endpointArn"]))
    }),
    end("bedrock", "DeleteMarketplaceModelEndpoint", |call| {
        deleted(call, RespawnerKind::Endpoint, &["endpointArn"])
    }),
    launch("finspace", "CreateKxCluster", create_kx_cluster),
    launch("finspace", "CreateKxScalingGroup", create_kx_scaling_group),
    end("finspace", "DeleteKxCluster", |call| deleted(call, RespawnerKind::ServiceFleet, &["clusterName"])),
    end("finspace", "DeleteKxScalingGroup", |call| {
        deleted(call, RespawnerKind::ServiceFleet, &["scalingGroupName"])
    }),
    launch("outposts", "StartCapacityTask", start_capacity_task),
];

/// What makes or enlarges a respawner.
type Maker = fn(Vec<Ask>, RespawnerKind, Option<String>) -> Launch;

/// A job with one kind of machine.
fn one(call: &Call<'_>, path: &str, machine: fn(&str) -> Unit, made: &[&str]) -> Launch {
    let node = call.request.at(path);
    let unit = node.get("instanceType").text().map(machine);
    let count = node.get("instanceCount").number().unwrap_or(1);
    Launch {
        got: started_names(call, &names(call.response, made)),
        profile: call.request.get("roleArn").owned(),
        ..runs(vec![unit::ask(unit, count)])
    }
}

fn render_fleet(call: &Call<'_>, make: Maker, fleet: Option<String>) -> Launch {
    let managed = call.request.at("configuration.serviceManagedEc2");
    let abilities = managed.get("instanceCapabilities");
    let unit = unit::requirements(abilities).map(|mut unit| {
        let gpus = abilities.at("acceleratorCapabilities.count.min").number().unwrap_or(0);
        if !abilities.get("allowedInstanceTypes").exists() {
            unit::add_gpus(&mut unit, gpus);
        }
        unit
    });
    let least = call.request.get("minWorkerCount").number().unwrap_or(0);
    Launch {
        ceiling: call.request.get("maxWorkerCount").number(),
        market: market(managed.at("instanceMarketOptions.type")),
        profile: call.request.get("roleArn").owned(),
        ..make(vec![unit::ask(unit, least)], RespawnerKind::ServiceFleet, fleet)
    }
}

fn market(node: Node<'_>) -> Market {
    match node.text() {
        Some(text) if text.eq_ignore_ascii_case("spot") => Market::Spot,
        _ => Market::OnDemand,
    }
}

fn node_group(call: &Call<'_>, make: Maker, group: Option<String>) -> Launch {
    let request = call.request;
    let scaling = request.get("scalingConfiguration");
    let types = request.get("instanceConfigs").list();
    let named = types.iter().filter_map(|item| item.get("instanceType").text()).map(unit::ec2);
    let least = scaling.get("minInstanceCount").number().unwrap_or(0);
    Launch {
        ceiling: scaling.get("maxInstanceCount").number(),
        template: launch_template(request.get("customLaunchTemplate")),
        market: market(request.get("purchaseOption")),
        image: request.get("amiId").owned(),
        profile: request.get("iamInstanceProfileArn").owned(),
        ..make(vec![unit::ask(unit::strongest(named), least)], RespawnerKind::ServiceFleet, group)
    }
}

fn create_mainframe(call: &Call<'_>) -> Launch {
    // Types are written as in `M2.m5.large`.
    let name = call.request.get("instanceType").text();
    let unit = name.map(|name| unit::ec2(name.strip_prefix("M2.").unwrap_or(name)));
    let count = call.request.at("highAvailabilityConfig.desiredCapacity").number().unwrap_or(1);
    Launch {
        got: started_names(call, &names(call.response, &["environmentId"])),
        ..runs(vec![unit::ask(unit, count)])
    }
}

fn hosts(call: &Call<'_>, list: &str) -> Launch {
    let asks = lines(call.request.get(list), "count", unit::ec2);
    let ids = names(call.response, &["host.ec2InstanceId"]);
    Launch { got: started_names(call, &ids), ..runs(asks) }
}

fn model_endpoint(call: &Call<'_>, make: Maker, endpoint: Option<String>) -> Launch {
    let node = call.request.at("endpointConfig.sageMaker");
    let unit = node.get("instanceType").text().map(unit::sagemaker);
    let count = node.get("initialInstanceCount").number().unwrap_or(1);
    make(vec![unit::ask(unit, count)], RespawnerKind::Endpoint, endpoint)
}

/// A kdb node of FinSpace; the catalogue infers it from its size.
fn create_kx_cluster(call: &Call<'_>) -> Launch {
    let capacity = call.request.get("capacityConfiguration");
    let unit = capacity.get("nodeType").text().map(unit::ec2);
    let count = capacity.get("nodeCount").number();
    let count =
        count.or_else(|| call.request.at("scalingGroupConfiguration.nodeCount").number()).unwrap_or(1);
    let cluster = name(call.request, &["clusterName"]);
    Launch {
        ceiling: call.request.at("autoScalingConfiguration.maxNodeCount").number(),
        ..respawns(vec![unit::ask(unit, count)], RespawnerKind::ServiceFleet, cluster)
    }
}

fn create_kx_scaling_group(call: &Call<'_>) -> Launch {
    let unit = call.request.get("hostType").text().map(unit::ec2);
    let group = name(call.request, &["scalingGroupName"]);
    respawns(vec![unit::ask(unit, 1)], RespawnerKind::ServiceFleet, group)
}

/// Capacity of one's own rack is given to types; nothing is launched yet.
fn start_capacity_task(call: &Call<'_>) -> Launch {
    let asks = lines(call.request.get("instancePools"), "count", unit::ec2);
    Launch { makes: Makes::Reserves, ..runs(asks) }
}
