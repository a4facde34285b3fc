//! The rows of CodeBuild and Amplify: machines that build, or mine, for as long as a build may last.
//!
//! Blind spots: what a build does stands in a source repository; an Amplify build's size
//! stands in its app, so the standard one is assumed.

use super::call::{Call, Node, kept, last_part};
use super::managed::{deleted, ended, enlarges, name, names, respawns, restarts, runs, started_names};
use super::{Row, end, launch, template, unit};
use crate::event::{Ask, EndKind, Launch, RespawnerKind, Started, Template, TemplateRef, Unit};

pub(super) const ROWS: &[Row] = &[
    template("codebuild", "CreateProject", project),
    template("codebuild", "UpdateProject", project),
    launch("codebuild", "StartBuild", start_build),
    launch("codebuild", "StartBuildBatch", start_build),
    launch("codebuild", "RetryBuild", start_build),
    launch("codebuild", "RetryBuildBatch", start_build),
    launch("codebuild", "StartSandbox", start_build),
    launch("codebuild", "CreateFleet", |call| fleet(call, respawns, &["name"])),
    launch("codebuild", "UpdateFleet", |call| fleet(call, enlarges, &["arn"])),
    end("codebuild", "StopBuild", |call| ended(call, EndKind::Terminated, &["id"])),
    end("codebuild", "StopBuildBatch", |call| ended(call, EndKind::Terminated, &["id"])),
    end("codebuild", "DeleteFleet", |call| {
        let mut end = deleted(call, RespawnerKind::ServiceFleet, &[]);
        end.respawner =
            super::managed::respawner(RespawnerKind::ServiceFleet, fleet_name(call.request.get("arn")));
        end
    }),
    launch("amplify", "StartJob", amplify_build),
    launch("amplify", "StartDeployment", amplify_build),
    end("amplify", "StopJob", |call| ended(call, EndKind::Terminated, &["jobId"])),
    launch("imagebuilder", "StartImagePipelineExecution", build_image),
    launch("imagebuilder", "CreateImage", build_image),
    template("imagebuilder", "CreateInfrastructureConfiguration", infrastructure),
    template("imagebuilder", "UpdateInfrastructureConfiguration", infrastructure),
    launch("cloud9", "CreateEnvironmentEC2", create_cloud9),
    launch("cloud9", "StartEnvironment", |call| restarts(call, names(call.request, &["environmentId"]))),
    end("cloud9", "DeleteEnvironment", |call| ended(call, EndKind::Terminated, &["environmentId"])),
];

/// The machine of an environment: an instance type, vCPUs, or one of CodeBuild's sizes.
fn machine(environment: Node<'_>) -> Option<Unit> {
    let custom = environment.get("computeConfiguration");
    if let Some(name) = custom.get("instanceType").text() {
        return Some(unit::ec2(name));
    }
    let size = environment.first_of(&["computeType", "computeTypeOverride"]).text()?;
    if let Some(count) = custom.get("vCpu").number().filter(|count| *count > 0) {
        return Some(unit::named(&format!("{size} {count} vCPU"), unit::vcpus(count)));
    }
    // Only the environment's kind tells builds that have a GPU.
    let kind = environment.first_of(&["type", "environmentType", "environmentTypeOverride"]).text();
    let power = catalog::codebuild(&kind.map_or(size.to_owned(), |kind| format!("{kind}/{size}")));
    Some(unit::named(size, power))
}

fn project(call: &Call<'_>) -> Template {
    let environment = call.request.get("environment");
    Template {
        refs: name(call.request, &["name"]).map(TemplateRef::BuildProject).into_iter().collect(),
        units: machine(environment).into_iter().collect(),
        image: environment.get("image").owned(),
        profile: call.request.get("serviceRole").owned(),
        ..Template::default()
    }
}

fn start_build(call: &Call<'_>) -> Launch {
    let made = call.response.first_of(&["build", "buildBatch", "sandbox"]);
    let asked = call.request.get("computeTypeOverride").exists().then(|| machine(call.request)).flatten();
    let unit = machine(made.get("environment")).or(asked);
    let project = name(call.request, &["projectName"]).or_else(|| name(made, &["projectName"]));
    // A retry names the build, whose id begins with its project.
    let retried = || name(call.request, &["id"]).map(|id| id.split(':').next().unwrap_or(&id).to_owned());
    let got = started_names(call, &names(made, &["id"]));
    Launch {
        got: got.into_iter().map(|started| Started { unit: unit.clone(), ..started }).collect(),
        template: project.or_else(retried).map(TemplateRef::BuildProject),
        image: call.request.get("imageOverride").owned().or_else(|| made.at("environment.image").owned()),
        ..runs(vec![unit::ask(unit, 1)])
    }
}

fn fleet(
    call: &Call<'_>,
    make: fn(Vec<Ask>, RespawnerKind, Option<String>) -> Launch,
    named: &[&str],
) -> Launch {
    let request = call.request;
    let count = request.get("baseCapacity").number().unwrap_or(0);
    Launch {
        ceiling: request.at("scalingConfiguration.maxCapacity").number(),
        ..make(
            vec![unit::ask(machine(request), count)],
            RespawnerKind::ServiceFleet,
            fleet_name(request.first_of(named)),
        )
    }
}

/// `name` of `arn:…:fleet/name:uuid`, or the name itself.
fn fleet_name(node: Node<'_>) -> Option<String> {
    let text = node.text()?;
    let name = text.split_once(":fleet/").map_or(text, |(_, rest)| rest.split(':').next().unwrap_or(rest));
    Some(kept(name))
}

fn amplify_build(call: &Call<'_>) -> Launch {
    let size = call.request.at("jobConfig.buildComputeType").text().unwrap_or("STANDARD_8GB");
    let unit = unit::named(&format!("amplify {size}"), catalog::amplify_build(size));
    let job = name(call.response, &["jobSummary.jobId"]);
    let app = name(call.request, &["appId"]).unwrap_or_default();
    let branch = name(call.request, &["branchName"]).unwrap_or_default();
    // Job ids count from one in each branch.
    let id = job.map(|job| format!("{app}/{branch}/{job}"));
    Launch {
        got: started_names(call, &id.into_iter().collect::<Vec<_>>()),
        ..runs(vec![unit::ask(Some(unit), 1)])
    }
}

/// Image Builder starts one instance, in its own name, from an infrastructure configuration.
fn build_image(call: &Call<'_>) -> Launch {
    let paths = ["infrastructureConfigurationArn", "imagePipelineArn"];
    let made = name(call.response, &["imageBuildVersionArn"]);
    Launch {
        template: name(call.request, &paths).map(TemplateRef::Machine),
        got: started_names(call, &made.into_iter().collect::<Vec<_>>()),
        ..runs(vec![unit::ask(None, 1)])
    }
}

fn infrastructure(call: &Call<'_>) -> Template {
    let arn = call.response.get("infrastructureConfigurationArn").text();
    let arn = arn.or_else(|| call.request.get("infrastructureConfigurationArn").text());
    let named = arn.map(|arn| kept(last_part(arn))).or_else(|| name(call.request, &["name"]));
    let types = call.request.get("instanceTypes").texts();
    Template {
        refs: named.map(TemplateRef::Machine).into_iter().collect(),
        units: unit::strongest(types.into_iter().map(unit::ec2)).into_iter().collect(),
        profile: call.request.get("instanceProfileName").owned(),
        ..Template::default()
    }
}

fn create_cloud9(call: &Call<'_>) -> Launch {
    let unit = call.request.get("instanceType").text().map(unit::ec2);
    Launch {
        got: started_names(call, &names(call.response, &["environmentId"])),
        image: call.request.get("imageId").owned(),
        ..runs(vec![unit::ask(unit, 1)])
    }
}
