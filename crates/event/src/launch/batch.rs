//! The rows of `batch.amazonaws.com`: environments measured in vCPUs, and jobs.
//!
//! Blind spots: `optimal` lets Batch choose the type, so its vCPUs are counted at the price
//! of a general-purpose machine.

use super::call::{Call, Node, kept, last_part};
use super::ec2::instances::launch_template;
use super::managed::{
    deleted, ended, enlarges, launched, name, names, respawns, runs, shrunk, started_names,
};
use super::{Row, detail, end, launch, template, unit};
use crate::event::{Detail, EndKind, Launch, Market, RespawnerKind, Template, TemplateRef, Unit};
use crate::launch::unit::{Choice, Measure};

pub(super) const ROWS: &[Row] = &[
    launch("batch", "CreateComputeEnvironment", create_environment),
    detail("batch", "UpdateComputeEnvironment", update_environment),
    template("batch", "RegisterJobDefinition", register_job_definition),
    launch("batch", "SubmitJob", submit_job),
    launch("batch", "SubmitServiceJob", submit_job),
    end("batch", "DeleteComputeEnvironment", |call| {
        deleted(call, RespawnerKind::BatchEnvironment, &["computeEnvironment"])
    }),
    end("batch", "TerminateJob", |call| ended(call, EndKind::Terminated, &["jobId"])),
    end("batch", "CancelJob", |call| ended(call, EndKind::Terminated, &["jobId"])),
    end("batch", "TerminateServiceJob", |call| ended(call, EndKind::Terminated, &["jobId"])),
];

fn create_environment(call: &Call<'_>) -> Launch {
    let environment = name(call.request, &["computeEnvironmentName"]);
    let launch = respawns(Vec::new(), RespawnerKind::BatchEnvironment, environment);
    environment_of(call.request.get("computeResources"), launch)
}

fn update_environment(call: &Call<'_>) -> Option<Detail> {
    let resources = call.request.get("computeResources");
    let environment = name(call.request, &["computeEnvironment"]);
    if !resources.exists() && call.request.exists() {
        return None;
    }
    if resources.get("maxvCpus").number() == Some(0) {
        return Some(shrunk(RespawnerKind::BatchEnvironment, environment));
    }
    launched(environment_of(resources, enlarges(Vec::new(), RespawnerKind::BatchEnvironment, environment)))
}

/// What an environment has and may have, with its vCPUs turned into machines of the strongest type.
fn environment_of(resources: Node<'_>, launch: Launch) -> Launch {
    let kind = resources.get("type").text().unwrap_or_default();
    let types = resources.get("instanceTypes").texts();
    let choice = Choice { unit: machine(kind, &types), weight: None };
    let machines = |vcpus: u64| choice.count(vcpus, Measure::Vcpus);
    let least = resources.get("minvCpus").number().unwrap_or(0);
    let wanted = resources.get("desiredvCpus").number().unwrap_or(least);
    let mut ask = unit::ask(Some(choice.unit.clone()), machines(wanted));
    ask.min = machines(least).min(ask.max);
    Launch {
        asks: vec![ask],
        ceiling: resources.get("maxvCpus").number().map(machines),
        template: launch_template(resources.get("launchTemplate")),
        market: if kind.ends_with("SPOT") { Market::Spot } else { Market::OnDemand },
        image: resources.get("imageId").owned(),
        profile: resources.get("instanceRole").owned(),
        key_name: resources.get("ec2KeyPair").owned(),
        ..launch
    }
}

/// The strongest machine that an environment may use: a type, or the largest of a family such as `p3`.
fn machine(kind: &str, types: &[&str]) -> Unit {
    if kind.starts_with("FARGATE") {
        return unit::fargate(1_024, 2_048);
    }
    let named = types.iter().filter_map(|name| match name {
        _ if name.contains('.') => Some(unit::ec2(name)),
        // Batch chooses among general-purpose families.
        &"optimal" => None,
        _ if name.starts_with("default") => None,
        family => {
            let found = catalog::most_powerful_match(&format!("{family}.*"))?;
            Some(Unit { inferred: found.inferred, ..unit::named(&found.name, found.power) })
        }
    });
    unit::strongest(named).unwrap_or_else(unit::vcpu)
}

/// `name` of `name:3` or of `arn:…:job-definition/name:3`.
fn definition(node: Node<'_>) -> Option<TemplateRef> {
    let text = node.text()?;
    let name = text.rsplit('/').next().unwrap_or(text);
    Some(TemplateRef::JobDefinition(kept(name.split(':').next().unwrap_or(name))))
}

fn register_job_definition(call: &Call<'_>) -> Template {
    let nodes = call.request.at("nodeProperties.nodeRangeProperties").list();
    let ranges = nodes.iter().map(|node| node.get("container"));
    let container = call.request.get("containerProperties");
    let containers: Vec<Node<'_>> =
        std::iter::once(container).chain(ranges).filter(|node| node.exists()).collect();
    Template {
        refs: name(call.request, &["jobDefinitionName"])
            .map(TemplateRef::JobDefinition)
            .into_iter()
            .collect(),
        units: unit::strongest(containers.iter().copied().filter_map(job)).into_iter().collect(),
        count: call.request.at("nodeProperties.numNodes").number().unwrap_or(1),
        image: containers.iter().find_map(|container| container.get("image").owned()),
        profile: container.get("jobRoleArn").owned(),
        ..Template::default()
    }
}

/// One job: a named type, else the vCPUs, memory and GPUs that it requires.
fn job(container: Node<'_>) -> Option<Unit> {
    if let Some(name) = container.get("instanceType").text() {
        return Some(unit::ec2(name));
    }
    let required = container.get("resourceRequirements").list();
    let find = |kind: &str| {
        required.iter().find(|item| item.get("type").text() == Some(kind)).map(|item| item.get("value"))
    };
    // vCPUs may be a quarter; the measure has thousandths of CPU units for that.
    let cpus = find("VCPU").and_then(Node::text).and_then(|text| text.parse::<f64>().ok());
    let units = cpus.filter(|cpus| cpus.is_finite() && *cpus >= 0.0).map(|cpus| (cpus * 1_024.0) as u64);
    let old = container.get("vcpus").number().map(|cpus| cpus.saturating_mul(1_024));
    let memory = find("MEMORY").and_then(Node::number).or_else(|| container.get("memory").number());
    let mut unit = unit::fargate(units.or(old)?, memory.unwrap_or(0));
    unit::add_gpus(&mut unit, unit::gpus(required));
    Some(unit)
}

fn submit_job(call: &Call<'_>) -> Launch {
    let request = call.request;
    let size = request.at("arrayProperties.size").number().unwrap_or(1);
    let nodes = request.at("nodeOverrides.numNodes").number().unwrap_or(1);
    let ids = names(call.response, &["jobId"]).iter().map(|id| last_part(id).to_owned()).collect::<Vec<_>>();
    Launch {
        template: definition(request.get("jobDefinition")),
        got: started_names(call, &ids),
        ..runs(vec![unit::ask(job(request.get("containerOverrides")), size.saturating_mul(nodes))])
    }
}
