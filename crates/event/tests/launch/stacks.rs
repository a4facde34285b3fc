//! Stories of CloudFormation, Service Catalog, Elastic Beanstalk and Systems Manager.

use serde_json::json;

use crate::call;

#[test]
fn a_stack_launches_later_and_in_another_name() {
    call(
        "cloudformation CreateStack",
        json!({"stackName": "pit", "enableTerminationProtection": true, "roleARN": "arn:r"}),
    )
    .answered(json!({"stackId": "arn:aws:cloudformation:us-east-1:1:stack/pit/9f"}))
    .means("Respawner: 0 × ?; as Stack pit; profile arn:r; protected");
    let arn = "arn:aws:cloudformation:us-east-1:1:stack/pit/9f";
    for name in ["cloudformation UpdateStack", "cloudformation ExecuteChangeSet"] {
        call(name, json!({"stackName": arn})).answered(json!({})).means("Enlarges: 0 × ?; as Stack pit");
    }
    call("cloudformation DeleteStack", json!({"stackName": arn})).means("RespawnerDeleted Stack pit");
}

#[test]
fn a_stack_set_reaches_many_accounts() {
    let request = || json!({"stackSetName": "pits"});
    call("cloudformation CreateStackSet", request())
        .answered(json!({}))
        .means("Respawner: 0 × ?; as Stack pits");
    for name in [
        "cloudformation UpdateStackSet",
        "cloudformation CreateStackInstances",
        "cloudformation UpdateStackInstances",
    ] {
        call(name, request()).answered(json!({})).means("Enlarges: 0 × ?; as Stack pits");
    }
    for name in ["cloudformation DeleteStackSet", "cloudformation DeleteStackInstances"] {
        call(name, request()).means("RespawnerDeleted Stack pits");
    }
}

#[test]
fn a_product_is_a_stack_with_a_made_up_name() {
    call("servicecatalog ProvisionProduct", json!({"productId": "prod-1"}))
        .answered(json!({"recordDetail": {"provisionedProductId": "pp-1"}}))
        .means("Respawner: 0 × ?; as Stack SC-111122223333-pp-1");
    call("servicecatalog TerminateProvisionedProduct", json!({"provisionedProductId": "pp-1"}))
        .means("RespawnerDeleted pp-1 Stack SC-111122223333-pp-1");
}

#[test]
fn beanstalk_says_its_machines_in_options() {
    let options = |least: &str, most: &str| {
        json!([
            {"namespace": "aws:ec2:instances", "optionName": "InstanceTypes", "value": "c5.24xlarge, c5.large"},
            {"namespace": "aws:autoscaling:asg", "optionName": "MinSize", "value": least},
            {"namespace": "aws:autoscaling:asg", "optionName": "MaxSize", "value": most}
        ])
    };
    call("elasticbeanstalk CreateEnvironment", json!({"optionSettings": options("4", "100")}))
        .answered(json!({"environmentId": "e-1"}))
        .means("Respawner: 4 × c5.24xlarge; as Stack awseb-e-1-stack; up to 100");
    call(
        "elasticbeanstalk UpdateEnvironment",
        json!({"environmentId": "e-1", "optionSettings": options("9", "900")}),
    )
    .answered(json!({}))
    .means("Enlarges: 9 × c5.24xlarge; as Stack awseb-e-1-stack; up to 900");
    call("elasticbeanstalk TerminateEnvironment", json!({"environmentId": "e-1"}))
        .means("RespawnerDeleted e-1 Stack awseb-e-1-stack");
}

#[test]
fn runbooks_start_resize_or_run_commands() {
    let run = |document: &str, parameters| {
        call("ssm StartAutomationExecution", json!({"documentName": document, "parameters": parameters}))
            .answered(json!({"automationExecutionId": "9f"}))
    };
    run("AWS-StartEC2Instance", json!({"InstanceId": ["i-0aaaaaaaa"]}))
        .means("Restarts: 1 × ?; got i-0aaaaaaaa; from Machine i-0aaaaaaaa");
    run("AWS-ResizeInstance", json!({"InstanceId": ["i-0aaaaaaaa"], "InstanceType": ["p3.16xlarge"]}))
        .means("Resizes: 1 × p3.16xlarge; from Machine i-0aaaaaaaa");
    run("AWS-ResizeInstance", json!("HIDDEN_DUE_TO_SECURITY_REASONS")).means("Resizes: 1 × ?");
    run("AWS-RunShellScript", json!({"InstanceIds": ["i-0aaaaaaaa"]})).means("hand over: i-0aaaaaaaa");
}
