//! Stories of `batch.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn vcpus_become_machines_of_the_strongest_type() {
    call("batch CreateComputeEnvironment", json!({
        "computeEnvironmentName": "night", "type": "MANAGED", "computeResources": {
            "type": "SPOT", "minvCpus": 0, "desiredvCpus": 960, "maxvCpus": 9600,
            "instanceTypes": ["c5.24xlarge", "c5.large"], "instanceRole": "ecsInstanceRole", "ec2KeyPair": "pick"
        }
    }))
    .answered(json!({"computeEnvironmentName": "night"}))
    .means(
        "Respawner: 0-10 × c5.24xlarge; as BatchEnvironment night; up to 100; profile ecsInstanceRole; \
         key pick; spot",
    );
}

#[test]
fn a_family_counts_as_its_largest_and_optimal_as_vcpus() {
    let environment = |kind: &str, types| {
        call(
            "batch CreateComputeEnvironment",
            json!({
                "computeEnvironmentName": "night",
                "computeResources": {"type": kind, "maxvCpus": 256, "instanceTypes": types}
            }),
        )
        .answered(json!({}))
    };
    environment("EC2", json!(["p4d"]))
        .means("Respawner: 0 × p4d.24xlarge; as BatchEnvironment night; up to 3");
    environment("EC2", json!(["optimal"])).means("Respawner: 0 × vCPU; as BatchEnvironment night; up to 256");
    environment("FARGATE", json!([]))
        .means("Respawner: 0 × fargate 1 vCPU / 2 GB; as BatchEnvironment night; up to 256");
}

#[test]
fn an_environment_is_enlarged_or_ended() {
    let update = |most: u64| {
        call(
            "batch UpdateComputeEnvironment",
            json!({
                "computeEnvironment": "arn:aws:batch:us-east-1:1:compute-environment/night",
                "computeResources": {"maxvCpus": most}
            }),
        )
        .answered(json!({}))
    };
    update(4096).means("Enlarges: 0 × vCPU; as BatchEnvironment night; up to 4096");
    update(0).means("RespawnerShrunk BatchEnvironment night to 0");
    call("batch DeleteComputeEnvironment", json!({"computeEnvironment": "night"}))
        .means("RespawnerDeleted night BatchEnvironment night");
}

#[test]
fn a_job_definition_is_a_template() {
    call("batch RegisterJobDefinition", json!({
        "jobDefinitionName": "dig", "type": "container", "containerProperties": {
            "image": "ore", "jobRoleArn": "arn:r", "resourceRequirements": [
                {"type": "VCPU", "value": "16"}, {"type": "MEMORY", "value": "32768"}, {"type": "GPU", "value": "1"}
            ]
        }
    }))
    .answered(json!({"jobDefinitionName": "dig", "revision": 1}))
    .means("template JobDefinition dig: fargate 16 vCPU / 32 GB, 1 GPU; image ore; profile arn:r");
    call(
        "batch RegisterJobDefinition",
        json!({
            "jobDefinitionName": "dig", "nodeProperties": {"numNodes": 8, "nodeRangeProperties": [
                {"container": {"image": "ore", "instanceType": "p4d.24xlarge"}}
            ]}
        }),
    )
    .means("template JobDefinition dig: p4d.24xlarge; image ore; 8 at once");
}

#[test]
fn jobs_are_counted_by_array_and_nodes() {
    call("batch SubmitJob", json!({
        "jobName": "d", "jobDefinition": "arn:aws:batch:us-east-1:1:job-definition/dig:3", "jobQueue": "q",
        "arrayProperties": {"size": 1000}, "containerOverrides": {"vcpus": 4, "memory": 8192}
    }))
    .answered(json!({"jobId": "0a1b", "jobName": "d"}))
    .means("Managed: 1000 × fargate 4 vCPU / 8 GB; got 0a1b; from JobDefinition dig");
    call("batch SubmitServiceJob", json!({"jobName": "d", "serviceJobType": "SAGEMAKER_TRAINING"}))
        .answered(json!({"jobId": "0a1b"}))
        .means("Managed: 1 × ?; got 0a1b");
    for name in ["batch TerminateJob", "batch CancelJob", "batch TerminateServiceJob"] {
        call(name, json!({"jobId": "0a1b", "reason": "x"})).means("Terminated 0a1b");
    }
}
