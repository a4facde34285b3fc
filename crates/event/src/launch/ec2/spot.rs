//! Single spot requests.
//!
//! Blind spots: one call may make many requests; the launch names the first as its
//! respawner and the others in `also`.

use super::fleet::id_list;
use super::instances::machine;
use crate::event::{End, EndKind, Launch, Makes, Market, RespawnerKind, RespawnerRef};
use crate::launch::call::Call;
use crate::launch::{Row, end, launch, unit};

pub(crate) const ROWS: &[Row] = &[
    launch("ec2", "RequestSpotInstances", request_spot_instances),
    end("ec2", "CancelSpotInstanceRequests", cancel_spot_instance_requests),
];

fn request_spot_instances(call: &Call<'_>) -> Launch {
    let specification = call.request.get("launchSpecification");
    let requests = call.response.get("spotInstanceRequestSet").list();
    let ids = requests.iter().filter_map(|request| request.get("spotInstanceRequestId").owned());
    let mut respawners = ids.map(|name| RespawnerRef { kind: RespawnerKind::SpotRequest, name });
    let count = call.request.get("instanceCount").number().unwrap_or(1);
    Launch {
        makes: Makes::Respawner,
        asks: vec![unit::ask(specification.get("instanceType").text().map(unit::ec2), count)],
        respawner: respawners.next(),
        also: respawners.collect(),
        market: Market::Spot,
        image: specification.get("imageId").owned(),
        key_name: specification.get("keyName").owned(),
        ..machine(specification)
    }
}

fn cancel_spot_instance_requests(call: &Call<'_>) -> End {
    let set = call.request.get("spotInstanceRequestIdSet");
    let ids: Vec<String> = if set.exists() {
        set.list()
            .into_iter()
            .filter_map(|item| item.owned().or_else(|| item.get("spotInstanceRequestId").owned()))
            .collect()
    } else {
        id_list(call.request, &["spotInstanceRequestIds", "spotInstanceRequestId"])
    };
    let name = ids.first().cloned();
    End {
        kind: EndKind::RespawnerDeleted,
        respawner: name.map(|name| RespawnerRef { kind: RespawnerKind::SpotRequest, name }),
        ids,
        size: None,
    }
}
