//! Stories of `lightsail.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn instances_are_counted_by_name() {
    call(
        "lightsail CreateInstances",
        json!({
            "instanceNames": ["a", "b"], "bundleId": "2xlarge_3_0", "blueprintId": "ubuntu_22_04",
            "keyPairName": "pick", "userData": "x"
        }),
    )
    .answered(json!({"operations": []}))
    .means(
        "Managed: 2 × 2xlarge_3_0; got a=2xlarge_3_0 b=2xlarge_3_0; image ubuntu_22_04; key pick; user data",
    );
    call(
        "lightsail CreateInstancesFromSnapshot",
        json!({
            "instanceNames": ["a"], "bundleId": "gpu_nvidia_xl_1_0", "instanceSnapshotName": "ore"
        }),
    )
    .answered(json!({"operations": []}))
    .means("Managed: 1 × gpu_nvidia_xl_1_0; got a=gpu_nvidia_xl_1_0; image ore");
    call("lightsail CreateInstances", json!(null))
        .failed(
            "AccessDenied",
            "User: arn:u is not authorized to perform: lightsail:CreateInstances on resource: *",
        )
        .means("refused Managed: 1 × ?");
}

#[test]
fn instances_start_stop_and_end() {
    let named = || json!({"instanceName": "a"});
    call("lightsail StartInstance", named())
        .answered(json!({"operations": []}))
        .means("Restarts: 1 × ?; got a; from Machine a");
    call("lightsail StopInstance", named()).means("Stopped a");
    call("lightsail DeleteInstance", named()).means("Terminated a");
}

#[test]
fn container_services_are_power_times_scale() {
    let request = || json!({"serviceName": "pit", "power": "xlarge", "scale": 20});
    call("lightsail CreateContainerService", request())
        .answered(json!({"containerService": {}}))
        .means("Respawner: 20 × lightsail container xlarge; as ServiceFleet pit");
    call("lightsail UpdateContainerService", request())
        .answered(json!({"containerService": {}}))
        .means("Enlarges: 20 × lightsail container xlarge; as ServiceFleet pit");
    call("lightsail DeleteContainerService", json!({"serviceName": "pit"}))
        .means("RespawnerDeleted pit ServiceFleet pit");
}

#[test]
fn exported_snapshots_become_ec2_instances() {
    call(
        "lightsail CreateCloudFormationStack",
        json!({"instances": [
            {"sourceName": "ore", "instanceType": "c5.24xlarge", "userData": "x"}
        ]}),
    )
    .answered(json!({"operations": []}))
    .means("Instances: 1 × c5.24xlarge; user data");
}
