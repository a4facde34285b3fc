//! The embedded tables against what they were made from, where that is at hand.
//!
//! The tables were reshaped: merged, cut, filled in. Here each fact of the source is looked
//! up again, so that a fault in the reshaping shows.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "the helpers of a test are a test")]

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;

use catalog::{AwsRanges, AwsService, Prefix, aws_network, instance_type, region};

/// Returns a file of facts as text; `None`, and says so, where there is none.
fn facts(name: &str) -> Option<String> {
    let shared = std::env::var_os("MINETRAIL_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = shared.join("facts").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(std::fs::read_to_string(path).unwrap())
}

/// One published prefix: its first and last address, its region and its service.
struct Published {
    first: u128,
    last: u128,
    region: String,
    service: String,
}

fn published(document: &serde_json::Value, list: &str, key: &str) -> Vec<Published> {
    let prefixes = document[list].as_array().unwrap();
    prefixes
        .iter()
        .map(|prefix| {
            let (address, length) = prefix[key].as_str().unwrap().split_once('/').unwrap();
            let (first, width) = match address.parse().unwrap() {
                IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
                IpAddr::V6(v6) => (v6.to_bits(), 128),
            };
            let hosts = width - length.parse::<u32>().unwrap();
            let last = first | u128::MAX.checked_shr(128 - hosts).unwrap_or(0);
            let text = |field: &str| prefix[field].as_str().unwrap().to_owned();
            Published { first, last, region: text("region"), service: text("service") }
        })
        .collect()
}

/// Compares the look-up with a plain reading of all prefixes, at every edge of every prefix.
fn compare(published: &[Published], own: &AwsRanges, address: fn(u128) -> Option<IpAddr>) -> usize {
    let edges: BTreeSet<u128> = published
        .iter()
        .flat_map(|prefix| {
            [prefix.first.wrapping_sub(1), prefix.first, prefix.last, prefix.last.wrapping_add(1)]
        })
        .collect();
    let mut compared = 0;
    for edge in edges {
        let Some(address) = address(edge) else { continue };
        let covering: Vec<&Published> =
            published.iter().filter(|prefix| (prefix.first..=prefix.last).contains(&edge)).collect();
        let services: BTreeSet<&str> = covering.iter().map(|prefix| prefix.service.as_str()).collect();
        let expected = match services.len() {
            0 => None,
            _ if services.contains("CODEBUILD") => Some(AwsService::CodeBuild),
            _ if services.iter().all(|service| ["AMAZON", "EC2"].contains(service))
                && services.contains("EC2") =>
            {
                Some(AwsService::Ec2)
            }
            _ => Some(AwsService::Other),
        };
        let found = aws_network(address);
        assert_eq!(found.map(|network| network.service), expected, "{address} {services:?}");
        // What a user's file of the same day says is what ships.
        assert_eq!(own.find(address).map(|network| network.service), expected, "{address} {services:?}");
        if let Some(network) = own.find(address) {
            assert!(covering.iter().any(|prefix| prefix.region == network.region), "{address} {network:?}");
        }
        if let Some(network) = found {
            assert!(covering.iter().any(|prefix| prefix.region == network.region), "{address} {network:?}");
        }
        compared += 1;
    }
    compared
}

#[test]
fn every_edge_of_every_published_range_is_found_as_published() {
    let Some(text) = facts("aws-ip-ranges.json") else { return };
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let own = AwsRanges::new(
        [("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix")]
            .into_iter()
            .flat_map(|(list, key)| document[list].as_array().unwrap().iter().map(move |row| (row, key)))
            .map(|(row, key)| {
                let text = |field: &str| row[field].as_str().unwrap().to_owned();
                (Prefix::parse(&text(key)).unwrap(), text("region"), text("service"))
            })
            .collect(),
    )
    .unwrap();
    let v4 = compare(&published(&document, "prefixes", "ip_prefix"), &own, |bits| {
        u32::try_from(bits).ok().map(|bits| IpAddr::V4(bits.into()))
    });
    let v6 = compare(&published(&document, "ipv6_prefixes", "ipv6_prefix"), &own, |bits| {
        Some(IpAddr::V6(bits.into()))
    });
    assert!(v4 > 10_000 && v6 > 5_000, "{v4} {v6}");
}

#[test]
fn every_instance_type_has_the_figures_of_its_source() {
    let Some(text) = facts("instance-types.tsv") else { return };
    let mut compared = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let instance = instance_type(columns[0]);
        assert!(!instance.inferred, "{line}");
        assert_eq!(instance.power.vcpus(), columns[1].parse::<f64>().unwrap(), "{line}");
        assert_eq!(instance.memory_mib.to_string(), columns[2], "{line}");
        match columns[3] {
            "" | "0" => {}
            gpus => assert_eq!(instance.power.accelerators.to_string(), gpus, "{line}"),
        }
        assert_eq!(instance.price_inferred, columns[9].is_empty(), "{line}");
        if let Ok(price) = columns[9].parse::<f64>() {
            assert!((instance.power.usd_per_hour() - price).abs() < 1e-6, "{line}");
        }
        compared += 1;
    }
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn every_region_of_the_source_is_known() {
    let Some(text) = facts("regions.tsv") else { return };
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        assert_eq!(region(columns[0]).unwrap().partition, columns[1], "{line}");
    }
}
