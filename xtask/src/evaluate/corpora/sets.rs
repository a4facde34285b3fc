//! The sets of labelled logs and how each is read. What does not belong together is judged apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use detect::{Facts, Taken};
use event::skim::Skimmed;
use ingest::{Input, ObjectName, Options, Progress, ScanSink};
use serde_json::Value;

use super::super::exam::{Read, read_text, text};

/// The corpus whose parts are sets of their own.
pub(super) const PANTHER: &str = "panther-analysis";

/// Panther's scenario of stolen root credentials.
pub(super) const ATTACKER: &str = "panther-analysis/derived/compromised-root-creds-attacker.jsonl";

/// Panther's tests of single rules, one a line.
pub(super) const TESTS: &str = "panther-analysis/derived/tests.jsonl";

/// Logs that are judged together.
#[derive(Debug)]
pub(super) struct Set {
    /// Its path below the folder of all.
    pub(super) name: &'static str,
}

const fn set(name: &'static str) -> Set {
    Set { name }
}

/// All sets.
pub(super) const SETS: &[Set] = &[
    set("aws-guardduty-events"),
    set("cloud-custodian"),
    set("focus-sample-data"),
    set("grycap-cloudtrail-tracker"),
    set("invictus-ir-aws-dataset"),
    set("opensearch-catalog"),
    set("otrf-security-datasets"),
    set(ATTACKER),
    set("panther-analysis/derived/compromised-root-creds-victim.jsonl"),
    set("panther-analysis/derived/enrichment-example-attacker.jsonl"),
    set("panther-analysis/derived/enrichment-example-victim.jsonl"),
    set(TESTS),
    set("plaso"),
    set("stratus-red-team"),
    set("streamalert"),
    set("traildiscover"),
    set("trailscraper"),
];

/// What was read of a set.
pub(super) struct SetRead {
    pub(super) facts: Facts,
    /// Read, and failed.
    pub(super) objects: (u64, u64),
    pub(super) records: u64,
    /// Rejected, by reason.
    pub(super) rejected: BTreeMap<String, u64>,
}

impl Set {
    /// Reads the set below `folder`.
    pub(super) fn read(&self, folder: &Path) -> Result<SetRead> {
        if self.name == TESTS { read_tests(&folder.join(TESTS)) } else { read_path(&folder.join(self.name)) }
    }
}

/// Each test wraps its record.
fn read_tests(path: &Path) -> Result<SetRead> {
    let tests = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let logs: Vec<Value> = tests
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|mut test| test["log"].take())
        .collect();
    let Read { facts, records, faults } = read_text(&text(&logs));
    let mut rejected = BTreeMap::new();
    for fault in faults {
        *rejected.entry(fault).or_default() += 1;
    }
    Ok(SetRead { facts, objects: (1, 0), records, rejected })
}

fn read_path(path: &Path) -> Result<SetRead> {
    let input = Input::from_paths([path])?;
    let scan = ingest::scan(&input, &Options::default(), &Progress::default(), Sink::default)?;
    let totals = scan.totals;
    let rejected = totals.records.rejected_by_reason();
    let mut read = SetRead {
        facts: Facts::default(),
        objects: (totals.objects.read(), totals.objects.failed()),
        records: totals.records.read(),
        rejected: rejected.iter().map(|(reason, named)| (reason.clone(), named.count())).collect(),
    };
    for sink in scan.sinks {
        read.facts.merge(sink.facts);
        for (reason, count) in sink.rejected {
            *read.rejected.entry(reason).or_default() += count;
        }
    }
    Ok(read)
}

#[derive(Default)]
struct Sink {
    facts: Facts,
    rejected: BTreeMap<String, u64>,
}

impl ScanSink for Sink {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, record: &Skimmed<'_>) {
        if let Taken::Rejected(reason) = self.facts.take(record) {
            *self.rejected.entry(reason).or_default() += 1;
        }
    }
}
