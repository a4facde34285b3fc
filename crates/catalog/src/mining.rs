//! Where miners go: the names and ports of mining pools.
//!
//! A listed name stands for itself and everything below it, never for a part of a label: `notnanopool.org` is nobody's.
//! Classes differ in weight: who asks for a pool mines there, who asks for a browser miner may have looked at a page.
//! Nodes of a currency (port 8333, seeds) are not in the tables: a node is no miner.
//!
//! Blind spots: a pool behind a proxy of the thief's own, and one opened last week: bring a list ([`PoolList`]).

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::LazyLock;

use crate::table::{MINING_NAMES, MINING_PORTS, number};

/// How many entries one list of the user's may have.
///
/// Fewer, and a feed of threats does not fit; more, and a list of the whole internet fills memory.
pub const POOL_LIST_ENTRIES_MAX: usize = 2_000_000;

/// What kind of place a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MiningClass {
    /// A pool: whoever goes there mines, or means to.
    Pool,
    /// A miner inside web pages: whoever goes there may have looked at a page.
    Browser,
}

static NAMES: LazyLock<HashMap<&'static str, MiningClass>> = LazyLock::new(|| {
    let class = |class| if class == "browser" { MiningClass::Browser } else { MiningClass::Pool };
    MINING_NAMES.rows().map(|[name, of]| (name, class(of))).collect()
});

static PORTS: LazyLock<HashMap<u16, u64>> = LazyLock::new(|| {
    MINING_PORTS.rows().filter_map(|[port, servers]| Some((port.parse().ok()?, number(servers)))).collect()
});

/// Returns how many known pool servers listen on `port`; 0 where none does, or where other services do as well.
pub fn mining_port(port: u16) -> u64 {
    PORTS.get(&port).copied().unwrap_or(0)
}

/// The names of pools: those that ship, and those that the user brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolList {
    names: HashSet<Box<str>>,
    addresses: HashSet<IpAddr>,
    left_out: usize,
}

/// A name that was found in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolName<'n> {
    /// The listed name that it is or lies below.
    pub listed: &'n str,
    /// Its class.
    pub class: MiningClass,
}

impl PoolList {
    /// Adds the entries of a list in plain form (a name or address a line), as a hosts file, or as CSV whose cells
    /// are looked through. What is neither name nor address (a network, for one) is passed over; `#` begins a comment.
    ///
    /// Returns how many entries were added.
    pub fn add(&mut self, text: &str) -> usize {
        let before = self.names.len() + self.addresses.len();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let cells: Vec<&str> = line
                .split([',', ';', '\t', ' '])
                .map(|cell| cell.trim().trim_matches('"'))
                .filter(|cell| !cell.is_empty())
                .collect();
            // In a hosts file the first cell is where the name is sent to, not who is listed.
            let is_hosts = cells.len() > 1 && matches!(cells[0], "0.0.0.0" | "127.0.0.1" | "::" | "::1");
            for cell in &cells[usize::from(is_hosts)..] {
                self.add_one(cell);
            }
        }
        self.names.len() + self.addresses.len() - before
    }

    fn add_one(&mut self, cell: &str) {
        if is_network(cell) {
            return;
        }
        let cell = cell.split_once("://").map_or(cell, |(_, rest)| rest);
        let cell = cell.split('/').next().unwrap_or_default();
        let host =
            cell.rsplit_once(':').filter(|(host, port)| !host.contains(':') && port.parse::<u16>().is_ok());
        let host = host.map_or(cell, |(host, _)| host);
        if self.names.len() + self.addresses.len() >= POOL_LIST_ENTRIES_MAX {
            self.left_out += 1;
        } else if let Ok(address) = host.parse::<IpAddr>() {
            self.addresses.insert(address.to_canonical());
        } else if let Some(name) = plain(host).filter(|name| is_name(name)) {
            self.names.insert(name.into());
        }
    }

    /// How many entries did not fit.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Finds the listed name that `name` is or lies below. A dot at the end and capitals do not matter.
    pub fn find(&self, name: &str) -> Option<PoolName<'_>> {
        let name = plain(name)?;
        let mut rest = name.as_str();
        loop {
            if let Some((listed, class)) = NAMES.get_key_value(rest) {
                return Some(PoolName { listed, class: *class });
            }
            if let Some(listed) = self.names.get(rest) {
                return Some(PoolName { listed, class: MiningClass::Pool });
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// Returns whether the user listed this address.
    pub fn has_address(&self, address: IpAddr) -> bool {
        !self.addresses.is_empty() && self.addresses.contains(&address.to_canonical())
    }
}

/// Whether it is a network: its first address alone is nobody's pool.
fn is_network(cell: &str) -> bool {
    cell.split_once('/')
        .is_some_and(|(address, bits)| address.parse::<IpAddr>().is_ok() && bits.parse::<u8>().is_ok())
}

/// The name in lower case, without the dot at its end; `None` if it is longer than names are.
fn plain(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    (name.len() <= 253 && !name.is_empty()).then(|| name.to_ascii_lowercase())
}

/// At least two labels of letters, digits, hyphens and underscores, the last of which is no number.
fn is_name(name: &str) -> bool {
    let labels = || name.split('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    labels().count() > 1
        && labels().all(is_label)
        && labels().next_back().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str) -> Option<MiningClass> {
        PoolList::default().find(name).map(|found| found.class)
    }

    #[test]
    fn names_match_on_the_boundaries_of_labels() {
        for name in ["nanopool.org", "xmr-eu1.nanopool.org.", "XMR.Nanopool.ORG", "a.b.c.supportxmr.com"] {
            assert_eq!(class(name), Some(MiningClass::Pool), "{name}");
        }
        for name in [
            "notnanopool.org",
            "nanopool.org.example.com",
            "org",
            "",
            ".",
            "dynamodb.us-west-2.amazonaws.com",
        ] {
            assert_eq!(class(name), None, "{name}");
        }
    }

    #[test]
    fn a_miner_in_a_page_is_a_class_of_its_own_and_a_node_is_none() {
        assert_eq!(class("cdn.coinhive.com"), Some(MiningClass::Browser));
        for node in
            ["seed.bitcoin.sipa.be", "dnsseed.bluematt.me", "seed.emercoin.com", "seed.btc.petertodd.org"]
        {
            assert_eq!(class(node), None, "{node}");
        }
        assert_eq!(mining_port(8333), 0);
    }

    #[test]
    fn ports_that_others_use_are_no_mining_ports() {
        assert!(mining_port(3333) > 100 && mining_port(14444) > 10);
        for port in [22, 25, 80, 443, 5432, 8080, 8333, 8443] {
            assert_eq!(mining_port(port), 0, "{port}");
        }
    }

    #[test]
    fn lists_come_as_names_as_hosts_and_as_csv() {
        let mut list = PoolList::default();
        let text = "# a comment\nmine.example\n0.0.0.0 pit.example shaft.example\nstratum+tcp://deep.example:3333\n\
                    \"2026-11-01\",\"dig.example\",\"203.0.113.77\",\"high\"\n198.51.100.7\n2001:db8::7\n";
        assert_eq!(list.add(text), 8);
        for name in ["mine.example", "eu.pit.example", "shaft.example.", "deep.example", "DIG.example"] {
            assert_eq!(list.find(name).map(|found| found.class), Some(MiningClass::Pool), "{name}");
        }
        for address in ["203.0.113.77", "198.51.100.7", "2001:db8::7", "::ffff:198.51.100.7"] {
            assert!(list.has_address(address.parse().unwrap()), "{address}");
        }
        assert!(!list.has_address("0.0.0.0".parse().unwrap()) && list.find("high").is_none());
    }

    #[test]
    fn nothing_in_a_list_is_a_fault() {
        let mut list = PoolList::default();
        assert_eq!(
            list.add("\u{0}\u{1}\n,,,\n....\n1.2.3\n-\n://\nhttp://\n203.0.113.0/24\n2001:db8::/32\n"),
            0
        );
    }

    #[test]
    fn no_listed_name_hides_behind_another() {
        for name in NAMES.keys() {
            let above = name.split_once('.').map(|(_, above)| above).unwrap_or_default();
            assert_eq!(PoolList::default().find(above), None, "{name} is listed already by {above}");
            assert!(is_name(name), "{name}");
        }
    }
}
