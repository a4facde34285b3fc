//! Which part of AWS, if any, an address belongs to.
//!
//! A credential of one account's instance that is used from an instance of another account
//! comes from an AWS address, just not from its own. So customers' addresses (EC2, which
//! containers and functions share) are told apart from AWS's own services.
//!
//! Blind spots: the published ranges do not say whose account an address is in, and leave
//! out addresses that customers bring along. New ranges appear every few days.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use crate::table::AWS_NETWORKS;

/// The day on which the ranges were published.
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
pub struct AwsNetwork {
    /// The region, or `GLOBAL`.
    pub region: &'static str,
    /// Who uses it.
    pub service: AwsService,
}

/// Returns the part of AWS that `address` belongs to; `None` outside AWS.
///
/// An IPv4 address written as IPv6 (`::ffff:3.5.140.1`) is the same address.
pub fn aws_network(address: IpAddr) -> Option<AwsNetwork> {
    let address = bits(address);
    let after = RANGES.partition_point(|range| range.first <= address);
    let range = &RANGES[after.checked_sub(1)?];
    (address <= range.last).then_some(range.network)
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

/// A run of addresses of one network; both ends belong to it.
struct Range {
    first: u128,
    last: u128,
    network: AwsNetwork,
}

/// All ranges by address, IPv4 among them as IPv6. No two overlap.
static RANGES: LazyLock<Vec<Range>> = LazyLock::new(|| {
    let mut ranges: Vec<Range> = AWS_NETWORKS
        .rows()
        .flat_map(|[region, service, ranges]| {
            let network = AwsNetwork { region, service: service_named(service) };
            ranges.split(' ').map(move |range| read_range(range, network))
        })
        .collect();
    ranges.sort_by_key(|range| range.first);
    ranges
});

fn service_named(name: &str) -> AwsService {
    match name {
        "ec2" => AwsService::Ec2,
        "codebuild" => AwsService::CodeBuild,
        _ => AwsService::Other,
    }
}

/// Reads `3.5.140.0/22` or `3.5.140.0-3.5.143.255`.
fn read_range(text: &str, network: AwsNetwork) -> Range {
    if let Some((first, last)) = text.split_once('-') {
        return Range { first: bits(read_address(first)), last: bits(read_address(last)), network };
    }
    let (first, length) = text.split_once('/').expect("an embedded range is a prefix or has two ends");
    let first = read_address(first);
    let length: u32 = length.parse().expect("an embedded prefix has a length");
    let width = if first.is_ipv4() { 32 } else { 128 };
    let hosts = u128::MAX.checked_shr(128 - (width - length)).unwrap_or(0);
    Range { first: bits(first), last: bits(first) | hosts, network }
}

fn read_address(text: &str) -> IpAddr {
    text.parse().expect("an embedded range holds addresses")
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
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
    fn ranges_are_whole_sorted_and_apart() {
        assert!(RANGES.len() > 7_000, "{}", RANGES.len());
        assert!(RANGES.iter().all(|range| range.first <= range.last));
        assert!(RANGES.windows(2).all(|pair| pair[0].last < pair[1].first));
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
        for range in RANGES.iter().filter(|range| range.network.region != "GLOBAL") {
            assert!(region(range.network.region).is_some(), "{}", range.network.region);
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
