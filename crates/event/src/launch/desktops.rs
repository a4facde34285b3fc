//! The rows of GameLift, AppStream and WorkSpaces: games and desktops, some with strong GPUs.

use super::call::{Call, Node};
use super::ec2::fleet::spread;
use super::ec2::instances::{launch_template, machine};
use super::managed::{
    deleted, ended, enlarges, launched, name, names, resizes, respawns, restarts, runs, shrunk, started_names,
};
use super::{Row, detail, end, launch, unit};
use crate::event::{Ask, Detail, End, EndKind, Launch, Makes, Market, RespawnerKind, Unit};
use crate::launch::unit::{Choice, Measure};

pub(super) const ROWS: &[Row] = &[
    launch("gamelift", "CreateFleet", create_game_fleet),
    launch("gamelift", "CreateContainerFleet", create_game_fleet),
    detail("gamelift", "UpdateFleetCapacity", update_game_fleet),
    launch("gamelift", "CreateGameServerGroup", |call| game_group(call, Makes::Respawner)),
    launch("gamelift", "UpdateGameServerGroup", |call| game_group(call, Makes::Enlarges)),
    end("gamelift", "DeleteFleet", |call| deleted(call, RespawnerKind::ServiceFleet, &["fleetId"])),
    end("gamelift", "DeleteContainerFleet", |call| deleted(call, RespawnerKind::ServiceFleet, &["fleetId"])),
    end("gamelift", "DeleteGameServerGroup", |call| {
        deleted(call, RespawnerKind::ServiceFleet, &["gameServerGroupName"])
    }),
    launch("appstream", "CreateFleet", |call| stream_fleet(call, Makes::Respawner)),
    launch("appstream", "UpdateFleet", |call| stream_fleet(call, Makes::Enlarges)),
    launch("appstream", "StartFleet", |call| restarts(call, names(call.request, &["name"]))),
    launch("appstream", "CreateImageBuilder", create_image_builder),
    launch("appstream", "StartImageBuilder", |call| restarts(call, names(call.request, &["name"]))),
    end("appstream", "StopFleet", |call| stopped_stream(call, EndKind::Stopped)),
    end("appstream", "DeleteFleet", |call| stopped_stream(call, EndKind::RespawnerDeleted)),
    launch("workspaces", "CreateWorkspaces", create_workspaces),
    detail("workspaces", "ModifyWorkspaceProperties", modify_workspace),
    launch("workspaces", "CreateWorkspacesPool", |call| workspaces_pool(call, respawns, &["poolName"])),
    launch("workspaces", "UpdateWorkspacesPool", |call| workspaces_pool(call, enlarges, &["poolId"])),
    launch("workspaces", "StartWorkspaces", |call| {
        restarts(call, desks(call.request.get("startWorkspaceRequests")))
    }),
    end("workspaces", "StopWorkspaces", |call| ended_desks(call, EndKind::Stopped, "stopWorkspaceRequests")),
    end("workspaces", "TerminateWorkspaces", |call| {
        ended_desks(call, EndKind::Terminated, "terminateWorkspaceRequests")
    }),
    launch("workspaces-instances", "CreateWorkspaceInstance", create_workspace_instance),
    end("workspaces-instances", "DeleteWorkspaceInstance", |call| {
        ended(call, EndKind::Terminated, &["workspaceInstanceId"])
    }),
];

fn create_game_fleet(call: &Call<'_>) -> Launch {
    let request = call.request;
    let unit = request.first_of(&["eC2InstanceType", "instanceType"]).text().map(unit::ec2);
    let spot = request.first_of(&["fleetType", "billingType"]).text() == Some("SPOT");
    let id = name(call.response, &["fleetAttributes.fleetId", "containerFleet.fleetId"]);
    Launch {
        market: if spot { Market::Spot } else { Market::OnDemand },
        profile: request.get("instanceRoleArn").owned(),
        // A fleet begins with one instance in each of its places.
        ..respawns(vec![unit::ask(unit, places(request))], RespawnerKind::ServiceFleet, id)
    }
}

fn places(request: Node<'_>) -> u64 {
    1 + request.get("locations").list().len() as u64
}

fn update_game_fleet(call: &Call<'_>) -> Option<Detail> {
    let fleet = name(call.request, &["fleetId"]);
    let wanted = call.request.get("desiredInstances").number();
    let most = call.request.get("maxSize").number();
    if wanted == Some(0) || most == Some(0) {
        return Some(shrunk(RespawnerKind::ServiceFleet, fleet));
    }
    let count = wanted.or_else(|| call.request.get("minSize").number()).unwrap_or(0);
    let launch = enlarges(vec![unit::ask(None, count)], RespawnerKind::ServiceFleet, fleet);
    launched(Launch { ceiling: most, ..launch })
}

fn game_group(call: &Call<'_>, makes: Makes) -> Launch {
    let request = call.request;
    let choices: Vec<Choice> =
        request.get("instanceDefinitions").list().into_iter().filter_map(Choice::read).collect();
    let least = request.get("minSize").number().unwrap_or(0);
    let most = request.get("maxSize").number();
    let group = name(request, &["gameServerGroupName"]);
    Launch {
        makes,
        template: launch_template(request.get("launchTemplate")),
        ceiling: most.map(|most| spread(choices.clone(), most, Measure::Machines).0.max),
        ..respawns(vec![spread(choices, least, Measure::Machines).0], RespawnerKind::ServiceFleet, group)
    }
}

fn stream_unit(request: Node<'_>) -> Option<Unit> {
    let size = request.get("instanceType").text()?;
    Some(unit::named(size, catalog::appstream(size)))
}

fn stream_fleet(call: &Call<'_>, makes: Makes) -> Launch {
    let request = call.request;
    let capacity = request.get("computeCapacity").first_of(&["desiredInstances", "desiredSessions"]).number();
    let count = capacity.or_else(|| request.get("maxConcurrentSessions").number());
    let count = count.unwrap_or(u64::from(makes == Makes::Respawner));
    Launch {
        makes,
        image: request.first_of(&["imageName", "imageArn"]).owned(),
        profile: request.get("iamRoleArn").owned(),
        ..respawns(
            vec![unit::ask(stream_unit(request), count)],
            RespawnerKind::ServiceFleet,
            name(request, &["name"]),
        )
    }
}

fn create_image_builder(call: &Call<'_>) -> Launch {
    Launch {
        got: started_names(call, &names(call.request, &["name"])),
        ..runs(vec![unit::ask(stream_unit(call.request), 1)])
    }
}

fn stopped_stream(call: &Call<'_>, kind: EndKind) -> End {
    End { kind, ..deleted(call, RespawnerKind::ServiceFleet, &["name"]) }
}

fn desk_unit(properties: Node<'_>) -> Option<Unit> {
    let size = properties.get("computeTypeName").text()?;
    Some(unit::named(&format!("workspace {size}"), catalog::workspaces_compute(size)))
}

fn create_workspaces(call: &Call<'_>) -> Launch {
    let wanted = call.request.get("workspaces").list();
    let asks: Vec<Ask> =
        wanted.iter().map(|desk| unit::ask(desk_unit(desk.get("workspaceProperties")), 1)).collect();
    let pending = call.response.get("pendingRequests").list();
    let ids: Vec<String> = pending.iter().filter_map(|desk| desk.get("workspaceId").owned()).collect();
    Launch { got: started_names(call, &ids), ..runs(asks) }
}

fn modify_workspace(call: &Call<'_>) -> Option<Detail> {
    let unit = desk_unit(call.request.get("workspaceProperties"))?;
    launched(resizes(unit, name(call.request, &["workspaceId"])))
}

fn workspaces_pool(
    call: &Call<'_>,
    make: fn(Vec<Ask>, RespawnerKind, Option<String>) -> Launch,
    named: &[&str],
) -> Launch {
    let count = call.request.at("capacity.desiredUserSessions").number().unwrap_or(0);
    make(vec![unit::ask(None, count)], RespawnerKind::ServiceFleet, name(call.request, named))
}

fn desks(list: Node<'_>) -> Vec<String> {
    list.list().iter().filter_map(|desk| desk.get("workspaceId").owned()).collect()
}

fn ended_desks(call: &Call<'_>, kind: EndKind, list: &str) -> End {
    End { kind, ids: desks(call.request.get(list)), respawner: None, size: None }
}

/// A managed EC2 instance; its description is that of EC2.
fn create_workspace_instance(call: &Call<'_>) -> Launch {
    let instance = call.request.get("managedInstance");
    let unit = instance.get("instanceType").text().map(unit::ec2);
    Launch {
        makes: Makes::Managed,
        asks: vec![unit::ask(unit, 1)],
        got: started_names(call, &names(call.response, &["workspaceInstanceId"])),
        image: instance.get("imageId").owned(),
        key_name: instance.get("keyName").owned(),
        ..machine(instance)
    }
}
