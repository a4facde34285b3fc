//! Drills, read as every record is read.

use detect::{Facts, Finding, Taken};
use event::limits::Limits;
use event::skim::{Reader, RecordSink, Rejected, Skimmed};
use serde_json::{Value, json};

#[derive(Default)]
struct Collector(Facts);

impl RecordSink for Collector {
    fn record(&mut self, record: &Skimmed<'_>) {
        if let Taken::Rejected(reason) = self.0.take(record) {
            panic!("a record was rejected: {reason}");
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("a record was not read: {}", rejected.reason);
    }
}

/// Everything that the records prove.
pub(crate) fn facts(records: &[Value]) -> Facts {
    let text = serde_json::to_vec(&json!({ "Records": records })).expect("records are JSON");
    let mut collector = Collector::default();
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    reader.finish(&text, &mut collector);
    collector.0
}

/// The facts of a scenario.
#[track_caller]
pub(crate) fn drill(scenario: &str) -> Facts {
    facts(&drill::write(scenario, 1).unwrap_or_else(|| panic!("no scenario {scenario}")).records)
}

/// The most urgent finding of a scenario.
#[track_caller]
pub(crate) fn finding(scenario: &str) -> Finding {
    respond::judge(&drill(scenario), &[], 0).into_iter().next().expect("a finding")
}
