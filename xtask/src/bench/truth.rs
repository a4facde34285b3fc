//! Holds the launches and miners that are found in a set against those that were planted there.

use std::collections::BTreeSet;

use anyhow::Result;
use detect::Facts;
use detect::facts::Span;
use detect::witness::Witnesses;
use event::Detail;
use event::side::Fact;
use event::skim::Skimmed;
use ingest::{Input, ObjectName, Options, Progress, ScanSink, SideTaken};

use super::sets::Set;

/// How what was found differs from the truth.
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

    fn side(&mut self, fact: &Fact<'_>) -> SideTaken {
        if self.0.take_side(fact) { SideTaken::Kept } else { SideTaken::Passed }
    }
}

/// Reads a set as the product does and compares launch by launch, or interface by interface.
pub(super) fn difference(set: &Set) -> Result<Difference> {
    let input = Input::from_paths([set.logs.as_path()])?;
    let scan = ingest::scan(&input, &Options::default(), &Progress::default(), || {
        Collect(Facts::within(Span::default()))
    })?;
    let mut facts = Facts::default();
    for sink in scan.sinks {
        facts.merge(sink.0);
    }
    let found = if set.name.is_flows() { miners(&facts) } else { launches(&facts) };
    let manifest = &set.manifest;
    let planted: BTreeSet<&str> =
        manifest.launches.iter().chain(&manifest.miners).map(String::as_str).collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let read = scan.totals.records.read() + scan.totals.side.read() - scan.totals.side.rejected();
    Ok(Difference {
        planted: planted.len(),
        wrong: found.difference(&planted).count(),
        missed: planted.difference(&found).count(),
        records_right: read == set.manifest.records,
    })
}

/// The ids of all launches.
fn launches(facts: &Facts) -> BTreeSet<String> {
    facts
        .principals()
        .flat_map(|(_, dossier)| dossier.events())
        .filter(|event| matches!(event.detail, Detail::Launch(_)))
        .map(|event| event.id.clone())
        .collect()
}

/// The interfaces that hold a line as miners do.
fn miners(facts: &Facts) -> BTreeSet<String> {
    let witnesses = Witnesses::new(facts.side());
    witnesses
        .all_lines()
        .filter(|line| line.stretch.is_some())
        .map(|line| line.interface.id.to_string())
        .collect()
}
