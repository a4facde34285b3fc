//! Plausible source addresses by kind of network.
//!
//! The ranges belong to networks of that kind in the real world (registry data, AWS's published
//! `ip-ranges.json` of July 2026); the hosts in them are made up by seed. Documentation ranges
//! would be cleaner, but they are three small blocks of no kind at all, and a detector that knows
//! networks could tell a drill by them.

use crate::rng::Rng;

/// A kind of network a caller sits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// Business access lines in the United States.
    OfficeAmerica,
    /// Business access lines in Europe.
    OfficeEurope,
    /// Business access lines in Asia and the Pacific.
    OfficeAsia,
    /// Home lines in the United States.
    HomeAmerica,
    /// Home lines in Europe.
    HomeEurope,
    /// Home lines in Asia and the Pacific.
    HomeAsia,
    /// Home and mobile lines in countries the organisation has nobody in.
    HomeElsewhere,
    /// Rented servers.
    Hosting,
    /// Commercial anonymising VPNs.
    Vpn,
    /// Tor exits.
    Tor,
    /// Hosted build machines of GitHub (Azure).
    GithubRunner,
}

/// First address and prefix length of a range.
type Range = ([u8; 4], u32);

/// Returns a host address in a network of `kind`.
pub(crate) fn address(rng: &mut Rng, kind: Network) -> String {
    let range = *rng.pick(ranges(kind));
    host(rng, range)
}

/// Returns a public address of EC2 in `region`, as NAT gateways and Elastic IPs have.
///
/// A region that is not in the table gets an address of `us-east-1`.
pub(crate) fn aws(rng: &mut Rng, region: &str) -> String {
    let known = AWS.iter().find(|(name, _)| *name == region).unwrap_or(&AWS[0]);
    let range = *rng.pick(known.1);
    host(rng, range)
}

/// Returns a host in `range`, neither its first nor its last address.
fn host(rng: &mut Rng, (first, length): Range) -> String {
    let room = 1_usize << (32 - length);
    let offset = u32::try_from(1 + rng.below(room - 2)).expect("a host part fits in 32 bits");
    std::net::Ipv4Addr::from(u32::from_be_bytes(first) + offset).to_string()
}

/// Returns the ranges of `kind`.
fn ranges(kind: Network) -> &'static [Range] {
    match kind {
        Network::OfficeAmerica => &[([12, 160, 0, 0], 12), ([50, 200, 0, 0], 14), ([65, 112, 0, 0], 13)],
        Network::OfficeEurope => &[([62, 96, 0, 0], 16), ([80, 151, 0, 0], 16), ([213, 86, 0, 0], 16)],
        Network::OfficeAsia => &[([203, 116, 0, 0], 16), ([210, 224, 0, 0], 14), ([203, 45, 0, 0], 16)],
        Network::HomeAmerica => &[([73, 0, 0, 0], 9), ([24, 16, 0, 0], 13), ([71, 160, 0, 0], 11)],
        Network::HomeEurope => &[([79, 192, 0, 0], 10), ([86, 128, 0, 0], 11), ([90, 0, 0, 0], 10)],
        Network::HomeAsia => &[([58, 160, 0, 0], 12), ([122, 160, 0, 0], 12), ([126, 0, 0, 0], 10)],
        Network::HomeElsewhere => {
            &[([182, 0, 0, 0], 14), ([36, 64, 0, 0], 12), ([14, 160, 0, 0], 12), ([105, 112, 0, 0], 13)]
        }
        Network::Hosting => &[
            ([95, 216, 0, 0], 16),
            ([135, 181, 0, 0], 16),
            ([51, 68, 0, 0], 16),
            ([165, 227, 0, 0], 16),
            ([45, 76, 0, 0], 16),
            ([172, 104, 0, 0], 16),
            ([207, 180, 192, 0], 18),
        ],
        Network::Vpn => &[([146, 70, 0, 0], 16), ([89, 187, 160, 0], 19), ([138, 199, 0, 0], 18)],
        Network::Tor => &[([185, 220, 100, 0], 23), ([199, 249, 230, 0], 24), ([171, 25, 193, 0], 24)],
        Network::GithubRunner => &[([20, 55, 0, 0], 16), ([40, 76, 0, 0], 16), ([4, 227, 0, 0], 16)],
    }
}

/// Large EC2 ranges by region.
const AWS: &[(&str, &[Range])] = &[
    ("us-east-1", &[([52, 4, 0, 0], 14), ([18, 232, 0, 0], 14), ([54, 156, 0, 0], 14)]),
    ("us-east-2", &[([3, 132, 0, 0], 14), ([18, 216, 0, 0], 14)]),
    ("us-west-1", &[([54, 219, 0, 0], 16), ([13, 56, 0, 0], 16)]),
    ("us-west-2", &[([54, 148, 0, 0], 15), ([18, 236, 0, 0], 15)]),
    ("eu-west-1", &[([63, 32, 0, 0], 14), ([54, 74, 0, 0], 15), ([52, 30, 0, 0], 15)]),
    ("eu-west-2", &[([18, 168, 0, 0], 14), ([35, 176, 0, 0], 15)]),
    ("eu-west-3", &[([13, 36, 0, 0], 14), ([35, 180, 0, 0], 16)]),
    ("eu-central-1", &[([18, 192, 0, 0], 15), ([52, 58, 0, 0], 15)]),
    ("eu-north-1", &[([13, 62, 0, 0], 15), ([51, 20, 0, 0], 16)]),
    ("ap-south-1", &[([3, 108, 0, 0], 14), ([65, 0, 0, 0], 14)]),
    ("ap-southeast-1", &[([13, 250, 0, 0], 15), ([54, 169, 0, 0], 16)]),
    ("ap-southeast-2", &[([3, 104, 0, 0], 14), ([13, 236, 0, 0], 14)]),
    ("ap-northeast-1", &[([54, 248, 0, 0], 15), ([3, 112, 0, 0], 14)]),
    ("ap-northeast-2", &[([3, 36, 0, 0], 14), ([54, 180, 0, 0], 15)]),
    ("ap-northeast-3", &[([13, 208, 0, 0], 16), ([15, 168, 0, 0], 16)]),
    ("ca-central-1", &[([3, 96, 0, 0], 15), ([35, 182, 0, 0], 15)]),
    ("sa-east-1", &[([18, 231, 0, 0], 16), ([15, 228, 0, 0], 15)]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_the_range_of_the_region() {
        let mut rng = Rng::new(2);
        for _ in 0..50 {
            let parsed: std::net::Ipv4Addr = aws(&mut rng, "eu-west-3").parse().unwrap();
            assert!(matches!(parsed.octets(), [13, 36..=39, ..] | [35, 180, ..]), "{parsed}");
        }
    }

    #[test]
    fn every_kind_of_network_gives_an_address_that_parses() {
        let mut rng = Rng::new(9);
        for kind in
            [Network::Tor, Network::Vpn, Network::Hosting, Network::HomeElsewhere, Network::OfficeAsia]
        {
            assert!(address(&mut rng, kind).parse::<std::net::Ipv4Addr>().is_ok(), "{kind:?}");
        }
    }
}
