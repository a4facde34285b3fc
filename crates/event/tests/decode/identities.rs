//! Credentials issued, sign-ins, and identities made or strengthened: one story each.

use event::Detail;
use event::event::{Issue, IssueKind, Login, Mint, MintKind};
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
fn a_refusal_of_iam_names_whom_it_protects() {
    for (name, resource, target) in [
        ("iam PutUserPolicy", "user boss", "arn:aws:iam::111122223333:user/boss"),
        ("iam PutRolePolicy", "role deep", "arn:aws:iam::111122223333:role/deep"),
        (
            "iam AddRoleToInstanceProfile",
            "instance profile dig",
            "arn:aws:iam::111122223333:instance-profile/dig",
        ),
        ("iam SetDefaultPolicyVersion", "policy arn:aws:iam::1:policy/p", "arn:aws:iam::1:policy/p"),
    ] {
        let message = format!(
            "User: {MALLORY} is not authorized to perform: it on resource: {resource} because no \
             identity-based policy allows it"
        );
        let Detail::Mint(mint) = refused(name, &message) else { panic!("a mint") };
        assert_eq!(mint.target, target, "{name}");
    }
    let message =
        "User: u is not authorized to perform: iam:CreateAccessKey on resource: user boss because no";
    let boss = issue(IssueKind::AccessKey, None, Some("arn:aws:iam::111122223333:user/boss"), None);
    assert_eq!(refused("iam CreateAccessKey", message), boss);
}
