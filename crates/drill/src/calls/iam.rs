//! Identities made and changed. IAM is recorded in `us-east-1` wherever the caller sits.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actor::{Actor, Role, User};
use crate::log::{Call, Log};
use crate::organisation::Account;
use crate::time::american;

/// Where IAM's records go.
const REGION: &str = "us-east-1";

/// Starts a record of IAM operation `name`.
pub(crate) fn iam<'a>(log: &'a mut Log, actor: &'a Actor, time: Timestamp, name: &'a str) -> Call<'a> {
    log.call(actor, time, REGION, "iam", name)
}

/// Writes `CreateUser` and returns the user; its key is not valid before [`create_access_key`].
pub(crate) fn create_user(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    account: &Account,
    name: &str,
) -> User {
    let user = account.user(name);
    let response = json!({"user": {
        "path": "/", "userName": name, "userId": user.id, "arn": user.arn(), "createDate": american(time),
    }});
    iam(log, actor, time, "CreateUser").request(json!({"userName": name})).response(response).send();
    user
}

/// Writes `CreateAccessKey` for `user` and returns the new long-term key id.
pub(crate) fn create_access_key(log: &mut Log, actor: &Actor, time: Timestamp, user: &User) -> String {
    let key = log.ids().iam_id("AKIA", &user.account);
    let response = json!({"accessKey": {
        "accessKeyId": key, "createDate": american(time), "status": "Active", "userName": user.name,
    }});
    iam(log, actor, time, "CreateAccessKey")
        .request(json!({"userName": user.name}))
        .response(response)
        .send();
    key
}

/// Writes `CreateLoginProfile`: a console password for `user`.
pub(crate) fn create_login_profile(log: &mut Log, actor: &Actor, time: Timestamp, user: &User) -> String {
    let response = json!({"loginProfile": {
        "userName": user.name, "createDate": american(time), "passwordResetRequired": false,
    }});
    iam(log, actor, time, "CreateLoginProfile")
        .request(json!({"userName": user.name, "passwordResetRequired": false}))
        .response(response)
        .send()
}

/// Writes `AttachUserPolicy` of the AWS managed policy `policy`.
pub(crate) fn attach_user_policy(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    user: &User,
    policy: &str,
) -> String {
    let request = json!({"userName": user.name, "policyArn": format!("arn:aws:iam::aws:policy/{policy}")});
    iam(log, actor, time, "AttachUserPolicy").request(request).send()
}

/// Writes `CreateRole` that `trusted`, a service or account, may assume, and returns the role.
pub(crate) fn create_role(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    account: &Account,
    name: &str,
    trusted: &Value,
) -> Role {
    let role = account.role(name);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}],
    })
    .to_string();
    let response = json!({"role": {
        "path": "/", "roleName": name, "roleId": role.id, "arn": role.arn(), "createDate": american(time),
        "assumeRolePolicyDocument": policy,
    }});
    iam(log, actor, time, "CreateRole")
        .request(json!({"roleName": name, "assumeRolePolicyDocument": policy}))
        .response(response)
        .send();
    role
}

/// Writes `AttachRolePolicy` of the AWS managed policy `policy`.
pub(crate) fn attach_role_policy(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    role: &Role,
    policy: &str,
) -> String {
    let request = json!({"roleName": role.name, "policyArn": format!("arn:aws:iam::aws:policy/{policy}")});
    iam(log, actor, time, "AttachRolePolicy").request(request).send()
}

/// Writes `CreateServiceLinkedRole` for `service`, a full service name.
pub(crate) fn create_service_linked_role(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    service: &str,
) -> String {
    iam(log, actor, time, "CreateServiceLinkedRole").request(json!({"aWSServiceName": service})).send()
}
