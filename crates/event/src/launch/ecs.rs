//! The rows of `ecs.amazonaws.com`: task definitions, services, tasks and what they run on.
//!
//! Blind spots: without Fargate a task runs on instances that somebody launched; its power
//! is then counted beside theirs. A deployment of another definition starts as many tasks
//! as it stops, so it counts as none.

use super::call::{Call, Node, kept, last_part};
use super::managed::{deleted, ended, enlarges, launched, name, names, respawns, runs, shrunk};
use super::{Row, detail, end, launch, template, unit};
use crate::event::{Detail, EndKind, Launch, Market, RespawnerKind, Started, Template, TemplateRef, Unit};
use crate::launch::ec2::instances::started_id;

pub(super) const ROWS: &[Row] = &[
    template("ecs", "RegisterTaskDefinition", register_task_definition),
    launch("ecs", "CreateService", create_service),
    detail("ecs", "UpdateService", update_service),
    launch("ecs", "CreateExpressGatewayService", create_express_service),
    launch("ecs", "UpdateExpressGatewayService", update_express_service),
    launch("ecs", "RunTask", run_task),
    launch("ecs", "StartTask", run_task),
    launch("ecs", "CreateCapacityProvider", create_capacity_provider),
    launch("ecs", "UpdateCapacityProvider", update_capacity_provider),
    end("ecs", "DeleteService", |call| deleted(call, RespawnerKind::EcsService, &["service"])),
    end("ecs", "DeleteExpressGatewayService", |call| {
        deleted(call, RespawnerKind::EcsService, &["serviceArn"])
    }),
    end("ecs", "StopTask", |call| ended(call, EndKind::Terminated, &["task"])),
    end("ecs", "DeleteCapacityProvider", |call| {
        deleted(call, RespawnerKind::CapacityProvider, &["capacityProvider"])
    }),
];

/// `family` of `family:7` or of `arn:…:task-definition/family:7`.
fn definition(node: Node<'_>) -> Option<TemplateRef> {
    let text = node.text()?;
    let name = text.rsplit('/').next().unwrap_or(text);
    Some(TemplateRef::TaskDefinition(kept(name.split(':').next().unwrap_or(name))))
}

fn register_task_definition(call: &Call<'_>) -> Template {
    let made = call.response.get("taskDefinition");
    let source = if call.request.exists() { call.request } else { made };
    let family = source.get("family").owned();
    let containers = source.get("containerDefinitions").list();
    Template {
        refs: family.map(TemplateRef::TaskDefinition).into_iter().collect(),
        units: task(source, &containers).into_iter().collect(),
        image: containers.iter().find_map(|container| container.get("image").owned()),
        profile: source.get("taskRoleArn").owned(),
        ..Template::default()
    }
}

/// One task: what it says itself, else what its containers say together.
fn task(node: Node<'_>, containers: &[Node<'_>]) -> Option<Unit> {
    let sum = |name: &str| {
        let numbers = containers.iter().filter_map(|container| container.get(name).number());
        numbers.reduce(u64::saturating_add)
    };
    let cpu =
        node.get("cpu").text().and_then(catalog::parse_fargate_cpu).or_else(|| node.get("cpu").number());
    let memory = node.get("memory").text().and_then(unit::mib).or_else(|| node.get("memory").number());
    let cpu = cpu.or_else(|| sum("cpu"))?;
    let mut unit = unit::fargate(cpu, memory.or_else(|| sum("memory")).unwrap_or(0));
    let wanted = containers.iter().flat_map(|container| container.get("resourceRequirements").list());
    unit::add_gpus(&mut unit, unit::gpus(wanted));
    Some(unit)
}

fn create_service(call: &Call<'_>) -> Launch {
    let count = call.request.get("desiredCount").number().unwrap_or(1);
    Launch {
        template: definition(call.request.get("taskDefinition")),
        market: market(call.request),
        ..respawns(
            vec![unit::ask(None, count)],
            RespawnerKind::EcsService,
            name(call.request, &["serviceName"]).or_else(|| name(call.response, &["service.serviceName"])),
        )
    }
}

fn market(request: Node<'_>) -> Market {
    let providers = request.get("capacityProviderStrategy").list();
    let spot = |item: &Node<'_>| item.get("capacityProvider").text() == Some("FARGATE_SPOT");
    if providers.iter().any(spot) { Market::Spot } else { Market::OnDemand }
}

fn update_service(call: &Call<'_>) -> Option<Detail> {
    let service = name(call.request, &["service"]).map(|service| last_part(&service).to_owned());
    let definition = definition(call.request.get("taskDefinition"));
    match call.request.get("desiredCount").number() {
        Some(0) => Some(shrunk(RespawnerKind::EcsService, service)),
        None if definition.is_none() && call.request.exists() => None,
        count => launched(Launch {
            template: definition,
            market: market(call.request),
            ..enlarges(vec![unit::ask(None, count.unwrap_or(0))], RespawnerKind::EcsService, service)
        }),
    }
}

fn create_express_service(call: &Call<'_>) -> Launch {
    let name = name(call.request, &["serviceName"]).or_else(|| name(call.response, &["service.serviceName"]));
    express(call, respawns(Vec::new(), RespawnerKind::EcsService, name))
}

fn update_express_service(call: &Call<'_>) -> Launch {
    let name = name(call.request, &["serviceArn"]);
    express(call, enlarges(Vec::new(), RespawnerKind::EcsService, name))
}

fn express(call: &Call<'_>, launch: Launch) -> Launch {
    let target = call.request.get("scalingTarget");
    let count = target.get("minTaskCount").number().unwrap_or(1);
    Launch {
        asks: vec![unit::ask(task(call.request, &[]), count)],
        ceiling: target.get("maxTaskCount").number(),
        image: call.request.at("primaryContainer.image").owned(),
        ..launch
    }
}

fn run_task(call: &Call<'_>) -> Launch {
    let request = call.request;
    let on = request.get("containerInstances").list().len() as u64;
    let count = request.get("count").number().unwrap_or(1).max(on);
    let got: Vec<Started> = call.response.get("tasks").list().into_iter().filter_map(started).collect();
    let asked = task(request.get("overrides"), &request.at("overrides.containerOverrides").list());
    let unit = got.iter().find_map(|started| started.unit.clone()).or(asked);
    Launch {
        template: definition(request.get("taskDefinition")),
        market: market(request),
        got,
        ..runs(vec![unit::ask(unit, count)])
    }
}

fn started(item: Node<'_>) -> Option<Started> {
    let id = names(item, &["taskArn"]).into_iter().next()?;
    let image = item.get("containers").list().iter().find_map(|container| container.get("image").owned());
    Some(Started { unit: task(item, &[]), image, ..started_id(&id) })
}

fn create_capacity_provider(call: &Call<'_>) -> Launch {
    let provider = name(call.request, &["name"]);
    provided(call, respawns(Vec::new(), RespawnerKind::CapacityProvider, provider))
}

fn update_capacity_provider(call: &Call<'_>) -> Launch {
    let provider = name(call.request, &["name"]);
    provided(call, enlarges(Vec::new(), RespawnerKind::CapacityProvider, provider))
}

/// A provider launches nothing until tasks want it; what it may launch is what counts.
fn provided(call: &Call<'_>, launch: Launch) -> Launch {
    let machine = call.request.at("managedInstancesProvider.instanceLaunchTemplate");
    let unit = unit::requirements(machine.get("instanceRequirements"));
    Launch { asks: vec![unit::ask(unit, 0)], profile: machine.get("ec2InstanceProfileArn").owned(), ..launch }
}
