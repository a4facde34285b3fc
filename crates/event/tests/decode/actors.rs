//! Who called, however the record says it.

use event::actor::{Actor, Attribution, Delivery, IdentityKind, Workload};
use event::decode::actor::actor;
use serde_json::{Value, json};

fn actor_of(identity: Value) -> Actor {
    actor(&json!({"userIdentity": identity}))
}

fn principal_of(identity: Value) -> String {
    actor_of(identity).principal
}

#[test]
fn a_session_belongs_to_its_role_with_the_roles_path() {
    let actor = actor_of(json!({
        "type": "AssumedRole", "accountId": "111122223333", "accessKeyId": "ASIASESSION000000001",
        "arn": "arn:aws:sts::111122223333:assumed-role/digger/shift-1",
        "sessionContext": {
            "attributes": {"creationDate": "2026-03-01T03:00:00Z", "mfaAuthenticated": "true"},
            "sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/deep/digger"}
        }
    }));
    assert_eq!(actor.principal, "arn:aws:iam::111122223333:role/deep/digger");
    assert_eq!(actor.session.as_deref(), Some("shift-1"));
    assert_eq!((actor.mfa, actor.issued.is_some()), (Some(true), true));
    assert_eq!((actor.kind, actor.instance, actor.workload), (IdentityKind::AssumedRole, None, None));
}

#[test]
fn without_an_issuer_the_role_is_rebuilt() {
    for (identity, principal) in [
        (
            json!({"type": "AssumedRole", "arn": "arn:aws-cn:sts::111122223333:assumed-role/digger/a"}),
            "arn:aws-cn:iam::111122223333:role/digger",
        ),
        (
            json!({"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/aws:ec2-instance/i-0aaaaaaaa"}),
            "arn:aws:iam::111122223333:role/aws:ec2-instance",
        ),
        (
            json!({"type": "AssumedRole", "accountId": "1", "sessionContext": {"sessionIssuer": {
                "accountId": "2222", "userName": "digger"}}}),
            "arn:aws:iam::2222:role/digger",
        ),
        (json!({"type": "AssumedRole", "principalId": "AROADIGGER:a"}), "principal:AROADIGGER"),
    ] {
        assert_eq!(principal_of(identity.clone()), principal, "{identity}");
    }
}

#[test]
fn users_root_and_services_have_one_spelling_each() {
    for (identity, principal) in [
        (json!({"type": "IAMUser", "arn": "arn:aws:iam::1:user/x/eve"}), "arn:aws:iam::1:user/x/eve"),
        (json!({"type": "IAMUser", "accountId": "1", "userName": "eve"}), "arn:aws:iam::1:user/eve"),
        (json!({"type": "Root", "accountId": "1"}), "arn:aws:iam::1:root"),
        (json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}), "service:ec2.amazonaws.com"),
        (json!({"accountId": "1", "invokedBy": "ec2.amazonaws.com"}), "service:ec2.amazonaws.com"),
        (json!({"type": "AWSAccount", "accountId": "9", "principalId": "AROAFAR:eve"}), "principal:AROAFAR"),
        (json!({"type": "AWSAccount", "accountId": "9"}), "account:9"),
        (
            json!({"type": "WebIdentityUser", "identityProvider": "accounts.example.com", "userName": "eve"}),
            "federated:accounts.example.com/eve",
        ),
        (
            json!({"type": "SAMLUser", "identityProvider": "idp", "userName": "eve", "principalId": "x:eve"}),
            "federated:idp/eve",
        ),
        (
            json!({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "94f8"}}),
            "federated:identity-center/94f8",
        ),
        (
            json!({"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/eve", "sessionContext": {
                "sessionIssuer": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/eve"}}}),
            "arn:aws:iam::1:user/eve",
        ),
        (
            json!({"type": "Unknown", "arn": "arn:aws:sts::1:assumed-role/digger/a"}),
            "arn:aws:iam::1:role/digger",
        ),
        (json!({}), "unknown"),
        (json!(null), "unknown"),
        (json!("root"), "unknown"),
    ] {
        assert_eq!(principal_of(identity.clone()), principal, "{identity}");
    }
}

#[test]
fn root_on_behalf_of_a_service_is_no_person() {
    let actor = actor_of(json!({
        "type": "Root", "arn": "arn:aws:iam::1:root", "invokedBy": "autoscaling.amazonaws.com"
    }));
    assert_eq!(actor.kind, IdentityKind::Root);
    assert_eq!(actor.invoked_by.as_deref(), Some("autoscaling.amazonaws.com"));
    assert!(actor.is_service_made() && !actor.console);
}

#[test]
fn a_person_at_the_console_is_no_service() {
    for invoked_by in ["signin.amazonaws.com", "AWS Internal"] {
        let actor = actor_of(json!({
            "type": "IAMUser", "arn": "arn:aws:iam::1:user/eve", "invokedBy": invoked_by
        }));
        assert_eq!(actor.invoked_by, None, "{invoked_by}");
        assert!(actor.console && !actor.is_service_made());
    }
}

#[test]
fn a_forged_agent_does_not_make_a_console_of_a_long_term_key() {
    let with_key = |key: &str| {
        actor(&json!({
            "userAgent": "console.ec2.amazonaws.com",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/eve", "accessKeyId": key}
        }))
    };
    assert!(!with_key("AKIAMALLORY000000001").console);
    assert!(with_key("ASIASESSION000000001").console);
}

#[test]
fn what_aws_says_about_the_console_holds() {
    let said = |said: &str| {
        actor(&json!({
            "sessionCredentialFromConsole": said, "sourceIPAddress": "AWS Internal",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/eve"}
        }))
    };
    assert!(said("true").console && !said("false").console);
}

fn instance_session(session: &str, context: Value, scope: Value) -> Actor {
    actor_of(json!({
        "type": "AssumedRole", "arn": format!("arn:aws:sts::1:assumed-role/web/{session}"),
        "sessionContext": context, "inScopeOf": scope
    }))
}

#[test]
fn an_instance_credential_is_known_by_the_strongest_mark() {
    let scope = json!({
        "issuerType": "AWS::EC2::Instance",
        "credentialsIssuedTo": "arn:aws:ec2:us-east-1:1:instance/i-0aaaaaaaabbbbbbbb"
    });
    let delivered = json!({"ec2RoleDelivery": "1.0"});
    for (actor, attribution) in [
        (instance_session("i-0aaaaaaaabbbbbbbb", delivered.clone(), scope), Attribution::InScopeOf),
        (instance_session("i-0aaaaaaaabbbbbbbb", delivered.clone(), json!({})), Attribution::Ec2RoleDelivery),
        (instance_session("i-0aaaaaaaabbbbbbbb", json!({}), json!({})), Attribution::SessionName),
    ] {
        let instance = actor.instance.expect("an instance");
        assert_eq!((instance.id.as_str(), instance.attribution), ("i-0aaaaaaaabbbbbbbb", attribution));
    }
    let v2 = instance_session("i-0aaaaaaaa", json!({"ec2RoleDelivery": "2.0"}), json!({}));
    assert_eq!(v2.delivery, Some(Delivery::V2));
}

#[test]
fn anonymised_ids_are_instances_and_other_names_are_not() {
    assert!(instance_session("i-786a3A8B5C0d92eF4", json!({}), json!({})).instance.is_some());
    for name in ["i-short", "i-0aaaaaaaabbbbbbbbcccc", "i-0aaaa_aaa", "mi-0aaaaaaaabbbbbbbb", "eve", ""] {
        assert_eq!(instance_session(name, json!({}), json!({})).instance, None, "{name}");
    }
}

#[test]
fn functions_tasks_and_pods_are_known_by_their_own_marks() {
    let scope = |kind: &str| json!({"issuerType": kind, "credentialsIssuedTo": "arn:x"});
    let pod = json!({"webIdFederationData": {
        "federatedProvider": "arn:aws:iam::1:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/9F"
    }});
    let task = "0123456789abcdef0123456789abcdef";
    let agent = "eks-pit-digger-5e1f6d1c-7c70-4c1c-8d7e-0a4f6e3f1a01";
    for (actor, workload) in [
        (instance_session("dig", json!({}), scope("AWS::Lambda::Function")), Some(Workload::Lambda)),
        (instance_session("dig", json!({}), scope("AWS::ECS::Task")), Some(Workload::EcsTask)),
        (instance_session("dig", pod, json!({})), Some(Workload::Pod)),
        (instance_session(task, json!({}), json!({})), Some(Workload::EcsTask)),
        (instance_session(agent, json!({}), json!({})), Some(Workload::Pod)),
        (instance_session("dig", json!({}), json!({})), None),
    ] {
        assert_eq!(actor.workload, workload, "{:?}", actor.session);
    }
}

#[test]
fn a_masked_key_ties_nobody_together() {
    let key = |key: &str| actor_of(json!({"type": "IAMUser", "userName": "eve", "accessKeyId": key})).key;
    for masked in ["AKIA****************", "...", "", "HIDDEN_DUE_TO_SECURITY_REASONS"] {
        assert_eq!(key(masked), None, "{masked}");
    }
    assert_eq!(key("ASIASESSION000000001").as_deref(), Some("ASIASESSION000000001"));
}

#[test]
fn members_in_lower_case_are_read_too() {
    let actor = actor_of(json!({
        "type": "IAMUser", "arn": "arn:aws:iam::1:user/eve", "accountid": "1", "accesskeyid": "AKIAMALLORY000000001"
    }));
    assert_eq!((actor.account.as_str(), actor.key.as_deref()), ("1", Some("AKIAMALLORY000000001")));
}
