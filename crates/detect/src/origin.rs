//! Where the calls of a finding came from, as it is told.
//!
//! Nothing is asked of the network: what is known of an address stands in the tables that ship and in the lists that the
//! user brought.

use std::net::IpAddr;

use catalog::{Networks, Whereabouts};
use event::Address;

use crate::finding::{AutonomousSystem, NetworkKind, Origin};

/// What AWS writes for a region where an address is everybody's.
pub(crate) const GLOBAL: &str = "GLOBAL";

/// What is known of an address.
pub(crate) fn origin(address: &Address, networks: &Networks) -> Origin {
    let known = |network: String, kind| Origin {
        address: address.to_string(),
        network,
        kind,
        autonomous_system: None,
        aws_region: None,
    };
    match address {
        Address::Ip(ip) => of_ip(*ip, networks, known),
        Address::Service(_) | Address::Internal => known("AWS".to_owned(), NetworkKind::Service),
        Address::Text(_) | Address::Absent => known(String::new(), NetworkKind::Unknown),
    }
}

fn of_ip(ip: IpAddr, networks: &Networks, known: impl Fn(String, NetworkKind) -> Origin) -> Origin {
    let owner = networks.owner(ip);
    let announced =
        |kind| known(owner.map_or_else(String::new, |owner| owner.organisation.to_string()), kind);
    let told = match networks.whereabouts(ip) {
        Whereabouts::Private => return known("private".to_owned(), NetworkKind::Endpoint),
        Whereabouts::Own(own) => known(own.name.to_string(), NetworkKind::Own),
        Whereabouts::Aws(Some(aws)) => Origin {
            aws_region: Some(aws.region.to_owned()).filter(|region| region != GLOBAL),
            ..known(format!("AWS {}", aws.region), NetworkKind::Aws)
        },
        Whereabouts::Aws(None) => announced(NetworkKind::Aws),
        Whereabouts::Tor => announced(NetworkKind::Tor),
        Whereabouts::Hosting => announced(NetworkKind::Hosting),
        Whereabouts::Access => announced(NetworkKind::Residential),
        Whereabouts::Other => announced(NetworkKind::Other),
        Whereabouts::Unknown => announced(NetworkKind::Unknown),
    };
    let autonomous_system =
        owner.map(|owner| AutonomousSystem { number: owner.asn, name: owner.organisation.to_string() });
    Origin { autonomous_system, ..told }
}

/// The owner of an address in brackets, to be put behind it: ` (Example GmbH, AS64496)`. Empty where nobody knows.
pub(crate) fn owner_told(ip: IpAddr, networks: &Networks) -> String {
    match networks.owner(ip) {
        None => String::new(),
        Some(owner) if owner.organisation.is_empty() => format!(" (AS{})", owner.asn),
        Some(owner) => format!(" ({}, AS{})", owner.organisation, owner.asn),
    }
}
