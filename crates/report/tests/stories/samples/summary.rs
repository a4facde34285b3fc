//! A run that went well, over two accounts.

use std::collections::BTreeMap;

use detect::Finding;
use detect::coverage::{CoverageTold, Gap};
use report::Summary;
use report::summary::{
    Bytes, FailedObject, FindingCounts, Objects, Records, ReferenceTold, RejectedRecord, TableAge,
};

use super::{ACCOUNT, at, words};

/// A summary of a run that went well, over two accounts.
pub(crate) fn summary(findings: &[Finding]) -> Summary {
    Summary {
        partial: false,
        findings: FindingCounts::of(findings, 50),
        objects: Objects { found: 1_234, read: 1_200, skipped: 30, failed: 4 },
        records: Records { read: 482_113, events: 1_920, skimmed_only: 479_902, duplicate: 288, rejected: 3 },
        side_logs: BTreeMap::new(),
        bytes: Bytes { stored: 61_400_000, expanded: 812_000_000 },
        skipped: BTreeMap::from([("digest file".to_owned(), 26), ("not CloudTrail".to_owned(), 4)]),
        failed: vec![
            FailedObject {
                object: "AWSLogs/441212345678/CloudTrail/us-east-1/2026/03/14/0300Z_a1.json.gz".to_owned(),
                reason: "cannot inflate: unexpected end after 4,112 bytes".to_owned(),
            },
            FailedObject { object: "notes.json".to_owned(), reason: "nested deeper than 128".to_owned() },
        ],
        rejected: vec![RejectedRecord {
            object: "AWSLogs/x.json.gz".to_owned(),
            record: 17,
            reason: "no time".to_owned(),
        }],
        limits_reached: BTreeMap::from([("NOTABLE_EVENTS_MAX".to_owned(), 2)]),
        coverage: CoverageTold {
            accounts: words(&[ACCOUNT, "555544443333"]),
            regions: words(&["eu-central-1", "us-east-1", "us-east-2", "us-west-2"]),
            first: Some(at("2026-02-24T00:00:03Z")),
            last: Some(at("03:12:40")),
            gaps: vec![Gap {
                account: "555544443333".to_owned(),
                region: "us-east-1".to_owned(),
                from: at("2026-03-02T04:00:00Z"),
                until: at("2026-03-02T09:00:00Z"),
            }],
        },
        tables: vec![
            TableAge {
                name: "instance-types.tsv".to_owned(),
                date: "2026-07-20".to_owned(),
                days_old: Some(12),
            },
            TableAge { name: "regions.tsv".to_owned(), date: "2025-07-20".to_owned(), days_old: Some(377) },
        ],
        references: vec![ReferenceTold {
            option: "--aws-ip-ranges".to_owned(),
            file: "/srv/lists/ip-ranges.json".to_owned(),
            entries: 22_117,
            made: Some(at("2026-01-02T03:04:05Z")),
            remark: Some("older than the ranges that ship, of 2026-02-01".to_owned()),
        }],
        without: vec!["no ASN database: network owners are not told".to_owned()],
        elapsed_seconds: Some(2.4),
    }
}
