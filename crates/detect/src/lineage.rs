//! Whose hand is on a launch: credential → the credential that issued it → … → the root;
//! and launch → respawner → whoever made or enlarged it.
//!
//! Blind spots: a key that was issued before the logs begin has no issuer; a role session
//! whose `AssumeRole` was not logged here (another account's trail) is its own root.

use event::event::{Issue, Launch, Makes, MintKind};
use event::time::{DAY, HOUR};
use event::{Actor, Detail, Event, IdentityKind, Time};

use crate::finding::Link;
use crate::profile::network_of;
use crate::world::{RespawnerKey, World, canonical_target};

/// How long after somebody made a user, key or password its acts are still laid at their door.
///
/// Shorter, and a thief who mints a user in the evening and launches the next morning is two
/// cases; longer, and every account an administrator ever made is the administrator.
const MINTED_FRESH: i64 = 3 * DAY;

/// How long after somebody made or enlarged a group its launches are still their launches.
///
/// Shorter, and a group that fills slowly is lost; longer, and whoever wrote the Terraform is
/// blamed for every scaling of the next year.
const RESPAWNER_FRESH: i64 = DAY;

/// How long after somebody started a machine what its credential does is laid at their door.
///
/// Shorter, and a thief who starts a machine to use its role is two cases; longer, and a web server that is broken into
/// is its deployer.
const STARTED_FRESH: i64 = HOUR;

/// How long after somebody wrote a function's code its calls are laid at their door.
const HAND_OVER_FRESH: i64 = 6 * HOUR;

/// Links followed from a launch to its root.
///
/// Fewer, and role chains of a large organisation break; more, and a cycle in forged logs costs time.
const LINEAGE_DEPTH_MAX: usize = 16;

/// What the root of a lineage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootKind {
    /// A credential that the metadata service issued.
    InstanceToken,
    /// A long-term key of a user or of root.
    AccessKey,
    /// A console sign-in.
    Console,
    /// A role session of unknown or federated origin.
    RoleSession,
    /// A function, task or pod.
    Workload,
    /// A respawner or service with nobody's hand on it lately.
    Service,
}

/// The root of a lineage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root {
    /// What lineages are told apart by.
    pub key: String,
    /// What it is.
    pub kind: RootKind,
    /// Its principal.
    pub principal: String,
    /// Its account.
    pub account: String,
}

/// A root with the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The root.
    pub root: Root,
    /// From the call back to the root.
    pub links: Vec<Link>,
}

/// Follows an event to its root.
#[must_use]
pub fn trace(event: &Event, world: &World<'_>) -> Trace {
    let mut links = Vec::new();
    let root = trace_event(event, world, &mut links);
    Trace { root, links }
}

fn trace_event(event: &Event, world: &World<'_>, links: &mut Vec<Link>) -> Root {
    let made_by = match &event.detail {
        Detail::Launch(launch) => service_respawner(event, launch, world),
        _ => None,
    };
    match made_by {
        Some(respawner) => trace_respawner(event, respawner, world, links),
        None if is_unattended(&event.actor) => service_root(&event.actor),
        None => trace_actor(&event.actor, event.time, world, links),
    }
}

/// The respawner for which a service made this launch.
///
/// A service also sizes and makes groups itself, for what stands above them.
fn service_respawner(event: &Event, launch: &Launch, world: &World<'_>) -> Option<RespawnerKey> {
    if !event.actor.is_service_made() {
        return None;
    }
    let own = launch.respawner.as_ref().map(|respawner| RespawnerKey::of(event, respawner));
    let above = own.clone().map(|own| world.top_respawner(own)).filter(|top| Some(top) != own.as_ref());
    let made_by =
        launch.made_by.as_ref().map(|respawner| world.top_respawner(RespawnerKey::of(event, respawner)));
    made_by.or(above)
}

/// Whether a service acted with no customer's credential in hand.
///
/// Root "invoked by" a service is how old records write a service's own act.
fn is_unattended(actor: &Actor) -> bool {
    actor.kind == IdentityKind::Service
        || actor.is_service_linked()
        || (actor.kind == IdentityKind::Root && actor.invoked_by.is_some())
}

fn service_root(actor: &Actor) -> Root {
    let service = actor.invoked_by.as_deref().unwrap_or(&actor.principal);
    Root {
        key: format!("service:{}:{service}", actor.account),
        kind: RootKind::Service,
        principal: actor.principal.clone(),
        account: actor.account.clone(),
    }
}

/// Follows a service's launch to whoever last made or enlarged its respawner, if that was lately.
fn trace_respawner(event: &Event, key: RespawnerKey, world: &World<'_>, links: &mut Vec<Link>) -> Root {
    let act =
        respawner_act(&key, event.time, world).filter(|act| event.time.since(act.time) <= RESPAWNER_FRESH);
    match act {
        Some(act) if links.len() < LINEAGE_DEPTH_MAX && act.id != event.id => {
            links.push(Link {
                time: act.time,
                event: act.id.clone(),
                from: act.actor.principal.clone(),
                to: key.respawner.name.clone(),
                by: act.name.clone(),
            });
            trace_event(act, world, links)
        }
        // The service called with a customer's own credential (a fleet, a stack): that credential's hand is on it.
        _ if !is_unattended(&event.actor) => trace_actor(&event.actor, event.time, world, links),
        _ => Root {
            key: format!(
                "respawner:{}:{}:{:?}:{}",
                key.account, key.region, key.respawner.kind, key.respawner.name
            ),
            kind: RootKind::Service,
            principal: event.actor.principal.clone(),
            account: key.account,
        },
    }
}

/// The last call by `time` that made or enlarged a respawner.
#[must_use]
pub fn respawner_act<'f>(key: &RespawnerKey, time: Time, world: &World<'f>) -> Option<&'f Event> {
    world.respawner_acts(key).iter().rev().find(|act| act.time <= time).copied()
}

fn trace_actor(actor: &Actor, time: Time, world: &World<'_>, links: &mut Vec<Link>) -> Root {
    if links.len() < LINEAGE_DEPTH_MAX
        && let Some(issuer) = issuer_of(actor, time, world)
    {
        links.push(Link {
            time: issuer.time,
            event: issuer.id.clone(),
            from: issuer.actor.principal.clone(),
            to: actor.principal.clone(),
            by: issuer.name.clone(),
        });
        return trace_actor(&issuer.actor, issuer.time, world, links);
    }
    root_of(actor)
}

/// The calls that put a credential into the hand behind `event`, from the last back to the first.
#[must_use]
pub fn issuers<'f>(event: &Event, world: &World<'f>) -> Vec<&'f Event> {
    let first = issuer_of(&event.actor, event.time, world);
    std::iter::successors(first, |issuer| issuer_of(&issuer.actor, issuer.time, world))
        .take(LINEAGE_DEPTH_MAX)
        .collect()
}

/// The call that put this credential into the actor's hand, if a hand of somebody else's made it.
fn issuer_of<'f>(actor: &Actor, time: Time, world: &World<'f>) -> Option<&'f Event> {
    let by_key = actor.key.as_deref().and_then(|key| world.issuer(key));
    if let Some(issuer) = by_key {
        let is_hand = matches!(
            issuer.actor.kind,
            IdentityKind::Root
                | IdentityKind::IamUser
                | IdentityKind::AssumedRole
                | IdentityKind::FederatedUser
        );
        let is_own = issuer.actor.key == actor.key;
        return (is_hand && !is_own && issuer.time <= time && !issuer.actor.is_service_made())
            .then_some(issuer)
            .or_else(|| opener_of(issuer, actor, world))
            .or_else(|| hand_over_of(actor, time, world));
    }
    minter_of(actor, time, world)
        .or_else(|| hand_over_of(actor, time, world))
        .or_else(|| starter_of(actor, time, world))
}

/// Whoever lately opened the role to the account that took it up, from the same network: one hand with two accounts.
fn opener_of<'f>(issuer: &Event, actor: &Actor, world: &World<'f>) -> Option<&'f Event> {
    let from = network_of(&issuer.address.to_string());
    let opened = opened_to_others(issuer, actor, world)?;
    (network_of(&opened.address.to_string()) == from && opened.actor.principal != actor.principal)
        .then_some(opened)
}

/// The call that lately let another account take up the role of `actor`, whose session `issuer` issued.
#[must_use]
pub fn opened_to_others<'f>(issuer: &Event, actor: &Actor, world: &World<'f>) -> Option<&'f Event> {
    if issuer.actor.kind != IdentityKind::Account || issuer.actor.account == actor.account {
        return None;
    }
    let lately = |act: &&&Event| act.time <= issuer.time && issuer.time.since(act.time) <= MINTED_FRESH;
    let trusts = |act: &&&Event| matches!(&act.detail, Detail::Mint(mint) if matches!(mint.kind, MintKind::Trust | MintKind::Role));
    world.minted(&actor.principal).iter().rev().filter(lately).find(trusts).copied()
}

/// Whoever has just started the machine whose credential this is: its profile was chosen for what it may do.
fn starter_of<'f>(actor: &Actor, time: Time, world: &World<'f>) -> Option<&'f Event> {
    let launched = world.launch_of_machine(&actor.instance.as_ref()?.id)?;
    let fresh = (0..=STARTED_FRESH).contains(&time.since(launched.time));
    (fresh && !launched.actor.is_service_made() && launched.actor.principal != actor.principal)
        .then_some(launched)
}

/// Whoever lately made this user, its key or its password.
fn minter_of<'f>(actor: &Actor, time: Time, world: &World<'f>) -> Option<&'f Event> {
    if actor.kind != IdentityKind::IamUser {
        return None;
    }
    let fresh = |act: &&&Event| act.time <= time && time.since(act.time) <= MINTED_FRESH;
    let acts = world.minted(&actor.principal);
    let found = acts.iter().rev().filter(fresh).find(|act| match &act.detail {
        Detail::Issue(issue) => made_this_key(issue, actor),
        _ => act.actor.principal != actor.principal,
    });
    found.copied().filter(|act| act.actor.principal != actor.principal)
}

/// A key made for the user explains this actor only if it is the key in use (masked keys fit any).
fn made_this_key(issue: &Issue, actor: &Actor) -> bool {
    match (&issue.key, &actor.key) {
        (Some(issued), Some(used)) => issued == used || used.contains('*'),
        _ => true,
    }
}

/// Whoever lately wrote the code of the function whose credential this is.
fn hand_over_of<'f>(actor: &Actor, time: Time, world: &World<'f>) -> Option<&'f Event> {
    if actor.kind != IdentityKind::AssumedRole || actor.instance.is_some() {
        return None;
    }
    let function = actor.session.as_deref()?;
    let acts = world.hand_overs(function).iter().rev();
    let found = acts.copied().find(|act| act.time <= time && time.since(act.time) <= HAND_OVER_FRESH)?;
    (found.actor.principal != actor.principal).then_some(found)
}

/// The root that an actor is when nobody is behind it.
fn root_of(actor: &Actor) -> Root {
    let (key, kind) = match (&actor.instance, actor.kind) {
        (Some(instance), _) => (format!("{}#{}", actor.principal, instance.id), RootKind::InstanceToken),
        (None, IdentityKind::IamUser | IdentityKind::Root) if is_long_term(actor) => {
            (actor.principal.clone(), RootKind::AccessKey)
        }
        (None, IdentityKind::IamUser | IdentityKind::Root) => (actor.principal.clone(), RootKind::Console),
        (None, IdentityKind::AssumedRole) if actor.is_sso() || is_person(actor) => {
            let kind = if actor.console { RootKind::Console } else { RootKind::RoleSession };
            (format!("{}#{}", actor.principal, actor.session.as_deref().unwrap_or_default()), kind)
        }
        (None, _) if actor.workload.is_some() => (actor.principal.clone(), RootKind::Workload),
        (None, _) => (actor.principal.clone(), RootKind::RoleSession),
    };
    Root { key, kind, principal: actor.principal.clone(), account: actor.account.clone() }
}

/// Whether the credential is a long-term key. Masked and hashed keys of anonymised logs count as one.
fn is_long_term(actor: &Actor) -> bool {
    actor.key.as_deref().is_some_and(|key| !key.is_empty() && !key.starts_with("ASIA")) && !actor.console
}

/// A session named after a mail address is a person's, and persons share roles.
fn is_person(actor: &Actor) -> bool {
    actor.session.as_deref().is_some_and(|session| session.contains('@'))
}

/// Whether `event` made or enlarged a respawner.
#[must_use]
pub fn is_respawner_act(event: &Event) -> bool {
    matches!(&event.detail, Detail::Launch(launch) if matches!(launch.makes, Makes::Respawner | Makes::Enlarges))
}

/// The principal that an event gave life or power to, in canonical form.
#[must_use]
pub fn minted_principal(event: &Event) -> Option<String> {
    match &event.detail {
        Detail::Mint(mint) => Some(canonical_target(&mint.target, event)),
        Detail::Issue(issue) => {
            issue.principal.as_deref().map(|principal| canonical_target(principal, event))
        }
        _ => None,
    }
}
