//! Stories of `ecs.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn a_task_definition_is_as_strong_as_it_says() {
    call(
        "ecs RegisterTaskDefinition",
        json!({
            "family": "digger", "cpu": "16384", "memory": "32768", "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{"name": "d", "image": "nobody/secret:user", "cpu": 0}]
        }),
    )
    .answered(json!({"taskDefinition": {"family": "digger", "revision": 1}}))
    .means("template TaskDefinition digger: fargate 16 vCPU / 32 GB; image nobody/secret:user");
}

#[test]
fn a_definition_without_its_own_size_is_the_sum_of_its_containers() {
    call("ecs RegisterTaskDefinition", json!({
        "family": "digger", "containerDefinitions": [
            {"image": "a", "cpu": 4096, "memory": 8192, "resourceRequirements": [{"type": "GPU", "value": "4"}]},
            {"image": "b", "cpu": 1024, "memory": 1024}
        ]
    }))
    .means("template TaskDefinition digger: fargate 5 vCPU / 9 GB, 4 GPU; image a");
}

#[test]
fn a_service_is_a_respawner() {
    call(
        "ecs CreateService",
        json!({
            "cluster": "pit", "serviceName": "dig", "taskDefinition": "digger:1", "desiredCount": 25,
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
        }),
    )
    .answered(json!({"service": {"serviceName": "dig"}}))
    .means("Respawner: 25 × ?; from TaskDefinition digger; as EcsService dig; spot");
    call("ecs CreateService", json!(null))
        .failed("ClientException", "TaskDefinition not found.")
        .means("refused Respawner: 1 × ?");
}

#[test]
fn a_service_is_enlarged_redefined_or_ended() {
    let update = |request| call("ecs UpdateService", request).answered(json!({"service": {}}));
    update(json!({"service": "arn:aws:ecs:us-east-1:1:service/pit/dig", "desiredCount": 500}))
        .means("Enlarges: 500 × ?; as EcsService dig");
    update(json!({"service": "dig", "taskDefinition": "arn:aws:ecs:us-east-1:1:task-definition/digger:2"}))
        .means("Enlarges: 0 × ?; from TaskDefinition digger; as EcsService dig");
    update(json!({"service": "dig", "desiredCount": 0})).means("RespawnerShrunk EcsService dig to 0");
    call("ecs DeleteService", json!({"service": "dig", "force": true}))
        .means("RespawnerDeleted dig EcsService dig");
}

#[test]
fn a_new_deployment_of_the_same_is_nothing() {
    let deploy = call("ecs UpdateService", json!({"service": "dig", "forceNewDeployment": true}));
    assert!(!deploy.refusal_to_decode().is_rejection());
}

#[test]
fn express_services_tell_their_size() {
    call(
        "ecs CreateExpressGatewayService",
        json!({
            "serviceName": "dig", "cpu": "4096", "memory": "8192", "primaryContainer": {"image": "ore"},
            "scalingTarget": {"minTaskCount": 2, "maxTaskCount": 90}
        }),
    )
    .answered(json!({"service": {}}))
    .means("Respawner: 2 × fargate 4 vCPU / 8 GB; as EcsService dig; up to 90; image ore");
    call(
        "ecs UpdateExpressGatewayService",
        json!({
            "serviceArn": "arn:aws:ecs:us-east-1:1:service/pit/dig", "cpu": "16384", "memory": "32768"
        }),
    )
    .answered(json!({"service": {}}))
    .means("Enlarges: 1 × fargate 16 vCPU / 32 GB; as EcsService dig");
    call("ecs DeleteExpressGatewayService", json!({"serviceArn": "arn:aws:ecs:us-east-1:1:service/pit/dig"}))
        .means("RespawnerDeleted dig EcsService dig");
}

#[test]
fn tasks_are_counted_and_named() {
    call(
        "ecs RunTask",
        json!({
            "cluster": "pit", "taskDefinition": "digger", "count": 10, "launchType": "FARGATE",
            "overrides": {"cpu": "8192", "memory": "16 GB"}
        }),
    )
    .answered(json!({"failures": [], "tasks": [{
        "taskArn": "arn:aws:ecs:us-east-1:1:task/pit/0a1b", "cpu": "8192", "memory": "16384",
        "containers": [{"image": "ore"}]
    }]}))
    .means(
        "Managed: 10 × fargate 8 vCPU / 16 GB; got 0a1b=fargate 8 vCPU / 16 GB; from TaskDefinition digger",
    );
    call("ecs StartTask", json!({"taskDefinition": "digger:3", "containerInstances": ["a", "b", "c"]}))
        .answered(json!({"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}]}))
        .means("refused Managed: 3 × ?; from TaskDefinition digger");
    call("ecs StopTask", json!({"cluster": "pit", "task": "arn:aws:ecs:us-east-1:1:task/pit/0a1b"}))
        .means("Terminated 0a1b");
}

#[test]
fn a_capacity_provider_tells_what_it_may_launch() {
    let machine = |types| {
        json!({"instanceLaunchTemplate": {
            "ec2InstanceProfileArn": "arn:p", "instanceRequirements": {"allowedInstanceTypes": types}
        }})
    };
    call(
        "ecs CreateCapacityProvider",
        json!({
            "name": "shovels", "managedInstancesProvider": machine(json!(["g5.48xlarge"]))
        }),
    )
    .answered(json!({"capacityProvider": {}}))
    .means("Respawner: 0 × g5.48xlarge; as CapacityProvider shovels; profile arn:p");
    call(
        "ecs UpdateCapacityProvider",
        json!({
            "name": "shovels", "managedInstancesProvider": machine(json!(["m5.large", "p5.*"]))
        }),
    )
    .answered(json!({"capacityProvider": {}}))
    .means("Enlarges: 0 × p5.*; as CapacityProvider shovels; profile arn:p");
    call("ecs DeleteCapacityProvider", json!({"capacityProvider": "shovels"}))
        .means("RespawnerDeleted shovels CapacityProvider shovels");
}
