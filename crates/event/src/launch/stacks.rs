//! The rows of CloudFormation, Service Catalog, Elastic Beanstalk and Systems Manager: calls that let others launch.
//!
//! Blind spots: what a stack contains is hidden in its template. The calls that it makes
//! come in CloudFormation's name and lead back here by the stack's tag; a stack counts as
//! no machine of its own.

use super::call::{Call, kept};
use super::ec2::fleet::spread;
use super::managed::{deleted, enlarges, launched, name, names, respawner, respawns, restarts};
use super::{Row, detail, end, launch, unit};
use crate::event::{Detail, End, EndKind, HandOver, Launch, Makes, RespawnerKind, TemplateRef};
use crate::launch::unit::{Choice, Measure};

pub(super) const ROWS: &[Row] = &[
    launch("cloudformation", "CreateStack", |call| stack(call, &["stackName"])),
    launch("cloudformation", "UpdateStack", |call| updated(call, &["stackName"])),
    launch("cloudformation", "ExecuteChangeSet", |call| updated(call, &["stackName"])),
    launch("cloudformation", "CreateStackSet", |call| stack(call, &["stackSetName"])),
    launch("cloudformation", "UpdateStackSet", |call| updated(call, &["stackSetName"])),
    launch("cloudformation", "CreateStackInstances", |call| updated(call, &["stackSetName"])),
    launch("cloudformation", "UpdateStackInstances", |call| updated(call, &["stackSetName"])),
    end("cloudformation", "DeleteStack", |call| removed(call, "stackName")),
    end("cloudformation", "DeleteStackSet", |call| removed(call, "stackSetName")),
    end("cloudformation", "DeleteStackInstances", |call| removed(call, "stackSetName")),
    launch("servicecatalog", "ProvisionProduct", provision_product),
    end("servicecatalog", "TerminateProvisionedProduct", |call| End {
        respawner: respawner(RespawnerKind::Stack, product_stack(call, "provisionedProductId")),
        ..deleted(call, RespawnerKind::Stack, &["provisionedProductId"])
    }),
    launch("elasticbeanstalk", "CreateEnvironment", |call| beanstalk(call, Makes::Respawner)),
    launch("elasticbeanstalk", "UpdateEnvironment", |call| beanstalk(call, Makes::Enlarges)),
    end("elasticbeanstalk", "TerminateEnvironment", |call| End {
        respawner: respawner(RespawnerKind::Stack, beanstalk_stack(call)),
        ..super::managed::ended(call, EndKind::RespawnerDeleted, &["environmentId"])
    }),
    detail("ssm", "StartAutomationExecution", automation),
];

/// The bare name of a stack that may be given by its arn, `arn:…:stack/NAME/UUID`.
fn stack_name(call: &Call<'_>, path: &str) -> Option<String> {
    let text = call.request.get(path).text()?;
    let name = text.split_once(":stack/").map_or(text, |(_, rest)| rest.split('/').next().unwrap_or(rest));
    Some(kept(name))
}

fn stack(call: &Call<'_>, paths: &[&str]) -> Launch {
    Launch {
        protected: call.request.get("enableTerminationProtection").is_set(),
        profile: call.request.get("roleARN").owned(),
        ..respawns(vec![unit::ask(None, 0)], RespawnerKind::Stack, stack_name(call, paths[0]))
    }
}

fn updated(call: &Call<'_>, paths: &[&str]) -> Launch {
    enlarges(vec![unit::ask(None, 0)], RespawnerKind::Stack, stack_name(call, paths[0]))
}

fn removed(call: &Call<'_>, path: &str) -> End {
    let respawner = respawner(RespawnerKind::Stack, stack_name(call, path));
    End { kind: EndKind::RespawnerDeleted, ids: Vec::new(), respawner, size: None }
}

fn provision_product(call: &Call<'_>) -> Launch {
    let stack = product_stack(call, "recordDetail.provisionedProductId");
    respawns(vec![unit::ask(None, 0)], RespawnerKind::Stack, stack)
}

/// Service Catalog names its stacks `SC-ACCOUNT-PRODUCT`.
fn product_stack(call: &Call<'_>, path: &str) -> Option<String> {
    let id = call.response.at(path).text().or_else(|| call.request.at(path).text())?;
    Some(kept(&format!("SC-{}-{id}", call.account)))
}

/// Beanstalk builds an environment as a stack, and says in options which machines it has.
fn beanstalk(call: &Call<'_>, makes: Makes) -> Launch {
    let options = call.request.get("optionSettings").list();
    let option = |name: &str| {
        options.iter().find(|item| item.get("optionName").text() == Some(name)).map(|item| item.get("value"))
    };
    let types =
        ["InstanceTypes", "InstanceType"].into_iter().filter_map(option).filter_map(|node| node.text());
    let choices: Vec<Choice> = types
        .flat_map(|list| list.split(','))
        .map(|name| Choice { unit: unit::ec2(name.trim()), weight: None })
        .collect();
    let least = option("MinSize").and_then(|node| node.number());
    let count = least.unwrap_or(u64::from(makes == Makes::Respawner));
    Launch {
        makes,
        ceiling: option("MaxSize").and_then(|node| node.number()),
        profile: option("IamInstanceProfile").and_then(|node| node.owned()),
        ..respawns(
            vec![spread(choices, count, Measure::Machines).0],
            RespawnerKind::Stack,
            beanstalk_stack(call),
        )
    }
}

fn beanstalk_stack(call: &Call<'_>) -> Option<String> {
    let id = name(call.response, &["environmentId"]).or_else(|| name(call.request, &["environmentId"]))?;
    Some(format!("awseb-{id}-stack"))
}

/// A runbook acts in its role's or its caller's name; its parameters are hidden.
fn automation(call: &Call<'_>) -> Option<Detail> {
    let document = name(call.request, &["documentName"])?;
    let document = document.rsplit('/').next().unwrap_or(&document);
    let ids = || names(call.request, &["parameters.instanceId", "parameters.InstanceIds"]);
    match document {
        "AWS-StartEC2Instance" => launched(restarts(call, ids())),
        "AWS-ResizeInstance" => launched(Launch {
            makes: Makes::Resizes,
            template: ids().into_iter().next().map(TemplateRef::Machine),
            asks: vec![unit::ask(
                call.request.at("parameters.instanceType").texts().first().map(|name| unit::ec2(name)),
                1,
            )],
            ..Launch::default()
        }),
        name if name.starts_with("AWS-Run") => Some(Detail::HandOver(HandOver::Instances { ids: ids() })),
        _ => None,
    }
}
