//! Seeds of files of reference: own networks, addresses of others, AWS's ranges, pools, autonomous systems.

use std::path::Path;

use serde_json::json;

use super::mmdb::{Row, Style, mmdb};
use super::{Done, put};

const OWN: &str = "\u{feff}# our networks\r\n198.51.100.0/24  office  Berlin #2\r\n203.0.113.8/29, VPN, \"Company VPN\"  # new\r\n\
    203.0.113.7\tnat\tFrankfurt egress\n2001:db8:7::/48 Data centre\n192.0.2.0/24 office\n192.0.2.128/25\n10.0.0.0/8 vpn\n";
const HOSTING: &str = "# hosters\n198.51.100.0/24,Example Hosting\n198.51.100.0/25\n\"203.0.113.7\"\nAS24940 # Hetzner\n2001:db8::/32\n";
const TOR: &str = "ExitNode 63BF46A63F9C21FD315CD061B3EAA3EB05283A0A\nPublished 2026-11-20 03:10:00\n\
    LastStatus 2026-11-20 04:00:00\nExitAddress 198.51.100.77 2026-11-20 04:12:12\n";
const POOLS: &str = "# a comment\nmine.example\n0.0.0.0 pit.example shaft.example\nstratum+tcp://deep.mine.example:3333\n\
    \"2026-11-01\",\"dig.example\",\"203.0.113.77\",\"high\"\n198.51.100.7\n2001:db8::7\neu.nanopool.org\n";
const OWNERS: [Row<'static>; 4] = [
    ("198.51.100.0/24", 64496, "Example Hosting"),
    ("203.0.113.0/25", 64497, ""),
    ("203.0.113.128/25", 64497, ""),
    ("2001:db8::/32", 64498, "Example Six"),
];

pub(super) fn write(folder: &Path) -> Done {
    let row = |prefix: &str, region: &str, service: &str| json!({"ip_prefix": prefix, "region": region, "service": service});
    let aws = json!({"syncToken": "1787411825", "prefixes": [row("3.5.140.0/22", "eu-west-1", "AMAZON"),
        row("3.5.140.0/22", "eu-west-1", "EC2"), row("3.5.140.0/24", "eu-west-2", "S3"), row("3.5.140.8", "x", "CODEBUILD")],
        "ipv6_prefixes": [{"ipv6_prefix": "2600:1f18::/33", "region": "us-east-1", "service": "EC2"}]});
    let mut all = vec![
        (0, "own", OWN.as_bytes().to_vec()),
        (1, "hosting", HOSTING.as_bytes().to_vec()),
        (1, "tor", TOR.as_bytes().to_vec()),
        (2, "aws", aws.to_string().into_bytes()),
        (3, "pools", POOLS.as_bytes().to_vec()),
    ];
    for (name, style) in [("maxmind", Style::MaxMind), ("ipinfo", Style::Ipinfo), ("country", Style::Country)]
    {
        all.push((4, name, mmdb(style, 1_793_491_200, &OWNERS)));
    }
    for (kind, name, bytes) in all {
        put(folder, "lists", name, &[&[kind], &bytes[..]].concat())?;
    }
    Ok(())
}
