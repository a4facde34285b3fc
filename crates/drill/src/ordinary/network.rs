//! Instance credentials that are where they belong and do not look so.

use serde_json::json;

use crate::agents;
use crate::calls::ec2::{self, Run};
use crate::calls::refusal::Verdict;
use crate::calls::sts;
use crate::organisation::{Egress, Instance};
use crate::stage::Stage;
use crate::time::{hours, mins, secs};

/// Writes instances whose calls leave by NAT, by endpoint, by their own address and, since the
/// network's default route was moved to the company's firewall, by the company's VPN. The one with
/// the office's route also starts machines, as it always did.
pub(super) fn many_ways(stage: &mut Stage) {
    let account = stage.org.production().clone();
    let role = account.role("scheduler-instance-role");
    let mut scheduler = Instance::new(&mut stage.rng, &account, &account.home, &role);
    for day in 0..stage.span.days {
        for hour in [1, 7, 13, 19] {
            // Failover of the route: most days NAT, two days a week through the company's firewall.
            let through_office = day % 7 == 1 || day % 7 == 3;
            let time = stage.utc(day, hour, 20);
            scheduler.egress = if hour == 7 { Egress::Endpoint } else { Egress::Nat };
            sts::issue_to_instance(&mut stage.log, &scheduler, time);
            reports(stage, &scheduler, time, through_office);
            if hour == 13 {
                start_workers(stage, &scheduler, time + mins(8), through_office);
            }
        }
    }
    stage.truth.note = "NAT, endpoint, own address and company VPN are all this instance".into();
}

/// Writes the agent and the software calling within minutes of each other by different ways.
fn reports(stage: &mut Stage, instance: &Instance, time: jiff::Timestamp, through_office: bool) {
    let vpn = stage.org.corporate_vpn.clone();
    for (at, service, name) in [
        (0, "ssm", "ListInstanceAssociations"),
        (40, "sts", "GetCallerIdentity"),
        (90, "ec2", "DescribeInstances"),
    ] {
        let when = time + secs(at);
        let mut actor = instance.actor(when, service);
        if through_office && service == "ec2" {
            actor = actor.at(&vpn);
        }
        let agent = if service == "ssm" {
            agents::ssm_agent()
        } else {
            agents::boto3(&mut instance.account.ids.fork("sched"))
        };
        let request = if service == "ssm" { json!({"instanceId": instance.id}) } else { json!(null) };
        let actor = actor.with_agent(&agent);
        stage.log.call(&actor, when, &instance.region, service, name).request(request).send();
    }
}

/// Writes the machines the scheduler starts every day after lunch.
fn start_workers(stage: &mut Stage, instance: &Instance, time: jiff::Timestamp, through_office: bool) {
    let vpn = stage.org.corporate_vpn.clone();
    let agent = agents::boto3(&mut instance.account.ids.fork("sched"));
    let seen = |when| {
        let actor = instance.actor(when, "ec2").with_agent(&agent);
        if through_office { actor.at(&vpn) } else { actor }
    };
    let run = Run::new(&instance.account, &instance.region, "c5.2xlarge", 4).tagged("Name", "transcode");
    let launched = ec2::run_instances(&mut stage.log, &seen(time), time, &run, &Verdict::Granted);
    let end = time + hours(2);
    ec2::terminate(&mut stage.log, &seen(end), end, &instance.region, &launched.instances);
}
