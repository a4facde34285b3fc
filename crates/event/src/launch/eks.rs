//! The rows of `eks.amazonaws.com`.
//!
//! Blind spots: in Auto Mode, and with Karpenter, what runs in the cluster decides what is
//! launched, and Kubernetes writes its own audit log.

use super::call::Call;
use super::ec2::instances::launch_template;
use super::managed::{deleted, enlarges, launched, name, respawns, shrunk};
use super::{Row, detail, end, launch, unit};
use crate::event::{Ask, Detail, Launch, Market, Prepare, RespawnerKind};

pub(super) const ROWS: &[Row] = &[
    launch("eks", "CreateNodegroup", create_nodegroup),
    detail("eks", "UpdateNodegroupConfig", update_nodegroup),
    detail("eks", "CreateCluster", create_cluster),
    detail("eks", "UpdateClusterConfig", update_cluster),
    detail("eks", "CreateFargateProfile", |_| Some(Detail::Prepare(Prepare::Cluster))),
    end("eks", "DeleteNodegroup", |call| deleted(call, RespawnerKind::Nodegroup, &["nodegroupName"])),
    end("eks", "DeleteCluster", |call| deleted(call, RespawnerKind::EksCluster, &["name"])),
];

/// What EKS takes where neither a type nor a template is named.
const DEFAULT_TYPE: &str = "t3.medium";

fn create_nodegroup(call: &Call<'_>) -> Launch {
    let request = call.request;
    let template = launch_template(request.get("launchTemplate"));
    let types = request.get("instanceTypes").texts();
    let named = unit::strongest(types.into_iter().map(unit::ec2));
    let by_default = (template.is_none() && request.exists()).then(|| unit::ec2(DEFAULT_TYPE));
    let scaling = request.get("scalingConfig");
    // Without a scaling configuration a node group starts with two nodes.
    let least = scaling.get("minSize").number();
    let wanted = scaling.get("desiredSize").number().or(least).unwrap_or(2);
    let ask = Ask { unit: named.or(by_default), min: least.unwrap_or(wanted).min(wanted), max: wanted };
    let spot = request.get("capacityType").text() == Some("SPOT");
    Launch {
        template,
        ceiling: scaling.get("maxSize").number(),
        market: if spot { Market::Spot } else { Market::OnDemand },
        profile: request.get("nodeRole").owned(),
        key_name: request.at("remoteAccess.ec2SshKey").owned(),
        ..respawns(vec![ask], RespawnerKind::Nodegroup, name(request, &["nodegroupName"]))
    }
}

fn update_nodegroup(call: &Call<'_>) -> Option<Detail> {
    let scaling = call.request.get("scalingConfig");
    let group = name(call.request, &["nodegroupName"]);
    if !scaling.exists() && call.request.exists() {
        return None;
    }
    let wanted = scaling.get("desiredSize").number();
    let most = scaling.get("maxSize").number();
    if wanted == Some(0) || most == Some(0) {
        return Some(shrunk(RespawnerKind::Nodegroup, group));
    }
    let count = wanted.or_else(|| scaling.get("minSize").number()).unwrap_or(0);
    let launch = enlarges(vec![unit::ask(None, count)], RespawnerKind::Nodegroup, group);
    launched(Launch { ceiling: most, ..launch })
}

fn create_cluster(call: &Call<'_>) -> Option<Detail> {
    if !call.request.at("computeConfig.enabled").is_set() {
        return Some(Detail::Prepare(Prepare::Cluster));
    }
    // Auto Mode launches what pods ask for, and nothing before.
    launched(respawns(vec![unit::ask(None, 0)], RespawnerKind::EksCluster, name(call.request, &["name"])))
}

fn update_cluster(call: &Call<'_>) -> Option<Detail> {
    let auto = call.request.at("computeConfig.enabled").is_set();
    let cluster = name(call.request, &["name"]);
    auto.then(|| enlarges(vec![unit::ask(None, 0)], RespawnerKind::EksCluster, cluster)).and_then(launched)
}
