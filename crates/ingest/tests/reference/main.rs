//! Files of reference: what they say, and what is said of those that cannot be used.

mod mmdb;

use std::net::IpAddr;
use std::path::Path;

use catalog::AsnTable;
use ingest::reference::{
    LIST_BYTES_MAX, Reference, ReferenceError, address_list, asn_table, aws_ranges, own_networks, read,
};

use proptest::prelude::*;

use self::mmdb::{Row, Style, mmdb};

const ROWS: [Row<'static>; 4] = [
    ("198.51.100.0/24", 64496, "Example Hosting GmbH & Co. KG, in full"),
    ("203.0.113.0/25", 64497, ""),
    ("203.0.113.128/25", 64497, ""),
    ("2001:db8::/32", 64498, "Example Six"),
];

/// When the stories' databases were built.
const BUILT: u64 = 1_793_491_200;

fn open(bytes: &[u8]) -> Result<Reference<AsnTable>, ReferenceError> {
    asn_table(Path::new("asn.mmdb"), bytes)
}

fn owner(table: &AsnTable, address: &str) -> Option<(u32, String)> {
    let owner = table.find(address.parse::<IpAddr>().expect("an address"))?;
    Some((owner.asn, owner.organisation.to_string()))
}

#[test]
fn a_database_tells_who_announces_an_address() {
    for style in [Style::MaxMind, Style::Ipinfo] {
        let read = open(&mmdb(style, BUILT, &ROWS)).unwrap();
        for (address, told) in [
            ("198.51.100.7", Some((64496, ROWS[0].2))),
            ("203.0.113.200", Some((64497, ""))),
            ("2001:db8::7", Some((64498, "Example Six"))),
            ("::ffff:198.51.100.7", Some((64496, ROWS[0].2))),
            ("198.51.101.0", None),
            ("2001:db9::", None),
        ] {
            let told = told.map(|(asn, name)| (asn, name.to_owned()));
            assert_eq!(owner(&read.table, address), told, "{address} in {style:?}");
        }
        assert_eq!(read.made.unwrap().to_string(), "2026-11-01T00:00:00Z");
        assert_eq!((read.entries, read.kind.as_deref()), (4, Some("Story-ASN")), "{style:?}");
    }
}

#[test]
fn a_database_of_countries_is_refused() {
    let error = open(&mmdb(Style::Country, BUILT, &ROWS)).unwrap_err();
    assert!(error.to_string().contains("none of its networks tells an autonomous system"), "{error}");
    assert!(error.help().contains("GeoLite2-ASN"));
}

#[test]
fn a_broken_database_is_a_fault_wherever_it_is_cut_and_never_a_crash() {
    let whole = mmdb(Style::MaxMind, BUILT, &ROWS);
    for length in 0..whole.len() {
        assert!(open(&whole[..length]).is_err(), "the first {length} bytes of {}", whole.len());
    }
}

#[test]
fn a_flipped_byte_is_a_fault_or_another_table_and_never_a_crash() {
    let whole = mmdb(Style::MaxMind, BUILT, &ROWS);
    for place in 0..whole.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] ^= flip;
            if let Err(error) = open(&bytes) {
                assert!(
                    error.to_string().starts_with("asn.mmdb is no database of autonomous systems"),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn a_tree_whose_branches_join_again_ends() {
    // 128 nodes, both children of each the next one: 2^128 leaves in a kilobyte.
    let mut bytes = mmdb(Style::MaxMind, BUILT, &[("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 1, "")]);
    for node in 0..128_u32 {
        let next = if node == 127 { 128 + 16 } else { node + 1 }.to_be_bytes();
        let at = node as usize * 8;
        bytes[at..at + 8].copy_from_slice(&[next, next].concat());
    }
    let error = open(&bytes).unwrap_err();
    // Not sixteen million of them, which take seconds: no more than so few bytes can hold.
    let most = (bytes.len() / 6 + 1) * 4;
    assert!(error.to_string().contains(&format!("more than {most} networks")), "{error}");
}

#[test]
fn a_line_that_cannot_be_used_is_named_with_its_file() {
    let path = Path::new("our-networks.txt");
    let error = own_networks(path, b"# ours\r\n203.0.113.0/24 office\r\nten.0.0.0/8 vpn\r\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "our-networks.txt:3: \"ten.0.0.0/8\": not an address or network such as 203.0.113.0/24"
    );
    let error = address_list(Path::new("tor.txt"), b"203.0.113.1\n<html>").unwrap_err();
    assert!(error.to_string().starts_with("tor.txt:2: \"<html>\""), "{error}");
}

#[test]
fn an_empty_list_is_a_download_that_failed() {
    let error = address_list(Path::new("tor.txt"), b"# nothing\n").unwrap_err();
    assert_eq!(error.to_string(), "nothing is in tor.txt");
}

#[test]
fn text_of_another_kind_is_a_line_that_cannot_be_used() {
    let utf16: Vec<u8> = "203.0.113.0/24 office".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(own_networks(Path::new("x"), &utf16), Err(ReferenceError::Line { line: 1, .. })));
}

proptest! {
    #[test]
    fn whatever_a_list_holds_is_a_table_or_a_line_that_is_named(
        lines in prop::collection::vec("[0-9a-f.:/ ,;#\"AS\u{feff}\u{0}é-]{0,24}", 0..8),
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let text = lines.join("\n");
        for list in [text.as_bytes(), &bytes[..]] {
            if let Err(ReferenceError::Line { line, .. }) = own_networks(Path::new("x"), list) {
                prop_assert!((1..=list.len()).contains(&line));
            }
            if let Err(ReferenceError::Line { line, .. }) = address_list(Path::new("x"), list) {
                prop_assert!((1..=list.len()).contains(&line));
            }
            prop_assert!(aws_ranges(Path::new("x"), list).is_err());
            prop_assert!(open(list).is_err());
        }
    }
}

#[test]
fn a_file_beyond_all_measure_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ip-ranges.json");
    // A hole costs no disk.
    std::fs::File::create(&path).unwrap().set_len(200 << 20).unwrap();
    let error = read(&path, LIST_BYTES_MAX).unwrap_err();
    assert!(error.to_string().ends_with("has more than 67108864 bytes, which no such file has"), "{error}");
    assert!(read(&folder.path().join("none"), 1).unwrap_err().to_string().contains("cannot read"));
}
