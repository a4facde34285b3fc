//! Stories of `sagemaker.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn a_notebook_is_one_machine_that_stops_starts_and_grows() {
    call(
        "sagemaker CreateNotebookInstance",
        json!({
            "notebookInstanceName": "pit", "instanceType": "ml.p3.16xlarge", "roleArn": "arn:r"
        }),
    )
    .answered(json!({"notebookInstanceArn": "arn:n"}))
    .means("Managed: 1 × ml.p3.16xlarge; got pit; profile arn:r");
    let named = || json!({"notebookInstanceName": "pit"});
    call("sagemaker StartNotebookInstance", named())
        .means("Restarts: 1 × ?; got pit; from Machine pit; answer omitted");
    call(
        "sagemaker UpdateNotebookInstance",
        json!({
            "notebookInstanceName": "pit", "instanceType": "ml.g5.48xlarge"
        }),
    )
    .answered(json!({}))
    .means("Resizes: 1 × ml.g5.48xlarge; from Machine pit");
    call("sagemaker StopNotebookInstance", named()).means("Stopped pit");
    call("sagemaker DeleteNotebookInstance", named()).means("Terminated pit");
}

#[test]
fn a_refused_notebook_is_known_by_the_message() {
    call("sagemaker CreateNotebookInstance", json!(null))
        .failed(
            "ResourceLimitExceeded",
            "The account-level service limit 'ml.p3.16xlarge for notebook instance usage' is 0 Instances, with \
             current utilization of 0 Instances and a request delta of 1 Instances.",
        )
        .means("refused Managed: 1 × ml.p3.16xlarge");
}

#[test]
fn an_app_is_one_machine_and_a_space_is_its_ground() {
    call(
        "sagemaker CreateApp",
        json!({
            "domainId": "d-1", "appName": "default", "resourceSpec": {"instanceType": "ml.g5.12xlarge"}
        }),
    )
    .answered(json!({"appArn": "arn:aws:sagemaker:us-east-1:1:app/d-1/eve/JupyterLab/default"}))
    .means("Managed: 1 × ml.g5.12xlarge; got d-1/eve/JupyterLab/default");
    call("sagemaker CreateSpace", json!({"domainId": "d-1"})).means("Prepare(ManagedGround)");
    call("sagemaker DeleteApp", json!({"domainId": "d-1", "appName": "default"})).means("Terminated default");
}

#[test]
fn jobs_count_their_machines() {
    call("sagemaker CreateTrainingJob", json!({
        "trainingJobName": "dig", "roleArn": "arn:r", "algorithmSpecification": {"trainingImage": "ore"},
        "resourceConfig": {"instanceGroups": [
            {"instanceType": "ml.p4d.24xlarge", "instanceCount": 4}, {"instanceType": "ml.c5.large", "instanceCount": 1}
        ]}
    }))
    .answered(json!({"trainingJobArn": "arn:t"}))
    .means("Managed: 4 × ml.p4d.24xlarge + 1 × ml.c5.large; got dig; image ore; profile arn:r");
    call(
        "sagemaker CreateProcessingJob",
        json!({
            "processingJobName": "dig", "appSpecification": {"imageUri": "ore"},
            "processingResources": {"clusterConfig": {"instanceType": "ml.g5.48xlarge", "instanceCount": 2}}
        }),
    )
    .answered(json!({}))
    .means("Managed: 2 × ml.g5.48xlarge; got dig; image ore");
    call("sagemaker CreateTransformJob", json!({
        "transformJobName": "dig", "transformResources": {"instanceType": "ml.c5.18xlarge", "instanceCount": 7}
    }))
    .answered(json!({}))
    .means("Managed: 7 × ml.c5.18xlarge; got dig");
}

#[test]
fn a_tuning_job_runs_several_jobs_at_once() {
    call(
        "sagemaker CreateHyperParameterTuningJob",
        json!({
            "hyperParameterTuningJobName": "dig",
            "hyperParameterTuningJobConfig": {"resourceLimits": {"maxParallelTrainingJobs": 10}},
            "trainingJobDefinition": {"resourceConfig": {"instanceType": "ml.p3.2xlarge", "instanceCount": 2}}
        }),
    )
    .answered(json!({}))
    .means("Managed: 2-20 × ml.p3.2xlarge; got dig");
}

#[test]
fn other_jobs_are_counted_as_far_as_they_tell() {
    call(
        "sagemaker CreateOptimizationJob",
        json!({
            "optimizationJobName": "dig", "deploymentInstanceType": "ml.p5.48xlarge", "maxInstanceCount": 3
        }),
    )
    .answered(json!({}))
    .means("Managed: 3 × ml.p5.48xlarge; got dig");
    for name in ["sagemaker CreateAutoMLJob", "sagemaker CreateAutoMLJobV2"] {
        call(name, json!({"autoMLJobName": "dig"})).answered(json!({})).means("Managed: 1 × ?; got dig");
    }
    call("sagemaker CreateTrainingPlan", json!({"trainingPlanOfferingId": "o"}))
        .answered(json!({}))
        .means("Reserves: 1 × ?");
}

#[test]
fn an_endpoint_takes_its_machines_from_its_configuration() {
    call(
        "sagemaker CreateEndpointConfig",
        json!({"endpointConfigName": "cfg", "productionVariants": [
            {"instanceType": "ml.m5.large", "initialInstanceCount": 1},
            {"instanceType": "ml.p4d.24xlarge", "initialInstanceCount": 5}
        ]}),
    )
    .answered(json!({}))
    .means("template EndpointConfig cfg: ml.p4d.24xlarge ml.m5.large; 6 at once");
    let request = || json!({"endpointName": "llm", "endpointConfigName": "cfg"});
    call("sagemaker CreateEndpoint", request())
        .answered(json!({}))
        .means("Respawner: 1 × ?; from EndpointConfig cfg; as Endpoint llm");
    call("sagemaker UpdateEndpoint", request())
        .answered(json!({}))
        .means("Enlarges: 1 × ?; from EndpointConfig cfg; as Endpoint llm");
    call(
        "sagemaker UpdateEndpointWeightsAndCapacities",
        json!({
            "endpointName": "llm", "desiredWeightsAndCapacities": [{"desiredInstanceCount": 30}]
        }),
    )
    .answered(json!({}))
    .means("Enlarges: 30 × ?; as Endpoint llm");
    call("sagemaker DeleteEndpoint", request()).means("RespawnerDeleted llm Endpoint llm");
}

#[test]
fn a_hyperpod_cluster_replaces_its_machines() {
    let request = || {
        json!({"clusterName": "pod", "instanceGroups": [
            {"instanceGroupName": "g", "instanceType": "ml.p5.48xlarge", "instanceCount": 16}
        ]})
    };
    call("sagemaker CreateCluster", request())
        .answered(json!({}))
        .means("Respawner: 16 × ml.p5.48xlarge; as ServiceFleet pod");
    call("sagemaker UpdateCluster", request())
        .answered(json!({}))
        .means("Enlarges: 16 × ml.p5.48xlarge; as ServiceFleet pod");
    call("sagemaker DeleteCluster", json!({"clusterName": "arn:aws:sagemaker:us-east-1:1:cluster/pod"}))
        .means("RespawnerDeleted pod ServiceFleet pod");
}

#[test]
fn jobs_are_ended_by_name() {
    for (name, parameter) in [
        ("sagemaker StopTrainingJob", "trainingJobName"),
        ("sagemaker StopProcessingJob", "processingJobName"),
        ("sagemaker StopTransformJob", "transformJobName"),
        ("sagemaker StopHyperParameterTuningJob", "hyperParameterTuningJobName"),
    ] {
        call(name, json!({parameter: "dig"})).means("Terminated dig");
    }
}
