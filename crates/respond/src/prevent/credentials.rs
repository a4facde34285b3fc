//! Guardrails on instance credentials: how they are delivered, and where they may be used.
//!
//! These rest on every call of an instance's credential, not only on notable ones: profiles keep
//! each place in which it was used.

use std::collections::BTreeSet;

use detect::profile::{InstanceProfile, Place};
use event::{Address, Delivery, Event};
use serde_json::{Value, json};

use super::ground::Ground;
use super::{Attach, Draft, Guardrail, Thought, Unsafe};

/// Addresses that one statement names.
///
/// Fewer, and a company with several exits has none; more, and the policy is full with them.
const ADDRESSES_MAX: usize = 40;

/// Only credentials that IMDSv2 delivered.
pub(super) fn delivery(ground: &Ground<'_, '_>) -> Thought {
    let denied: Vec<&Event> =
        ground.attack.iter().copied().filter(|event| event.actor.delivery == Some(Delivery::V1)).collect();
    let instances = instances(ground);
    let uses_v1 = |profile: &InstanceProfile| places(profile, ground).any(|place| place.delivery == "1");
    let broken: Vec<&str> =
        instances.iter().filter(|(_, profile)| uses_v1(profile)).map(|(id, _)| *id).collect();
    if !broken.is_empty() && !denied.is_empty() {
        return Some(Err(Unsafe {
            name: "metadata-tokens-in-use",
            why: format!(
                "deny credentials that IMDSv1 delivered: {} instances still use it for ordinary work, {}",
                broken.len(),
                broken.iter().take(8).copied().collect::<Vec<_>>().join(", ")
            ),
            events: Vec::new(),
        }));
    }
    Draft {
        name: "metadata-tokens-in-use",
        what: "deny every call with a credential that IMDSv1 delivered".to_owned(),
        because: format!(
            "the credentials of {} instances were used, and none by IMDSv1 for ordinary work",
            instances.len()
        ),
        attach: Attach::Organization,
        denied,
        broken: Vec::new(),
        held_against: instances.len(),
        statements: vec![json!({
            "Sid": "MetadataTokensInUse", "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": { "NumericLessThan": { "ec2:RoleDelivery": "2.0" } },
        })],
    }
    .decided()
}

/// Every instance whose credential was used, by id.
fn instances<'a>(ground: &Ground<'a, '_>) -> Vec<(&'a str, &'a InstanceProfile)> {
    let facts = ground.world.facts;
    let mut ids: Vec<&str> = facts.instances().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.into_iter().filter_map(|id| facts.instance(id).map(|profile| (id, profile))).collect()
}

/// Places of ordinary use: where no call of a finding came from.
fn places<'p>(profile: &'p InstanceProfile, ground: &Ground<'_, '_>) -> impl Iterator<Item = Place<'p>> {
    let all = profile.places.iter().map(|used| used.place());
    all.filter(|place| !ground.addresses.contains(place.address))
}

/// The credentials of each role only from where its instances call.
pub(super) fn at_home(ground: &Ground<'_, '_>) -> Vec<Thought> {
    let roles: BTreeSet<&str> = ground
        .attack
        .iter()
        .filter(|event| event.actor.instance.is_some())
        .map(|event| event.actor.principal.as_str())
        .collect();
    roles.into_iter().map(|role| role_at_home(role, ground)).collect()
}

fn role_at_home(role: &str, ground: &Ground<'_, '_>) -> Thought {
    let profiles: Vec<&InstanceProfile> = instances(ground)
        .into_iter()
        .map(|(_, profile)| profile)
        .filter(|profile| profile.roles.get(role).is_some())
        .collect();
    let saturated = profiles.iter().any(|profile| profile.places.is_saturated());
    let homes: Vec<_> = profiles.iter().flat_map(|profile| places(profile, ground)).collect();
    let addresses: BTreeSet<&str> =
        homes.iter().filter(|place| place.endpoint.is_empty()).map(|place| place.address).collect();
    let endpoints = homes.iter().any(|place| !place.endpoint.is_empty());
    let away = |event: &&Event| {
        event.actor.principal == role
            && event.actor.instance.is_some()
            && event.endpoint.is_none()
            && matches!(event.address, Address::Ip(_))
            && !addresses.contains(event.address.to_string().as_str())
    };
    let denied: Vec<&Event> = ground.attack.iter().copied().filter(away).collect();
    let first = denied.first()?;
    let unknown = addresses.iter().find(|address| address.parse::<std::net::IpAddr>().is_err());
    let why = match (saturated, homes.is_empty(), addresses.len() > ADDRESSES_MAX, unknown) {
        (true, ..) => "it calls from more places than are remembered",
        (_, true, ..) => "no ordinary call with it was read",
        (.., true, _) => {
            "it calls from more addresses than a policy should name: give its instances one exit, or VPC endpoints"
        }
        (.., Some(_)) => "some of its calls come from what is no address",
        _ => {
            return Some(Ok(guardrail(role, &addresses, endpoints, denied, homes.len())));
        }
    };
    Some(Err(Unsafe {
        name: "credential-stays-home",
        why: format!("deny the credentials of {role} away from its instances: {why}"),
        events: vec![first.id.clone()],
    }))
}

fn guardrail(
    role: &str,
    addresses: &BTreeSet<&str>,
    endpoints: bool,
    denied: Vec<&Event>,
    places: usize,
) -> Guardrail {
    let (what, statements) = if addresses.is_empty() && endpoints {
        ("deny its credentials outside of the VPC and the address of the instance that got them", own_vpc())
    } else {
        (
            "deny its credentials from addresses other than those its instances call from",
            own_addresses(addresses),
        )
    };
    Guardrail {
        name: "credential-stays-home",
        what: format!("{}: {what}", detect::timeline::short(role)),
        because: format!("{places} places of ordinary use, {}", told(addresses, endpoints)),
        attach: Attach::Principal(role.to_owned()),
        denies: denied.len(),
        denied_events: super::ids(&denied),
        held_against: places,
        statements,
    }
}

fn told(addresses: &BTreeSet<&str>, endpoints: bool) -> String {
    let listed: Vec<&str> = addresses.iter().take(6).copied().collect();
    match (listed.len(), endpoints) {
        (0, _) => "all through VPC endpoints".to_owned(),
        (_, false) => format!("from {}", listed.join(", ")),
        (_, true) => format!("from {}, and through VPC endpoints", listed.join(", ")),
    }
}

/// The conditions that AWS documents for credentials of instances, with its exception for calls that services make.
fn own_vpc() -> Vec<Value> {
    let away = |sid: &str, key: &str, is: &str| {
        json!({
            "Sid": sid, "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {
                "StringNotEquals": { key: is },
                "Null": { "ec2:SourceInstanceARN": "false" },
                "BoolIfExists": { "aws:ViaAWSService": "false" },
            },
        })
    };
    vec![
        away("CredentialStaysInItsVpc", "aws:ec2InstanceSourceVPC", "${aws:SourceVpc}"),
        away("CredentialStaysOnItsInstance", "aws:ec2InstanceSourcePrivateIPv4", "${aws:VpcSourceIp}"),
    ]
}

/// Calls through a VPC endpoint have no public address, and are let through.
fn own_addresses(addresses: &BTreeSet<&str>) -> Vec<Value> {
    vec![json!({
        "Sid": "CredentialStaysHome", "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {
            "NotIpAddress": { "aws:SourceIp": addresses },
            "Null": { "ec2:SourceInstanceARN": "false", "aws:SourceVpc": "true" },
            "BoolIfExists": { "aws:ViaAWSService": "false" },
        },
    })]
}
