//! Credentials, identities, quotas, guards and the rest: one story each.

use event::Detail;
use event::event::{HandOver, Issue, IssueKind, Login, Look, Mint, MintKind, Prepare, QuotaAsk, Reach};
use serde_json::{Value, json};

use crate::{detail, event_of, is_not_kept, record, refused};

const NOTHING: Value = Value::Null;
const DIGGER: &str = "arn:aws:iam::111122223333:role/deep/digger";
const MALLORY: &str = "arn:aws:iam::111122223333:user/team/mallory";

fn issue(kind: IssueKind, key: Option<&str>, principal: Option<&str>, session: Option<&str>) -> Detail {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Detail::Issue(Issue { kind, key: text(key), principal: text(principal), session: text(session) })
}

fn mint(kind: MintKind, target: &str, policy: Option<&str>, admin: bool) -> Detail {
    Detail::Mint(Mint { kind, target: target.into(), policy: policy.map(str::to_owned), admin })
}

#[test]
fn every_way_to_assume_a_role_issues_a_key() {
    let request = json!({"roleArn": DIGGER, "roleSessionName": "shift"});
    let answer = json!({"credentials": {"accessKeyId": "ASIASESSION000000001", "sessionToken": "x"}});
    for (name, kind) in [
        ("sts AssumeRole", IssueKind::AssumeRole),
        ("sts AssumeRoleWithSAML", IssueKind::Saml),
        ("sts AssumeRoleWithWebIdentity", IssueKind::WebIdentity),
        ("cognito-identity GetCredentialsForIdentity", IssueKind::WebIdentity),
    ] {
        let expected = issue(kind, Some("ASIASESSION000000001"), Some(DIGGER), Some("shift"));
        assert_eq!(detail(name, request.clone(), answer.clone()), expected, "{name}");
    }
}

#[test]
fn a_refused_role_is_named_by_the_refusal() {
    let message = "User: arn:aws:iam::1:user/eve is not authorized to perform: sts:AssumeRole on resource: \
                   arn:aws:iam::2:role/admin";
    let expected = issue(IssueKind::AssumeRole, None, Some("arn:aws:iam::2:role/admin"), None);
    assert_eq!(refused("sts AssumeRole", message), expected);
}

#[test]
fn pods_and_outside_workloads_get_roles_too() {
    let answer = json!({
        "credentials": {"accessKeyId": "ASIASESSION000000001"},
        "assumedRoleUser": {"arn": "arn:aws:sts::111122223333:assumed-role/digger/eks-pit"}
    });
    let role = "arn:aws:iam::111122223333:role/digger";
    assert_eq!(
        detail("eks-auth AssumeRoleForPodIdentity", json!({"clusterName": "pit"}), answer),
        issue(IssueKind::WebIdentity, Some("ASIASESSION000000001"), Some(role), Some("eks-pit")),
    );
    let answer = json!({"credentialSet": [{"credentials": {"accessKeyId": "ASIASESSION000000001"}}]});
    assert_eq!(
        detail("rolesanywhere CreateSession", json!({"roleArn": DIGGER}), answer),
        issue(IssueKind::AssumeRole, Some("ASIASESSION000000001"), Some(DIGGER), None),
    );
}

#[test]
fn a_session_of_ones_own_speaks_for_its_caller() {
    let answer = json!({"credentials": {"accessKeyId": "ASIASESSION000000001"}});
    for (name, kind) in [
        ("sts GetSessionToken", IssueKind::SessionToken),
        ("sts GetFederationToken", IssueKind::FederationToken),
        ("sts GetWebIdentityToken", IssueKind::WebIdentity),
        ("signin GetSigninToken", IssueKind::FederationToken),
    ] {
        let expected = issue(kind, Some("ASIASESSION000000001"), Some(MALLORY), Some("n"));
        assert_eq!(detail(name, json!({"name": "n"}), answer.clone()), expected, "{name}");
    }
}

#[test]
fn a_session_of_a_members_root_speaks_for_that_root() {
    let answer = json!({"credentials": {"accessKeyId": "ASIASESSION000000001"}});
    assert_eq!(
        detail("sts AssumeRoot", json!({"targetPrincipal": "444455556666"}), answer),
        issue(IssueKind::Root, Some("ASIASESSION000000001"), Some("arn:aws:iam::444455556666:root"), None),
    );
}

#[test]
fn an_access_key_is_for_the_named_user_or_for_the_caller() {
    let answer = |user: &str| json!({"accessKey": {"accessKeyId": "AKIANEW0000000000001", "userName": user}});
    let for_user = |user: &str| issue(IssueKind::AccessKey, Some("AKIANEW0000000000001"), Some(user), None);
    assert_eq!(
        detail("iam CreateAccessKey", json!({"userName": "backup"}), answer("backup")),
        for_user("arn:aws:iam::111122223333:user/backup"),
    );
    assert_eq!(detail("iam CreateAccessKey", NOTHING, answer("mallory")), for_user(MALLORY));
    let expected = issue(IssueKind::AccessKey, None, Some(MALLORY), None);
    assert_eq!(detail("iam CreateAccessKey", NOTHING, NOTHING), expected);
}

#[test]
fn a_key_that_is_switched_on_counts_as_a_new_one() {
    let update =
        |status: &str| json!({"userName": "backup", "accessKeyId": "AKIANEW0000000000001", "status": status});
    let user = Some("arn:aws:iam::111122223333:user/backup");
    assert_eq!(
        detail("iam UpdateAccessKey", update("Active"), NOTHING),
        issue(IssueKind::AccessKey, Some("AKIANEW0000000000001"), user, None),
    );
    is_not_kept("iam UpdateAccessKey", update("Inactive"));
}

#[test]
fn identity_center_names_the_permission_set() {
    let mut record = record("sso GetRoleCredentials");
    record["serviceEventDetails"] = json!({"role_name": "AdministratorAccess", "account_id": "1"});
    let expected = issue(IssueKind::Sso, None, Some("AdministratorAccess"), None);
    assert_eq!(event_of(&record).detail, expected);
}

#[test]
fn a_login_tells_success_and_second_factor() {
    let login = |said: &str, mfa: &str, kind: &str| {
        let mut record = record("signin ConsoleLogin");
        record["responseElements"] = json!({"ConsoleLogin": said});
        record["additionalEventData"] = json!({"MFAUsed": mfa});
        record["userIdentity"]["type"] = json!(kind);
        event_of(&record)
    };
    let good = login("Success", "Yes", "IAMUser");
    assert_eq!(good.detail, Detail::Login(Login { success: true, mfa: Some(true) }));
    let bad = login("Failure", "No", "IAMUser");
    assert_eq!(bad.detail, Detail::Login(Login { success: false, mfa: Some(false) }));
    assert!(!bad.succeeded());
    // The identity provider asked for the second factor, or did not; AWS cannot know.
    let federated = login("Success", "No", "AssumedRole");
    assert_eq!(federated.detail, Detail::Login(Login { success: true, mfa: None }));
}

#[test]
fn new_identities_are_named_by_their_arn() {
    let user = json!({"user": {"arn": "arn:aws:iam::111122223333:user/x/backup"}});
    assert_eq!(
        detail("iam CreateUser", json!({"userName": "backup"}), user),
        mint(MintKind::User, "arn:aws:iam::111122223333:user/x/backup", None, false),
    );
    assert_eq!(
        detail("iam CreateRole", json!({"roleName": "dig"}), json!({"role": {"arn": DIGGER}})),
        mint(MintKind::Role, DIGGER, None, false),
    );
    let profile = "arn:aws:iam::111122223333:instance-profile/dig";
    assert_eq!(
        detail("iam CreateInstanceProfile", json!({"instanceProfileName": "dig"}), NOTHING),
        mint(MintKind::InstanceProfile, profile, None, false),
    );
    for name in ["sso-directory CreateUser", "identitystore CreateUser"] {
        assert_eq!(
            detail(name, json!({"userName": "eve"}), json!({"userId": "94f8"})),
            mint(MintKind::User, "94f8", None, false),
        );
    }
}

#[test]
fn passwords_and_trust() {
    for name in ["iam CreateLoginProfile", "iam UpdateLoginProfile"] {
        let target = "arn:aws:iam::111122223333:user/backup";
        let expected = mint(MintKind::LoginProfile, target, None, false);
        assert_eq!(detail(name, json!({"userName": "backup"}), NOTHING), expected, "{name}");
    }
    assert_eq!(
        detail("iam UpdateAssumeRolePolicy", json!({"roleName": "dig"}), NOTHING),
        mint(MintKind::Trust, "arn:aws:iam::111122223333:role/dig", None, false),
    );
    let message = "User: arn:u is not authorized to perform: iam:CreateLoginProfile on resource: \
                   arn:aws:iam::1:user/boss because no identity-based policy allows it";
    let expected = mint(MintKind::LoginProfile, "arn:aws:iam::1:user/boss", None, false);
    assert_eq!(refused("iam CreateLoginProfile", message), expected);
}

#[test]
fn attached_policies_are_judged_by_name() {
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (name, parameter, noun) in [
        ("iam AttachUserPolicy", "userName", "user"),
        ("iam AttachRolePolicy", "roleName", "role"),
        ("iam AttachGroupPolicy", "groupName", "group"),
    ] {
        let target = format!("arn:aws:iam::111122223333:{noun}/x");
        let request = json!({parameter: "x", "policyArn": admin});
        assert_eq!(detail(name, request, NOTHING), mint(MintKind::Permission, &target, Some(admin), true));
    }
    // A policy of one's own may have any name.
    let own = "arn:aws:iam::111122223333:policy/AdministratorAccess";
    let request = json!({"userName": "x", "policyArn": own});
    let target = "arn:aws:iam::111122223333:user/x";
    let expected = mint(MintKind::Permission, target, Some(own), false);
    assert_eq!(detail("iam AttachUserPolicy", request, NOTHING), expected);
}

#[test]
fn written_policies_are_judged_by_what_they_allow() {
    let document = |effect: &str, action: Value| {
        json!({"Statement": {"Effect": effect, "Action": action, "Resource": ["*"]}}).to_string()
    };
    for (name, parameter) in [
        ("iam PutUserPolicy", "userName"),
        ("iam PutRolePolicy", "roleName"),
        ("iam PutGroupPolicy", "groupName"),
    ] {
        for (text, admin) in [
            (document("Allow", json!("*")), true),
            (document("Allow", json!(["s3:Get*", "*:*"])), true),
            (document("Allow", json!("s3:*")), false),
            (document("Deny", json!("*")), false),
            ("{".to_owned(), false),
        ] {
            let request = json!({parameter: "x", "policyName": "dq", "policyDocument": text});
            let Detail::Mint(mint) = detail(name, request, NOTHING) else { panic!("a mint") };
            assert_eq!((mint.admin, mint.policy.as_deref()), (admin, Some("dq")), "{name} {text}");
        }
    }
}

#[test]
fn other_ways_to_more_permission() {
    let user = "arn:aws:iam::111122223333:user/x";
    let expected = mint(MintKind::Permission, user, Some("admins"), false);
    assert_eq!(
        detail("iam AddUserToGroup", json!({"userName": "x", "groupName": "admins"}), NOTHING),
        expected,
    );
    for name in ["iam CreatePolicyVersion", "iam SetDefaultPolicyVersion"] {
        let expected = mint(MintKind::Permission, "arn:p", Some("arn:p"), false);
        assert_eq!(detail(name, json!({"policyArn": "arn:p"}), NOTHING), expected);
    }
    let expected = mint(MintKind::Permission, user, None, false);
    assert_eq!(detail("iam DeleteUserPermissionsBoundary", json!({"userName": "x"}), NOTHING), expected);
    let role = "arn:aws:iam::111122223333:role/x";
    let expected = mint(MintKind::Permission, role, None, false);
    assert_eq!(detail("iam DeleteRolePermissionsBoundary", json!({"roleName": "x"}), NOTHING), expected);
    let request = json!({"principalId": "94f8", "permissionSetArn": "arn:ps", "targetId": "1"});
    let expected = mint(MintKind::Permission, "94f8", Some("arn:ps"), false);
    assert_eq!(detail("sso CreateAccountAssignment", request, NOTHING), expected);
    for name in ["eks CreateAccessEntry", "eks AssociateAccessPolicy"] {
        let request = json!({"principalArn": DIGGER, "policyArn": "arn:cluster-admin"});
        let expected = mint(MintKind::Permission, DIGGER, Some("arn:cluster-admin"), false);
        assert_eq!(detail(name, request, NOTHING), expected);
    }
}

#[test]
fn instance_profiles_are_filled_and_bound() {
    let request = json!({"instanceProfileName": "dig", "roleName": "admin"});
    let profile = "arn:aws:iam::111122223333:instance-profile/dig";
    let expected = mint(MintKind::InstanceProfile, profile, Some("admin"), false);
    assert_eq!(detail("iam AddRoleToInstanceProfile", request, NOTHING), expected);
    let request = json!({"AssociateIamInstanceProfileRequest": {
        "InstanceId": "i-0aaaaaaaa", "IamInstanceProfile": {"Name": "dig"}
    }});
    let expected = mint(MintKind::InstanceProfile, "i-0aaaaaaaa", Some("dig"), false);
    assert_eq!(detail("ec2 AssociateIamInstanceProfile", request, NOTHING), expected);
    let request = json!({"ReplaceIamInstanceProfileAssociationRequest": {
        "AssociationId": "iip-1", "IamInstanceProfile": {"Name": "dig"}
    }});
    let answer = json!({"ReplaceIamInstanceProfileAssociationResponse": {
        "iamInstanceProfileAssociation": {"instanceId": "i-0aaaaaaaa"}
    }});
    assert_eq!(detail("ec2 ReplaceIamInstanceProfileAssociation", request, answer), expected);
}

#[test]
fn providers_and_accounts() {
    for (name, request, answer) in [
        ("iam CreateSAMLProvider", json!({"name": "p"}), json!({"sAMLProviderArn": "arn:p"})),
        ("iam UpdateSAMLProvider", json!({"sAMLProviderArn": "arn:p"}), NOTHING),
        (
            "iam CreateOpenIDConnectProvider",
            json!({"url": "https://x"}),
            json!({"openIDConnectProviderArn": "arn:p"}),
        ),
        (
            "rolesanywhere CreateTrustAnchor",
            json!({"name": "p"}),
            json!({"trustAnchor": {"trustAnchorArn": "arn:p"}}),
        ),
    ] {
        assert_eq!(detail(name, request, answer), mint(MintKind::Provider, "arn:p", None, false), "{name}");
    }
    assert_eq!(
        detail(
            "organizations CreateAccount",
            json!({"accountName": "x"}),
            json!({"createAccountStatus": {"id": "car-1"}})
        ),
        mint(MintKind::Account, "car-1", None, false),
    );
    assert_eq!(
        detail(
            "organizations InviteAccountToOrganization",
            json!({"target": {"id": "9", "type": "ACCOUNT"}}),
            NOTHING
        ),
        mint(MintKind::Account, "9", None, false),
    );
}

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
