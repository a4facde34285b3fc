//! One interface: whose it is, which addresses it has, when its rows cover it, and with whom inside it works.

use std::collections::BTreeSet;
use std::net::IpAddr;

use event::side::Flow;
use event::side::flow::{Packets, Traffic};

use super::own::is_gateways;
use crate::side::hours::Hours;

/// Addresses, instances and inside peers remembered of one interface, the least.
const NAMES_MAX: usize = 8;

/// Bytes of one row inside from which it is work, and no more a greeting.
const WORK_BYTES_MIN: u64 = 64 << 10;

/// One interface, or a machine's address where rows name no interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// The account; empty where rows do not say.
    pub account: Box<str>,
    /// `eni-…`; empty where rows do not say.
    pub id: Box<str>,
    /// The instances it belonged to.
    pub instances: BTreeSet<Box<str>>,
    /// Its own addresses, as far as rows to the outside show.
    pub addresses: BTreeSet<IpAddr>,
    /// The addresses that all its rows have at one end or the other; the machine's own is among them.
    pub common: Common,
    /// The VPC; empty where rows do not say.
    pub vpc: Box<str>,
    /// When rows of it were written, silent ones included.
    pub covered: Hours,
    /// It is a gateway's, and this is what it passed on of one machine behind it.
    pub is_gateways: bool,
    /// AWS could not record all of it.
    pub has_gaps: bool,
    /// Hours in which it exchanged more than greetings with private addresses.
    pub work: Hours,
    /// The private addresses it did so with, its own included.
    pub work_with: BTreeSet<IpAddr>,
}

/// The addresses that all of some rows have at one end or the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Common {
    /// There was no row.
    #[default]
    Any,
    /// These two, the lesser first; they may be the same.
    Two([u128; 2]),
    /// There is none.
    None,
}

impl Common {
    /// Keeps of them those that a row with these ends has too.
    #[inline]
    fn narrow(&mut self, ends: [u128; 2]) {
        let has = |address: u128| address == ends[0] || address == ends[1];
        *self = match *self {
            Self::Any => Self::Two([ends[0].min(ends[1]), ends[0].max(ends[1])]),
            Self::Two([one, other]) => match (has(one), has(other)) {
                (true, true) => return,
                (true, false) => Self::Two([one, one]),
                (false, true) => Self::Two([other, other]),
                (false, false) => Self::None,
            },
            Self::None => return,
        };
    }

    fn merge(&mut self, other: Self) {
        match other {
            Self::Any => {}
            Self::Two(ends) => self.narrow(ends),
            Self::None => *self = Self::None,
        }
    }

    /// The one address that all rows have, if there is just one.
    #[must_use]
    pub fn only(self) -> Option<IpAddr> {
        match self {
            Self::Two([one, other]) if one == other => Some(IpAddr::V6(one.into()).to_canonical()),
            _ => None,
        }
    }
}

impl Interface {
    pub(super) fn note(&mut self, flow: &Flow<'_>, packets: Option<&Packets>) {
        adopt(&mut self.account, flow.account);
        if self.id.is_empty() {
            // Which interface it is follows from its name, so all its rows say the same.
            adopt(&mut self.id, flow.interface);
        }
        adopt(&mut self.vpc, flow.vpc);
        self.covered.note(flow.start, flow.end);
        self.has_gaps |= flow.traffic == Traffic::Skipped;
        if !flow.instance.is_empty() && !self.instances.iter().any(|known| known.as_bytes() == flow.instance)
        {
            insert_bounded(&mut self.instances, String::from_utf8_lossy(flow.instance).into());
        }
        let Some(packets) = packets else { return };
        self.is_gateways |= is_gateways(flow, packets);
        self.common.narrow([packets.own.bits(), packets.peer.bits()]);
        if packets.is_inside {
            if packets.accepted && packets.bytes >= WORK_BYTES_MIN {
                self.work.note(flow.start, flow.end);
                insert_bounded(&mut self.work_with, packets.own.ip());
                insert_bounded(&mut self.work_with, packets.peer.ip());
            }
        } else if !self.addresses.contains(&packets.own.ip()) {
            insert_bounded(&mut self.addresses, packets.own.ip());
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.common.merge(other.common);
        adopt(&mut self.account, other.account.as_bytes());
        adopt(&mut self.id, other.id.as_bytes());
        adopt(&mut self.vpc, other.vpc.as_bytes());
        self.covered.merge(&other.covered);
        self.work.merge(&other.work);
        self.has_gaps |= other.has_gaps;
        self.is_gateways |= other.is_gateways;
        other.instances.into_iter().for_each(|id| insert_bounded(&mut self.instances, id));
        other.addresses.into_iter().for_each(|address| insert_bounded(&mut self.addresses, address));
        other.work_with.into_iter().for_each(|address| insert_bounded(&mut self.work_with, address));
    }
}

/// The greater of two texts that should be the same: an empty one yields, and order does not matter.
fn adopt(known: &mut Box<str>, told: &[u8]) {
    if told > known.as_bytes() {
        // What flow logs write is ASCII, so nothing is lost.
        *known = String::from_utf8_lossy(told).into();
    }
}

fn insert_bounded<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    set.insert(value);
    if set.len() > NAMES_MAX {
        set.pop_last();
    }
}
