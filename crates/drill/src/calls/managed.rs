//! Compute by other names: containers, batch, training, clusters, builds, functions.
//!
//! These services take JSON or REST, so parameters are lower-camel with plain arrays, and a refused
//! call shows none of them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::refusal::Verdict;
use crate::actor::Actor;
use crate::log::Log;
use crate::truth::Launched;

/// A launch-class call of a managed service.
#[derive(Debug, Clone)]
pub(crate) struct Managed {
    /// As in `ecs`.
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    /// The resource an error message names.
    pub(crate) resource: String,
    pub(crate) request: Value,
    pub(crate) response: Value,
    /// Machines or tasks asked for.
    pub(crate) count: u64,
}

/// Writes `managed` and returns it as a launch; instances of such services have no ids of ours.
pub(crate) fn launch(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    managed: &Managed,
    verdict: &Verdict,
) -> Launched {
    let call = log
        .call(actor, time, region, managed.service, managed.name)
        .request(managed.request.clone())
        .response(managed.response.clone());
    let event_id = verdict.apply(call, "", region, &managed.resource).send();
    Launched { event_id, time, region: region.into(), requested: managed.count, instances: Vec::new() }
}

/// Returns ARN of `resource` (as in `cluster/web`) of `service`.
fn arn(service: &str, region: &str, account: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{region}:{account}:{resource}")
}

/// Returns `ecs:CreateCluster`.
pub(crate) fn ecs_cluster(account: &str, region: &str, name: &str) -> Managed {
    let resource = arn("ecs", region, account, &format!("cluster/{name}"));
    Managed {
        service: "ecs",
        name: "CreateCluster",
        request: json!({"clusterName": name}),
        response: json!({"cluster": {
            "clusterArn": resource, "clusterName": name, "status": "ACTIVE", "runningTasksCount": 0,
            "registeredContainerInstancesCount": 0,
        }}),
        resource,
        count: 0,
    }
}

/// Returns `ecs:RegisterTaskDefinition` of one container from `image` with `cpu` units and `memory` MiB.
pub(crate) fn task_definition(
    account: &str,
    region: &str,
    family: &str,
    image: &str,
    cpu: u64,
    memory: u64,
) -> Managed {
    let resource = arn("ecs", region, account, &format!("task-definition/{family}:1"));
    let container = json!({"name": family, "image": image, "cpu": cpu, "memory": memory, "essential": true});
    let common = json!({
        "family": family, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": cpu.to_string(), "memory": memory.to_string(), "containerDefinitions": [container],
        "executionRoleArn": format!("arn:aws:iam::{account}:role/ecsTaskExecutionRole"),
    });
    let mut definition = common.clone();
    definition["taskDefinitionArn"] = json!(resource);
    definition["status"] = json!("ACTIVE");
    definition["revision"] = json!(1);
    Managed {
        service: "ecs",
        name: "RegisterTaskDefinition",
        request: common,
        response: json!({"taskDefinition": definition}),
        resource,
        count: 0,
    }
}

/// Returns `ecs:CreateService` of `count` Fargate tasks.
pub(crate) fn ecs_service(account: &str, region: &str, cluster: &str, family: &str, count: u64) -> Managed {
    let resource = arn("ecs", region, account, &format!("service/{cluster}/{family}"));
    Managed {
        service: "ecs",
        name: "CreateService",
        request: json!({
            "cluster": cluster, "serviceName": family, "taskDefinition": format!("{family}:1"),
            "desiredCount": count, "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "ENABLED"}},
        }),
        response: json!({"service": {
            "serviceArn": resource, "serviceName": family, "status": "ACTIVE", "desiredCount": count,
            "runningCount": 0, "launchType": "FARGATE",
        }}),
        resource,
        count,
    }
}

/// Returns `ecs:UpdateService` to `count` tasks of revision `revision`.
pub(crate) fn ecs_update(
    account: &str,
    region: &str,
    cluster: &str,
    family: &str,
    revision: u64,
    count: u64,
) -> Managed {
    let resource = arn("ecs", region, account, &format!("service/{cluster}/{family}"));
    Managed {
        service: "ecs",
        name: "UpdateService",
        request: json!({
            "cluster": cluster, "service": family, "taskDefinition": format!("{family}:{revision}"),
            "desiredCount": count,
        }),
        response: json!({"service": {
            "serviceArn": resource, "serviceName": family, "status": "ACTIVE", "desiredCount": count,
        }}),
        resource,
        count,
    }
}

/// Returns `ecs:RunTask` of `count` (up to ten) Fargate tasks.
pub(crate) fn run_task(account: &str, region: &str, cluster: &str, family: &str, count: u64) -> Managed {
    let task = arn("ecs", region, account, &format!("task/{cluster}/0"));
    let tasks: Vec<Value> =
        (0..count).map(|_| json!({"taskArn": task, "lastStatus": "PROVISIONING"})).collect();
    Managed {
        service: "ecs",
        name: "RunTask",
        request: json!({"cluster": cluster, "taskDefinition": family, "count": count, "launchType": "FARGATE"}),
        response: json!({"tasks": tasks, "failures": []}),
        resource: arn("ecs", region, account, &format!("task-definition/{family}")),
        count,
    }
}

/// Returns `batch:CreateComputeEnvironment` of up to `max_vcpus` on `machines`.
pub(crate) fn batch_environment(
    account: &str,
    region: &str,
    name: &str,
    machines: &[&str],
    max_vcpus: u64,
) -> Managed {
    let resource = arn("batch", region, account, &format!("compute-environment/{name}"));
    Managed {
        service: "batch",
        name: "CreateComputeEnvironment",
        request: json!({
            "computeEnvironmentName": name, "type": "MANAGED", "state": "ENABLED",
            "computeResources": {
                "type": "SPOT", "minvCpus": 0, "maxvCpus": max_vcpus, "desiredvCpus": 0, "instanceTypes": machines,
            },
        }),
        response: json!({"computeEnvironmentName": name, "computeEnvironmentArn": resource}),
        resource,
        count: 0,
    }
}

/// Returns `batch:SubmitJob` of an array of `size` jobs.
pub(crate) fn batch_job(account: &str, region: &str, name: &str, queue: &str, size: u64) -> Managed {
    Managed {
        service: "batch",
        name: "SubmitJob",
        request: json!({
            "jobName": name, "jobQueue": queue, "jobDefinition": format!("{queue}-job:14"),
            "arrayProperties": {"size": size},
        }),
        response: json!({"jobName": name, "jobId": format!("{name}-{size}")}),
        resource: arn("batch", region, account, &format!("job-queue/{queue}")),
        count: 0,
    }
}

/// Returns `sagemaker:CreateTrainingJob` on `count` machines of type `machine` (as in `ml.p4d.24xlarge`).
pub(crate) fn training_job(account: &str, region: &str, name: &str, machine: &str, count: u64) -> Managed {
    let resource = arn("sagemaker", region, account, &format!("training-job/{name}"));
    Managed {
        service: "sagemaker",
        name: "CreateTrainingJob",
        request: json!({
            "trainingJobName": name,
            "algorithmSpecification": {
                "trainingImage": format!("{account}.dkr.ecr.{region}.amazonaws.com/training:latest"),
                "trainingInputMode": "File",
            },
            "roleArn": format!("arn:aws:iam::{account}:role/service-role/AmazonSageMaker-ExecutionRole"),
            "resourceConfig": {"instanceType": machine, "instanceCount": count, "volumeSizeInGB": 500},
            "stoppingCondition": {"maxRuntimeInSeconds": 86400},
        }),
        response: json!({"trainingJobArn": resource}),
        resource,
        count,
    }
}

/// Returns `sagemaker:CreateNotebookInstance` of type `machine`.
pub(crate) fn notebook(account: &str, region: &str, name: &str, machine: &str) -> Managed {
    let resource = arn("sagemaker", region, account, &format!("notebook-instance/{name}"));
    Managed {
        service: "sagemaker",
        name: "CreateNotebookInstance",
        request: json!({
            "notebookInstanceName": name, "instanceType": machine, "volumeSizeInGB": 20,
            "directInternetAccess": "Enabled",
            "roleArn": format!("arn:aws:iam::{account}:role/service-role/AmazonSageMaker-ExecutionRole"),
        }),
        response: json!({"notebookInstanceArn": resource}),
        resource,
        count: 1,
    }
}

/// Returns `elasticmapreduce:RunJobFlow` with one master and `workers` core nodes.
pub(crate) fn job_flow(account: &str, region: &str, name: &str, machine: &str, workers: u64) -> Managed {
    Managed {
        service: "elasticmapreduce",
        name: "RunJobFlow",
        request: json!({
            "name": name, "releaseLabel": "emr-7.9.0", "jobFlowRole": "EMR_EC2_DefaultRole",
            "serviceRole": "EMR_DefaultRole", "applications": [{"name": "Spark"}],
            "instances": {
                "instanceGroups": [
                    {"instanceRole": "MASTER", "instanceType": "m6i.2xlarge", "instanceCount": 1, "market": "ON_DEMAND"},
                    {"instanceRole": "CORE", "instanceType": machine, "instanceCount": workers, "market": "ON_DEMAND"},
                ],
                "keepJobFlowAliveWhenNoSteps": false, "terminationProtected": false,
            },
        }),
        response: json!({
            "jobFlowId": format!("j-{}{}", name, region).to_uppercase().replace('-', "").replacen("J", "j-", 1),
            "clusterArn": arn("elasticmapreduce", region, account, &format!("cluster/{name}")),
        }),
        resource: arn("elasticmapreduce", region, account, "cluster/*"),
        count: workers + 1,
    }
}

/// Returns `glue:StartJobRun` on `workers` workers of type `kind`, as in `G.4X`.
pub(crate) fn glue_run(account: &str, region: &str, job: &str, kind: &str, workers: u64) -> Managed {
    Managed {
        service: "glue",
        name: "StartJobRun",
        request: json!({"jobName": job, "workerType": kind, "numberOfWorkers": workers}),
        response: json!({"jobRunId": format!("jr_{job}")}),
        resource: arn("glue", region, account, &format!("job/{job}")),
        count: workers,
    }
}

/// Returns `lightsail:CreateInstances` of `names` in `bundle`, as in `4xlarge_3_0`.
pub(crate) fn lightsail(account: &str, region: &str, names: &[&str], bundle: &str) -> Managed {
    let operations: Vec<Value> = names
        .iter()
        .map(|name| json!({"resourceName": name, "resourceType": "Instance", "operationType": "CreateInstance"}))
        .collect();
    Managed {
        service: "lightsail",
        name: "CreateInstances",
        request: json!({
            "instanceNames": names, "availabilityZone": format!("{region}a"), "blueprintId": "ubuntu_22_04",
            "bundleId": bundle, "userData": "HIDDEN_DUE_TO_SECURITY_REASONS",
        }),
        response: json!({"operations": operations}),
        resource: arn("lightsail", region, account, "*"),
        count: names.len() as u64,
    }
}

/// Returns `codebuild:CreateProject` on `compute`, as in `BUILD_GENERAL1_2XLARGE`.
pub(crate) fn build_project(account: &str, region: &str, name: &str, compute: &str) -> Managed {
    let resource = arn("codebuild", region, account, &format!("project/{name}"));
    Managed {
        service: "codebuild",
        name: "CreateProject",
        request: json!({
            "name": name, "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"},
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {
                "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": compute,
            },
            "serviceRole": format!("arn:aws:iam::{account}:role/{name}-build"),
        }),
        response: json!({"project": {"name": name, "arn": resource}}),
        resource,
        count: 0,
    }
}

/// Returns `codebuild:StartBuild` of the project `name`.
pub(crate) fn start_build(account: &str, region: &str, name: &str) -> Managed {
    let resource = arn("codebuild", region, account, &format!("project/{name}"));
    Managed {
        service: "codebuild",
        name: "StartBuild",
        request: json!({"projectName": name}),
        response: json!({"build": {"projectName": name, "buildStatus": "IN_PROGRESS", "currentPhase": "SUBMITTED"}}),
        resource,
        count: 1,
    }
}

/// Returns `lambda:CreateFunction20150331` of `memory` MiB with the execution role `role`.
pub(crate) fn create_function(account: &str, region: &str, name: &str, role: &str, memory: u64) -> Managed {
    let resource = arn("lambda", region, account, &format!("function:{name}"));
    let common = json!({
        "functionName": name, "runtime": "python3.13", "handler": "main.handler", "memorySize": memory,
        "timeout": 900, "role": role,
    });
    let mut response = common.clone();
    response["functionArn"] = json!(resource);
    Managed {
        service: "lambda",
        name: "CreateFunction20150331",
        request: common,
        response,
        resource,
        count: 0,
    }
}

/// Returns `lambda:CreateFunctionUrlConfig` that lets anybody in.
pub(crate) fn public_function_url(account: &str, region: &str, name: &str) -> Managed {
    let resource = arn("lambda", region, account, &format!("function:{name}"));
    Managed {
        service: "lambda",
        name: "CreateFunctionUrlConfig",
        request: json!({"functionName": name, "authType": "NONE"}),
        response: json!({"functionArn": resource, "authType": "NONE",
            "functionUrl": format!("https://{name}.lambda-url.{region}.on.aws/")}),
        resource,
        count: 0,
    }
}

/// Returns `cloudformation:CreateStack` of `name`; what it makes stands in the template, out of sight.
pub(crate) fn stack(account: &str, region: &str, name: &str) -> Managed {
    let resource = arn("cloudformation", region, account, &format!("stack/{name}/*"));
    Managed {
        service: "cloudformation",
        name: "CreateStack",
        request: json!({
            "stackName": name, "capabilities": ["CAPABILITY_NAMED_IAM"],
            "templateURL": format!("https://s3.{region}.amazonaws.com/cf-templates/{name}.yaml"),
        }),
        response: json!({"stackId": resource}),
        resource,
        count: 0,
    }
}
