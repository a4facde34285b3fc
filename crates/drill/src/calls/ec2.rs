//! EC2: starting, stopping and ending instances.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::refusal::Verdict;
use crate::actor::Actor;
use crate::log::Log;
use crate::machine;
use crate::organisation::{Account, Vpc};
use crate::rng::Rng;
use crate::truth::Launched;

/// A launch template as a launch refers to it.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// What `RunInstances` is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) vpc: Vpc,
    pub(crate) account: String,
    pub(crate) machine: String,
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) image: String,
    /// Which subnet of the network, and so which zone.
    pub(crate) subnet: usize,
    pub(crate) profile: Option<String>,
    /// With a template the request names no type.
    pub(crate) template: Option<Template>,
    pub(crate) spot: bool,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) key_name: Option<String>,
    /// Set by software that makes its calls idempotent; chance decides else.
    pub(crate) client_token: Option<String>,
    pub(crate) user_data: bool,
    /// Sets `disableApiTermination`.
    pub(crate) protected: bool,
    /// `required` or `optional`, the latter lets version 1 of the metadata service in.
    pub(crate) http_tokens: &'static str,
}

impl Run {
    /// Returns a request for `count` machines of type `machine` in `region` of `account`.
    pub(crate) fn new(account: &Account, region: &str, machine: &str, count: u64) -> Self {
        Self {
            vpc: account.vpc(region),
            account: account.id.clone(),
            machine: machine.into(),
            min: count,
            max: count,
            image: account.image("base", region),
            subnet: 0,
            profile: None,
            template: None,
            spot: false,
            tags: Vec::new(),
            key_name: None,
            client_token: None,
            user_data: false,
            protected: false,
            http_tokens: "required",
        }
    }

    /// Returns the same request for at least `min` machines.
    pub(crate) fn at_least(mut self, min: u64) -> Self {
        self.min = min;
        self
    }

    /// Returns the same request in the zone of subnet `at`, 0 to 2.
    pub(crate) fn in_subnet(mut self, at: usize) -> Self {
        self.subnet = at;
        self
    }

    /// Returns the same request from `image`.
    pub(crate) fn of_image(mut self, image: &str) -> Self {
        self.image = image.into();
        self
    }

    /// Returns the same request with the instance profile `name`.
    pub(crate) fn with_profile(mut self, name: &str) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Returns the same request with a tag.
    pub(crate) fn tagged(mut self, key: &str, value: &str) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// Returns the same request with the key pair `name`.
    pub(crate) fn with_key(mut self, name: &str) -> Self {
        self.key_name = Some(name.into());
        self
    }

    /// Returns the same request with start-up commands, which CloudTrail hides.
    pub(crate) fn with_user_data(mut self) -> Self {
        self.user_data = true;
        self
    }

    /// Returns the same request on the spot market.
    pub(crate) fn on_spot(mut self) -> Self {
        self.spot = true;
        self
    }

    /// Returns the same request through `template`.
    pub(crate) fn through(mut self, template: &Template) -> Self {
        self.template = Some(template.clone());
        self
    }

    /// Returns the same request with the idempotency token `token`.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.client_token = Some(token.into());
        self
    }

    fn zone(&self) -> &str {
        &self.vpc.subnets[self.subnet].zone
    }
}

/// Writes `RunInstances` and returns what it obtained: `max` machines where granted.
pub(crate) fn run_instances(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    run: &Run,
    verdict: &Verdict,
) -> Launched {
    let token = run.client_token.clone().unwrap_or_else(|| log.ids().uuid());
    let request = run_request(run, &token);
    let granted = verdict.is_granted();
    let ids: Vec<String> = (0..if granted { run.max } else { 0 }).map(|_| log.ids().resource("i")).collect();
    let response = run_response(log.ids(), run, &token, time, &ids);
    let resource = format!("arn:aws:ec2:{}:{}:instance/*", run.vpc.region, run.account);
    let call =
        log.call(actor, time, &run.vpc.region, "ec2", "RunInstances").request(request).response(response);
    let event_id = verdict.apply(call, &run.machine, run.zone(), &resource).send();
    Launched { event_id, time, region: run.vpc.region.clone(), requested: run.max, instances: ids }
}

/// Returns the parameters of `RunInstances`.
fn run_request(run: &Run, token: &str) -> Value {
    let mut item = json!({"minCount": run.min, "maxCount": run.max});
    let mut request = json!({
        "blockDeviceMapping": {},
        "availabilityZone": run.zone(),
        "monitoring": {"enabled": false},
        "subnetId": run.vpc.subnets[run.subnet].id,
        "disableApiTermination": run.protected,
        "disableApiStop": false,
        "clientToken": token,
    });
    if let Some(name) = &run.key_name {
        item["keyName"] = json!(name);
    }
    match &run.template {
        Some(template) => {
            request["launchTemplate"] = json!({
                "launchTemplateId": template.id, "version": template.version,
            });
        }
        None => {
            item["imageId"] = json!(run.image);
            request["instanceType"] = json!(run.machine);
            request["groupSet"] = json!({"items": [{"groupId": run.vpc.security_group}]});
        }
    }
    if let Some(profile) = &run.profile {
        request["iamInstanceProfile"] = json!({"name": profile});
    }
    if run.spot {
        request["instanceMarketOptions"] = json!({
            "marketType": "spot", "spotOptions": {"spotInstanceType": "one-time"},
        });
    }
    if run.user_data {
        request["userData"] = json!("<sensitiveDataRemoved>");
    }
    if !run.tags.is_empty() {
        request["tagSpecificationSet"] =
            json!({"items": [{"resourceType": "instance", "tags": tags(&run.tags)}]});
    }
    if run.http_tokens == "optional" {
        request["metadataOptions"] = json!({"httpTokens": "optional"});
    }
    request["instancesSet"] = json!({"items": [item]});
    request
}

/// Returns the response of `RunInstances` with one entry for each of `ids`.
fn run_response(rng: &mut Rng, run: &Run, token: &str, time: Timestamp, ids: &[String]) -> Value {
    let items: Vec<Value> =
        ids.iter().enumerate().map(|(at, id)| instance_item(rng, run, token, time, (at, id))).collect();
    json!({
        "reservationId": rng.resource("r"),
        "ownerId": run.account,
        "groupSet": {},
        "instancesSet": {"items": items},
    })
}

/// Returns the entry of one new instance, the `at`-th of its launch.
fn instance_item(rng: &mut Rng, run: &Run, token: &str, time: Timestamp, (at, id): (usize, &str)) -> Value {
    let address = run.vpc.private_address(rng, run.subnet);
    let name = format!("ip-{}.{}.compute.internal", address.replace('.', "-"), run.vpc.region);
    let (cores, threads) = machine::cores(&run.machine);
    let launched = time.as_second() * 1000;
    let groups = json!({"items": [{"groupId": run.vpc.security_group, "groupName": "default-workload"}]});
    let interface = json!({
        "networkInterfaceId": rng.resource("eni"), "subnetId": run.vpc.subnets[run.subnet].id, "vpcId": run.vpc.id,
        "ownerId": run.account, "operator": {"managed": false}, "status": "in-use", "macAddress": mac(rng),
        "privateIpAddress": address, "privateDnsName": name, "sourceDestCheck": true, "interfaceType": "interface",
        "groupSet": groups,
        "attachment": {
            "attachmentId": rng.resource("eni-attach"), "deviceIndex": 0, "networkCardIndex": 0,
            "status": "attaching", "attachTime": launched, "deleteOnTermination": true,
        },
        "privateIpAddressesSet": {"item": [{"privateIpAddress": address, "privateDnsName": name, "primary": true}]},
        "ipv6AddressesSet": {}, "tagSet": {},
    });
    let mut item = json!({
        "instanceId": id, "imageId": run.image, "currentInstanceBootMode": "uefi",
        "instanceState": {"code": 0, "name": "pending"}, "privateDnsName": name, "amiLaunchIndex": at,
        "productCodes": {}, "instanceType": run.machine, "launchTime": launched,
        "placement": {"availabilityZone": run.zone(), "tenancy": "default"},
        "monitoring": {"state": "disabled"}, "subnetId": run.vpc.subnets[run.subnet].id, "vpcId": run.vpc.id,
        "privateIpAddress": address, "stateReason": {"code": "pending", "message": "pending"},
        "architecture": if machine::is_arm(&run.machine) { "arm64" } else { "x86_64" },
        "rootDeviceType": "ebs", "rootDeviceName": "/dev/xvda", "blockDeviceMapping": {},
        "virtualizationType": "hvm", "hypervisor": "xen", "clientToken": token, "groupSet": groups,
        "sourceDestCheck": true, "networkInterfaceSet": {"items": [interface]}, "ebsOptimized": false,
        "enaSupport": true, "cpuOptions": {"coreCount": cores, "threadsPerCore": threads},
        "capacityReservationSpecification": {"capacityReservationPreference": "open"},
        "hibernationOptions": {"configured": false}, "enclaveOptions": {"enabled": false},
        "metadataOptions": {
            "state": "pending", "httpTokens": run.http_tokens, "httpPutResponseHopLimit": 2,
            "httpEndpoint": "enabled", "httpProtocolIpv4": "enabled", "httpProtocolIpv6": "disabled",
            "instanceMetadataTags": "disabled",
        },
        "maintenanceOptions": {"autoRecovery": "default", "rebootMigration": "default"},
        "operator": {"managed": false},
    });
    add_choices(rng, run, &mut item);
    item
}

/// Adds to an instance's entry what only some launches have: tags, spot, key pair, profile.
fn add_choices(rng: &mut Rng, run: &Run, item: &mut Value) {
    if !run.tags.is_empty() {
        item["tagSet"] = json!({"items": tags(&run.tags)});
    }
    if run.spot {
        item["instanceLifecycle"] = json!("spot");
        item["spotInstanceRequestId"] = json!(format!("sir-{}", rng.hex(8)));
    }
    if let Some(name) = &run.key_name {
        item["keyName"] = json!(name);
    }
    if let Some(profile) = &run.profile {
        let arn = format!("arn:aws:iam::{}:instance-profile/{profile}", run.account);
        item["iamInstanceProfile"] = json!({"arn": arn, "id": rng.principal_id("AIPA")});
    }
}

/// Writes `TerminateInstances` of `ids`.
pub(crate) fn terminate(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    ids: &[String],
) -> String {
    change_state(
        log,
        (actor, time, region),
        "TerminateInstances",
        ids,
        [(16, "running"), (32, "shutting-down")],
    )
}

/// Writes `StopInstances` of `ids`.
pub(crate) fn stop(log: &mut Log, actor: &Actor, time: Timestamp, region: &str, ids: &[String]) -> String {
    change_state(log, (actor, time, region), "StopInstances", ids, [(16, "running"), (64, "stopping")])
}

/// Writes `StartInstances` of `ids` and returns them as obtained.
pub(crate) fn start(log: &mut Log, actor: &Actor, time: Timestamp, region: &str, ids: &[String]) -> Launched {
    let states = [(80, "stopped"), (0, "pending")];
    let event_id = change_state(log, (actor, time, region), "StartInstances", ids, states);
    Launched { event_id, time, region: region.into(), requested: ids.len() as u64, instances: ids.to_vec() }
}

/// Writes a call that takes `ids` from the first of `states` to the second.
fn change_state(
    log: &mut Log,
    (actor, time, region): (&Actor, Timestamp, &str),
    name: &str,
    ids: &[String],
    [before, after]: [(u64, &str); 2],
) -> String {
    let items: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({
                "instanceId": id,
                "previousState": {"code": before.0, "name": before.1},
                "currentState": {"code": after.0, "name": after.1},
            })
        })
        .collect();
    let wanted: Vec<Value> = ids.iter().map(|id| json!({"instanceId": id})).collect();
    log.call(actor, time, region, "ec2", name)
        .request(json!({"instancesSet": {"items": wanted}}))
        .response(json!({"instancesSet": {"items": items}}))
        .send()
}

/// Writes `ModifyInstanceAttribute` that guards `id` against termination.
pub(crate) fn protect(log: &mut Log, actor: &Actor, time: Timestamp, region: &str, id: &str) -> String {
    log.call(actor, time, region, "ec2", "ModifyInstanceAttribute")
        .request(json!({"instanceId": id, "disableApiTermination": {"value": true}}))
        .response(json!({"_return": true}))
        .send()
}

/// Returns tags in the lower-case form of EC2's query API.
pub(crate) fn tags(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

fn mac(rng: &mut Rng) -> String {
    let parts: Vec<String> = (0..5).map(|_| rng.hex(2)).collect();
    format!("02:{}", parts.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    /// Returns the record of a launch of `count` c5.9xlarge that `shape` may change.
    fn launch(count: u64, shape: impl Fn(Run) -> Run, verdict: &Verdict) -> (Launched, Value) {
        let mut rng = Rng::new(6);
        let id = rng.account();
        let account = Account { ids: rng.fork(&id), id, home: "us-east-1".into(), regions: Vec::new() };
        let actor = account.user("ann").actor().at("198.51.100.4").with_agent("aws-cli/2");
        let run = shape(Run::new(&account, "us-east-1", "c5.9xlarge", count));
        let mut log = Log::new(rng);
        let launched = run_instances(&mut log, &actor, Span::new(0, 1).at(0, 9, 0), &run, verdict);
        (launched, log.into_records().remove(0).1)
    }

    #[test]
    fn a_granted_launch_answers_with_one_entry_for_each_machine() {
        let (launched, record) = launch(3, |run| run, &Verdict::Granted);
        let items = record["responseElements"]["instancesSet"]["items"].as_array().unwrap();
        let ids: Vec<&str> = items.iter().map(|item| item["instanceId"].as_str().unwrap()).collect();
        assert_eq!(ids, launched.instances);
        assert_eq!(items[0]["cpuOptions"], json!({"coreCount": 18, "threadsPerCore": 2}));
        assert_eq!(record["requestParameters"]["instanceType"], "c5.9xlarge");
        assert_eq!(record["responseElements"]["requestId"], record["requestID"]);
    }

    #[test]
    fn a_template_hides_the_type_from_the_request_but_not_from_the_response() {
        let template = Template { id: "lt-1".into(), name: "web".into(), version: "4".into() };
        let (_, record) = launch(1, |run| run.through(&template), &Verdict::Granted);
        assert!(record["requestParameters"]["instanceType"].is_null());
        assert_eq!(record["requestParameters"]["launchTemplate"]["launchTemplateId"], "lt-1");
        assert_eq!(record["responseElements"]["instancesSet"]["items"][0]["instanceType"], "c5.9xlarge");
    }

    #[test]
    fn a_refused_launch_keeps_what_was_asked_for_and_obtains_nothing() {
        for (verdict, code) in [
            (Verdict::DryRun, "Client.DryRunOperation"),
            (Verdict::Quota(32), "Client.VcpuLimitExceeded"),
            (Verdict::NoCapacity, "Server.InsufficientInstanceCapacity"),
            (Verdict::Pending, "Client.PendingVerification"),
            (Verdict::Denied, "Client.UnauthorizedOperation"),
        ] {
            let (launched, record) = launch(9, |run| run.at_least(1), &verdict);
            assert!(launched.instances.is_empty());
            assert_eq!((&record["errorCode"], &record["responseElements"]), (&json!(code), &Value::Null));
            let asked = &record["requestParameters"]["instancesSet"]["items"][0];
            assert_eq!((&asked["minCount"], &asked["maxCount"]), (&json!(1), &json!(9)));
        }
    }

    #[test]
    fn the_answer_to_a_very_large_launch_is_too_long_for_cloudtrail() {
        let (launched, record) = launch(200, |run| run, &Verdict::Granted);
        assert_eq!(launched.instances.len(), 200);
        assert_eq!(record["responseElements"]["omitted"], true);
    }

    #[test]
    fn choices_stand_where_ec2_puts_them() {
        let shape =
            |run: Run| run.on_spot().with_key("k").with_profile("p").with_user_data().tagged("Name", "n");
        let (_, record) = launch(1, shape, &Verdict::Granted);
        let request = &record["requestParameters"];
        assert_eq!(request["userData"], "<sensitiveDataRemoved>");
        assert_eq!(request["instancesSet"]["items"][0]["keyName"], "k");
        assert_eq!(
            request["tagSpecificationSet"]["items"][0]["tags"][0],
            json!({"key": "Name", "value": "n"})
        );
        let item = &record["responseElements"]["instancesSet"]["items"][0];
        assert_eq!((&item["instanceLifecycle"], &item["keyName"]), (&json!("spot"), &json!("k")));
    }
}
