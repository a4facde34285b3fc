//! The records that a question is about, gathered from all threads.

use std::sync::{Mutex, PoisonError};

use detect::answers::earliest::Weighed;
use detect::answers::{Call, Earliest, Filter, FilterError, Pool};
use event::skim::Skimmed;
use ingest::{Input, ObjectName, ScanSink, Totals};

use super::args::Reach;
use crate::exit::{Failure, USAGE};
use crate::reading;

/// Memory for what matches, in bytes. About a million calls fit, and fewer of them raw.
///
/// Less, and a busy role's month does not fit; more, and a laptop that was asked for everything swaps.
const FOUND_BYTES_MAX: usize = 768 << 20;

/// Matches that a thread holds before it hands them over: enough that threads seldom wait for each other.
const BATCH: usize = 256;

/// A record that matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) call: Call,
    /// The record as it was written, where it was asked for.
    pub(super) raw: Option<Box<str>>,
}

impl Weighed for Found {
    fn weight(&self) -> usize {
        self.call.weight() + self.raw.as_ref().map_or(0, |raw| raw.len())
    }
}

/// Everything that was found.
pub(super) struct Gathered {
    /// In order, each once.
    pub(super) found: Vec<Found>,
    /// How many records matched, the same one read twice included.
    pub(super) matched: u64,
    /// The first that did not fit into memory; those behind it are not here either.
    pub(super) cut: Option<Found>,
    pub(super) totals: Totals,
}

/// Whether the records themselves are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Calls,
    Records,
}

/// Reads `input` and gathers what matches.
pub(super) fn gather(
    paths: &[std::path::PathBuf],
    input: &Input,
    reach: &Reach,
    filter: &Filter,
    keep: Keep,
) -> Result<Gathered, Failure> {
    let shared = Mutex::new(Earliest::new(FOUND_BYTES_MAX));
    let make =
        || Sink { filter, keep, pool: Pool::default(), batch: Vec::with_capacity(BATCH), shared: &shared };
    let (sinks, totals) = reading::read(paths, input, reach.threads, make)?;
    sinks.into_iter().for_each(Sink::hand_over);
    let earliest = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (matched, cut) = (earliest.offered(), earliest.cut().cloned());
    let mut found = earliest.into_vec();
    // Copies of one record may differ in spelling, or in what an export left out.
    found.dedup_by(|later, first| {
        !first.call.event.is_empty()
            && (first.call.time, &first.call.event) == (later.call.time, &later.call.event)
    });
    Ok(Gathered { found, matched, cut, totals })
}

/// Adds the span of time that is looked at to a filter.
pub(super) fn within(filter: Filter, reach: &Reach) -> Result<Filter, Failure> {
    let since = reading::time("--since", reach.since.as_deref())?.map(Filter::Since);
    let until = reading::time("--until", reach.until.as_deref())?.map(Filter::Until);
    Ok(Filter::All([Some(filter), since, until].into_iter().flatten().collect()))
}

/// A mistake in an expression, with what can be written.
pub(super) fn mistaken(error: FilterError) -> Failure {
    let help = match error {
        FilterError::NoField(_) => detect::answers::filter::fields(),
        _ => "minetrail search --help has the language and examples".to_owned(),
    };
    Failure::new(USAGE, error).help(help)
}

/// One thread's matches on their way to the others'.
struct Sink<'a> {
    filter: &'a Filter,
    keep: Keep,
    pool: Pool,
    batch: Vec<Found>,
    shared: &'a Mutex<Earliest<Found>>,
}

impl Sink<'_> {
    fn flush(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        self.batch.drain(..).for_each(|found| shared.offer(found));
    }

    fn hand_over(mut self) {
        self.flush();
    }
}

impl ScanSink for Sink<'_> {
    fn begin_object(&mut self, _: &ObjectName) {}

    fn record(&mut self, record: &Skimmed<'_>) {
        if !self.filter.matches(record) {
            return;
        }
        let raw = (self.keep == Keep::Records).then(|| String::from_utf8_lossy(record.raw()).into());
        self.batch.push(Found { call: Call::of(record, &mut self.pool), raw });
        if self.batch.len() == BATCH {
            self.flush();
        }
    }
}
