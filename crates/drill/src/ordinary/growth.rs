//! Owners who grow: for a sale, after a quota, by replacement, for a test.

use jiff::Timestamp;

use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::groups::{self, Group};
use crate::calls::refusal::Verdict;
use crate::calls::{prepare, sign_in};
use crate::life::people;
use crate::organisation::Job;
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Writes growth of `group` by `count` from `time` and its end at `until`.
fn grow(stage: &mut Stage, group: &Group, count: u64, time: Timestamp, until: Timestamp) {
    let mut running = Vec::new();
    for launched in groups::scale_out(&mut stage.log, time, group, count) {
        running.extend(launched.instances);
    }
    groups::scale_in(&mut stage.log, until, group, &running);
}

/// Writes a standing group that follows the day between 20 and 40, so that it has a history.
fn daily_rhythm(stage: &mut Stage, group: &Group) {
    for day in 0..stage.span.days {
        let count = stage.rng.between(8, 18).unsigned_abs();
        grow(stage, group, count, stage.local(day, 7, 15), stage.local(day, 21, 30));
    }
}

/// Writes the sale: an admin raises the shop's group from 40 to 300, Auto Scaling follows, and next
/// day the admin lowers it again.
pub(super) fn sale(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let group = Group::standing(&account, &account.home, "shop-asg", "c6i.2xlarge", "shop-instance-role");
    daily_rhythm(stage, &group);
    let (org, admin) = (stage.org.clone(), stage.org.person(Job::Admin).clone());
    let time = stage.local(14, 9, 40);
    let actor = sign_in::sso_console(&mut stage.log, &org, &admin, &account, time, org.office_on(14));
    people::browse(stage, &actor, time + secs(8), &account);
    groups::update(&mut stage.log, &actor, time + mins(12), &group, (40, 300, 40), &Verdict::Granted);
    // Visitors come at ten; the target-tracking policy does the rest.
    for (minute, count) in [(5, 40), (9, 80), (14, 100), (40, 40)] {
        grow(stage, &group, count, stage.local(14, 10, minute), stage.local(15, 1, minute));
    }
    let after = stage.local(15, 10, 5);
    let actor = sign_in::sso_console(&mut stage.log, &org, &admin, &account, after, org.office_on(15));
    groups::update(&mut stage.log, &actor, after + mins(3), &group, (20, 40, 20), &Verdict::Granted);
    stage.truth.note = "an owner enlarges a standing group for a sale and takes it back".into();
}

/// Writes a quota asked for early, and the growth it was for.
pub(super) fn quota_first(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let group = Group::standing(&account, &account.home, "search-asg", "r6i.4xlarge", "search-instance-role");
    daily_rhythm(stage, &group);
    let (org, admin) = (stage.org.clone(), stage.org.person(Job::Admin).clone());
    let time = stage.local(8, 14, 10);
    let actor = sign_in::sso_console(&mut stage.log, &org, &admin, &account, time, org.office_on(8));
    for name in ["GetServiceQuota", "ListRequestedServiceQuotaChangeHistoryByQuota"] {
        prepare::quota(&mut stage.log, &actor, time + mins(2), &account.home, name, "L-1216C47A").send();
    }
    let place = (&account, account.home.as_str());
    prepare::ask_for_quota(&mut stage.log, &actor, time + mins(4), place, "L-1216C47A", 4096);
    let later = stage.local(14, 10, 20);
    let actor = sign_in::sso_terminal(&mut stage.log, &org, &admin, &account, later, &admin.home);
    groups::update(&mut stage.log, &actor, later + mins(2), &group, (20, 120, 90), &Verdict::Granted);
    grow(stage, &group, 70, later + mins(3), stage.span.end());
    stage.truth.note = "a quota rise and a growth that belong together and to the owner".into();
}

/// Writes spot machines taken back and replaced, one for one, all through a busy day.
pub(super) fn spot_rebalancing(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let group =
        Group::standing(&account, &account.home, "spot-workers", "c5.4xlarge", "worker-instance-role");
    for day in 0..stage.span.days {
        // Capacity runs short on day 14: the whole fleet is replaced, some twice.
        let rounds = if day == 14 { 16 } else { stage.rng.between(0, 2) };
        for round in 0..rounds {
            let time = stage.span.at(day, 9, 0) + mins(round * 11 + stage.rng.between(0, 6));
            let count = stage.rng.between(2, 4).unsigned_abs();
            let gone: Vec<String> = (0..count).map(|_| stage.rng.resource("i")).collect();
            groups::scale_out(&mut stage.log, time, &group, count);
            groups::scale_in(&mut stage.log, time + mins(2), &group, &gone);
        }
    }
    stage.truth.note = "replacement: net growth is zero".into();
}

/// Writes a second fleet started by the pipeline beside the first, which then ends.
pub(super) fn blue_green(stage: &mut Stage) {
    let account = stage.org.production().clone();
    for (day, colour) in [(1, "green"), (8, "blue"), (15, "green")] {
        let time = stage.local(day, 11, 30);
        let build = crate::life::pipeline::federate(stage, time);
        let actor = build.with_agent(&agents::terraform());
        let role = account.role("terraform-apply");
        let session = format!("aws-go-sdk-{}", time.as_nanosecond());
        let actor = crate::calls::sts::assume_role(
            &mut stage.log,
            &actor,
            time + secs(20),
            &account.home,
            &role,
            &session,
        );
        let name = format!("api-{colour}-{day}");
        let group = Group::standing(&account, &account.home, &name, "c6i.4xlarge", "api-instance-role");
        groups::create(&mut stage.log, &actor, time + secs(60), &group, (24, 48, 24), &Verdict::Granted);
        groups::scale_out(&mut stage.log, time + secs(80), &group, 24);
        let gone: Vec<String> = (0..24).map(|_| stage.rng.resource("i")).collect();
        groups::scale_in(&mut stage.log, time + mins(40), &group, &gone);
    }
    stage.truth.note = "blue-green: the new fleet replaces the old one".into();
}

/// Writes an engineer who starts 200 machines for a test and ends them after two hours.
pub(super) fn load_test(stage: &mut Stage) {
    let account = stage.org.sandbox().clone();
    let (org, engineer) = (stage.org.clone(), stage.org.person(Job::Engineer).clone());
    // A rehearsal last week with a few machines, then the test.
    for (day, count) in [(7, 5), (14, 200)] {
        let time = stage.local(day, 13, 20);
        let actor =
            sign_in::sso_terminal(&mut stage.log, &org, &engineer, &account, time, org.office_on(day));
        let actor = actor.with_agent(&agents::cli(&mut account.ids.fork("load-test"), "ec2.run-instances"));
        let run = Run::new(&account, &account.home, "c5.xlarge", count)
            .at_least(count / 2)
            .with_user_data()
            .tagged("Name", "loadgen")
            .tagged("owner", &engineer.name);
        let launched = ec2::run_instances(&mut stage.log, &actor, time + mins(5), &run, &Verdict::Granted);
        let ended = time + hours(2);
        let agent = agents::cli(&mut account.ids.fork("load-test"), "ec2.terminate-instances");
        let actor = actor.with_agent(&agent);
        for some in launched.instances.chunks(100) {
            ec2::terminate(&mut stage.log, &actor, ended, &account.home, some);
        }
    }
    stage.truth.note = "a load test: own person, own region, two hours".into();
}
