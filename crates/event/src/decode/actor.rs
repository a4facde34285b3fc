//! Who made a call, from `userIdentity`.
//!
//! Both lanes answer through [`ActorFields`]: the skim lane fills it from a dozen bytes
//! slices, the decode lane from a parsed record, so that a principal has one spelling in
//! profiles and in events.
//!
//! Blind spots: a Lambda function's credential looks like any other session unless
//! `inScopeOf` names the function. A role's path is lost where the record has no issuer.

use std::borrow::Cow;

use serde_json::Value;

use crate::actor::{Actor, Attribution, Delivery, IdentityKind, IssuedToInstance, Workload};
use crate::launch::call::{Node, kept};
use crate::time::Time;

/// The members of `userIdentity` that say who called, as written.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActorFields<'a> {
    /// `type`
    pub kind: Option<&'a str>,
    /// `arn`
    pub arn: Option<&'a str>,
    /// `accountId`
    pub account: Option<&'a str>,
    /// `principalId`
    pub principal_id: Option<&'a str>,
    /// `userName`
    pub user_name: Option<&'a str>,
    /// `accessKeyId`
    pub key: Option<&'a str>,
    /// `invokedBy`
    pub invoked_by: Option<&'a str>,
    /// `identityProvider`
    pub identity_provider: Option<&'a str>,
    /// `onBehalfOf.userId`
    pub on_behalf_of: Option<&'a str>,
    /// `sessionContext.sessionIssuer.arn`
    pub issuer_arn: Option<&'a str>,
    /// `sessionContext.sessionIssuer.accountId`
    pub issuer_account: Option<&'a str>,
    /// `sessionContext.sessionIssuer.userName`
    pub issuer_user_name: Option<&'a str>,
    /// `sessionContext.ec2RoleDelivery`
    pub delivery: Option<&'a str>,
    /// `sessionContext.webIdFederationData.federatedProvider`
    pub web_provider: Option<&'a str>,
    /// `inScopeOf.issuerType`
    pub scope_issuer_type: Option<&'a str>,
    /// `inScopeOf.credentialsIssuedTo`
    pub scope_issued_to: Option<&'a str>,
    /// `inScopeOf.sourceArn`
    pub scope_source_arn: Option<&'a str>,
}

impl<'a> ActorFields<'a> {
    /// Reads the fields of a parsed `userIdentity`.
    #[must_use]
    pub fn of(identity: Node<'a>) -> Self {
        let session = identity.get("sessionContext");
        let issuer = session.get("sessionIssuer");
        let scope = identity.get("inScopeOf");
        Self {
            kind: identity.get("type").text(),
            arn: identity.get("arn").text(),
            account: identity.get("accountId").text(),
            principal_id: identity.get("principalId").text(),
            user_name: identity.get("userName").text(),
            key: identity.get("accessKeyId").text(),
            invoked_by: identity.get("invokedBy").text(),
            identity_provider: identity.get("identityProvider").text(),
            on_behalf_of: identity.at("onBehalfOf.userId").text(),
            issuer_arn: issuer.get("arn").text(),
            issuer_account: issuer.get("accountId").text(),
            issuer_user_name: issuer.get("userName").text(),
            delivery: session.get("ec2RoleDelivery").text(),
            web_provider: session.at("webIdFederationData.federatedProvider").text(),
            scope_issuer_type: scope.get("issuerType").text(),
            scope_issued_to: scope.get("credentialsIssuedTo").text(),
            scope_source_arn: scope.get("sourceArn").text(),
        }
    }

    /// What kind of identity it is: by its `type`, else by its arn.
    #[must_use]
    pub fn identity_kind(&self) -> IdentityKind {
        match self.kind.unwrap_or_default() {
            "Root" => IdentityKind::Root,
            "IAMUser" => IdentityKind::IamUser,
            "AssumedRole" | "Role" => IdentityKind::AssumedRole,
            "FederatedUser" => IdentityKind::FederatedUser,
            "WebIdentityUser" => IdentityKind::WebIdentity,
            "SAMLUser" => IdentityKind::Saml,
            "AWSService" => IdentityKind::Service,
            "AWSAccount" => IdentityKind::Account,
            "IdentityCenterUser" => IdentityKind::IdentityCenter,
            _ => self.kind_by_arn(),
        }
    }

    fn kind_by_arn(&self) -> IdentityKind {
        match self.arn {
            Some(arn) if arn.contains(":assumed-role/") => IdentityKind::AssumedRole,
            Some(arn) if arn.contains(":federated-user/") => IdentityKind::FederatedUser,
            Some(arn) if arn.contains(":user/") => IdentityKind::IamUser,
            Some(arn) if arn.ends_with(":root") => IdentityKind::Root,
            None if self.invoked_by.is_some() => IdentityKind::Service,
            _ => IdentityKind::Unknown,
        }
    }

    /// The role's and the session's name, from `…:assumed-role/ROLE/SESSION` or the principal id.
    #[must_use]
    pub fn session(&self) -> Option<&'a str> {
        let by_arn = self.arn.and_then(assumed_role).map(|(_, session)| session);
        let by_id = || self.principal_id?.split_once(':').map(|(_, session)| session);
        match self.identity_kind() {
            IdentityKind::AssumedRole => by_arn.or_else(by_id),
            IdentityKind::FederatedUser => self.arn?.rsplit_once("federated-user/").map(|(_, name)| name),
            IdentityKind::Account => by_id(),
            _ => None,
        }
    }

    /// The instance that the credential was issued to, and by what we know it.
    #[must_use]
    pub fn instance(&self) -> Option<(&'a str, Attribution)> {
        if self.scope_issuer_type.is_some_and(|kind| kind.starts_with("AWS::EC2::Instance")) {
            let named = [self.scope_issued_to, self.scope_source_arn].into_iter().flatten();
            let mut ids = named.map(|arn| arn.rsplit(['/', ':']).next().unwrap_or(arn));
            if let Some(id) = ids.find(|id| is_instance_id(id)) {
                return Some((id, Attribution::InScopeOf));
            }
        }
        if self.identity_kind() != IdentityKind::AssumedRole {
            return None;
        }
        let id = self.session().filter(|name| is_instance_id(name))?;
        let attribution = match self.delivery {
            Some(_) => Attribution::Ec2RoleDelivery,
            None => Attribution::SessionName,
        };
        Some((id, attribution))
    }

    /// The function, task or pod that the credential was issued to.
    ///
    /// A task and a pod are also known by the shape that their agents give to session
    /// names; a function is not, because its session is named after the function.
    #[must_use]
    pub fn workload(&self) -> Option<Workload> {
        match self.scope_issuer_type {
            Some(kind) if kind.starts_with("AWS::Lambda") => return Some(Workload::Lambda),
            Some(kind) if kind.starts_with("AWS::ECS") => return Some(Workload::EcsTask),
            Some(kind) if kind.starts_with("AWS::EKS") => return Some(Workload::Pod),
            _ => {}
        }
        if self.web_provider.is_some_and(|provider| provider.contains("oidc.eks.")) {
            return Some(Workload::Pod);
        }
        if self.identity_kind() != IdentityKind::AssumedRole {
            return None;
        }
        let session = self.session()?;
        if session.len() == 32 && session.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some(Workload::EcsTask);
        }
        let pod = session.strip_prefix("eks-")?;
        let tail = pod.len().checked_sub(36).and_then(|start| pod.get(start..))?;
        is_uuid(tail).then_some(Workload::Pod)
    }

    /// The AWS service in `invokedBy`, where it acts by itself.
    ///
    /// `signin.amazonaws.com` and `AWS Internal` are left out: that is how a person at the
    /// console looks, and a person is not a service.
    #[must_use]
    pub fn service(&self) -> Option<&'a str> {
        self.invoked_by.filter(|name| *name != "AWS Internal" && *name != "signin.amazonaws.com")
    }
}

/// The one spelling of a principal: role, user, root or service.
///
/// An arn where one is known or can be rebuilt, else `service:NAME`, `principal:ID`,
/// `account:ID`, `federated:PROVIDER/USER` or `unknown`.
#[must_use]
pub fn canonical_principal<'a>(fields: &ActorFields<'a>) -> Cow<'a, str> {
    let found = match fields.identity_kind() {
        IdentityKind::AssumedRole => role_arn(fields),
        IdentityKind::IamUser => fields.arn.map(Cow::Borrowed).or_else(|| named_arn(fields, "user")),
        IdentityKind::Root => fields
            .arn
            .map(Cow::Borrowed)
            .or_else(|| fields.account.map(|account| format!("arn:aws:iam::{account}:root").into())),
        IdentityKind::FederatedUser => fields.issuer_arn.or(fields.arn).map(Cow::Borrowed),
        IdentityKind::Service => Some(format!("service:{}", fields.invoked_by.unwrap_or("unknown")).into()),
        IdentityKind::Account => foreign_account(fields),
        IdentityKind::WebIdentity | IdentityKind::Saml => Some(federated(fields)),
        IdentityKind::IdentityCenter => {
            fields.on_behalf_of.map(|user| format!("federated:identity-center/{user}").into())
        }
        IdentityKind::Unknown => fields.arn.map(Cow::Borrowed),
    };
    found.or_else(|| bare(fields)).unwrap_or(Cow::Borrowed("unknown"))
}

fn role_arn<'a>(fields: &ActorFields<'a>) -> Option<Cow<'a, str>> {
    if let Some(issuer) = fields.issuer_arn {
        return Some(Cow::Borrowed(issuer));
    }
    if let Some((role, _)) = fields.arn.and_then(assumed_role) {
        let mut parts = fields.arn?.split(':');
        let partition = parts.nth(1).filter(|text| !text.is_empty()).unwrap_or("aws");
        let account = parts.nth(2).filter(|text| !text.is_empty()).or(fields.account)?;
        return Some(format!("arn:{partition}:iam::{account}:role/{role}").into());
    }
    let role = fields.issuer_user_name.or(fields.user_name)?;
    let account = fields.issuer_account.or(fields.account)?;
    Some(format!("arn:aws:iam::{account}:role/{role}").into())
}

/// Splits an assumed-role arn into the role's and the session's name.
fn assumed_role(arn: &str) -> Option<(&str, &str)> {
    let (_, names) = arn.split_once(":assumed-role/")?;
    Some(names.split_once('/').unwrap_or((names, "")))
}

fn named_arn<'a>(fields: &ActorFields<'a>, kind: &str) -> Option<Cow<'a, str>> {
    let (account, name) = (fields.account?, fields.user_name?);
    Some(format!("arn:aws:iam::{account}:{kind}/{name}").into())
}

fn foreign_account<'a>(fields: &ActorFields<'a>) -> Option<Cow<'a, str>> {
    fields.arn.map(Cow::Borrowed).or_else(|| id_of(fields)).or_else(|| {
        let account = fields.account?;
        Some(format!("account:{account}").into())
    })
}

fn federated<'a>(fields: &ActorFields<'a>) -> Cow<'a, str> {
    let provider = fields.identity_provider.unwrap_or("unknown");
    let user = fields.user_name.or(fields.principal_id).unwrap_or("unknown");
    format!("federated:{provider}/{user}").into()
}

fn bare<'a>(fields: &ActorFields<'a>) -> Option<Cow<'a, str>> {
    id_of(fields)
        .or_else(|| fields.user_name.map(|name| format!("principal:{name}").into()))
        .or_else(|| fields.account.map(|account| format!("account:{account}").into()))
}

/// `principal:AROA…` of `AROA…:session`.
fn id_of<'a>(fields: &ActorFields<'a>) -> Option<Cow<'a, str>> {
    let id = fields.principal_id?.split(':').next().filter(|id| !id.is_empty())?;
    // A principal id that is the account's own number says no more than the account does.
    (Some(id) != fields.account).then(|| format!("principal:{id}").into())
}

/// The key id, unless it is masked (`AKIA****`): masked ids are all alike and would tie strangers together.
pub(crate) fn plain_key(key: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!key.is_empty() && key.bytes().all(plain)).then_some(key)
}

/// Whether `text` is `i-` and 8 to 17 letters or digits, as instance ids are (anonymised ones too).
pub(crate) fn is_instance_id(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|rest| {
        (8..=17).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether `text` is a UUID in its usual form.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// What else of a record says who called, beside `userIdentity`'s texts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    /// `attributes.mfaAuthenticated`
    pub(crate) mfa: Option<bool>,
    /// `attributes.creationDate`
    pub(crate) issued: Option<Time>,
    /// `sessionCredentialFromConsole`
    pub(crate) from_console: Option<bool>,
    /// `sourceIPAddress`
    pub(crate) address: Option<&'a str>,
    /// `userAgent`
    pub(crate) agent: Option<&'a str>,
}

/// Reads who called from a whole record.
#[must_use]
pub fn actor(record: &Value) -> Actor {
    let record = Node::new(Some(record));
    let identity = record.get("userIdentity");
    let session = identity.get("sessionContext");
    let marks = Marks {
        mfa: session.at("attributes.mfaAuthenticated").flag(),
        issued: session.at("attributes.creationDate").text().and_then(Time::parse),
        from_console: record.get("sessionCredentialFromConsole").flag(),
        address: record.get("sourceIPAddress").text(),
        agent: record.get("userAgent").text(),
    };
    actor_of(&ActorFields::of(identity), &marks)
}

/// Says who called, from what a record tells of it.
pub(crate) fn actor_of(fields: &ActorFields<'_>, marks: &Marks<'_>) -> Actor {
    let kind = fields.identity_kind();
    Actor {
        kind,
        principal: kept(&canonical_principal(fields)),
        account: kept(account_of(fields)),
        session: fields.session().filter(|name| !name.is_empty()).map(kept),
        key: fields.key.and_then(plain_key).map(kept),
        invoked_by: fields.service().or_else(|| service_at(marks.address)).map(kept),
        instance: fields
            .instance()
            .map(|(id, attribution)| IssuedToInstance { id: id.to_owned(), attribution }),
        delivery: fields.delivery.and_then(delivery),
        workload: fields.workload(),
        mfa: marks.mfa,
        issued: marks.issued,
        web_identity: kind == IdentityKind::WebIdentity || fields.web_provider.is_some(),
        console: is_console(marks, fields),
    }
}

/// The service whose host name stands in place of an address: some records say it only there.
fn service_at(address: Option<&str>) -> Option<&str> {
    let address = address?;
    let person = address.starts_with("signin.") || address.starts_with("console.");
    (address.ends_with(".amazonaws.com") && !person).then_some(address)
}

/// The account the identity lives in; empty where unknown.
pub(crate) fn account_of<'a>(fields: &ActorFields<'a>) -> &'a str {
    let by_arn = |arn: &'a str| arn.split(':').nth(4).filter(|part| !part.is_empty());
    fields
        .account
        .or(fields.issuer_account)
        .or_else(|| fields.issuer_arn.and_then(by_arn))
        .or_else(|| fields.arn.and_then(by_arn))
        .unwrap_or_default()
}

fn delivery(text: &str) -> Option<Delivery> {
    match text.as_bytes().first() {
        Some(b'1') => Some(Delivery::V1),
        Some(b'2') => Some(Delivery::V2),
        _ => None,
    }
}

/// Whether the call came from a console session.
///
/// `sessionCredentialFromConsole` is AWS's word. Older records have only the marks of the
/// console's own hands: `signin.amazonaws.com` or `AWS Internal` in place of an address or
/// a service, and the console's host as agent. An agent can be forged, so it does not count
/// for a long-term key (`AKIA…`), which no console session has.
fn is_console(marks: &Marks<'_>, fields: &ActorFields<'_>) -> bool {
    if let Some(said) = marks.from_console {
        return said;
    }
    let is_person = !matches!(fields.identity_kind(), IdentityKind::Service | IdentityKind::Unknown);
    if !is_person || fields.service().is_some() {
        return false;
    }
    let (address, agent) = (marks.address.unwrap_or_default(), marks.agent.unwrap_or_default());
    fields.invoked_by.is_some()
        || address == "AWS Internal"
        || (is_console_agent(agent) && !fields.key.is_some_and(|key| key.starts_with("AKIA")))
}

fn is_console_agent(agent: &str) -> bool {
    agent == "signin.amazonaws.com"
        || (agent.starts_with("console.") && agent.ends_with(".amazonaws.com"))
        || agent.starts_with("[S3Console/")
}

/// Whether address and agent say nothing of who called.
pub(crate) fn is_plain_hand(address: &str, agent: &str) -> bool {
    address != "AWS Internal" && !address.ends_with(".amazonaws.com") && !is_console_agent(agent)
}
