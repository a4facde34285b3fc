//! DangerDev: a look at mail, two quiet weeks, an admin with an address for a name, a small machine
//! before the large ones, and Lightsail with a spare key after everybody thought it was over.

use serde_json::json;

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::actor::{Actor, User};
use crate::addresses::Network;
use crate::calls::refusal::Verdict;
use crate::calls::sign_in::SignIn;
use crate::calls::{iam, managed, prepare};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const REGION: &str = "us-east-1";

/// Writes all of it.
pub(super) fn play(stage: &mut Stage) {
    let spare = habits::user_at_work(stage, "backup-operator");
    let actor = places::thief_of_integration(stage, Network::HomeElsewhere);
    let now = stage.utc(1, 20, 44);
    let mut raid = Raid::begin(stage, actor, now, "compromised-access-key");
    raid.incident.accept("compromised-console-session");
    for name in ["GetSendQuota", "ListIdentities"] {
        raid.call(REGION, "ses", name, json!(null));
        raid.pause(2, 5);
    }
    raid.now = raid.stage.utc(15, 8, 11);
    let (danger, second) = mint(&mut raid, &spare);
    let address = places::seat(raid.stage, Network::HomeElsewhere);
    let console = raid.sign_in(&danger, &address, SignIn::WithoutMfa);
    raid.act_as(console);
    raid.wait(mins(3));
    test_then_scale(&mut raid);
    entrench(&mut raid);
    aftermath::contain(&mut raid, hours(5));
    after_containment(&mut raid, spare.with_key(&second).at(&address));
    raid.finish();
}

/// Writes the minting of an admin, and of a second key for another user.
fn mint(raid: &mut Raid<'_>, spare: &User) -> (User, String) {
    raid.call(REGION, "iam", "ListUsers", json!(null));
    raid.pause(20, 60);
    let (caller, account, time) = (raid.actor.clone(), raid.account.clone(), raid.now);
    let log = &mut raid.stage.log;
    let danger = iam::create_user(log, &caller, time, &account, "DangerDev@protonmail.me");
    iam::create_login_profile(log, &caller, time + secs(7), &danger);
    iam::attach_user_policy(log, &caller, time + secs(15), &danger, "AdministratorAccess");
    let request = json!({"policySourceArn": danger.arn(), "actionNames": ["ec2:RunInstances"]});
    iam::iam(log, &caller, time + secs(60), "SimulatePrincipalPolicy").request(request).send();
    let key = iam::create_access_key(log, &caller, time + secs(90), spare);
    raid.wait(mins(9));
    (danger, key)
}

/// Writes a small machine that comes and goes, then three large ones: over quota, then one.
fn test_then_scale(raid: &mut Raid<'_>) {
    let (caller, account) = (raid.actor.clone(), raid.account.clone());
    prepare::create_default_vpc(&mut raid.stage.log, &caller, raid.now, &account, REGION);
    raid.pause(30, 60);
    raid.open_doors(REGION, "danger", "rdp-all", 3389);
    let run = raid.want(REGION, "t2.micro", 1).with_key("danger");
    let small = raid.run(&run, &Verdict::Granted);
    raid.wait(mins(4));
    raid.terminate(REGION, &small);
    raid.wait(mins(2));
    let run = raid.want(REGION, "p3.16xlarge", 3).with_key("danger");
    raid.run(&run, &Verdict::Quota(64));
    raid.pause(60, 120);
    let run = raid.want(REGION, "p3.16xlarge", 1).with_key("danger");
    let large = raid.run(&run, &Verdict::Granted);
    raid.wait(mins(61));
    raid.terminate(REGION, &large);
}

/// Writes roles that look like AWS's own but trust strangers, and a look at what GuardDuty found.
fn entrench(raid: &mut Raid<'_>) {
    let (caller, account) = (raid.actor.clone(), raid.account.clone());
    for name in ["AWSLanding-Zones-ConfigRecorderRoles", "AWSeservedSSO_AdministratorAccess_6d9f"] {
        let stranger = raid.stage.rng.account();
        let trusted = json!({"AWS": format!("arn:aws:iam::{stranger}:root")});
        let (log, time) = (&mut raid.stage.log, raid.now);
        let role = iam::create_role(log, &caller, time, &account, name, &trusted);
        iam::attach_role_policy(log, &caller, time + secs(20), &role, "AdministratorAccess");
        raid.pause(60, 120);
    }
    for name in ["ListDetectors", "ListFindings", "GetFindings"] {
        raid.call(REGION, "guardduty", name, json!(null));
        raid.pause(2, 9);
    }
}

/// Writes Lightsail with the spare key: refused at first, granted an hour later.
fn after_containment(raid: &mut Raid<'_>, spare: Actor) {
    // The responders knew the first key and the new user, not the second key.
    let agent = places::boto(raid.stage);
    raid.wait(hours(3));
    raid.act_as(spare.with_agent(&agent));
    raid.call(REGION, "lightsail", "GetRegions", json!(null));
    raid.pause(20, 40);
    let id = raid.account.id.clone();
    let names = ["Ubuntu-1", "Ubuntu-2", "Ubuntu-3", "Ubuntu-4"];
    let order = managed::lightsail(&id, REGION, &names, "4xlarge_3_0");
    let reason = "Your account is currently being verified. Verification normally takes less than 2 hours. Until your \
                  account is verified, you may not be able to create additional Lightsail resources.";
    raid.order(REGION, &order, &Verdict::Other("AccessDeniedException", reason.into()));
    raid.wait(mins(62));
    raid.order(REGION, &order, &Verdict::Granted);
}
