//! Flow logs, condensed: which interfaces were covered when, and to whom outside they spoke, minute by minute.
//!
//! A *line* is everything one interface exchanged with one port of one address outside. Of it is kept how much was said
//! in each minute and each direction, to a factor of two, and hour by hour the machine's own ports: maxima and sets, which
//! do not care how often a row is read. Rows that can be no miner's line (refused, inside, not TCP, not asked for by the machine,
//! to AWS's own services) add to what is covered and to nothing else.
//!
//! Blind spots: a miner inside a VPN speaks no TCP of its own.

mod interface;
mod line;
mod own;

use std::net::IpAddr;

use catalog::{AwsService, Networks, mining_port};
use event::side::Flow;
use event::side::flow::{Packets, Traffic};

pub use self::interface::{Common, Interface};
pub use self::line::{Line, LineHour, LineKey, Minutes};
pub use self::own::OwnId;
pub(crate) use self::own::mix;
use self::own::own_id;
use super::bottom::{Bottom, Rank};

/// Lines that are kept at a time. Those to known mining ports come first, then those with the least hash.
///
/// Fewer, and a crawler's lines push out a miner's; more, and every thread may need a hundred megabytes.
pub const LINES_MAX: usize = 1 << 19;

/// Interfaces that are kept, those with the least hash.
///
/// Fewer, and a large organisation is not told what was covered; more, and memory grows with every short-lived task.
pub const INTERFACES_MAX: usize = 1 << 17;

/// TCP.
const TCP: u8 = 6;

/// Flow logs.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    interfaces: Bottom<OwnId, Interface>,
    lines: Bottom<LineKey, Line>,
}

impl Flows {
    /// Takes in one row; tells whether it may be a miner's.
    pub fn take(&mut self, flow: &Flow<'_>, networks: &Networks) -> bool {
        let Some(own) = own_id(flow) else { return false };
        let packets = match flow.traffic {
            Traffic::Packets(packets) => Some(packets),
            Traffic::None | Traffic::Skipped => None,
        };
        if let Some(interface) = self.interfaces.get(own) {
            interface.note(flow, packets.as_ref());
        }
        let Some(packets) = packets.filter(is_asked_outside) else { return false };
        let key = LineKey { own, peer: packets.peer.bits(), port: packets.peer_port };
        let is_wanted = || !is_of_aws_itself(packets.peer.ip(), packets.peer_port, networks);
        let Some(line) = self.lines.get_if(key, is_wanted) else { return false };
        line.note(flow, &packets);
        true
    }

    /// Adds what `other` saw.
    pub fn merge(&mut self, other: Self) {
        self.interfaces.merge(other.interfaces, Interface::merge);
        self.lines.merge(other.lines, Line::merge);
    }

    /// The interfaces that are kept, in no telling order.
    pub fn interfaces(&self) -> impl Iterator<Item = (OwnId, &Interface)> {
        self.interfaces.kept()
    }

    /// The lines that are kept, in no telling order.
    pub fn lines(&self) -> impl Iterator<Item = (LineKey, &Line)> {
        self.lines.kept()
    }

    /// Whether there were more lines than are kept.
    #[must_use]
    pub fn lines_thinned(&self) -> bool {
        self.lines.is_thinned()
    }

    /// Whether there were more interfaces than are kept.
    #[must_use]
    pub fn interfaces_thinned(&self) -> bool {
        self.interfaces.is_thinned()
    }

    /// Whether no flow log was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }
}

/// Whether the machine asked somebody outside over TCP and the packets came through.
fn is_asked_outside(packets: &Packets) -> bool {
    packets.accepted
        && !packets.is_inside
        && packets.is_client
        && packets.protocol == TCP
        && !packets.peer.is_private()
}

/// AWS's own services are no pools; none of them is asked on a port of mining.
fn is_of_aws_itself(address: IpAddr, port: u16, networks: &Networks) -> bool {
    mining_port(port) == 0
        && networks.aws(address).is_some_and(|network| network.service == AwsService::Other)
}

impl Rank for OwnId {
    const MOST: usize = INTERFACES_MAX;

    fn rank(&self) -> u128 {
        u128::from(mix((self.0 >> 64) as u64 ^ mix(self.0 as u64)))
    }
}

impl Rank for LineKey {
    const MOST: usize = LINES_MAX;

    fn rank(&self) -> u128 {
        let class = u128::from(mining_port(self.port) == 0);
        class << 64 | u128::from(mix(self.fold()))
    }
}

#[cfg(test)]
mod tests {
    use event::side::flow::Layout;

    use super::*;

    const COLUMNS: &str = "account-id interface-id instance-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action";

    fn read(rows: &[&str]) -> Flows {
        let layout = Layout::of(COLUMNS.split(' ')).unwrap();
        let mut flows = Flows::default();
        for row in rows {
            let row = format!("111122223333 {row} 6 9 1400 1789352220 1789352279 ACCEPT");
            flows.take(&layout.read_line(row.as_bytes()).unwrap(), &Networks::default());
        }
        flows
    }

    #[test]
    fn machines_behind_a_gateway_are_kept_apart_and_from_the_gateway() {
        let flows = read(&[
            "eni-0a - 10.0.8.21 10.0.0.9 10.0.8.21 203.0.113.77 43122 3333",
            "eni-0a - 10.0.0.9 203.0.113.77 10.0.0.9 203.0.113.77 20001 3333",
            "eni-0a - 10.0.8.22 10.0.0.9 10.0.8.22 203.0.113.77 43123 3333",
        ]);
        let mut told: Vec<(bool, Option<IpAddr>)> = flows
            .interfaces()
            .map(|(_, interface)| (interface.is_gateways, interface.addresses.first().copied()))
            .collect();
        told.sort();
        let at = |address: &str| Some(address.parse::<IpAddr>().unwrap());
        assert_eq!(told, [(false, at("10.0.0.9")), (true, at("10.0.8.21")), (true, at("10.0.8.22"))]);
        assert_eq!(flows.lines().count(), 3);
    }

    #[test]
    fn a_container_on_an_instances_interface_is_the_instance() {
        let flows = read(&[
            "eni-0b i-0b 10.0.8.21 203.0.113.77 10.0.8.21 203.0.113.77 43122 3333",
            "eni-0b i-0b 10.0.8.21 203.0.113.77 10.0.99.5 203.0.113.77 43124 3333",
        ]);
        assert_eq!(flows.interfaces().count(), 1);
    }

    #[test]
    fn a_service_of_aws_is_no_line_unless_it_is_asked_on_a_port_of_pools() {
        let to = |port: &str| {
            let row = format!("eni-0b i-0b 10.0.8.21 52.94.133.131 10.0.8.21 52.94.133.131 43122 {port}");
            read(&[&row]).lines().count()
        };
        assert_eq!((to("443"), to("3333")), (0, 1));
    }
}
