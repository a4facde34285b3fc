//! What a call was about: the bucket and key, the secret, the user, the machines.
//!
//! An answer that says `GetObject` a thousand times says nothing; which object is in the
//! request. Notable calls are told as a finding's story tells them, all others by the first
//! name that their request has.
//!
//! Blind spots: a request that CloudTrail left out, and names that nobody foresaw.

use event::event::Launch;
use event::skim::{Part, Skimmed};
use event::{Detail, Event, FailureKind};
use serde_json::Value;

use super::call::Launched;
use crate::timeline;

/// Bytes of a request that are parsed for its names. A policy document may be longer; names come before it.
const REQUEST_BYTES_MAX: usize = 256 << 10;

/// Members of a request that say what it is about, the most telling first. Each is looked for in this order, at the
/// top and one level below.
const NAMES: &[&str] = &[
    "secretId",
    "snapshotId",
    "dBSnapshotIdentifier",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "accessKeyId",
    "roleArn",
    "userName",
    "roleName",
    "groupName",
    "policyArn",
    "policyName",
    "functionName",
    "instanceId",
    "volumeId",
    "imageId",
    "groupId",
    "keyName",
    "autoScalingGroupName",
    "launchTemplateName",
    "launchTemplateId",
    "clusterName",
    "trailName",
    "detectorId",
    "keyId",
    "tableName",
    "queueUrl",
    "topicArn",
    "stackName",
    "repositoryName",
    "logGroupName",
    "instanceProfileName",
    "serialNumber",
    "resourceArn",
    "arn",
    "name",
    "id",
];

/// What `record` was about; empty where nothing says so.
pub(super) fn about(record: &Skimmed<'_>, event: Option<&Event>) -> String {
    let told = event.map(told).unwrap_or_default();
    if !told.is_empty() {
        return told;
    }
    let Some(request) = record.span(Part::RequestParameters).filter(|text| text.len() <= REQUEST_BYTES_MAX)
    else {
        return String::new();
    };
    serde_json::from_slice(request).map(|request| named(&request)).unwrap_or_default()
}

/// What a notable call did, without its name and without how it ended, which is told beside it.
fn told(event: &Event) -> String {
    let detail = match &event.detail {
        Detail::Launch(launch) => launch_told(launch),
        _ => timeline::detail_told(event),
    };
    detail.trim_start_matches(':').trim().to_owned()
}

fn launch_told(launch: &Launch) -> String {
    let mut parts: Vec<String> =
        asked(launch).iter().map(|(unit, count)| format!("{count} × {unit}")).collect();
    parts.extend(launch.respawner.as_ref().map(|respawner| respawner.name.clone()));
    match launch.got.as_slice() {
        [] => {}
        [only] => parts.push(only.id.clone()),
        [first, rest @ ..] => parts.push(format!("{} and {} more", first.id, rest.len())),
    }
    if launch.dry_run {
        parts.push("dry run".to_owned());
    }
    parts.join(", ")
}

fn asked(launch: &Launch) -> Vec<(String, u64)> {
    let unit = |ask: &event::event::Ask| {
        ask.unit.as_ref().map_or("a template's machine", |unit| &unit.name).to_owned()
    };
    launch.asks.iter().map(|ask| (unit(ask), ask.max)).collect()
}

/// What a notable call launched.
pub(super) fn launched(event: &Event) -> Option<Launched> {
    let Detail::Launch(launch) = &event.detail else { return None };
    let dry_run = event.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::DryRun);
    Some(Launched {
        asked: asked(launch),
        started: launch.got.len() as u64,
        refused: event.failure.is_some() && !dry_run,
        dry_run,
    })
}

/// The first telling name of a request.
fn named(request: &Value) -> String {
    if let Some(bucket) = request.get("bucketName").and_then(Value::as_str) {
        let key = request.get("key").or_else(|| request.get("prefix")).and_then(Value::as_str);
        return key.map_or_else(|| bucket.to_owned(), |key| format!("{bucket}/{key}"));
    }
    let at_top = NAMES.iter().find_map(|name| text_of(request.get(name)?));
    at_top.or_else(|| below(request)).unwrap_or_default()
}

/// The first telling name one level below: `instancesSet.items[0].instanceId`, `filter.name`.
fn below(request: &Value) -> Option<String> {
    request.as_object()?.values().find_map(|member| {
        let items = member.get("items").or_else(|| member.get("item")).unwrap_or(member);
        let list = items.as_array().map_or(std::slice::from_ref(items), Vec::as_slice);
        let first = list.first()?;
        let name = NAMES.iter().find_map(|name| text_of(first.get(name)?))?;
        Some(if list.len() > 1 { format!("{name} and {} more", list.len() - 1) } else { name })
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => text_of(list.first()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_told_by_what_it_names() {
        for (request, about) in [
            (json!({"bucketName": "backups", "key": "db/dump.sql"}), "backups/db/dump.sql"),
            (json!({"bucketName": "backups"}), "backups"),
            (json!({"userName": "mallory", "policyArn": "arn:x"}), "mallory"),
            (
                json!({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}}),
                "i-1 and 1 more",
            ),
            (json!({"names": ["/prod/a"], "name": "/prod/b"}), "/prod/b"),
            (json!({"maxResults": 5}), ""),
            (json!(null), ""),
        ] {
            assert_eq!(named(&request), about, "{request}");
        }
    }
}
