//! The rows of EMR (`elasticmapreduce.amazonaws.com`) and EMR Serverless.
//!
//! Blind spots: EMR asks EC2 in its own name; those launches carry the cluster's id as a
//! tag and are led back here.

use super::call::{Call, Node};
use super::ec2::fleet::spread;
use super::managed::{deleted, ended, enlarges, launched, name, respawner, respawns, restarts, runs, shrunk};
use super::managed::{names, started_names};
use super::{Row, detail, end, launch, unit};
use crate::event::{Ask, Detail, EndKind, Launch, Market, RespawnerKind, Unit};
use crate::launch::unit::{Choice, Measure};

pub(super) const ROWS: &[Row] = &[
    launch("elasticmapreduce", "RunJobFlow", run_job_flow),
    launch("elasticmapreduce", "AddInstanceGroups", add_instance_groups),
    detail("elasticmapreduce", "ModifyInstanceGroups", modify_instance_groups),
    launch("elasticmapreduce", "AddInstanceFleet", add_instance_fleet),
    detail("elasticmapreduce", "ModifyInstanceFleet", modify_instance_fleet),
    launch("elasticmapreduce", "PutManagedScalingPolicy", put_managed_scaling),
    end("elasticmapreduce", "TerminateJobFlows", |call| {
        deleted(call, RespawnerKind::EmrCluster, &["jobFlowIds"])
    }),
    launch("emr-serverless", "CreateApplication", create_application),
    launch("emr-serverless", "UpdateApplication", update_application),
    launch("emr-serverless", "StartApplication", |call| {
        restarts(call, names(call.request, &["applicationId"]))
    }),
    launch("emr-serverless", "StartJobRun", start_job_run),
    end("emr-serverless", "StopApplication", |call| ended(call, EndKind::Stopped, &["applicationId"])),
    end("emr-serverless", "DeleteApplication", |call| {
        deleted(call, RespawnerKind::ServiceFleet, &["applicationId"])
    }),
    end("emr-serverless", "CancelJobRun", |call| ended(call, EndKind::Terminated, &["jobRunId"])),
];

fn run_job_flow(call: &Call<'_>) -> Launch {
    let instances = call.request.get("instances");
    let mut asks = groups(instances.get("instanceGroups"));
    asks.extend(instances.get("instanceFleets").list().into_iter().map(fleet));
    if asks.is_empty() {
        asks = master_and_slaves(instances);
    }
    Launch {
        market: market(instances),
        protected: instances.get("terminationProtected").is_set(),
        profile: call.request.get("jobFlowRole").owned(),
        key_name: instances.get("ec2KeyName").owned(),
        image: call.request.get("customAmiId").owned(),
        ..respawns(asks, RespawnerKind::EmrCluster, name(call.response, &["jobFlowId"]))
    }
}

fn groups(list: Node<'_>) -> Vec<Ask> {
    super::managed::lines(list, "instanceCount", unit::ec2)
}

fn fleet(node: Node<'_>) -> Ask {
    let choices = node.get("instanceTypeConfigs").list().into_iter().filter_map(Choice::read).collect();
    let parts = ["targetOnDemandCapacity", "targetSpotCapacity"];
    let capacity = parts.iter().filter_map(|name| node.get(name).number()).fold(0, u64::saturating_add);
    spread(choices, capacity, Measure::Machines).0
}

/// The old form: one master, and the rest of `instanceCount` slaves.
fn master_and_slaves(instances: Node<'_>) -> Vec<Ask> {
    let machine = |name: &str| instances.get(name).text().map(unit::ec2);
    let (master, slave) = (machine("masterInstanceType"), machine("slaveInstanceType"));
    let count = instances.get("instanceCount").number().unwrap_or(1).max(1);
    if master.is_none() && slave.is_none() {
        return vec![unit::ask(None, count)];
    }
    let slave = slave.or_else(|| master.clone());
    let mut asks = vec![unit::ask(master, 1)];
    if count > 1 {
        asks.push(unit::ask(slave, count - 1));
    }
    asks
}

fn market(node: Node<'_>) -> Market {
    let groups = node.get("instanceGroups").list();
    let fleets = node.get("instanceFleets").list();
    let spot = groups.iter().any(|group| group.get("market").text() == Some("SPOT"))
        || fleets.iter().any(|fleet| fleet.get("targetSpotCapacity").number().unwrap_or(0) > 0);
    if spot { Market::Spot } else { Market::OnDemand }
}

fn add_instance_groups(call: &Call<'_>) -> Launch {
    let asks = groups(call.request.get("instanceGroups"));
    let cluster = name(call.request, &["jobFlowId"]);
    Launch { market: market(call.request), ..enlarges(asks, RespawnerKind::EmrCluster, cluster) }
}

fn modify_instance_groups(call: &Call<'_>) -> Option<Detail> {
    let asks = groups(call.request.get("instanceGroups"));
    changed(asks, name(call.request, &["clusterId"]))
}

fn add_instance_fleet(call: &Call<'_>) -> Launch {
    let ask = fleet(call.request.get("instanceFleet"));
    enlarges(vec![ask], RespawnerKind::EmrCluster, name(call.request, &["clusterId"]))
}

fn modify_instance_fleet(call: &Call<'_>) -> Option<Detail> {
    let ask = fleet(call.request.get("instanceFleet"));
    changed(vec![ask], name(call.request, &["clusterId"]))
}

/// A cluster all of whose changed parts are set to none is shrunk.
fn changed(asks: Vec<Ask>, cluster: Option<String>) -> Option<Detail> {
    if !asks.is_empty() && asks.iter().all(|ask| ask.max == 0) {
        return Some(shrunk(RespawnerKind::EmrCluster, cluster));
    }
    launched(enlarges(asks, RespawnerKind::EmrCluster, cluster))
}

fn put_managed_scaling(call: &Call<'_>) -> Launch {
    let limits = call.request.at("managedScalingPolicy.computeLimits");
    Launch {
        ceiling: limits.get("maximumCapacityUnits").number(),
        weighted: limits.get("unitType").text().is_some_and(|kind| kind != "Instances"),
        ..enlarges(vec![unit::ask(None, 0)], RespawnerKind::EmrCluster, name(call.request, &["clusterId"]))
    }
}

/// One vCPU of EMR Serverless.
fn serverless() -> Unit {
    unit::named("emr-serverless vCPU", catalog::emr_serverless(1))
}

fn create_application(call: &Call<'_>) -> Launch {
    let id = name(call.response, &["applicationId"]);
    application(call, respawns(Vec::new(), RespawnerKind::ServiceFleet, id))
}

fn update_application(call: &Call<'_>) -> Launch {
    let id = name(call.request, &["applicationId"]);
    application(call, enlarges(Vec::new(), RespawnerKind::ServiceFleet, id))
}

/// Workers that stand ready from the start, and the most that jobs may use; both in vCPUs.
fn application(call: &Call<'_>, launch: Launch) -> Launch {
    let workers = call.request.get("initialCapacity").members().map(|(_, worker)| {
        let each = worker.at("workerConfiguration.cpu").text().and_then(vcpus).unwrap_or(1);
        worker.get("workerCount").number().unwrap_or(0).saturating_mul(each)
    });
    let ready = workers.fold(0, u64::saturating_add);
    Launch {
        asks: vec![unit::ask(Some(serverless()), ready)],
        ceiling: call.request.at("maximumCapacity.cpu").text().and_then(vcpus),
        image: call.request.at("imageConfiguration.imageUri").owned(),
        ..launch
    }
}

/// `400` of `400 vCPU`.
fn vcpus(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.trim_end_matches(|at: char| at.is_ascii_alphabetic()).parse().ok()
}

fn start_job_run(call: &Call<'_>) -> Launch {
    Launch {
        got: started_names(call, &names(call.response, &["jobRunId"])),
        respawner: respawner(RespawnerKind::ServiceFleet, name(call.request, &["applicationId"])),
        profile: call.request.get("executionRoleArn").owned(),
        ..runs(vec![unit::ask(None, 1)])
    }
}
