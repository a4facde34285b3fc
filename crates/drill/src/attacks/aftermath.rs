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
    let account = raid.account.clone();
    let responder = responder(raid, &account, time);
    for key in raid.incident.access_keys.clone() {
        if key.starts_with("AKIA") {
            let request = json!({"accessKeyId": key, "status": "Inactive"});
            iam::iam(&mut raid.stage.log, &responder, time, "UpdateAccessKey").request(request).send();
            time += secs(20);
        }
    }
    for arn in raid.incident.principals.clone() {
        if let Some((_, name)) = arn.split_once(":role/") {
            let name = name.rsplit('/').next().unwrap_or(name);
            let request = json!({"roleName": name, "policyName": "AWSRevokeOlderSessions"});
            iam::iam(&mut raid.stage.log, &responder, time, "PutRolePolicy").request(request).send();
            time += secs(25);
        }
    }
    for ((id, region), ids) in std::mem::take(&mut raid.running) {
        let account = raid.stage.org.accounts.iter().find(|a| a.id == id).cloned();
        let Some(account) = account else { continue };
        let responder = self::responder(raid, &account, time).with_agent(&command(&account));
        for some in ids.chunks(50) {
            ec2::terminate(&mut raid.stage.log, &responder, time, &region, some);
            time += secs(8);
        }
    }
    raid.now = time;
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
