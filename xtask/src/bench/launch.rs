//! Requests for compute of several services, refused ones too.

use serde_json::{Value, json};

use super::organisation::Caller;
use super::record::{Call, Place};
use super::rng::Rng;

/// A launch and what the bench calls it.
pub(super) struct Launch {
    pub(super) call: Call,
    pub(super) kind: &'static str,
}

/// The calls that the bench plants, and that rivals are asked for.
#[cfg(test)]
pub(super) const KINDS: [&str; 6] = [
    "RunInstances",
    "CreateFleet",
    "RequestSpotFleet",
    "CreateAutoScalingGroup",
    "RunTask",
    "CreateNotebookInstance",
];

/// Asks for compute.
pub(super) fn launch(rng: &mut Rng, place: &Place<'_>, caller: &Caller) -> Launch {
    let mut call = match rng.below(10) {
        0..=4 => run_instances(rng, place, caller),
        5 => create_fleet(rng),
        6 => request_spot_fleet(rng, place),
        7 => create_group(rng, caller),
        8 => run_task(rng, place, caller),
        _ => create_notebook(rng, caller),
    };
    if rng.once_in(7) {
        let why =
            "You have requested more vCPU capacity than your current vCPU limit of 32 allows.".to_owned();
        (call.error, call.response) = (Some(("Client.VcpuLimitExceeded", why)), Value::Null);
    }
    Launch { kind: call.name, call }
}

fn machine(rng: &mut Rng) -> &'static str {
    rng.pick(&["m7i.large", "c6i.xlarge", "t3.medium", "r6g.2xlarge", "g5.xlarge", "c7i.24xlarge"])
}

fn run_instances(rng: &mut Rng, place: &Place<'_>, caller: &Caller) -> Call {
    let (count, kind, image) = (rng.below(4) + 1, machine(rng), format!("ami-0{}", rng.hex(16)));
    let subnet = format!("subnet-0{}", rng.hex(16));
    let request = json!({
        "instancesSet": {"items": [{"imageId": image, "minCount": count, "maxCount": count, "keyName": caller.name}]},
        "instanceType": kind, "subnetId": subnet, "clientToken": rng.uuid(), "disableApiTermination": false,
        "blockDeviceMapping": {"items": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50, "volumeType": "gp3"}}]},
        "monitoring": {"enabled": false}, "userData": "<sensitiveDataRemoved>",
        "iamInstanceProfile": {"name": caller.name},
    });
    let started: Vec<_> =
        (0..count).map(|index| instance(rng, place, (kind, &image, &subnet), index)).collect();
    let response = json!({"requestId": rng.uuid(), "reservationId": format!("r-0{}", rng.hex(16)),
        "ownerId": place.account.id, "groupSet": {}, "instancesSet": {"items": started}});
    Call::write("ec2", "RunInstances", request, response)
}

fn instance(
    rng: &mut Rng,
    place: &Place<'_>,
    (kind, image, subnet): (&str, &str, &str),
    index: usize,
) -> Value {
    let address = format!("10.{}.{}.{}", rng.below(256), rng.below(256), rng.below(256));
    let host = format!("ip-{}.{}.compute.internal", address.replace('.', "-"), place.region);
    json!({
        "instanceId": format!("i-0{}", rng.hex(16)), "imageId": image, "instanceType": kind, "amiLaunchIndex": index,
        "instanceState": {"code": 0, "name": "pending"}, "privateDnsName": host, "privateIpAddress": address,
        "launchTime": 1_772_000_000_000_u64 + rng.next() % 9_999_999, "subnetId": subnet, "architecture": "x86_64",
        "placement": {"availabilityZone": format!("{}a", place.region), "tenancy": "default"},
        "monitoring": {"state": "disabled"}, "rootDeviceType": "ebs", "rootDeviceName": "/dev/xvda",
        "virtualizationType": "hvm", "hypervisor": "xen", "ebsOptimized": false, "enaSupport": true,
        "tagSet": {"items": [{"key": "Name", "value": "worker"}, {"key": "team", "value": "platform"}]},
        "metadataOptions": {"state": "pending", "httpTokens": "required", "httpEndpoint": "enabled"},
        "networkInterfaceSet": {"items": [{"networkInterfaceId": format!("eni-0{}", rng.hex(16)), "subnetId": subnet,
            "status": "in-use", "privateIpAddress": address, "privateDnsName": host, "sourceDestCheck": true}]},
    })
}

fn create_fleet(rng: &mut Rng) -> Call {
    let capacity = rng.below(40) + 1;
    let template = json!({"LaunchTemplateId": format!("lt-0{}", rng.hex(16)), "Version": "$Latest"});
    let request = json!({"CreateFleetRequest": {
        "Type": "instant",
        "TargetCapacitySpecification": {"TotalTargetCapacity": capacity, "DefaultTargetCapacityType": "spot"},
        "LaunchTemplateConfigs": {"LaunchTemplateSpecification": template,
            "Overrides": [{"InstanceType": machine(rng), "tag": 1}, {"InstanceType": machine(rng), "tag": 2}], "tag": 1},
    }});
    let response = json!({"CreateFleetResponse": {"fleetId": format!("fleet-{}", rng.uuid())}});
    Call::write("ec2", "CreateFleet", request, response)
}

fn request_spot_fleet(rng: &mut Rng, place: &Place<'_>) -> Call {
    let specification = json!({"imageId": format!("ami-0{}", rng.hex(16)), "instanceType": machine(rng)});
    let request = json!({"spotFleetRequestConfig": {"targetCapacity": rng.below(20) + 1, "allocationStrategy": "lowestPrice",
        "iamFleetRole": format!("arn:aws:iam::{}:role/fleet", place.account.id), "launchSpecifications": [specification]}});
    let response = json!({"requestId": rng.uuid(), "spotFleetRequestId": format!("sfr-{}", rng.uuid())});
    Call::write("ec2", "RequestSpotFleet", request, response)
}

fn create_group(rng: &mut Rng, caller: &Caller) -> Call {
    let request = json!({"autoScalingGroupName": format!("{}-{}", caller.name, rng.hex(4)), "minSize": 0,
        "maxSize": rng.below(90) + 1, "desiredCapacity": 1,
        "launchTemplate": {"launchTemplateId": format!("lt-0{}", rng.hex(16)), "version": "1"}});
    Call::write("autoscaling", "CreateAutoScalingGroup", request, Value::Null)
}

fn run_task(rng: &mut Rng, place: &Place<'_>, caller: &Caller) -> Call {
    let request = json!({"cluster": caller.name, "taskDefinition": format!("{}:12", caller.name), "count": 4,
        "launchType": "FARGATE"});
    let account = &place.account.id;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let arn = format!("arn:aws:ecs:{}:{account}:task/{}/{}", place.region, caller.name, rng.hex(32));
            json!({"taskArn": arn, "lastStatus": "PROVISIONING", "cpu": "1024", "memory": "2048"})
        })
        .collect();
    Call::write("ecs", "RunTask", request, json!({"tasks": tasks, "failures": []}))
}

fn create_notebook(rng: &mut Rng, caller: &Caller) -> Call {
    let request = json!({"notebookInstanceName": format!("{}-{}", caller.name, rng.hex(4)), "instanceType": "ml.t3.medium",
        "roleArn": "arn:aws:iam::111122223333:role/notebooks"});
    Call::write("sagemaker", "CreateNotebookInstance", request, json!({"notebookInstanceArn": rng.uuid()}))
}
