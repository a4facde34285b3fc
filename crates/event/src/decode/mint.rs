//! Identities made or strengthened: users, roles, permissions, providers, accounts.
//!
//! Blind spots: whether a policy is an administrator's is judged by well-known managed
//! policies and by `*` on `*`; a policy that lets its holder become administrator in two
//! steps is not seen through.

use serde_json::Value;

use super::issue::user_or_caller;
use super::{iam_arn, identity_in};
use crate::event::{Detail, Mint, MintKind};
use crate::launch::call::{Call, Node, kept, last_part};
use crate::launch::{Row, detail};

pub(super) const ROWS: &[Row] = &[
    detail("iam", "CreateUser", |call| made(call, MintKind::User, "user", "user.arn", "userName")),
    detail("iam", "CreateRole", |call| made(call, MintKind::Role, "role", "role.arn", "roleName")),
    detail("iam", "CreateLoginProfile", |call| own_user(call, MintKind::LoginProfile)),
    detail("iam", "UpdateLoginProfile", |call| own_user(call, MintKind::LoginProfile)),
    detail("iam", "UpdateAssumeRolePolicy", |call| named(call, MintKind::Trust, "role", "roleName", None)),
    detail("iam", "AttachUserPolicy", |call| permitted(call, "user", "userName")),
    detail("iam", "AttachRolePolicy", |call| permitted(call, "role", "roleName")),
    detail("iam", "AttachGroupPolicy", |call| permitted(call, "group", "groupName")),
    detail("iam", "PutUserPolicy", |call| permitted(call, "user", "userName")),
    detail("iam", "PutRolePolicy", |call| permitted(call, "role", "roleName")),
    detail("iam", "PutGroupPolicy", |call| permitted(call, "group", "groupName")),
    detail("iam", "AddUserToGroup", |call| {
        named(call, MintKind::Permission, "user", "userName", Some("groupName"))
    }),
    detail("iam", "CreatePolicyVersion", policy_version),
    detail("iam", "SetDefaultPolicyVersion", policy_version),
    detail("iam", "DeleteUserPermissionsBoundary", |call| permitted(call, "user", "userName")),
    detail("iam", "DeleteRolePermissionsBoundary", |call| permitted(call, "role", "roleName")),
    detail("iam", "CreateInstanceProfile", |call| {
        made(
            call,
            MintKind::InstanceProfile,
            "instance-profile",
            "instanceProfile.arn",
            "instanceProfileName",
        )
    }),
    detail("iam", "AddRoleToInstanceProfile", |call| {
        named(call, MintKind::InstanceProfile, "instance-profile", "instanceProfileName", Some("roleName"))
    }),
    detail("ec2", "AssociateIamInstanceProfile", bound_profile),
    detail("ec2", "ReplaceIamInstanceProfileAssociation", bound_profile),
    detail("iam", "CreateSAMLProvider", |call| provider(call, &["sAMLProviderArn", "name"])),
    detail("iam", "UpdateSAMLProvider", |call| provider(call, &["sAMLProviderArn"])),
    detail("iam", "CreateOpenIDConnectProvider", |call| provider(call, &["openIDConnectProviderArn", "url"])),
    detail("rolesanywhere", "CreateTrustAnchor", |call| {
        provider(call, &["trustAnchor.trustAnchorArn", "name"])
    }),
    detail("organizations", "CreateAccount", account),
    detail("organizations", "InviteAccountToOrganization", account),
    detail("sso", "CreateAccountAssignment", account_assignment),
    detail("sso-directory", "CreateUser", directory_user),
    detail("identitystore", "CreateUser", directory_user),
    detail("eks", "CreateAccessEntry", cluster_access),
    detail("eks", "AssociateAccessPolicy", cluster_access),
];

/// Managed policies with which one is, or can make oneself, an administrator.
const ADMIN_POLICIES: &[&str] = &["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

fn mint(kind: MintKind, target: String, policy: Option<String>, admin: bool) -> Option<Detail> {
    Some(Detail::Mint(Mint { kind, target, policy, admin }))
}

/// Something new, whose arn stands in the answer.
fn made(call: &Call<'_>, kind: MintKind, noun: &str, arn: &str, name: &str) -> Option<Detail> {
    let target = call.response.at(arn).owned();
    let target = target.unwrap_or_else(|| target_of(call, noun, name));
    mint(kind, target, None, false)
}

fn named(call: &Call<'_>, kind: MintKind, noun: &str, name: &str, policy: Option<&str>) -> Option<Detail> {
    let policy = policy.and_then(|policy| call.request.get(policy).owned());
    mint(kind, target_of(call, noun, name), policy, false)
}

/// The arn of whom the request names, or whom the refusal names; else nothing.
fn target_of(call: &Call<'_>, noun: &str, name: &str) -> String {
    match call.request.get(name).text() {
        Some(name) => iam_arn(call, noun, name).into_owned(),
        None => identity_in(call, noun).unwrap_or_default(),
    }
}

fn own_user(call: &Call<'_>, kind: MintKind) -> Option<Detail> {
    let user = call.request.get("userName").text();
    let refused = user.is_none().then(|| identity_in(call, "user")).flatten();
    let target = refused.unwrap_or_else(|| user_or_caller(call, user));
    mint(kind, target, None, false)
}

fn permitted(call: &Call<'_>, noun: &str, name: &str) -> Option<Detail> {
    let request = call.request;
    let arn = request.get("policyArn").text();
    let policy = arn.or_else(|| request.get("policyName").text());
    let admin =
        arn.is_some_and(is_admin_policy) || request.get("policyDocument").text().is_some_and(allows_all);
    mint(MintKind::Permission, target_of(call, noun, name), policy.map(kept), admin)
}

fn policy_version(call: &Call<'_>) -> Option<Detail> {
    let policy = call.request.get("policyArn").owned();
    let target = policy.clone().or_else(|| identity_in(call, "policy"));
    let admin = call.request.get("policyDocument").text().is_some_and(allows_all);
    mint(MintKind::Permission, target.unwrap_or_default(), policy, admin)
}

fn bound_profile(call: &Call<'_>) -> Option<Detail> {
    let profile = call.request.first_of(&["iamInstanceProfile.arn", "iamInstanceProfile.name"]).owned();
    let bound = call.response.get("iamInstanceProfileAssociation");
    let instance = call.request.get("instanceId").owned().or_else(|| bound.get("instanceId").owned());
    let association = call.request.get("associationId").owned();
    mint(MintKind::InstanceProfile, instance.or(association).unwrap_or_default(), profile, false)
}

fn provider(call: &Call<'_>, names: &[&str]) -> Option<Detail> {
    let arn = call.response.first_of(names).owned();
    let target = arn.or_else(|| call.request.first_of(names).owned());
    mint(MintKind::Provider, target.unwrap_or_default(), None, false)
}

fn account(call: &Call<'_>) -> Option<Detail> {
    let made = call.response.first_of(&["createAccountStatus.accountId", "createAccountStatus.id"]);
    let invited = call.request.first_of(&["target.id", "accountName"]);
    mint(MintKind::Account, made.owned().or_else(|| invited.owned()).unwrap_or_default(), None, false)
}

fn account_assignment(call: &Call<'_>) -> Option<Detail> {
    let target = call.request.first_of(&["principalId", "targetId"]).owned().unwrap_or_default();
    mint(MintKind::Permission, target, call.request.get("permissionSetArn").owned(), false)
}

fn directory_user(call: &Call<'_>) -> Option<Detail> {
    let made = call.response.first_of(&["user.userId", "userId"]).owned();
    let target = made.or_else(|| call.request.get("userName").owned());
    mint(MintKind::User, target.unwrap_or_default(), None, false)
}

fn cluster_access(call: &Call<'_>) -> Option<Detail> {
    let target = call.request.get("principalArn").owned().unwrap_or_default();
    mint(MintKind::Permission, target, call.request.get("policyArn").owned(), false)
}

fn is_admin_policy(arn: &str) -> bool {
    arn.contains(":aws:policy/") && ADMIN_POLICIES.contains(&last_part(arn))
}

/// Whether a policy document allows every action on every resource.
fn allows_all(document: &str) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(document) else { return false };
    let statements = Node::new(Some(&document)).get("Statement").list();
    statements.into_iter().any(|statement| {
        let star =
            |name: &str| statement.get(name).texts().into_iter().any(|text| text == "*" || text == "*:*");
        let allows = statement.get("Effect").text() == Some("Allow");
        // Everything but a few things is nearly everything.
        allows && star("Resource") && (star("Action") || statement.get("NotAction").exists())
    })
}
