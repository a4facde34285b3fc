//! Who made a call: identity, credential, and the machine or workload it was issued to.

use std::fmt;
use std::net::IpAddr;

use serde::Serialize;

use crate::time::Time;

/// What `userIdentity.type` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum IdentityKind {
    /// The account's root user (or, with `invoked_by`, a service acting for it).
    Root,
    /// An IAM user with a long-term key or a session of its own.
    IamUser,
    /// A session of a role.
    AssumedRole,
    /// A `GetFederationToken` session.
    FederatedUser,
    /// An OIDC token that asks for a role.
    WebIdentity,
    /// A SAML assertion that asks for a role.
    Saml,
    /// An AWS service with no customer identity behind it.
    Service,
    /// Another account, seen from outside (cross-account calls).
    Account,
    /// IAM Identity Center.
    IdentityCenter,
    /// Anything else, or nothing.
    Unknown,
}

/// How an instance credential was recognised, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Attribution {
    /// `inScopeOf` names the instance.
    #[serde(rename = "inScopeOf")]
    InScopeOf,
    /// `ec2RoleDelivery` is present, and the session is named after the instance.
    #[serde(rename = "ec2RoleDelivery")]
    Ec2RoleDelivery,
    /// Only the session name looks like an instance. Any caller of `AssumeRole` may choose such a name.
    #[serde(rename = "session name")]
    SessionName,
}

impl fmt::Display for Attribution {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::InScopeOf => "inScopeOf",
            Self::Ec2RoleDelivery => "ec2RoleDelivery",
            Self::SessionName => "session name",
        })
    }
}

/// The instance that a credential was issued to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct IssuedToInstance {
    /// `i-…`
    pub id: String,
    /// By what we know it.
    pub attribution: Attribution,
}

/// Which version of the instance metadata service delivered the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Delivery {
    /// IMDSv1: a plain request, the kind a server-side request forgery can make.
    V1,
    /// IMDSv2: a session-bound request.
    V2,
}

/// A workload other than an instance that a credential was issued to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Workload {
    /// A Lambda function.
    Lambda,
    /// An ECS or Fargate task.
    EcsTask,
    /// A Kubernetes pod (IRSA, pod identity).
    Pod,
}

/// Who made a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    /// What kind of identity.
    pub kind: IdentityKind,
    /// The principal: role, user, root, or service. `sessionIssuer.arn` for sessions, never the session's arn.
    ///
    /// A canonical text: an arn where one is known, else `service:NAME`, `principal:ID` or `account:ID`.
    pub principal: String,
    /// The account the identity lives in; empty where unknown.
    pub account: String,
    /// The session's name, which its creator chose.
    pub session: Option<String>,
    /// The access key id in use.
    pub key: Option<String>,
    /// The AWS service that made the call on somebody's behalf. A customer cannot write this.
    pub invoked_by: Option<String>,
    /// The instance this credential was issued to.
    pub instance: Option<IssuedToInstance>,
    /// How the metadata service delivered it.
    pub delivery: Option<Delivery>,
    /// A function, task or pod it was issued to.
    pub workload: Option<Workload>,
    /// Whether a second factor was used; `None` where the record does not say.
    pub mfa: Option<bool>,
    /// When the credential was issued.
    pub issued: Option<Time>,
    /// The session began from a web identity token (OIDC).
    pub web_identity: bool,
    /// The call came from a console session.
    pub console: bool,
}

impl Actor {
    /// Whether the role is one that only an AWS service can assume.
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        self.principal.contains(":role/aws-service-role/")
            || self.principal.contains(":role/AWSServiceRoleFor")
    }

    /// Whether an AWS service made the call by itself or on somebody's behalf, by marks that no customer can write.
    #[must_use]
    pub fn is_service_made(&self) -> bool {
        self.kind == IdentityKind::Service || self.invoked_by.is_some() || self.is_service_linked()
    }

    /// Whether this is a person's IAM Identity Center session.
    #[must_use]
    pub fn is_sso(&self) -> bool {
        self.principal.contains("/AWSReservedSSO_")
    }
}

/// Where a call came from, as the record says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// An address.
    Ip(IpAddr),
    /// A service's host name, such as `autoscaling.amazonaws.com`.
    Service(String),
    /// `AWS Internal`.
    Internal,
    /// Something else: anonymised octets, a host name, attacker's text.
    Text(String),
    /// Nothing was recorded.
    #[default]
    Absent,
}

impl Address {
    /// Reads `sourceIPAddress`. Never fails: what is no address stays text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Self::Ip(ip.to_canonical());
        }
        match text {
            "" => Self::Absent,
            "AWS Internal" => Self::Internal,
            name if name.ends_with(".amazonaws.com") => Self::Service(name.to_owned()),
            other => Self::Text(other.to_owned()),
        }
    }

    /// Whether AWS itself is at the other end.
    #[must_use]
    pub fn is_service(&self) -> bool {
        matches!(self, Self::Service(_) | Self::Internal)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => write!(out, "{ip}"),
            Self::Service(text) | Self::Text(text) => out.write_str(text),
            Self::Internal => out.write_str("AWS Internal"),
            Self::Absent => out.write_str("an unrecorded address"),
        }
    }
}
