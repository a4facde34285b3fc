//! A writer of small databases in MaxMind's format, for stories.
//!
//! It knows nothing of the reader: a tree of bits, values one after the other, and what the database says of itself, as
//! the format's specification has them.

/// How a database writes its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `autonomous_system_number` and `autonomous_system_organization`, as MaxMind and DB-IP do.
    MaxMind,
    /// `asn` (`AS64496`) and `as_name`, as IPinfo does.
    Ipinfo,
    /// No autonomous system: `country` and nothing else.
    Country,
}

/// One network: address and length, number and name of its owner.
pub(crate) type Row<'r> = (&'r str, u32, &'r str);

/// A branch: two children each, `None` where nothing is known.
type Node = [Child; 2];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Child {
    Nothing,
    Node(usize),
    Data(usize),
}

/// Returns the bytes of a database of IPv6, IPv4 among it, that was built at `built` (seconds since 1970).
pub(crate) fn mmdb(style: Style, built: u64, rows: &[Row<'_>]) -> Vec<u8> {
    let (mut tree, mut data): (Vec<Node>, Vec<u8>) = (vec![[Child::Nothing; 2]], Vec::new());
    for (network, asn, name) in rows {
        let offset = data.len();
        data.extend(record(style, *asn, name));
        plant(&mut tree, network, offset);
    }
    let count = tree.len();
    let pointer = |child: &Child| match child {
        Child::Nothing => count,
        Child::Node(node) => *node,
        Child::Data(offset) => count + 16 + offset,
    };
    let mut bytes: Vec<u8> =
        tree.iter().flatten().flat_map(|child| (pointer(child) as u32).to_be_bytes()).collect();
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    bytes.extend(metadata(count, built));
    bytes
}

fn plant(tree: &mut Vec<Node>, network: &str, offset: usize) {
    let (address, length) = network.split_once('/').expect("a network has a length");
    let length: usize = length.parse().expect("a length is a number");
    let (bits, length) = match address.parse().expect("a network has an address") {
        // IPv4 is the part of the tree below ::/96.
        std::net::IpAddr::V4(v4) => (u128::from(v4.to_bits()), length + 96),
        std::net::IpAddr::V6(v6) => (v6.to_bits(), length),
    };
    let side = |depth: usize| (bits >> (127 - depth) & 1) as usize;
    let mut node = 0;
    for depth in 0..length - 1 {
        node = match tree[node][side(depth)] {
            Child::Node(next) => next,
            _ => {
                tree.push([Child::Nothing; 2]);
                tree[node][side(depth)] = Child::Node(tree.len() - 1);
                tree.len() - 1
            }
        };
    }
    tree[node][side(length - 1)] = Child::Data(offset);
}

fn record(style: Style, asn: u32, name: &str) -> Vec<u8> {
    match style {
        Style::MaxMind => map(&[
            ("autonomous_system_number", number(6, asn.into(), 4)),
            ("autonomous_system_organization", text(name)),
        ]),
        Style::Ipinfo => map(&[("asn", text(&format!("AS{asn}"))), ("as_name", text(name))]),
        Style::Country => map(&[("country", text("Utopia"))]),
    }
}

fn metadata(nodes: usize, built: u64) -> Vec<u8> {
    map(&[
        ("node_count", number(6, nodes as u64, 4)),
        ("record_size", number(5, 32, 2)),
        ("ip_version", number(5, 6, 2)),
        ("database_type", text("Story-ASN")),
        ("languages", vec![0, 4]),
        ("binary_format_major_version", number(5, 2, 2)),
        ("binary_format_minor_version", number(5, 0, 2)),
        ("build_epoch", number(9, built, 8)),
        ("description", map(&[("en", text("made for a story"))])),
    ])
}

fn map(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let head = vec![7 << 5 | members.len() as u8];
    members.iter().fold(head, |bytes, (key, value)| [bytes, text(key), value.clone()].concat())
}

fn text(text: &str) -> Vec<u8> {
    let length = text.len();
    let head = match length {
        0..29 => vec![2 << 5 | length as u8],
        29..285 => vec![2 << 5 | 29, (length - 29) as u8],
        _ => panic!("a story's names are short"),
    };
    [head, text.as_bytes().to_vec()].concat()
}

/// A whole number of a type and width; types above 7 are told in a byte of their own.
fn number(kind: u8, value: u64, width: usize) -> Vec<u8> {
    let head = if kind > 7 { vec![width as u8, kind - 7] } else { vec![kind << 5 | width as u8] };
    [head, value.to_be_bytes()[8 - width..].to_vec()].concat()
}
