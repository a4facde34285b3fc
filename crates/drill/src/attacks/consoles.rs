//! Thieves who turn a key into a password and click.

use serde_json::json;

use super::places;
use super::raid::Raid;
use super::{aftermath, habits};
use crate::addresses::Network;
use crate::agents;
use crate::calls::ec2::Run;
use crate::calls::refusal::Verdict;
use crate::calls::sign_in::SignIn;
use crate::calls::{fleet, iam, prepare};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

const KEY: &str = "compromised-access-key";
const CONSOLE: &str = "compromised-console-session";

/// Writes Datadog's first case: an admin user within eleven seconds, the console from home lines, two
/// large machines for which AWS wants to verify the account first.
pub(super) fn eleven_seconds(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "sysops");
    let actor = places::thief_of(stage, &user, Network::HomeElsewhere);
    let now = stage.utc(14, 9, 14);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.incident.accept(CONSOLE);
    raid.call("us-east-1", "ses", "GetSendQuota", json!(null));
    raid.wait(secs(1));
    raid.call("us-east-1", "ses", "ListIdentities", json!(null));
    raid.wait(secs(2));
    raid.call("us-east-1", "iam", "ListUsers", json!(null));
    raid.wait(secs(2));
    let (caller, account, start) = (raid.actor.clone(), raid.account.clone(), raid.now);
    let log = &mut raid.stage.log;
    let admin = iam::create_user(log, &caller, start, &account, "adminservice");
    iam::attach_user_policy(log, &caller, start + secs(3), &admin, "AdministratorAccess");
    iam::create_login_profile(log, &caller, start + secs(6), &admin);
    raid.wait(mins(47));
    let address = places::seat(raid.stage, Network::HomeElsewhere);
    let console = raid.sign_in(&admin, &address, SignIn::WithoutMfa);
    raid.act_as(console);
    let far = "us-west-1";
    raid.pause(60, 120);
    raid.look(far, &["DescribeInstances", "DescribeKeyPairs", "DescribeInstanceTypes"], 9);
    let caller = raid.actor.clone();
    prepare::import_key_pair(&mut raid.stage.log, &caller, raid.now, far, "mykey");
    raid.pause(20, 40);
    raid.security_group(far, "launch-wizard-1", 22);
    for _ in 0..2 {
        let run = raid.want(far, "r6i.metal", 1).with_key("mykey");
        raid.run(&run, &Verdict::Pending);
        raid.pause(40, 90);
    }
    raid.finish();
}

/// Writes Permiso's case: a storage browser, a minted user, the console, and half an hour later dozens
/// of tries for GPU machines, thirteen of which work.
pub(super) fn storage_browser(stage: &mut Stage) {
    let address = places::seat(stage, Network::HomeElsewhere);
    let actor = stage.org.legacy.actor().at(&address);
    let actor = actor.with_agent("[S3 Browser 9.5.5 https://s3browser.com]");
    let now = stage.utc(13, 6, 20);
    let mut raid = Raid::begin(stage, actor, now, KEY);
    raid.incident.accept(CONSOLE);
    raid.call("us-east-1", "s3", "ListBuckets", json!({"Host": "s3.amazonaws.com"}));
    raid.pause(60, 120);
    raid.denied("us-east-1", "iam", "PutUserPolicy");
    raid.pause(30, 60);
    let (caller, account, start) = (raid.actor.clone(), raid.account.clone(), raid.now);
    let log = &mut raid.stage.log;
    let backup = iam::create_user(log, &caller, start, &account, "backup");
    let key = iam::create_access_key(log, &caller, start + secs(9), &backup);
    let policy = json!({"userName": "backup", "policyName": "backuppolicy", "policyDocument":
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*:*","Resource":"*"}]}"#});
    iam::iam(log, &caller, start + secs(31), "PutUserPolicy").request(policy).send();
    iam::create_login_profile(log, &caller, start + secs(55), &backup);
    raid.incident.spare(&backup.arn(), &key);
    raid.wait(mins(3));
    let console = raid.sign_in(&backup, &address, SignIn::WithoutMfa);
    raid.act_as(console);
    raid.wait(mins(31));
    for (region, wins) in
        [("us-east-1", 3), ("us-east-2", 3), ("us-west-2", 3), ("eu-west-1", 2), ("ap-southeast-1", 2)]
    {
        wizard(&mut raid, region, wins);
    }
    aftermath::contain(&mut raid, hours(20));
    raid.finish();
}

/// Writes the wizard's round of tries in `region`, `wins` of which obtain a machine.
fn wizard(raid: &mut Raid<'_>, region: &str, wins: u64) {
    raid.look(region, &["DescribeVpcs", "DescribeKeyPairs", "DescribeInstanceTypes"], 2);
    raid.open_doors(region, "su32", "launch-wizard-1", 22);
    let mut run = raid.want(region, "p3.16xlarge", 1).with_key("su32");
    run.http_tokens = "optional";
    for at in 0..5 {
        let run = run.clone().in_subnet(at % 3);
        raid.run(&run, &Verdict::NoCapacity);
        raid.pause(15, 50);
    }
    let (caller, place) = (raid.actor.clone(), (raid.account.clone(), region));
    let launched = fleet::request_spot_instances(
        &mut raid.stage.log,
        &caller,
        raid.now,
        (&place.0, place.1),
        ("p3.16xlarge", 2),
        &Verdict::SpotLimit,
    );
    raid.take(launched, &Verdict::SpotLimit);
    raid.pause(20, 40);
    for at in 0..wins {
        let run = run.clone().in_subnet(usize::try_from(at % 3).unwrap_or(0));
        raid.run(&run, &Verdict::Granted);
        raid.pause(15, 60);
    }
}

/// Writes Expel's second case: password of another user changed, console without a second factor, new
/// users, a larger quota asked for; stopped before any launch.
pub(super) fn quota_climb(stage: &mut Stage) {
    let other = habits::user_at_work(stage, "finance-admin");
    let address = places::seat(stage, Network::HomeElsewhere);
    let actor = stage.org.legacy.actor().at(&address);
    let now = stage.utc(14, 7, 40);
    let mut raid = Raid::begin(stage, actor, now, KEY).with_cli();
    raid.incident.accept(CONSOLE);
    raid.call("us-east-1", "iam", "ListUsers", json!(null));
    raid.pause(60, 140);
    raid.call("us-east-1", "iam", "UpdateLoginProfile", json!({"userName": other.name}));
    raid.wait(mins(4));
    let console = raid.sign_in(&other, &address, SignIn::WithoutMfa);
    raid.act_as(console);
    raid.pause(60, 120);
    let (caller, account) = (raid.actor.clone(), raid.account.clone());
    for name in ["root1", "support-team"] {
        let (log, at) = (&mut raid.stage.log, raid.now);
        let user = iam::create_user(log, &caller, at, &account, name);
        let key = iam::create_access_key(log, &caller, at + secs(20), &user);
        iam::attach_user_policy(log, &caller, at + secs(45), &user, "AdministratorAccess");
        iam::create_login_profile(log, &caller, at + secs(70), &user);
        raid.incident.spare(&user.arn(), &key);
        raid.pause(90, 200);
    }
    let home = account.home.clone();
    for (code, value) in [("L-1216C47A", 1920), ("L-DB2E81BA", 768), ("L-417A185B", 384)] {
        let place = (&account, home.as_str());
        prepare::ask_for_quota(&mut raid.stage.log, &caller, raid.now, place, code, value);
        raid.pause(30, 90);
    }
    aftermath::contain(&mut raid, hours(1));
    raid.incident.optional = true;
    raid.stage.truth.note = "stopped after the quota was asked for: nothing was launched".into();
    raid.finish();
}

/// Writes quotas raised first, all over the place, and hours later, when they are granted, GPU machines.
pub(super) fn quotas_first(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "global-admin");
    let address = places::seat(stage, Network::Vpn);
    let now = stage.utc(14, 12, 5);
    // Nobody knows where the password came from: no key of the user was used.
    let actor = user.session("", now);
    let mut raid = Raid::begin(stage, actor, now, CONSOLE);
    let console = raid.sign_in(&user, &address, SignIn::WithoutMfa);
    raid.act_as(console);
    let caller = raid.actor.clone();
    let account = raid.account.clone();
    let regions = ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1"];
    for region in regions {
        for (code, value) in [("L-417A185B", 768), ("L-DB2E81BA", 768)] {
            let log = &mut raid.stage.log;
            prepare::quota(log, &caller, raid.now, region, "GetServiceQuota", code).send();
            prepare::ask_for_quota(log, &caller, raid.now + secs(20), (&account, region), code, value);
            raid.pause(60, 150);
        }
    }
    raid.wait(hours(9));
    let again = raid.sign_in(&user, &address, SignIn::WithoutMfa);
    raid.act_as(again);
    raid.wait(mins(3));
    for region in regions {
        raid.look(region, &["DescribeInstances", "DescribeInstanceTypes"], 8);
        for at in 0..4 {
            let run = Run::new(&raid.account, region, "p3.16xlarge", 2).in_subnet(at % 3);
            raid.run(&run, if at == 3 { &Verdict::Quota(384) } else { &Verdict::Granted });
            raid.pause(30, 90);
        }
    }
    raid.finish();
}

/// Writes a stolen cookie of an engineer's single sign-on session: same key, another browser, GPU
/// machines through the wizard, while the engineer works on.
pub(super) fn stolen_cookie(stage: &mut Stage) {
    let org = stage.org.clone();
    let account = org.production().clone();
    let person = org.person(crate::organisation::Job::Engineer).clone();
    let signed_in = stage.local(14, 9, 12);
    let office = org.office_on(14).to_owned();
    let own = crate::calls::sign_in::sso_console(&mut stage.log, &org, &person, &account, signed_in, &office);
    crate::life::people::browse(stage, &own, signed_in + mins(1), &account);
    crate::life::people::browse(stage, &own, signed_in + hours(3), &account);
    let address = places::seat(stage, Network::Vpn);
    let browser = agents::browser(&mut stage.rng.fork("thief's browser"));
    let actor = own.at(&address).with_agent(&browser);
    let mut raid = Raid::begin(stage, actor, signed_in + hours(3) + mins(4), CONSOLE);
    raid.incident.accept("compromised-role-session");
    let far = places::dormant(&account);
    for (region, machine) in [(far[0], "g5.24xlarge"), (far[2], "g5.24xlarge"), (far[3], "g4dn.metal")] {
        raid.look(
            region,
            &["DescribeInstances", "DescribeVpcs", "DescribeKeyPairs", "DescribeInstanceTypes"],
            3,
        );
        raid.open_doors(region, "temp", "launch-wizard-1", 22);
        let run = raid.want(region, machine, 4).with_key("temp");
        raid.run(&run, &Verdict::DryRun);
        raid.pause(2, 5);
        raid.run(&run, &Verdict::Granted);
        raid.pause(60, 200);
    }
    aftermath::contain(&mut raid, hours(2));
    raid.finish();
}

/// Writes a sign-in page between an admin and AWS: password and second factor are real, the address is
/// the page's. Regions nobody had switched on are switched on and used.
pub(super) fn phished(stage: &mut Stage) {
    let user = habits::user_at_work(stage, "it-operations");
    let address = places::seat(stage, Network::Hosting);
    let now = stage.local(15, 15, 33);
    let mut raid = Raid::begin(stage, user.session("", now), now, CONSOLE);
    let console = raid.sign_in(&user, &address, SignIn::WithMfa);
    raid.act_as(console);
    raid.pause(40, 90);
    raid.call("us-east-1", "account", "ListRegions", json!({}));
    let (caller, opened) = (raid.actor.clone(), ["me-central-1", "af-south-1", "ap-east-1"]);
    for region in opened {
        prepare::enable_region(&mut raid.stage.log, &caller, raid.now, region);
        raid.pause(5, 12);
    }
    // A region takes some minutes to come up.
    raid.wait(mins(17));
    for region in opened {
        raid.look(region, &["DescribeInstances", "DescribeVpcs", "DescribeInstanceTypes"], 2);
        for _ in 0..2 {
            let run = raid.want(region, "c5.24xlarge", 2);
            raid.run(&run, &Verdict::Granted);
            raid.pause(30, 90);
        }
    }
    aftermath::contain(&mut raid, hours(16));
    raid.finish();
}
