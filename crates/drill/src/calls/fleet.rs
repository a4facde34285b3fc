//! EC2 fleets, spot requests and launch templates: the newer calls with wrapped parameters.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ec2::Template;
use super::refusal::Verdict;
use crate::actor::Actor;
use crate::log::Log;
use crate::organisation::Account;
use crate::truth::Launched;

/// Writes `CreateLaunchTemplate` and returns the template.
///
/// `data` is `LaunchTemplateData` in its own upper-camel casing, such as
/// `{"InstanceType": …, "ImageId": …, "UserData": "<sensitiveDataRemoved>"}`.
pub(crate) fn create_launch_template(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    region: &str,
    name: &str,
    data: &Value,
) -> Template {
    let id = log.ids().resource("lt");
    let token = log.ids().uuid();
    let request = json!({"CreateLaunchTemplateRequest": {
        "LaunchTemplateName": name, "LaunchTemplateData": data, "ClientToken": token,
    }});
    let response = json!({"CreateLaunchTemplateResponse": {"launchTemplate": {
        "createTime": time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        "createdBy": actor.arn(), "launchTemplateId": id, "latestVersionNumber": 1,
        "defaultVersionNumber": 1, "launchTemplateName": name, "operator": {"managed": false},
    }}});
    log.call(actor, time, region, "ec2", "CreateLaunchTemplate").request(request).response(response).send();
    Template { id, name: name.into(), version: "1".into() }
}

/// What `CreateFleet` is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub(crate) account: Account,
    pub(crate) region: String,
    pub(crate) template: Template,
    /// Types it may choose from; the first is what it gets.
    pub(crate) machines: Vec<String>,
    pub(crate) target: u64,
    pub(crate) spot: bool,
    /// `instant`, `request` or `maintain`; only the first answers with instances.
    pub(crate) kind: &'static str,
    pub(crate) tags: Vec<(String, String)>,
}

/// Writes `CreateFleet` and returns what it obtained; an instant fleet gets its whole target.
pub(crate) fn create_fleet(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    fleet: &Fleet,
    verdict: &Verdict,
) -> Launched {
    let obtained = if verdict.is_granted() && fleet.kind == "instant" { fleet.target } else { 0 };
    let ids: Vec<String> = (0..obtained).map(|_| log.ids().resource("i")).collect();
    let fleet_id = format!("fleet-{}", log.ids().uuid());
    let request = fleet_request(fleet);
    let response = fleet_response(fleet, &fleet_id, &ids);
    let zone = format!("{}a", fleet.region);
    let resource = format!("arn:aws:ec2:{}:{}:fleet/*", fleet.region, fleet.account.id);
    let call = log.call(actor, time, &fleet.region, "ec2", "CreateFleet").request(request).response(response);
    let event_id = verdict.apply(call, &fleet.machines[0], &zone, &resource).send();
    Launched { event_id, time, region: fleet.region.clone(), requested: fleet.target, instances: ids }
}

/// Returns the parameters of `CreateFleet`; repeated members carry their position as `tag`.
fn fleet_request(fleet: &Fleet) -> Value {
    let vpc = fleet.account.vpc(&fleet.region);
    let places = fleet.machines.iter().flat_map(|m| vpc.subnets.iter().take(2).map(move |s| (m, s)));
    let overrides: Vec<Value> = places
        .enumerate()
        .map(|(at, (machine, subnet))| {
            json!({
                "InstanceType": machine, "SubnetId": subnet.id, "AvailabilityZone": subnet.zone, "tag": at + 1,
            })
        })
        .collect();
    let market = if fleet.spot { "spot" } else { "on-demand" };
    let tags: Vec<Value> = fleet
        .tags
        .iter()
        .enumerate()
        .map(|(at, (key, value))| json!({"Key": key, "Value": value, "tag": at + 1}))
        .collect();
    let mut request = json!({
        "Type": fleet.kind,
        "LaunchTemplateConfigs": {
            "LaunchTemplateSpecification": {
                "LaunchTemplateId": fleet.template.id, "Version": fleet.template.version,
            },
            "Overrides": overrides,
            "tag": 1,
        },
        "TargetCapacitySpecification": {
            "DefaultTargetCapacityType": market, "TotalTargetCapacity": fleet.target,
        },
    });
    if fleet.spot {
        request["SpotOptions"] = json!({"AllocationStrategy": "price-capacity-optimized"});
    } else {
        request["OnDemandOptions"] = json!({"AllocationStrategy": "lowest-price"});
    }
    if !tags.is_empty() {
        request["TagSpecification"] = json!([
            {"ResourceType": "instance", "Tag": tags, "tag": 1},
            {"ResourceType": "fleet", "Tag": tags, "tag": 2},
        ]);
    }
    json!({"CreateFleetRequest": request})
}

/// Returns the response of `CreateFleet` with the instances it obtained.
fn fleet_response(fleet: &Fleet, fleet_id: &str, ids: &[String]) -> Value {
    let mut response = json!({"fleetId": fleet_id});
    if !ids.is_empty() {
        response["fleetInstanceSet"] = json!({"item": [{
            "instanceType": fleet.machines[0],
            "lifecycle": if fleet.spot { "spot" } else { "on-demand" },
            "instanceIds": {"item": ids},
        }]});
    }
    json!({"CreateFleetResponse": response})
}

/// Writes `RequestSpotInstances` for `count` machines of type `machine`; it answers with requests,
/// the instances come later through a service.
pub(crate) fn request_spot_instances(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    (account, region): (&Account, &str),
    (machine, count): (&str, u64),
    verdict: &Verdict,
) -> Launched {
    let vpc = account.vpc(region);
    let requests: Vec<Value> = (0..count)
        .map(|_| json!({"spotInstanceRequestId": format!("sir-{}", log.ids().hex(8)), "state": "open"}))
        .collect();
    let request = json!({
        "instanceCount": count,
        "type": "one-time",
        "launchSpecification": {
            "imageId": account.image("base", region), "instanceType": machine,
            "subnetId": vpc.subnets[0].id, "monitoring": {"enabled": false},
        },
    });
    let call = log
        .call(actor, time, region, "ec2", "RequestSpotInstances")
        .request(request)
        .response(json!({"spotInstanceRequestSet": {"items": requests}}));
    let resource = format!("arn:aws:ec2:{region}:{}:spot-instances-request/*", account.id);
    let event_id = verdict.apply(call, machine, &vpc.subnets[0].zone, &resource).send();
    Launched { event_id, time, region: region.into(), requested: count, instances: Vec::new() }
}

/// Writes `RequestSpotFleet` for `target` machines out of `machines`, and returns the id of the fleet too.
pub(crate) fn request_spot_fleet(
    log: &mut Log,
    actor: &Actor,
    time: Timestamp,
    (account, region): (&Account, &str),
    (machines, target): (&[&str], u64),
    verdict: &Verdict,
) -> (String, Launched) {
    let vpc = account.vpc(region);
    let specifications: Vec<Value> = machines
        .iter()
        .map(|machine| {
            json!({
                "imageId": account.image("base", region), "instanceType": machine, "subnetId": vpc.subnets[0].id,
                "userData": "<sensitiveDataRemoved>",
            })
        })
        .collect();
    let request = json!({"spotFleetRequestConfig": {
        "targetCapacity": target, "type": "maintain", "allocationStrategy": "lowestPrice",
        "iamFleetRole": format!("arn:aws:iam::{}:role/aws-ec2-spot-fleet-tagging-role", account.id),
        "launchSpecifications": specifications,
    }});
    let id = format!("sfr-{}", log.ids().uuid());
    let call = log
        .call(actor, time, region, "ec2", "RequestSpotFleet")
        .request(request)
        .response(json!({"spotFleetRequestId": id}));
    let resource = format!("arn:aws:ec2:{region}:{}:spot-fleet-request/*", account.id);
    let event_id = verdict.apply(call, machines[0], &vpc.subnets[0].zone, &resource).send();
    (id, Launched { event_id, time, region: region.into(), requested: target, instances: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::time::Span;

    fn fleet(kind: &'static str) -> (Launched, Value) {
        let mut rng = Rng::new(8);
        let id = rng.account();
        let account = Account { ids: rng.fork(&id), id, home: "us-east-1".into(), regions: Vec::new() };
        let actor = account.user("ann").actor().at("198.51.100.4").with_agent("aws-cli/2");
        let fleet = Fleet {
            account,
            region: "us-east-1".into(),
            template: Template { id: "lt-1".into(), name: "n".into(), version: "1".into() },
            machines: vec!["g5.12xlarge".into(), "g4dn.12xlarge".into()],
            target: 7,
            spot: true,
            kind,
            tags: vec![("Name".into(), "x".into())],
        };
        let mut log = Log::new(rng);
        let launched = create_fleet(&mut log, &actor, Span::new(0, 1).at(0, 9, 0), &fleet, &Verdict::Granted);
        (launched, log.into_records().remove(0).1)
    }

    #[test]
    fn an_instant_fleet_answers_with_its_instances_in_the_wrapped_form() {
        let (launched, record) = fleet("instant");
        let request = &record["requestParameters"]["CreateFleetRequest"];
        assert_eq!(request["TargetCapacitySpecification"]["TotalTargetCapacity"], 7);
        assert_eq!(request["LaunchTemplateConfigs"]["Overrides"][2]["InstanceType"], "g4dn.12xlarge");
        let answer = &record["responseElements"]["CreateFleetResponse"];
        assert_eq!(answer["fleetInstanceSet"]["item"][0]["instanceIds"]["item"], json!(launched.instances));
        assert_eq!((launched.instances.len(), launched.requested), (7, 7));
    }

    #[test]
    fn a_fleet_that_is_kept_up_answers_with_its_id_alone() {
        let (launched, record) = fleet("maintain");
        assert!(launched.instances.is_empty());
        assert!(record["responseElements"]["CreateFleetResponse"]["fleetInstanceSet"].is_null());
    }
}
