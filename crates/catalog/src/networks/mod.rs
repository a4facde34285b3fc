//! Whose network an address is in: by the tables that ship, and by lists that the user brings.
//!
//! A record tells an address and nothing else. What is known of it comes from five places, each of which may be
//! missing: the user's own networks, AWS's published ranges, the networks of Tor exits and of hosting companies, and
//! who announces it (autonomous systems). Nothing is asked of the network: lists are files, read before.
//!
//! Blind spots: lists age; a household that runs a proxy is a household's address; one autonomous system may hold
//! offices, households and rented servers.

pub(crate) mod asn;
pub(crate) mod aws;
pub(crate) mod list;
pub(crate) mod own;
pub(crate) mod ranges;

use std::net::IpAddr;

use self::asn::{AsnClass, AsnTable, Owner};
use self::aws::{AwsNetwork, AwsRanges, aws_network, is_private};
use self::list::AddressList;
use self::own::{OwnNetwork, OwnNetworks};

/// Autonomous systems by which Amazon announces its own and its customers' networks.
const AMAZON_ASNS: [u32; 5] = [7224, 8987, 9059, 14618, 16509];

/// What is known of addresses. By default what ships.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks {
    /// The user's own networks.
    pub own: OwnNetworks,
    /// AWS's ranges instead of those that ship.
    pub aws: Option<AwsRanges>,
    /// Who announces which addresses; of several tables the first that knows.
    pub asns: Vec<AsnTable>,
    /// Where Tor's exits are.
    pub tor: Vec<AddressList>,
    /// Networks of hosting companies and VPNs, beside the autonomous systems that ship.
    pub hosting: Vec<AddressList>,
}

/// Where an address is, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts<'n> {
    /// No address of the public internet.
    Private,
    /// In a network that the user named.
    Own(&'n OwnNetwork),
    /// AWS's, or announced by Amazon for a customer (then no region is known).
    Aws(Option<AwsNetwork<'n>>),
    /// An exit of the Tor network.
    Tor,
    /// Rented: a hosting company, a cloud, a VPN.
    Hosting,
    /// A company that connects households and mobile phones.
    Access,
    /// Somebody else's, as the autonomous system says.
    Other,
    /// Nothing is known.
    Unknown,
}

impl Networks {
    /// Where an address is. What is surest and narrowest comes first: the user's word, a list of single addresses, AWS's
    /// ranges, and then lists of whole companies (which have AWS among them).
    #[must_use]
    pub fn whereabouts(&self, address: IpAddr) -> Whereabouts<'_> {
        if is_private(address) {
            return Whereabouts::Private;
        }
        if let Some(own) = self.own.find(address) {
            return Whereabouts::Own(own);
        }
        if self.tor.iter().any(|tor| tor.has(address)) {
            return Whereabouts::Tor;
        }
        if let Some(aws) = self.aws(address) {
            return Whereabouts::Aws(Some(aws));
        }
        let owner = self.owner(address);
        let of_host =
            |list: &AddressList| list.has(address) || owner.is_some_and(|owner| list.has_asn(owner.asn));
        if self.hosting.iter().any(of_host) {
            return Whereabouts::Hosting;
        }
        match owner.map(|owner| (owner.asn, asn::class(owner.asn))) {
            None => Whereabouts::Unknown,
            Some((asn, _)) if AMAZON_ASNS.contains(&asn) => Whereabouts::Aws(None),
            Some((_, Some(AsnClass::Hosting))) => Whereabouts::Hosting,
            Some((_, Some(AsnClass::Access))) => Whereabouts::Access,
            Some((_, None)) => Whereabouts::Other,
        }
    }

    /// The part of AWS that an address belongs to: by the user's list, else by the one that ships.
    #[must_use]
    pub fn aws(&self, address: IpAddr) -> Option<AwsNetwork<'_>> {
        match &self.aws {
            Some(ranges) => ranges.find(address),
            None => aws_network(address),
        }
    }

    /// Who announces an address.
    #[must_use]
    pub fn owner(&self, address: IpAddr) -> Option<&Owner> {
        self.asns.iter().find_map(|table| table.find(address))
    }
}

#[cfg(test)]
mod tests;
