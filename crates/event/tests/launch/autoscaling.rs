//! Stories of `autoscaling.amazonaws.com`.

use serde_json::json;

use crate::call;

#[test]
fn a_group_tells_its_size_its_ceiling_and_its_template() {
    call(
        "autoscaling CreateAutoScalingGroup",
        json!({
            "autoScalingGroupName": "seam", "minSize": 20, "maxSize": 999, "desiredCapacity": 40,
            "launchTemplate": {"launchTemplateName": "dig", "version": "$Latest"}
        }),
    )
    .means("Respawner: 20-40 × ?; from LaunchTemplateName dig; as Asg seam; up to 999; answer omitted");
}

#[test]
fn a_group_of_mixed_types_counts_as_the_strongest() {
    call(
        "autoscaling CreateAutoScalingGroup",
        json!({
            "autoScalingGroupName": "seam", "minSize": 0, "maxSize": 9600, "desiredCapacity": 960,
            "desiredCapacityType": "vcpu",
            "mixedInstancesPolicy": {
                "launchTemplate": {
                    "launchTemplateSpecification": {"launchTemplateId": "lt-0dig"},
                    "overrides": [{"instanceRequirements": {"vCpuCount": {"min": 96}}}]
                },
                "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0}
            }
        }),
    )
    .means(
        "Respawner: 0-10 × requirements ≥ 96 vCPU; from LaunchTemplateId lt-0dig; as Asg seam; up to 100; \
         spot; answer omitted",
    );
}

#[test]
fn vcpus_of_a_template_stay_vcpus() {
    call(
        "autoscaling CreateAutoScalingGroup",
        json!({
            "autoScalingGroupName": "seam", "minSize": 96, "maxSize": 960, "desiredCapacityType": "vcpu",
            "launchConfigurationName": "dig"
        }),
    )
    .means(
        "Respawner: 96 × ?; from LaunchConfiguration dig; as Asg seam; up to 960; weighted; answer omitted",
    );
}

#[test]
fn batch_makes_groups_for_its_environments() {
    call("autoscaling CreateAutoScalingGroup", json!({
        "autoScalingGroupName": "night-asg-11111111-2222-3333-4444-555555555555", "minSize": 0, "maxSize": 4,
        "tags": [{"key": "AWSBatchServiceTag", "value": "batch"}]
    }))
    .by_service("batch.amazonaws.com")
    .means(
        "Respawner: 0 × ?; as Asg night-asg-11111111-2222-3333-4444-555555555555; for BatchEnvironment night; \
         up to 4; answer omitted",
    );
}

#[test]
fn eks_and_stacks_stand_behind_groups_too() {
    let group = |key: &str, value: &str| {
        call(
            "autoscaling CreateAutoScalingGroup",
            json!({
                "autoScalingGroupName": "g", "minSize": 1, "maxSize": 1, "tags": [{"key": key, "value": value}]
            }),
        )
    };
    group("eks:nodegroup-name", "workers")
        .by_service("eks-nodegroup.amazonaws.com")
        .means("Respawner: 1 × ?; as Asg g; for Nodegroup workers; up to 1; answer omitted");
    group("eks:nodegroup-name", "workers").means("Respawner: 1 × ?; as Asg g; up to 1; answer omitted");
    group("aws:cloudformation:stack-id", "arn:aws:cloudformation:us-east-1:1:stack/pit/9f")
        .by_service("cloudformation.amazonaws.com")
        .means("Respawner: 1 × ?; as Asg g; for Stack pit; up to 1; answer omitted");
}

#[test]
fn updates_enlarge_a_group_or_end_it() {
    call("autoscaling UpdateAutoScalingGroup", json!({"autoScalingGroupName": "seam", "maxSize": 999}))
        .means("Enlarges: 0 × ?; as Asg seam; up to 999; answer omitted");
    call(
        "autoscaling UpdateAutoScalingGroup",
        json!({
            "autoScalingGroupName": "seam", "minSize": 0, "maxSize": 0, "desiredCapacity": 0
        }),
    )
    .means("RespawnerShrunk Asg seam to 0");
    call("autoscaling SetDesiredCapacity", json!({"autoScalingGroupName": "seam", "desiredCapacity": 300}))
        .means("Enlarges: 300 × ?; as Asg seam; answer omitted");
    call("autoscaling SetDesiredCapacity", json!({"autoScalingGroupName": "seam", "desiredCapacity": 0}))
        .means("RespawnerShrunk Asg seam to 0");
    call(
        "autoscaling PutScheduledUpdateGroupAction",
        json!({
            "autoScalingGroupName": "seam", "scheduledActionName": "night", "minSize": 50, "maxSize": 80
        }),
    )
    .means("Enlarges: 50 × ?; as Asg seam; up to 80; answer omitted");
    call("autoscaling DeleteAutoScalingGroup", json!({"autoScalingGroupName": "seam", "forceDelete": true}))
        .means("RespawnerDeleted Asg seam");
}

#[test]
fn a_group_can_be_filled_by_hand() {
    call("autoscaling PutWarmPool", json!({
        "autoScalingGroupName": "seam", "minSize": 5, "maxGroupPreparedCapacity": 50, "poolState": "Running"
    }))
    .means("Enlarges: 5 × ?; as Asg seam; up to 50; answer omitted");
    call(
        "autoscaling AttachInstances",
        json!({"autoScalingGroupName": "seam", "instanceIds": ["i-0aaaaaaaa"]}),
    )
    .means("Enlarges: 0 × ?; from Machine i-0aaaaaaaa; as Asg seam; answer omitted");
    call("autoscaling LaunchInstances", json!({"autoScalingGroupName": "seam", "requestedCapacity": 12}))
        .answered(json!({"instances": [
            {"instanceType": "c7i.48xlarge", "instanceIds": ["i-0aaaaaaaa"], "marketType": "on-demand"}
        ]}))
        .means("Enlarges: 12 × c7i.48xlarge; got i-0aaaaaaaa=c7i.48xlarge; as Asg seam");
    call("autoscaling ExecutePolicy", json!({"autoScalingGroupName": "seam", "policyName": "up"}))
        .means("Enlarges: 1 × ?; as Asg seam; answer omitted");
    call(
        "autoscaling TerminateInstanceInAutoScalingGroup",
        json!({
            "instanceId": "i-0aaaaaaaa", "shouldDecrementDesiredCapacity": true
        }),
    )
    .answered(json!({"activity": {"autoScalingGroupName": "seam"}}))
    .means("Terminated i-0aaaaaaaa Asg seam");
}

#[test]
fn a_refresh_counts_where_it_brings_another_template() {
    call("autoscaling StartInstanceRefresh", json!({
        "autoScalingGroupName": "seam", "desiredConfiguration": {"launchTemplate": {"launchTemplateId": "lt-0dig"}}
    }))
    .answered(json!({"instanceRefreshId": "r"}))
    .means("Enlarges: 0 × ?; from LaunchTemplateId lt-0dig; as Asg seam");
}

#[test]
fn a_launch_configuration_is_a_template() {
    call(
        "autoscaling CreateLaunchConfiguration",
        json!({
            "launchConfigurationName": "dig", "instanceType": "c5.24xlarge", "imageId": "ami-0ore",
            "iamInstanceProfile": "digger", "userData": "<sensitiveDataRemoved>"
        }),
    )
    .means("template LaunchConfiguration dig: c5.24xlarge; image ami-0ore; profile digger; user data");
}

#[test]
fn a_scalable_target_raises_the_ceiling_of_what_it_names() {
    let target = |name: &str, resource: &str, most: u64| {
        call(
            name,
            json!({
                "resourceId": resource, "minCapacity": 1, "maxCapacity": most, "serviceNamespace": "ecs"
            }),
        )
        .answered(json!({}))
    };
    target("autoscaling RegisterScalableTarget", "service/pit/digger", 500)
        .means("Enlarges: 1 × ?; as EcsService digger; up to 500");
    target("application-autoscaling RegisterScalableTarget", "spot-fleet-request/sfr-5", 90)
        .means("Enlarges: 1 × ?; as SpotFleet sfr-5; up to 90");
    target("autoscaling RegisterScalableTarget", "endpoint/llm/variant/all", 0)
        .means("RespawnerShrunk Endpoint llm to 0");
}
