//! The web fleet follows the day: Auto Scaling adds machines in the morning and takes them away at
//! night, with single replacements in between.

use crate::calls::groups::{self, Group};
use crate::calls::refusal::Verdict;
use crate::organisation::Instance;
use crate::stage::Stage;
use crate::time::{hours, mins};

use super::machines;

/// Writes the daily rhythm of the web fleet's group.
pub(crate) fn live(stage: &mut Stage) {
    let group = web_group(stage);
    for day in 0..stage.span.days {
        let growth = if stage.span.is_weekend(day) { 1 } else { stage.rng.between(2, 4) };
        let minute = stage.rng.between(0, 50);
        let up = stage.local(day, 7, minute);
        let mut running = Vec::new();
        for launched in groups::scale_out(&mut stage.log, up, &group, growth.unsigned_abs()) {
            running.extend(launched.instances);
        }
        if let Some(first) = running.first() {
            work(stage, &group, first, up);
        }
        if stage.rng.chance(15) {
            replace_one(stage, &group, day);
        }
        let down = stage.local(day, 20, minute);
        groups::scale_in(&mut stage.log, down, &group, &running);
    }
}

/// Returns the Auto Scaling group of the web fleet.
pub(crate) fn web_group(stage: &Stage) -> Group {
    let (fleet, account) = (stage.org.web(), stage.org.production());
    Group::standing(account, &fleet.region, "web-asg", &fleet.machine, "web-instance-role")
}

/// Writes some hours of work of the new instance `id`.
fn work(stage: &mut Stage, group: &Group, id: &str, since: jiff::Timestamp) {
    let fleet = stage.org.web().clone();
    let like = &fleet.instances[0];
    let mut instance = Instance::new(&mut stage.rng, &group.account, &group.region, &like.role)
        .with_egress(like.egress, stage.org.scope_fields);
    instance.id = id.to_owned();
    let stretch = (since + mins(4), since + hours(5));
    machines::live_one(&mut stage.log, &mut stage.rng, &instance, ("web", &fleet.agent), stretch);
}

/// Writes the replacement of an unhealthy machine.
fn replace_one(stage: &mut Stage, group: &Group, day: i64) {
    let time = stage.local(day, 13, 20);
    let gone = stage.rng.resource("i");
    groups::scale_in(&mut stage.log, time, group, &[gone]);
    groups::service_run(&mut stage.log, time + mins(1), group, 1, &Verdict::Granted);
}
