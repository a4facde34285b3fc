//! Whose network an address is in.

use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Who announces what, as a file of the user's would say.
fn asns(rows: &[(&str, &str, u32)]) -> AsnTable {
    let owners =
        rows.iter().map(|(_, _, asn)| Owner { asn: *asn, organisation: format!("Company {asn}").into() });
    let runs = (0..).zip(rows).map(|(place, (first, last, _))| (address(first), address(last), place));
    AsnTable::new(runs.collect(), owners.collect()).unwrap()
}

#[test]
fn without_lists_only_aws_and_private_addresses_are_known() {
    let networks = Networks::default();
    assert_eq!(networks.whereabouts(address("10.0.0.1")), Whereabouts::Private);
    assert!(
        matches!(networks.whereabouts(address("3.225.16.109")), Whereabouts::Aws(Some(aws)) if aws.region == "us-east-1")
    );
    assert_eq!(networks.whereabouts(address("203.0.113.9")), Whereabouts::Unknown);
}

#[test]
fn what_is_surest_comes_first() {
    let networks = Networks {
        own: OwnNetworks::parse("203.0.113.0/28 office Berlin\n3.225.16.109 nat egress").unwrap(),
        asns: vec![asns(&[
            ("203.0.113.0", "203.0.113.255", 24940),
            ("198.51.100.0", "198.51.100.255", 3320),
            ("192.0.2.0", "192.0.2.127", 16509),
            ("192.0.2.128", "192.0.2.255", 64496),
        ])],
        tor: vec![AddressList::parse("203.0.113.77\n203.0.113.5\n3.225.16.110").unwrap()],
        hosting: vec![AddressList::parse("198.51.100.200\nAS64496\n3.224.0.0/12").unwrap()],
        ..Networks::default()
    };
    let own = |text| match networks.whereabouts(address(text)) {
        Whereabouts::Own(own) => own.name.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(own("203.0.113.5"), "Berlin", "the user's word counts more than a list");
    assert_eq!(own("3.225.16.109"), "egress");
    let aws = networks.whereabouts(address("3.225.16.111"));
    assert!(
        matches!(aws, Whereabouts::Aws(Some(_))),
        "lists of hosting companies have AWS among them: {aws:?}"
    );
    for (text, whereabouts) in [
        ("203.0.113.77", Whereabouts::Tor),
        ("3.225.16.110", Whereabouts::Tor),
        ("203.0.113.99", Whereabouts::Hosting),
        ("198.51.100.7", Whereabouts::Access),
        ("198.51.100.200", Whereabouts::Hosting),
        ("192.0.2.7", Whereabouts::Aws(None)),
        ("192.0.2.200", Whereabouts::Hosting),
        ("8.8.8.8", Whereabouts::Unknown),
    ] {
        assert_eq!(networks.whereabouts(address(text)), whereabouts, "{text}");
    }
}

#[test]
fn a_list_of_aws_takes_the_place_of_the_one_that_ships() {
    let prefix = ranges::Prefix::parse("198.51.100.0/24").unwrap();
    let given = vec![(prefix, "eu-west-1".to_owned(), "EC2".to_owned())];
    let networks = Networks { aws: AwsRanges::new(given), ..Networks::default() };
    assert_eq!(networks.aws(address("198.51.100.7")).map(|aws| aws.region), Some("eu-west-1"));
    assert_eq!(networks.whereabouts(address("3.225.16.109")), Whereabouts::Unknown);
}
