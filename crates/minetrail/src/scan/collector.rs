//! One reading thread's facts, and the records it could not place.

use std::sync::Arc;

use catalog::PoolList;
use detect::facts::Span;
use detect::{Facts, Taken};
use event::side::{Fact, Flow};
use event::skim::Skimmed;
use ingest::{ObjectName, Position, Reasons, ScanSink, SideTaken, Totals};

/// Takes records into facts.
pub(crate) struct Collector {
    facts: Facts,
    object: Option<ObjectName>,
    index: u64,
    rejected: Reasons,
}

impl Collector {
    /// Takes records of `span`, knowing these pools beside those that ship.
    pub(crate) fn new(span: Span, pools: Arc<PoolList>) -> Self {
        let facts = Facts::within(span).with_pools(pools);
        Self { facts, object: None, index: 0, rejected: Reasons::default() }
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
            self.rejected.add(&reason, Position { object, offset: record.offset(), index: self.index });
        }
        self.index += 1;
    }

    fn side(&mut self, fact: &Fact<'_>) -> SideTaken {
        if self.facts.take_side(fact) { SideTaken::Kept } else { SideTaken::Passed }
    }

    fn flow(&mut self, flow: &Flow<'_>) -> SideTaken {
        if self.facts.take_flow(flow) { SideTaken::Kept } else { SideTaken::Passed }
    }
}

/// Joins what all threads found, and moves their records to where they belong in the totals.
pub(crate) fn join(collectors: Vec<Collector>, totals: &mut Totals) -> Facts {
    let facts = Facts::join(collectors.into_iter().map(|collector| {
        totals.records.reject_skimmed(collector.rejected);
        collector.facts
    }));
    totals.records.became_events(facts.events_kept());
    totals.records.became_duplicates(facts.duplicates());
    facts
}
