//! What else than pools is held open, by port.
//!
//! A port is no proof of what speaks on it: a miner may hide on any. On these a held line of small packets is what one
//! expects, so it says less, and where nothing else speaks it says nothing.

/// Ports of the web: agents wait there for orders, and pages are kept open.
const WEB: [u16; 4] = [80, 443, 4443, 8443];

/// Ports of services to which a connection is held for hours with little in it: remote shells, mail, directories, logs,
/// chat, databases, queues, telemetry.
const HELD: [u16; 36] = [
    22, 389, 465, 514, 587, 636, 993, 995, 1433, 1521, 1883, 3306, 3389, 4317, 4318, 5044, 5222, 5223, 5228,
    5432, 5671, 5672, 6379, 6380, 6514, 6667, 6697, 7687, 8883, 9042, 9092, 9093, 9094, 9098, 27_017, 61_617,
];

/// Ports on which nodes of currencies speak to each other: bitcoin, its tests, litecoin, zcash, dogecoin, ethereum,
/// monero. A node keeps books and is no miner.
const NODES: [u16; 9] = [8233, 8333, 9333, 18_080, 18_333, 18_444, 22_556, 30_303, 38_333];

/// Whether it is a port of the web.
pub(super) fn is_web(port: u16) -> bool {
    WEB.contains(&port)
}

/// Whether others than miners hold lines there.
pub(super) fn is_busy(port: u16) -> bool {
    is_web(port) || HELD.contains(&port)
}

/// Whether nodes of a currency speak there.
pub(super) fn is_of_nodes(port: u16) -> bool {
    NODES.contains(&port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::mining_port;

    #[test]
    fn no_port_of_another_service_is_one_of_mining() {
        for port in WEB.iter().chain(&HELD).chain(&NODES) {
            assert!(mining_port(*port) < crate::witness::SERVERS_MIN, "{port}");
        }
    }
}
