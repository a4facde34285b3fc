//! Quotas, ground, guards, hands, addresses and look-ups: one story each.

use event::Detail;
use event::event::{HandOver, Look, Prepare, QuotaAsk, Reach};
use serde_json::{Value, json};

use crate::{detail, is_not_kept, refused};

const NOTHING: Value = Value::Null;
const DIGGER: &str = "arn:aws:iam::111122223333:role/deep/digger";

#[test]
fn quotas_are_looked_up_and_raised() {
    let quota = |desired, raise| {
        Detail::Quota(QuotaAsk {
            service: "ec2".into(),
            code: "L-417A185B".into(),
            desired,
            compute: true,
            raise,
        })
    };
    let request = json!({"serviceCode": "ec2", "quotaCode": "L-417A185B", "desiredValue": 768.0});
    for name in ["servicequotas GetServiceQuota", "servicequotas GetAWSDefaultServiceQuota"] {
        assert_eq!(detail(name, request.clone(), NOTHING), quota(None, false), "{name}");
    }
    for name in [
        "servicequotas RequestServiceQuotaIncrease",
        "servicequotas PutServiceQuotaIncreaseRequestIntoTemplate",
    ] {
        assert_eq!(detail(name, request.clone(), NOTHING), quota(Some(768), true), "{name}");
    }
    for name in ["servicequotas ListServiceQuotas", "servicequotas ListAWSDefaultServiceQuotas"] {
        let Detail::Quota(ask) = detail(name, json!({"serviceCode": "ec2"}), NOTHING) else {
            panic!("a quota")
        };
        assert!(ask.compute && ask.code.is_empty() && !ask.raise);
    }
}

#[test]
fn a_refused_quota_is_named_by_the_refusal() {
    let message = "User: arn:aws:iam::1:user/eve is not authorized to perform: \
                   servicequotas:RequestServiceQuotaIncrease on resource: \
                   arn:aws:servicequotas:us-east-1:1:ec2/L-1216C47A because no identity-based policy allows it";
    let Detail::Quota(ask) = refused("servicequotas RequestServiceQuotaIncrease", message) else {
        panic!("a quota")
    };
    assert_eq!((ask.service.as_str(), ask.code.as_str(), ask.compute), ("ec2", "L-1216C47A", true));
}

#[test]
fn a_support_case_counts_where_it_is_about_limits() {
    let request = json!({"serviceCode": "service-limit-increase", "categoryCode": "ec2-instances"});
    let Detail::Quota(ask) = detail("support CreateCase", request, NOTHING) else { panic!("a quota") };
    assert!(ask.raise && ask.compute);
    is_not_kept("support CreateCase", json!({"serviceCode": "support-api", "categoryCode": "other"}));
}

#[test]
fn a_region_is_enabled_by_name() {
    for request in [json!({"regionName": "ap-east-1"}), json!({"RegionName": "ap-east-1"})] {
        let expected = Detail::EnableRegion { region: "ap-east-1".into() };
        assert_eq!(detail("account EnableRegion", request, NOTHING), expected);
    }
}

#[test]
fn the_ground_is_prepared() {
    for (name, prepare) in [
        ("ec2 CreateKeyPair", Prepare::KeyPair),
        ("ec2 ImportKeyPair", Prepare::KeyPair),
        ("ec2 CreateSecurityGroup", Prepare::SecurityGroup),
        ("ec2 CreateDefaultVpc", Prepare::Network),
        ("ec2 CreateDefaultSubnet", Prepare::Network),
        ("ec2 CreateVpc", Prepare::Network),
        ("ec2 CreateSubnet", Prepare::Network),
        ("ec2 CreateImage", Prepare::Image),
        ("ec2 CopyImage", Prepare::Image),
        ("ec2 RegisterImage", Prepare::Image),
        ("ec2 ModifyImageAttribute", Prepare::Image),
        ("iam CreateServiceLinkedRole", Prepare::ServiceLinkedRole),
        ("ecs CreateCluster", Prepare::Cluster),
        ("batch CreateJobQueue", Prepare::Cluster),
        ("codecommit CreateRepository", Prepare::Pipeline),
        ("codepipeline CreatePipeline", Prepare::Pipeline),
        ("amplify CreateApp", Prepare::Pipeline),
        ("amplify CreateBranch", Prepare::Pipeline),
        ("amplify CreateBackendEnvironment", Prepare::Pipeline),
        ("sagemaker CreateDomain", Prepare::ManagedGround),
        ("sagemaker CreateNotebookInstanceLifecycleConfig", Prepare::ManagedGround),
        ("sagemaker CreateStudioLifecycleConfig", Prepare::ManagedGround),
    ] {
        assert_eq!(detail(name, NOTHING, NOTHING), Detail::Prepare(prepare), "{name}");
    }
}

#[test]
fn ingress_from_anywhere_is_told_apart() {
    let ingress = |range: Value| {
        let permission = json!({"ipProtocol": "tcp", "fromPort": 22, "toPort": 22});
        let mut permission = permission;
        permission.as_object_mut().unwrap().extend(range.as_object().unwrap().clone());
        detail(
            "ec2 AuthorizeSecurityGroupIngress",
            json!({"groupId": "sg-1", "ipPermissions": {"items": [permission]}}),
            NOTHING,
        )
    };
    for range in [
        json!({"ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}),
        json!({"ipRanges": {}, "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}}),
    ] {
        assert_eq!(ingress(range), Detail::Prepare(Prepare::IngressFromAnywhere));
    }
    let near = json!({"ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}]}});
    assert_eq!(ingress(near), Detail::Prepare(Prepare::Ingress));
}

#[test]
fn guards_are_weakened() {
    for name in [
        "cloudtrail StopLogging",
        "cloudtrail DeleteTrail",
        "cloudtrail UpdateTrail",
        "cloudtrail PutEventSelectors",
        "cloudtrail PutInsightSelectors",
        "cloudtrail StopEventDataStoreIngestion",
        "cloudtrail DeleteEventDataStore",
        "ec2 DeleteFlowLogs",
        "guardduty DeleteDetector",
        "guardduty UpdateDetector",
        "guardduty DisassociateFromMasterAccount",
        "guardduty DisassociateFromAdministratorAccount",
        "guardduty DisassociateMembers",
        "guardduty StopMonitoringMembers",
        "guardduty DeleteMembers",
        "guardduty DeletePublishingDestination",
        "guardduty DisableOrganizationAdminAccount",
        "guardduty CreateIPSet",
        "guardduty UpdateIPSet",
        "guardduty CreateFilter",
        "config DeleteConfigurationRecorder",
        "config StopConfigurationRecorder",
        "config DeleteDeliveryChannel",
        "securityhub DisableSecurityHub",
        "securityhub DisassociateFromMasterAccount",
        "securityhub DisassociateFromAdministratorAccount",
        "securityhub BatchDisableStandards",
        "organizations LeaveOrganization",
        "organizations DetachPolicy",
        "organizations DisablePolicyType",
        "access-analyzer DeleteAnalyzer",
        "inspector2 Disable",
        "macie2 DisableMacie",
        "detective DeleteGraph",
        "securitylake DeleteDataLake",
        "route53resolver DeleteResolverQueryLogConfig",
        "route53resolver DisassociateResolverQueryLogConfig",
        "ce DeleteAnomalyMonitor",
        "ce DeleteAnomalySubscription",
        "budgets DeleteBudget",
        "budgets DeleteNotification",
        "budgets DeleteBudgetAction",
    ] {
        assert_eq!(detail(name, NOTHING, NOTHING), Detail::Tamper, "{name}");
    }
}

#[test]
fn a_detector_that_is_strengthened_is_no_news() {
    let off = json!({"features": [{"name": "RUNTIME_MONITORING", "status": "DISABLED"}]});
    assert_eq!(detail("guardduty UpdateDetector", off, NOTHING), Detail::Tamper);
    is_not_kept("guardduty UpdateDetector", json!({"detectorId": "d", "enable": true}));
}

#[test]
fn code_and_commands_are_handed_over() {
    let arn = "arn:aws:lambda:us-east-1:1:function:dig:2";
    let function = |role: Option<&str>| {
        Detail::HandOver(HandOver::Function { name: "dig".into(), role: role.map(str::to_owned) })
    };
    let request = json!({"functionName": "dig", "role": DIGGER});
    assert_eq!(detail("lambda CreateFunction20150331", request, NOTHING), function(Some(DIGGER)));
    for name in ["lambda UpdateFunctionCode20150331v2", "lambda UpdateFunctionConfiguration20150331v2"] {
        assert_eq!(
            detail(name, json!({"functionName": arn}), json!({"role": DIGGER})),
            function(Some(DIGGER))
        );
    }
    for (name, request) in [
        ("ssm SendCommand", json!({"instanceIds": ["i-0aaaaaaaa"], "documentName": "AWS-RunShellScript"})),
        ("ssm StartSession", json!({"target": "i-0aaaaaaaa"})),
        ("ssm ResumeSession", json!({"target": "i-0aaaaaaaa"})),
        ("ec2-instance-connect SendSSHPublicKey", json!({"instanceId": "i-0aaaaaaaa"})),
        ("ec2-instance-connect SendSerialConsoleSSHPublicKey", json!({"instanceId": "i-0aaaaaaaa"})),
        ("ecs ExecuteCommand", json!({"task": "arn:aws:ecs:us-east-1:1:task/pit/i-0aaaaaaaa"})),
    ] {
        let expected = Detail::HandOver(HandOver::Instances { ids: vec!["i-0aaaaaaaa".into()] });
        assert_eq!(detail(name, request, NOTHING), expected, "{name}");
    }
}

#[test]
fn a_function_is_public_only_without_a_lock() {
    let public = Detail::PublicUrl { function: "dig".into() };
    for name in ["lambda CreateFunctionUrlConfig", "lambda UpdateFunctionUrlConfig"] {
        let request = |lock: &str| json!({"functionName": "dig", "authType": lock});
        assert_eq!(detail(name, request("NONE"), NOTHING), public, "{name}");
        is_not_kept(name, request("AWS_IAM"));
    }
    let request = |principal: &str| json!({"functionName": "dig", "principal": principal});
    assert_eq!(detail("lambda AddPermission20150331v2", request("*"), NOTHING), public);
    is_not_kept("lambda AddPermission20150331v2", request("s3.amazonaws.com"));
}

#[test]
fn addresses_are_given_to_instances() {
    let address = "203.0.113.9".parse().ok();
    let allocation = Reach::Allocation { allocation: "eipalloc-1".into(), address: address.unwrap() };
    let answer = json!({"allocationId": "eipalloc-1", "publicIp": "203.0.113.9"});
    assert_eq!(detail("ec2 AllocateAddress", NOTHING, answer), Detail::Reach(allocation));
    let request = json!({"instanceId": "i-0aaaaaaaa", "allocationId": "eipalloc-1"});
    assert_eq!(
        detail("ec2 AssociateAddress", request, NOTHING),
        Detail::Reach(Reach::Instance {
            instance: "i-0aaaaaaaa".into(),
            address: None,
            allocation: Some("eipalloc-1".into())
        }),
    );
    assert_eq!(
        detail("ec2 AttachNetworkInterface", json!({"instanceId": "i-0aaaaaaaa"}), NOTHING),
        Detail::Reach(Reach::Instance { instance: "i-0aaaaaaaa".into(), address: None, allocation: None }),
    );
    is_not_kept("ec2 AllocateAddress", json!({"domain": "vpc"}));
}

#[test]
fn gateways_and_endpoints_stand_before_a_vpc() {
    let answer = json!({"CreateNatGatewayResponse": {"natGateway": {
        "vpcId": "vpc-1", "natGatewayAddressSet": {"item": {"allocationId": "eipalloc-1"}}
    }}});
    let nat = Reach::Nat { vpc: Some("vpc-1".into()), address: None, allocation: Some("eipalloc-1".into()) };
    assert_eq!(detail("ec2 CreateNatGateway", NOTHING, answer), Detail::Reach(nat));
    let answer =
        json!({"CreateVpcEndpointResponse": {"vpcEndpoint": {"vpcEndpointId": "vpce-1", "vpcId": "vpc-1"}}});
    let endpoint = Reach::Endpoint { endpoint: "vpce-1".into(), vpc: Some("vpc-1".into()) };
    assert_eq!(detail("ec2 CreateVpcEndpoint", NOTHING, answer), Detail::Reach(endpoint));
}

#[test]
fn look_ups_are_sorted_by_what_they_are_after() {
    for (name, look) in [
        ("ec2 DescribeRegions", Look::Compute),
        ("ec2 DescribeInstanceTypeOfferings", Look::Compute),
        ("ec2 DescribeSpotPriceHistory", Look::Compute),
        ("sts GetCallerIdentity", Look::Identity),
        ("iam ListAttachedUserPolicies", Look::Identity),
        ("ce GetCostAndUsage", Look::Spend),
        ("ce GetCostForecast", Look::Spend),
        ("budgets DescribeBudgets", Look::Spend),
        ("guardduty ListFindings", Look::Detectors),
        ("ses GetSendQuota", Look::Abuse),
    ] {
        assert_eq!(detail(name, NOTHING, NOTHING), Detail::Look(look), "{name}");
    }
}
