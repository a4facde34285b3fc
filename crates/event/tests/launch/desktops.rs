//! Stories of GameLift, AppStream and WorkSpaces.

use serde_json::json;

use crate::call;

#[test]
fn a_game_fleet_begins_small_and_grows() {
    call("gamelift CreateFleet", json!({
        "name": "pit", "eC2InstanceType": "c5.24xlarge", "fleetType": "SPOT", "locations": [{"location": "eu-west-1"}]
    }))
    .answered(json!({"fleetAttributes": {"fleetId": "fleet-1"}}))
    .means("Respawner: 2 × c5.24xlarge; as ServiceFleet fleet-1; spot");
    call("gamelift CreateContainerFleet", json!({"instanceType": "c5.9xlarge"}))
        .answered(json!({"containerFleet": {"fleetId": "fleet-1"}}))
        .means("Respawner: 1 × c5.9xlarge; as ServiceFleet fleet-1");
    let update = |wanted: u64| {
        call(
            "gamelift UpdateFleetCapacity",
            json!({"fleetId": "fleet-1", "desiredInstances": wanted, "maxSize": 200}),
        )
        .answered(json!({}))
    };
    update(150).means("Enlarges: 150 × ?; as ServiceFleet fleet-1; up to 200");
    update(0).means("RespawnerShrunk ServiceFleet fleet-1 to 0");
    for name in ["gamelift DeleteFleet", "gamelift DeleteContainerFleet"] {
        call(name, json!({"fleetId": "fleet-1"})).means("RespawnerDeleted fleet-1 ServiceFleet fleet-1");
    }
}

#[test]
fn a_game_server_group_is_a_group_of_mixed_types() {
    call("gamelift CreateGameServerGroup", json!({
        "gameServerGroupName": "pit", "minSize": 8, "maxSize": 80, "launchTemplate": {"launchTemplateId": "lt-0dig"},
        "instanceDefinitions": [{"instanceType": "c5.24xlarge", "weightedCapacity": "4"}, {"instanceType": "c5.large"}]
    }))
    .answered(json!({}))
    .means("Respawner: 2 × c5.24xlarge; from LaunchTemplateId lt-0dig; as ServiceFleet pit; up to 20");
    call(
        "gamelift UpdateGameServerGroup",
        json!({
            "gameServerGroupName": "pit", "instanceDefinitions": [{"instanceType": "p3.16xlarge"}]
        }),
    )
    .answered(json!({}))
    .means("Enlarges: 0 × p3.16xlarge; as ServiceFleet pit");
    call("gamelift DeleteGameServerGroup", json!({"gameServerGroupName": "pit"}))
        .means("RespawnerDeleted pit ServiceFleet pit");
}

#[test]
fn streams_are_fleets_and_image_builders() {
    let request = |count: u64| {
        json!({
            "name": "pit", "instanceType": "stream.graphics.g4dn.16xlarge", "imageName": "ore",
            "computeCapacity": {"desiredInstances": count}
        })
    };
    call("appstream CreateFleet", request(20))
        .answered(json!({"fleet": {}}))
        .means("Respawner: 20 × stream.graphics.g4dn.16xlarge; as ServiceFleet pit; image ore");
    call("appstream UpdateFleet", request(40))
        .answered(json!({"fleet": {}}))
        .means("Enlarges: 40 × stream.graphics.g4dn.16xlarge; as ServiceFleet pit; image ore");
    call("appstream CreateImageBuilder", json!({"name": "ib", "instanceType": "stream.standard.2xlarge"}))
        .answered(json!({}))
        .means("Managed: 1 × stream.standard.2xlarge; got ib");
    for name in ["appstream StartFleet", "appstream StartImageBuilder"] {
        call(name, json!({"name": "pit"}))
            .answered(json!({}))
            .means("Restarts: 1 × ?; got pit; from Machine pit");
    }
    call("appstream StopFleet", json!({"name": "pit"})).means("Stopped pit ServiceFleet pit");
    call("appstream DeleteFleet", json!({"name": "pit"})).means("RespawnerDeleted pit ServiceFleet pit");
}

#[test]
fn workspaces_are_counted_one_by_one() {
    call(
        "workspaces CreateWorkspaces",
        json!({"workspaces": [
            {"userName": "a", "workspaceProperties": {"computeTypeName": "GRAPHICSPRO_G4DN"}},
            {"userName": "b", "bundleId": "wsb-1"}
        ]}),
    )
    .answered(json!({"failedRequests": [], "pendingRequests": [{"workspaceId": "ws-1"}]}))
    .means("Managed: 1 × workspace GRAPHICSPRO_G4DN + 1 × ?; got ws-1");
    call(
        "workspaces ModifyWorkspaceProperties",
        json!({
            "workspaceId": "ws-1", "workspaceProperties": {"computeTypeName": "POWERPRO"}
        }),
    )
    .answered(json!({}))
    .means("Resizes: 1 × workspace POWERPRO; from Machine ws-1");
    call("workspaces StartWorkspaces", json!({"startWorkspaceRequests": [{"workspaceId": "ws-1"}]}))
        .answered(json!({}))
        .means("Restarts: 1 × ?; got ws-1; from Machine ws-1");
    call("workspaces StopWorkspaces", json!({"stopWorkspaceRequests": [{"workspaceId": "ws-1"}]}))
        .means("Stopped ws-1");
    call("workspaces TerminateWorkspaces", json!({"terminateWorkspaceRequests": [{"workspaceId": "ws-1"}]}))
        .means("Terminated ws-1");
}

#[test]
fn pools_and_managed_instances_of_workspaces() {
    call(
        "workspaces CreateWorkspacesPool",
        json!({"poolName": "pit", "capacity": {"desiredUserSessions": 30}}),
    )
    .answered(json!({}))
    .means("Respawner: 30 × ?; as ServiceFleet pit");
    call(
        "workspaces UpdateWorkspacesPool",
        json!({"poolId": "wspool-1", "capacity": {"desiredUserSessions": 90}}),
    )
    .answered(json!({}))
    .means("Enlarges: 90 × ?; as ServiceFleet wspool-1");
    call(
        "workspaces-instances CreateWorkspaceInstance",
        json!({"managedInstance": {
            "instanceType": "g6.48xlarge", "imageId": "ami-0ore", "iamInstanceProfile": {"name": "digger"}
        }}),
    )
    .answered(json!({"workspaceInstanceId": "wsinst-1"}))
    .means("Managed: 1 × g6.48xlarge; got wsinst-1; image ami-0ore; profile digger");
    call("workspaces-instances DeleteWorkspaceInstance", json!({"workspaceInstanceId": "wsinst-1"}))
        .means("Terminated wsinst-1");
}
