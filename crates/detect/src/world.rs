//! The facts, indexed for judging: what refers to what.
//!
//! A launch names a template, a template names machines; a service launches for a group, and
//! somebody made the group; a key was issued by somebody with another key. This module knows
//! those joins and no judgement.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use event::event::{
    End, EndKind, HandOver, Launch, Makes, MintKind, Reach, RespawnerKind, RespawnerRef, Started, Template,
    TemplateRef, Unit,
};
use event::{Detail, Event, IdentityKind, Time};

use crate::approval::ApprovedWorkload;
use crate::facts::{Facts, Told};
use crate::profile::network_of;
use crate::witness::{Machine, Witnesses};

/// A respawner within its account and region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RespawnerKey {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// What and which.
    pub respawner: RespawnerRef,
}

impl RespawnerKey {
    /// The key of a respawner that `event` speaks of.
    #[must_use]
    pub fn of(event: &Event, respawner: &RespawnerRef) -> Self {
        Self { account: event.account.clone(), region: event.region.clone(), respawner: respawner.clone() }
    }
}

/// When and how a machine ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ending<'f> {
    /// When.
    pub time: Time,
    /// Stopped or terminated.
    pub kind: EndKind,
    /// The record.
    pub event: &'f Event,
}

/// The facts, indexed.
pub struct World<'f> {
    /// The facts themselves.
    pub facts: &'f Facts,
    /// Look-ups and issued credentials, spelled out.
    pub told: &'f Told,
    /// What the owner has approved.
    pub approved: &'f [ApprovedWorkload],
    /// Notable events in the order they happened; copies of one action in several accounts are one.
    pub events: Vec<&'f Event>,
    issued: HashMap<&'f str, &'f Event>,
    minted: HashMap<String, Vec<&'f Event>>,
    templates: HashMap<&'f TemplateRef, Vec<(&'f Event, &'f Template)>>,
    machines: HashMap<&'f str, Vec<(Time, Unit)>>,
    respawner_acts: HashMap<RespawnerKey, Vec<&'f Event>>,
    respawner_ends: HashMap<RespawnerKey, Vec<(Time, &'f End)>>,
    respawner_parents: HashMap<RespawnerKey, RespawnerKey>,
    endings: HashMap<&'f str, Vec<Ending<'f>>>,
    hand_overs: HashMap<&'f str, Vec<&'f Event>>,
    instance_vpcs: HashMap<&'f str, &'f str>,
    own_addresses: HashMap<&'f str, BTreeSet<IpAddr>>,
    own_interfaces: HashMap<&'f str, BTreeSet<&'f str>>,
    interface_owners: HashMap<&'f str, &'f str>,
    nat_addresses: BTreeSet<IpAddr>,
    endpoints: BTreeSet<&'f str>,
    machine_launches: HashMap<&'f str, &'f Event>,
    launches: HashMap<&'f str, Vec<&'f Event>>,
    images: BTreeMap<&'f str, Time>,
    address_users: HashMap<&'f str, BTreeSet<&'f str>>,
    /// For each network, the instances that called from it first, and when.
    address_instances: HashMap<String, Vec<(Time, &'f str)>>,
    /// What side logs say.
    pub witnesses: Witnesses<'f>,
}

impl<'f> World<'f> {
    /// Indexes the facts.
    #[must_use]
    pub fn new(facts: &'f Facts, told: &'f Told, approved: &'f [ApprovedWorkload]) -> Self {
        let mut world = Self {
            facts,
            told,
            approved,
            events: events_in_order(facts, told),
            issued: HashMap::new(),
            minted: HashMap::new(),
            templates: HashMap::new(),
            machines: HashMap::new(),
            respawner_acts: HashMap::new(),
            respawner_ends: HashMap::new(),
            respawner_parents: HashMap::new(),
            endings: HashMap::new(),
            hand_overs: HashMap::new(),
            instance_vpcs: HashMap::new(),
            own_addresses: HashMap::new(),
            own_interfaces: HashMap::new(),
            interface_owners: HashMap::new(),
            nat_addresses: BTreeSet::new(),
            endpoints: BTreeSet::new(),
            machine_launches: HashMap::new(),
            launches: HashMap::new(),
            images: BTreeMap::new(),
            address_users: HashMap::new(),
            address_instances: HashMap::new(),
            witnesses: Witnesses::new(facts.side()),
        };
        for (key, event) in &told.issued {
            world.index_issued(key, event);
        }
        world.index_reach();
        world.index_addresses();
        for index in 0..world.events.len() {
            world.index(world.events[index]);
        }
        world
    }

    /// Of several copies of one `AssumeRole`, keeps the one that names the caller's key.
    fn index_issued(&mut self, key: &'f str, event: &'f Event) {
        let better = |known: &&'f Event| {
            let rank = |event: &Event| (event.actor.key.is_some(), event.actor.kind != IdentityKind::Account);
            rank(event) > rank(known)
        };
        if self.issued.get(key).is_none_or(better) {
            self.issued.insert(key, event);
        }
    }

    fn index(&mut self, event: &'f Event) {
        match &event.detail {
            Detail::Launch(launch) => self.index_launch(event, launch),
            Detail::Template(template) if event.succeeded() => {
                for name in &template.refs {
                    self.templates.entry(name).or_default().push((event, template));
                }
            }
            Detail::End(end) if event.succeeded() => self.index_end(event, end),
            Detail::Mint(mint) if event.succeeded() && is_identity(mint.kind) => {
                self.minted.entry(canonical_target(&mint.target, event)).or_default().push(event);
            }
            Detail::Issue(issue) if event.succeeded() => {
                if let Some(principal) = &issue.principal {
                    self.minted.entry(canonical_target(principal, event)).or_default().push(event);
                }
            }
            Detail::HandOver(HandOver::Function { name, .. }) if event.succeeded() => {
                self.hand_overs.entry(name).or_default().push(event);
            }
            Detail::HandOver(HandOver::Instances { ids }) if event.succeeded() => {
                for id in ids {
                    self.hand_overs.entry(id).or_default().push(event);
                }
            }
            _ => {}
        }
    }

    /// Who works from which address: instances apart from everybody else.
    fn index_addresses(&mut self) {
        let instance_roles: HashSet<&str> = self.facts.instance_roles().collect();
        let mut networks: HashMap<String, BTreeMap<&'f str, Time>> = HashMap::new();
        for (instance, address, since) in self.facts.instance_addresses() {
            let first = networks.entry(network_of(address)).or_default().entry(instance).or_insert(since);
            *first = (*first).min(since);
        }
        for (network, instances) in networks {
            let mut first: Vec<_> =
                instances.into_iter().map(|(instance, since)| (since, instance)).collect();
            first.sort_unstable();
            first.truncate(NEIGHBOURS_MAX);
            self.address_instances.insert(network, first);
        }
        let people = self
            .facts
            .principals()
            .filter(|(principal, _)| !instance_roles.contains(principal) && is_persons(principal));
        for (principal, dossier) in people {
            for address in self.facts.addresses_of(dossier) {
                self.address_users.entry(address).or_default().insert(principal);
            }
        }
    }

    /// Nobody has an interface twice; of records that say so, the greatest id.
    fn index_interfaces(&mut self, started: &'f Started) {
        for interface in &started.interfaces {
            self.own_interfaces.entry(&started.id).or_default().insert(interface);
            let owner = self.interface_owners.entry(interface).or_insert(&started.id);
            *owner = (*owner).max(&started.id);
        }
    }

    fn index_launch(&mut self, event: &'f Event, launch: &'f Launch) {
        self.launches.entry(&event.actor.principal).or_default().push(event);
        let images =
            launch.image.iter().chain(launch.got.iter().filter_map(|started| started.image.as_ref()));
        for image in images.filter(|_| event.succeeded()) {
            self.images.entry(image).or_insert(event.time);
        }
        for started in &launch.got {
            self.machine_launches.entry(&started.id).or_insert(event);
        }
        if let Some(respawner) = &launch.respawner
            && event.succeeded()
        {
            let key = RespawnerKey::of(event, respawner);
            if let Some(parent) = parent(event, launch, respawner).filter(|parent| parent != respawner) {
                self.respawner_parents.insert(key.clone(), RespawnerKey::of(event, &parent));
            }
            self.respawner_acts.entry(key).or_default().push(event);
            for also in &launch.also {
                self.respawner_acts.entry(RespawnerKey::of(event, also)).or_default().push(event);
            }
        }
        let asked = launch.asks.first().and_then(|ask| ask.unit.as_ref());
        for started in &launch.got {
            if let Some(unit) = started.unit.as_ref().or(asked).filter(|_| launch.makes != Makes::Restarts) {
                self.machines.entry(&started.id).or_default().push((event.time, unit.clone()));
            }
            if let Some(vpc) = &started.vpc {
                self.instance_vpcs.insert(&started.id, vpc);
            }
            let v6 = started.v6_addresses.iter().copied().map(IpAddr::V6);
            let addresses = started.private_address.into_iter().chain(started.public_address).chain(v6);
            self.own_addresses.entry(&started.id).or_default().extend(addresses);
            self.index_interfaces(started);
        }
        if launch.makes == Makes::Resizes
            && let (Some(TemplateRef::Machine(id)), Some(unit)) = (&launch.template, asked)
        {
            self.machines.entry(id).or_default().push((event.time, unit.clone()));
        }
    }

    fn index_end(&mut self, event: &'f Event, end: &'f End) {
        for id in &end.ids {
            self.endings.entry(id).or_default().push(Ending { time: event.time, kind: end.kind, event });
        }
        if let Some(respawner) = &end.respawner {
            self.respawner_ends
                .entry(RespawnerKey::of(event, respawner))
                .or_default()
                .push((event.time, end));
        }
    }

    /// Elastic IPs first: later records refer to them by allocation.
    fn index_reach(&mut self) {
        let reaches: Vec<&'f Reach> = self
            .events
            .iter()
            .filter(|event| event.succeeded())
            .filter_map(|event| match &event.detail {
                Detail::Reach(reach) => Some(reach),
                _ => None,
            })
            .collect();
        let allocations: HashMap<&str, IpAddr> = reaches
            .iter()
            .filter_map(|reach| match reach {
                Reach::Allocation { allocation, address } => Some((allocation.as_str(), *address)),
                _ => None,
            })
            .collect();
        let resolve = |address: Option<IpAddr>, allocation: &Option<String>| {
            address.or_else(|| allocations.get(allocation.as_deref()?).copied())
        };
        for reach in reaches {
            match reach {
                Reach::Instance { instance, address, allocation } => {
                    self.own_addresses.entry(instance).or_default().extend(resolve(*address, allocation));
                }
                Reach::Nat { address, allocation, .. } => {
                    self.nat_addresses.extend(resolve(*address, allocation))
                }
                Reach::Endpoint { endpoint, .. } => {
                    self.endpoints.insert(endpoint);
                }
                Reach::Allocation { .. } => {}
            }
        }
    }

    /// The call that issued `key`.
    #[must_use]
    pub fn issuer(&self, key: &str) -> Option<&'f Event> {
        self.issued.get(key).copied()
    }

    /// Calls that made the user or role `principal`, or gave it a password or key, in order.
    #[must_use]
    pub fn minted(&self, principal: &str) -> &[&'f Event] {
        self.minted.get(principal).map_or(&[], Vec::as_slice)
    }

    /// The stored description that `name` meant in `account` at `time`: the last one stored by then, else the first after.
    #[must_use]
    pub fn template(
        &self,
        account: &str,
        name: &TemplateRef,
        time: Time,
    ) -> Option<(&'f Event, &'f Template)> {
        let stored = self.templates.get(name)?.iter().filter(|(event, _)| event.account == account);
        stored.clone().rev().find(|(event, _)| event.time <= time).or_else(|| stored.clone().next()).copied()
    }

    /// What kind of machine `id` was at `time`.
    #[must_use]
    pub fn machine(&self, id: &str, time: Time) -> Option<&Unit> {
        let units = self.machines.get(id)?;
        units.iter().rev().find(|(since, _)| *since <= time).or_else(|| units.first()).map(|(_, unit)| unit)
    }

    /// Calls that made or enlarged a respawner, in order.
    #[must_use]
    pub fn respawner_acts(&self, key: &RespawnerKey) -> &[&'f Event] {
        self.respawner_acts.get(key).map_or(&[], Vec::as_slice)
    }

    /// The respawner at the top: the node group or environment for which a service made this group, else itself.
    #[must_use]
    pub fn top_respawner(&self, key: RespawnerKey) -> RespawnerKey {
        let mut top = key;
        for _ in 0..RESPAWNER_DEPTH_MAX {
            match self.respawner_parents.get(&top) {
                Some(parent) => top = parent.clone(),
                None => break,
            }
        }
        top
    }

    /// Whether an account has a Batch environment whose jobs are Fargate tasks, which no record shows.
    #[must_use]
    pub fn has_batch_tasks(&self, account: &str) -> bool {
        self.respawner_acts.iter().any(|(key, acts)| {
            key.account == account
                && key.respawner.kind == RespawnerKind::BatchEnvironment
                && acts.iter().any(|act| match &act.detail {
                    Detail::Launch(launch) => launch
                        .asks
                        .iter()
                        .filter_map(|ask| ask.unit.as_ref())
                        .any(|unit| unit.name.starts_with("fargate")),
                    _ => false,
                })
        })
    }

    /// When a respawner was deleted or shrunk, in order.
    #[must_use]
    pub fn respawner_ends(&self, key: &RespawnerKey) -> &[(Time, &'f End)] {
        self.respawner_ends.get(key).map_or(&[], Vec::as_slice)
    }

    /// The first ending of machine `id` at or after `time`.
    #[must_use]
    pub fn ending(&self, id: &str, time: Time) -> Option<&Ending<'f>> {
        self.endings.get(id)?.iter().find(|ending| ending.time >= time)
    }

    /// Calls that wrote a function's code or ran commands on an instance, in order.
    #[must_use]
    pub fn hand_overs(&self, workload: &str) -> &[&'f Event] {
        self.hand_overs.get(workload).map_or(&[], Vec::as_slice)
    }

    /// Whether the address is known to be the instance's own, by launch response, interface or Elastic IP.
    #[must_use]
    pub fn is_own_address(&self, instance: &str, address: IpAddr) -> bool {
        self.own_addresses.get(instance).is_some_and(|own| own.contains(&address))
    }

    /// Whether the address is a NAT gateway's.
    #[must_use]
    pub fn is_nat_address(&self, address: IpAddr) -> bool {
        self.nat_addresses.contains(&address)
    }

    /// Whether one of the accounts read made this VPC endpoint.
    #[must_use]
    pub fn is_own_endpoint(&self, endpoint: &str) -> bool {
        self.endpoints.contains(endpoint)
    }

    /// The region in which machine `id` was launched.
    #[must_use]
    pub fn region_of_machine(&self, id: &str) -> Option<&'f str> {
        self.launch_of_machine(id).map(|event| event.region.as_str())
    }

    /// The instance that was launched last at one of these addresses of an account by `time`.
    #[must_use]
    pub fn instance_at(&self, account: &str, addresses: &BTreeSet<IpAddr>, time: Time) -> Option<&'f str> {
        let there = self.own_addresses.iter().filter(|(_, own)| !own.is_disjoint(addresses));
        let launched = there.filter_map(|(id, _)| Some((self.launch_of_machine(id)?, *id)));
        launched
            .filter(|(launch, _)| account.is_empty() || launch.account == account)
            // Clocks and deliveries are minutes apart.
            .filter(|(launch, _)| launch.time <= time.plus(300))
            .max_by_key(|(launch, id)| (launch.time, *id))
            .map(|(_, id)| id)
    }

    /// The instance that was launched with an interface.
    #[must_use]
    pub fn instance_of(&self, interface: &str) -> Option<&'f str> {
        self.interface_owners.get(interface).copied()
    }

    /// Machine `id` as side logs may know it, from `time` to its next ending.
    #[must_use]
    pub fn machine_from<'s>(&'s self, id: &'s str, account: &'s str, time: Time) -> Machine<'s> {
        Machine {
            id,
            account,
            addresses: self.own_addresses.get(id),
            interfaces: self.own_interfaces.get(id),
            vpc: self.vpc(id).unwrap_or_default(),
            from: time,
            until: self.ending(id, time).map(|ending| ending.time),
        }
    }

    /// The first launch that machine `id` came from.
    #[must_use]
    pub fn launch_of_machine(&self, id: &str) -> Option<&'f Event> {
        self.machine_launches.get(id).copied()
    }

    /// Launch events by a principal, in order.
    #[must_use]
    pub fn launches_by(&self, principal: &str) -> &[&'f Event] {
        self.launches.get(principal).map_or(&[], Vec::as_slice)
    }

    /// Whether somebody ran an image by `time`.
    #[must_use]
    pub fn was_image_run(&self, image: &str, time: Time) -> bool {
        self.images.get(image).is_some_and(|first| *first <= time)
    }

    /// People's principals other than `principal` that work from `address`; sorted.
    pub fn other_users_of(&self, address: &str, principal: &str) -> impl Iterator<Item = &'f str> {
        self.address_users.get(address).into_iter().flatten().copied().filter(move |user| *user != principal)
    }

    /// How many other instances called from this network before `time`; of many, a few are counted.
    #[must_use]
    pub fn instances_at(&self, address: &str, instance: &str, time: Time) -> usize {
        let first = self.address_instances.get(&network_of(address)).into_iter().flatten();
        first.filter(|(since, other)| *other != instance && *since < time).count()
    }

    /// The instance's VPC, where its launch was seen.
    #[must_use]
    pub fn vpc(&self, instance: &str) -> Option<&'f str> {
        self.instance_vpcs.get(instance).copied()
    }
}

/// Whether a principal is held by people rather than by machines that share a network with other machines.
fn is_persons(principal: &str) -> bool {
    principal.contains(":user/") || principal.ends_with(":root") || principal.contains("/AWSReservedSSO_")
}

/// Instances that are remembered of one network.
///
/// Fewer, and it is not known that machines share it; more, and a fleet behind one address costs its square.
const NEIGHBOURS_MAX: usize = 8;

/// Services make groups for services at most this deep (a stack, a node group, a group).
const RESPAWNER_DEPTH_MAX: usize = 4;

/// The respawner for which a service made or sized this one: by tag, else by the name that only the service gives.
fn parent(event: &Event, launch: &Launch, respawner: &RespawnerRef) -> Option<RespawnerRef> {
    if let Some(made_by) = &launch.made_by {
        return event.actor.is_service_made().then(|| made_by.clone());
    }
    let service = event.actor.invoked_by.as_deref().filter(|_| event.actor.is_service_linked())?;
    // Thirty-seven characters: a hyphen and a UUID.
    let stem = respawner.name.len().checked_sub(37).and_then(|end| respawner.name.get(..end))?;
    match service.split('.').next()? {
        "eks-nodegroup" => {
            Some(RespawnerRef { kind: RespawnerKind::Nodegroup, name: stem.strip_prefix("eks-")?.to_owned() })
        }
        "batch" => Some(RespawnerRef {
            kind: RespawnerKind::BatchEnvironment,
            name: stem.strip_suffix("-asg")?.to_owned(),
        }),
        _ => None,
    }
}

fn is_identity(kind: MintKind) -> bool {
    matches!(kind, MintKind::User | MintKind::LoginProfile | MintKind::Role | MintKind::Trust)
}

/// The canonical arn of a user or role that an event names, perhaps only by its bare name.
#[must_use]
pub fn canonical_target(target: &str, event: &Event) -> String {
    if target.starts_with("arn:") {
        return target.to_owned();
    }
    let role =
        matches!(&event.detail, Detail::Mint(mint) if matches!(mint.kind, MintKind::Role | MintKind::Trust));
    format!("arn:aws:iam::{}:{}/{target}", event.account, if role { "role" } else { "user" })
}

fn is_look(event: &Event) -> bool {
    match &event.detail {
        Detail::Look(_) => true,
        Detail::Quota(ask) => !ask.raise,
        _ => false,
    }
}

/// All notable events in the order they happened, without replaced ones and without second copies.
fn events_in_order<'f>(facts: &'f Facts, told: &'f Told) -> Vec<&'f Event> {
    let whole = facts.principals().flat_map(|(_, dossier)| dossier.events());
    let mut events: Vec<&Event> = whole.chain(&told.looks).collect();
    // By content at the end, so that equal times and ids cannot leave the order to a hash map.
    events.sort_unstable_by(|a, b| (a.time, &a.id, *a).cmp(&(b.time, &b.id, *b)));
    let replaced: HashSet<&str> = events.iter().filter_map(|event| event.replaces.as_deref()).collect();
    let mut copies: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    let mut kept: Vec<&'f Event> = Vec::with_capacity(events.len());
    for event in events.into_iter().filter(|event| !replaced.contains(event.id.as_str())) {
        // A look-up told twice is no harm, and not all of them are spelled out.
        let Some(shared) = event.shared_id.as_deref().filter(|_| !is_look(event)) else {
            kept.push(event);
            continue;
        };
        // Copies of one action are of one name: a record that only claims the same id displaces nothing.
        let action = [shared, &event.source, &event.name];
        match copies.get(&action) {
            // The copy that names the caller's key tells more.
            Some(index) if event.actor.key.is_some() && kept[*index].actor.key.is_none() => {
                kept[*index] = event
            }
            Some(_) => {}
            None => {
                copies.insert(action, kept.len());
                kept.push(event);
            }
        }
    }
    kept
}
