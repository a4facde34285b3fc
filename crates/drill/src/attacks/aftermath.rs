//! What owners do once they know: cut the credential, end the machines.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::raid::Raid;
use crate::actor::Actor;
use crate::agents;
use crate::calls::groups::{self, Group};
use crate::calls::refusal::Verdict;
use crate::calls::{ec2, iam, sign_in};
use crate::organisation::{Account, Job};
use crate::time::{mins, secs};

/// Writes the on-call engineer cutting all credentials of the raid and ending all its instances,
/// `after` from now.
pub(super) fn contain(raid: &mut Raid<'_>, after: SignedDuration) {
    let mut time = raid.now + after;
    // Users with keys of their own live in production, wherever the key was used.
    let production = raid.stage.org.production().clone();
    let at_home = responder(raid, &production, time);
    for key in raid.incident.access_keys.clone().into_iter().filter(|key| key.starts_with("AKIA")) {
        let request = json!({"accessKeyId": key, "status": "Inactive"});
        iam::iam(&mut raid.stage.log, &at_home, time, "UpdateAccessKey").request(request).send();
        time += secs(20);
    }
    for account in raid.stage.org.accounts.clone() {
        time = revoke_sessions(raid, &account, time);
    }
    for ((id, region), ids) in std::mem::take(&mut raid.running) {
        let account = raid.stage.org.accounts.iter().find(|a| a.id == id).cloned();
        let Some(account) = account else { continue };
        let responder = responder(raid, &account, time).with_agent(&command(&account));
        for some in ids.chunks(50) {
            ec2::terminate(&mut raid.stage.log, &responder, time, &region, some);
            time += secs(8);
        }
    }
    raid.now = time;
}

/// Writes the end of all sessions of the raid's roles in `account`, and returns when it is done.
fn revoke_sessions(raid: &mut Raid<'_>, account: &Account, time: Timestamp) -> Timestamp {
    let prefix = format!("arn:aws:iam::{}:role/", account.id);
    let principals = raid.incident.principals.clone();
    let roles: Vec<&str> = principals.iter().filter_map(|arn| arn.strip_prefix(&prefix)).collect();
    if roles.is_empty() {
        return time;
    }
    let responder = responder(raid, account, time);
    let mut time = time;
    for path in roles {
        let name = path.rsplit('/').next().unwrap_or(path);
        let request = json!({"roleName": name, "policyName": "AWSRevokeOlderSessions"});
        iam::iam(&mut raid.stage.log, &responder, time, "PutRolePolicy").request(request).send();
        time += secs(25);
    }
    time
}

/// Returns the on-call engineer at the command line in `account`, freshly signed in.
fn responder(raid: &mut Raid<'_>, account: &Account, time: Timestamp) -> Actor {
    let org = raid.stage.org.clone();
    let person = org.person(Job::OnCall);
    sign_in::sso_terminal(&mut raid.stage.log, &org, person, account, time - mins(1), &person.home)
}

fn command(account: &Account) -> String {
    agents::cli(&mut account.ids.fork("responder"), "ec2.terminate-instances")
}

/// Writes the on-call engineer taking the thief's `group` to nothing, and Auto Scaling ending its
/// instances `ids`.
pub(super) fn close_group(raid: &mut Raid<'_>, after: SignedDuration, group: &Group, ids: &[String]) {
    let time = raid.now + after;
    let responder = responder(raid, &group.account, time);
    groups::update(&mut raid.stage.log, &responder, time, group, (0, 0, 0), &Verdict::Granted);
    groups::scale_in(&mut raid.stage.log, time + secs(30), group, ids);
    raid.gone(ids);
}
