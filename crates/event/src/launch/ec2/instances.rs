//! Single instances: run, start, resize, protect, stop, terminate.

use std::net::{IpAddr, Ipv6Addr};

use crate::event::{
    Ask, Detail, End, EndKind, HandOver, Launch, Makes, Market, Protect, Started, TemplateRef, Unit,
};
use crate::launch::call::{Call, Node};
use crate::launch::{Row, detail, end, launch, unit};

pub(crate) const ROWS: &[Row] = &[
    launch("ec2", "RunInstances", run_instances),
    launch("ec2", "RunScheduledInstances", run_scheduled_instances),
    launch("ec2", "StartInstances", start_instances),
    detail("ec2", "ModifyInstanceAttribute", modify_instance_attribute),
    end("ec2", "StopInstances", |call| ended(call, EndKind::Stopped)),
    end("ec2", "TerminateInstances", |call| ended(call, EndKind::Terminated)),
    end("ec2", "BidEvictedEvent", evicted),
];

fn run_instances(call: &Call<'_>) -> Launch {
    let request = call.request;
    let got = started(call.response.get("instancesSet"));
    // The response tells the truth: with a launch template the request names no type.
    let asked = request.get("instanceType").text().map(unit::ec2);
    let unit = got.iter().find_map(|started| started.unit.clone()).or(asked);
    let wanted = request.get("instancesSet").list();
    let mut asks: Vec<Ask> = wanted.iter().map(|item| counted(*item, unit.clone(), got.len())).collect();
    if asks.is_empty() {
        asks.push(counted(request, unit, got.len()));
    }
    let item = wanted.first().copied().unwrap_or(request);
    Launch {
        asks,
        template: launch_template(request.get("launchTemplate")),
        market: market(request.get("instanceMarketOptions"), call.response),
        image: item.get("imageId").owned().or_else(|| got.first().and_then(|started| started.image.clone())),
        key_name: item.get("keyName").owned(),
        got,
        ..machine(request)
    }
}

/// A line of the request. Without counts, as many as were obtained, and at least one.
fn counted(item: Node<'_>, unit: Option<Unit>, got: usize) -> Ask {
    let got = (got as u64).max(1);
    let most = item.get("maxCount").number();
    let least = item.get("minCount").number();
    let max = most.or(least).unwrap_or(got);
    Ask { unit, min: least.unwrap_or(1).min(max), max }
}

/// What launches and templates of EC2 say alike about the machine.
pub(crate) fn machine(request: Node<'_>) -> Launch {
    let set = |name| request.get(name).is_set();
    Launch {
        protected: set("disableApiTermination") || set("disableApiStop"),
        profile: request.first_of(&["iamInstanceProfile.arn", "iamInstanceProfile.name"]).owned(),
        // The content is masked, so what counts is that the member is there.
        user_data: request.get("userData").exists(),
        tokens_required: request.get("metadataOptions").get("httpTokens").text() == Some("required"),
        ..Launch::default()
    }
}

/// `launchTemplateId`, else `launchTemplateName`.
pub(crate) fn launch_template(node: Node<'_>) -> Option<TemplateRef> {
    let id = node.first_of(&["launchTemplateId", "id"]).owned();
    let name = node.first_of(&["launchTemplateName", "name"]).owned();
    id.map(TemplateRef::LaunchTemplateId).or_else(|| name.map(TemplateRef::LaunchTemplateName))
}

fn market(options: Node<'_>, response: Node<'_>) -> Market {
    let asked = options.get("marketType").text() == Some("spot") || options.get("spotOptions").exists();
    let instances = response.get("instancesSet").list();
    let got = instances.iter().any(|item| item.get("instanceLifecycle").text() == Some("spot"));
    if asked || got { Market::Spot } else { Market::OnDemand }
}

/// The instances that a response lists.
pub(crate) fn started(set: Node<'_>) -> Vec<Started> {
    set.list()
        .into_iter()
        .filter_map(|item| {
            Some(Started {
                id: item.get("instanceId").owned()?,
                unit: item.get("instanceType").text().map(unit::ec2),
                private_address: address(item, &["privateIpAddress"]),
                public_address: public_address(item),
                v6_addresses: v6_addresses(item),
                interfaces: interfaces(item),
                vpc: item.get("vpcId").owned(),
                image: item.get("imageId").owned(),
            })
        })
        .collect()
}

fn public_address(item: Node<'_>) -> Option<IpAddr> {
    let interfaces = item.get("networkInterfaceSet").list();
    address(item, &["ipAddress", "publicIpAddress"])
        .or_else(|| interfaces.iter().find_map(|interface| address(*interface, &["association.publicIp"])))
}

/// Interfaces and IPv6 addresses of one instance that are kept.
///
/// Fewer, and the largest machines lose some of theirs; more, and a made-up response fills memory.
const INTERFACES_MAX: usize = 16;

fn interfaces(item: Node<'_>) -> Vec<String> {
    let all = item.get("networkInterfaceSet").list();
    all.iter()
        .filter_map(|interface| interface.get("networkInterfaceId").owned())
        .take(INTERFACES_MAX)
        .collect()
}

fn v6_addresses(item: Node<'_>) -> Vec<Ipv6Addr> {
    let all = item.get("networkInterfaceSet").list();
    let listed = all.iter().flat_map(|interface| interface.get("ipv6AddressesSet").list());
    let listed = listed.filter_map(|address| address.get("ipv6Address").text()?.parse().ok());
    item.get("ipv6Address")
        .text()
        .and_then(|address| address.parse().ok())
        .into_iter()
        .chain(listed)
        .take(INTERFACES_MAX)
        .collect()
}

/// An instance of which only the id is known.
pub(crate) fn started_id(id: &str) -> Started {
    Started {
        id: crate::launch::call::kept(id),
        unit: None,
        private_address: None,
        public_address: None,
        v6_addresses: Vec::new(),
        interfaces: Vec::new(),
        vpc: None,
        image: None,
    }
}

pub(crate) fn address(item: Node<'_>, names: &[&str]) -> Option<IpAddr> {
    item.first_of(names).text()?.parse().ok()
}

fn run_scheduled_instances(call: &Call<'_>) -> Launch {
    let specification = call.request.get("launchSpecification");
    let got: Vec<_> = call.response.get("instanceIdSet").texts().into_iter().map(started_id).collect();
    let count = call.request.get("instanceCount").number().unwrap_or(1);
    Launch {
        asks: vec![unit::ask(specification.get("instanceType").text().map(unit::ec2), count)],
        got,
        image: specification.get("imageId").owned(),
        key_name: specification.get("keyName").owned(),
        ..machine(specification)
    }
}

fn start_instances(call: &Call<'_>) -> Launch {
    let ids = instance_ids(call.request);
    let got = call.response.get("instancesSet").list();
    let running = |item: &Node<'_>| item.at("previousState.name").text() == Some("running");
    Launch {
        makes: Makes::Restarts,
        asks: vec![unit::ask(None, (ids.len() as u64).max(1))],
        // Starting what runs already starts nothing.
        got: got
            .into_iter()
            .filter(|item| !running(item))
            .filter_map(|item| item.get("instanceId").text().map(started_id))
            .collect(),
        template: ids.first().cloned().map(TemplateRef::Machine),
        ..Launch::default()
    }
}

/// Instance ids of a request, in `instancesSet`, `instanceId` or `instanceIds`.
pub(crate) fn instance_ids(request: Node<'_>) -> Vec<String> {
    let mut ids: Vec<String> =
        request.get("instancesSet").list().iter().filter_map(|item| item.get("instanceId").owned()).collect();
    for name in ["instanceId", "instanceIds"] {
        ids.extend(request.get(name).list().into_iter().filter_map(Node::owned));
    }
    ids
}

fn modify_instance_attribute(call: &Call<'_>) -> Option<Detail> {
    let request = call.request;
    let ids = instance_ids(request);
    // The old form names one attribute and gives its value beside it, sometimes masked.
    let attribute = request.get("attribute").text().unwrap_or_default();
    let value = request.get("value");
    let resized = request.get("instanceType").text();
    let resized = resized.or_else(|| value.text().filter(|_| attribute == "instanceType"));
    if let Some(name) = resized {
        return Some(Detail::Launch(Box::new(resize(ids, Some(unit::ec2(name))))));
    }
    for name in ["disableApiTermination", "disableApiStop"] {
        if let Some(on) = request.get(name).flag() {
            return Some(Detail::Protect(Protect { instances: ids, on }));
        }
        if attribute == name {
            // A masked value most likely sets the protection: it is off by default.
            return Some(Detail::Protect(Protect { instances: ids, on: value.flag() != Some(false) }));
        }
    }
    match attribute {
        "instanceType" => Some(Detail::Launch(Box::new(resize(ids, None)))),
        _ if attribute == "userData" || request.get("userData").exists() => {
            Some(Detail::HandOver(HandOver::Instances { ids }))
        }
        _ => None,
    }
}

/// A stopped machine gets another size.
pub(crate) fn resize(ids: Vec<String>, unit: Option<Unit>) -> Launch {
    Launch {
        makes: Makes::Resizes,
        asks: vec![unit::ask(unit, (ids.len() as u64).max(1))],
        template: ids.into_iter().next().map(TemplateRef::Machine),
        ..Launch::default()
    }
}

fn ended(call: &Call<'_>, kind: EndKind) -> End {
    End { kind, ids: instance_ids(call.request), respawner: None, size: None }
}

/// AWS took spot instances back; this is an event of the service and no call.
fn evicted(call: &Call<'_>) -> End {
    let ids = call.record.at("serviceEventDetails.instanceIdSet").list();
    let ids = ids.into_iter().filter_map(Node::owned).collect();
    End { kind: EndKind::Terminated, ids, respawner: None, size: None }
}
