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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::organisation::Job;
    use crate::stage::Stage;
    use crate::truth::{Kind, Truth};

    #[test]
    fn single_sign_on_leaves_a_login_without_key_and_a_session_marked_as_of_the_console() {
        let mut stage = Stage::new(Truth::new("sign-in", 1, Kind::Ordinary));
        let (org, time) = (stage.org.clone(), stage.local(3, 9, 0));
        let person = org.person(Job::Admin).clone();
        let actor = sso_console(&mut stage.log, &org, &person, org.production(), time, &person.home);
        stage.log.call(&actor, time + secs(9), "us-east-1", "ec2", "DescribeInstances").send();
        let records: Vec<Value> = stage.log.into_records().into_iter().map(|(_, record)| record).collect();
        let names: Vec<&str> = records.iter().map(|record| record["eventName"].as_str().unwrap()).collect();
        assert_eq!(names, ["AssumeRoleWithSAML", "ConsoleLogin", "DescribeInstances"]);
        assert_eq!(records[0]["responseElements"]["credentials"]["accessKeyId"], actor.key.as_str());
        assert!(records[1]["userIdentity"]["accessKeyId"].is_null() && records[1].get("requestID").is_none());
        assert_eq!(records[1]["eventType"], "AwsConsoleSignIn");
        assert_eq!(records[2]["sessionCredentialFromConsole"], "true");
        assert!(records[2]["tlsDetails"].is_null());
    }

    #[test]
    fn a_wrong_password_is_a_failure_with_a_message_and_no_code() {
        let mut stage = Stage::new(Truth::new("sign-in", 1, Kind::Ordinary));
        let user = stage.org.legacy.actor().at("198.51.100.7").with_agent("Mozilla/5.0");
        let time = stage.local(3, 9, 0);
        console_login(&mut stage.log, &user, time, "us-east-1", SignIn::Failed);
        let record = stage.log.into_records().remove(0).1;
        assert_eq!(record["responseElements"]["ConsoleLogin"], "Failure");
        assert_eq!(record["errorMessage"], "Failed authentication");
        assert!(record["errorCode"].is_null());
    }
}
