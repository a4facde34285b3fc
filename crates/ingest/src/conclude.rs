//! Concludes what an object was: read, skipped or failed, once for every object.
//!
//! What went wrong arrives as an [`io::Error`], from whichever layer it comes; here it becomes a reason
//! and a sentence.

use std::collections::BTreeMap;
use std::io;

use event::skim::{ObjectKind, ObjectSummary, RejectReason};

use crate::budget::Refused;
use crate::lane::{Lane, ScanSink};
use crate::limits::Limit;
use crate::name::ObjectName;
use crate::named::Named;
use crate::side::SideLogs;
use crate::totals::{Failed, Position, Skipped};

/// What reading a text came to.
pub(crate) struct Reading {
    pub(crate) summary: ObjectSummary,
    /// How many bytes of text were read.
    pub(crate) bytes: u64,
    pub(crate) rejected: BTreeMap<RejectReason, Named<Position>>,
    pub(crate) sides: SideLogs,
    /// Why the text ended before its end.
    pub(crate) fault: Option<io::Error>,
}

impl<S: ScanSink> Lane<'_, S> {
    /// Counts the records of a text, and concludes what the object is that holds it.
    pub(crate) fn conclude(&mut self, object: &ObjectName, reading: Reading) {
        let Reading { summary, bytes, rejected, mut sides, fault } = reading;
        self.totals.bytes.decompressed += bytes;
        self.totals.records.skim(summary.records);
        self.progress.count_records(summary.records + summary.sides);
        let is_trail = summary.kind == ObjectKind::CloudTrail;
        let limit = rejected.keys().find_map(|reason| limit_of(*reason));
        if let Some(error) = fault {
            self.fail(object, &error);
        } else if is_trail || summary.kind == ObjectKind::Side {
            self.conclude_trail(object, &summary);
        } else if let Some(limit) = limit {
            // Perhaps it is a trail in an envelope that nobody foresaw: then it must not be passed over.
            self.reach(object, limit);
        } else {
            let (reason, why) = why_skipped(summary.kind);
            self.skip(object, reason, why);
        }
        // In a text that is no trail nothing was a record, so nothing of it is a bad one.
        if is_trail {
            self.count_rejected(rejected);
        } else if let Some(source) = sides.main() {
            for (reason, positions) in rejected {
                sides.of(source).reject_all(reason, positions);
            }
        }
        self.totals.side.merge(sides);
    }

    fn conclude_trail(&mut self, object: &ObjectName, summary: &ObjectSummary) {
        if summary.gave_up {
            let why = "part of it is not JSON, and nothing behind that could be read";
            self.fail_as(object, Failed::Corrupt, why);
        } else if summary.truncated {
            self.fail_as(object, Failed::Truncated, "its text ends in the middle");
        } else {
            self.totals.objects.find();
            self.totals.objects.finish_read();
        }
    }

    fn count_rejected(&mut self, rejected: BTreeMap<RejectReason, Named<Position>>) {
        for (reason, positions) in rejected {
            if let Some(limit) = limit_of(reason) {
                *self.totals.limits_reached.entry(limit).or_default() += positions.count();
            }
            self.totals.records.reject_all(reason, positions);
        }
    }

    /// Counts an object that was left out although nothing is wrong with it.
    pub(crate) fn skip(&mut self, object: &ObjectName, reason: Skipped, why: &str) {
        self.totals.objects.find();
        self.totals.objects.skip(reason, object.clone(), why);
    }

    /// Counts an object as failed, for the reason that `error` gives; or as skipped, if it was left for being barren.
    pub(crate) fn fail(&mut self, object: &ObjectName, error: &io::Error) {
        match Refused::within(error) {
            Some(Refused::Limit(limit @ Limit::BarrenBytes)) => {
                *self.totals.limits_reached.entry(limit).or_default() += 1;
                self.skip(object, Skipped::NoRecords, &limit.to_string());
            }
            Some(Refused::Limit(limit)) => self.reach(object, limit),
            Some(Refused::Stopped) => {
                self.totals.stopped_early = true;
                self.fail_as(object, Failed::Stopped, &error.to_string());
            }
            None if is_zstd_window(error) => self.reach(object, Limit::ZstdWindow),
            None if error.raw_os_error().is_some() => {
                self.fail_as(object, Failed::Unreadable, &format!("cannot read it: {error}"));
            }
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.fail_as(object, Failed::Truncated, &format!("it ends too early: {error}"));
            }
            None => self.fail_as(object, Failed::Corrupt, &format!("it is damaged: {error}")),
        }
    }

    fn reach(&mut self, object: &ObjectName, limit: Limit) {
        *self.totals.limits_reached.entry(limit).or_default() += 1;
        self.fail_as(object, Failed::LimitReached, &limit.to_string());
    }

    pub(crate) fn fail_as(&mut self, object: &ObjectName, reason: Failed, why: &str) {
        self.totals.objects.find();
        self.totals.objects.fail(reason, object.clone(), why);
    }
}

/// Returns whether zstd refused a window. The library says it in words only.
fn is_zstd_window(error: &io::Error) -> bool {
    error.to_string() == "Frame requires too much memory for decoding"
}

/// Returns the ceiling that something reached which was rejected for this reason.
fn limit_of(reason: RejectReason) -> Option<Limit> {
    match reason {
        RejectReason::TooLarge => Some(Limit::RecordBytes),
        RejectReason::TooDeep => Some(Limit::RecordDepth),
        RejectReason::TooManyEnvelopes => Some(Limit::Envelopes),
        RejectReason::PayloadTooLarge => Some(Limit::PayloadBytes),
        _ => None,
    }
}

fn why_skipped(kind: ObjectKind) -> (Skipped, &'static str) {
    match kind {
        ObjectKind::Digest => (Skipped::Digest, "a digest of logs"),
        ObjectKind::Insight => (Skipped::Insight, "an Insights file"),
        ObjectKind::Empty => (Skipped::Empty, "nothing is in it"),
        ObjectKind::Notification => (Skipped::ControlMessage, "a notice that a log was delivered"),
        ObjectKind::ControlMessage => (Skipped::ControlMessage, "a control message of a log subscription"),
        ObjectKind::TestEvent => (Skipped::ControlMessage, "a test message of a notification"),
        ObjectKind::CloudTrail | ObjectKind::Side | ObjectKind::OtherJson | ObjectKind::NotJson => {
            (Skipped::NoRecords, "no CloudTrail records in it, nor a log that goes with them")
        }
    }
}
