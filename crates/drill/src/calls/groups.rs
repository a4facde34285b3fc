//! Auto Scaling groups, and the launches and terminations the service makes for them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ec2::{self, Run, Template};
use super::refusal::Verdict;
use crate::actor::Actor;
use crate::log::Log;
use crate::organisation::Account;
use crate::time::secs;
use crate::truth::Launched;

/// The name Auto Scaling calls with.
pub(crate) const AUTO_SCALING: &str = "autoscaling.amazonaws.com";

/// An Auto Scaling group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) account: Account,
    pub(crate) region: String,
    pub(crate) name: String,
    pub(crate) template: Template,
    /// What the template launches.
    pub(crate) machine: String,
    pub(crate) profile: String,
}

impl Group {
    /// Returns the group `name` that stood before the drill began.
    pub(crate) fn standing(
        account: &Account,
        region: &str,
        name: &str,
        machine: &str,
        profile: &str,
    ) -> Self {
        let id = account.ids.fork(&format!("template:{name}:{region}")).resource("lt");
        Self {
            account: account.clone(),
            region: region.into(),
            name: name.into(),
            template: Template { id, name: format!("{name}-lt"), version: "3".into() },
            machine: machine.into(),
            profile: profile.into(),
        }
    }

    /// Returns Auto Scaling at work for this group's account.
    pub(crate) fn service(&self, time: Timestamp) -> Actor {
        let role = self.account.service_role(AUTO_SCALING, "AWSServiceRoleForAutoScaling");
        role.for_service("AutoScaling", AUTO_SCALING, time - secs(1))
    }

    fn arn(&self) -> String {
        format!(
            "arn:aws:autoscaling:{}:{}:autoScalingGroup:*:autoScalingGroupName/{}",
            self.region, self.account.id, self.name
        )
    }
}

/// Bounds and wish of a group: minimum, maximum, desired.
pub(crate) type Sizes = (u64, u64, u64);

/// Writes `CreateAutoScalingGroup`.
pub(crate) fn create(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    group: &Group,
    (min, max, desired): Sizes,
    verdict: &Verdict,
) -> Launched {
    let subnets: Vec<String> = group.account.vpc(&group.region).subnets.into_iter().map(|s| s.id).collect();
    let request = json!({
        "autoScalingGroupName": group.name,
        "launchTemplate": {"launchTemplateId": group.template.id, "version": group.template.version},
        "minSize": min, "maxSize": max, "desiredCapacity": desired,
        "vPCZoneIdentifier": subnets.join(","),
        "healthCheckType": "EC2", "healthCheckGracePeriod": 300, "tags": [],
    });
    send(log, actor, time, group, "CreateAutoScalingGroup", request, desired, verdict)
}

/// Writes `UpdateAutoScalingGroup` with new sizes.
pub(crate) fn update(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    group: &Group,
    (min, max, desired): Sizes,
    verdict: &Verdict,
) -> Launched {
    let request = json!({
        "autoScalingGroupName": group.name, "minSize": min, "maxSize": max, "desiredCapacity": desired,
    });
    send(log, actor, time, group, "UpdateAutoScalingGroup", request, desired, verdict)
}

/// Writes `SetDesiredCapacity`.
pub(crate) fn set_desired(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    group: &Group,
    desired: u64,
    verdict: &Verdict,
) -> Launched {
    let request = json!({
        "autoScalingGroupName": group.name, "desiredCapacity": desired, "honorCooldown": false,
    });
    send(log, actor, time, group, "SetDesiredCapacity", request, desired, verdict)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the common tail of three calls that differ in name and parameters"
)]
fn send(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    group: &Group,
    name: &str,
    request: Value,
    desired: u64,
    verdict: &Verdict,
) -> Launched {
    let call = log.call(actor, time, &group.region, "autoscaling", name).request(request);
    let zone = format!("{}a", group.region);
    let event_id = verdict.apply(call, &group.machine, &zone, &group.arn()).send();
    Launched { event_id, time, region: group.region.clone(), requested: desired, instances: Vec::new() }
}

/// Writes the `RunInstances` Auto Scaling makes when `group` grows by `count`: a few instances a call.
///
/// The launches are the service's own; whose hand is behind them is not in the record.
pub(crate) fn scale_out(log: &mut Log, time: Timestamp, group: &Group, count: u64) -> Vec<Launched> {
    /// Auto Scaling launches at most about this many instances a call.
    const BATCH: u64 = 20;
    let mut launched = Vec::new();
    let mut left = count;
    let mut at = time;
    while left > 0 {
        let batch = left.min(BATCH);
        launched.push(service_run(log, at, group, batch, &Verdict::Granted));
        left -= batch;
        at += secs(3);
    }
    launched
}

/// Writes one `RunInstances` of Auto Scaling for `group`.
pub(crate) fn service_run(
    log: &mut Log,
    time: Timestamp,
    group: &Group,
    count: u64,
    verdict: &Verdict,
) -> Launched {
    let actor = group.service(time);
    let fleet = log.ids().uuid();
    let subnet = log.ids().below(3);
    let run = Run::new(&group.account, &group.region, &group.machine, count)
        .in_subnet(subnet)
        .through(&group.template)
        .with_profile(&group.profile)
        .with_token(&format!("fleet-{fleet}-0"))
        .tagged("aws:autoscaling:groupName", &group.name)
        .tagged("aws:ec2launchtemplate:id", &group.template.id)
        .tagged("aws:ec2launchtemplate:version", &group.template.version)
        .tagged("aws:ec2:fleet-id", &format!("fleet-{fleet}"));
    ec2::run_instances(log, &actor, time, &run, verdict)
}

/// Writes the `TerminateInstances` Auto Scaling makes when `group` shrinks by `ids`.
pub(crate) fn scale_in(log: &mut Log, time: Timestamp, group: &Group, ids: &[String]) {
    let actor = group.service(time);
    for some in ids.chunks(20) {
        ec2::terminate(log, &actor, time, &group.region, some);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::time::Span;

    #[test]
    fn growth_is_the_service_s_own_in_calls_of_twenty_without_a_key() {
        let mut rng = Rng::new(2);
        let id = rng.account();
        let account = Account { ids: rng.fork(&id), id, home: "us-east-1".into(), regions: Vec::new() };
        let group = Group::standing(&account, "us-east-1", "shop", "c6i.2xlarge", "shop-role");
        let mut log = Log::new(rng);
        let launched = scale_out(&mut log, Span::new(0, 1).at(0, 9, 0), &group, 45);
        assert_eq!(launched.iter().map(|l| l.instances.len()).collect::<Vec<_>>(), [20, 20, 5]);
        for (_, record) in log.into_records() {
            assert_eq!(record["userIdentity"]["invokedBy"], AUTO_SCALING);
            assert_eq!(record["sourceIPAddress"], AUTO_SCALING);
            assert!(record["userIdentity"]["accessKeyId"].is_null() && record["tlsDetails"].is_null());
            let tags = record["requestParameters"]["tagSpecificationSet"].to_string();
            assert!(tags.contains("aws:autoscaling:groupName") && tags.contains("shop"));
            assert!(record["requestParameters"]["clientToken"].as_str().unwrap().starts_with("fleet-"));
        }
    }
}
