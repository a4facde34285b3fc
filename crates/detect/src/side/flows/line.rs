//! A line, condensed: how much was said each way in each minute, to a factor of two.

use std::net::IpAddr;

use event::Time;
use event::side::Flow;
use event::side::flow::{Packets, Way};

use super::own::{OwnId, mix};

/// Hours that are kept of one line, the earliest.
///
/// Fewer, and a miner that was quiet at first is missed; more, and an agent that runs all year fills memory.
const LINE_HOURS_MAX: usize = 24 * 14;

/// The headers of a packet over IPv4 with the options that everybody sends; IPv6 has twenty more.
const HEADERS: u64 = 52;

/// Packets of so many bytes on average have something in them. Bare acknowledgements have 40 to 60; some tools count the
/// frame around them as well.
const TALKS_MIN: u64 = 70;

/// What IPv6 has more of in its header.
const V6_HEADERS: u64 = 20;

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

/// What one interface exchanged with one port outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Hour by hour, in order.
    pub hours: Vec<LineHour>,
}

/// One hour of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineHour {
    /// Hours since the epoch.
    pub hour: i32,
    /// The machine's own ports, scattered over 32 bits: many bits are many connections.
    pub ports: u32,
    /// What it sent.
    pub sent: Minutes,
    /// What it was told.
    pub told: Minutes,
}

/// How much there was in each minute of an hour, one way: four bits a minute, fifteen minutes a word.
///
/// 0 is nothing, 1 packets with nothing in them, and from 2 on the level `n` is at most `16 << n` bytes besides headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minutes([u64; 4]);

impl Minutes {
    /// The level of so many bytes a minute.
    #[must_use]
    pub fn level(bytes: u64) -> u8 {
        if bytes == 0 {
            return 1;
        }
        let bits = 64 - (bytes - 1).leading_zeros();
        // At most 15, so nothing is lost.
        bits.saturating_sub(4).clamp(2, 15) as u8
    }

    /// The level of a minute.
    #[must_use]
    pub fn at(&self, minute: u32) -> u8 {
        let (word, shift) = place(minute);
        (self.0[word] >> shift & 15) as u8
    }

    /// Raises a minute to a level, if it is lower.
    pub fn raise(&mut self, minute: u32, level: u8) {
        let (word, shift) = place(minute);
        if (self.0[word] >> shift & 15) < u64::from(level) {
            self.0[word] = self.0[word] & !(15 << shift) | u64::from(level) << shift;
        }
    }

    fn join(&mut self, other: &Self) {
        for minute in 0..60 {
            self.raise(minute, other.at(minute));
        }
    }

    /// The minutes with packets, a bit each.
    #[must_use]
    pub fn used(&self) -> u64 {
        (0..60).filter(|minute| self.at(*minute) > 0).fold(0, |bits, minute| bits | 1 << minute)
    }
}

fn place(minute: u32) -> (usize, u32) {
    (minute as usize / 15, minute % 15 * 4)
}

impl LineKey {
    pub(super) fn fold(&self) -> u64 {
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
    pub(super) fn note(&mut self, flow: &Flow<'_>, packets: &Packets) {
        let seconds = u64::try_from(flow.end.since(flow.start)).unwrap_or(0).max(60);
        let level = Minutes::level(
            (content(packets).saturating_mul(60) / seconds).max(u64::from(has_content(packets))),
        );
        let port = 1 << (mix(u64::from(packets.own_port)) >> 59);
        for number in flow.start.hour()..=flow.end.hour() {
            let Some(hour) = self.hour(i32::try_from(number).unwrap_or(i32::MAX)) else { return };
            hour.ports |= port;
            let minutes = match packets.way {
                Way::Out => &mut hour.sent,
                Way::In => &mut hour.told,
            };
            let minute = |time: Time| (time.seconds().div_euclid(60) - number * 60).clamp(0, 59) as u32;
            for minute in minute(flow.start)..=minute(flow.end) {
                minutes.raise(minute, level);
            }
        }
    }

    /// The hour; `None` if it is later than those that are kept.
    fn hour(&mut self, number: i32) -> Option<&mut LineHour> {
        let at = match self.hours.binary_search_by_key(&number, |known| known.hour) {
            Ok(at) => at,
            Err(at) => {
                if self.hours.is_empty() {
                    // Most lines are of one hour, and there are many.
                    self.hours.reserve_exact(1);
                }
                self.hours.insert(at, LineHour { hour: number, ..LineHour::default() });
                self.hours.truncate(LINE_HOURS_MAX);
                at
            }
        };
        self.hours.get_mut(at)
    }

    pub(super) fn merge(&mut self, other: Self) {
        for seen in other.hours {
            if let Some(known) = self.hour(seen.hour) {
                known.join(&seen);
            }
        }
    }
}

impl LineHour {
    fn join(&mut self, other: &Self) {
        self.ports |= other.ports;
        self.sent.join(&other.sent);
        self.told.join(&other.told);
    }
}

/// Whether packets carry more than acknowledgements.
fn has_content(packets: &Packets) -> bool {
    let more = if packets.own.is_v6() { V6_HEADERS } else { 0 };
    packets.bytes >= packets.packets.max(1).saturating_mul(TALKS_MIN + more)
}

/// The bytes that packets carry besides their headers.
fn content(packets: &Packets) -> u64 {
    let more = if packets.own.is_v6() { V6_HEADERS } else { 0 };
    let headers = packets.packets.max(1).saturating_mul(HEADERS + more);
    if has_content(packets) { packets.bytes.saturating_sub(headers) } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_level_is_the_least_that_holds_the_bytes() {
        for (bytes, level) in
            [(0, 1), (1, 2), (64, 2), (65, 3), (128, 3), (129, 4), (65_536, 12), (65_537, 13)]
        {
            assert_eq!(Minutes::level(bytes), level, "{bytes}");
        }
        assert_eq!(Minutes::level(u64::MAX), 15);
    }

    #[test]
    fn the_minutes_with_packets_are_those_that_were_raised() {
        let mut minutes = Minutes::default();
        for minute in [0, 14, 15, 59] {
            minutes.raise(minute, 1);
        }
        assert_eq!(minutes.used(), 1 | 1 << 14 | 1 << 15 | 1 << 59);
    }

    proptest! {
        #[test]
        fn a_minute_keeps_the_most_that_was_said_in_it_in_any_order(rows in prop::collection::vec((0_u32..60, 0_u8..16), 0..80)) {
            let (mut there, mut back, mut halves) = (Minutes::default(), Minutes::default(), Minutes::default());
            rows.iter().for_each(|(minute, level)| there.raise(*minute, *level));
            rows.iter().rev().chain(&rows).for_each(|(minute, level)| back.raise(*minute, *level));
            rows.iter().skip(rows.len() / 2).for_each(|(minute, level)| halves.raise(*minute, *level));
            let mut first = Minutes::default();
            rows.iter().take(rows.len() / 2).for_each(|(minute, level)| first.raise(*minute, *level));
            halves.join(&first);
            prop_assert_eq!(there, back);
            prop_assert_eq!(there, halves);
            for (minute, level) in rows {
                prop_assert!(there.at(minute) >= level);
            }
        }
    }
}
