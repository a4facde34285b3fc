//! Credentials issued, and sign-ins.
//!
//! `AssumeRole` and its kin are how one credential begets another; the key id in the
//! response is the link of a lineage. The secret beside it is never read.
//!
//! Blind spots: IAM Identity Center masks the key that it issues, and names the
//! permission set but not the role made from it. Switching roles in the console issues a
//! session whose first key no record shows.

use super::actor::{ActorFields, canonical_principal, plain_key};
use crate::event::{Detail, Issue, IssueKind, Login};
use crate::launch::call::{Call, Node, kept};
use crate::launch::{Row, detail};

pub(super) const ROWS: &[Row] = &[
    detail("sts", "AssumeRole", |call| role(call, IssueKind::AssumeRole)),
    detail("sts", "AssumeRoleWithSAML", |call| role(call, IssueKind::Saml)),
    detail("sts", "AssumeRoleWithWebIdentity", |call| role(call, IssueKind::WebIdentity)),
    detail("sts", "GetWebIdentityToken", |call| own(call, IssueKind::WebIdentity)),
    detail("sts", "GetSessionToken", |call| own(call, IssueKind::SessionToken)),
    detail("sts", "GetFederationToken", |call| own(call, IssueKind::FederationToken)),
    detail("sts", "AssumeRoot", assume_root),
    detail("signin", "GetSigninToken", |call| own(call, IssueKind::FederationToken)),
    detail("signin", "ConsoleLogin", console_login),
    detail("iam", "CreateAccessKey", create_access_key),
    detail("iam", "UpdateAccessKey", update_access_key),
    detail("sso", "GetRoleCredentials", get_role_credentials),
    detail("eks-auth", "AssumeRoleForPodIdentity", |call| role(call, IssueKind::WebIdentity)),
    detail("rolesanywhere", "CreateSession", |call| role(call, IssueKind::AssumeRole)),
    detail("cognito-identity", "GetCredentialsForIdentity", |call| role(call, IssueKind::WebIdentity)),
];

fn issued(
    kind: IssueKind,
    key: Option<String>,
    principal: Option<String>,
    session: Option<String>,
) -> Option<Detail> {
    Some(Detail::Issue(Issue { kind, key, principal, session }))
}

/// A session of a role. Its arn stands in the request, in the answer, or in the refusal.
fn role(call: &Call<'_>, kind: IssueKind) -> Option<Detail> {
    let told = RoleTold {
        asked: call.request.first_of(&["roleArn", "customRoleArn"]).text(),
        answer: call.response.at("assumedRoleUser.arn").text(),
        session: call.request.first_of(&["roleSessionName", "sessionName"]).text(),
        message: call.message(),
    };
    issued(kind, key_in(call.response), told.principal(), told.session())
}

/// What a call for a role's session tells.
pub(super) struct RoleTold<'a> {
    /// The role's arn in the request.
    pub(super) asked: Option<&'a str>,
    /// The session's arn in the answer.
    pub(super) answer: Option<&'a str>,
    /// The session's name in the request.
    pub(super) session: Option<&'a str>,
    /// The message of the refusal; empty for success.
    pub(super) message: &'a str,
}

impl RoleTold<'_> {
    pub(super) fn principal(&self) -> Option<String> {
        self.asked.map(kept).or_else(|| self.answer.map(role_of_session)).or_else(|| role_in(self.message))
    }

    pub(super) fn session(&self) -> Option<String> {
        self.session.or_else(|| self.answer.and_then(|arn| arn.rsplit('/').next())).map(kept)
    }
}

/// How a name of the token service issues a role's session.
pub(super) fn role_kind(name: &str) -> Option<IssueKind> {
    match name {
        "AssumeRole" => Some(IssueKind::AssumeRole),
        "AssumeRoleWithSAML" => Some(IssueKind::Saml),
        "AssumeRoleWithWebIdentity" => Some(IssueKind::WebIdentity),
        _ => None,
    }
}

/// The key that an answer issues.
fn key_in(response: Node<'_>) -> Option<String> {
    let set = response.get("credentialSet").list();
    let holder = set.first().copied().unwrap_or(response);
    let key = holder.first_of(&["credentials.accessKeyId", "roleCredentials.accessKeyId"]);
    key.text().and_then(plain_key).map(kept)
}

fn role_of_session(arn: &str) -> String {
    let fields = ActorFields { kind: Some("AssumedRole"), arn: Some(arn), ..ActorFields::default() };
    kept(&canonical_principal(&fields))
}

/// The role that `… is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/x` names.
fn role_in(message: &str) -> Option<String> {
    let resource = super::resource_in(message)?;
    resource.contains(":role/").then(|| kept(resource))
}

/// A session that speaks for its caller, with less or the same power.
fn own(call: &Call<'_>, kind: IssueKind) -> Option<Detail> {
    issued(kind, key_in(call.response), Some(call.caller.to_owned()), call.request.get("name").owned())
}

fn assume_root(call: &Call<'_>) -> Option<Detail> {
    let target = call.request.get("targetPrincipal").text();
    let root = target.map(|target| {
        if target.starts_with("arn:") { kept(target) } else { kept(&format!("arn:aws:iam::{target}:root")) }
    });
    issued(IssueKind::Root, key_in(call.response), root, None)
}

/// Without a user's name, the key is for the caller itself.
fn create_access_key(call: &Call<'_>) -> Option<Detail> {
    let made = call.response.get("accessKey");
    let user = call.request.get("userName").text().or_else(|| made.get("userName").text());
    let key = made.get("accessKeyId").text().and_then(plain_key).map(kept);
    let refused = user.is_none().then(|| super::identity_in(call, "user")).flatten();
    issued(IssueKind::AccessKey, key, Some(refused.unwrap_or_else(|| user_or_caller(call, user))), None)
}

/// A key that is switched on again is as good as a new one; one that is switched off is nothing.
fn update_access_key(call: &Call<'_>) -> Option<Detail> {
    if call.request.get("status").text() != Some("Active") {
        return None;
    }
    let key = call.request.get("accessKeyId").text().and_then(plain_key).map(kept);
    let user = call.request.get("userName").text();
    issued(IssueKind::AccessKey, key, Some(user_or_caller(call, user)), None)
}

/// The arn of a user of this account, or the caller's own where it is the same or none is named.
pub(super) fn user_or_caller(call: &Call<'_>, user: Option<&str>) -> String {
    match user {
        None => call.caller.to_owned(),
        // The caller's arn has the path, which a bare name lacks.
        Some(name) if call.caller.ends_with(&format!("/{name}")) => call.caller.to_owned(),
        Some(name) => super::iam_arn(call, "user", name).into_owned(),
    }
}

fn get_role_credentials(call: &Call<'_>) -> Option<Detail> {
    let said = call.record.get("serviceEventDetails");
    let name = said.get("role_name").owned().or_else(|| call.request.get("roleName").owned());
    issued(IssueKind::Sso, key_in(call.response), name, None)
}

fn console_login(call: &Call<'_>) -> Option<Detail> {
    let success = call.response.get("consoleLogin").text() == Some("Success");
    let said = match call.record.at("additionalEventData.MFAUsed").text() {
        Some("Yes") => Some(true),
        Some("No") => Some(false),
        _ => None,
    };
    // For a federated sign-in the second factor is the other side's affair, and "No" says nothing.
    let federated = call.record.at("userIdentity.type").text() == Some("AssumedRole");
    let mfa = said.filter(|used| *used || !federated);
    Some(Detail::Login(Login { success: success && call.failure.is_none(), mfa }))
}
