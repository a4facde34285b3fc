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
use hashbrown::hash_map::Entry;

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
    pub common: Common,
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
        let key = LineKey { own, peer: packets.peer.bits(), port: packets.peer_port };
        let Some(line) = self.lines.get_if(key, || !is_of_aws_itself(packets.peer.ip())) else {
            return false;
        };
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
        && !packets.peer.is_private()
}

fn is_of_aws_itself(address: IpAddr) -> bool {
    aws_network(address).is_some_and(|network| network.service == AwsService::Other)
}

impl Interface {
    fn note(&mut self, flow: &Flow<'_>, packets: Option<&Packets>) {
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

    fn merge(&mut self, other: Self) {
        self.common.merge(other.common);
        adopt(&mut self.account, other.account.as_bytes());
        adopt(&mut self.id, other.id.as_bytes());
        adopt(&mut self.vpc, other.vpc.as_bytes());
        self.covered.merge(&other.covered);
        self.work.merge(&other.work);
        self.has_gaps |= other.has_gaps;
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
            Err(at) => {
                if self.hours.is_empty() {
                    // Most lines are of one hour, and there are many.
                    self.hours.reserve_exact(1);
                }
                self.hours.insert(at, seen);
            }
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
    if let Some(digits) = flow.interface.strip_prefix(b"eni-")
        && let Some(bits) = hexadecimal(digits)
    {
        return Some(OwnId(bits));
    }
    let own = match flow.traffic {
        Traffic::Packets(packets) => packets.own.bits(),
        Traffic::None | Traffic::Skipped => 0,
    };
    let text = if flow.interface.is_empty() { flow.instance } else { flow.interface };
    if text.is_empty() && own == 0 {
        return None;
    }
    let seed = if text.is_empty() { (own >> 64) as u64 ^ mix(own as u64) } else { 0 };
    let hash = |salt: u64| {
        text.iter().chain(flow.account).fold(mix(seed ^ salt), |hash, byte| mix(hash ^ u64::from(*byte)))
    };
    // The highest bit tells it from the digits of an interface.
    Some(OwnId(1 << 127 | u128::from(hash(1)) << 64 | u128::from(hash(2))))
}

/// Reads up to 17 hexadecimal digits.
fn hexadecimal(digits: &[u8]) -> Option<u128> {
    if digits.is_empty() || digits.len() > 17 {
        return None;
    }
    let (eights, rest) = digits.as_chunks::<8>();
    let mut bits = 0_u128;
    for eight in eights {
        bits = bits << 32 | u128::from(eight_digits(u64::from_be_bytes(*eight))?);
    }
    for digit in rest {
        let digit = eight_digits(u64::from_be_bytes(*b"00000000") & !0xff | u64::from(*digit))?;
        bits = bits << 4 | u128::from(digit);
    }
    // The length is part of the id: eni-0a is not eni-a.
    Some((digits.len() as u128) << 72 | bits)
}

/// Reads eight hexadecimal digits, none a capital, the highest byte the first.
fn eight_digits(word: u64) -> Option<u32> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let letters = word >> 6 & EACH;
    // `a` is one above the beginning of its row, and stands for ten.
    let values = (word & (EACH * 0x0f)) + letters * 9;
    let is_row = (word & (EACH * 0xf0)) == (EACH + letters) * 0x30;
    // Six more carry a letter over fifteen, and no digit.
    let sixteen = EACH * 0x10;
    let is_value = (values + EACH * 6) & sixteen == letters * 0x10 && values & sixteen == 0;
    if !is_row || !is_value {
        return None;
    }
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some((fours | fours >> 16) as u32)
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
    /// What is known of `key`; `None` if it is not among the least.
    fn get(&mut self, key: K) -> Option<&mut V> {
        self.get_if(key, || true)
    }

    /// The same; a key that is new is asked about first.
    fn get_if(&mut self, key: K, is_wanted: impl FnOnce() -> bool) -> Option<&mut V> {
        if self.all.len() > K::MOST + K::MOST / 4 {
            self.cut();
        }
        match self.all.entry(key) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(_) if self.bar.is_some_and(|bar| (key.rank(), key) > bar) => None,
            Entry::Vacant(new) => is_wanted().then(|| new.insert(V::default())),
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::hexadecimal;

    /// As one writes it without thinking of speed.
    fn plain(digits: &str) -> Option<u128> {
        let is_right = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let length = digits.len() as u128;
        (is_right && (1..=17).contains(&length))
            .then(|| u128::from_str_radix(digits, 16).unwrap() | length << 72)
    }

    proptest! {
        #[test]
        fn the_digits_of_an_interface_are_its_number(digits in "[0-9a-f]{0,18}|[0-9a-f]{0,16}[ -~][0-9a-f]{0,8}") {
            prop_assert_eq!(hexadecimal(digits.as_bytes()), plain(&digits));
        }
    }

    #[test]
    fn no_other_byte_is_a_digit() {
        for byte in 0..=u8::MAX {
            let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            assert_eq!(hexadecimal(&[byte]).is_some(), is_digit, "{byte}");
            assert_eq!(
                hexadecimal(&[b'0', b'1', byte, b'3', b'4', b'5', b'6', b'7']).is_some(),
                is_digit,
                "{byte}"
            );
        }
    }
}
