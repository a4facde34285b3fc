//! Reads the text of an object window by window, and concludes what the object was.

use std::collections::BTreeMap;
use std::io::{self, Read};

use event::skim::{ObjectKind, ObjectSummary, RecordSink, RejectReason, Rejected, Skimmed};

use crate::budget::Refused;
use crate::buffers::grow;
use crate::fill::fill_slice;
use crate::lane::{Lane, ScanSink};
use crate::limits::Limit;
use crate::name::ObjectName;
use crate::named::Named;
use crate::open::Layer;
use crate::totals::{Failed, Position, Skipped};

/// How much text the reader is shown at a time; it grows only for a record that is longer.
///
/// Smaller, and cut records are carried over often; larger, and the text leaves the cache before it is read.
const WINDOW_BYTES: usize = 512 << 10;

/// What reading a text came to.
struct Reading {
    summary: ObjectSummary,
    bytes: u64,
    rejected: BTreeMap<RejectReason, Named<Position>>,
    fault: Option<io::Error>,
}

/// Passes records on, and keeps what was rejected until it is known whether the object is an audit trail at all.
struct Counting<'c, S> {
    sink: &'c mut S,
    object: &'c ObjectName,
    rejected: BTreeMap<RejectReason, Named<Position>>,
}

impl<S: ScanSink> RecordSink for Counting<'_, S> {
    #[inline]
    fn record(&mut self, record: &Skimmed<'_>) {
        self.sink.record(record);
    }

    fn rejected(&mut self, rejected: Rejected) {
        let Rejected { offset, index, reason } = rejected;
        let position = Position { object: self.object.clone(), offset, index };
        self.rejected.entry(reason).or_default().add(position);
    }
}

impl<S: ScanSink> Lane<'_, S> {
    /// Reads a text that is in memory as a whole.
    pub(crate) fn read_bytes(&mut self, layer: Layer<'_>, text: &[u8]) {
        let (reader, mut sink) = self.begin(layer.object);
        let (mut at, mut window, mut fault) = (0, WINDOW_BYTES, None);
        while text.len() - at > window {
            if let Err(refused) = layer.budget.go_on() {
                fault = Some(refused.into());
                break;
            }
            let consumed = reader.feed(&text[at..at + window], &mut sink);
            at += consumed;
            window = if consumed == 0 { window * 2 } else { WINDOW_BYTES };
        }
        let rest = if fault.is_some() { &text[at..at] } else { &text[at..] };
        let summary = reader.finish(rest, &mut sink);
        let rejected = sink.rejected;
        self.conclude(layer.object, Reading { summary, bytes: text.len() as u64, rejected, fault });
    }

    /// Reads a text that comes piece by piece. What came before a fault is read and counts.
    pub(crate) fn read_stream_of_text(&mut self, layer: Layer<'_>, stream: &mut dyn Read) {
        let mut buffer = self.buffers.take();
        let (reader, mut sink) = self.begin(layer.object);
        let (mut held, mut window, mut bytes) = (0, WINDOW_BYTES, 0);
        let fault = loop {
            if let Err(refused) = layer.budget.go_on() {
                break Some(refused.into());
            }
            grow(&mut buffer, window, held);
            let (count, end) = fill_slice(stream, &mut buffer[held..window]);
            held += count;
            bytes += count as u64;
            if end.is_err() || held < window {
                break end.err();
            }
            let consumed = reader.feed(&buffer[..held], &mut sink);
            buffer.copy_within(consumed..held, 0);
            held -= consumed;
            window = if consumed == 0 { window * 2 } else { WINDOW_BYTES.max(held * 2) };
        };
        let summary = reader.finish(&buffer[..held], &mut sink);
        let rejected = sink.rejected;
        self.buffers.give(buffer);
        self.conclude(layer.object, Reading { summary, bytes, rejected, fault });
    }

    fn begin<'l>(&'l mut self, object: &'l ObjectName) -> (&'l mut event::skim::Reader, Counting<'l, S>) {
        self.reader.begin();
        self.sink.begin_object(object);
        (&mut self.reader, Counting { sink: &mut self.sink, object, rejected: BTreeMap::new() })
    }

    fn conclude(&mut self, object: &ObjectName, reading: Reading) {
        let Reading { summary, bytes, rejected, fault } = reading;
        self.totals.bytes.decompressed += bytes;
        self.totals.records.skim(summary.records);
        self.progress.count_records(summary.records);
        let is_trail = summary.kind == ObjectKind::CloudTrail;
        // In a text that is no trail nothing was a record, so nothing of it is a bad one.
        if is_trail {
            for (reason, positions) in rejected {
                self.totals.records.reject_all(reason, positions);
            }
        }
        match fault {
            Some(error) => self.fail(object, &error),
            None if is_trail && summary.gave_up => {
                let why = "part of it is not JSON, and nothing behind that could be read";
                self.fail_as(object, Failed::Corrupt, why);
            }
            None if is_trail && summary.truncated => {
                self.fail_as(object, Failed::Truncated, "its text ends in the middle");
            }
            None if is_trail => {
                self.totals.objects.find();
                self.totals.objects.finish_read();
            }
            None => {
                let (reason, why) = why_skipped(summary.kind);
                self.skip(object, reason, why);
            }
        }
    }

    pub(crate) fn skip(&mut self, object: &ObjectName, reason: Skipped, why: &str) {
        self.totals.objects.find();
        self.totals.objects.skip(reason, object.clone(), why);
    }

    /// Counts an object as failed, for the reason that `error` gives.
    pub(crate) fn fail(&mut self, object: &ObjectName, error: &io::Error) {
        match Refused::within(error) {
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

fn why_skipped(kind: ObjectKind) -> (Skipped, &'static str) {
    match kind {
        ObjectKind::Digest => (Skipped::Digest, "a digest of logs"),
        ObjectKind::Insight => (Skipped::Insight, "an Insights file"),
        ObjectKind::Empty => (Skipped::Empty, "nothing is in it"),
        ObjectKind::Notification => (Skipped::ControlMessage, "a notice that a log was delivered"),
        ObjectKind::ControlMessage => (Skipped::ControlMessage, "a control message of a log subscription"),
        ObjectKind::TestEvent => (Skipped::ControlMessage, "a test message of a notification"),
        ObjectKind::CloudTrail | ObjectKind::OtherJson | ObjectKind::NotJson => {
            (Skipped::NoRecords, "no CloudTrail records in it")
        }
    }
}
