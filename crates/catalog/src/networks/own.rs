//! The user's own networks: offices, VPNs and NAT gateways, each with a name.
//!
//! A line is a network, what it is (`nat`, `vpn` or `office`; may be left out) and a name. Whoever may write this file
//! says what is not foreign, so a line that could be read two ways is refused, not guessed.
//!
//! Blind spots: a private address proves nobody's network, since a thief's own VPC endpoint may carry it as well. Such
//! lines are counted and do nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use super::aws::is_private;
use super::list::lines;
use super::ranges::{Prefix, PrefixError, Ranges};

/// How many networks one list may have.
///
/// Fewer, and a large company's offices do not fit; more, and a list of the whole internet calls it one's own.
pub const OWN_NETWORKS_MAX: usize = 100_000;

/// The longest name, in characters: it is shown in a line.
pub const OWN_NAME_CHARS_MAX: usize = 80;

/// What an own network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnKind {
    /// The way out of machines.
    Nat,
    /// Where people come from, wherever they are.
    Vpn,
    /// Where people are.
    Office,
    /// Not said.
    Other,
}

/// A network of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNetwork {
    /// Its name; never empty.
    pub name: Box<str>,
    /// What it is.
    pub kind: OwnKind,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNetworks {
    ranges: Ranges<OwnNetwork>,
    /// How many networks were given.
    pub count: usize,
    /// How many of them are private, and do nothing.
    pub private: usize,
}

impl Default for OwnNetworks {
    fn default() -> Self {
        Self { ranges: Ranges::nested(Vec::new()), count: 0, private: 0 }
    }
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// Which, counted from 1.
    pub line: usize,
    /// Why.
    pub why: Why,
}

/// Why a line cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// What should be a network is none; with what stands there, cut.
    NoNetwork(String, PrefixError),
    /// The same network has another name or kind; with the line that says so.
    TwoNames(usize),
    /// The name is longer than [`OWN_NAME_CHARS_MAX`].
    LongName,
    /// An own network, in a list of strangers'.
    Own,
    /// There are more lines than a list may have.
    TooMany(usize),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNetwork(text, why) => write!(f, "{text:?}: {why}"),
            Self::TwoNames(line) => write!(f, "line {line} gives this network another name or kind"),
            Self::LongName => write!(f, "a name has {OWN_NAME_CHARS_MAX} characters at most"),
            Self::Own => write!(f, "an own network, which belongs in --networks"),
            Self::TooMany(most) => write!(f, "a list has {most} entries at most"),
        }
    }
}

impl OwnNetworks {
    /// Reads a list. `#` at the beginning of a line or behind a space begins a comment.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let mut known: BTreeMap<Prefix, (usize, OwnNetwork)> = BTreeMap::new();
        for (line, text) in lines(text) {
            let fail = |why| Err(LineError { line, why });
            let (prefix, network) = match read(text) {
                Ok(read) => read,
                Err(why) => return fail(why),
            };
            match known.get(&prefix) {
                Some((before, other)) if *other != network => return fail(Why::TwoNames(*before)),
                _ if known.len() == OWN_NETWORKS_MAX => return fail(Why::TooMany(OWN_NETWORKS_MAX)),
                _ => known.insert(prefix, (line, network)),
            };
        }
        let count = known.len();
        known.retain(|prefix, _| !(is_private(prefix.first()) && is_private(prefix.last())));
        let private = count - known.len();
        let prefixes = known.into_iter().map(|(prefix, (_, network))| (prefix, network));
        Ok(Self { ranges: Ranges::nested(prefixes.collect()), count, private })
    }

    /// The own network that an address is in; the narrowest where they lie in each other.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<&OwnNetwork> {
        self.ranges.find(address)
    }
}

fn read(text: &str) -> Result<(Prefix, OwnNetwork), Why> {
    let (network, rest) = word(text);
    let prefix = Prefix::parse(network).map_err(|why| {
        let shown: String = network.chars().take(OWN_NAME_CHARS_MAX).collect();
        Why::NoNetwork(shown, why)
    })?;
    let (first, behind) = word(rest);
    let (kind, name) = match first.to_ascii_lowercase().as_str() {
        "nat" => (OwnKind::Nat, behind),
        "vpn" => (OwnKind::Vpn, behind),
        "office" => (OwnKind::Office, behind),
        _ => (OwnKind::Other, rest),
    };
    let name = name.trim().trim_matches('"');
    // A network without a name is called what it is, else by its address.
    let name = [name, rest, network].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    if name.chars().count() > OWN_NAME_CHARS_MAX {
        return Err(Why::LongName);
    }
    Ok((prefix, OwnNetwork { name: name.into(), kind }))
}

/// The first word of a line, and what is behind it.
fn word(text: &str) -> (&str, &str) {
    let separator = |character: char| character.is_whitespace() || matches!(character, ',' | ';');
    let (word, rest) = text.split_once(separator).unwrap_or((text, ""));
    (word.trim_matches('"'), rest.trim_matches(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(list: &OwnNetworks, address: &str) -> Option<(OwnKind, String)> {
        let network = list.find(address.parse().unwrap())?;
        Some((network.kind, network.name.to_string()))
    }

    #[test]
    fn a_list_names_offices_vpns_and_ways_out() {
        let text = "\u{feff}# our networks\r\n\
                    198.51.100.0/24  office  Berlin #2\r\n\
                    203.0.113.8/29, VPN, \"Company VPN\"  # since spring\r\n\
                    203.0.113.7\tnat\tFrankfurt egress\r\n\
                    2001:db8:7::/48 Data centre\r\n\
                    192.0.2.0/24 office\r\n\
                    192.0.2.128/25\r\n\r\n";
        let list = OwnNetworks::parse(text).unwrap();
        for (address, kind, name) in [
            ("198.51.100.9", OwnKind::Office, "Berlin #2"),
            ("203.0.113.9", OwnKind::Vpn, "Company VPN"),
            ("203.0.113.7", OwnKind::Nat, "Frankfurt egress"),
            ("2001:db8:7::9", OwnKind::Other, "Data centre"),
            ("192.0.2.9", OwnKind::Office, "office"),
            ("192.0.2.200", OwnKind::Other, "192.0.2.128/25"),
            ("::ffff:198.51.100.9", OwnKind::Office, "Berlin #2"),
        ] {
            assert_eq!(find(&list, address), Some((kind, name.to_owned())), "{address}");
        }
        assert_eq!((list.count, list.private, find(&list, "203.0.113.1")), (6, 0, None));
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named() {
        for (text, line, why) in [
            ("# ok\n198.51.100.0/24 office\nBerlin 203.0.113.0/24", 3, "not an address or network"),
            ("198.51.100.9/24 office", 1, "the network is 198.51.100.0/24"),
            ("198.51.100.0-198.51.100.9 office", 1, "not an address or network"),
            ("0.0.0.0/0 everything", 1, "wider than any network"),
            ("198.51.100.0/24 office A\n::ffff:198.51.100.0/120 office B", 2, "line 1 gives this network"),
        ] {
            let error = OwnNetworks::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text}");
            assert!(error.why.to_string().contains(why), "{}", error.why);
        }
        let long = format!("198.51.100.0/24 office {}", "x".repeat(OWN_NAME_CHARS_MAX + 1));
        assert_eq!(OwnNetworks::parse(&long).unwrap_err().why, Why::LongName);
    }

    #[test]
    fn the_same_line_twice_is_no_fault() {
        assert_eq!(OwnNetworks::parse("192.0.2.0/24 office A\n192.0.2.0/24 office A").unwrap().count, 1);
    }

    #[test]
    fn a_private_network_is_nobodys() {
        let list = OwnNetworks::parse("10.0.0.0/8 vpn\nfd00::/16 office\n192.0.2.0/24 nat").unwrap();
        assert_eq!((list.count, list.private), (3, 2));
        assert_eq!(find(&list, "10.1.2.3"), None);
    }
}
