//! Who stands behind a launch that a service made: the group, fleet, cluster or stack.
//!
//! An Auto Scaling group launches in the service's name; the hand behind it is whoever
//! made or enlarged the group. Services mark what they make: with tags whose prefix
//! `aws:` is closed to customers, with client tokens and spot request ids, and, when the
//! call itself names a service in `invokedBy`, with tags of their own.
//!
//! The nearest is named first: an instance of a node group belongs to the node group's
//! Auto Scaling group, which its own record leads on to the node group. Somebody who
//! enlarges the group directly is thereby not mistaken for the node group's maker.
//!
//! Blind spots: a customer may write `eks:` and `AWSBatch` tags; those count only where
//! a service made the call. A refused call may ask for `aws:` tags that AWS would never
//! grant, so tags of a request count only if it succeeded or a service made it.

use super::call::{Call, Node, kept, last_part};
use crate::event::{RespawnerKind, RespawnerRef};

/// Tags that only AWS can write, nearest respawner first.
const CLOSED: &[(&str, RespawnerKind)] = &[
    ("aws:autoscaling:groupName", RespawnerKind::Asg),
    ("aws:ec2spot:fleet-request-id", RespawnerKind::SpotFleet),
    ("aws:ec2:fleet-id", RespawnerKind::Fleet),
    ("aws:ecs:serviceName", RespawnerKind::EcsService),
    ("aws:batch:compute-environment", RespawnerKind::BatchEnvironment),
    ("aws:elasticmapreduce:job-flow-id", RespawnerKind::EmrCluster),
];

/// Tags that services write and customers could; nearest first.
const OPEN: &[(&str, RespawnerKind)] = &[
    ("eks:nodegroup-name", RespawnerKind::Nodegroup),
    ("aws:eks:cluster-name", RespawnerKind::EksCluster),
    ("eks:eks-cluster-name", RespawnerKind::EksCluster),
];

/// Tags of the outermost maker; a stack is named only where nothing nearer is.
const OUTERMOST: &[(&str, RespawnerKind)] = &[
    ("aws:cloudformation:stack-name", RespawnerKind::Stack),
    ("aws:cloudformation:stack-id", RespawnerKind::Stack),
];

/// Returns the respawner on whose behalf the call was made; `None` where a caller acted for itself or it is not told.
pub(super) fn made_by(call: &Call<'_>) -> Option<RespawnerRef> {
    let tags = tags(call);
    let by_tag = |table: &[(&str, RespawnerKind)]| {
        table.iter().find_map(|(key, kind)| {
            let value = tags.iter().find(|(name, _)| name == key).map(|(_, value)| *value)?;
            Some(RespawnerRef { kind: *kind, name: respawner_name(*kind, value) })
        })
    };
    by_tag(CLOSED)
        .or_else(|| by_token(call))
        .or_else(|| if call.service_made { by_tag(OPEN).or_else(|| by_batch(call, &tags)) } else { None })
        .or_else(|| by_tag(OUTERMOST))
}

fn respawner_name(kind: RespawnerKind, value: &str) -> String {
    match kind {
        // A stack's id is arn:…:stack/NAME/UUID.
        RespawnerKind::Stack => kept(
            value.split_once(":stack/").map_or(value, |(_, rest)| rest.split('/').next().unwrap_or(rest)),
        ),
        RespawnerKind::BatchEnvironment => kept(last_part(value)),
        _ => kept(value),
    }
}

/// What a service leaves in the client token, `fleet-UUID-N`, or as a spot request.
fn by_token(call: &Call<'_>) -> Option<RespawnerRef> {
    if !call.service_made || call.name != "RunInstances" {
        return None;
    }
    let token = call.request.get("clientToken").text().unwrap_or_default();
    if token.starts_with("fleet-") {
        // The fleet's id is `fleet-` and a UUID; a running number follows.
        let id = token.get(..42).unwrap_or(token);
        return Some(RespawnerRef { kind: RespawnerKind::Fleet, name: kept(id) });
    }
    let instances = call.response.get("instancesSet").list();
    let name = instances.first()?.get("spotInstanceRequestId").owned()?;
    Some(RespawnerRef { kind: RespawnerKind::SpotRequest, name })
}

/// A group that Batch made is named after its environment: `ENVIRONMENT-asg-UUID`.
fn by_batch(call: &Call<'_>, tags: &[(&str, &str)]) -> Option<RespawnerRef> {
    tags.iter().find(|(key, _)| *key == "AWSBatchServiceTag")?;
    let name = call.request.get("autoScalingGroupName").text()?;
    let environment = name.split_once("-asg-").map_or(name, |(environment, _)| environment);
    Some(RespawnerRef { kind: RespawnerKind::BatchEnvironment, name: kept(environment) })
}

/// All tags that the call wrote, or that its answer shows.
fn tags<'a>(call: &Call<'a>) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    if call.service_made || call.failure.is_none() {
        collect(call.request, &mut found);
    }
    collect(call.response, &mut found);
    if let Some(first) = call.response.get("instancesSet").list().first() {
        collect(*first, &mut found);
    }
    found
}

fn collect<'a>(node: Node<'a>, found: &mut Vec<(&'a str, &'a str)>) {
    for list in ["tagSpecificationSet", "tagSpecifications", "tagSpecification"] {
        for specification in node.get(list).list() {
            collect_plain(specification, found);
        }
    }
    collect_plain(node, found);
}

fn collect_plain<'a>(node: Node<'a>, found: &mut Vec<(&'a str, &'a str)>) {
    for list in ["tags", "tag", "tagSet"] {
        let list = node.get(list);
        let pairs = list.list();
        found.extend(pairs.iter().filter_map(|tag| Some((tag.get("key").text()?, tag.get("value").text()?))));
        // Some services write tags as {"name": "value"}.
        if !pairs.iter().any(|tag| tag.get("key").exists()) {
            found.extend(list.members().filter_map(|(key, value)| Some((key, value.text()?))));
        }
    }
}
