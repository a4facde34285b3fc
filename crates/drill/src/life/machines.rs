//! Instances at work: the metadata service renews their credential, the agent reports, the
//! software makes its calls. Thinned to some calls a credential.

use jiff::Timestamp;
use serde_json::json;

use crate::agents;
use crate::calls::sts;
use crate::log::Log;
use crate::organisation::{Account, Instance};
use crate::rng::Rng;
use crate::stage::Stage;
use crate::time::{hours, mins};

/// Writes the life of all standing instances.
pub(crate) fn live(stage: &mut Stage) {
    let org = stage.org.clone();
    let mut machines: Vec<(&Instance, &str, &str)> = org
        .fleets
        .iter()
        .flat_map(|fleet| fleet.instances.iter().map(|i| (i, fleet.name.as_str(), fleet.agent.as_str())))
        .collect();
    let jenkins = agents::jenkins();
    machines.push((&org.builder, "builder", &jenkins));
    for (instance, work, agent) in machines {
        let end = stage.span.end();
        live_one(&mut stage.log, &mut stage.rng, instance, (work, agent), (stage.span.start, end));
    }
}

/// Writes the life of one instance between `from` and `to`: `work` is its fleet's name.
pub(crate) fn live_one(
    log: &mut Log,
    rng: &mut Rng,
    instance: &Instance,
    (work, agent): (&str, &str),
    (from, to): (Timestamp, Timestamp),
) {
    let mut issued = instance.issued_at(from);
    while issued < to {
        sts::issue_to_instance(log, instance, issued);
        for _ in 0..rng.between(1, 2) {
            let time = within(rng.between(1, 350), issued);
            report(log, rng, instance, time);
        }
        for _ in 0..rng.between(1, 3) {
            let time = within(rng.between(1, 350), issued);
            let call = *rng.pick(work_of(work));
            make(log, instance, time, agent, call);
        }
        issued += hours(6);
    }
}

/// Returns a moment `minutes` after the issue of a credential, while it is still in use.
fn within(minutes: i64, issued: Timestamp) -> Timestamp {
    issued + mins(minutes)
}

/// Writes the report of the Systems Manager agent.
fn report(log: &mut Log, rng: &mut Rng, instance: &Instance, time: Timestamp) {
    let actor = instance.actor(time, "ssm").with_agent(&agents::ssm_agent());
    let name = if rng.chance(80) { "UpdateInstanceInformation" } else { "ListInstanceAssociations" };
    let request = if name == "ListInstanceAssociations" {
        json!({"instanceId": instance.id, "maxResults": 20})
    } else {
        let computer =
            format!("ip-{}.{}.compute.internal", instance.private_address.replace('.', "-"), instance.region);
        json!({
            "instanceId": instance.id, "agentVersion": "3.3.2299.0", "agentStatus": "Active",
            "platformType": "Linux", "platformName": "Amazon Linux", "platformVersion": "2023",
            "iPAddress": instance.private_address, "computerName": computer, "agentName": "amazon-ssm-agent",
            "availabilityZone": format!("{}a", instance.region), "sSMConnectionChannel": "ssmmessages",
        })
    };
    log.call(&actor, time, &instance.region, "ssm", name).request(request).send();
}

/// Returns the calls software of a fleet makes: service and operation.
fn work_of(fleet: &str) -> &'static [(&'static str, &'static str)] {
    match fleet {
        "web" => &[("secretsmanager", "GetSecretValue"), ("ssm", "GetParameter"), ("kms", "Decrypt")],
        "worker" => &[
            ("sqs", "GetQueueUrl"),
            ("logs", "CreateLogStream"),
            ("kms", "Decrypt"),
            ("ec2", "DescribeTags"),
        ],
        _ => &[("ecr", "GetAuthorizationToken"), ("sts", "GetCallerIdentity"), ("ec2", "DescribeInstances")],
    }
}

/// Writes one call of an instance's software.
fn make(log: &mut Log, instance: &Instance, time: Timestamp, agent: &str, (service, name): (&str, &str)) {
    let actor = instance.actor(time, service).with_agent(agent);
    let request = request(&instance.account, &instance.role.name, &instance.region, name, &instance.id);
    log.call(&actor, time, &instance.region, service, name).request(request).send();
}

/// Returns plausible parameters of the everyday call `name` made by software with `role`.
pub(crate) fn request(
    account: &Account,
    role: &str,
    region: &str,
    name: &str,
    instance: &str,
) -> serde_json::Value {
    match name {
        "GetSecretValue" => json!({"secretId": format!("{role}/database")}),
        "GetParameter" => json!({"name": format!("/{role}/config"), "withDecryption": true}),
        "Decrypt" => {
            json!({"encryptionContext": {"aws:pi": role}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"})
        }
        "GetQueueUrl" => json!({"queueName": format!("{role}-jobs")}),
        "CreateLogStream" => json!({"logGroupName": format!("/app/{role}"), "logStreamName": instance}),
        "DescribeTags" => json!({"filterSet": {"items": [
            {"name": "resource-id", "valueSet": {"items": [{"value": instance}]}},
        ]}}),
        "DescribeInstances" => {
            json!({"instancesSet": {"items": [{"instanceId": instance}]}, "filterSet": {}})
        }
        "BatchGetImage" => {
            json!({"registryId": account.id, "repositoryName": role, "imageIds": [{"imageTag": region}]})
        }
        _ => serde_json::Value::Null,
    }
}
