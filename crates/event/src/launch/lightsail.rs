//! The rows of `lightsail.amazonaws.com`: small machines outside the quotas of EC2.

use super::call::Call;
use super::managed::{deleted, ended, enlarges, name, names, respawns, restarts, runs, started_names};
use super::{Row, end, launch, unit};
use crate::event::{Ask, EndKind, Launch, Makes, RespawnerKind, Started, Unit};

pub(super) const ROWS: &[Row] = &[
    launch("lightsail", "CreateInstances", create_instances),
    launch("lightsail", "CreateInstancesFromSnapshot", create_instances),
    launch("lightsail", "StartInstance", |call| restarts(call, names(call.request, &["instanceName"]))),
    launch("lightsail", "CreateContainerService", |call| containers(call, respawns)),
    launch("lightsail", "UpdateContainerService", |call| containers(call, enlarges)),
    launch("lightsail", "CreateCloudFormationStack", create_stack),
    end("lightsail", "StopInstance", |call| ended(call, EndKind::Stopped, &["instanceName"])),
    end("lightsail", "DeleteInstance", |call| ended(call, EndKind::Terminated, &["instanceName"])),
    end("lightsail", "DeleteContainerService", |call| {
        deleted(call, RespawnerKind::ServiceFleet, &["serviceName"])
    }),
];

fn create_instances(call: &Call<'_>) -> Launch {
    let bundle = call.request.get("bundleId").text();
    let unit: Option<Unit> = bundle.map(|id| unit::named(id, catalog::lightsail_bundle(id)));
    let names = names(call.request, &["instanceNames"]);
    let got = started_names(call, &names);
    let got = got.into_iter().map(|started| Started { unit: unit.clone(), ..started }).collect();
    Launch {
        got,
        image: call.request.first_of(&["blueprintId", "instanceSnapshotName"]).owned(),
        key_name: call.request.get("keyPairName").owned(),
        user_data: call.request.get("userData").exists(),
        ..runs(vec![unit::ask(unit, (names.len() as u64).max(1))])
    }
}

fn containers(call: &Call<'_>, make: fn(Vec<Ask>, RespawnerKind, Option<String>) -> Launch) -> Launch {
    let power = call.request.get("power").text();
    let unit = power.map(|power| {
        unit::named(&format!("lightsail container {power}"), catalog::lightsail_container(power))
    });
    let count = call.request.get("scale").number().unwrap_or(1);
    make(vec![unit::ask(unit, count)], RespawnerKind::ServiceFleet, name(call.request, &["serviceName"]))
}

/// Exported snapshots become EC2 instances.
fn create_stack(call: &Call<'_>) -> Launch {
    let instances = call.request.get("instances").list();
    let asks = instances.iter().map(|item| unit::ask(item.get("instanceType").text().map(unit::ec2), 1));
    Launch {
        makes: Makes::Instances,
        user_data: instances.iter().any(|item| item.get("userData").exists()),
        ..runs(asks.collect())
    }
}
