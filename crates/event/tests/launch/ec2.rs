//! Stories of `ec2.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn run_instances_tells_what_was_asked_for_and_obtained() {
    call(
        "ec2 RunInstances",
        json!({
            "instanceType": "g5.48xlarge", "disableApiTermination": true, "userData": "<sensitiveDataRemoved>",
            "instancesSet": {"items": [{"imageId": "ami-0ore", "keyName": "pick", "minCount": 1, "maxCount": 8}]},
            "iamInstanceProfile": {"name": "digger"}
        }),
    )
    .answered(json!({"instancesSet": {"items": [
        {"instanceId": "i-0aaaaaaaa", "instanceType": "g5.48xlarge", "imageId": "ami-0ore"},
        {"instanceId": "i-0bbbbbbbb", "instanceType": "g5.48xlarge", "imageId": "ami-0ore"}
    ]}}))
    .means(
        "Instances: 1-8 × g5.48xlarge; got i-0aaaaaaaa=g5.48xlarge i-0bbbbbbbb=g5.48xlarge; image ami-0ore; \
         profile digger; key pick; protected; user data",
    );
}

#[test]
fn run_instances_takes_the_type_from_the_answer_when_a_template_names_it() {
    call(
        "ec2 RunInstances",
        json!({
            "launchTemplate": {"launchTemplateId": "lt-0dig", "version": "1"},
            "instancesSet": {"items": [{"minCount": "2", "maxCount": "2"}]}
        }),
    )
    .answered(json!({"instancesSet": {"items": [
        {"instanceId": "i-0aaaaaaaa", "instanceType": "p4d.24xlarge", "instanceLifecycle": "spot"}
    ]}}))
    .means("Instances: 2 × p4d.24xlarge; got i-0aaaaaaaa=p4d.24xlarge; from LaunchTemplateId lt-0dig; spot");
}

#[test]
fn a_refused_run_keeps_what_it_asked_for() {
    call(
        "ec2 RunInstances",
        json!({
            "instanceType": {"value": "p2.xlarge"},
            "instancesSet": {"items": [{"minCount": 1, "maxCount": 10}]}
        }),
    )
    .failed(
        "Client.VcpuLimitExceeded",
        "You have requested more vCPU capacity than your current vCPU limit of 0 allows",
    )
    .means("refused Instances: 1-10 × p2.xlarge");
}

#[test]
fn a_refusal_without_parameters_is_read_from_its_message() {
    call("ec2 RunInstances", json!(null))
        .failed(
            "Server.InsufficientInstanceCapacity",
            "We currently do not have sufficient p3.16xlarge capacity",
        )
        .means("refused Instances: 1 × p3.16xlarge");
    call("ec2 RunInstances", json!(null))
        .failed("Client.UnauthorizedOperation", "You are not authorized to perform this operation.")
        .means("refused Instances: 1 × ?");
}

#[test]
fn an_answer_too_long_for_the_trail_leaves_the_count_of_the_request() {
    call(
        "ec2 RunInstances",
        json!({
            "instanceType": "t3.micro", "instancesSet": {"items": [{"minCount": 500, "maxCount": 500}]}
        }),
    )
    .answered(json!({"omitted": true, "originalSize": 412_114, "reason": "too large"}))
    .means("Instances: 500 × t3.micro; answer omitted");
}

#[test]
fn the_group_behind_a_launch_is_named_by_a_tag_that_only_aws_can_write() {
    let request = json!({
        "clientToken": "fleet-3f1c2b6a-9d5e-4a77-8c1b-2f4a9e6d7c10-0",
        "instancesSet": {"items": [{"minCount": 1, "maxCount": 1}]},
        "tagSpecificationSet": {"items": [{"resourceType": "instance", "tags": [
            {"key": "aws:ec2:fleet-id", "value": "fleet-3f1c2b6a-9d5e-4a77-8c1b-2f4a9e6d7c10"},
            {"key": "aws:autoscaling:groupName", "value": "seam"}
        ]}]}
    });
    call("ec2 RunInstances", request)
        .by_service("autoscaling.amazonaws.com")
        .answered(
            json!({"instancesSet": {"items": [{"instanceId": "i-0aaaaaaaa", "instanceType": "c5.large"}]}}),
        )
        .means("Instances: 1 × c5.large; got i-0aaaaaaaa=c5.large; for Asg seam");
}

#[test]
fn a_client_token_and_a_spot_request_name_the_hand_behind_a_service() {
    let items = json!([{"instanceId": "i-0aaaaaaaa", "spotInstanceRequestId": "sir-77"}]);
    call("ec2 RunInstances", json!({"clientToken": "fleet-3f1c2b6a-9d5e-4a77-8c1b-2f4a9e6d7c10-0"}))
        .by_service("ec2fleet.amazonaws.com")
        .answered(json!({"instancesSet": {"items": items}}))
        .means("Instances: 1 × ?; got i-0aaaaaaaa; for Fleet fleet-3f1c2b6a-9d5e-4a77-8c1b-2f4a9e6d7c10");
    call("ec2 RunInstances", json!({"clientToken": "4b1e"}))
        .by_service("spot.amazonaws.com")
        .answered(json!({"instancesSet": {"items": items}}))
        .means("Instances: 1 × ?; got i-0aaaaaaaa; for SpotRequest sir-77");
}

#[test]
fn a_caller_cannot_hide_behind_a_token_or_a_refused_tag() {
    let request = json!({
        "clientToken": "fleet-3f1c2b6a-9d5e-4a77-8c1b-2f4a9e6d7c10-0", "instanceType": "p5.48xlarge",
        "tagSpecificationSet": {"items": [{"tags": [{"key": "aws:autoscaling:groupName", "value": "web"}]}]}
    });
    call("ec2 RunInstances", request)
        .failed("Client.InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
        .means("refused Instances: 1 × p5.48xlarge");
}

#[test]
fn run_scheduled_instances_starts_what_was_scheduled() {
    call("ec2 RunScheduledInstances", json!({
        "instanceCount": 4, "scheduledInstanceId": "sci-1", "launchSpecification": {"instanceType": "c4.8xlarge"}
    }))
    .answered(json!({"instanceIdSet": {"item": ["i-0aaaaaaaa"]}}))
    .means("Instances: 4 × c4.8xlarge; got i-0aaaaaaaa");
}

#[test]
fn start_instances_restarts_only_what_was_not_running() {
    call(
        "ec2 StartInstances",
        json!({"instancesSet": {"items": [
            {"instanceId": "i-0aaaaaaaa"}, {"instanceId": "i-0bbbbbbbb"}
        ]}}),
    )
    .answered(json!({"instancesSet": {"items": [
        {"instanceId": "i-0aaaaaaaa", "previousState": {"code": 80, "name": "stopped"}},
        {"instanceId": "i-0bbbbbbbb", "previousState": {"code": 16, "name": "running"}}
    ]}}))
    .means("Restarts: 2 × ?; got i-0aaaaaaaa; from Machine i-0aaaaaaaa");
}

#[test]
fn modify_instance_attribute_resizes_protects_or_rewrites() {
    let modify = |request| call("ec2 ModifyInstanceAttribute", request).answered(json!({"_return": true}));
    modify(json!({"instanceId": "i-0aaaaaaaa", "instanceType": {"value": "p3.16xlarge"}}))
        .means("Resizes: 1 × p3.16xlarge; from Machine i-0aaaaaaaa");
    modify(
        json!({"instanceId": "i-0aaaaaaaa", "attribute": "instanceType", "value": "<sensitiveDataRemoved>"}),
    )
    .means("Resizes: 1 × ?; from Machine i-0aaaaaaaa");
    modify(json!({"instanceId": "i-0aaaaaaaa", "disableApiTermination": {"value": true}}))
        .means("protect true: i-0aaaaaaaa");
    modify(json!({"instanceId": "i-0aaaaaaaa", "disableApiStop": {"value": false}}))
        .means("protect false: i-0aaaaaaaa");
    modify(json!({"instanceId": "i-0aaaaaaaa", "attribute": "disableApiTermination", "value": "true"}))
        .means("protect true: i-0aaaaaaaa");
    modify(json!({"instanceId": "i-0aaaaaaaa", "userData": "<sensitiveDataRemoved>"}))
        .means("hand over: i-0aaaaaaaa");
}

#[test]
fn stopping_and_terminating_end_what_they_name() {
    let set = json!({"instancesSet": {"items": [{"instanceId": "i-0aaaaaaaa"}]}, "force": true});
    call("ec2 StopInstances", set.clone()).means("Stopped i-0aaaaaaaa");
    call("ec2 TerminateInstances", set).means("Terminated i-0aaaaaaaa");
}

#[test]
fn spot_instances_that_aws_took_back_have_ended() {
    let mut evicted = call("ec2 BidEvictedEvent", json!(null)).by_service("ec2.amazonaws.com");
    evicted.record["serviceEventDetails"] = json!({"instanceIdSet": ["i-0aaaaaaaa"]});
    evicted.means("Terminated i-0aaaaaaaa");
}

#[test]
fn create_fleet_counts_machines_of_the_strongest_type_and_lists_what_came() {
    call("ec2 CreateFleet", json!({"CreateFleetRequest": {
        "Type": "instant",
        "LaunchTemplateConfigs": {"tag": 1,
            "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-0dig", "Version": "$Latest"},
            "Overrides": [{"tag": 1, "InstanceType": "c5.large"}, {"tag": 2, "InstanceType": "c5.24xlarge"}]},
        "TargetCapacitySpecification": {"TotalTargetCapacity": 20, "DefaultTargetCapacityType": "spot"}
    }}))
    .answered(json!({"CreateFleetResponse": {
        "fleetId": "fleet-9",
        "fleetInstanceSet": {"item": {
            "instanceType": "c5.24xlarge", "instanceIds": {"item": ["i-0aaaaaaaa", "i-0bbbbbbbb"]}
        }}
    }}))
    .means(
        "Instances: 20 × c5.24xlarge; got i-0aaaaaaaa=c5.24xlarge i-0bbbbbbbb=c5.24xlarge; \
         from LaunchTemplateId lt-0dig; as Fleet fleet-9; spot",
    );
}

#[test]
fn a_fleet_that_maintains_itself_is_a_respawner_and_weights_are_divided_out() {
    call(
        "ec2 CreateFleet",
        json!({"CreateFleetRequest": {
            "LaunchTemplateConfigs": [{"content": {
                "LaunchTemplateSpecification": {"LaunchTemplateName": "dig"},
                "Overrides": {"InstanceType": "c5.24xlarge", "WeightedCapacity": 96}
            }, "tag": 1}],
            "TargetCapacitySpecification": {"TotalTargetCapacity": 960}
        }}),
    )
    .answered(json!({"CreateFleetResponse": {"fleetId": "fleet-9"}}))
    .means("Respawner: 10 × c5.24xlarge; from LaunchTemplateName dig; as Fleet fleet-9");
}

#[test]
fn a_fleet_that_names_requirements_counts_as_the_least_it_asks_for() {
    call(
        "ec2 CreateFleet",
        json!({"CreateFleetRequest": {
            "Type": "maintain",
            "LaunchTemplateConfigs": {"Overrides": {"InstanceRequirements": {"VCpuCount": {"Min": 96}}}},
            "TargetCapacitySpecification": {"TotalTargetCapacity": 960, "TargetCapacityUnitType": "vcpu"}
        }}),
    )
    .answered(json!({"CreateFleetResponse": {"fleetId": "fleet-9"}}))
    .means("Respawner: 10 × requirements ≥ 96 vCPU; as Fleet fleet-9");
}

#[test]
fn an_instant_fleet_that_got_nothing_was_refused() {
    call(
        "ec2 CreateFleet",
        json!({"CreateFleetRequest": {
            "Type": "instant",
            "LaunchTemplateConfigs": {"Overrides": {"InstanceType": "p5.48xlarge"}},
            "TargetCapacitySpecification": {"OnDemandTargetCapacity": 3, "SpotTargetCapacity": 2}
        }}),
    )
    .answered(json!({"CreateFleetResponse": {"fleetId": "fleet-9", "fleetInstanceSet": "", "errorSet": {
        "item": {"errorCode": "InsufficientInstanceCapacity", "errorMessage": "no capacity"}
    }}}))
    .means("refused Instances: 5 × p5.48xlarge; as Fleet fleet-9; spot");
}

#[test]
fn modify_fleet_enlarges_it_or_ends_it() {
    let modify = |target: u64| {
        call(
            "ec2 ModifyFleet",
            json!({"ModifyFleetRequest": {
                "FleetId": "fleet-9", "TargetCapacitySpecification": {"TotalTargetCapacity": target}
            }}),
        )
        .answered(json!({"ModifyFleetResponse": {"return": true}}))
    };
    modify(500).means("Enlarges: 500 × ?; as Fleet fleet-9");
    modify(0).means("RespawnerShrunk Fleet fleet-9 to 0");
}

#[test]
fn request_spot_fleet_is_a_respawner() {
    call("ec2 RequestSpotFleet", json!({"spotFleetRequestConfig": {
        "targetCapacity": 40, "iamFleetRole": "arn:aws:iam::111122223333:role/fleet",
        "launchSpecifications": [{"instanceType": "g4dn.12xlarge", "imageId": "ami-0ore", "keyName": "pick"}]
    }}))
    .answered(json!({"spotFleetRequestId": "sfr-5"}))
    .means("Respawner: 40 × g4dn.12xlarge; as SpotFleet sfr-5; image ami-0ore; key pick; spot");
}

#[test]
fn a_spot_fleet_can_be_enlarged_and_ended() {
    call("ec2 ModifySpotFleetRequest", json!({"spotFleetRequestId": "sfr-5", "targetCapacity": 80}))
        .answered(json!({"return": true}))
        .means("Enlarges: 80 × ?; as SpotFleet sfr-5; spot");
    call(
        "ec2 CancelSpotFleetRequests",
        json!({"CancelSpotFleetRequestsRequest": {
            "SpotFleetRequestId": {"tag": 1, "content": "sfr-5"}, "TerminateInstances": true
        }}),
    )
    .means("RespawnerDeleted sfr-5 SpotFleet sfr-5");
    call("ec2 DeleteFleets", json!({"DeleteFleetsRequest": {"FleetId": {"tag": 1, "content": "fleet-9"}}}))
        .means("RespawnerDeleted fleet-9 Fleet fleet-9");
}

#[test]
fn request_spot_instances_may_make_many_requests() {
    call("ec2 RequestSpotInstances", json!({
        "instanceCount": 2, "spotPrice": "9.00",
        "launchSpecification": {"instanceType": "p3.8xlarge", "imageId": "ami-0ore", "userData": "<sensitiveDataRemoved>"}
    }))
    .answered(json!({"spotInstanceRequestSet": {"items": [
        {"spotInstanceRequestId": "sir-1"}, {"spotInstanceRequestId": "sir-2"}
    ]}}))
    .means("Respawner: 2 × p3.8xlarge; as SpotRequest sir-1; also SpotRequest sir-2; image ami-0ore; spot; user data");
    call(
        "ec2 CancelSpotInstanceRequests",
        json!({"spotInstanceRequestIdSet": {"items": [
            {"spotInstanceRequestId": "sir-1"}
        ]}}),
    )
    .means("RespawnerDeleted sir-1 SpotRequest sir-1");
}

#[test]
fn a_launch_template_is_known_by_id_and_by_name() {
    call(
        "ec2 CreateLaunchTemplate",
        json!({"CreateLaunchTemplateRequest": {
            "LaunchTemplateName": "dig",
            "LaunchTemplateData": {
                "InstanceType": "p4d.24xlarge", "ImageId": "ami-0ore", "UserData": "<sensitiveDataRemoved>",
                "IamInstanceProfile": {"Name": "digger"}, "DisableApiTermination": true
            }
        }}),
    )
    .answered(json!({"CreateLaunchTemplateResponse": {
        "launchTemplate": {"launchTemplateId": "lt-0dig", "launchTemplateName": "dig"}
    }}))
    .means(
        "template LaunchTemplateId lt-0dig, LaunchTemplateName dig: p4d.24xlarge; image ami-0ore; \
         profile digger; user data; protected",
    );
    call(
        "ec2 CreateLaunchTemplateVersion",
        json!({"CreateLaunchTemplateVersionRequest": {
            "LaunchTemplateId": "lt-0dig", "LaunchTemplateData": {"InstanceType": "p5.48xlarge"}
        }}),
    )
    .means("template LaunchTemplateId lt-0dig: p5.48xlarge");
}

#[test]
fn capacity_is_reserved_by_type_and_count() {
    call(
        "ec2 CreateCapacityReservation",
        json!({"CreateCapacityReservationRequest": {
            "InstanceType": "p4d.24xlarge", "InstanceCount": 2, "InstancePlatform": "Linux/UNIX"
        }}),
    )
    .answered(json!({"CreateCapacityReservationResponse": {"capacityReservation": {}}}))
    .means("Reserves: 2 × p4d.24xlarge");
    call(
        "ec2 ModifyCapacityReservation",
        json!({"ModifyCapacityReservationRequest": {
            "CapacityReservationId": "cr-1", "InstanceCount": 9
        }}),
    )
    .answered(json!({"ModifyCapacityReservationResponse": {"return": true}}))
    .means("Reserves: 9 × ?");
    call(
        "ec2 CancelCapacityReservation",
        json!({"CancelCapacityReservationRequest": {
            "CapacityReservationId": "cr-1"
        }}),
    )
    .means("Terminated cr-1");
}

#[test]
fn a_reservation_fleet_divides_its_target_by_weight() {
    let request = json!({"TotalTargetCapacity": 192, "InstanceTypeSpecification":
        {"InstanceType": "c5.24xlarge", "Weight": 96, "Priority": 1}});
    call("ec2 CreateCapacityReservationFleet", json!({"CreateCapacityReservationFleetRequest": request}))
        .answered(json!({"CreateCapacityReservationFleetResponse": {"capacityReservationFleetId": "crf-1"}}))
        .means("Reserves: 2 × c5.24xlarge");
    call(
        "ec2 ModifyCapacityReservationFleet",
        json!({"ModifyCapacityReservationFleetRequest": {
            "CapacityReservationFleetId": "crf-1", "TotalTargetCapacity": 900
        }}),
    )
    .answered(json!({"ModifyCapacityReservationFleetResponse": {"return": true}}))
    .means("Reserves: 900 × ?");
}

#[test]
fn a_capacity_block_is_named_by_the_answer() {
    let block = json!({"instanceType": "p5.48xlarge", "totalInstanceCount": 4});
    call(
        "ec2 PurchaseCapacityBlock",
        json!({"PurchaseCapacityBlockRequest": {
            "CapacityBlockOfferingId": "cb-1", "InstancePlatform": "Linux/UNIX"
        }}),
    )
    .answered(json!({"PurchaseCapacityBlockResponse": {"capacityReservation": block}}))
    .means("Reserves: 4 × p5.48xlarge");
    let extension = json!({"instanceType": "p5.48xlarge", "instanceCount": 4});
    call(
        "ec2 PurchaseCapacityBlockExtension",
        json!({"PurchaseCapacityBlockExtensionRequest": {
            "CapacityReservationId": "cr-1"
        }}),
    )
    .answered(
        json!({"PurchaseCapacityBlockExtensionResponse": {"capacityBlockExtensionSet": {"item": extension}}}),
    )
    .means("Reserves: 4 × p5.48xlarge");
}

#[test]
fn hosts_are_counted_by_quantity() {
    call(
        "ec2 AllocateHosts",
        json!({"instanceType": "mac2.metal", "quantity": 3, "availabilityZone": "us-east-1a"}),
    )
    .answered(json!({"hostIdSet": {"item": ["h-1"]}}))
    .means("Reserves: 3 × mac2.metal");
    call("ec2 ReleaseHosts", json!({"hostId": ["h-1"]})).means("Terminated h-1");
}

#[test]
fn purchases_name_an_offering_and_a_count() {
    call(
        "ec2 PurchaseReservedInstancesOffering",
        json!({"instanceCount": 10, "reservedInstancesOfferingId": "o"}),
    )
    .answered(json!({"reservedInstancesId": "r"}))
    .means("Reserves: 10 × ?");
    call("ec2 PurchaseHostReservation", json!({"PurchaseHostReservationRequest": {"OfferingId": "hro-1"}}))
        .answered(json!({"PurchaseHostReservationResponse": {"totalUpfrontPrice": "1"}}))
        .means("Reserves: 1 × ?");
    call("ec2 PurchaseScheduledInstances", json!({"PurchaseScheduledInstancesRequest": {
        "PurchaseRequest": [{"InstanceCount": 2, "PurchaseToken": "a"}, {"InstanceCount": 3, "PurchaseToken": "b"}]
    }}))
    .answered(json!({"PurchaseScheduledInstancesResponse": {"scheduledInstanceSet": ""}}))
    .means("Reserves: 5 × ?");
    call("savingsplans CreateSavingsPlan", json!({"commitment": "250.0", "savingsPlanOfferingId": "o"}))
        .answered(json!({"savingsPlanId": "s"}))
        .means("Reserves: 1 × savings plan");
}
