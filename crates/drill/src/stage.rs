//! The stage a scenario plays on: the organisation, its trail so far, and what is true.

use crate::log::Log;
use crate::organisation::Organisation;
use crate::rng::Rng;
use crate::time::Span;
use crate::truth::{Incident, Truth};

/// How many days of life a drill covers.
///
/// Fewer, and "never before" means nothing; more, and an evaluation over all scenarios is slow.
pub(crate) const LIFE_DAYS: i64 = 18;

/// Everything a scenario reads and writes.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The scenario's own stream of chance.
    pub(crate) rng: Rng,
    /// The days covered; day 0 is a Monday.
    pub(crate) span: Span,
    /// Who lives here.
    pub(crate) org: Organisation,
    /// The trail.
    pub(crate) log: Log,
    /// What must be found.
    pub(crate) truth: Truth,
}

impl Stage {
    /// Returns an empty stage for `truth.scenario` and `truth.seed`, with an organisation that
    /// depends on the seed alone.
    pub(crate) fn new(truth: Truth) -> Self {
        let root = Rng::new(truth.seed);
        let week = root.fork("week").between(0, 25);
        let own = root.fork(&format!("scenario:{}", truth.scenario));
        Self {
            span: Span::new(week, LIFE_DAYS),
            org: crate::founding::found(root.fork("organisation")),
            log: Log::new(own.fork("ids")),
            rng: own,
            truth,
        }
    }

    /// Returns the moment on `day` at `hour` and `minute` of the organisation's own clock.
    pub(crate) fn local(&self, day: i64, hour: i64, minute: i64) -> jiff::Timestamp {
        self.span.at(day, hour - self.org.utc_offset, minute)
    }

    /// Adds `incident` to what must be found.
    pub(crate) fn admit(&mut self, incident: Incident) {
        self.truth.incidents.push(incident);
    }
}
