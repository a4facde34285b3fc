//! Any text as a file of reference: it is read or refused, and whatever is asked of it, the quick answer is the one of
//! asking every line of it by itself.
#![no_main]

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;

use catalog::{AddressList, AwsService, OwnNetworks, PoolList, Prefix};
use ingest::reference::{ReferenceError, address_list, asn_table, aws_ranges, own_networks};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// How many networks of a list have their ends asked for.
const ASKED_MAX: usize = 48;

fuzz_target!(|input: &[u8]| {
    let Some((kind, file)) = input.split_first() else { return };
    match kind % 5 {
        0 => own(file),
        1 => addresses(file),
        2 => aws(file),
        3 => pools(file),
        _ => asns(file),
    }
});

fn path() -> &'static Path {
    Path::new("list")
}

/// The lines of a list, each a list of its own. Behind an empty line a byte order mark is none.
fn lines(text: &str) -> impl Iterator<Item = String> {
    text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(|line| format!("\n{line}"))
}

/// The addresses at both ends of networks, and those beside them, in both spellings.
fn asked<'p>(prefixes: impl Iterator<Item = &'p Prefix>) -> BTreeSet<IpAddr> {
    let ends = prefixes.take(ASKED_MAX).flat_map(|prefix| [bits(prefix.first()), bits(prefix.last())]);
    let near = ends.flat_map(|end| [end.wrapping_sub(1), end, end.wrapping_add(1)]);
    near.flat_map(|bits| {
        let address = Ipv6Addr::from_bits(bits);
        [IpAddr::V6(address), IpAddr::V6(address).to_canonical()]
    })
    .collect()
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn width(prefix: &Prefix) -> u128 {
    bits(prefix.last()) - bits(prefix.first())
}

fn has(prefix: &Prefix, address: IpAddr) -> bool {
    (bits(prefix.first())..=bits(prefix.last())).contains(&bits(address))
}

/// Checks that a list was refused for what is wrong with one line of it, or with two.
fn refused(error: &ReferenceError, text: &str, is_refused: impl Fn(&str) -> bool) {
    match error {
        ReferenceError::Line { line, why, .. } => {
            let line = lines(text).nth(line - 1).expect("the line is in the list");
            assert!(
                is_refused(&line) || why.to_string().ends_with("another name or kind"),
                "{line:?}: {why}"
            );
        }
        ReferenceError::Empty { .. } => assert!(lines(text).all(|line| !is_refused(&line))),
        other => panic!("{other}"),
    }
}

/// The network that a line of own networks begins with.
fn first_word(line: &str) -> Option<Prefix> {
    let separator = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';');
    Prefix::parse(line.trim().split(separator).next()?.trim_matches('"')).ok()
}

fn own(file: &[u8]) {
    let text = String::from_utf8_lossy(file);
    let list = match own_networks(path(), file) {
        Ok(list) => list.table,
        Err(error) => return refused(&error, &text, |line| OwnNetworks::parse(line).is_err()),
    };
    let alone: Vec<(Prefix, OwnNetworks)> = lines(&text)
        .map(|line| (first_word(&line), OwnNetworks::parse(&line).expect("the whole list is sound")))
        .filter(|(_, list)| list.count > 0)
        .map(|(prefix, list)| (prefix.expect("a line begins with its network"), list))
        .collect();
    for address in asked(alone.iter().map(|(prefix, _)| prefix)) {
        let around = alone.iter().filter(|(_, line)| line.find(address).is_some());
        let narrowest = around.min_by_key(|(prefix, _)| width(prefix));
        assert_eq!(list.find(address), narrowest.and_then(|(_, line)| line.find(address)), "{address}");
    }
}

fn addresses(file: &[u8]) {
    let text = String::from_utf8_lossy(file);
    let list = match address_list(path(), file) {
        Ok(list) => list.table,
        Err(error) => return refused(&error, &text, |line| AddressList::parse(line).is_err()),
    };
    let alone: Vec<AddressList> =
        lines(&text).map(|line| AddressList::parse(&line).expect("the whole list is sound")).collect();
    assert!(list.count <= alone.iter().map(|line| line.count).sum());
    let words =
        || text.split(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '.' | ':' | '/'));
    let prefixes: Vec<Prefix> = words().filter_map(|word| Prefix::parse(word).ok()).collect();
    for address in asked(prefixes.iter()) {
        assert_eq!(list.has(address), alone.iter().any(|line| line.has(address)), "{address}");
    }
    for asn in words().filter_map(|word| word.get(2..)?.parse().ok()).take(ASKED_MAX) {
        assert_eq!(list.has_asn(asn), alone.iter().any(|line| line.has_asn(asn)), "{asn}");
    }
}

fn aws(file: &[u8]) {
    let Ok(list) = aws_ranges(path(), file) else { return };
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let document: Value = serde_json::from_slice(text).expect("the list is JSON");
    let rows =
        ["prefixes", "ipv6_prefixes"].into_iter().filter_map(|name| document[name].as_array()).flatten();
    let rows: Vec<(Prefix, &str, &str)> = rows
        .map(|row| {
            let text = |name: &str| row[name].as_str();
            let network = text("ip_prefix").or_else(|| text("ipv6_prefix")).unwrap_or_default();
            let prefix = Prefix::parse(network).expect("the whole list is sound");
            (prefix, text("region").unwrap_or_default(), text("service").unwrap_or_default())
        })
        .collect();
    assert_eq!(list.entries, rows.len());
    for address in asked(rows.iter().map(|(prefix, ..)| prefix)) {
        let around = || rows.iter().filter(|(prefix, ..)| has(prefix, address));
        let region = around().min_by_key(|(prefix, region, _)| (width(prefix), Reverse(*region)));
        let told = list.table.find(address).map(|network| (network.region, network.service));
        assert_eq!(
            told,
            region.map(|(_, region, _)| (*region, service(around().map(|row| row.2)))),
            "{address}"
        );
    }
}

/// Whose an address is that is listed for these.
fn service<'n>(names: impl Iterator<Item = &'n str>) -> AwsService {
    let names: BTreeSet<&str> = names.collect();
    if names.contains("CODEBUILD") {
        AwsService::CodeBuild
    } else if names.contains("EC2") && names.iter().all(|name| matches!(*name, "EC2" | "AMAZON")) {
        AwsService::Ec2
    } else {
        AwsService::Other
    }
}

fn pools(file: &[u8]) {
    let text = String::from_utf8_lossy(file);
    let of = |text: &str| {
        let mut list = PoolList::default();
        let added = list.add(text);
        (list, added)
    };
    let (mut list, added) = of(&text);
    let alone: Vec<(PoolList, usize)> = text.lines().map(of).filter(|(_, added)| *added > 0).collect();
    assert!(added <= alone.iter().map(|(_, added)| added).sum());
    assert_eq!((list.add(&text), list.left_out()), (0, 0), "what is known is not new");
    let words = text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '"' | '/'));
    for word in words.filter(|word| !word.is_empty()).take(ASKED_MAX) {
        for name in [word.to_owned(), format!("a.{word}."), word.to_ascii_uppercase(), format!("a{word}")] {
            let longest =
                alone.iter().filter_map(|(line, _)| line.find(&name)).max_by_key(|found| found.listed.len());
            let shipped = PoolList::default().find(&name).map(|found| found.listed.len());
            let told = list.find(&name);
            assert_eq!(
                told.map(|found| found.listed.len()),
                longest.map(|found| found.listed.len()).max(shipped)
            );
        }
        if let Ok(address) = word.parse::<IpAddr>() {
            assert_eq!(list.has_address(address), alone.iter().any(|(line, _)| line.has_address(address)));
        }
    }
}

fn asns(file: &[u8]) {
    let read = asn_table(path(), file);
    if let Ok(list) = &read {
        assert!(list.entries > 0 && list.entries == list.table.count());
        for address in file.chunks_exact(16).take(ASKED_MAX).filter_map(|bytes| bytes.first_chunk::<16>()) {
            let owner = list.table.find(IpAddr::from(*address));
            assert!(owner.is_none_or(|owner| owner.organisation.len() <= file.len()));
        }
    }
    assert_eq!(
        read.map_err(|error| error.to_string()),
        asn_table(path(), file).map_err(|error| error.to_string())
    );
}
