//! Temporary credentials: `AssumeRole` in its forms, `GetSessionToken`, `GetCallerIdentity`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::actor::{Actor, Role};
use crate::log::Log;
use crate::organisation::Instance;
use crate::time::{american, hours};

/// Writes `AssumeRole` of `actor` into `role` and returns the session, at the same address and with
/// the same agent.
///
/// Across accounts the call stands in both trails, joined by `sharedEventID`; the response with the
/// new key is in the copy of the caller's account.
pub(crate) fn assume_role(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    role: &Role,
    session: &str,
) -> Actor {
    let key = log.ids().iam_id("ASIA", &role.account);
    let shared = log.ids().uuid();
    let request = json!({"roleArn": role.arn(), "roleSessionName": session, "durationSeconds": 3600});
    let response = assumed(log, role, session, &key, time + hours(1));
    log.call(actor, time, region, "sts", "AssumeRole")
        .request(request.clone())
        .response(response.clone())
        .resource(&role.account, "AWS::IAM::Role", &role.arn())
        .field("sharedEventID", json!(shared))
        .send();
    if role.account != actor.account {
        // The copy in the role's account shows the foreign caller without name and arn of a user.
        log.call(actor, time, region, "sts", "AssumeRole")
            .request(request)
            .response(response)
            .resource(&role.account, "AWS::IAM::Role", &role.arn())
            .field("userIdentity", foreign(actor))
            .field("sharedEventID", json!(shared))
            .recipient(&role.account)
            .send();
    }
    role.session(session, &key, time).at(actor.address()).with_agent(actor.agent())
}

/// Writes `AssumeRole` by a user of account `foreign`, as the role's account sees it, and returns the session; address
/// and agent are those of `seen`.
pub(crate) fn from_outside(
    log: &mut Log,
    foreign: &str,
    role: &Role,
    time: Timestamp,
    seen: &Actor,
) -> Actor {
    let user = log.ids().iam_id("AIDA", foreign);
    let identity = json!({"type": "AWSAccount", "principalId": user, "accountId": foreign});
    let caller = Actor::other(foreign, identity).at(seen.address()).with_agent(seen.agent());
    let key = log.ids().iam_id("ASIA", &role.account);
    let shared = log.ids().uuid();
    let response = assumed(log, role, "outside", &key, time + hours(1));
    log.call(&caller, time, "us-east-1", "sts", "AssumeRole")
        .request(json!({"roleArn": role.arn(), "roleSessionName": "outside", "durationSeconds": 3600}))
        .response(response)
        .resource(&role.account, "AWS::IAM::Role", &role.arn())
        .field("sharedEventID", json!(shared))
        .recipient(&role.account)
        .send();
    role.session("outside", &key, time).at(seen.address()).with_agent(seen.agent())
}

/// Returns the caller as the account it comes into sees it.
fn foreign(actor: &Actor) -> Value {
    json!({"type": "AWSAccount", "principalId": actor.principal_id(), "accountId": actor.account})
}

/// Writes `AssumeRole` that is refused; JSON and query alike, STS then hides the parameters.
pub(crate) fn assume_role_denied(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    role: &Role,
) -> String {
    log.call(actor, time, region, "sts", "AssumeRole").denied(&role.arn()).send()
}

/// Writes the `AssumeRole` with which `service` takes `role` to give it to something it runs.
pub(crate) fn service_assumes(
    log: &mut Log,
    time: Timestamp,
    region: &str,
    service: &str,
    role: &Role,
    (session, key): (&str, &str),
) {
    let actor = Actor::service(&role.account, service);
    let shared = log.ids().uuid();
    let response = assumed(log, role, session, key, time + hours(6));
    log.call(&actor, time, region, "sts", "AssumeRole")
        .request(json!({"roleArn": role.arn(), "roleSessionName": session}))
        .response(response)
        .resource(&role.account, "AWS::IAM::Role", &role.arn())
        .field("sharedEventID", json!(shared))
        .send();
}

/// Writes the issue of the credential `instance` uses at `time`.
pub(crate) fn issue_to_instance(log: &mut Log, instance: &Instance, time: Timestamp) {
    let pair = (instance.id.as_str(), instance.key_at(time));
    let issued = instance.issued_at(time);
    service_assumes(log, issued, &instance.region, "ec2.amazonaws.com", &instance.role, (pair.0, &pair.1));
}

/// Writes `AssumeRoleWithWebIdentity` and returns the session.
///
/// `provider` is the issuer's host and path, `subject` whom it vouches for.
pub(crate) fn with_web_identity(
    log: &mut Log,
    time: Timestamp,
    region: &str,
    role: &Role,
    session: &str,
    (provider, subject): (&str, &str),
    (address, agent): (&str, &str),
) -> Actor {
    let key = log.ids().iam_id("ASIA", &role.account);
    let arn = format!("arn:aws:iam::{}:oidc-provider/{provider}", role.account);
    let caller = Actor::other(
        &role.account,
        json!({
            "type": "WebIdentityUser", "principalId": format!("{arn}:sts.amazonaws.com:{subject}"),
            "userName": subject, "identityProvider": arn,
        }),
    );
    let mut response = assumed(log, role, session, &key, time + hours(1));
    response["subjectFromWebIdentityToken"] = json!(subject);
    response["provider"] = json!(arn);
    response["audience"] = json!("sts.amazonaws.com");
    log.call(&caller.at(address).with_agent(agent), time, region, "sts", "AssumeRoleWithWebIdentity")
        .request(json!({"roleArn": role.arn(), "roleSessionName": session, "durationSeconds": 3600}))
        .response(response)
        .resource(&role.account, "AWS::IAM::Role", &role.arn())
        .send();
    role.session(session, &key, time).with_web_identity(&arn).at(address).with_agent(agent)
}

/// Writes `GetCallerIdentity`.
pub(crate) fn who_am_i(log: &mut Log, actor: &Actor, time: Timestamp, region: &str) -> String {
    log.call(actor, time, region, "sts", "GetCallerIdentity").send()
}

/// Returns the answer that hands out `key` for `session` of `role`, valid up to `end`.
pub(crate) fn assumed(log: &mut Log, role: &Role, session: &str, key: &str, end: Timestamp) -> Value {
    let token = format!("IQoJb3JpZ2luX2VjE{}=", log.ids().letters(240));
    json!({
        "credentials": {"accessKeyId": key, "sessionToken": token, "expiration": american(end)},
        "assumedRoleUser": {"assumedRoleId": format!("{}:{session}", role.id), "arn": role.session_arn(session)},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::Account;
    use crate::rng::Rng;
    use crate::time::Span;

    fn accounts() -> (Account, Account) {
        let mut rng = Rng::new(3);
        let mut one = || {
            let id = rng.account();
            Account { ids: rng.fork(&id), id, home: "us-east-1".into(), regions: Vec::new() }
        };
        (one(), one())
    }

    #[test]
    fn a_role_of_another_account_stands_in_both_trails_under_one_shared_id() {
        let (ours, theirs) = accounts();
        let caller = ours.user("ann").actor().at("198.51.100.4").with_agent("aws-cli/2");
        let mut log = Log::new(Rng::new(1));
        let time = Span::new(0, 1).at(0, 9, 0);
        let session = assume_role(&mut log, &caller, time, "us-east-1", &theirs.role("admin"), "s");
        let records: Vec<Value> = log.into_records().into_iter().map(|(_, record)| record).collect();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0]["sharedEventID"], records[1]["sharedEventID"]);
        assert_ne!(records[0]["eventID"], records[1]["eventID"]);
        assert_eq!(records[0]["recipientAccountId"], ours.id.as_str());
        assert_eq!(records[1]["recipientAccountId"], theirs.id.as_str());
        assert_eq!(records[1]["userIdentity"]["type"], "AWSAccount");
        assert_eq!(records[0]["responseElements"]["credentials"]["accessKeyId"], session.key.as_str());
        assert_eq!(session.address(), "198.51.100.4");
    }

    #[test]
    fn a_refused_assume_role_hides_its_parameters_and_names_the_role() {
        let (ours, _) = accounts();
        let caller = ours.user("ann").actor().at("198.51.100.4").with_agent("aws-cli/2");
        let mut log = Log::new(Rng::new(1));
        assume_role_denied(&mut log, &caller, Span::new(0, 1).at(0, 9, 0), "us-east-1", &ours.role("admin"));
        let record = log.into_records().remove(0).1;
        assert!(record["requestParameters"].is_null());
        assert!(record["errorMessage"].as_str().unwrap().contains("role/admin"));
    }
}
