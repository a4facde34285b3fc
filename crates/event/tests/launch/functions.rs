//! Stories of Lambda and App Runner.

use serde_json::json;

use crate::call;

#[test]
fn provisioned_concurrency_is_compute_that_stands_ready() {
    call(
        "lambda PutProvisionedConcurrencyConfig",
        json!({"functionName": "dig", "provisionedConcurrentExecutions": 1000}),
    )
    .answered(json!({}))
    .means("Managed: 1000 × lambda 1 vCPU; from Machine dig");
    call("lambda DeleteProvisionedConcurrencyConfig", json!({"functionName": "dig"})).means("Terminated dig");
}

#[test]
fn a_capacity_provider_may_grow_to_its_vcpus() {
    call("lambda CreateCapacityProvider", json!({
        "capacityProviderName": "shovels", "instanceRequirements": {"allowedInstanceTypes": ["c5.24xlarge"]},
        "capacityProviderScalingConfig": {"maxVCpuCount": 960}
    }))
    .answered(json!({"capacityProvider": {}}))
    .means("Respawner: 0 × c5.24xlarge; as CapacityProvider shovels; up to 10");
    call(
        "lambda UpdateCapacityProvider",
        json!({
            "capacityProviderName": "shovels", "capacityProviderScalingConfig": {"maxVCpuCount": 12000}
        }),
    )
    .answered(json!({"capacityProvider": {}}))
    .means("Enlarges: 0 × vCPU; as CapacityProvider shovels; up to 12000");
    call("lambda DeleteCapacityProvider", json!({"capacityProviderName": "shovels"}))
        .means("RespawnerDeleted shovels CapacityProvider shovels");
}

#[test]
fn apprunner_services_tell_their_size() {
    call("apprunner CreateService", json!({
        "serviceName": "pit", "instanceConfiguration": {"cpu": "4 vCPU", "memory": "12 GB", "instanceRoleArn": "arn:r"},
        "sourceConfiguration": {"imageRepository": {"imageIdentifier": "ore"}}
    }))
    .answered(json!({"service": {}}))
    .means("Respawner: 1 × apprunner 4 vCPU / 12 GB; as ServiceFleet pit; image ore; profile arn:r");
    let arn = || json!({"serviceArn": "arn:aws:apprunner:us-east-1:1:service/pit/9f"});
    call("apprunner UpdateService", arn())
        .answered(json!({"service": {}}))
        .means("Enlarges: 1 × apprunner 1024 / 2048; as ServiceFleet pit");
    call("apprunner ResumeService", arn())
        .answered(json!({"service": {}}))
        .means("Restarts: 1 × ?; got pit; from Machine pit");
    call("apprunner PauseService", arn()).means("Stopped pit ServiceFleet pit");
    call("apprunner DeleteService", arn()).means("RespawnerDeleted pit ServiceFleet pit");
}
