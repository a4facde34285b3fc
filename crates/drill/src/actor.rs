//! Who makes a call: identity, credential, source address and client, as CloudTrail shows them.
//!
//! A stolen credential is the same identity and key with another address and agent:
//! `web.credential_at(time).at(&address).with_agent(&agent)`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::time::iso;

/// One caller with one credential.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    /// The `userIdentity` element.
    identity: Value,
    /// The account the calls are recorded in.
    pub(crate) account: String,
    /// The canonical principal: user, role or root, never the session. Empty for a service.
    pub(crate) principal: String,
    /// The access key id. Empty where the record has none.
    pub(crate) key: String,
    address: String,
    agent: String,
    endpoint: Option<String>,
    /// The account the endpoint belongs to; empty where it is the caller's.
    endpoint_owner: String,
    console: bool,
    /// Services call each other without the TLS details a customer's client has.
    tls: bool,
}

/// An IAM role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) account: String,
    pub(crate) name: String,
    /// `/` or a longer path with a slash on both ends.
    pub(crate) path: String,
    /// The unique id, `AROA…`.
    pub(crate) id: String,
}

impl Role {
    /// Returns the ARN of the role itself.
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, self.path, self.name)
    }

    /// Returns the ARN of its session `session`.
    pub(crate) fn session_arn(&self, session: &str) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{session}", self.account, self.name)
    }

    /// Returns a caller that holds the temporary key `key` of `session`, issued at `issued`.
    pub(crate) fn session(&self, session: &str, key: &str, issued: Timestamp) -> Actor {
        let identity = json!({
            "type": "AssumedRole",
            "principalId": format!("{}:{session}", self.id),
            "arn": self.session_arn(session),
            "accountId": self.account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": self.id,
                    "arn": self.arn(),
                    "accountId": self.account,
                    "userName": self.name,
                },
                "attributes": {"creationDate": iso(issued), "mfaAuthenticated": "false"},
            },
        });
        Actor::new(identity, &self.account, self.arn(), key)
    }

    /// Returns a session of this role that the AWS service `service` uses for its own work.
    ///
    /// Such records carry no access key; address and agent are the name of the service.
    pub(crate) fn for_service(&self, session: &str, service: &str, issued: Timestamp) -> Actor {
        let mut actor = self.session(session, "", issued).invoked_by(service);
        if let Some(identity) = actor.identity.as_object_mut() {
            identity.remove("accessKeyId");
        }
        actor
    }
}

/// An IAM user with a long-term access key.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) account: String,
    pub(crate) name: String,
    /// The unique id, `AIDA…`.
    pub(crate) id: String,
    /// The long-term access key, `AKIA…`.
    pub(crate) key: String,
}

impl User {
    /// Returns the ARN of the user.
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account, self.name)
    }

    /// Returns a caller that uses the user's long-term key.
    pub(crate) fn actor(&self) -> Actor {
        self.with_key(&self.key)
    }

    /// Returns a caller that uses `key`, one of the user's long-term keys.
    pub(crate) fn with_key(&self, key: &str) -> Actor {
        let identity = json!({
            "type": "IAMUser",
            "principalId": self.id,
            "arn": self.arn(),
            "accountId": self.account,
            "accessKeyId": key,
            "userName": self.name,
        });
        Actor::new(identity, &self.account, self.arn(), key)
    }

    /// Returns a caller with a temporary key of the user: a console session or `GetSessionToken`.
    pub(crate) fn session(&self, key: &str, issued: Timestamp) -> Actor {
        let mut actor = self.with_key(key);
        actor.identity["sessionContext"] =
            json!({"attributes": {"creationDate": iso(issued), "mfaAuthenticated": "false"}});
        actor
    }
}

impl Actor {
    fn new(identity: Value, account: &str, principal: String, key: &str) -> Self {
        Self {
            identity,
            account: account.to_owned(),
            principal,
            key: key.to_owned(),
            address: String::new(),
            agent: String::new(),
            endpoint: None,
            endpoint_owner: String::new(),
            console: false,
            tls: true,
        }
    }

    /// Returns an AWS service acting as itself in `account`.
    pub(crate) fn service(account: &str, service: &str) -> Self {
        let identity = json!({"type": "AWSService", "invokedBy": service});
        let mut actor = Self::new(identity, account, String::new(), "").at(service).with_agent(service);
        actor.tls = false;
        actor
    }

    /// Returns the root user of `account` with `key`, long-term or of a console session.
    pub(crate) fn root(account: &str, key: &str) -> Self {
        let arn = format!("arn:aws:iam::{account}:root");
        let identity = json!({
            "type": "Root", "principalId": account, "arn": arn, "accountId": account, "accessKeyId": key,
        });
        Self::new(identity, account, arn, key)
    }

    /// Returns a caller whose `userIdentity` is `identity`, for the rare forms (SAML, web identity).
    pub(crate) fn other(account: &str, identity: Value) -> Self {
        Self::new(identity, account, String::new(), "")
    }

    /// Returns the same caller seen from `address`.
    pub(crate) fn at(mut self, address: &str) -> Self {
        self.address = address.to_owned();
        self
    }

    /// Returns the same caller with the client `agent`.
    pub(crate) fn with_agent(mut self, agent: &str) -> Self {
        self.agent = agent.to_owned();
        self
    }

    /// Returns the same caller through the VPC endpoint `endpoint`, seen from a private `address`.
    pub(crate) fn via_endpoint(mut self, endpoint: &str, address: &str) -> Self {
        self.endpoint = Some(endpoint.to_owned());
        self.at(address)
    }

    /// Returns the same caller through the endpoint `endpoint` of another account, `owner`.
    pub(crate) fn via_foreign_endpoint(mut self, endpoint: &str, owner: &str, address: &str) -> Self {
        self.endpoint_owner = owner.to_owned();
        self.via_endpoint(endpoint, address)
    }

    /// Returns the same caller as a console session: the record says so and shows no TLS details.
    pub(crate) fn in_console(mut self) -> Self {
        self.console = true;
        self.tls = false;
        self
    }

    /// Returns the same caller with a second factor shown in the session.
    pub(crate) fn with_mfa(mut self) -> Self {
        self.identity["sessionContext"]["attributes"]["mfaAuthenticated"] = json!("true");
        self
    }

    /// Returns the same caller with a credential that the metadata service gave out in `version`.
    pub(crate) fn with_delivery(mut self, version: &str) -> Self {
        self.identity["sessionContext"]["ec2RoleDelivery"] = json!(version);
        self
    }

    /// Returns the same caller with a session that a web identity provider vouched for.
    pub(crate) fn with_web_identity(mut self, provider: &str) -> Self {
        self.identity["sessionContext"]["webIdFederationData"] =
            json!({"federatedProvider": provider, "attributes": {}});
        self
    }

    /// Returns the same caller with the resource that was issued the credential.
    pub(crate) fn in_scope_of(mut self, kind: &str, resource: &str) -> Self {
        self.identity["inScopeOf"] = json!({
            "issuerType": kind, "credentialsIssuedTo": resource, "sourceArn": resource,
            "sourceAccount": self.account,
        });
        self
    }

    /// Returns the same caller with calls made for it by the AWS service `service`.
    pub(crate) fn invoked_by(mut self, service: &str) -> Self {
        self.identity["invokedBy"] = json!(service);
        self.tls = false;
        self.endpoint = None;
        self.at(service).with_agent(service)
    }

    /// Returns the ARN shown in `userIdentity`, of the session where it is one.
    pub(crate) fn arn(&self) -> &str {
        self.identity["arn"].as_str().unwrap_or_default()
    }

    /// Returns the principal id, of the session where it is one.
    pub(crate) fn principal_id(&self) -> &str {
        self.identity["principalId"].as_str().unwrap_or_default()
    }

    /// Returns the `userIdentity` element.
    pub(crate) fn identity(&self) -> &Value {
        &self.identity
    }

    /// Returns the source address, or the name of the calling service.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the user agent.
    pub(crate) fn agent(&self) -> &str {
        &self.agent
    }

    /// Returns the id of the VPC endpoint the calls go through.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Returns the account the VPC endpoint belongs to.
    pub(crate) fn endpoint_owner(&self) -> &str {
        if self.endpoint_owner.is_empty() { &self.account } else { &self.endpoint_owner }
    }

    /// Tells whether the credential belongs to a console session.
    pub(crate) fn is_console(&self) -> bool {
        self.console
    }

    /// Tells whether records of this caller have TLS details.
    pub(crate) fn has_tls(&self) -> bool {
        self.tls
    }
}
