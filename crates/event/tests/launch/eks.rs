//! Stories of `eks.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn a_node_group_tells_types_size_and_ceiling() {
    call("eks CreateNodegroup", json!({
        "clusterName": "pit", "nodegroupName": "diggers", "instanceTypes": ["c5.24xlarge", "c5.large"],
        "capacityType": "SPOT", "nodeRole": "arn:r", "scalingConfig": {"minSize": 1, "maxSize": 100, "desiredSize": 50}
    }))
    .answered(json!({"nodegroup": {}}))
    .means("Respawner: 1-50 × c5.24xlarge; as Nodegroup diggers; up to 100; profile arn:r; spot");
    call("eks CreateNodegroup", json!({"nodegroupName": "diggers", "launchTemplate": {"id": "lt-0dig"}}))
        .answered(json!({"nodegroup": {}}))
        .means("Respawner: 2 × ?; from LaunchTemplateId lt-0dig; as Nodegroup diggers");
}

#[test]
fn a_node_group_is_enlarged_or_ended() {
    let update = |scaling| {
        call("eks UpdateNodegroupConfig", json!({"nodegroupName": "diggers", "scalingConfig": scaling}))
            .answered(json!({"update": {}}))
    };
    update(json!({"desiredSize": 80, "maxSize": 200}))
        .means("Enlarges: 80 × ?; as Nodegroup diggers; up to 200");
    update(json!({"desiredSize": 0})).means("RespawnerShrunk Nodegroup diggers to 0");
    call("eks DeleteNodegroup", json!({"clusterName": "pit", "nodegroupName": "diggers"}))
        .means("RespawnerDeleted diggers Nodegroup diggers");
}

#[test]
fn a_cluster_launches_by_itself_only_in_auto_mode() {
    call("eks CreateCluster", json!({"name": "pit", "computeConfig": {"enabled": true}}))
        .answered(json!({"cluster": {}}))
        .means("Respawner: 0 × ?; as EksCluster pit");
    call("eks CreateCluster", json!({"name": "pit"})).means("Prepare(Cluster)");
    call("eks UpdateClusterConfig", json!({"name": "pit", "computeConfig": {"enabled": true}}))
        .answered(json!({"update": {}}))
        .means("Enlarges: 0 × ?; as EksCluster pit");
    call("eks CreateFargateProfile", json!({"clusterName": "pit"})).means("Prepare(Cluster)");
    call("eks DeleteCluster", json!({"name": "pit"})).means("RespawnerDeleted pit EksCluster pit");
}
