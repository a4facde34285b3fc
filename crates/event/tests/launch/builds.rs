//! Stories of CodeBuild, Amplify, Image Builder and Cloud9.

use serde_json::json;

use crate::call;

#[test]
fn a_project_is_a_template_for_builds() {
    let environment =
        json!({"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_2XLARGE", "image": "ore"});
    for name in ["codebuild CreateProject", "codebuild UpdateProject"] {
        call(name, json!({"name": "pit", "serviceRole": "arn:r", "environment": environment}))
            .answered(json!({"project": {}}))
            .means("template BuildProject pit: BUILD_GENERAL1_2XLARGE; image ore; profile arn:r");
    }
    call(
        "codebuild CreateProject",
        json!({"name": "pit", "environment": {
            "computeType": "CUSTOM_INSTANCE_TYPE", "computeConfiguration": {"instanceType": "g5.48xlarge"}
        }}),
    )
    .means("template BuildProject pit: g5.48xlarge");
}

#[test]
fn a_build_is_one_machine() {
    call("codebuild StartBuild", json!({"projectName": "pit", "computeTypeOverride": "BUILD_GENERAL1_LARGE"}))
        .answered(json!({"build": {"id": "pit:9f", "projectName": "pit", "environment": {
            "type": "LINUX_GPU_CONTAINER", "computeType": "BUILD_GENERAL1_LARGE", "image": "ore"
        }}}))
        .means(
            "Managed: 1 × BUILD_GENERAL1_LARGE; got pit:9f=BUILD_GENERAL1_LARGE; from BuildProject pit; image ore",
        );
    call("codebuild StartBuildBatch", json!({"projectName": "pit"}))
        .answered(json!({"buildBatch": {"id": "pit:9f"}}))
        .means("Managed: 1 × ?; got pit:9f; from BuildProject pit");
    for name in ["codebuild RetryBuild", "codebuild RetryBuildBatch"] {
        call(name, json!({"id": "pit:9e"}))
            .answered(json!({"build": {"id": "pit:9f"}}))
            .means("Managed: 1 × ?; got pit:9f; from BuildProject pit");
    }
    call("codebuild StartSandbox", json!({"projectName": "pit"}))
        .answered(json!({"sandbox": {"id": "pit:9f"}}))
        .means("Managed: 1 × ?; got pit:9f; from BuildProject pit");
    for name in ["codebuild StopBuild", "codebuild StopBuildBatch"] {
        call(name, json!({"id": "pit:9f"})).means("Terminated pit:9f");
    }
}

#[test]
fn a_build_fleet_is_a_respawner() {
    call(
        "codebuild CreateFleet",
        json!({
            "name": "shift", "baseCapacity": 30, "environmentType": "LINUX_CONTAINER",
            "computeType": "BUILD_GENERAL1_XLARGE", "scalingConfiguration": {"maxCapacity": 100}
        }),
    )
    .answered(json!({"fleet": {}}))
    .means("Respawner: 30 × BUILD_GENERAL1_XLARGE; as ServiceFleet shift; up to 100");
    let arn = "arn:aws:codebuild:us-east-1:1:fleet/shift:9f";
    call("codebuild UpdateFleet", json!({"arn": arn, "baseCapacity": 60}))
        .answered(json!({"fleet": {}}))
        .means("Enlarges: 60 × ?; as ServiceFleet shift");
    call("codebuild DeleteFleet", json!({"arn": arn})).means("RespawnerDeleted ServiceFleet shift");
}

#[test]
fn amplify_builds_are_standard_unless_told() {
    for name in ["amplify StartJob", "amplify StartDeployment"] {
        call(name, json!({"appId": "d1", "branchName": "main", "jobType": "RELEASE"}))
            .answered(json!({"jobSummary": {"jobId": "1"}}))
            .means("Managed: 1 × amplify STANDARD_8GB; got d1/main/1");
    }
    call("amplify StopJob", json!({"appId": "d1", "branchName": "main", "jobId": "1"})).means("Terminated 1");
}

#[test]
fn image_builder_starts_what_its_infrastructure_names() {
    let arn = "arn:aws:imagebuilder:us-east-1:1:infrastructure-configuration/rig";
    call(
        "imagebuilder CreateInfrastructureConfiguration",
        json!({
            "name": "rig", "instanceTypes": ["m5.large", "c5.24xlarge"], "instanceProfileName": "digger"
        }),
    )
    .answered(json!({"infrastructureConfigurationArn": arn}))
    .means("template Machine rig: c5.24xlarge; profile digger");
    call(
        "imagebuilder UpdateInfrastructureConfiguration",
        json!({
            "infrastructureConfigurationArn": arn, "instanceTypes": ["p3.16xlarge"]
        }),
    )
    .means("template Machine rig: p3.16xlarge");
    call("imagebuilder CreateImage", json!({"infrastructureConfigurationArn": arn}))
        .answered(json!({"imageBuildVersionArn": "arn:aws:imagebuilder:us-east-1:1:image/ore/1.0.0/1"}))
        .means("Managed: 1 × ?; got 1; from Machine rig");
    call(
        "imagebuilder StartImagePipelineExecution",
        json!({
            "imagePipelineArn": "arn:aws:imagebuilder:us-east-1:1:image-pipeline/rig"
        }),
    )
    .answered(json!({}))
    .means("Managed: 1 × ?; from Machine rig");
}

#[test]
fn cloud9_is_an_instance_with_an_editor() {
    call(
        "cloud9 CreateEnvironmentEC2",
        json!({"name": "pit", "instanceType": "m5.24xlarge", "imageId": "al2023"}),
    )
    .answered(json!({"environmentId": "9f"}))
    .means("Managed: 1 × m5.24xlarge; got 9f; image al2023");
    call("cloud9 StartEnvironment", json!({"environmentId": "9f"}))
        .answered(json!({}))
        .means("Restarts: 1 × ?; got 9f; from Machine 9f");
    call("cloud9 DeleteEnvironment", json!({"environmentId": "9f"})).means("Terminated 9f");
}
