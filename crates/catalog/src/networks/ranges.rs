//! Runs of addresses, and what is known of them.
//!
//! An IPv4 address written as IPv6 (`::ffff:3.5.140.1`) is the same address, so both kinds stand in one order: IPv4 as
//! the 96-bit prefix `::ffff:0:0` and its own bits.

use std::cmp::Reverse;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The shortest prefix a list may have, in bits of IPv4.
///
/// Shorter, and a slip of the keyboard (`1.0.0.0/1`) calls half of the internet one's own; longer, and the few companies
/// that hold a /8 cannot name it.
const IPV4_LENGTH_MIN: u32 = 8;

/// The same of IPv6: registries hand out nothing larger than a /16.
const IPV6_LENGTH_MIN: u32 = 16;

/// The bits before an IPv4 address among IPv6 addresses.
const MAPPED_LENGTH: u32 = 96;

/// The first and last IPv4 address among IPv6 addresses.
const IPV4: (u128, u128) = (0xffff << 32, 0xffff_ffff_ffff);

/// The address as a number; IPv4 among IPv6.
pub(crate) fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The address of a number, as people write it.
fn address(bits: u128) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(bits)).to_canonical()
}

/// A run of addresses; both ends belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run<T> {
    pub(crate) first: u128,
    pub(crate) last: u128,
    pub(crate) value: T,
}

/// What is known of runs of addresses: sorted, and no two overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ranges<T> {
    runs: Vec<Run<T>>,
}

impl<T> Ranges<T> {
    /// Ranges of runs in any order. Fails with the first address of a run that overlaps the one before it.
    pub(crate) fn apart(mut runs: Vec<Run<T>>) -> Result<Self, IpAddr> {
        runs.sort_by_key(|run| run.first);
        match runs.windows(2).find(|pair| pair[0].last >= pair[1].first) {
            Some(pair) => Err(address(pair[1].first)),
            None => Ok(Self { runs }),
        }
    }

    /// What is known of an address.
    pub(crate) fn find(&self, address: IpAddr) -> Option<&T> {
        let address = bits(address);
        let after = self.runs.partition_point(|run| run.first <= address);
        let run = &self.runs[after.checked_sub(1)?];
        (address <= run.last).then_some(&run.value)
    }

    pub(crate) fn len(&self) -> usize {
        self.runs.len()
    }
}

impl<T: Clone> Ranges<T> {
    /// Ranges of prefixes, which may lie in each other: of those around an address the narrowest counts, and of two alike
    /// the one that was given later.
    pub(crate) fn nested(given: Vec<(Prefix, T)>) -> Self {
        let mut given: Vec<Run<T>> = given
            .into_iter()
            .map(|(prefix, value)| Run { first: prefix.first, last: prefix.last, value })
            .collect();
        given.sort_by_key(|run| (run.first, Reverse(run.last)));
        let (mut runs, mut open) = (Vec::with_capacity(given.len()), Vec::<Run<T>>::new());
        // The first address of which nothing is said yet; none past the last address there is.
        let mut next = Some(0);
        for run in given {
            close(&mut runs, &mut open, &mut next, Some(run.first));
            next = Some(run.first);
            open.push(run);
        }
        close(&mut runs, &mut open, &mut next, None);
        Self { runs }
    }
}

/// Says what is left of the prefixes that are open before `until`, the innermost first, and closes those that end.
fn close<T: Clone>(
    runs: &mut Vec<Run<T>>,
    open: &mut Vec<Run<T>>,
    next: &mut Option<u128>,
    until: Option<u128>,
) {
    while let (Some(run), Some(first)) = (open.last(), *next) {
        let last = until.map_or(run.last, |until| run.last.min(until.saturating_sub(1)));
        if first <= last && until != Some(0) {
            runs.push(Run { first, last, value: run.value.clone() });
            *next = last.checked_add(1);
        }
        if until.is_some_and(|until| run.last >= until) {
            return;
        }
        open.pop();
    }
}

/// A network, as a list writes it: an address, or an address and a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    pub(crate) first: u128,
    pub(crate) last: u128,
}

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrefixError {
    /// It does not begin with an address.
    NoAddress,
    /// What stands behind the slash is no length of such an address.
    NoLength,
    /// The address has bits behind the length; with the network it is in.
    BitsBehind(String),
    /// It is wider than any network that somebody holds.
    TooWide,
}

impl fmt::Display for PrefixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => write!(f, "not an address or network such as 203.0.113.0/24"),
            Self::NoLength => write!(f, "the length behind / is not one of such an address"),
            Self::BitsBehind(meant) => {
                write!(f, "the address has bits behind its length; the network is {meant}")
            }
            Self::TooWide => {
                write!(
                    f,
                    "wider than any network that somebody holds (/{IPV4_LENGTH_MIN}, of IPv6 /{IPV6_LENGTH_MIN})"
                )
            }
        }
    }
}

impl Prefix {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or an address alone.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        let (text, length) = match text.split_once('/') {
            Some((text, length)) => (text, Some(length)),
            None => (text, None),
        };
        let given: IpAddr = text.parse().map_err(|_| PrefixError::NoAddress)?;
        let width = if given.is_ipv4() { 32 } else { 128 };
        let digits = |text: &&str| text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let length = match length {
            None => width,
            Some(text) => Some(text)
                .filter(digits)
                .and_then(|text| text.parse().ok())
                .filter(|length| *length <= width)
                .ok_or(PrefixError::NoLength)?,
        };
        Self::new(given, length + 128 - width)
    }

    /// The prefix of so many of the 128 bits.
    fn new(given: IpAddr, length: u32) -> Result<Self, PrefixError> {
        let is_ipv4 = bits(given) >> 32 == 0xffff && length >= MAPPED_LENGTH;
        let (before, least) = if is_ipv4 { (MAPPED_LENGTH, IPV4_LENGTH_MIN) } else { (0, IPV6_LENGTH_MIN) };
        let hosts = u128::MAX.checked_shr(length).unwrap_or(0);
        if bits(given) & hosts != 0 {
            let meant = address(bits(given) & !hosts);
            return Err(PrefixError::BitsBehind(format!("{meant}/{}", length - before)));
        }
        let prefix = Self { first: bits(given), last: bits(given) | hosts };
        // All of IPv4 lies in one network of IPv6.
        let holds_ipv4 = !is_ipv4 && prefix.first <= IPV4.0 && IPV4.1 <= prefix.last;
        if length - before < least || holds_ipv4 {
            return Err(PrefixError::TooWide);
        }
        Ok(prefix)
    }

    /// The first address.
    #[must_use]
    pub fn first(self) -> IpAddr {
        address(self.first)
    }

    /// The last address.
    #[must_use]
    pub fn last(self) -> IpAddr {
        address(self.last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nested(given: &[(&str, u32)]) -> Ranges<u32> {
        Ranges::nested(given.iter().map(|(text, value)| (Prefix::parse(text).unwrap(), *value)).collect())
    }

    fn find(ranges: &Ranges<u32>, address: &str) -> Option<u32> {
        ranges.find(address.parse().unwrap()).copied()
    }

    #[test]
    fn the_narrowest_network_around_an_address_counts() {
        let ranges = nested(&[
            ("198.51.0.0/16", 1),
            ("198.51.100.0/24", 2),
            ("198.51.100.7", 3),
            ("203.0.113.0/24", 4),
        ]);
        for (address, value) in [
            ("198.50.255.255", None),
            ("198.51.0.0", Some(1)),
            ("198.51.100.6", Some(2)),
            ("198.51.100.7", Some(3)),
            ("198.51.100.8", Some(2)),
            ("198.51.101.0", Some(1)),
            ("198.52.0.0", None),
            ("203.0.113.255", Some(4)),
        ] {
            assert_eq!(find(&ranges, address), value, "{address}");
        }
    }

    #[test]
    fn of_two_alike_the_later_counts() {
        assert_eq!(find(&nested(&[("198.51.100.0/24", 1), ("198.51.100.0/24", 2)]), "198.51.100.7"), Some(2));
    }

    #[test]
    fn the_last_address_there_is_ends_a_network() {
        let all = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        let ranges = nested(&[("ffff::/16", 1), (all, 2)]);
        assert_eq!((find(&ranges, all), find(&ranges, "ffff::1")), (Some(2), Some(1)));
    }

    #[test]
    fn an_ipv4_network_written_as_ipv6_is_the_same_network() {
        assert_eq!(Prefix::parse("::ffff:203.0.113.0/120"), Prefix::parse("203.0.113.0/24"));
        assert_eq!(find(&nested(&[("203.0.113.0/24", 1)]), "::ffff:203.0.113.9"), Some(1));
    }

    #[test]
    fn what_is_no_network_says_why() {
        for (text, why) in [
            ("", PrefixError::NoAddress),
            ("office", PrefixError::NoAddress),
            ("203.0.113", PrefixError::NoAddress),
            ("203.0.113.0/", PrefixError::NoLength),
            ("203.0.113.0/33", PrefixError::NoLength),
            ("203.0.113.0/+4", PrefixError::NoLength),
            ("203.0.113.9/24", PrefixError::BitsBehind("203.0.113.0/24".to_owned())),
            ("2001:db8::1/32", PrefixError::BitsBehind("2001:db8::/32".to_owned())),
            ("0.0.0.0/0", PrefixError::TooWide),
            ("::/0", PrefixError::TooWide),
            ("::/20", PrefixError::TooWide),
            ("::ffff:0:0/96", PrefixError::TooWide),
        ] {
            assert_eq!(Prefix::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn runs_that_overlap_are_no_table() {
        let run = |first, last| Run { first, last, value: () };
        assert!(Ranges::apart(vec![run(5, 9), run(1, 4)]).is_ok());
        assert!(Ranges::apart(vec![run(4, 9), run(1, 4)]).is_err());
    }

    proptest! {
        #[test]
        fn the_quick_search_agrees_with_asking_every_prefix(
            given in prop::collection::vec((any::<u8>(), 8u32..=32), 0..40),
            asked in prop::collection::vec(any::<u8>(), 20),
        ) {
            // Few addresses, so that prefixes lie in each other.
            let text = |(low, length): (u8, u32)| {
                let address = u32::from_be_bytes([203, low & 3, low >> 6, low]);
                let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
                format!("{}/{length}", std::net::Ipv4Addr::from_bits(address & !hosts))
            };
            let prefixes: Vec<(Prefix, usize)> = given.iter().enumerate()
                .map(|(place, given)| (Prefix::parse(&text(*given)).unwrap(), place)).collect();
            let ranges = Ranges::nested(prefixes.clone());
            for low in asked {
                let address = IpAddr::from([203, low & 3, low >> 6, low]);
                let around = prefixes.iter().filter(|(prefix, _)| (prefix.first..=prefix.last).contains(&bits(address)));
                let slow = around.min_by_key(|(prefix, place)| (prefix.last - prefix.first, Reverse(*place)));
                prop_assert_eq!(ranges.find(address), slow.map(|(_, place)| place));
            }
            prop_assert!(ranges.runs.windows(2).all(|pair| pair[0].last < pair[1].first));
        }
    }
}
