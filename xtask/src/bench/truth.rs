//! Holds the launches that are found in a set against those that were planted there.

use std::collections::BTreeSet;

use anyhow::Result;
use detect::Facts;
use detect::facts::Span;
use event::Detail;
use event::skim::Skimmed;
use ingest::{Input, ObjectName, Options, Progress, ScanSink};

use super::sets::Set;

/// How the launches that were found differ from the truth.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) planted: usize,
    /// Found, and there was none.
    pub(super) wrong: usize,
    pub(super) missed: usize,
    pub(super) records_right: bool,
}

struct Collect(Facts);

impl ScanSink for Collect {
    fn begin_object(&mut self, _object: &ObjectName) {}

    fn record(&mut self, record: &Skimmed<'_>) {
        self.0.take(record);
    }
}

/// Reads a set as the product does and compares launch by launch.
pub(super) fn difference(set: &Set) -> Result<Difference> {
    let input = Input::from_paths([set.logs.as_path()])?;
    let scan = ingest::scan(&input, &Options::default(), &Progress::default(), || {
        Collect(Facts::within(Span::default()))
    })?;
    let mut facts = Facts::default();
    for sink in scan.sinks {
        facts.merge(sink.0);
    }
    let found: BTreeSet<&str> = facts
        .principals()
        .flat_map(|(_, dossier)| dossier.events())
        .filter(|event| matches!(event.detail, Detail::Launch(_)))
        .map(|event| event.id.as_str())
        .collect();
    let planted: BTreeSet<&str> = set.manifest.launches.iter().map(String::as_str).collect();
    Ok(Difference {
        planted: planted.len(),
        wrong: found.difference(&planted).count(),
        missed: planted.difference(&found).count(),
        records_right: scan.totals.records.read() == set.manifest.records,
    })
}
