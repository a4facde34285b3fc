//! What is known of addresses beside the logs: the lines of a story that begin with `known`.

use std::net::IpAddr;
use std::sync::Arc;

use catalog::{AddressList, AsnTable, AwsRanges, Networks, OwnNetworks, Owner, Prefix};

/// The lists of a story, as their lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    own: Vec<String>,
    tor: Vec<String>,
    hosting: Vec<String>,
    aws: Vec<String>,
    asns: Vec<String>,
}

impl Known {
    /// Takes `own 203.0.113.0/24 office Berlin` and the like.
    pub(crate) fn take(&mut self, text: &str) {
        let (which, line) = text.split_once(' ').unwrap_or((text, ""));
        let list = match which {
            "own" => &mut self.own,
            "tor" => &mut self.tor,
            "hosting" => &mut self.hosting,
            "aws" => &mut self.aws,
            "asn" => &mut self.asns,
            _ => panic!("known {which}? known own, tor, hosting, aws or asn"),
        };
        list.push(line.to_owned());
    }

    /// The lists as a table.
    pub(crate) fn networks(&self) -> Arc<Networks> {
        let list = |lines: &[String]| AddressList::parse(&lines.join("\n")).expect("a list has addresses");
        Arc::new(Networks {
            own: OwnNetworks::parse(&self.own.join("\n")).expect("own networks are networks"),
            aws: (!self.aws.is_empty()).then(|| aws(&self.aws)),
            asns: vec![asns(&self.asns)],
            tor: vec![list(&self.tor)],
            hosting: vec![list(&self.hosting)],
        })
    }
}

/// A line's network, and what is behind it.
fn split(line: &str) -> (Prefix, &str) {
    let (network, rest) = line.split_once(' ').unwrap_or((line, ""));
    (Prefix::parse(network).expect("a line begins with a network"), rest)
}

fn aws(lines: &[String]) -> AwsRanges {
    let rows = lines.iter().map(|line| split(line));
    let rows = rows.map(|(prefix, region)| (prefix, region.to_owned(), "EC2".to_owned()));
    AwsRanges::new(rows.collect()).expect("a story has few regions")
}

fn asns(lines: &[String]) -> AsnTable {
    let owner = |rest: &str| {
        let (asn, name) = rest.split_once(' ').unwrap_or((rest, ""));
        Owner { asn: asn.parse().expect("a system has a number"), organisation: name.into() }
    };
    let rows: Vec<(Prefix, Owner)> =
        lines.iter().map(|line| split(line)).map(|(prefix, rest)| (prefix, owner(rest))).collect();
    let runs: Vec<(IpAddr, IpAddr, u32)> =
        (0..).zip(&rows).map(|(place, (prefix, _))| (prefix.first(), prefix.last(), place)).collect();
    AsnTable::new(runs, rows.into_iter().map(|(_, owner)| owner).collect()).expect("networks do not overlap")
}
