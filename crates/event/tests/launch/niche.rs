//! Stories of services that few use.

use serde_json::json;

use crate::call;

#[test]
fn deadline_fleets_render_or_dig() {
    call("deadline CreateFleet", json!({
        "minWorkerCount": 1, "maxWorkerCount": 100, "roleArn": "arn:r", "configuration": {"serviceManagedEc2": {
            "instanceMarketOptions": {"type": "spot"},
            "instanceCapabilities": {"vCpuCount": {"min": 16}, "acceleratorCapabilities": {"count": {"min": 1}}}
        }}
    }))
    .answered(json!({"fleetId": "fleet-1"}))
    .means("Respawner: 1 × requirements ≥ 16 vCPU, 1 GPU; as ServiceFleet fleet-1; up to 100; profile arn:r; spot");
    call("deadline UpdateFleet", json!({"fleetId": "fleet-1", "maxWorkerCount": 900}))
        .answered(json!({}))
        .means("Enlarges: 0 × ?; as ServiceFleet fleet-1; up to 900");
    call("deadline DeleteFleet", json!({"fleetId": "fleet-1"}))
        .means("RespawnerDeleted fleet-1 ServiceFleet fleet-1");
}

#[test]
fn parallel_computing_nodes_come_in_groups() {
    call("pcs CreateComputeNodeGroup", json!({
        "computeNodeGroupName": "pit", "amiId": "ami-0ore", "purchaseOption": "SPOT",
        "customLaunchTemplate": {"id": "lt-0dig", "version": "1"}, "instanceConfigs": [{"instanceType": "hpc7a.96xlarge"}],
        "scalingConfiguration": {"minInstanceCount": 2, "maxInstanceCount": 64}
    }))
    .answered(json!({}))
    .means(
        "Respawner: 2 × hpc7a.96xlarge; from LaunchTemplateId lt-0dig; as ServiceFleet pit; up to 64; \
         image ami-0ore; spot",
    );
    call("pcs UpdateComputeNodeGroup", json!({
        "computeNodeGroupIdentifier": "pit", "scalingConfiguration": {"minInstanceCount": 9, "maxInstanceCount": 99}
    }))
    .answered(json!({}))
    .means("Enlarges: 9 × ?; as ServiceFleet pit; up to 99");
    call("pcs DeleteComputeNodeGroup", json!({"computeNodeGroupIdentifier": "pit"}))
        .means("RespawnerDeleted pit ServiceFleet pit");
}

#[test]
fn jobs_of_braket_and_clean_rooms() {
    let config = json!({"instanceType": "ml.p3.16xlarge", "instanceCount": 2});
    call("braket CreateJob", json!({"jobName": "q", "roleArn": "arn:r", "instanceConfig": config}))
        .answered(json!({"jobArn": "arn:aws:braket:us-east-1:1:job/9f"}))
        .means("Managed: 2 × ml.p3.16xlarge; got 9f; profile arn:r");
    call("cleanrooms-ml CreateTrainedModel", json!({"name": "m", "resourceConfig": config}))
        .answered(
            json!({"trainedModelArn": "arn:aws:cleanrooms-ml:us-east-1:1:membership/a/trained-model/9f"}),
        )
        .means("Managed: 2 × ml.p3.16xlarge; got 9f");
    call("cleanrooms-ml StartTrainedModelInferenceJob", json!({"name": "m", "resourceConfig": config}))
        .answered(
            json!({"trainedModelInferenceJobArn": "arn:aws:cleanrooms-ml:us-east-1:1:membership/a/job/9f"}),
        )
        .means("Managed: 2 × ml.p3.16xlarge; got 9f");
}

#[test]
fn mainframes_and_vmware_hosts() {
    call(
        "m2 CreateEnvironment",
        json!({"instanceType": "M2.c5.24xlarge", "highAvailabilityConfig": {"desiredCapacity": 4}}),
    )
    .answered(json!({"environmentId": "9f"}))
    .means("Managed: 4 × c5.24xlarge; got 9f");
    call("m2 DeleteEnvironment", json!({"environmentId": "9f"})).means("Terminated 9f");
    let host = json!({"hostName": "h", "instanceType": "i4i.metal"});
    call("evs CreateEnvironment", json!({"hosts": [host, host]}))
        .answered(json!({"environment": {}}))
        .means("Managed: 1 × i4i.metal + 1 × i4i.metal");
    call("evs CreateEnvironmentHost", json!({"environmentId": "env-1", "host": host}))
        .answered(json!({"host": {"ec2InstanceId": "i-0aaaaaaaa"}}))
        .means("Managed: 1 × i4i.metal; got i-0aaaaaaaa");
}

#[test]
fn a_marketplace_model_is_an_endpoint() {
    let config = json!({"sageMaker": {"instanceType": "ml.p5.48xlarge", "initialInstanceCount": 3}});
    call("bedrock CreateMarketplaceModelEndpoint", json!({"endpointName": "llm", "endpointConfig": config}))
        .answered(json!({}))
        .means("Respawner: 3 × ml.p5.48xlarge; as Endpoint llm");
    let arn = "arn:aws:sagemaker:us-east-1:1:endpoint/llm";
    call("bedrock UpdateMarketplaceModelEndpoint", json!({"endpointArn": arn, "endpointConfig": config}))
        .answered(json!({}))
        .means("Enlarges: 3 × ml.p5.48xlarge; as Endpoint llm");
    call("bedrock DeleteMarketplaceModelEndpoint", json!({"endpointArn": arn}))
        .means("RespawnerDeleted llm Endpoint llm");
}

#[test]
fn finspace_and_outposts() {
    call(
        "finspace CreateKxCluster",
        json!({
            "clusterName": "pit", "capacityConfiguration": {"nodeType": "kx.s.32xlarge", "nodeCount": 5},
            "autoScalingConfiguration": {"maxNodeCount": 10}
        }),
    )
    .answered(json!({}))
    .means("Respawner: 5 × kx.s.32xlarge; as ServiceFleet pit; up to 10");
    call("finspace CreateKxScalingGroup", json!({"scalingGroupName": "pit", "hostType": "kx.sg.32xlarge"}))
        .answered(json!({}))
        .means("Respawner: 1 × kx.sg.32xlarge; as ServiceFleet pit");
    call("finspace DeleteKxCluster", json!({"clusterName": "pit"}))
        .means("RespawnerDeleted pit ServiceFleet pit");
    call("finspace DeleteKxScalingGroup", json!({"scalingGroupName": "pit"}))
        .means("RespawnerDeleted pit ServiceFleet pit");
    call(
        "outposts StartCapacityTask",
        json!({"instancePools": [{"instanceType": "c5.24xlarge", "count": 2}]}),
    )
    .answered(json!({}))
    .means("Reserves: 2 × c5.24xlarge");
}
