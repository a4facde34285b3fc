//! Who announces which addresses: autonomous systems, their names, and what kind of company they are.
//!
//! The table comes from a file of the user's; what kind of company a system belongs to is told by two tables that ship.
//!
//! Blind spots: a large company has offices, customers and rented servers in one system; a small one is in no table.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;

use super::ranges::{Ranges, Run, bits};
use crate::table::{ACCESS_ASNS, HOSTING_ASNS, number};

/// An autonomous system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// Its number.
    pub asn: u32,
    /// Its name; empty where the table has none.
    pub organisation: Box<str>,
}

/// What kind of company an autonomous system belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum AsnClass {
    /// It rents machines or addresses out: whoever has a card has one in minutes.
    Hosting,
    /// It connects households and mobile phones.
    Access,
}

static CLASSES: LazyLock<HashMap<u32, AsnClass>> = LazyLock::new(|| {
    let asn = |text: &str| u32::try_from(number(text)).expect("an embedded system has 32 bits");
    let hosting = HOSTING_ASNS.rows().map(|[number, _]| (asn(number), AsnClass::Hosting));
    let access = ACCESS_ASNS.rows().map(|[number, _]| (asn(number), AsnClass::Access));
    hosting.chain(access).collect()
});

/// What kind of company an autonomous system belongs to; `None` where no table says.
pub(super) fn class(asn: u32) -> Option<AsnClass> {
    CLASSES.get(&asn).copied()
}

/// Who announces which addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsnTable {
    ranges: Ranges<u32>,
    owners: Vec<Owner>,
}

/// A run of addresses, both ends included, and the place of its owner in a list.
pub type OwnedRun = (IpAddr, IpAddr, u32);

impl AsnTable {
    /// A table of runs in any order. Fails with the first address of a run that overlaps another.
    ///
    /// # Panics
    ///
    /// Where a run names an owner that is not in the list.
    pub fn new(runs: Vec<OwnedRun>, owners: Vec<Owner>) -> Result<Self, IpAddr> {
        assert!(runs.iter().all(|(.., owner)| (*owner as usize) < owners.len()), "every run has an owner");
        let runs = runs.into_iter().map(|(first, last, owner)| Run {
            first: bits(first),
            last: bits(last),
            value: owner,
        });
        Ok(Self { ranges: Ranges::apart(runs.collect())?, owners })
    }

    /// Who announces an address.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<&Owner> {
        Some(&self.owners[*self.ranges.find(address)? as usize])
    }

    /// How many networks the table tells apart.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ranges.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_of_one_kind() {
        let both = HOSTING_ASNS
            .rows::<2>()
            .filter(|[asn, _]| ACCESS_ASNS.rows::<2>().any(|[other, _]| other == *asn));
        assert_eq!(both.map(|[asn, _]| asn).collect::<Vec<_>>(), Vec::<&str>::new());
        assert_eq!(CLASSES.len(), HOSTING_ASNS.rows::<2>().count() + ACCESS_ASNS.rows::<2>().count());
    }

    #[test]
    fn well_known_companies_are_what_they_are() {
        for (asn, kind) in [
            (24940, Some(AsnClass::Hosting)), // Hetzner
            (14061, Some(AsnClass::Hosting)), // DigitalOcean
            (9009, Some(AsnClass::Hosting)),  // M247, of whom many VPNs rent
            (3320, Some(AsnClass::Access)),   // Deutsche Telekom
            (7922, Some(AsnClass::Access)),   // Comcast
            (16509, None),                    // Amazon, which is told by its own ranges
            (64496, None),                    // nobody: for documentation
        ] {
            assert_eq!(class(asn), kind, "AS{asn}");
        }
    }

    #[test]
    fn a_table_tells_who_announces_an_address() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let owner = Owner { asn: 64496, organisation: "Example".into() };
        let runs = vec![
            (address("2001:db8::"), address("2001:db8::ff"), 0),
            (address("198.51.100.0"), address("198.51.100.255"), 0),
        ];
        let table = AsnTable::new(runs, vec![owner.clone()]).unwrap();
        assert_eq!(table.find(address("198.51.100.7")), Some(&owner));
        assert_eq!(table.find(address("2001:db8::1:0")), None);
        let twice = vec![
            (address("198.51.100.0"), address("198.51.100.9"), 0),
            (address("198.51.100.9"), address("198.51.100.9"), 0),
        ];
        assert_eq!(AsnTable::new(twice, vec![owner]), Err(address("198.51.100.9")));
    }
}
