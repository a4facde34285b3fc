//! Flow logs, condensed: which interfaces were covered when, and to whom outside they spoke, minute by minute.
//!
//! A *line* is everything one interface exchanged with one port of one address outside. Of it are kept, hour by hour,
//! the minutes with packets in each direction and the greatest rate and packet size: sets and maxima, which do not care
//! how often a row is read. Rows that can be no miner's line (refused, inside, not TCP, not asked for by the machine,
//! to AWS's own services) add to what is covered and to nothing else.
//!
//! Blind spots: a miner inside a VPN speaks no TCP of its own.

use std::collections::BTreeSet;
use std::net::IpAddr;

use catalog::{AwsService, aws_network, mining_port};
use event::Time;
use event::side::Flow;
use event::side::flow::{Packets, Traffic, Way};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::hours::Hours;

/// Lines that are kept at a time. Those to known mining ports come first, then those with the least hash.
///
/// Fewer, and a crawler's lines push out a miner's; more, and every thread may need a hundred megabytes.
pub const LINES_MAX: usize = 1 << 19;

/// Interfaces that are kept, those with the least hash.
///
/// Fewer, and a large organisation is not told what was covered; more, and memory grows with every short-lived task.
pub const INTERFACES_MAX: usize = 1 << 17;

/// Hours that are kept of one line, the earliest.
///
/// Fewer, and a miner that was quiet at first is missed; more, and an agent that runs all year fills memory.
const LINE_HOURS_MAX: usize = 24 * 14;

/// Addresses, instances and inside peers remembered of one interface, the least.
const NAMES_MAX: usize = 8;

/// Bytes of one row inside from which it is work, and no more a greeting.
const WORK_BYTES_MIN: u64 = 64 << 10;

/// TCP.
const TCP: u8 = 6;

/// An interface, packed: the digits of `eni-…`, or a hash of whatever else tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnId(u128);

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
    pub common: Option<BTreeSet<IpAddr>>,
    /// The VPC; empty where rows do not say.
    pub vpc: Box<str>,
    /// When rows of it were written, silent ones included.
    pub covered: Hours,
    /// AWS could not record all of it.
    pub has_gaps: bool,
    /// Hours in which it exchanged more than greetings with private addresses.
    pub work: Hours,
    /// The private addresses it did so with, its own included.
    pub work_with: BTreeSet<IpAddr>,
}

/// What identifies a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    /// The interface.
    pub own: OwnId,
    /// The other end.
    pub peer: u128,
    /// The other end's port.
    pub port: u16,
}

/// One hour of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineHour {
    /// Hours since the epoch.
    pub hour: i32,
    /// Minutes with packets out, a bit each.
    pub out_minutes: u64,
    /// Minutes with packets in.
    pub in_minutes: u64,
    /// The most bytes a minute out.
    pub out_rate: u32,
    /// The most bytes a minute in.
    pub in_rate: u32,
    /// The greatest mean size of packets out.
    pub out_size: u16,
    /// The greatest mean size of packets in.
    pub in_size: u16,
}

/// What one interface exchanged with one port outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Hour by hour, in order.
    pub hours: Vec<LineHour>,
    /// The machine's own ports, scattered over 64 bits: many bits are many connections.
    pub ports: u64,
}

/// Flow logs.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    interfaces: Bottom<OwnId, Interface>,
    lines: Bottom<LineKey, Line>,
}

impl Flows {
    /// Takes in one row; tells whether it may be a miner's.
    pub fn take(&mut self, flow: &Flow<'_>) -> bool {
        let Some(own) = own_id(flow) else { return false };
        let packets = match flow.traffic {
            Traffic::Packets(packets) => Some(packets),
            Traffic::None | Traffic::Skipped => None,
        };
        if let Some(interface) = self.interfaces.get(own) {
            interface.note(flow, packets.as_ref());
        }
        packets.is_some_and(|packets| is_asked_outside(&packets) && self.note_line(own, flow, &packets))
    }

    fn note_line(&mut self, own: OwnId, flow: &Flow<'_>, packets: &Packets) -> bool {
        let key = LineKey { own, peer: bits(packets.peer), port: packets.peer_port };
        if !self.lines.contains(&key) && is_of_aws_itself(packets.peer) {
            return false;
        }
        let Some(line) = self.lines.get(key) else { return false };
        line.ports |= 1 << (mix(u64::from(packets.own_port)) >> 58);
        line.note(flow, packets);
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
        self.interfaces.all.is_empty()
    }
}

/// Whether the machine asked somebody outside over TCP and the packets came through.
fn is_asked_outside(packets: &Packets) -> bool {
    packets.accepted
        && !packets.is_inside
        && packets.is_client
        && packets.protocol == TCP
        && !catalog::is_private(packets.peer)
}

fn is_of_aws_itself(address: IpAddr) -> bool {
    aws_network(address).is_some_and(|network| network.service == AwsService::Other)
}

impl Interface {
    fn note(&mut self, flow: &Flow<'_>, packets: Option<&Packets>) {
        adopt(&mut self.account, flow.account);
        adopt(&mut self.id, flow.interface);
        adopt(&mut self.vpc, flow.vpc);
        self.covered.note(flow.start, flow.end);
        self.has_gaps |= flow.traffic == Traffic::Skipped;
        if !flow.instance.is_empty() && !self.instances.contains(flow.instance) {
            insert_bounded(&mut self.instances, flow.instance.into());
        }
        let Some(packets) = packets else { return };
        self.narrow(&[packets.own, packets.peer]);
        if packets.is_inside {
            if packets.accepted && packets.bytes >= WORK_BYTES_MIN {
                self.work.note(flow.start, flow.end);
                insert_bounded(&mut self.work_with, packets.own);
                insert_bounded(&mut self.work_with, packets.peer);
            }
        } else if !self.addresses.contains(&packets.own) {
            insert_bounded(&mut self.addresses, packets.own);
        }
    }

    /// Keeps of the addresses that all rows have those that this one has too.
    fn narrow(&mut self, ends: &[IpAddr]) {
        match &mut self.common {
            Some(common) if common.is_empty() => {}
            Some(common) => common.retain(|address| ends.contains(address)),
            None => self.common = Some(ends.iter().copied().collect()),
        }
    }

    fn merge(&mut self, other: Self) {
        if let Some(common) = &other.common {
            self.narrow(&common.iter().copied().collect::<Vec<_>>());
        }
        adopt(&mut self.account, &other.account);
        adopt(&mut self.id, &other.id);
        adopt(&mut self.vpc, &other.vpc);
        self.covered.merge(&other.covered);
        self.work.merge(&other.work);
        self.has_gaps |= other.has_gaps;
        other.instances.into_iter().for_each(|id| insert_bounded(&mut self.instances, id));
        other.addresses.into_iter().for_each(|address| insert_bounded(&mut self.addresses, address));
        other.work_with.into_iter().for_each(|address| insert_bounded(&mut self.work_with, address));
    }
}

/// The greater of two texts that should be the same: an empty one yields, and order does not matter.
fn adopt(known: &mut Box<str>, told: &str) {
    if told > &**known {
        *known = told.into();
    }
}

fn insert_bounded<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    set.insert(value);
    if set.len() > NAMES_MAX {
        set.pop_last();
    }
}

impl LineKey {
    fn fold(&self) -> u64 {
        let halves = |bits: u128| (bits >> 64) as u64 ^ (bits as u64).rotate_left(29);
        halves(self.own.0) ^ mix(halves(self.peer) ^ u64::from(self.port) << 48)
    }

    /// The other end.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        IpAddr::V6(self.peer.into()).to_canonical()
    }
}

impl Line {
    fn note(&mut self, flow: &Flow<'_>, packets: &Packets) {
        let seconds = u64::try_from(flow.end.since(flow.start)).unwrap_or(0).max(60);
        let rate = u32::try_from(packets.bytes.saturating_mul(60) / seconds).unwrap_or(u32::MAX);
        let size = u16::try_from(packets.bytes / packets.packets.max(1)).unwrap_or(u16::MAX);
        for hour in flow.start.hour()..=flow.end.hour() {
            let minutes = minutes_of(hour, flow.start, flow.end);
            let mut seen = LineHour { hour: i32::try_from(hour).unwrap_or(i32::MAX), ..LineHour::default() };
            match packets.way {
                Way::Out => (seen.out_minutes, seen.out_rate, seen.out_size) = (minutes, rate, size),
                Way::In => (seen.in_minutes, seen.in_rate, seen.in_size) = (minutes, rate, size),
            }
            self.insert(seen);
        }
    }

    fn insert(&mut self, seen: LineHour) {
        match self.hours.binary_search_by_key(&seen.hour, |known| known.hour) {
            Ok(at) => self.hours[at].join(seen),
            Err(at) => self.hours.insert(at, seen),
        }
        self.hours.truncate(LINE_HOURS_MAX);
    }

    fn merge(&mut self, other: Self) {
        self.ports |= other.ports;
        for seen in other.hours {
            self.insert(seen);
        }
    }
}

impl LineHour {
    fn join(&mut self, other: Self) {
        self.out_minutes |= other.out_minutes;
        self.in_minutes |= other.in_minutes;
        self.out_rate = self.out_rate.max(other.out_rate);
        self.in_rate = self.in_rate.max(other.in_rate);
        self.out_size = self.out_size.max(other.out_size);
        self.in_size = self.in_size.max(other.in_size);
    }
}

/// The minutes of `hour` from `start` to `end`, as bits.
fn minutes_of(hour: i64, start: Time, end: Time) -> u64 {
    let minute = |time: Time| (time.seconds().div_euclid(60) - hour * 60).clamp(0, 59) as u32;
    let (first, last) = (minute(start), minute(end));
    (u64::MAX >> (63 - (last - first))) << first
}

/// The id of a row's interface; of its machine where it names none.
fn own_id(flow: &Flow<'_>) -> Option<OwnId> {
    if let Some(digits) = flow.interface.strip_prefix("eni-")
        && let Some(bits) = hexadecimal(digits.as_bytes())
    {
        return Some(OwnId(bits));
    }
    let own = match flow.traffic {
        Traffic::Packets(packets) => bits(packets.own),
        Traffic::None | Traffic::Skipped => 0,
    };
    let text = if flow.interface.is_empty() { flow.instance } else { flow.interface };
    if text.is_empty() && own == 0 {
        return None;
    }
    let seed = if text.is_empty() { (own >> 64) as u64 ^ mix(own as u64) } else { 0 };
    let hash = |salt: u64| {
        text.bytes()
            .chain(flow.account.bytes())
            .fold(mix(seed ^ salt), |hash, byte| mix(hash ^ u64::from(byte)))
    };
    // The highest bit tells it from the digits of an interface.
    Some(OwnId(1 << 127 | u128::from(hash(1)) << 64 | u128::from(hash(2))))
}

/// Reads up to 17 hexadecimal digits.
fn hexadecimal(digits: &[u8]) -> Option<u128> {
    if digits.is_empty() || digits.len() > 17 {
        return None;
    }
    // The length is part of the id: eni-0a is not eni-a.
    digits.iter().try_fold(digits.len() as u128, |bits, digit| {
        let value = char::from(*digit).to_digit(16).filter(|_| !digit.is_ascii_uppercase())?;
        Some(bits << 4 | u128::from(value))
    })
}

pub(crate) fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// A fixed scattering of 64 bits, the same for ever and on every machine.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Of many keys those with the least rank, with all that was seen of them.
///
/// Whatever is among the least of all is among the least of every part, so it is never thrown away on the way: the
/// result is that of sorting everything and cutting.
#[derive(Clone, Debug)]
struct Bottom<K, V> {
    all: HashMap<K, V, RandomState>,
    /// Keys above this rank are not among the least.
    bar: Option<(u128, K)>,
}

impl<K, V> Default for Bottom<K, V> {
    fn default() -> Self {
        Self { all: HashMap::default(), bar: None }
    }
}

impl<K: Copy + Ord + std::hash::Hash + Rank, V: Default> Bottom<K, V> {
    fn contains(&self, key: &K) -> bool {
        self.all.contains_key(key)
    }

    /// What is known of `key`; `None` if it is not among the least.
    fn get(&mut self, key: K) -> Option<&mut V> {
        if self.all.len() > K::MOST + K::MOST / 4 {
            self.cut();
        }
        if let Some(bar) = self.bar
            && !self.all.contains_key(&key)
            && (key.rank(), key) > bar
        {
            return None;
        }
        Some(self.all.entry(key).or_default())
    }

    fn cut(&mut self) {
        self.bar = self.bar_of();
        if let Some(bar) = self.bar {
            self.all.retain(|key, _| (key.rank(), *key) <= bar);
        }
    }

    /// The greatest rank among those that are kept.
    fn bar_of(&self) -> Option<(u128, K)> {
        if self.all.len() <= K::MOST {
            return self.bar;
        }
        let mut ranks: Vec<(u128, K)> = self.all.keys().map(|key| (key.rank(), *key)).collect();
        let (_, bar, _) = ranks.select_nth_unstable(K::MOST - 1);
        Some(*bar)
    }

    fn merge(&mut self, other: Self, join: impl Fn(&mut V, V)) {
        self.bar = match (self.bar, other.bar) {
            (Some(mine), Some(others)) => Some(mine.min(others)),
            (mine, others) => mine.or(others),
        };
        for (key, value) in other.all {
            if let Some(known) = self.get(key) {
                join(known, value);
            }
        }
    }

    fn kept(&self) -> impl Iterator<Item = (K, &V)> {
        let bar = self.bar_of();
        self.all
            .iter()
            .map(|(key, value)| (*key, value))
            .filter(move |(key, _)| bar.is_none_or(|bar| (key.rank(), *key) <= bar))
    }

    fn is_thinned(&self) -> bool {
        self.bar.is_some() || self.all.len() > K::MOST
    }
}

/// How many keys of a kind are kept, and in which order, which depends on the key alone.
trait Rank {
    const MOST: usize;

    fn rank(&self) -> u128;
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
