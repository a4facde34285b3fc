//! One reading thread's facts, and the records it could not place.

use detect::facts::Span;
use detect::{Facts, Taken};
use event::skim::Skimmed;
use ingest::{ObjectName, Position, ScanSink, Totals};

/// Takes records into facts.
pub(crate) struct Collector {
    facts: Facts,
    object: Option<ObjectName>,
    index: u64,
    rejected: Vec<(String, Position)>,
    rejected_more: u64,
}

/// Rejected records remembered by position, a thread.
///
/// Fewer, and a bad export cannot be found; more, and a folder of a billion bad records fills
/// memory. What is past it is counted with the last position.
const REJECTED_MAX: usize = 100_000;

impl Collector {
    /// Takes records of `span`.
    pub(crate) fn new(span: Span) -> Self {
        Self { facts: Facts::within(span), object: None, index: 0, rejected: Vec::new(), rejected_more: 0 }
    }
}

impl ScanSink for Collector {
    fn begin_object(&mut self, object: &ObjectName) {
        self.object = Some(object.clone());
        self.index = 0;
    }

    fn record(&mut self, record: &Skimmed<'_>) {
        if let Taken::Rejected(reason) = self.facts.take(record) {
            let object = self.object.clone().expect("an object begins before its records");
            if self.rejected.len() < REJECTED_MAX {
                self.rejected.push((reason, Position { object, offset: record.offset(), index: self.index }));
            } else {
                self.rejected_more += 1;
            }
        }
        self.index += 1;
    }
}

/// Joins what all threads found, and moves their records to where they belong in the totals.
pub(crate) fn join(collectors: Vec<Collector>, totals: &mut Totals) -> Facts {
    let mut facts = Facts::default();
    for collector in collectors {
        facts.merge(collector.facts);
        let last = collector.rejected.last().cloned();
        for (reason, position) in collector.rejected {
            totals.records.reject_skimmed(reason, position);
        }
        for (reason, position) in
            last.into_iter().cycle().take(usize::try_from(collector.rejected_more).unwrap_or(0))
        {
            totals.records.reject_skimmed(reason, position);
        }
    }
    totals.records.became_events(facts.events_kept());
    totals.records.became_duplicates(facts.duplicates());
    facts
}
