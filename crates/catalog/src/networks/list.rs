//! Lists of addresses that others keep: exits of Tor, networks of hosting companies and VPNs.
//!
//! A line is an address or network; of a table with commas the first column counts. A list of hosting companies may
//! name autonomous systems too (`AS24940`). Tor's own list of exits (`ExitAddress …`) is read as it is published.
//!
//! Blind spots: a list is as good as whoever keeps it; an exit of last week's is a household's address today.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::own::{LineError, OWN_NAME_CHARS_MAX, Why};
use super::ranges::{Prefix, Ranges};

/// How many entries one list may have.
///
/// Fewer, and a list of all hosting companies does not fit; more, and a wrong file fills memory.
pub const LIST_ENTRIES_MAX: usize = 2_000_000;

/// What Tor's list of exits says beside their addresses.
const OF_TOR: [&str; 3] = ["ExitNode", "Published", "LastStatus"];

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressList {
    ranges: Ranges<()>,
    asns: BTreeSet<u32>,
    /// How many entries were given.
    pub count: usize,
}

impl AddressList {
    /// Reads a list. `#` or `;` begins a comment.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let (mut prefixes, mut asns) = (BTreeSet::new(), BTreeSet::new());
        for (line, text) in lines(text) {
            let fail = |why| Err(LineError { line, why });
            let mut words = text.split([',', ';', '\t', ' ']).map(|word| word.trim_matches('"'));
            let first = words.next().unwrap_or_default();
            if OF_TOR.contains(&first) {
                continue;
            }
            let is_own = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "nat" | "office");
            let entry = if first == "ExitAddress" { words.next().unwrap_or_default() } else { first };
            if words.next().is_some_and(is_own) {
                // One file in the place of another would make strangers of the user's own people.
                return fail(Why::Own);
            }
            match (asn(entry), Prefix::parse(entry)) {
                _ if prefixes.len() + asns.len() >= LIST_ENTRIES_MAX => {
                    return fail(Why::TooMany(LIST_ENTRIES_MAX));
                }
                (Some(asn), _) => asns.insert(asn),
                (None, Ok(prefix)) => prefixes.insert(prefix),
                (None, Err(why)) => {
                    let shown = entry.chars().take(OWN_NAME_CHARS_MAX).collect();
                    return fail(Why::NoNetwork(shown, why));
                }
            };
        }
        let count = prefixes.len() + asns.len();
        let ranges = Ranges::nested(prefixes.into_iter().map(|prefix| (prefix, ())).collect());
        Ok(Self { ranges, asns, count })
    }

    /// Whether an address is in the list.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        self.ranges.find(address).is_some()
    }

    /// Whether an autonomous system is in the list.
    #[must_use]
    pub fn has_asn(&self, asn: u32) -> bool {
        self.asns.contains(&asn)
    }
}

/// Reads `AS24940`.
fn asn(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as"))?;
    digits.parse().ok()
}

/// The lines that say something, without comments, each with its number.
///
/// What Windows puts before the first line and behind each is no part of it.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().filter_map(|(place, line)| {
        let line = if line.trim_start().starts_with(['#', ';']) { "" } else { line };
        // A name may have a number in it: `Berlin #2`.
        let end = line.find(" # ").or_else(|| line.find("\t# ")).unwrap_or(line.len());
        let line = line[..end].trim();
        (!line.is_empty()).then_some((place + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(list: &AddressList, address: &str) -> bool {
        list.has(address.parse().unwrap())
    }

    #[test]
    fn a_list_is_plain_or_a_table_and_may_name_systems() {
        let list = AddressList::parse("# hosters\n198.51.100.0/24,Example Hosting\r\n\"203.0.113.7\"\nAS24940 # Hetzner\n2001:db8::/32\n").unwrap();
        assert_eq!(list.count, 4);
        assert!(has(&list, "198.51.100.9") && has(&list, "203.0.113.7") && has(&list, "2001:db8::1"));
        assert!(!has(&list, "203.0.113.8") && list.has_asn(24940) && !list.has_asn(1));
    }

    #[test]
    fn tors_own_list_is_read_as_it_is_published() {
        let text = "ExitNode 63BF46A63F9C21FD315CD061B3EAA3EB05283A0A\nPublished 2026-11-20 03:10:00\n\
                    LastStatus 2026-11-20 04:00:00\nExitAddress 198.51.100.77 2026-11-20 04:12:12\n";
        let list = AddressList::parse(text).unwrap();
        assert!(list.count == 1 && has(&list, "198.51.100.77"));
    }

    #[test]
    fn a_page_instead_of_a_list_is_a_fault() {
        let error = AddressList::parse("\n<!DOCTYPE html>\n").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(AddressList::parse("0.0.0.0/0").is_err() && AddressList::parse("ASX").is_err());
    }

    #[test]
    fn a_list_of_own_networks_is_no_list_of_strangers() {
        let error =
            AddressList::parse("198.51.100.0/24 vpn Example\n203.0.113.8/29 office Berlin\n").unwrap_err();
        assert_eq!((error.line, error.why), (2, Why::Own));
    }

    #[test]
    fn networks_in_each_other_are_one() {
        let list =
            AddressList::parse("198.51.100.0/24\n198.51.100.0/25\n198.51.100.7\n198.51.100.7").unwrap();
        assert!(list.count == 3 && has(&list, "198.51.100.200") && has(&list, "198.51.100.7"));
    }
}
