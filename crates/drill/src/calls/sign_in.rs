//! Signing in: the console by password, and single sign-on to console and command line.

use jiff::Timestamp;
use serde_json::json;

use super::sts;
use crate::actor::{Actor, Role};
use crate::log::Log;
use crate::organisation::{Account, Organisation, Person};
use crate::time::{hours, secs};

/// How a sign-in to the console went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// With a second factor.
    WithMfa,
    /// Without one.
    WithoutMfa,
    /// Wrong password.
    Failed,
}

/// Writes `ConsoleLogin` of `actor`, whose key does not appear in such records.
pub(crate) fn console_login(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    outcome: SignIn,
) -> String {
    let mut identity = actor.identity().clone();
    if let Some(identity) = identity.as_object_mut() {
        identity.remove("accessKeyId");
    }
    let landing =
        format!("https://{region}.console.aws.amazon.com/console/home?region={region}&isauthcode=true");
    let word = if outcome == SignIn::Failed { "Failure" } else { "Success" };
    let used = if outcome == SignIn::WithMfa { "Yes" } else { "No" };
    let mut call = log
        .call(actor, time, region, "signin", "ConsoleLogin")
        .response(json!({"ConsoleLogin": word}))
        .field("userIdentity", identity)
        .field("eventType", json!("AwsConsoleSignIn"))
        .field("requestID", json!(null))
        .field("additionalEventData", json!({"LoginTo": landing, "MobileVersion": "No", "MFAUsed": used}));
    if outcome == SignIn::Failed {
        call = call.field("errorMessage", json!("Failed authentication"));
    }
    call.send()
}

/// Writes what single sign-on leaves in the trail of `account` when `person` opens its console, and
/// returns the console session.
///
/// The second factor was shown to the identity provider; AWS says `MFAUsed: No` all the same.
pub(crate) fn sso_console(
    log: &mut Log,
    org: &Organisation,
    person: &Person,
    account: &Account,
    time: Timestamp,
    address: &str,
) -> Actor {
    let role = org.sso_role(person, account);
    let actor = org.at_console(person, account, time, address);
    assume_with_saml(log, person, account, &role, time, &actor.key);
    console_login(log, &actor, time + secs(2), &account.home, SignIn::WithoutMfa);
    actor
}

/// Writes what single sign-on leaves in the trail when `person` asks for keys for the command line,
/// and returns the session.
pub(crate) fn sso_terminal(
    log: &mut Log,
    org: &Organisation,
    person: &Person,
    account: &Account,
    time: Timestamp,
    address: &str,
) -> Actor {
    let role = org.sso_role(person, account);
    let actor = org.at_terminal(person, account, time, address);
    assume_with_saml(log, person, account, &role, time, &actor.key);
    actor
}

/// Writes the `AssumeRoleWithSAML` that IAM Identity Center makes for `person`.
fn assume_with_saml(
    log: &mut Log,
    person: &Person,
    account: &Account,
    role: &Role,
    time: Timestamp,
    key: &str,
) {
    let provider = format!(
        "arn:aws:iam::{}:saml-provider/AWSSSO_{}_DO_NOT_DELETE",
        account.id,
        account.ids.fork("saml").hex(16)
    );
    let caller = Actor::other(
        &account.id,
        json!({
            "type": "SAMLUser", "principalId": format!("{}:{}", account.ids.fork("saml-id").letters(27), person.email),
            "userName": person.email, "identityProvider": provider,
        }),
    );
    let mut response = sts::assumed(log, role, &person.email, key, time + hours(12));
    response["subject"] = json!(person.email);
    response["audience"] = json!("https://signin.aws.amazon.com/saml");
    log.call(&caller.at("sso.amazonaws.com").with_agent("sso.amazonaws.com"), time, &account.home, "sts", "AssumeRoleWithSAML")
        .request(json!({
            "roleArn": role.arn(), "roleSessionName": person.email, "principalArn": provider, "durationSeconds": 43200,
        }))
        .response(response)
        .resource(&account.id, "AWS::IAM::Role", &role.arn())
        .send();
}
