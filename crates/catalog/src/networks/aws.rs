//! Which part of AWS, if any, an address belongs to.
//!
//! A credential of one account's instance that is used from an instance of another account
//! comes from an AWS address, just not from its own. So customers' addresses (EC2, which
//! containers and functions share) are told apart from AWS's own services.
//!
//! Blind spots: the published ranges do not say whose account an address is in, and leave
//! out addresses that customers bring along. New ranges appear every few days.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use super::ranges::{Prefix, Ranges, Run, bits};
use crate::table::AWS_NETWORKS;

/// The day on which the ranges that ship were published.
pub const AWS_NETWORKS_DATE: &str = "2026-08-22";

/// Who uses an AWS address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AwsService {
    /// Customers' instances, containers and functions.
    Ec2,
    /// CodeBuild, which runs customers' builds.
    CodeBuild,
    /// AWS's own services.
    Other,
}

/// The part of AWS an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwsNetwork<'r> {
    /// The region, or `GLOBAL`.
    pub region: &'r str,
    /// Who uses it.
    pub service: AwsService,
}

/// Returns the part of AWS that `address` belongs to by the table that ships; `None` outside AWS.
///
/// An IPv4 address written as IPv6 (`::ffff:3.5.140.1`) is the same address.
pub fn aws_network(address: IpAddr) -> Option<AwsNetwork<'static>> {
    SHIPPED.find(address).copied()
}

/// Returns whether `address` cannot come from the public internet: private (RFC 1918, unique
/// local), shared (carrier-grade NAT), link-local, loopback or unspecified.
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || is_shared(v4)
        }
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified()
        }
    }
}

/// Returns whether `address` is in 100.64.0.0/10, which carriers share among customers.
fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0b1100_0000 == 64
}

/// Ranges that AWS published later than those that ship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsRanges {
    ranges: Ranges<(u16, AwsService)>,
    regions: Vec<Box<str>>,
}

impl AwsRanges {
    /// Ranges of prefixes with their region and service, as AWS publishes them; `None` of more regions than there can be.
    ///
    /// AWS lists an address under each of its uses, and a service's inside of EC2's. A named service counts before EC2, and
    /// EC2 before `AMAZON`, which holds all of them; the region is that of the narrowest prefix.
    #[must_use]
    pub fn new(mut prefixes: Vec<(Prefix, String, String)>) -> Option<Self> {
        prefixes.sort_by(|(a, in_a, of_a), (b, in_b, of_b)| {
            (a.first, Reverse(a.last), in_a, of_a).cmp(&(b.first, Reverse(b.last), in_b, of_b))
        });
        let mut numbers: BTreeMap<String, u16> = BTreeMap::new();
        let mut regions: Vec<Box<str>> = Vec::new();
        let mut nested = Vec::with_capacity(prefixes.len());
        // The prefixes around the one at hand, each with the use that counts most from the outermost to it.
        let mut around: Vec<(u128, Use)> = Vec::new();
        for (prefix, region, service) in prefixes {
            while around.last().is_some_and(|(last, _)| *last < prefix.first) {
                around.pop();
            }
            let used = Use::named(&service).max(around.last().map_or(Use::Any, |(_, used)| *used));
            around.push((prefix.last, used));
            let number = match numbers.get(&region) {
                Some(number) => *number,
                None => {
                    let number = u16::try_from(regions.len()).ok()?;
                    regions.push(region.as_str().into());
                    numbers.insert(region, number);
                    number
                }
            };
            nested.push((prefix, (number, used.service())));
        }
        Some(Self { ranges: Ranges::nested(nested), regions })
    }

    /// The part of AWS that an address belongs to.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<AwsNetwork<'_>> {
        let (region, service) = *self.ranges.find(address)?;
        Some(AwsNetwork { region: &self.regions[usize::from(region)], service })
    }
}

/// What AWS lists a prefix for; what counts more comes later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// `AMAZON`: any of them.
    Any,
    Ec2,
    Service,
    CodeBuild,
}

impl Use {
    fn named(name: &str) -> Self {
        match name {
            "AMAZON" => Self::Any,
            "EC2" => Self::Ec2,
            "CODEBUILD" => Self::CodeBuild,
            _ => Self::Service,
        }
    }

    fn service(self) -> AwsService {
        match self {
            Self::Ec2 => AwsService::Ec2,
            Self::CodeBuild => AwsService::CodeBuild,
            Self::Any | Self::Service => AwsService::Other,
        }
    }
}

/// The ranges that ship, by address.
static SHIPPED: LazyLock<Ranges<AwsNetwork<'static>>> = LazyLock::new(|| {
    let runs = AWS_NETWORKS.rows().flat_map(|[region, service, ranges]| {
        let network = AwsNetwork { region, service: service_named(service) };
        ranges.split(' ').map(move |range| read_range(range, network))
    });
    Ranges::apart(runs.collect()).expect("no two embedded ranges overlap")
});

fn service_named(name: &str) -> AwsService {
    match name {
        "ec2" => AwsService::Ec2,
        "codebuild" => AwsService::CodeBuild,
        _ => AwsService::Other,
    }
}

/// Reads `3.5.140.0/22` or `3.5.140.0-3.5.143.255`.
fn read_range(text: &str, value: AwsNetwork<'static>) -> Run<AwsNetwork<'static>> {
    let address = |text: &str| bits(text.parse().expect("an embedded range holds addresses"));
    match text.split_once('-') {
        Some((first, last)) => Run { first: address(first), last: address(last), value },
        None => {
            let prefix = Prefix::parse(text).expect("an embedded range is a prefix or has two ends");
            Run { first: prefix.first, last: prefix.last, value }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::regions::region;
    use crate::table::tables;

    fn find(address: &str) -> Option<(&'static str, AwsService)> {
        aws_network(address.parse().unwrap()).map(|network| (network.region, network.service))
    }

    fn private(address: &str) -> bool {
        is_private(address.parse().unwrap())
    }

    #[test]
    fn an_instances_address_is_told_from_a_services() {
        assert_eq!(find("3.225.16.109"), Some(("us-east-1", AwsService::Ec2)));
        assert_eq!(find("2600:1f18:1234::1"), Some(("us-east-1", AwsService::Ec2)));
        // S3 in Seoul, which is published as EC2 as well.
        assert_eq!(find("3.5.140.1"), Some(("ap-northeast-2", AwsService::Other)));
    }

    #[test]
    fn the_rest_of_the_internet_is_not_aws() {
        for address in ["8.8.8.8", "1.1.1.1", "192.168.10.20", "0.0.0.0", "::", "2001:4860:4860::8888", "::1"]
        {
            assert_eq!(find(address), None, "{address}");
        }
        assert_eq!(find("255.255.255.255"), None);
        assert_eq!(find("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), None);
    }

    #[test]
    fn an_ipv4_address_written_as_ipv6_is_the_same_address() {
        assert_eq!(find("::ffff:3.225.16.109"), find("3.225.16.109"));
        assert!(private("::ffff:10.0.0.1") && !private("::ffff:8.8.8.8"));
    }

    #[test]
    fn the_table_that_ships_is_whole() {
        assert!(SHIPPED.len() > 7_000, "{}", SHIPPED.len());
    }

    #[test]
    fn a_named_service_is_told_from_the_customers_around_it() {
        let prefixes = [
            ("3.0.0.0/9", "us-east-1", "AMAZON"),
            ("3.5.0.0/16", "us-east-1", "EC2"),
            ("3.5.140.0/22", "eu-west-1", "S3"),
            ("3.5.140.0/22", "eu-west-1", "EC2"),
            ("3.5.140.0/24", "eu-west-1", "EC2"),
            ("3.5.150.0/29", "us-east-1", "CODEBUILD"),
            ("2600:f0f0::/40", "eu-west-1", "AMAZON"),
        ];
        let of = |prefixes: &[(&str, &str, &str)]| {
            let given = prefixes.iter().map(|(prefix, region, service)| {
                (Prefix::parse(prefix).unwrap(), (*region).to_owned(), (*service).to_owned())
            });
            AwsRanges::new(given.collect()).unwrap()
        };
        let ranges = of(&prefixes);
        for (address, told) in [
            ("3.1.1.1", Some(("us-east-1", AwsService::Other))),
            ("3.5.1.1", Some(("us-east-1", AwsService::Ec2))),
            ("3.5.140.9", Some(("eu-west-1", AwsService::Other))),
            ("3.5.150.1", Some(("us-east-1", AwsService::CodeBuild))),
            ("2600:f0f0::1", Some(("eu-west-1", AwsService::Other))),
            ("8.8.8.8", None),
        ] {
            let found = ranges.find(address.parse().unwrap());
            assert_eq!(found.map(|network| (network.region, network.service)), told, "{address}");
        }
        let reversed: Vec<_> = prefixes.iter().rev().copied().collect();
        assert_eq!(of(&reversed), ranges, "their order does not matter");
    }

    #[test]
    fn both_ends_of_a_range_belong_to_it() {
        let network = AwsNetwork { region: "x", service: AwsService::Ec2 };
        let range = |text| {
            let range = read_range(text, network);
            (range.first, range.last)
        };
        let both = |first: &str, last: &str| (bits(first.parse().unwrap()), bits(last.parse().unwrap()));
        assert_eq!(range("10.0.4.0/22"), both("10.0.4.0", "10.0.7.255"));
        assert_eq!(range("10.0.4.1/32"), both("10.0.4.1", "10.0.4.1"));
        assert_eq!(range("2600::/127"), both("2600::", "2600::1"));
        assert_eq!(range("10.0.4.0-10.0.9.3"), both("10.0.4.0", "10.0.9.3"));
    }

    #[test]
    fn every_region_with_addresses_is_a_region_we_know() {
        for [name, ..] in AWS_NETWORKS.rows::<3>().filter(|[name, ..]| *name != "GLOBAL") {
            assert!(region(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_date_is_the_tables() {
        let table = tables().iter().find(|table| table.name == "aws-networks.tsv").unwrap();
        assert_eq!(table.date, AWS_NETWORKS_DATE);
    }

    #[test]
    fn private_addresses_are_of_many_kinds() {
        for address in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.10.20",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "::",
            "::1",
            "fd00:ec2::254",
            "fe80::1",
        ] {
            assert!(private(address), "{address}");
        }
        for address in ["172.32.0.1", "100.128.0.1", "100.63.255.255", "8.8.8.8", "2600:1f18::1"] {
            assert!(!private(address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_private_address_is_aws(bits in any::<u128>()) {
            let address = IpAddr::V6(bits.into());
            prop_assert!(!(is_private(address) && aws_network(address).is_some()));
            let address = IpAddr::V4((bits as u32).into());
            prop_assert!(!(is_private(address) && aws_network(address).is_some()));
        }
    }
}
