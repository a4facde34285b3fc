//! EC2 fleets and spot fleets: many machines of many types from one call.
//!
//! Blind spots: a fleet that maintains its capacity answers before it launches; what it
//! obtained comes as `RunInstances` in a service's name.

use super::instances::{launch_template, started};
use crate::event::{
    Ask, End, EndKind, Launch, Makes, Market, RespawnerKind, RespawnerRef, Started, TemplateRef,
};
use crate::launch::call::{Call, Node};
use crate::launch::unit::{Choice, Measure, strongest_choice};
use crate::launch::{Row, detail, end, launch, unit};

pub(crate) const ROWS: &[Row] = &[
    launch("ec2", "CreateFleet", create_fleet),
    detail("ec2", "ModifyFleet", |call| Some(modified(call, RespawnerKind::Fleet))),
    launch("ec2", "RequestSpotFleet", request_spot_fleet),
    detail("ec2", "ModifySpotFleetRequest", |call| Some(modified(call, RespawnerKind::SpotFleet))),
    end("ec2", "DeleteFleets", |call| deleted(call, RespawnerKind::Fleet, &["fleetIds", "fleetId"])),
    end("ec2", "CancelSpotFleetRequests", |call| {
        deleted(call, RespawnerKind::SpotFleet, &["spotFleetRequestIds", "spotFleetRequestId"])
    }),
];

fn create_fleet(call: &Call<'_>) -> Launch {
    let request = call.request;
    let configs = request.get("launchTemplateConfigs").list();
    let target = request.get("targetCapacitySpecification");
    let got = fleet_instances(call.response);
    let (ask, weighted) = fleet_ask(&overrides(&configs), target);
    let fleet = call.response.get("fleetId").owned();
    let instant = request.get("type").text() == Some("instant");
    Launch {
        makes: if instant { Makes::Instances } else { Makes::Respawner },
        asks: vec![ask],
        template: configs.iter().find_map(|config| template_of(*config)),
        respawner: fleet.map(|name| RespawnerRef { kind: RespawnerKind::Fleet, name }),
        market: fleet_market(target),
        got,
        weighted,
        ..Launch::default()
    }
}

fn template_of(config: Node<'_>) -> Option<TemplateRef> {
    launch_template(config.get("launchTemplateSpecification"))
}

/// All machines that the overrides of a fleet allow.
fn overrides(configs: &[Node<'_>]) -> Vec<Choice> {
    configs.iter().flat_map(|config| config.get("overrides").list()).filter_map(Choice::read).collect()
}

/// Turns a target capacity into machines of the strongest type.
///
/// Without a type, the capacity stays as it is, and the second value says whether it is weighted.
fn fleet_ask(choices: &[Choice], target: Node<'_>) -> (Ask, bool) {
    let measure = Measure::read(target.get("targetCapacityUnitType"));
    let parts = ["onDemandTargetCapacity", "spotTargetCapacity"];
    let sum = parts.iter().filter_map(|name| target.get(name).number()).fold(0, u64::saturating_add);
    let capacity = target.get("totalTargetCapacity").number().unwrap_or(sum);
    spread(choices.to_vec(), capacity, measure)
}

/// As [`fleet_ask`], for a capacity that is already read.
pub(crate) fn spread(choices: Vec<Choice>, capacity: u64, measure: Measure) -> (Ask, bool) {
    match strongest_choice(choices) {
        Some(choice) => {
            let count = choice.count(capacity, measure);
            (unit::ask(Some(choice.unit), count), false)
        }
        None => (unit::ask(None, capacity), measure != Measure::Machines),
    }
}

fn fleet_market(target: Node<'_>) -> Market {
    let spot = target.get("spotTargetCapacity").number().unwrap_or(0) > 0
        || target.get("defaultTargetCapacityType").text() == Some("spot");
    if spot { Market::Spot } else { Market::OnDemand }
}

/// The instances of an instant fleet: groups of ids with one type each.
fn fleet_instances(response: Node<'_>) -> Vec<Started> {
    let groups = response.first_of(&["fleetInstanceSet", "instances"]).list();
    groups
        .into_iter()
        .flat_map(|group| {
            let unit = group.get("instanceType").text().map(unit::ec2);
            let ids = group.get("instanceIds").texts();
            ids.into_iter().map(move |id| Started { unit: unit.clone(), ..super::instances::started_id(id) })
        })
        .chain(started(response.get("instancesSet")))
        .collect()
}

/// A fleet gets another target. A target of zero ends it.
fn modified(call: &Call<'_>, kind: RespawnerKind) -> crate::event::Detail {
    let request = call.request;
    let configs = request.get("launchTemplateConfigs").list();
    let target = request.get("targetCapacitySpecification");
    let id = request.first_of(&["fleetId", "spotFleetRequestId"]).owned();
    let respawner = id.map(|name| RespawnerRef { kind, name });
    let (ask, weighted) = match request.get("targetCapacity").number() {
        Some(capacity) => spread(overrides(&configs), capacity, Measure::Machines),
        None => fleet_ask(&overrides(&configs), target),
    };
    if ask.max == 0 {
        let said = target.get("totalTargetCapacity").exists() || request.get("targetCapacity").exists();
        let size = said.then_some(0);
        return crate::event::Detail::End(End {
            kind: EndKind::RespawnerShrunk,
            ids: Vec::new(),
            respawner,
            size,
        });
    }
    crate::event::Detail::Launch(Box::new(Launch {
        makes: Makes::Enlarges,
        asks: vec![ask],
        template: configs.iter().find_map(|config| template_of(*config)),
        respawner,
        market: if kind == RespawnerKind::SpotFleet { Market::Spot } else { fleet_market(target) },
        weighted,
        ..Launch::default()
    }))
}

fn request_spot_fleet(call: &Call<'_>) -> Launch {
    let config = call.request.get("spotFleetRequestConfig");
    let templates = config.get("launchTemplateConfigs").list();
    let specifications = config.get("launchSpecifications").list();
    let mut choices = overrides(&templates);
    choices.extend(specifications.iter().copied().filter_map(Choice::read));
    let capacity = config.get("targetCapacity").number().unwrap_or(1);
    let measure = Measure::read(config.get("targetCapacityUnitType"));
    let (ask, weighted) = spread(choices, capacity, measure);
    let first = specifications.first().copied().unwrap_or(Node::new(None));
    let id = call.response.get("spotFleetRequestId").owned();
    Launch {
        makes: Makes::Respawner,
        asks: vec![ask],
        template: templates.iter().find_map(|config| template_of(*config)),
        respawner: id.map(|name| RespawnerRef { kind: RespawnerKind::SpotFleet, name }),
        market: Market::Spot,
        image: first.get("imageId").owned(),
        key_name: first.get("keyName").owned(),
        weighted,
        ..super::instances::machine(first)
    }
}

fn deleted(call: &Call<'_>, kind: RespawnerKind, names: &[&str]) -> End {
    let ids = id_list(call.request, names);
    let name = ids.first().cloned();
    End {
        kind: EndKind::RespawnerDeleted,
        respawner: name.map(|name| RespawnerRef { kind, name }),
        ids,
        size: None,
    }
}

/// Ids in a list of texts, or of objects that hold them under the same names.
pub(crate) fn id_list(request: Node<'_>, names: &[&str]) -> Vec<String> {
    let lists = names.iter().flat_map(|name| request.get(name).list());
    lists.filter_map(|item| item.owned().or_else(|| item.first_of(names).owned())).collect()
}
