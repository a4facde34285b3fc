//! The stage a scenario plays on: the organisation, its trail so far, and what is true.

use jiff::Timestamp;

use crate::beside::Beside;
use crate::log::Log;
use crate::organisation::Organisation;
use crate::rng::Rng;
use crate::time::{Span, secs};
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
    /// Logs beside the trail.
    pub(crate) beside: Vec<Beside>,
    /// What must be found.
    pub(crate) truth: Truth,
}

impl Stage {
    /// Returns an empty stage for `truth.scenario` and `truth.seed`.
    ///
    /// The organisation follows from both, so that one seed for all scenarios still meets many
    /// kinds of organisation.
    pub(crate) fn new(truth: Truth) -> Self {
        let own = Rng::new(truth.seed).fork(&truth.scenario);
        Self {
            span: Span::new(own.fork("week").between(0, 25), LIFE_DAYS),
            org: crate::founding::found(own.fork("organisation")),
            log: Log::new(own.fork("ids")),
            rng: own,
            beside: Vec::new(),
            truth,
        }
    }

    /// Returns the moment on `day` at `hour` and `minute` of the organisation's own clock, at some
    /// second; always the same one for the same arguments.
    pub(crate) fn local(&self, day: i64, hour: i64, minute: i64) -> Timestamp {
        self.utc(day, hour - self.org.utc_offset, minute)
    }

    /// Returns the moment on `day` at `hour` and `minute` UTC, at some second.
    pub(crate) fn utc(&self, day: i64, hour: i64, minute: i64) -> Timestamp {
        let second = self.rng.fork(&format!("second:{day}:{hour}:{minute}")).between(0, 59);
        self.span.at(day, hour, minute) + secs(second)
    }

    /// Returns some moment of `hour` UTC on `day`, another one with each call.
    pub(crate) fn sometime(&mut self, day: i64, hour: i64) -> Timestamp {
        self.span.at(day, hour, 0) + secs(self.rng.between(0, 3599))
    }

    /// Adds `incident` to what must be found.
    pub(crate) fn admit(&mut self, incident: Incident) {
        self.truth.incidents.push(incident);
    }
}
