//! Guardrails on launches: regions, machines, and the metadata service they start with.

use std::collections::BTreeSet;

use detect::ledger::{Row, UNKNOWN};
use detect::timeline::short;
use event::{Detail, Event};
use serde_json::json;

use super::ground::{Ground, action};
use super::{Attach, Draft, Thought};

/// Calls that start compute, as policies spell them. A call that is not here is not denied by region.
pub(crate) const STARTS: &[&str] = &[
    "apprunner:CreateService",
    "autoscaling:CreateAutoScalingGroup",
    "autoscaling:SetDesiredCapacity",
    "autoscaling:UpdateAutoScalingGroup",
    "batch:CreateComputeEnvironment",
    "batch:SubmitJob",
    "codebuild:StartBuild",
    "ec2:CreateFleet",
    "ec2:RequestSpotFleet",
    "ec2:RequestSpotInstances",
    "ec2:RunInstances",
    "ec2:StartInstances",
    "ecs:CreateService",
    "ecs:RunTask",
    "ecs:UpdateService",
    "eks:CreateNodegroup",
    "elasticmapreduce:RunJobFlow",
    "gamelift:CreateFleet",
    "glue:CreateDevEndpoint",
    "glue:StartJobRun",
    "lightsail:CreateInstances",
    "sagemaker:CreateEndpoint",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
];

/// Machine types that one statement names.
///
/// Fewer, and an organisation of ordinary variety has none; more, and a policy is full with them.
const TYPES_MAX: usize = 60;

fn starts(event: &Event) -> bool {
    STARTS.contains(&action(event).as_str())
}

/// Compute only in regions where compute is used.
pub(super) fn unused_regions(ground: &Ground<'_, '_>) -> Thought {
    let ordinary: Vec<&Event> = ground.ordinary.iter().copied().filter(|event| starts(event)).collect();
    let used: BTreeSet<&str> = ordinary.iter().map(|event| event.region.as_str()).collect();
    let denied: Vec<&Event> = ground
        .attack
        .iter()
        .copied()
        .filter(|event| starts(event) && !used.contains(event.region.as_str()))
        .collect();
    let mut statement = json!({
        "Sid": "ComputeOnlyWhereItIsUsed", "Effect": "Deny", "Action": STARTS, "Resource": "*",
    });
    if !used.is_empty() {
        statement["Condition"] = json!({ "StringNotEquals": { "aws:RequestedRegion": used } });
    }
    let told = if used.is_empty() {
        "no region at all".to_owned()
    } else {
        used.iter().copied().collect::<Vec<_>>().join(", ")
    };
    Draft {
        name: "compute-only-where-used",
        what: format!("deny starting compute outside of {told}"),
        because: format!("{} ordinary calls started compute, in {told}", ordinary.len()),
        attach: Attach::Organization,
        denied,
        broken: Vec::new(),
        held_against: ordinary.len(),
        statements: vec![statement],
    }
    .decided()
}

/// Only machines of kinds that are in use.
pub(super) fn unused_machines(ground: &Ground<'_, '_>) -> Thought {
    let ordinary = ground.rows(&ground.ordinary);
    let ordinary: Vec<&Row<'_>> = ordinary.iter().filter(|row| is_ec2(row)).collect();
    let attack = ground.rows(&ground.attack);
    let attack: Vec<&Row<'_>> = attack.iter().filter(|row| action(row.event) == "ec2:RunInstances").collect();
    let types: BTreeSet<&str> = ordinary.iter().flat_map(|row| names(row)).collect();
    let families: BTreeSet<String> = types.iter().map(|name| format!("{}.*", family(name))).collect();
    let by_family = denied(&attack, |name| !families.contains(&format!("{}.*", family(name))));
    let by_type = denied(&attack, |name| !types.contains(name));
    // Families leave room to grow; types are named only where families would let more of it pass.
    let (allowed, denied): (Vec<String>, Vec<&Event>) =
        if by_family.len() == by_type.len() || types.len() > TYPES_MAX {
            (families.into_iter().collect(), by_family)
        } else {
            (types.iter().map(|name| (*name).to_owned()).collect(), by_type)
        };
    let unsure: Vec<&Event> = ordinary
        .iter()
        .filter(|row| row.lines.iter().any(|line| line.unit == UNKNOWN))
        .map(|row| row.event)
        .collect();
    if allowed.is_empty() && unsure.is_empty() && denied.is_empty() {
        return None;
    }
    let mut statement = json!({
        "Sid": "OnlyMachinesInUse", "Effect": "Deny", "Action": "ec2:RunInstances",
        "Resource": "arn:aws:ec2:*:*:instance/*",
    });
    if !allowed.is_empty() {
        statement["Condition"] = json!({ "StringNotLike": { "ec2:InstanceType": allowed } });
    }
    Draft {
        name: "only-machines-in-use",
        what: format!("deny launching machines other than {}", told(&allowed)),
        because: format!("{} ordinary launches started these and no others", ordinary.len()),
        attach: Attach::Organization,
        denied,
        broken: unsure,
        held_against: ordinary.len(),
        statements: vec![statement],
    }
    .decided()
}

fn told(allowed: &[String]) -> String {
    match allowed.len() {
        0 => "none".to_owned(),
        1..=12 => allowed.join(", "),
        more => format!("{} and {} more", allowed[..12].join(", "), more - 12),
    }
}

fn is_ec2(row: &Row<'_>) -> bool {
    matches!(action(row.event).as_str(), "ec2:RunInstances" | "ec2:CreateFleet")
        && row.count(|line| line.requested + line.started) > 0
}

fn names<'r>(row: &'r Row<'_>) -> impl Iterator<Item = &'r str> {
    row.lines.iter().map(|line| line.unit.as_str()).filter(|name| name.contains('.') && *name != UNKNOWN)
}

fn family(name: &str) -> &str {
    name.split_once('.').map_or(name, |(family, _)| family)
}

/// Launches of which every machine is one that `is_denied`: a mixed one passes in part.
fn denied<'f>(rows: &[&Row<'f>], is_denied: impl Fn(&str) -> bool) -> Vec<&'f Event> {
    let all = |row: &&&Row<'_>| !row.lines.is_empty() && names(row).count() > 0 && names(row).all(&is_denied);
    rows.iter().filter(all).map(|row| row.event).collect()
}

/// Only machines whose metadata service asks for tokens.
pub(super) fn metadata_tokens(ground: &Ground<'_, '_>) -> Thought {
    let runs = |event: &&Event| action(event) == "ec2:RunInstances";
    let asks = |event: &Event| matches!(&event.detail, Detail::Launch(launch) if launch.tokens_required);
    let ordinary: Vec<&Event> = ground.ordinary.iter().copied().filter(runs).collect();
    let denied: Vec<&Event> =
        ground.attack.iter().copied().filter(runs).filter(|event| !asks(event)).collect();
    let broken: Vec<&Event> = ordinary.iter().copied().filter(|event| !asks(event)).collect();
    let who: BTreeSet<&str> = broken.iter().map(|event| short(&event.actor.principal)).collect();
    let who: Vec<&str> = who.into_iter().take(4).collect();
    Draft {
        name: "metadata-tokens-at-launch",
        what: if who.is_empty() {
            "deny launching machines that do not require IMDSv2".to_owned()
        } else {
            format!(
                "deny launching machines that do not require IMDSv2 (first let {} ask for it)",
                who.join(", ")
            )
        },
        because: format!("all of {} ordinary launches asked for it", ordinary.len()),
        attach: Attach::Organization,
        denied,
        broken,
        held_against: ordinary.len(),
        statements: vec![json!({
            "Sid": "MetadataTokensAtLaunch", "Effect": "Deny", "Action": "ec2:RunInstances",
            "Resource": "arn:aws:ec2:*:*:instance/*",
            "Condition": { "StringNotEquals": { "ec2:MetadataHttpTokens": "required" } },
        })],
    }
    .decided()
}
