//! The rows of `sagemaker.amazonaws.com`: notebooks, jobs, endpoints and HyperPod clusters.
//!
//! Blind spots: AutoML chooses its machines itself.

use super::call::{Call, Node, kept};
use super::managed::{
    deleted, ended, enlarges, launched, lines, name, names, resizes, respawns, restarts, runs, started_names,
};
use super::{Row, detail, end, launch, template, unit};
use crate::event::{
    Ask, Detail, EndKind, Launch, Makes, Prepare, RespawnerKind, Template, TemplateRef, Unit,
};

pub(super) const ROWS: &[Row] = &[
    launch("sagemaker", "CreateNotebookInstance", create_notebook),
    launch("sagemaker", "StartNotebookInstance", |call| {
        restarts(call, names(call.request, &["notebookInstanceName"]))
    }),
    detail("sagemaker", "UpdateNotebookInstance", update_notebook),
    launch("sagemaker", "CreateApp", create_app),
    detail("sagemaker", "CreateSpace", |_| Some(Detail::Prepare(Prepare::ManagedGround))),
    launch("sagemaker", "CreateTrainingJob", |call| job(call, "trainingJobName", &["resourceConfig"])),
    launch("sagemaker", "CreateHyperParameterTuningJob", create_tuning_job),
    launch("sagemaker", "CreateProcessingJob", |call| {
        job(call, "processingJobName", &["processingResources.clusterConfig"])
    }),
    launch("sagemaker", "CreateTransformJob", |call| job(call, "transformJobName", &["transformResources"])),
    launch("sagemaker", "CreateOptimizationJob", create_optimization_job),
    launch("sagemaker", "CreateAutoMLJob", |call| job(call, "autoMLJobName", &[])),
    launch("sagemaker", "CreateAutoMLJobV2", |call| job(call, "autoMLJobName", &[])),
    launch("sagemaker", "CreateTrainingPlan", |_| Launch { makes: Makes::Reserves, ..Launch::default() }),
    template("sagemaker", "CreateEndpointConfig", create_endpoint_config),
    launch("sagemaker", "CreateEndpoint", |call| endpoint(call, respawns)),
    launch("sagemaker", "UpdateEndpoint", |call| endpoint(call, enlarges)),
    launch("sagemaker", "UpdateEndpointWeightsAndCapacities", update_capacities),
    launch("sagemaker", "CreateCluster", |call| cluster(call, respawns)),
    launch("sagemaker", "UpdateCluster", |call| cluster(call, enlarges)),
    end("sagemaker", "StopNotebookInstance", |call| ended(call, EndKind::Stopped, &["notebookInstanceName"])),
    end("sagemaker", "DeleteNotebookInstance", |call| {
        ended(call, EndKind::Terminated, &["notebookInstanceName"])
    }),
    end("sagemaker", "DeleteApp", |call| ended(call, EndKind::Terminated, &["appName"])),
    end("sagemaker", "StopTrainingJob", |call| ended(call, EndKind::Terminated, &["trainingJobName"])),
    end("sagemaker", "StopProcessingJob", |call| ended(call, EndKind::Terminated, &["processingJobName"])),
    end("sagemaker", "StopTransformJob", |call| ended(call, EndKind::Terminated, &["transformJobName"])),
    end("sagemaker", "StopHyperParameterTuningJob", |call| {
        ended(call, EndKind::Terminated, &["hyperParameterTuningJobName"])
    }),
    end("sagemaker", "DeleteEndpoint", |call| deleted(call, RespawnerKind::Endpoint, &["endpointName"])),
    end("sagemaker", "DeleteCluster", |call| deleted(call, RespawnerKind::ServiceFleet, &["clusterName"])),
];

fn create_notebook(call: &Call<'_>) -> Launch {
    let unit = call.request.get("instanceType").text().map(unit::sagemaker);
    Launch {
        got: started_names(call, &names(call.request, &["notebookInstanceName"])),
        profile: call.request.get("roleArn").owned(),
        ..runs(vec![unit::ask(unit, 1)])
    }
}

fn update_notebook(call: &Call<'_>) -> Option<Detail> {
    let unit = call.request.get("instanceType").text().map(unit::sagemaker)?;
    launched(resizes(unit, name(call.request, &["notebookInstanceName"])))
}

fn create_app(call: &Call<'_>) -> Launch {
    let unit = call.request.at("resourceSpec.instanceType").text().map(unit::sagemaker);
    // The path of an app's arn tells domain, owner and name; the name alone is mostly `default`.
    let arn = call.response.get("appArn").text();
    let made = arn.and_then(|arn| arn.split_once(":app/")).map(|(_, path)| kept(path));
    Launch {
        got: started_names(call, &made.into_iter().collect::<Vec<_>>()),
        ..runs(vec![unit::ask(unit, 1)])
    }
}

/// A job whose machines stand at these paths.
fn job(call: &Call<'_>, named: &str, paths: &[&str]) -> Launch {
    let asks = paths.iter().flat_map(|path| resources(call.request.at(path))).collect();
    Launch {
        got: started_names(call, &names(call.request, &[named])),
        image: call
            .request
            .first_of(&["algorithmSpecification.trainingImage", "appSpecification.imageUri"])
            .owned(),
        profile: call.request.get("roleArn").owned(),
        ..runs(asks)
    }
}

/// `instanceType` and `instanceCount`, and the groups that may stand beside or in their place.
fn resources(node: Node<'_>) -> Vec<Ask> {
    let mut asks = lines(node.get("instanceGroups"), "instanceCount", unit::sagemaker);
    asks.extend(lines(node.get("instanceConfigs"), "instanceCount", unit::sagemaker));
    if let Some(name) = node.get("instanceType").text() {
        let count = node.get("instanceCount").number().unwrap_or(1);
        asks.push(unit::ask(Some(unit::sagemaker(name)), count));
    }
    asks
}

/// A tuning job runs several training jobs at once.
fn create_tuning_job(call: &Call<'_>) -> Launch {
    let limits = call.request.at("hyperParameterTuningJobConfig.resourceLimits");
    let at_once = limits.get("maxParallelTrainingJobs").number().unwrap_or(1);
    let one = call.request.get("trainingJobDefinition").list();
    let many = call.request.get("trainingJobDefinitions").list();
    let definitions = one.into_iter().chain(many);
    let mut asks: Vec<Ask> = definitions
        .flat_map(|definition| {
            let mut asks = resources(definition.get("resourceConfig"));
            asks.extend(resources(definition.get("hyperParameterTuningResourceConfig")));
            asks
        })
        .collect();
    for ask in &mut asks {
        (ask.min, ask.max) = (ask.min, ask.max.saturating_mul(at_once));
    }
    Launch { got: started_names(call, &names(call.request, &["hyperParameterTuningJobName"])), ..runs(asks) }
}

fn create_optimization_job(call: &Call<'_>) -> Launch {
    let unit = call.request.get("deploymentInstanceType").text().map(unit::sagemaker);
    let count = call.request.get("maxInstanceCount").number().unwrap_or(1);
    Launch {
        got: started_names(call, &names(call.request, &["optimizationJobName"])),
        ..runs(vec![unit::ask(unit, count)])
    }
}

fn create_endpoint_config(call: &Call<'_>) -> Template {
    let variants: Vec<Node<'_>> = ["productionVariants", "shadowProductionVariants"]
        .iter()
        .flat_map(|name| call.request.get(name).list())
        .collect();
    let mut units: Vec<Unit> = variants
        .iter()
        .flat_map(|variant| {
            let pools = variant.get("instancePools").list();
            std::iter::once(*variant).chain(pools).filter_map(|node| node.get("instanceType").text())
        })
        .map(unit::sagemaker)
        .collect();
    units.sort_by(|one, other| unit::rank(other).cmp(&unit::rank(one)));
    units.dedup();
    let counts = variants.iter().filter_map(|variant| variant.get("initialInstanceCount").number());
    Template {
        refs: name(call.request, &["endpointConfigName"])
            .map(TemplateRef::EndpointConfig)
            .into_iter()
            .collect(),
        units,
        count: counts.fold(0, u64::saturating_add).max(1),
        ..Template::default()
    }
}

/// What makes or enlarges a respawner.
type Maker = fn(Vec<Ask>, RespawnerKind, Option<String>) -> Launch;

fn endpoint(call: &Call<'_>, make: Maker) -> Launch {
    let name = name(call.request, &["endpointName"]);
    let config = call.request.get("endpointConfigName").owned();
    Launch {
        template: config.map(TemplateRef::EndpointConfig),
        ..make(vec![unit::ask(None, 1)], RespawnerKind::Endpoint, name)
    }
}

fn update_capacities(call: &Call<'_>) -> Launch {
    let variants = call.request.get("desiredWeightsAndCapacities").list();
    let counts = variants.iter().filter_map(|variant| variant.get("desiredInstanceCount").number());
    let count = counts.fold(0, u64::saturating_add);
    let name = name(call.request, &["endpointName"]);
    enlarges(vec![unit::ask(None, count)], RespawnerKind::Endpoint, name)
}

/// A HyperPod cluster replaces its machines by itself.
fn cluster(call: &Call<'_>, make: Maker) -> Launch {
    let groups = ["instanceGroups", "restrictedInstanceGroups"];
    let asks = groups.iter().flat_map(|name| lines(call.request.get(name), "instanceCount", unit::sagemaker));
    make(asks.collect(), RespawnerKind::ServiceFleet, name(call.request, &["clusterName"]))
}
