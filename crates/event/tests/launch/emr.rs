//! Stories of EMR and EMR Serverless.

use serde_json::json;

use crate::call;

#[test]
fn a_cluster_is_counted_by_groups_fleets_or_the_old_way() {
    call("elasticmapreduce RunJobFlow", json!({
        "name": "pit", "jobFlowRole": "EMR_EC2_DefaultRole", "instances": {
            "ec2KeyName": "pick", "terminationProtected": true, "instanceGroups": [
                {"instanceRole": "MASTER", "instanceType": "m5.xlarge", "instanceCount": 1},
                {"instanceRole": "TASK", "instanceType": "c5.24xlarge", "instanceCount": 40, "market": "SPOT"}
            ]
        }
    }))
    .answered(json!({"jobFlowId": "j-1"}))
    .means(
        "Respawner: 1 × m5.xlarge + 40 × c5.24xlarge; as EmrCluster j-1; profile EMR_EC2_DefaultRole; \
         key pick; spot; protected",
    );
    call(
        "elasticmapreduce RunJobFlow",
        json!({"instances": {"instanceFleets": [{
            "targetOnDemandCapacity": 8, "targetSpotCapacity": 8,
            "instanceTypeConfigs": [{"instanceType": "g4dn.12xlarge", "weightedCapacity": 4}]
        }]}}),
    )
    .answered(json!({"jobFlowId": "j-1"}))
    .means("Respawner: 4 × g4dn.12xlarge; as EmrCluster j-1; spot");
    call(
        "elasticmapreduce RunJobFlow",
        json!({"instances": {
            "masterInstanceType": "m5.xlarge", "slaveInstanceType": "p3.16xlarge", "instanceCount": 11
        }}),
    )
    .answered(json!({"jobFlowId": "j-1"}))
    .means("Respawner: 1 × m5.xlarge + 10 × p3.16xlarge; as EmrCluster j-1");
}

#[test]
fn a_cluster_grows_shrinks_and_ends() {
    call(
        "elasticmapreduce AddInstanceGroups",
        json!({"jobFlowId": "j-1", "instanceGroups": [
            {"instanceType": "c5.24xlarge", "instanceCount": 20}
        ]}),
    )
    .answered(json!({}))
    .means("Enlarges: 20 × c5.24xlarge; as EmrCluster j-1");
    let modify = |count: u64| {
        call(
            "elasticmapreduce ModifyInstanceGroups",
            json!({"clusterId": "j-1", "instanceGroups": [
                {"instanceGroupId": "ig-1", "instanceCount": count}
            ]}),
        )
        .answered(json!({}))
    };
    modify(90).means("Enlarges: 90 × ?; as EmrCluster j-1");
    modify(0).means("RespawnerShrunk EmrCluster j-1 to 0");
    call(
        "elasticmapreduce AddInstanceFleet",
        json!({"clusterId": "j-1", "instanceFleet": {
            "targetSpotCapacity": 5, "instanceTypeConfigs": [{"instanceType": "p3.2xlarge"}]
        }}),
    )
    .answered(json!({}))
    .means("Enlarges: 5 × p3.2xlarge; as EmrCluster j-1");
    call(
        "elasticmapreduce ModifyInstanceFleet",
        json!({"clusterId": "j-1", "instanceFleet": {
            "instanceFleetId": "if-1", "targetOnDemandCapacity": 50
        }}),
    )
    .answered(json!({}))
    .means("Enlarges: 50 × ?; as EmrCluster j-1");
    call(
        "elasticmapreduce PutManagedScalingPolicy",
        json!({"clusterId": "j-1", "managedScalingPolicy": {
            "computeLimits": {"unitType": "VCPU", "maximumCapacityUnits": 4000}
        }}),
    )
    .answered(json!({}))
    .means("Enlarges: 0 × ?; as EmrCluster j-1; up to 4000; weighted");
    call("elasticmapreduce TerminateJobFlows", json!({"jobFlowIds": ["j-1", "j-2"]}))
        .means("RespawnerDeleted j-1 j-2 EmrCluster j-1");
}

#[test]
fn serverless_applications_are_counted_in_vcpus() {
    call(
        "emr-serverless CreateApplication",
        json!({
            "name": "pit", "type": "SPARK", "maximumCapacity": {"cpu": "4000 vCPU", "memory": "9000 GB"},
            "initialCapacity": {"EXECUTOR": {"workerCount": 10, "workerConfiguration": {"cpu": "16 vCPU"}}}
        }),
    )
    .answered(json!({"applicationId": "00f"}))
    .means("Respawner: 160 × emr-serverless vCPU; as ServiceFleet 00f; up to 4000");
    call(
        "emr-serverless UpdateApplication",
        json!({"applicationId": "00f", "maximumCapacity": {"cpu": "8000vCPU"}}),
    )
    .answered(json!({}))
    .means("Enlarges: 0 × emr-serverless vCPU; as ServiceFleet 00f; up to 8000");
    call("emr-serverless StartApplication", json!({"applicationId": "00f"}))
        .answered(json!({}))
        .means("Restarts: 1 × ?; got 00f; from Machine 00f");
    call("emr-serverless StartJobRun", json!({"applicationId": "00f", "executionRoleArn": "arn:r"}))
        .answered(json!({"jobRunId": "0a1b"}))
        .means("Managed: 1 × ?; got 0a1b; as ServiceFleet 00f; profile arn:r");
    call("emr-serverless StopApplication", json!({"applicationId": "00f"})).means("Stopped 00f");
    call("emr-serverless CancelJobRun", json!({"applicationId": "00f", "jobRunId": "0a1b"}))
        .means("Terminated 0a1b");
    call("emr-serverless DeleteApplication", json!({"applicationId": "00f"}))
        .means("RespawnerDeleted 00f ServiceFleet 00f");
}
